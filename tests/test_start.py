"""Whether inference begins at clusters of documents that are worth beginning at."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from topoi.models.start import cluster_topics, random_topics, spread_terms


def four_kinds(n_each=15, n_empty=0):
    """Documents of four kinds, each with words of its own among words that all share."""
    rng = np.random.default_rng(3)
    rows = np.zeros((4 * n_each + n_empty, 44))
    for kind in range(4):
        for row in range(kind * n_each, (kind + 1) * n_each):
            rows[row, kind * 10 : kind * 10 + 10] = rng.poisson(2, 10)
            rows[row, 40:] = rng.poisson(6, 4)
    return csr_array(rows)


@pytest.mark.parametrize("seed", range(5))
def test_clusters_are_the_kinds_of_documents(seed):
    counts = four_kinds()

    clusters = cluster_topics(counts, 6, np.random.default_rng(seed))

    assert clusters.sum() == counts.sum()
    own = clusters[:, :40].reshape(6, 4, 10).sum(axis=2)
    filled = own.sum(axis=1) > 0
    purity = own[filled].max(axis=1).sum() / own.sum()
    # k-means may leave two kinds in one cluster, as random centres would leave all four.
    assert purity > 0.7
    assert len(set(own[filled].argmax(axis=1))) >= 3


def kinds_told_apart(counts, finer):
    """In how many of twenty starts each of four clusters is made of one kind."""
    found = 0
    for seed in range(20):
        clusters = cluster_topics(counts, 4, np.random.default_rng(seed), finer=finer)
        own = clusters[:, :40].reshape(4, 4, 10).sum(axis=2)
        found += np.array_equal(np.count_nonzero(own, axis=0), np.ones(4))
    return found


def test_joined_clusters_miss_fewer_kinds():
    counts = four_kinds()

    # Four random documents are of four kinds in one start of ten, eight in most.
    assert kinds_told_apart(counts, finer=1) < 10
    assert kinds_told_apart(counts, finer=2) > 15


def test_joining_keeps_every_token_and_never_asks_for_more_clusters_than_documents():
    for n_docs, n_topics in ((3, 2), (5, 4), (9, 4)):
        counts = csr_array(np.eye(n_docs) + 1.0)

        clusters = cluster_topics(counts, n_topics, np.random.default_rng(0), finer=3)

        np.testing.assert_array_equal(clusters.sum(axis=0), counts.sum(axis=0))
        assert (clusters.sum(axis=1) > 0).all()


@pytest.mark.parametrize("finer", [1, 2])
def test_no_cluster_is_made_of_empty_documents(finer):
    counts = four_kinds(n_empty=30)

    clusters = cluster_topics(counts, 8, np.random.default_rng(0), finer=finer)

    assert (clusters.sum(axis=1) > 0).all()


def test_topics_that_begin_equal_are_told_apart():
    counts = four_kinds()
    equal = np.tile(counts.sum(axis=0), (3, 1)).astype(np.float64)

    start = spread_terms(counts, equal, np.random.default_rng(0))

    assert np.abs(np.diff(start, axis=1)).max() > 0
    # float32 sums of three parts: rounding of one part in ten million each.
    np.testing.assert_allclose(start.sum(axis=1), counts.sum(axis=0), rtol=1e-6)


def test_the_start_depends_on_the_seed_only():
    counts = four_kinds()

    first, again, other = (
        cluster_topics(counts, 6, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("finer", [1, 2])
def test_the_start_has_the_same_bits_for_any_number_of_threads(finer):
    counts = four_kinds()

    first, *others = (
        cluster_topics(counts, 6, np.random.default_rng(1), finer=finer, n_threads=n)
        for n in (1, 2, 3, 8)
    )

    for other in others:
        np.testing.assert_array_equal(other, first)


def test_every_topic_has_a_document_where_there_are_enough_and_none_is_counted_twice():
    counts = csr_array(np.eye(9) + 0.0)

    clusters = cluster_topics(counts, 9, np.random.default_rng(0))

    np.testing.assert_array_equal(clusters.sum(axis=0), np.ones(9))
    assert (clusters.sum(axis=1) == 1).all()


@pytest.mark.parametrize("n_topics", [1, 3, 30])
def test_more_topics_than_documents_or_only_empty_ones_is_no_trouble(n_topics):
    for values in (np.array([[1.0, 2.0]]), np.zeros((4, 2))):
        rng = np.random.default_rng(0)
        clusters = cluster_topics(csr_array(values), n_topics, rng, finer=2)
        start = spread_terms(csr_array(values), clusters, np.random.default_rng(0))

        assert clusters.shape == (n_topics, 2)
        np.testing.assert_allclose(start.sum(axis=1), values.sum(axis=0), rtol=1e-6)


def test_random_weights_are_positive_and_follow_the_generator():
    first, again = (random_topics(5, 3, np.random.default_rng(2)) for _ in range(2))

    np.testing.assert_array_equal(first, again)
    assert ((first >= 0) & (first < 1)).all()
