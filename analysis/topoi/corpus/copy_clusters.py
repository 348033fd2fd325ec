"""Which text of those that are copies of one another stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.corpus.copy_pairs import CONTAINED, NEAR, NONE, SPUN, CopyFinder, CopyPairs

__all__ = ["Clusters", "clusters"]

_ROUNDS = 8


@dataclass(frozen=True)
class Clusters:
    """For each of T texts the one that stays for it.

    stays : int64 array, shape (T,), the text itself where it stays
    kind : int8 array, shape (T,), into KINDS; 0 where it stays
    similarity, contained : float64 arrays, shape (T,), to the text that stays; 1 where it stays
    """

    stays: NDArray[np.int64]
    kind: NDArray[np.int8]
    similarity: NDArray[np.float64]
    contained: NDArray[np.float64]


def clusters(finder: CopyFinder, pairs: CopyPairs) -> Clusters:
    """The best text of each cluster stays for its copies, a longer text for what it contains.

    Texts are numbered best first. Near and spun copies: the best text stays and those that are
    copies of it go; of the others the next best stays, and so on. A text that a longer one
    contains goes into that one if all its own copies may, too.
    """
    known = _Known(finder, pairs)
    result = Clusters(
        stays=np.arange(len(finder.texts)),
        kind=np.zeros(len(finder.texts), dtype=np.int8),
        similarity=np.ones(len(finder.texts)),
        contained=np.ones(len(finder.texts)),
    )
    _merge_alike(result, known)
    _merge_contained(result, known, finder.texts.n_words)
    return result


class _Known:
    """The pairs that were judged so far; others are judged when they are asked for."""

    def __init__(self, finder: CopyFinder, pairs: CopyPairs) -> None:
        self._finder = finder
        self._found: dict[tuple[int, int], tuple[int, float, float]] = {}
        self._add(pairs)

    def of(self, a: int, b: int) -> tuple[int, float, float]:
        """Kind, similarity and containment of a pair."""
        return self._found[min(a, b), max(a, b)]

    def ask(self, wanted: set[tuple[int, int]]) -> bool:
        """Judge those of the pairs (a < b) that are not known; whether there were any."""
        new = np.array(sorted(wanted - self._found.keys()), dtype=np.int64).reshape(-1, 2)
        self._add(self._finder.judged(new[:, 0].copy(), new[:, 1].copy()))
        return len(new) > 0

    def pairs(self, *kinds: int) -> Iterator[tuple[int, int]]:
        """The pairs of these kinds, sorted."""
        return (pair for pair in sorted(self._found) if self._found[pair][0] in kinds)

    def _add(self, pairs: CopyPairs) -> None:
        names = zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
        values = (pairs.kind.tolist(), pairs.similarity.tolist(), pairs.contained.tolist())
        self._found.update(zip(names, zip(*values, strict=True), strict=True))


def _merge_alike(result: Clusters, known: _Known) -> None:
    """Merge near and spun copies; copies of a copy are compared with what it went into."""
    for _ in range(_ROUNDS):
        links = list(known.pairs(NEAR, SPUN))
        _merge_greedily(result, known, links)
        stays = result.stays
        wanted = set()
        for a, b in links:
            for one, other in ((a, b), (b, a)):
                best = int(stays[one])
                if best not in (one, other) and stays[other] == other:
                    wanted.add((min(best, other), max(best, other)))
        if not known.ask(wanted):
            return


def _merge_greedily(result: Clusters, known: _Known, links: list[tuple[int, int]]) -> None:
    copies = defaultdict(list)
    for a, b in links:
        copies[a].append(b)
        _unmerge(result, a)
        _unmerge(result, b)
    for best in sorted(copies):
        if result.stays[best] == best:
            for copy in copies[best]:
                if result.stays[copy] == copy:
                    _merge(result, known, copy, best)


def _merge_contained(result: Clusters, known: _Known, n_words: NDArray[np.int64]) -> None:
    """Merge texts into those that contain them, the longest first, so that no text goes twice."""
    holders = defaultdict(set)
    for a, b in known.pairs(CONTAINED):
        small, large = (a, b) if n_words[a] < n_words[b] else (b, a)
        holders[int(result.stays[small])].add(int(result.stays[large]))
    members = defaultdict(list)
    for text in np.flatnonzero(result.stays != np.arange(len(result.stays))).tolist():
        members[int(result.stays[text])].append(text)
    for small in sorted(holders, key=lambda text: (-n_words[text], text)):
        going = [small, *members[small]]
        for large in sorted(holders[small]):
            is_there = result.stays[large] == large and n_words[large] > n_words[small]
            if is_there and _all_go(known, going, large, n_words):
                for text in going:
                    _merge(result, known, text, large)
                break


def _all_go(known: _Known, going: list[int], large: int, n_words: NDArray[np.int64]) -> bool:
    """Whether each of the texts is a copy of the large one or contained in it."""
    known.ask({(min(text, large), max(text, large)) for text in going})
    kinds = [known.of(text, large)[0] for text in going]
    return all(
        kind in (NEAR, SPUN) or (kind == CONTAINED and n_words[text] < n_words[large])
        for text, kind in zip(going, kinds, strict=True)
    )


def _merge(result: Clusters, known: _Known, text: int, into: int) -> None:
    result.stays[text] = into
    result.kind[text], result.similarity[text], result.contained[text] = known.of(text, into)


def _unmerge(result: Clusters, text: int) -> None:
    result.stays[text] = text
    result.kind[text], result.similarity[text], result.contained[text] = NONE, 1.0, 1.0
