"""Which terms make up each topic."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.fit import TopicFit
from topoi.themes.theme import Themes

__all__ = ["top_columns", "top_terms"]


def top_terms(fit: TopicFit, *, n: int = 10, themes: Themes | None = None) -> pd.DataFrame:
    """The n most probable terms of each topic, or all that are in it where there are fewer.

    Parameters
    ----------
    fit : TopicFit
    n : int >= 1, terms a topic; those of probability 0 in it are left out
    themes : Themes whose seeds are marked; None marks none

    Returns
    -------
    DataFrame
        topic (str), rank (int64, from 1), term (str), weight (float64, probability of the term
        in the topic), is_seed (bool); in the order of topics and ranks, ties by term.

    Raises
    ------
    InputError
        If n is no int >= 1.
    """
    at_least("n", n, 1, whole=True)
    terms = np.array(fit.vocabulary.terms, dtype=object)
    seeds = _seed_columns(fit, themes)
    frames = []
    columns = top_columns(fit.topic_term, n)
    for name, weights, best in zip(fit.topic_names, fit.topic_term, columns, strict=True):
        frames.append(
            pd.DataFrame(
                {
                    "topic": name,
                    "rank": np.arange(1, len(best) + 1, dtype=np.int64),
                    "term": terms[best],
                    "weight": weights[best],
                    "is_seed": np.isin(best, seeds),
                }
            )
        )
    return pd.concat(frames, ignore_index=True).astype({"topic": "str", "term": "str"})


def top_columns(topic_term: NDArray[np.float64], n: int) -> list[NDArray[np.int64]]:
    """The columns of each topic's n most probable terms, best first, none of probability 0.

    Ties stand in the order of columns, which is alphabetical.
    """
    return [_top(weights, n) for weights in topic_term]


def _top(weights: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    if n < len(weights):
        # Only those that may be among the n are sorted, which takes a tenth of the time.
        least = np.partition(weights, len(weights) - n)[len(weights) - n]
        columns = np.flatnonzero((weights >= least) & (weights > 0))
    else:
        columns = np.flatnonzero(weights > 0)
    return columns[np.argsort(-weights[columns], kind="stable")[:n]]


def _seed_columns(fit: TopicFit, themes: Themes | None) -> list[int]:
    if themes is None:
        return []
    return list(themes.match(fit.vocabulary.terms)["term_id"])
