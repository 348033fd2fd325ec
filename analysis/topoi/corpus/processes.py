"""How the same is done to many portions of texts in several processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pickle import PicklingError
from typing import TypeVar

from topoi.errors import InputError

__all__ = ["in_processes", "process_count"]

_Task = TypeVar("_Task")
_Found = TypeVar("_Found")


def process_count(n_jobs: int | None) -> int:
    """Processes for a scikit-learn style `n_jobs`: None is 1, -1 one for each core.

    Raises
    ------
    InputError
        If n_jobs is no int, 0 or below -1.
    """
    if n_jobs is None:
        return 1
    if not isinstance(n_jobs, int) or isinstance(n_jobs, bool) or (n_jobs < 1 and n_jobs != -1):
        raise InputError(f"n_jobs must be None, -1 or an int >= 1; got {n_jobs!r}.")
    return os.cpu_count() or 1 if n_jobs == -1 else n_jobs


def in_processes(
    function: Callable[[_Task], _Found], tasks: Sequence[_Task], *, n_jobs: int | None
) -> Iterator[_Found]:
    """What the function makes of each task, in the order of the tasks.

    New processes are started afresh (spawn), never forked: a fork may take over locked threads.
    Fewer than three tasks are done here.

    Raises
    ------
    InputError
        If the function or a task cannot be sent to another process.
    """
    n_processes = min(process_count(n_jobs), len(tasks))
    if n_processes < 2 or len(tasks) < _FEWEST:
        yield from map(function, tasks)
        return
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(n_processes, mp_context=context) as pool:
            yield from pool.map(function, tasks)
    except (PicklingError, AttributeError, TypeError) as error:
        if "pickle" not in str(error).lower():
            raise
        raise InputError(
            f"Rules of your own cannot be sent to another process ({error}). Use functions of a "
            "module instead of lambdas, or n_jobs=1."
        ) from error


_FEWEST = 3
