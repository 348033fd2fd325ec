"""How what inference knows of documents waits in files between two passes."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from topoi.models.documents import Piece, PieceState

__all__ = ["RowFiles", "RowPlaces", "save_whole"]


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
    """

    def __init__(self, folder: Path, pieces: Sequence[tuple[int, int]], width: int) -> None:
        self._parent, self._pieces = folder, pieces
        self._folder = folder / f"rows-{secrets.token_hex(4)}"
        self._n_passes = 0
        self.places = RowPlaces(None, self._of_pass(), width)

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
        if before.reads is not None and before.reads.parent == self._folder:
            shutil.rmtree(before.reads, ignore_errors=True)

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


def save_whole(path: Path, values: NDArray[np.generic]) -> None:
    """Write an array beside its place and move it there: nobody reads half of it.

    Two workers may write the same array at once, where one was thought to be lost.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with fresh.open("xb") as file:
        np.save(file, values, allow_pickle=False)
    fresh.replace(path)


def _rows_file(folder: Path, start: int) -> Path:
    return folder / f"{start:012}.npy"


def _topics_file(folder: Path, start: int) -> Path:
    return folder / f"{start:012}.topics.npy"
