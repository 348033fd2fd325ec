"""Does the documents' prior follow their covariates as planted, exactly and with clear errors?"""

import naive_seeded as naive
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import matched_cosines, planted_corpus
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import gammaln
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from topoi.errors import InputError
from topoi.kernels import dirichlet, dirichlet_regression, logarithm
from topoi.models.covariate_lda import CovariateLDA
from topoi.models.covariate_prior import CovariatePrior, CovariateScale
from topoi.models.lda import LDA
from topoi.models.quasi_newton import maximise

TOPICS = planted_corpus(0, overlap=0.0)[1]


@parametrize_with_checks([CovariateLDA(max_iter=5, n_components=3)])
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


# --- the likelihood of lambda and its slope -----------------------------------------------------


@pytest.mark.parametrize("prior", [1e-7, 0.01, 0.5, 3.0, 900.0])
@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 1000, 10**6])
def test_log_rise_is_a_difference_of_log_gammas(count, prior):
    expected = gammaln(count + prior) - gammaln(prior)

    # gammaln itself is exact to some 1e-15 of its size; ours leaves out terms below 1e-9.
    found = dirichlet_regression._log_rise(float(count), prior)

    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * max(1.0, gammaln(prior + 1)))


@given(count=st.floats(0, 300), prior=st.floats(1e-4, 500))
@settings(max_examples=200, deadline=None)
def test_the_rise_is_the_slope_of_its_integral(count, prior):
    gap = 1e-5 * prior

    higher, lower = (dirichlet_regression._log_rise(count, prior + step) for step in (gap, -gap))

    # Central differences are off by gap^2 and by rounding: 1e-15 of the value over gap.
    size = max(abs(higher), 1.0) * 1e-13 / gap
    expected = dirichlet.rise(count, prior)
    assert (higher - lower) / (2 * gap) == pytest.approx(expected, rel=1e-6, abs=size)


def problem(seed, n_docs=40, n_topics=3, n_covariates=2, length=30):
    """Whole counts (D, K), a design (D, Q), lambda and the precisions of its priors."""
    rng = np.random.default_rng(seed)
    covariates = rng.normal(0, 1, (n_docs, n_covariates))
    design = np.hstack([np.ones((n_docs, 1)), covariates])
    coefficients = rng.normal(0, 0.7, (n_topics, n_covariates + 1))
    shares = [rng.dirichlet(row) for row in np.exp(design @ coefficients.T)]
    counts = np.array([rng.multinomial(length, share) for share in shares])
    precision = np.array([0.1] + [1 / 0.7**2] * n_covariates)
    return counts, design, coefficients, precision


def prior_for(design, n_topics, *, n_threads=1):
    return CovariatePrior(
        design, 0.5, n_topics=n_topics, effect_sd=0.7, learns=True, n_threads=n_threads
    )


def known(counts):
    """Counts as the kernels take them, (D, K')."""
    padded = np.zeros((len(counts), 8), np.float32)
    padded[:, : counts.shape[1]] = counts
    return padded


@pytest.mark.parametrize("seed", range(5))
def test_objective_and_slope_are_those_of_the_paper(seed):
    counts, design, coefficients, precision = problem(seed)
    prior = prior_for(design, 3)
    zero = np.zeros_like(coefficients)

    value, slope = prior.objective(known(counts), coefficients)
    at_zero, _ = prior.objective(known(counts), zero)

    expected = naive.regression_log_posterior(counts, design, coefficients, precision)
    expected -= naive.regression_log_posterior(counts, design, zero, precision)
    np.testing.assert_allclose(value - at_zero, expected, rtol=1e-9)
    np.testing.assert_allclose(
        slope, naive.regression_slope(counts, design, coefficients, precision), atol=1e-6
    )


