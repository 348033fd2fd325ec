"""Are the priors learned those that make the counts most likely, by other people's digammas?"""

import naive_lda as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_cases import poisson
from scipy.special import digamma

from topoi.kernels import dirichlet, logarithm
from topoi.models.priors import DirichletTopics, SharedPrior

HELPERS = ("rise", "_digamma_above")


@pytest.fixture
def interpreted(monkeypatch):
    """The helpers run by Python; the compiled steps are made before."""
    ones = np.ones((1, 2), np.float32)
    document_step(ones, np.ones(2), 1.0, 1.0)
    dirichlet.topic_prior_step(ones, 2, 0.5, 1.0, 1.0)
    for name in HELPERS:
        monkeypatch.setattr(dirichlet, name, getattr(dirichlet, name).py_func)
    monkeypatch.setattr(dirichlet, "natural_log", logarithm.natural_log.py_func)


def document_step(counts, alpha, shape, scale, *, by_python=False):
    """One step for the prior of documents that are one block."""
    kernels = (dirichlet.add_rises, dirichlet.prior_of_rises)
    add_rises, prior_of_rises = (kernel.py_func if by_python else kernel for kernel in kernels)
    sums = np.zeros(len(alpha) + 1)
    add_rises(counts, alpha, sums)
    return prior_of_rises(sums, alpha, shape, scale)


def parts(shape, seed=0):
    """Counts that are not whole, as those of parts of tokens, float32."""
    return np.random.default_rng(seed).gamma(0.4, 4.0, shape).astype(np.float32)


# --- differences of digammas ----------------------------------------------------------------------


