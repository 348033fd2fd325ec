"""Which terms tell a topic from the others, by probability, FREX, lift or relevance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from topoi.checks import at_least, one_of
from topoi.fit import TopicFit

__all__ = ["exclusivity", "frex", "lift", "term_scores"]

_RANKED_BY = ("probability", "frex", "lift", "relevance", "exclusivity")


def term_scores(
    fit: TopicFit,
    *,
    by: str = "frex",
    n: int = 10,
    frex_weight: float = 0.5,
    relevance_weight: float = 0.6,
) -> pd.DataFrame:
    """The n best terms of each topic by one of five scores, and what the others say of them.

    Parameters
    ----------
    fit : TopicFit
    by : {"probability", "frex", "lift", "relevance", "exclusivity"}, what terms are ranked by
    n : int >= 1, terms a topic; terms of probability 0 in a topic are left out
    frex_weight : float in [0, 1], of exclusivity beside frequency: 1 ranks by exclusivity alone
    relevance_weight : float in [0, 1], of log probability beside log lift; 0 ranks by lift alone

    Returns
    -------
    DataFrame
        topic (str), rank (int64, from 1), term (str), probability (float64, in the topic),
        exclusivity (float64 in [0, 1]: probability in the topic over the sum of those in all),
        frex (float64 in (0, 1]: harmonic mean of the ranks, as shares of the terms, of
        exclusivity and probability in the topic), lift (float64: probability in the topic over
        that in the text), relevance (float64: relevance_weight log probability +
        (1 - relevance_weight) log lift, nats), n_tokens (int64, of the term in the text); in the
        order of topics and ranks, ties by probability, then the alphabet.

    Raises
    ------
    InputError
        If a setting is out of range.

    Notes
    -----
    Before it is ranked for FREX, the exclusivity of a term is drawn towards 1 / K the more, the
    rarer it is, so that no term is exclusive for occurring once. In R stm the same letter w weighs
    exclusivity in `exclusivity` and frequency in `labelTopics`; here it is always exclusivity's.

    References
    ----------
    Bischof & Airoldi (2012), Summarizing topical content with word frequency and exclusivity,
    ICML, equation 2; Hausser & Strimmer (2009), JMLR 10, for the shrinkage. Sievert & Shirley
    (2014), LDAvis, for relevance.
    """
    at_least("n", n, 1, whole=True)
    at_least("frex_weight", frex_weight, 0.0, most=1.0)
    at_least("relevance_weight", relevance_weight, 0.0, most=1.0)
    one_of("by", by, _RANKED_BY)
    probability, tokens = fit.topic_term, fit.vocabulary.term_freq
    scores = {
        "probability": probability,
        "exclusivity": exclusivity(probability),
        "frex": frex(probability, tokens, frex_weight),
        "lift": lift(probability, tokens),
    }
    with np.errstate(divide="ignore"):
        logs = np.log(probability), np.log(scores["lift"])
    # 0 times an infinite logarithm would be NaN; such terms are left out below.
    scores["relevance"] = relevance_weight * np.maximum(logs[0], -1e9)
    scores["relevance"] += (1.0 - relevance_weight) * np.maximum(logs[1], -1e9)
    terms = np.array(fit.vocabulary.terms, dtype=object)
    frames = []
    for k, name in enumerate(fit.topic_names):
        order = np.lexsort((-probability[k], -scores[by][k]))
        best = order[probability[k, order] > 0][:n]
        values = {column: values[k, best] for column, values in scores.items()}
        ranks = np.arange(1, len(best) + 1, dtype=np.int64)
        head = {"topic": name, "rank": ranks, "term": terms[best]}
        frames.append(pd.DataFrame({**head, **values, "n_tokens": tokens[best]}))
    return pd.concat(frames, ignore_index=True).astype({"topic": "str", "term": "str"})


def exclusivity(topic_term: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each term in each topic over the sum in all, (K, V); 0 where in none."""
    total = topic_term.sum(axis=0)
    return np.asarray(topic_term / np.where(total > 0, total, 1.0))


def lift(topic_term: NDArray[np.float64], n_tokens: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probability of each term in each topic over that in the text; 0 for terms that are not in it.

    n_tokens (V,) of each term in the text.
    """
    part = n_tokens / max(n_tokens.sum(), 1)
    return np.asarray(topic_term * np.where(part > 0, 1.0 / np.where(part > 0, part, 1.0), 0.0))


def frex(
    topic_term: NDArray[np.float64],
    n_tokens: NDArray[np.float64] | NDArray[np.int64],
    weight: float,
) -> NDArray[np.float64]:
    """Harmonic mean of the ranks of exclusivity (by weight) and probability, (K, V), in (0, 1]."""
    ranks = [
        rankdata(values, axis=1, method="average") / values.shape[1]
        for values in (_shrunk(exclusivity(topic_term), n_tokens), topic_term)
    ]
    return np.asarray(1.0 / (weight / ranks[0] + (1.0 - weight) / ranks[1]))


def _shrunk(
    values: NDArray[np.float64], n_tokens: NDArray[np.float64] | NDArray[np.int64]
) -> NDArray[np.float64]:
    """Exclusivity drawn towards 1 / K as far as so few tokens leave it unsure."""
    even = 1.0 / len(values)
    variance = (values * (1.0 - values)).sum(axis=0)
    distance = np.maximum(n_tokens - 1.0, 0.0) * ((values - even) ** 2).sum(axis=0)
    part = np.where(distance > variance, variance / np.where(distance > 0, distance, 1.0), 1.0)
    return np.asarray(part * even + (1.0 - part) * values)
