"""Does a fit put the names back where they belong, refuse what it must and say where it is from?"""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from planted import planted_corpus
from scipy.sparse import csr_array
from sklearn.base import clone

from topoi.errors import InputError
from topoi.fit import TopicFit, fit_topics
from topoi.measures.new_documents import fold_in
from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.covariate_lda import CovariateLDA
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.models.seeded_lda import SeededLDA
from topoi.models.seeded_nmf import SeededNMF
from topoi.provenance import counts_hash, versions
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

COUNTS, _ = planted_corpus(0, n_topics=4, n_docs=40, n_terms=40)
TERMS = [f"{group}{number:02d}" for group in ("aid", "bus", "cat", "dam") for number in range(10)]


def matrix_of(counts=COUNTS, terms=TERMS, ids=None, index=None):
    counts = np.asarray(counts).astype(np.int32)
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    ids = [f"doc{row}" for row in range(len(counts))] if ids is None else ids
    units = pd.DataFrame({"doc_id": ids, "n_tokens": counts.sum(axis=1)}, index=index)
    return DocTermMatrix(csr_array(counts), vocabulary, units)


def themes_of(**patterns):
    return Themes(
        "test",
        tuple(
            Theme(name, name, "For a test.", tuple(Seed(pattern) for pattern in found))
            for name, found in patterns.items()
        ),
    )


def keyword_model(themes, **more):
    return KeywordLDA(themes, **{"topics_per_set": 1, "n_residual": 2, "max_iter": 20, **more})


# --- names --------------------------------------------------------------------------------------


def test_topics_without_themes_are_numbered():
    fit = fit_topics(matrix_of(), LDA(3, max_iter=5))

    assert fit.topic_names == ("topic 1", "topic 2", "topic 3")
    assert fit.themes == {}
    assert fit.n_topics == 3


def test_themes_give_their_names_to_the_topics_of_their_words():
    themes = themes_of(transport=["bus0*"], animals=["cat00", "cat01"])

    fit = fit_topics(matrix_of(), keyword_model(themes))

    assert fit.topic_names == ("transport", "animals", "residual 1", "residual 2")
    assert fit.themes == {"transport": (0,), "animals": (1,)}
    for topic, group in enumerate(("bus", "cat")):
        assert TERMS[fit.topic_term[topic].argmax()].startswith(group)


def test_several_topics_of_a_theme_are_numbered():
    themes = themes_of(transport=["bus0*"], animals=["cat0*"])

    fit = fit_topics(matrix_of(), keyword_model(themes, topics_per_set=2, n_residual=1))

    assert fit.topic_names == (
        "transport 1", "transport 2", "animals 1", "animals 2", "residual 1",
    )  # fmt: skip
    assert fit.themes == {"transport": (0, 1), "animals": (2, 3)}
    assert len(fit.topic_term) == 5


def test_themes_look_up_the_columns_that_columns_would_name():
    themed = fit_topics(matrix_of(), keyword_model(themes_of(transport=["bus00", "bus01"])))
    columns = fit_topics(matrix_of(), keyword_model([[10, 11]]))

    np.testing.assert_array_equal(themed.doc_topic, columns.doc_topic)


def test_rows_are_the_units_and_columns_the_terms():
    matrix = matrix_of()

    fit = fit_topics(matrix, LDA(3, max_iter=5))

    assert fit.topic_term.shape == (3, 40)
    assert fit.doc_topic.shape == (40, 3)
    assert fit.vocabulary is matrix.vocabulary
    pd.testing.assert_frame_equal(fit.units, matrix.units)
    assert list(fit.trace["pass"]) == [1, 2, 3, 4, 5]


def test_the_trace_has_no_times():
    model = LDA(3, max_iter=2)

    fit = fit_topics(matrix_of(), model)

    assert "seconds" in model.fit(COUNTS).trace_
    assert list(fit.trace.columns) == ["pass", "log_likelihood", "moved"]
    timed = fit.trace.assign(seconds=0.5)
    assert "seconds" not in dataclasses.replace(fit, trace=timed).trace
    assert "seconds" in timed


@pytest.mark.parametrize(
    "model",
    [
        LDA(3, max_iter=12),
        keyword_model([[0, 1]], topics_per_set=2, n_residual=1),
        SklearnLDA(3),
        GensimLDA(3, passes=2),
    ],
    ids=lambda model: type(model).__name__,
)
def test_the_prior_of_the_documents_is_that_of_the_model(model):
    fit = fit_topics(matrix_of(), model)

    fitted = clone(model).fit(COUNTS)
    expected = fitted.alpha_ if hasattr(fitted, "alpha_") else fitted._model.__dict__.get("alpha")
    if expected is None:
        expected = np.full(3, 1 / 3)  # what scikit-learn takes if it is told none
    np.testing.assert_array_equal(fit.document_prior, expected)
    assert fit.document_prior.dtype == np.float64


@pytest.mark.parametrize("model", [NMF(3), GensimNMF(3)], ids=["NMF", "GensimNMF"])
def test_models_without_a_prior_of_the_documents_give_none(model):
    assert fit_topics(matrix_of(), model).document_prior is None


