"""Does the ledger add up, whatever happens, and refuse what cannot have happened?"""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.ledger import Event, Ledger
from topoi.errors import InputError


def read_events(*ids):
    return [Event("read", doc_id, "read", "file") for doc_id in ids]


@st.composite
def histories(draw):
    """Events of some documents: each is read, then things happen, then it ends or does not."""
    ids = draw(st.lists(st.text(min_size=1, max_size=4), unique=True, max_size=12))
    ids = [name for name in ids if name.isprintable()]
    events = read_events(*ids)
    for doc_id in ids:
        for action in draw(st.lists(st.sampled_from(["changed", "noted"]), max_size=3)):
            count = draw(st.integers(1, 9))
            events.append(Event("clean", doc_id, action, draw(st.sampled_from("xyz")), count))
    ends = {doc_id: draw(st.sampled_from(["kept", "dropped", "merged"])) for doc_id in ids}
    for doc_id in draw(st.permutations(ids)):
        if ends[doc_id] != "kept":
            events.append(Event("step", doc_id, ends[doc_id], "reason", 1, "detail"))
    return events, ends


@given(histories())
@settings(max_examples=50, deadline=None)
def test_kept_dropped_and_merged_are_what_was_read(history):
    events, ends = history
    ledger = Ledger().add(events)

    counts, outcomes = ledger.counts(), ledger.outcomes()

    assert counts["read"] == len(ends)
    assert dict(zip(outcomes["doc_id"], outcomes["outcome"], strict=True)) == ends
    assert list(outcomes["doc_id"]) == list(ends)
    touched = {(event.doc_id, event.action) for event in events}
    for action in ("changed", "noted"):
        assert counts[action] == sum(found == action for _, found in touched)


@given(histories(), st.integers(0, 40))
@settings(max_examples=25, deadline=None)
def test_events_may_come_in_any_portions(history, cut):
    events, _ = history
    at_once, twice = Ledger().add(events), Ledger().add(events[:cut]).add(events[cut:])

    pd.testing.assert_frame_equal(at_once.events, twice.events)
    assert len(at_once) == len(events)


def test_columns_of_the_tables_are_these():
    empty, one = Ledger(), Ledger().add(read_events("a"))

    for ledger in (empty, one):
        assert dict(ledger.events.dtypes.astype(str)) == {
            "step": "str", "doc_id": "str", "action": "str", "reason": "str", "count": "int64",
            "detail": "str",
        }  # fmt: skip
        assert list(ledger.outcomes().columns) == ["doc_id", "outcome", "step", "reason", "detail"]
        assert list(ledger.summary().columns) == ["step", "action", "reason", "documents", "count"]
    assert empty.counts() == dict.fromkeys(
        ("read", "kept", "dropped", "merged", "changed", "noted"), 0
    )


def test_adding_leaves_the_old_ledger_as_it_was():
    old = Ledger().add(read_events("a"))

    new = old.add([Event("mine", "a", "dropped", "too old")])

    assert len(old) == 1
    assert old.counts()["kept"] == 1
    assert new.counts()["dropped"] == 1
    assert old.add([]) is old


def test_changing_a_table_that_was_handed_out_does_not_change_the_ledger():
    ledger = Ledger().add(read_events("a", "b"))

    table = ledger.events
    table.loc[0, "doc_id"] = "mine"
    table["action"] = "dropped"

    assert list(ledger.events["doc_id"]) == ["a", "b"]
    assert ledger.counts()["read"] == 2


def test_summary_counts_documents_once_and_adds_the_counts():
    ledger = Ledger().add(
        [
            *read_events("a", "b"),
            Event("clean", "a", "changed", "links", 3),
            Event("clean", "b", "changed", "links", 2),
            Event("clean", "a", "changed", "links", 1),
        ]
    )

    rows = ledger.summary().to_dict("records")

    assert rows[0] == {
        "step": "read", "action": "read", "reason": "file", "documents": 2, "count": 2,
    }  # fmt: skip
    assert rows[1] == {
        "step": "clean", "action": "changed", "reason": "links", "documents": 2, "count": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (read_events("a", "a"), r"read twice: a\."),
        (
            [*read_events("a"), *[Event("x", "a", "dropped", "r")] * 2],
            r"dropped or merged twice: a\.",
        ),
        (
            [*read_events("a"), Event("x", "a", "dropped", "r"), Event("x", "a", "merged", "r")],
            r"dropped or merged twice: a\.",
        ),
        ([Event("x", "b", "merged", "r")], r"dropped or merged but never read: b\."),
        (read_events(*"aabbccddeeffgg"), r"read twice: a, b, c, d, e and 2 more\."),
    ],
)
def test_what_cannot_have_happened_is_refused(events, words):
    ledger = Ledger().add(events)

    for ask in (ledger.outcomes, ledger.counts):
        with pytest.raises(InputError, match=f"The ledger does not add up: {words}"):
            ask()


def test_an_unknown_action_is_refused():
    with pytest.raises(InputError, match=r"Unknown action 'droped' .*read, changed, noted"):
        Ledger().add([Event("mine", "a", "droped", "typing error")])


def test_repr_counts_and_shows_hostile_reasons_as_text():
    ledger = Ledger().add([*read_events("a"), Event("x", "a", "dropped", "<script>")])

    assert repr(ledger).startswith("<Ledger of 2 events: 1 read, 0 kept, 1 dropped")
    assert "<script>" not in ledger._repr_html_()
    assert "&lt;script&gt;" in ledger._repr_html_()
