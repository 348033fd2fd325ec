"""What all non-negative matrix factorisations share: their objective, shares, score, batches."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.utils.validation import check_is_fitted

from topoi.checks import at_least, one_of
from topoi.errors import InputError
from topoi.models.base import MOST_SEED, TopicModel, normalised_rows
from topoi.models.blocks import one_thread
from topoi.models.descent import Trace, clock, descend
from topoi.models.divergence import (
    divergence,
    extrapolated_in_ratio,
    kl_pass,
    own_entropy,
    pulled,
    quotient,
    solve_kl,
)
from topoi.models.exact_sums import exact_sum
from topoi.models.factors import Factors, Prior, Side, gram_of, sides_of, sums_of
from topoi.models.frobenius import (
    extrapolated,
    half_square,
    hals_pass,
    refit_terms,
    solve,
    square_error,
    times,
)
from topoi.models.weighting import (
    WEIGHTINGS,
    document_frequency,
    inverse_frequency,
    weighted,
)
from topoi.workers import worker_count

__all__ = ["LOSSES", "FactorModel"]

LOSSES = ("frobenius", "kullback-leibler")


class FactorModel(TopicModel):
    """Base of `NMF` and `SeededNMF`; subclasses give `_start` and, if they have one, `_prior`."""

    weighting: str
    loss: str
    doc_l1: float
    doc_l2: float
    topic_l1: float
    topic_l2: float
    max_iter: int
    tol: float
    memory: float
    n_jobs: int | None
    random_state: int

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("max_iter", self.max_iter, 1, whole=True)
        at_least("tol", self.tol, 0)
        at_least("random_state", self.random_state, 0, most=MOST_SEED, whole=True)
        for name in ("doc_l1", "doc_l2", "topic_l1", "topic_l2"):
            at_least(name, getattr(self, name), 0)
        at_least("memory", self.memory, 0, most=1)
        one_of("weighting", self.weighting, WEIGHTINGS)
        one_of("loss", self.loss, LOSSES)
        worker_count(self.n_jobs)

    def score(self, X: Any, y: object = None) -> float:  # noqa: ARG002 - scikit-learn passes y
        """How much of the weights of X the topics explain; higher is better.

        The documents' weights are those of `transform`. With loss "frobenius" the share of the
        squared norm, 1 - ||X - WH||^2 / ||X||^2, at most 1; with "kullback-leibler" minus the
        divergence D(X || WH) per unit of weight in X (per token if weighting is "counts"), in
        nats, at most 0. Penalties are left out.

        Raises
        ------
        InputError
            If all rows of X are empty.
        """
        check_is_fitted(self, "components_")
        counts = self._checked(X, reset=False)
        self._check_filled(counts, "to score")
        with one_thread():
            matrix = self._weighted(counts)
            docs = self._weights(matrix)
            if self.loss == "frobenius":
                return 1.0 - square_error(matrix, docs, self._terms) / (2.0 * half_square(matrix))
            return -divergence(matrix, docs, self._terms) / exact_sum(matrix.data)

    def partial_fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Learn from one more batch of documents; y is ignored.

        The first batch of a new model is fitted as `fit` does. For each further one the documents'
        weights are solved with the topics as they are, the sums that the topics depend on
        (W'W and X'W; for Kullback-Leibler the weight explained and the sums of W) are multiplied by
        `memory` and the batch's are added, and the topics are moved to fit the sums. Document
        frequencies are those of all batches so far. `doc_topic_` is that of the last batch, and
        `trace_` gets a row with the batch's objective per filled document.

        References
        ----------
        Mairal, Bach, Ponce & Sapiro (2010), Online learning for matrix factorization and sparse
        coding, algorithms 1 and 2 with the forgetting of section 3.4; for Kullback-Leibler:
        Lefèvre, Bach & Févotte (2011), Online algorithms for nonnegative matrix factorization with
        the Itakura-Saito divergence, whose scheme carries over.
        """
        if not hasattr(self, "components_"):
            return self.fit(X)
        self.check_settings()
        counts = self._checked(X, reset=False)
        self._check_filled(counts, "to learn from")
        with one_thread():
            self._learn_batch(counts)
            self.doc_topic_ = self._fitted_shares(counts)
        self.n_iter_ = len(self.trace_)
        return self

    def _start(self, counts: csr_array, matrix: csr_array) -> Factors:
        """Where the descent begins."""
        raise NotImplementedError

    def _prior(self, matrix: csr_array) -> Prior | None:  # noqa: ARG002 - for subclasses
        """What is known of the topics' weights of some terms, if anything."""
        return None

    def _fit_topics(self, counts: csr_array) -> None:
        self._n_seen, self._doc_freq = counts.shape[0], document_frequency(counts)
        matrix = self._weighted(counts)
        sides = self._sides(matrix)
        factors, trace = self._descended(sides, matrix, self._start(counts, matrix))
        self._terms = factors.terms
        docs = self._weights(matrix)
        self._sums = self._statistics(sides[1], docs)
        self._share_sum, self._n_filled = np.zeros(self.n_topics), 0
        self._keep(docs)
        self.trace_ = trace.to_frame()

    def _learn_batch(self, counts: csr_array) -> None:
        self._n_seen += counts.shape[0]
        self._doc_freq = self._doc_freq + document_frequency(counts)
        matrix = self._weighted(counts)
        trace, began = Trace(), clock()
        terms = self._sides(matrix)[1]
        fresh = self._statistics(terms, self._weights(matrix))
        table, other = (self.memory * old + new for old, new in zip(self._sums, fresh, strict=True))
        self._sums = table, other
        self._terms = self._refitted(terms)
        docs = self._weights(matrix)
        trace.add(self._loss_of(matrix, docs) / np.count_nonzero(np.diff(matrix.indptr)), began)
        self._keep(docs)
        row = trace.to_frame().assign(**{"pass": len(self.trace_) + 1})
        self.trace_ = pd.concat([self.trace_, row], ignore_index=True)

    def _keep(self, docs: NDArray[np.float32]) -> None:
        """The attributes that follow from the topics' and the documents' weights."""
        n_topics = self.n_topics
        self.parts_ = self._terms[:, :n_topics].T.astype(np.float64)
        self.doc_weights_ = docs[:, :n_topics].astype(np.float64)
        self.components_ = normalised_rows(self.parts_)
        explained = self.doc_weights_ * self.parts_.sum(axis=1)
        filled = explained[explained.sum(axis=1) > 0]
        self._share_sum = self._share_sum + normalised_rows(filled).sum(axis=0)
        self._n_filled += len(filled)
        self.prior_mean_ = normalised_rows(self._share_sum[np.newaxis])[0]

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        docs = self._weights(self._weighted(counts))
        return self._shares_of(docs[:, : self.n_topics].astype(np.float64))

    def _fitted_shares(self, counts: csr_array) -> NDArray[np.float64]:  # noqa: ARG002 - known by now
        return self._shares_of(self.doc_weights_)

    def _shares_of(self, docs: NDArray[np.float64]) -> NDArray[np.float64]:
        explained = docs * self.parts_.sum(axis=1)
        sums = explained.sum(axis=1, keepdims=True)
        shares = explained / np.where(sums > 0, sums, 1.0)
        return np.asarray(np.where(sums > 0, shares, self.prior_mean_))

    def _weighted(self, counts: csr_array) -> csr_array:
        if self.weighting == "counts":
            return weighted(counts, None)
        return weighted(counts, inverse_frequency(self._doc_freq, self._n_seen))

    def _sides(self, matrix: csr_array) -> tuple[Side, Side]:
        return sides_of(
            matrix,
            doc_penalty=(self.doc_l1, self.doc_l2),
            topic_penalty=(self.topic_l1, self.topic_l2),
            n_topics=self.n_topics,
            prior=self._prior(matrix),
            n_threads=worker_count(self.n_jobs),
        )

    def _descended(
        self, sides: tuple[Side, Side], matrix: csr_array, start: Factors
    ) -> tuple[Factors, Trace]:
        if self.loss == "frobenius":
            half = half_square(matrix)
            return descend(
                lambda origin: hals_pass(*sides, half, origin),
                start,
                extrapolated,
                max_iter=self.max_iter,
                tol=self.tol,
            )
        entropy = own_entropy(matrix)
        return descend(
            lambda origin: kl_pass(*sides, entropy, origin),
            start,
            extrapolated_in_ratio,
            max_iter=self.max_iter,
            tol=self.tol,
        )

    def _weights(self, matrix: csr_array) -> NDArray[np.float32]:
        solver = solve if self.loss == "frobenius" else solve_kl
        return solver(
            matrix,
            self._terms,
            l1=self.doc_l1,
            l2=self.doc_l2,
            n_threads=worker_count(self.n_jobs),
        )

    def _loss_of(self, matrix: csr_array, docs: NDArray[np.float32]) -> float:
        if self.loss == "frobenius":
            return 0.5 * square_error(matrix, docs, self._terms)
        return divergence(matrix, docs, self._terms)

    def _statistics(
        self, terms: Side, docs: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What the topics depend on: a table (V, K') and W'W, or the sums of W."""
        if self.loss == "frobenius":
            return times(terms.matrix, docs).astype(np.float64), gram_of(docs)
        return pulled(terms, docs, self._terms).astype(np.float64), sums_of(docs)

    def _refitted(self, terms: Side) -> NDArray[np.float32]:
        """The topics' weights that fit the statistics."""
        table, other = self._sums
        if self.loss == "frobenius":
            return refit_terms(terms, table.astype(np.float32), other, self._terms)
        return quotient(terms, table, other, self._terms)

    def _check_filled(self, counts: csr_array, purpose: str) -> None:
        if not counts.nnz:
            raise InputError(
                f"Every row is empty: {type(self).__name__} has nothing {purpose}. "
                "Give text with terms of the vocabulary."
            )
