"""What do keywords do to the topics: rates, families, and what is closed to others?"""

import numpy as np
import pytest
from planted import matched_cosines, planted_corpus

from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA

KEYATM = {"topics_per_set": 1, "exclusive": False}  # the model as published
ONE_EACH = {"topics_per_set": 1}


def test_keyword_lda_without_keywords_gives_the_topics_of_lda():
    counts, _ = planted_corpus(1)

    # With learned priors LDA would have an eta of its own, which KeywordLDA does not learn.
    plain = LDA(4, init="clusters", learn_prior=False, draw_passes=0).fit(counts)
    without = KeywordLDA((), n_residual=4, learn_prior=False).fit(counts)

    # The weights are rounded to float32 at another place, so not the same bits.
    np.testing.assert_allclose(without.components_, plain.components_, atol=1e-3)
    np.testing.assert_allclose(without.doc_topic_, plain.doc_topic_, atol=5e-3)
    assert not without.keyword_rate_.any()


def test_pi_lies_inside_0_and_1_for_keyword_topics_and_is_0_for_residual_ones():
    counts, _ = planted_corpus(2)

    rate = KeywordLDA([[0, 1], [20]], n_residual=3, **ONE_EACH).fit(counts).keyword_rate_

    assert ((rate[:2] > 0) & (rate[:2] < 1)).all()
    assert (rate[2:] == 0).all()


@pytest.mark.parametrize("exclusive", [True, False])
def test_pi_is_at_most_the_keywords_share_of_the_topic(exclusive):
    # Documents of topic 0 hold nothing but its keywords, those of topic 1 hold theirs rarely.
    counts = np.zeros((60, 12))
    counts[:30, :2] = 10
    counts[30:, 6:] = 3
    counts[30:, 2] = 1

    model = KeywordLDA([[0, 1], [2]], topics_per_set=1, n_residual=0, exclusive=exclusive)
    high, low = model.fit(counts).keyword_rate_

    # pi = (n1 + 1) / (n + 2) with n1 at most the 30 tokens of column 2 among 570.
    assert 0 < low <= 31 / 572 + 1e-6
    assert high > 0.4  # the free part may hold the keywords, too


def test_a_heavier_seed_has_more_prior_mass():
    # Term 0 and 1 are alike but for their weight; both are rare, so the prior shows.
    counts = np.array([[1, 1, 4, 0], [0, 0, 0, 5]], dtype=float)

    even = KeywordLDA([{0: 1.0, 1: 1.0}], n_residual=1, keyword_prior=5.0, **KEYATM).fit(counts)
    tilted = KeywordLDA([{0: 1.0, 1: 9.0}], n_residual=1, keyword_prior=5.0, **KEYATM).fit(counts)

    assert even.components_[0, 0] == pytest.approx(even.components_[0, 1], rel=1e-5)
    assert tilted.components_[0, 1] > 1.5 * tilted.components_[0, 0]


def test_a_keyword_of_two_topics_goes_with_its_company():
    # Term 0 is a keyword of both topics; its documents hold term 1 or term 5, never both.
    counts = np.zeros((40, 8))
    counts[:20, [0, 1, 2]] = [2, 4, 3]
    counts[20:, [0, 5, 6]] = [2, 4, 3]

    model = KeywordLDA([[0, 1], [0, 5]], n_residual=0, **ONE_EACH).fit(counts)

    assert (model.doc_topic_[:20, 0] > 0.9).all()
    assert (model.doc_topic_[20:, 1] > 0.9).all()
    assert (model.components_[:, 0] > 0.1).all()


def test_a_keyword_that_never_occurs_does_no_harm():
    counts, planted = planted_corpus(3)
    counts = np.hstack([counts, np.zeros((len(counts), 1))])

    model = KeywordLDA([[0, 80], [20]], n_residual=2, **ONE_EACH).fit(counts)

    assert matched_cosines(model.components_[:, :80], planted).min() > 0.95


def test_the_order_in_which_keywords_are_listed_does_not_change_a_bit():
    counts, _ = planted_corpus(4)

    fits = [
        KeywordLDA([words, {20: 1.0}], n_residual=2, **ONE_EACH).fit(counts).components_
        for words in ({0: 0.1, 1: 0.7, 2: 1e7}, {2: 1e7, 1: 0.7, 0: 0.1})
    ]

    np.testing.assert_array_equal(*fits)


def test_an_exclusive_keyword_is_closed_to_all_other_topics():
    counts, _ = planted_corpus(5)

    model = KeywordLDA([[0, 1], [1, 20]], topics_per_set=2, n_residual=2).fit(counts)

    owners = {0: [0, 1], 1: [0, 1, 2, 3], 20: [2, 3]}
    for column, topics in owners.items():
        assert list(np.flatnonzero(model.components_[:, column])) == topics
    np.testing.assert_allclose(model.components_.sum(axis=1), 1.0)


def test_topics_of_a_set_come_first_set_by_set():
    # Each theme speaks of two matters that share its keyword; a third matter has none.
    counts = np.zeros((100, 10))
    for row in range(100):
        matter = row % 5
        counts[row, [2 * matter, 2 * matter + 1]] = 6
        if matter < 4:
            counts[row, [0, 4][matter // 2]] += 3

    model = KeywordLDA([[0], [4]], topics_per_set=2, n_residual=1).fit(counts)

    theme = np.array([0, 0, 1, 1, 2])[np.arange(100) % 5]
    families = np.add.reduceat(model.doc_topic_, [0, 2, 4], axis=1)
    assert (families[np.arange(100), theme] > 0.9).all()
