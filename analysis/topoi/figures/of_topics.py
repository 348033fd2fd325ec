"""What is shown of topics: the words that mark them, their themes, and how they were found."""

from __future__ import annotations

import pandas as pd

from topoi.figures.chosen import main_fit, shown_topics
from topoi.figures.figure import FigureSpec
from topoi.figures.lacking import lacks_fits, lacks_map, lacks_passes
from topoi.measures.convergence import convergence
from topoi.measures.term_scores import term_scores
from topoi.measures.terms import top_terms
from topoi.measures.themes import topic_themes
from topoi.study import Study

__all__ = ["TOPIC_FIGURES"]

_N_TERMS = 8


def _top_terms(study: Study) -> pd.DataFrame:
    name, fit = main_fit(study)
    table = top_terms(fit, n=_N_TERMS, themes=study.themes)
    scores = term_scores(fit, by="probability", n=_N_TERMS)[["topic", "term", "frex"]]
    table = table.merge(scores, on=["topic", "term"], how="left")
    table.insert(0, "model", name)
    names = [fit.topic_names[topic] for topic in shown_topics(fit)[1]]
    return table.loc[table["topic"].isin(names)].reset_index(drop=True)


def _map(study: Study) -> pd.DataFrame:
    return topic_themes(study.fits, study.shares)


def _convergence(study: Study) -> pd.DataFrame:
    return convergence(study.fits)


TOPIC_FIGURES = (
    FigureSpec(
        "top_terms",
        _top_terms,
        "draw_top_terms",
        f"The {_N_TERMS} most probable terms of {{topics}} of {{model}}. Bars show the "
        "probability of the term in the topic, ticks its FREX (near 1 where it is frequent in the "
        "topic and rare in the others); a dot marks a seed.",
        lacks_fits,
    ),
    FigureSpec(
        "topic_theme_map",
        _map,
        "draw_topic_themes",
        "What the topics of each model are about: mean theme share of the passages, weighted by "
        "the tokens that the topic has in each.",
        lacks_map,
    ),
    FigureSpec(
        "convergence",
        _convergence,
        "draw_convergence",
        "Distance of the objective of each model from its last value, by pass; markers stand where "
        "the passes ended, as high as the last pass changed the objective.",
        lacks_passes,
    ),
)
