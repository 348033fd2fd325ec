"""How much of the text each theme takes: over time, by group, or in all."""

from __future__ import annotations

from contextlib import nullcontext

import pandas as pd
from matplotlib.axes import Axes

from topoi.errors import InputError
from topoi.plots._dots import draw_dots
from topoi.plots._style import house_style
from topoi.plots._trends import draw_trend_panels, draw_trends
from topoi.plots.columns import require

__all__ = ["draw_prevalence"]


def draw_prevalence(
    table: pd.DataFrame, *, events: pd.DataFrame | None = None, ax: Axes | None = None
) -> Axes:
    """Draw shares of text with their intervals, and events beside them.

    Parameters
    ----------
    table : DataFrame
        Columns name (str), estimate, lower, upper, level (float; shares 0..1, lower and upper
        NaN in small cells), n_documents (int), and optionally period (str, ISO date of the
        period's first day), period_name (str, what to call it) and group (str). With period: lines
        with bands, for each group a panel. With group only: a row for each group. With neither: a
        row for each name.
    events : DataFrame, optional
        What is marked on the time axis: columns date (str, ISO date, or datetime64), label (str),
        and optionally name (str, a name of the table whose colour the mark takes), group (str,
        the only panel to mark it in), earliest, latest (ISO dates between which the date lies).
        `change_events` gives changes of level in this form.
    ax : Axes, optional
        Where to draw; panels become inset axes of it. Without one, a new figure of a fitting
        size. The list of events stands below it.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    InputError
        If a column is missing, there is no row, a period or date is not an ISO date, there are more
        events than fit side by side, or events are given for a table without period.

    Notes
    -----
    A point without an interval is hollow. Where a period has no row, the line is dotted. Of 3
    periods or fewer (4 where there are more than 3 names) the intervals stand beside each other,
    and ticks are called by the periods. So do, among bands, intervals without a neighbour to share
    a band with. Beside lines of more than 8 names no intervals are drawn.

    Of rows by group those without a name come last, and after them in grey those without any
    interval.

    Events are numbered by date and listed below; those outside the time shown are counted there.
    The mark of a change of level is dashed, and the bar at its top reaches from `earliest` to
    `latest`.
    """
    needed = ["name", "estimate", "lower", "upper", "level", "n_documents"]
    require(table, needed, by="draw_prevalence")
    with house_style() if ax is None else nullcontext():
        if "period" not in table.columns:
            _refuse(events)
            return draw_dots(table, ax)
        if "group" in table.columns:
            return draw_trend_panels(table, ax, events)
        return draw_trends(table, ax, events)


def _refuse(events: pd.DataFrame | None) -> None:
    if events is not None:
        raise InputError(
            "Events are marked on a time axis, and this table has no column period. Leave events "
            "out, or give a table of prevalence with freq."
        )
