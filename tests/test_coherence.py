"""Is coherence what the papers define, gensim's where gensim counts right, and never a trap?"""

import time
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from gensim.topic_coherence import direct_confirmation_measure as direct
from gensim.topic_coherence import indirect_confirmation_measure as indirect
from gensim.topic_coherence import segmentation
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.measures.coherence import coherence, npmi
from topoi.provenance import counts_hash
from topoi.text.matrix import DocTermMatrix
from topoi.text.sequences import TermSequences, term_sequences
from topoi.text.vectorise import vectorise
from topoi.text.vocabulary import Vocabulary

MEASURES = ("umass", "uci", "npmi", "c_v")
ALPHABET = "abcdefgh"
GENSIM = {"umass": "u_mass", "uci": "c_uci", "npmi": "c_npmi", "c_v": "c_v"}


def vocabulary_of(terms):
    return Vocabulary(sorted(terms), np.ones(len(terms)), np.ones(len(terms)))


def fit_of(topics, terms=ALPHABET):
    """A fit whose top terms are these, in this order."""
    terms = sorted(terms)
    weights = np.zeros((len(topics), len(terms)))
    for k, topic in enumerate(topics):
        for rank, term in enumerate(topic):
            weights[k, terms.index(term)] = 2.0**-rank
    weights /= weights.sum(axis=1, keepdims=True)
    return TopicFit(
        topic_term=weights,
        doc_topic=np.full((1, len(topics)), 1 / len(topics)),
        topic_names=tuple(f"topic {k + 1}" for k in range(len(topics))),
        vocabulary=vocabulary_of(terms),
        units=pd.DataFrame({"doc_id": ["d"], "n_tokens": [1]}),
        themes={},
        trace=pd.DataFrame({"pass": [1]}),
        provenance={"model": "test"},
    )


def sequences(texts, terms=ALPHABET):
    return term_sequences([list(text) for text in texts], vocabulary_of(terms))


def matrix_of(rows, terms=ALPHABET, doc_ids=None):
    counts = np.array(rows)
    ids = doc_ids or [f"d{n}" for n in range(len(rows))]
    names = {"passage_id": [f"p{n}" for n in range(len(rows))]} if doc_ids else {}
    units = pd.DataFrame({**names, "doc_id": ids, "n_tokens": counts.sum(axis=1)})
    return DocTermMatrix(csr_array(counts), vocabulary_of(terms), units)


def windows_of(texts, window):
    """Every window of every text, written out."""
    found = []
    for text in texts:
        size = min(window or len(text), len(text))
        if size:
            found += [set(text[i : i + size]) for i in range(len(text) - size + 1)]
    return found


def plain(topic, windows, measure, epsilon, aggregate="mean"):
    """The papers' formulas, term by term."""
    n = len(windows)

    def count(*terms):
        return sum(all(term in window for term in terms) for window in windows)

    def one_npmi(u, v):
        joint = count(u, v) / n
        if joint == 1:
            return 1.0
        if joint + epsilon == 0:
            return -1.0
        pmi = np.log((joint + epsilon) / (count(u) / n * count(v) / n))
        return pmi / -np.log(joint + epsilon)

    topic = [term for term in topic if count(term)]
    if len(topic) < 2:
        return np.nan
    if measure == "c_v":
        vectors = np.array([[one_npmi(u, v) for v in topic] for u in topic])
        whole = vectors.sum(axis=0)
        return np.mean(
            [v @ whole / (np.linalg.norm(v) * np.linalg.norm(whole) or 1.0) for v in vectors]
        )
    values = []
    for higher, lower in combinations(topic, 2):
        if measure == "umass":
            values.append(np.log((count(lower, higher) + epsilon) / count(higher)))
        elif measure == "uci":
            joint = count(lower, higher) / n + epsilon
            values.append(np.log(joint / (count(higher) / n * count(lower) / n)))
        else:
            values.append(one_npmi(higher, lower))
    return np.sum(values) if aggregate == "sum" else np.mean(values)


texts_of = st.lists(st.text("abcdxy", max_size=12), min_size=1, max_size=6)


