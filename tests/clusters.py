"""Clusters of processes on this machine, without a dashboard, and with as many workers as asked."""

import time
from contextlib import contextmanager

import pytest

distributed = pytest.importorskip(
    "distributed", reason="the extra `scale` (distributed) is not installed"
)


@contextmanager
def local_cluster(n_workers):
    with distributed.LocalCluster(
        n_workers=n_workers, threads_per_worker=1, dashboard_address=None
    ) as running:
        yield running


def scaled(cluster, n_workers):
    """A client of the cluster once it has this many workers."""
    cluster.scale(n_workers)
    client = distributed.Client(cluster)
    client.wait_for_workers(n_workers)
    until(lambda: len(client.nthreads()) <= n_workers)
    return client


def until(is_so):
    """Wait until it is so; fails after half a minute."""
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, "it did not become so within 30 seconds"
        time.sleep(0.05)


def until_idle(client):
    """Wait until no worker is at a task and none waits."""
    until(lambda: not client.run_on_scheduler(_unfinished))
    until(lambda: not any(client.run(_at_work).values()))


def _unfinished(dask_scheduler):
    states = {"queued", "processing", "waiting", "no-worker"}
    return [key for key, task in dask_scheduler.tasks.items() if task.state in states]


def _at_work(dask_worker):
    return len(dask_worker.state.executing) + len(dask_worker.state.ready)
