"""Counts are those of the tokens, seeds survive every rule, and the report adds up."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer
from text_cases import corpus_of, themes_of

import topoi.text
from topoi.corpus.corpus import Corpus
from topoi.corpus.segment import segment
from topoi.errors import InputError
from topoi.text.matrix import DocTermMatrix
from topoi.text.pruning import pruning_report
from topoi.text.tokenise import tokenise
from topoi.text.vectorise import vectorise
from topoi.text.vocabulary import Vocabulary

TEXTS = [
    "The border wall and border security. Title 42 ended.",
    "Border security at the U.S. border: asylum claims rose by 42 percent.",
    "Asylum is a right. A visa is not.",
    "Root causes of migration; the root cause is poverty.",
    "",
]


EVERYTHING = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}


def as_dict(matrix):
    """Counts by row id and term, the non-zero ones."""
    coo = matrix.counts.tocoo()
    return {
        (matrix.ids[row], matrix.vocabulary.terms[column]): int(count)
        for row, column, count in zip(*coo.coords, coo.data, strict=True)
    }


def test_counts_by_hand():
    matrix = vectorise(corpus_of(["Visa, visa! The ban", "ban 42 b"]), **EVERYTHING)

    assert matrix.vocabulary.terms == ("ban", "the", "visa")
    assert matrix.counts.toarray().tolist() == [[1, 1, 2], [1, 0, 0]]
    assert matrix.counts.dtype == np.int32
    assert list(matrix.vocabulary.doc_freq) == [2, 1, 1]
    assert list(matrix.vocabulary.term_freq) == [2, 1, 2]
    assert list(matrix.units["n_tokens"]) == [4, 3]


def test_counts_equal_those_of_scikit_learn_with_the_same_tokens():
    keep = ["4*", "a", "b"]
    matrix = vectorise(corpus_of(TEXTS), **EVERYTHING, keep=keep)

    judge = CountVectorizer(tokenizer=tokenise, lowercase=False, token_pattern=None)
    expected = judge.fit_transform(TEXTS)

    assert list(matrix.vocabulary.terms) == list(judge.get_feature_names_out())
    assert np.array_equal(matrix.counts.toarray(), expected.toarray())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="ab c.'-U\n4", max_size=40), min_size=1, max_size=6))
def test_any_texts_count_as_in_scikit_learn(texts):
    judge = CountVectorizer(tokenizer=tokenise, lowercase=False, token_pattern=None)
    if not any(tokenise(text) for text in texts):
        with pytest.raises(InputError, match="there are no words"):
            vectorise(corpus_of(texts), **EVERYTHING)
        return

    keep = sorted({token for text in texts for token in tokenise(text)})
    matrix = vectorise(corpus_of(texts), **EVERYTHING, keep=keep)

    assert np.array_equal(matrix.counts.toarray(), judge.fit_transform(texts).toarray())
    assert list(matrix.vocabulary.terms) == list(judge.get_feature_names_out())


def test_numbers_and_single_letters_are_left_out_unless_kept():
    corpus = corpus_of(["a visa 42", "visa b"])

    assert vectorise(corpus, **EVERYTHING).vocabulary.terms == ("visa",)
    assert vectorise(corpus, **EVERYTHING, keep=["42", "b"]).vocabulary.terms == ("42", "b", "visa")


def test_stop_words_by_language_by_hand_or_none():
    corpus = corpus_of(["the visa and the ban"])
    rest = {"phrases": False, "min_docs": 1, "max_share": 1.0}

    assert vectorise(corpus, **rest).vocabulary.terms == ("ban", "visa")
    assert vectorise(corpus, stop_words=["ban"], **rest).vocabulary.terms == ("and", "the", "visa")
    assert len(vectorise(corpus, stop_words=None, **rest).vocabulary) == 4


def test_terms_stay_between_min_docs_and_max_share():
    texts = ["everyday rare", "everyday usual", "everyday usual", "everyday x1"]

    matrix = vectorise(corpus_of(texts), phrases=False, min_docs=2, max_share=0.5)

    assert matrix.vocabulary.terms == ("usual",)
    assert matrix.counts.toarray().tolist() == [[0], [1], [1], [0]]


def test_max_terms_keeps_the_most_widespread_and_breaks_ties_by_term():
    texts = ["delta alpha gamma", "delta alpha gamma", "delta beta beta beta beta"]
    settings = {"phrases": False, "min_docs": 1, "max_share": 1.0}

    def terms(n):
        return vectorise(corpus_of(texts), max_terms=n, **settings).vocabulary.terms

    assert terms(1) == ("delta",)
    assert terms(2) == ("alpha", "delta")
    assert terms(3) == ("alpha", "delta", "gamma")


def test_seed_phrases_are_joined_and_seeds_survive_every_rule():
    themes = themes_of("border secur*", "title 42", "u.s.", "visa*", "the", "b")
    texts = ["The border security the", "border secured U.S. Title 42 b", "U.S. visa the", "U.S."]

    matrix = vectorise(corpus_of(texts), themes=themes, min_docs=3, max_share=0.5, max_terms=1)

    assert matrix.vocabulary.terms == (
        "b",
        "border secured",
        "border security",
        "the",
        "title 42",
        "u.s.",
        "visa",
    )


def test_patterns_to_keep_are_joined_and_survive_too():
    texts = ["the civil society", "civil societies", "visa visa", "visa words"]

    matrix = vectorise(corpus_of(texts), keep=["civil societ*"], min_docs=2, max_share=0.5)

    assert matrix.vocabulary.terms == ("civil societies", "civil society", "visa")


def test_seed_word_is_in_no_learned_phrase():
    texts = ["border wall here", "supreme court here"] * 20 + [
        f"word{n} text{n}" for n in range(60)
    ]

    free = vectorise(corpus_of(texts), min_docs=2, max_share=1.0).vocabulary
    seeded = vectorise(
        corpus_of(texts), themes=themes_of("border"), min_docs=2, max_share=1.0
    ).vocabulary

    assert "border wall" in free
    assert "border" not in free
    assert {"border", "wall", "supreme court"} <= set(seeded.terms)


def test_learned_phrase_in_too_few_rows_leaves_its_words_alone():
    often = "supreme court. " * 30
    texts = [often, "supreme powers", "court cases"] + [f"word{n} text{n}" for n in range(60)]

    matrix = vectorise(corpus_of(texts), min_docs=2, max_share=1.0)

    assert {"supreme", "court"} <= set(matrix.vocabulary.terms)
    assert as_dict(matrix)["d0", "court"] == 30


def test_rows_of_passages_keep_their_table_and_empty_rows_stay():
    table = pd.DataFrame({"doc_id": ["x", "y"], "text": ["visa visa", ""], "party": ["D", "R"]})
    passages = segment(Corpus(table))

    matrix = vectorise(passages, **EVERYTHING)

    assert matrix.ids == ["x#001", "y#001"]
    assert list(matrix.units.columns) == [
        "passage_id",
        "doc_id",
        "date",
        "source",
        "title",
        "party",
        "n_tokens",
    ]
    assert matrix.counts.toarray().tolist() == [[2], [0]]
    assert matrix.units["n_tokens"].dtype == np.int64


def test_order_of_rows_changes_neither_vocabulary_nor_counts():
    texts = [*TEXTS, "supreme court ruling"] * 12
    order = np.random.default_rng(0).permutation(len(texts))
    table = pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": texts})

    matrix = vectorise(Corpus(table), min_docs=3)
    other = vectorise(Corpus(table.iloc[order]), min_docs=3)

    assert matrix.vocabulary.terms == other.vocabulary.terms
    assert any(" " in term for term in matrix.vocabulary.terms)
    assert as_dict(matrix) == as_dict(other)


def test_report_names_every_rule_and_adds_up():
    texts = ["the visa 42 b common", "the visa common", "rare common", "common visas"]

    report = pruning_report(
        corpus_of(texts), phrases=False, min_docs=2, max_share=0.75, keep=["visas"]
    )

    assert list(report.itertuples(index=False, name=None)) == [
        ("url", 0, 0),
        ("email", 0, 0),
        ("mention", 0, 0),
        ("hashtag", 0, 0),
        ("date", 0, 0),
        ("stop_words", 1, 2),
        ("number", 1, 1),
        ("one_letter", 1, 1),
        ("min_docs", 1, 1),
        ("max_share", 1, 4),
        ("max_terms", 0, 0),
        ("kept", 2, 3),
    ]


@pytest.mark.parametrize("themes", [None, themes_of("border secur*", "asylum", "the")])
def test_report_agrees_with_the_matrix(themes):
    corpus = corpus_of(TEXTS * 4)
    settings = {"themes": themes, "min_docs": 4, "max_share": 0.5, "max_terms": 9}

    matrix = vectorise(corpus, **settings)
    report = pruning_report(corpus, **settings).set_index("rule")

    assert report.loc["kept", "terms"] == len(matrix.vocabulary)
    assert report.loc["kept", "tokens"] == matrix.counts.sum() == matrix.vocabulary.term_freq.sum()
    assert report["tokens"].sum() == matrix.units["n_tokens"].sum()
    assert list(matrix.vocabulary.doc_freq) == list((matrix.counts.toarray() > 0).sum(axis=0))


def test_min_docs_above_the_number_of_rows_is_refused_with_advice():
    with pytest.raises(
        InputError, match=r"min_docs is 5, but the corpus has only 2 rows.*Lower min"
    ):
        vectorise(corpus_of(["a text", "more text"]))


def test_empty_vocabulary_says_what_removed_how_many():
    texts = ["the common rare1", "the common rare2", "the common rare3"]

    with pytest.raises(InputError) as refused:
        vectorise(corpus_of(texts), min_docs=2)

    assert str(refused.value) == (
        "No term is left of the 5 in the text: stop_words removed 1, min_docs removed 3, "
        "max_share removed 1 (min_docs=2, max_share=0.5). "
        "Lower min_docs, raise max_share, or give more text."
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"min_docs": 0}, "min_docs must be an int >= 1, a number of rows; got 0"),
        ({"min_docs": 0.5}, "min_docs must be an int >= 1"),
        ({"min_docs": True}, "min_docs must be an int >= 1, a number of rows; got True"),
        ({"max_share": 0.0}, r"max_share must be a share of the rows, in \(0, 1\]; got 0.0"),
        ({"max_share": 2}, "max_share must be a share"),
        ({"max_terms": 0}, "max_terms must be an int >= 1 or None; got 0"),
        ({"max_terms": True}, "max_terms must be an int >= 1 or None; got True"),
        ({"keep": "visa"}, "keep must be a list of patterns; got the text 'visa'"),
        ({"keep": ["Visa"]}, "1 patterns are not usable: 'Visa'"),
        ({"stop_words": "xx"}, "no stop list for the language 'xx'"),
    ],
)
def test_setting_out_of_range_is_refused(setting, message):
    with pytest.raises(InputError, match=message):
        vectorise(corpus_of(TEXTS), **setting)


def test_thresholds_may_be_ints_of_numpy():
    plain = vectorise(corpus_of(TEXTS), min_docs=2, max_terms=2)

    given = vectorise(corpus_of(TEXTS), min_docs=np.int64(2), max_terms=np.int32(2))

    assert as_dict(given) == as_dict(plain)


# --- counts that are given ----------------------------------------------------------------------


def matrix_of(counts):
    n_rows, n_terms = counts.shape
    ones = np.ones(n_terms, dtype=int)
    units = pd.DataFrame({"doc_id": [f"d{row}" for row in range(n_rows)], "n_tokens": 1})
    return DocTermMatrix(csr_array(counts), Vocabulary(list("abc"[:n_terms]), ones, ones), units)


@pytest.mark.parametrize(
    ("count", "kind", "shown"),
    [
        (0.5, "float64", r"0\.5\."),
        (-1, "int8", r"-1\."),
        (np.nan, "float32", r"nan\."),
        (np.inf, "float64", r"inf\."),
        (2**31, "int64", r"2147483648\."),
        (2**31, "float32", ""),
        (2**63, "uint64", r"9223372036854775808\."),
    ],
)
def test_counts_that_int32_cannot_hold_are_refused(count, kind, shown):
    counts = np.array([[1, count]], dtype=kind)

    with pytest.raises(InputError, match=f"numbers from 0 to 2147483647; got 1 others: {shown}"):
        matrix_of(counts)


@pytest.mark.parametrize("kind", ["float64", "int64", "uint32"])
def test_the_greatest_count_is_kept(kind):
    matrix = matrix_of(np.array([[1, 2**31 - 1]], dtype=kind))

    assert matrix.counts.dtype == np.int32
    assert matrix.counts.toarray().tolist() == [[1, 2**31 - 1]]


def test_counts_of_one_place_are_added_up_without_wrapping():
    def twice(count, kind):
        places = np.array([0, 0]), np.array([0, 2])
        return matrix_of(csr_array((np.full(2, count, dtype=kind), *places), shape=(1, 1)))

    assert twice(200, "uint8").counts.toarray().tolist() == [[400]]
    with pytest.raises(InputError, match=r"got 1 others: 2147483648\."):
        twice(2**30, "int32")


def test_what_is_done_to_the_arguments_afterwards_changes_neither_matrix_nor_vocabulary():
    counts = csr_array(np.array([[1, 2], [3, 4]], dtype=np.int32))
    doc_freq, term_freq, n_tokens = np.array([2, 2]), np.array([4, 6]), np.array([3, 7])
    units = pd.DataFrame({"n_tokens": pd.Series(n_tokens, copy=False)}, copy=False)
    units["doc_id"] = ["d1", "d2"]
    tables = {
        name: pd.DataFrame({"word": ["a b"], "n_tokens": [1]})
        for name in ("phrases", "folded", "unknown")
    }
    matrix = DocTermMatrix(counts, Vocabulary(["a", "b"], doc_freq, term_freq), units, **tables)

    for array in (counts.data, counts.indices, doc_freq, term_freq, n_tokens):
        array[0] = 9
    units.loc[1, "doc_id"] = "other"
    for table in tables.values():
        table.loc[0, "word"] = "other"

    assert matrix.counts.toarray().tolist() == [[1, 2], [3, 4]]
    assert matrix.vocabulary.doc_freq.tolist() == [2, 2]
    assert matrix.vocabulary.term_freq.tolist() == [4, 6]
    assert matrix.units["n_tokens"].tolist() == [3, 7]
    assert matrix.ids == ["d1", "d2"]
    assert [getattr(matrix, name).loc[0, "word"] for name in tables] == ["a b"] * 3


SCRIPT = """
import hashlib
import pandas as pd
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate
from topoi.corpus.segment import segment
from topoi.text.vectorise import vectorise

