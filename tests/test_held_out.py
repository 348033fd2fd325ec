"""Are held-out likelihoods those of the tokens scored, and do halves share nothing but the seed?"""

import math
import re
from collections import Counter

import naive_draws as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_draws import ALPHA, TINY, TOPICS, counts_of, some_corpus
from scipy import stats
from scipy.sparse import csr_array, vstack
from sklearn.decomposition import LatentDirichletAllocation

from topoi.errors import InputError, TopoiWarning
from topoi.models.fixed_topics import checked_counts, document_keys
from topoi.models.held_out import (
    completion_halves,
    completion_log_likelihood,
    document_completion,
)
from topoi.models.held_out_score import HeldOutScore, held_out_score
from topoi.models.left_to_right import left_to_right_log_likelihood

UNLIKELY = 1e-6  # tests of chance use fixed seeds; see test_random.py
small_counts = st.lists(
    st.lists(st.integers(0, 6), min_size=5, max_size=5), min_size=1, max_size=6
).map(lambda rows: np.array(rows, dtype=float))


def shares_for(topics, alpha, n_steps=20):
    """A plain estimator of shares by expectation and maximisation, row by row."""

    def shares(counts):
        rows = np.asarray(counts.toarray() if hasattr(counts, "toarray") else counts, float)
        theta = np.tile(alpha / alpha.sum(), (len(rows), 1))
        for _ in range(n_steps):
            likely = theta[:, :, np.newaxis] * topics
            likely /= likely.sum(axis=1, keepdims=True)
            theta = np.einsum("dkv,dv->dk", likely, rows) + alpha
            theta /= theta.sum(axis=1, keepdims=True)
        return theta

    return shares


def halves(counts, seed=0):
    return tuple(half.toarray() for half in completion_halves(counts, seed=seed))


# --- Halves ---------------------------------------------------------------------------------------