def test_priors_that_differ_between_documents_are_not_taken_for_one_of_all():
    covariates = np.arange(len(COUNTS), dtype=float)[:, np.newaxis]

    fit = fit_topics(matrix_of(), CovariateLDA(2), covariates=covariates)

    assert fit.document_prior is None
    with pytest.raises(InputError, match=r"This fit of CovariateLDA has no document prior"):
        fold_in(fit, matrix_of())
    with pytest.raises(InputError, match=r"CovariateLDA has no document prior that all rows share"):
        CovariateLDA(2).fit(COUNTS, covariates=covariates).needed_prior()


def test_without_covariates_all_documents_have_one_prior():
    fit = fit_topics(matrix_of(), CovariateLDA(2))

    np.testing.assert_array_equal(fit.document_prior, CovariateLDA(2).fit(COUNTS).alpha_)


def test_repr_counts_what_it_holds():
    fit = fit_topics(matrix_of(), LDA(3, max_iter=2))

    assert repr(fit) == "<TopicFit of LDA: 3 topics, 40 terms, 40 documents>"
    assert not fit.is_segmented


def test_rows_have_the_ids_of_the_matrix():
    matrix = matrix_of()

    assert fit_topics(matrix, LDA(2, max_iter=1)).ids == matrix.ids


# --- what is refused ----------------------------------------------------------------------------


def test_more_topics_than_filled_rows_are_refused():
    counts = COUNTS[:5].copy()
    counts[1] = 0

    with pytest.raises(
        InputError,
        match=r"LDA is to find 5 topics in 4 documents with terms; .* Ask for fewer topics, "
        r"give more text, or lower min_docs\.",
    ):
        fit_topics(matrix_of(counts), LDA(5))


def test_as_many_topics_as_filled_rows_are_allowed():
    assert fit_topics(matrix_of(COUNTS[:4]), LDA(4, max_iter=3)).n_topics == 4


def test_a_theme_whose_words_never_occur_is_named():
    themes = themes_of(transport=["bus00"], weather=["rain", "snow*"])

    with pytest.raises(
        InputError,
        match=r"No seed of theme 'weather' occurs in the vocabulary of 40 terms \(looked for rain, "
        r"snow\*\)\. Use seeds that occur",
    ):
        fit_topics(matrix_of(), keyword_model(themes))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (LDA("3"), r"n_components must be an int >= 1; got '3'\."),
        (LDA(None), r"n_components must be an int >= 1; got None\."),
        (keyword_model([[0]], n_residual="3"), r"n_residual must be an int >= 0; got '3'\."),
        (keyword_model([[0]], topics_per_set=1.5), r"topics_per_set must be an int >= 1; got 1\.5"),
        (keyword_model([[0]], exclusive="yes"), r"exclusive must be True or False; got 'yes'\."),
    ],
)
def test_a_wrong_setting_is_named_before_topics_are_counted(model, words):
    with pytest.raises(InputError, match=words):
        fit_topics(matrix_of(), model)


def test_parts_that_do_not_fit_together_are_refused():
    fit = fit_topics(matrix_of(), LDA(3, max_iter=2))

    with pytest.raises(InputError, match=r"topic_term has shape \(3, 39\); expected \(3, 40\)"):
        dataclasses.replace(fit, topic_term=fit.topic_term[:, 1:])
    with pytest.raises(InputError, match=r"doc_topic has shape \(39, 3\); expected \(40, 3\)"):
        dataclasses.replace(fit, doc_topic=fit.doc_topic[1:])
    with pytest.raises(InputError, match=r"Topic names occur more than once: a\."):
        dataclasses.replace(fit, topic_names=("a", "b", "a"))
    with pytest.raises(InputError, match=r"document_prior has shape \(2,\); expected \(3,\)"):
        dataclasses.replace(fit, document_prior=np.ones(2))
    for value in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(InputError, match=r"document_prior must hold finite numbers > 0"):
            dataclasses.replace(fit, document_prior=np.array([1.0, value, 1.0]))


# --- nothing changes behind the user's back -----------------------------------------------------


def test_the_model_that_is_passed_in_stays_unfitted():
    themes = themes_of(transport=["bus0*"])
    model = keyword_model(themes)
    before = model.get_params()

    fit_topics(matrix_of(), model)

    assert not hasattr(model, "components_")
    assert model.get_params() == before
    assert model.keywords is themes


