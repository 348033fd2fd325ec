"""Which lines stand in many documents of a source, counted over a whole corpus or its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.corpus.boilerplate import line_codes, line_key, n_key_words, words_in
from topoi.corpus.look import look
from topoi.corpus.rules import Outcome, Rule, without_lines
from topoi.corpus.settle import MOST_ROUNDS, Work
from topoi.html_table import html_table

__all__ = ["FREQUENT", "FrequentLines", "LineCounts", "check_repeats", "find_frequent"]

FREQUENT = "lines of many documents removed"
_SHARE = 0.2
_WAITING = 1_000_000  # codes of a source that are counted at once

Texts = Callable[[], Iterable[tuple[str, Work]]]
"""Gives each text with its source, in order, again and again; changes of the texts stay."""


@dataclass(frozen=True, eq=False)
class FrequentLines:
    """Lines that `clean` takes out because many documents of their source have them.

    table : DataFrame
        Columns round (int64, from 1), source, line (str, its words in lower case), documents
        (int64, how many have it; reprints of one text count once). In the order of rounds,
        sources as they came, then falling number, then line. Cleaning goes on with a further
        round as long as lines become frequent when those of the round before are gone.
    min_repeats : int, in how many documents of a source a line stands at least
    rules : tuple of str, names of the rules by which the texts were cleaned before counting
    """

    table: pd.DataFrame
    min_repeats: int
    rules: tuple[str, ...]
    _rounds: tuple[dict[str, _Lines], ...] = field(repr=False)

    @classmethod
    def of_table(
        cls, table: pd.DataFrame, *, min_repeats: int, rules: tuple[str, ...]
    ) -> FrequentLines:
        """The lines that a `table` tells, as one that was kept."""
        rounds = [
            {
                str(source): _Lines(dict(zip(own["line"], own["documents"], strict=True)))
                for source, own in found.groupby("source", sort=False)
            }
            for _, found in table.groupby("round")
        ]
        return cls(table, min_repeats, rules, tuple(rounds))

    def take_out(
        self, works: Sequence[Work], sources: Sequence[str], rules: Sequence[Rule]
    ) -> None:
        """Let the settled texts go on without these lines, settled again. Updates: works."""
        for lines in self._rounds:
            _without(zip(sources, works, strict=True), lines, rules)

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        return html_table(self._headline(), self.table)

    def _headline(self) -> str:
        n_sources = self.table["source"].nunique()
        return f"{len(self.table)} frequent lines of {n_sources} sources"


class LineCounts:
    """In how many texts of each source each line stands, by code; a few octets a line."""

    def __init__(self) -> None:
        self._sources: dict[str, _Codes] = {}

    def add(self, source: str, codes: bytes) -> None:
        """Count a text by its `line_codes`."""
        self._sources.setdefault(source, _Codes()).add(codes)

    def shared(self, min_repeats: int) -> dict[str, _Shared]:
        """The sources where a line may be frequent, and the codes that may matter there."""
        found = {}
        for source, counted in self._sources.items():
            least = max(min_repeats, _SHARE * counted.n_texts)
            codes, numbers = counted.total()
            if counted.n_texts > min_repeats and (numbers >= least).any():
                twice = set(codes[numbers > 1].tolist())
                found[source] = _Shared(least, twice, set(codes[numbers >= least].tolist()))
        return found


def check_repeats(min_repeats: int) -> None:
    """Refuse a number below 2.

    Raises
    ------
    InputError
        Naming what was given.
    """
    at_least("min_repeats", min_repeats, 2, whole=True)


def find_frequent(
    texts: Texts, counts: LineCounts, *, rules: Sequence[Rule], min_repeats: int
) -> FrequentLines:
    """The lines that many settled texts of a source have; the texts go on without them.

    A line (its words in lower case, three or more) is frequent if it stands in at least
    `min_repeats` texts and a fifth of the texts of a source that has more than `min_repeats`.
    Texts with mostly the same lines (reprints) count as one text there. The frequent lines of a
    text are dropped where they are together under half of its words; else it stays whole.

    Parameters
    ----------
    counts : LineCounts of the texts as they are
    """
    rounds: list[dict[str, _Lines]] = []
    for _ in range(MOST_ROUNDS):
        shared = counts.shared(min_repeats)
        found = _frequent(texts(), shared) if shared else {}
        n_gone, counts = _without(texts(), found, rules) if found else (0, counts)
        if not n_gone:
            break
        rounds.append(found)
    names = tuple(rule.name for rule in rules)
    return FrequentLines(_table(rounds), int(min_repeats), names, tuple(rounds))


class _Codes:
    """In how many texts of one source each code is."""

    def __init__(self) -> None:
        self.n_texts = 0
        self._codes = np.empty(0, dtype=np.int64)
        self._numbers = np.empty(0, dtype=np.int64)
        self._waiting: list[bytes] = []
        self._n_waiting = 0

    def add(self, codes: bytes) -> None:
        self.n_texts += 1
        self._waiting.append(codes)
        self._n_waiting += len(codes) // 8
        if self._n_waiting > max(_WAITING, len(self._codes)):
            self.total()

    def total(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The different codes, sorted, and the number of texts of each."""
        new = np.frombuffer(b"".join(self._waiting), dtype=np.int64)
        self._waiting, self._n_waiting = [], 0
        codes, places = np.unique(np.concatenate([self._codes, new]), return_inverse=True)
        weights = np.concatenate([self._numbers, np.ones(len(new), dtype=np.int64)])
        self._codes = codes
        self._numbers = np.bincount(places, weights, minlength=len(codes)).astype(np.int64)
        return self._codes, self._numbers