@settings(deadline=None)  # the first example compiles
@given(small_counts, st.integers(0, 2**64 - 1))
def test_halves_add_up_and_differ_by_one_token_at_most(counts, seed):
    observed, scored = halves(counts, seed)

    assert np.array_equal(observed + scored, counts)
    assert (observed >= 0).all() and (scored >= 0).all()
    assert np.array_equal(observed.sum(axis=1), counts.sum(axis=1) // 2)


def test_every_choice_of_half_of_the_tokens_is_equally_likely():
    tokens = [0, 0, 1, 2, 2]
    counts = counts_of(tokens, 3)
    expected = Counter(
        tuple(np.bincount([tokens[i] for i in half], minlength=3))
        for half in naive.halves_of(tokens)
    )

    found = Counter(tuple(halves(counts, seed)[0][0].astype(int)) for seed in range(3000))

    assert set(found) <= set(expected)
    scale = 3000 / sum(expected.values())
    assert (
        stats.chisquare(
            [found[key] for key in expected], [n * scale for n in expected.values()]
        ).pvalue
        > UNLIKELY
    )


def test_many_copies_of_one_term_are_parted_as_if_each_were_drawn():
    # Hypergeometric: 300 tokens, 100 of the term, 150 drawn: deviation 4.09.
    taken = [halves([[100.0, 200.0]], seed)[0][0, 0] for seed in range(400)]

    law = stats.hypergeom(300, 100, 150)
    assert abs(np.mean(taken) - 50) < 5 * law.std() / 20
    assert np.var(taken) == pytest.approx(law.var(), rel=5 * math.sqrt(2 / 400))


def test_a_single_token_is_scored_and_an_empty_document_is_not():
    observed, scored = halves([[0, 1, 0], [0, 0, 0]])

    assert observed.sum() == 0
    assert scored.tolist() == [[0, 1, 0], [0, 0, 0]]


def test_a_document_is_parted_alike_alone_and_in_any_company_and_form():
    counts, _, _ = some_corpus()
    order = np.random.default_rng(0).permutation(len(counts))
    together = halves(counts, 3)[0]

    assert np.array_equal(together[order], halves(counts[order], 3)[0])
    assert np.array_equal(together[7:8], halves(csr_array(counts[7:8].astype(np.float32)), 3)[0])
    twice = halves(np.vstack([counts[:1], counts[:1]]), 3)[0]
    assert np.array_equal(twice[0], twice[1])
    assert not np.array_equal(together, halves(counts, 4)[0])


def test_parts_of_tokens_go_to_one_half_whole():
    counts = np.array([[0.25, 0.25, 0.5, 2.75]])
    for seed in range(50):
        observed, scored = halves(counts, seed)
        # Six tokens, four of them short: 1 + 1 + 1 + (1, 1, .75).
        np.testing.assert_allclose(observed + scored, counts, rtol=1e-15)
        assert set(observed[0, :2]) <= {0.0, 0.25}
        assert observed[0, 3] in {0.0, 0.75, 1.0, 1.75, 2.0, 2.75}


def test_counts_are_left_as_they_were():
    counts = csr_array(some_corpus()[0])
    before = counts.copy()
    counts.data.flags.writeable = False

    completion_halves(counts, seed=0)

    assert (counts != before).nnz == 0


# --- Document completion --------------------------------------------------------------------------


def test_log_likelihood_is_that_of_the_plain_version():
    counts, topics, alpha = some_corpus(n_docs=12)
    observed, scored = completion_halves(counts, seed=1)
    shares = shares_for(topics, alpha)

    found = completion_log_likelihood(observed, scored, topics, shares)

    expected = naive.completion(observed.toarray(), scored.toarray(), topics, shares)
    # Sums of 20 products and 13 logarithms: a few units in the last place.
    np.testing.assert_allclose(found.log_likelihood, expected, rtol=1e-13)
    assert np.array_equal(found.n_tokens, scored.sum(axis=1))


def test_score_by_hand():
    # Shares 1/4 and 3/4: p = .25 * .5 + .75 * .1 = .2 for the first term, .3 for the second.
    topics = np.array([[0.5, 0.0, 0.5], [0.1, 0.4, 0.5]])
    scored = np.array([[2, 1, 0], [0, 1, 0], [0, 0, 0]])

    found = completion_log_likelihood(
        np.zeros((3, 3)), scored, topics, lambda counts: np.tile([0.25, 0.75], (3, 1))
    )

    by_hand = [2 * math.log(0.2) + math.log(0.3), math.log(0.3), 0.0]
    assert found.log_likelihood.tolist() == pytest.approx(by_hand, rel=1e-15)
    assert found.n_tokens.tolist() == [3, 1, 0]
    assert found.score == pytest.approx(sum(by_hand) / 4, rel=1e-15)
    assert found.perplexity == pytest.approx((0.2**2 * 0.3**2) ** (-1 / 4), rel=1e-14)
    assert (found.n_documents, found.n_left_out) == (2, 1)


def test_a_single_token_is_scored_by_the_prior_mean_which_is_exact():
    shares = shares_for(TOPICS, ALPHA)

    found = document_completion(counts_of([3]), TOPICS, shares)

    exact = naive.topic_count_posterior([3], TOPICS, ALPHA)[2]
    assert found.log_likelihood[0] == pytest.approx(exact, rel=1e-14)


def test_score_of_a_matrix_is_the_token_weighted_mean_of_its_parts():
    counts, topics, alpha = some_corpus(n_docs=60)
    counts[:20] *= 5
    shares = shares_for(topics, alpha)

    whole, left, right = (
        document_completion(rows, topics, shares) for rows in (counts, counts[:20], counts[20:])
    )

    weights = [part.n_tokens.sum() for part in (left, right)]
    mean = np.average([left.score, right.score], weights=weights)
    assert whole.score == pytest.approx(mean, rel=1e-14)
    repeated = document_completion(vstack([csr_array(counts)] * 7), topics, shares)
    assert repeated.score == pytest.approx(whole.score, rel=1e-14)


def test_the_perplexity_of_scikit_learn_is_no_such_mean():
    # Its bound has a term of the size of the training set: seven copies of the documents have
    # another perplexity than one. The reason why ours is not built on a bound.
    counts, _, _ = some_corpus(n_docs=60)
    model = LatentDirichletAllocation(5, max_iter=2, random_state=0).fit(counts)

    assert model.perplexity(np.vstack([counts] * 7)) != pytest.approx(
        model.perplexity(counts), rel=0.01
    )


def test_order_of_documents_does_not_change_a_bit_of_the_score():
    counts, topics, alpha = some_corpus()
    order = np.random.default_rng(1).permutation(len(counts))
    shares = shares_for(topics, alpha)

    one, other = (document_completion(rows, topics, shares) for rows in (counts, counts[order]))

    assert np.array_equal(one.log_likelihood[order], other.log_likelihood)
    assert one.score == other.score
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-15)


