"""Which topics of one fit are also in another, of another model or another corpus?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.measures.matching import matches
from topoi.measures.rankings import top_rankings
from topoi.models.base import normalised_rows

__all__ = ["compare_fits"]


def compare_fits(
    one: TopicFit,
    other: TopicFit,
    *,
    n: int = 20,
    n_random: int = 100,
    random_state: int = 0,
) -> pd.DataFrame:
    """Each topic of one fit beside the topic of another that it is matched with.

    Parameters
    ----------
    one, other : TopicFit, of two models, two settings or two corpora
        Compared by the terms that both count. With as many topics they are matched one to one,
        else each topic of `one` with the most similar, so that several may share one: exchange the
        fits to ask the other way round.
    n : int >= 2, top terms by which topics are matched
    n_random : int >= 20, sets of random topics for the level of chance
    random_state : int >= 0, of chance

    Returns
    -------
    DataFrame
        In the order of the topics of `one`: topic, matched (str), similarity (float64 in [0, 1]:
        average Jaccard coefficient of the top terms), chance, limit (float64: mean for random
        topics of the top terms of both, and what 95 % of these do not pass), is_found (bool:
        similarity above the limit), distance (float64 in [0, 1]: Jensen-Shannon distance, the root
        of the divergence with logarithms of base 2, over all common terms), share, matched_share
        (float64: of the text of each fit), known, matched_known (float64: probability of the
        topic's terms that the other fit counts, too), both, only_topic, only_matched (str: top
        terms in both lists and in one, best first, ", " between them).

    Raises
    ------
    InputError
        If the fits have fewer than n terms in common, or a setting is out of range.

    References
    ----------
    Greene, O'Callaghan & Cunningham (2014), How many topics? Stability analysis for topic models,
    ECML; Endres & Schindelin (2003), A new metric for probability distributions, for the distance.
    """
    at_least("n", n, 2, whole=True)
    at_least("n_random", n_random, 20, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    terms = sorted(set(one.vocabulary.terms) & set(other.vocabulary.terms))
    if len(terms) < n:
        raise InputError(
            f"The fits have {len(terms)} terms in common, fewer than the {n} by which topics are "
            "compared. Count both texts in the same way and language, or lower n."
        )
    common = [fit.topic_term[:, [fit.vocabulary.index[t] for t in terms]] for fit in (one, other)]
    known = [values.sum(axis=1) for values in common]
    topics = [normalised_rows(values) for values in common]
    ranked = [top_rankings(values, n) for values in common]
    rng = np.random.default_rng(random_state)
    found = matches(ranked[0], ranked[1], n_random=n_random, rng=rng)
    columns = found.columns
    shares = [fit.shares_of_text for fit in (one, other)]
    lists = [_term_lists(terms, a, b) for a, b in zip(ranked[0], ranked[1][columns], strict=True)]
    return pd.DataFrame(
        {
            "topic": pd.Series(one.topic_names, dtype="str"),
            "matched": pd.Series([other.topic_names[column] for column in columns], dtype="str"),
            "similarity": found.similarity,
            "chance": found.chance,
            "limit": found.limit,
            "is_found": found.is_found,
            "distance": _distances(topics[0], topics[1][columns]),
            "share": shares[0],
            "matched_share": shares[1][columns],
            "known": known[0],
            "matched_known": known[1][columns],
            **{
                name: pd.Series([row[place] for row in lists], dtype="str")
                for place, name in enumerate(("both", "only_topic", "only_matched"))
            },
        }
    )


def _distances(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Jensen-Shannon distance of each row with its like."""
    middle = (one + other) / 2.0
    parts = [
        (rows * np.log2(np.where(rows > 0, rows, 1.0) / np.where(rows > 0, middle, 1.0))).sum(
            axis=1
        )
        for rows in (one, other)
    ]
    # Rounding may pass the bounds by a last digit.
    return np.asarray(np.sqrt(np.clip((parts[0] + parts[1]) / 2.0, 0.0, 1.0)))


def _term_lists(
    terms: list[str], one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[str, str, str]:
    a, b = ([terms[column] for column in row if column >= 0] for row in (one, other))
    both, only_a = [t for t in a if t in b], [t for t in a if t not in b]
    return ", ".join(both), ", ".join(only_a), ", ".join(t for t in b if t not in a)
