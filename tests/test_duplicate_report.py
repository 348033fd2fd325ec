"""The report of copies shows clusters, pairs, and the words in which copies differ."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_deduplicate import corpus_of, families, notices, prose

from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate, duplicate_pairs
from topoi.corpus.duplicate_report import duplicate_report
from topoi.corpus.word_difference import word_difference
from topoi.errors import InputError


def test_clusters_are_those_of_deduplicate():
    corpus = corpus_of(families(1, n_families=4))

    report = duplicate_report(corpus)

    marked = deduplicate(corpus, copies="mark").table
    found = report.clusters.set_index("doc_id")["cluster"]
    assert found.sort_index().to_dict() == marked.set_index("doc_id")["cluster"].to_dict()
    assert report.clusters["kind"].tolist()[:1] == ["stays"]
    assert report.counts()["clusters"] == 4
    assert report.counts()["exact copy"] == 4 - 4  # "REPRINT" makes them near ones
    pd.testing.assert_frame_equal(report.pairs, duplicate_pairs(corpus))


def test_differing_words_are_shown_around_what_is_equal():
    words = [f"w{number}" for number in range(60)]
    changed = [*words[:30], "new", *words[31:]]
    report = duplicate_report(corpus_of([" ".join(words), " ".join(changed)]))

    table = report.differences()

    assert table[["doc_id", "copy_of", "kind"]].to_numpy().tolist() == [["d01", "d00", "near copy"]]
    assert table["difference"].tolist() == ["… w27 w28 w29 [-w30-] {+new+} w31 w32 w33 …"]
    assert "[-w30-] {+new+}" in repr(report)


@pytest.mark.parametrize(
    ("text", "other", "wanted"),
    [
        ("a b c", "a b c", ""),
        ("a b c", "A, b. C!", ""),
        ("a b c", "a c", "a [-b-] c"),
        ("", "a", "{+a+}"),
        ("a", "", "[-a-]"),
        ("a b c d e f g h", "a b c x e f g h", "a b c [-d-] {+x+} e f g …"),
    ],
)
def test_difference_of_words(text, other, wanted):
    assert word_difference(text, other) == wanted


def test_a_late_difference_is_found():
    text = " ".join(f"word{number}" for number in range(5000))

    assert "[-word4990-] {+other+}" in word_difference(text, text.replace("word4990", "other"))


@settings(max_examples=60, deadline=None)
@given(*[st.lists(st.sampled_from(["a", "b", "c", "\n", "<b>"]), max_size=60).map(" ".join)] * 2)
def test_any_difference_is_one_bounded_line(text, other):
    found = word_difference(text, other)

    assert "\n" not in found
    assert len(found) < 2000
    same = [word_difference(one, one) for one in (text, other)]
    assert same == ["", ""]


def test_huge_and_odd_texts_differ_in_bounded_time():
    for one, other in [("a b " * 10**6, "b a " * 10**6), ("x" * 10**6, "y" * 10**6)]:
        assert len(word_difference(one, other)) < 2000


def test_what_texts_hold_does_no_harm_in_a_notebook():
    words = [f"w{number}" for number in range(40)]
    evil = [*words, "<script>alert(1)</script>", "\x1b[31m"]
    report = duplicate_report(corpus_of([" ".join(words), " ".join(evil)]))

    page = report._repr_html_()

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page + repr(report)


def test_templates_are_told():
    rng = np.random.default_rng(3)
    texts = list(notices(12))
    # A word in five of each notice's own words is that of another: alike, but by the frame.
    linked = [
        " ".join(
            theirs if rng.random() < 0.2 else own
            for own, theirs in zip(text.split(), texts[0].split(), strict=True)
        )
        for text in texts
    ]

    report = duplicate_report(corpus_of(linked), spun=False)

    assert len(report.clusters) == 0
    assert any("on one template" in note for note in report.notes)
    assert "on one template" in repr(report)


def test_asking_for_what_is_no_copy_is_refused():
    words = " ".join(prose(np.random.default_rng(4), 40))
    report = duplicate_report(corpus_of([words, words + " more", "else"]))

    with pytest.raises(InputError, match=r"'d02' is in no cluster of copies. There are 2 ids"):
        report.difference("d02")
    with pytest.raises(InputError, match="most must be an int >= 1; got 0"):
        report.differences(most=0)


def test_an_empty_report_shows_itself():
    report = duplicate_report(Corpus(pd.DataFrame({"doc_id": [], "text": []})))

    assert repr(report).startswith("<DuplicateReport: 0 clusters")
    assert "<table" in report._repr_html_()
    assert len(report.differences()) == 0