@pytest.mark.parametrize("seed", range(3))
def test_slope_is_the_numeric_difference_for_parts_of_tokens(seed):
    _, design, coefficients, _ = problem(seed)
    rng = np.random.default_rng(seed)
    counts = (rng.gamma(0.5, 20, (40, 8)) * (rng.random((40, 8)) < 0.7)).astype(np.float32)
    prior = prior_for(design, 3)

    _, slope = prior.objective(counts, coefficients)

    step = 1e-5
    for place in np.ndindex(coefficients.shape):
        ahead, behind = coefficients.copy(), coefficients.copy()
        ahead[place] += step
        behind[place] -= step
        rise = prior.objective(counts, ahead)[0] - prior.objective(counts, behind)[0]
        # Rounding of values of some hundreds: 1e-13 / 1e-5; the third derivative: 1e-10.
        assert rise / (2 * step) == pytest.approx(slope[place], rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", [(40, 3, 2), (15, 2, 6), (60, 7, 1), (30, 1, 0)])
def test_learning_finds_the_greatest_log_posterior(seed, shape):
    n_docs, n_topics, n_covariates = shape
    counts, design, _, precision = problem(seed, n_docs, n_topics, n_covariates)
    prior = prior_for(design, n_topics)

    def fallen(flat):
        place = flat.reshape(n_topics, -1)
        return (
            -naive.regression_log_posterior(counts, design, place, precision),
            -naive.regression_slope(counts, design, place, precision).ravel(),
        )

    best = minimize(fallen, np.zeros(prior.coefficients.size), jac=True, method="BFGS")
    for _ in range(3):  # a call takes at most 25 steps
        prior.learn([known(counts)])

    found = -fallen(prior.coefficients.ravel())[0]
    # Learning stops where a step promises 1e-6 nats, several times that where all is flat.
    assert found >= -best.fun - 1e-4
    np.testing.assert_allclose(prior.coefficients.ravel(), best.x, atol=0.02)


def test_learning_climbs_to_the_top_from_far_away():
    counts, design, _, _ = problem(1)
    rng = np.random.default_rng(1)
    for _ in range(10):
        prior = prior_for(design, 3)
        prior.coefficients = rng.normal(0, 1.5, prior.coefficients.shape)
        before = prior.objective(known(counts), prior.coefficients)[0]

        prior.learn([known(counts)])

        assert prior.objective(known(counts), prior.coefficients)[0] >= before
        prior.learn([known(counts)])
        prior.learn([known(counts)])
        assert np.abs(prior.objective(known(counts), prior.coefficients)[1]).max() < 0.05


def test_information_bounds_the_curvature():
    # The likelihood minus its bound is convex, so minus the Hessian is at most the information.
    counts, design, coefficients, _ = problem(2, n_covariates=0)
    bound = np.zeros((3, 1, 1))
    dirichlet_regression.information(known(counts), design, coefficients, bound)
    step, none = 1e-3, np.zeros(1)
    for k in range(3):
        values = []
        for move in (-step, 0.0, step):
            moved = coefficients.copy()
            moved[k] += move
            values.append(naive.regression_log_posterior(counts, design, moved, none))

        second = (values[0] - 2 * values[1] + values[2]) / step**2

        assert -second <= bound[k, 0, 0] + 1e-3


@pytest.mark.parametrize("width", [1, 2, 5, 51])
def test_systems_are_solved(width):
    rng = np.random.default_rng(width)
    roots = rng.normal(0, 1, (3, width, width + 3))
    matrices = roots @ roots.transpose(0, 2, 1)
    right, solution = rng.normal(0, 1, (3, width)), np.empty((3, width))

    dirichlet_regression.solve_positive(np.tril(matrices), right, solution)

    expected = np.linalg.solve(matrices, right[..., np.newaxis])[..., 0]
    # Rounding grows with the condition numbers, up to 1e4 here.
    np.testing.assert_allclose(solution, expected, rtol=1e-8, atol=1e-8)


def test_maximise_finds_the_top_of_a_curved_ridge():
    # Rosenbrock's function, upside down: its top is at (1, 1).
    def value_and_slope(place):
        x, y = place
        value = -(100 * (y - x * x) ** 2 + (1 - x) ** 2)
        return value, -np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])

    settings = {"solve": lambda slope: slope * 1e-3, "tolerance": 1e-20, "most_steps": 500}

    top = maximise(value_and_slope, np.array([-1.2, 1.0]), **settings)

    np.testing.assert_allclose(top, [1.0, 1.0], atol=1e-6)


