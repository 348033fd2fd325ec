"""Which rows each theme's seeds mark, and how typical of these rows each term is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from topoi.measures.log_odds import weighted_log_odds
from topoi.measures.seed_rows import SeedRows

__all__ = ["Candidates", "Scores", "judge_apart", "scored"]

_ENOUGH_PASSAGES = 100  # with two seeds, to learn from these alone


@dataclass(frozen=True, eq=False)
class Candidates:
    """The rows, which of them each theme marks, and the terms that hold seeds."""

    rows: SeedRows
    min_hits: int | None

    @cached_property
    def ids(self) -> list[str]:
        """The id of each row."""
        return self.rows.matrix.ids

    @cached_property
    def least_hits(self) -> NDArray[np.int64]:
        """Seed tokens that a passage of each theme holds at least, shape (T,)."""
        n_firm = (self.marked >= 2).sum(axis=1)
        chosen = np.where(n_firm >= _ENOUGH_PASSAGES, 2, 1)
        given = chosen if self.min_hits is None else np.full(len(chosen), self.min_hits)
        return np.asarray(given, dtype=np.int64)

    @cached_property
    def present(self) -> csr_array:
        """1 where a row holds a term, shape (D, V)."""
        counts = self.rows.matrix.counts
        return csr_array(
            (np.ones_like(counts.data, dtype=np.int64), counts.indices, counts.indptr),
            shape=counts.shape,
        )

    @cached_property
    def by_term(self) -> csc_array:
        """The same by column."""
        return csc_array(self.present)

    @cached_property
    def marked(self) -> NDArray[np.int64]:
        """Tokens of each theme in each row, shape (T, D)."""
        return np.stack([self.rows.hits(marks) for marks in self.rows.of_theme])

    @cached_property
    def row_sizes(self) -> NDArray[np.int64]:
        """Different terms of each row, shape (D,)."""
        return np.asarray(np.diff(self.present.indptr), dtype=np.int64)

    def rows_with(self, column: int) -> NDArray[np.int64]:
        """The rows that hold a term, in order."""
        bounds = self.by_term.indptr
        held = self.by_term.indices[bounds[column] : bounds[column + 1]]
        return np.asarray(np.sort(held), dtype=np.int64)

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Terms that are no seed and no counter-word of any theme, shape (V,)."""
        barred = np.array(self.rows.of_theme.any(axis=0))
        for _, _, columns in self.rows.counters:
            barred[columns] = True
        return np.logical_not(barred)

    @cached_property
    def seeds_inside(self) -> dict[int, list[int]]:
        """Numbers of the seeds that words of a longer term are an instance of, by column."""
        inside: dict[int, list[int]] = {}
        parts: dict[str, list[int]] = {}
        for column, term in enumerate(self.rows.matrix.vocabulary.terms):
            for part in _parts(term):
                parts.setdefault(part, []).append(column)
        table = self.rows.themes.match(list(parts))
        numbers = {
            (self.rows.themes.names[place], seed.pattern): number
            for number, (place, seed) in enumerate(self.rows.seeds)
        }
        found = table.loc[table["term_id"] >= 0]
        for theme, seed, part in zip(found["theme"], found["seed"], found["term"], strict=True):
            for column in parts[part]:
                inside.setdefault(column, []).append(numbers[theme, seed])
        return {column: sorted(set(seeds)) for column, seeds in inside.items()}


def _parts(term: str) -> Iterator[str]:
    """The words and shorter phrases inside a phrase."""
    words = term.split(" ")
    for length in range(1, len(words)):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


@dataclass(frozen=True)
class Scores:
    """Numbers of some terms: columns, counts and log-odds, each of shape (W,)."""

    with_theme: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    z: NDArray[np.float64]
    log_odds_others: NDArray[np.float64]
    z_others: NDArray[np.float64]

    @property
    def least(self) -> NDArray[np.float64]:
        """The smaller z of the two."""
        return np.fmin(self.z, self.z_others)


def scored(
    candidates: Candidates, place: int, hits: NDArray[np.int64], columns: NDArray[np.int64]
) -> Scores:
    """The numbers of terms where rows with hits are those of the theme."""
    away = np.delete(candidates.marked, place, axis=0)
    least = np.delete(candidates.least_hits, place)[:, np.newaxis]
    own, others = hits >= candidates.least_hits[place], (away >= least).any(axis=0)
    absent = candidates.marked[place] == 0  # rows of a seed left out are on neither side
    sets = (own, absent & ~away.any(axis=0), own & ~others, absent & others)
    sizes = [int(candidates.row_sizes[chosen].sum()) for chosen in sets]
    counts = [_rows_holding(candidates, chosen, columns) for chosen in sets]
    beside_none = weighted_log_odds(counts[0], sizes[0], counts[1], sizes[1])
    beside_others = weighted_log_odds(counts[2], sizes[2], counts[3], sizes[3])
    if not sizes[3]:
        beside_others = np.full(len(columns), np.nan), np.full(len(columns), np.nan)
    return Scores(counts[0], *beside_none, *beside_others)


def _rows_holding(
    candidates: Candidates, chosen: NDArray[np.bool_], columns: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many of the chosen rows hold each term."""
    return np.asarray(candidates.by_term[:, columns].T @ chosen.astype(np.int64), dtype=np.int64)


def judge_apart(candidates: Candidates, place: int, scores: Scores) -> dict[int, str]:
    """The seeds inside terms; puts in these terms' numbers, the seeds left out of what marks.

    Updates the arrays of `scores`.
    """
    left_out = {}
    for column, numbers in candidates.seeds_inside.items():
        own = [number for number in numbers if candidates.rows.seeds[number][0] == place]
        if not own:
            continue
        inside = np.unique(np.concatenate([candidates.rows.columns[number] for number in own]))
        hits = candidates.marked[place] - candidates.rows.hits(inside)
        apart = scored(candidates, place, hits, np.array([column]))
        for name in ("with_theme", "log_odds", "z", "log_odds_others", "z_others"):
            getattr(scores, name)[column] = getattr(apart, name)[0]
        left_out[column] = ", ".join(candidates.rows.seeds[number][1].pattern for number in own)
    return left_out
