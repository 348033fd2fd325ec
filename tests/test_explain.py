"""A document before and after cleaning, with the rule behind each change."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import topoi
from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.explain import explain_cleaning
from topoi.errors import InputError

PAGE = "# Aid\n\nMinisters met &amp; agreed.\n\nShare this\n\n\nThey left in <b>May</b>."
LINES = [*PAGE.split("\n"), "| a | b |", "x\n y"]


def corpus_of(*texts):
    return Corpus(pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": texts}))


def test_each_change_has_its_rule_in_the_order_of_the_steps():
    table = explain_cleaning(corpus_of("Other text.", PAGE), "d1").table

    assert table.to_dict("list") == {
        "step": [1, 1, 2, 3],
        "rule": ["HTML removed", "HTML removed", "Markdown removed", "boiler-plate lines removed"],
        "before": [
            "Ministers met &amp; agreed.", "They left in <b>May</b>.", "# Aid", "Share this",
        ],
        "after": ["Ministers met & agreed.", "They left in May.", "Aid", ""],
    }  # fmt: skip
    assert dict(table.dtypes.astype(str)) == {
        "step": "int64", "rule": "str", "before": "str", "after": "str",
    }  # fmt: skip


def test_before_and_after_are_those_of_clean():
    corpus = corpus_of(PAGE, "Plain.")
    steps = explain_cleaning(corpus, "d0")

    assert (steps.before, steps.after) == (PAGE, clean(corpus).texts[0])


def test_lines_of_many_documents_are_explained_too():
    texts = [
        f"Daily Border Report by the desk\n\nStory number {n} has its own words." for n in range(5)
    ]

    table = explain_cleaning(corpus_of(*texts), "d3").table

    assert table["rule"].tolist() == ["lines of many documents removed"]
    assert table["before"].tolist() == ["Daily Border Report by the desk"]


def test_changes_of_blank_lines_alone_are_told_by_their_number():
    table = explain_cleaning(corpus_of("One line.\n\n\n\nAnother line."), "d0").table

    assert table[["before", "after"]].to_numpy().tolist() == [["5 lines", "3 lines"]]


def test_a_document_that_stays_has_no_rows():
    steps = explain_cleaning(corpus_of("One line."), "d0")

    assert len(steps.table) == 0
    assert repr(steps) == "<Cleaning of d0: 0 steps, 9 to 9 characters>"


def test_a_terminal_shows_what_went_and_what_came():
    shown = repr(explain_cleaning(corpus_of(PAGE), "d0")).split("\n")

    assert shown[:3] == [
        "<Cleaning of d0: 3 steps, 73 to 47 characters>",
        "1. HTML removed",
        "   - Ministers met &amp; agreed.",
    ]
    assert shown[-1] == "   - Share this"


def test_a_terminal_shows_a_long_line_about_its_change():
    words = "The ferry crosses the bay at dawn and again at dusk. " * 10
    text = f"{words}It carries <b>workers</b> home.\n\n{words}It rests on Sundays, see www.a.org."

    shown = repr(explain_cleaning(corpus_of(text), "d0")).split("\n")

    changes = [line for line in shown if line.startswith("   ")]
    assert [line[3:6] for line in changes] == ["- …", "+ …"] * 2
    assert all(len(line) < 170 for line in shown)
    assert changes[0].endswith("carries <b>workers</b> home.")
    assert changes[1].endswith("carries workers home.")
    assert changes[2].endswith("see www.a.org.")


def test_a_notebook_shows_hostile_text_as_text():
    steps = explain_cleaning(
        corpus_of("<script>alert(1)</script>Aid \x1b[31m came <b>in</b>."), "d0"
    )

    shown = steps._repr_html_()

    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "\x1b" not in shown + repr(steps)


def test_a_document_of_very_many_changes_is_explained_in_time():
    text = "\n\n".join(f"line {number} with <b>mark</b> and words" for number in range(20_000))

    steps = explain_cleaning(corpus_of(text), "d0")

    assert steps.table["rule"].tolist()[0] == "HTML removed"


def test_unknown_ids_and_passages_are_refused():
    passages = Corpus(pd.DataFrame({"passage_id": ["p"], "doc_id": ["d"], "text": ["x"]}))

    with pytest.raises(InputError, match=r"No document has the id 'x'\. See the column doc_id"):
        explain_cleaning(corpus_of("a"), "x")
    with pytest.raises(InputError, match="these are passages"):
        explain_cleaning(passages, "d")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_the_last_step_ends_with_the_clean_text(text):
    steps = explain_cleaning(corpus_of(text), "d0")

    cleaned = clean(corpus_of(text))
    assert steps.after == (cleaned.texts[0] if cleaned.texts else "")
    assert (len(steps.table) > 0) == (steps.before != steps.after)


def test_it_is_public():
    assert topoi.explain_cleaning is explain_cleaning