def test_maximise_stays_where_nothing_is_better():
    start = np.array([2.0])

    for slope in (np.array([0.0]), np.array([1.0]), np.array([np.nan])):
        found = maximise(
            lambda _, slope=slope: (0.0, slope), start, lambda s: s, tolerance=0.0, most_steps=9
        )
        np.testing.assert_array_equal(found, start)


@given(st.floats(-700, 700))
@settings(max_examples=300, deadline=None)
def test_exponential_is_exact_to_the_last_digits(x):
    assert logarithm.exponential(x) == pytest.approx(np.exp(x), rel=1e-15, abs=0)


def test_priors_are_exponentials_within_bounds():
    design = np.array([[1.0, 0.0], [1.0, 2.0], [1.0, 1e200], [1.0, -1e200]])
    coefficients = np.array([[0.5, -1.0], [0.0, 0.0]])
    alpha = np.empty((4, 2))

    dirichlet_regression.document_priors(design, coefficients, alpha)

    expected = np.exp([[0.5, 0.0], [-1.5, 0.0], [-16.0, 0.0], [7.0, 0.0]])
    np.testing.assert_allclose(alpha, expected, rtol=1e-15)


def test_the_rows_of_a_prior_are_those_of_the_documents_asked_for():
    counts, design, _, _ = problem(0)
    prior = prior_for(design, 3)
    before = prior.rows(0, 40).copy()
    prior.learn([known(counts)])

    expected = np.exp(design[10:17] @ prior.coefficients.T)

    np.testing.assert_allclose(before[:, :3], 0.5, rtol=1e-7)
    np.testing.assert_allclose(prior.rows(10, 17)[:, :3], expected, rtol=1e-6)  # float32
    assert not prior.rows(10, 17)[:, 3:].any()


# --- planted effects ----------------------------------------------------------------------------


def planted_by_covariates(seed, n_docs=400):
    """Counts, covariates (a group, a year) and the planted lambda on their scale, (K, 3).

    Topic 0 is frequent in group 1, topic 1 in group 0; topic 2 grows over the years, topic 3
    falls; years are from 2000.
    """
    rng = np.random.default_rng(seed)
    covariates = np.column_stack([rng.integers(0, 2, n_docs), rng.uniform(2000, 2020, n_docs)])
    planted = np.array([[-2, 1.5, 0], [-0.5, -1.5, 0], [-2, 0, 0.1], [0, 0, -0.1]])
    alpha = np.exp(planted[:, 0] + (covariates - [0, 2000]) @ planted[:, 1:].T)
    shares = np.array([rng.dirichlet(row) for row in alpha])
    counts = np.array([rng.multinomial(80, row @ TOPICS) for row in shares], dtype=float)
    return counts, covariates, planted, shares


def pairing(model):
    return (TOPICS @ model.components_.T).argmax(axis=1)


@pytest.mark.parametrize("seed", range(20))
def test_planted_effects_are_found(seed):
    counts, covariates, planted, shares = planted_by_covariates(seed)

    model = CovariateLDA(4, random_state=seed).fit(counts, covariates=covariates)

    order = pairing(model)
    assert sorted(order) == [0, 1, 2, 3]
    assert matched_cosines(model.components_, TOPICS).min() > 0.95
    # Sampling: a slope's deviation is some .15 for the group, .013 for a year; the prior draws
    # 1.5 (.75 standardised) towards 0 by about a twentieth.
    np.testing.assert_allclose(model.lambda_[order, 1], planted[:, 1], atol=0.55)
    np.testing.assert_allclose(model.lambda_[order, 2], planted[:, 2], atol=0.05)
    np.testing.assert_allclose(
        model.doc_topic_[:, order].mean(axis=0), shares.mean(axis=0), atol=0.02
    )


