"""Are the draws of document shares the posterior's, and the same for any threads and company?"""

import os
import re
import subprocess
import sys
import types
from pathlib import Path

import naive_draws as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_draws import ALPHA, TINY, TOPICS, counts_of, some_corpus
from numba import njit
from scipy import stats
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.kernels import left_to_right, topic_chain
from topoi.models.draws import theta_draws
from topoi.models.fixed_topics import checked_counts, document_keys

UNLIKELY = 1e-6  # tests of chance use fixed seeds; see test_random.py


def draws_of(counts, topics=TOPICS, alpha=ALPHA, *, n_draws=3, seed=1, **settings):
    return theta_draws(counts, topics, alpha, n_draws=n_draws, seed=seed, **settings)


# --- Exact posteriors -----------------------------------------------------------------------------


def spaced(tokens, n=20_000, **settings):
    """Draws ten sweeps apart, which for so few tokens are as good as independent."""
    return draws_of(counts_of(tokens), n_draws=n, thin=10, **settings)[:, 0]


@pytest.mark.parametrize("tokens", TINY)
def test_means_and_variances_are_those_of_all_assignments_counted_out(tokens):
    mean, variance = naive.exact_moments(tokens, TOPICS, ALPHA)

    draws = spaced(tokens)

    # Five standard errors: one of 30 such numbers exceeds it with probability 2e-5.
    n, squares = len(draws), (draws - mean) ** 2
    assert (np.abs(draws.mean(axis=0) - mean) < 5 * np.sqrt(variance / n)).all()
    assert (np.abs(squares.mean(axis=0) - variance) < 5 * squares.std(axis=0) / np.sqrt(n)).all()


@pytest.mark.parametrize("tokens", TINY)
def test_each_share_has_the_exact_marginal_distribution(tokens):
    weights, assigned, _ = naive.topic_count_posterior(tokens, TOPICS, ALPHA)
    shapes = assigned + ALPHA
    rest = shapes.sum(axis=1, keepdims=True) - shapes

    draws = spaced(tokens, seed=2)

    for k in range(3):

        def cdf(x, k=k):
            return stats.beta.cdf(x[:, np.newaxis], shapes[:, k], rest[:, k]) @ weights

        sample = draws[:2000, k]  # beta.cdf for 3**6 assignments takes its time
        assert stats.kstest(sample, cdf).pvalue > UNLIKELY


def test_a_prior_of_its_own_for_each_document_is_used_for_that_document():
    tokens, n = [0, 0, 3], 1000
    different = np.array([[0.3, 0.8, 0.15], [5.0, 0.1, 0.1], [0.1, 0.1, 5.0]])
    priors = np.tile(different, (8, 1))  # 24 documents, so that a block holds several
    counts = np.repeat(counts_of(tokens), len(priors), axis=0)

    draws = draws_of(counts, alpha=priors, n_draws=n, thin=10)

    for d, prior in enumerate(priors):
        mean, variance = naive.exact_moments(tokens, TOPICS, prior)
        assert (np.abs(draws[:, d].mean(axis=0) - mean) < 5 * np.sqrt(variance / n)).all()
    assert np.array_equal(draws[:, 4:5], draws_of(counts[:1], alpha=priors[4], n_draws=n, thin=10))


def test_an_empty_document_has_draws_from_the_prior():
    draws = draws_of(np.zeros((1, 4)), n_draws=20_000)[:, 0]

    rest = ALPHA.sum() - ALPHA
    for k in range(3):
        assert stats.kstest(draws[:, k], stats.beta(ALPHA[k], rest[k]).cdf).pvalue > UNLIKELY


def test_shares_are_drawn_and_not_the_conditional_means():
    # One topic only could have made these tokens, so the counts never change; the shares do.
    topics = np.array([[1.0, 0.0], [0.0, 1.0]])
    draws = draws_of(np.array([[6.0, 3.0]]), topics, np.array([0.5, 0.5]), n_draws=20_000)[:, 0]

    assert stats.kstest(draws[:, 0], stats.beta(6.5, 3.5).cdf).pvalue > UNLIKELY


# --- The plain sampler ----------------------------------------------------------------------------


