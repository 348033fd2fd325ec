"""Do new rows get the shares that the fitted topics give them, whoever stands beside them?"""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from planted import planted_corpus
from scipy.sparse import csr_array

import topoi
from topoi.errors import InputError
from topoi.fit import TopicFit, fit_topics
from topoi.io.store import read_fit, write_fit
from topoi.measures.new_documents import fold_in, theta_draws
from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.provenance import counts_hash
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

COUNTS = planted_corpus(0, n_topics=3, n_docs=60, n_terms=30)[0].astype(np.int32)
NEW = planted_corpus(1, n_topics=3, n_docs=25, n_terms=30)[0].astype(np.int32)
TERMS = [f"{group}{number}" for group in ("aid", "bus", "cat") for number in range(10)]
THEMES = Themes(
    "test",
    (
        Theme("transport", "transport", "For a test.", (Seed("bus1"), Seed("bus2"))),
        Theme("animals", "animals", "For a test.", (Seed("cat1"),)),
    ),
)


def matrix_of(counts, terms=TERMS, first=0):
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    units = pd.DataFrame(
        {
            "doc_id": [f"d{row}" for row in range(first, first + len(counts))],
            "date": pd.Timestamp("2021-02-03"),
            "source": "new",
            "title": "",
            "n_tokens": counts.sum(axis=1).astype(np.int64),
        }
    )
    return DocTermMatrix(csr_array(counts), vocabulary, units)


@pytest.fixture(scope="module")
def fit():
    return fit_topics(matrix_of(COUNTS), LDA(3, max_iter=30))


def hand_made(topic_term, prior):
    """A fit of one row with these topics and this prior."""
    topics = np.asarray(topic_term)
    n_topics, n_terms = topics.shape
    return TopicFit(
        topic_term=topics,
        doc_topic=np.full((1, n_topics), 1 / n_topics),
        topic_names=tuple(f"topic {k}" for k in range(n_topics)),
        vocabulary=Vocabulary(TERMS[:n_terms], np.ones(n_terms), np.ones(n_terms)),
        units=pd.DataFrame({"doc_id": ["d"], "n_tokens": [1]}),
        themes={},
        trace=pd.DataFrame({"pass": []}),
        provenance={"model": "LDA"},
        document_prior=None if prior is None else np.asarray(prior),
    )


# --- shares -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [LDA(3, max_iter=15), KeywordLDA(THEMES, topics_per_set=1, n_residual=1, max_iter=15)],
    ids=["LDA", "KeywordLDA"],
)
def test_the_fitted_rows_folded_in_again_have_the_bits_of_the_fit(model):
    fit = fit_topics(matrix_of(COUNTS), model)

    again = fold_in(fit, matrix_of(COUNTS))

    np.testing.assert_array_equal(again.doc_topic, fit.doc_topic)


def test_new_rows_have_the_bits_of_the_estimators_transform(fit):
    model = LDA(3, max_iter=30).fit(COUNTS)

    np.testing.assert_array_equal(fold_in(fit, matrix_of(NEW)).doc_topic, model.transform(NEW))


def test_shares_are_those_worked_out_by_hand():
    # One token of a term that only topic 1 has: its count is whole, so shares are
    # (prior + (0, 1, 0)) / (sum of the prior + 1).
    fit = hand_made([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.5, 0.5, 0.0]], [0.5, 0.25, 0.25])

    folded = fold_in(fit, matrix_of(np.array([[0, 0, 1], [0, 0, 3]]), TERMS[:3]))

    # float32 in the kernel: 1e-6
    expected = [[0.25, 0.625, 0.125], [0.125, 0.8125, 0.0625]]
    np.testing.assert_allclose(folded.doc_topic, expected, atol=1e-6)


@pytest.mark.parametrize("model", [SklearnLDA(3), GensimLDA(3)], ids=["sklearn", "gensim"])
def test_topics_of_other_packages_give_shares_near_their_own(model):
    fit = fit_topics(matrix_of(COUNTS), model)

    folded = fold_in(fit, matrix_of(NEW))

    # The packages average over uncertain topics (digammas), which moves shares a little: here by
    # up to .02; topics mixed up would move them by .9.
    own = model.fit(COUNTS).transform(NEW)
    np.testing.assert_allclose(folded.doc_topic, own, atol=0.05)


def test_a_row_without_known_terms_is_flagged_and_has_the_prior_mean(fit):
    counts = NEW[:4].copy()
    counts[2] = 0

    folded = fold_in(fit, matrix_of(counts))

    assert folded.units["is_prior_mean"].dtype == bool
    assert list(folded.units["is_prior_mean"]) == [False, False, True, False]
    mean = fit.document_prior / fit.document_prior.sum()
    np.testing.assert_allclose(folded.doc_topic[2], mean, rtol=1e-12)