def test_the_true_topics_score_best_and_no_topics_as_the_size_of_the_vocabulary():
    counts, topics, alpha = some_corpus(n_docs=300, n_topics=5)
    rng = np.random.default_rng(0)
    other = rng.permuted(topics, axis=1)
    flat = np.full(topics.shape, 1 / topics.shape[1])

    true, wrong, none = (
        document_completion(counts, phi, shares_for(phi, alpha)) for phi in (topics, other, flat)
    )

    assert none.perplexity == pytest.approx(topics.shape[1], rel=1e-12)
    assert true.score - wrong.score > 5 * (true.standard_error + wrong.standard_error)
    assert true.score - none.score > 5 * true.standard_error


def test_standard_error_is_the_spread_over_samples_of_documents():
    rng = np.random.default_rng(0)
    n_docs = 200

    def sample():
        n_tokens = rng.integers(1, 30, n_docs).astype(float)
        level = rng.normal(-5, 1, n_docs) - 0.05 * n_tokens
        return HeldOutScore(n_tokens * level, n_tokens)

    samples = [sample() for _ in range(2000)]

    spread = np.std([one.score for one in samples])
    # The spread of 2,000 has a relative error of 1 / sqrt(4000) = .016; four of them, and a
    # little for the delta method with 200 documents.
    assert np.mean([one.standard_error for one in samples]) == pytest.approx(spread, rel=0.075)


def test_standard_error_by_hand_and_without_enough_documents():
    two = HeldOutScore(np.array([-4.0, -3.0, 0.0]), np.array([2.0, 1.0, 0.0]))

    # Score -7/3; gaps .667 and -.667; sqrt(2 * (4/9 + 4/9)) / 3 = 4/9.
    assert two.standard_error == pytest.approx(4 / 9, rel=1e-14)
    assert math.isnan(HeldOutScore(np.array([-4.0]), np.array([2.0])).standard_error)


