"""Which topics make up the documents, by latent Dirichlet allocation."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.models.base import TopicModel, at_least, yes_or_no
from topoi.models.blocks import thread_count
from topoi.models.inference import TermWeights, infer, padded, share_topics
from topoi.models.start import cluster_topics, spread_terms

__all__ = ["LDA"]


class Cvb0Settings(Protocol):
    """The settings that all models fitted by CVB0 share, beside their number of topics."""

    doc_topic_prior: float | None
    topic_word_prior: float
    learn_prior: bool
    max_iter: int
    tol: float
    fold_in_sweeps: int
    n_jobs: int | None
    random_state: int

    @property
    def n_topics(self) -> int:
        """K."""


class LDA(TopicModel):
    """Latent Dirichlet allocation by collapsed variational inference (CVB0).

    The same data, settings and `random_state` give the same bits for any `n_jobs`.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    doc_topic_prior : float in [1e-6, 1000] or None, alpha at the start; None is 1 / K
    topic_word_prior : float >= 1e-9, eta
    learn_prior : bool, learn an asymmetric alpha after 10 passes (Wallach, Mimno & McCallum 2009)
    max_iter : int >= 1, passes
    tol : float >= 0, stop when fewer than this share of the tokens moved in a pass
    fold_in_sweeps : int >= 1, sweeps over a document in `transform`
    n_jobs : int or None, threads; None is 1, -1 all cores
    random_state : int >= 0, seed of the start

    Attributes
    ----------
    components_ : float64 array, shape (K, V), probabilities of terms; rows sum to 1
    doc_topic_ : float64 array, shape (D, K), posterior mean shares; rows sum to 1
    alpha_ : float64 array, shape (K,), the document prior
    trace_ : DataFrame with columns pass (int64), moved (float64, share of tokens)

    References
    ----------
    Blei, Ng & Jordan (2003); Asuncion, Welling, Smyth & Teh (2009), UAI.
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        doc_topic_prior: float | None = None,
        topic_word_prior: float = 0.05,
        learn_prior: bool = True,
        max_iter: int = 100,
        tol: float = 1e-3,
        fold_in_sweeps: int = 30,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.learn_prior = learn_prior
        self.max_iter = max_iter
        self.tol = tol
        self.fold_in_sweeps = fold_in_sweeps
        self.n_jobs = n_jobs
        self.random_state = random_state

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("n_components", self.n_components, 1, whole=True)
        check_cvb0_settings(self)

    def _fit_topics(self, counts: csr_array) -> None:
        n_topics = self.n_components
        rng = np.random.default_rng(self.random_state)
        start = spread_terms(counts, cluster_topics(counts, n_topics, rng))
        eta = self.topic_word_prior
        posterior = infer(
            counts,
            pad_topics(start),
            lambda term_counts: dirichlet_weights(term_counts, n_topics, eta),
            alpha=start_prior(self),
            learn_alpha=self.learn_prior,
            max_iter=self.max_iter,
            tol=self.tol,
            n_threads=thread_count(self.n_jobs),
        )
        smoothed = posterior.term_counts[:, :n_topics].T.astype(np.float64) + eta
        self.components_ = smoothed / smoothed.sum(axis=1, keepdims=True)
        self.alpha_ = posterior.alpha[:n_topics]
        self.trace_ = trace(posterior.moved)

    def _topic_shares(self, counts: csr_array) -> NDArray[np.float64]:
        return share_topics(
            counts,
            self.components_,
            self.alpha_,
            n_sweeps=self.fold_in_sweeps,
            n_threads=thread_count(self.n_jobs),
        )


def dirichlet_weights(term_counts: NDArray[np.float32], n_topics: int, eta: float) -> TermWeights:
    """(N_wk + eta) / (N_k + V eta) for the first K topics, zero for the padding."""
    n_terms = term_counts.shape[0]
    totals = term_counts.sum(axis=0, dtype=np.float64) + n_terms * eta
    inverse = np.zeros(term_counts.shape[1])
    inverse[:n_topics] = 1.0 / totals[:n_topics]
    weight = (term_counts + np.float32(eta)) * inverse.astype(np.float32)
    slope = inverse.astype(np.float32)[np.newaxis, :]
    return TermWeights(weight, slope, np.zeros(n_terms, np.int32))


def check_cvb0_settings(model: Cvb0Settings) -> None:
    """Refuse shared settings out of range.

    Raises
    ------
    InputError
        Naming the first setting at fault.
    """
    at_least("topic_word_prior", model.topic_word_prior, 1e-9)
    if model.doc_topic_prior is not None:
        at_least("doc_topic_prior", model.doc_topic_prior, 1e-6, most=1000)
    yes_or_no("learn_prior", model.learn_prior)
    at_least("max_iter", model.max_iter, 1, whole=True)
    at_least("tol", model.tol, 0)
    at_least("fold_in_sweeps", model.fold_in_sweeps, 1, whole=True)
    at_least("random_state", model.random_state, 0, whole=True)
    thread_count(model.n_jobs)


def start_prior(model: Cvb0Settings) -> NDArray[np.float64]:
    """Prior of the documents before any learning, padded with zeros."""
    prior = model.doc_topic_prior or 1.0 / model.n_topics
    alpha = np.zeros(padded(model.n_topics))
    alpha[: model.n_topics] = prior
    return alpha


def pad_topics(term_counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns of zeros added up to whole lanes."""
    n_terms, n_topics = term_counts.shape
    result = np.zeros((n_terms, padded(n_topics)), np.float32)
    result[:, :n_topics] = term_counts
    return result


def trace(moved: list[float]) -> pd.DataFrame:
    """One row a pass."""
    return pd.DataFrame(
        {"pass": np.arange(1, len(moved) + 1, dtype=np.int64), "moved": np.array(moved)}
    )
