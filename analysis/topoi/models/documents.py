"""In which blocks and pieces documents are worked on, wherever their counts are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

from topoi.kernels.term_tables import add_tokens
from topoi.models.block_tables import Block, BlockTables
from topoi.models.blocks import block_bounds, rows_of
from topoi.workers import in_threads

__all__ = [
    "Begun",
    "Change",
    "DocumentRows",
    "Documents",
    "MemoryDocuments",
    "MemoryRows",
    "NothingKept",
    "Piece",
    "PieceRows",
    "PieceState",
    "Stage",
    "Step",
    "Tables",
    "ThreadTables",
    "as_documents",
    "term_totals",
    "work_on",
]

Found = TypeVar("Found")


@dataclass(frozen=True)
class Piece:
    """Documents start..stop-1, which are in memory together; a block is one piece or several.

    indptr : int64 array, shape (n + 1,), where each begins in indices and values
    indices : int32 array, terms; values : float32 array, tokens
    """

    start: int
    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    values: NDArray[np.float32]

    @property
    def stop(self) -> int:
        """Last-plus-one document."""
        return self.start + len(self)

    @property
    def stored(self) -> slice:
        """Where in indices and values the documents are; other documents may be beside them."""
        return slice(int(self.indptr[0]), int(self.indptr[-1]))

    def __len__(self) -> int:
        return len(self.indptr) - 1


@dataclass
class PieceState:
    """What inference knows of the documents of a piece.

    rows : float32 array, shape (n, K'), tokens by topic; changed in place
    topics : int array, the topics of the tokens as they were drawn; None where not kept
    """

    rows: NDArray[np.float32]
    topics: NDArray[np.signedinteger] | None = None


class PieceRows(Protocol):
    """Where what is known of a piece is found, in a pass."""

    def changed(self, piece: Piece) -> AbstractContextManager[PieceState]:
        """What is known of a piece, to be changed while this is open."""


class DocumentRows(PieceRows, Protocol):
    """Tokens by document and topic, float32 (D, K'), and perhaps the topics of the tokens."""

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """The rows of pieces, in the order of the documents; again and again."""

    def done(self) -> None:
        """All pieces have been changed once."""

    def copy(self) -> DocumentRows:
        """The same rows, without the topics of the tokens, which can be changed apart."""

    def drop(self) -> None:
        """They are not needed any more."""


@dataclass(frozen=True)
class Begun:
    """What a loop over the documents goes on from: its arrays by name, and the documents' rows."""

    arrays: Mapping[str, NDArray[Any]]
    rows: DocumentRows


class Stage(Protocol):
    """Where a loop over the documents keeps how far it is, should it be stopped."""

    def begun(self) -> Begun | None:
        """What an earlier process kept last; None where the loop has to begin."""

    def keep(self, rows: DocumentRows, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep what the loop can go on from, after a pass; or not, if it is not worth it yet."""


class NothingKept:
    """A stage of a fit that can only begin."""

    def begun(self) -> Begun | None:
        """Nothing."""
        return None

    def keep(self, rows: DocumentRows, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Nothing."""


class Step(Protocol):
    """What is done to each piece in a pass over the documents."""

    @property
    def name(self) -> str:
        """How the pass is called where its progress is shown."""

    def __call__(
        self, piece: Piece, state: PieceState, table: NDArray[np.float32], carried: float
    ) -> float:
        """Change the state and add the piece's tokens to the table (V, K').

        `carried` is what the piece before it in the block gave, at first 0: so sums over the
        documents have one order, however many pieces a block is.
        """


class Tables(Protocol):
    """Room for the tables of blocks, used again and again."""

    def add_up(self, step: Step, rows: DocumentRows, total: NDArray[np.float32]) -> list[float]:
        """Set total (V, K') to the sum of the blocks' tables in their order.

        Gives what the step gave at the end of each block, in order.
        """


Change = Callable[[Piece], Piece]
"""Gives a piece of the same or of fewer documents; depends on no other piece."""


class Documents(Protocol):
    """Counts of D documents and V terms, in blocks that depend on the counts only."""

    @property
    def shape(self) -> tuple[int, int]:
        """(D, V)"""

    @property
    def n_tokens(self) -> float:
        """All counts together."""

    @property
    def blocks(self) -> list[Block]:
        """First and last-plus-one document of each block."""

    def pieces_of(self, block: Block) -> Iterator[Piece]:
        """The pieces of a block, in order."""

    def pieces(self) -> Iterator[Piece]:
        """All documents in order, in pieces of any size."""

    def each(self, look: Callable[[Piece], Found], *, name: str) -> list[Found]:
        """What `look`, which changes nothing, gives for each of the pieces, in order.

        name : how this is called where its progress is shown
        """

    def row(self, doc: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The terms and values of one document."""

    def changed(self, change: Change) -> Documents:
        """The same documents with other values."""

    def where(self, chosen: NDArray[np.bool_]) -> Documents:
        """The documents of which `chosen`, shape (D,), is true."""

    def tables(self, width: int) -> Tables:
        """Tables (V, width) for passes over the blocks."""

    def new_rows(self, width: int) -> DocumentRows:
        """Rows of zeros, (D, width)."""

    def stage(self, name: str) -> Stage:
        """Where the loop of this name keeps how far it is."""


class MemoryDocuments:
    """Counts in memory: a block is one piece.

    Parameters
    ----------
    counts : csr_array, float32, shape (D, V)
    n_threads : does not change a result
    """

    def __init__(self, counts: csr_array, *, n_threads: int = 1) -> None:
        self.counts = counts
        self.shape: tuple[int, int] = counts.shape
        self.blocks = block_bounds(counts)
        self._n_threads = n_threads

    @property
    def n_tokens(self) -> float:
        """All counts together."""
        return float(self.counts.data.sum(dtype=np.float64))

    def pieces_of(self, block: Block) -> Iterator[Piece]:
        """The block itself."""
        counts = self.counts
        yield Piece(block[0], rows_of(counts, *block), counts.indices, counts.data)

    def pieces(self) -> Iterator[Piece]:
        """All documents at once."""
        return self.pieces_of((0, self.shape[0]))

    def each(self, look: Callable[[Piece], Found], *, name: str) -> list[Found]:  # noqa: ARG002 - shown to nobody
        """What `look` gives for each block."""
        return in_threads(
            lambda block: look(next(self.pieces_of(block))), self.blocks, n_threads=self._n_threads
        )

    def row(self, doc: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The terms and values of one document."""
        own = slice(self.counts.indptr[doc], self.counts.indptr[doc + 1])
        return self.counts.indices[own], self.counts.data[own]

    def changed(self, change: Change) -> MemoryDocuments:
        """The same documents with other values, which are kept."""
        values = change(next(self.pieces())).values
        counts = self.counts
        return self._with(csr_array((values, counts.indices, counts.indptr), shape=counts.shape))

    def where(self, chosen: NDArray[np.bool_]) -> MemoryDocuments:
        """The chosen documents."""
        return self._with(self.counts[np.flatnonzero(chosen)])

    def tables(self, width: int) -> Tables:
        """Tables (V, width), one more than there are threads."""
        return ThreadTables(self, (self.shape[1], width), n_threads=self._n_threads)

    def new_rows(self, width: int) -> MemoryRows:
        """Rows of zeros, (D, width)."""
        return MemoryRows(np.zeros((self.shape[0], width), np.float32))

    def stage(self, name: str) -> Stage:  # noqa: ARG002 - what is in memory goes with the process
        """Nothing is kept."""
        return NothingKept()

    def _with(self, counts: csr_array) -> MemoryDocuments:
        return MemoryDocuments(counts, n_threads=self._n_threads)


class MemoryRows:
    """Rows in one array (D, K')."""

    def __init__(self, array: NDArray[np.float32]) -> None:
        self.array = array
        self._topics: dict[int, NDArray[np.signedinteger]] = {}

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        yield self.array

    @contextmanager
    def changed(self, piece: Piece) -> Iterator[PieceState]:
        """The rows of a piece as they are, and the topics of its tokens."""
        state = PieceState(self.array[piece.start : piece.stop], self._topics.get(piece.start))
        yield state
        if state.topics is not None:
            self._topics[piece.start] = state.topics

    def done(self) -> None:
        """Nothing: they are changed in place."""

    def copy(self) -> MemoryRows:
        """The same rows in another array."""
        return MemoryRows(self.array.copy())

    def drop(self) -> None:
        """Nothing: they go with the last that knows them."""


class ThreadTables:
    """Tables of blocks that threads of this process work on."""

    def __init__(self, documents: Documents, shape: tuple[int, int], *, n_threads: int) -> None:
        self._documents = documents
        self._tables = BlockTables(documents.blocks, shape, n_threads=n_threads)

    def add_up(self, step: Step, rows: DocumentRows, total: NDArray[np.float32]) -> list[float]:
        """Set total to the sum of the blocks' tables; gives what the step gave for each."""

        def work(block: Block, table: NDArray[np.float32]) -> float:
            return work_on(self._documents.pieces_of(block), step, rows, table)

        found = self._tables.add_up(work, total)
        rows.done()
        return found


def work_on(
    pieces: Iterator[Piece], step: Step, rows: PieceRows, table: NDArray[np.float32]
) -> float:
    """Take a step with each piece of a block, in order; gives what it gave for the last."""
    carried = 0.0
    for piece in pieces:
        with rows.changed(piece) as state:
            carried = step(piece, state, table, carried)
        del piece, state  # before the next is read, or memory would hold two
    return carried


def as_documents(counts: csr_array | Documents, *, n_threads: int = 1) -> Documents:
    """The documents of a matrix in memory; documents as they are."""
    if not issparse(counts):
        return counts
    return MemoryDocuments(csr_array(counts, dtype=np.float32), n_threads=n_threads)


def term_totals(documents: Documents) -> NDArray[np.float64]:
    """Tokens of each term, shape (V,)."""
    totals = np.zeros(documents.shape[1])
    for piece in documents.pieces():
        add_tokens(piece.indices[piece.stored], piece.values[piece.stored], totals)
    return totals
