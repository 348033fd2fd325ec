"""How words of a corpus get into a figure: without harm, and in the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from topoi.palette import display_name
from topoi.printable import printable

__all__ = ["fitted", "listed_lines", "name_label", "safe_label", "spread", "text_width", "wrapped"]

_LONGEST = 10_000  # characters looked at; a label is never near it


def safe_label(text: object, most: int = 28) -> str:
    """The text as one line that can be drawn and put into an SVG file.

    What `printable` refuses is taken out (control characters, lone surrogates, direction marks);
    a text of more than `most` characters ends with an ellipsis. Never raises.
    """
    line = printable(str(text)[:_LONGEST])
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def name_label(name: object, most: int = 28) -> str:
    """Label of a theme, topic or group by its name in a table."""
    return safe_label(display_name(safe_label(name, most=_LONGEST)), most)


def fitted(text: str, *, points: float, width: float, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than `width` inches at this size."""
    if text_width(text, points=points, bold=bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        room = width - text_width(text[:middle].rstrip() + "…", points=points, bold=bold)
        low, high = (middle, high) if room >= 0 else (low, middle - 1)
    return text[:low].rstrip() + "…"


def wrapped(text: str, *, points: float, width: float, most: int | None = None) -> list[str]:
    """The text in lines no wider than `width` inches, broken at spaces; a longer word is cut.

    Where there are more than `most` lines, the last is the first of those too many.
    """
    lines: list[str] = []
    for word in text.split():
        if most is not None and len(lines) > most:
            break
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, points=points) <= width:
            lines[-1] = longer
        else:
            lines.append(fitted(word, points=points, width=width))
    return lines


def listed_lines(
    head: str, names: Sequence[str], *, points: float, width: float, most: int
) -> list[str]:
    """At most `most` lines that name as many as they hold, and say how many more there are."""
    low, high = 0, len(names)
    while low < high:  # the most names that fit
        middle = (low + high + 1) // 2
        lines = wrapped(_told(head, names, middle), points=points, width=width, most=most)
        low, high = (middle, high) if len(lines) <= most else (low, middle - 1)
    return wrapped(_told(head, names, low), points=points, width=width)[:most]


def _told(head: str, names: Sequence[str], n: int) -> str:
    rest = len(names) - n
    if not n:
        return f"{head} {rest}"
    return f"{head} {', '.join(names[:n])}" + (f" and {rest} more" if rest else "")


@lru_cache(maxsize=4096)  # labels are tried at several places, and beginnings of lists again
def text_width(text: str, *, points: float, bold: bool = False) -> float:
    """Width of the text in DejaVu Sans, inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=points, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def spread(wanted: Sequence[float], *, gap: float, high: float) -> list[float]:
    """Places at least `gap` apart, in the order of `wanted`, moved as little as can be.

    Labels that touch become a block whose middle is the mean of their wanted places (pooling of
    adjacent violators, as in isotonic regression). All places lie in [0, high] if there is room.
    """
    order = sorted(range(len(wanted)), key=lambda position: (wanted[position], position))
    blocks: list[tuple[float, int]] = []  # mean of wanted - rank * gap, members
    for rank, position in enumerate(order):
        mean, members = wanted[position] - rank * gap, 1
        while blocks and blocks[-1][0] > mean:
            other, others = blocks.pop()
            mean = (mean * members + other * others) / (members + others)
            members += others
        blocks.append((mean, members))
    top = max(high - (len(wanted) - 1) * gap, 0.0)
    starts = [min(max(mean, 0.0), top) for mean, members in blocks for _ in range(members)]
    placed = [0.0] * len(wanted)
    for rank, position in enumerate(order):
        placed[position] = starts[rank] + rank * gap
    return placed
