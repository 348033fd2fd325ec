"""Phrases in which a seed does not mean its theme: is the seed inside not counted, anywhere?"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from text_cases import joined_tokens

import topoi
from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.io.packs import load_themes
from topoi.measures.seed_rows import SeedRows
from topoi.text.find import instances
from topoi.text.matrix import DocTermMatrix
from topoi.text.patterns import Patterns, seed_patterns
from topoi.text.tokenise import tokenise
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

EVERYTHING = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}
PACK = """
name = "demo"
[[theme]]
name = "legal"
definition = "Ways in."
counter = ["prison parole", "visa card*"]
seeds = ["parole", "visa*"]
[[theme]]
name = "border"
definition = "Guarding."
seeds = ["border*", "border patrol*"]
"""
WORDS = st.sampled_from(["visa", "visas", "card", "cards", "prison", "parole", "visa-card", "x"])


def themes_of(*seeds, counter=()):
    found = tuple(Seed(seed) for seed in seeds)
    return Themes("p", (Theme("x", "X", "d", found, counter_words=tuple(counter)),))


def corpus_of(*texts):
    ids = [f"d{number}" for number in range(len(texts))]
    return topoi.Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts)}))


def counts_of(matrix):
    sums = np.asarray(matrix.counts.sum(axis=0)).ravel().tolist()
    return dict(zip(matrix.vocabulary.terms, sums, strict=True))


@pytest.fixture
def parole():
    return themes_of("parole", "visa*", counter=("prison parole", "parole board*", "visage"))


# Counting


def test_a_seed_inside_a_counter_word_is_not_counted(parole):
    corpus = corpus_of("Prison parole. Parole! The parole boards, a visage, visas.")

    matrix = topoi.vectorise(corpus, themes=parole, **EVERYTHING)

    counts = counts_of(matrix)
    assert counts["prison parole"] == counts["parole boards"] == counts["parole"] == 1
    assert "prison" not in counts
    marked = parole.seed_columns(matrix.vocabulary.terms)["x"]
    assert [matrix.vocabulary.terms[column] for column in marked] == ["parole", "visas"]


def test_counter_words_go_by_the_usual_rules_and_seeds_stay(parole):
    corpus = corpus_of("prison parole visas", "plain words", "plain words")

    matrix = topoi.vectorise(corpus, themes=parole, phrases=False, min_docs=2, max_share=1.0)

    assert matrix.vocabulary.terms == ("plain", "visas", "words")
    assert list(matrix.phrases["kind"]) == ["counter"]


def test_keep_holds_a_counter_word_in_the_vocabulary(parole):
    corpus = corpus_of("prison parole visas", "plain words", "plain words")

    matrix = topoi.vectorise(
        corpus, themes=parole, phrases=False, min_docs=2, max_share=1.0, keep=["prison parole"]
    )

    assert "prison parole" in matrix.vocabulary.terms
    assert set(parole.match(matrix.vocabulary.terms).query("term_id >= 0")["term"]) == {"visas"}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("parole board", 0),
        ("parole-board", 0),
        ("visa-card", 0),
        ("a visa-waiver", 1),
        ("humanitarian parole board", 1),
        ("parole. Board", 1),
        ("border collie smuggling", 1),
    ],
)
def test_the_leftmost_counts_and_of_those_the_longest(text, counted):
    themes = themes_of(
        *("parole", "humanitarian parole", "visa*", "border*", "border collie smuggl*"),
        counter=("parole board", "visa card", "border collie"),
    )

    matrix = topoi.vectorise(corpus_of(text), themes=themes, **EVERYTHING)

    found = themes.match(matrix.vocabulary.terms)
    assert len(found.loc[found["term_id"] >= 0].drop_duplicates("term_id")) == counted


def test_a_counter_word_of_one_theme_is_no_seed_of_another():
    first = Theme("first", "f", "d", (Seed("visa"),), counter_words=("war* on drugs",))
    second = Theme("second", "s", "d", (Seed("w* on drugs"), Seed("war*")))
    themes = Themes("p", (first, second))

    table = themes.match(["war", "war on drugs", "woe on drugs"])

    assert list(table["term"]) == ["", "woe on drugs", "war"]


def test_folding_makes_no_seed_of_a_counter_word_and_no_counter_word_of_a_seed():
    themes = themes_of("visa*", counter=("visages",))
    corpus = corpus_of("visages visage visas visa", "visages visage visas visa")

    for lemmas in ("plurals", {"visages": "visage", "visas": "visages"}):
        matrix = topoi.vectorise(corpus, themes=themes, lemmas=lemmas, **EVERYTHING)
        assert counts_of(matrix)["visages"] == 2

    words = corpus_of("parole boards", "parole board")
    themes = themes_of("parole", counter=("parole board",))
    matrix = topoi.vectorise(words, themes=themes, lemmas="plurals", **EVERYTHING)
    assert counts_of(matrix) == {"parole board": 2}


def test_the_table_of_phrases_given_back_makes_the_same_matrix(parole):
    corpus = corpus_of(*["The prison parole of the green card holder and visas"] * 12)
    chosen = {"themes": parole, "stop_words": None, "min_docs": 1, "max_share": 1.0}

    matrix = topoi.vectorise(corpus, **chosen)
    again = topoi.vectorise(corpus, phrases=matrix.phrases, **chosen)

    assert again.vocabulary.terms == matrix.vocabulary.terms
    assert (again.counts != matrix.counts).nnz == 0
    new = topoi.vectorise(corpus, vocabulary=matrix.vocabulary, **chosen)
    assert (new.counts != matrix.counts).nnz == 0


@given(st.lists(WORDS, max_size=12))
@settings(max_examples=40, deadline=None)
def test_counting_finding_and_selecting_agree(words):
    themes = themes_of("visa*", "parole", counter=("prison parole", "visa card"))
    text = " ".join(["start", *words])
    corpus = corpus_of(text)

    matrix = topoi.vectorise(corpus, themes=themes, **EVERYTHING)
    patterns = seed_patterns(themes)

    counts = counts_of(matrix)
    found = themes.match(matrix.vocabulary.terms)
    marked = set(found.loc[found["term_id"] >= 0, "term"])
    n_found = sum(counts[term] for term in marked)
    assert n_found == len(instances(text, patterns)) == len(topoi.kwic(corpus, themes))
    joined = joined_tokens(patterns, tokenise(text))
    assert n_found == sum(map(patterns.matches, joined))
    assert len(topoi.select(corpus, themes=themes, min_seeds=1)) == (n_found > 0)


def test_concordance_of_a_theme_leaves_counter_words_out(parole):
    corpus = corpus_of("Prison parole and parole; visas.")

    assert list(topoi.kwic(corpus, parole).table["keyword"]) == ["parole", "visas"]
    assert list(topoi.kwic(corpus, parole.themes[0]).table["start"]) == [18, 26]
    assert len(topoi.kwic(corpus, ["parole", "visa*"])) == 3


def test_patterns_without_counter_words_have_none():
    assert not Patterns(["visa*"]).is_counter("visa")
    assert not Patterns([], counter=["visa"]).matches("visa")


# Themes and packs


def test_counter_words_of_a_pack_are_read(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(PACK, encoding="utf-8")

    legal, border = load_themes(file)

    assert legal.counter_words == ("prison parole", "visa card*")
    assert border.counter_words == ()


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ('"prison parole"', "theme 'legal': key 'counter' must be a list of texts; got 'prison"),
        ("[3]", "theme 'legal': key 'counter' must be a list of texts; got [3]."),
        ('[{ seed = "a" }]', "theme 'legal': key 'counter' must be a list of texts; got [{"),
        ('{ a = ["b"] }', "theme 'legal': key 'counter' must be a list of texts; got {"),
        ('["Prison Parole"]', "theme 'legal': key 'counter': 'Prison Parole' not usable"),
        ('["", "* parole", "a  b"]', "key 'counter': '', '* parole', 'a  b' not usable"),
        ('["a b", "a b"]', "theme 'legal': Theme 'legal' lists these counter-words twice: a b."),
        (
            '["parole"]',
            "key 'counter': counter-word 'parole' of theme 'legal' stands for all that the seed "
            "'parole' of theme 'legal' does.",
        ),
        ('["bord* patrol*"]', "'bord* patrol*' of theme 'legal' stands for all that the seed"),
        ('["visa*"]', "the seed 'visa*' of theme 'legal'"),
    ],
)
def test_faults_of_counter_words_name_file_theme_and_key(tmp_path, new, expected):
    file = tmp_path / "own.toml"
    file.write_text(PACK.replace('["prison parole", "visa card*"]', new), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        load_themes(file)

    assert str(file) in str(caught.value)
    assert expected in str(caught.value)


def test_counter_words_that_leave_seeds_something_are_allowed(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(PACK.replace('"visa card*"', '"visas", "border patrols"'), encoding="utf-8")

    assert load_themes(file).themes[0].counter_words == ("prison parole", "visas", "border patrols")


def test_themes_made_in_python_are_held_to_the_same_rules():
    with pytest.raises(InputError, match="'visa' of theme 'x' stands for all that the seed 'visa'"):
        themes_of("visa", "parole", counter=("visa",))
    with pytest.raises(InputError, match="counter-words of theme 'x': Seed 'Visa' is not usable"):
        themes_of("visa", counter=("Visa",))


def test_results_record_counter_words_with_weight_0():
    themes = themes_of("visa*", counter=("visa card",))
    corpus = corpus_of(*["visa card words", "visas others"] * 3)
    matrix = topoi.vectorise(corpus, themes=themes, **EVERYTHING)

    fit = topoi.fit_themes(matrix, themes, n_topics=2, n_starts=1, n_draws=0)
    keyed = fit_topics(matrix, topoi.KeywordLDA(themes, n_residual=1, topics_per_set=1, max_iter=2))

    expected = {"x": {"visa*": 1.0, "visa card": 0.0}}
    assert fit.provenance["settings"]["themes"] == expected
    assert keyed.provenance["settings"]["keywords"] == expected
    assert themes.weights == expected


def test_other_packs_of_the_same_theme_keep_their_counter_words(parole):
    assert topoi.drop_seed(parole, "parole").themes[0].counter_words
    first, second = topoi.half_seeds(parole, 0)
    assert first.themes[0].counter_words == second.themes[0].counter_words != ()


def test_audit_lists_counter_words():
    themes = themes_of("visa*", "parole", counter=("visa card*", "lost visa"))
    corpus = corpus_of("visa cards, a visa card", "visa card and visas", "parole", "words")
    matrix = topoi.vectorise(corpus, themes=themes, **EVERYTHING)

    audit = topoi.audit_themes(matrix, themes)

    assert audit.counters.to_dict("list") == {
        "theme": ["x", "x"],
        "counter": ["visa card*", "lost visa"],
        "occurrences": [3, 0],
        "passages": [2, 0],
        "documents": [2, 0],
        "terms": ["visa card 2, visa cards 1", ""],
    }
    assert audit.seeds.loc[0, "occurrences"] == 1
    assert audit.seeds.loc[0, "counter"] == 1.0


SLOTS = st.sampled_from(["a", "a*", "ab", "ab*", "b*", "bc"])
PIECES = st.sampled_from(["a", "ab", "abc", "a-b", "b", "bc"])


@given(
    st.lists(st.lists(SLOTS, min_size=1, max_size=3).map(" ".join), max_size=4, unique=True),
    st.sets(st.lists(PIECES, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=9),
)
@settings(max_examples=40, deadline=None)
def test_terms_of_a_counter_word_are_those_that_its_pattern_matches(counter, held):
    terms, ones = sorted(held), np.ones(len(held), dtype=np.int64)
    units = pd.DataFrame({"doc_id": ["d0"]})
    matrix = DocTermMatrix(csr_array(ones[np.newaxis]), Vocabulary(terms, ones, ones), units)

    found = SeedRows(matrix, themes_of("visa", counter=counter)).counters

    assert [(place, word) for place, word, _ in found] == [(0, word) for word in counter]
    for _, word, columns in found:
        matched = [place for place, term in enumerate(terms) if Patterns([word]).matches(term)]
        assert columns.tolist() == matched


# The shipped packs


@pytest.mark.parametrize("name", ["migration", "migration_es"])
def test_counter_words_of_shipped_packs_hold_a_seed_of_their_theme(name):
    themes = load_themes(name)
    for theme in themes:
        seeds = Patterns(seed.pattern for seed in theme.seeds)
        plain = [word.replace("*", "") for word in theme.counter_words]
        inside = {word for word in plain if list(seeds.instances(tokenise(word)))}
        assert plain
        # A stem such as "repatriat" is an instance of "repatriat*" already.
        assert [word for word in plain if word not in inside] == []
        assert [word for word in plain if " ".join(tokenise(word)) != word] == []


@pytest.mark.parametrize(
    ("name", "text", "n_seeds"),
    [
        ("migration", "The parole board met; a border collie and a Visa card were there.", 0),
        ("migration", "Humanitarian parole for those whom border agents let in with a visa.", 3),
        ("migration_es", "Médicos sin Fronteras; miró detenidamente su tarjeta Visa.", 0),
        ("migration_es", "La libre circulación de personas, no la libre circulación de bienes.", 1),
    ],
)
def test_shipped_counter_words_take_out_what_is_meant_otherwise(name, text, n_seeds):
    assert len(instances(text, seed_patterns(load_themes(name)))) == n_seeds
