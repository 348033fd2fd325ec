"""Do names and merges reach every table and figure, and are labels and comparisons sound?"""

import numpy as np
import pandas as pd
import pytest
from planted import planted_corpus
from scipy.sparse import csr_array
from scipy.spatial.distance import jensenshannon

from topoi.errors import InputError
from topoi.fit import TopicFit, fit_topics
from topoi.io.store import read_fit, write_fit
from topoi.measures.coherence import coherence
from topoi.measures.fit_comparison import compare_fits
from topoi.measures.labels import suggest_labels
from topoi.measures.new_documents import fold_in
from topoi.measures.prevalence import prevalence
from topoi.measures.shares import topic_shares
from topoi.measures.stability import stability
from topoi.measures.term_scores import term_scores
from topoi.measures.terms import top_terms
from topoi.measures.topic_correlation import topic_correlation
from topoi.measures.topic_overlap import topic_overlap
from topoi.measures.topic_quality import topic_quality
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.plots import draw_prevalence, draw_top_terms
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

WALL, VISA = "wall · fences", "visas"


def matrix_of(counts, terms=None, doc_ids=None):
    counts = csr_array(np.array(counts))
    n_rows, n_terms = counts.shape
    terms = terms or [f"t{n:03d}" for n in range(n_terms)]
    vocabulary = Vocabulary(terms, np.ones(n_terms), np.asarray(counts.sum(axis=0)))
    ids = doc_ids or [f"d{n:03d}" for n in range(n_rows)]
    names = {"passage_id": [f"p{n:03d}" for n in range(n_rows)]} if doc_ids else {}
    units = pd.DataFrame({**names, "doc_id": ids, "n_tokens": np.asarray(counts.sum(axis=1))})
    units["date"] = pd.Timestamp("2024-01-01")
    units["source"] = "press"
    return DocTermMatrix(counts, vocabulary, units)


def fit_of(topic_term, doc_topic, terms=None, **more):
    topics, shares = np.array(topic_term, float), np.array(doc_topic, float)
    matrix = matrix_of(np.full((len(shares), topics.shape[1]), 5), terms)
    given = {
        "topic_names": tuple(f"topic {k + 1}" for k in range(len(topics))),
        "units": matrix.units,
        "themes": {},
    }
    return TopicFit(
        topic_term=topics, doc_topic=shares, vocabulary=matrix.vocabulary,
        trace=pd.DataFrame({"pass": [1]}), provenance={"model": "test"}, **{**given, **more},
    )  # fmt: skip


@pytest.fixture(scope="module")
def fitted():
    matrix = matrix_of(planted_corpus(3, n_docs=100)[0])
    return fit_topics(matrix, LDA(4, max_iter=20)), matrix


# --- Names ----------------------------------------------------------------------------------------


def test_new_names_are_in_every_table_and_figure(fitted):
    fit, matrix = fitted
    named = fit.rename({"topic 2": WALL, "topic 4": VISA})
    expected = ["topic 1", WALL, "topic 3", VISA]

    tables = [
        top_terms(named), topic_shares(named), coherence(named, matrix),
        topic_quality(named, matrix, n_resamples=0), term_scores(named),
        suggest_labels(named),
        prevalence(named, n_resamples=5).rename(columns={"name": "topic"}),
        compare_fits(named, fit, n_random=20), compare_fits(fit, named, n_random=20).assign(
            topic=lambda table: table["matched"]
        ),
    ]  # fmt: skip
    for table in tables:
        assert sorted(set(table["topic"])) == sorted(expected)
    pairs = topic_overlap(named)
    assert {*pairs["topic"], *pairs["other"]} == set(expected)
    assert VISA in named._repr_html_()
    frame = draw_top_terms(top_terms(named))
    assert "Wall · fences" in [panel.get_title(loc="left") for panel in frame.child_axes]
    drawn = draw_prevalence(prevalence(named, n_resamples=5))
    assert "Visas" in [text.get_text() for text in drawn.texts]


def test_names_are_kept_with_the_fit_and_by_fold_in(fitted, tmp_path):
    fit, matrix = fitted
    named = fit.rename({"topic 2": WALL}).rename({WALL: VISA})

    again = read_fit(write_fit(named, tmp_path / "fit"))

    assert again.topic_names == named.topic_names == ("topic 1", VISA, "topic 3", "topic 4")
    assert again.provenance["edits"] == [
        {"rename": {"topic 2": WALL}}, {"rename": {WALL: VISA}},
    ]  # fmt: skip
    assert fold_in(named, matrix).topic_names == named.topic_names
    assert fit.topic_names[1] == "topic 2"


