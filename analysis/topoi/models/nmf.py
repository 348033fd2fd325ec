"""Which parts add up to the documents, by non-negative matrix factorisation."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.models.base import MOST_SEED, TopicModel, at_least, normalised_rows

__all__ = ["NMF"]

_WEIGHTINGS = ("tfidf", "counts")
_MOST_SWEEPS = 1000
_LEAST_CHANGE = 1e-6


class NMF(TopicModel):
    """Non-negative matrix factorisation of tf-idf weights by scikit-learn's coordinate descent.

    Rows of `components_` are scaled to sum to 1 and the scale is moved to the document weights
    before these are turned into shares. The shares say how much of a document's *weight* a topic
    explains; unlike LDA's they are not probabilities of tokens.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    weighting : {"tfidf", "counts"}
        "tfidf": ln(1 + count) times smoothed idf, rows to length 1.
    max_iter : int >= 1, iterations
    tol : float >= 0, scikit-learn's stopping tolerance
    random_state : int in [0, 2**32 - 1], seed of the NNDSVD start's randomised SVD

    Attributes
    ----------
    components_ : float64 array, shape (K, V); rows sum to 1
    doc_topic_ : float64 array, shape (D, K), shares; rows sum to 1, a row without known terms has
        the mean share of all rows seen in `fit`
    trace_ : DataFrame with columns pass (int64), error (float64, Frobenius norm; the last pass
        only, other passes are NaN)

    References
    ----------
    Lee & Seung (1999); Cichocki & Phan (2009) for coordinate descent; Boutsidis & Gallopoulos
    (2008) for the start.
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        weighting: str = "tfidf",
        max_iter: int = 400,
        tol: float = 1e-4,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.weighting = weighting
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("n_components", self.n_components, 1, whole=True)
        at_least("max_iter", self.max_iter, 1, whole=True)
        at_least("tol", self.tol, 0)
        at_least("random_state", self.random_state, 0, most=MOST_SEED, whole=True)
        if self.weighting not in _WEIGHTINGS:
            raise InputError(
                f"weighting must be one of {', '.join(_WEIGHTINGS)}; got {self.weighting!r}."
            )

    def _fit_topics(self, counts: csr_array) -> None:
        from sklearn import decomposition
        from sklearn.exceptions import ConvergenceWarning

        self.idf_ = self._idf(counts)
        short = self.n_components > min(counts.shape)
        model = decomposition.NMF(
            self.n_components,
            init="random" if short else "nndsvda",
            max_iter=self.max_iter,
            tol=self.tol,
            random_state=self.random_state,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            weights = model.fit_transform(self._weighted(counts))
        self._parts = model.components_
        self._scale = model.components_.sum(axis=1)
        self.components_ = normalised_rows(model.components_)
        explained = weights * self._scale
        self.prior_mean_ = normalised_rows(normalised_rows(explained).mean(axis=0)[np.newaxis])[0]
        errors = np.full(model.n_iter_, np.nan)
        errors[-1:] = model.reconstruction_err_
        self.trace_ = pd.DataFrame(
            {"pass": np.arange(1, model.n_iter_ + 1, dtype=np.int64), "error": errors}
        )

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        weights = _least_squares(self._weighted(counts), self._parts) * self._scale
        sums = weights.sum(axis=1, keepdims=True)
        shares = weights / np.where(sums > 0, sums, 1.0)
        return np.asarray(np.where(sums > 0, shares, self.prior_mean_))

    def _idf(self, counts: csr_array) -> NDArray[np.float64]:
        n_docs, n_terms = counts.shape
        if self.weighting == "counts":
            return np.ones(n_terms)
        doc_freq = np.bincount(counts.indices, minlength=n_terms)
        return np.asarray(np.log((1.0 + n_docs) / (1.0 + doc_freq)) + 1.0)

    def _weighted(self, counts: csr_array) -> csr_array:
        weighted = csr_array(counts, dtype=np.float64, copy=True)
        if self.weighting == "counts":
            return weighted
        # log1p keeps weights below 1, which are no token counts, non-negative.
        weighted.data = np.log1p(weighted.data) * self.idf_[weighted.indices]
        lengths = np.sqrt((weighted * weighted).sum(axis=1))
        row = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))
        weighted.data /= lengths[row]
        return weighted


def _least_squares(rows: csr_array, parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Non-negative weights (D, K) with which the parts (K, V) come nearest to each row.

    Coordinate descent as in the fit, but each row stops by itself: scikit-learn's `transform`
    begins at the mean of all rows and stops all at once, so that a row would depend on the others.
    """
    overlap = parts @ parts.T
    target = rows @ parts.T
    used = np.flatnonzero(np.diagonal(overlap) > 0)
    weights = np.zeros(target.shape)
    moving = np.arange(len(weights))
    for _ in range(_MOST_SWEEPS):
        current, goal = weights[moving], target[moving]
        for k in used:
            # Not a matrix product: BLAS may sum a row in an order that depends on its place.
            gap = goal[:, k] - (current * overlap[k]).sum(axis=1)
            current[:, k] = np.maximum(current[:, k] + gap / overlap[k, k], 0.0)
        change = np.abs(current - weights[moving]).max(axis=1)
        weights[moving] = current
        moving = moving[change > _LEAST_CHANGE * current.max(axis=1)]
        if not moving.size:
            break
    return weights