# --- Counting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", MEASURES)
@settings(deadline=None, max_examples=150)  # the first example compiles
@given(texts=texts_of, window=st.sampled_from([0, 2, 3, 5, 50]))
def test_coherence_is_that_of_windows_written_out(measure, texts, window):
    topics = ["abc", "dca", "bd"]
    epsilon = 1.0 if measure == "umass" else 1e-12

    table = coherence(fit_of(topics), sequences(texts), measure=measure, window=window)

    windows = windows_of(texts, window)
    expected = [plain(t, windows, measure, epsilon) if windows else np.nan for t in topics]
    # Ours are kept within [-1, 1], which epsilon, 1e-12, passes by a few times its size.
    np.testing.assert_allclose(table["coherence"], expected, rtol=0, atol=1e-10)
    assert (table["n_windows"] == len(windows)).all()


def test_a_word_that_comes_again_in_a_window_stays_counted_when_the_first_leaves():
    # gensim 4.4 forgets "a" when the window passes its first place, though the second is inside.
    texts = ["abaxcy"]
    found = coherence(fit_of(["ab"]), sequences(texts), measure="npmi", window=3)

    assert found["coherence"][0] == pytest.approx(plain("ab", windows_of(texts, 3), "npmi", 1e-12))
    assert gensim_values(["ab"], texts, "npmi", window=3) != pytest.approx(found["coherence"][0])


def test_rows_of_a_matrix_are_the_windows_of_whole_texts():
    texts = ["abba", "acd", "", "bd"]
    rows = [[text.count(term) for term in ALPHABET] for text in texts if text]

    for measure in MEASURES:
        ours = coherence(fit_of(["abcd"]), matrix_of(rows), measure=measure)
        same = coherence(fit_of(["abcd"]), sequences(texts), measure=measure, window=0)
        assert ours["coherence"][0] == same["coherence"][0]
        assert ours["n_windows"][0] == same["n_windows"][0] == 3


# --- gensim ---------------------------------------------------------------------------------------


def gensim_values(topics, texts, measure, *, window=None, n=20):
    texts = [list(text) for text in texts]
    known = Dictionary([*texts, list(ALPHABET)])
    model = CoherenceModel(
        topics=[list(topic) for topic in topics],
        texts=texts,
        corpus=[known.doc2bow(text) for text in texts],
        dictionary=known,
        coherence=GENSIM[measure],
        window_size=window,
        topn=n,
        processes=1,
    )
    return model.get_coherence_per_topic()


def some_texts(seed=0, *, n=40, repeats=False):
    """Texts in which no letter comes again within 8 places, unless it may."""
    rng = np.random.default_rng(seed)
    letters = list("abcdefghijklmnopqrst")
    if repeats:
        return ["".join(rng.choice(letters, rng.integers(1, 30))) for _ in range(n)]
    return ["".join(rng.permutation(letters)[: rng.integers(1, 20)]) for _ in range(n)]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("window", [4, 10, None])
def test_coherence_is_that_of_gensim_where_no_word_comes_twice_in_a_window(measure, window):
    texts, topics = some_texts(), ["abcdef", "fgha", "hgfedcba"]
    more = {"epsilon": 1e-12 * len(texts)} if measure == "umass" else {"window": window}

    ours = coherence(fit_of(topics), sequences(texts), measure=measure, **more)

    theirs = gensim_values(topics, texts, measure, window=window)
    np.testing.assert_allclose(ours["coherence"], theirs, atol=1e-9, rtol=0)


class RightCounts:
    """What gensim's formulas ask for, counted by writing all windows out."""

    def __init__(self, windows, ids):
        self.windows, self.terms = windows, {number: term for term, number in ids.items()}
        self.num_docs = len(windows)

    def __getitem__(self, terms):
        asked = terms if isinstance(terms, tuple) else (terms,)
        return sum(all(self.terms[t] in window for t in asked) for window in self.windows)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("window", [5, 110])
def test_coherence_is_that_of_the_formulas_of_gensim_with_right_counts(measure, window):
    texts, topics = some_texts(1, repeats=True), ["abcdef", "fgha", "hgfedcba"]
    ids = {term: number for number, term in enumerate(ALPHABET)}
    counts = RightCounts(windows_of(texts, window), ids)
    numbered = [np.array([ids[term] for term in topic]) for topic in topics]
    theirs = {
        "umass": lambda: direct.log_conditional_probability(
            segmentation.s_one_pre(numbered), counts
        ),
        "uci": lambda: direct.log_ratio_measure(segmentation.s_one_one(numbered), counts),
        "npmi": lambda: direct.log_ratio_measure(
            segmentation.s_one_one(numbered), counts, normalize=True
        ),
        "c_v": lambda: indirect.cosine_similarity(
            segmentation.s_one_set(numbered), counts, numbered
        ),
    }[measure]()
    more = {"epsilon": 1e-12 * counts.num_docs} if measure == "umass" else {}

    ours = coherence(fit_of(topics), sequences(texts), measure=measure, window=window, **more)

    np.testing.assert_allclose(ours["coherence"], theirs, atol=1e-9, rtol=0)


