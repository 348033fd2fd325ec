"""Which topic of one fit is which of another, and how alike would chance make them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from topoi.measures.rankings import average_jaccard

__all__ = ["Matches", "agreement_by_chance", "dealt_rankings", "matched", "matches"]

_QUANTILE = 0.95


@dataclass(frozen=True)
class Matches:
    """How the topics of one fit, K, are found in another.

    columns : int64 (K,), the topic of the other fit; similarity : float64 (K,), average Jaccard
    chance : float64 (K,), mean similarity of the match among random topics of the fits' terms
    limit : float64 (K,), what 95 % of such matches do not pass
    """

    columns: NDArray[np.int64]
    similarity: NDArray[np.float64]
    chance: NDArray[np.float64]
    limit: NDArray[np.float64]

    @property
    def is_found(self) -> NDArray[np.bool_]:
        """Whether each topic is more like its match than chance makes likely."""
        return np.asarray(self.similarity > self.limit)


def matches(
    one: NDArray[np.int64], other: NDArray[np.int64], *, n_random: int, rng: np.random.Generator
) -> Matches:
    """The match of each ranking of `one`, (K, n), among those of `other`, (L, n)."""
    similarity = average_jaccard(one, other)
    columns = matched(similarity)
    dealt = np.array([agreement_by_chance(one, other, rng) for _ in range(n_random)])
    return Matches(
        columns,
        similarity[np.arange(len(one)), columns],
        dealt.mean(axis=0),
        np.quantile(dealt, _QUANTILE, axis=0, method="higher"),
    )


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
    pool = np.concatenate([one.ravel(), other.ravel()])
    similarity = average_jaccard(one, dealt_rankings(other, pool, rng))
    return np.asarray(similarity[np.arange(len(one)), matched(similarity)])


def dealt_rankings(
    ranked: NDArray[np.int64], pool: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Random topics as long as those ranked, of terms drawn from the pool without replacement.

    A term is drawn with weight the number of times it is in the pool, which holds the top terms of
    all topics of both fits. So random topics have the terms that the fits have, frequent ones in
    several topics, and lose what goes with what.

    References
    ----------
    Efraimidis & Spirakis (2006), Weighted random sampling with a reservoir, for the draws.
    """
    terms, times = np.unique(pool[pool >= 0], return_counts=True)
    result = np.full_like(ranked, -1)
    for k, row in enumerate(ranked):
        n = int((row >= 0).sum())
        keys = np.log(times) + rng.gumbel(size=len(terms))
        result[k, :n] = terms[np.argsort(-keys, kind="stable")[:n]]
    return result
