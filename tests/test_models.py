"""Do the models keep their promises: planted topics, exact answers, the same bits, clear errors?"""

import hashlib
import json
import os
import subprocess
import sys
import warnings
from itertools import permutations

import naive
import numpy as np
import pandas as pd
import pytest
from planted import matched_cosines, planted_corpus, zipf
from scipy.sparse import coo_array, csr_array, csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from topoi.errors import InputError
from topoi.models import keyword_lda
from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.blocks import block_bounds
from topoi.models.inference import share_topics
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF

QUIET = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore::RuntimeWarning:gensim"
)
MAKERS = {
    "LDA": lambda k, **more: LDA(k, **{"max_iter": 15, **more}),
    "KeywordLDA": lambda k, **more: KeywordLDA(
        [[0]], **{"topics_per_set": 1, "n_residual": k - 1, "max_iter": 15, **more}
    ),
    "NMF": lambda k, **more: NMF(k, **{"max_iter": 50, **more}),
    "SklearnLDA": lambda k, **more: SklearnLDA(k, **{"max_iter": 3, **more}),
    "GensimLDA": lambda k, **more: GensimLDA(k, passes=2, **more),
    "GensimNMF": lambda k, **more: GensimNMF(k, passes=2, **more),
}
KEYATM = {"topics_per_set": 1, "exclusive": False}  # the model as published
ONE_EACH = {"topics_per_set": 1}
every_model = pytest.mark.parametrize("name", MAKERS)
own_models = pytest.mark.parametrize("name", ["LDA", "KeywordLDA"])


@QUIET
@parametrize_with_checks(
    [
        LDA(max_iter=5),
        KeywordLDA(max_iter=5, n_residual=3),
        NMF(max_iter=20),
        SklearnLDA(max_iter=2),
        GensimLDA(passes=1),
        GensimNMF(passes=1),
    ]
)
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


# --- planted topics -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_lda_finds_planted_topics(seed):
    counts, planted = planted_corpus(seed)

    model = LDA(4, random_state=seed).fit(counts)

    assert matched_cosines(model.components_, planted).min() > 0.95


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_keyword_lda_finds_planted_topics_in_the_order_of_its_keywords(seed, exclusive):
    # Seeds 1, 5 and 6: residual topics once began nearer to a theme and took its keywords along.
    counts, planted = planted_corpus(seed)
    order = [2, 0]
    keywords = [planted[k].argsort()[-3:].tolist() for k in order]

    model = KeywordLDA(
        keywords, topics_per_set=1, exclusive=exclusive, n_residual=2, random_state=seed
    ).fit(counts)

    unit = model.components_ / np.linalg.norm(model.components_, axis=1, keepdims=True)
    for topic, k in enumerate(order):
        assert unit[topic] @ planted[k] / np.linalg.norm(planted[k]) > 0.95
    if exclusive:  # otherwise a residual topic may share a theme and leave two matters to the last
        assert matched_cosines(model.components_, planted).min() > 0.95


@pytest.mark.parametrize("weighting", ["counts", "tfidf"])
@pytest.mark.parametrize("seed", range(3))
def test_nmf_finds_planted_topics(seed, weighting):
    # tf-idf bends the frequencies on purpose, so it is compared by its own documents only.
    counts, planted = planted_corpus(seed, overlap=0.02)

    model = NMF(4, weighting=weighting, random_state=seed).fit(counts)

    if weighting == "counts":
        assert matched_cosines(model.components_, planted).min() > 0.95
    else:
        best = model.components_.argmax(axis=1) // 20
        assert sorted(best) == [0, 1, 2, 3]
        own = np.sort(model.components_, axis=1)[:, -20:].sum(axis=1)
        assert (own > 0.9).all()


def test_lda_learns_that_topics_are_not_equally_frequent():
    rng = np.random.default_rng(0)
    _, planted = planted_corpus(0, n_topics=2, n_terms=40, overlap=0.0)
    shares = rng.dirichlet([1.6, 0.2], 400)
    counts = np.array([rng.multinomial(60, row @ planted) for row in shares], dtype=float)

    # Topics without a common term: where terms are shared, expected counts hide how uneven the
    # documents are, and both entries come out too large (by 2 at a tenth of shared terms).
    model = LDA(2, max_iter=200, tol=0.0).fit(counts)

    pairing = matched_order(model.components_, planted)
    np.testing.assert_allclose(model.alpha_[pairing], [1.6, 0.2], rtol=0.25)
    np.testing.assert_allclose(model.doc_topic_[:, pairing], shares, atol=0.25)