# --- Mistakes of peers ----------------------------------------------------------------------------


def test_umass_of_a_topic_does_not_depend_on_the_topics_before_it():
    # stm 1.3.7 orders pairs by where words first appear among all topics.
    texts = some_texts(2)
    alone = coherence(fit_of(["abcd"]), sequences(texts), measure="umass")["coherence"][0]

    after = coherence(fit_of(["dcba", "abcd"]), sequences(texts), measure="umass")["coherence"]

    assert after[1] == alone != after[0]


def test_umass_as_published_is_the_sum_with_one_window_added():
    texts = some_texts(3)
    windows = windows_of(texts, 0)

    found = coherence(fit_of(["abcd"]), sequences(texts), measure="umass", aggregate="sum")

    assert found["coherence"][0] == pytest.approx(plain("abcd", windows, "umass", 1.0, "sum"))
    assert list(found["aggregate"]) == ["sum"]


def test_terms_that_do_not_occur_are_left_out_and_told():
    # gensim gives NaN, infinity or 0 for them.
    for measure in MEASURES:
        with np.errstate(all="raise"):
            table = coherence(
                fit_of(["abh", "gh"]), sequences(["abx", "bax", "xx"]), measure=measure
            )
        assert list(table["n_terms"]) == [2, 0]
        assert np.isfinite(table["coherence"][0])
        assert np.isnan(table["coherence"][1])


def test_terms_that_are_everywhere_go_together_as_much_as_can_be():
    # With epsilon the logarithm turns positive there, and gensim gives -1.
    texts = ["ab", "ba"]
    assert coherence(fit_of(["ab"]), sequences(texts))["coherence"][0] == 1.0
    assert coherence(fit_of(["ab"]), sequences(texts), measure="c_v")["coherence"][0] == 1.0
    assert gensim_values(["ab"], texts, "npmi") == pytest.approx([-1.0])


def test_strongly_negative_npmi_is_not_turned_positive_in_c_v():
    # Palmetto raised NPMI to the second power: terms never together then looked like friends.
    apart = coherence(fit_of(["abcd"]), sequences(["ab"] * 5 + ["cd"] * 5), measure="c_v")
    mixed = coherence(fit_of(["abcd"]), sequences(["abcd"] * 5 + ["xx"] * 5), measure="c_v")

    assert apart["coherence"][0] < mixed["coherence"][0]


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["xyz"]])
def test_text_without_terms_gives_no_number_and_does_not_hang(texts):
    for measure in MEASURES:
        table = coherence(fit_of(["abc"]), sequences(texts), measure=measure, n_resamples=3)
        assert list(table["n_terms"]) == [0]
        assert table[["coherence", "lower", "upper"]].isna().all(axis=None)


def test_terms_of_probability_zero_are_no_top_terms():
    table = coherence(fit_of(["ab"]), sequences(["abcd", "cdab", "cd"]), n=10)

    assert list(table["n_terms"]) == [2]


# --- What stands beside the number ----------------------------------------------------------------


def test_settings_stand_beside_each_number():
    table = coherence(fit_of(["ab", "cd"]), sequences(some_texts()), measure="c_v", n=7)

    assert table.drop(columns=["coherence", "reference"]).to_dict("records")[1] == {
        "topic": "topic 2", "n_terms": 2, "measure": "c_v", "window": 110, "epsilon": 1e-12, "n": 7,
        "aggregate": "mean", "n_windows": 40,
    }  # fmt: skip
    assert table.dtypes.astype(str).to_dict() == {
        "topic": "str", "coherence": "float64", "n_terms": "int64", "measure": "str",
        "window": "int64", "epsilon": "float64", "n": "int64", "aggregate": "str",
        "n_windows": "int64", "reference": "str",
    }  # fmt: skip


def test_the_reference_tells_one_text_from_another():
    of = [
        coherence(fit_of(["ab"]), sequences(t))["reference"][0]
        for t in (["ab"], ["ab"], ["a", "b"])
    ]

    assert of[0] == of[1] != of[2]
    assert len(of[0]) == 12


