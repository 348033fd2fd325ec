"""What models with keyword sets share: their topics, their settings and where inference begins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.models.documents import Documents
from topoi.models.keywords import check_listed, checked_keywords, keyword_clusters
from topoi.models.start import spread_terms
from topoi.models.streaming import StreamingModel

__all__ = ["KeywordModel"]

# Of a keyword's tokens in its topics before the first pass, where others may draw it too.
_START_SHARE = 0.5


class KeywordModel(StreamingModel):
    """Base of the models in which keyword sets say what the first topics are about.

    Each set has `topics_per_set` topics, set by set; `n_residual` topics without keywords follow.
    """

    keywords: Any
    topics_per_set: int
    n_residual: int

    @property
    def n_topics(self) -> int:
        """K: the topics of the keyword sets and the residual topics."""
        return len(self.keywords) * self.topics_per_set + self.n_residual

    def check_settings(self) -> None:
        """Refuse settings out of range with an InputError that names the first at fault."""
        check_listed(self.keywords)
        at_least("topics_per_set", self.topics_per_set, 1, whole=True)
        at_least("n_residual", self.n_residual, 0, whole=True)
        self._check_own_settings()
        if not self.n_topics:
            raise InputError("No topics: give keywords or n_residual >= 1.")
        super().check_settings()

    def _check_own_settings(self) -> None:
        """Refuse settings that only this model has."""
        raise NotImplementedError

    def _keywords_by_topic(self, n_terms: int) -> list[dict[int, float]]:
        """Columns and weights of each topic that has keywords; these topics come first."""
        sets = checked_keywords(self.keywords, n_terms)
        return [columns for columns in sets for _ in range(self.topics_per_set)]

    def _share_at_home(self) -> float:
        """How much of a keyword begins in the topics that own it, beside its part of the rest."""
        return _START_SHARE

    def _start(self, documents: Documents, rng: np.random.Generator) -> NDArray[np.float32]:
        """Topics of a set begin at clusters of the documents with most of its keywords, residual
        topics at clusters of all documents.
        """
        sets = checked_keywords(self.keywords, documents.shape[1])
        clusters = keyword_clusters(
            documents,
            sets,
            self.topics_per_set,
            self.n_residual,
            rng,
        )
        by_topic = self._keywords_by_topic(documents.shape[1])
        return _drawn_home(spread_terms(documents, clusters, rng), by_topic, self._share_at_home())


def _drawn_home(
    start: NDArray[np.float32], by_topic: list[dict[int, float]], share: float
) -> NDArray[np.float32]:
    """The start (V, K) with this share of each keyword's tokens moved to the topics that own it.

    Without it a residual topic that begins nearer to a theme takes the theme's keywords along, and
    the keyword topic drifts to another matter.
    """
    keywords = sorted({column for columns in by_topic for column in columns})
    rows = start[keywords]
    own = np.zeros_like(rows)
    for topic, columns in enumerate(by_topic):
        own[np.searchsorted(keywords, list(columns)), topic] = 1.0
    at_home = rows * own
    tokens = rows.sum(axis=1, keepdims=True)
    kept = np.maximum(at_home.sum(axis=1, keepdims=True), np.float32(1e-9))
    drawn = start.copy()
    drawn[keywords] = share * (at_home * (tokens / kept)) + (1.0 - share) * rows
    return drawn
