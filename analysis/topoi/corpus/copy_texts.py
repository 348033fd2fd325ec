"""What of the texts is compared: their words and pairs of words, without case and punctuation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.corpus import Corpus
from topoi.kernels import shingles as kernel
from topoi.workers import in_threads

__all__ = [
    "ComparedTexts",
    "TextPlaces",
    "compared_texts",
    "shingles_of",
    "text_places",
    "words_key",
    "words_of",
]

LEAST_WORDS = 20  # shorter texts are alike by chance; for them only exact copies count
_BATCH = 1 << 21  # characters, or words, that a thread takes at a time
_LAST_LETTER = 0x40000  # no letters or digits from here on


@dataclass(frozen=True)
class ComparedTexts:
    """The T distinct texts of D rows, best first: earliest date, most words, id.

    rank : int64 array, shape (D,), place of each row among all, best first
    text_of : int64 array, shape (D,), text of each row
    first : int64 array, shape (T,), best row with the text
    words : uint64 array, hashes of words; text t owns [word_bounds[t], word_bounds[t + 1])
    shingles : uint64 array, hashes of words and pairs of words, sorted and unique within a text;
        text t owns [bounds[t], bounds[t + 1]), which is empty for texts that are too short
    """

    rank: NDArray[np.int64]
    text_of: NDArray[np.int64]
    first: NDArray[np.int64]
    words: NDArray[np.uint64]
    word_bounds: NDArray[np.int64]
    shingles: NDArray[np.uint64]
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def n_words(self) -> NDArray[np.int64]:
        """Words of each text, shape (T,)."""
        return np.diff(self.word_bounds)

    @property
    def n_shingles(self) -> NDArray[np.int64]:
        """Shingles of each text, shape (T,)."""
        return np.diff(self.bounds)


@dataclass(frozen=True)
class TextPlaces:
    """Which rows have which text; as in `ComparedTexts`."""

    rank: NDArray[np.int64]
    text_of: NDArray[np.int64]
    first: NDArray[np.int64]


def compared_texts(corpus: Corpus, *, with_shingles: bool, n_threads: int) -> ComparedTexts:
    """The texts that differ in their words; a text without words is a copy of none."""
    words = words_of(corpus.texts, n_threads)
    n_words = np.array([len(row) for row in words], dtype=np.int64)
    places = text_places(corpus.table["date"], corpus.ids, n_words, map(words_key, words))
    kept = [words[row] for row in places.first.tolist()]
    shingles, bounds = shingles_of(kept if with_shingles else [row[:0] for row in kept], n_threads)
    return ComparedTexts(
        rank=places.rank,
        text_of=places.text_of,
        first=places.first,
        words=_joined(kept),
        word_bounds=_bounds(kept),
        shingles=shingles,
        bounds=bounds,
    )


def text_places(
    dates: pd.Series, ids: Sequence[str], n_words: NDArray[np.int64], keys: Iterable[bytes]
) -> TextPlaces:
    """Which rows have one text, best first.

    Parameters
    ----------
    dates : datetime64, shape (D,)
    ids : unique, D of them
    n_words : int64 array, shape (D,)
    keys : `words_key` of each row
    """
    rank = _ranks(dates, ids, n_words)
    of_rows = list(keys)
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    text_of = np.empty(len(of_rows), dtype=np.int64)
    for row in np.argsort(rank).tolist():
        key = of_rows[row] or b"%d" % row  # a text without words is its own
        text_of[row] = numbers.setdefault(key, len(first))
        if text_of[row] == len(first):
            first.append(row)
    return TextPlaces(rank, text_of, np.array(first, dtype=np.int64))


def words_of(texts: Sequence[str], n_threads: int) -> list[NDArray[np.uint64]]:
    """The hashes of the words of each text."""
    batches = _batches([len(text) for text in texts])
    parts = in_threads(lambda batch: _hashed(texts[batch]), batches, n_threads=n_threads)
    return [row for part in parts for row in part]


def _hashed(texts: Sequence[str]) -> list[NDArray[np.uint64]]:
    coded = [text.encode("utf-32-le", "surrogatepass") for text in texts]
    bounds = np.cumsum([0, *(len(text) // 4 for text in coded)], dtype=np.int64)
    codes = np.frombuffer(b"".join(coded), dtype=np.uint32)
    hashes, word_bounds = kernel.word_hashes(codes, bounds, _folded())
    return np.split(hashes, word_bounds[1:-1])


def shingles_of(
    words: Sequence[NDArray[np.uint64]], n_threads: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The shingles of texts that are given as hashes of words, and where each text's begin.

    Texts that are too short have none.
    """
    texts = [row if len(row) >= LEAST_WORDS else row[:0] for row in words]

    def of(batch: slice) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        return kernel.shingle_sets(_joined(texts[batch]), _bounds(texts[batch]))

    parts = in_threads(of, _batches([len(text) for text in texts]), n_threads=n_threads)
    lengths = [np.diff(bounds) for _, bounds in parts]
    bounds = np.cumsum(np.concatenate([np.zeros(1, dtype=np.int64), *lengths]), dtype=np.int64)
    return _joined([shingles for shingles, _ in parts]), bounds


@lru_cache(maxsize=1)
def _folded() -> NDArray[np.uint32]:
    """For each code point the letter or digit that stands for both cases of it, 0 for others."""
    folded = np.zeros(0x110000, dtype=np.uint32)
    for code in range(_LAST_LETTER):
        letter = chr(code)
        if letter.isalnum():
            # One character for one: of the two that a dotted I is lower-cased to, the first.
            folded[code] = ord(letter.lower()[0])
    folded[ord("ς")] = ord("σ")  # lower() takes one or the other by what follows
    return folded


def _ranks(dates: pd.Series, ids: Sequence[str], n_words: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each row by date, words and id; rows without a date come last."""
    keys = pd.DataFrame({"date": dates, "words": -n_words, "id": ids})
    order = keys.sort_values(["date", "words", "id"], na_position="last").index.to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def words_key(words: NDArray[np.uint64]) -> bytes:
    """What two texts must share to be exact copies; empty for a text without words."""
    return blake2b(words.tobytes(), digest_size=16).digest() if len(words) else b""


def _batches(sizes: Sequence[int]) -> list[slice]:
    """The texts in stretches of about _BATCH characters or words."""
    ends = np.cumsum(sizes, dtype=np.int64)
    if len(ends) == 0:
        return []
    cuts = np.searchsorted(ends, np.arange(_BATCH, ends[-1], _BATCH), side="left") + 1
    edges = np.unique(np.concatenate([[0], cuts, [len(ends)]])).tolist()
    return [slice(a, b) for a, b in pairwise(edges)]


def _joined(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    return np.concatenate([np.empty(0, dtype=np.uint64), *parts])


def _bounds(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.int64]:
    return np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64)
