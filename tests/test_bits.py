"""Are topics the same bits, and tables of figures, on any number of threads and processor?"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from kernel_cases import Case, fitted_digests, poisson, table_digests
from planted import planted_corpus
from scipy.sparse import coo_array, csr_array, csr_matrix

from topoi.models import blocks
from topoi.models.blocks import N_BLOCKS, block_bounds
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.workers import in_order

SETTINGS = {
    "native": {"PYTHONHASHSEED": "1", "OPENBLAS_CORETYPE": "Haswell"},
    "any processor": {
        "PYTHONHASHSEED": "2",
        "OPENBLAS_CORETYPE": "Prescott",
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
    },
    "AVX2 only": {
        "PYTHONHASHSEED": "3",
        "OPENBLAS_CORETYPE": "Sandybridge",
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": "+sse4.2,+avx,+avx2,-fma,-avx512f",
    },
}


@pytest.fixture(scope="module")
def here():
    return {**fitted_digests(), **table_digests()}


@pytest.fixture(scope="module", params=SETTINGS)
def elsewhere(request):
    """Digests from a fresh process, of tables in one alone, and the processor it compiled for."""
    tables = request.param == "any processor"
    found = subprocess.run(
        [sys.executable, "-c", f"import kernel_cases as k; k.print_digests(with_tables={tables})"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
            **SETTINGS[request.param],
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    if found.returncode and "CPU" in found.stderr:
        pytest.skip(f"numba here knows no processor as in {SETTINGS[request.param]}")
    assert found.returncode == 0, found.stderr
    return request.param, json.loads(found.stdout)


def test_bits_depend_on_no_process_hash_seed_blas_or_processor(here, elsewhere):
    name, found = elsewhere

    wanted = SETTINGS[name].get("NUMBA_CPU_NAME")
    assert wanted in (None, found.pop("processor"))
    found.pop("processor", None)
    assert found == {key: here[key] for key in found}
    assert len(found) == len(here) - 2 * (name != "any processor")  # tables of two figures


def digest(model):
    return hashlib.sha256(model.components_.tobytes() + model.doc_topic_.tobytes()).hexdigest()


MODELS = {
    "LDA": LDA(5, max_iter=22),
    "LDA of more topics than lanes": LDA(17, max_iter=22),
    "LDA from a random start": LDA(5, init="random", n_init=2, max_iter=22),
    "KeywordLDA": KeywordLDA([[0], [20, 21]], topics_per_set=2, n_residual=14, max_iter=22),
}
every_fit = pytest.mark.parametrize("name", MODELS)


@every_fit
def test_bits_do_not_depend_on_the_number_of_threads(name):
    counts, _ = planted_corpus(6)
    assert len(block_bounds(csr_array(counts))) == N_BLOCKS

    digests = {
        digest(MODELS[name].set_params(n_jobs=n_jobs).fit(counts, held_out=counts[:9]))
        for n_jobs in (1, 2, 3, 8, -1, None)
        for _ in range(1 + 2 * (n_jobs == 8))
    }

    assert len(digests) == 1


@every_fit
def test_fitting_twice_gives_the_same_bits_and_trace(name):
    counts, _ = planted_corpus(6, n_docs=40)

    first = digest(MODELS[name].fit(counts)), MODELS[name].trace_.drop(columns="seconds")
    again = digest(MODELS[name].fit(counts)), MODELS[name].trace_.drop(columns="seconds")

    assert first[0] == again[0]
    assert first[1].equals(again[1])


@every_fit
def test_another_seed_gives_another_start(name):
    counts, _ = planted_corpus(6)
    short = {"max_iter": 1, "n_jobs": None}

    first, second = (
        digest(MODELS[name].set_params(random_state=seed, **short).fit(counts)) for seed in (1, 0)
    )
    MODELS[name].set_params(max_iter=22)

    assert first != second


@pytest.mark.parametrize("name", ["LDA", "KeywordLDA"])
def test_bits_do_not_depend_on_how_the_counts_are_stored(name):
    counts, _ = planted_corpus(6)
    wide = csr_array(counts)
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    halves = coo_array(counts)
    twice = coo_array(
        (
            np.tile(halves.data / 2, 2),
            (np.tile(halves.coords[0], 2), np.tile(halves.coords[1], 2)),
        ),
        shape=counts.shape,
    )
    forms = [
        counts, counts.astype(np.int32), counts.astype(np.float32), np.asfortranarray(counts),
        csr_matrix(counts), csr_array(counts).tocsc(), wide, twice, counts.tolist(),
    ]  # fmt: skip

    assert len({digest(MODELS[name].fit(form)) for form in forms}) == 1


def test_topics_in_the_padding_change_no_bit_of_the_others():
    # Nine topics run in sixteen columns, of which seven are empty; here in twenty-four, too.
    case, wide = (Case(poisson((9, 12)), n_topics=9) for _ in range(2))
    for name in ("weight", "slope", "alpha", "doc_counts"):
        setattr(wide, name, np.pad(getattr(case, name), [(0, 0), (0, 8)]))

    for found, wider in zip(case.run(2), wide.run(2), strict=True):
        np.testing.assert_array_equal(np.atleast_2d(wider)[:, :16], np.atleast_2d(found))


# --- blocks ---------------------------------------------------------------------------------------


def test_blocks_cover_every_document_once():
    for counts in (np.ones((1, 1)), np.zeros((5, 2)), np.eye(30), np.diag([9, 0, 0, 1.0])):
        bounds = block_bounds(csr_array(counts))

        covered = [row for start, stop in bounds for row in range(start, stop)]
        assert covered == list(range(len(counts)))
        assert len(bounds) <= N_BLOCKS


def test_results_come_in_the_order_of_the_blocks_however_long_each_takes():
    import threading

    last = threading.Event()

    def work(block):
        if block == 0:
            last.wait(5)  # the first is finished after the second
        if block == 1:
            last.set()
        return block

    assert list(in_order(work, list(range(7)), n_threads=3)) == list(range(7))


def test_a_number_of_blocks_of_its_own_would_change_bits(monkeypatch):
    # That threads give the same bits says something only if the order of the sums matters.
    counts, _ = planted_corpus(6)
    first = digest(LDA(5, max_iter=22).fit(counts))

    monkeypatch.setattr(blocks, "N_BLOCKS", 3)

    assert digest(LDA(5, max_iter=22).fit(counts)) != first
