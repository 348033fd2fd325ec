"""Passages that several documents have are found after the documents are cut."""

import numpy as np
import pandas as pd
import pytest
from test_deduplicate import prose, spun

from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate, duplicate_pairs
from topoi.corpus.segment import segment


@pytest.fixture
def passages():
    """Three documents with a paragraph of a press release, one of them word for word all of it."""
    rng = np.random.default_rng(1)
    release, own, other, more = (prose(rng, 60) for _ in range(4))
    again = spun(rng, release, 0.1)
    texts = [[release, own], [other, again, other], [release], [more, ["thank", "you"] * 3]]
    table = pd.DataFrame(
        {
            "doc_id": list("abcd"),
            "text": ["\n\n".join(" ".join(part) + "." for part in text) for text in texts],
            "date": pd.to_datetime(["2021-01-02", "2021-01-03", "2021-01-04", "2021-01-05"]),
        }
    )
    return segment(Corpus(table), min_words=4)


def test_passages_of_other_documents_are_taken_out_and_counted(passages):
    kept = deduplicate(passages)

    # b#003 repeats b#001, but within its own document.
    assert kept.ids == ["a#001", "a#002", "b#001", "b#003", "d#001", "d#002"]
    events = kept.ledger.events.query("step == 'deduplicate'")
    assert events[["doc_id", "action", "reason", "count", "detail"]].to_numpy().tolist() == [
        ["b", "noted", "passages of other documents: near copy", 1, "the first of a#001"],
        ["c", "noted", "passages of other documents: exact copy", 1, "the first of a#001"],
        ["c", "dropped", "all passages are in other documents", 1, ""],
    ]
    counts = kept.ledger.counts()
    assert counts["read"] == 4 == counts["kept"] + counts["dropped"] + counts["merged"]


def test_passages_can_be_weighted_and_marked(passages):
    weighted = deduplicate(passages, copies="weight").table

    clusters = weighted.set_index("passage_id")["passage_cluster"]
    assert (clusters["b#002"], clusters["c#001"], clusters["b#003"]) == ("a#001", "a#001", "b#003")
    wanted = [1 / 3, 1, 1, 1 / 3, 1, 1 / 3, 1, 1]
    assert weighted["passage_weight"].tolist() == pytest.approx(wanted)
    marked = deduplicate(passages, copies="mark").table
    assert "passage_weight" not in marked.columns


def test_short_passages_stay():
    texts = ["Thank you all.", "Thank you all.", "word " * 8, "word " * 8]
    table = pd.DataFrame({"doc_id": list("abcd"), "text": texts})

    assert deduplicate(segment(Corpus(table))).ids == ["a#001", "b#001", "c#001"]


def test_pairs_are_those_of_different_documents(passages):
    pairs = duplicate_pairs(passages)

    assert pairs[["doc_id_a", "doc_id_b"]].to_numpy().tolist() == [
        ["a#001", "b#002"],
        ["a#001", "c#001"],
    ]


def test_documents_that_share_all_passages_are_each_kept_or_dropped_once():
    text = "\n\n".join(f"This is paragraph {number} with words of its own." for number in range(5))
    table = pd.DataFrame({"doc_id": ["a", "b", "c"], "text": [text, text, text + "\n\nNo more."]})

    kept = deduplicate(segment(Corpus(table)))

    counts = kept.ledger.counts()
    assert counts["dropped"] >= 1
    assert counts["read"] == 3 == counts["kept"] + counts["dropped"]
    assert kept.n_documents == counts["kept"]
