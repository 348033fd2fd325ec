"""How what inference knows of documents waits in files between two passes."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.models.documents import Piece, PieceState

__all__ = ["RowFiles", "RowPlaces", "add_to_digest", "save_whole"]

_READ = 2**20  # bytes at a time


@dataclass(frozen=True)
class RowPlaces:
    """Where the rows of pieces are read in a pass, and where they are written.

    A pass never changes what it reads, so that a worker that was lost in it can be replaced.

    reads : folder of the pass before; None where all rows are zero
    writes : folder of this pass
    width : K'
    """

    reads: Path | None
    writes: Path
    width: int

    @contextmanager
    def changed(self, piece: Piece) -> Iterator[PieceState]:
        """The rows of a piece as the pass before left them; written when they are changed."""
        state = PieceState(self.rows_of(piece.start, len(piece)), self._topics(piece.start))
        yield state
        save_whole(_rows_file(self.writes, piece.start), state.rows)
        if state.topics is not None:
            save_whole(_topics_file(self.writes, piece.start), state.topics)

    def rows_of(self, start: int, n_docs: int) -> NDArray[np.float32]:
        """The rows of the piece that begins at a document."""
        if self.reads is None:
            return np.zeros((n_docs, self.width), np.float32)
        return np.asarray(np.load(_rows_file(self.reads, start), allow_pickle=False))

    def _topics(self, start: int) -> NDArray[np.signedinteger] | None:
        if self.reads is None or not _topics_file(self.reads, start).is_file():
            return None
        return np.asarray(np.load(_topics_file(self.reads, start), allow_pickle=False))


class RowFiles:
    """Rows (D, K') in files of a folder, a file for each piece and pass.

    Parameters
    ----------
    folder : a new folder is made in it
    pieces : first document and number of documents of each piece, in order
    width : K'
    reads : folder of the pass of an earlier process to go on from, which is kept; None is zeros
    """

    def __init__(
        self,
        folder: Path,
        pieces: Sequence[tuple[int, int]],
        width: int,
        *,
        reads: Path | None = None,
    ) -> None:
        self._parent, self._pieces = folder, pieces
        self._folder = folder / f"rows-{secrets.token_hex(4)}"
        self._n_passes = 0
        self._kept = reads
        self.places = RowPlaces(reads, self._of_pass(), width)

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        return (self.places.rows_of(*piece) for piece in self._pieces)

    @contextmanager
    def changed(self, piece: Piece) -> Iterator[PieceState]:
        """What is known of a piece; see `RowPlaces`."""
        with self.places.changed(piece) as state:
            yield state

    def done(self) -> None:
        """The pass is over: what it wrote is read by the next, what it read is removed."""
        before = self.places
        self._n_passes += 1
        self.places = RowPlaces(before.writes, self._of_pass(), before.width)
        is_own = before.reads is not None and before.reads.parent == self._folder
        if is_own and before.reads != self._kept:
            _remove(before.reads)

    def keep(self) -> None:
        """What the last pass wrote stays until this is called again."""
        before, self._kept = self._kept, self.places.reads
        if before != self._kept:
            _remove(before)

    def copy(self) -> RowFiles:
        """Rows that begin as these are; these must stay until a pass over the copy is done."""
        fresh = RowFiles(self._parent, self._pieces, self.places.width)
        fresh.places = RowPlaces(self.places.reads, fresh.places.writes, self.places.width)
        return fresh

    def drop(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _of_pass(self) -> Path:
        place = self._folder / f"{self._n_passes:05}"
        place.mkdir(parents=True)
        return place


def add_to_digest(digest: Any, folder: Path, start: int) -> None:
    """Add to a hash what is known of the piece that begins at a document; it is on disk then.

    Raises
    ------
    OSError
        If it is not there.
    """
    topics = _topics_file(folder, start)
    for path in (_rows_file(folder, start), *([topics] if topics.is_file() else [])):
        with path.open("r+b") as file:
            os.fsync(file.fileno())
            while content := file.read(_READ):
                digest.update(content)


def save_whole(path: Path, values: NDArray[np.generic]) -> None:
    """Write an array beside its place and move it there: nobody reads half of it.

    Two workers may write the same array at once, where one was thought to be lost.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with fresh.open("xb") as file:
        np.save(file, values, allow_pickle=False)
    fresh.replace(path)


def _remove(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _rows_file(folder: Path, start: int) -> Path:
    return folder / f"{start:012}.npy"


def _topics_file(folder: Path, start: int) -> Path:
    return folder / f"{start:012}.topics.npy"
