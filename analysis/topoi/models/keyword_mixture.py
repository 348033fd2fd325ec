"""How a keyword topic splits its terms between a keyword part and a free part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.models.weights import TermWeights, padded

__all__ = ["KeywordPairs", "KeywordTopics", "mixture_of", "pairs_of"]

# Of a keyword's tokens in its topic, before the first pass.
_START_SHARE = 0.5


@dataclass(frozen=True)
class KeywordPairs:
    """Which term is a keyword of which topic, in P pairs.

    Parameters
    ----------
    terms, topics : int64 arrays, shape (P,)
    prior : float64 array, shape (P,), prior mass of the keyword in its topic's keyword part
    keyword_terms : int64 array, shape (T,), the T distinct keywords, sorted
    open : float64 array, shape (T, K), 1 where the topic may draw the keyword at all, else 0
    n_terms : V
    free_prior : prior mass of each term in the free part
    """

    terms: NDArray[np.int64]
    topics: NDArray[np.int64]
    prior: NDArray[np.float64]
    keyword_terms: NDArray[np.int64]
    open: NDArray[np.float64]
    n_terms: int
    free_prior: float

    @property
    def n_topics(self) -> int:
        """K"""
        return int(self.open.shape[1])

    def by_topic(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums of a value of the pairs over the pairs of each topic, shape (K,)."""
        return np.bincount(self.topics, values, minlength=self.n_topics).astype(np.float64)


@dataclass(frozen=True)
class Mixture:
    """The two parts of each topic, their normalisers and their rates, for given counts.

    free (V, K) and keyword (P,) are smoothed counts; times free_scale (K,) and keyword_scale
    (K,), which hold 1 - pi and pi, they are the parts' probabilities.
    """

    free: NDArray[np.float64]
    free_scale: NDArray[np.float64]
    keyword: NDArray[np.float64]
    keyword_scale: NDArray[np.float64]
    pi: NDArray[np.float64]

    def topic_term(self, pairs: KeywordPairs) -> NDArray[np.float64]:
        """phi: (1 - pi) free part + pi keyword part, shape (K, V); rows sum to 1."""
        phi = self.weight(pairs)
        return np.ascontiguousarray((phi / phi.sum(axis=0)).T)

    def weight(self, pairs: KeywordPairs) -> NDArray[np.float64]:
        """Both parts together, shape (V, K)."""
        both = self.free * self.free_scale
        both[pairs.terms, pairs.topics] += self.keyword * self.keyword_scale[pairs.topics]
        return both

    def from_keywords(self, pairs: KeywordPairs) -> NDArray[np.float64]:
        """For each pair, the share of its tokens that the keyword part explains, shape (P,)."""
        free = self.free[pairs.terms, pairs.topics] * self.free_scale[pairs.topics]
        keyword = self.keyword * self.keyword_scale[pairs.topics]
        return keyword / (free + keyword)