def test_effects_are_unbiased_but_for_their_prior():
    found = []
    for seed in range(20):
        counts, covariates, planted, _ = planted_by_covariates(seed)
        model = CovariateLDA(4, random_state=seed).fit(counts, covariates=covariates)
        found.append(model.lambda_[pairing(model)])

    mean = np.mean(found, axis=0)
    np.testing.assert_allclose(mean[:, 1], planted[:, 1], atol=0.25)
    np.testing.assert_allclose(mean[:, 2], planted[:, 2], atol=0.02)


def test_expected_prevalence_is_that_of_the_groups():
    counts, covariates, _, shares = planted_by_covariates(3)
    group = covariates[:, :1]

    model = CovariateLDA(4).fit(counts, covariates=group)

    expected = model.expected_prevalence([[0], [1]])[:, pairing(model)]
    np.testing.assert_allclose(expected.sum(axis=1), 1.0)
    for value in (0, 1):
        mean = shares[covariates[:, 0] == value].mean(axis=0)
        np.testing.assert_allclose(expected[value], mean, atol=0.06)


def test_covariates_without_effect_get_small_effects():
    counts, _ = planted_corpus(1, n_docs=300)
    noise = np.random.default_rng(0).normal(0, 1, (300, 3))

    model = CovariateLDA(4).fit(counts, covariates=noise)

    assert np.abs(model.effects_).max() < 0.35  # two to three deviations of about .12


def test_a_tight_prior_leaves_no_effects():
    counts, covariates, _, _ = planted_by_covariates(0)

    model = CovariateLDA(4, effect_sd=1e-3).fit(counts, covariates=covariates)

    assert np.abs(model.effects_).max() < 1e-3


def test_without_covariates_the_prior_is_near_that_of_lda():
    counts, _ = planted_corpus(2)

    plain = LDA(4, max_iter=60, draw_passes=0, tol=0.0).fit(counts)
    none = CovariateLDA(4, max_iter=60, tol=0.0).fit(counts)
    empty = CovariateLDA(4, max_iter=60, tol=0.0).fit(counts, covariates=np.empty((150, 0)))

    # Their priors of alpha differ (Gamma and log-normal), which 150 documents outweigh.
    np.testing.assert_allclose(none.alpha_, plain.alpha_, rtol=0.1)
    np.testing.assert_allclose(none.components_, plain.components_, atol=2e-3)
    np.testing.assert_array_equal(none.components_, empty.components_)
    assert none.lambda_.shape == (4, 1)
    assert none.effects_.shape == (4, 0)


def test_units_of_a_covariate_change_lambda_but_nothing_else():
    counts, covariates, _, _ = planted_by_covariates(1, n_docs=150)
    other = covariates * [1000.0, 0.5] + [7.0, -3.0]

    first = CovariateLDA(4).fit(counts, covariates=covariates)
    second = CovariateLDA(4).fit(counts, covariates=other)

    # Standardising rounds differently, in the last digits.
    np.testing.assert_allclose(second.doc_topic_, first.doc_topic_, atol=1e-5)
    np.testing.assert_allclose(second.effects_, first.effects_, atol=1e-4)
    np.testing.assert_allclose(second.lambda_[:, 1:] * [1000, 0.5], first.lambda_[:, 1:], atol=1e-4)


def test_lambda_on_the_given_scale_gives_the_same_priors():
    counts, covariates, _, _ = planted_by_covariates(1, n_docs=100)
    model = CovariateLDA(4).fit(counts, covariates=covariates)

    by_hand = np.exp(model.lambda_[:, 0] + covariates @ model.lambda_[:, 1:].T)

    np.testing.assert_allclose(model._prior_of(covariates, 100), by_hand, rtol=1e-9)
    np.testing.assert_allclose(model.alpha_, by_hand.mean(axis=0), rtol=1e-9)


