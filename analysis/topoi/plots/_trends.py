"""How shares over time are drawn: a line with its band for each name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from topoi.palette import INK, Hue, hues
from topoi.plots._events import (
    ABOVE,
    Marks,
    draw_event_list,
    list_height,
    mark_events,
    marks_of,
)
from topoi.plots._few_periods import Slots, are_few, draw_few, slot_axis, slots_of
from topoi.plots._panels import (
    KEY_LINE,
    Margins,
    draw_key,
    draw_note,
    draw_notes,
    key_lines,
    lines_over,
    note_lines,
    panel_grid,
)
from topoi.plots._shares import AXIS_TITLE, highest_share, interval_note, percent_axis, title_axis
from topoi.plots._style import COLUMN, PAGE, TEXT, inches, new_axes
from topoi.plots._time_axis import days_of, time_axis
from topoi.plots._trend_line import draw_line, known_rows, line_of, longest_step, offsets
from topoi.plots.columns import in_order
from topoi.plots.labels import fitted, name_label, safe_label, spread, text_width

__all__ = ["draw_trend_panels", "draw_trends", "trend_note"]

Days = NDArray[np.float64]

_BELOW = 0.52  # inches for two lines of tick labels and the note
_GAP = 0.15  # inches between the middles of two labels
_LEFT = 0.62  # inches left of the axes
_LEAD = 0.22  # inches from the last point to its label
_MARK = 0.1  # inches for a marker before a label
_WIDEST = 1.6  # inches a label may take
_NARROW = 1.6  # inches that a panel takes at least
_BAND, _PALER, _NONE = 0.16, 5, 8  # opacity; names over which bands are paler, and not drawn


def draw_trends(table: pd.DataFrame, ax: Axes | None, events: pd.DataFrame | None = None) -> Axes:
    """Lines with bands in one area, named at their ends; events as numbered lines.

    Of few periods intervals beside each other, with a key.
    """
    if are_few(table):
        return _draw_few_trends(table, ax, events)
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
    draw_note(target, trend_note(table), below=_BELOW - 0.06)
    draw_event_list(target, marks, below=_BELOW - 0.03, room=room)
    return target


def _draw_few_trends(table: pd.DataFrame, ax: Axes | None, events: pd.DataFrame | None) -> Axes:
    found = hues(in_order(table["name"]))
    marks = marks_of(events, days_of(table["period"]))
    room = _few_room(table, found, marks) if ax is None else inches(ax)[0]
    slots = slots_of(table, room)
    notes = [*trend_note(table).split("; "), _spacing(slots)]
    more = max(0.125 * (len(note_lines(notes, room)) - 1), 0.0)
    target = _new_few(found, marks, room, more) if ax is None else ax
    percent_axis(target, "y", highest_share(table))
    _draw_slots(target, table, found, slots, marks=marks)
    title_axis(target, "y")
    above = 0.16 + (ABOVE if marks.events else 0.0)
    draw_key(target, [*found.items()], above=above, lines=lines_over(target, found, above=above))
    draw_notes(target, notes, below=_BELOW - 0.06)
    draw_event_list(target, marks, below=_BELOW - 0.03 + more, room=room)
    return target


def _draw_slots(
    ax: Axes,
    table: pd.DataFrame,
    found: Mapping[str, Hue],
    slots: Slots,
    *,
    marks: Marks,
    group: str = "",
) -> None:
    slot_axis(ax, slots)
    draw_few(ax, table, found, slots)
    mark_events(ax, marks.moved(slots.at), _colours(found), group=group)


def _spacing(slots: Slots) -> str:
    return "periods in equal steps, not to scale" if slots.is_even else ""


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
    notes = [trend_note(table)] if notes is None else notes
    groups = in_order(table["group"])
    found = hues(in_order(table["name"]))
    width = PAGE - 0.1 if ax is None else inches(ax)[0]
    n_columns = min(len(groups), 2 if len(groups) in (2, 4) else 3, max(int(width / _NARROW), 1))
    slots = slots_of(table, (width - 0.6) / n_columns - 0.2) if are_few(table) else None
    notes = [*notes, _spacing(slots)] if slots else notes
    more = max(0.125 * (len(note_lines(notes, width)) - 1), 0.0)
    days, highest = days_of(table["period"]), _highest(table)
    marks = marks_of(events, days)
    room = width - 0.6
    below, above = list_height(marks, room), ABOVE if marks.events else 0.0
    lines = key_lines(found, width)
    margins = Margins(
        left=0.5,
        right=0.1,
        top=0.52 + above + (lines - 1) * KEY_LINE,
        bottom=_BELOW + more + below,
        across=0.2,
        down=0.3 + above,
    )
    target = _new_frame(-(-len(groups) // n_columns), margins) if ax is None else ax
    panels = panel_grid(target, len(groups), n_columns, margins)
    for number, (panel, group) in enumerate(zip(panels, groups, strict=True)):
        chosen = (table["group"].astype(str) == group).to_numpy()
        if slots:
            percent_axis(panel, "y", highest)
            _draw_slots(panel, table.loc[chosen], found, slots, marks=marks, group=group)
        else:
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
    draw_key(target, [*found.items()], above=-0.14 - (lines - 1) * KEY_LINE, lines=lines)
    _title_frame(target)
    draw_notes(target, notes, below=-0.06 - more - below)
    draw_event_list(target, marks, below=-below, room=room, left=margins.left)
    return target


def _new(labels: Mapping[str, str], marks: Marks, room: float) -> Axes:
    right = max(text_width(label, points=TEXT) for label in labels.values()) + _LEAD + 0.1
    right += _MARK if len(labels) > _NONE else 0.0
    above, below = ABOVE if marks.events else 0.0, list_height(marks, room)
    height = max(2.75, len(labels) * _GAP + 1.0) + above + below
    return new_axes(
        (PAGE, height), left=_LEFT, right=right, top=0.12 + above, bottom=_BELOW + below
    )


def _few_room(table: pd.DataFrame, found: Mapping[str, Hue], marks: Marks) -> float:
    """Inches that the periods need, or those of the page where there are events to list."""
    most = PAGE - _LEFT - 0.1
    if marks.events:
        return most
    key = sum(text_width(name_label(name), points=TEXT) + 0.3 for name in found)
    periods = table["period"].astype(str).nunique() * (0.8 + 0.16 * len(found))
    return min(max(periods, min(key, 4.2), COLUMN - _LEFT - 0.1), most)


def _new_few(found: Mapping[str, Hue], marks: Marks, room: float, more: float) -> Axes:
    above = 0.32 + (ABOVE if marks.events else 0.0) + KEY_LINE * (key_lines(found, room) - 1)
    bottom = _BELOW + more + list_height(marks, room)
    size = (room + _LEFT + 0.1, 2.11 + above + bottom)
    return new_axes(size, left=_LEFT, right=0.1, top=above, bottom=bottom)


def _new_frame(n_rows: int, margins: Margins) -> Axes:
    height = margins.top + margins.bottom + n_rows * 1.3 + (n_rows - 1) * margins.down + 0.1
    return new_axes((PAGE, height), left=0.05, right=0.05, top=0.05, bottom=0.05)


def _draw_lines(
    ax: Axes,
    table: pd.DataFrame,
    found: Mapping[str, Hue],
    days: Days,
    *,
    marks: Marks,
    all_days: Days | None = None,
    highest: float | None = None,
) -> dict[str, tuple[float, float]]:
    """Draw each name's line; gives the last point of each, in the data's units."""
    span = days if all_days is None else all_days
    percent_axis(ax, "y", _highest(table) if highest is None else highest)
    pad = 0.015 if all_days is None else 0.06
    time_axis(ax, np.append(span, marks.days), room=inches(ax)[0], pad=pad)
    ends = {}
    opacity = _BAND * min(_PALER / len(found), 1.0) if len(found) <= _NONE else 0.0
    lines = {name: line_of(table, days, name, longest_step(span)) for name in found}
    moved = [name for name, line in lines.items() if opacity and line.lone.any()]
    moves = offsets(ax, moved, span)
    for name, hue in found.items():
        line = lines[name]
        if len(line.days):
            x = line.days + line.lone * moves.get(name, 0.0)
            draw_line(ax, line, x, hue, name, opacity=opacity)
            ends[name] = (float(x[-1]), float(line.rows["estimate"].iloc[-1]))
    return ends


def _highest(table: pd.DataFrame) -> float:
    """The highest share or limit that is drawn."""
    is_bare = not are_few(table) and table["name"].astype(str).nunique() > _NONE
    return highest_share(table.assign(upper=np.nan) if is_bare else table)


def trend_note(table: pd.DataFrame, *, with_hollow: bool = True) -> str:
    """What the intervals of shares over time are, and unless told elsewhere what is hollow."""
    rows = table if with_hollow else table.dropna(subset=["lower", "upper"])
    if are_few(table):
        return interval_note(rows, shown_as="line")
    if table["name"].astype(str).nunique() > _NONE:
        hollow = interval_note(rows.assign(level=np.nan), shown_as="")
        has_interval = bool(known_rows(table).any())
        shown = ["intervals: too many to draw, in the table"] if has_interval else []
        return "; ".join(filter(None, [*shown, hollow]))
    return interval_note(rows, shown_as="band or upright line" if _has_lone(table) else "band")


def _has_lone(table: pd.DataFrame) -> bool:
    days = days_of(table["period"])
    groups = table["group"].astype(str) if "group" in table.columns else pd.Series("", table.index)
    parts = [(groups == group).to_numpy() for group in groups.unique()]
    return any(
        line_of(table.loc[part], days[part], name, longest_step(days)).lone.any()
        for part in parts
        for name in in_order(table["name"])
    )


def _colours(found: Mapping[str, Hue]) -> dict[str, str]:
    return {name: hue.colour for name, hue in found.items()}


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
    lead = _LEAD + (_MARK if any(hue.dash for hue in found.values()) else 0.0)
    for (name, (day, _)), level, place in zip(ends.items(), levels, places, strict=True):
        if lead > _LEAD:  # some have the same colour
            ax.plot(
                [1 + (_LEAD + 0.02) / width], [place / height], marker=found[name].marker,
                markersize=4, color=found[name].colour, linestyle="none", transform=ax.transAxes,
                clip_on=False, label="",
            )  # fmt: skip
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
            1 + lead / width,
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
