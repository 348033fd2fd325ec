"""What happened to each document: one row for every event between reading and analysis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

import pandas as pd

from topoi.checks import at_least
from topoi.corpus.ledger_html import ledger_html
from topoi.errors import InputError, listed
from topoi.html_table import html_table

__all__ = ["Action", "Event", "Ledger"]

Action = Literal["read", "changed", "noted", "merged", "dropped"]

_COLUMNS = ("step", "doc_id", "action", "reason", "count", "detail")
_ACTIONS: tuple[str, ...] = get_args(Action)
_EXAMPLE_LENGTH = 80


class Event(NamedTuple):
    """One thing that happened to one document in one step.

    step : "read", "clean", "deduplicate", "segment" or the name of the user's own step
    doc_id : the document
    action : "read", "changed" (text altered), "noted" (nothing altered), "merged" (into the
        document that `detail` names) or "dropped"
    reason : the rule, in words that are the same for all documents it touched
    count : how many times the rule acted; 1 where counting makes no sense
    detail : an example or the other document; may be empty
    """

    step: str
    doc_id: str
    action: Action
    reason: str
    count: int = 1  # type: ignore[assignment]  # hides tuple.count, which no event needs
    detail: str = ""


def _empty_events() -> pd.DataFrame:
    table = pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})
    return table.astype({"count": "int64"})


@dataclass(frozen=True, eq=False)
class Ledger:
    """Events in the order in which they happened; adding gives a new ledger.

    A document is read once, then kept unless it is dropped or merged once, so that
    kept + dropped + merged = read at any time.
    """

    _events: pd.DataFrame = field(default_factory=_empty_events)

    @property
    def events(self) -> pd.DataFrame:
        """Columns step, doc_id, action, reason (str), count (int64), detail (str), in order."""
        return self._events.copy(deep=False)

    def add(self, events: Iterable[Event]) -> Ledger:
        """A ledger with these events at its end.

        Raises
        ------
        InputError
            If an event has an action that there is not.
        """
        rows = list(events)
        if not rows:
            return self
        unknown = sorted({str(row.action) for row in rows} - set(_ACTIONS))
        if unknown:
            raise InputError(
                f"Unknown action {listed(map(repr, unknown))} of an event; there are: "
                f"{', '.join(_ACTIONS)}."
            )
        new = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(self._events.dtypes.to_dict())
        return Ledger(pd.concat([self._events, new], ignore_index=True))

    def outcomes(self) -> pd.DataFrame:
        """One row per document read, in reading order: what became of it.

        Columns: doc_id, outcome ("kept", "dropped" or "merged"), step, reason, detail; the last
        three are empty for a kept document.
        """
        events = self._events
        read = events.loc[events["action"] == "read", ["doc_id"]]
        is_end = (events["action"] == "dropped") | (events["action"] == "merged")
        ends = events.loc[is_end].rename(columns={"action": "outcome"})
        self._check(read["doc_id"], ends["doc_id"])
        table = read.merge(
            ends[["doc_id", "outcome", "step", "reason", "detail"]], on="doc_id", how="left"
        )
        table["outcome"] = table["outcome"].fillna("kept")
        return table.fillna("").reset_index(drop=True)

    def counts(self) -> dict[str, int]:
        """Documents read, kept, dropped, merged, and those changed or noted on the way."""
        outcome = self.outcomes()["outcome"].value_counts()
        events = self._events
        found = {name: int(outcome.get(name, 0)) for name in ("kept", "dropped", "merged")}
        touched = {
            name: int(events.loc[events["action"] == name, "doc_id"].nunique())
            for name in ("changed", "noted")
        }
        return {"read": sum(found.values()), **found, **touched}

    def summary(self) -> pd.DataFrame:
        """One row per step, action and reason, in order of first appearance.

        Columns: step, action, reason, documents (distinct), count (sum of the events' counts).
        """
        groups = self._events.groupby(["step", "action", "reason"], sort=False)
        table = groups.agg(documents=("doc_id", "nunique"), count=("count", "sum"))
        return table.reset_index()

    def examples(self, *, most: int = 3) -> pd.DataFrame:
        """One row per step, action and reason as in `summary`, with examples of what it met.

        Columns: step, action, reason, documents, count, then example_1 to example_<most> (str):
        different details of its first documents, cut to 80 characters, empty where there are no
        more.

        Raises
        ------
        InputError
            If `most` is below 1.
        """
        at_least("most", most, 1, whole=True)
        cut = self._events.assign(detail=self._events["detail"].str.slice(0, _EXAMPLE_LENGTH))
        table = self.summary()
        shown: dict[object, list[str]] = {}
        keys = ["step", "action", "reason"]
        different = cut.loc[cut["detail"] != ""].drop_duplicates([*keys, "detail"])
        for key, group in different.groupby(keys, sort=False)["detail"]:
            shown[key] = group.head(most).tolist()
        found = [shown.get(key, []) for key in table[keys].itertuples(index=False, name=None)]
        for number in range(most):
            column = [each[number] if number < len(each) else "" for each in found]
            table[f"example_{number + 1}"] = pd.Series(column, dtype="str")
        return table

    def __len__(self) -> int:
        return len(self._events)

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {name}" for name, number in self.counts().items())
        return f"<Ledger of {len(self)} events: {counts}>"

    def _repr_html_(self) -> str:
        counts = self.counts()
        ends = ", ".join(f"{counts[name]} {name}" for name in ("kept", "merged", "dropped"))
        touched = ", ".join(f"{counts[name]} {name}" for name in ("changed", "noted"))
        headline = f"{counts['read']} documents read: {ends}; on the way {touched}"
        gone = self._events.loc[self._events["action"].isin(["dropped", "merged"])]
        flow = ledger_html(headline, counts["read"], gone)
        summary = self.summary()
        rest = summary.loc[summary["action"].isin(["changed", "noted"])]
        return flow + (html_table("On the way", rest) if len(rest) else "")

    @staticmethod
    def _check(read: pd.Series[str], ended: pd.Series[str]) -> None:
        twice_read = read[read.duplicated()]
        twice_ended = ended[ended.duplicated()]
        unread = ended[~ended.isin(read)] if len(ended) else ended
        for fault, ids in (
            ("read twice", twice_read),
            ("dropped or merged twice", twice_ended),
            ("dropped or merged but never read", unread),
        ):
            if len(ids):
                raise InputError(f"The ledger does not add up: {fault}: {listed(ids)}.")
