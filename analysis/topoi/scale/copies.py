"""Which documents of a corpus in partitions are copies, without their texts in memory."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.copy_pairs import CopyRules
from topoi.corpus.copy_texts import (
    ComparedTexts,
    TextPlaces,
    shingles_of,
    text_places,
    words_key,
    words_of,
)
from topoi.corpus.deduplicate import document_events
from topoi.corpus.found_copies import FoundCopies, copies_among
from topoi.hashes import file_hash
from topoi.scale.part_documents import Workers
from topoi.scale.row_files import save_whole
from topoi.scale.text_parts import (
    TextParts,
    is_made,
    key_of,
    note_made,
    part_is_made,
    write_text_part,
)

__all__ = ["write_without_copies"]

_KEY = 16  # bytes of a `words_key`
_KINDS = ("words", "shingles", "n_words", "n_shingles", "keys")


def write_without_copies(
    source: TextParts,
    target: Path,
    rules: CopyRules,
    workers: Workers,
    *,
    scratch: Path,
    key: str,
    n_threads: int,
) -> TextParts:
    """The partitions with one document of each cluster of copies, as `deduplicate` leaves it.

    The hashes of all words wait in files, twice, in all about 50 bytes a word; they are looked at
    where they are. Memory holds about 7 bytes a word and 3 kB a document.
    """
    numbers = range(len(source))
    full_key = key_of(key, [source.hash(number) for number in numbers])
    result = TextParts(target, len(source))
    if all(part_is_made(target, number, full_key) for number in numbers):
        return result
    signs = _Signs(source, scratch / "signs")
    list(workers.in_order(signs, list(numbers), name="signs"))
    found, ids, firsts = _found(signs, rules, scratch / "compared", n_threads)
    for number in numbers:
        rows = slice(int(firsts[number]), int(firsts[number + 1]))
        events = document_events(ids, found, "merged", rows=rows)
        corpus = source.corpus(number).select(~found.is_copy[rows], events)
        write_text_part(target, number, corpus, full_key)
    shutil.rmtree(scratch, ignore_errors=True)
    return result


@dataclass(frozen=True)
class _Signs:
    """Writes what of a partition's texts is compared, unless it is there."""

    source: TextParts
    folder: Path

    def __call__(self, number: int) -> None:
        """Updates: the folder."""
        note, key = self.folder / f"signs-{number:05}.json", self.source.hash(number)
        if is_made(note, key):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        words = words_of(list(self.source.table(number)["text"]), 1)
        shingles, bounds = shingles_of(words, 1)
        nothing = np.empty(0, np.uint64)
        keys = [words_key(row).ljust(_KEY, b"\0") for row in words]
        signs: dict[str, NDArray[Any]] = {
            "words": np.concatenate([nothing, *words]),
            "shingles": shingles,
            "n_words": np.array([len(row) for row in words], dtype=np.int64),
            "n_shingles": np.diff(bounds),
            "keys": np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _KEY),
        }
        for kind in _KINDS:
            save_whole(self.path(number, kind), signs[kind])
        paths = [self.path(number, kind) for kind in _KINDS]
        note_made(note, key, {path.name: file_hash(path) for path in paths})

    def read(self, number: int, kind: str) -> NDArray[Any]:
        """One kind of signs of a partition."""
        return np.asarray(np.load(self.path(number, kind), allow_pickle=False))

    def all(self, kind: str) -> NDArray[Any]:
        """One kind of signs of all partitions."""
        numbers = range(len(self.source))
        return np.concatenate([self.read(number, kind) for number in numbers])

    def both(self, number: int, kind: str) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """One kind of hashes of a partition, and how many each row has."""
        return self.read(number, kind), self.read(number, f"n_{kind}")

    def path(self, number: int, kind: str) -> Path:
        """Where they are."""
        return self.folder / f"{kind}-{number:05}.npy"


def _found(
    signs: _Signs, rules: CopyRules, folder: Path, n_threads: int
) -> tuple[FoundCopies, list[str], NDArray[np.int64]]:
    """The copies, the id of each document, and the first document of each partition."""
    numbers = range(len(signs.source))
    tables = [signs.source.table(number)[["doc_id", "date"]] for number in numbers]
    firsts = np.cumsum([0, *map(len, tables)], dtype=np.int64)
    documents = pd.concat(tables, ignore_index=True)
    ids, n_words = list(documents["doc_id"]), signs.all("n_words")
    keys = (_cut_key(key, n) for key, n in zip(signs.all("keys"), n_words, strict=True))
    places = text_places(documents["date"], ids, n_words, keys)
    texts = _compared(signs, places, firsts, folder, with_shingles=rules.near is not None)
    return copies_among(texts, rules, n_threads=n_threads), ids, firsts


def _cut_key(key: NDArray[np.uint8], n_words: int) -> bytes:
    return key.tobytes() if n_words else b""


def _compared(
    signs: _Signs,
    places: TextPlaces,
    firsts: NDArray[np.int64],
    folder: Path,
    *,
    with_shingles: bool,
) -> ComparedTexts:
    """The texts with their words and shingles in two mapped files, best text first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    first = places.first
    n_shingles = signs.all("n_shingles")[first]
    word_bounds = _bounds(signs.all("n_words")[first])
    bounds = _bounds(n_shingles if with_shingles else np.zeros_like(n_shingles))
    words = _mapped(folder / "words.npy", word_bounds[-1])
    shingles = _mapped(folder / "shingles.npy", bounds[-1])
    text_at = np.full(firsts[-1], -1, dtype=np.int64)
    text_at[first] = np.arange(len(first))
    for number in range(len(signs.source)):
        texts = text_at[firsts[number] : firsts[number + 1]]
        _put(signs.both(number, "words"), texts, word_bounds, words)
        if with_shingles:
            _put(signs.both(number, "shingles"), texts, bounds, shingles)
    return ComparedTexts(
        rank=places.rank,
        text_of=places.text_of,
        first=first,
        words=words,
        word_bounds=word_bounds,
        shingles=shingles,
        bounds=bounds,
    )


def _put(
    found: tuple[NDArray[np.uint64], NDArray[np.int64]],
    texts: NDArray[np.int64],
    bounds: NDArray[np.int64],
    target: NDArray[np.uint64],
) -> None:
    """Copy what the rows of a partition have to the places of their texts.

    found : hashes of the rows, and how many each has
    texts : text of each row, -1 for rows that are not the first with theirs
    """
    hashes, lengths = found
    ends = np.cumsum(lengths)
    for row in np.flatnonzero(texts >= 0).tolist():
        text = texts[row]
        target[bounds[text] : bounds[text + 1]] = hashes[ends[row] - lengths[row] : ends[row]]


def _mapped(path: Path, length: int) -> NDArray[np.uint64]:
    """Room for so many numbers in a file, as an array."""
    if not length:  # nothing cannot be mapped
        return np.empty(0, np.uint64)
    shape = (int(length),)
    # A plain array over the mapped bytes, which kernels take for one in memory.
    return np.asarray(np.lib.format.open_memmap(path, "w+", np.dtype(np.uint64), shape))


def _bounds(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
