"""How the topics of all tokens are drawn, pass by pass, for any weights of terms and prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.kernels.drawn_pass import drawn_pass, piece_places
from topoi.models.documents import DocumentRows, Piece, PieceState, Tables
from topoi.models.weights import DocumentPrior, TermWeights

__all__ = ["DrawnPass", "TokenDraws"]


class TokenDraws:
    """The topics of a corpus' tokens, drawn in passes with frozen term weights.

    Parameters
    ----------
    rows : DocumentRows, expected tokens to begin from; they become those drawn
    tables : Tables of the same documents
    seed : int in [0, 2**64); with the place of the document and the number of the pass it decides
        the random numbers
    """

    def __init__(self, rows: DocumentRows, tables: Tables, *, seed: int) -> None:
        self.rows = rows
        self._tables, self._seed = tables, seed

    def draw(
        self,
        weights: TermWeights,
        prior: DocumentPrior,
        term_counts: NDArray[np.float32],
        *,
        number: int,
        n_sweeps: int = 1,
        keep: bool = True,
    ) -> None:
        """Set term_counts (V, K') and the rows to those of a further draw.

        The first time, or if the topics of the tokens were not kept, every token is drawn on its
        own first. `number` >= 0, of the pass, may not come twice.
        """
        step = DrawnPass(
            weights, prior, number=number, n_sweeps=n_sweeps, seed=self._seed, keep=keep
        )  # fmt: skip
        self._tables.add_up(step, self.rows, term_counts)


@dataclass(frozen=True)
class DrawnPass:
    """One draw of the topics of a piece's tokens; arrays as in `kernels.drawn_pass.drawn_pass`."""

    weights: TermWeights
    prior: DocumentPrior
    number: int
    n_sweeps: int
    seed: int
    keep: bool

    @property
    def name(self) -> str:
        """The draw with its number."""
        return f"draw-{self.number}"

    def __call__(
        self, piece: Piece, state: PieceState, table: NDArray[np.float32], carried: float
    ) -> float:
        """Updates: state, table."""
        places = piece_places(piece.indptr, piece.values)
        begins, topics = state.topics is None, state.topics
        if topics is None:
            topics = np.empty(places[-1], _smallest(table.shape[1]))
        drawn_pass(
            piece.indptr, piece.indices, piece.values, self.weights.weight, self.weights.slope,
            self.weights.slope_row, self.prior.rows(piece.start, piece.stop), state.rows, table,
            topics, places, begins, self.n_sweeps, np.uint64(self.seed), np.uint64(piece.start),
            np.uint64(self.number),
        )  # fmt: skip
        if self.keep:
            state.topics = topics
        return carried


def _smallest(n_topics: int) -> type[np.signedinteger]:
    """The type that holds a topic of so many in the fewest bytes: there is one for each token."""
    if n_topics <= 2**7:
        return np.int8
    return np.int16 if n_topics <= 2**15 else np.int32