def test_arrays_of_a_fit_are_read_only():
    fit = fit_topics(matrix_of(), LDA(3, max_iter=2))

    with pytest.raises(ValueError, match="read-only"):
        fit.topic_term[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        fit.doc_topic[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        fit.document_prior[0] = 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.topic_names = ()


def test_making_a_fit_leaves_the_callers_arrays_writable_and_apart():
    source = fit_topics(matrix_of(), LDA(3, max_iter=2))
    mine = source.topic_term.copy()
    fit = dataclasses.replace(source, topic_term=mine)

    mine[0, 0] = 9.0

    assert fit.topic_term[0, 0] == source.topic_term[0, 0]


def test_changing_the_units_of_a_fit_does_not_change_the_matrix():
    matrix = matrix_of()
    fit = fit_topics(matrix, LDA(3, max_iter=2))

    fit.units["mine"] = 1

    assert "mine" not in matrix.units.columns


def test_fitting_does_not_change_the_counts():
    matrix = matrix_of()
    before = matrix.counts.toarray()

    fit_topics(matrix, NMF(3))

    np.testing.assert_array_equal(matrix.counts.toarray(), before)


# --- where it comes from ------------------------------------------------------------------------


def test_provenance_is_json_and_names_model_settings_hash_and_versions():
    themes = Themes("test", (Theme("t", "t", "x", (Seed("bus00", 0.5), Seed("bus01"))),))

    provenance = fit_topics(matrix_of(), keyword_model(themes, tol=np.float32(0.5))).provenance

    assert json.loads(json.dumps(provenance)) == provenance
    assert provenance["model"] == "KeywordLDA"
    assert provenance["counts_sha256"] == counts_hash(matrix_of())
    assert provenance["settings"]["keywords"] == {"t": {"bus00": 0.5, "bus01": 1.0}}
    assert provenance["settings"]["tol"] == 0.5
    assert provenance["versions"] == versions()


def test_provenance_keeps_keywords_given_as_columns_and_whole_numbers_of_numpy():
    model = keyword_model([{10: 2.0}, [np.int64(20)]], random_state=np.int64(7))

    settings = fit_topics(matrix_of(), model).provenance["settings"]

    assert settings["random_state"] == 7
    assert settings["keywords"] == [{"10": 2.0}, [20]]


def test_hash_changes_with_a_count():
    counts = COUNTS.copy()
    counts[3, 5] += 1

    assert counts_hash(matrix_of(counts)) != counts_hash(matrix_of())


def test_hash_does_not_change_with_the_frames_index():
    assert counts_hash(matrix_of(index=range(100, 140))) == counts_hash(matrix_of())


def test_hash_changes_with_an_id_a_term_and_the_order_of_rows():
    ids = [f"doc{row}" for row in range(40)]

    others = {
        counts_hash(matrix_of()),
        counts_hash(matrix_of(ids=["other", *ids[1:]])),
        counts_hash(matrix_of(terms=[*TERMS[:-1], "zzz"])),
        counts_hash(matrix_of(COUNTS[::-1])),
    }

    assert len(others) == 4


def test_hash_does_not_take_one_odd_name_for_two():
    # An unused last column, so that the stored counts are the same for one term and for two.
    one = matrix_of([[1]], ["a\x00b"], ids=["d"])
    two = matrix_of([[1, 0]], ["a", "b"], ids=["d"])

    assert counts_hash(one) != counts_hash(two)


def test_versions_name_python_and_the_packages_that_calculate():
    found = versions()

    assert set(found) >= {"python", "topoi", "numpy", "scipy", "numba", "scikit-learn", "gensim"}
    assert all(isinstance(value, str) and value for value in found.values())


def test_a_fit_can_be_made_by_hand():
    vocabulary = Vocabulary(["a", "b"], np.ones(2), np.ones(2))
    units = pd.DataFrame({"passage_id": ["d#1"], "doc_id": ["d"]})

    fit = TopicFit(
        topic_term=np.array([[0.5, 0.5]]),
        doc_topic=np.array([[1.0]]),
        topic_names=("all",),
        vocabulary=vocabulary,
        units=units,
        themes={},
        trace=pd.DataFrame({"pass": []}),
        provenance={},
    )

    assert repr(fit) == "<TopicFit of topic model: 1 topics, 2 terms, 1 passages>"
    assert fit.ids == ["d#1"]
    assert fit.document_prior is None


def test_seeded_models_look_up_themes_and_name_their_topics():
    for model in (
        SeededLDA(themes_of(border=["bus*"]), topics_per_set=1, n_residual=1),
        SeededNMF(themes_of(border=["bus*"]), topics_per_set=1, n_residual=1),
    ):
        fit = fit_topics(matrix_of(), model)

        assert fit.topic_names == ("border", "residual 1")


def test_covariates_reach_the_model_that_takes_them_and_the_provenance():
    covariates = np.arange(len(COUNTS), dtype=float)[:, np.newaxis]

    fit = fit_topics(matrix_of(), CovariateLDA(2), covariates=covariates)

    expected = CovariateLDA(2).fit(COUNTS, covariates=covariates)
    np.testing.assert_array_equal(fit.doc_topic, expected.doc_topic_)
    other = fit_topics(matrix_of(), CovariateLDA(2), covariates=covariates + 1.0)
    assert fit.provenance["covariates_sha256"] != other.provenance["covariates_sha256"]


def test_covariates_for_a_model_without_any_are_refused():
    with pytest.raises(InputError, match=r"LDA takes no covariates; CovariateLDA does\."):
        fit_topics(matrix_of(), LDA(2), covariates=np.ones((len(COUNTS), 1)))
