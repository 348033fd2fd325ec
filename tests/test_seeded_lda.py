"""Do seeds draw topics to them as the prior says, and do no harm where they should not?"""

import hashlib

import naive_seeded as naive
import numpy as np
import pytest
from planted import planted_corpus
from scipy.sparse import csr_array
from sklearn.utils.estimator_checks import parametrize_with_checks

from topoi.errors import InputError
from topoi.models import cvb0
from topoi.models.lda import LDA
from topoi.models.seeded_lda import SeededLDA
from topoi.models.seeded_topics import SeededTopics, seed_masses

ONE_EACH = {"topics_per_set": 1}


@parametrize_with_checks([SeededLDA(max_iter=5, n_residual=3)])
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


# --- the prior ----------------------------------------------------------------------------------


def test_weights_and_topics_are_smoothed_counts_with_the_mass_in_the_denominator():
    rng = np.random.default_rng(0)
    counts = csr_array(rng.poisson(2.0, (9, 5)).astype(np.float32))
    found = rng.uniform(0, 4, (5, 8)).astype(np.float32)
    found[:, 3:] = 0
    keywords = [{0: 1.0, 3: 2.5}, {3: 0.5}]
    prior = naive.seed_prior(counts.toarray(), keywords, 3, 0.2, 0.7)
    masses = seed_masses(counts, keywords, 0.7)
    topics = SeededTopics(masses, 0.2, n_topics=3, n_terms=5)
    totals = found[:, :3].sum(axis=0) + prior.sum(axis=1)

    weights = topics.weigh(found)

    expected = (found[:, :3] + prior.T) / totals
    # float32 rounds three times on the way.
    np.testing.assert_allclose(weights.weight[:, :3], expected, rtol=4e-7)
    np.testing.assert_allclose(weights.slope[0, :3], 1.0 / totals, rtol=4e-7)
    assert not weights.weight[:, 3:].any()
    np.testing.assert_allclose(topics.topic_term(found), expected.T, rtol=1e-6)
    np.testing.assert_allclose(masses.by_topic(3), prior.sum(axis=1) - 5 * 0.2)


def test_weighing_twice_does_not_add_the_seeds_twice():
    counts = csr_array(np.array([[3.0, 1.0]], np.float32))
    topics = SeededTopics(seed_masses(counts, [{0: 1.0}], 1.0), 0.5, n_topics=1, n_terms=2)
    found = np.zeros((2, 8), np.float32)
    found[:, 0] = [3, 1]

    first = topics.weigh(found).weight.copy()

    np.testing.assert_array_equal(topics.weigh(found).weight, first)
    np.testing.assert_array_equal(found[:, 0], [3, 1])


def test_one_topic_is_the_frequency_of_terms_with_the_prior():
    counts = np.array([[2.0, 1.0], [0.0, 5.0]])

    model = SeededLDA([{1: 2.0}], n_residual=0, seed_weight=0.5, topic_word_prior=0.5, **ONE_EACH)
    model.fit(counts)

    # c = .5 x 2 x 6 tokens = 6; (2 + .5) / 15 and (6 + .5 + 6) / 15
    np.testing.assert_allclose(model.components_, [[2.5 / 15, 12.5 / 15]], rtol=1e-6)
    np.testing.assert_allclose(model.seed_mass_, [6.0])


def test_shares_hold_none_of_the_prior_mass():
    # One document of one topic's terms only: its share is (N + alpha) / (N + A), whatever the mass.
    counts = np.array([[4.0, 0.0], [0.0, 4.0]])

    model = SeededLDA(
        [[0], [1]], n_residual=0, seed_weight=50.0, doc_topic_prior=0.5, learn_prior=False,
        **ONE_EACH,
    ).fit(counts)  # fmt: skip

    np.testing.assert_allclose(model.doc_topic_, [[0.9, 0.1], [0.1, 0.9]], atol=0.01)


def test_a_shared_seed_is_split_and_a_heavier_one_has_more():
    counts = csr_array(np.array([[6.0, 3.0, 1.0]], np.float32))

    masses = seed_masses(counts, [{0: 1.0, 1: 2.0}, {0: 3.0}], 0.1)

    np.testing.assert_allclose(masses.mass, [0.1 * 6 / 2, 0.1 * 2 * 3, 0.1 * 3 * 6 / 2])
    assert masses.terms.tolist() == [0, 1, 0]
    assert masses.topics.tolist() == [0, 0, 1]


# --- exact answers ------------------------------------------------------------------------------

