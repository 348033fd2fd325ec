"""Which topics make up the documents, by latent Dirichlet allocation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.models.base import TopicModel, at_least
from topoi.models.blocks import thread_count
from topoi.models.cvb0 import check_cvb0_settings, start_prior, trace
from topoi.models.inference import TermWeights, infer, pad_topics, share_topics
from topoi.models.start import cluster_topics, spread_terms

__all__ = ["LDA"]


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
        start = spread_terms(counts, cluster_topics(counts, n_topics, rng), rng)
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
