"""Does a compiled pass of CVB0 compute what the paper says, for any counts and priors?"""

import naive_lda as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_cases import Case, csr, padded, poisson
from numba.core.errors import TypingError

from topoi.kernels import cvb0, logarithm

# A responsibility is the product of about ten float32 operations, each off by at most 6e-8 of
# its result, and live counts carry the errors of the sweeps before: 1e-5 leaves room for both.
FLOAT32 = 1e-5
HELPERS = (
    "_longest", "_reciprocal", "_log_product", "_rebuild", "_without_own", "_sweep", "_last_sweep",
    "_with_prior", "_tokens", "_keep", "_greatest_change",
)  # fmt: skip


@pytest.fixture
def interpreted(monkeypatch):
    """The helpers of the kernels run by Python; the compiled kernels are made before."""
    case = Case(poisson((2, 3)))
    case.run()
    case.fold_in()
    for name in HELPERS:
        monkeypatch.setattr(cvb0, name, getattr(cvb0, name).py_func)
    monkeypatch.setattr(cvb0, "natural_log", logarithm.natural_log.py_func)


def assert_as_naive(case, n_sweeps, rtol=0.0, atol=FLOAT32 * 20):
    doc_counts, term_counts, found = case.run(n_sweeps)
    expected = naive.cvb0_pass(case.counts, *case.plain(), n_sweeps)
    k = case.n_topics
    np.testing.assert_allclose(doc_counts[:, :k], expected[0], rtol=rtol, atol=atol)
    np.testing.assert_allclose(term_counts[:, :k], expected[1], rtol=rtol, atol=atol)
    # Each token's likelihood is a float32 sum over topics, off by some 1e-7 of itself.
    assert found == pytest.approx(expected[2], rel=1e-6, abs=1e-5)
    assert not doc_counts[:, k:].any()
    assert not term_counts[:, k:].any()


# --- one pass -------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_sweeps", [1, 2, 3])
@pytest.mark.parametrize("n_topics", [1, 3, 8, 16, 17])
def test_pass_equals_the_naive_pass(n_topics, n_sweeps):
    case = Case(poisson((9, 12)), n_topics=n_topics, rows=np.arange(12) % 3)

    assert_as_naive(case, n_sweeps)


@pytest.mark.parametrize("n_sweeps", [2, 3])
def test_pass_equals_the_naive_pass_with_a_prior_for_each_document(n_sweeps):
    alpha = np.random.default_rng(3).gamma(0.5, 1.0, (9, 5)) + 1e-3

    assert_as_naive(Case(poisson((9, 12)), n_topics=5, alpha=alpha), n_sweeps)


def test_pass_equals_the_naive_pass_on_parts_of_tokens():
    counts = poisson((9, 12)) * np.random.default_rng(1).random((9, 12)) * 3

    assert_as_naive(Case(counts, n_topics=5), 2)


def test_pass_equals_the_naive_pass_on_huge_counts():
    counts = np.array([[2.0**24, 3, 0, 70], [0, 1, 100_000, 2], [5, 4, 4.5, 0.25]])

    # A document of 1e7 tokens: float32 holds it to about one token.
    assert_as_naive(Case(counts, n_topics=3), 2, rtol=1e-4, atol=5e-2)


@pytest.mark.parametrize("alpha", [1e-6, 1e-3, 0.1, 1.0, 1e3])
def test_pass_equals_the_naive_pass_for_extreme_priors(alpha):
    # live - alpha loses what float32 cannot hold beside alpha: 1e3 x 6e-8 for each token.
    assert_as_naive(Case(poisson((9, 12)), alpha=alpha), 2, atol=20 * max(FLOAT32, alpha * 1e-6))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=5),
    n_topics=st.integers(1, 17),
    alpha=st.sampled_from([1e-2, 0.5, 30.0]),
    seed=st.integers(0, 99),
    n_sweeps=st.integers(1, 3),
)
def test_any_pass_equals_the_naive_pass(rows, n_topics, alpha, seed, n_sweeps):
    case = Case(np.array(rows), seed=seed, n_topics=n_topics, alpha=alpha)

    assert_as_naive(case, n_sweeps, atol=1e-3)


