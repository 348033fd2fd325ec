"""Which random terms are as frequent as a pack's seeds: what a theme would be by chance."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.measures.seed_rows import SeedRows
from topoi.text.matrix import DocTermMatrix
from topoi.text.patterns import Patterns
from topoi.themes.theme import Seed, Theme, Themes

__all__ = ["Placebos", "placebo_seeds"]

_NEAREST = 10  # terms of like frequency of which one is drawn
_OWN = ("name", "label", "definition", "seeds")


def placebo_seeds(matrix: DocTermMatrix, themes: Themes, random_state: int) -> Themes:
    """A pack whose seeds are random terms, each as frequent as a seed of the pack given.

    Shares of its themes are what a seed list of this size and frequency gives without meaning.

    Parameters
    ----------
    matrix : DocTermMatrix counted with the themes
    themes : Themes; they stay as they are
    random_state : int >= 0; equal numbers give equal seeds, whatever the order of the rows

    Returns
    -------
    Themes
        Named "<pack> placebo", with the themes' names and labels and the weights of the seeds. For
        each seed one of the 10 unused terms whose row frequency is nearest to that of the seed, in
        logarithms; where `min_docs` removed all terms as rare as the seed, the nearest are more
        frequent. Seeds that never occur have no placebo. No term is an instance of a seed or a
        phrase with one inside.

    Raises
    ------
    InputError
        If no seed of a theme occurs, there are fewer other terms than seeds, or `random_state` is
        out of range.
    """
    at_least("random_state", random_state, 0, whole=True)
    return Placebos(matrix, themes).drawn(random_state)


@dataclass(frozen=True, eq=False)
class Placebos:
    """What placebos of a pack are drawn from, found once for many draws."""

    matrix: DocTermMatrix
    themes: Themes

    @cached_property
    def rows(self) -> SeedRows:
        """Where the seeds stand."""
        return SeedRows(self.matrix, self.themes)

    @cached_property
    def frequencies(self) -> list[int]:
        """Rows with each seed, in the order of the pack."""
        return [int((self.rows.hits(columns) > 0).sum()) for columns in self.rows.columns]

    @cached_property
    def other_terms(self) -> list[tuple[str, int]]:
        """The terms that can be seeds and hold none, with their row frequency."""
        seeds = Patterns(seed.pattern for theme in self.themes for seed in theme.seeds)
        counts, terms = self.matrix.counts, self.matrix.vocabulary.terms
        frequencies = np.bincount(counts.indices, minlength=len(terms)).tolist()
        return [
            (term, frequency)
            for term, frequency in zip(terms, frequencies, strict=True)
            if frequency and _is_seed(term) and not any(seeds.instances(term.split(" ")))
        ]

    def drawn(self, random_state: int) -> Themes:
        """What `placebo_seeds` gives for this number, which is not checked.

        Raises
        ------
        InputError
            If no seed of a theme occurs, or there are fewer other terms than seeds.
        """
        frequencies = self.frequencies
        wanted = [number for number, frequency in enumerate(frequencies) if frequency]
        _check_found(self.rows, wanted)
        rng = np.random.default_rng(random_state)
        terms, logs = self._in_random_order(rng)
        if len(terms) < len(wanted):
            raise InputError(
                f"The matrix has {len(terms)} terms that are no seeds, too few for the placebos of "
                f"{len(wanted)} seeds. Give more text or lower min_docs."
            )
        drawn = {}
        # Frequent terms are few, so their seeds choose first.
        for number in sorted(wanted, key=lambda number: (-frequencies[number], number)):
            distances = np.abs(logs - np.log(frequencies[number]))
            n_nearest = min(_NEAREST, int(np.isfinite(logs).sum()))
            unused = np.argsort(distances, kind="stable")[:n_nearest]
            chosen = int(rng.choice(unused))
            drawn[number] = terms[chosen]
            logs[chosen] = np.inf
        placebos = tuple(_placebo(self.rows, place, drawn) for place in range(len(self.themes)))
        return replace(self.themes, name=f"{self.themes.name} placebo", themes=placebos)

    def _in_random_order(self, rng: np.random.Generator) -> tuple[list[str], NDArray[np.float64]]:
        """The other terms and the logarithm of their row frequency.

        In random order, so that of equally frequent terms any may be the nearest.
        """
        found = self.other_terms
        order = rng.permutation(len(found)).tolist()
        logs = np.log(np.array([found[place][1] for place in order], dtype=np.float64))
        return [found[place][0] for place in order], logs


def _check_found(rows: SeedRows, wanted: list[int]) -> None:
    found = {rows.seeds[number][0] for number in wanted}
    lost = [theme.name for place, theme in enumerate(rows.themes) if place not in found]
    if lost:
        raise InputError(
            f"No seed occurs of: {', '.join(lost)}. There is nothing to be as frequent as."
        )


def _is_seed(term: str) -> bool:
    """Whether the term can be written as a seed that stands for it alone."""
    try:
        Seed(term)
    except InputError:
        return False
    return "*" not in term


def _placebo(rows: SeedRows, place: int, drawn: dict[int, str]) -> Theme:
    theme = rows.themes.themes[place]
    seeds = tuple(
        Seed(drawn[number], seed.weight)
        for number, (owner, seed) in enumerate(rows.seeds)
        if owner == place and number in drawn
    )
    # Notes, sources and counter-words are those of the true seeds.
    empty: dict[str, Any] = {f.name: () for f in fields(theme) if f.name not in _OWN}
    definition = f"Random terms as frequent as the seeds of {theme.name}: a placebo."
    return replace(theme, definition=definition, seeds=seeds, **empty)