def test_a_term_held_impossible_gives_minus_infinity_and_a_warning():
    topics = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    scored = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 2]])
    message = (
        "2 documents (rows 1, 2) hold terms to which the model gives probability 0: their log "
        "likelihood, and the score, is minus infinity. Smooth the topics, or leave these terms "
        "out for all models alike."
    )

    with pytest.warns(TopoiWarning, match=re.escape(message)):
        found = completion_log_likelihood(
            np.zeros((3, 3)), scored, topics, lambda counts: np.full((3, 2), 0.5)
        )

    assert found.log_likelihood.tolist() == [math.log(0.5), -math.inf, -math.inf]
    assert found.score == -math.inf
    assert found.perplexity == math.inf
    assert math.isnan(found.standard_error)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"scored": np.zeros((2, 4))},
            "There is nothing to score: no document has a token of the vocabulary. Give text "
            "with terms that the model knows.",
        ),
        (
            {"scored": np.ones((3, 4))},
            "observed and scored must have the same documents and terms; got shapes (2, 4) and "
            "(3, 4).",
        ),
        ({"topic_term": TOPICS * 2}, "Each row of topic_term must be probabilities that sum to 1"),
        (
            {"share_topics": lambda counts: np.ones((2, 2))},
            "share_topics must give shape (2, 3), documents and topics; got (2, 2).",
        ),
        (
            {"share_topics": lambda counts: np.ones((2, 3))},
            "share_topics must give shares >= 0 that sum to 1 in each row.",
        ),
        (
            {"share_topics": lambda counts: np.full((2, 3), np.nan)},
            "share_topics must give shares >= 0 that sum to 1 in each row.",
        ),
        ({"observed": -np.ones((2, 4))}, "counts must be finite and >= 0; got -1, -1"),
    ],
)
def test_what_cannot_be_scored_is_refused(changed, message):
    arguments = {
        "observed": np.ones((2, 4)),
        "scored": np.ones((2, 4)),
        "topic_term": TOPICS,
        "share_topics": lambda counts: np.full((2, 3), 1 / 3),
        **changed,
    }

    with pytest.raises(InputError, match=re.escape(message)):
        completion_log_likelihood(**arguments)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, None])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(InputError, match="seed must be an int >= 0 and <= 18446744073709551615"):
        completion_halves([[1, 2]], seed=seed)


# --- Left to right --------------------------------------------------------------------------------


def particles(counts, topics=TOPICS, alpha=ALPHA, **settings):
    return left_to_right_log_likelihood(counts, topics, alpha, **settings)


@pytest.mark.parametrize("tokens", TINY)
def test_left_to_right_is_the_likelihood_of_all_assignments_summed_up(tokens):
    exact = naive.topic_count_posterior(tokens, TOPICS, ALPHA)[2]

    found = particles(counts_of(tokens), n_particles=16_000)

    error = found.monte_carlo_error[0]
    assert error < 0.01
    assert abs(found.documents.log_likelihood[0] - exact) < 5 * error + 1e-6


def test_left_to_right_without_a_choice_is_exact():
    one_topic = particles(counts_of([0, 3, 3]), TOPICS[:1], ALPHA[:1], n_particles=2)

    exact = math.log(0.6 * 0.02 * 0.02)
    # float32 weights: 1e-7 relative for each of three tokens.
    assert one_topic.documents.log_likelihood[0] == pytest.approx(exact, abs=1e-6)
    assert one_topic.monte_carlo_error[0] < 1e-6


@pytest.mark.parametrize("n_topics", [3, 16, 19])
def test_particles_are_those_of_the_plain_version(n_topics):
    counts, topics, alpha = some_corpus(n_docs=2, n_topics=n_topics, length=9)
    keys = document_keys(checked_counts(counts))

    found = particles(counts, topics, alpha, n_particles=3, seed=5).documents.log_likelihood

    for d, row in enumerate(counts):
        tokens = np.repeat(np.arange(len(row)), row.astype(int))
        logs = [
            naive.left_to_right(
                tokens, topics, alpha, naive.Stream(5, keys[d], 2 * 2**56 + r * 2**40)
            )
            for r in range(3)
        ]
        # Equal topics at every step leave float32 errors of 1e-7 for each of nine tokens.
        assert found[d] == pytest.approx(np.log(np.mean(np.exp(logs))), abs=3e-6)


def test_the_product_of_averages_without_resampling_overstates_and_ours_does_not():
    # What MALLET prints by default, and why it is not offered.
    tokens, alpha = [0, 3, 0, 3, 0, 0], np.array([0.1, 0.1])
    topics = TOPICS[:2]
    exact = naive.topic_count_posterior(tokens, topics, alpha)[2]
    rng = np.random.default_rng(0)

    theirs = naive.product_of_averages(tokens, topics, alpha, 4000, rng)
    ours = particles(counts_of(tokens), topics, alpha, n_particles=8000)

    assert theirs > exact + 0.05
    assert abs(ours.documents.log_likelihood[0] - exact) < 5 * ours.monte_carlo_error[0]


