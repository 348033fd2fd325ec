"""Does a cluster find, to the bit, what one process finds, also if a worker is killed?"""

import os
import signal
import threading
import time
from collections import Counter

import pandas as pd
import pytest
from clusters import local_cluster, scaled, until, until_idle
from scale_cases import EDGES, MODELS, assert_same, corpus, written
from test_scale_unfinished import kill_in_the_fifth_pass, started

from topoi.config import RunConfig
from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.io.store import write_fit
from topoi.k_grid import search_k
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.pipeline import build_study, run
from topoi.scale import build_corpus, fit_parts
from topoi.scale.dask_workers import DaskWorkers


@pytest.fixture(scope="module")
def matrix():
    return corpus()


@pytest.fixture(scope="module")
def cluster():
    with local_cluster(2) as running:
        yield running


def test_a_cluster_gives_the_bits_of_one_process(cluster, matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])

    found = fit_parts(counts, MODELS["LDA"], tmp_path / "fit", cluster=cluster)

    assert_same(found, counts, fit_topics(matrix, MODELS["LDA"]))
    keys = {str(entry[0]) for entry in cluster.scheduler.transition_log}
    for start in ("lda-start-8-block-7-", "lda-pass-3-block-2-", "lda-draw-", "lda-shares-"):
        assert any(key.startswith(start) for key in keys), start


def test_one_worker_gives_the_bits_of_keyword_topics(cluster, matrix, tmp_path):
    # Three workers: benchmarks/scale.py, since each takes seconds to start.
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    model = KeywordLDA([[0, 1], [30]], topics_per_set=1, n_residual=2, max_iter=3)
    with scaled(cluster, 1) as client:
        found = fit_parts(counts, model, tmp_path / "fit", cluster=client)

    assert_same(found, counts, fit_topics(matrix, model))


@pytest.fixture
def texts(tmp_path):
    words = ["asylum", "border", "visa", "poverty", "wall", "permit", "drought", "patrol"]
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(24):
        chosen = [words[(number * step + step) % 8] for step in range(1, 30)]
        (folder / f"{number}.txt").write_text(" ".join(chosen))
    return folder


def settings(texts, scheduler):
    return RunConfig(
        source=str(texts), out=str(texts.parent / "out"), models=("LDA", "NMF"), topics=2, near=0,
        min_docs=1, starts=1, refits=0, scheduler=scheduler, no_cache=True,
    )  # fmt: skip


def test_a_study_by_a_cluster_is_that_of_one_process(cluster, texts, tmp_path):
    address, told = cluster.scheduler_address, []

    alone = build_study(settings(texts, None))
    spread = build_study(settings(texts, address), say=told.append)

    assert f"fitting LDA by the workers of {address}" in told
    assert "fitting NMF" in told
    for place, study in (("alone", alone), ("spread", spread)):
        write_fit(study.fits["LDA"], tmp_path / f"{place}.zip")
    assert (tmp_path / "spread.zip").read_bytes() == (tmp_path / "alone.zip").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"texts", "alone.zip", "spread.zip"}


def test_a_search_by_a_cluster_is_that_of_threads_and_keeps_its_fits(cluster, matrix, tmp_path):
    how = {"model": LDA(max_iter=3, draw_passes=0), "splits": 2}

    alone = search_k(matrix, [2, 3], **how)
    first = search_k(matrix, [2], cluster=cluster, resume=tmp_path, **how)
    both = search_k(matrix, [2, 3], cluster=cluster, resume=tmp_path, **how)

    pd.testing.assert_frame_equal(both.table, alone.table, check_exact=True)
    pd.testing.assert_frame_equal(both.cells, alone.cells, check_exact=True)
    assert set(first.table["k"]) == {2}
    assert len(list(tmp_path.iterdir())) == 4
    keys = [str(entry[0]) for entry in cluster.scheduler.transition_log if entry[2] == "memory"]
    made = sorted(key[9:23] for key in keys if key.startswith("search-k-k"))
    assert made == [f"k000{k}-split00{split}" for k in (2, 3) for split in (0, 1)]


def test_a_fit_that_fails_on_a_worker_says_why(cluster, matrix):
    with pytest.raises(InputError, match=r"With 2 topics \(split 0\): .*max_iter"):
        search_k(matrix, [2], model=LDA(max_iter=0), splits=2, cluster=cluster)


def test_a_run_whose_cluster_does_not_answer_leaves_nothing(texts, tmp_path):
    import dask

    impatient = dask.config.set({"distributed.comm.timeouts.connect": "1s"})
    with impatient, pytest.raises(InputError, match=r"No cluster answers at 'tcp://127.0.0.1:9'"):
        run(settings(texts, "tcp://127.0.0.1:9"))

    assert [path.name for path in tmp_path.iterdir()] == ["texts"]


