"""Which terms mark each theme, and which topics are about it by them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.measures.theme_context import context_terms, topic_factor
from topoi.measures.theme_evidence import about, balanced, seed_weights
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Themes

__all__ = ["ThemeMarks", "marks_of"]


@dataclass(frozen=True, eq=False)
class ThemeMarks:
    """Terms that mark T themes among V terms.

    Parameters
    ----------
    themes : Themes
    seeds : float64 array, shape (V, T), weights of the seeds; 0 where a term is none
    balanced : float64 array, shape (V, T), the weights by which they mark topics (`balanced`)
    context : float64 array, shape (V, T), 1 for terms of the context of each theme, else 0
    """

    themes: Themes
    seeds: NDArray[np.float64]
    balanced: NDArray[np.float64]
    context: NDArray[np.float64]

    def about(
        self, topic_term: NDArray[np.float64], contexts: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """The part of each topic that is about each theme in its context, shape (K, T).

        `about`, times what the topic's own words of the theme's context leave of it
        (`topic_factor`); rows sum to less than 1. `contexts` is what the method of that name gives
        for these topics, where it is known already.
        """
        known = self.contexts(topic_term) if contexts is None else contexts
        return about(topic_term, self.balanced) * topic_factor(known, self.themes)

    def contexts(self, topic_term: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability that a word of each topic is of the context of each theme, (K, T)."""
        return np.asarray(np.einsum("kv,vt->kt", topic_term, self.context))


def marks_of(themes: Themes, vocabulary: Vocabulary) -> ThemeMarks:
    """The marks of these themes among the terms of a vocabulary.

    Raises
    ------
    InputError
        If a theme has no seed among the terms.
    """
    seeds = seed_weights(themes, vocabulary.terms)
    return ThemeMarks(
        themes,
        seeds,
        balanced(seeds, vocabulary.term_freq),
        context_terms(themes, vocabulary.terms),
    )
