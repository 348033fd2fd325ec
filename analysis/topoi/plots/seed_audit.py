"""How often does each seed of a theme occur, and which of them go with another theme?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from topoi.checks import at_least
from topoi.palette import INK, MUTED, Hue, hues, tinted
from topoi.plots._axes import hide_sides
from topoi.plots._panels import Margins, panel_grid
from topoi.plots._style import HAIR, NOTE, PAGE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, listed_lines, name_label, safe_label, text_width, wrapped

__all__ = ["draw_seed_audit"]

_ROW = 0.158  # inches a seed
_SMALL = 7.2  # points
_WIDEST, _NARROWEST = 1.25, 0.9  # inches a seed may take, and that it is given at least
_WIDE = 2.2  # inches it may take where at most two themes stand side by side
_DOWN = 0.36  # inches between two rows of panels
_HIGHEST = 8.6  # inches of all panels that fit on a page
_GUTTER = 0.15  # inches left of these for the marker of another theme
_LEAST_BARS, _SHORT_BARS = 0.5, 0.36  # inches; the second where panels cannot be wider
_ACROSS = 0.2  # inches between two panels
_LINE = 0.13  # inches a line of the notes below all
_MOST_LINES = 4  # that name absent seeds
_NUMBERS = (
    "numbers and bars: times the seed occurs (wide, pale) in how many passages (narrow, dark)"
)
_AMBIGUOUS = (
    "marker at a seed: it goes with the theme of that marker at least as much as with its own"
)


class _Panel(NamedTuple):
    """A theme's seeds that are drawn, the most frequent first, and what is said below them."""

    theme: str
    seeds: pd.DataFrame
    lines: list[str]

    @property
    def size(self) -> int:
        """Rows that it takes."""
        return len(self.seeds) + len(self.lines)


