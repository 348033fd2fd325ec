"""Are tokens' topics drawn from their conditional distribution, with the same bits everywhere?"""

import itertools

import naive_lda as naive
import numpy as np
import pytest
from kernel_cases import Case, csr, padded, poisson
from scipy.special import gammaln
from scipy.stats import chisquare

from topoi.kernels import drawn_pass
from topoi.models.token_draws import _smallest

HELPERS = (
    "_n_pieces", "_masses", "_chosen", "_cut", "_begin", "_sweep", "_add_rows",
    "_add_pieces", "_longest_step",
)  # fmt: skip
SCALES = np.array([1.0, 2.5, 40.0, 0.3, 100.0])


@pytest.fixture
def interpreted(monkeypatch):
    """The helpers of the kernel run by Python; the compiled kernel is made before."""
    Case(poisson((2, 3))).drawn()
    for name in HELPERS:
        monkeypatch.setattr(drawn_pass, name, getattr(drawn_pass, name).py_func)


def scaled(shape, seed=0):
    """Counts of whole tokens, parts of tokens and more than 64 of them."""
    counts = poisson(shape, seed).astype(float)
    return counts * SCALES[np.arange(shape[1]) % len(SCALES)]


def assert_as_naive(case, topics=None, **stream):
    doc_counts, term_counts, found = case.drawn(topics, **stream)
    kept = None if topics is None else by_document(case, topics)
    keywords = {"seed": 0, "number": 0, **stream}
    n_sweeps = keywords.pop("n_sweeps", 1)
    expected = naive.drawn_pass(case.counts, *case.plain(), kept, n_sweeps, **keywords)
    k = case.n_topics
    assert found.tolist() == [topic for z in expected[2] for topic in z]
    # Sums of some hundreds of float32 pieces.
    np.testing.assert_allclose(doc_counts[:, :k], expected[0], rtol=1e-5)
    np.testing.assert_allclose(term_counts[:, :k], expected[1], rtol=1e-5)
    assert not doc_counts[:, k:].any()
    assert not term_counts[:, k:].any()


def by_document(case, topics):
    places = drawn_pass.piece_places(csr(case.counts)[0], csr(case.counts)[2])
    return [topics[a:b].tolist() for a, b in itertools.pairwise(places)]


# --- the plain version ----------------------------------------------------------------------------


@pytest.mark.parametrize("n_topics", [1, 3, 9, 20])
@pytest.mark.parametrize("n_sweeps", [0, 1, 3])
def test_draws_are_those_of_the_plain_version(n_topics, n_sweeps):
    case = Case(scaled((7, 12), 3), n_topics=n_topics)

    assert_as_naive(case, n_sweeps=n_sweeps, seed=5, number=9)


def test_a_chain_goes_on_where_it_was():
    case = Case(scaled((6, 10), 1), n_topics=5)
    _, _, topics = case.drawn(n_sweeps=2, number=1)

    assert_as_naive(case, topics, n_sweeps=2, number=2)


def test_each_document_has_its_prior_and_each_term_its_slope():
    alpha = np.random.default_rng(3).gamma(0.5, 1.0, (9, 5)) + 1e-3
    rows = np.array([0, 1, 0, 2, 1, 0, 0, 2, 1, 0, 0, 1])

    assert_as_naive(Case(poisson((9, 12), 5), n_topics=5, alpha=alpha, rows=rows), n_sweeps=2)


def test_the_pass_gives_the_bits_of_its_python_version(interpreted):
    case = Case(scaled((4, 9), 2), n_topics=11)
    fast = case.drawn(n_sweeps=2)

    slow = case.drawn(n_sweeps=2, kernel=drawn_pass.drawn_pass.py_func)

    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one, other)


# --- the distribution -----------------------------------------------------------------------------


def test_long_chains_visit_states_as_often_as_the_enumerated_posterior():
    # Three tokens, two topics, frozen topics: p(z) in proportion to the product of weights and to
    # Dirichlet-multinomial counts. No own token in the weights: slope 0.
    case = Case(np.tile([1, 1, 1], (4000, 1)), n_topics=2, alpha=np.array([0.4, 0.7]))
    case.slope[:] = 0.0
    weight, alpha = case.weight[:, :2].astype(float), np.array([0.4, 0.7])
    states = list(itertools.product(range(2), repeat=3))
    logs = []
    for z in states:
        n = np.bincount(z, minlength=2)
        logs.append(np.log(weight[range(3), z]).sum() + gammaln(n + alpha).sum())
    chances = np.exp(logs) / np.exp(logs).sum()

    _, _, topics = case.drawn(n_sweeps=40)

    codes = topics.reshape(-1, 3) @ [4, 2, 1]
    seen = np.bincount(codes, minlength=8)
    assert chisquare(seen, chances * len(codes)).pvalue > 1e-3


