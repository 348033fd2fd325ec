"""Which events lie near changes of level, and how many would lie as near by chance?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.errors import InputError, listed

__all__ = ["event_matches"]

_CHANGE = ("name", "period", "earliest", "latest")
_COLUMNS = {
    "name": "str", "group": "str", "period": "str", "event": "str", "event_date": "str",
    "days": "int64", "outside": "int64", "chance": "float64", "n_inside": "int64",
    "expected_inside": "float64", "is_match": "bool", "n_matched": "int64",
    "expected_matched": "float64", "p_matched": "float64", "n_events": "int64", "within": "int64",
}  # fmt: skip
_MONTHS = (({1}, 12), ({1, 4, 7, 10}, 3))  # in which months periods of so many months begin


def event_matches(
    changes: pd.DataFrame, events: pd.DataFrame, trend: pd.DataFrame, *, within: int = 31
) -> pd.DataFrame:
    """The event nearest to each change of level, beside what a calendar shifted in time would give.

    Chance is the same calendar shifted by each number of days, the end joined to the beginning:
    its events keep their distances, and all changes are compared with the same shift, so that
    changes of several names at one time do not pass for several findings.

    Parameters
    ----------
    changes : DataFrame from `change_points`
    events : DataFrame with date (ISO date, str or datetime) and label (str)
        Events outside the periods of the trend take no part.
    trend : DataFrame from `prevalence` that the changes are of; by M, Q or Y
        Periods that all begin in January are years, those that all begin in January, April, July
        or October quarters, others months; some may be missing.
    within : int >= 0, days from the first day of a change's period at which an event matches

    Returns
    -------
    DataFrame
        name, group (str, if the changes have groups), period, event, event_date (str, the event
        nearest to the first day of the period; of two as near the earlier), days (int64, from that
        day to the event; below 0 where the event came first), outside (int64, days that the event
        lies outside the interval from earliest to latest; 0 inside), chance (float64, part of the
        shifted calendars with an event at least as near), n_inside (int64), expected_inside
        (float64, events inside the interval, and mean of shifted calendars), is_match (bool), then
        the same in all rows: n_matched (int64, changes that have a match), expected_matched
        (float64, mean of shifted calendars), p_matched (float64, part of them with as many
        matches), n_events, within (int64); in the order of the changes.

    Raises
    ------
    InputError
        If a column is missing, a date is not understood, no event lies in the periods, or a
        setting is out of range.

    Notes
    -----
    An event near a change is not its cause. The calendar not shifted is one of those counted, so
    no probability is 0.

    References
    ----------
    Lotwick & Silverman (1982), Methods for analysing spatial processes of several types of points,
    section on shifts of one pattern along the other, here in time.
    """
    at_least("within", within, 0, whole=True)
    _check(changes, _CHANGE, "changes", "change_points")
    _check(events, ("date", "label"), "events", "a calendar")
    _check(trend, ("period",), "trend", "prevalence(shares, freq='M')")
    first, length, months = _span(trend)
    days, labels = _days_of(events, first, length)
    shifted = (days[np.newaxis, :] + np.arange(length)[:, np.newaxis]) % length  # shifts × events
    rows = [_row(change, shifted, labels, first, months) for change in changes.to_dict("records")]
    nearest = np.array([row.pop("nearest") for row in rows]).reshape(len(rows), length)
    is_match = nearest <= within
    n_matched = is_match.sum(axis=0)
    found = pd.DataFrame(rows, columns=[name for name in _COLUMNS if name in _known(changes)])
    found = found.assign(
        is_match=is_match[:, 0], n_matched=n_matched[0], expected_matched=n_matched.mean(),
        p_matched=float((n_matched >= n_matched[0]).mean()), n_events=len(days), within=within,
    )  # fmt: skip
    return found.astype({name: _COLUMNS[name] for name in found.columns})


def _known(changes: pd.DataFrame) -> set[str]:
    """The columns of the result, without group where the changes have none."""
    return set(_COLUMNS) - (set() if "group" in changes.columns else {"group"})


def _check(table: pd.DataFrame, needed: tuple[str, ...], what: str, of: str) -> None:
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise InputError(f"{what} must be a table of {of}; it lacks: {listed(missing)}.")


def _span(trend: pd.DataFrame) -> tuple[pd.Timestamp, int, int]:
    """The first day of the trend, the days until the end of its last period, months of a period."""
    starts = pd.to_datetime(pd.Series(sorted(set(trend["period"]))))
    if len(starts) < 2:
        raise InputError("trend has fewer than two periods; nothing can change in it.")
    begin = set(starts.dt.month)
    months = next((months for known, months in _MONTHS if begin <= known), 1)
    end = starts.iloc[-1] + pd.DateOffset(months=months)
    return starts.iloc[0], (end - starts.iloc[0]).days, months


def _days_of(
    events: pd.DataFrame, first: pd.Timestamp, length: int
) -> tuple[NDArray[np.int64], list[str]]:
    """The days of the events from the first one on, rising, and their labels."""
    dates = pd.to_datetime(events["date"], errors="coerce", format="ISO8601")
    if dates.isna().any():
        odd = [repr(date) for date in events.loc[dates.isna(), "date"]]
        raise InputError(f"Dates of events must be written 2021-03-31; got {listed(odd)}.")
    days = (dates - first).dt.days.to_numpy().astype(np.int64)
    order = np.argsort(days, kind="stable")
    order = order[(days[order] >= 0) & (days[order] < length)]
    if not len(order):
        last = first + pd.Timedelta(days=length - 1)
        raise InputError(
            f"No event lies within the periods of the trend, {first:%Y-%m-%d} to {last:%Y-%m-%d}."
        )
    labels = events["label"].astype("str").to_numpy()
    return days[order], [str(label) for label in labels[order]]


def _row(
    change: dict[Any, Any],
    shifted: NDArray[np.int64],
    labels: list[str],
    first: pd.Timestamp,
    months: int,
) -> dict[str, Any]:
    """What is told of a change, and the distance of the nearest event at each shift."""
    begin, early = (_day(change[name], first) for name in ("period", "earliest"))
    late = _day(change["latest"], first, months) - 1
    nearest = np.abs(shifted - begin).min(axis=1)
    inside = ((shifted >= early) & (shifted <= late)).sum(axis=1)
    own = shifted[0]
    place = int(np.argmin(np.abs(own - begin)))
    date = first + pd.Timedelta(days=int(own[place]))
    return {
        **{name: change[name] for name in ("name", "group", "period") if name in change},
        "event": labels[place],
        "event_date": f"{date:%Y-%m-%d}",
        "days": int(own[place]) - begin,
        "outside": max(early - int(own[place]), int(own[place]) - late, 0),
        "chance": float((nearest <= nearest[0]).mean()),
        "n_inside": int(inside[0]),
        "expected_inside": float(inside.mean()),
        "nearest": nearest,
    }


def _day(period: str, first: pd.Timestamp, months: int = 0) -> int:
    """Days from the first one to the first day of a period, or of the one so many months later."""
    return int((pd.Timestamp(period) + pd.DateOffset(months=months) - first).days)