def test_effects_are_lambda_times_standard_deviations():
    counts, covariates, _, _ = planted_by_covariates(1, n_docs=100)
    model = CovariateLDA(4).fit(counts, covariates=covariates)

    np.testing.assert_allclose(model.effects_, model.lambda_[:, 1:] * covariates.std(axis=0))


def test_a_prior_that_is_not_learned_stays_as_set():
    counts, covariates, _, _ = planted_by_covariates(1, n_docs=100)

    model = CovariateLDA(4, doc_topic_prior=0.3, learn_prior=False, max_iter=30)
    model.fit(counts, covariates=covariates)

    np.testing.assert_allclose(model.alpha_, 0.3, rtol=1e-14)
    assert not model.effects_.any()


# --- new rows -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fitted():
    counts, covariates, _, _ = planted_by_covariates(5)
    return CovariateLDA(4).fit(counts, covariates=covariates), counts, covariates


def test_transform_with_the_training_covariates_gives_doc_topic(fitted):
    model, counts, covariates = fitted

    np.testing.assert_array_equal(model.transform(counts, covariates=covariates), model.doc_topic_)


def test_fit_transform_gives_doc_topic(fitted):
    model, counts, covariates = fitted

    found = clone(model).fit_transform(counts, covariates=covariates)

    np.testing.assert_array_equal(found, model.doc_topic_)


def test_an_empty_row_has_the_prevalence_its_covariates_tell(fitted):
    model, counts, covariates = fitted
    nothing = np.zeros((3, counts.shape[1]))

    found = model.transform(nothing, covariates=covariates[:3])

    np.testing.assert_allclose(found, model.expected_prevalence(covariates[:3]), rtol=1e-12)


def test_without_covariates_new_rows_have_the_mean_prior(fitted):
    model, counts, _ = fitted

    found = model.transform(np.zeros((2, counts.shape[1])))

    np.testing.assert_allclose(found, np.tile(model.alpha_ / model.alpha_.sum(), (2, 1)))


def test_a_row_does_not_depend_on_other_rows(fitted):
    model, counts, covariates = fitted
    whole = model.transform(counts, covariates=covariates)

    for rows in ([7], [7, 3, 100], list(range(50, 90))):
        part = model.transform(counts[rows], covariates=covariates[rows])
        np.testing.assert_array_equal(part, whole[rows])


def test_draws_of_empty_rows_come_from_their_own_priors(fitted):
    model, counts, _ = fitted
    nothing = np.zeros((2, counts.shape[1]))
    covariates = [[0, 2000], [1, 2020]]

    draws = model.theta_draws(nothing, 1000, covariates=covariates)

    # A share's deviation is at most .5, its mean's over 1,000 draws .016.
    expected = model.expected_prevalence(covariates)
    np.testing.assert_allclose(draws.mean(axis=0), expected, atol=0.06)


def test_draws_without_covariates_have_the_mean_prior(fitted):
    model, counts, _ = fitted

    draws = model.theta_draws(np.zeros((1, counts.shape[1])), 3000)

    np.testing.assert_allclose(draws.mean(axis=0)[0], model.alpha_ / model.alpha_.sum(), atol=0.04)


def test_covariates_help_to_foretell_short_documents(fitted):
    model, _, _ = fitted
    counts, covariates, _, _ = planted_by_covariates(6)
    rng = np.random.default_rng(0)
    short = np.array([rng.multinomial(4, row / row.sum()) for row in counts], dtype=float)

    with_them = model.held_out(short, covariates=covariates)
    without = model.held_out(short)

    assert with_them.score > without.score
    assert model.score(short, covariates=covariates) == with_them.score
    assert model.perplexity(short, covariates=covariates) == pytest.approx(np.exp(-with_them.score))


