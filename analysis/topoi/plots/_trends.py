"""How shares over time are drawn: a line with its band for each name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from topoi.palette import INK, Hue, hues
from topoi.plots._axes import draw_points
from topoi.plots._events import (
    ABOVE,
    Marks,
    draw_event_list,
    list_height,
    mark_events,
    marks_of,
)
from topoi.plots._panels import Margins, draw_key, draw_note, draw_notes, note_lines, panel_grid
from topoi.plots._shares import AXIS_TITLE, highest_share, interval_note, percent_axis, title_axis
from topoi.plots._style import PAGE, TEXT, inches, new_axes
from topoi.plots._time_axis import days_of, time_axis
from topoi.plots.columns import in_order
from topoi.plots.labels import fitted, name_label, safe_label, spread, text_width

__all__ = ["draw_trend_panels", "draw_trends"]

_BELOW = 0.52  # inches for two lines of tick labels and the note
_GAP = 0.15  # inches between the middles of two labels
_LEFT = 0.62  # inches left of the axes
_LEAD = 0.22  # inches from the last point to its label
_WIDEST = 1.6  # inches a label may take
_NARROW = 1.6  # inches that a panel takes at least


def draw_trends(table: pd.DataFrame, ax: Axes | None, events: pd.DataFrame | None = None) -> Axes:
    """Lines with bands in one area, named at their ends; events as numbered lines."""
    found = hues(in_order(table["name"]))
    labels = {name: fitted(name_label(name), points=TEXT, width=_WIDEST) for name in found}
    days = days_of(table["period"])
    marks = marks_of(events, days)
    room = PAGE - _LEFT - 0.1 if ax is None else inches(ax)[0]
    target = _new(labels, marks, room) if ax is None else ax
    ends = _draw_lines(target, table, found, days, marks=marks)
    mark_events(target, marks, _colours(found))
    title_axis(target, "y")
    _label_ends(target, ends, labels, found)
    draw_note(target, interval_note(table, shown_as="band"), below=_BELOW - 0.06)
    draw_event_list(target, marks, below=_BELOW - 0.03, room=room)
    return target


def draw_trend_panels(
    table: pd.DataFrame,
    ax: Axes | None,
    events: pd.DataFrame | None = None,
    *,
    titles: Mapping[str, str] | None = None,
    notes: Sequence[str] | None = None,
) -> Axes:
    """A panel of lines for each group, all with the same axes, one key and list of events.

    `titles` stand instead of the groups where there is room, `notes` instead of what the interval
    is. Points that a column is_flagged marks are hollow.
    """
    notes = [interval_note(table, shown_as="band")] if notes is None else notes
    groups = in_order(table["group"])
    found = hues(in_order(table["name"]))
    width = PAGE - 0.1 if ax is None else inches(ax)[0]
    n_columns = min(len(groups), 2 if len(groups) in (2, 4) else 3, max(int(width / _NARROW), 1))
    more = max(0.125 * (len(note_lines(notes, width)) - 1), 0.0)
    days, highest = days_of(table["period"]), highest_share(table)
    marks = marks_of(events, days)
    room = width - 0.6
    below, above = list_height(marks, room), ABOVE if marks.events else 0.0
    margins = Margins(
        left=0.5,
        right=0.1,
        top=0.52 + above,
        bottom=_BELOW + more + below,
        across=0.2,
        down=0.3 + above,
    )
    target = _new_frame(-(-len(groups) // n_columns), margins) if ax is None else ax
    panels = panel_grid(target, len(groups), n_columns, margins)
    for number, (panel, group) in enumerate(zip(panels, groups, strict=True)):
        chosen = (table["group"].astype(str) == group).to_numpy()
        _draw_lines(
            panel, table.loc[chosen], found, days[chosen],
            marks=marks, all_days=days, highest=highest,
        )  # fmt: skip
        mark_events(panel, marks, _colours(found), group=group)
        _title_panel(panel, safe_label(group, 60), (titles or {}).get(group, ""), above=above)
        if number % n_columns:
            panel.tick_params(axis="y", labelleft=False)
        if number + n_columns < len(groups):
            panel.tick_params(axis="x", labelbottom=False)
    draw_key(target, list(found.items()), above=-0.14)
    _title_frame(target)
    draw_notes(target, notes, below=-0.06 - more - below)
    draw_event_list(target, marks, below=-below, room=room, left=margins.left)
    return target


def _new(labels: Mapping[str, str], marks: Marks, room: float) -> Axes:
    right = max(text_width(label, points=TEXT) for label in labels.values()) + _LEAD + 0.1
    above, below = ABOVE if marks.events else 0.0, list_height(marks, room)
    height = max(2.75, len(labels) * _GAP + 1.0) + above + below
    return new_axes(
        (PAGE, height), left=_LEFT, right=right, top=0.12 + above, bottom=_BELOW + below
    )


def _new_frame(n_rows: int, margins: Margins) -> Axes:
    height = margins.top + margins.bottom + n_rows * 1.3 + (n_rows - 1) * margins.down + 0.1
    return new_axes((PAGE, height), left=0.05, right=0.05, top=0.05, bottom=0.05)


def _draw_lines(
    ax: Axes,
    table: pd.DataFrame,
    found: Mapping[str, Hue],
    days: NDArray[np.float64],
    *,
    marks: Marks,
    all_days: NDArray[np.float64] | None = None,
    highest: float | None = None,
) -> dict[str, tuple[float, float]]:
    """Draw each name's line; gives the last point of each, in the data's units."""
    span = days if all_days is None else all_days
    percent_axis(ax, "y", highest_share(table) if highest is None else highest)
    pad = 0.015 if all_days is None else 0.06
    time_axis(ax, np.append(span, marks.days), room=inches(ax)[0], pad=pad)
    ends = {}
    for name, hue in found.items():
        chosen = (table["name"].astype(str) == name).to_numpy() & table[
            "estimate"
        ].notna().to_numpy()
        order = np.argsort(days[chosen], kind="stable")
        rows, x = table.loc[chosen].iloc[order], days[chosen][order]
        if len(x):
            _draw_line(ax, rows, x, hue, name, longest=_longest_step(span))
            ends[name] = (float(x[-1]), float(rows["estimate"].iloc[-1]))
    return ends


def _colours(found: Mapping[str, Hue]) -> dict[str, str]:
    return {name: hue.colour for name, hue in found.items()}


def _longest_step(days: NDArray[np.float64]) -> float:
    """Days between two periods that still follow each other: the shortest step and a half."""
    steps = np.diff(np.unique(days))
    return float(steps.min()) * 1.5 if len(steps) else 0.0


def _draw_line(
    ax: Axes, rows: pd.DataFrame, x: NDArray[np.float64], hue: Hue, name: str, *, longest: float
) -> None:
    estimate, lower, upper = (rows[c].to_numpy(dtype=float) for c in ("estimate", "lower", "upper"))
    breaks = np.flatnonzero(np.diff(x) > longest) + 1
    ax.plot(x, estimate, color=hue.colour, linewidth=0.8, linestyle=":", label="")
    for run in np.split(np.arange(len(x)), breaks):
        ax.plot(x[run], estimate[run], color=hue.colour, linewidth=1.5, label="")
    known = np.isfinite(lower) & np.isfinite(upper)
    _draw_bands(ax, x, lower, upper, known=known, breaks=breaks, hue=hue)
    marked = _marked(x, inches(ax)[0])
    flagged = rows["is_flagged"].to_numpy(dtype=bool) if "is_flagged" in rows.columns else ~known
    full = known & ~flagged
    label = name_label(name)
    for which, is_full in ((full & marked, True), (~full, False)):
        draw_points(
            ax, x[which], estimate[which], hue, is_full=is_full, size=3.6, edge=0.8, label=label
        )


def _marked(x: NDArray[np.float64], room: float) -> NDArray[np.bool_]:
    """Which points get a marker: all, or every so many that markers are 0.12 inches apart."""
    every = max(int(np.ceil(0.12 * len(x) / room)), 1)
    marked: NDArray[np.bool_] = (len(x) - 1 - np.arange(len(x))) % every == 0
    return marked


def _draw_bands(
    ax: Axes,
    x: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    *,
    known: NDArray[np.bool_],
    breaks: NDArray[np.int64],
    hue: Hue,
) -> None:
    """Fill between the limits where neighbours have them; a lone interval is a vertical line."""
    changes = np.flatnonzero(np.diff(known)) + 1
    for run in np.split(np.arange(len(x)), np.union1d(breaks, changes)):
        if not len(run) or not known[run[0]]:
            continue
        if len(run) == 1:
            ax.vlines(x[run], lower[run], upper[run], color=hue.colour, linewidth=0.9)
        else:
            ax.fill_between(
                x[run], lower[run], upper[run], color=hue.colour, alpha=0.16, linewidth=0
            )


def _label_ends(
    ax: Axes,
    ends: Mapping[str, tuple[float, float]],
    labels: Mapping[str, str],
    found: Mapping[str, Hue],
) -> None:
    width, height = inches(ax)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    levels = [(share - bottom) / (top - bottom) * height for _, share in ends.values()]
    places = spread(levels, gap=_GAP, high=height)
    for (name, (day, _)), level, place in zip(ends.items(), levels, places, strict=True):
        ax.plot(
            [(day - left) / (right - left) + 0.04 / width, 1 + (_LEAD - 0.05) / width],
            [level / height, place / height],
            color=found[name].colour,
            linewidth=0.7,
            transform=ax.transAxes,
            clip_on=False,
            label="",
        )
        ax.text(
            1 + _LEAD / width,
            place / height,
            labels[name],
            transform=ax.transAxes,
            fontsize=TEXT,
            color=INK,
            verticalalignment="center_baseline",
            parse_math=False,
        )


def _title_panel(panel: Axes, group: str, title: str, *, above: float) -> None:
    """The title over the panel, or where there is none or too little room the group."""
    room = inches(panel)[0]
    fits = bool(title) and text_width(title, points=TEXT) <= room
    label = title if fits else fitted(group or "(none)", points=TEXT, width=room)
    pad = 4 + 72 * above
    panel.set_title(label, loc="left", fontsize=TEXT, color=INK, pad=pad, parse_math=False)


def _title_frame(frame: Axes) -> None:
    frame.text(
        0.06 / inches(frame)[0],
        0.5,
        AXIS_TITLE,
        transform=frame.transAxes,
        fontsize=TEXT,
        color=INK,
        rotation=90,
        verticalalignment="center",
        horizontalalignment="center",
        parse_math=False,
    )
