"""How blocks of documents fill one table of terms and topics, whichever thread works on which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from topoi.kernels.term_tables import add_table
from topoi.workers import in_order

__all__ = ["Block", "BlockTables"]

Block = tuple[int, int]
Result = TypeVar("Result")


class BlockTables:
    """Tables (V, K') for blocks at work, used again and again; added up in block order.

    Parameters
    ----------
    blocks : first and last-plus-one document of each
    shape : (V, K')
    n_threads : does not change the result
    """

    def __init__(self, blocks: list[Block], shape: tuple[int, int], *, n_threads: int) -> None:
        self._blocks, self._n_threads = blocks, n_threads
        n_tables = min(n_threads, len(blocks)) + 1
        self._tables = [np.zeros(shape, np.float32) for _ in range(n_tables)]

    def add_up(
        self, work: Callable[[Block, NDArray[np.float32]], Result], total: NDArray[np.float32]
    ) -> list[Result]:
        """Set total (V, K') to the sum of the tables that `work` fills, which it gets as zeros.

        Gives what `work` gave, in block order.
        """
        total.fill(0.0)
        results = []
        for table, found in self._filled(work):
            add_table(table, total)
            results.append(found)
        return results

    def _filled(
        self, work: Callable[[Block, NDArray[np.float32]], Result]
    ) -> Iterator[tuple[NDArray[np.float32], Result]]:
        free: SimpleQueue[NDArray[np.float32]] = SimpleQueue()
        for table in self._tables:
            free.put(table)

        def one_block(block: Block) -> tuple[NDArray[np.float32], Result]:
            table = free.get()
            return table, work(block, table)

        for table, found in in_order(one_block, self._blocks, n_threads=self._n_threads):
            yield table, found
            free.put(table)
