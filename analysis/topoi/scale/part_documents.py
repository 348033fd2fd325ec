"""How documents in partitions on disk are worked on, a piece of a partition at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from topoi.io.parts import load_arrays
from topoi.models.documents import Change, NothingKept, Piece, Stage, Tables
from topoi.scale.counts_folder import CountsFolder, check_part
from topoi.scale.row_files import RowFiles, add_to_digest

__all__ = ["PartDocuments", "PieceFile", "Pieces", "Workers"]

Block = tuple[int, int]
Found = TypeVar("Found")
Item = TypeVar("Item")


@dataclass(frozen=True)
class PieceFile:
    """Where a piece is: rows first..last-1 of a partition, which are documents from start on."""

    path: str
    sha256: str
    first: int
    last: int
    start: int

    def read(self) -> Piece:
        """The piece.

        Raises
        ------
        InputError
            If the partition is missing or damaged.
        """
        check_part(self.path, self.sha256)
        arrays = load_arrays(Path(self.path))
        indptr = arrays["indptr"][self.first : self.last + 1]
        own = slice(indptr[0], indptr[-1])
        return Piece(
            self.start,
            indptr - indptr[0],
            arrays["indices"][own].copy(),  # alone, so that the rest of the partition can go
            arrays["data"][own].astype(np.float32),
        )


@dataclass(frozen=True)
class Pieces:
    """Pieces of partitions, in order, and what is done to each after reading."""

    files: tuple[PieceFile, ...]
    changes: tuple[Change, ...] = ()

    def __iter__(self) -> Iterator[Piece]:
        return map(self._read, self.files)

    def _read(self, file: PieceFile) -> Piece:
        piece = file.read()
        for change in self.changes:
            piece = change(piece)
        return piece


class Workers(Protocol):
    """Who works on blocks: threads of this process, or processes on many machines."""

    def in_order(
        self, task: Callable[[Item], Found], items: list[Item], *, name: str
    ) -> Iterator[Found]:
        """What the task gives for each item, in their order; both may be sent elsewhere."""

    def tables(self, documents: PartDocuments, width: int) -> Tables:
        """Room for the tables (V, width) of the blocks at work."""


@dataclass(frozen=True)
class _Chosen:
    """The documents of a piece that are chosen, numbered among those chosen.

    chosen : bool array, shape (D,)
    """

    chosen: NDArray[np.bool_]

    def __call__(self, piece: Piece) -> Piece:
        own = self.chosen[piece.start : piece.stop]
        lengths = np.diff(piece.indptr)
        stays = np.repeat(own, lengths)
        return Piece(
            int(np.count_nonzero(self.chosen[: piece.start])),
            np.concatenate([[0], np.cumsum(lengths[own])]).astype(np.int64),
            piece.indices[piece.stored][stays],
            piece.values[piece.stored][stays],
        )


@dataclass(frozen=True)
class _Look:
    """What `look` gives for each piece of some."""

    look: Callable[[Piece], object]

    def __call__(self, pieces: Pieces) -> list[object]:
        return [self.look(piece) for piece in pieces]


@dataclass(frozen=True)
class _Digest:
    """sha256 of what a pass wrote of some pieces."""

    folder: Path

    def __call__(self, pieces: Pieces) -> str:
        digest = hashlib.sha256()
        for file in pieces.files:
            add_to_digest(digest, self.folder, file.start)
        return digest.hexdigest()


class PartDocuments:
    """Documents in a folder of counts, for `models.inference`; memory holds a piece for each
    worker.

    Parameters
    ----------
    counts : CountsFolder
    workers : Workers, who do not change the result
    scratch : folder for what is known of the documents between passes
    changes : what is done to each piece after reading
    kept : int array, the documents that the changes leave; None for all
    stages : gives where the loop of a name over these documents is kept; None keeps nothing
    """

    def __init__(
        self,
        counts: CountsFolder,
        workers: Workers,
        scratch: Path,
        *,
        changes: tuple[Change, ...] = (),
        kept: NDArray[np.int64] | None = None,
        stages: Callable[[str, PartDocuments], Stage] | None = None,
    ) -> None:
        self.counts, self.workers, self.scratch = counts, workers, scratch
        self.blocks = counts.blocks
        self._changes, self._kept, self._stages = changes, kept, stages

    @property
    def shape(self) -> tuple[int, int]:
        """(D, V)"""
        n_docs, n_terms = self.counts.shape
        return (n_docs if self._kept is None else len(self._kept)), n_terms

    @property
    def n_tokens(self) -> float:
        """All counts together, of all documents of the folder."""
        return float(self.counts.n_tokens)

    def files_of(self, block: Block) -> Pieces:
        """Where the pieces of a block are."""
        firsts, (start, stop) = self.counts.firsts, block
        begin = int(np.searchsorted(firsts, start, side="right")) - 1
        end = int(np.searchsorted(firsts, stop, side="left"))
        files = []
        for number in range(begin, end):
            first = max(start - int(firsts[number]), 0)
            last = min(stop, int(firsts[number + 1])) - int(firsts[number])
            if last > first:
                path, entry = self.counts.part_path(number), self.counts.entries[number]
                place = int(firsts[number]) + first
                files.append(PieceFile(str(path), entry.sha256, first, last, place))
        return Pieces(tuple(files), self._changes)

    def pieces_of(self, block: Block) -> Iterator[Piece]:
        """The pieces of a block, read one by one."""
        return iter(self.files_of(block))

    def pieces(self) -> Iterator[Piece]:
        """All documents in order."""
        for block in self.blocks:
            yield from self.files_of(block)

    def each(self, look: Callable[[Piece], Found], *, name: str) -> list[Found]:
        """What `look` gives for each piece."""
        blocks = [self.files_of(block) for block in self.blocks]
        found = self.workers.in_order(_Look(look), blocks, name=name)
        return [one for of_block in found for one in of_block]  # type: ignore[misc]

    def row(self, doc: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The terms and values of one document."""
        place = doc if self._kept is None else int(self._kept[doc])
        piece = next(self.pieces_of((place, place + 1)))
        return piece.indices[piece.stored], piece.values[piece.stored]

    def changed(self, change: Change) -> PartDocuments:
        """The same documents with other values, which are made anew at each reading."""
        return self._with(change, self._kept)

    def where(self, chosen: NDArray[np.bool_]) -> PartDocuments:
        """The chosen documents."""
        places = np.flatnonzero(chosen)
        return self._with(_Chosen(chosen), places if self._kept is None else self._kept[places])

    def tables(self, width: int) -> Tables:
        """Tables (V, width) where the workers are."""
        return self.workers.tables(self, width)

    def new_rows(self, width: int, *, reads: Path | None = None) -> RowFiles:
        """Rows (D, width) that will be in files; zeros, or those that a pass left in a folder."""
        files = [file for block in self.blocks for file in self.files_of(block).files]
        pieces = [(file.start, file.last - file.first) for file in files]
        return RowFiles(self.scratch, pieces, width, reads=reads)

    def row_digests(self, folder: Path) -> list[str]:
        """sha256 of what a pass left of each block's documents in a folder; it is on disk then.

        Raises
        ------
        OSError
            If something of it is not there.
        """
        blocks = [self.files_of(block) for block in self.blocks]
        return list(self.workers.in_order(_Digest(folder), blocks, name="keeping"))

    def stage(self, name: str) -> Stage:
        """Where the loop of this name is kept."""
        return NothingKept() if self._stages is None else self._stages(name, self)

    def _with(self, change: Change, kept: NDArray[np.int64] | None) -> PartDocuments:
        changes = (*self._changes, change)
        return PartDocuments(self.counts, self.workers, self.scratch, changes=changes, kept=kept)
