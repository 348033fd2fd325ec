"""Does a fit leave the counts it is given as they are, and stay within its bound of memory?"""

import tracemalloc

import numpy as np
import pytest
from makers import MAKERS, QUIET, every_model
from scipy.sparse import csr_array, random_array

from topoi.models.lda import LDA

ARRAYS = ("data", "indices", "indptr")


def in_disorder():
    """Two documents of three terms: places out of order, one of them twice, and a stored zero."""
    data = np.array([1, 2, 1, 3, 0], np.float32)
    return csr_array((data, np.array([2, 0, 2, 1, 0]), np.array([0, 3, 5])), shape=(2, 3))


def in_order():
    return csr_array(np.array([[2, 0, 2], [0, 3, 0]], np.float32))


@QUIET
@pytest.mark.parametrize("made", [in_order, in_disorder])
@every_model
def test_counts_stay_as_they_were(name, made):
    counts, before = made(), made()

    MAKERS[name](2).fit(counts).transform(counts)

    for array in ARRAYS:
        assert np.array_equal(getattr(counts, array), getattr(before, array))


@QUIET
@every_model
def test_counts_that_may_not_be_written_to_are_read(name):
    counts = in_order()
    wanted = MAKERS[name](2).fit(counts)
    for array in ARRAYS:
        getattr(counts, array).flags.writeable = False

    found = MAKERS[name](2).fit(counts)

    assert np.array_equal(found.components_, wanted.components_)


def test_the_order_of_stored_counts_makes_no_difference():
    ordered, disordered = LDA(2).fit(in_order()), LDA(2).fit(in_disorder())

    assert np.array_equal(ordered.components_, disordered.components_)
    assert np.array_equal(ordered.doc_topic_, disordered.doc_topic_)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64])
@pytest.mark.parametrize(
    ("n_docs", "n_terms", "n_topics"),
    [(20_000, 4_000, 20), (3_000, 12_000, 20), (4_000, 6_000, 50)],
)
def test_a_fit_needs_two_matrices_and_four_tables_of_rows_and_terms(
    n_docs, n_terms, n_topics, dtype
):
    rng = np.random.default_rng(0)
    density = 600_000 / (n_docs * n_terms)
    counts = random_array((n_docs, n_terms), density=density, rng=rng, format="csr")
    counts.data = np.ceil(3 * counts.data)
    counts = counts.astype(dtype)
    LDA(n_topics, max_iter=1, n_jobs=2).fit(counts[:50])  # what is compiled is not counted
    sparse = 8 * counts.nnz + 4 * n_docs  # as float32 and int32
    bound = 2 * sparse + 4 * (n_docs + 2 * n_terms) * n_topics * 4

    tracemalloc.start()
    try:
        LDA(n_topics, max_iter=3, draw_passes=2, n_jobs=2).fit(counts)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < bound
