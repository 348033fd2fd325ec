"""How strongly pairs of terms go together, by the windows that hold one and both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.measures.cooccurrence import Counted

__all__ = ["SCORES", "pair_values"]


def pair_values(
    measure: str, counted: Counted, slots: NDArray[np.int64], epsilon: float
) -> NDArray[np.float64]:
    """What is averaged for a topic whose top terms are these of the counted ones, best first.

    Terms that do not occur are left out; with fewer than two that do, there is no value.
    """
    slots = slots[counted.together[slots, slots] > 0]
    if len(slots) < 2:
        return np.zeros(0)
    together = counted.together[np.ix_(slots, slots)].astype(np.float64)
    return SCORES[measure](_TopicCounts(together, counted.n_windows), epsilon)


@dataclass(frozen=True)
class _TopicCounts:
    """Windows of the m top terms of a topic that occur, best first.

    together : float64 array, shape (m, m), windows that hold both; the diagonal is > 0
    n_windows : int > 0, of the whole text
    """

    together: NDArray[np.float64]
    n_windows: int

    @property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ranks of the lower- and the higher-ranked term of each pair."""
        lower, higher = np.tril_indices(len(self.together), k=-1)
        return lower, higher


def _umass(counts: _TopicCounts, epsilon: float) -> NDArray[np.float64]:
    lower, higher = counts.pairs
    together = counts.together
    return np.asarray(np.log((together[lower, higher] + epsilon) / together[higher, higher]))


def _uci(counts: _TopicCounts, epsilon: float) -> NDArray[np.float64]:
    return np.asarray(_pmi(counts, epsilon)[counts.pairs])


def _npmi(counts: _TopicCounts, epsilon: float) -> NDArray[np.float64]:
    return np.asarray(_npmi_matrix(counts, epsilon)[counts.pairs])


def _c_v(counts: _TopicCounts, epsilon: float) -> NDArray[np.float64]:
    vectors = _npmi_matrix(counts, epsilon)
    total = vectors.sum(axis=0)
    lengths = np.sqrt((vectors**2).sum(axis=1) * (total**2).sum())
    # A sum of nothing points nowhere: its cosine counts as 0.
    return np.asarray((vectors @ total) / np.where(lengths > 0, lengths, 1.0))


def _pmi(counts: _TopicCounts, epsilon: float) -> NDArray[np.float64]:
    joint = counts.together / counts.n_windows
    alone = joint.diagonal()
    with np.errstate(divide="ignore"):
        return np.asarray(np.log((joint + epsilon) / np.outer(alone, alone)))


def _npmi_matrix(counts: _TopicCounts, epsilon: float) -> NDArray[np.float64]:
    """In [-1, 1]: 1 for terms that are in every window, -1 where never together, epsilon 0."""
    joint = counts.together / counts.n_windows + epsilon
    everywhere, never = counts.together >= counts.n_windows, joint <= 0
    usual = np.where(everywhere | never, 0.5, joint)  # any number within (0, 1)
    with np.errstate(invalid="ignore"):
        scores = np.where(never, -1.0, _pmi(counts, epsilon) / -np.log(usual))
    # Rounding and epsilon may pass the bounds by a last digit.
    return np.clip(np.where(everywhere, 1.0, scores), -1.0, 1.0)


SCORES: Mapping[str, Callable[[_TopicCounts, float], NDArray[np.float64]]] = {
    "umass": _umass,
    "uci": _uci,
    "npmi": _npmi,
    "c_v": _c_v,
}
"""Of each measure the values that are averaged: one a pair, of "c_v" one a term."""
