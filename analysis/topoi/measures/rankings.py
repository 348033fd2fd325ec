"""How much alike are two rankings of terms?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topoi.kernels.rankings import shared_by_depth
from topoi.measures.terms import top_columns

__all__ = ["average_jaccard", "padded_rankings", "rank_biased_overlap", "top_rankings"]


def top_rankings(topic_term: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Columns of each topic's n most probable terms, shape (K, n), best first; -1 where fewer."""
    return padded_rankings(top_columns(topic_term, n), n)


def padded_rankings(rows: Sequence[NDArray[np.int64]], n: int) -> NDArray[np.int64]:
    """Rankings of at most n items as one array, shape (K, n), -1 behind the last item."""
    result = np.full((len(rows), n), -1, dtype=np.int64)
    for place, row in enumerate(rows):
        result[place, : len(row)] = row[:n]
    return result


def average_jaccard(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean over depths of the Jaccard coefficient, float64 (K, L) in [0, 1].

    Both (K, n) and (L, n), as `top_rankings` gives them. Two rankings without items have 0.

    References
    ----------
    Greene, O'Callaghan & Cunningham (2014), How many topics? Stability analysis for topic models,
    ECML, equation 2.
    """
    shared, sizes = _shared(one, other)
    union = sizes - shared
    return np.asarray((shared / np.maximum(union, 1)).mean(axis=2))


def rank_biased_overlap(
    one: NDArray[np.int64], other: NDArray[np.int64], p: float = 0.9
) -> NDArray[np.float64]:
    """Overlap that weighs depth d by p^(d - 1), extrapolated behind n; float64 (K, L) in [0, 1].

    References
    ----------
    Webber, Moffat & Zobel (2010), A similarity measure for indefinite rankings, ACM TOIS 28,
    equation 23 (RBO_ext), the agreement at a depth as 2 shared / (sizes of both).
    """
    shared, sizes = _shared(one, other)
    agreement = 2.0 * shared / np.maximum(sizes, 1)
    depths = np.arange(1, agreement.shape[2] + 1)
    weights = (1.0 - p) / p * p**depths
    weights[-1] += p ** depths[-1]
    return np.asarray(np.einsum("kld,d->kl", agreement, weights))


def _shared(
    one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Items that both have, and the items of each added, down to each depth; both (K, L, n)."""
    shared = np.empty((len(one), len(other), one.shape[1]), dtype=np.int64)
    shared_by_depth(one, other, shared)
    sizes = [(rows >= 0).cumsum(axis=1) for rows in (one, other)]
    return shared, sizes[0][:, np.newaxis] + sizes[1][np.newaxis]
