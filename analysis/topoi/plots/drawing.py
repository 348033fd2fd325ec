"""Which figure shows a table of results, and how does it show itself?"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

import pandas as pd

from topoi import plots
from topoi.errors import InputError, listed
from topoi.printable import printable

__all__ = ["Drawing", "draw"]


class _Kind(NamedTuple):
    """Which function draws tables with these columns, of which function they are, and a caption."""

    drawn_by: str
    made_by: str
    columns: frozenset[str]
    caption: str


def _kind(drawn_by: str, made_by: str, columns: str, caption: str) -> _Kind:
    return _Kind(drawn_by, made_by, frozenset(columns.split()), caption)


# The first whose columns a table has.
_KINDS = (
    _kind(
        "draw_search_k",
        "search_k",
        "measure k value standard_error chance within_one_error",
        "How numbers of topics compare, by measures of which higher is better, with one standard "
        "error and the level of chance.",
    ),
    _kind(
        "draw_sensitivity",
        "theme_sensitivity",
        "variation detail theme is_own share change rank_correlation",
        "How far the share of the text moves for each theme: above without single seeds, below "
        "with other choices of seeds and model.",
    ),
    _kind(
        "draw_keyness",
        "keyness",
        "group other term rate other_rate z",
        "The terms most typical of each group, and how often it and the others use them.",
    ),
    _kind(
        "draw_top_terms",
        "top_terms",
        "topic term rank weight is_seed",
        "The most probable terms of each topic. Bars show the probability of the term in the "
        "topic; a dot marks a seed.",
    ),
    _kind(
        "draw_topic_themes",
        "topic_themes",
        "model topic theme affinity",
        "What the topics of each model are about: mean theme share of the passages, weighted by "
        "the tokens that the topic has in each.",
    ),
    _kind(
        "draw_calibration",
        "calibration_curve",
        "name probability estimate lower upper level n_coded",
        "Coded share against probability. On the dashed line the probability is right.",
    ),
    _kind(
        "draw_effects",
        "contrasts",
        "name value baseline estimate lower upper level",
        "Differences of expected shares between values of a column, with intervals.",
    ),
    _kind(
        "draw_effects",
        "effects",
        "name term estimate lower upper level",
        "Coefficients of a regression of shares, with intervals.",
    ),
    _kind(
        "draw_prevalence",
        "prevalence",
        "name estimate lower upper level n_documents",
        "Share of the text, with intervals.",
    ),
)


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

    def _drawn(self, form: str) -> bytes:
        from topoi.plots.render import render

        drawn: Callable[..., bytes] = render
        return drawn(getattr(plots, self.drawn_by), self.table, size=None, format=form)

    def __repr__(self) -> str:
        return f"<Drawing of {len(self.table)} rows by {self.drawn_by}: {printable(self.caption)}>"

    def _repr_html_(self) -> str:
        image = base64.b64encode(self.svg).decode("ascii")
        caption = escape(printable(self.caption))
        return (
            f'<figure><img src="data:image/svg+xml;base64,{image}" alt="{caption}" '
            f'style="max-width:100%;background:#fff"><figcaption>{caption}</figcaption></figure>'
        )


def draw(table: pd.DataFrame, *, caption: str = "") -> Drawing:
    """The figure of a table of results, which a notebook shows; its columns tell which.

    Parameters
    ----------
    table : DataFrame from `prevalence`, `contrasts`, `effects`, `keyness`, `top_terms`,
        `topic_themes`, `theme_sensitivity`, `calibration_curve`, or the table of `search_k`; or a
        part of its rows
    caption : str, what it shows; a plain one where it is empty

    Returns
    -------
    Drawing
        With `svg` and `png` as bytes, the same for the same table.

    Raises
    ------
    InputError
        If there is no figure for tables with these columns, or nothing to draw in it.

    See Also
    --------
    make_figure : the figures of a study, which a run writes.
    plots : the functions that draw on axes of your own.
    """
    columns = [str(name) for name in table.columns]
    found = next((kind for kind in _KINDS if kind.columns <= set(columns)), None)
    if found is None:
        makers = ", ".join(kind.made_by for kind in _KINDS)
        raise InputError(
            f"There is no figure for a table with the columns {listed(columns, most=20)}. There "
            f"are figures for tables of {makers}; show(table) shows any table."
        )
    drawing = Drawing(table, caption or found.caption, found.drawn_by)
    drawing.svg  # noqa: B018  # what cannot be drawn is told here, not where it is shown
    return drawing
