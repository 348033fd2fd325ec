"""Are regressions of shares, their errors and what is made of draws what the papers say?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, stdtr

from topoi.errors import InputError
from topoi.measures.multiple_tests import benjamini_hochberg, joint_p, step_down_max
from topoi.measures.share_regression import (
    average_share,
    coefficient,
    of_known_shares,
    over_worlds,
    pool_worlds,
)

RNG = np.random.default_rng(4)
N, K = 60, 3
DESIGN = np.column_stack([np.ones(N), RNG.normal(size=N), RNG.integers(2, size=N)])
CLUSTERS = RNG.permutation(np.arange(N) % 13)
WEIGHTS = RNG.uniform(0.5, 3.0, N)
SHARES = RNG.dirichlet(np.ones(K), N) * 0.7 + 0.3 * RNG.dirichlet(np.ones(K), 13)[CLUSTERS]
ALL = [coefficient(place, 3) for place in range(3)]


def known(quantities=ALL, *, shares=SHARES, family="ols", errors="CR1", clusters=CLUSTERS):
    return of_known_shares(
        quantities, shares, DESIGN, clusters, WEIGHTS, family=family, errors=errors
    )


def naive_ols(shares, weights, rows=slice(None)):
    x, w = DESIGN[rows], weights[rows]
    return np.linalg.inv(x.T @ np.diag(w) @ x) @ x.T @ np.diag(w) @ shares[rows]


@pytest.mark.parametrize("topic", range(K))
def test_ols_with_cr1_is_liang_and_zegers_sandwich(topic):
    found = known()

    b = naive_ols(SHARES, WEIGHTS)[:, topic]
    bread = np.linalg.inv(DESIGN.T @ np.diag(WEIGHTS) @ DESIGN)
    meat = np.zeros((3, 3))
    for cluster in range(13):
        rows = cluster == CLUSTERS
        score = DESIGN[rows].T @ (WEIGHTS[rows] * (SHARES[rows, topic] - DESIGN[rows] @ b))
        meat += np.outer(score, score)
    variance = 13 / 12 * (N - 1) / (N - 3) * bread @ meat @ bread
    for place, result in enumerate(found):
        np.testing.assert_allclose(result.estimate[topic], b[place], rtol=1e-10)
        np.testing.assert_allclose(result.covariance[topic, topic], variance[place, place])
        assert result.freedom[topic] == 12


def test_cr3_is_the_jackknife_over_clusters():
    found = known(errors="CR3")

    whole = naive_ols(SHARES, WEIGHTS)
    gaps = np.stack([naive_ols(SHARES, WEIGHTS, cluster != CLUSTERS) - whole
                     for cluster in range(13)])  # fmt: skip
    variance = 12 / 13 * (gaps**2).sum(axis=0)
    for place, result in enumerate(found):
        np.testing.assert_allclose(result.std_error**2, variance[place], rtol=1e-9)


def test_fractional_logit_is_the_quasi_likelihoods_maximum():
    found = known(family="logit")

    for topic in range(K):

        def minus(b, topic=topic):
            expected = expit(DESIGN @ b)
            y = SHARES[:, topic]
            return -(WEIGHTS * (y * np.log(expected) + (1 - y) * np.log(1 - expected))).sum()

        b = minimize(minus, np.zeros(3), tol=1e-12).x
        # The optimiser stops where its numerical slope is about 1e-5.
        np.testing.assert_allclose([r.estimate[topic] for r in found], b, atol=1e-4)


def test_errors_of_a_logit_are_the_sandwich_at_its_maximum():
    found = known(family="logit")

    b = np.array([result.estimate[0] for result in found])
    expected = expit(DESIGN @ b)
    bread = np.linalg.inv(DESIGN.T @ np.diag(WEIGHTS * expected * (1 - expected)) @ DESIGN)
    meat = np.zeros((3, 3))
    for cluster in range(13):
        rows = cluster == CLUSTERS
        score = DESIGN[rows].T @ (WEIGHTS[rows] * (SHARES[rows, 0] - expected[rows]))
        meat += np.outer(score, score)
    variance = 13 / 12 * (N - 1) / (N - 3) * bread @ meat @ bread
    np.testing.assert_allclose([r.std_error[0] ** 2 for r in found], np.diagonal(variance))


@pytest.mark.parametrize("family", ["ols", "logit"])
def test_difference_of_average_shares_is_of_predictions_by_hand(family):
    one, other = DESIGN.copy(), DESIGN.copy()
    one[:, 2], other[:, 2] = 1, 0
    quantity = average_share(family, (one, other), (1.0, -1.0), WEIGHTS)

    result = known([*ALL, quantity], family=family)[3]

    b = np.stack([r.estimate for r in known(family=family)], axis=1)
    predict = (lambda x: x @ b.T) if family == "ols" else (lambda x: expit(x @ b.T))
    gap = np.average(predict(one) - predict(other), axis=0, weights=WEIGHTS)
    np.testing.assert_allclose(result.estimate, gap, rtol=1e-9)
    steps = []
    for place in range(3):  # slopes by small differences, good to about 1e-8
        moved = b.copy()
        moved[:, place] += 1e-6
        steps.append((quantity.value(moved) - quantity.value(b)) / 1e-6)
    np.testing.assert_allclose(quantity.slope(b), np.stack(steps, axis=1), atol=1e-6)


def test_for_ols_a_difference_is_the_coefficient_itself():
    one, other = DESIGN.copy(), DESIGN.copy()
    one[:, 2], other[:, 2] = 1, 0

    difference = known([average_share("ols", (one, other), (1.0, -1.0), WEIGHTS)])[0]

    np.testing.assert_allclose(difference.estimate, known()[2].estimate, rtol=1e-9)
    np.testing.assert_allclose(difference.std_error, known()[2].std_error, rtol=1e-9)


def test_all_topics_together_never_change_one():
    together = known()[1]

    alone = known(shares=SHARES[:, 1:2])[1]

    assert together.estimate[1] == alone.estimate[0]
    assert together.std_error[1] == alone.std_error[0]


def test_order_of_rows_hardly_moves_a_digit():
    order = RNG.permutation(N)

    mixed = of_known_shares(
        ALL, SHARES[order], DESIGN[order], CLUSTERS[order], WEIGHTS[order],
        family="ols", errors="CR1",
    )  # fmt: skip

    np.testing.assert_allclose(mixed[2].std_error, known()[2].std_error, rtol=1e-10)


def test_clusters_of_copies_count_once():
    """Each row ten times is no more evidence; taken as independent it would be."""
    shares, design = np.repeat(SHARES, 10, axis=0), np.repeat(DESIGN, 10, axis=0)
    weights, own = np.repeat(WEIGHTS, 10), np.repeat(np.arange(N), 10)

    clustered = of_known_shares(ALL, shares, design, own, weights, family="ols", errors="CR3")[1]
    apart = of_known_shares(
        ALL, shares, design, np.arange(10 * N), weights, family="ols", errors="CR3"
    )[1]

    once = known(clusters=np.arange(N), errors="CR3")[1]
    np.testing.assert_allclose(clustered.std_error, once.std_error, rtol=1e-9)
    assert (apart.std_error < 0.4 * once.std_error).all()


def test_one_cluster_and_a_term_of_one_cluster_are_refused():
    with pytest.raises(InputError, match="one cluster, so nothing shows"):
        known(clusters=np.zeros(N, int))
    own = np.where(DESIGN[:, 2] == 1, 0, np.arange(N) % 5 + 1)
    with pytest.raises(InputError, match=r"Without 1 of the 6 clusters .* use errors='CR1'"):
        known(clusters=own, errors="CR3")


def test_a_share_that_is_always_one_or_zero_has_no_logit():
    shares = np.repeat(DESIGN[:, 2:], K, axis=1)
    with pytest.raises(InputError, match="does not come to rest"):
        known(shares=shares, family="logit")


# --- worlds -------------------------------------------------------------------------------------


def test_variance_of_worlds_is_von_hippel_and_bartletts_by_hand():
    values = np.array([[1.0], [3.0], [2.0], [4.0], [5.0], [7.0], [2.0], [2.0]])
    worlds = np.array([0, 0, 1, 1, 2, 2, 3, 3])

    found = pool_worlds(values, worlds, scale=3.0, n_clusters=10**9)

    means = np.array([3.0, 6.0, 2.0])
    within = ((1 + 1) + (1 + 1) + 0) / 3
    between = means.var(ddof=1)
    variance = 3 * (between - within / 2) + within / 2  # of the worlds, and of world 0's own mean
    assert found.estimate[0] == 2.0
    np.testing.assert_allclose(found.covariance[0, 0], variance, rtol=1e-12)
    uncertain = 9 * (between**2 / 2 + (within / 2) ** 2 / 3)
    np.testing.assert_allclose(found.freedom[0], variance**2 / uncertain, rtol=1e-6)


def test_few_clusters_leave_few_degrees_of_freedom():
    rng = np.random.default_rng(1)
    worlds = np.repeat(np.arange(201), 2)
    values = rng.normal(size=(402, 1)) * 0.1 + rng.normal(size=(201, 1))[worlds]

    assert pool_worlds(values, worlds, scale=1.0, n_clusters=5).freedom[0] < 4
    assert pool_worlds(values, worlds, scale=1.0, n_clusters=500).freedom[0] > 100


def test_worlds_without_an_answer_are_left_out_unless_they_are_most():
    worlds = np.repeat(np.arange(9), 2)
    values = np.random.default_rng(0).normal(size=(18, 2))
    some, most = values.copy(), values.copy()
    some[worlds == 3] = np.nan
    most[worlds > 3] = np.nan

    assert np.isfinite(pool_worlds(some, worlds, scale=1.0, n_clusters=50).std_error).all()
    assert pool_worlds(most, worlds, scale=1.0, n_clusters=50) is None


def test_samples_of_known_shares_agree_with_the_sandwich():
    """Without chance in shares, worlds are a delete-d jackknife, whose errors CR1 approaches."""
    rng = np.random.default_rng(2)
    n_worlds = 1500
    kept = np.ones((n_worlds + 1, N), bool)
    for world in range(1, n_worlds + 1):
        kept[world] = np.isin(CLUSTERS, rng.permutation(13)[:10])
    worlds = np.arange(n_worlds + 1)
    shares = np.repeat(SHARES[np.newaxis], n_worlds + 1, axis=0)

    found = over_worlds(
        ALL, shares, worlds=worlds, kept=kept, scale=10 / 3,
        design=DESIGN, weights=WEIGHTS,
        family="ols", n_clusters=13,
    )  # fmt: skip

    for result, sandwich in zip(found, known(), strict=True):
        np.testing.assert_allclose(result.estimate, sandwich.estimate, rtol=1e-10)
        # 13 clusters: the two ways agree to a few tenths, not more.
        np.testing.assert_allclose(result.std_error, sandwich.std_error, rtol=0.35)


def test_a_category_in_one_cluster_is_refused_with_the_way_out():
    design = np.column_stack([np.ones(N), CLUSTERS == 0]).astype(float)
    kept = np.ones((21, N), bool)
    kept[1:16, CLUSTERS == 0] = False
    shares = np.repeat(SHARES[np.newaxis], 21, axis=0)
    with pytest.raises(InputError, match="Join rare categories"):
        over_worlds(
            [coefficient(1, 2)], shares, worlds=np.arange(21), kept=kept, scale=3.0,
            design=design, weights=WEIGHTS, family="ols", n_clusters=13,
        )  # fmt: skip


# --- several tests ------------------------------------------------------------------------------


def test_benjamini_hochberg_by_hand():
    adjusted = benjamini_hochberg([0.01, np.nan, 0.04, 0.03, 0.5])

    np.testing.assert_allclose(adjusted, [0.04, np.nan, 0.16 / 3, 0.16 / 3, 0.5], rtol=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_benjamini_hochberg_is_the_papers_rule(p_values):
    adjusted = benjamini_hochberg(p_values)

    for q in (0.05, 0.2, 0.5):
        ranked = sorted(p_values)
        below = [i + 1 for i, p in enumerate(ranked) if p <= q * (i + 1) / len(ranked)]
        cut = ranked[max(below) - 1] if below else -1.0
        near = [abs(p * len(ranked) - q * (i + 1)) < 1e-9 for i, p in enumerate(ranked)]
        if not any(near):
            assert [a <= q for a in adjusted] == [p <= cut for p in p_values]


def test_step_down_is_westfall_and_youngs_algorithm():
    rng = np.random.default_rng(0)
    observed, permuted = np.abs(rng.normal(size=5)) + 1, np.abs(rng.normal(size=(99, 5)))

    found = step_down_max(observed, permuted)

    order, least, expected = np.argsort(-observed), 0.0, np.empty(5)
    for step, place in enumerate(order):
        rest = order[step:]
        count = sum(max(row[rest]) >= observed[place] for row in permuted)
        least = max(least, (1 + count) / 100)
        expected[place] = least
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_joint_p_of_one_test_is_its_own_and_of_copies_too():
    ratios, freedom = np.array([2.1, 2.1, 2.1]), np.full(3, 12.0)
    own = 2 * stdtr(12.0, -2.1)

    copies = joint_p(ratios, np.ones((3, 3)), freedom, np.random.default_rng(0))
    apart = joint_p(ratios, np.eye(3), np.full(3, 1e6), np.random.default_rng(0))

    np.testing.assert_allclose(copies, own, atol=0.006)  # 3 standard errors of 20,000 draws
    np.testing.assert_allclose(apart, 1 - (1 - 2 * stdtr(1e6, -2.1)) ** 3, atol=0.006)


def test_joint_p_leaves_out_what_has_no_error():
    found = joint_p(
        np.array([3.0, np.nan]), np.diag([1.0, 0.0]), np.full(2, 50.0), np.random.default_rng(0)
    )

    assert found[0] < 0.02
    assert np.isnan(found[1])
