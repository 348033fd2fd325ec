"""Texts whose tokens are numbers: a name for each number, and texts in chunks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.text.tokenise import BREAK

__all__ = ["Chunk", "NameList", "NumberedTexts", "StoredChunks", "in_chunks"]

_READ = 1 << 17  # characters read at a time: few enough for the cache of a processor
_KEPT = 1 << 20  # tokens of a chunk: many enough that a call costs nothing


@dataclass(frozen=True)
class Chunk:
    """Some texts in a row.

    tokens : int32 array, shape (N,), numbers of tokens in the order of the text; 0 is a BREAK
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    """

    tokens: NDArray[np.int32]
    bounds: NDArray[np.int64]


class StoredChunks(Sequence[Chunk]):
    """Chunks that are not in memory; each is read when it is asked for."""

    @abstractmethod
    def mapped(self, change: Callable[[Chunk], Chunk]) -> StoredChunks:
        """The changed chunks, stored in the same way; `change` is called for each in order."""


@dataclass(frozen=True)
class NumberedTexts:
    """All texts, four bytes a token, and the name of each token.

    names : list of str, without repeats; names[0] is BREAK. A name may belong to no token.
    chunks : sequence of Chunk, in the order of the texts
    """

    names: list[str]
    chunks: Sequence[Chunk]

    @property
    def n_texts(self) -> int:
        """D, over all chunks."""
        return sum(len(chunk.bounds) - 1 for chunk in self.chunks)

    def renumbered(self, numbers: NDArray[np.int32]) -> NumberedTexts:
        """The same texts with numbers[token] for each token, names as they are."""
        return NumberedTexts(
            self.names, self.mapped(lambda chunk: Chunk(numbers[chunk.tokens], chunk.bounds))
        )

    def mapped(self, change: Callable[[Chunk], Chunk]) -> Sequence[Chunk]:
        """The changed chunks, in memory or stored as these are."""
        if isinstance(self.chunks, StoredChunks):
            return self.chunks.mapped(change)
        return [change(chunk) for chunk in self.chunks]


class NameList:
    """Names in order of first appearance; the first is BREAK."""

    def __init__(self, names: Iterable[str] = (BREAK,)) -> None:
        self.names = list(names)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def number(self, name: str) -> int:
        """The number of a name, a new one if it is new."""
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        return number

    def chunk(self, streams: Iterable[Sequence[str]]) -> Chunk:
        """These token streams, numbered."""
        tokens: list[int] = []
        bounds = [0]
        for stream in streams:
            tokens.extend(map(self.number, stream))
            bounds.append(len(tokens))
        return Chunk(np.array(tokens, dtype=np.int32), np.array(bounds, dtype=np.int64))


def in_chunks(texts: Iterable[str], scan: Callable[[list[str]], Chunk]) -> Iterator[Chunk]:
    """What `scan` gives for the texts, of which a few are held at a time."""
    held: list[Chunk] = []
    for few in _batches(texts):
        held.append(scan(few))
        if sum(len(chunk.tokens) for chunk in held) >= _KEPT:
            yield _one_chunk(held)
            held = []
    if held:
        yield _one_chunk(held)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    held: list[str] = []
    n_characters = 0
    for text in texts:
        held.append(text)
        n_characters += len(text)
        if n_characters >= _READ:
            yield held
            held, n_characters = [], 0
    if held:
        yield held


def _one_chunk(chunks: list[Chunk]) -> Chunk:
    lengths = [np.diff(chunk.bounds) for chunk in chunks]
    bounds = np.cumsum(np.concatenate([np.zeros(1, dtype=np.int64), *lengths]))
    return Chunk(np.concatenate([chunk.tokens for chunk in chunks]), bounds)
