"""How many may work at once, and how they share work without a trace in the result."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from numbers import Integral
from typing import TypeVar

from topoi.errors import InputError

__all__ = ["in_order", "in_threads", "worker_count"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def worker_count(n_jobs: int | None) -> int:
    """Threads or processes for a scikit-learn style `n_jobs`: None is 1, -1 one for each core.

    Raises
    ------
    InputError
        If n_jobs is no int, 0 or below -1.
    """
    if n_jobs is None:
        return 1
    is_whole = isinstance(n_jobs, Integral) and not isinstance(n_jobs, bool)
    if not is_whole or (n_jobs < 1 and n_jobs != -1):
        raise InputError(f"n_jobs must be None, -1 or an int >= 1; got {n_jobs!r}.")
    return os.cpu_count() or 1 if n_jobs == -1 else int(n_jobs)


def in_threads(
    work: Callable[[Item], Result], items: Sequence[Item], *, n_threads: int
) -> list[Result]:
    """Results in the order of the items, whichever thread worked on them."""
    return list(in_order(work, items, n_threads=n_threads))


def in_order(
    work: Callable[[Item], Result], items: Sequence[Item], *, n_threads: int
) -> Iterator[Result]:
    """The results one by one in the order of the items.

    At most n_threads + 1 of them are under way or waiting to be taken, which bounds the memory.
    """
    if n_threads == 1 or len(items) <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(max_workers=min(n_threads, len(items))) as pool:
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > n_threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