@pytest.mark.parametrize("n_topics", [1, 2, 15, 16, 17, 40])
def test_a_chain_is_that_of_the_plain_sampler_step_by_step(n_topics):
    counts, topics, alpha = some_corpus(n_docs=3, n_topics=n_topics, length=12)
    keys = document_keys(checked_counts(counts))

    draws = draws_of(counts, topics, alpha, n_draws=4, burn_in=3, thin=2, seed=11)

    for d, row in enumerate(counts):
        tokens = np.repeat(np.arange(len(row)), row.astype(int)).tolist()
        expected = naive.theta_chain(
            tokens, topics, alpha, naive.Stream(11, keys[d]), n_draws=4, burn_in=3, thin=2
        )
        # Equal topics at every step leave only the logarithm's last digits; one other topic
        # would change a share by about a tenth.
        np.testing.assert_allclose(draws[:, d], expected, rtol=1e-9, atol=1e-12)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 1e-3, 0.2, 1.0]), min_size=48, max_size=48),
    st.lists(st.integers(0, 4), min_size=48, max_size=48),
    st.floats(0, 1, exclude_max=True),
)
def test_a_topic_is_drawn_where_the_running_sum_passes_and_never_one_of_weight_zero(
    weight, doc_count, u
):
    weight[7] = 1.0
    alpha = np.full(48, 0.25, np.float32)  # products and sums of such numbers are nearly exact
    arrays = [np.array(values, np.float32) for values in (weight, doc_count)]
    room = np.empty(48, np.float32), np.empty(16, np.float32)

    topic, total = topic_chain.drawn_topic(*arrays, alpha, u, *room)

    mass = arrays[0].astype(float) * (arrays[1] + 0.25)
    assert mass[topic] > 0
    assert total == pytest.approx(mass.sum(), rel=1e-6)
    order = naive.lane_order(48)
    running = np.cumsum(mass[order])
    place = order.index(topic)
    # float32 sums of 3 and float64 sums of 16 numbers: 1e-6 of the sum is ample.
    assert running[place] >= (u - 1e-6) * running[-1]
    assert running[place] - mass[topic] <= (u + 1e-6) * running[-1]


# --- Planted shares -------------------------------------------------------------------------------


def test_nine_in_ten_intervals_of_nine_tenths_hold_the_planted_share():
    rng = np.random.default_rng(3)
    n_docs, alpha = 1000, np.array([0.2, 0.5, 0.1, 0.4, 0.3])
    topics = rng.dirichlet(np.full(40, 0.3), 5)
    planted = rng.dirichlet(alpha, n_docs)
    lengths = rng.integers(0, 60, n_docs)
    counts = np.array(
        [rng.multinomial(n, p / p.sum()) for n, p in zip(lengths, planted @ topics, strict=True)]
    )

    draws = draws_of(counts, topics, alpha, n_draws=99, seed=4)

    # The rank of the planted share among 99 draws is uniform on 0..99 if the draws are from
    # the posterior (Cook, Gelman & Rubin 2006). Draws five sweeps apart hang together a little,
    # which spreads the ranks towards the ends; 20 bins with 1,000 documents do not see it.
    ranks = (draws < planted).sum(axis=0)
    inside = ((ranks >= 5) & (ranks < 95)).mean(axis=0)
    # Binomial with deviation sqrt(.09 / 1000) = .0095; four deviations.
    assert (np.abs(inside - 0.9) < 0.038).all(), inside
    for k in range(5):
        assert stats.chisquare(np.bincount(ranks[:, k] // 5, minlength=20)).pvalue > UNLIKELY


# --- Independence of threads, company, place ------------------------------------------------------


def test_threads_do_not_change_a_bit():
    counts, topics, alpha = some_corpus()

    one = draws_of(counts, topics, alpha)

    for n_threads in (2, 3, 8):
        assert np.array_equal(one, draws_of(counts, topics, alpha, n_threads=n_threads))


def test_a_document_has_the_same_draws_alone_and_in_any_order():
    counts, topics, alpha = some_corpus()
    order = np.random.default_rng(0).permutation(len(counts))

    together = draws_of(counts, topics, alpha)

    assert np.array_equal(together[:, order], draws_of(counts[order], topics, alpha))
    for d in (0, 17, 39):
        assert np.array_equal(together[:, d : d + 1], draws_of(counts[d : d + 1], topics, alpha))


def test_equal_documents_have_equal_draws_and_others_have_others():
    counts, topics, alpha = some_corpus(n_docs=3)
    draws = draws_of(counts[[0, 1, 0]], topics, alpha)

    assert np.array_equal(draws[:, 0], draws[:, 2])
    assert not np.isclose(draws[:, 0], draws[:, 1]).all(axis=1).any()


def test_storage_of_the_counts_does_not_matter():
    counts, topics, alpha = some_corpus(n_docs=5)
    rows, columns = np.nonzero(counts)
    mixed_up = np.random.default_rng(1).permutation(len(rows))
    halved = np.concatenate([mixed_up, mixed_up])
    values = np.concatenate([counts[rows, columns][mixed_up] - 1, np.ones(len(rows))])
    stored_twice = csr_array((values, (rows[halved], columns[halved])), shape=counts.shape)

    expected = draws_of(counts, topics, alpha)

    for same in (stored_twice, csr_array(counts.astype(np.float32)), counts.astype(np.int32)):
        assert np.array_equal(expected, draws_of(same, topics, alpha))


def test_the_input_is_left_as_it_was():
    counts, topics, alpha = some_corpus(n_docs=4)
    given_counts, before = csr_array(counts), csr_array(counts)
    given_counts.data.flags.writeable = topics.flags.writeable = alpha.flags.writeable = False

    draws_of(given_counts, topics, alpha)

    assert (given_counts != before).nnz == 0


def test_seeds_differ_and_the_first_draws_do_not_depend_on_how_many_follow():
    counts, topics, alpha = some_corpus()

    five = draws_of(counts, topics, alpha, n_draws=5)

    assert np.array_equal(five, draws_of(counts, topics, alpha, n_draws=9)[:5])
    assert not np.array_equal(five, draws_of(counts, topics, alpha, n_draws=5, seed=2))
    largest = draws_of(counts, topics, alpha, seed=2**64 - 1)
    assert np.isfinite(largest).all()


def test_another_process_on_a_plain_processor_draws_the_same_bits(tmp_path):
    counts, topics, alpha = some_corpus()
    np.savez(tmp_path / "corpus.npz", counts, topics, alpha)
    program = (
        "import sys, numpy as np; from topoi.models.draws import theta_draws;"
        "corpus = np.load(sys.argv[1]);"
        "draws = theta_draws(*(corpus[name] for name in corpus.files), n_draws=3, seed=1);"
        "sys.stdout.buffer.write(draws.tobytes())"
    )
    plain = {**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}

    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "corpus.npz")],
        env=plain, capture_output=True, check=True,
    )  # fmt: skip

    assert run.stdout == draws_of(counts, topics, alpha).tobytes()


