"""Which parts add up to the documents, when keywords say what some parts are about."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.checks import at_least, one_of
from topoi.errors import InputError
from topoi.models.exact_sums import exact_sum, exact_sum_of_squares
from topoi.models.factor_model import FactorModel
from topoi.models.factors import Factors, Prior
from topoi.models.keywords import (
    check_listed,
    check_some_open,
    checked_keywords,
    keyword_clusters,
)
from topoi.models.weights import pad_topics
from topoi.workers import worker_count

__all__ = ["SeededNMF"]

_MODES = ("anchored", "penalised")
# Of each topic at the start, from its cluster of documents; the rest is the corpus' own.
_CLUSTER_SHARE = 0.7
# Of a keyword's weight in topics that do not own it, at the start of mode "penalised". With all of
# it a residual topic that begins nearer to a theme takes the theme along, in one of four seeds;
# with none Kullback-Leibler updates could never give it back.
_AWAY = 0.01


class SeededNMF(FactorModel):
    """Non-negative matrix factorisation X ≈ WH with topics that keywords hold in place.

    The objective is that of `NMF`, and

    - mode "anchored": H_kv = 0 for every keyword v and topic k that does not own it;
    - mode "penalised": plus mu/2 sum (H_kv - H0_kv)^2 over the keywords v and all topics k. In the
      topics that own it H0 holds the set's weights scaled to length 1, elsewhere 0; mu =
      strength ||X||^2 / K (with Kullback-Leibler strength sum(X) / K) is about how firmly the
      documents of a topic hold it. Topics without keywords may evade the penalty a little by
      growing W while H shrinks; doc_l2 > 0 prevents that.

    Weights of keywords matter in mode "penalised"; in mode "anchored" they only tell which
    documents a set's topics begin at. The same bits for any `n_jobs` and machine.

    Parameters
    ----------
    keywords : sequence of mappings {column: weight} or sequences of columns, or Themes
        One entry a keyword set. Themes name words, so only `fit_topics`, which knows the
        vocabulary, can take them.
    topics_per_set : int >= 1, topics of each keyword set
    n_residual : int >= 0, topics without keywords
    mode : {"anchored", "penalised"}
    strength : float >= 0, for mode "penalised"
    weighting, loss, doc_l1, doc_l2, topic_l1, topic_l2, max_iter, tol, memory, n_jobs,
    random_state : as in `NMF`

    Attributes
    ----------
    components_, doc_topic_, parts_, doc_weights_, trace_ : as in `NMF`; the topics of the keyword
        sets come first, set by set

    References
    ----------
    Lee & Seung (2001) and Cichocki & Phan (2009), whose updates keep zeros and take a quadratic
    penalty as it is; Jagarlamudi, Daumé & Udupa (2012), Incorporating lexical priors into topic
    models, for topics from seed words.
    """

    def __init__(
        self,
        keywords: Any = (),
        *,
        topics_per_set: int = 4,
        n_residual: int = 12,
        mode: str = "anchored",
        strength: float = 1.0,
        weighting: str = "tfidf",
        loss: str = "frobenius",
        doc_l1: float = 0.0,
        doc_l2: float = 0.0,
        topic_l1: float = 0.0,
        topic_l2: float = 0.0,
        max_iter: int = 400,
        tol: float = 1e-4,
        memory: float = 0.9,
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.keywords = keywords
        self.topics_per_set = topics_per_set
        self.n_residual = n_residual
        self.mode = mode
        self.strength = strength
        self.weighting = weighting
        self.loss = loss
        self.doc_l1 = doc_l1
        self.doc_l2 = doc_l2
        self.topic_l1 = topic_l1
        self.topic_l2 = topic_l2
        self.max_iter = max_iter
        self.tol = tol
        self.memory = memory
        self.n_jobs = n_jobs
        self.random_state = random_state

    @property
    def n_topics(self) -> int:
        """K: the topics of the keyword sets and the residual topics."""
        return len(self.keywords) * self.topics_per_set + self.n_residual

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        check_listed(self.keywords)
        at_least("topics_per_set", self.topics_per_set, 1, whole=True)
        at_least("n_residual", self.n_residual, 0, whole=True)
        at_least("strength", self.strength, 0)
        one_of("mode", self.mode, _MODES)
        if not self.n_topics:
            raise InputError("No topics: give keywords or n_residual >= 1.")
        super().check_settings()

    def _start(self, counts: csr_array, matrix: csr_array) -> Factors:
        """Topics begin at clusters of documents, mixed with all documents so that none lacks a
        term; documents at the weights that suit the topics.
        """
        sets = checked_keywords(self.keywords, counts.shape[1])
        rng = np.random.default_rng(self.random_state)
        clusters = keyword_clusters(
            counts,
            sets,
            self.topics_per_set,
            self.n_residual,
            rng,
            n_threads=worker_count(self.n_jobs),
        )
        corpus = counts.sum(axis=0, dtype=np.float64)
        topics = _CLUSTER_SHARE * _shares(clusters) + (1.0 - _CLUSTER_SHARE) * _shares(corpus)
        prior = self._prior(matrix)
        away = prior.is_open if self.mode == "anchored" else np.where(prior.pull > 0, 1.0, _AWAY)
        away[0] = 1.0
        terms = (pad_topics(_unit_rows(topics).T) * away[prior.slot]).astype(np.float32)
        self._terms = terms
        return Factors(self._weights(matrix), terms)

    def _prior(self, matrix: csr_array) -> Prior:
        """Row 0 is for the terms that are no keyword, then one row for each keyword."""
        n_terms = matrix.shape[1]
        sets = checked_keywords(self.keywords, n_terms)
        columns = np.unique([column for found in sets for column in found]).astype(np.int64)
        slot = np.zeros(n_terms, np.int32)
        slot[columns] = np.arange(1, len(columns) + 1)
        goal = np.zeros((len(columns) + 1, self.n_topics))
        for position, found in enumerate(sets):
            first = position * self.topics_per_set
            weights = np.array(list(found.values()))
            own = slot[list(found)]
            goal[own, first : first + self.topics_per_set] = _unit_rows(weights[None]).T
        owned = pad_topics((goal > 0).astype(np.float64))
        if self.mode == "anchored":
            is_open = owned.copy()
            is_open[0] = 1.0
            n_closed = (is_open[1:, : self.n_topics] == 0).sum(axis=0)
            check_some_open(n_closed, n_terms, "With mode='anchored'", "set mode='penalised'")
            return Prior(slot, np.zeros_like(owned), np.zeros_like(owned), is_open)
        stiff = np.full_like(owned, self._firmness(matrix))
        stiff[0] = 0.0
        return Prior(slot, stiff * pad_topics(goal), stiff, np.ones_like(owned))

    def _firmness(self, matrix: csr_array) -> float:
        """The setting mu of the objective."""
        size = exact_sum_of_squares if self.loss == "frobenius" else exact_sum
        return self.strength * size(matrix.data) / self.n_topics


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows divided by their sums; rows of zeros stay."""
    sums = values.sum(axis=-1, keepdims=True)
    return values / np.where(sums > 0, sums, 1.0)


def _unit_rows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows divided by their lengths; rows of zeros stay."""
    lengths = np.sqrt((values * values).sum(axis=1, keepdims=True))
    return values / np.where(lengths > 0, lengths, 1.0)
