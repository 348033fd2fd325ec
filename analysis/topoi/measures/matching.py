"""Which topic of one fit is which of another, and how alike would chance make them?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from topoi.measures.rankings import average_jaccard

__all__ = ["agreement_by_chance", "dealt_rankings", "matched"]


def matched(similarity: NDArray[np.float64]) -> NDArray[np.int64]:
    """The column that each row is matched with, shape (K,), for similarities (K, L).

    With as many columns as rows, one to one so that the sum is greatest (Kuhn 1955, the Hungarian
    method); else each row with the column it is most like, the first of equals, so that several
    rows may share one.
    """
    if similarity.shape[0] != similarity.shape[1]:
        return np.asarray(similarity.argmax(axis=1), dtype=np.int64)
    return np.asarray(linear_sum_assignment(-similarity)[1], dtype=np.int64)


def agreement_by_chance(
    one: NDArray[np.int64], other: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Similarity of each topic with the one it is matched with when `other` is dealt anew, (K,)."""
    similarity = average_jaccard(one, dealt_rankings(other, rng))
    return np.asarray(similarity[np.arange(len(one)), matched(similarity)])


def dealt_rankings(ranked: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Random topics of the same top terms: each topic's n terms drawn without replacement.

    A term is drawn with weight the number of topics that have it. So the topics keep the terms
    and lose what goes with what: the baseline knows which terms are frequent, as any fit does.

    References
    ----------
    Efraimidis & Spirakis (2006), Weighted random sampling with a reservoir, for the draws.
    """
    terms, times = np.unique(ranked[ranked >= 0], return_counts=True)
    result = np.full_like(ranked, -1)
    for k, row in enumerate(ranked):
        n = int((row >= 0).sum())
        keys = np.log(times) + rng.gumbel(size=len(terms))
        result[k, :n] = terms[np.argsort(-keys, kind="stable")[:n]]
    return result
