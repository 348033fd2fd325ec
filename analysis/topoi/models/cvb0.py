"""What all models fitted by CVB0 share: their settings, their starts, and how a fit is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least, yes_or_no
from topoi.errors import InputError
from topoi.models.base import TopicModel
from topoi.models.documents import Documents, as_documents
from topoi.models.fold_in import share_topics
from topoi.models.inference import Passes, Posterior, infer
from topoi.models.priors import SharedPrior
from topoi.models.weights import DocumentPrior, Topics
from topoi.workers import worker_count

__all__ = ["Cvb0Model", "checked_start"]


class Cvb0Model(TopicModel):
    """Base of the models fitted by CVB0; subclasses give `_topics`, `_start` and `_keep`.

    Parameters that all of them have are described in `LDA`.
    """

    doc_topic_prior: float | None
    topic_word_prior: float
    learn_prior: bool
    max_iter: int
    tol: float
    n_init: int
    fold_in_sweeps: int
    n_jobs: int | None
    random_state: int
    alpha_: NDArray[np.float64]

    def fit(self, X: Any, y: object = None, *, held_out: Any = None) -> Self:
        """Learn the topics of X, (D, V) sparse or dense; y is ignored.

        X holds tokens, from 0 to 2**24; parts of tokens are allowed. With `held_out`, other rows
        of the same columns, `trace_` has the document-completion score of these rows (nats a
        token, see `score`) for every fifth pass and the last, before any `draw_passes` of `LDA`.

        Raises
        ------
        InputError
            If a setting or a count is out of range, or all counts are zero.
        """
        self._held_out = held_out
        try:
            return super().fit(X, y)
        finally:
            del self._held_out

    def check_settings(self) -> None:
        """Refuse shared settings out of range with an InputError that names the first."""
        at_least("topic_word_prior", self.topic_word_prior, 1e-9)
        if self.doc_topic_prior is not None:
            at_least("doc_topic_prior", self.doc_topic_prior, 1e-6, most=1000)
        yes_or_no("learn_prior", self.learn_prior)
        at_least("max_iter", self.max_iter, 1, whole=True)
        at_least("tol", self.tol, 0)
        at_least("n_init", self.n_init, 1, whole=True)
        at_least("fold_in_sweeps", self.fold_in_sweeps, 1, whole=True)
        at_least("random_state", self.random_state, 0, whole=True)
        worker_count(self.n_jobs)

    def _topics(self, documents: Documents) -> Topics:
        """What this model makes of term counts, before the first pass."""
        raise NotImplementedError

    def _prior(self) -> DocumentPrior:
        """The documents' prior before the first pass."""
        alpha = self.doc_topic_prior or 1.0 / self.n_topics
        return SharedPrior(alpha, self.n_topics, learns=self.learn_prior)

    def _start(self, documents: Documents, rng: np.random.Generator) -> NDArray[np.float32]:
        """Expected tokens (V, K) before the first pass."""
        raise NotImplementedError

    def _keep(self, posterior: Posterior, topics: Any, prior: Any) -> None:
        """Store what was found as fitted attributes."""
        self.components_ = topics.topic_term(posterior.term_counts)
        self.alpha_ = prior.alpha
        self.trace_ = posterior.trace_table()

    def _fit_topics(self, counts: csr_array) -> None:
        self._fit_documents(as_documents(counts, n_threads=worker_count(self.n_jobs)))

    def _fit_documents(self, documents: Documents) -> None:
        starts = [self._fitted_once(documents, number) for number in range(self.n_init)]
        posterior, topics, prior = max(starts, key=lambda found: found[0].log_likelihood)
        self._finish(documents, posterior, topics, prior)
        for other, _, _ in starts:
            other.rows.drop()
        self._keep(posterior, topics, prior)
        self._remember(documents, posterior.term_counts, topics, prior)

    def _finish(
        self, documents: Documents, posterior: Posterior, topics: Topics, prior: DocumentPrior
    ) -> None:
        """What is still done to the best start; here nothing."""

    def _remember(
        self, documents: Documents, term_counts: NDArray[np.float32], topics: Topics, prior: Any
    ) -> None:
        """Keep what later calls need beside the fitted attributes; here nothing."""

    def _fitted_once(
        self, documents: Documents, number: int
    ) -> tuple[Posterior, Topics, DocumentPrior]:
        rng = np.random.default_rng([self.random_state, number])
        topics, prior = self._topics(documents), self._prior()
        passes = self._passes(number)
        if getattr(self, "_held_out", None) is not None:
            passes = replace(passes, score=self._scorer(prior))
        stage = documents.stage(f"start-{number}")
        start = stage.begun() or self._start(documents, rng)
        posterior = infer(documents, start, topics, prior, passes, stage=stage)
        return posterior, topics, prior

    def _passes(self, number: int) -> Passes:
        """How the start, or the block, of this number is passed over."""
        return Passes(
            self.max_iter, self.tol, worker_count(self.n_jobs), self._seed_of_draws(number)
        )

    def _seed_of_draws(self, number: int) -> int:
        words = np.random.SeedSequence([self.random_state, number]).generate_state(1, np.uint64)
        return int(words[0])

    def _scorer(self, prior: Any) -> Any:
        """Gives the held-out score (nats a token) of topics (K, V), with the prior as it stands."""
        from topoi.models.held_out import completion_halves, completion_log_likelihood

        observed, scored = completion_halves(self._checked(self._held_out, reset=False), seed=0)
        alpha = self._held_out_prior(prior, observed.shape[0])

        def score(topic_term: NDArray[np.float64]) -> float:
            return completion_log_likelihood(
                observed,
                scored,
                topic_term,
                lambda half: self._shares(half, topic_term, alpha()),
            ).score

        return score

    def _held_out_prior(self, prior: Any, n_docs: int) -> Callable[[], NDArray[np.float64]]:  # noqa: ARG002 - for priors by row
        """What gives the prior of the held-out rows as it stands, (K,) or (n_docs, K)."""
        return lambda: prior.alpha

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        return self._shares(counts, self.components_, self.alpha_)

    def _shares(
        self, counts: csr_array, topic_term: NDArray[np.float64], alpha: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return share_topics(
            csr_array(counts, dtype=np.float32),
            topic_term,
            alpha,
            most_sweeps=self.fold_in_sweeps,
            n_threads=worker_count(self.n_jobs),
        )

    @property
    def document_prior_(self) -> NDArray[np.float64] | None:
        """`alpha_`, the prior of all documents."""
        return self.alpha_


def checked_start(init: Any, n_topics: int, n_terms: int) -> NDArray[np.float64] | None:
    """The weights (K, V) that a user gave as the start, or None for a start by name.

    Raises
    ------
    InputError
        If init is neither a known name nor an array of this shape, finite and >= 0.
    """
    if isinstance(init, str):
        if init in ("joined", "clusters", "random"):
            return None
        raise InputError(f"init must be 'joined', 'clusters', 'random' or an array; got {init!r}.")
    try:
        weights = np.asarray(init, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            "init must be 'joined', 'clusters', 'random' or an array of numbers."
        ) from error
    if weights.shape != (n_topics, n_terms):
        raise InputError(
            f"init has shape {weights.shape}; expected {(n_topics, n_terms)}: topics x terms, as "
            "the components_ of a model fitted to the same columns."
        )
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any(axis=1).all():
        raise InputError("init must hold finite numbers >= 0, and no topic may be all zero.")
    return weights
