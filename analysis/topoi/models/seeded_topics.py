"""How seeds weigh on topics: a Dirichlet prior of terms that is larger for a topic's seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.term_tables import smoothed_weights
from topoi.models.documents import Documents, as_documents, term_totals
from topoi.models.weights import TermWeights, padded

__all__ = ["SeedMasses", "SeededTopics", "seed_masses"]


@dataclass(frozen=True)
class SeedMasses:
    """The prior mass c of each seed in each topic that it is a seed of, in P pairs.

    terms, topics : int64 arrays, shape (P,); each pair once
    mass : float64 array, shape (P,), tokens, >= 0
    """

    terms: NDArray[np.int64]
    topics: NDArray[np.int64]
    mass: NDArray[np.float64]

    def by_topic(self, n_topics: int) -> NDArray[np.float64]:
        """C: the mass of all seeds of each topic, shape (K,), tokens."""
        return np.bincount(self.topics, self.mass, minlength=n_topics).astype(np.float64)


def seed_masses(
    counts: csr_array | Documents, by_topic: list[dict[int, float]], seed_weight: float
) -> SeedMasses:
    """c_kw = seed_weight * weight_kw * f_w / (number of topics that w is a seed of).

    counts : csr_array, shape (D, V), or Documents; f_w is the number of tokens of w in them
    by_topic : weights of the seeds, by column, of each topic that has any
    """
    pairs = [(w, k, weight) for k, seeds in enumerate(by_topic) for w, weight in seeds.items()]
    terms = np.array([w for w, _, _ in pairs], dtype=np.int64)
    topics = np.array([k for _, k, _ in pairs], dtype=np.int64)
    weights = np.array([weight for _, _, weight in pairs], dtype=np.float64)
    tokens = term_totals(as_documents(counts))
    owners = np.bincount(terms, minlength=len(tokens))
    return SeedMasses(terms, topics, seed_weight * weights * tokens[terms] / owners[terms])


class SeededTopics:
    """Topics with the prior eta + c_kw over their terms, eta fixed."""

    def __init__(self, masses: SeedMasses, eta: float, *, n_topics: int, n_terms: int) -> None:
        self.eta = eta
        self.masses = masses
        self.learned = np.empty(0)  # nothing: all is settings
        self._n_topics = n_topics
        self._with_seeds = np.empty((n_terms, padded(n_topics)), np.float32)
        self._weight = np.empty((n_terms, padded(n_topics)), np.float32)
        self._slope = np.empty((1, padded(n_topics)), np.float32)
        self._slope_row = np.zeros(n_terms, np.int32)

    def weigh(self, term_counts: NDArray[np.float32]) -> TermWeights:
        """(N_wk + eta + c_kw) / (N_k + V eta + C_k), C_k the sum of c_kw over the terms."""
        self._with_seeds[:] = term_counts
        # Each pair occurs once, so that nothing is lost where one statement adds them all.
        self._with_seeds[self.masses.terms, self.masses.topics] += self.masses.mass
        smoothed_weights(self._with_seeds, self.eta, self._n_topics, self._weight, self._slope[0])
        return TermWeights(self._weight, self._slope, self._slope_row)

    def learn(self, term_counts: NDArray[np.float32]) -> None:
        """Nothing: the priors of the terms are settings."""

    def topic_term(self, term_counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """phi, the posterior mean with its prior, (K, V)."""
        smoothed = term_counts[:, : self._n_topics].T.astype(np.float64) + self.eta
        smoothed[self.masses.topics, self.masses.terms] += self.masses.mass
        return np.ascontiguousarray(smoothed / smoothed.sum(axis=1, keepdims=True))
