"""Is what happens to the tables of terms and topics, and of clusters, what numpy says?"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_cases import csr, padded, poisson

from topoi.kernels import clusters, term_tables

SHAPES = pytest.mark.parametrize("shape", [(1, 1), (7, 3), (5, 8), (9, 17)])


def table(shape, seed=0):
    return padded(np.random.default_rng(seed).gamma(0.5, 3.0, shape))


def both(kernel, *arguments):
    """The arguments after the compiled kernel and after its Python version, and what each gave."""
    results = []
    for version in (kernel, kernel.py_func):
        own = [value.copy() if isinstance(value, np.ndarray) else value for value in arguments]
        results.append((*own, version(*own)))
    for fast, plain in zip(*results, strict=True):
        np.testing.assert_array_equal(fast, plain)
    return results[0]


@SHAPES
def test_tables_are_added_and_the_part_made_ready(shape):
    part, total = table(shape, 1), table(shape, 2)

    emptied, added, _ = both(term_tables.add_table, part, total)

    np.testing.assert_array_equal(added, total + part)
    assert (emptied == 0).all()


def test_tokens_and_documents_of_terms_are_those_of_bincount():
    rng = np.random.default_rng(3)
    indices = rng.integers(0, 7, 50).astype(np.int32)
    counts = rng.gamma(0.5, 3.0, 50).astype(np.float32)

    *_, tokens, _ = both(term_tables.add_tokens, indices, counts, np.zeros(8))
    *_, documents, _ = both(term_tables.add_documents, indices, np.full(8, 2))

    np.testing.assert_array_equal(tokens, np.bincount(indices, counts, minlength=8))
    np.testing.assert_array_equal(documents - 2, np.bincount(indices, minlength=8))


@SHAPES
def test_change_is_half_of_the_absolute_differences(shape):
    before, after = table(shape, 1), table(shape, 2)

    *_, moved = both(term_tables.change, before, after)

    expected = 0.5 * np.abs(after.astype(float) - before).sum()
    assert moved == pytest.approx(expected, rel=1e-6)  # float32 sums of a row


@pytest.mark.parametrize("momentum", [0.0, 0.9, 5.0])
@SHAPES
def test_counts_run_ahead_by_their_last_change_and_never_below_zero(shape, momentum):
    before, now = table(shape, 1), table(shape, 2)
    factor = np.float32(momentum)

    *_, ahead, _ = both(term_tables.extrapolated, before, now, factor, np.full_like(now, 7))

    expected = np.maximum(now + factor * (now - before), np.float32(0))
    np.testing.assert_array_equal(ahead, expected)
    if momentum == 0:
        np.testing.assert_array_equal(ahead, now)


@pytest.mark.parametrize("eta", [1e-9, 0.05, 10.0])
@SHAPES
def test_smoothed_weights_are_the_topics_and_the_padding_is_zero(shape, eta):
    counts = table(shape, 3)
    n_terms, n_topics = shape
    weight, slope = np.full_like(counts, 7), np.full(counts.shape[1], 7, np.float32)

    *_, weight, slope, _ = both(term_tables.smoothed_weights, counts, eta, n_topics, weight, slope)

    smoothed = counts[:, :n_topics].astype(float) + eta
    totals = counts[:, :n_topics].sum(axis=0, dtype=float) + n_terms * eta
    np.testing.assert_allclose(slope[:n_topics], 1 / totals, rtol=1e-6)
    np.testing.assert_allclose(weight[:, :n_topics], smoothed / totals, rtol=1e-6)
    assert not weight[:, n_topics:].any()
    assert not slope[n_topics:].any()


# --- clusters -------------------------------------------------------------------------------------


def nearest(counts, centres, n_clusters):
    n_docs = len(counts)
    *_, found, likeness, _ = both(
        clusters.nearest_centres, *csr(counts), centres, n_clusters,
        np.full(n_docs, -7), np.full(n_docs, 7, np.float32),
    )  # fmt: skip
    return found, likeness


@SHAPES
def test_the_nearest_centre_has_the_greatest_product(shape):
    n_terms, n_clusters = shape
    counts, centres = poisson((20, n_terms), 1), table(shape, 4)

    found, likeness = nearest(counts, centres, n_clusters)

    products = counts @ centres[:, :n_clusters].astype(float)
    np.testing.assert_allclose(likeness, products.max(axis=1), rtol=1e-5)
    np.testing.assert_allclose(products[np.arange(20), found], products.max(axis=1), rtol=1e-5)


def test_of_equal_centres_the_first_is_taken_and_never_one_of_the_padding():
    centres = padded([[1.0, 2.0, 2.0], [1.0, 3.0, 3.0]])
    centres[:, 3:] = 9.0  # the padding is not to be read

    found, _ = nearest(np.array([[1, 0], [0, 1], [0, 0]]), centres, 3)

    assert found.tolist() == [1, 1, 0]  # an empty document is alike to all: the first


@settings(max_examples=30, deadline=None)
@given(
    labels=st.lists(st.integers(0, 4), min_size=1, max_size=12),
    seed=st.integers(0, 9),
)
def test_clusters_add_up_their_rows_and_are_scaled_to_length_one(labels, seed):
    counts = poisson((len(labels), 6), seed).astype(np.float32)
    sums = np.zeros((6, 8))

    *_, sums, _ = both(clusters.cluster_sums, *csr(counts), np.array(labels), sums)
    *_, centres, _ = both(clusters.scale_to_length_one, sums, np.full((6, 8), 7, np.float32))

    expected = np.array([counts[np.array(labels) == k].sum(axis=0) for k in range(8)]).T
    np.testing.assert_array_equal(sums, expected)
    lengths = np.sqrt((centres.astype(float) ** 2).sum(axis=0))
    np.testing.assert_allclose(lengths, (expected != 0).any(axis=0), rtol=1e-6)
    np.testing.assert_allclose(centres * np.sqrt((sums**2).sum(axis=0)), sums, atol=1e-5)


def joined(sums, n_left):
    """Labels of the kernel for sums of clusters, (M, V)."""
    products = sums @ sums.T
    _, _, label, _ = both(clusters.join_clusters, products, n_left, np.full(len(sums), -7))
    return label


def joined_naively(sums, n_left):
    """The same from the sums themselves: all pairs anew each time."""
    groups = [[cluster] for cluster in range(len(sums))]

    def length(group):
        return np.linalg.norm(sums[group].sum(axis=0))

    while len(groups) > n_left:
        pairs = list(combinations(groups, 2))
        losses = [length(a) + length(b) - length(a + b) for a, b in pairs]
        a, b = pairs[int(np.argmin(losses))]
        groups.remove(b)
        groups[groups.index(a)] = a + b
    return [next(n for n, group in enumerate(groups) if c in group) for c in range(len(sums))]


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 9), n_left=st.integers(1, 9), seed=st.integers(0, 99))
def test_the_pair_of_clusters_that_loses_least_is_joined_again_and_again(n, n_left, seed):
    sums = np.random.default_rng(seed).gamma(0.5, 1.0, (n, 5))  # no two losses are equal

    label = joined(sums, min(n_left, n))

    assert label.tolist() == joined_naively(sums, min(n_left, n))


def test_equal_and_empty_clusters_are_joined_first():
    sums = np.array([[3.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 8.0], [1.0, 0.0]])

    # The empty one goes with the first, for nothing; so do those that point the same way.
    assert joined(sums, 4).tolist() == [0, 1, 0, 2, 3]
    assert joined(sums, 2).tolist() == [0, 1, 0, 1, 0]
    assert joined(sums, 5).tolist() == [0, 1, 2, 3, 4]