def test_the_reference_of_a_matrix_is_the_hash_of_its_counts():
    matrix = matrix_of([[1, 1, 0, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0, 0, 0]])

    assert coherence(fit_of(["ab"]), matrix)["reference"][0] == counts_hash(matrix)[:12]


def test_npmi_over_rows_is_one_of_the_settings():
    matrix = matrix_of([[1, 1, 0, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0, 0, 0], [0] * 8])

    short = npmi(fit_of(["abc"]), matrix)
    long = coherence(fit_of(["abc"]), matrix, measure="npmi", epsilon=0)

    assert short["npmi"][0] == long["coherence"][0]


# --- Intervals ------------------------------------------------------------------------------------


def test_passages_of_a_document_are_resampled_together():
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.integers(0, 2, (12, 8)), 5, axis=0)
    together = matrix_of(rows, doc_ids=[f"d{n // 5}" for n in range(60)])
    apart = matrix_of(rows)

    wide, narrow = (
        coherence(fit_of(["abcd"]), m, n_resamples=200).loc[0, ["lower", "upper"]].diff().iloc[1]
        for m in (together, apart)
    )

    # Five copies of each row: intervals wider by about the root of 5.
    assert 1.7 < wide / narrow < 2.9


def test_intervals_hold_the_number_and_follow_the_seed_only():
    texts = sequences(some_texts(4, n=80))
    one, same, other = (
        coherence(fit_of(["abcd", "efgh"]), texts, n_resamples=50, random_state=seed)
        for seed in (1, 1, 2)
    )

    pd.testing.assert_frame_equal(one, same)
    assert not one["lower"].equals(other["lower"])
    assert ((one["lower"] < one["coherence"]) & (one["coherence"] < one["upper"])).all()


@pytest.mark.parametrize("measure", ["npmi", "uci"])
def test_a_sum_over_pairs_has_the_interval_of_the_mean_times_the_pairs(measure):
    # Bounds of one pair, -1 and 1, are none of the sum of six pairs.
    texts = sequences(["abcd"] * 12 + ["ab", "cd", "ac", "xy", "xy", "xy"])
    one, other = (
        coherence(fit_of(["abcd"]), texts, measure=measure, aggregate=way, n_resamples=40).iloc[0]
        for way in ("mean", "sum")
    )

    columns = ["coherence", "lower", "upper"]
    assert other["coherence"] > 1
    assert -1 < one["lower"] < one["coherence"] < one["upper"] < 1
    np.testing.assert_allclose(
        other[columns].astype(float), 6 * one[columns].astype(float), rtol=1e-12
    )


def test_c_v_is_a_mean_in_any_case_and_its_interval_keeps_within_its_range():
    table = coherence(
        fit_of(["abcd"]), sequences(["abcd"] * 9 + ["x"]), measure="c_v", aggregate="sum",
        n_resamples=40,
    )  # fmt: skip

    assert table["aggregate"].tolist() == ["mean"]
    assert table["lower"][0] >= -1 and table["upper"][0] <= 1


def test_resampled_intervals_cover_the_coherence_of_the_population():
    rng = np.random.default_rng(7)
    letters = np.array(list("abcdxyzuvw"))

    def draw(n):
        mood = rng.integers(0, 2, n)
        weights = np.where(mood[:, None] == 1, [4, 4, 1, 1] + [1] * 6, [1, 1, 2, 2] + [1] * 6)
        return ["".join(rng.choice(letters, 8, p=w / w.sum())) for w in weights]

    truth = coherence(fit_of(["abcd"]), sequences(draw(20000)), window=0)["coherence"][0]
    held = 0
    for _ in range(60):
        found = coherence(fit_of(["abcd"]), sequences(draw(150)), window=0, n_resamples=100).iloc[0]
        held += found["lower"] <= truth <= found["upper"]

    # Binomial(60, .95): fewer than 50 would be a chance below 1e-3.
    assert held >= 50


# --- Corpora --------------------------------------------------------------------------------------