class KeywordTopics:
    """Topics of two parts; remembers how the last pass' tokens split into them."""

    def __init__(self, pairs: KeywordPairs) -> None:
        self._pairs = pairs
        self._from_keywords = np.full(len(pairs.terms), _START_SHARE)
        self._slope_row = np.zeros(pairs.n_terms, np.int32)
        self._slope_row[pairs.keyword_terms] = np.arange(1, len(pairs.keyword_terms) + 1)

    @property
    def learned(self) -> NDArray[np.float64]:
        """The share of each pair's tokens that its keyword part explains, (P,)."""
        return self._from_keywords.copy()

    @learned.setter
    def learned(self, values: NDArray[np.float64]) -> None:
        self._from_keywords = values.copy()

    def weigh(self, term_counts: NDArray[np.float32]) -> TermWeights:
        """Weights for the next pass, of both parts together."""
        found = self.mixture(term_counts)
        self._from_keywords = found.from_keywords(self._pairs)
        n_topics = self._pairs.n_topics
        weight = np.zeros((self._pairs.n_terms, padded(n_topics)), np.float32)
        weight[:, :n_topics] = found.weight(self._pairs)
        return TermWeights(weight, self._slope(found), self._slope_row)

    def learn(self, term_counts: NDArray[np.float32]) -> None:
        """Nothing: the priors of the parts are settings."""

    def topic_term(self, term_counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """phi, (K, V)."""
        return self.mixture(term_counts).topic_term(self._pairs)

    def mixture(self, term_counts: NDArray[np.float32]) -> Mixture:
        """The parts that these counts give."""
        return mixture_of(self._pairs, term_counts, self._from_keywords)

    def _slope(self, found: Mixture) -> NDArray[np.float32]:
        """Row 0 serves the terms that are no keyword, then one row for each keyword."""
        pairs = self._pairs
        rows = np.tile(found.free_scale, (len(pairs.keyword_terms) + 1, 1))
        rows[1:] *= pairs.open
        scale = (1.0 - self._from_keywords) * found.free_scale[pairs.topics]
        scale += self._from_keywords * found.keyword_scale[pairs.topics]
        rows[self._slope_row[pairs.terms], pairs.topics] = scale
        slope = np.zeros((len(rows), padded(pairs.n_topics)), np.float32)
        slope[:, : pairs.n_topics] = rows
        return slope


def pairs_of(
    keywords: Sequence[dict[int, float]],
    *,
    n_topics: int,
    n_terms: int,
    free_prior: float,
    keyword_prior: float,
    exclusive: bool,
) -> KeywordPairs:
    """The pairs of the keyword topics, which come first among the K topics.

    With `exclusive`, a keyword is closed to the topics that do not list it.
    """
    listed = [(w, k, weight) for k, found in enumerate(keywords) for w, weight in found.items()]
    terms = np.array([w for w, _, _ in listed], dtype=np.int64)
    topics = np.array([k for _, k, _ in listed], dtype=np.int64)
    weights = np.array([weight for _, _, weight in listed], dtype=np.float64)
    keyword_terms = np.unique(terms)
    is_open = np.full((len(keyword_terms), n_topics), 0.0 if exclusive else 1.0)
    is_open[np.searchsorted(keyword_terms, terms), topics] = 1.0
    return KeywordPairs(
        terms, topics, weights * keyword_prior, keyword_terms, is_open, n_terms, free_prior
    )


def mixture_of(
    pairs: KeywordPairs, term_counts: NDArray[np.float32], from_keywords: NDArray[np.float64]
) -> Mixture:
    """The parts for term counts (V, K') of which `from_keywords` (P,) came from the keyword part.

    References
    ----------
    Eshima, Imai & Sasaki (2024), AJPS: smoothed counts with priors beta and beta~ and pi with a
    Beta(1, 1) prior, as in the collapsed sampler's conditionals.
    """
    free = term_counts[:, : pairs.n_topics].astype(np.float64)
    keyword_counts = free[pairs.terms, pairs.topics] * from_keywords
    free[pairs.terms, pairs.topics] -= keyword_counts
    free_totals = free.sum(axis=0)
    keyword_totals = pairs.by_topic(keyword_counts)
    prior_mass = pairs.by_topic(pairs.prior)
    has_keywords = prior_mass > 0
    rate = (keyword_totals + 1.0) / (keyword_totals + free_totals + 2.0)
    pi = np.where(has_keywords, rate, 0.0)
    free += pairs.free_prior
    free[pairs.keyword_terms] *= pairs.open
    n_open = pairs.n_terms - (1.0 - pairs.open).sum(axis=0)
    return Mixture(
        free=free,
        free_scale=(1.0 - pi) / (free_totals + n_open * pairs.free_prior),
        keyword=keyword_counts + pairs.prior,
        keyword_scale=pi / np.where(has_keywords, keyword_totals + prior_mass, 1.0),
        pi=pi,
    )