def test_rows_that_are_all_empty_all_have_the_prior_mean(fit):
    folded = fold_in(fit, matrix_of(np.zeros((3, 30), np.int32)))

    assert folded.units["is_prior_mean"].all()
    mean = fit.document_prior / fit.document_prior.sum()
    np.testing.assert_allclose(folded.doc_topic, np.tile(mean, (3, 1)), rtol=1e-12)


def test_terms_that_no_topic_has_leave_finite_shares_that_sum_to_one():
    fit = hand_made([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]], [0.1, 0.3])

    folded = fold_in(fit, matrix_of(np.array([[0, 0, 5], [1, 0, 5]]), TERMS[:3]))

    np.testing.assert_allclose(folded.doc_topic.sum(axis=1), 1.0, rtol=1e-12)


# --- independence -------------------------------------------------------------------------------


def test_a_row_is_the_same_alone_in_another_order_and_among_others(fit):
    whole = fold_in(fit, matrix_of(NEW)).doc_topic
    order = np.random.default_rng(0).permutation(len(NEW))

    shuffled = fold_in(fit, matrix_of(NEW[order])).doc_topic
    alone = [fold_in(fit, matrix_of(NEW[row : row + 1])).doc_topic[0] for row in range(len(NEW))]

    np.testing.assert_array_equal(shuffled, whole[order])
    np.testing.assert_array_equal(alone, whole)


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
def test_threads_change_no_bit(fit, n_jobs):
    one = fold_in(fit, matrix_of(NEW))

    many = fold_in(fit, matrix_of(NEW), n_jobs=n_jobs)

    np.testing.assert_array_equal(many.doc_topic, one.doc_topic)
    assert many.provenance == one.provenance


def test_more_sweeps_than_needed_change_nothing_and_one_is_too_few(fit):
    few, usual, many = (
        fold_in(fit, matrix_of(NEW), most_sweeps=sweeps).doc_topic for sweeps in (1, 30, 1000)
    )

    # rows stop by themselves once no topic moves by a thousandth of the tokens
    np.testing.assert_allclose(usual, many, atol=5e-3)
    assert np.abs(few - many).max() > np.abs(usual - many).max()


# --- what the new fit is ------------------------------------------------------------------------


def test_topics_stay_and_units_are_the_new_rows(fit):
    folded = fold_in(fit, matrix_of(NEW, first=100))

    np.testing.assert_array_equal(folded.topic_term, fit.topic_term)
    np.testing.assert_array_equal(folded.document_prior, fit.document_prior)
    assert folded.topic_names == fit.topic_names
    assert folded.vocabulary is fit.vocabulary
    assert list(folded.units["doc_id"]) == [f"d{row}" for row in range(100, 125)]
    assert len(fit.units) == 60
    assert "is_prior_mean" not in fit.units
    pd.testing.assert_frame_equal(folded.trace, fit.trace)


def test_the_provenance_says_which_counts_made_the_topics_and_which_were_folded_in(fit):
    folded = fold_in(fit, matrix_of(NEW), most_sweeps=np.int64(7))

    assert folded.provenance["counts_sha256"] == counts_hash(matrix_of(COUNTS))
    assert folded.provenance["folded_in"]["counts_sha256"] == counts_hash(matrix_of(NEW))
    assert json.loads(json.dumps(folded.provenance))["folded_in"]["most_sweeps"] == 7
    assert "folded_in" not in fit.provenance


def test_a_fit_that_was_kept_folds_in_what_the_one_in_memory_does(fit, tmp_path):
    folded = fold_in(fit, matrix_of(NEW))

    kept = read_fit(write_fit(fit, tmp_path / "fit"))

    again = read_fit(write_fit(fold_in(kept, matrix_of(NEW)), tmp_path / "new"))
    np.testing.assert_array_equal(again.doc_topic, folded.doc_topic)
    pd.testing.assert_frame_equal(again.units, folded.units)
    assert again.provenance == folded.provenance


def test_theme_shares_and_prevalence_take_new_rows_from_several_fits():
    fits = [fit_topics(matrix_of(COUNTS), LDA(3, max_iter=10, random_state=n)) for n in (1, 2)]
    counts = NEW.copy()
    counts[0] = 0

    shares = topoi.theme_shares([fold_in(fit, matrix_of(counts)) for fit in fits], THEMES)
    said = shares.loc[~shares["is_prior_mean"]]
    trend = topoi.prevalence(said, by="source", freq="Y")

    assert list(shares["theme"][:2]) == ["transport", "animals"]
    assert list(trend["n_documents"]) == [24, 24]
    assert trend["estimate"].between(0, 1).all()


