"""How far does a row speak of what the seeds of a theme mean it in?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from topoi.text.patterns import Patterns
from topoi.themes.theme import Themes

__all__ = ["context_factor", "context_terms", "topic_factor"]

# Probability of words of the context at which the odds of a theme are half of what they are in the
# midst of it. Of the words of the topics of general news 0.6 in 1,000 are such words of the shipped
# pack, of UN speeches 7, of newspaper articles that name immigration 10, of texts on migration 22
# to 95 (medians over passages).
_HALF_CONTEXT = 0.006
# The same for a topic by itself: half of that, since what a passage stands among is asked besides.
_HALF_TOPIC = 0.003


def context_terms(themes: Themes, terms: Sequence[str]) -> NDArray[np.float64]:
    """Whether each term is of the context of each theme, 1 or 0, shape (V, T).

    A joined phrase is if one of its words is ("illegal immigrants" by "immigra*"); instances of
    counter-words of the pack are not ("wildlife trafficking"). A theme without a context has 0.
    """
    counter = tuple(word for theme in themes for word in theme.counter_words)
    found = np.zeros((len(terms), len(themes)))
    for place, theme in enumerate(themes):
        if theme.context:
            found[list(_columns(theme.context, counter, tuple(terms))), place] = 1.0
    return found


@lru_cache(maxsize=8)  # the same for each variation of the seeds
def _columns(
    context: tuple[str, ...], counter: tuple[str, ...], terms: tuple[str, ...]
) -> tuple[int, ...]:
    words = Patterns(context, counter=counter)
    return tuple(
        column
        for column, term in enumerate(terms)
        if not words.is_counter(term) and any(words.instances(term.split(" ")))
    )


def context_factor(parts: NDArray[np.float64], themes: Themes) -> NDArray[np.float64]:
    """What the evidence of each theme is multiplied by in each row, (D, T), in [0, 1].

    For m, the part of the row's words that topics give to the theme's context, it is
    m² / sqrt(m⁴ + .006⁴): the odds, the square of the evidence, are halved where 6 of 1,000 words
    are of the context, a hundredth where 1.9 are, and 0 where none is; where 20 are they lose
    1 in 100. A theme without a context has 1 everywhere.

    Parameters
    ----------
    parts : float64 array, shape (D, T), >= 0
    themes : Themes, T of them
    """
    return _left(parts, themes, _HALF_CONTEXT)


def topic_factor(parts: NDArray[np.float64], themes: Themes) -> NDArray[np.float64]:
    """What the part of each topic that is about each theme is multiplied by, (K, T), in [0, 1].

    As `context_factor`, for m the probability that a word of the topic is of the theme's context,
    with .003 in place of .006. So a passage that stands among talk of migration does not have its
    other topics, on war or trade, counted as causes of migration.
    """
    return _left(parts, themes, _HALF_TOPIC)


def _left(parts: NDArray[np.float64], themes: Themes, half: float) -> NDArray[np.float64]:
    squares = parts * parts
    factor = squares / np.sqrt(squares * squares + half**4)
    return np.where([bool(theme.context) for theme in themes], factor, 1.0)
