"""Are the diagnostics of topics those of their definitions, and FREX and overlap the papers'?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted_corpus
from scipy.sparse import csr_array
from scipy.stats import entropy

from topoi.errors import InputError
from topoi.fit import TopicFit, fit_topics
from topoi.measures.coherence import coherence, npmi
from topoi.measures.rankings import average_jaccard, padded_rankings, rank_biased_overlap
from topoi.measures.term_scores import frex, term_scores
from topoi.measures.topic_overlap import topic_diversity, topic_overlap
from topoi.measures.topic_quality import topic_quality
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary


def matrix_of(counts, doc_ids=None):
    counts = csr_array(np.array(counts))
    terms = [f"t{n:03d}" for n in range(counts.shape[1])]
    rows = np.asarray(counts.astype(bool).sum(axis=0))
    vocabulary = Vocabulary(terms, rows, np.asarray(counts.sum(axis=0)))
    n_rows = counts.shape[0]
    names = {"passage_id": [f"p{n}" for n in range(n_rows)]} if doc_ids else {}
    ids = doc_ids or [f"d{n}" for n in range(n_rows)]
    n_tokens = np.asarray(counts.sum(axis=1))
    return DocTermMatrix(
        counts, vocabulary, pd.DataFrame({**names, "doc_id": ids, "n_tokens": n_tokens})
    )


def fit_of(matrix, topic_term, doc_topic):
    topics = np.array(topic_term, dtype=float)
    return TopicFit(
        topic_term=topics,
        doc_topic=np.array(doc_topic, dtype=float),
        topic_names=tuple(f"topic {k + 1}" for k in range(len(topics))),
        vocabulary=matrix.vocabulary,
        units=matrix.units,
        themes={},
        trace=pd.DataFrame({"pass": [1]}),
        provenance={"model": "test"},
    )


def values_of(table, topic="topic 1", column="value"):
    return table.loc[table["topic"] == topic].set_index("measure")[column].to_dict()


# Two topics without a common term, so that each token's topic is known.
COUNTS = [[3, 1, 0, 0], [1, 0, 0, 0], [0, 2, 4, 0], [0, 0, 1, 1], [0, 0, 0, 0]]
TOPICS = [[0.75, 0.25, 0, 0], [0, 0, 0.6, 0.4]]
SHARES = [[1, 0], [1, 0], [0.5, 0.5], [0, 1], [0.5, 0.5]]


@pytest.fixture(scope="module")
def hard():
    matrix = matrix_of(COUNTS)
    return fit_of(matrix, TOPICS, SHARES), matrix


@pytest.fixture(scope="module")
def planted():
    matrix = matrix_of(planted_corpus(3, n_docs=120)[0])
    return fit_topics(matrix, LDA(4, max_iter=30)), matrix


def test_each_measure_is_that_of_its_definition(hard):
    found = values_of(topic_quality(*hard, n=2, n_resamples=0))

    # Topic 1 has 4 + 1 + 2 = 7 of 13 tokens, in documents 1, 2 and 3.
    expected = {
        "tokens": 7.0,
        "share": 7 / 13,
        "documents": 3.0,
        "document_entropy": entropy([4 / 7, 1 / 7, 2 / 7]),
        "specificity": entropy([4 / 7, 1 / 7, 2 / 7, 0], [4 / 13, 1 / 13, 6 / 13, 2 / 13]),
        "rank_1_docs": 2 / 3,  # in document 3 the other topic has more
        "word_length": 4.0,
        "uniform_distance": entropy([0.75, 0.25, 0, 0], [0.25] * 4),
        "corpus_distance": 0.75 * np.log(0.75 / (4 / 13)) + 0.25 * np.log(0.25 / (3 / 13)),
        "effective_terms": 1 / (0.75**2 + 0.25**2),
        "token_document_difference": 0.5 * entropy([4 / 7, 3 / 7], [15 / 28, 13 / 28])
        + 0.5 * entropy([1 / 2, 1 / 2], [15 / 28, 13 / 28]),
        "exclusivity": 1.0,
        "log_lift": 0.5 * (np.log(0.75 * 13 / 4) + np.log(0.25 * 13 / 3)),
        "umass": np.log((1 + 1) / 2),
        "npmi": np.log((1 / 4) / (2 / 4 * 2 / 4)) / -np.log(1 / 4),  # document 5 has no term
        "diversity": 1.0,
        "overlap": 0.0,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name
    assert set(found) == {*expected, "frex"}


def test_tokens_are_shared_out_by_the_probability_of_topics():
    matrix = matrix_of([[2, 1]])
    fit = fit_of(matrix, [[0.5, 0.5], [0.9, 0.1]], [[0.25, 0.75]])

    found = topic_quality(fit, matrix, n=2, n_resamples=0)

    first = 2 * 0.125 / (0.125 + 0.675) + 0.125 / (0.125 + 0.075)
    assert values_of(found)["tokens"] == pytest.approx(first)
    assert values_of(found, "topic 2")["tokens"] == pytest.approx(3 - first)


def test_coherence_is_that_of_the_measure_of_its_own(planted):
    fit, matrix = planted
    table = topic_quality(fit, matrix, n=8, n_resamples=0).set_index("measure")["value"]

    assert list(table["npmi"]) == list(npmi(fit, matrix, n=8)["npmi"])
    assert list(table["umass"]) == list(coherence(fit, matrix, measure="umass", n=8)["coherence"])


def test_exclusivity_and_frex_are_means_over_the_top_terms(planted):
    fit, matrix = planted
    of_terms = term_scores(fit, by="probability", n=6).groupby("topic", sort=False)
    table = topic_quality(fit, matrix, n=6, n_resamples=0).set_index("measure")["value"]

    np.testing.assert_allclose(table["exclusivity"], of_terms["exclusivity"].mean(), rtol=1e-12)
    np.testing.assert_allclose(table["frex"], of_terms["frex"].mean(), rtol=1e-12)


def test_the_table_is_tidy(hard):
    table = topic_quality(*hard, n=2, n_resamples=5)

    assert table.dtypes.astype(str).to_dict() == {
        "topic": "str", "measure": "str", "value": "float64", "lower": "float64",
        "upper": "float64", "unit": "str",
    }  # fmt: skip
    assert list(table["topic"].unique()) == ["topic 1", "topic 2"]
    assert len(table) == 2 * 18


def test_limits_hold_the_value_and_are_the_same_for_any_number_of_threads(planted):
    fit, matrix = planted
    one, two = (topic_quality(fit, matrix, n_resamples=40, n_jobs=jobs) for jobs in (1, 2))

    pd.testing.assert_frame_equal(one, two)
    rows = one.dropna()
    assert set(one["measure"]) - set(rows["measure"]) == {"word_length", "diversity", "overlap"}
    inside = (rows["lower"] <= rows["value"]) & (rows["value"] <= rows["upper"])
    # The basic bootstrap moves limits against a bias, so that not all need hold the value.
    assert inside.mean() > 0.9
    assert not topic_quality(fit, matrix, n_resamples=40, random_state=1).equals(one)


def test_passages_of_a_document_are_drawn_together(planted):
    fit, matrix = planted
    ids = [f"d{n // 12}" for n in range(matrix.shape[0])]
    joined = matrix_of(matrix.counts.toarray(), ids)
    of_joined = fit_of(joined, fit.topic_term, fit.doc_topic)

    widths = []
    for f, m in ((fit, matrix), (of_joined, joined)):
        table = topic_quality(f, m, n_resamples=60).set_index("measure")
        widths.append((table["upper"] - table["lower"])["tokens"].mean())

    assert widths[0] != widths[1]


def test_one_topic_and_documents_without_terms_give_numbers():
    matrix = matrix_of([[2, 1, 0], [0, 0, 0], [1, 0, 3]])
    fit = fit_of(matrix, [[0.4, 0.3, 0.3]], [[1.0], [1.0], [1.0]])

    found = values_of(topic_quality(fit, matrix, n=3, n_resamples=10))

    assert np.isnan(found.pop("overlap"))
    assert np.isfinite(list(found.values())).all()
    assert found["specificity"] == pytest.approx(0.0, abs=1e-12)
    assert found["share"] == 1.0


def test_a_topic_without_tokens_has_no_quality_of_tokens():
    matrix = matrix_of(COUNTS)
    fit = fit_of(
        matrix, [TOPICS[0], [0.25] * 4, [0, 0, 0.5, 0.5]], np.c_[SHARES, [0.0] * 5][:, [0, 2, 1]]
    )

    with np.errstate(all="raise"):
        found = values_of(topic_quality(fit, matrix, n=2, n_resamples=5), "topic 2")

    assert found["tokens"] == 0.0
    assert np.isnan(found["document_entropy"]) or found["document_entropy"] == 0.0
    assert found["effective_terms"] == pytest.approx(4.0)


def test_nmf_has_diagnostics_too():
    matrix = matrix_of(planted_corpus(5, n_docs=60)[0])
    table = topic_quality(fit_topics(matrix, NMF(4, max_iter=40)), matrix, n_resamples=4)

    tokens = table.loc[table["measure"] == "tokens", "value"].sum()
    # All but tokens of terms that no topic of their document has.
    assert 0.95 * matrix.counts.sum() <= tokens <= matrix.counts.sum() * (1 + 1e-12)


def test_other_rows_and_settings_out_of_range_are_refused(hard):
    fit, matrix = hard
    with pytest.raises(InputError, match="has 2 rows, but not the 5 rows of the fit"):
        topic_quality(fit, matrix_of(COUNTS[:2]))
    with pytest.raises(InputError, match="n must be an int >= 2"):
        topic_quality(fit, matrix, n=1)
    with pytest.raises(InputError, match="frex_weight must be a number >= 0"):
        topic_quality(fit, matrix, frex_weight=2.0)


# --- Terms ----------------------------------------------------------------------------------------


def plain_frex(topics, n_tokens, weight):
    """Bischof & Airoldi's equation with distribution functions written out."""
    topics = np.array(topics)
    n_topics, n_terms = topics.shape
    mu = topics / topics.sum(axis=0)
    for v in range(n_terms):
        spread = sum((mu[k, v] - 1 / n_topics) ** 2 for k in range(n_topics))
        unsure = sum(mu[k, v] * (1 - mu[k, v]) for k in range(n_topics))
        part = 1.0
        if n_tokens[v] > 1 and spread > 0:
            part = min(unsure / (n_tokens[v] - 1) / spread, 1.0)
        mu[:, v] = part / n_topics + (1 - part) * mu[:, v]
    result = np.empty_like(topics)
    for k in range(n_topics):
        for v in range(n_terms):
            ranks = []
            for values in (mu[k], topics[k]):
                below = sum(x < values[v] - 1e-15 for x in values)
                tied = sum(abs(x - values[v]) <= 1e-15 for x in values)
                ranks.append((below + (tied + 1) / 2) / n_terms)
            result[k, v] = 1 / (weight / ranks[0] + (1 - weight) / ranks[1])
    return result


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.5, 1.0])
def test_frex_is_that_of_the_equation(weight):
    rng = np.random.default_rng(1)
    topics = rng.dirichlet(np.full(12, 0.3), 3)
    n_tokens = rng.integers(1, 40, 12)

    # Sums of few numbers; ranks are exact.
    np.testing.assert_allclose(
        frex(topics, n_tokens, weight), plain_frex(topics, n_tokens, weight), rtol=1e-12
    )