TINY = {
    "two seeded topics": ([[0, 0, 1], [2, 2, 3]], [{0: 1.0}, {2: 1.0}]),
    "one residual topic": ([[0, 0, 1], [2, 3, 3, 1]], [{0: 1.0}]),
    "seeds of unequal weight": ([[0, 1, 0, 1], [2, 3, 2]], [{0: 1.0, 1: 2.0}, {2: 1.0}]),
    "a seed of both": ([[0, 1, 1], [0, 3, 3, 2]], [{0: 1.0, 1: 1.0}, {0: 1.0, 3: 1.0}]),
}


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_expected_tokens_are_near_the_exact_posterior_and_cvb0(name, alpha, monkeypatch):
    documents, keywords = TINY[name]
    counts = np.array([np.bincount(words, minlength=4) for words in documents], dtype=float)
    prior = naive.seed_prior(counts, keywords, 2, 0.5, 1.0)
    exact = naive.seeded_posterior(documents, prior, np.full(2, alpha))

    fitted = fitted_counts(counts, keywords, alpha, monkeypatch)

    start = [prior[:, w] / prior[:, w].sum() for words in documents for w in words]
    live = naive.seeded_cvb0(documents, prior, np.full(2, alpha), start, 300)
    # CVB0 leaves out the counts' variance (at most .17 of a token measured), and ours takes the
    # own token out of the numerator only and goes the last sweep half way (.11 measured): much of
    # 7 tokens, nothing of 7,000.
    np.testing.assert_allclose(fitted, exact, atol=0.2)
    np.testing.assert_allclose(fitted, live, atol=0.12)


def fitted_counts(counts, keywords, alpha, monkeypatch):
    """Expected tokens (V, 2) of a SeededLDA of two topics."""
    kept, original = [], cvb0.infer

    def infer(*data, **more):
        kept.append(original(*data, **more))
        return kept[-1]

    monkeypatch.setattr(cvb0, "infer", infer)
    SeededLDA(
        keywords,
        topics_per_set=1,
        n_residual=2 - len(keywords),
        seed_weight=1.0,
        doc_topic_prior=alpha,
        topic_word_prior=0.5,
        learn_prior=False,
        max_iter=300,
        tol=0.0,
    ).fit(counts)
    return kept[0].term_counts[:, :2]


# --- planted topics -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_planted_topics_are_found_in_the_order_of_their_seeds(seed):
    counts, planted = planted_corpus(seed)
    order = [2, 0]
    seeds = [planted[k].argsort()[-3:].tolist() for k in order]

    model = SeededLDA(seeds, n_residual=2, random_state=seed, **ONE_EACH).fit(counts)

    for topic, k in enumerate(order):
        assert cosine(model.components_[topic], planted[k]) > 0.95


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_without_seeds_or_weight_topics_are_those_of_lda_with_a_fixed_eta():
    counts, _ = planted_corpus(1)
    settings = {"learn_prior": False, "doc_topic_prior": 0.25}

    plain = LDA(4, init="clusters", draw_passes=0, **settings).fit(counts)
    none = SeededLDA((), n_residual=4, **settings).fit(counts)
    weightless = SeededLDA([[0, 1]], n_residual=3, seed_weight=0.0, **ONE_EACH).fit(counts)

    np.testing.assert_array_equal(none.components_, plain.components_)
    assert not none.seed_mass_.any()
    assert not weightless.seed_mass_.any()


def test_more_weight_makes_a_seed_more_likely_in_its_topic_only():
    counts, _ = planted_corpus(2)

    shares = [
        SeededLDA([[0, 21]], n_residual=3, seed_weight=rho, **ONE_EACH).fit(counts).components_
        for rho in (0.0, 0.1, 1.0)
    ]

    own = [found[0, 0] for found in shares]
    assert own == sorted(own)
    assert own[2] > 1.2 * own[0]


def test_a_seed_of_two_topics_goes_with_its_company():
    # Term 0 is a seed of both topics; its documents hold term 1 or term 5, never both.
    counts = np.zeros((40, 8))
    counts[:20, [0, 1, 2]] = [2, 4, 3]
    counts[20:, [0, 5, 6]] = [2, 4, 3]

    model = SeededLDA([[0, 1], [0, 5]], n_residual=0, **ONE_EACH).fit(counts)

    assert (model.doc_topic_[:20, 0] > 0.9).all()
    assert (model.doc_topic_[20:, 1] > 0.9).all()
    assert (model.components_[:, 0] > 0.1).all()


