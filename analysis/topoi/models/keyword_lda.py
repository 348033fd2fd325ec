"""Which topics make up the documents, when keywords say what some topics are about."""

from __future__ import annotations

from typing import Any

from topoi.checks import at_least, yes_or_no
from topoi.models.documents import Documents
from topoi.models.inference import Posterior
from topoi.models.keyword_mixture import KeywordTopics, pairs_of
from topoi.models.keyword_model import KeywordModel
from topoi.models.keywords import check_some_open

__all__ = ["KeywordLDA"]


class KeywordLDA(KeywordModel):
    """Keyword-assisted topics: each keyword topic mixes a keyword part and a free part.

    Topic k draws a term from its keywords' distribution with probability pi_k, else from a
    distribution over all terms; residual topics have no keywords. This is the base model of
    keyATM, fitted by CVB0 over the joint outcomes (topic, part). The same data, settings and
    `random_state` give the same bits for any `n_jobs`.

    With `topics_per_set` above 1 each keyword set is a family of topics that share its keywords,
    so that a theme may speak of several matters; with `exclusive` no other topic may draw them,
    which keeps topics from drifting away from their theme. One topic a set and
    ``exclusive=False`` is keyATM as published.

    Parameters
    ----------
    keywords : sequence of mappings {column: weight} or sequences of columns, or Themes
        One entry a keyword set. Themes name words, so only `fit_topics`, which knows the
        vocabulary, can take them.
    topics_per_set : int >= 1, topics of each keyword set
    n_residual : int >= 0, topics without keywords
    exclusive : bool, keep keywords out of all topics that do not own them
    topic_word_prior, keyword_prior : float > 0, priors of the free and the keyword part
    doc_topic_prior, n_init, max_iter, tol, fold_in_sweeps, n_jobs, random_state :
        as in `LDA`
    learn_prior : bool, learn the documents' prior; those of the terms stay as they are

    Attributes
    ----------
    components_, doc_topic_, alpha_, trace_ : as in `LDA`; the topics of the keyword sets come
        first, set by set
    keyword_rate_ : float64 array, shape (K,), pi; 0 for residual topics

    References
    ----------
    Eshima, Imai & Sasaki (2024), Keyword-assisted topic models, AJPS, section 2.
    """

    def __init__(
        self,
        keywords: Any = (),
        *,
        topics_per_set: int = 4,
        n_residual: int = 12,
        exclusive: bool = True,
        doc_topic_prior: float | None = None,
        topic_word_prior: float = 0.05,
        keyword_prior: float = 0.1,
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
        self.exclusive = exclusive
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.keyword_prior = keyword_prior
        self.learn_prior = learn_prior
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.fold_in_sweeps = fold_in_sweeps
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _check_own_settings(self) -> None:
        at_least("keyword_prior", self.keyword_prior, 1e-9)
        yes_or_no("exclusive", self.exclusive)

    def _topics(self, documents: Documents) -> KeywordTopics:
        pairs = pairs_of(
            self._keywords_by_topic(documents.shape[1]),
            n_topics=self.n_topics,
            n_terms=documents.shape[1],
            free_prior=self.topic_word_prior,
            keyword_prior=self.keyword_prior,
            exclusive=self.exclusive,
        )
        n_closed = (pairs.open == 0.0).sum(axis=0)
        check_some_open(n_closed, pairs.n_terms, "With exclusive=True", "set exclusive=False")
        return KeywordTopics(pairs)

    def _share_at_home(self) -> float:
        return 1.0 if self.exclusive else super()._share_at_home()

    def _keep(self, posterior: Posterior, topics: Any, prior: Any) -> None:
        super()._keep(posterior, topics, prior)
        self.keyword_rate_ = topics.mixture(posterior.term_counts).pi
