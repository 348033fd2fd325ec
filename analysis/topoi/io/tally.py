"""What a user should be told of a reading as a whole: counts of what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from topoi.corpus.ledger import Event
from topoi.errors import InputError, listed
from topoi.io.kinds import SUPPORTED
from topoi.io.part import Part

__all__ = ["Tally"]

_SHOWN = 5
# What a file may be dropped for without anything being wrong with it.
_EXPECTED = ("empty", "unsupported file type", "link out of the folder", "link to a folder")
_OF_ROWS = ("bad row", "id occurs again")


class Tally:
    """Counts the documents and faults of parts that pass by; `shown` is what is read."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._n_kept = 0
        self._n_dated = 0
        self._dropped: Counter[str] = Counter()
        self._first_detail = ""
        self._files = _Cases()
        self._rows = _Cases()
        self._dates = _Cases()
        self._bytes = _Cases()

    def counted(self, parts: Iterable[Part]) -> Iterator[Part]:
        """The same parts, each counted before it is given on."""
        for part in parts:
            if part.table is not None:
                self._n_kept += len(part.table)
                self._n_dated += int(part.table["date"].notna().sum())
            for event in part.events:
                self._count(event)
            yield part

    def warnings(self) -> Iterator[str]:
        """A sentence or two for each kind of fault that there is."""
        if self._files.number:
            yield (
                f"{self._files.number} files of {self._shown} could not be used: {self._files}. "
                "The ledger says why."
            )
        if self._rows.number:
            yield (
                f"{self._rows.number} rows of tables in {self._shown} could not be read: "
                f"{self._rows}. The ledger says why."
            )
        if self._dates.number:
            share = self._dates.number / (self._dates.number + self._n_dated)
            yield (
                f"{self._dates.number} dates of {self._shown} ({share:.0%} of those given) were "
                f"not understood: {self._dates}. Say how they are written with date_format=."
            )

        if self._bytes.number:
            yield (
                f"{self._bytes.number} documents of {self._shown} hold bytes that mean nothing in "
                f"the encoding of their file, and have \ufffd for them: {self._bytes}. Save the "
                "files anew as UTF-8 where they come from."
            )

    def check(self) -> None:
        """Refuse a reading that has no document.

        Raises
        ------
        InputError
            With the reasons and how often each was met.
        """
        if self._n_kept:
            return
        why = "; ".join(f"{reason}: {number}" for reason, number in self._dropped.items())
        detail = f" {self._first_detail}" if self._first_detail else ""
        raise InputError(
            f"There is nothing to read in {self._shown} ({why or 'no files'}).{detail} {SUPPORTED}"
        )

    def _count(self, event: Event) -> None:
        self._first_detail = self._first_detail or event.detail
        if event.action == "dropped":
            self._dropped[event.reason] += 1
            if event.reason == "bad row":
                self._rows.add(event.detail.rstrip("."))
            elif event.reason not in (*_EXPECTED, *_OF_ROWS):
                self._files.add(event.doc_id)
        elif event.reason == "date not understood":
            self._dates.add(f"{event.detail!r} ({event.doc_id})")
        elif event.reason == "undefined bytes replaced":
            self._bytes.add(event.doc_id)


class _Cases:
    """How many there are of something, and the first few."""

    def __init__(self) -> None:
        self.number = 0
        self._first: list[str] = []

    def add(self, case: str) -> None:
        self.number += 1
        if len(self._first) < _SHOWN:
            self._first.append(case)

    def __str__(self) -> str:
        rest = self.number - len(self._first)
        return listed(self._first) + (f" and {rest} more" if rest else "")
