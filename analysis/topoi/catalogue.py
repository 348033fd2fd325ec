"""Which figures a study has: for each name its table, how it is drawn and what it shows."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from topoi.errors import InputError, nearest
from topoi.fit import TopicFit
from topoi.measures.coded_run import calibration_points
from topoi.measures.prevalence import prevalence
from topoi.measures.terms import top_terms
from topoi.measures.themes import topic_themes
from topoi.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CATALOGUE", "Figure", "FigureSpec", "available", "make_figure"]

_N_TERMS = 8
_MOST_TOPICS = 12  # panels of top terms that fit on a page
_PERIODS = {"M": "month", "Q": "quarter", "Y": "year"}


@dataclass(frozen=True)
class FigureSpec:
    """How one figure is made of a study.

    Parameters
    ----------
    name : key in `CATALOGUE` and stem of the files
    table : function of a study that gives the figure's table
    draw : function of that table that gives the axes it drew on
    size : width and height, inches; None lets `draw` fit it to the rows
    caption : what is shown; {topics}, {model}, {by} and {period} stand for the study's own
    lacks : function of a study that says why it has no such figure; empty where it has one
    """

    name: str
    table: Callable[[Study], pd.DataFrame]
    draw: Callable[[pd.DataFrame], Axes]
    size: tuple[float, float] | None
    caption: str
    lacks: Callable[[Study], str]


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure as it goes into files: table and drawings of the same CSV.

    `table` is what was re-read from `csv`; `svg` and `png` are drawn from it and from nothing
    else. A notebook shows the drawing and the caption.
    """

    name: str
    caption: str
    table: pd.DataFrame
    csv: bytes
    svg: bytes
    png: bytes

    def __repr__(self) -> str:
        return f"<Figure {self.name}: {len(self.table)} rows>"

    def _repr_html_(self) -> str:
        image = base64.b64encode(self.svg).decode("ascii")
        caption = escape(self.caption)
        return (
            f'<figure><img src="data:image/svg+xml;base64,{image}" alt="{caption}" '
            f'style="max-width:100%;background:#fff"><figcaption>{caption}</figcaption></figure>'
        )

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str | bytes]:
        """The forms in which a notebook can show the figure; it chooses."""
        del include, exclude  # hints, which a frontend applies itself
        return {"text/html": self._repr_html_(), "text/plain": f"{self!r}\n{self.caption}"}


def make_figure(name: str, study: Study) -> Figure:
    """The figure of this name, with its table, as bytes that depend on the study only.

    Parameters
    ----------
    name : a key of `CATALOGUE`
    study : Study

    Raises
    ------
    InputError
        If there is no figure of this name, or the study has nothing to show in it; says why.
    """
    from topoi.plots.render import render
    from topoi.plots.table_csv import read_table, table_csv

    spec = _spec(name)
    reason = spec.lacks(study)
    if reason:
        raise InputError(f"Figure {name!r} cannot be made: {reason}")
    content = table_csv(spec.table(study))
    table = read_table(content)
    if not len(table):
        raise InputError(f"Figure {name!r} cannot be made: its table has no row.")
    svg = render(spec.draw, table, size=spec.size, format="svg")
    png = render(spec.draw, table, size=spec.size, format="png")
    return Figure(name, _caption(spec, study), table, content, svg, png)


def available(study: Study) -> list[str]:
    """Names of the figures that this study can have, in the order of `CATALOGUE`."""
    return [name for name, spec in CATALOGUE.items() if not spec.lacks(study)]


def _spec(name: str) -> FigureSpec:
    if name in CATALOGUE:
        return CATALOGUE[name]
    close = nearest(name, CATALOGUE)
    hint = f" Did you mean {close!r}?" if close else ""
    raise InputError(f"There is no figure {name!r}.{hint} There are: {', '.join(CATALOGUE)}.")


def _caption(spec: FigureSpec, study: Study) -> str:
    words = {
        "{topics}": _shown_topics(_main_fit(study)[1])[0] if study.fits else "",
        "{model}": _main_fit(study)[0] if study.fits else "",
        "{by}": (study.by or "").replace("_", " "),
        "{period}": _PERIODS.get(study.freq[:1], study.freq),
    }
    caption = spec.caption
    for mark, word in words.items():
        caption = caption.replace(mark, word)
    return caption


def _main_fit(study: Study) -> tuple[str, TopicFit]:
    """The first model that knows the themes, or the first of all."""
    named = list(study.fits.items())
    return next(((name, fit) for name, fit in named if fit.themes), named[0])