def test_pass_of_one_token_by_hand():
    # One token: without it the document holds the prior only, and the weight falls by own slope.
    case = Case([[1]], n_topics=2)
    case.weight = padded([[0.2, 0.6]])
    case.slope = padded([[0.1, 0.1]])
    case.alpha = padded([[1.0, 1.0]])
    case.doc_counts = padded([[0.0, 0.0]])

    doc_counts, _, log_likelihood = case.run()

    # Begin: gamma = (1/4, 3/4). Sweep: (0.2 - 0.025, 0.6 - 0.075) x (1, 1) = (0.175, 0.525).
    np.testing.assert_allclose(doc_counts[0, :2], [0.25, 0.75], rtol=1e-6)
    assert log_likelihood == pytest.approx(np.log(0.4), rel=1e-6)


def test_a_weight_keeps_a_sixty_fourth_when_its_own_token_is_taken_out():
    # Own token 1 x slope 0.5 would leave nothing of the weight: 0.5 / 64 beside 0.5.
    case = Case([[1]], n_topics=2)
    case.weight, case.slope = padded([[0.5, 0.5]]), padded([[1.0, 0.0]])
    case.alpha, case.doc_counts = padded([[1.0, 1.0]]), padded([[1.0, 0.0]])

    doc_counts, _, _ = case.run()

    # Begin: gamma = (2/3, 1/3). Sweep: half of the way to (0.5 / 64, 0.5) / (0.5 / 64 + 0.5).
    expected = [(2 / 3 + 1 / 65) / 2, (1 / 3 + 64 / 65) / 2]
    np.testing.assert_allclose(doc_counts[0, :2], expected, atol=1e-6)


def test_part_of_a_token_takes_only_that_part_out_of_the_document():
    # A tenth of a token alone: without it the document holds the prior, so gamma = weight x prior.
    case = Case([[0.1]], n_topics=2, kept=False)
    case.weight, case.slope = padded([[0.5, 0.5]]), padded([[0.0, 0.0]])
    case.alpha = padded([[0.5, 0.1]])

    doc_counts, _, _ = case.run()

    np.testing.assert_allclose(doc_counts[0, :2], [0.1 * 5 / 6, 0.1 / 6], rtol=1e-5)


def test_pass_gives_the_bits_of_its_python_version(interpreted):
    counts = poisson((5, 9), 1) * np.array([1.0, 0.3, 5.0])[np.arange(9) % 3]
    case = Case(counts, n_topics=11, rows=np.arange(9) % 2)

    compiled = case.run(2)
    slow = case.run(2, kernel=cvb0.cvb0_pass.py_func)

    for fast, plain in zip(compiled, slow, strict=True):
        np.testing.assert_array_equal(fast, plain)


def test_pass_shares_out_a_million_tokens_of_one_document():
    counts = np.array([[600_000, 399_990, 10, 0], [0, 1, 0, 2]])
    case = Case(counts)

    doc_counts, term_counts, _ = case.run(3)

    np.testing.assert_allclose(doc_counts.sum(axis=1), [1e6, 3], rtol=1e-4)
    np.testing.assert_allclose(term_counts.sum(axis=1), counts.sum(axis=0), rtol=1e-5)


def test_empty_document_adds_nothing_and_keeps_no_tokens():
    case = Case([[0, 0], [2, 1], [0, 0]])

    doc_counts, term_counts, _ = case.run()

    assert not doc_counts[[0, 2]].any()
    np.testing.assert_allclose(term_counts.sum(), 3, rtol=1e-6)


def test_block_without_any_token_is_left_alone():
    doc_counts, term_counts, log_likelihood = Case([[0, 0], [0, 0]]).run()

    assert not doc_counts.any()
    assert not term_counts.any()
    assert log_likelihood == 0.0


