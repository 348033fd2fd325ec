"""Which topics make up the documents, when keywords say what some topics are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError, listed
from topoi.models.base import at_least, yes_or_no
from topoi.models.blocks import thread_count
from topoi.models.inference import Posterior
from topoi.models.keyword_mixture import KeywordPairs, KeywordTopics, pairs_of
from topoi.models.start import cluster_topics, spread_terms
from topoi.models.streaming import StreamingModel

__all__ = ["KeywordLDA"]


# Of a keyword's tokens in its topics before the first pass, where others may draw it too.
_START_SHARE = 0.5


class KeywordLDA(StreamingModel):
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

    @property
    def n_topics(self) -> int:
        """K: the topics of the keyword sets and the residual topics."""
        return len(self.keywords) * self.topics_per_set + self.n_residual

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        _check_listed(self.keywords)
        at_least("topics_per_set", self.topics_per_set, 1, whole=True)
        at_least("n_residual", self.n_residual, 0, whole=True)
        at_least("keyword_prior", self.keyword_prior, 1e-9)
        yes_or_no("exclusive", self.exclusive)
        if not self.n_topics:
            raise InputError("No topics: give keywords or n_residual >= 1.")
        super().check_settings()

    def _topics(self, counts: csr_array) -> KeywordTopics:
        pairs = self._pairs(counts)
        _check_open(pairs)
        return KeywordTopics(pairs)

    def _pairs(self, counts: csr_array) -> KeywordPairs:
        sets = _checked_keywords(self.keywords, counts.shape[1])
        return pairs_of(
            [columns for columns in sets for _ in range(self.topics_per_set)],
            n_topics=self.n_topics,
            n_terms=counts.shape[1],
            free_prior=self.topic_word_prior,
            keyword_prior=self.keyword_prior,
            exclusive=self.exclusive,
        )

    def _start(self, counts: csr_array, rng: np.random.Generator) -> NDArray[np.float32]:
        """Topics of a set begin at clusters of the documents with most of its keywords, residual
        topics at clusters of all documents.
        """
        sets = _checked_keywords(self.keywords, counts.shape[1])
        n_threads = thread_count(self.n_jobs)
        own = _most_keywords(counts, sets)
        clusters = np.zeros((self.n_topics, counts.shape[1]))
        for position in range(len(sets)):
            first = position * self.topics_per_set
            rows = np.flatnonzero(own == position)
            if len(rows):
                clusters[first : first + self.topics_per_set] = cluster_topics(
                    counts[rows], self.topics_per_set, rng, n_threads=n_threads
                )
        if self.n_residual:
            clusters[-self.n_residual :] = cluster_topics(
                counts, self.n_residual, rng, n_threads=n_threads
            )
        share = 1.0 if self.exclusive else _START_SHARE
        return _drawn_home(spread_terms(counts, clusters, rng), self._pairs(counts), share=share)

    def _keep(self, posterior: Posterior, topics: Any, prior: Any) -> None:
        super()._keep(posterior, topics, prior)
        self.keyword_rate_ = topics.mixture(posterior.term_counts).pi


def _drawn_home(
    start: NDArray[np.float32], pairs: KeywordPairs, *, share: float
) -> NDArray[np.float32]:
    """The start (V, K) with this share of each keyword's tokens moved to the topics that own it.

    Without it a residual topic that begins nearer to a theme takes the theme's keywords along, and
    the keyword topic drifts to another matter.
    """
    rows = start[pairs.keyword_terms]
    own = np.zeros_like(rows)
    own[np.searchsorted(pairs.keyword_terms, pairs.terms), pairs.topics] = 1.0
    at_home = rows * own
    tokens = rows.sum(axis=1, keepdims=True)
    kept = np.maximum(at_home.sum(axis=1, keepdims=True), np.float32(1e-9))
    drawn = start.copy()
    drawn[pairs.keyword_terms] = share * (at_home * (tokens / kept)) + (1.0 - share) * rows
    return drawn


def _most_keywords(counts: csr_array, sets: list[dict[int, float]]) -> NDArray[np.int64]:
    """The set of which each document has most keywords, by weight; -1 where it has none."""
    hits = np.zeros((counts.shape[1], max(len(sets), 1)))
    for position, columns in enumerate(sets):
        hits[list(columns), position] = list(columns.values())
    found = counts @ hits
    return np.where(found.max(axis=1) > 0, found.argmax(axis=1), -1)


def _check_open(pairs: KeywordPairs) -> None:
    closed = np.flatnonzero((pairs.open == 0.0).sum(axis=0) == pairs.n_terms).tolist()
    if closed:
        raise InputError(
            f"Every term is a keyword of another topic for {len(closed)} topics: {listed(closed)}. "
            "With exclusive=True a topic needs a term of its own: leave out residual topics, give "
            "fewer keywords or more terms, or set exclusive=False."
        )


def _check_listed(keywords: object) -> None:
    if isinstance(keywords, str) or not isinstance(keywords, Sequence):
        raise InputError(
            "keywords must list the columns of each keyword set; got "
            f"{type(keywords).__name__}. Themes name words: pass the model to fit_topics, "
            "which looks them up in the vocabulary."
        )


def _checked_keywords(keywords: Sequence[object], n_terms: int) -> list[dict[int, float]]:
    """Columns in order, with their weights, of each keyword set."""
    found = [_columns(topic, entry) for topic, entry in enumerate(keywords)]
    empty = [topic for topic, columns in enumerate(found) if not columns]
    outside = sorted({w for columns in found for w in columns if not 0 <= w < n_terms})
    if empty:
        raise InputError(f"Keyword sets without any keyword: {listed(empty)}. Give each one.")
    if outside:
        raise InputError(f"Keyword columns outside 0..{n_terms - 1}: {listed(outside)}.")
    return found


def _columns(topic: int, entry: object) -> dict[int, float]:
    if isinstance(entry, str) or not isinstance(entry, Iterable):
        raise InputError(
            f"Keyword set {topic} must be columns or a mapping of column to weight; got {entry!r}."
        )
    weights = entry.items() if isinstance(entry, Mapping) else ((column, 1.0) for column in entry)
    found = {}
    for column, weight in weights:
        if not isinstance(column, (int, np.integer)) or isinstance(column, bool):
            raise InputError(f"Keyword set {topic}: columns must be ints; got {column!r}.")
        if not isinstance(weight, (int, float, np.number)) or not 0 < weight < np.inf:
            raise InputError(f"Keyword set {topic}: weights must be numbers > 0; got {weight!r}.")
        found[int(column)] = float(weight)
    # By column: the order in which the user lists them must not change the order of sums.
    return dict(sorted(found.items()))
