"""Which topics come again in fits made otherwise, beside what chance gives?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from topoi.palette import INK, MUTED, SERIES, Hue
from topoi.plots._axes import draw_grid, hide_sides
from topoi.plots._panels import Margins, draw_key, draw_notes, note_lines, panel_grid
from topoi.plots._style import NOTE, PAGE, TEXT, house_style, inches, new_frame
from topoi.plots.columns import in_order, require
from topoi.plots.labels import fitted, name_label, text_width

__all__ = ["draw_stability"]

_ROW = 0.17  # inches
_MOST_ROWS = 40  # topics of one column
_WIDEST = 1.7  # inches a label may take
_FOUND = 0.62  # inches for the numbers at the right
_TOP, _BELOW = 0.5, 0.52  # inches for the key and the heads; for ticks, axis title and note
_BAND, _CHANCE = "#f3f5f7", "#d5dae0"
_ALL = "all"
_TITLES = (  # the first that fits
    "similarity of the top terms with the matched topic, average Jaccard coefficient",
    "similarity of top terms, average Jaccard",
    "average Jaccard",
)


class _Row(NamedTuple):
    """A topic: its similarities by kind of variation, their mean, chance, and how often found."""

    label: str
    points: list[tuple[str, float]]
    mean: float
    chance: float
    found: str


def draw_stability(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how like each topic is to the topics it is matched with, the most stable one first.

    Parameters
    ----------
    table : DataFrame from `stability` or `stability_summary`
        Columns topic, variation (str), similarity, chance (float 0..1), and of `stability` limit
        (float) and is_found (bool), a dot for each fit; of the summary found (float 0..1), a dot
        for each kind of variation.
    ax : Axes, optional
        The panels become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; its `child_axes` are the panels: one, or several columns for many topics.

    Raises
    ------
    InputError
        If a column is missing or there is no row.

    Notes
    -----
    Topics are sorted by the mean of their similarities (over the fits; of a summary, its row of
    "all"), ties in the order of the table. The grey bar is what chance gives: up to the mean of the
    limits that 95 % of random topics do not pass, or of a summary the mean of chance.
    """
    is_summary = "found" in table.columns
    needed = ["found"] if is_summary else ["limit", "is_found"]
    require(table, ["topic", "variation", "similarity", "chance", *needed], by="draw_stability")
    kinds = [kind for kind in in_order(table["variation"]) if kind != _ALL]
    found = {kind: SERIES[place % len(SERIES)] for place, kind in enumerate(kinds)}
    rows = _rows(table, is_summary=is_summary)
    notes = _notes(rows, is_summary=is_summary)
    n_columns = min(-(-len(rows) // _MOST_ROWS), 3)
    n_rows = -(-len(rows) // n_columns)
    with house_style() if ax is None else nullcontext():
        frame = _new(n_rows, notes) if ax is None else ax
        margins = _margins(rows, frame, n_columns, notes)
        panels = panel_grid(frame, n_columns, n_columns, margins)
        for place, panel in enumerate(panels):
            own = rows[place * n_rows : (place + 1) * n_rows]
            _draw_panel(panel, own, found, n_rows, margins.left - 0.06)
        draw_key(frame, [*found.items()], above=-0.12)
        _write_title(frame, margins)
        draw_notes(frame, notes, below=_BELOW - 0.04 - margins.bottom)
    return frame


def _rows(table: pd.DataFrame, *, is_summary: bool) -> list[_Row]:
    """A row for each topic, by falling mean; topics without one last."""
    rows = []
    for topic in in_order(table["topic"]):
        own = table.loc[table["topic"].astype(str) == topic]
        is_all = own["variation"].astype(str) == _ALL
        of_all = own.loc[is_all] if is_summary and is_all.any() else own
        each = own.loc[~is_all]
        rows.append(
            _Row(
                name_label(topic, 60) or "(none)",
                [
                    *zip(
                        each["variation"].astype(str), each["similarity"].astype(float), strict=True
                    )
                ],
                float(of_all["similarity"].mean()),
                float(of_all["chance" if is_summary else "limit"].mean()),
                _found(of_all, is_summary=is_summary),
            )
        )
    return sorted(rows, key=lambda row: -row.mean if np.isfinite(row.mean) else np.inf)


def _found(rows: pd.DataFrame, *, is_summary: bool) -> str:
    if is_summary:
        part = float(rows["found"].mean())
        return f"{part:.0%}" if np.isfinite(part) else ""
    return f"{int(rows['is_found'].sum())} of {len(rows)}"


def _notes(rows: Sequence[_Row], *, is_summary: bool) -> list[str]:
    grey = "mean of random topics" if is_summary else "what 95% of random topics do not pass"
    has_chance = any(np.isfinite(row.chance) for row in rows)
    return ["bar: mean of all fits", f"grey: {grey}" if has_chance else ""]


def _new(n_rows: int, notes: Sequence[str]) -> Axes:
    lines = len(note_lines(notes, PAGE - 0.1))
    height = n_rows * _ROW + _TOP + _BELOW + 0.125 * (lines - 1)
    return new_frame(height, edge=0.05)


def _margins(rows: Sequence[_Row], frame: Axes, n_columns: int, notes: Sequence[str]) -> Margins:
    width = inches(frame)[0]
    widest = max(text_width(row.label, points=TEXT) for row in rows)
    left = min(widest, _WIDEST, 0.38 * width / n_columns) + 0.1
    bottom = _BELOW + 0.125 * (len(note_lines(notes, width)) - 1)
    return Margins(left, _FOUND, _TOP, bottom, across=left + _FOUND + 0.1, down=0.0)


def _draw_panel(
    panel: Axes, rows: Sequence[_Row], found: Mapping[str, Hue], n_rows: int, room: float
) -> None:
    panel.set_xlim(0.0, 1.0)
    panel.set_ylim(n_rows - 0.5, -0.5)
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0) if inches(panel)[0] > 1.2 else (0.0, 0.5, 1.0)
    panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    panel.set_yticks([])
    draw_grid(panel, "x")
    panel.tick_params(axis="x", length=0, labelsize=NOTE)
    hide_sides(panel)
    _draw_rows(panel, rows, found)
    for number, row in enumerate(rows):
        _write_row(panel, number, row, room)
    width = inches(panel)[0]
    panel.text(
        1 + _FOUND / width, -0.95, "found in", transform=panel.get_yaxis_transform(),
        fontsize=NOTE, color=MUTED, horizontalalignment="right",
        verticalalignment="center_baseline", parse_math=False,
    )  # fmt: skip


def _draw_rows(panel: Axes, rows: Sequence[_Row], found: Mapping[str, Hue]) -> None:
    places = np.arange(len(rows), dtype=float)
    for place in places[::2]:
        panel.axhspan(place - 0.5, place + 0.5, color=_BAND, linewidth=0, zorder=0)
    chance, mean, low, high = np.array([[row.chance, row.mean, *_ends(row)] for row in rows]).T
    told, seen = np.isfinite(chance), np.isfinite(mean)
    panel.barh(places[told], chance[told], height=0.62, color=_CHANCE, linewidth=0, zorder=1)
    panel.hlines(places[seen], low[seen], high[seen], color=MUTED, linewidth=0.7, zorder=2)
    low, high = places[seen] - 0.36, places[seen] + 0.36
    panel.vlines(mean[seen], low, high, color=INK, linewidth=1.8, zorder=3)
    for kind, hue in found.items():
        points = [
            (value, place)
            for place, row in zip(places, rows, strict=True)
            for of, value in row.points
            if of == kind
        ]
        x, y = np.array(points).reshape(-1, 2).T
        panel.plot(
            x, y, marker=hue.marker, markersize=3.8, linestyle="none", color=hue.colour,
            alpha=0.75, markeredgewidth=0, clip_on=False, label=name_label(kind), zorder=4,
        )  # fmt: skip


def _ends(row: _Row) -> tuple[float, float]:
    """The lowest and highest similarity of a topic, or NaN."""
    known = [value for _, value in row.points if np.isfinite(value)]
    return (min(known), max(known)) if known else (np.nan, np.nan)


def _write_row(panel: Axes, number: int, row: _Row, room: float) -> None:
    width = inches(panel)[0]
    for place, text, size, colour in (
        (-0.06 / width, fitted(row.label, points=TEXT, width=room), TEXT, INK),
        (1 + _FOUND / width, row.found, NOTE, MUTED),
    ):
        panel.text(
            place, number, text, transform=panel.get_yaxis_transform(), fontsize=size,
            color=colour, horizontalalignment="right", verticalalignment="center_baseline",
            parse_math=False,
        )  # fmt: skip


def _write_title(frame: Axes, margins: Margins) -> None:
    """What the axis measures, under the ticks."""
    width, height = inches(frame)
    room = width - margins.left
    title = next((t for t in _TITLES if text_width(t, points=TEXT) <= room), _TITLES[-1])
    frame.text(
        margins.left / width, (margins.bottom - 0.32) / height, title, transform=frame.transAxes,
        fontsize=TEXT, color=INK, parse_math=False,
    )  # fmt: skip
