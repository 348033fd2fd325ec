"""Which figures there are, and how one is made by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from topoi.errors import InputError, did_you_mean
from topoi.figures.caption import caption_of
from topoi.figures.figure import Figure, FigureSpec
from topoi.figures.of_corpus import CORPUS_FIGURES
from topoi.figures.of_groups import GROUP_FIGURES
from topoi.figures.of_themes import THEME_FIGURES
from topoi.figures.of_topics import TOPIC_FIGURES
from topoi.plots.table_csv import read_table, table_csv
from topoi.study import Study

__all__ = ["CATALOGUE", "available", "figure_spec", "make_figure"]

CATALOGUE: Mapping[str, FigureSpec] = MappingProxyType(
    {spec.name: spec for spec in (*THEME_FIGURES, *TOPIC_FIGURES, *CORPUS_FIGURES, *GROUP_FIGURES)}
)


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
    spec = figure_spec(name)
    reason = spec.lacks(study)
    if reason:
        raise InputError(f"Figure {name!r} cannot be made: {reason}")
    content = table_csv(spec.table(study))
    if not len(read_table(content)):
        raise InputError(f"Figure {name!r} cannot be made: its table has no row.")
    return Figure(spec, caption_of(spec.caption, study), content)


def available(study: Study) -> list[str]:
    """Names of the figures that this study can have, in the order of `CATALOGUE`."""
    return [name for name, spec in CATALOGUE.items() if not spec.lacks(study)]


def figure_spec(name: str) -> FigureSpec:
    """How the figure of this name is made.

    Raises
    ------
    InputError
        If there is none; names the nearest, and all that there are.
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    hint = did_you_mean(name, CATALOGUE)
    raise InputError(f"There is no figure {name!r}.{hint} There are: {', '.join(CATALOGUE)}.")
