"""What is shown of topics: words, themes, likeness, company, and how they were found."""

from __future__ import annotations

import pandas as pd

from topoi.errors import InputError
from topoi.figures.chosen import main_fit, shown_topics
from topoi.figures.figure import FigureSpec
from topoi.figures.lacking import (
    lacks_fits,
    lacks_map,
    lacks_network,
    lacks_passes,
    lacks_refits,
)
from topoi.measures.convergence import convergence
from topoi.measures.labels import suggest_labels
from topoi.measures.term_scores import term_scores
from topoi.measures.terms import top_terms
from topoi.measures.themes import topic_themes
from topoi.measures.topic_correlation import topic_correlation
from topoi.measures.topic_map import topic_map
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


def _places(study: Study) -> pd.DataFrame:
    return topic_map(main_fit(study)[1])


def _links(study: Study) -> pd.DataFrame:
    """Correlations with the terms of both topics, since a number is no name."""
    fit = main_fit(study)[1]
    terms = suggest_labels(fit).set_index("topic")["label"]
    table = topic_correlation(fit, random_state=study.seed)
    return table.assign(terms=table["topic"].map(terms), other_terms=table["other"].map(terms))


def _stability(study: Study) -> pd.DataFrame:
    again, name = study.stability, main_fit(study)[0]
    if again is None:
        raise InputError(lacks_refits(study))
    return again.loc[again["model"] == name].drop(columns="model").reset_index(drop=True)


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
        "topic_map",
        _places,
        "draw_topic_map",
        "Topics of {model} by how far their words differ: the nearer two circles, the more alike "
        "the topics (classical scaling of Jensen-Shannon distances). Areas show the share of the "
        "text, colours the theme.",
        lacks_fits,
    ),
    FigureSpec(
        "topic_network",
        _links,
        "draw_topic_network",
        "Topics of {model} that go together in documents. A link: their shares correlate more "
        "than shares that add up to 1 do anyway (95% bootstrap interval over documents).",
        lacks_network,
    ),
    FigureSpec(
        "stability",
        _stability,
        "draw_stability",
        "How alike each topic of {model} is to the topic that it is matched with in fits from "
        "other starts (average Jaccard coefficient of the top terms), beside what topics of chance "
        "are.",
        lacks_refits,
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
