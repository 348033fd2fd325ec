"""How does a table of results become a figure that shows itself?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from topoi import plots
from topoi.errors import InputError, listed
from topoi.html_parts import image
from topoi.plots.table_kinds import KINDS, kind_of
from topoi.printable import printable

if TYPE_CHECKING:
    from topoi.plots.render import Format

__all__ = ["Drawing", "draw"]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A table of results as a figure that shows itself; made by `draw`.

    Parameters
    ----------
    table : DataFrame, what is drawn
    caption : str
    drawn_by : str, the function of `topoi.plots`

    Notes
    -----
    The drawings depend on the table alone. They are made when they are first asked for.
    """

    table: pd.DataFrame
    caption: str
    drawn_by: str

    @cached_property
    def svg(self) -> bytes:
        """The drawing in which a notebook shows the figure, text as outlines."""
        return self._drawn("svg")

    @cached_property
    def png(self) -> bytes:
        """The drawing in 200 dots an inch, for slides and text processors."""
        return self._drawn("png")

    @cached_property
    def pdf(self) -> bytes:
        """The drawing for a paper, with its fonts."""
        return self._drawn("pdf")

    def _drawn(self, form: Format) -> bytes:
        from topoi.plots.render import render

        return render(getattr(plots, self.drawn_by), self.table, size=None, format=form)

    def __repr__(self) -> str:
        return f"<Drawing of {len(self.table)} rows by {self.drawn_by}: {printable(self.caption)}>"

    def _repr_html_(self) -> str:
        return image(self.svg, self.caption)


def draw(table: pd.DataFrame, *, caption: str = "") -> Drawing:
    """The figure of a table of results, which a notebook shows; its columns tell which.

    Parameters
    ----------
    table : DataFrame from `prevalence`, `contrasts`, `effects`, `keyness`, `top_terms`,
        `theme_sensitivity`, `stability` or another function whose results have a figure, or the
        table of `search_k`, or the seeds of `audit_themes`; or a part of its rows
    caption : str, what it shows; a plain one where it is empty

    Returns
    -------
    Drawing
        With `svg`, `png` and `pdf` as bytes, the same for the same table.

    Raises
    ------
    InputError
        If there is no figure for tables with these columns, or nothing to draw in it.

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
    drawing = Drawing(table, caption or kind.caption, kind.drawn_by)
    drawing.svg  # noqa: B018  # what cannot be drawn is told here, not where it is shown
    return drawing