def _shown_topics(fit: TopicFit) -> tuple[str, list[int]]:
    """What to call the topics whose terms are drawn, and which: all, or those that fit a page."""
    every = list(range(fit.n_topics))
    if len(every) <= _MOST_TOPICS or not fit.themes:
        return "each topic", every
    themed = [topic for topics in fit.themes.values() for topic in topics]
    if len(themed) <= _MOST_TOPICS:
        return "each theme topic", themed
    return "the first topic of each theme", [topics[0] for topics in fit.themes.values()]


def _top_terms(study: Study) -> pd.DataFrame:
    name, fit = _main_fit(study)
    table = top_terms(fit, n=_N_TERMS, themes=study.themes)
    table.insert(0, "model", name)
    names = [fit.topic_names[topic] for topic in _shown_topics(fit)[1]]
    return table.loc[table["topic"].isin(names)].reset_index(drop=True)


def _trends(study: Study) -> pd.DataFrame:
    return _drawn(prevalence(study.shares, freq=study.freq, seed=study.seed))


def _by_group(study: Study) -> pd.DataFrame:
    return _drawn(prevalence(study.shares, by=study.by, seed=study.seed))


def _drawn(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that a figure shows; the others are the same in every row, or counts."""
    return table.drop(columns=["weighting", "uncertainty", "is_small"])


def _map(study: Study) -> pd.DataFrame:
    return topic_themes(study.fits, study.shares)


def _calibration(study: Study) -> pd.DataFrame:
    if study.codes is None:
        raise InputError(_lacks_codes(study))
    return calibration_points(study.shares, study.codes, seed=study.seed)


def _draw_top_terms(table: pd.DataFrame) -> Axes:
    from topoi.plots.top_terms import draw_top_terms

    return draw_top_terms(table)


def _draw_prevalence(table: pd.DataFrame) -> Axes:
    from topoi.plots.prevalence import draw_prevalence

    return draw_prevalence(table)


def _draw_topic_themes(table: pd.DataFrame) -> Axes:
    from topoi.plots.topic_themes import draw_topic_themes

    return draw_topic_themes(table)


def _draw_calibration(table: pd.DataFrame) -> Axes:
    from topoi.plots.calibration import draw_calibration

    return draw_calibration(table)


def _lacks_fits(study: Study) -> str:
    return "" if study.fits else "the study has no fitted model."


def _lacks_shares(study: Study) -> str:
    return "" if len(study.shares) else "the study has no theme shares."


def _lacks_map(study: Study) -> str:
    return _lacks_fits(study) or _lacks_shares(study)


def _lacks_dates(study: Study) -> str:
    if _lacks_shares(study):
        return _lacks_shares(study)
    shares = study.shares
    if "date" in shares.columns and bool(shares["date"].notna().any()):
        return ""
    return "no document has a date. Give the documents a date column, or leave the figure out."


def _lacks_codes(study: Study) -> str:
    if study.codes is None:
        return "the study has no codes. Name a table of coded passages with codes."
    return _lacks_shares(study)


def _lacks_groups(study: Study) -> str:
    if _lacks_shares(study):
        return _lacks_shares(study)
    if study.by is None:
        return "the study compares no groups. Name the column to compare by, such as 'source'."
    if study.by not in study.shares.columns:
        return f"the documents have no column {study.by!r}."
    values = study.shares[study.by]
    if bool((values.notna() & (values.astype(str) != "")).any()):
        return ""
    return f"column {study.by!r} is empty for every document."


CATALOGUE: Mapping[str, FigureSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            FigureSpec(
                "top_terms",
                _top_terms,
                _draw_top_terms,
                None,
                f"The {_N_TERMS} most probable terms of {{topics}} of {{model}}. Bars show the "
                "probability of the term in the topic; a dot marks a seed.",
                _lacks_fits,
            ),
            FigureSpec(
                "theme_trends",
                _trends,
                _draw_prevalence,
                None,
                "Share of the text that speaks of each theme, by {period}, with bootstrap "
                "intervals over documents.",
                _lacks_dates,
            ),
            FigureSpec(
                "themes_by_source",
                _by_group,
                _draw_prevalence,
                None,
                "Share of the text that speaks of each theme, by {by}, with bootstrap "
                "intervals over documents.",
                _lacks_groups,
            ),
            FigureSpec(
                "topic_theme_map",
                _map,
                _draw_topic_themes,
                None,
                "What the topics of each model are about: mean theme share of the passages, "
                "weighted by the tokens that the topic has in each.",
                _lacks_map,
            ),
            FigureSpec(
                "calibration",
                _calibration,
                _draw_calibration,
                None,
                "Coded share against the probability from a curve that did not see the codes of "
                "the same document. On the dashed line the probability is right; bands take the "
                "codes as independent.",
                _lacks_codes,
            ),
        )
    }
)
