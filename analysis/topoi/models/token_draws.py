"""How the topics of all tokens are drawn, pass by pass, for any weights of terms and prior."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.drawn_pass import drawn_pass, piece_places
from topoi.models.block_tables import Block, BlockTables
from topoi.models.blocks import rows_of
from topoi.models.weights import DocumentPrior, TermWeights

__all__ = ["TokenDraws"]


class TokenDraws:
    """The topics of a corpus' tokens, drawn in passes with frozen term weights.

    Parameters
    ----------
    counts : csr_array, float32, shape (D, V)
    doc_counts : float32 array (D, K'), expected tokens to begin from; becomes those drawn
    tables : BlockTables of the same corpus
    seed : int in [0, 2**64); with the place of the document and the number of the pass it decides
        the random numbers
    """

    def __init__(
        self,
        counts: csr_array,
        doc_counts: NDArray[np.float32],
        tables: BlockTables,
        *,
        seed: int,
    ) -> None:
        self.doc_counts = doc_counts
        self._counts, self._tables, self._seed = counts, tables, np.uint64(seed)
        self._topics: dict[Block, NDArray[np.signedinteger]] = {}

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
        """Set term_counts (V, K') and doc_counts to those of a further draw.

        The first time, or if the topics of the tokens were not kept, every token is drawn on its
        own first. `number` >= 0, of the pass, may not come twice.
        """

        def work(block: Block, table: NDArray[np.float32]) -> None:
            indptr = rows_of(self._counts, *block)
            places = piece_places(indptr, self._counts.data)
            begins = block not in self._topics
            topics = self._topics.get(block)
            if topics is None:
                topics = np.empty(places[-1], _smallest(table.shape[1]))
            drawn_pass(
                indptr, self._counts.indices, self._counts.data, weights.weight, weights.slope,
                weights.slope_row, prior.rows(*block), self.doc_counts[slice(*block)], table,
                topics, places, begins, n_sweeps, self._seed, np.uint64(block[0]),
                np.uint64(number),
            )  # fmt: skip
            if keep:
                self._topics[block] = topics

        self._tables.add_up(work, term_counts)


def _smallest(n_topics: int) -> type[np.signedinteger]:
    """The type that holds a topic of so many in the fewest bytes: there is one for each token."""
    return np.int16 if n_topics < 2**15 else np.int32