def test_the_trace_scores_held_out_rows_with_their_own_priors():
    counts, covariates, _, _ = planted_by_covariates(6)
    train, test = slice(0, 300), slice(300, None)
    model = CovariateLDA(4, max_iter=20)
    given = {"covariates": covariates[train], "held_out": counts[test]}

    own = model.fit(counts[train], held_out_covariates=covariates[test], **given)
    last = own.trace_["held_out"].iloc[-1]

    # Priors are learned after a pass and before its score.
    assert last == pytest.approx(own.score(counts[test], covariates=covariates[test]), rel=1e-9)
    mean = clone(model).fit(counts[train], **given)
    assert mean.trace_["held_out"].iloc[-1] == pytest.approx(mean.score(counts[test]), rel=1e-9)


# --- hard input ---------------------------------------------------------------------------------

HARD = {
    "few documents and terms": np.array([[1.0, 0, 2], [0, 3, 1], [1, 1, 1], [0, 0, 0]]),
    "one term": np.array([[3.0], [1.0], [0.0]]),
    "parts of tokens": np.array([[0.2, 0.1, 0.0], [0.0, 0.01, 0.7], [1e-6, 0, 0.3]]),
    "a million tokens": np.array([[1e6, 3.0, 0.0], [0.0, 1.0, 1e6], [1.0, 1.0, 1.0]]),
}


@pytest.mark.parametrize("kind", HARD)
@pytest.mark.parametrize("n_topics", [1, 2, 7])
@pytest.mark.parametrize("size", [1.0, 1e-90, 1e90])
def test_hard_input_still_gives_distributions(kind, n_topics, size):
    counts = HARD[kind]
    covariates = np.arange(len(counts) * 2.0).reshape(-1, 2) ** 2 * size

    model = CovariateLDA(n_topics, max_iter=25).fit(counts, covariates=covariates)

    far = model.transform(counts, covariates=covariates * -1e8)
    for rows in (model.components_, model.doc_topic_, far):
        assert np.isfinite(rows).all()
        assert (rows >= 0).all()
        np.testing.assert_allclose(rows.sum(axis=1), 1.0, atol=1e-6)
    assert np.isfinite(model.lambda_).all()


def test_one_document_has_no_covariates_to_compare():
    model = CovariateLDA(2, max_iter=25).fit(np.array([[3.0, 1.0, 2.0]]))

    np.testing.assert_allclose(model.doc_topic_.sum(), 1.0)


def test_covariates_that_add_up_to_one_are_borne():
    counts, covariates, _, _ = planted_by_covariates(2, n_docs=100)
    both = np.column_stack([covariates[:, 0], 1 - covariates[:, 0]])

    model = CovariateLDA(4).fit(counts, covariates=both)

    # The prior shares the effect out evenly.
    np.testing.assert_allclose(model.effects_[:, 0], -model.effects_[:, 1], atol=0.02)


def test_data_frames_and_columns_of_truth_values_are_taken():
    counts, covariates, _, _ = planted_by_covariates(2, n_docs=60)
    table = pd.DataFrame({"is_group": covariates[:, 0] == 1, "year": covariates[:, 1]})
    model = CovariateLDA(3, max_iter=25)

    first = clone(model).fit(csr_array(counts), covariates=table)
    second = clone(model).fit(counts, covariates=np.asfortranarray(covariates))

    np.testing.assert_array_equal(first.lambda_, second.lambda_)


def test_a_row_of_ten_million_deviations_is_bounded():
    scale = CovariateScale.of(np.array([[0.0], [1.0]]))

    np.testing.assert_allclose(scale.design(np.array([[1e7]])), [[1.0, 2e7 - 1]])


ROWS = np.arange(3.0)[:, np.newaxis]


