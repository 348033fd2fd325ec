"""How do the workers of a cluster make what this process would make, each thing a task?"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from topoi.errors import InputError

__all__ = ["client_of", "made_by", "refuse_no_workers"]

Item = TypeVar("Item")
Found = TypeVar("Found")


@contextmanager
def client_of(cluster: Any) -> Iterator[Any]:
    """A client of the cluster: an address, a cluster of `distributed`, or a client as it is.

    Raises
    ------
    InputError
        If `distributed` is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "cluster= needs the package distributed: pip install distributed. Without "
            "cluster=, the threads of this process do the same."
        ) from error
    if isinstance(cluster, Client):
        yield cluster
        return
    try:
        client = Client(cluster, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TypeError, ValueError) as error:
        raise InputError(
            f"No cluster answers at {cluster!r} ({error}). Give the address of a scheduler, as "
            "tcp://host:8786, a cluster or a client of distributed."
        ) from error
    with client:
        yield client


@contextmanager
def made_by(
    cluster: Any,
    make: Callable[[Item], Found],
    items: Sequence[Item],
    *,
    label: str,
    name: Callable[[Item], str] = str,
) -> Iterator[Callable[[Item], Found]]:
    """While it is open, gives what `make` makes of each item, waiting until it is there; once.

    `make` goes to the scheduler once with all that it holds, as a task: where a worker is lost it
    is had again elsewhere, which data that are scattered would not be. What a killed worker was at
    is made by another.

    Parameters
    ----------
    cluster : as for `client_of`; None gives `make` itself, for this process
    make : a method of a record of plain data, or a partial of a function, so that it can be sent
    items : what it is called with
    label : how the names of tasks begin
    name : how they go on for an item

    Raises
    ------
    InputError
        If no cluster answers, or it has no workers.
    """
    if cluster is None:
        yield make
        return
    with client_of(cluster) as client:
        refuse_no_workers(client.nthreads())
        run = secrets.token_hex(4)  # what others ask for at once is not taken for this
        with _large_tasks_allowed():
            held = client.submit(_itself, make, key=f"{label}-data-{run}")
        tasks = {
            item: client.submit(_made, held, item, key=f"{label}-{name(item)}-{run}")
            for item in items
        }
        try:
            # Popped, so that the workers keep nothing that is here.
            yield lambda item: tasks.pop(item).result()
        finally:
            for task in (held, *tasks.values()):
                task.release()


def refuse_no_workers(workers: Any) -> None:
    """Refuse a cluster without workers, for which one would wait for ever.

    Raises
    ------
    InputError
        If there is nothing in `workers`.
    """
    if not workers:
        raise InputError("The cluster has no workers. Start some and call again.")


def _large_tasks_allowed() -> Any:
    """No warning of large tasks while it is open: their data are meant to go with them."""
    from dask import config

    return config.set({"distributed.admin.large-graph-warning-threshold": 2**62})


def _itself(make: Callable[[Item], Found]) -> Callable[[Item], Found]:
    return make


def _made(make: Callable[[Item], Found], item: Item) -> Found:
    return make(item)