# --- Degenerate and hostile input -----------------------------------------------------------------


def test_shares_are_shares_for_hard_priors_and_topics():
    counts, topics, _ = some_corpus(n_topics=30)
    for prior in (1e-12, 1e-5, 1.0, 1e6):
        draws = draws_of(counts, topics, np.full(30, prior))
        assert np.isfinite(draws).all() and (draws >= 0).all()
        np.testing.assert_allclose(draws.sum(axis=2), 1.0, rtol=1e-14)


def test_a_large_prior_rules_and_a_small_one_lets_the_tokens_rule():
    counts = counts_of([0, 0, 0, 3])

    strong = draws_of(counts, alpha=np.array([5e5, 1e6, 5e5]), n_draws=50)
    weak = draws_of(np.array([[5000.0, 0, 0, 0]]), np.eye(3, 4), np.full(3, 1e-9), n_draws=50)

    np.testing.assert_allclose(strong[:, 0], [[0.25, 0.5, 0.25]] * 50, atol=0.003)
    np.testing.assert_allclose(weak[:, 0], [[1, 0, 0]] * 50, atol=1e-9)


def test_a_term_far_below_float32_still_tells_the_topics_apart():
    topics = np.array([[1 - 1e-200, 1e-200], [1 - 1e-203, 1e-203]])

    draws = draws_of(np.array([[0.0, 1.0]]), topics, np.ones(2), n_draws=4000)

    # p(first topic | the rare term) = 1000 / 1001, so its share is Beta(2, 1) but for a thousandth.
    assert draws[:, 0, 0].mean() == pytest.approx(2 / 3, abs=5 * np.sqrt(1 / 18 / 4000) + 0.001)


def test_no_documents_no_draws():
    assert draws_of(np.zeros((0, 4))).shape == (3, 0, 3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (4, 1)])
