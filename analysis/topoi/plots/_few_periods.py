"""How shares of a few periods are drawn: beside each other at their period, each with a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from topoi.palette import Hue, tinted
from topoi.plots._axes import draw_points
from topoi.plots._style import HAIR, inches
from topoi.plots._time_axis import days_of
from topoi.plots.labels import fitted, name_label, text_width
from topoi.plots.period_names import period_names

__all__ = ["Slots", "are_few", "draw_few", "slot_axis", "slots_of"]

_FEW, _FEW_OF_MANY = 3, 4  # periods; the second where there are more names than _MANY
_MANY = 3
_NARROWEST = 0.4  # inches that a period takes at least
_APART = 0.13  # inches between two names at a period
_USED = 0.66  # part of a period's room that all names take at most
_TICK = 7.2  # points
_LENGTHS = {r"[0-9]+": 366.0, r"[0-9]+ Q[1-4]": 92.0, r"[A-Z][a-z]+ [0-9]+": 31.0}  # days

Days = NDArray[np.float64]


class Slots(NamedTuple):
    """Where periods stand on an axis: each in the middle of the room that its days have.

    starts, ends : days, ascending
    edges : left and right of each on the axis, (N, 2)
    names : what they are called
    """

    starts: Days
    ends: Days
    edges: Days
    names: list[str]

    @property
    def middles(self) -> Days:
        """Where their points stand."""
        return np.asarray(self.edges.mean(axis=1))

    @property
    def width(self) -> float:
        """Room of a period, in units of the axis."""
        return float(np.diff(self.edges, axis=1).min())

    @property
    def is_even(self) -> bool:
        """Whether they stand in equal steps, which time lacks."""
        return not np.array_equal(self.edges[:, 0], self.starts)

    def at(self, days: Days) -> Days:
        """Where these days stand."""
        known = np.column_stack([self.starts, self.ends]).ravel()
        return np.asarray(np.interp(days, known, self.edges.ravel()))

    def of(self, starts: Days) -> Days:
        """Where the points of periods that begin on these days stand."""
        return np.asarray(self.middles[np.searchsorted(self.starts, starts)])


def are_few(table: pd.DataFrame) -> bool:
    """Whether there are so few periods that bands would only hide each other."""
    n_names, n_periods = (table[name].astype(str).nunique() for name in ("name", "period"))
    return n_periods <= (_FEW if n_names <= _MANY else _FEW_OF_MANY)


def slots_of(table: pd.DataFrame, room: float) -> Slots:
    """Where the periods of the table stand on an axis of `room` inches.

    As in time, or in equal steps where they would have too little room.
    """
    names = list(period_names(table).values())
    starts = days_of(pd.Series(list(period_names(table))))
    longest = max(_length(name, starts) for name in names)
    ends = np.minimum(starts + longest, np.append(starts[1:], np.inf))
    edges = np.column_stack([starts, ends])
    if float((ends - starts).min()) * room < _NARROWEST * (ends[-1] - starts[0]):
        steps = starts[0] + longest * np.arange(len(starts) + 1)
        edges = np.column_stack([steps[:-1], steps[1:]])
    return Slots(starts, ends, edges, names)


def _length(name: str, starts: Days) -> float:
    """Days of the longest period with such a name, or the shortest step where it tells nothing."""
    for pattern, days in _LENGTHS.items():
        if re.fullmatch(pattern, name):
            return days
    return float(np.diff(starts).min()) if len(starts) > 1 else 31.0


def slot_axis(ax: Axes, slots: Slots) -> None:
    """Ticks where the periods are, called by their names, and hair lines between them."""
    left, right = float(slots.edges[0, 0]), float(slots.edges[-1, 1])
    ax.set_xlim(left, right)
    room = inches(ax)[0] * slots.width / (right - left)
    ax.set_xticks(slots.middles, [_in_lines(name, room - 0.1) for name in slots.names])
    ax.tick_params(axis="x", length=0)
    inner = np.unique(slots.edges)[1:-1]
    ax.vlines(
        inner, 0, 1, transform=ax.get_xaxis_transform(), color=HAIR, linewidth=0.5, zorder=0.5
    )


def _in_lines(name: str, room: float) -> str:
    """The name, or its words below each other where they have no room beside."""
    if text_width(name, points=_TICK) <= room:
        return name
    return "\n".join(fitted(word, points=_TICK, width=room) for word in name.split()[:2])


def draw_few(ax: Axes, table: pd.DataFrame, found: Mapping[str, Hue], slots: Slots) -> None:
    """The names beside each other at each period, with an interval each and thin joining lines."""
    room, (left, right) = inches(ax)[0], ax.get_xlim()
    most = _USED * slots.width / max(len(found) - 1, 1)
    apart = min(_APART * (right - left) / room, most)
    for number, (name, hue) in enumerate(found.items()):
        rows = table.loc[(table["name"].astype(str) == name) & table["estimate"].notna()]
        if len(rows):
            offset = (number - (len(found) - 1) / 2.0) * apart
            _draw_name(ax, rows, (name, hue), slots, offset)


def _draw_name(
    ax: Axes, rows: pd.DataFrame, named: tuple[str, Hue], slots: Slots, offset: float
) -> None:
    name, hue = named
    days = days_of(rows["period"])
    order = np.argsort(days, kind="stable")
    rows, days = rows.iloc[order], days[order]
    x = slots.of(days) + offset
    estimate, lower, upper = (rows[c].to_numpy(dtype=float) for c in ("estimate", "lower", "upper"))
    ends = slots.ends[np.searchsorted(slots.starts, days)]
    for place in range(len(x) - 1):
        follows = days[place + 1] <= ends[place]
        ax.plot(
            x[place : place + 2], estimate[place : place + 2], color=tinted(hue.colour, 0.5),
            linewidth=0.8, linestyle="-" if follows else ":", label="", zorder=1.8,
        )  # fmt: skip
    known = np.isfinite(lower) & np.isfinite(upper)
    ax.vlines(
        x[known], lower[known], upper[known], color=hue.colour, linewidth=1.3, label="", zorder=2.0
    )
    flagged = rows["is_flagged"].to_numpy(dtype=bool) if "is_flagged" in rows.columns else ~known
    full = known & ~flagged
    for which, is_full in ((full, True), (~full, False)):
        if which.any():
            draw_points(
                ax, x[which], estimate[which], hue, is_full=is_full, size=4.4, edge=1.0,
                label=name_label(name),
            )  # fmt: skip
