"""How are the fits of a search over numbers of topics made by the workers of a cluster?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from topoi.measures.k_cells import Cell, KCells
from topoi.models.blocks import one_thread
from topoi.scale.dask_workers import client_of

__all__ = ["measured_by"]


@contextmanager
def measured_by(
    cluster: Any, given: KCells, cells: Sequence[Cell]
) -> Iterator[Callable[[Cell], dict[str, Any]]]:
    """While it is open, gives the result of each of these cells, waiting until it is there.

    What all cells share goes to the scheduler once, as a task: a worker that is lost has it made
    again elsewhere, which data that are scattered would not.

    Raises
    ------
    InputError
        If no cluster answers.
    """
    with client_of(cluster) as client:
        key = given.key[:16]
        shared = client.submit(_itself, given, key=f"search-k-data-{key}")
        tasks = {
            cell: client.submit(_measured, shared, cell, key=f"search-k-{cell.name}-{key}")
            for cell in cells
        }
        yield lambda cell: dict(tasks[cell].result())
        for task in tasks.values():
            task.release()


def _itself(given: KCells) -> KCells:
    return given


def _measured(given: KCells, cell: Cell) -> dict[str, Any]:
    with one_thread():
        return given.measured(cell)
