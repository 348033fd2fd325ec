"""Does each passage of a document take its stretch of it, in order, with its shares?"""

import numpy as np
import pandas as pd
import pytest

import topoi
from topoi.errors import InputError


def shares_of(documents, themes=("one", "two")):
    """Shares of documents by the tokens of their passages; every share is another number."""
    rows = [
        (f"{doc_id}#{place}", doc_id, f"Title {doc_id}", n_tokens, theme)
        for doc_id, sizes in documents.items()
        for place, n_tokens in enumerate(sizes)
        for theme in themes
    ]
    table = pd.DataFrame(rows, columns=["passage_id", "doc_id", "title", "n_tokens", "theme"])
    return table.assign(share=np.arange(len(table)) / max(len(table), 1))


def test_passages_take_their_tokens_in_order():
    table = topoi.theme_strips(shares_of({"a": [10, 30, 5]}), "a")

    one = table.loc[table["theme"] == "one"]
    assert one[["place", "start", "end"]].to_numpy().tolist() == [
        [1, 0, 10], [2, 10, 40], [3, 40, 45],
    ]  # fmt: skip
    assert one["share"].tolist() == [0, 2 / 6, 4 / 6]
    assert table["theme"].tolist() == ["one", "two"] * 3
    assert set(table["title"]) == {"Title a"}
    assert dict(table.dtypes.astype(str)) == {
        "doc_id": "str", "title": "str", "place": "int64", "start": "int64", "end": "int64",
        "theme": "str", "share": "float64",
    }  # fmt: skip


def test_the_longest_documents_come_first_and_equals_by_their_id():
    shares = shares_of({"c": [5, 5], "short": [3], "b": [10], "long": [11]})

    assert topoi.theme_strips(shares, n=3)["doc_id"].unique().tolist() == ["long", "b", "c"]


def test_documents_that_are_named_keep_their_order_and_mixed_rows_are_sorted_out():
    shares = shares_of({"a": [1, 2], "b": [3, 4]})
    mixed = shares.iloc[[0, 1, 4, 5, 2, 3, 6, 7]]  # documents take turns

    table = topoi.theme_strips(mixed, ["b", "a", "b"])

    pd.testing.assert_frame_equal(table, topoi.theme_strips(shares, ["b", "a"]))
    assert table["doc_id"].unique().tolist() == ["b", "a"]


def test_topics_without_titles_of_whole_documents_do_as_well():
    shares = shares_of({"a": [4], "b": [0]}).drop(columns=["passage_id", "title"])

    table = topoi.theme_strips(shares.rename(columns={"theme": "topic"}))

    assert table["title"].tolist() == [""] * 4
    assert table["end"].tolist() == [4, 4, 0, 0]


def test_a_missing_share_stays_missing():
    shares = shares_of({"a": [4, 4]}).drop(index=1)

    assert topoi.theme_strips(shares)["share"].isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("documents", "more", "text"),
    [
        ("x", {}, r"documents must be doc_id of the shares, such as a; got 'x'"),
        ([], {}, r"got none"),
        (None, {"n": 0}, r"n must be"),
    ],
)
def test_unusable_settings_are_refused(documents, more, text):
    with pytest.raises(InputError, match=text):
        topoi.theme_strips(shares_of({"a": [1]}), documents, **more)


def test_what_is_no_table_of_shares_is_refused():
    with pytest.raises(InputError, match="A table of shares has the columns"):
        topoi.theme_strips(pd.DataFrame({"doc_id": ["a"]}))
    with pytest.raises(InputError, match="has no row"):
        topoi.theme_strips(shares_of({}))
