"""Do the compiled topic kernels compute what the papers say, and the same bits everywhere?"""

import re
import types
from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from planted import matched_cosines, planted_corpus
from scipy.sparse import csr_array
from scipy.special import digamma

from topoi.kernels import cvb0, dirichlet
from topoi.models.inference import pad_topics
from topoi.models.lda import dirichlet_weights
from topoi.models.start import cluster_topics, spread_terms

# A responsibility is the product of about ten float32 operations, each off by at most 6e-8 of
# its result, and live counts carry the errors of the sweeps before: 1e-5 leaves room for both.
FLOAT32 = 1e-5


def csr(counts):
    sparse = csr_array(np.asarray(counts, dtype=np.float32))
    return sparse.indptr.astype(np.int64), sparse.indices, sparse.data


def padded(values):
    """Zero columns added up to a multiple of 16, float32."""
    values = np.asarray(values, dtype=np.float32)
    width = -(-values.shape[-1] // cvb0.LANES) * cvb0.LANES
    extra = [(0, 0)] * (values.ndim - 1) + [(0, width - values.shape[-1])]
    return np.ascontiguousarray(np.pad(values, extra))


class Case:
    """Arguments of one pass, K topics and their padding."""

    def __init__(self, counts, seed=0, n_topics=3, alpha=0.4, kept=True, rows=None):
        rng = np.random.default_rng(seed)
        self.counts = np.asarray(counts, dtype=np.float64)
        n_docs, n_terms = self.counts.shape
        self.n_topics = n_topics
        self.alpha = padded(np.broadcast_to(np.asarray(alpha, float), (n_topics,)))
        self.weight = padded(rng.dirichlet(np.full(n_terms, 0.5), n_topics).T + 1e-3)
        self.slope_row = np.asarray(np.zeros(n_terms) if rows is None else rows, dtype=np.int32)
        self.slope = padded(rng.uniform(1e-4, 1e-2, (self.slope_row.max() + 1, n_topics)))
        lengths = self.counts.sum(axis=1, keepdims=True)
        shares = rng.dirichlet(np.ones(n_topics), n_docs) if kept else np.zeros((1, n_topics))
        self.doc_counts = padded(lengths * shares)

    def run(self, n_sweeps=1, kernel=cvb0.cvb0_pass):
        doc_counts, term_counts = self.doc_counts.copy(), np.zeros_like(self.weight)
        kernel(
            *csr(self.counts), self.weight, self.slope, self.slope_row, self.alpha, doc_counts,
            term_counts, n_sweeps,
        )  # fmt: skip
        return doc_counts, term_counts

    def naive(self, n_sweeps=1):
        k = self.n_topics
        slope = self.slope[self.slope_row][:, :k].astype(float)
        weight, alpha = self.weight[:, :k].astype(float), self.alpha[:k].astype(float)
        start = self.doc_counts[:, :k].astype(float)
        return naive.cvb0_pass(self.counts, weight, slope, alpha, start, n_sweeps)[:2]

    def fold_in(self, n_sweeps=5, kernel=cvb0.fold_in):
        found = np.full(self.doc_counts.shape, 7.0, np.float32)
        kernel(*csr(self.counts), self.weight, self.alpha, found, n_sweeps)
        return found


def poisson(shape, seed=0, mean=0.8):
    return np.random.default_rng(seed).poisson(mean, shape)


@pytest.fixture
def interpreted(monkeypatch):
    """The helpers of the kernels run by Python; the compiled kernels are made before."""
    case = Case(poisson((2, 3)))
    case.run()
    case.fold_in()
    dirichlet.prior_step(np.ones((1, 2), np.float32), np.ones(2), 1.0, 1.0)
    for name in ("_total", "_scale_to_one", "_begin", "_sweep"):
        monkeypatch.setattr(cvb0, name, getattr(cvb0, name).py_func)
    monkeypatch.setattr(dirichlet, "_harmonic", dirichlet._harmonic.py_func)


# --- one pass -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n_sweeps", [1, 3])
@pytest.mark.parametrize("n_topics", [1, 3, 16, 17])
def test_pass_equals_the_naive_pass(n_topics, n_sweeps):
    case = Case(poisson((9, 12)), n_topics=n_topics, rows=np.arange(12) % 3)

    found, expected = case.run(n_sweeps), case.naive(n_sweeps)

    for fast, plain in zip(found, expected, strict=True):
        np.testing.assert_allclose(fast[:, :n_topics], plain, rtol=0, atol=FLOAT32 * 20)


def test_pass_of_one_token_by_hand():
    # One token: without it the document holds the prior only, and the weight falls by own slope.
    case = Case([[1]], n_topics=2)
    case.weight = padded([[0.2, 0.6]])
    case.slope = padded([[0.1, 0.1]])
    case.alpha = padded([1.0, 1.0])
    case.doc_counts = padded([[0.0, 0.0]])

    doc_counts, _ = case.run()

    # Begin: gamma = (1/4, 3/4). Sweep: (0.2 - 0.025, 0.6 - 0.075) x (1, 1) = (0.175, 0.525).
    np.testing.assert_allclose(doc_counts[0, :2], [0.25, 0.75], rtol=1e-6)


def test_part_of_a_token_takes_only_that_part_out_of_the_document():
    # A tenth of a token alone: without it the document holds the prior, so gamma = weight x prior.
    case = Case([[0.1]], n_topics=2, kept=False)
    case.weight, case.slope = padded([[0.5, 0.5]]), padded([[0.0, 0.0]])
    case.alpha = padded([0.5, 0.1])

    doc_counts, _ = case.run()

    np.testing.assert_allclose(doc_counts[0, :2], [0.1 * 5 / 6, 0.1 / 6], rtol=1e-5)


def test_pass_gives_the_bits_of_its_python_version(interpreted):
    case = Case(poisson((5, 9), 1), n_topics=5, rows=np.arange(9) % 2)

    compiled = case.run(2)
    slow = case.run(2, kernel=cvb0.cvb0_pass.py_func)

    for fast, plain in zip(compiled, slow, strict=True):
        np.testing.assert_array_equal(fast, plain)


def test_fold_in_gives_the_bits_of_its_python_version(interpreted):
    case = Case(poisson((5, 9), 2), n_topics=5)

    np.testing.assert_array_equal(case.fold_in(), case.fold_in(kernel=cvb0.fold_in.py_func))


@pytest.mark.parametrize("alpha", [1e-6, 1e-3, 0.1, 1.0, 1e3])
def test_pass_equals_the_naive_pass_for_extreme_priors(alpha):
    case = Case(poisson((9, 12)), alpha=alpha)

    found, expected = case.run(2), case.naive(2)

    # live - alpha loses what float32 cannot hold beside alpha: 1e3 x 6e-8 for each token.
    tolerance = 20 * max(FLOAT32, alpha * 1e-6)
    np.testing.assert_allclose(found[0][:, :3], expected[0], rtol=0, atol=tolerance)


def test_pass_shares_out_a_million_tokens_of_one_document():
    counts = np.array([[600_000, 399_990, 10, 0], [0, 1, 0, 2]])
    case = Case(counts)

    doc_counts, term_counts = case.run(3)

    np.testing.assert_allclose(doc_counts.sum(axis=1), [1e6, 3], rtol=1e-4)
    np.testing.assert_allclose(term_counts.sum(axis=1), counts.sum(axis=0), rtol=1e-5)
    np.testing.assert_allclose(doc_counts[:, :3], case.naive(3)[0], rtol=2e-3, atol=1.0)


def test_empty_document_adds_nothing_and_keeps_no_tokens():
    case = Case([[0, 0], [2, 1], [0, 0]])

    doc_counts, term_counts = case.run()

    assert not doc_counts[[0, 2]].any()
    np.testing.assert_allclose(term_counts.sum(), 3, rtol=1e-6)


def test_block_without_any_token_is_left_alone():
    doc_counts, term_counts = Case([[0, 0], [0, 0]]).run()

    assert not doc_counts.any()
    assert not term_counts.any()


def test_pass_adds_to_term_counts_that_are_there():
    case = Case(poisson((4, 6)))
    _, alone = case.run()
    total = np.full_like(case.weight, 5.0)

    cvb0.cvb0_pass(
        *csr(case.counts), case.weight, case.slope, case.slope_row, case.alpha,
        case.doc_counts.copy(), total, 1,
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

    doc_counts, term_counts = case.run(2)

    # Live counts are kept by adding differences: an error of about 6e-8 of the live total a step.
    room = 1e-5 * (counts.sum(axis=1) + n_topics * alpha) + 1e-6
    assert (np.abs(doc_counts.sum(axis=1) - counts.sum(axis=1)) <= room).all()
    np.testing.assert_allclose(term_counts.sum(axis=1), counts.sum(axis=0), rtol=1e-5)
    assert (doc_counts >= 0).all()
    assert (term_counts >= 0).all()
    assert not doc_counts[:, n_topics:].any()
    assert not term_counts[:, n_topics:].any()


def test_order_of_documents_does_not_change_a_document():
    case = Case(poisson((8, 10), 4))
    order = np.random.default_rng(0).permutation(8)
    first, _ = case.run()
    case.counts, case.doc_counts = case.counts[order], case.doc_counts[order]

    again, _ = case.run()

    np.testing.assert_array_equal(again, first[order])


# --- fold-in ------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [1e-6, 0.1, 1e3])
def test_fold_in_equals_the_naive_version(alpha):
    case = Case(poisson((9, 12), 5), n_topics=5, alpha=alpha)

    expected = naive.fold_in(case.counts, case.weight[:, :5].T, case.alpha[:5].astype(float), 5)

    tolerance = 20 * max(FLOAT32, alpha * 1e-6)
    np.testing.assert_allclose(case.fold_in()[:, :5], expected, rtol=0, atol=tolerance)


def test_fold_in_sets_its_output_and_does_not_continue_it():
    case = Case(poisson((3, 4), 6))
    first = case.fold_in()

    again = first.copy()
    cvb0.fold_in(*csr(case.counts), case.weight, case.alpha, again, 5)

    np.testing.assert_array_equal(again, first)


def test_fold_in_of_one_certain_term_gives_all_tokens_to_its_topic():
    case = Case([[4]], n_topics=2)
    case.weight = padded([[1.0, 0.0]])

    np.testing.assert_allclose(case.fold_in()[0, :2], [4.0, 0.0], atol=1e-6)


# --- the prior ----------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [1e-6, 1e-3, 0.7, 1e3])
def test_prior_step_equals_digammas_on_whole_counts(alpha):
    counts = poisson((30, 4), mean=3.0).astype(np.float32)
    prior = alpha * np.array([1.0, 2.0, 3.0, 0.5])

    found = dirichlet.prior_step(counts, prior, 1.001, 1.0)

    expected = naive.dirichlet_step(counts.astype(float), prior, 1.001, 1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-9)  # digamma(1e3 + n) - digamma(1e3)


def test_prior_step_equals_digammas_on_a_million_tokens():
    counts = np.array([[1_000_000, 3], [0, 12]], dtype=np.float32)
    prior = np.array([0.3, 0.01])

    found = dirichlet.prior_step(counts, prior, 1.001, 1.0)

    np.testing.assert_allclose(
        found, naive.dirichlet_step(counts.astype(float), prior, 1.001, 1.0), rtol=1e-9
    )


def test_prior_step_between_whole_counts_is_linear():
    # The expectation over a count that is 2 or 3: the value for a token that is there in part.
    low, high, between = (dirichlet._harmonic(count, 0.2) for count in (2.0, 3.0, 2.25))

    np.testing.assert_allclose(between, 0.75 * low + 0.25 * high, rtol=1e-12)
    np.testing.assert_allclose(low, digamma(2.2) - digamma(0.2), rtol=1e-12)


def test_prior_step_gives_the_bits_of_its_python_version(interpreted):
    counts = (poisson((6, 4)) * 1.3).astype(np.float32)
    prior = np.array([0.1, 0.0, 0.5, 2.0])

    np.testing.assert_array_equal(
        dirichlet.prior_step(counts, prior, 1.001, 1.0),
        dirichlet.prior_step.py_func(counts, prior, 1.001, 1.0),
    )


def test_unused_topics_keep_a_prior_of_zero():
    counts = np.array([[2.0, 0.0, 3.0]], dtype=np.float32)

    updated = dirichlet.prior_step(counts, np.array([0.5, 0.0, 0.5]), 1.001, 1.0)

    assert updated[1] == 0.0
    assert (updated[[0, 2]] > 0).all()


def test_prior_of_documents_without_tokens_is_the_gamma_priors_mode():
    # No evidence: (shape - 1) / (1 / scale).
    updated = dirichlet.prior_step(np.zeros((4, 2), np.float32), np.ones(2), 1.5, 4.0)

    np.testing.assert_allclose(updated, [2.0, 2.0])


def test_repeated_prior_steps_find_the_prior_that_made_the_counts():
    rng = np.random.default_rng(11)
    true = np.array([0.1, 0.5, 2.0])
    shares = rng.dirichlet(true, 3000)
    counts = np.array([rng.multinomial(80, row) for row in shares], dtype=np.float32)
    alpha = np.ones(3)

    for _ in range(400):
        alpha = dirichlet.prior_step(counts, alpha, 1.001, 1e3)

    # 3000 documents leave a standard error of about 2 to 3 % on each entry.
    np.testing.assert_allclose(alpha, true, rtol=0.1)
    np.testing.assert_allclose(dirichlet.prior_step(counts, alpha, 1.001, 1e3), alpha, rtol=1e-6)


# --- the same bits on every machine -------------------------------------------------------------

FUSED = re.compile(r"\b(?:v?fn?m(?:add|sub)\w*|fml[as]\w*|xvn?m(?:add|sub)\w*)\b")


def fresh(module):
    """The module compiled anew: machine code from numba's cache has no assembly to read."""
    source = Path(module.__file__).read_text(encoding="utf-8").replace("cache=True", "cache=False")
    copy = types.ModuleType("fresh")
    exec(compile(source, module.__file__, "exec"), copy.__dict__)
    return copy


def assembly(function):
    return "\n".join(function.inspect_asm().values())


@pytest.fixture(scope="module")
def machine_can_fuse():
    """A function that may be contracted, to see that this machine has fused operations at all."""

    @njit(fastmath={"contract"})
    def fused(a, b, c):
        for i in range(a.shape[0]):
            c[i] += a[i] * b[i]

    ones = np.ones(64, np.float32)
    fused(ones, ones, ones.copy())
    if not FUSED.search(assembly(fused)):
        pytest.skip("this machine, or numba's settings here, have no fused multiply-add")


def test_no_kernel_contains_a_fused_multiply_add(machine_can_fuse):
    case, kernels, priors = Case(poisson((3, 4))), fresh(cvb0), fresh(dirichlet)
    case.run(kernel=kernels.cvb0_pass)
    case.fold_in(kernel=kernels.fold_in)
    priors.prior_step(np.ones((2, 2), np.float32), np.ones(2), 1.0, 1.0)

    for function in (kernels.cvb0_pass, kernels.fold_in, priors.prior_step):
        text = assembly(function)
        assert len(text) > 1000, f"no assembly of {function.__name__}"
        assert not FUSED.findall(text), function.__name__


# --- our linear exclusion beside the textbook's -------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_linear_exclusion_finds_the_topics_of_the_textbook_update(seed):
    counts, planted = planted_corpus(seed, n_topics=3, n_docs=40, n_terms=60, length=8, overlap=0.3)
    sparse = csr_array(counts.astype(np.float32))
    rng = np.random.default_rng(0)
    start = spread_terms(sparse, cluster_topics(sparse, 3, rng), rng)
    alpha = np.full(3, 0.2)

    textbook = naive.lda_cvb0(counts, start, alpha, 0.05, 30, textbook=True)
    linear = naive.lda_cvb0(counts, start, alpha, 0.05, 30, textbook=False)

    # Documents of eight tokens, where the own token matters most; measured: 0.9999 and above in
    # three seeds, and the same distance from the planted topics to within 0.002.
    assert matched_cosines(linear.T, textbook.T).min() > 0.999
    apart = matched_cosines(linear.T, planted) - matched_cosines(textbook.T, planted)
    assert np.abs(apart).max() < 0.005


def test_thirty_compiled_passes_follow_thirty_naive_ones():
    counts, _ = planted_corpus(4, n_topics=3, n_docs=40, n_terms=30, length=15)
    sparse = csr_array(counts.astype(np.float32))
    rng = np.random.default_rng(0)
    start = spread_terms(sparse, cluster_topics(sparse, 3, rng), rng)
    term_counts, doc_counts = pad_topics(start), np.zeros((40, 16), np.float32)

    for number in range(30):
        weights = dirichlet_weights(term_counts, 3, 0.05)
        term_counts = np.zeros_like(term_counts)
        cvb0.cvb0_pass(
            *csr(counts), weights.weight, weights.slope, weights.slope_row,
            padded(np.full(3, 0.2)), doc_counts, term_counts, 3 if number == 0 else 1,
        )  # fmt: skip

    plain = naive.lda_cvb0(counts, start, np.full(3, 0.2), 0.05, 30, textbook=False)
    # 600 tokens; rounding grows where a token hangs between two topics.
    np.testing.assert_allclose(term_counts[:, :3], plain, atol=0.01)
