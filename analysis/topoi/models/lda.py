"""Which topics make up the documents, by latent Dirichlet allocation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.models.averaged_topics import averaged_counts
from topoi.models.cvb0 import checked_start
from topoi.models.documents import Documents
from topoi.models.inference import Posterior
from topoi.models.priors import DirichletTopics
from topoi.models.start import cluster_topics, given_topics, random_topics, spread_terms
from topoi.models.streaming import StreamingModel
from topoi.models.weights import DocumentPrior, Topics

__all__ = ["LDA"]

# Clusters to begin with for each topic.
_FINER = {"joined": 2, "clusters": 1}


class LDA(StreamingModel):
    """Latent Dirichlet allocation by collapsed variational inference (CVB0).

    The same data, settings and `random_state` give the same bits for any `n_jobs`.

    Parameters
    ----------
    n_components : int >= 1, number of topics K
    doc_topic_prior : float in [1e-6, 1000] or None, alpha at the start; None is 1 / K
    topic_word_prior : float >= 1e-9, eta at the start
    learn_prior : bool, learn an asymmetric alpha and a symmetric eta from the tenth pass on
        (Wallach, Mimno & McCallum 2009)
    init : "joined", "clusters", "random" or array (K, V), >= 0
        Where inference begins: clusters of documents, twice as many as topics, of which those most
        alike are joined, which ends in the most coherent topics; as many clusters as topics;
        random weights of terms, which need several times as many passes and sometimes end better;
        or given weights, as the `components_` of an earlier fit (a warm start).
    n_init : int >= 1, starts; the one with the greatest log likelihood of the tokens is kept
    max_iter : int >= 1, passes
    tol : float >= 0, stop when a smaller share of the tokens moved between topics in a pass
    draw_passes : int >= 0, passes after these that draw the topic of every token (Gibbs)
        Topics end half way between the expected counts and the mean of those drawn, which predict
        new text better than either alone. 0 leaves the expected ones.
    fold_in_sweeps : int >= 1, most sweeps over a document in `transform`
    n_jobs : int or None, threads; None is 1, -1 all cores
    random_state : int >= 0, seed of the starts

    Attributes
    ----------
    components_ : float64 array, shape (K, V), probabilities of terms; rows sum to 1
    doc_topic_ : float64 array, shape (D, K), posterior mean shares; rows sum to 1
    alpha_ : float64 array, shape (K,), the document prior
    eta_ : float, the topics' prior
    trace_ : DataFrame, one row for each of the max_iter passes or fewer, as it was before the
        `draw_passes`: pass (int64), log_likelihood (float64, nats a token, of the
        training tokens before the pass), moved (float64, share of tokens), seconds (float64), and
        held_out (float64, nats a token) where `fit` was given held-out rows

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
        init: Any = "joined",
        n_init: int = 1,
        max_iter: int = 100,
        tol: float = 1e-3,
        draw_passes: int = 20,
        fold_in_sweeps: int = 30,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.learn_prior = learn_prior
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.draw_passes = draw_passes
        self.fold_in_sweeps = fold_in_sweeps
        self.n_jobs = n_jobs
        self.random_state = random_state

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        at_least("n_components", self.n_components, 1, whole=True)
        at_least("draw_passes", self.draw_passes, 0, whole=True)
        super().check_settings()

    def _topics(self, documents: Documents) -> Topics:
        return DirichletTopics(
            self.topic_word_prior,
            n_topics=self.n_components,
            n_terms=documents.shape[1],
            learns=self.learn_prior,
        )

    def _start(self, documents: Documents, rng: np.random.Generator) -> NDArray[np.float32]:
        n_topics = self.n_components
        weights = checked_start(self.init, n_topics, documents.shape[1])
        if weights is not None:
            return given_topics(documents, weights)
        if self.init == "random":
            return spread_terms(documents, random_topics(documents.shape[1], n_topics, rng), rng)
        clusters = cluster_topics(documents, n_topics, rng, finer=_FINER[self.init])
        return spread_terms(documents, clusters, rng)

    def _finish(
        self, documents: Documents, posterior: Posterior, topics: Topics, prior: DocumentPrior
    ) -> None:
        if self.draw_passes:
            posterior.term_counts = averaged_counts(
                documents, posterior, topics, prior, self._passes(0), n_draws=self.draw_passes
            )

    def _keep(self, posterior: Posterior, topics: Any, prior: Any) -> None:
        super()._keep(posterior, topics, prior)
        self.eta_ = topics.eta