def test_a_seed_that_never_occurs_does_no_harm():
    counts, planted = planted_corpus(3)
    counts = np.hstack([counts, np.zeros((len(counts), 1))])
    settings = {"n_residual": 2, "seed_weight": 0.1, **ONE_EACH}

    model = SeededLDA([[0, 80], [20]], **settings).fit(counts)
    without = SeededLDA([[0], [20]], **settings).fit(counts)

    np.testing.assert_allclose(model.components_, without.components_, atol=1e-6)
    assert cosine(model.components_[0, :80], planted[0]) > 0.95


def test_a_set_of_seeds_that_never_occur_still_gets_a_topic():
    counts, _ = planted_corpus(3)
    counts = np.hstack([counts, np.zeros((len(counts), 1))])

    model = SeededLDA([[80]], n_residual=3, **ONE_EACH).fit(counts)

    assert model.seed_mass_[0] == 0.0
    np.testing.assert_allclose(model.components_.sum(axis=1), 1.0)


def test_topics_of_a_set_come_first_and_share_its_seeds():
    counts, _ = planted_corpus(4)

    model = SeededLDA([{0: 1.0}, {20: 3.0}], topics_per_set=2, n_residual=1, seed_weight=1.0)
    model.fit(counts)

    tokens = counts.sum(axis=0)
    expected = [tokens[0] / 2, tokens[0] / 2, 1.5 * tokens[20], 1.5 * tokens[20], 0.0]
    np.testing.assert_allclose(model.seed_mass_, expected)
    assert model.components_.shape == (5, 80)


# --- the same bits ------------------------------------------------------------------------------


def test_the_order_in_which_seeds_are_listed_does_not_change_a_bit():
    counts, _ = planted_corpus(4)

    found = {
        hashlib.sha256(
            SeededLDA([seeds, {20: 1.0}], n_residual=2, **ONE_EACH).fit(counts).components_
        ).hexdigest()
        for seeds in ({0: 0.1, 1: 0.7, 2: 1e3}, {2: 1e3, 1: 0.7, 0: 0.1})
    }

    assert len(found) == 1


# --- hard input ---------------------------------------------------------------------------------

HARD = {
    "one document": np.array([[3.0, 1.0, 2.0]]),
    "one term": np.array([[3.0], [1.0], [0.0]]),
    "one token": np.array([[1.0, 0.0]]),
    "few documents and terms": np.array([[1.0, 0, 2], [0, 3, 1], [1, 1, 1], [0, 0, 0]]),
    "parts of tokens": np.array([[0.2, 0.1, 0.0], [0.0, 0.01, 0.7], [1e-6, 0, 0.3]]),
    "a million tokens": np.array([[1e6, 3.0, 0.0], [0.0, 1.0, 1e6], [1.0, 1.0, 1.0]]),
}


@pytest.mark.parametrize("kind", HARD)
@pytest.mark.parametrize("n_residual", [0, 1, 6])
@pytest.mark.parametrize("seed_weight", [0.0, 0.1, 1e6])
def test_hard_input_still_gives_distributions(kind, n_residual, seed_weight):
    counts = HARD[kind]

    model = SeededLDA(
        [[0]], n_residual=n_residual, seed_weight=seed_weight, max_iter=15, **ONE_EACH
    ).fit(counts)

    for rows in (model.components_, model.doc_topic_):
        assert np.isfinite(rows).all()
        assert (rows >= 0).all()
        np.testing.assert_allclose(rows.sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"seed_weight": -1}, r"seed_weight must be a number >= 0 and <= 1000000\.0; got -1\."),
        ({"seed_weight": np.nan}, r"seed_weight must be a number .*; got nan\."),
        ({"seed_weight": "much"}, r"seed_weight must be a number .*; got 'much'\."),
        ({"topics_per_set": 0}, r"topics_per_set must be an int >= 1; got 0\."),
        ({"n_residual": -1}, r"n_residual must be an int >= 0; got -1\."),
        ({"n_residual": 0, "keywords": ()}, "No topics: give keywords or n_residual >= 1"),
        ({"topic_word_prior": 0}, r"topic_word_prior must be a number >= 1e-09; got 0\."),
        ({"keywords": None}, "must list the columns of each keyword set; got NoneType"),
        ({"keywords": [[0], []]}, r"Keyword sets without any keyword: 1\. Give each one\."),
        ({"keywords": [[0, 9], [-1]]}, r"Keyword columns outside 0\.\.2: -1, 9\."),
        ({"keywords": [{0: 0.0}]}, r"Keyword set 0: weights must be numbers > 0; got 0\.0\."),
    ],
)
def test_settings_out_of_range_are_refused(setting, words):
    with pytest.raises(InputError, match=words):
        SeededLDA([[0]], n_residual=1, **ONE_EACH).set_params(**setting).fit(np.ones((3, 3)))
