"""How events are marked on a time axis: a numbered line for each, and a list of what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.palette import INK, MUTED
from topoi.plots._blocks import in_columns
from topoi.plots._style import NOTE, inches
from topoi.plots._time_axis import day_label, days_of
from topoi.plots.columns import require
from topoi.plots.labels import safe_label, spread, text_width, wrapped

__all__ = ["ABOVE", "Marks", "draw_event_list", "list_height", "mark_events", "marks_of"]

ABOVE = 0.17  # inches over the axes for the numbers
_GAP = 0.15  # inches between the middles of two numbers
_LINE = 0.135  # inches a line of the list
_NUMBER = 0.2  # inches a number takes in the list
_ACROSS = 0.25  # inches between columns of the list
_WIDEST = 3.1  # inches an entry of the list may take
_PAD = 0.08  # inches over the list


class Event(NamedTuple):
    """An event on the axis.

    day, earliest, latest : days since 1970-01-01; the last two NaN where the day is sure
    name : theme or topic whose share changed then; empty for what happened outside the text
    group : the only panel that it is marked in; empty for all
    """

    day: float
    label: str
    name: str
    group: str
    earliest: float
    latest: float


class Marks(NamedTuple):
    """The events that can be marked, by day, and how many lie outside the time shown."""

    events: list[Event]
    n_outside: int

    @property
    def days(self) -> NDArray[np.float64]:
        """Their days."""
        return np.array([event.day for event in self.events], dtype=np.float64)

    def moved(self, at: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Marks:
        """The same events where `at` puts their days on an axis."""
        moved = []
        for event in self.events:
            day, earliest, latest = at(np.array([event.day, event.earliest, event.latest])).tolist()
            moved.append(event._replace(day=day, earliest=earliest, latest=latest))
        return Marks(moved, self.n_outside)


def marks_of(events: pd.DataFrame | None, days: NDArray[np.float64]) -> Marks:
    """The events from the first of these days to the end of the period of the last.

    Raises
    ------
    InputError
        If the table lacks date or label, or a date is not an ISO date.
    """
    if events is None or not len(events):
        return Marks([], 0)
    require(events, ["date", "label"], by="events of draw_prevalence")
    label, name, group = (_texts(events, column) for column in ("label", "name", "group"))
    earliest, latest = (_days(events, column) for column in ("earliest", "latest"))
    every = [
        Event(float(day), label[n], name[n], group[n], float(earliest[n]), float(latest[n]))
        for n, day in enumerate(days_of(events["date"]))
    ]
    steps = np.diff(np.unique(days))
    end = float(days.max()) + _longest_period(float(steps.min()) if len(steps) else 31.0)
    inside = [event for event in every if float(days.min()) <= event.day < end]
    return Marks(sorted(inside, key=lambda event: event.day), len(every) - len(inside))


def _longest_period(step: float) -> float:
    """Days in the longest month, quarter or year, whichever the step from one to the next is."""
    return next((length for length in (31.0, 92.0, 366.0) if step <= length), step)


def _texts(events: pd.DataFrame, name: str) -> list[str]:
    if name not in events.columns:
        return [""] * len(events)
    return ["" if pd.isna(value) else str(value) for value in events[name]]


def _days(events: pd.DataFrame, name: str) -> NDArray[np.float64]:
    found = np.full(len(events), np.nan)
    if name in events.columns:
        known = events[name].notna().to_numpy()
        found[known] = days_of(events.loc[known, name])
    return found


def mark_events(ax: Axes, marks: Marks, colours: dict[str, str], *, group: str = "") -> None:
    """A thin line for each event of the panel, with its number over the axes.

    Raises
    ------
    InputError
        If so many numbers do not fit side by side.
    """
    shown = [(n, e) for n, e in enumerate(marks.events, start=1) if e.group in ("", group)]
    if not shown:
        return
    width, height = inches(ax)
    if len(shown) * _GAP > width + _GAP:
        raise InputError(
            f"{len(shown)} events are too many to number on an axis of {width:.1f} inches; "
            f"{int(width / _GAP) + 1} fit. Give fewer, or a wider axes."
        )
    left, right = ax.get_xlim()
    wanted = [(event.day - left) / (right - left) * width for _, event in shown]
    places = spread(wanted, gap=_GAP, high=width)
    n_spans = 0
    for (number, event), x, place in zip(shown, wanted, places, strict=True):
        colour = colours.get(event.name, MUTED)
        ax.plot(
            [x / width, x / width, place / width],
            [0, 1 + 0.02 / height, 1 + 0.06 / height],
            color=colour, linewidth=0.7, linestyle=(0, (4, 2)) if event.name else "-",
            transform=ax.transAxes, clip_on=False, zorder=1.5, label=f"event {number}",
        )  # fmt: skip
        _write(ax, place / width, 1 + 0.115 / height, str(number), fontweight="bold", color=INK,
               horizontalalignment="center")  # fmt: skip
        if np.isfinite([event.earliest, event.latest]).all():
            _draw_span(ax, event, colour, 1 - (0.03 + 0.05 * n_spans) / height)
            n_spans += 1


def _draw_span(ax: Axes, event: Event, colour: str, level: float) -> None:
    """From the earliest to the latest day on which it may have been, as far as the axis goes."""
    low, high = ax.get_xlim()
    ends = np.clip([event.earliest, event.latest], low, high)
    ax.plot(
        ends, [level, level], color=colour, linewidth=2.2, solid_capstyle="butt",
        transform=ax.get_xaxis_transform(), zorder=1.6, label="may lie between",
    )  # fmt: skip


def list_height(marks: Marks, room: float) -> float:
    """Inches that the list takes in `room` inches of width; 0 without events."""
    columns = _list(marks, room)
    longest = max((sum(len(lines) for _, lines in column) for column in columns), default=0)
    return longest * _LINE + _PAD if longest else 0.0


def draw_event_list(
    ax: Axes, marks: Marks, *, below: float, room: float, left: float = 0.0
) -> None:
    """The numbers with date and label, in columns, from `below` inches under the axes' bottom."""
    width, height = inches(ax)
    columns = _list(marks, room)
    for place, column in enumerate(columns):
        begin, down = left + place * (room + _ACROSS) / len(columns), below + _PAD + _LINE / 2
        for number, lines in column:
            _write(ax, begin / width, -down / height, number, fontweight="bold", color=INK)
            for line in lines:
                colour = INK if number else MUTED
                _write(ax, (begin + _NUMBER) / width, -down / height, line, color=colour)
                down += _LINE


