"""Which texts are copies of which, and in what way: near, spun or contained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topoi.corpus.copy_texts import ComparedTexts
from topoi.errors import InputError
from topoi.kernels import alignment, copies
from topoi.workers import in_threads

__all__ = [
    "CONTAINED",
    "KINDS",
    "NEAR",
    "NONE",
    "SPUN",
    "TEMPLATE",
    "CopyFinder",
    "CopyPairs",
    "CopyRules",
]

KINDS = ("none", "near copy", "spun copy", "contained copy", "one template")
NONE, NEAR, SPUN, CONTAINED, TEMPLATE = range(5)

_LEAST = 0.2  # of near and contained
# Chosen on one half of the White House briefings, see benchmarks/corpus_duplicates.py.
_COMMON = 10  # a shingle that more texts have than this belongs to a template or to the language
_SKETCH = 64  # rare shingles that stand for a text in the search
_SKETCH_SHARE = 0.1  # of a sketch that a copy must have to be looked at
_IDENTICAL = 0.9  # so similar texts are copies, template or not
_EVIDENCE = 8  # rare shingles that a spun or contained copy must share
_SHORT_GAP = 8  # words
_EQUAL_WORDS = 0.55  # share of the longer text's words that a spun copy has in the same place
_SINGLE_WORDS = 0.25  # share of the changes that are words standing for words
_RARE_IN_SPUN = 0.15
_RARE_IN_CONTAINED = 0.9  # of `contained`, that the rare shingles must reach
_BINS, _ROWS = 64, 8  # of the search for texts that are nearly identical
_MOST_LEADERS = 64
_CHUNK = 4096  # pairs that a thread takes at a time


@dataclass(frozen=True)
class CopyRules:
    """What counts as a copy; None and False leave a kind out."""

    near: float | None
    contained: float | None
    spun: bool

    def check(self) -> None:
        """Refuse shares out of range, and kinds that need near copies without these.

        Raises
        ------
        InputError
            Naming the setting, what is allowed and what was given.
        """
        for name, value in (("near", self.near), ("contained", self.contained)):
            if value is not None and not _LEAST <= value <= 1:
                means = "exact copies only" if name == "near" else "none of these"
                raise InputError(
                    f"{name} must be a share in [{_LEAST}, 1], or None for {means}; got {value}."
                )


@dataclass(frozen=True)
class CopyPairs:
    """P pairs of texts, a < b, sorted.

    a, b : int64 arrays, shape (P,), texts
    kind : int8 array, shape (P,), into KINDS
    similarity : float64 array, shape (P,), shared shingles over all of the two
    contained : float64 array, shape (P,), shared shingles over those of the smaller text
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    kind: NDArray[np.int8]
    similarity: NDArray[np.float64]
    contained: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.a)

    def where(self, chosen: NDArray[np.bool_]) -> CopyPairs:
        """The chosen pairs."""
        return CopyPairs(
            self.a[chosen],
            self.b[chosen],
            self.kind[chosen],
            self.similarity[chosen],
            self.contained[chosen],
        )


class _Shared(NamedTuple):
    """What the texts of P pairs share: all shingles, then those that few texts have."""

    similarity: NDArray[np.float64]
    contained: NDArray[np.float64]
    rare_similarity: NDArray[np.float64]
    rare_contained: NDArray[np.float64]
    n_rare: NDArray[np.int64]


