"""How partitions are worked on by the processes of a Dask cluster."""

from __future__ import annotations

import secrets
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from topoi.cluster_tasks import refuse_no_workers
from topoi.errors import InputError, listed
from topoi.kernels.term_tables import add_table
from topoi.models.documents import DocumentRows, Step, Tables, work_on
from topoi.scale.part_documents import PartDocuments, Pieces
from topoi.scale.row_files import RowFiles, RowPlaces, save_whole

__all__ = ["DaskWorkers"]

Found = TypeVar("Found")
Item = TypeVar("Item")

_LARGE = 2**16  # bytes of an array that goes by a file, not by a message
_AHEAD = 2  # blocks for each thread that may be under way or wait to be added up


class DaskWorkers:
    """The workers of a cluster, which read and write files of a file system that all see.

    A block is a task, named after what is done and its number. What is lost with a worker is done
    again by another from the files of the pass before, and the blocks are added up here in their
    order: neither the number of workers nor their end changes a bit.

    Parameters
    ----------
    client : distributed.Client
    scratch : folder for tables that all tasks of a pass read
    label : how task names begin
    """

    def __init__(self, client: Any, scratch: Path, *, label: str) -> None:
        self._client, self._scratch, self._label = client, scratch, label

    def check_sight(self, path: Path) -> None:
        """Refuse workers that do not see a file.

        Raises
        ------
        InputError
            Naming them, or that there are none.
        """
        seen = self._client.run(_is_file, str(path))
        refuse_no_workers(seen)
        blind = sorted(address for address, sees in seen.items() if not sees)
        if blind:
            raise InputError(
                f"{len(blind)} workers do not see {path}: {listed(blind)}. Put the folders where "
                "all machines have them under the same path."
            )

    def in_order(
        self, task: Callable[[Item], Found], items: list[Item], *, name: str
    ) -> Iterator[Found]:
        """What the task gives for each item, in their order.

        After one that fails, or where the rest is not asked for, none is begun that waits.
        """
        run, waiting = secrets.token_hex(4), deque[Any]()
        ahead = _AHEAD * max(sum(self._client.nthreads().values()), 1)
        with _Files(self._scratch / f"tables-{run}") as files:
            sent = files.put(task)
            try:
                for number, item in enumerate(items):
                    key = f"{self._label}-{name}-block-{number}-{run}"
                    waiting.append(self._client.submit(_done, sent, files.put(item), key=key))
                    if len(waiting) > ahead:
                        yield _next_result(waiting)
                while waiting:
                    yield _next_result(waiting)
            finally:
                # A traceback that is kept, as notebooks do, would keep the tasks alive.
                for under_way in waiting:
                    under_way.release()

    def tables(self, documents: PartDocuments, width: int) -> Tables:
        """Tables (V, width), one for each block at work."""
        return _DaskTables(self, documents, (documents.shape[1], width))


class _DaskTables:
    """Tables of blocks that come from the workers and are added up here."""

    def __init__(
        self, workers: DaskWorkers, documents: PartDocuments, shape: tuple[int, int]
    ) -> None:
        self._workers, self._documents, self._shape = workers, documents, shape

    def add_up(self, step: Step, rows: DocumentRows, total: NDArray[np.float32]) -> list[float]:
        """Set total to the sum of the blocks' tables; gives what the step gave for each."""
        assert isinstance(rows, RowFiles)
        blocks = [self._documents.files_of(block) for block in self._documents.blocks]
        task = _BlockTask(step, rows.places, self._shape)
        total.fill(0.0)
        found = []
        for table, carried in self._workers.in_order(task, blocks, name=step.name):
            add_table(np.array(table), total)  # a message's bytes may not be written to
            found.append(carried)
        rows.done()
        return found


@dataclass(frozen=True)
class _BlockTask:
    """A step over the pieces of a block into a new table."""

    step: Step
    places: RowPlaces
    shape: tuple[int, int]

    def __call__(self, pieces: Pieces) -> tuple[NDArray[np.float32], float]:
        table = np.zeros(self.shape, np.float32)
        return table, work_on(iter(pieces), self.step, self.places, table)


@dataclass(frozen=True)
class _InFile:
    """An array that is in a file."""

    path: Path


class _Files:
    """Puts large arrays of tasks into files of a folder, each once; the folder goes at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._put: dict[int, tuple[NDArray[Any], _InFile]] = {}

    def __enter__(self) -> _Files:
        self._folder.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def put(self, value: Any) -> Any:
        """The value with the place of each large array in its stead."""
        if isinstance(value, np.ndarray):
            return self._placed(value) if value.nbytes > _LARGE else value
        return _mapped(value, self.put)

    def _placed(self, array: NDArray[Any]) -> _InFile:
        if id(array) not in self._put:
            place = _InFile(self._folder / f"{len(self._put)}.npy")
            save_whole(place.path, array)
            self._put[id(array)] = (array, place)  # kept, so that its id is its own
        return self._put[id(array)][1]


def _next_result(waiting: deque[Any]) -> Any:
    """What the first task gave; it is taken out once it is there."""
    found = waiting[0].result()
    waiting.popleft()
    return found


def _got(value: Any) -> Any:
    """The value with its arrays."""
    if isinstance(value, _InFile):
        return np.load(value.path, allow_pickle=False)
    return _mapped(value, _got)


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """A tuple or record with changed entries; other values as they are."""
    if type(value) is tuple:
        return tuple(change(entry) for entry in value)
    if is_dataclass(value) and not isinstance(value, (type, _InFile)):
        entries = {field.name: change(getattr(value, field.name)) for field in fields(value)}
        return replace(value, **entries)
    return value


def _done(task: Any, item: Any) -> Any:
    """What a worker does."""
    return _got(task)(_got(item))


def _is_file(path: str) -> bool:
    return Path(path).is_file()