@pytest.mark.parametrize("prior", [1e-5, 0.01, 0.7, 3.0, 50.0, 1e3, 1e6])
@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 66, 100, 1_000, 10**6, 2**24])
def test_the_rise_is_the_difference_of_digammas(count, prior):
    # Below 65 a sum of reciprocals, beyond that two series, each within 4.5e-10 of digamma.
    # SciPy itself loses about 1e-15 of digamma(1e6) to the difference.
    found = dirichlet.rise(float(count), prior)

    assert found == pytest.approx(digamma(count + prior) - digamma(prior), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("x", [64.0, 64.5, 100.0, 1e4, 1e8])
def test_the_digamma_of_large_numbers_is_within_what_its_docstring_says(x):
    # The term left out, 7 / (960 (x - 1/2)^4), is 4.5e-10 at 64.
    assert abs(dirichlet._digamma_above(x) - digamma(x)) < 5e-10


@settings(max_examples=100, deadline=None)
@given(low=st.integers(0, 300), part=st.floats(0, 1), prior=st.floats(1e-3, 100))
def test_the_rise_is_linear_between_whole_counts(low, part, prior):
    at = [dirichlet.rise(float(count), prior) for count in (low, low + 1, low + part)]

    # At 64 the sum hands over to the series, which is off by 4.5e-10.
    assert at[2] == pytest.approx((1 - part) * at[0] + part * at[1], rel=1e-9, abs=1e-9)


# --- steps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [1e-5, 1e-3, 0.7, 1e3])
def test_document_step_equals_digammas_on_whole_counts(alpha):
    counts = poisson((30, 4), mean=3.0).astype(np.float32)
    prior = alpha * np.array([1.0, 2.0, 3.0, 0.5])

    found = document_step(counts, prior, 1.001, 1.0)

    expected = naive.document_prior_step(counts.astype(float), prior, 1.001, 1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-9)  # digamma(1e3 + n) - digamma(1e3)


@pytest.mark.parametrize("seed", range(3))
def test_document_step_equals_digammas_on_parts_of_tokens(seed):
    counts = parts((30, 4), seed)
    prior = np.array([0.1, 0.02, 3.0, 0.5])

    found = document_step(counts, prior, 1.001, 1.0)

    expected = naive.document_prior_step(counts.astype(float), prior, 1.001, 1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def test_document_step_equals_digammas_on_a_million_tokens():
    counts = np.array([[1_000_000, 3], [0, 12]], dtype=np.float32)
    prior = np.array([0.3, 0.01])

    found = document_step(counts, prior, 1.001, 1.0)

    expected = naive.document_prior_step(counts.astype(float), prior, 1.001, 1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("eta", [1e-5, 0.02, 1.0, 50.0])
@pytest.mark.parametrize("seed", range(2))
def test_topic_step_equals_digammas_and_leaves_out_the_padding(eta, seed):
    counts = parts((40, 8), seed)
    counts[:, 5:] = 1e6  # never to be read

    found = dirichlet.topic_prior_step(counts, 5, eta, 1.001, 1.0)

    used = counts[:, :5].astype(float)
    assert found == pytest.approx(naive.topic_prior_step(used, eta, 1.001, 1.0), rel=1e-7)


def test_steps_give_the_bits_of_their_python_versions(interpreted):
    counts = parts((20, 8)) * 9
    prior = np.array([0.1, 0.0, 0.5, 2.0, 0.0, 0.3, 1e-4, 7.0])

    of_documents = document_step(counts, prior, 1.001, 1.0)
    of_topics = dirichlet.topic_prior_step(counts, 8, 0.05, 1.001, 1.0)

    plain = document_step(counts, prior, 1.001, 1.0, by_python=True)
    np.testing.assert_array_equal(of_documents, plain)
    assert of_topics == dirichlet.topic_prior_step.py_func(counts, 8, 0.05, 1.001, 1.0)


def test_unused_topics_keep_a_prior_of_zero():
    counts = np.array([[2.0, 0.0, 3.0]], dtype=np.float32)

    updated = document_step(counts, np.array([0.5, 0.0, 0.5]), 1.001, 1.0)

    assert updated[1] == 0.0
    assert (updated[[0, 2]] > 0).all()


def test_prior_of_documents_without_tokens_is_the_gamma_priors_mode():
    # No evidence: (shape - 1) / (1 / scale).
    nothing = np.zeros((4, 2), np.float32)

    updated = document_step(nothing, np.ones(2), 1.5, 4.0)

    np.testing.assert_allclose(updated, [2.0, 2.0])


# --- planted priors -------------------------------------------------------------------------------


@pytest.mark.parametrize("true", [[0.1, 0.5, 2.0], [0.01, 0.02, 0.3], [5.0, 5.0, 20.0]])
def test_repeated_document_steps_find_the_prior_that_made_the_counts(true):
    rng = np.random.default_rng(11)
    shares = rng.dirichlet(true, 3000)
    counts = np.array([rng.multinomial(80, row) for row in shares], dtype=np.float32)
    alpha = np.ones(3)

    for _ in range(400):
        alpha = document_step(counts, alpha, 1.001, 1e3)

    # 3000 documents leave a standard error of about 2 to 3 % on each entry, 5 % on the rarest.
    np.testing.assert_allclose(alpha, true, rtol=0.12)


@pytest.mark.parametrize("true", [0.01, 0.1, 1.0])
def test_repeated_topic_steps_find_the_prior_that_made_the_topics(true):
    rng = np.random.default_rng(11)
    topics = rng.dirichlet(np.full(400, true), 10)
    counts = np.array([rng.multinomial(4000, row) for row in topics], dtype=np.float32).T.copy()
    eta = 0.3

    for _ in range(200):
        eta = dirichlet.topic_prior_step(counts, 10, eta, 1.001, 1e3)

    # 4000 terms of which a few hundred are seen: about 4 % at eta = .01, less above.
    assert eta == pytest.approx(true, rel=0.12)


def test_five_steps_are_taken_and_no_prior_falls_below_the_least():
    counts = np.zeros((50, 8), np.float32)
    counts[:, 0] = 90
    prior = SharedPrior(0.5, 2, learns=True)

    before, expected = prior.alpha, np.array([0.5, 0.5])
    prior.learn([counts])

    for _ in range(5):
        expected = np.maximum(
            naive.document_prior_step(
                counts[:, :2].astype(float), expected,
                1.001, 1.0,
            ),
            1e-5,
        )  # fmt: skip
    np.testing.assert_allclose(prior.alpha, expected, rtol=1e-6)
    assert prior.alpha.min() == 1e-5
    assert prior.alpha.max() < 1e3
    np.testing.assert_array_equal(before, [0.5, 0.5])


@pytest.mark.parametrize("learns", [True, False])
def test_topics_learn_eta_only_if_they_are_to(learns):
    counts = parts((30, 8))
    topics = DirichletTopics(0.2, n_topics=8, n_terms=30, learns=learns)

    topics.learn(counts)

    expected = 0.2
    for _ in range(5 * learns):
        expected = naive.topic_prior_step(counts.astype(float), expected, 1.001, 1.0)
    assert topics.eta == pytest.approx(expected, rel=1e-7)