def test_two_names_can_be_exchanged(fitted):
    swapped = fitted[0].rename({"topic 1": "topic 2", "topic 2": "topic 1"})

    assert swapped.topic_names == ("topic 2", "topic 1", "topic 3", "topic 4")


def test_names_that_cannot_be_are_refused(fitted):
    for names, message in (
        ({"topic 9": "a"}, "There is no topic 'topic 9'; there are: topic 1, topic 2"),
        ({"topic 1": " "}, "The new names of topic 1 are empty"),
        ({"topic 1": "topic 2"}, "Topic names occur more than once: topic 2"),
    ):
        with pytest.raises(InputError, match=message):
            fitted[0].rename(names)


# --- Merges ---------------------------------------------------------------------------------------


def test_a_merged_topic_has_the_sum_of_shares_and_the_mean_of_terms_by_text():
    fit = fit_of(
        [[0.8, 0.2, 0.0], [0.0, 0.5, 0.5], [0.2, 0.2, 0.6]], [[0.6, 0.1, 0.3], [0.2, 0.3, 0.5]],
        document_prior=np.array([0.1, 0.2, 0.4]),
    )  # fmt: skip

    merged = fit.merge({WALL: ["topic 3", "topic 1"]})

    # It stands where the first of its group stood; topics 1 and 3 have .4 each of the text.
    assert merged.topic_names == ("topic 2", WALL)
    np.testing.assert_allclose(merged.doc_topic, [[0.1, 0.9], [0.3, 0.7]], rtol=1e-14)
    np.testing.assert_allclose(merged.topic_term[1], [0.5, 0.2, 0.3], rtol=1e-14)
    np.testing.assert_allclose(merged.topic_term[0], fit.topic_term[1], rtol=1e-14)
    np.testing.assert_allclose(merged.document_prior, [0.2, 0.5], rtol=1e-14)
    assert merged.provenance["edits"] == [{"merge": {WALL: ["topic 3", "topic 1"]}}]


def test_expected_tokens_stay_what_they_were(fitted):
    fit = fitted[0]
    merged = fit.merge([["topic 1", "topic 3"]])

    before = fit.doc_topic.mean(axis=0) @ fit.topic_term
    after = merged.doc_topic.mean(axis=0) @ merged.topic_term
    # Rows have equal tokens, so the mean is the share of the text.
    np.testing.assert_allclose(after, before, rtol=1e-10)
    assert merged.topic_names == ("topic 1", "topic 2", "topic 4")


def test_a_merge_is_in_every_table(fitted, tmp_path):
    fit, matrix = fitted
    merged = fit.merge({"both": ["topic 2", "topic 3"]})

    assert list(coherence(merged, matrix)["topic"]) == ["topic 1", "both", "topic 4"]
    quality = topic_quality(merged, matrix, n_resamples=0)
    assert quality.loc[quality["measure"] == "share", "value"].sum() == pytest.approx(1.0)
    own, joined = (
        prevalence(f, n_resamples=5).set_index("name")["estimate"] for f in (fit, merged)
    )
    assert joined["both"] == pytest.approx(own["topic 2"] + own["topic 3"], rel=1e-12)
    assert read_fit(write_fit(merged, tmp_path / "fit")).topic_names == merged.topic_names
    assert fold_in(merged, matrix).n_topics == 3


def test_several_groups_and_topics_of_a_theme_are_merged():
    fit = fit_of(
        np.eye(6), np.full((2, 6), 1 / 6), themes={"border": (0, 1, 2), "legal": (3,)},
        topic_names=("border 1", "border 2", "border 3", "legal", "residual 1", "residual 2"),
    )  # fmt: skip

    merged = fit.merge([["border 1", "border 3"], ["residual 1", "residual 2"]])

    assert merged.topic_names == ("border 1", "border 2", "legal", "residual 1")
    assert merged.themes == {"border": (0, 1), "legal": (2,)}
    with pytest.raises(InputError, match=r"joins topics of border, legal\. Merge topics of one"):
        fit.merge([["border 1", "legal"]])
    with pytest.raises(InputError, match=r"joins topics of \(no theme\), legal"):
        fit.merge([["residual 1", "legal"]])


def test_merges_that_cannot_be_are_refused(fitted):
    for groups, message in (
        ([], "Each group must be two names of topics or more; got ."),
        ([["topic 1"]], r"two names of topics or more; got \['topic 1'\]"),
        (["topic 1", "topic 2"], "two names of topics or more; got 'topic 1', 'topic 2'"),
        ([["topic 1", "topic 9"]], "There is no topic 'topic 9'"),
        ([["topic 1", "topic 2"], ["topic 2", "topic 3"]], "in more than one group .*: topic 2"),
        ([["topic 1", "topic 2"], ["topic 1", "topic 3"]], "in more than one group .*: topic 1"),
        ([["topic 1", "topic 1"]], "twice in one: topic 1"),
        ({"topic 4": ["topic 1", "topic 2"]}, "Topic names occur more than once: topic 4"),
    ):
        with pytest.raises(InputError, match=message):
            fitted[0].merge(groups)