def test_one_topic_or_one_term_is_no_trouble(shape):
    n_topics, n_terms = shape
    topics = np.full((n_topics, n_terms), 1.0 / n_terms)

    draws = draws_of(np.full((2, n_terms), 3.0), topics, np.full(n_topics, 0.5))

    np.testing.assert_allclose(draws.sum(axis=2), 1.0, rtol=1e-14)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_draws": 0}, "n_draws must be an int >= 1; got 0."),
        ({"burn_in": -1}, "burn_in must be an int >= 0; got -1."),
        ({"thin": 0}, "thin must be an int >= 1; got 0."),
        ({"seed": -1}, "seed must be an int >= 0 and <= 18446744073709551615; got -1."),
        ({"seed": 2**64}, "seed must be an int >= 0 and <= 18446744073709551615"),
        ({"seed": True}, "seed must be an int"),
        ({"counts": [[1, -2, 0, 0]]}, "counts must be finite and >= 0; got -2. Give tokens."),
        ({"counts": [[1, np.nan, 0, 0]]}, "counts must be finite and >= 0; got nan."),
        (
            {"counts": [1, 0, 2, 1]},
            "counts must have a row for each document and a column for each term; got shape (4,). "
            "Give one document as one row.",
        ),
        (
            {"counts": [[1, 0, 0, 0], [2.0**23, 0, 2.0**23, 1]]},
            "A document may have at most 16777216 tokens; 1 have more (rows 1). Split them.",
        ),
        ({"counts": [[1e300, 0, 0, 0]]}, "A document may have at most 16777216 tokens"),
        (
            {"counts": [[1, 0, 0, 0], [0, 0.5, 0, 2.5]]},
            "counts must be whole numbers of tokens: a part of a token has no topic to draw; 1 "
            "rows have parts (rows 1). Give counts without weights.",
        ),
        (
            {"topics": TOPICS[:, :3] / TOPICS[:, :3].sum(axis=1, keepdims=True)},
            "topic_term must have a row for each topic and 4 columns, one for each term of "
            "counts; got shape (3, 3).",
        ),
        (
            {"topics": TOPICS * np.array([[1.0], [2.0], [1.0]])},
            "Each row of topic_term must be probabilities that sum to 1; 1 are not (topics 1). "
            "Divide rows of weights by their sums.",
        ),
        ({"topics": np.where(TOPICS > 0.5, np.nan, TOPICS)}, "2 are not (topics 0, 1)"),
        (
            {"topics": np.array([[0.5, 0.5, 0, 0], [0, 0, 0, 1.0], [0.2, 0.8, 0, 0]])},
            "1 terms of these documents have probability 0 in every topic (columns 2): no topic "
            "can be drawn for them. Leave these columns out, or give topics that are smoothed.",
        ),
        (
            {"alpha": np.ones(2)},
            "alpha must have shape (3,) or (1, 3), one prior for all documents or one for each; "
            "got shape (2,).",
        ),
        ({"alpha": np.array([1, 0, -1.0])}, "alpha must be between 1e-12 and 1e+06; got 0, -1."),
        ({"alpha": np.array([1, np.nan, 1])}, "alpha must be between 1e-12 and 1e+06; got nan."),
        (
            {"n_draws": 2**20, "most_gib": 0.01},
            "1048576 draws of 1 documents and 3 topics take 0.0234 GiB; at most 0.01 are allowed. "
            "Ask for fewer draws, or give the documents in parts (a document's draws do not "
            "depend on the others).",
        ),
    ],
)
def test_bad_input_is_refused_with_what_and_where_and_what_to_do(changed, message):
    arguments = {"counts": [[1, 0, 2, 1]], "topics": TOPICS, "alpha": ALPHA, **changed}

    with pytest.raises(InputError, match=re.escape(message)):
        draws_of(**arguments)


# --- What the machine code holds ------------------------------------------------------------------

FUSED = re.compile(r"\bv?f(?:n?m(?:add|sub|la|ls))", re.IGNORECASE)
LIBRARY = re.compile(r"\b(?:log|exp|pow|sin|cos|tan)f?(?:@PLT)?\b|_ZGV|__svml", re.IGNORECASE)


def fresh(module):
    """The functions of a module compiled anew: what comes from the cache has no assembly."""
    source = Path(module.__file__).read_text().replace("cache=True, ", "")
    copy = types.ModuleType(module.__name__ + "_fresh")
    exec(compile(source, module.__file__, "exec"), copy.__dict__)
    return copy


def test_no_kernel_fuses_or_calls_a_logarithm_of_the_library():
    keys, counts = np.zeros(1, np.uint64), checked_counts(counts_of([0, 0, 3]))
    indptr, weight = counts.indptr.astype(np.int64), np.ones((4, 16), np.float32)
    document = (indptr, counts.indices, counts.data)
    prior, seed = np.ones((1, 16)), np.uint64(1)
    chain, particles = fresh(topic_chain), fresh(left_to_right)
    chain.theta_chain(*document, weight, prior, keys, seed, 1, 1, np.empty((1, 1, 3)))
    particles.left_to_right(*document, weight, np.ones(4), prior, keys, seed, np.empty((1, 2)))

    for function in (chain.theta_chain, particles.left_to_right):  # and all that these call
        text = "\n".join(function.inspect_asm().values())
        assert len(text) > 1000, f"no assembly of {function.__name__}"
        assert not FUSED.findall(text), function.__name__
        assert not LIBRARY.findall(text), function.__name__


def test_the_search_for_library_calls_finds_one():
    @njit
    def logarithms(x):
        return np.log(x) + np.exp(x)

    logarithms(2.0)

    assert LIBRARY.findall("\n".join(logarithms.inspect_asm().values()))
