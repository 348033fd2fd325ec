"""Do the rows from documents read to documents kept add up, whatever happened in between?"""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from test_ledger import histories, read_events

import topoi
from topoi.corpus.ledger import Event, Ledger
from topoi.errors import InputError


def rows_of(events, **more):
    return [tuple(row) for row in topoi.ledger_flow(Ledger().add(events), **more).to_numpy()]


def test_documents_leave_by_step_and_reason():
    events = [
        *read_events(*"abcdef"),
        Event("read", "a", "dropped", "empty file"),
        Event("clean", "b", "changed", "links", 3),
        Event("clean", "c", "changed", "links"),
        Event("clean", "c", "changed", "dates"),
        Event("clean", "d", "noted", "odd"),
        Event("deduplicate", "e", "merged", "near copy", detail="f"),
        Event("segment", "f", "noted", "cut into passages", 4),
    ]

    assert rows_of(events) == [
        ("", "read", "", 0, 6, 6),
        ("read", "dropped", "empty file", 1, 1, 5),
        ("clean", "changed", "links", 1, 2, 5),
        ("clean", "changed", "dates", 1, 1, 5),
        ("deduplicate", "merged", "near copy", 1, 1, 4),
        ("", "kept", "", 0, 4, 4),
    ]


@given(histories())
@settings(max_examples=50, deadline=None)
def test_the_numbers_add_up(history):
    ledger = Ledger().add(history[0])
    counts = ledger.counts()

    table = topoi.ledger_flow(ledger, most_reasons=1)

    left = table["n_left"].tolist()
    gone = table["n_documents"].where(table["action"].isin(["dropped", "merged"]), 0).tolist()
    assert (left[0], left[-1]) == (counts["read"], counts["kept"])
    assert [a - b for a, b in pairwise(left)] == gone[1:]
    assert sum(gone) == counts["dropped"] + counts["merged"]


def test_rare_reasons_are_put_together_with_different_documents():
    events = read_events(*"abc")
    events += [Event("clean", doc_id, "changed", "often") for doc_id in "abc"]
    events += [Event("clean", "a", "changed", f"rule {n}") for n in range(40)]

    _, often, rare, _ = rows_of(events, most_reasons=1)

    assert often == ("clean", "changed", "often", 1, 3, 3)
    assert rare == ("clean", "changed", "", 40, 1, 3)  # one document, forty reasons


def test_one_reason_too_many_keeps_its_name():
    events = [*read_events("a"), *(Event("x", "a", "changed", name) for name in "pqr")]

    assert [row[2] for row in rows_of(events, most_reasons=2)][1:-1] == ["p", "q", "r"]


def test_all_dropped_and_nothing_read():
    dropped = [*read_events("a"), Event("x", "a", "dropped", "old")]

    assert rows_of(dropped)[-1] == ("", "kept", "", 0, 0, 0)
    assert rows_of([]) == [("", "read", "", 0, 0, 0), ("", "kept", "", 0, 0, 0)]
    assert dict(topoi.ledger_flow(Ledger()).dtypes.astype(str)) == {
        "step": "str", "action": "str", "reason": "str",
        "n_reasons": "int64", "n_documents": "int64", "n_left": "int64",
    }  # fmt: skip


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match=r"most_reasons must be an int >= 1; got 0"):
        topoi.ledger_flow(Ledger(), most_reasons=0)
    with pytest.raises(InputError, match="does not add up"):
        topoi.ledger_flow(Ledger().add([Event("x", "b", "merged", "r")]))
