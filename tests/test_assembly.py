"""Is there no fused multiply-add in any kernel of the engine, on machines that have one?"""

import numpy as np
import pytest
from kernel_cases import FUSED, Case, assembly, csr, fresh, padded, poisson
from numba import njit

from topoi.kernels import clusters, cvb0, dirichlet, drawn_pass, lanes, logarithm, term_tables


@pytest.fixture(scope="module")
def machine_can_fuse():
    """A function that may be contracted, to see that this machine has fused operations at all."""

    @njit(fastmath={"contract"})
    def fused(a, b, c):
        for i in range(a.shape[0]):
            c[i] += a[i] * b[i]

    ones = np.ones(64, np.float32)
    fused(ones, ones, ones.copy())
    if not FUSED.search(assembly(fused)):
        pytest.skip("this machine, or numba's settings here, have no fused multiply-add")


def run_cvb0(kernels):
    case = Case(poisson((3, 4)))
    case.run(kernel=kernels.cvb0_pass)
    case.fold_in(kernel=kernels.fold_in)


def run_drawn_pass(kernels):
    case = Case(poisson((3, 4)))
    case.drawn(kernel=kernels.drawn_pass)
    kernels.piece_places(*csr(case.counts)[::2])


def run_dirichlet(kernels):
    counts, sums = np.ones((2, 8), np.float32), np.zeros(9)
    kernels.add_rises(counts, np.ones(8), sums)
    kernels.prior_of_rises(sums, np.ones(8), 1.0, 1.0)
    kernels.topic_prior_step(counts, 8, 0.1, 1.0, 1.0)


def run_term_tables(kernels):
    one, two, three = (np.ones((3, 8), np.float32) for _ in range(3))
    kernels.add_table(one, two)
    kernels.add_tokens(np.zeros(2, np.int32), np.ones(2, np.float32), np.zeros(3))
    kernels.add_documents(np.zeros(2, np.int32), np.zeros(3, np.int64))
    kernels.change(one, two)
    kernels.extrapolated(one, two, np.float32(0.9), three)
    kernels.smoothed_weights(one, 0.1, 8, two, three[0])


def run_clusters(kernels):
    counts = poisson((3, 4))
    labels, sums, centres = np.zeros(3, np.int64), np.zeros((4, 8)), padded(np.ones((4, 2)))
    kernels.nearest_centres(*csr(counts), centres, 2, labels, np.ones(3, np.float32))
    kernels.cluster_sums(*csr(counts), labels, sums)
    kernels.scale_to_length_one(sums, centres)
    kernels.join_clusters(np.eye(3), 2, labels)
    kernels.tfidf_rows(*csr(counts), np.full(4, 2.0), np.empty_like(csr(counts)[2]))


def run_logarithm(kernels):
    kernels.natural_log(2.0)
    kernels.exp_below_one(-2.0)
    kernels.logarithms(np.ones(4), np.ones(4))
    kernels.logarithms_of_one_more(np.ones(4), np.ones(4))
    kernels.weighted_log_sum(np.ones(4, np.float32), np.ones(4, np.float32))


RUNS = {
    cvb0: run_cvb0,
    drawn_pass: run_drawn_pass,
    dirichlet: run_dirichlet,
    term_tables: run_term_tables,
    clusters: run_clusters,
    logarithm: run_logarithm,
}


@pytest.mark.parametrize("module", RUNS, ids=lambda module: module.__name__.split(".")[-1])
def test_no_kernel_contains_a_fused_multiply_add(machine_can_fuse, module):
    kernels = fresh(module)
    RUNS[module](kernels)

    compiled = {
        name: function
        for name, function in vars(kernels).items()
        if hasattr(function, "inspect_asm") and function.__module__ == kernels.__name__
    }
    public = {n for n in getattr(module, "__all__", ()) if callable(getattr(module, n))}
    left_out = public - set(compiled)
    assert not left_out
    assert any(function.signatures for function in compiled.values())
    for name, function in compiled.items():
        assert function.signatures, f"{name} was not compiled"
        text = assembly(function)
        assert len(text) > 500, f"no assembly of {name}"
        assert not FUSED.findall(text), name


def test_the_search_finds_lanes_that_are_fused(machine_can_fuse):
    # A compiler allowed to contract fuses the lanes' product and sum, and the search sees it.
    @njit(fastmath={"contract", "nnan"})
    def fused(a, b):
        x, y = lanes.load(a, 0), lanes.load(b, 0)
        lanes.store(a, 0, x + x * y)

    ones = np.ones(8, np.float32)
    fused(ones, ones)

    assert FUSED.search(assembly(fused))