def matched_order(found, planted):
    orders = permutations(range(len(planted)))
    return list(max(orders, key=lambda order: np.sum(found[list(order)] * planted)))


# --- exact answers by enumeration ---------------------------------------------------------------

TOPICS = np.array([[0.6, 0.2, 0.1, 0.1], [0.1, 0.1, 0.3, 0.5], [0.2, 0.5, 0.2, 0.1]])
DOCUMENTS = ([0, 0, 1, 2, 3, 1], [0] * 6, [3, 3, 2, 2, 0, 1], [1, 1, 1, 0, 2])
PRIORS = ([0.1, 0.1, 0.1], [0.5, 0.2, 0.8], [2.0, 2.0, 2.0])


def bags(documents, n_terms):
    return np.array([np.bincount(words, minlength=n_terms) for words in documents], dtype=float)


def shares_of(words, alpha):
    counts = csr_array(bags([words], 4).astype(np.float32))
    return share_topics(counts, TOPICS, np.asarray(alpha), n_sweeps=200, n_threads=1)[0]


@pytest.mark.parametrize("words", DOCUMENTS)
@pytest.mark.parametrize("alpha", PRIORS)
def test_shares_are_near_the_exact_posterior_mean(words, alpha):
    exact = naive.theta_by_enumeration(words, TOPICS, np.asarray(alpha))

    # CVB0 puts expected counts where the exact mean averages over counts: it leaves out their
    # variance, at most some tenths of a token here, of 6 tokens and the prior.
    np.testing.assert_allclose(shares_of(words, alpha), exact, atol=0.1)


def test_shares_are_much_nearer_than_a_tenth_on_average():
    errors = [
        np.abs(shares_of(words, alpha) - naive.theta_by_enumeration(words, TOPICS, alpha)).mean()
        for words in DOCUMENTS
        for alpha in map(np.asarray, PRIORS)
    ]

    assert np.mean(errors) < 0.02


@pytest.mark.parametrize("word", range(4))
@pytest.mark.parametrize("alpha", PRIORS)
def test_shares_of_one_token_are_exact(word, alpha):
    # One token has no other token to average over.
    exact = naive.theta_by_enumeration([word], TOPICS, np.asarray(alpha))

    np.testing.assert_allclose(shares_of([word], alpha), exact, atol=1e-6)


TINY = {
    "two keyword topics": ([[0, 0, 1], [2, 2, 3]], [{0: 1.0}, {2: 1.0}]),
    "a keyword in a mixed document": ([[0, 1, 1], [2, 3], [0, 3]], [{0: 1.0}, {2: 1.0}]),
    "one residual topic": ([[0, 0, 1], [2, 3, 3, 1]], [{0: 1.0}]),
    "keywords of unequal weight": ([[0, 1, 0, 1], [2, 3, 2]], [{0: 1.0, 1: 2.0}, {2: 1.0}]),
}


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_keyword_lda_is_near_the_exact_posterior(name, alpha, monkeypatch):
    documents, keywords = TINY[name]
    priors = {"alpha": np.full(2, alpha), "beta": 0.5, "keyword_prior": 0.5}
    free, in_keywords, _ = naive.keyword_posterior(documents, keywords, 2, 4, **priors)

    model, fitted = fitted_counts(documents, keywords, alpha, monkeypatch)

    # CVB0 leaves out the counts' variance, and the parts of a topic share one responsibility:
    # with 7 tokens in all both are worth up to a quarter of a token (0.24 measured).
    np.testing.assert_allclose(fitted, free + in_keywords, atol=0.28)
    n_keywords = len(keywords)
    rate = (in_keywords.sum(axis=0) + 1) / ((free + in_keywords).sum(axis=0) + 2)
    np.testing.assert_allclose(model.keyword_rate_[:n_keywords], rate[:n_keywords], atol=0.05)