class CopyFinder:
    """Finds candidates among texts and judges pairs; what it has left undone is in `n_capped`."""

    def __init__(self, texts: ComparedTexts, rules: CopyRules, n_threads: int) -> None:
        self.texts = texts
        self.rules = rules
        self.n_capped = 0
        self._n_threads = n_threads
        self._counts = copies.text_counts(texts.shingles, _COMMON + 1)
        self._places, self._place_bounds, self._n_rare = copies.sketches(
            self._counts, texts.bounds, _COMMON, _SKETCH
        )

    def pairs(self) -> CopyPairs:
        """All copies that are found, and pairs that a template alone makes alike."""
        if self.rules.near is None or len(self.texts.shingles) == 0:
            none = np.empty(0, dtype=np.int64)
            return self.judged(none, none)
        return self.judged(*_united(self._sharing_rare(), self._nearly_identical()))

    def judged(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> CopyPairs:
        """What each pair of texts is to each other."""
        chunks = [slice(start, start + _CHUNK) for start in range(0, len(a), _CHUNK)]
        parts = in_threads(
            lambda chunk: self._judge(a[chunk], b[chunk]), chunks, n_threads=self._n_threads
        )
        if not parts:
            return self._judge(a, b)
        return CopyPairs(
            a,
            b,
            np.concatenate([part.kind for part in parts]),
            np.concatenate([part.similarity for part in parts]),
            np.concatenate([part.contained for part in parts]),
        )

    def _sharing_rare(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of texts that share rare shingles."""
        return copies.candidates(
            self.texts.shingles,
            self.texts.bounds,
            self._counts,
            self._places,
            self._place_bounds,
            _COMMON,
            _SKETCH_SHARE,
        )

    def _nearly_identical(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Texts of mostly common shingles, each beside the best that is nearly identical."""
        n_shingles = self.texts.n_shingles
        texts = np.flatnonzero((n_shingles > 0) & (4 * self._n_rare < n_shingles))
        minima = copies.bin_minima(self.texts.shingles, self.texts.bounds, texts, _BINS)
        least = max(_IDENTICAL, self.rules.near or 0)
        found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        for band in range(0, _BINS, _ROWS):
            keys = _row_keys(minima[:, band : band + _ROWS])
            order = np.argsort(keys, kind="stable")
            leader, member, n_capped = copies.leaders(
                self.texts.shingles, self.texts.bounds, texts, order, keys, least, _MOST_LEADERS
            )
            self.n_capped = max(self.n_capped, n_capped)
            found.append((leader, member))
        return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])

    def _judge(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> CopyPairs:
        shared = self._shared(a, b)
        near = self.rules.near or 1.0
        is_alike = shared.similarity >= near
        # Alike in what few texts have, too: else a template alone may make them alike.
        is_near = is_alike & (
            (shared.similarity >= max(_IDENTICAL, near)) | (shared.rare_similarity >= near)
        )
        is_spun = self._is_spun(a, b, shared, ~is_near & (shared.similarity >= near / 2))
        kind = np.where(is_alike, TEMPLATE, NONE).astype(np.int8)
        kind[self._is_contained(shared)] = CONTAINED
        kind[is_spun & (shared.n_rare >= _EVIDENCE)] = SPUN
        kind[is_near | (is_alike & is_spun)] = NEAR
        return CopyPairs(a, b, kind, shared.similarity, shared.contained)

    def _shared(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> _Shared:
        texts = self.texts
        both, both_rare = copies.shared_counts(
            texts.shingles, texts.bounds, self._counts, _COMMON, a, b
        )
        sizes = texts.n_shingles[a], texts.n_shingles[b]
        rare_sizes = self._n_rare[a], self._n_rare[b]
        return _Shared(*_shares(both, *sizes), *_shares(both_rare, *rare_sizes), both_rare)

    def _is_contained(self, shared: _Shared) -> NDArray[np.bool_]:
        least = self.rules.contained
        if least is None:
            return np.zeros(len(shared.n_rare), dtype=np.bool_)
        has_evidence = shared.n_rare >= _EVIDENCE
        is_rare_contained = shared.rare_contained >= _RARE_IN_CONTAINED * least
        return has_evidence & is_rare_contained & (shared.contained >= least)

    def _is_spun(
        self,
        a: NDArray[np.int64],
        b: NDArray[np.int64],
        shared: _Shared,
        chosen: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """Whether, among the chosen pairs, words stand in the place of words all over."""
        if not self.rules.spun:
            return np.zeros(len(a), dtype=np.bool_)
        chosen = chosen & (shared.rare_similarity >= _RARE_IN_SPUN)
        equal, single = self._changes(a, b, chosen)
        return (single >= _SINGLE_WORDS) & (equal >= _EQUAL_WORDS)

    def _changes(
        self, a: NDArray[np.int64], b: NDArray[np.int64], chosen: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Share of equal words in the longer text; share of changes that are word for word."""
        texts = self.texts
        found = np.zeros((len(a), 3), dtype=np.int64)
        found[chosen] = alignment.alignments(
            texts.words, texts.word_bounds, a[chosen], b[chosen], _SHORT_GAP
        )
        longer = np.maximum(texts.n_words[a], texts.n_words[b])
        return found[:, 0] / np.maximum(longer, 1), found[:, 2] / np.maximum(found[:, 1], 1)


def _shares(
    both: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shared elements over those of the two sets, and over those of the smaller one."""
    return both / np.maximum(one + other - both, 1), both / np.maximum(np.minimum(one, other), 1)


def _united(
    *found: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair once, a < b, sorted."""
    a = np.concatenate([one for one, _ in found])
    b = np.concatenate([other for _, other in found])
    pairs = np.unique(np.stack([np.minimum(a, b), np.maximum(a, b)], axis=1), axis=0)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def _row_keys(minima: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One number for each row; equal rows have equal numbers."""
    keys = np.zeros(len(minima), dtype=np.uint64)
    for column in minima.T:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys
