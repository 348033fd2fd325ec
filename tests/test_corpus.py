"""Does a corpus keep its promises: unique ids, no null text, real dates, nothing lost unseen?"""

import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.column_names import kept_name
from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError


def table_of(n=3, **columns):
    return pd.DataFrame(
        {"doc_id": [f"d{k}" for k in range(n)], "text": [f"text {k}" for k in range(n)], **columns}
    )


def test_what_is_missing_is_added_in_the_usual_order():
    corpus = Corpus(table_of(2, camp=["x", "y"], title=["T", None]))

    table = corpus.table
    assert list(table.columns) == ["doc_id", "text", "date", "source", "title", "camp"]
    assert dict(table.dtypes.astype(str)) == {
        "doc_id": "str", "text": "str", "date": "datetime64[us]", "source": "str", "title": "str",
        "camp": "str",
    }  # fmt: skip
    assert list(table["title"]) == ["T", ""]
    assert table["date"].isna().all()
    assert corpus.ids == ["d0", "d1"]
    assert corpus.texts == ["text 0", "text 1"]


@pytest.mark.parametrize(
    "name",
    ["n_tokens", "n_unknown", "coverage", "is_prior_mean", "theme", "topic", "share", "lower",
     "upper", "level", "probability", "probability_lower", "probability_upper"],
)  # fmt: skip
def test_covariates_with_the_name_of_a_column_of_later_tables_give_way(name):
    corpus = Corpus(table_of(2, **{name: ["x", "y"]}))

    assert list(corpus.table[f"original_{name}"]) == ["x", "y"]
    assert name not in corpus.table.columns

    both = table_of(2, **{f"original_{name}": ["old", "older"], name: ["x", "y"]})
    corpus = Corpus(both)
    # The steps make a corpus of its table again and again.
    for _ in range(3):
        corpus = Corpus(corpus.table, corpus.ledger)
        columns = ["doc_id", "text", "date", "source", "title", f"original_{name}"]
        assert list(corpus.table.columns) == [*columns, f"original_original_{name}"]
        assert list(corpus.table[f"original_{name}"]) == ["old", "older"]
        assert list(corpus.table[f"original_original_{name}"]) == ["x", "y"]


def test_what_a_column_became_is_found_by_its_own_name():
    columns = ["camp", "original_theme", "original_original_theme", "original_level"]

    assert kept_name("camp", columns) == "camp"
    assert kept_name("theme", columns) == "original_original_theme"
    assert kept_name("original_theme", columns) == "original_theme"
    assert kept_name("level", columns) == "original_level"
    assert kept_name("lower", columns) is None
    assert kept_name("party", columns) is None
    assert kept_name("language", ["original_language"]) == "original_language"


def test_columns_of_one_name_are_refused_and_named():
    table = table_of(2, camp=["x", "y"], party=["l", "r"])
    table.columns = ["doc_id", "text", "camp", "camp"]

    with pytest.raises(InputError, match=r"1 column names occur more than once: camp\. Give each"):
        Corpus(table)


def test_a_table_given_by_hand_counts_as_read():
    corpus = Corpus(table_of(3))

    assert corpus.ledger.counts()["read"] == 3
    assert corpus.ledger.counts()["kept"] == 3


def test_dates_become_days_of_one_type():
    corpus = Corpus(table_of(3, date=["2021-02-03", None, "2022-01-01"]))

    assert list(corpus.table["date"].dt.strftime("%Y-%m-%d").fillna("")) == [
        "2021-02-03", "", "2022-01-01",
    ]  # fmt: skip


def test_a_date_that_is_none_or_could_be_two_is_refused():
    with pytest.raises(
        InputError,
        match=r"2 of the dates are not written as 2021-03-31: d1 \('soon'\), d2 \('03/04/2021'\)",
    ):
        Corpus(table_of(3, date=["2021-02-03", "soon", "03/04/2021"]))


@pytest.mark.parametrize(
    "dates",
    [
        pd.to_datetime(pd.Series(["2021-02-03", None])),
        pd.Series([pd.Timestamp("2021-02-03 01:00", tz="Asia/Tokyo") + pd.Timedelta("8h"), None]),
        [datetime.date(2021, 2, 3), None],
        ["2021-02-03", float("nan")],
        ["2021-02-03T00:00:00Z", ""],
    ],
)
def test_dates_may_be_given_in_several_types(dates):
    table = Corpus(table_of(2, date=dates)).table

    assert str(table["date"].dtype) == "datetime64[us]"
    assert list(table["date"].dt.strftime("%Y-%m-%d").fillna("")) == ["2021-02-03", ""]


def test_ids_that_are_numbers_become_text():
    corpus = Corpus(pd.DataFrame({"doc_id": [1, 2], "text": ["a", "b"]}))

    assert corpus.ids == ["1", "2"]


def test_passages_repeat_their_document():
    corpus = Corpus(
        pd.DataFrame({"passage_id": ["p", "q"], "doc_id": ["d", "d"], "text": ["a", "b"]})
    )

    assert corpus.is_segmented
    assert corpus.n_documents == 1
    assert len(corpus) == 2
    assert corpus.ids == ["p", "q"]
    assert corpus.ledger.counts()["read"] == 1


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["doc_id", "text"], "doc_id"),
        (["doc_id", "passage_id", "text"], "passage_id"),
        (["passage_id", "theme", "share"], "passage_id"),
        (["theme"], "doc_id"),  # which the reader of the table then misses by name
    ],
)
def test_rows_are_named_by_their_passages_where_they_have_any(columns, found):
    assert id_column(pd.DataFrame(columns=columns)) == found


def test_changing_what_is_handed_out_or_was_given_does_not_change_the_corpus():
    given_table = table_of(2)
    corpus = Corpus(given_table)

    given_table.loc[0, "text"] = "mine"
    given_table["new"] = 1
    taken = corpus.table
    taken.loc[0, "text"] = "mine"
    taken["text"] = "mine"
    del taken["date"]

    assert corpus.texts == ["text 0", "text 1"]
    assert "new" not in corpus.table.columns


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame({"doc_id": ["a"], "body": ["x"]}), r"missing: text\. .* has: doc_id, body\."),
        (pd.DataFrame({"text": ["x"]}), r"missing: doc_id\."),
        (
            pd.DataFrame({"doc_id": ["a", None, ""], "text": list("xyz")}),
            r"2 rows have no doc_id \(rows 1, 2\)",
        ),
        (
            pd.DataFrame({"doc_id": list("aabbc"), "text": list("vwxyz")}),
            r"2 values of doc_id occur more than once: a, b\. Ids must be unique\.",
        ),
        (
            pd.DataFrame({"doc_id": [1, "1"], "text": ["x", "y"]}),
            r"1 values of doc_id occur more than once: 1\.",
        ),
        (
            pd.DataFrame({"doc_id": list("abcdefg"), "text": [None] * 7}),
            r"7 rows have no text: a, b, c, d, e and 2 more\. Drop them or give an empty string\.",
        ),
        (
            pd.DataFrame({"passage_id": ["p", "p"], "doc_id": ["a", ""], "text": ["x", "y"]}),
            r"1 rows have no doc_id .* 1 values of passage_id occur more than once: p\.",
        ),
    ],
)
def test_a_table_that_is_no_corpus_is_refused(table, words):
    with pytest.raises(InputError, match=words):
        Corpus(table)


def test_selecting_needs_a_word_about_each_document_that_goes():
    corpus = Corpus(table_of(4))

    less = corpus.select([True, False, True, True], [Event("mine", "d1", "dropped", "too short")])

    assert less.ids == ["d0", "d2", "d3"]
    assert less.ledger.counts() == {
        "read": 4, "kept": 3, "dropped": 1, "merged": 0, "changed": 0, "noted": 0,
    }  # fmt: skip
    assert len(corpus) == 4
    with pytest.raises(InputError, match=r"Rows and ledger disagree about 2 documents: d0, d3\."):
        corpus.select([False, True, True, False])
    with pytest.raises(InputError, match=r"Rows and ledger disagree about 1 documents: d2\."):
        corpus.select([True] * 4, [Event("mine", "d2", "dropped", "why not")])


@given(st.lists(st.booleans(), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_any_selection_that_is_told_adds_up(keep):
    corpus = Corpus(table_of(len(keep)))
    events = [
        Event("mine", doc_id, "dropped", "chance")
        for doc_id, stays in zip(corpus.ids, keep, strict=True)
        if not stays
    ]

    less = corpus.select(keep, events)

    assert len(less) == less.ledger.counts()["kept"] == sum(keep)
    assert list(less.table.columns) == list(corpus.table.columns)


def test_new_texts_go_to_the_same_rows_with_their_events():
    corpus = Corpus(table_of(2, camp=["x", "y"]))

    other = corpus.with_texts(["A", "B"], [Event("mine", "d0", "changed", "capitals")])

    assert other.texts == ["A", "B"]
    assert list(other.table["camp"]) == ["x", "y"]
    assert other.ledger.counts()["changed"] == 1
    assert corpus.texts == ["text 0", "text 1"]


def test_repr_tells_size_and_dates_and_hostile_text_is_text():
    corpus = Corpus(
        table_of(2, date=["2021-02-03", "2022-01-01"], source=["a", "b"]).assign(text="<script>")
    )

    assert repr(corpus) == "<Corpus of 2 documents from 2 sources, 2021-02-03 to 2022-01-01>"
    assert "<script>" not in corpus._repr_html_()
    assert repr(Corpus(table_of(0))).startswith("<Corpus of 0 documents")