def test_topics_without_text_can_be_merged():
    fit = fit_of([[1, 0], [0.5, 0.5], [0, 1]], [[1.0, 0, 0]])

    merged = fit.merge([["topic 2", "topic 3"]])

    np.testing.assert_allclose(merged.topic_term, [[1, 0], [0.25, 0.75]])


# --- Labels ---------------------------------------------------------------------------------------


def labelled(topic_term, terms, **more):
    return suggest_labels(
        fit_of(topic_term, [[1 / len(topic_term)] * len(topic_term)], terms), **more
    )


def test_labels_begin_with_a_phrase_and_do_not_repeat_a_word():
    terms = ["agents", "border", "border patrol", "the", "visa", "visas", "work"]
    topics = [[0.25, 0.2, 0.15, 0.4, 0, 0, 0], [0, 0, 0, 0.4, 0.25, 0.15, 0.2]]

    found = labelled(topics, terms, n=2)

    assert list(found["label"]) == ["border patrol, agents", "visa, work"]
    assert found["others"][0].split(", ")[0] == "border"
    assert list(found.columns) == ["topic", "label", "others"]


def test_no_two_topics_get_the_same_label():
    terms = ["alpha", "beta", "gamma"]
    topics = [[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]

    found = labelled(topics, terms, n=1)

    assert list(found["label"]) == [
        "alpha", "alpha, beta", "alpha, beta, gamma", "alpha, beta, gamma (2)",
        "alpha, beta, gamma (3)",
    ]  # fmt: skip


def test_topics_without_terms_keep_their_names_and_no_other_topic_gets_them():
    fit = fit_of(
        [[0.0, 0.0], [0.6, 0.4], [0.0, 0.0], [0.0, 0.0]], [[0.1, 0.7, 0.1, 0.1]], ["visa", "wall"],
        topic_names=("none", "topic 2", "nothing", "visa"),
    )  # fmt: skip

    found = suggest_labels(fit, n=1)

    assert list(found["label"]) == ["none", "visa, wall", "nothing", "visa"]
    assert list(found["others"]) == ["", "", "", ""]
    fit.rename(dict(zip(found["topic"], found["label"], strict=True)))


def test_labels_can_be_taken_at_once_and_need_a_term(fitted):
    fit = fitted[0]
    labels = suggest_labels(fit)

    named = fit.rename(dict(zip(labels["topic"], labels["label"], strict=True)))

    assert named.topic_names == tuple(labels["label"])
    with pytest.raises(InputError, match="n must be an int >= 1; got 0"):
        suggest_labels(fit, n=0)


# --- Comparisons ----------------------------------------------------------------------------------


def test_the_same_topics_in_another_order_are_matched():
    fit = fit_of(np.eye(4) * 0.7 + 0.1 - np.eye(4) * 0.1, [[0.4, 0.3, 0.2, 0.1]])
    order = [2, 0, 3, 1]
    topics = fit.topic_term / fit.topic_term.sum(axis=1, keepdims=True)
    other = fit_of(topics[order], [[0.2, 0.4, 0.1, 0.3]])

    found = compare_fits(fit_of(topics, [[0.4, 0.3, 0.2, 0.1]]), other, n=2, n_random=20)

    assert list(found["matched"]) == ["topic 2", "topic 4", "topic 1", "topic 3"]
    np.testing.assert_allclose(found["distance"], 0.0, atol=1e-7)
    np.testing.assert_allclose(found["share"], found["matched_share"])
    assert (found["similarity"] == 1.0).all()


def test_distance_and_known_terms_are_those_of_the_common_vocabulary():
    one = fit_of([[0.5, 0.3, 0.2]], [[1.0]], ["a", "b", "c"])
    other = fit_of([[0.1, 0.2, 0.7]], [[1.0]], ["b", "c", "d"])

    found = compare_fits(one, other, n=2, n_random=20).iloc[0]

    assert found["known"] == pytest.approx(0.5)
    assert found["matched_known"] == pytest.approx(0.3)
    expected = jensenshannon([0.6, 0.4], [1 / 3, 2 / 3], base=2)
    assert found["distance"] == pytest.approx(expected, rel=1e-12)
    assert (found["both"], found["only_topic"], found["only_matched"]) == ("b, c", "", "")


def test_topics_of_two_corpora_of_one_world_are_found(fitted):
    fit = fitted[0]
    counts, _ = planted_corpus(77, n_docs=120)
    other = fit_topics(matrix_of(counts), LDA(6, max_iter=20))
    noise = fit_topics(
        matrix_of(np.random.default_rng(0).poisson(0.7, (100, 80))), LDA(4, max_iter=10)
    )

    assert compare_fits(fit, other)["is_found"].all()
    assert (
        compare_fits(fit, noise)["similarity"].mean() < compare_fits(fit, other)["similarity"].min()
    )
    assert compare_fits(fit, fit_topics(fitted[1], NMF(4)))["is_found"].mean() > 0.5


def test_fits_without_common_terms_are_refused(fitted):
    other = fit_of([[0.5, 0.5]], [[1.0]], ["x", "y"])
    with pytest.raises(InputError, match="The fits have 0 terms in common, fewer than the 20"):
        compare_fits(fitted[0], other)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"n": 1}, "n must be an int >= 2; got 1"),
        ({"n": 2.5}, "n must be an int >= 2; got 2.5"),
        ({"n_random": 19}, "n_random must be an int >= 20; got 19"),
        ({"random_state": None}, "random_state must be an int >= 0; got None"),
    ],
)
def test_settings_of_a_comparison_are_checked(fitted, setting, said):
    with pytest.raises(InputError) as refused:
        compare_fits(fitted[0], fitted[0], **setting)
    assert said in str(refused.value)


