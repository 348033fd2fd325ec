"""Do concordances show what is counted, in its place, whatever the text holds?"""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.corpus import Corpus
from topoi.corpus.segment import segment
from topoi.errors import InputError
from topoi.text.find import ScannedTexts, instances
from topoi.text.kwic import kwic
from topoi.text.patterns import Patterns
from topoi.text.selection import select
from topoi.text.tokenise import token_spans, token_stream
from topoi.text.vectorise import vectorise
from topoi.themes.theme import Seed, Theme, Themes


def corpus_of(*texts):
    ids = [f"d{number}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts), "date": "2021-03-31"}))


TEXT = "We address the root causes\nof migration; root-causes, she said, and Root Causes again."


def test_a_concordance_by_hand():
    table = kwic(corpus_of(TEXT), "root cause*", window=2).table

    columns = ["doc_id", "date", "source", "left", "keyword", "right", "start"]
    assert list(table.columns) == columns
    assert table[["left", "keyword", "right", "start"]].to_numpy().tolist() == [
        ["address the", "root causes", "of migration;", 15],
        ["of migration;", "root-causes", ", she", 41],
        ["said, and", "Root Causes", "again.", 68],
    ]
    assert [TEXT[start : start + 4].lower() for start in table["start"]] == ["root"] * 3


def test_capitals_of_the_pattern_do_not_matter_and_a_window_may_be_empty():
    table = kwic(corpus_of("The US acts."), "US", window=0).table

    assert table[["left", "keyword", "right"]].to_numpy().tolist() == [["", "US", ""]]


def test_passages_are_named_and_rows_keep_their_order():
    corpus = segment(corpus_of("A visa.\n\nA visa and a visa.", "Visas."), min_words=1)

    table = kwic(corpus, ["visas", "visa"]).table

    assert list(table["passage_id"]) == ["d0#001", "d0#002", "d0#002", "d1#001"]
    assert list(table["start"]) == [2, 2, 13, 0]


def test_nothing_found_is_an_empty_table_of_the_same_columns():
    nothing = kwic(corpus_of("a", ""), "visa")

    assert len(nothing) == 0
    assert dict(nothing.table.dtypes) == dict(kwic(corpus_of("visa"), "visa").table.dtypes)
    assert repr(nothing) == "<0 instances in 0 documents>"
    assert "0 instances" in nothing._repr_html_()


def test_keywords_stand_under_each_other():
    shown = repr(
        kwic(corpus_of("left of it visa right", "字字 visas\x00\u202e x", "visa"), "visa*")
    )

    lines = shown.split("\n")
    assert lines[0] == "<3 instances in 3 documents>"
    assert lines[1] == " " * 40 + "left of it [visa]  right"
    assert lines[2] == " " * 46 + "字字 [visas] x"
    assert lines[3] == " " * 51 + "[visa]"


def test_only_the_first_twenty_are_shown():
    shown = repr(kwic(corpus_of("visa " * 25), "visa"))

    assert shown.count("[visa]") == 20
    assert shown.endswith("and 5 more")


def test_html_is_escaped():
    html = kwic(corpus_of("<script>alert(1)</script> visa &<b>"), "visa")._repr_html_()

    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(
    ("pattern", "settings_", "words"),
    [
        ([], {}, "There is no pattern to look for"),
        ("", {}, "'' is not one word"),
        ("mig*ra", {}, r"'mig\*ra' is not one word"),
        ("visa", {"window": -1}, "window must be an int >= 0; got -1"),
        ("visa", {"window": 1.5}, "window must be an int >= 0; got 1.5"),
        ("visa", {"window": True}, "window must be an int >= 0; got True"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(pattern, settings_, words):
    with pytest.raises(InputError, match=words):
        kwic(corpus_of("a"), pattern, **settings_)


# --- one meaning of a pattern everywhere --------------------------------------------------------

PIECES = (
    *("root", "causes", "cause", "root-causes", "Root", "U.S.", "US", "us", "border", "borders"),
    *("border-security", "border’s", ",", ".", "\n\n", "#asylum", "title", "42", "2,000", "-", "&"),
)
PATTERNS = (
    *("root cause*", "root", "cause*", "u.s.", "border*", "border secur*", "border", "title 42"),
    *("asylum", "and", "us border*", "root cause", "42"),
)
texts_of_pieces = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(texts_of_pieces, st.text(max_size=60)))
def test_spans_have_the_tokens_of_the_stream(text):
    spans = token_spans(text)

    assert [token for token, _, _ in spans] == token_stream(text)
    assert all(0 <= start <= end <= len(text) for _, start, end in spans)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts_of_pieces, min_size=1, max_size=4), st.sampled_from(PATTERNS))
def test_kwic_query_seeds_and_vectorise_agree(texts, pattern):
    corpus = corpus_of(*texts, pattern.replace("*", ""))  # so that there is a term
    themes = Themes("p", (Theme("x", "X", "d", (Seed(pattern),)),))

    matrix = vectorise(
        corpus, themes=themes, phrases=False, stop_words=None, min_docs=1, max_share=1
    )
    columns = list(themes.seed_columns(matrix.vocabulary.terms)["x"])
    counts = np.asarray(matrix.counts.toarray())[:, columns].sum(axis=1)

    by_row = kwic(corpus, pattern).table.groupby("doc_id").size()
    assert by_row.reindex(corpus.ids, fill_value=0).tolist() == counts.tolist()
    assert select(corpus, query=f'"{pattern}"').ids == [
        doc_id for doc_id, count in zip(corpus.ids, counts, strict=True) if count
    ]
    least = 2
    assert select(corpus, themes=themes, min_seeds=least).ids == [
        doc_id for doc_id, count in zip(corpus.ids, counts, strict=True) if count >= least
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(texts_of_pieces, max_size=4),
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=4),
)
def test_counting_fast_gives_what_finding_gives(texts, written):
    patterns = Patterns(written)

    counts = ScannedTexts(texts).count(patterns).tolist()

    assert counts == [len(instances(text, patterns)) for text in texts]
    for text in texts:
        for start, end, term in instances(text, patterns):
            assert patterns.matches(term)
            assert text[start:end].strip() == text[start:end] != ""


@pytest.mark.parametrize(
    "piece", ["a", " ", "<", "&", "-", "\n", '"', "visa ", "visa-", "a visa\n"]
)
def test_a_megabyte_of_one_piece_takes_linear_time(piece):
    corpus = corpus_of(piece * (300_000 // len(piece)))

    start = time.process_time()
    select(corpus, query="visa NEAR/3 (a OR border)")
    kwic(corpus, "visa", window=3)

    # About 1 s at most; quadratic work would take many minutes.
    assert time.process_time() - start < 20


def test_the_example_is_true():
    import doctest

    from topoi.corpus import segment as segment_module
    from topoi.text import kwic as kwic_module

    assert doctest.testmod(kwic_module) == (0, 3)
    assert doctest.testmod(segment_module) == (0, 4)