def draw_seed_audit(table: pd.DataFrame, *, most_seeds: int = 15, ax: Axes | None = None) -> Axes:
    """Draw what each seed of a pack finds: a panel for each theme, a bar for each seed.

    Parameters
    ----------
    table : DataFrame
        `ThemeAudit.seeds` from `audit_themes`: columns theme, seed (str), occurrences, passages
        (int), toward (str), is_ambiguous (bool); themes in the order of the rows.
    most_seeds : int >= 1, seeds a theme that have a bar: those that occur most often, of equals in
        the order of the rows
    ax : Axes, optional
        The panels become inset axes of it, side by side as far as it is wide. Without one, a new
        figure of a fitting size.

    Returns
    -------
    Axes
        The frame; the panels are its `child_axes`, in the order of the themes.

    Raises
    ------
    InputError
        If a column is missing, there is no row, or most_seeds < 1.

    Notes
    -----
    A wide pale bar counts the seed's occurrences, a narrow dark one the passages that hold it, on
    the same scale in all panels. The marker of another theme stands left of a seed that goes with
    that theme at least as much as with its own. Seeds that never occur are named below the bars.
    """
    needed = ["theme", "seed", "occurrences", "passages", "toward", "is_ambiguous"]
    require(table, needed, by="draw_seed_audit")
    at_least("most_seeds", most_seeds, 1, whole=True)
    themes = in_order(table["theme"])
    found = hues([*themes, *in_order(table.loc[table["is_ambiguous"], "toward"])])
    with house_style() if ax is None else nullcontext():
        width = PAGE - 0.08 if ax is None else inches(ax)[0]
        high = _HIGHEST if ax is None else inches(ax)[1]
        n_columns, panels, sides = _layout(table, most_seeds, (width, high))
        most = max(panel.size for panel in panels)
        notes = _notes(width, is_marked=bool(table["is_ambiguous"].any()))
        margins = Margins(
            left=sides.left, right=sides.right, top=0.24, bottom=0.2 + len(notes) * _LINE,
            across=sides.left + sides.right + _ACROSS, down=_DOWN,
        )  # fmt: skip
        frame = _new(-(-len(panels) // n_columns), most, margins) if ax is None else ax
        axes = panel_grid(frame, len(panels), n_columns, margins)
        highest = _highest(panels)
        for panel, own in zip(panels, axes, strict=True):
            _frame_panel(own, highest, most, len(panel.seeds))
            _draw_panel(own, panel, found, sides)
        _draw_notes(frame, notes)
    return frame


class _Sides(NamedTuple):
    """Inches left of the bars, for markers and seeds, and right of them, for numbers.

    lacks : inches that the longest seed has too few; 0 or less where it has enough
    spare : inches that a seed without a marker may take of those left of it
    """

    left: float
    right: float
    lacks: float
    spare: float = 0.0

    @property
    def is_roomy(self) -> bool:
        """Whether seeds have what they are given at least, or need."""
        return self.lacks <= 1e-9 or self.left >= _NARROWEST + _GUTTER + 0.06


class _Layout(NamedTuple):
    """How many panels stand side by side, the panels, and what is beside their bars."""

    n_columns: int
    panels: list[_Panel]
    sides: _Sides

    @property
    def height(self) -> float:
        """Inches that the panels take below each other."""
        n_rows = -(-len(self.panels) // self.n_columns)
        return n_rows * (max(panel.size for panel in self.panels) * _ROW + _DOWN)

    def tight(self, width: float) -> _Layout:
        """The same with more room for seeds and less for bars."""
        room = (width + _ACROSS) / self.n_columns - _ACROSS
        left, right, lacks, _ = self.sides
        more = min(lacks, max(room - right - _SHORT_BARS - left, 0.0))
        return self._replace(sides=_Sides(left + more, right, lacks - more, _GUTTER - 0.02))


def _layout(table: pd.DataFrame, most_seeds: int, size: tuple[float, float]) -> _Layout:
    """The most panels side by side that leave room for seeds and bars.

    Where they fill more than one row, the most that cut no seed and are not too high, if there are.
    Where seeds have too little room, bars are shorter and seeds without a marker take its place.
    """
    width, highest = size
    n_themes = len(in_order(table["theme"]))
    fewest = -(-n_themes // _n_columns(width, n_themes))
    tried: list[_Layout] = []
    for n_rows in range(fewest, n_themes + 1):
        one = _in_columns(table, most_seeds, width, -(-n_themes // n_rows))
        is_high = n_rows > fewest and one.height > highest
        is_whole = one.sides.lacks <= 0 and not is_high
        if is_whole or (fewest == 1 and one.sides.is_roomy):
            return one
        tried.append(one.tight(width))
        if is_high or (fewest == 1 and tried[-1].sides.is_roomy):
            break
    return next((one for one in tried if one.sides.is_roomy), tried[-1])


def _in_columns(table: pd.DataFrame, most_seeds: int, width: float, n_columns: int) -> _Layout:
    room = (width + _ACROSS) / n_columns - _ACROSS
    themes = in_order(table["theme"])
    panels = [_panel(table, theme, most_seeds, room - _GUTTER) for theme in themes]
    return _Layout(n_columns, panels, _sides(panels, room, _WIDEST if n_columns > 2 else _WIDE))


def _sides(panels: Sequence[_Panel], room: float, widest: float) -> _Sides:
    """What seeds and numbers need, as far as `room` inches leave some for bars."""
    shown = pd.concat([panel.seeds for panel in panels])
    seeds = [text_width(safe_label(seed, 60), points=_SMALL) for seed in shown["seed"]]
    numbers = [
        text_width(_told(times, passages), points=NOTE)
        for times, passages in shown[["occurrences", "passages"]].itertuples(index=False)
    ]
    right = max(numbers, default=0.3) + 0.08
    needed = max(seeds, default=0.3) + _GUTTER + 0.06
    most = min(widest + _GUTTER + 0.06, max(room - right - _LEAST_BARS, 0.5))
    return _Sides(min(needed, most), right, needed - most)


def _told(times: float, passages: float) -> str:
    return f"{int(times):,} in {int(passages):,}"


def _n_columns(width: float, n_themes: int) -> int:
    """As many panels side by side as leave room for bars, spread evenly over the rows."""
    least = _GUTTER + _NARROWEST + 2 * _LEAST_BARS + _ACROSS  # numbers take as much as bars
    most = min(max(int((width + _ACROSS) / least), 1), n_themes)
    return -(-n_themes // -(-n_themes // most))


def _panel(table: pd.DataFrame, theme: str, most_seeds: int, width: float) -> _Panel:
    own = table.loc[table["theme"].astype(str) == theme]
    counts = own["occurrences"].fillna(0).to_numpy(dtype=np.int64)
    order = np.argsort(-counts, kind="stable")
    occurring = own.iloc[order[counts[order] > 0]]
    absent = [safe_label(seed) or "(none)" for seed in own["seed"][counts == 0]]
    lines = []
    if len(occurring) > most_seeds:
        rest = occurring["occurrences"].iloc[most_seeds:]
        lines.append(f"{len(rest)} more occur, at most {int(rest.max()):,} times each")
    if absent:
        head = f"never occur ({len(absent)}):" if len(absent) > 1 else "never occurs:"
        lines += listed_lines(head, absent, points=NOTE, width=width, most=_MOST_LINES)
    return _Panel(theme, occurring.head(most_seeds), lines)


def _new(n_rows: int, most: int, margins: Margins) -> Axes:
    height = margins.top + margins.bottom + n_rows * most * _ROW + (n_rows - 1) * margins.down
    return new_frame(height, edge=0.04)


def _highest(panels: Sequence[_Panel]) -> int:
    counts = [panel.seeds[["occurrences", "passages"]].to_numpy().ravel() for panel in panels]
    return int(max((count.max(initial=0) for count in counts), default=0)) or 1


def _frame_panel(ax: Axes, highest: int, most: int, n_seeds: int) -> None:
    ax.set_xlim(0, highest * 1.02)
    ax.set_ylim(most - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_yticks([])
    hide_sides(ax)
    ax.vlines(0, -0.5, n_seeds - 0.5, color=HAIR, linewidth=0.8)


def _draw_panel(ax: Axes, panel: _Panel, found: dict[str, Hue], sides: _Sides) -> None:
    hue = found[panel.theme]
    rows = panel.seeds[["seed", "occurrences", "passages", "toward", "is_ambiguous"]]
    for place, (seed, times, passages, toward, is_ambiguous) in enumerate(
        rows.itertuples(index=False, name=None)
    ):
        ax.barh(place, times, height=0.8, color=tinted(hue.colour, 0.68), linewidth=0)
        ax.barh(place, passages, height=0.3, color=hue.colour, linewidth=0)
        room = sides.left - _GUTTER - 0.06 + (0.0 if is_ambiguous else sides.spare)
        label = fitted(safe_label(seed, 60), points=_SMALL, width=room)
        _write(ax, -0.06, place, label, fontsize=_SMALL, color=INK, horizontalalignment="right")
        right = inches(ax)[0] + sides.right
        told = _told(times, passages)
        _write(ax, right, place, told, fontsize=NOTE, color=MUTED, horizontalalignment="right")
        if is_ambiguous:
            _mark(ax, place, found[str(toward)], 0.07 - sides.left)
    for number, line in enumerate(panel.lines):
        below = len(rows) + number + (0.25 if len(rows) else 0.0)
        _write(ax, _GUTTER - sides.left, below, line, fontsize=NOTE, color=MUTED)
    _name(ax, panel.theme, hue, sides)


def _mark(ax: Axes, place: int, other: Hue, left: float) -> None:
    """The marker of another theme, left of the longest label there could be."""
    ax.plot(
        [left / inches(ax)[0]], [place], marker=other.marker, markersize=4.2, color=other.colour,
        linestyle="none", transform=ax.get_yaxis_transform(), clip_on=False,
        label="goes with another theme",
    )  # fmt: skip


def _write(ax: Axes, left: float, place: float, text: str, **how: Any) -> None:
    """Text at a row, `left` inches from where the bars begin."""
    ax.text(
        left / inches(ax)[0], place, text, transform=ax.get_yaxis_transform(),
        verticalalignment="center_baseline", parse_math=False, **how,
    )  # fmt: skip


def _name(ax: Axes, theme: str, hue: Hue, sides: _Sides) -> None:
    """The theme and its marker, over its seeds."""
    width, height = inches(ax)
    level = 1 + 0.13 / height
    ax.plot(
        [(0.07 - sides.left) / width], [level], marker=hue.marker, markersize=5, color=hue.colour,
        linestyle="none", transform=ax.transAxes, clip_on=False, label=name_label(theme),
    )  # fmt: skip
    room = sides.left + width + sides.right - _GUTTER
    ax.text(
        (_GUTTER - sides.left) / width, level,
        fitted(name_label(theme, 60), points=TEXT, width=room, bold=True),
        transform=ax.transAxes, fontsize=TEXT, fontweight="bold", color=INK,
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _notes(width: float, *, is_marked: bool) -> list[str]:
    """What numbers, bars and markers are, in lines."""
    told = [_NUMBERS, *([_AMBIGUOUS] if is_marked else [])]
    return [line for text in told for line in wrapped(text, points=NOTE, width=width - _GUTTER)]


def _draw_notes(frame: Axes, lines: Sequence[str]) -> None:
    width, height = inches(frame)
    for number, line in enumerate(reversed(lines)):
        frame.text(
            _GUTTER / width, (0.04 + number * _LINE) / height, line, transform=frame.transAxes,
            fontsize=NOTE, color=MUTED, parse_math=False,
        )  # fmt: skip