# --- Correlations ---------------------------------------------------------------------------------


def test_correlations_are_those_of_numpy_over_documents_by_tokens():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet([1.0, 2.0, 1.0], 12)
    ids = [f"d{n // 2}" for n in range(12)]
    fit = fit_of(np.full((3, 4), 0.25), shares)
    units = fit.units.assign(
        doc_id=ids, passage_id=[f"p{n}" for n in range(12)], n_tokens=np.arange(1, 13)
    )
    fit = fit_of(np.full((3, 4), 0.25), shares, units=units)

    found = topic_correlation(fit, n_resamples=5)

    weights = np.arange(1, 13)[:, None]
    joined = np.array(
        [
            (weights * shares)[d : d + 2].sum(axis=0) / weights[d : d + 2].sum()
            for d in range(0, 12, 2)
        ]
    )
    expected = np.corrcoef(joined.T)[np.triu_indices(3, k=1)]
    np.testing.assert_allclose(found["correlation"], expected, rtol=1e-12)
    assert list(found["n_documents"]) == [6] * 3
    assert list(found["other"]) == ["topic 2", "topic 3", "topic 3"]


def test_topics_that_only_share_a_sum_are_no_links_and_those_of_one_matter_are():
    rng = np.random.default_rng(3)
    free = rng.dirichlet([0.5, 0.8, 0.4, 1.0, 0.6], 400)
    bound = free.copy()
    bound[:, 0] = 0.5 * (free[:, 0] + free[:, 1])
    bound[:, 1] = bound[:, 0]

    none = topic_correlation(fit_of(np.full((5, 3), 1 / 3), free))
    one = topic_correlation(fit_of(np.full((5, 3), 1 / 3), bound))

    np.testing.assert_allclose(none["correlation"], none["expected"], atol=0.12)
    assert none["is_link"].sum() <= 1
    assert one["is_link"][0]
    assert one["correlation"][0] == pytest.approx(1.0)


def test_a_topic_with_one_share_everywhere_has_no_correlation():
    fit = fit_of(np.full((3, 2), 0.5), [[0.2, 0.5, 0.3], [0.2, 0.3, 0.5], [0.2, 0.4, 0.4]])

    with np.errstate(all="raise"):
        found = topic_correlation(fit, n_resamples=10)

    assert np.isnan(found["correlation"][0])
    assert not found["is_link"].any()
    assert found["correlation"][2] == pytest.approx(-1.0)


def test_too_few_documents_or_topics_are_refused():
    two = fit_of(np.full((2, 2), 0.5), [[0.5, 0.5], [0.4, 0.6]])
    with pytest.raises(InputError, match="need 3 documents and 2 topics at least; the fit has 2"):
        topic_correlation(two)
    with pytest.raises(InputError, match="n_resamples must be an int >= 2; got 1"):
        topic_correlation(two, n_resamples=1)


def test_stability_and_comparison_agree_on_two_starts(fitted):
    fit, matrix = fitted
    model = LDA(4, max_iter=20)
    table = stability(matrix, model, n_seeds=1, n_subsamples=0, n_orders=0, other_ks=())
    other = fit_topics(matrix, LDA(4, max_iter=20, random_state=1))

    assert list(compare_fits(fit, other)["similarity"]) == list(table["similarity"])
