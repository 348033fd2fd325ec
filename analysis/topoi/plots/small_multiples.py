"""How did the share of each theme change in each group: a panel of lines for each."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from topoi.checks import at_least
from topoi.plots._style import house_style
from topoi.plots._trends import draw_trend_panels, trend_note
from topoi.plots.columns import in_order, require
from topoi.plots.labels import safe_label

__all__ = ["draw_small_multiples"]


def draw_small_multiples(
    table: pd.DataFrame, *, most_groups: int = 12, ax: Axes | None = None
) -> Axes:
    """Draw the shares over time in a panel for each of the groups with most text.

    Parameters
    ----------
    table : DataFrame from `prevalence` with `by` and `freq`
        Columns name, group, period (str, ISO date of the period's first day), estimate, lower,
        upper, level (float; limits may be NaN), n_documents (int), and optionally n_passages
        (int) and is_small (bool). Panels in the order of the groups' rows.
    most_groups : int >= 1, panels; the groups of most passages are shown, of most documents where
        passages are not told, ties in the order of the rows
    ax : Axes, optional
        The panels become inset axes of it. Without one, a new figure of a fitting size.

    Returns
    -------
    Axes
        The frame; the panels are its `child_axes`.

    Raises
    ------
    InputError
        If a column is missing, there is no row, a period is not an ISO date, or most_groups < 1.

    Notes
    -----
    All panels have the same axes, and intervals are drawn as `draw_prevalence` tells. Points are
    hollow where a cell has too few documents: `is_small`, or no interval. Behind the name of a
    group is the number of its documents.
    """
    needed = ["name", "group", "period", "estimate", "lower", "upper", "level", "n_documents"]
    require(table, needed, by="draw_small_multiples")
    at_least("most_groups", most_groups, 1, whole=True)
    groups = in_order(table["group"])
    shown = _largest(table, groups, most_groups)
    rows = table.loc[table["group"].astype(str).isin(shown)]
    titles = {group: _title(group, _summed(rows, "n_documents", group)) for group in shown}
    few = _is_few(rows)
    notes = [
        "n: documents",
        trend_note(rows, with_hollow=False),
        "hollow: too few documents for a sound interval" if few.any() else "",
        f"the {len(shown)} of {len(groups)} groups with most text"
        if len(shown) < len(groups)
        else "",
    ]
    with house_style() if ax is None else nullcontext():
        return draw_trend_panels(rows.assign(is_flagged=few), ax, titles=titles, notes=notes)


def _largest(table: pd.DataFrame, groups: list[str], most: int) -> list[str]:
    """The groups of most text, in the order of the table."""
    counted = "n_passages" if "n_passages" in table.columns else "n_documents"
    amounts = np.array([_summed(table, counted, group) for group in groups])
    chosen = np.sort(np.argsort(-amounts, kind="stable")[:most])
    return [groups[place] for place in chosen]


def _summed(table: pd.DataFrame, column: str, group: str) -> int:
    """Sum over the periods of a group, of the name that has most, for each has the same."""
    own = table.loc[table["group"].astype(str) == group]
    return int(own.groupby("name", sort=False)[column].sum().max())


def _title(group: str, n_documents: int) -> str:
    return f"{safe_label(group, 60) or '(none)'}, n = {n_documents:,}"


def _is_few(rows: pd.DataFrame) -> pd.Series:
    without = rows[["lower", "upper"]].isna().any(axis=1)
    return without | rows["is_small"].astype(bool) if "is_small" in rows.columns else without