def test_pass_adds_to_term_counts_that_are_there():
    case = Case(poisson((4, 6)))
    _, alone, _ = case.run()
    total = np.full_like(case.weight, 5.0)

    cvb0.cvb0_pass(
        *csr(case.counts), case.weight, case.slope, case.slope_row, case.alpha,
        case.doc_counts.copy(), total, 1, 0.0,
    )  # fmt: skip

    np.testing.assert_allclose(total, alone + 5.0, rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.lists(st.integers(0, 1000), min_size=5, max_size=5), min_size=1, max_size=6),
    n_topics=st.integers(1, 18),
    alpha=st.sampled_from([1e-6, 1e-2, 0.5, 30.0]),
    seed=st.integers(0, 99),
)
def test_pass_keeps_every_token_none_negative_and_nothing_in_the_padding(
    rows, n_topics, alpha, seed
):
    counts = np.array(rows)
    case = Case(counts, seed=seed, n_topics=n_topics, alpha=alpha)

    doc_counts, term_counts, log_likelihood = case.run(2)

    # Live counts are kept by adding differences: an error of about 6e-8 of the live total a step.
    room = 1e-5 * (counts.sum(axis=1) + n_topics * alpha) + 1e-6
    assert (np.abs(doc_counts.sum(axis=1) - counts.sum(axis=1)) <= room).all()
    np.testing.assert_allclose(term_counts.sum(axis=1), counts.sum(axis=0), rtol=1e-5)
    assert (doc_counts >= 0).all()
    assert (term_counts >= 0).all()
    assert not doc_counts[:, n_topics:].any()
    assert not term_counts[:, n_topics:].any()
    assert np.isfinite(log_likelihood)


def test_order_of_documents_does_not_change_a_document():
    case = Case(poisson((8, 10), 4))
    order = np.random.default_rng(0).permutation(8)
    first = case.run()[0]
    case.counts, case.doc_counts = case.counts[order], case.doc_counts[order]

    again = case.run()[0]

    np.testing.assert_array_equal(again, first[order])


@pytest.mark.parametrize("count", [1, 3, 4, 5, 0.5])
@pytest.mark.parametrize("n_terms", [1, 1500])
def test_the_likelihood_of_a_long_even_document_is_finite(count, n_terms):
    # As many tokens of each term: a factor of `count` a token overflows in a plain product.
    case = Case(np.full((2, n_terms), float(count)), n_topics=1, kept=True)
    case.weight = padded(np.full((n_terms, 1), 1.0 / n_terms))
    expected = -2 * n_terms * count * np.log(n_terms)

    assert case.run()[2] == pytest.approx(expected, rel=1e-6, abs=1e-3)


def test_a_term_that_no_topic_has_makes_the_likelihood_minus_infinity_and_no_nan():
    case = Case([[1, 2], [0, 3]])
    case.weight[0] = 0.0

    doc_counts, term_counts, log_likelihood = case.run(2)

    assert log_likelihood == -np.inf
    assert np.isfinite(doc_counts).all()
    assert not term_counts[0].any()
    np.testing.assert_allclose(doc_counts.sum(axis=1), [2, 3], rtol=1e-5)


@pytest.mark.parametrize("table", ["weight", "slope", "alpha", "doc_counts"])
@pytest.mark.parametrize("form", ["float64", "Fortran order"])
def test_tables_of_another_type_or_layout_are_refused_and_not_misread(table, form):
    case = Case(poisson((4, 6)), n_topics=9, alpha=np.ones((4, 9)), rows=np.arange(6) % 2)
    values = getattr(case, table)
    other = values.astype(np.float64) if form == "float64" else np.asfortranarray(values)
    setattr(case, table, other)

    with pytest.raises(TypingError):
        cvb0.cvb0_pass(
            *csr(case.counts), case.weight, case.slope, case.slope_row, case.alpha,
            case.doc_counts, np.zeros((6, 16), np.float32), 1, 0.0,
        )  # fmt: skip