sentence = "The white house and supreme court of state{} met. Group {} left."
texts = [sentence.format(n % 7, n % 3) for n in range(60)]
table = pd.DataFrame({"doc_id": [f"d{n}" for n in range(60)], "text": texts})
matrix = vectorise(segment(deduplicate(Corpus(table))), min_docs=2, max_share=1.0)
digest = hashlib.sha256("|".join(matrix.vocabulary.terms).encode())
for array in (matrix.counts.data, matrix.counts.indices, matrix.counts.indptr):
    digest.update(array.astype("int64").tobytes())
answer = f"{len(matrix.vocabulary)} {digest.hexdigest()}"
print(answer)
"""


def test_another_hash_seed_gives_the_same_arrays():
    here: dict[str, str] = {}
    exec(SCRIPT, here)

    root = str(Path(topoi.text.__file__).parents[2])
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": root}
    command = [sys.executable, "-c", SCRIPT]
    there = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)

    assert int(here["answer"].split()[0]) > 3
    assert there.stdout.strip() == here["answer"]


def test_real_paragraphs_have_the_known_phrases(shared_data):
    table = pd.read_parquet(shared_data / "wh_migration_paragraphs_2021_2025.parquet")
    corpus = Corpus(table[["id", "text"]].rename(columns={"id": "doc_id"}).head(2500))

    matrix = vectorise(corpus, themes=themes_of("border secur*", "root cause*", "title 42"))

    wanted = {"border security", "root causes", "title 42", "human rights", "white house", "u.s."}
    assert wanted <= set(matrix.vocabulary.terms)
    assert not {"of", "the", "42"} & set(matrix.vocabulary.terms)
