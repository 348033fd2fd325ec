"""Do keywords hold the topics of SeededNMF in place, as zeros or as penalties?"""

import hashlib

import naive_nmf as naive
import numpy as np
import pandas as pd
import pytest
from planted import matched_cosines, planted_corpus
from scipy.sparse import csr_array
from sklearn.utils.estimator_checks import parametrize_with_checks

from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.kernels.hals import hals_sweeps
from topoi.kernels.kl_nmf import kl_update
from topoi.models.keywords import checked_keywords, keyword_clusters
from topoi.models.nmf import NMF
from topoi.models.seeded_nmf import SeededNMF
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

LOSSES = ("frobenius", "kullback-leibler")
MODES = ("anchored", "penalised")
both_losses = pytest.mark.parametrize("loss", LOSSES)
both_modes = pytest.mark.parametrize("mode", MODES)
SMALL = {"topics_per_set": 1, "n_residual": 2, "weighting": "counts"}


@parametrize_with_checks(
    [
        SeededNMF(n_residual=3, max_iter=20),
        SeededNMF(n_residual=3, max_iter=20, mode="penalised", loss="kullback-leibler"),
    ]
)
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


# --- keywords hold topics -----------------------------------------------------------------------


@both_losses
@both_modes
@pytest.mark.parametrize("seed", range(20))
def test_planted_topics_are_found_in_the_order_of_their_keywords(loss, mode, seed):
    counts, planted = planted_corpus(seed)
    order = [2, 0]
    keywords = [planted[k].argsort()[-3:].tolist() for k in order]

    model = SeededNMF(keywords, mode=mode, loss=loss, random_state=seed, **SMALL).fit(counts)

    # A penalty draws the three keywords to equal weights, which they do not have.
    least = {"anchored": 0.97, "penalised": 0.95}[mode]
    unit = model.components_ / np.linalg.norm(model.components_, axis=1, keepdims=True)
    for topic, k in enumerate(order):
        assert unit[topic] @ planted[k] / np.linalg.norm(planted[k]) > least
    assert matched_cosines(model.components_, planted).min() > least


@both_losses
def test_an_anchored_keyword_is_zero_in_all_topics_that_do_not_own_it(loss):
    counts, _ = planted_corpus(5)

    model = SeededNMF([[0, 1], [1, 20]], topics_per_set=2, n_residual=2, loss=loss).fit(counts)
    model.partial_fit(counts[:50])

    owners = {0: [0, 1], 1: [0, 1, 2, 3], 20: [2, 3]}
    for column, topics in owners.items():
        assert set(np.flatnonzero(model.components_[:, column])) <= set(topics)
        assert model.components_[:, column].any()
    np.testing.assert_allclose(model.components_.sum(axis=1), 1.0)


@both_losses
def test_a_greater_strength_draws_nearer_to_the_weights_given(loss):
    counts, _ = planted_corpus(5)
    goal = np.array([3.0, 4.0]) / 5.0
    gaps = []
    for strength in (0.0, 0.1, 1.0, 100.0):
        model = SeededNMF(
            [{0: 3.0, 1: 4.0}], mode="penalised", strength=strength, loss=loss, **SMALL
        ).fit(counts)
        gaps.append(np.abs(model.parts_[0, :2] - goal).max())

    assert gaps[1] > gaps[2] > gaps[3]
    assert gaps[3] < 0.02
    assert gaps[0] > 0.1


def test_without_strength_the_objective_is_that_of_nmf():
    counts, _ = planted_corpus(5)

    seeded = SeededNMF([[0], [20]], mode="penalised", strength=0.0, tol=1e-6, **SMALL).fit(counts)
    plain = NMF(4, weighting="counts", tol=1e-6).fit(counts)

    assert seeded.trace_["objective"].iloc[-1] == pytest.approx(
        plain.trace_["objective"].iloc[-1], rel=1e-4
    )