@pytest.mark.parametrize("name", TINY)
def test_keyword_lda_is_near_cvb0_over_the_joint_outcomes(name, monkeypatch):
    documents, keywords = TINY[name]
    free, in_keywords = naive.keyword_cvb0(
        documents, keywords, 2, 4, np.ones(2), 0.5, 0.5, n_passes=300
    )

    _, fitted = fitted_counts(documents, keywords, 1.0, monkeypatch)

    # The naive version also takes the own token out of the denominators and of pi, which matters
    # with 7 tokens (0.23 measured) and not with 7,000.
    np.testing.assert_allclose(fitted, free + in_keywords, atol=0.28)


def fitted_counts(documents, keywords, alpha, monkeypatch):
    """A fitted KeywordLDA of two topics and its expected tokens (V, 2)."""
    kept = []

    def infer(*data, **settings):
        kept.append(original(*data, **settings))
        return kept[-1]

    original = keyword_lda.infer
    monkeypatch.setattr(keyword_lda, "infer", infer)
    model = KeywordLDA(
        keywords,
        **KEYATM,
        n_residual=2 - len(keywords),
        doc_topic_prior=alpha,
        topic_word_prior=0.5,
        keyword_prior=0.5,
        learn_prior=False,
        max_iter=500,
        tol=0.0,
    ).fit(bags(documents, 4))
    return model, kept[0].term_counts[:, :2]


# --- keywords -----------------------------------------------------------------------------------


def test_keyword_lda_without_keywords_gives_the_topics_of_lda():
    counts, _ = planted_corpus(1)

    plain = LDA(4).fit(counts)
    without = KeywordLDA((), n_residual=4).fit(counts)

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


# --- the same bits ------------------------------------------------------------------------------

