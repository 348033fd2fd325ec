"""What do the numbers at points mean? A list in columns below a figure."""

from __future__ import annotations

from matplotlib.axes import Axes

from topoi.palette import INK, MUTED
from topoi.plots._style import NOTE, inches
from topoi.plots.labels import fitted, text_width

__all__ = ["WIDEST", "draw_numbers", "numbers_height"]

WIDEST = 1.6  # inches a label may take
_LINE = 0.125  # inches a line of the list
_NUMBER = 0.2  # inches a number takes


def _columns(names: list[str], width: float) -> tuple[int, float]:
    """How many columns of a list of `width` inches hold these names, and how wide each is."""
    widest = min(max(text_width(name, points=NOTE) for name in names), WIDEST) + _NUMBER + 0.15
    n_columns = min(max(int(width / widest), 1), len(names))
    return n_columns, min(width / n_columns, widest)


def numbers_height(names: list[str], width: float) -> float:
    """Inches that the list takes; 0 without names."""
    return -(-len(names) // _columns(names, width)[0]) * _LINE + 0.08 if names else 0.0


def draw_numbers(frame: Axes, names: list[str], top: float) -> None:
    """What the numbers mean, in columns, from `top` inches over the bottom."""
    if not names:
        return
    width, height = inches(frame)
    n_columns, column = _columns(names, width)
    n_rows = -(-len(names) // n_columns)
    for number, name in enumerate(names):
        left = number // n_rows * column
        level = (top - 0.04 - _LINE * (number % n_rows + 0.5)) / height
        shown = fitted(name, points=NOTE, width=column - _NUMBER - 0.1)
        for text, begin, colour, side in (
            (str(number + 1), left + _NUMBER - 0.06, INK, "right"),
            (shown, left + _NUMBER, MUTED, "left"),
        ):
            frame.text(
                begin / width, level, text, transform=frame.transAxes, fontsize=NOTE,
                color=colour, horizontalalignment=side, verticalalignment="center_baseline",
                parse_math=False,
            )  # fmt: skip
