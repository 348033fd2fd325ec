"""Where small multiples go: equal panels inside the area of one axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from topoi.palette import INK, MUTED, Hue
from topoi.plots._style import NOTE, TEXT, inches
from topoi.plots.labels import fitted, name_label, text_width

__all__ = [
    "KEY_LINE",
    "Margins",
    "draw_key",
    "draw_note",
    "draw_notes",
    "key_lines",
    "lines_over",
    "note_lines",
    "panel_grid",
]

KEY_LINE = 0.17  # inches from one line of a key to the next
_STEP, _SMALL_STEP = 0.35, 0.25  # inches of a key's entry beside its text
_NOTE_STEP = 0.125  # inches from one line of notes to the next


class Margins(NamedTuple):
    """Room kept free, inches: around all panels, and between two of them."""

    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    across: float = 0.0
    down: float = 0.0


def panel_grid(ax: Axes, n_panels: int, n_columns: int, margins: Margins) -> list[Axes]:
    """`n_panels` inset axes in rows of `n_columns`; `ax` itself becomes an empty frame."""
    ax.set_axis_off()
    width, height = inches(ax)
    n_rows = -(-n_panels // n_columns)
    free_width = width - margins.left - margins.right - (n_columns - 1) * margins.across
    free_height = height - margins.top - margins.bottom - (n_rows - 1) * margins.down
    panel_width = max(free_width / n_columns, 0.05)
    panel_height = max(free_height / n_rows, 0.05)
    panels = []
    for number in range(n_panels):
        row, column = divmod(number, n_columns)
        left = margins.left + column * (panel_width + margins.across)
        top = height - margins.top - row * (panel_height + margins.down)
        box = (
            left / width,
            (top - panel_height) / height,
            panel_width / width,
            panel_height / height,
        )
        panels.append(ax.inset_axes(box))
    return panels


def key_lines(names: Iterable[str], width: float) -> int:
    """On how many lines of `width` inches a key of these names stands without cutting any."""
    wide = [text_width(name_label(name), points=TEXT) for name in names]
    if not wide or sum(wide) + len(wide) * _SMALL_STEP <= width:
        return 1
    return -(-len(wide) // max(int(width / (max(wide) + _SMALL_STEP)), 1))


def lines_over(ax: Axes, names: Iterable[str], *, above: float) -> int:
    """On how many lines a key can stand over the axes: on one where there are others above."""
    figure = ax.get_figure(root=True)
    needed = key_lines(names, inches(ax)[0])
    if figure is None or needed == 1 or len(figure.axes) > 1:
        return 1
    free = (figure.bbox.height - ax.get_window_extent().y1) / figure.dpi - above - 0.06
    return min(needed, max(int(free / KEY_LINE) + 1, 1))


def draw_key(ax: Axes, entries: Sequence[tuple[str, Hue]], *, above: float, lines: int = 1) -> None:
    """Marker and name of each entry, the middle of the last line `above` inches over the axes' top.

    Names are cut where they have no room on so many lines; on several they stand in columns.
    """
    width, height = inches(ax)
    names = [name_label(name) for name, _ in entries]
    labels, places = _in_one_line(names, width) if lines == 1 else _in_columns(names, width, lines)
    per_line = -(-len(entries) // lines)
    for number, (label, place, (_, hue)) in enumerate(zip(labels, places, entries, strict=True)):
        level = 1 + (above + KEY_LINE * (lines - 1 - number // per_line)) / height
        ax.plot(
            [place / width],
            [level],
            marker=hue.marker,
            color=hue.colour,
            markersize=5,
            linestyle="none",
            transform=ax.transAxes,
            clip_on=False,
            label=f"key: {label}",
        )
        ax.text(
            (place + 0.09) / width,
            level,
            label,
            transform=ax.transAxes,
            fontsize=TEXT,
            color=INK,
            verticalalignment="center_baseline",
            parse_math=False,
        )


def _in_columns(labels: Sequence[str], width: float, lines: int) -> tuple[list[str], list[float]]:
    """The labels, cut to the width of a column, and where each has its marker."""
    per_line = -(-len(labels) // lines)
    longest = max(text_width(label, points=TEXT) for label in labels)
    column = min(longest + _STEP, width / per_line)
    shown = [fitted(label, points=TEXT, width=max(column - 0.2, 0.2)) for label in labels]
    return shown, [0.05 + number % per_line * column for number in range(len(labels))]


def _in_one_line(labels: Sequence[str], width: float) -> tuple[list[str], list[float]]:
    """The labels, the longest cut so that all fit, and where each has its marker."""
    wide = [text_width(label, points=TEXT) for label in labels]
    step = _STEP if sum(wide) + len(wide) * _STEP <= width else _SMALL_STEP
    room, most = width - len(wide) * step, np.inf
    for number, narrow in enumerate(sorted(wide)):
        rest = room / (len(wide) - number)  # for each of those that are not narrower
        if narrow > rest:
            most = max(rest, 0.2)
            break
        room -= narrow
    shown = [fitted(label, points=TEXT, width=most) for label in labels]
    places, place = [], 0.05
    for label in shown:
        places.append(place)
        place += step + text_width(label, points=TEXT)
    return shown, places


def draw_note(ax: Axes, text: str, *, below: float) -> None:
    """A small grey line, flush right, its baseline `below` inches under the axes' bottom."""
    ax.text(
        1,
        -below / inches(ax)[1],
        text,
        transform=ax.transAxes,
        fontsize=NOTE,
        color=MUTED,
        horizontalalignment="right",
        parse_math=False,
    )


def draw_notes(ax: Axes, parts: Sequence[str], *, below: float) -> None:
    """Notes on as many small grey lines as the width asks for; `below` is the first's baseline."""
    for number, line in enumerate(note_lines(parts, inches(ax)[0])):
        draw_note(ax, line, below=below + number * _NOTE_STEP)


def note_lines(parts: Sequence[str], width: float) -> list[str]:
    """The parts, with "; " between them, on lines of at most `width` inches."""
    lines: list[str] = []
    for part in filter(None, parts):
        longer = f"{lines[-1]}; {part}" if lines else part
        if lines and text_width(longer, points=NOTE) <= width:
            lines[-1] = longer
        else:
            lines.append(fitted(part, points=NOTE, width=width))
    return lines