@both_modes
def test_topics_of_a_set_come_first_set_by_set(mode):
    # Each theme speaks of two matters that share its keyword; a third matter has none.
    counts = np.zeros((100, 10))
    for row in range(100):
        matter = row % 5
        counts[row, [2 * matter, 2 * matter + 1]] = 6
        if matter < 4:
            counts[row, [0, 4][matter // 2]] += 3

    model = SeededNMF([[0], [4]], topics_per_set=2, n_residual=1, mode=mode).fit(counts)

    theme = np.array([0, 0, 1, 1, 2])[np.arange(100) % 5]
    families = np.add.reduceat(model.doc_topic_, [0, 2, 4], axis=1)
    assert (families.argmax(axis=1) == theme).all()


@both_losses
@both_modes
def test_no_pass_raises_the_objective(loss, mode):
    counts, _ = planted_corpus(3, overlap=0.4)

    model = SeededNMF(
        [[0, 1], [20]], mode=mode, loss=loss, tol=0.0, max_iter=120, doc_l2=0.1, topic_l1=0.1,
        **SMALL,
    ).fit(counts)  # fmt: skip

    assert (np.diff(model.trace_["objective"]) <= 0).all()
    assert len(model.trace_) > 5


# --- the penalised updates against plain arithmetic ---------------------------------------------


def prior_of(rng):
    """Rows 0 and 2 of five have a prior, each a row of its own; one weight is closed."""
    slot = np.array([1, 0, 2, 0, 0], np.int32)
    stiff = np.zeros((3, 16), np.float32)
    stiff[1:] = rng.random((2, 16))
    pull = stiff * rng.random((3, 16)).astype(np.float32)
    is_open = np.ones((3, 16), np.float32)
    is_open[2, 4] = 0
    return slot, pull, stiff, is_open


def test_penalised_hals_sweeps_reach_the_least_of_the_objective():
    rng = np.random.default_rng(0)
    other = rng.random((40, 16))
    goal, overlap = rng.random((5, 40)) @ other, other.T @ other
    slot, pull, stiff, is_open = prior_of(rng)
    rows = rng.random((5, 16)).astype(np.float32)

    hals_sweeps(
        goal.astype(np.float32), overlap.astype(np.float32), np.float32(0.1), slot, pull, stiff,
        is_open, rows, 2000,
    )  # fmt: skip

    # Where the objective is least, its slope is 0 for weights above 0 and not below 0 for others.
    own_stiff, own_pull = stiff[slot], pull[slot]
    slope = rows @ overlap - goal + 0.1 + own_stiff * rows - own_pull
    closed = is_open[slot] == 0
    assert (rows[closed] == 0).all()
    size = np.abs(goal).max()
    assert (np.abs(slope[(rows > 1e-6) & ~closed]) < 1e-4 * size).all()
    assert (slope[(rows == 0) & ~closed] > -1e-4 * size).all()


def test_penalised_kl_updates_never_raise_the_objective_of_a_row():
    rng = np.random.default_rng(1)
    dense = rng.poisson(0.9, (5, 30)).astype(np.float32) + np.eye(5, 30, dtype=np.float32)
    matrix, other = csr_array(dense), rng.random((16, 30)).astype(np.float32) + 0.1
    slot, pull, stiff, is_open = prior_of(rng)
    rows, fits = rng.random((5, 16)).astype(np.float32) * is_open[slot], np.empty(matrix.nnz)
    fits = fits.astype(np.float32)

    def objective():
        gap = rows - pull[slot] / np.where(stiff[slot] > 0, stiff[slot], 1)
        return naive.kl_loss(dense, rows, other) + 0.5 * (stiff[slot] * gap**2).sum()

    seen = [objective()]
    for _ in range(60):
        kl_update(
            matrix.indptr.astype(np.int64), matrix.indices, matrix.data,
            np.ascontiguousarray(other.T), other.sum(axis=1), np.float32(0), np.float32(0),
            slot, pull, stiff, is_open, rows, fits,
        )  # fmt: skip
        seen.append(objective())

    # float32 weights: 1e-6 of the objective.
    assert (np.diff(seen) <= 1e-6 * seen[0]).all()
    assert seen[-1] < seen[0]
    assert rows[2, 4] == 0


# --- themes, provenance, batches ----------------------------------------------------------------


def matrix_of(counts):
    counts = csr_array(counts.astype(np.int32))
    n_docs, n_terms = counts.shape
    terms = [f"w{k:02}" for k in range(n_terms)]
    doc_freq = np.bincount(counts.indices, minlength=n_terms).astype(np.int64)
    units = pd.DataFrame(
        {
            "doc_id": pd.Series([f"d{k}" for k in range(n_docs)], dtype="str"),
            "n_tokens": np.asarray(counts.sum(axis=1)).astype(np.int64),
        }
    )
    term_freq = np.asarray(counts.sum(axis=0)).astype(np.int64)
    return DocTermMatrix(counts, Vocabulary(terms, doc_freq, term_freq), units)


def test_themes_are_looked_up_by_fit_topics_and_name_their_topics():
    counts, _ = planted_corpus(1)
    themes = Themes(
        "two",
        [
            Theme("later", "Later", "Words 40 to 59.", (Seed("w40"), Seed("w41", 2.0))),
            Theme("first", "First", "Words 0 to 19.", (Seed("w00"),)),
        ],
    )

    fit = fit_topics(matrix_of(counts), SeededNMF(themes, topics_per_set=1, n_residual=2))

    assert fit.topic_names == ("later", "first", "residual 1", "residual 2")
    assert fit.themes == {"later": (0,), "first": (1,)}
    assert fit.topic_term[0].argmax() // 20 == 2
    assert fit.topic_term[1].argmax() // 20 == 0
    assert "seconds" not in fit.trace
    assert fit.provenance["settings"]["keywords"]["later"] == {"w40": 1.0, "w41": 2.0}


@both_losses
@both_modes
def test_keyword_topics_are_found_in_batches(loss, mode):
    counts, planted = planted_corpus(1, n_docs=300)
    model = SeededNMF([[40, 41], [0, 1]], mode=mode, loss=loss, **SMALL)

    for batch in np.array_split(counts, 6):
        model.partial_fit(batch)

    unit = model.components_ / np.linalg.norm(model.components_, axis=1, keepdims=True)
    for topic, k in enumerate([2, 0]):
        assert unit[topic] @ planted[k] / np.linalg.norm(planted[k]) > 0.9
    # The residual topics depend on the start in the first 50 documents; nothing is promised.


def test_clusters_of_a_set_without_documents_are_empty():
    counts = csr_array(np.array([[1.0, 0, 2], [3, 0, 1]]))

    found = keyword_clusters(counts, [{1: 1.0}, {2: 1.0}], 1, 1, np.random.default_rng(0))

    assert not found[0].any()
    np.testing.assert_array_equal(found[1], [4, 0, 3])


# --- hard input and the same bits ---------------------------------------------------------------

HARD = {
    "one document": np.array([[3.0, 1.0, 2.0]]),
    "one token": np.array([[1.0, 0.0]]),
    "empty rows and columns": np.array([[0.0, 0, 0], [0, 3, 0], [0, 1, 0], [0, 0, 0]]),
    "16 million tokens": np.array([[2.0**24, 3.0, 0], [0, 1.0, 2.0**24], [1.0, 1.0, 1.0]]),
    "hardly any token": np.array([[1e-30, 0, 0], [0, 1e-38, 1e-12], [0, 0, 1e-45]]),
}


@both_losses
@both_modes
@pytest.mark.parametrize("weighting", ["tfidf", "counts"])
@pytest.mark.parametrize("kind", HARD)
def test_hard_input_still_gives_distributions(kind, weighting, mode, loss):
    counts = HARD[kind]

    model = SeededNMF(
        [[0]], topics_per_set=3, n_residual=2, mode=mode, loss=loss, weighting=weighting
    ).fit(counts)

    for values in (model.components_, model.doc_topic_):
        assert (values >= 0).all()
        np.testing.assert_allclose(values.sum(axis=1), 1.0, atol=1e-9)
    assert np.isfinite(model.score(counts))


@both_losses
@both_modes
def test_bits_do_not_depend_on_the_number_of_threads(loss, mode):
    counts, _ = planted_corpus(6)
    found = set()
    for n_jobs in (1, 2, 3, 8):
        model = SeededNMF([[0, 1], [20]], mode=mode, loss=loss, n_jobs=n_jobs, max_iter=30)
        model.fit(counts)
        arrays = model.components_.tobytes() + model.doc_topic_.tobytes()
        found.add(hashlib.sha256(arrays).hexdigest())

    assert len(found) == 1


def test_the_start_has_the_threads_of_the_fit(monkeypatch):
    seen = []

    def watched(*given, n_threads):
        seen.append(n_threads)
        return keyword_clusters(*given, n_threads=n_threads)

    monkeypatch.setattr("topoi.models.seeded_nmf.keyword_clusters", watched)
    counts, _ = planted_corpus(6)

    SeededNMF([[0, 1], [20]], n_jobs=3, max_iter=1).fit(counts)

    assert seen == [3]


@both_losses
@both_modes
def test_a_row_depends_on_no_other_row(loss, mode):
    counts, _ = planted_corpus(7, n_docs=70)
    model = SeededNMF([[0, 1], [20]], mode=mode, loss=loss, max_iter=30).fit(counts)
    together = model.transform(counts)

    np.testing.assert_array_equal(model.transform(counts[::-1])[::-1], together)
    np.testing.assert_array_equal(model.transform(counts[[66]])[0], together[66])


@pytest.mark.parametrize("mode", MODES)
def test_the_order_in_which_keywords_are_listed_does_not_change_a_bit(mode):
    counts, _ = planted_corpus(4)

    fits = [
        SeededNMF([words, {20: 1.0}], n_residual=2, mode=mode).fit(counts).components_
        for words in ({0: 0.1, 1: 0.7, 2: 1e7}, {2: 1e7, 1: 0.7, 0: 0.1})
    ]

    np.testing.assert_array_equal(*fits)


# --- refusals -----------------------------------------------------------------------------------


def test_topics_to_which_every_term_is_closed_are_refused():
    with pytest.raises(
        InputError,
        match=r"Every term is a keyword of another topic for 2 topics: 2, 3\. With mode='anchored' "
        r"a topic needs a term of its own.*or set mode='penalised'\.",
    ):
        SeededNMF([[0], [1, 2]], topics_per_set=1, n_residual=2).fit(np.ones((5, 3)))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"mode": "soft"}, r"mode must be one of anchored, penalised; got 'soft'\."),
        ({"strength": -1}, r"strength must be a number >= 0; got -1\."),
        ({"topics_per_set": 0}, r"topics_per_set must be an int >= 1; got 0\."),
        ({"n_residual": -1}, r"n_residual must be an int >= 0; got -1\."),
        ({"n_residual": 0, "keywords": ()}, "No topics: give keywords or n_residual >= 1"),
        ({"keywords": None}, "must list the columns of each keyword set; got NoneType"),
        ({"keywords": "wall"}, "must list the columns of each keyword set; got str.*fit_topics"),
        ({"keywords": [[0], []]}, r"Keyword sets without any keyword: 1\. Give each one\."),
        ({"keywords": [[0, 9], [-1]]}, r"Keyword columns outside 0\.\.2: -1, 9\."),
        ({"keywords": [{0: 0.0}]}, r"Keyword set 0: weights must be numbers > 0; got 0\.0\."),
        ({"keywords": [[True]]}, r"Keyword set 0: columns must be ints; got True\."),
        ({"loss": "l1"}, r"loss must be one of frobenius, kullback-leibler; got 'l1'\."),
        ({"max_iter": 0}, r"max_iter must be an int >= 1; got 0\."),
    ],
)
def test_settings_out_of_range_are_refused(setting, words):
    with pytest.raises(InputError, match=words):
        SeededNMF([[0]], topics_per_set=1, n_residual=1).set_params(**setting).fit(np.ones((3, 3)))


def test_keywords_are_sorted_by_column():
    found = checked_keywords([{5: 2.0, 1: 1.0}, [3]], 6)

    assert [list(columns.items()) for columns in found] == [[(1, 1.0), (5, 2.0)], [(3, 1.0)]]
