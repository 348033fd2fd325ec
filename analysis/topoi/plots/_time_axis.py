"""Where the ticks of a time axis are, and what is written there, in any locale."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["day_label", "days_of", "time_axis", "time_ticks"]

# not strftime: that writes in the language of the process
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)  # months
_EPOCH = date(1970, 1, 1).toordinal()


def days_of(periods: pd.Series) -> NDArray[np.float64]:
    """Days since 1970-01-01 of ISO dates (or timestamps), as matplotlib counts them.

    Raises
    ------
    InputError
        If a period is no ISO date; names up to five.
    """
    days, wrong = [], []
    for period in periods:
        try:
            days.append(date.fromisoformat(str(period)[:10]).toordinal() - _EPOCH)
        except ValueError:
            wrong.append(repr(period))
    if wrong:
        raise InputError(
            f"{len(wrong)} periods are not ISO dates: {listed(wrong)}. Write the first day of the "
            "period as YYYY-MM-DD, and leave undated text out."
        )
    return np.array(days, dtype=np.float64)


def time_axis(ax: Axes, days: NDArray[np.float64], *, room: float, pad: float = 0.015) -> None:
    """Limits around the days, by `pad` of them wider, and ticks that fit into `room` inches."""
    first, last = float(days.min()), float(days.max())
    more = (last - first) * pad if last > first else 15.0
    ax.set_xlim(first - more, last + more)
    places, labels = time_ticks(first, last, most=max(int(room / 0.5), 2))
    ax.set_xticks(places, labels)


def time_ticks(first: float, last: float, *, most: int) -> tuple[list[float], list[str]]:
    """At most `most` ticks from day `first` to day `last`, on first days of months.

    The step is the shortest of 1, 2, 3, 6 months, 1, 2, 5, 10 ... years that gives so few. Ticks
    by month name the year at the first tick and at each January.
    """
    start, stop = _month_of(first), _month_of(last)
    months: list[int] = []
    for step in _STEPS:
        months = [m for m in range(start, stop + 1) if m % step == 0 and _day_of(m) >= first]
        if len(months) <= most:
            break
    months = months or [start]
    by_month = len(months) < 2 or months[1] - months[0] < 12
    labels = [
        _tick_label(month, by_month=by_month, with_year=not number or month % 12 == 0)
        for number, month in enumerate(months)
    ]
    return [_day_of(month) for month in months], labels


def day_label(day: float, *, with_day: bool = True) -> str:
    """A day since 1970-01-01 in words of no locale: "20 Jan 2021", or "Jan 2021"."""
    found = date.fromordinal(int(day) + _EPOCH)
    month = f"{_MONTHS[found.month - 1]} {found.year}"
    return f"{found.day} {month}" if with_day else month


def _month_of(day: float) -> int:
    found = date.fromordinal(int(day) + _EPOCH)
    return found.year * 12 + found.month - 1


def _day_of(month: int) -> float:
    return float(date(month // 12, month % 12 + 1, 1).toordinal() - _EPOCH)


def _tick_label(month: int, *, by_month: bool, with_year: bool) -> str:
    year = str(month // 12)
    if not by_month:
        return year
    return f"{_MONTHS[month % 12]}\n{year}" if with_year else _MONTHS[month % 12]
