"""How partitions are worked on by threads of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from topoi.models.documents import Tables, ThreadTables
from topoi.scale.part_documents import PartDocuments
from topoi.workers import in_order

__all__ = ["ThreadWorkers"]

Found = TypeVar("Found")
Item = TypeVar("Item")


class ThreadWorkers:
    """Threads of this process; one is this process as it is.

    n_threads : does not change a result
    """

    def __init__(self, n_threads: int) -> None:
        self._n_threads = n_threads

    def in_order(
        self,
        task: Callable[[Item], Found],
        items: list[Item],
        *,
        name: str,  # noqa: ARG002 - shown to nobody
    ) -> Iterator[Found]:
        """What the task gives for each item, in their order."""
        return in_order(task, items, n_threads=self._n_threads)

    def tables(self, documents: PartDocuments, width: int) -> Tables:
        """Tables (V, width), one more than there are threads."""
        shape = (documents.shape[1], width)
        return ThreadTables(documents, shape, n_threads=self._n_threads)