@pytest.mark.parametrize(
    ("covariates", "words"),
    [
        (ROWS[:2], r"a row for each of the 3 documents .*; got shape \(2, 1\)\. Give a single"),
        (ROWS[:, 0], r"a row for each of the 3 documents .*; got shape \(3,\)"),
        ([["a"], ["b"], ["c"]], r"covariates must be numbers: could not convert.*column of 0 and"),
        ([[1], [2, 3], [4]], "covariates must be numbers: "),
        (ROWS * np.nan, r"finite and at most 1e\+100 in size; 3 rows are not \(rows 0, 1, 2\)\."),
        ([[0], [np.inf], [1]], r"1 rows are not \(rows 1\)\. Fill in what is missing"),
        ([[0], [1e101], [1]], r"1 rows are not \(rows 1\)"),
        (np.hstack([ROWS, ROWS * 0 + 5]), r"1 covariates are the same .* \(columns 1\).*intercept"),
    ],
)
def test_covariates_that_are_none_are_refused(covariates, words):
    with pytest.raises(InputError, match=words):
        CovariateLDA(2, max_iter=2).fit(np.ones((3, 3)), covariates=covariates)


def test_other_covariates_than_those_of_fit_are_refused():
    counts = np.ones((3, 3))
    model = CovariateLDA(2, max_iter=2).fit(counts, covariates=ROWS)
    words = r"must have the 1 columns of those in fit, in the same order; got 2\."

    for ask in (model.transform, model.held_out, model.theta_draws):
        with pytest.raises(InputError, match=words):
            ask(counts, covariates=np.hstack([ROWS, ROWS]))
    with pytest.raises(InputError, match=words):
        model.expected_prevalence([[1, 2]])
    with pytest.raises(InputError, match=words):
        model.fit(counts, covariates=ROWS, held_out=counts, held_out_covariates=np.ones((3, 2)))


@pytest.mark.parametrize("covariates", [None, 3, [1, 2]])
def test_expected_prevalence_needs_rows_of_covariates(covariates):
    model = CovariateLDA(2, max_iter=2).fit(np.ones((3, 3)), covariates=ROWS)

    with pytest.raises(InputError, match=r"a row for each document and a column for each cov.*got"):
        model.expected_prevalence(covariates)


def test_an_unfitted_model_says_so():
    model = CovariateLDA(2)

    for ask in (model.transform, model.held_out, model.theta_draws, model.expected_prevalence):
        with pytest.raises(NotFittedError):
            ask(np.ones((2, 3)))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"n_components": 0}, r"n_components must be an int >= 1; got 0\."),
        ({"effect_sd": 0}, r"effect_sd must be a number >= 0\.001 and <= 1000\.0; got 0\."),
        ({"effect_sd": np.nan}, r"effect_sd must be a number .*; got nan\."),
        ({"doc_topic_prior": 0.0}, r"doc_topic_prior must be a number >= 1e-06 .*; got 0\.0\."),
        ({"learn_prior": "no"}, r"learn_prior must be True or False; got 'no'\."),
    ],
)
def test_settings_out_of_range_are_refused(setting, words):
    with pytest.raises(InputError, match=words):
        CovariateLDA(2, max_iter=2).set_params(**setting).fit(np.ones((3, 3)))


def test_fit_leaves_nothing_of_the_training_data_behind():
    counts, covariates, _, _ = planted_by_covariates(2, n_docs=60)
    model = CovariateLDA(3, max_iter=12).fit(counts, covariates=covariates)

    for name, value in vars(model).items():
        if name != "doc_topic_" and isinstance(value, np.ndarray):
            assert 60 not in value.shape, name


def test_the_judges_slope_is_that_of_its_log_posterior():
    counts, design, coefficients, precision = problem(0)
    ahead = coefficients.copy()
    ahead[1, 1] += 1e-6
    rise = naive.regression_log_posterior(counts, design, ahead, precision)
    rise -= naive.regression_log_posterior(counts, design, coefficients, precision)

    slope = naive.regression_slope(counts, design, coefficients, precision)[1, 1]

    assert rise / 1e-6 == pytest.approx(slope, rel=1e-3, abs=1e-3)
