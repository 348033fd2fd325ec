"""Does a seed count as far as its topics in the row are about the theme?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from topoi.measures import theme_seeds
from topoi.measures.theme_context import topic_factor
from topoi.measures.theme_seeds import SeedTokens
from topoi.themes.theme import Seed, Theme, Themes


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 7))
def test_hits_are_what_plain_loops_give(seed, at_once):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.7, (6, 9))
    seeds = np.where(rng.random((9, 2)) < 0.4, rng.random((9, 2)), 0.0)
    topics, topic_term = rng.dirichlet(np.ones(3), 6), rng.dirichlet(np.ones(9), 3)
    of_topics = rng.dirichlet(np.ones(3), 3)[:, :2]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theme_seeds, "_AT_ONCE", at_once)
        tokens = SeedTokens(csr_array(counts), seeds)
        found = tokens.hits(tokens.meant(topics, topic_term, of_topics))

    wanted = np.zeros((6, 2))
    for row in range(6):
        for term in range(9):
            chances = topics[row] * topic_term[:, term]
            chances /= chances.sum()
            for theme in (0, 1):
                own, other = chances @ of_topics[:, theme], chances @ of_topics[:, 1 - theme]
                wanted[row, theme] += counts[row, term] * seeds[term, theme] * (own + other / 2)
    # Sums of a few numbers in another order.
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_a_word_of_two_senses_counts_by_its_neighbours():
    """Term 1 is of both topics; only the first is about the theme."""
    topic_term = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    topics = np.array([[0.9, 0.1], [0.1, 0.9]])
    tokens = SeedTokens(csr_array(np.array([[4, 1, 0], [0, 1, 4]])), np.array([[0.0], [1], [0]]))

    found = tokens.hits(tokens.meant(topics, topic_term, np.array([[0.8], [0.0]])))

    np.testing.assert_allclose(found[:, 0], [0.72, 0.08])


def test_rows_without_seeds_have_none():
    tokens = SeedTokens(csr_array(np.array([[0, 3], [0, 0]])), np.array([[1.0], [0.0]]))
    meant = tokens.meant(np.ones((2, 1)), np.array([[0.5, 0.5]]), np.array([[1.0]]))

    assert meant.shape == (0, 1)
    assert tokens.hits(meant).tolist() == [[0.0], [0.0]]


def test_a_seed_that_no_topic_has_means_nothing():
    tokens = SeedTokens(csr_array(np.array([[2, 0]])), np.array([[1.0], [0.0]]))
    meant = tokens.meant(np.ones((1, 1)), np.array([[0.0, 1.0]]), np.array([[1.0]]))

    assert meant.tolist() == [[0.0]]


def test_topics_halve_their_odds_at_three_words_of_the_context_in_a_thousand():
    causes = Theme("causes", "causes", "d", (Seed("war"),), context=("migrant*",))
    themes = Themes("two", (causes, Theme("walls", "walls", "d", (Seed("wall"),))))

    found = topic_factor(np.array([[0.003, 0.0], [0.0, 0.0], [1.0, 1.0]]), themes)

    np.testing.assert_allclose(found[:, 0] ** 2, [0.5, 0.0, 1.0], rtol=1e-9)
    assert found[:, 1].tolist() == [1, 1, 1]
