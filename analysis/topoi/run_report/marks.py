"""Where in the passages do the words stand that speak for a topic or a theme?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from topoi.io.run_files import RunFiles
from topoi.text.term_places import TermFinder
from topoi.themes.theme import Theme, Themes

__all__ = ["Marks"]

_LEVELS = (0.25, 0.5)  # from which a word that speaks for a theme is marked middle, dark
_DARK = 3


class Marks:
    """The terms that can be marked, and their places in texts.

    Parameters
    ----------
    files : RunFiles of a run, of which theme_terms.csv, folded.csv and vocabulary.csv are read
    themes : Themes that were measured
    terms : sequence of str, those of the topics; terms of themes are added behind them
    """

    def __init__(self, files: RunFiles, themes: Themes, terms: Sequence[str]) -> None:
        table = files.csv("theme_terms.csv", alone="float64")
        self._of_themes = {theme.name: table.loc[table["theme"] == theme.name] for theme in themes}
        self.terms = list(dict.fromkeys([*terms, *table["term"]]))
        self._place = {term: place for place, term in enumerate(self.terms)}
        self._seeds = set(table.loc[table["is_seed"], "term"])
        folded = files.csv("folded.csv")
        self._forms = dict(zip(folded["word"], folded["form"], strict=True))
        known = files.csv("vocabulary.csv", term_freq="int64").set_index("term")["term_freq"]
        self.n_tokens = [int(known[term]) for term in self.terms]

    def of_theme(self, theme: Theme) -> list[list[int]]:
        """Term, level (1 light, 2 middle, 3 dark) and whether it is a seed (0 or 1) of each."""
        own = self._of_themes[theme.name]
        levels = 1 + np.searchsorted(_LEVELS, own["alone"], side="right")
        return [
            [self._place[term], _DARK if is_seed else int(level), int(is_seed)]
            for term, is_seed, level in zip(own["term"], own["is_seed"], levels, strict=True)
        ]

    def in_text(self, text: str) -> list[int]:
        """Start, length and term of each place, one after the other, in UTF-16 units."""
        found: list[int] = []
        for start, end, term in self._finder.places(text):
            found += [_units(text, start), _units(text[start:end], end - start), self._place[term]]
        return found

    @cached_property
    def _finder(self) -> TermFinder:
        return TermFinder(self.terms, forms=self._forms, is_seed=self._seeds)


def _units(text: str, end: int) -> int:
    """UTF-16 units of the first characters of the text, as scripts of a page count."""
    return len(text[:end].encode("utf-16-le", "surrogatepass")) // 2