@pytest.mark.parametrize("n_topics", [2, 8, 13])
def test_a_first_draw_follows_the_weights(n_topics):
    case = Case(np.ones((5000, 1)), n_topics=n_topics, kept=False)

    _, _, topics = case.drawn(n_sweeps=0)

    mass = (case.weight[0] * case.alpha[0])[:n_topics].astype(float)
    seen = np.bincount(topics, minlength=n_topics)
    assert chisquare(seen, mass / mass.sum() * len(topics)).pvalue > 1e-3


def test_the_ends_of_the_unit_interval_choose_a_topic_with_mass():
    mass = padded([[0.0, 0.5, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0, 0.25, 0.0]])[0]
    lanes = mass.reshape(-1, 8).sum(axis=0)

    assert drawn_pass._chosen(mass, lanes, 0.0) == 1
    assert drawn_pass._chosen(mass, lanes, np.nextafter(1.0, 0.0)) == 5
    assert drawn_pass._chosen(mass * 0, lanes * 0, 0.5) == -1


@pytest.mark.parametrize("keeps_own", [False, True])
def test_a_token_holds_its_topic_only_by_what_others_say(keeps_own):
    # Each document is one token of a term of its own. Without that token the term says nothing, and
    # the topic is drawn by size of the topics alone, here a coin; with it, it mostly stays.
    n, eta = 400, 0.1
    case = Case(np.eye(n), n_topics=2, alpha=np.array([1.0, 1.0]))
    _, term_counts, topics = case.drawn(n_sweeps=0)
    stays = []
    for number in range(1, 30):
        weight, inverse = naive.smoothed(term_counts[:, :2].astype(float), eta)
        case.weight, case.slope = padded(weight), padded([inverse * (not keeps_own)])
        before = topics
        _, term_counts, topics = case.drawn(topics, number=number)
        stays.append((topics == before).mean())

    # With the own token: (1 + eta) / (1 + 2 eta) = .92. The mean of 11,600 coins is within .015.
    assert np.mean(stays) == pytest.approx(0.92 if keeps_own else 0.5, abs=0.02)


# --- what is drawn together -----------------------------------------------------------------------


def test_every_token_is_counted_once_in_its_document_and_its_term():
    case = Case(scaled((20, 15), 4), n_topics=6)

    doc_counts, term_counts, topics = case.drawn(n_sweeps=2)

    np.testing.assert_allclose(doc_counts.sum(axis=1), case.counts.sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(term_counts.sum(axis=1), case.counts.sum(axis=0), rtol=1e-5)
    assert len(topics) == np.minimum(np.ceil(case.counts), 64).sum()
    assert ((topics >= 0) & (topics < 6)).all()


def test_whole_counts_are_drawn_as_whole_tokens():
    doc_counts, term_counts, _ = Case(poisson((20, 15), 4), n_topics=6).drawn(n_sweeps=3)

    np.testing.assert_array_equal(doc_counts, np.rint(doc_counts))
    np.testing.assert_array_equal(term_counts, np.rint(term_counts))


def test_a_documents_draws_depend_on_its_place_and_the_pass_not_on_the_block():
    case = Case(poisson((8, 12), 5), n_topics=5)
    tail = Case(case.counts[5:], n_topics=5)
    tail.weight, tail.slope, tail.doc_counts = case.weight, case.slope, case.doc_counts[5:]

    whole, part = case.drawn(n_sweeps=2), tail.drawn(n_sweeps=2, first_doc=5)

    np.testing.assert_array_equal(whole[0][5:], part[0])
    assert not np.array_equal(tail.drawn(n_sweeps=2)[2], part[2])
    assert not np.array_equal(case.drawn(n_sweeps=2, number=1)[2], whole[2])
    assert not np.array_equal(case.drawn(n_sweeps=2, seed=1)[2], whole[2])


def test_empty_documents_and_terms_without_weight_draw_nothing():
    case = Case([[0, 0], [3, 2]], n_topics=2)
    case.weight[1] = 0.0

    doc_counts, term_counts, topics = case.drawn(n_sweeps=2)

    assert not doc_counts[0].any()
    assert topics.tolist()[3:] == [-1, -1]
    assert doc_counts[1].sum() == 3
    assert not term_counts[1].any()


@pytest.mark.parametrize("n_topics", [1, 120, 128])
def test_topics_of_one_byte_are_those_of_two(n_topics):
    case = Case(poisson((6, 5)), n_topics=n_topics)

    narrow, wide = case.drawn(kind=np.int8), case.drawn(kind=np.int16)

    for one, other in zip(narrow, wide, strict=True):
        np.testing.assert_array_equal(one, other)
    assert wide[2].max() < n_topics


def test_a_topic_takes_as_few_bytes_as_hold_it():
    kinds = [_smallest(n_topics) for n_topics in (1, 128, 129, 2**15, 2**15 + 1)]

    assert kinds == [np.int8, np.int8, np.int16, np.int16, np.int32]
    assert all(
        np.iinfo(kind).max >= n - 1 for kind, n in zip(kinds, (1, 128, 129, 2**15), strict=False)
    )
