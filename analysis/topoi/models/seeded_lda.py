"""Which topics make up the documents, when seeds add prior mass to the topics they belong to."""

from __future__ import annotations

from typing import Any

from topoi.checks import at_least
from topoi.models.documents import Documents
from topoi.models.inference import Posterior
from topoi.models.keyword_model import KeywordModel
from topoi.models.seeded_topics import SeededTopics, seed_masses

__all__ = ["SeededLDA"]


class SeededLDA(KeywordModel):
    """LDA with a prior over terms that is larger for the seeds of a topic.

    Topic k draws its term distribution from a Dirichlet with eta + c_kw for term w. For a seed

        c_kw = seed_weight * weight_w * f_w / (number of topics that w is a seed of),

    f_w the tokens of w in the data, so that a seed that never occurs has no effect; for all other
    terms c_kw = 0. With seed_weight 1 the prior holds as many tokens of a seed as the data, in the
    seed's own topics. Other topics may draw a seed too, unlike with `KeywordLDA(exclusive=True)`.
    Fitted by CVB0; the same data, settings and `random_state` give the same bits for any `n_jobs`.

    `components_` are posterior means that include the prior,

        phi_kw = (N_wk + eta + c_kw) / (N_k + V eta + C_k), C_k = sum over w of c_kw,

    so a seed ranks higher in its topics than the tokens alone would have it. `doc_topic_` counts
    the documents' own tokens only: no share holds any of the mass c.

    Parameters
    ----------
    keywords : sequence of mappings {column: weight} or sequences of columns, or Themes
        The seeds, one entry a set. Themes name words, so only `fit_topics`, which knows the
        vocabulary, can take them.
    topics_per_set : int >= 1, topics of each set of seeds; all of them have its seeds
    n_residual : int >= 0, topics without seeds
    seed_weight : float in [0, 1e6], rho; 0 leaves the seeds to decide the start only
        C_k makes all other terms of the topic less likely, and a topic that loses them to others is
        left with its seeds alone. The default is a compromise: planted topics are found best with
        0 to 0.03 and hardly ever with 1, hand-made seeds of real themes agree best with human
        codes at 0.3 to 3 where a theme has one topic, and with four it matters little
        (benchmarks/seed_weight.py). Report how results change with it.
    topic_word_prior : float >= 1e-9, eta, which is not learned
    learn_prior : bool, learn the documents' prior; those of the terms stay as they are
    doc_topic_prior, n_init, max_iter, tol, fold_in_sweeps, n_jobs, random_state :
        as in `LDA`

    Attributes
    ----------
    components_, doc_topic_, alpha_, trace_ : as in `LDA`; the topics of the seeds come first, set
        by set
    seed_mass_ : float64 array, shape (K,), C_k, tokens; 0 for residual topics

    References
    ----------
    Lu, Ott, Cardie & Tsou (2011), Multi-aspect sentiment analysis with topic models, section 4,
    for seeds as pseudo-counts of an asymmetric prior. Ours go into the denominator too, as the
    Dirichlet prior has it, and grow with the seed's tokens.
    """

    def __init__(
        self,
        keywords: Any = (),
        *,
        topics_per_set: int = 4,
        n_residual: int = 12,
        seed_weight: float = 0.1,
        doc_topic_prior: float | None = None,
        topic_word_prior: float = 0.05,
        learn_prior: bool = True,
        n_init: int = 1,
        max_iter: int = 100,
        tol: float = 1e-3,
        fold_in_sweeps: int = 30,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.keywords = keywords
        self.topics_per_set = topics_per_set
        self.n_residual = n_residual
        self.seed_weight = seed_weight
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.learn_prior = learn_prior
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.fold_in_sweeps = fold_in_sweeps
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _check_own_settings(self) -> None:
        at_least("seed_weight", self.seed_weight, 0, most=1e6)

    def _topics(self, documents: Documents) -> SeededTopics:
        n_terms = documents.shape[1]
        masses = seed_masses(documents, self._keywords_by_topic(n_terms), self.seed_weight)
        return SeededTopics(masses, self.topic_word_prior, n_topics=self.n_topics, n_terms=n_terms)

    def _keep(self, posterior: Posterior, topics: Any, prior: Any) -> None:
        super()._keep(posterior, topics, prior)
        self.seed_mass_ = topics.masses.by_topic(self.n_topics)
