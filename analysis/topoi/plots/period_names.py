"""What periods are called: "2021", "2021 Q2" or "Apr 2021"."""

from __future__ import annotations

from datetime import date

import pandas as pd

from topoi.plots._time_axis import day_label, days_of

__all__ = ["period_names", "with_period_names"]


def period_names(table: pd.DataFrame) -> dict[str, str]:
    """What to call each period of the table, in the order of time.

    Parameters
    ----------
    table : DataFrame
        Columns period (str, ISO date of its first day; rows where it is empty are passed over) and
        optionally period_name (str).

    Returns
    -------
    dict from period to name: that of period_name, or what the first days tell. If all begin a
    year they are years; if there are several and all begin a quarter, quarters; else months.

    Raises
    ------
    InputError
        If a period is no ISO date; names up to five.
    """
    rows = table.assign(period=table["period"].astype(str))
    rows = rows.loc[rows["period"] != ""].drop_duplicates("period").sort_values("period")
    periods = rows["period"].tolist()
    if "period_name" in rows.columns:
        return dict(zip(periods, rows["period_name"].astype(str), strict=True))
    days_of(rows["period"])
    firsts = [date.fromisoformat(period[:10]) for period in periods]
    freq = "M"
    if all((first.month, first.day) == (1, 1) for first in firsts):
        freq = "Y"
    elif len(firsts) > 1 and all(f.month % 3 == 1 and f.day == 1 for f in firsts):
        freq = "Q"
    return {period: _name(period, freq) for period in periods}


def with_period_names(table: pd.DataFrame, freq: str) -> pd.DataFrame:
    """The table with a column period_name, if its first days would not tell the names.

    Parameters
    ----------
    table : DataFrame with a column period and none called period_name
    freq : what the periods are: "M", "Q" or "Y"
    """
    told = period_names(table)
    names = {period: _name(period, freq[:1]) for period in told}
    if names == told:
        return table
    return table.assign(period_name=[names.get(str(period), "") for period in table["period"]])


def _name(period: str, freq: str) -> str:
    first = date.fromisoformat(period[:10])
    if freq == "Y":
        return str(first.year)
    if freq == "Q":
        return f"{first.year} Q{(first.month + 2) // 3}"
    return day_label(days_of(pd.Series([period]))[0], with_day=False)
