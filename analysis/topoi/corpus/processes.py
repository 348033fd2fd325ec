"""How the same is done to many portions of texts in several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pickle import PicklingError
from typing import TypeVar

from topoi.errors import InputError
from topoi.workers import worker_count

__all__ = ["in_processes"]

_Task = TypeVar("_Task")
_Found = TypeVar("_Found")


def in_processes(
    function: Callable[[_Task], _Found], tasks: Sequence[_Task], *, n_jobs: int | None
) -> list[_Found]:
    """What the function makes of each task, in the order of the tasks.

    This process works too, from the last task on, so that nothing waits for the others to start.
    They are started afresh (spawn), never forked: a fork may take over locked threads. Fewer than
    three tasks are done here.

    Raises
    ------
    InputError
        If the function or a task cannot be sent to another process.
    """
    n_others = min(worker_count(n_jobs), len(tasks)) - 1
    if n_others < 1 or len(tasks) < _FEWEST:
        return [function(task) for task in tasks]
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(n_others, mp_context=context) as pool:
            return _shared_out(function, tasks, pool, most_waiting=2 * n_others)
    except (PicklingError, AttributeError, TypeError) as error:
        if "pickle" not in str(error).lower():
            raise
        raise InputError(
            f"Rules of your own cannot be sent to another process ({error}). Use functions of a "
            "module instead of lambdas, or n_jobs=1."
        ) from error


_FEWEST = 3


def _shared_out(
    function: Callable[[_Task], _Found],
    tasks: Sequence[_Task],
    pool: ProcessPoolExecutor,
    *,
    most_waiting: int,
) -> list[_Found]:
    """The tasks' results; first ones go to the pool, last ones are done here until they meet."""
    sent: list[Future[_Found]] = []
    done_here: list[_Found] = []
    while len(sent) + len(done_here) < len(tasks):
        if sum(not each.done() for each in sent) < most_waiting:
            sent.append(pool.submit(function, tasks[len(sent)]))
        else:
            done_here.append(function(tasks[len(tasks) - 1 - len(done_here)]))
    return [each.result() for each in sent] + done_here[::-1]