def test_text_is_folded_in_from_words_to_coverage():
    def corpus(*texts):
        ids = [f"t{n}" for n in range(len(texts))]
        return topoi.Corpus(pd.DataFrame({"doc_id": ids, "text": texts}))

    old = corpus(*["asylum visa court"] * 5, *["border wall patrol"] * 5)
    matrix = topoi.vectorise(old, phrases=False, min_docs=1, max_share=1.0)
    fit = topoi.fit_topics(matrix, topoi.LDA(2))
    new = corpus("Asylum, visa and zebras!", "Zebras gallop.", "the 12")

    folded = topoi.fold_in(fit, topoi.vectorise(new, vocabulary=fit.vocabulary))

    units = folded.units
    assert list(units["n_unknown"]) == [1, 2, 0]
    np.testing.assert_allclose(units["coverage"], [2 / 3, 0.0, np.nan])
    assert list(units["is_prior_mean"]) == [False, True, True]
    legal = fit.topic_term[:, fit.vocabulary.index["visa"]].argmax()
    assert folded.doc_topic[0].argmax() == legal


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [fold_in, theta_draws])
def test_a_matrix_of_other_terms_is_refused_and_both_sides_are_named(fit, ask):
    other = matrix_of(NEW[:, :28], [*TERMS[:27], "zebra"])

    with pytest.raises(
        InputError,
        match=r"The matrix does not count the 30 terms of the fit; 1 of its terms are not the "
        r"fit's: zebra; 3 of the fit's are not counted: cat7, cat8, cat9\. Count new text with "
        r"vectorise\(new, vocabulary=fit\.vocabulary\)\.",
    ):
        ask(fit, other)


def test_as_many_other_terms_are_refused_too(fit):
    with pytest.raises(
        InputError, match=r"1 of its terms are not the fit's: zebra; 1 of the fit's"
    ):
        fold_in(fit, matrix_of(NEW, [*TERMS[:29], "zebra"]))


@pytest.mark.parametrize("ask", [fold_in, theta_draws])
@pytest.mark.parametrize("model", [NMF(3), GensimNMF(3)], ids=["NMF", "GensimNMF"])
def test_a_model_without_prior_is_refused_with_what_to_do_instead(model, ask):
    fit = fit_topics(matrix_of(COUNTS), model)

    with pytest.raises(
        InputError,
        match=rf"This fit of {type(model).__name__} has no document prior, .* fit the estimator "
        r"itself, model\.fit\(matrix\.counts\), keep it, and call model\.transform\(new\.counts\)",
    ):
        ask(fit, matrix_of(NEW))


def test_a_fit_that_an_earlier_version_wrote_is_to_be_fitted_again(fit):
    old = dataclasses.replace(fit, document_prior=None)

    with pytest.raises(
        InputError,
        match=r"This fit of LDA has no document prior, .* either an earlier version of topoi wrote "
        r"it, .* For LDA, KeywordLDA, SeededLDA, SklearnLDA and GensimLDA fit again\.",
    ):
        fold_in(old, matrix_of(NEW))


@pytest.mark.parametrize("ask", [fold_in, theta_draws])
def test_a_matrix_without_rows_is_refused(fit, ask):
    with pytest.raises(InputError, match=r"has no row, so there is nothing to fold in\. Give text"):
        ask(fit, matrix_of(NEW[:0]))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"most_sweeps": 0}, r"most_sweeps must be an int >= 1; got 0\."),
        ({"most_sweeps": 1.5}, r"most_sweeps must be an int >= 1; got 1\.5\."),
        ({"n_jobs": 0}, r"n_jobs must be None, -1 or an int >= 1; got 0\."),
    ],
)
def test_settings_out_of_range_are_named(fit, settings, words):
    with pytest.raises(InputError, match=words):
        fold_in(fit, matrix_of(NEW), **settings)


def test_a_row_longer_than_float32_can_count_is_refused(fit):
    counts = NEW[:2].copy()
    counts[1, 0] = 2**24 + 1

    with pytest.raises(InputError, match=r"at most 16777216 tokens; 1 have more \(rows 1\)"):
        fold_in(fit, matrix_of(counts))


# --- draws --------------------------------------------------------------------------------------


def test_draws_are_those_of_the_estimator(fit):
    model = LDA(3, max_iter=30).fit(COUNTS)

    draws = theta_draws(fit, matrix_of(NEW), n_draws=4, random_state=5, n_jobs=2)

    assert draws.shape == (4, 25, 3)
    np.testing.assert_array_equal(draws, model.theta_draws(NEW, n_draws=4, random_state=5))


@pytest.mark.parametrize("random_state", [-1, 2**64, 0.5, "7"])
def test_a_seed_of_draws_out_of_range_is_named_as_it_is_given(fit, random_state):
    with pytest.raises(InputError, match=r"^random_state must be"):
        theta_draws(fit, matrix_of(NEW), n_draws=1, random_state=random_state)


def test_the_mean_of_many_draws_is_near_the_shares(fit):
    draws = theta_draws(fit, matrix_of(NEW), n_draws=200)

    # A share of 60 tokens has a posterior standard deviation of at most .5 / sqrt(62) = .064, the
    # mean of 200 draws .0045; four of these, and as much again for CVB0, which is no exact mean.
    folded = fold_in(fit, matrix_of(NEW))
    np.testing.assert_allclose(draws.mean(axis=0), folded.doc_topic, atol=0.036)
