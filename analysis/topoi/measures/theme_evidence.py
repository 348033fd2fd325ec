"""What speaks for each theme in a row of counts: its seeds, and the topics that seeds mark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topoi.themes.theme import Themes

__all__ = ["RATE_TOKENS", "about", "balanced", "rates_of", "seed_weights"]

RATE_TOKENS = 30.0
"""Tokens that are added to a row's own in the rate of its seeds, so that one seed in a line of
three words does not count for more than five in a paragraph."""

# Probability of seeds at which a topic counts half for the themes. Of all words of texts on
# migration 1 to 6 in 100 are seeds of the shipped pack, of general news 2 in 1,000.
_HALF_ABOUT = 0.02


def seed_weights(themes: Themes, terms: Sequence[str]) -> NDArray[np.float64]:
    """Weight of each term as a seed of each theme, shape (V, T); 0 where it is none.

    Raises
    ------
    InputError
        If a theme has no seed among the terms.
    """
    weights = np.zeros((len(terms), len(themes)))
    for position, columns in enumerate(themes.seed_columns(terms).values()):
        weights[list(columns), position] = list(columns.values())
    return weights


def balanced(seeds: NDArray[np.float64], term_freq: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weights by which seeds mark topics, shape (V, T): less for themes with frequent seeds.

    Themes compete for a topic (`about`), and one whose seeds are frequent all over the corpus
    takes topics of which another has as many seeds as it ever has. So weights are divided by the
    square root of n_t, the weighted tokens of the theme's seeds in the corpus: half way from the
    probability of seeds in a topic to how much more probable they are there than anywhere. All
    weights are then multiplied by sum n_t / sum sqrt(n_t), so that the seeds together weigh in the
    corpus what they weighed. A theme whose seeds do not occur is taken for one with one token.
    """
    n_tokens = np.maximum(np.einsum("v,vt->t", np.asarray(term_freq, dtype=np.float64), seeds), 1.0)
    roots = np.sqrt(n_tokens)
    return np.asarray(seeds * (n_tokens.sum() / roots.sum() / roots))


def about(topic_term: NDArray[np.float64], seeds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of each topic that is about each theme, shape (K, T); rows sum to less than 1.

    S_kt / (S_k + 0.02), where S_kt is the probability that a word of topic k is a seed of theme t,
    times the seed's weight, and S_k its sum over the themes: a topic is half about themes when
    every fiftieth word is a seed, and not at all when none is.
    """
    mass = np.einsum("kv,vt->kt", topic_term, seeds)
    return np.asarray(mass / (mass.sum(axis=1, keepdims=True) + _HALF_ABOUT))


def rates_of(hits: NDArray[np.float64], n_tokens: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted seeds of each theme in each row over its tokens and 30 more, shape (D, T)."""
    return hits / (n_tokens[:, np.newaxis] + RATE_TOKENS)