def test_a_killed_worker_costs_no_bit(cluster, matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    killed = []

    def kill_in_the_fourth_pass(pid):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if list(tmp_path.glob(".fit.unfinished/rows-*/00003")):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                return
            time.sleep(0.001)

    with scaled(cluster, 2) as client:
        pid = min(client.run(os.getpid).values())
        killer = threading.Thread(target=kill_in_the_fourth_pass, args=(pid,))
        killer.start()
        found = fit_parts(counts, MODELS["LDA"], tmp_path / "fit", cluster=client)
        killer.join()

        assert killed == [pid]
        client.wait_for_workers(2)
        assert pid not in client.run(os.getpid).values()
    assert_same(found, counts, fit_topics(matrix, MODELS["LDA"]))


def test_a_fit_whose_client_is_killed_goes_on(cluster, matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    process = started(counts, tmp_path / "fit", cluster.scheduler_address)
    kill_in_the_fifth_pass(process, tmp_path)
    cluster.scheduler.transition_log.clear()

    with scaled(cluster, 2) as client:
        found = fit_parts(counts, MODELS["LDA"], tmp_path / "fit", cluster=client)

    assert_same(found, counts, fit_topics(matrix, MODELS["LDA"]))
    keys = {str(entry[0]) for entry in cluster.scheduler.transition_log}
    assert any(key.startswith("lda-keeping-block-7-") for key in keys)
    assert any(key.startswith("lda-pass-6-") for key in keys)
    assert not any(key.startswith(("lda-start-", "lda-pass-1-", "lda-pass-3-")) for key in keys)


def test_a_cluster_builds_the_corpus_of_one_process(cluster, tmp_path):
    texts = [f"Words of row {n} and of {n * n} others.<br>\n\nAsylum again {n}." for n in range(30)]
    pd.DataFrame({"id": range(30), "text": texts}).to_csv(tmp_path / "t.csv", index=False)
    options = {"rows": 7, "counting": {"min_docs": 1}, "cutting": {"min_words": 1}}

    here = build_corpus(tmp_path / "t.csv", tmp_path / "here", **options)
    with scaled(cluster, 2) as client:
        there = build_corpus(tmp_path / "t.csv", tmp_path / "there", cluster=client, **options)

    pd.testing.assert_frame_equal(there.ledger().events, here.ledger().events)
    for name in ("counts.json", "part-00003.npz", "vocabulary.parquet"):
        paths = (tmp_path / place / "counts" / name for place in ("here", "there"))
        assert len({path.read_bytes() for path in paths}) == 1


def test_a_cluster_fetches_counts_of_a_bucket_once(cluster, matrix, tmp_path, monkeypatch):
    bucket_store = pytest.importorskip("bucket_store")
    monkeypatch.setenv("TOPOI_TEST_BUCKETS", "")  # taken back at the end
    bucket_store.register()
    bucket_store.BucketFileSystem.reset(tmp_path)
    counts = written(matrix, "bucket://b/counts", EDGES["two"])
    with scaled(cluster, 2) as client:
        client.run(bucket_store.BucketFileSystem.reset, tmp_path)
        with pytest.raises(InputError, match=r"bucket:// is no kind of store that fsspec knows"):
            fit_parts(counts, MODELS["LDA"], tmp_path / "fit", cluster=client)
        assert not (tmp_path / "fit").exists()
        until_idle(client)
        client.run(bucket_store.register)

        found = fit_parts(counts, MODELS["LDA"], tmp_path / "fit", cluster=client)

        asked = sum((Counter(c) for c in client.run(bucket_store.calls).values()), Counter())
    opened = {path: n for (verb, path), n in asked.items() if verb == "open"}
    assert len(opened) == 7
    assert set(opened.values()) == {1}
    assert_same(found, counts, fit_topics(matrix, MODELS["LDA"]))


def fails_at_the_first(item):
    folder, number = item
    if number == 0:
        raise InputError("the first")
    (folder / str(number)).touch()
    while not (folder / "go").exists():
        time.sleep(0.01)


def test_what_waits_when_a_task_fails_is_not_begun(cluster, tmp_path):
    with scaled(cluster, 1) as client:
        workers = DaskWorkers(client, tmp_path / "scratch", label="test")
        items = [(tmp_path, number) for number in range(3)]

        with pytest.raises(InputError, match="the first") as kept:
            list(workers.in_order(fails_at_the_first, items, name="fail"))
        try:
            until(lambda: not any("fail-block-2" in key for key in list(cluster.scheduler.tasks)))
        finally:
            (tmp_path / "go").touch()
        until_idle(client)

    assert kept.tb is not None  # its frames are alive
    assert not (tmp_path / "2").exists()


def test_a_damaged_partition_is_named_by_the_worker_that_reads_it(cluster, matrix, tmp_path):
    counts = written(matrix, tmp_path / "counts", EDGES["two"])
    counts.blocks  # noqa: B018 - read before the damage, so that a worker meets it first
    content = bytearray(counts.part_path(1).read_bytes())
    content[-300] ^= 1

    with scaled(cluster, 2) as client:
        counts.part_path(1).write_bytes(content)
        with pytest.raises(InputError, match=r"part-00001\.npz"):
            fit_parts(counts, LDA(2, max_iter=2), tmp_path / "fit", cluster=client)

    assert not (tmp_path / "fit").exists()
