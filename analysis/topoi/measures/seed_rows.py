"""Which rows of a matrix hold which seeds, and which of several terms each seed stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from topoi.errors import InputError
from topoi.text.matrix import DocTermMatrix
from topoi.themes.seed import found_terms
from topoi.themes.theme import Seed, Themes

__all__ = ["SeedRows"]


@dataclass(frozen=True, eq=False)
class SeedRows:
    """Where the S seeds of T themes stand in D rows (passages or documents).

    As `vectorise` joins phrases before words are counted, a word inside the phrase of a seed is
    part of that phrase and no instance of a seed of its own: "border patrol" holds no "border*".
    """

    matrix: DocTermMatrix
    themes: Themes

    def __post_init__(self) -> None:
        if not self.matrix.shape[0]:
            raise InputError("The matrix has no row, so no seed can be looked for in it.")
        if "doc_id" not in self.matrix.units.columns:
            raise InputError("The units of the matrix have no column doc_id.")

    @cached_property
    def seeds(self) -> list[tuple[int, Seed]]:
        """Position of the theme, and seed, in the order of the pack."""
        return [(place, seed) for place, theme in enumerate(self.themes) for seed in theme.seeds]

    @cached_property
    def columns(self) -> list[NDArray[np.int64]]:
        """The columns of the terms that each seed stands for."""
        table = self.themes.match(self.matrix.vocabulary.terms)
        found = table.loc[table["term_id"] >= 0]
        groups = found.groupby(["theme", "seed"])["term_id"]
        by_seed = {key: np.sort(ids.to_numpy()) for key, ids in groups}
        none = np.empty(0, dtype=np.int64)
        names = self.themes.names
        return [by_seed.get((names[place], seed.pattern), none) for place, seed in self.seeds]

    @cached_property
    def of_theme(self) -> NDArray[np.bool_]:
        """Whether each term marks each theme, shape (T, V)."""
        marks = np.zeros((len(self.themes), self.matrix.shape[1]), dtype=bool)
        for (place, _), columns in zip(self.seeds, self.columns, strict=True):
            marks[place, columns] = True
        return marks

    @cached_property
    def of_other_themes(self) -> NDArray[np.bool_]:
        """Whether each term marks a theme other than each theme, shape (T, V)."""
        several = [np.delete(self.of_theme, place, axis=0) for place in range(len(self.themes))]
        return np.array([marks.any(axis=0) for marks in several], dtype=bool)

    @cached_property
    def counters(self) -> list[tuple[int, str, NDArray[np.int64]]]:
        """Position of the theme, counter-word and columns of its terms, in the pack's order."""
        terms = self.matrix.vocabulary.terms
        ranked = sorted((term, column) for column, term in enumerate(terms))
        return [
            (place, word, _columns(word, ranked))
            for place, theme in enumerate(self.themes)
            for word in theme.counter_words
        ]

    @cached_property
    def by_term(self) -> csc_array:
        """The counts, shape (D, V), by column."""
        return csc_array(self.matrix.counts)

    @cached_property
    def documents(self) -> NDArray[np.int64]:
        """A number for the document of each row, shape (D,)."""
        return np.unique(self.matrix.units["doc_id"].to_numpy(dtype=object), return_inverse=True)[1]

    @cached_property
    def n_tokens(self) -> NDArray[np.int64]:
        """Tokens of each row: those before pruning where the matrix tells, shape (D,)."""
        units = self.matrix.units
        if "n_tokens" in units.columns:
            return units["n_tokens"].to_numpy(dtype=np.int64)
        return np.asarray(self.matrix.counts.sum(axis=1), dtype=np.int64).ravel()

    def hits(self, columns: NDArray[Any]) -> NDArray[np.int64]:
        """Tokens of these terms (numbers or truth values) in each row, shape (D,)."""
        if not columns.size:  # most seeds of a pack, in a small corpus
            return np.zeros(self.matrix.shape[0], dtype=np.int64)
        return np.asarray(self.by_term[:, columns].sum(axis=1), dtype=np.int64).ravel()

    def n_seeds(self, theme: int) -> NDArray[np.int64]:
        """Different seeds of a theme in each row, shape (D,); a term counts for its first seed."""
        found = np.zeros(self.matrix.shape[0], dtype=np.int64)
        free = np.ones(self.matrix.shape[1], dtype=bool)
        for (place, _), columns in zip(self.seeds, self.columns, strict=True):
            if place == theme:
                found += self.hits(columns[free[columns]]) > 0
                free[columns] = False
        return found

    def term_counts(self, columns: Iterable[int]) -> list[tuple[str, int]]:
        """Terms with their tokens in the matrix, the most frequent first, ties by term."""
        sums = self._term_sums
        terms = self.matrix.vocabulary.terms
        pairs = [(terms[column], int(sums[column])) for column in columns]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    @cached_property
    def _term_sums(self) -> NDArray[np.int64]:
        return np.asarray(self.matrix.counts.sum(axis=0), dtype=np.int64).ravel()


def _columns(word: str, ranked: Sequence[tuple[str, int]]) -> NDArray[np.int64]:
    found = [column for column, _ in found_terms(Seed(word), ranked) if column >= 0]
    return np.array(found, dtype=np.int64)