@dataclass(frozen=True)
class _Shared:
    """Of a source: in how many texts a line is frequent, codes of two texts, and of so many."""

    least: float
    twice: set[int]
    often: set[int]


class _Lines:
    """Frequent lines of a source with the number of documents of each, and their codes."""

    def __init__(self, documents: Mapping[str, int]) -> None:
        self.documents = dict(documents)
        codes = np.frombuffer(b"".join(map(line_codes, documents)), dtype=np.int64)
        self.codes = set(codes.tolist())


class _Holders:
    """Which texts of a source have a line; a reprint counts as the text that it repeats."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        self._first: dict[str, int] = {}
        self._holders: dict[str, set[int]] = {}
        self._n_texts = 0

    def add(self, text: str) -> None:
        """Count a text; those of a source come in their order."""
        place, self._n_texts = self._n_texts, self._n_texts + 1
        # A line of one text only makes no reprint, so that its words need not be looked at.
        keys = {at: line_key(look(text).lines[at]) for at in _may_be(text, self._shared.twice)}
        origin = self._origin(text, place, Counter(keys.values()))
        for key in keys.values():
            if key:
                self._first.setdefault(key, origin)
        for at in _may_be(text, self._shared.often):
            if keys[at]:
                self._holders.setdefault(keys[at], set()).add(origin)

    def _origin(self, text: str, place: int, keys: Counter[str]) -> int:
        """The first text that has most of the words in the same lines, mostly itself."""
        words: Counter[int] = Counter()
        for key, times in keys.items():
            if key in self._first:
                words[self._first[key]] += times * n_key_words(key)
        most = max(words.values(), default=0)
        if not most or 2 * most <= sum(map(n_key_words, map(line_key, look(text).lines))):
            return place
        # Only one text can have more than half, so that no order of texts decides.
        return next(origin for origin, number in words.items() if number == most)

    def frequent(self) -> dict[str, int]:
        """The lines of enough texts, with their number: the most frequent first."""
        numbers = {key: len(origins) for key, origins in self._holders.items()}
        often = [key for key, number in numbers.items() if number >= self._shared.least]
        return {key: numbers[key] for key in sorted(often, key=lambda key: (-numbers[key], key))}


def _may_be(text: str, codes: set[int]) -> Iterator[int]:
    """Places of lines that may have one of these codes, and of those whose code is not known."""
    coded = dict(look(text).line_hashes)
    for at, line in enumerate(look(text).lines):
        code = coded.get(at, 0)
        if code in codes if code else bool(line):
            yield at


def _frequent(
    texts: Iterable[tuple[str, Work]], shared: Mapping[str, _Shared]
) -> dict[str, _Lines]:
    """The frequent lines of each source that has some."""
    holders = {source: _Holders(codes) for source, codes in shared.items()}
    for source, work in texts:
        if source in holders:
            holders[source].add(work.text)
    found = {source: each.frequent() for source, each in holders.items()}
    return {source: _Lines(lines) for source, lines in found.items() if lines}


def _without(
    texts: Iterable[tuple[str, Work]], found: Mapping[str, _Lines], rules: Sequence[Rule]
) -> tuple[int, LineCounts]:
    """How many lines the texts lost, and the counts of those that they have now."""
    counts, n_gone = LineCounts(), 0
    for source, work in texts:
        if source in found:
            outcome = _dropped(work.text, found[source])
            if work.take(FREQUENT, outcome):
                n_gone += outcome.times
                work.settle(rules)
        counts.add(source, work.line_codes)
    return n_gone, counts


def _dropped(text: str, frequent: _Lines) -> Outcome:
    """The text without frequent lines, if these have less than half of its words."""
    lines = look(text).lines
    keys = {at: line_key(lines[at]) for at in _may_be(text, frequent.codes)}
    gone = [at for at, key in keys.items() if key in frequent.documents]
    if not gone or 2 * sum(n_key_words(keys[at]) for at in gone) >= sum(map(words_in, lines)):
        return Outcome(text)
    return without_lines(text, gone)


def _table(rounds: Sequence[Mapping[str, _Lines]]) -> pd.DataFrame:
    rows = [
        (number, source, line, documents)
        for number, found in enumerate(rounds, start=1)
        for source, lines in found.items()
        for line, documents in lines.documents.items()
    ]
    table = pd.DataFrame(rows, columns=["round", "source", "line", "documents"])
    return table.astype({"round": "int64", "source": "str", "line": "str", "documents": "int64"})
