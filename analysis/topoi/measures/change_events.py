"""What can be written beside a trend where its level moved?"""

from __future__ import annotations

import pandas as pd

from topoi.errors import InputError, listed

__all__ = ["change_events"]

_NEEDED = ("name", "period", "earliest", "latest", "before", "after")


def change_events(changes: pd.DataFrame) -> pd.DataFrame:
    """The changes of level as events, which `plots.draw_prevalence` marks.

    Parameters
    ----------
    changes : DataFrame from `change_points`

    Returns
    -------
    DataFrame
        date (str, first day of the new level), label (str, such as "root causes from 12% to 20%"),
        name (str), group (str, if the changes have groups), earliest, latest (str, ISO dates
        between which the first day lies); in the order of the changes. Put below other events by
        ``pd.concat([events, change_events(changes)])``.

    Raises
    ------
    InputError
        If a column is missing.
    """
    missing = [name for name in _NEEDED if name not in changes.columns]
    if missing:
        raise InputError(
            f"change_events needs the table of change_points; missing: {listed(missing)}."
        )
    told = [
        f"{str(name).replace('_', ' ')} from {_percent(before)} to {_percent(after)}"
        for name, before, after in changes[["name", "before", "after"]].itertuples(index=False)
    ]
    kept = ["name", *(["group"] if "group" in changes.columns else []), "earliest", "latest"]
    table = changes[kept].reset_index(drop=True)
    table.insert(0, "date", changes["period"].to_numpy())
    table.insert(1, "label", told)
    return table.astype("str")


def _percent(share: float) -> str:
    """Two digits of a small share, none behind the point of others."""
    return f"{share:.0%}" if round(share, 3) >= 0.1 else f"{share:.1%}"
