"""What the priors of a model are, and how they are learned on the way."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from topoi.kernels.dirichlet import add_rises, prior_of_rises, topic_prior_step
from topoi.kernels.term_tables import smoothed_weights
from topoi.models.weights import TermWeights, padded

__all__ = ["DirichletTopics", "SharedPrior"]

_STEPS = 5
# Gamma prior on every entry, mean about 1: keeps the prior of an unused topic above zero.
_SHAPE = 1.001
_SCALE = 1.0
_LEAST = 1e-5


class SharedPrior:
    """One asymmetric Dirichlet prior for all documents, learned or fixed.

    Parameters
    ----------
    alpha : float, or float64 array of shape (K,), > 0, where learning begins
    n_topics : K
    learns : whether to learn it; then with a Gamma(1.001, 1) prior on each entry

    References
    ----------
    Wallach, Mimno & McCallum (2009), Rethinking LDA: why priors matter, for asymmetric alpha with
    symmetric eta.
    """

    def __init__(self, alpha: float | NDArray[np.float64], n_topics: int, *, learns: bool) -> None:
        self.learns = learns
        self._alpha = np.zeros(padded(n_topics))
        self._alpha[:n_topics] = alpha
        self._n_topics = n_topics

    @property
    def alpha(self) -> NDArray[np.float64]:
        """The prior, float64 (K,)."""
        return self._alpha[: self._n_topics].copy()

    @property
    def learned(self) -> NDArray[np.float64]:
        """The prior with zeros up to whole lanes, (K',)."""
        return self._alpha.copy()

    @learned.setter
    def learned(self, values: NDArray[np.float64]) -> None:
        self._alpha = values.copy()

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:  # noqa: ARG002 - one for all
        """The prior of all documents, (1, K')."""
        return self._alpha.astype(np.float32)[np.newaxis]

    def learn(self, doc_counts: Iterable[NDArray[np.float32]]) -> None:
        """Five fixed-point steps (Minka 2000)."""
        for _ in range(_STEPS):
            sums = np.zeros(len(self._alpha) + 1)
            for rows in doc_counts:
                add_rises(rows, self._alpha, sums)
            step = prior_of_rises(sums, self._alpha, _SHAPE, _SCALE)
            self._alpha = np.where(self._alpha > 0.0, np.maximum(step, _LEAST), 0.0)


class DirichletTopics:
    """Topics with one symmetric Dirichlet prior eta over their terms, learned or fixed."""

    def __init__(self, eta: float, *, n_topics: int, n_terms: int, learns: bool) -> None:
        self.eta = float(eta)
        self._n_topics = n_topics
        self._learns = learns
        self._weight = np.empty((n_terms, padded(n_topics)), np.float32)
        self._slope = np.empty((1, padded(n_topics)), np.float32)
        self._slope_row = np.zeros(n_terms, np.int32)

    @property
    def learned(self) -> NDArray[np.float64]:
        """Eta, (1,)."""
        return np.array([self.eta])

    @learned.setter
    def learned(self, values: NDArray[np.float64]) -> None:
        self.eta = float(values[0])

    def weigh(self, term_counts: NDArray[np.float32]) -> TermWeights:
        """(N_wk + eta) / (N_k + V eta)."""
        smoothed_weights(term_counts, self.eta, self._n_topics, self._weight, self._slope[0])
        return TermWeights(self._weight, self._slope, self._slope_row)

    def learn(self, term_counts: NDArray[np.float32]) -> None:
        """Five fixed-point steps for eta."""
        for _ in range(_STEPS if self._learns else 0):
            step = topic_prior_step(term_counts, self._n_topics, self.eta, _SHAPE, _SCALE)
            self.eta = max(float(step), _LEAST)

    def topic_term(self, term_counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """phi, (K, V)."""
        smoothed = term_counts[:, : self._n_topics].T.astype(np.float64) + self.eta
        return np.asarray(smoothed / smoothed.sum(axis=1, keepdims=True))