def _list(marks: Marks, room: float) -> list[list[tuple[str, list[str]]]]:
    """Number and lines of each entry, in columns down, then across."""
    entries = _entries(marks)
    if not entries:
        return []
    longest = max(text_width(text, points=NOTE) for _, text in entries) + _NUMBER
    fit = int((room + _ACROSS) / (min(longest, _WIDEST) + _ACROSS))
    n_columns = min(max(fit, 1), len(entries))
    width = (room + _ACROSS) / n_columns - _ACROSS - _NUMBER
    told = [(number, wrapped(text, points=NOTE, width=width)) for number, text in entries]
    columns = in_columns([len(lines) for _, lines in told], n_columns)
    return [[told[entry] for entry in column] for column in columns]


def _entries(marks: Marks) -> list[tuple[str, str]]:
    found = [(str(n), _told(event)) for n, event in enumerate(marks.events, start=1)]
    if marks.n_outside:
        many = "event lies" if marks.n_outside == 1 else "events lie"
        found.append(("", f"{marks.n_outside} {many} outside the time shown"))
    return found


def _told(event: Event) -> str:
    label = safe_label(event.label, 120)
    if not np.isfinite([event.earliest, event.latest]).all():
        return f"{day_label(event.day)}: {label}"
    between = [day_label(day, with_day=False) for day in (event.earliest, event.latest)]
    group = f"{safe_label(event.group, 40)}, " if event.group else ""
    return f"{day_label(event.day, with_day=False)} ({' to '.join(between)}): {group}{label}"


def _write(ax: Axes, x: float, y: float, text: str, **how: Any) -> None:
    ax.text(
        x, y, text, transform=ax.transAxes, fontsize=NOTE, verticalalignment="center_baseline",
        parse_math=False, **how,
    )  # fmt: skip