def corpus_of(texts):
    return Corpus(pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": texts}))


def test_words_of_a_corpus_stand_in_order_with_phrases_joined_and_stop_words_in_place():
    corpus = corpus_of(["The border patrol of Texas, again! Border patrol?", "Texas"])
    vocabulary = vocabulary_of(["border patrol", "texas"])

    found = term_sequences(corpus, vocabulary)

    assert found.tokens.tolist() == [-1, 0, -1, 1, -1, 0, 1]
    assert found.bounds.tolist() == [0, 6, 7]
    assert found.doc_ids == ("d0", "d1")
    assert repr(found) == "<TermSequences of 2 texts, 7 words, 4 of them terms of the vocabulary>"


def test_counts_of_the_sequences_are_those_of_the_matrix():
    texts = ["Walls and visas, visas for all", "A wall. Another wall of visas", "Nothing here"]
    corpus = corpus_of(texts)
    matrix = vectorise(corpus, min_docs=1, max_share=1.0, lemmas="plurals")

    found = term_sequences(corpus, matrix.vocabulary, lemmas=matrix.folded)

    rows = [found.tokens[a:b] for a, b in zip(found.bounds, found.bounds[1:], strict=False)]
    counts = [np.bincount(row[row >= 0], minlength=len(matrix.vocabulary)) for row in rows]
    assert np.array_equal(counts, matrix.counts.toarray())


def test_a_corpus_is_read_with_the_settings_given():
    corpus = corpus_of(["visas walls", "visa wall", "wall of visas", "trees"])
    fit = fit_of([["visa", "wall"]], ["visa", "wall"])

    plain_words = coherence(fit, corpus, window=0)
    folded = coherence(fit, corpus, window=0, lemmas={"visas": "visa", "walls": "wall"})

    assert plain_words["coherence"][0] < folded["coherence"][0]


# --- Speed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["npmi", "c_v"])
def test_counting_takes_a_small_part_of_the_time_of_gensim(measure):
    rng = np.random.default_rng(0)
    terms = [f"t{n:03d}" for n in range(300)]
    texts = [[terms[i] for i in rng.zipf(1.3, 300) % 300] for _ in range(60)]
    topics = [terms[k * 10 : k * 10 + 10] for k in range(10)]
    fit, known = fit_of(topics, terms), Dictionary(texts)
    coherence(fit, term_sequences(texts[:2], fit.vocabulary), measure=measure)  # compiles

    start = time.process_time()
    coherence(fit, term_sequences(texts, fit.vocabulary), measure=measure)
    ours = time.process_time() - start
    start = time.process_time()
    CoherenceModel(
        topics=topics, texts=texts, dictionary=known, coherence=GENSIM[measure], processes=1
    ).get_coherence()
    theirs = time.process_time() - start

    # `make bench-measures` prints how many times as fast; a fifth leaves room for a busy machine.
    assert ours < theirs / 5


# --- Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"measure": "pmi"}, "measure must be one of umass, uci, npmi, c_v; got 'pmi'"),
        ({"n": 1}, "n must be an int >= 2; got 1"),
        ({"n": 2.5}, "n must be an int >= 2; got 2.5"),
        ({"n": True}, "n must be an int >= 2; got True"),
        ({"window": -1}, "window must be an int >= 0; got -1"),
        ({"window": 1}, "window is 1, and no two words stand in one"),
        ({"epsilon": -1.0}, "epsilon must be a number >= 0"),
        ({"epsilon": 0, "measure": "uci"}, "epsilon is 0, and 'uci' of a pair never seen"),
        ({"aggregate": "median"}, "aggregate must be one of mean, sum; got 'median'"),
        ({"n_resamples": -1}, "n_resamples must be an int >= 0; got -1"),
        ({"level": 1.0}, "level must lie between 0 and 1; got 1.0"),
        ({"language": "es"}, "language can be given with a Corpus only"),
    ],
)
def test_settings_out_of_range_are_refused(more, message):
    with pytest.raises(InputError) as error:
        coherence(fit_of(["ab"]), sequences(["ab"]), **more)
    assert message in str(error.value)


def test_windows_of_a_matrix_and_other_terms_are_refused():
    with pytest.raises(InputError, match="a matrix knows no order of words"):
        coherence(fit_of(["ab"]), matrix_of([[1] * 8]), window=10)
    with pytest.raises(InputError, match="The matrix does not count the 8 terms of the fit"):
        coherence(fit_of(["ab"]), sequences(["ab"], "ab"))


def test_texts_that_are_not_cut_and_settings_without_effect_are_refused():
    with pytest.raises(InputError, match="Text 1 is a str; give each text as a list of terms"):
        term_sequences([["a"], "ab"], vocabulary_of("ab"))
    with pytest.raises(InputError, match="cut into terms already, so language would have no"):
        term_sequences([["a"]], vocabulary_of("ab"), language="es")
    assert isinstance(term_sequences([], vocabulary_of("ab")), TermSequences)
