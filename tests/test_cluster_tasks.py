"""Do the workers of a cluster draw, to the bit, the shares that this process draws?"""

import os
import pickle
import signal
import threading
import time
import warnings
from functools import partial

import numpy as np
import pytest
from clusters import local_cluster, scaled, until
from effect_cases import fitted_groups, two_groups
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

import topoi
from topoi.cluster_tasks import made_by
from topoi.errors import InputError
from topoi.measures.share_draws import share_draws
from topoi.measures.share_worlds import Plan, members_of
from topoi.measures.topic_draws import TopicWorlds

dask = pytest.importorskip("dask")

HOW = {"given": "treatment", "n_worlds": 6, "n_draws": 2}


@pytest.fixture(scope="module")
def cluster():
    with local_cluster(1) as running:
        yield running


@pytest.fixture(scope="module")
def alone():
    return share_draws(fitted_groups(), two_groups()[0], **HOW)


def assert_same(found, expected):
    assert found.values.tobytes() == expected.values.tobytes()
    assert found.kept.tobytes() == expected.kept.tobytes()
    assert (found.scale, found.carries, found.given) == (
        expected.scale, expected.carries, expected.given,
    )  # fmt: skip
    assert found.provenance == expected.provenance
    assert found.units.equals(expected.units)


def times_made(cluster, start):
    """How often each task whose name begins so was finished."""
    log = cluster.scheduler.transition_log
    keys = [str(entry[0]) for entry in log if entry[1:3] == ("processing", "memory")]
    return [key for key in keys if key.startswith(start)]


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_any_number_of_workers_draws_the_bits_of_one_process(n_workers, cluster, alone):
    cluster.scheduler.transition_log.clear()
    quiet = dask.config.set({"distributed.admin.large-graph-warning-threshold": "6 kiB"})
    with scaled(cluster, n_workers) as client, quiet, warnings.catch_warnings():
        warnings.simplefilter("error")  # among them Dask's, of large tasks
        found = share_draws(
            fitted_groups(), two_groups()[0], cluster=client, n_jobs=n_workers, **HOW
        )

    assert_same(found, alone)
    worlds = sorted(key[:21] for key in times_made(cluster, "share-draws-world-"))
    assert worlds == [f"share-draws-world-00{number}" for number in range(7)]
    assert len(times_made(cluster, "share-draws-data-")) == 1


def test_worlds_of_a_killed_worker_and_their_data_are_made_again(cluster, alone):
    how = {**HOW, "n_worlds": 40}
    cluster.scheduler.transition_log.clear()
    killed = []

    def kill_after_the_first_world(pid):
        end = time.monotonic() + 60
        while time.monotonic() < end and not killed:
            if times_made(cluster, "share-draws-world-"):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            time.sleep(0.001)

    with scaled(cluster, 1) as client:
        (pid,) = client.run(os.getpid).values()
        killer = threading.Thread(target=kill_after_the_first_world, args=(pid,))
        killer.start()
        found = share_draws(fitted_groups(), two_groups()[0], cluster=client, **how)
        killer.join()

        assert killed == [pid]
        assert pid not in client.run(os.getpid).values()
    assert len(times_made(cluster, "share-draws-data-")) == 2
    assert_same(found, share_draws(fitted_groups(), two_groups()[0], **how))


def test_themes_are_drawn_by_address_start_by_start(cluster):
    passages = topoi.segment(topoi.clean(topoi.load_sample()))
    themes = topoi.load_themes("migration")
    matrix = topoi.vectorise(passages, themes=themes, min_docs=2)
    fit = topoi.fit_themes(matrix, themes, n_topics=6, n_starts=2)

    found = share_draws(fit, matrix, n_worlds=3, cluster=cluster.scheduler_address)

    assert_same(found, share_draws(fit, matrix, n_worlds=3))
    made = {key[:21] for key in times_made(cluster, "theme-draws-start-")}
    assert made == {"theme-draws-start-000", "theme-draws-start-001"}


def test_what_was_taken_is_kept_by_no_worker(cluster):
    with scaled(cluster, 1) as client, made_by(client, str, [1, 2], label="taken") as made:
        assert made(1) == "1"
        until(lambda: "taken-1" not in known(cluster))

        assert known(cluster) == {"taken-d", "taken-2"}


def known(cluster):
    return {key[:7] for key in list(cluster.scheduler.tasks)}


def test_an_error_in_a_task_is_raised_here_and_the_other_tasks_are_let_go(cluster):
    with scaled(cluster, 1) as client:
        with (
            pytest.raises(InputError, match="3 is too many"),
            made_by(client, partial(_at_most, 2), range(9), label="test") as made,
        ):
            for number in range(9):
                assert made(number) == number
        until(lambda: not others(cluster))

        assert others(cluster) == []


def others(cluster):
    """Tasks that the scheduler knows beside the one that failed, which its error holds on to."""
    return [key for key in cluster.scheduler.tasks if key[:6] not in ("test-d", "test-3")]


def _at_most(most, number):
    if number > most:
        raise InputError(f"{number} is too many.")
    return number


def test_a_cluster_that_does_not_answer_is_named():
    impatient = dask.config.set({"distributed.comm.timeouts.connect": "1s"})
    with impatient, pytest.raises(InputError, match=r"No cluster answers at 'tcp://127.0.0.1:9'"):
        share_draws(fitted_groups(), two_groups()[0], cluster="tcp://127.0.0.1:9", **HOW)


def test_a_cluster_without_workers_is_refused():
    with local_cluster(0) as empty, pytest.raises(InputError, match="The cluster has no workers"):
        share_draws(fitted_groups(), two_groups()[0], cluster=empty, **HOW)


def test_without_a_cluster_it_is_this_process_that_makes():
    here = []
    with made_by(None, here.append, [1], label="test") as made:
        made(1)

    assert here == [1]


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32), n=st.integers(8, 20), n_fits=st.integers(1, 3),
    refit=st.booleans(), has_clusters=st.booleans(),
)  # fmt: skip
def test_worlds_that_were_sent_are_drawn_as_those_that_were_not(
    seed, n, n_fits, refit, has_clusters
):
    matrix, topics, _ = two_groups(seed, n=n, length=6)
    rng = np.random.default_rng(seed)
    worlds = TopicWorlds(
        csr_array(matrix.counts, dtype=np.float32),
        tuple(0.9 * topics + 0.1 * rng.dirichlet(np.ones(30), 3) for _ in range(n_fits)),
        np.hstack([np.ones((n, 1)), rng.standard_normal((n, 1))]),
        float(rng.uniform(0.1, 2.0)),
        refit,
        tuple(members_of(matrix.units, "speaker" if has_clusters else None)),
        Plan(2, 3, seed % 1000, 1),
    )

    sent = pickle.loads(pickle.dumps(worlds.drawn))

    for world in (0, 1, 3):
        for there, here in zip(sent(world), worlds.drawn(world), strict=True):
            assert there.dtype == here.dtype
            assert there.tobytes() == here.tobytes()