def test_the_monte_carlo_error_is_the_spread_over_seeds():
    counts = counts_of([0, 3, 0, 3, 1, 2])
    runs = [particles(counts, n_particles=200, seed=seed) for seed in range(300)]

    spread = np.std([run.documents.log_likelihood[0] for run in runs])

    # The spread of 300 has a relative error of 1 / sqrt(600) = .041; four of them.
    assert np.mean([run.monte_carlo_error[0] for run in runs]) == pytest.approx(spread, rel=0.17)


def test_left_to_right_does_not_depend_on_threads_company_or_order():
    counts, topics, alpha = some_corpus(n_docs=20)
    order = np.random.default_rng(0).permutation(20)
    one = particles(counts, topics, alpha).documents.log_likelihood

    threaded = particles(counts, topics, alpha, n_threads=3).documents.log_likelihood
    moved = particles(counts[order], topics, alpha).documents.log_likelihood
    alone = particles(counts[4:5], topics, alpha).documents.log_likelihood

    assert np.array_equal(one, threaded)
    assert np.array_equal(one[order], moved)
    assert one[4] == alone[0]
    assert not np.isclose(
        one, particles(counts, topics, alpha, seed=1).documents.log_likelihood
    ).any()


def test_an_empty_document_is_certain_and_left_out_of_the_score():
    found = particles(np.vstack([np.zeros((1, 4)), counts_of([0, 1])]))

    assert found.documents.log_likelihood[0] == 0.0
    assert found.monte_carlo_error[0] == 0.0
    assert found.documents.n_left_out == 1


def test_a_document_with_an_impossible_term_has_minus_infinity_and_a_warning():
    topics = np.array([[0.5, 0.5, 0.0], [0.2, 0.8, 0.0]])
    counts = np.array([[1, 0, 2], [3, 1, 0]])

    with pytest.warns(TopoiWarning, match=re.escape("1 documents (rows 0) hold terms")):
        found = particles(counts, topics, np.ones(2))

    assert found.documents.log_likelihood[0] == -math.inf
    assert np.isfinite(found.documents.log_likelihood[1])
    assert math.isnan(found.monte_carlo_error[0])


def test_left_to_right_refuses_parts_of_tokens_and_too_few_particles():
    with pytest.raises(InputError, match="counts must be whole numbers of tokens"):
        particles([[0.5, 0, 0, 0]])
    with pytest.raises(InputError, match="n_particles must be an int >= 2 and <= 16384; got 1"):
        particles([[1, 0, 0, 0]], n_particles=1)
    with pytest.raises(InputError, match="There is nothing to score"):
        particles([[0, 0, 0, 0]])


def test_completion_and_left_to_right_prefer_the_same_topics():
    counts, topics, alpha = some_corpus(n_docs=40, n_topics=5)
    other = np.random.default_rng(0).permuted(topics, axis=1)

    gaps = [
        document_completion(counts, topics, shares_for(topics, alpha)).score
        - document_completion(counts, other, shares_for(other, alpha)).score,
        particles(counts, topics, alpha).documents.score
        - particles(counts, other, alpha).documents.score,
    ]

    assert min(gaps) > 0.1


@settings(deadline=None)
@given(small_counts)
def test_nothing_scores_above_certainty(counts):
    topics = np.array([[0.5, 0.2, 0.1, 0.1, 0.1], [0.05, 0.05, 0.1, 0.3, 0.5]])
    if not counts.any():
        return
    found = particles(counts, topics, np.array([0.2, 0.9]), n_particles=2)

    assert (found.documents.log_likelihood <= 1e-6).all()
    assert found.documents.perplexity >= 1.0 - 1e-6


def test_scores_of_nothing_are_refused():
    with pytest.raises(InputError, match="There is nothing to score"):
        held_out_score(np.zeros(0), np.zeros(0))