def test_the_weight_of_frex_is_that_of_exclusivity():
    # In R stm the same letter weighs exclusivity in one function and frequency in another.
    matrix = matrix_of([[500, 100, 400, 30]])
    fit = fit_of(matrix, [[0.6, 0.1, 0.29, 0.01], [0.7, 0.0, 0.1, 0.2]], [[0.5, 0.5]])
    by = {w: list(term_scores(fit, n=4, frex_weight=w)["term"][:2]) for w in (0.0, 1.0)}

    assert by[0.0] == ["t000", "t002"]
    assert by[1.0] == ["t001", "t002"]


def test_a_term_that_occurs_once_is_not_exclusive():
    matrix = matrix_of([[50, 50, 1, 30]])
    topics = [[0.5, 0.3, 0.05, 0.15], [0.2, 0.5, 0.0, 0.3]]

    found = term_scores(fit_of(matrix, topics, [[0.5, 0.5]]), by="frex", frex_weight=1.0, n=4)

    assert found["term"][0] == "t000"


def test_lift_and_relevance_by_hand():
    matrix = matrix_of([[8, 1, 1]])
    fit = fit_of(matrix, [[0.5, 0.5, 0.0], [0.8, 0.0, 0.2]], [[0.5, 0.5]])

    lift = term_scores(fit, by="lift", n=2)
    even = term_scores(fit, by="relevance", relevance_weight=0.25, n=2)

    assert list(lift["term"]) == ["t001", "t000", "t002", "t000"]
    assert lift["lift"][0] == pytest.approx(5.0)
    assert even["relevance"][0] == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(5.0))


