"""How numbered texts wait on disk between the steps of counting."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import mkdtemp
from typing import overload

import numpy as np

from topoi.io.parts import load_arrays
from topoi.text.numbered import Chunk, StoredChunks

__all__ = ["ChunkFiles"]


class ChunkFiles(StoredChunks):
    """Chunks in files of a new folder, which goes when nobody knows these chunks any more.

    folder : where the new folder is made
    chunks : taken one by one
    """

    def __init__(self, folder: Path, chunks: Iterable[Chunk]) -> None:
        self._parent = folder
        self._folder = Path(mkdtemp(prefix="tokens-", dir=folder))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._n_chunks = 0
        for chunk in chunks:
            np.savez(self._path(self._n_chunks), tokens=chunk.tokens, bounds=chunk.bounds)
            self._n_chunks += 1

    def mapped(self, change: Callable[[Chunk], Chunk]) -> ChunkFiles:
        """The changed chunks, in files of another folder."""
        return ChunkFiles(self._parent, map(change, self))

    def __len__(self) -> int:
        return self._n_chunks

    @overload
    def __getitem__(self, number: int) -> Chunk: ...

    @overload
    def __getitem__(self, number: slice) -> list[Chunk]: ...

    def __getitem__(self, number: int | slice) -> Chunk | list[Chunk]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        arrays = load_arrays(self._path(number % len(self)))
        return Chunk(arrays["tokens"], arrays["bounds"])

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.npz"
