"""How far do the seeds of a row mean their theme there?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = ["SeedTokens"]

# How far a seed counts in a topic that is about another theme, of what it counts in one about its
# own: half was better than all or nothing (docs/decisions/0032-what-seeds-mean.md).
_OTHER_THEMES = 0.5
_AT_ONCE = 20_000  # counts of seeds whose topics are held at a time


class SeedTokens:
    """The counts of seeds in D rows: of N stored counts `rows`, `columns` (N,), `weights` (N, T).

    A weight is that of the seed times its tokens in the row.
    """

    def __init__(self, counts: csr_array, seeds: NDArray[np.float64]) -> None:
        of_themes: NDArray[np.bool_] = np.asarray(np.any(seeds > 0, axis=1))
        is_seed = of_themes[counts.indices]
        self.n_rows = counts.shape[0]
        self.rows = np.repeat(np.arange(self.n_rows), np.diff(counts.indptr))[is_seed]
        self.columns = counts.indices[is_seed]
        self._terms, self._places = np.unique(self.columns, return_inverse=True)
        n = np.asarray(counts.data[is_seed], dtype=np.float64)
        self.weights = n[:, np.newaxis] * seeds[self.columns]

    def meant(
        self,
        topics: NDArray[np.floating],
        topic_term: NDArray[np.float64],
        of_topics: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """How far each seed means each theme in its row, shape (N, T), in [0, 1).

        A token of term v in row d is of topic k with probability p(k | v, d) ~ phi_kv theta_dk
        (Blei, Ng & Jordan 2003, equation 6, with the mean of theta). It means a theme as far as
        its topics are about the theme, and half as far as they are about other themes: "war"
        counts little where a passage's topics make it a war of prices.

        Parameters
        ----------
        topics : float array, shape (D, K), the topics of the rows
        topic_term : float64 array, shape (K, V)
        of_topics : float64 array, shape (K, T), how far topics are about themes
        """
        found = np.empty(self.weights.shape)
        terms = np.ascontiguousarray(topic_term[:, self._terms].T)
        for first in range(0, len(self.rows), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            drawn = topics[self.rows[part]] * terms[self._places[part]]
            drawn /= np.maximum(drawn.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
            own = np.einsum("nk,kt->nt", drawn, of_topics)
            others = own.sum(axis=1, keepdims=True) - own
            found[part] = own + _OTHER_THEMES * others
        return found

    def hits(self, meant: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weighted seeds of each theme in each row, each as far as it means it, shape (D, T)."""
        counted = (self.weights * meant).T
        return np.stack([np.bincount(self.rows, of, self.n_rows) for of in counted], axis=1)