def test_terms_without_probability_are_left_out_and_rankings_fall():
    matrix = matrix_of([[8, 1, 1]])
    fit = fit_of(matrix, [[1.0, 0.0, 0.0], [0.8, 0.0, 0.2]], [[0.5, 0.5]])

    for by in ("probability", "frex", "lift", "relevance", "exclusivity"):
        table = term_scores(fit, by=by, n=5)
        assert len(table) == 3
        assert np.isfinite(table.select_dtypes("number")).all(axis=None)
        assert (table.groupby("topic")[by].diff().dropna() <= 0).all()


def test_terms_refuse_settings_out_of_range(hard):
    for more, message in (
        ({"by": "best"}, "by must be one of probability, frex, lift, relevance, exclusivity"),
        ({"n": 0}, "n must be an int >= 1"),
        ({"frex_weight": -0.1}, "frex_weight must be"),
        ({"relevance_weight": 1.1}, "relevance_weight must be"),
    ):
        with pytest.raises(InputError, match=message):
            term_scores(hard[0], **more)


# --- Rankings -------------------------------------------------------------------------------------


def ranked(*rows):
    n = max(map(len, rows))
    return padded_rankings([np.array(row) for row in rows], n)


def test_average_jaccard_by_hand():
    # Depths: 0/2, 1/3, 3/3.
    assert average_jaccard(ranked([1, 2, 3]), ranked([2, 3, 1]))[0, 0] == pytest.approx(
        (0 + 1 / 3 + 1) / 3
    )


