"""Where small multiples go: equal panels inside the area of one axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from topoi.palette import INK, MUTED, Hue
from topoi.plots._style import NOTE, TEXT, inches
from topoi.plots.labels import fitted, name_label, text_width

__all__ = ["Margins", "draw_key", "draw_note", "draw_notes", "note_lines", "panel_grid"]

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


def draw_key(ax: Axes, entries: Sequence[tuple[str, Hue]], *, above: float) -> None:
    """Marker and name of each entry in one line, its middle `above` inches over the axes' top."""
    width, height = inches(ax)
    place, level = 0.05, 1 + above / height
    labels, step = _in_one_line([name_label(name) for name, _ in entries], width)
    for label, (_, hue) in zip(labels, entries, strict=True):
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
        place += step + text_width(label, points=TEXT)


def _in_one_line(labels: Sequence[str], width: float) -> tuple[list[str], float]:
    """The labels, the longest cut so that all fit, and inches that one takes beside its text."""
    wide = [text_width(label, points=TEXT) for label in labels]
    step = _STEP if sum(wide) + len(wide) * _STEP <= width else _SMALL_STEP
    room, most = width - len(wide) * step, np.inf
    for number, narrow in enumerate(sorted(wide)):
        rest = room / (len(wide) - number)  # for each of those that are not narrower
        if narrow > rest:
            most = max(rest, 0.2)
            break
        room -= narrow
    return [fitted(label, points=TEXT, width=most) for label in labels], step


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
