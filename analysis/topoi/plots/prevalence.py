"""How much of the text each theme takes: over time, by group, or in all."""

from __future__ import annotations

from contextlib import nullcontext

import pandas as pd
from matplotlib.axes import Axes

from topoi.plots._dots import draw_dots
from topoi.plots._style import house_style
from topoi.plots._trends import draw_trend_panels, draw_trends
from topoi.plots.columns import require

__all__ = ["draw_prevalence"]


def draw_prevalence(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw shares of text with their intervals.

    Parameters
    ----------
    table : DataFrame
        Columns name (str), estimate, lower, upper, level (float; shares 0..1, lower and upper
        NaN in small cells), n_documents (int), and optionally period (str, ISO date of the
        period's first day) and group (str). With period: lines with bands, for each group a
        panel. With group only: a row for each group. With neither: a row for each name.
    ax : Axes, optional
        Where to draw; panels become inset axes of it. Without one, a new figure of a fitting
        size.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    InputError
        If a column is missing, there is no row, or a period is not an ISO date.

    Notes
    -----
    A point without an interval is hollow. Where a period has no row, the line is dotted.
    """
    needed = ["name", "estimate", "lower", "upper", "level", "n_documents"]
    require(table, needed, by="draw_prevalence")
    with house_style() if ax is None else nullcontext():
        if "period" not in table.columns:
            return draw_dots(table, ax)
        if "group" in table.columns:
            return draw_trend_panels(table, ax)
        return draw_trends(table, ax)