def test_rank_biased_overlap_by_hand():
    # Agreements 0, 1/2, 1; p = .9: (.1 / .9) (.9 * 0 + .81 / 2 + .729) + .729.
    found = rank_biased_overlap(ranked([1, 2, 3]), ranked([2, 3, 1]))[0, 0]

    assert found == pytest.approx((0.1 / 0.9) * (0.405 + 0.729) + 0.729)


rankings = st.permutations(range(8)).flatmap(
    lambda order: st.integers(1, 8).map(lambda n: list(order[:n]))
)


@settings(deadline=None, max_examples=60)
@given(rankings, rankings)
def test_overlaps_are_those_of_sets_and_lie_between_0_and_1(one, other):
    a, b = padded_rankings([np.array(one)], 8), padded_rankings([np.array(other)], 8)
    jaccards, agreements = [], []
    for depth in range(1, 9):
        left, right = set(one[:depth]), set(other[:depth])
        jaccards.append(len(left & right) / len(left | right))
        agreements.append(2 * len(left & right) / (len(left) + len(right)))
    p = 0.7
    expected = agreements[-1] * p**8
    expected += (1 - p) / p * sum(x * p ** (d + 1) for d, x in enumerate(agreements))

    assert average_jaccard(a, b)[0, 0] == pytest.approx(np.mean(jaccards), abs=1e-12)
    assert rank_biased_overlap(a, b, p)[0, 0] == pytest.approx(expected, abs=1e-12)
    assert rank_biased_overlap(a, a, p)[0, 0] == pytest.approx(1.0, abs=1e-12)
    assert 0 <= rank_biased_overlap(a, b, p)[0, 0] <= 1 + 1e-12


def test_diversity_and_overlap_of_topics(hard):
    fit = hard[0]
    matrix = hard[1]
    twins = fit_of(matrix, [TOPICS[0], TOPICS[0], TOPICS[1]], np.c_[SHARES, [0.0] * 5])

    assert topic_diversity(fit, n=2).to_dict("records") == [
        {"n_topics": 2, "n": 2, "diversity": 1.0, "overlap": 0.0}
    ]
    pairs = topic_overlap(twins, n=2)
    assert list(pairs["other"]) == ["topic 2", "topic 3", "topic 3"]
    np.testing.assert_allclose(pairs["overlap"], [1.0, 0.0, 0.0], atol=1e-12)
    assert list(pairs["n_shared"]) == [2, 0, 0]
    assert topic_diversity(twins, n=2)["diversity"][0] == pytest.approx(4 / 6)
    alone = fit_of(matrix, [TOPICS[0]], [[1.0]] * 5)
    assert np.isnan(topic_diversity(alone)["overlap"][0])
    with pytest.raises(InputError, match=r"p must be a number >= 0\.01 and <= 0\.999; got 1\.0"):
        topic_overlap(fit, p=1.0)
