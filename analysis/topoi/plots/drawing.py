"""How does a table of results become a figure that shows itself?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from topoi import plots
from topoi.errors import InputError, listed
from topoi.html_parts import image
from topoi.plots.formats import Drawn
from topoi.plots.table_kinds import KINDS, Kind, kind_of
from topoi.printable import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Drawing", "draw"]


@dataclass(frozen=True, eq=False)
class Drawing(Drawn):
    """A table of results as a figure that shows itself; made by `draw`.

    Parameters
    ----------
    table : DataFrame, what is drawn
    caption : str
    drawn_by : str, the function of `topoi.plots`
    events : DataFrame, optional, what is marked on the time axis

    Notes
    -----
    The drawings depend on table and events alone. They are made when they are first asked for.
    """

    table: pd.DataFrame
    caption: str
    drawn_by: str
    events: pd.DataFrame | None = None

    def _draw(self) -> Figure:
        from topoi.plots.render import picture

        drawn = getattr(plots, self.drawn_by)
        if self.events is not None:
            drawn = partial(drawn, events=self.events)
        return picture(drawn, self.table)

    def __repr__(self) -> str:
        return f"<Drawing of {len(self.table)} rows by {self.drawn_by}: {printable(self.caption)}>"

    def _repr_html_(self) -> str:
        return image(self.svg, self.caption)


def draw(table: pd.DataFrame, *, events: pd.DataFrame | None = None, caption: str = "") -> Drawing:
    """The figure of a table of results, which a notebook shows; its columns tell which.

    Parameters
    ----------
    table : DataFrame from `prevalence`, `contrasts`, `effects`, `keyness`, `top_terms`,
        `theme_sensitivity`, `stability` or another function whose results have a figure, or the
        table of `search_k`, or the seeds of `audit_themes`; or a part of its rows
    events : DataFrame, optional, marked beside shares over time as `plots.draw_prevalence` does:
        a calendar with date and label, or `change_events`
    caption : str, what it shows; a plain one where it is empty

    Returns
    -------
    Drawing
        With `svg`, `png` and `pdf` as bytes, the same for the same table.

    Raises
    ------
    InputError
        If there is no figure for tables with these columns, nothing to draw in it, or events are
        given for another table than of shares over time.

    See Also
    --------
    make_figure : the figures of a study, which a run writes.
    plots : the functions that draw on axes of your own, with settings.
    """
    columns = [str(name) for name in table.columns]
    kind = kind_of(columns)
    if kind is None:
        makers = ", ".join(known.made_by for known in KINDS)
        raise InputError(
            f"There is no figure for a table with the columns {listed(columns, most=20)}. There "
            f"are figures for tables of {makers}; show(table) shows any table."
        )
    drawn_by = kind.drawn_by
    if events is not None:
        drawn_by = _with_events(kind, columns)
    drawing = Drawing(table, caption or kind.caption, drawn_by, events)
    drawing.svg  # noqa: B018  # what cannot be drawn is told here, not where it is shown
    return drawing


def _with_events(kind: Kind, columns: list[str]) -> str:
    """The function that marks events in the figure of a table with these columns."""
    if not kind.made_by.startswith("prevalence") or "period" not in columns:
        raise InputError(
            "Events are marked beside shares over time, a table of prevalence with freq; this is "
            f"one of {kind.made_by} with the columns {listed(columns, most=20)}. Leave events out."
        )
    return "draw_prevalence"