def test_counts_of_another_type_are_refused_and_not_misread():
    case = Case(poisson((4, 6)))
    indptr, indices, counts = csr(case.counts)

    with pytest.raises(TypingError):
        cvb0.cvb0_pass(
            indptr, indices, counts.astype(np.float64), case.weight, case.slope, case.slope_row,
            case.alpha, case.doc_counts, np.zeros((6, 8), np.float32), 1, 0.0,
        )  # fmt: skip


# --- fold-in --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_sweeps", [1, 5])
@pytest.mark.parametrize("alpha", [1e-6, 0.1, 1e3])
def test_fold_in_equals_the_naive_version(alpha, n_sweeps):
    case = Case(poisson((9, 12), 5), n_topics=5, alpha=alpha)
    weight, _, prior, _ = case.plain()

    expected = naive.fold_in(case.counts, weight.T, prior, n_sweeps)

    tolerance = 20 * max(FLOAT32, alpha * 1e-6)
    found = case.fold_in(n_sweeps)[:, :5]
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_fold_in_takes_a_prior_for_each_document():
    alpha = np.random.default_rng(3).gamma(0.5, 1.0, (9, 5)) + 1e-3
    case = Case(poisson((9, 12), 5), n_topics=5, alpha=alpha)
    weight, _, prior, _ = case.plain()

    expected = naive.fold_in(case.counts, weight.T, prior, 4)

    np.testing.assert_allclose(case.fold_in(4)[:, :5], expected, atol=20 * FLOAT32)


@pytest.mark.parametrize("tolerance", [0.2, 0.01, 1e-3])
def test_each_document_is_swept_until_it_is_still_and_no_longer(tolerance):
    case = Case(poisson((30, 12), 5, mean=1.5), n_topics=5)
    weight, _, prior, _ = case.plain()

    found = case.fold_in(40, tolerance)

    each = [
        naive.fold_in_until_still(row, weight.T, prior[0], 40, tolerance) for row in case.counts
    ]
    assert len({sweeps for _, sweeps in each}) > 1
    np.testing.assert_allclose(found[:, :5], [row for row, _ in each], atol=20 * FLOAT32)


def test_a_document_that_is_never_still_has_the_most_sweeps():
    case = Case(poisson((9, 12), 5), n_topics=5)

    np.testing.assert_array_equal(case.fold_in(3, -1.0), case.fold_in(3, 0.0))
    assert not np.array_equal(case.fold_in(3, -1.0), case.fold_in(4, -1.0))


def test_fold_in_of_a_row_depends_on_no_other_row():
    case = Case(poisson((9, 12), 5), n_topics=5)
    together = case.fold_in(20, 1e-3)

    for d, row in enumerate(case.counts):
        alone = Case([row], n_topics=5)
        alone.weight = case.weight
        np.testing.assert_array_equal(alone.fold_in(20, 1e-3)[0], together[d])


def test_fold_in_gives_the_bits_of_its_python_version(interpreted):
    case = Case(poisson((5, 9), 2), n_topics=5)

    slow = case.fold_in(9, 1e-2, kernel=cvb0.fold_in.py_func)

    np.testing.assert_array_equal(case.fold_in(9, 1e-2), slow)


def test_fold_in_sets_its_output_and_leaves_nothing_in_an_empty_row():
    case = Case([[0, 0], [1, 2]])  # the output holds sevens before

    found = case.fold_in()

    assert not found[0].any()
    np.testing.assert_allclose(found[1].sum(), 3, rtol=1e-6)


def test_fold_in_of_one_certain_term_gives_all_tokens_to_its_topic():
    case = Case([[4]], n_topics=2)
    case.weight = padded([[1.0, 0.0]])

    np.testing.assert_allclose(case.fold_in()[0, :2], [4.0, 0.0], atol=1e-6)
