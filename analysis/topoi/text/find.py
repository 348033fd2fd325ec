"""Where the instances of patterns stand in texts, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.text.joining import join
from topoi.text.numbered import NumberedTexts, in_chunks
from topoi.text.patterns import Patterns
from topoi.text.scan import scanner
from topoi.text.tokenise import BREAK, token_spans, token_stream

__all__ = ["Instance", "ScannedTexts", "instances", "pattern_of", "word_places"]


class Instance(NamedTuple):
    """An instance of a pattern.

    start, end : where it begins and ends in the text, in characters
    term : as `vectorise` would count it
    """

    start: int
    end: int
    term: str


def instances(text: str, patterns: Patterns) -> list[Instance]:
    """The instances of the patterns in a text, in order; none overlaps another.

    They are those that `vectorise` counts with these patterns as seeds or as `keep`.
    """
    spans = token_spans(text)
    found = patterns.instances([token for token, _, _ in spans])
    return [
        Instance(spans[first][1], spans[first + n_tokens - 1][2], term)
        for first, n_tokens, term in found
    ]


def word_places(tokens: Sequence[str], patterns: Patterns) -> list[tuple[int, int]]:
    """First and last word of each instance in a token stream, counted in words, in order."""
    words = np.cumsum([token != BREAK for token in tokens])
    return [
        (int(words[first]), int(words[first + n_tokens - 1]))
        for first, n_tokens, _ in patterns.instances(tokens)
    ]


def pattern_of(words: str) -> str:
    """A word, or words of a phrase, as a pattern: "Root Cause*" gives "root cause*".

    Raises
    ------
    InputError
        If a word is not one as texts are counted, or has a * elsewhere than at its end.
    """
    return " ".join(map(_slot_of, _whole_words(words.split()))) or _slot_of("")


def _whole_words(written: list[str]) -> list[str]:
    """The words, those in one piece that are one word with a space inside ("EE. UU.")."""
    whole: list[str] = []
    for word in written:
        if whole and len(token_stream(f"{whole[-1]} {word}")) == 1:
            whole[-1] += f" {word}"
        else:
            whole.append(word)
    return whole


def _slot_of(word: str) -> str:
    stem = word.removesuffix("*")
    tokens = token_stream(stem)
    if "*" in stem or len(tokens) != 1 or tokens[0] == BREAK:
        raise InputError(
            f"{word!r} is not one word as texts are counted: write letters and digits, also with "
            "hyphens, and a * at the end of a word only."
        )
    return tokens[0] + "*" * (stem != word)


class ScannedTexts:
    """Texts read once, in which many patterns can be counted fast."""

    def __init__(self, texts: Iterable[str]) -> None:
        read = scanner(None)
        chunks = list(in_chunks(texts, read.scan))
        self._numbered = NumberedTexts(read.names, chunks)
        # The first text of each chunk, and the number of texts.
        self._firsts = np.cumsum([0, *(len(chunk.bounds) - 1 for chunk in chunks)])

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def tokens(self, row: int) -> list[str]:
        """The token stream of a text."""
        number = int(np.searchsorted(self._firsts, row, side="right")) - 1
        chunk = self._numbered.chunks[number]
        start, stop = chunk.bounds[row - self._firsts[number] :][:2]
        return [self._numbered.names[token] for token in chunk.tokens[start:stop]]

    def count(self, patterns: Patterns) -> NDArray[np.int64]:
        """How many instances of the patterns each text has, shape (D,)."""
        joined = join(self._numbered, patterns)
        is_instance = np.array([patterns.matches(name) for name in joined.names], dtype=np.int64)
        counts = [np.zeros(0, dtype=np.int64)]
        for chunk in joined.chunks:
            sums = np.concatenate([[0], np.cumsum(is_instance[chunk.tokens])])
            counts.append(np.diff(sums[chunk.bounds]))
        return np.concatenate(counts)
