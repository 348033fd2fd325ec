"""Do models live with the hardest counts, and refuse what is no count or setting?"""

import numpy as np
import pytest
from makers import MAKERS, QUIET, assert_distributions, every_model, own_models
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from topoi.errors import InputError
from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF

HARD = {
    "one document": np.array([[3.0, 1.0, 2.0]]),
    "one term": np.array([[3.0], [1.0], [0.0]]),
    "one token": np.array([[1.0, 0.0]]),
    "few documents and terms": np.array([[1.0, 0, 2], [0, 3, 1], [1, 1, 1], [0, 0, 0]]),
    "parts of tokens": np.array([[0.2, 0.1, 0.0], [0.0, 0.01, 0.7], [1e-6, 0, 0.3]]),
    "one word a document, another each": np.eye(5),
    "the same document again": np.tile([[2.0, 1.0, 0.0, 4.0]], (6, 1)),
    "mostly empty": np.vstack([np.zeros((20, 3)), [[1.0, 0, 2]], np.zeros((20, 3))]),
    "as many tokens as are allowed": np.array([[2.0**24, 2.0**24], [0.0, 2.0**24]]),
    "a long even document": np.full((3, 400), 3.0),
    "a million tokens": np.array([[1e6, 3.0, 0.0], [0.0, 1.0, 1e6], [1.0, 1.0, 1.0]]),
}


@QUIET
@pytest.mark.parametrize("kind", HARD)
@pytest.mark.parametrize("n_topics", [1, 2, 7, 17])
@every_model
def test_hard_input_still_gives_distributions(name, n_topics, kind):
    counts = HARD[kind]

    more = {"exclusive": False} if name == "KeywordLDA" else {}

    model = MAKERS[name](n_topics, **more).fit(counts)

    assert_distributions(model, *counts.shape, n_topics)


@pytest.mark.parametrize("kind", HARD)
@own_models
def test_hard_input_has_a_likelihood_and_tokens_that_stand_still(name, kind):
    more = {"exclusive": False} if name == "KeywordLDA" else {}

    trace = MAKERS[name](3, **more, max_iter=25, tol=0.0).fit(HARD[kind]).trace_

    assert np.isfinite(trace.to_numpy(dtype=float)).all()
    assert (trace["log_likelihood"] <= 1e-6).all()
    assert trace["moved"].between(0, 1).all()


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

    model = LDA(1, topic_word_prior=0.5, learn_prior=False).fit(counts)

    np.testing.assert_allclose(model.components_, [[2.5 / 9, 6.5 / 9]], rtol=1e-6)
    np.testing.assert_array_equal(model.doc_topic_, [[1.0], [1.0]])


@every_model
def test_counts_that_are_all_zero_are_refused(name):
    with pytest.raises(InputError, match=r"Every row is empty.*nothing to learn topics from"):
        MAKERS[name](2).fit(np.zeros((4, 3)))


def lying_beyond(columns):
    """A matrix of three columns whose stored counts are said to be in these."""
    counts = csr_array([[1.0, 0.0, 2.0]])
    counts.indices[:] = columns
    return counts


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([[1.0, np.nan]], "NaN"),
        ([[1.0, np.inf]], "infinity"),
        ([[1.0, -np.inf]], "infinity"),
        ([[1.0, -1.0]], "Negative values in data passed to .*LDA: counts must be >= 0"),
        (csr_array([[1.0, -1e-30]]), "Negative values in data passed to"),
        ([[1.0, 2.0**25]], r"at most 16777216.*got 33554432"),
        (lying_beyond([0, 3]), "columns 0 to 3, but columns are numbered from 0 to 2"),
        (lying_beyond([-1, 1]), "columns -1 to 1, but columns are numbered from 0 to 2"),
        (csr_array(([2.0**24, 1.0, 1.0], ([0, 0, 0], [0, 0, 0])), shape=(1, 2)), r"at most"),
        ([[1, None]], "NaN"),
        ([["a", "b"]], "could not convert string to float"),
        (np.array([["a", 1]], dtype=object), "could not convert string to float"),
        (np.array([[1 + 2j, 1]]), "Complex data not supported"),
        (np.array([[None, 1]]), "NaN|float"),
        ([1.0, 2.0], "Expected 2D array"),
        (3.0, "Expected 2D array"),
        (np.ones((2, 2, 2)), "dim 3|2D"),
        (np.zeros((0, 3)), r"0 sample"),
        (np.zeros((3, 0)), r"0 feature"),
    ],
)
@own_models
def test_counts_that_are_no_counts_are_refused(name, counts, words):
    with pytest.raises((ValueError, TypeError), match=words):
        MAKERS[name](2).fit(counts)


@own_models
@pytest.mark.parametrize("kind", [bool, np.int8, np.uint16, np.int64, np.float16, object])
def test_counts_of_any_kind_of_number_are_counts(name, kind):
    counts = (np.arange(12).reshape(4, 3) % 2).astype(kind)

    model = MAKERS[name](2).fit(counts)

    expected = MAKERS[name](2).fit(counts.astype(float))
    np.testing.assert_array_equal(model.components_, expected.components_)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([[1.0, np.nan, 0.0]], "NaN"),
        ([[1.0, -1.0, 0.0]], "Negative values in data passed to .*LDA: counts must be >= 0"),
        ([[1.0, 2.0**25, 0.0]], r"at most 16777216.*got 33554432"),
        (lying_beyond([0, 3]), "columns 0 to 3, but columns are numbered from 0 to 2"),
        (lying_beyond([-1, 1]), "columns -1 to 1, but columns are numbered from 0 to 2"),
    ],
)
@own_models
def test_transform_refuses_what_fit_would(name, counts, words):
    model = MAKERS[name](2).fit(np.ones((4, 3)))

    for ask in (model.transform, model.held_out):
        with pytest.raises(ValueError, match=words):
            ask(counts)


@every_model
def test_transform_needs_a_fit(name):
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
