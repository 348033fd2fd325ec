"""Phrases can be named, looked at, edited, given back, and left out."""

import numpy as np
import pandas as pd
import pytest
from text_cases import corpus_of

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.io.packs import load_themes
from topoi.text.vectorise import vectorise
from topoi.themes.theme import Seed, Theme, Themes

TEXTS = ["The white house and the supreme court met. Border wall."] * 12 + [
    f"alpha{n} beta{n % 7} gamma{n % 5} wall" for n in range(50)
]
SETTINGS = {"min_docs": 2, "max_share": 1.0}
THEMES = Themes("pack", (Theme("border", "Border", "The border.", (Seed("border wall*"),)),))


def assert_same(matrix, other):
    assert matrix.vocabulary.terms == other.vocabulary.terms
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(matrix.counts, part), getattr(other.counts, part))


def test_table_of_phrases_says_why_each_was_joined_and_how_often():
    matrix = vectorise(corpus_of(TEXTS), themes=THEMES, keep=["alpha* beta*"], **SETTINGS)

    table = matrix.phrases.set_index("phrase")
    assert table.loc["border wall", "kind"] == "seed"
    assert table.loc["alpha1 beta1", "kind"] == "keep"
    assert table.loc["white house", "kind"] == "learned"
    assert tuple(table.loc["supreme court", ["n_tokens", "n_docs"]]) == (12, 12)
    assert table.loc["white house", "score"] > 0.5
    assert np.isnan(table.loc["border wall", "score"])
    assert list(table.index) == sorted(table.index)


def test_phrases_given_back_as_they_are_make_the_same_matrix():
    learned = vectorise(corpus_of(TEXTS), themes=THEMES, **SETTINGS)

    for phrases in (learned.phrases, list(learned.phrases["phrase"])):
        again = vectorise(corpus_of(TEXTS), themes=THEMES, phrases=phrases, **SETTINGS)

        assert_same(learned, again)
    assert set(again.phrases["kind"]) == {"seed", "given"}


def test_edited_list_is_what_is_joined_and_nothing_is_learned():
    phrases = ["supreme court", "court met"]

    terms = vectorise(corpus_of(TEXTS), phrases=phrases, **SETTINGS).vocabulary.terms

    assert "supreme court" in terms
    assert {"white", "house", "met"} <= set(terms)
    assert not {"white house", "court met"} & set(terms)  # the leftmost counts


def test_given_phrases_are_joined_however_rare_and_pruned_like_other_terms():
    texts = ["civil society one", "visa one", "visa one"]
    settings = {"phrases": ["civil societ*"], "stop_words": None, "max_share": 1.0}

    assert "civil society" in vectorise(corpus_of(texts), min_docs=1, **settings).vocabulary
    assert vectorise(corpus_of(texts), min_docs=2, **settings).vocabulary.terms == ("one", "visa")


def test_given_phrase_finds_words_as_written_and_as_folded():
    texts = ["civil societies meet", "a civil society meets", "society, societies"]

    matrix = vectorise(
        corpus_of(texts), phrases=["civil societies"], lemmas="plurals", min_docs=1, max_share=1.0
    )

    assert matrix.counts.toarray()[:, matrix.vocabulary.index["civil society"]].tolist() == [
        1,
        1,
        0,
    ]


def test_given_phrase_may_hold_a_protected_one():
    matrix = vectorise(
        corpus_of(["The United States Senate met"]),
        phrases=["united states senate"],
        lemmas="plurals",
        min_docs=1,
        max_share=1.0,
    )

    assert matrix.vocabulary.terms == ("met", "united states senate")


def test_excluded_phrase_is_not_learned_nor_made_longer():
    texts = ["the white house staff met"] * 12 + TEXTS

    free = vectorise(corpus_of(texts), **SETTINGS).vocabulary
    matrix = vectorise(corpus_of(texts), exclude_phrases=["white hous*"], **SETTINGS)

    assert any(term.startswith("white house") for term in free.terms)
    assert not any(term.startswith("white house") for term in matrix.vocabulary.terms)
    assert "supreme court" in matrix.vocabulary


def test_given_phrase_takes_no_seed():
    with pytest.raises(
        InputError, match=r"1 phrases hold a word that is a seed.*'visa ban'\. Make"
    ):
        vectorise(corpus_of(["visa ban"]), keep=["visa"], phrases=["visa ban"])

    settings = {"min_docs": 1, "max_share": 1.0, "phrases": ["vis* ban"]}
    terms = vectorise(corpus_of(["visa ban", "visit ban"]), keep=["visa"], **settings)
    assert terms.vocabulary.terms == ("ban", "visa", "visit ban")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"phrases": "white house"}, "phrases must be a list of patterns; got the text"),
        ({"phrases": ["court"]}, "1 phrases are no text of several words: 'court'. Single words"),
        ({"phrases": [3]}, "1 phrases are no text of several words: 3"),
        ({"phrases": ["White House"]}, "1 patterns are not usable: 'White House'"),
        ({"phrases": pd.DataFrame({"term": []})}, "has a column phrase; this one has none"),
        ({"exclude_phrases": "a b"}, "exclude_phrases must be a list of patterns"),
    ],
)
def test_unusable_phrases_are_refused(setting, message):
    with pytest.raises(InputError, match=message):
        vectorise(corpus_of(TEXTS), **{**SETTINGS, **setting})


def test_matrix_without_phrases_has_an_empty_table_of_the_same_columns():
    matrix = vectorise(corpus_of(["visa"]), phrases=False, min_docs=1, max_share=1.0)

    assert list(matrix.phrases.columns) == ["phrase", "kind", "n_tokens", "n_docs", "score"]
    assert len(matrix.phrases) == len(matrix.folded) == len(matrix.unknown) == 0


def test_real_text_counts_the_same_by_its_own_tables(shared_data):
    table = pd.read_parquet(shared_data / "wh_migration_paragraphs_2021_2025.parquet").head(2000)
    corpus = Corpus(table[["id", "text"]].rename(columns={"id": "doc_id"}))
    themes = load_themes("migration")
    made = vectorise(corpus, themes=themes, lemmas="plurals", min_docs=3, max_share=1.0)

    by_tables = {"phrases": made.phrases, "lemmas": made.folded}
    again = vectorise(corpus, themes=themes, min_docs=3, max_share=1.0, **by_tables)
    known = vectorise(corpus, themes=themes, lemmas=made.folded, vocabulary=made.vocabulary)

    assert_same(made, again)
    assert np.array_equal(made.counts.toarray(), known.counts.toarray())
    forms = dict(zip(made.folded["word"], made.folded["form"], strict=True))
    assert forms["migrants"] == "migrant"
    assert forms["root causes"] == "root cause"
    assert not {"media", "news", "policing", "rights"} & set(forms)
    assert "united states" in made.vocabulary
