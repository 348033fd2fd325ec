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
    while len(client.nthreads()) > n_workers:
        time.sleep(0.05)
    return client


def until_idle(client):
    """Wait until no worker is at a task and none waits; fails after half a minute."""
    end = time.monotonic() + 30
    while any(client.run(_n_at_work).values()):
        assert time.monotonic() < end, "tasks of a fit that failed go on"
        time.sleep(0.05)


def _n_at_work(dask_worker):
    return len(dask_worker.state.executing) + len(dask_worker.state.ready)