HASHES = """
import hashlib, json
import numpy as np
from topoi.models.lda import LDA
from topoi.models.keyword_lda import KeywordLDA

rng = np.random.default_rng(5)
topics = rng.dirichlet(np.full(60, 0.1), 5)
shares = rng.dirichlet(np.full(5, 0.3), 120)
counts = np.array([rng.multinomial(30, row @ topics) for row in shares]).astype(float)
found = {}
keywords = [{3: 1.0, 1: 2.0}, [4, 5]]
for model in (LDA(17, max_iter=20), KeywordLDA(keywords, topics_per_set=2, n_residual=3)):
    fitted = model.fit(counts)
    arrays = fitted.components_.tobytes() + fitted.doc_topic_.tobytes()
    found[type(model).__name__] = hashlib.sha256(arrays).hexdigest()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """Hashes of the same fits in three fresh processes, the last with code for any CPU."""
    settings = {
        "hash seed 1": {"PYTHONHASHSEED": "1"},
        "hash seed 2": {"PYTHONHASHSEED": "2"},
        "generic": {
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CACHE_DIR": str(tmp_path_factory.mktemp("numba")),
        },
    }
    started = {
        name: subprocess.Popen(
            [sys.executable, "-c", HASHES],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, more in settings.items()
    }
    return {name: (*process.communicate(timeout=200), process) for name, process in started.items()}


def hashes(processes, name):
    out, err, process = processes[name]
    assert process.returncode == 0, err
    return json.loads(out)


def test_bits_do_not_depend_on_the_hash_seed(processes):
    assert hashes(processes, "hash seed 1") == hashes(processes, "hash seed 2")


def test_bits_do_not_depend_on_the_cpus_instructions(processes):
    _, err, process = processes["generic"]
    if process.returncode and "NUMBA_CPU_NAME" in err:
        pytest.skip("numba here knows no CPU named generic")
    assert hashes(processes, "generic") == hashes(processes, "hash seed 1")


def digest(model):
    return hashlib.sha256(model.components_.tobytes() + model.doc_topic_.tobytes()).hexdigest()


@own_models
def test_bits_do_not_depend_on_the_number_of_threads(name):
    counts, _ = planted_corpus(6)

    found = {digest(MAKERS[name](5, n_jobs=n_jobs).fit(counts)) for n_jobs in (1, 2, 4, -1, None)}

    assert len(found) == 1


@QUIET
@every_model
def test_fitting_twice_gives_the_same_bits(name):
    counts, _ = planted_corpus(6, n_docs=40)

    assert digest(MAKERS[name](3).fit(counts)) == digest(MAKERS[name](3).fit(counts))


@own_models
def test_bits_do_not_depend_on_how_the_counts_are_stored(name):
    counts, _ = planted_corpus(6)
    wide = csr_array(counts)
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    halves = coo_array(counts)
    twice = coo_array(
        (
            np.tile(halves.data / 2, 2),
            (np.tile(halves.coords[0], 2), np.tile(halves.coords[1], 2)),
        ),
        shape=counts.shape,
    )
    forms = [counts, counts.astype(np.int32), csr_matrix(counts), wide, twice, counts.tolist()]

    assert len({digest(MAKERS[name](4).fit(form)) for form in forms}) == 1


@own_models
def test_another_seed_gives_another_start(name):
    counts, _ = planted_corpus(6)

    first, second = (MAKERS[name](4, random_state=seed, max_iter=1).fit(counts) for seed in (0, 1))

    assert digest(first) != digest(second)


def test_blocks_cover_every_document_once():
    for counts in (np.ones((1, 1)), np.zeros((5, 2)), np.eye(30), np.diag([9, 0, 0, 1.0])):
        bounds = block_bounds(csr_array(counts))

        covered = [row for start, stop in bounds for row in range(start, stop)]
        assert covered == list(range(len(counts)))


# --- transform ----------------------------------------------------------------------------------


@QUIET
@every_model
def test_a_row_depends_on_no_other_row(name):
    counts, _ = planted_corpus(7, n_docs=40)
    model = MAKERS[name](4).fit(counts)
    together = model.transform(counts)

    alone = np.vstack([model.transform(counts[[row]]) for row in range(40)])
    backwards = model.transform(counts[::-1])[::-1]

    np.testing.assert_array_equal(alone, together)
    np.testing.assert_array_equal(backwards, together)


@own_models
def test_an_empty_row_gets_the_prior_mean(name):
    counts, _ = planted_corpus(7)
    counts[5] = 0
    model = MAKERS[name](4).fit(counts)

    expected = model.alpha_ / model.alpha_.sum()

    np.testing.assert_allclose(model.doc_topic_[5], expected, rtol=1e-12)
    np.testing.assert_allclose(model.transform(np.zeros((1, 80)))[0], expected, rtol=1e-12)


def test_an_empty_row_gets_the_mean_share_in_nmf():
    counts, _ = planted_corpus(7)
    model = NMF(4).fit(counts)

    np.testing.assert_allclose(
        model.transform(np.zeros((1, 80)))[0], model.doc_topic_.mean(axis=0), atol=1e-3
    )


@QUIET
@every_model
def test_shares_and_topics_are_distributions(name):
    counts, _ = planted_corpus(8, n_docs=30)
    counts[3] = 0

    model = MAKERS[name](3).fit(counts)

    assert_distributions(model, *counts.shape, 3)


def assert_distributions(model, n_docs, n_terms, n_topics):
    assert model.components_.shape == (n_topics, n_terms)
    assert model.doc_topic_.shape == (n_docs, n_topics)
    for values in (model.components_, model.doc_topic_):
        assert values.dtype == np.float64
        assert (values >= 0).all()
        np.testing.assert_allclose(values.sum(axis=1), 1.0, atol=1e-9)


def test_nmf_shares_are_the_least_squares_answer():
    counts, _ = planted_corpus(9, n_docs=30)
    model = NMF(4, weighting="counts", max_iter=2000, tol=1e-8).fit(counts)

    # Another route: scipy's active-set solver, then the topics' scale moved to the documents.
    from scipy.optimize import nnls

    raw = model.parts_
    weights = np.array([nnls(raw.T, row)[0] for row in counts]) * raw.sum(axis=1)
    expected = weights / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.doc_topic_, expected, atol=1e-4)


# --- hard input ---------------------------------------------------------------------------------

HARD = {
    "one document": np.array([[3.0, 1.0, 2.0]]),
    "one term": np.array([[3.0], [1.0], [0.0]]),
    "one token": np.array([[1.0, 0.0]]),
    "few documents and terms": np.array([[1.0, 0, 2], [0, 3, 1], [1, 1, 1], [0, 0, 0]]),
    "parts of tokens": np.array([[0.2, 0.1, 0.0], [0.0, 0.01, 0.7], [1e-6, 0, 0.3]]),
    "a million tokens": np.array([[1e6, 3.0, 0.0], [0.0, 1.0, 1e6], [1.0, 1.0, 1.0]]),
}


@QUIET
@pytest.mark.parametrize("kind", HARD)
@pytest.mark.parametrize("n_topics", [1, 2, 7])
@every_model
def test_hard_input_still_gives_distributions(name, n_topics, kind):
    counts = HARD[kind]

    more = {"exclusive": False} if name == "KeywordLDA" else {}

    model = MAKERS[name](n_topics, **more).fit(counts)

    assert_distributions(model, *counts.shape, n_topics)


@QUIET
@pytest.mark.parametrize("kind", sorted(set(HARD) - {"one term"}))
def test_hard_input_still_gives_distributions_with_exclusive_keywords(kind):
    counts = HARD[kind]

    model = KeywordLDA([[0]], topics_per_set=3, n_residual=2, max_iter=15).fit(counts)

    assert_distributions(model, *counts.shape, 5)


def test_topics_to_which_every_term_is_closed_are_refused():
    with pytest.raises(
        InputError,
        match=r"Every term is a keyword of another topic for 2 topics: 2, 3\. With exclusive=True "
        r"a topic needs a term of its own",
    ):
        KeywordLDA([[0], [1, 2]], topics_per_set=1, n_residual=2).fit(np.ones((5, 3)))


def test_one_topic_is_the_smoothed_frequency_of_terms():
    counts = np.array([[2.0, 1.0], [0.0, 5.0]])

    model = LDA(1, topic_word_prior=0.5).fit(counts)

    np.testing.assert_allclose(model.components_, [[2.5 / 9, 6.5 / 9]], rtol=1e-6)
    np.testing.assert_array_equal(model.doc_topic_, [[1.0], [1.0]])


@every_model
def test_counts_that_are_all_zero_are_refused(name):
    with pytest.raises(InputError, match=r"Every row is empty.*nothing to learn topics from"):
        MAKERS[name](2).fit(np.zeros((4, 3)))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([[1.0, np.nan]], "NaN"),
        ([[1.0, np.inf]], "infinity"),
        ([[1.0, -1.0]], "Negative values in data passed to LDA: counts must be >= 0"),
        ([[1.0, 2.0**25]], r"at most 16777216.*got 33554432"),
        ([["a", "b"]], "could not convert string to float"),
        (np.array([[1 + 2j, 1]]), "Complex data not supported"),
        ([1.0, 2.0], "Expected 2D array"),
        (np.zeros((0, 3)), r"0 sample"),
        (np.zeros((3, 0)), r"0 feature"),
    ],
)
def test_counts_that_are_no_counts_are_refused(counts, words):
    with pytest.raises(ValueError, match=words):
        LDA(2).fit(counts)


@every_model
def test_transform_refuses_what_fit_would(name):
    with pytest.raises(NotFittedError):
        MAKERS[name](2).transform(np.ones((2, 3)))


def test_transform_refuses_another_number_of_terms():
    model = LDA(2, max_iter=2).fit(np.ones((3, 3)))

    with pytest.raises(ValueError, match="3 features"):
        model.transform(np.ones((3, 4)))


BAD_SETTINGS = [
    ({"n_components": 0}, r"n_components must be an int >= 1; got 0\."),
    ({"n_components": 2.0}, r"n_components must be an int >= 1; got 2\.0\."),
    ({"n_components": "2"}, r"n_components must be an int >= 1; got '2'\."),
    ({"n_components": True}, r"n_components must be an int >= 1; got True\."),
    (
        {"doc_topic_prior": 0.0},
        r"doc_topic_prior must be a number >= 1e-06 and <= 1000; got 0\.0\.",
    ),
    (
        {"doc_topic_prior": np.inf},
        r"doc_topic_prior must be a number >= 1e-06 and <= 1000; got inf\.",
    ),
    ({"doc_topic_prior": 1e9}, r"doc_topic_prior must be a number .* <= 1000; got 1000000000"),
    ({"topic_word_prior": -1}, r"topic_word_prior must be a number >= 1e-09; got -1\."),
    ({"topic_word_prior": np.nan}, r"topic_word_prior must be a number >= 1e-09; got nan\."),
    ({"topic_word_prior": np.inf}, r"topic_word_prior must be a number >= 1e-09; got inf\."),
    ({"max_iter": 0}, r"max_iter must be an int >= 1; got 0\."),
    ({"tol": -0.1}, r"tol must be a number >= 0; got -0\.1\."),
    ({"fold_in_sweeps": 0}, r"fold_in_sweeps must be an int >= 1; got 0\."),
    ({"random_state": None}, r"random_state must be an int >= 0; got None\."),
    ({"random_state": -1}, r"random_state must be an int >= 0; got -1\."),
    ({"learn_prior": "no"}, r"learn_prior must be True or False; got 'no'\."),
    ({"n_jobs": 0}, r"n_jobs must be None, -1 or an int >= 1; got 0\."),
    ({"n_jobs": -2}, r"n_jobs must be None, -1 or an int >= 1; got -2\."),
    ({"n_jobs": 1.5}, r"n_jobs must be None, -1 or an int >= 1; got 1\.5\."),
    ({"n_jobs": "2"}, r"n_jobs must be None, -1 or an int >= 1; got '2'\."),
]


@pytest.mark.parametrize(("setting", "words"), BAD_SETTINGS)
def test_lda_refuses_settings_out_of_range(setting, words):
    with pytest.raises(InputError, match=words):
        LDA(2, max_iter=2).set_params(**setting).fit(np.ones((3, 3)))


@pytest.mark.parametrize(
    ("setting", "words"),
    [(setting, words) for setting, words in BAD_SETTINGS if "n_components" not in setting]
    + [
        ({"n_residual": -1}, r"n_residual must be an int >= 0; got -1\."),
        ({"n_residual": "3"}, r"n_residual must be an int >= 0; got '3'\."),
        ({"n_residual": 0, "keywords": ()}, "No topics: give keywords or n_residual >= 1"),
        ({"topics_per_set": 0}, r"topics_per_set must be an int >= 1; got 0\."),
        ({"exclusive": 1}, r"exclusive must be True or False; got 1\."),
        ({"keyword_prior": 0}, r"keyword_prior must be a number >= 1e-09; got 0\."),
        ({"keywords": None}, "must list the columns of each keyword set; got NoneType"),
        ({"keywords": 5}, "must list the columns of each keyword set; got int"),
        ({"keywords": "wall"}, "must list the columns of each keyword set; got str.*fit_topics"),
        ({"keywords": [1, 2]}, r"Keyword set 0 must be columns or .*; got 1\."),
        ({"keywords": ["wall"]}, r"Keyword set 0 must be columns or .*; got 'wall'\."),
        ({"keywords": [[0], ["wall"]]}, r"Keyword set 1: columns must be ints; got 'wall'\."),
        ({"keywords": [[[1]]]}, r"Keyword set 0: columns must be ints; got \[1\]\."),
        ({"keywords": [[1.7]]}, r"Keyword set 0: columns must be ints; got 1\.7\."),
        ({"keywords": [[True]]}, r"Keyword set 0: columns must be ints; got True\."),
        ({"keywords": [[0], []]}, r"Keyword sets without any keyword: 1\. Give each one\."),
        ({"keywords": [[0, 9], [-1]]}, r"Keyword columns outside 0\.\.2: -1, 9\."),
        ({"keywords": [{0: 0.0}]}, r"Keyword set 0: weights must be numbers > 0; got 0\.0\."),
        ({"keywords": [{0: np.nan}]}, r"weights must be numbers > 0; got nan\."),
        ({"keywords": [{0: np.inf}]}, r"weights must be numbers > 0; got inf\."),
        ({"keywords": [{0: "x"}]}, r"weights must be numbers > 0; got 'x'\."),
    ],
)
def test_keyword_lda_refuses_settings_out_of_range(setting, words):
    with pytest.raises(InputError, match=words):
        KeywordLDA([[0]], topics_per_set=1, n_residual=1, max_iter=2).set_params(**setting).fit(
            np.ones((3, 3))
        )


@pytest.mark.parametrize("name", ["NMF", "SklearnLDA", "GensimLDA", "GensimNMF"])
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"n_components": 0}, r"n_components must be an int >= 1; got 0\."),
        ({"random_state": 1.5}, r"random_state must be an int >= 0.*; got 1\.5\."),
        ({"random_state": 2**32}, r"random_state must be an int >= 0 and <= 4294967295; got 4"),
    ],
)
def test_other_models_refuse_settings_out_of_range(name, setting, words):
    with pytest.raises(InputError, match=words):
        MAKERS[name](2).set_params(**setting).fit(np.ones((3, 3)))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (NMF(2, weighting="bm25"), r"weighting must be one of tfidf, counts; got 'bm25'\."),
        (NMF(2, tol=-1), r"tol must be a number >= 0; got -1\."),
        (NMF(2, max_iter=0), r"max_iter must be an int >= 1; got 0\."),
        (GensimLDA(2, passes=0), r"passes must be an int >= 1; got 0\."),
        (GensimNMF(2, passes=0), r"passes must be an int >= 1; got 0\."),
        (SklearnLDA(2, max_iter=0), r"max_iter must be an int >= 1; got 0\."),
    ],
)
def test_a_setting_is_named_as_the_user_knows_it(model, words):
    with pytest.raises(InputError, match=words):
        model.fit(np.ones((3, 3)))


# --- manners ------------------------------------------------------------------------------------


@QUIET
@every_model
def test_fit_changes_neither_settings_nor_data(name):
    counts = csr_array(planted_corpus(9, n_docs=20)[0])
    before, kept = clone(MAKERS[name](2)).get_params(), counts.toarray()
    model = MAKERS[name](2)

    model.fit(counts).transform(counts)

    assert model.get_params() == before
    np.testing.assert_array_equal(counts.toarray(), kept)


@own_models
@pytest.mark.parametrize("max_iter", [1, 7, 12])
def test_passes_stop_at_max_iter_with_a_row_each(name, max_iter):
    counts, _ = planted_corpus(10, overlap=0.5)

    model = MAKERS[name](4, max_iter=max_iter, tol=0.0).fit(counts)

    assert list(model.trace_["pass"]) == list(range(1, max_iter + 1))
    assert model.n_iter_ == max_iter
    assert model.trace_["pass"].dtype == np.int64


@own_models
def test_fewer_tokens_move_towards_the_end(name):
    counts, _ = planted_corpus(10, overlap=0.5)

    moved = MAKERS[name](4, max_iter=60, tol=0.0, learn_prior=False).fit(counts).trace_["moved"]

    assert ((moved >= 0) & (moved <= 1)).all()
    assert moved[-5:].mean() < moved[5:10].mean() < moved[:3].mean()


def test_passes_stop_when_few_tokens_move():
    counts, _ = planted_corpus(10)

    moved = LDA(4, max_iter=500, tol=1e-3).fit(counts).trace_["moved"]

    assert len(moved) < 500
    assert moved.iloc[-1] < 1e-3


def test_prior_stays_as_set_when_it_is_not_to_be_learned():
    counts, _ = planted_corpus(10)

    model = LDA(4, doc_topic_prior=0.3, learn_prior=False, max_iter=30).fit(counts)

    np.testing.assert_array_equal(model.alpha_, np.full(4, 0.3))


@QUIET
@every_model
def test_trace_has_one_row_a_pass(name):
    model = MAKERS[name](2).fit(planted_corpus(9, n_docs=20)[0])

    assert isinstance(model.trace_, pd.DataFrame)
    assert list(model.trace_["pass"]) == list(range(1, model.n_iter_ + 1))


@every_model
def test_models_say_nothing_on_the_way(name, capsys):
    counts, _ = planted_corpus(9, n_docs=30)

    with warnings.catch_warnings(record=True):
        MAKERS[name](2).fit(counts)

    assert capsys.readouterr() == ("", "")


def test_nmf_on_counts_of_one_term_only_weights_them_alike():
    # log1p(count) x idf scaled to length 1 is 1 for every filled row of a one-term matrix.
    model = NMF(1).fit(np.array([[3.0], [1.0], [0.0]]))

    np.testing.assert_allclose(model.doc_topic_, 1.0)


def test_zipf_of_the_planted_corpus_sums_to_one():
    assert zipf(7).sum() == pytest.approx(1.0)
