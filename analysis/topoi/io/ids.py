"""What each row of a table is called, and what is done where two rows have one id."""

from __future__ import annotations

from typing import NamedTuple

from topoi.errors import InputError, listed

__all__ = ["DUPLICATES", "IdError", "RowId", "RowIds"]

DUPLICATES = ("error", "suffix", "first")


class IdError(InputError):
    """The ids of a table are empty or repeated."""


class RowId(NamedTuple):
    """The unique id of a row, and what is to be noted of the one that was `given`.

    note : why it is another one, or empty
    refusal : why the row is not kept, or empty
    """

    id: str
    given: str = ""
    note: str = ""
    refusal: str = ""


class RowIds:
    """The ids of a table's rows, one after another.

    Parameters
    ----------
    column : str or None
        Where they stand; without one rows are called "row 1", "row 2", ….
    on_duplicate : str
        "error": empty and repeated ids are gathered for `check`. "suffix": a repeated id gets a
        number, "x (2)". "first": its later rows are refused. With these two a row without an id
        is called by its number.
    where : str
        How messages name the file.
    """

    def __init__(self, column: str | None, on_duplicate: str, where: str) -> None:
        self._column = column
        self._on_duplicate = on_duplicate
        self._where = where
        self._seen: set[str] = set()
        self._next: dict[str, int] = {}  # number that the next row of a repeated id gets
        self._twice: dict[str, None] = {}
        self._empty: list[int] = []

    @property
    def is_faulty(self) -> bool:
        """Whether `check` would raise."""
        return self._on_duplicate == "error" and bool(self._twice or self._empty)

    def of_rows(self, cells: list[str] | None, numbers: list[int]) -> list[RowId]:
        """The ids of some rows, by the cells of their column and their numbers in the table."""
        if cells is None:
            return [RowId(f"row {number}") for number in numbers]
        return [
            self._of_row(cell.strip(), number) for cell, number in zip(cells, numbers, strict=True)
        ]

    def unused(self, name: str) -> str:
        """The name, or one with a number where an earlier row has it."""
        number, free = self._next.get(name, 2), name
        while free in self._seen:
            free = f"{name} ({number})"
            number += 1
        self._next[name] = number
        self._seen.add(free)
        return free

    def check(self) -> None:
        """Refuse the faults that were found.

        Raises
        ------
        IdError
            Naming up to five rows or ids.
        """
        if not self.is_faulty:
            return
        if self._empty:
            raise IdError(
                f"{self._where}: {len(self._empty)} rows have no {self._column} "
                f"(rows {listed(self._empty)}). Give each an id, choose another column with id=, "
                'or let on_duplicate_id="suffix" call them by their rows.'
            )
        raise IdError(
            f"{self._where}: {len(self._twice)} values of {self._column} occur more than once: "
            f"{listed(self._twice)}. Ids must be unique; choose another column with id=, or say "
            'with on_duplicate_id= whether later rows get a "suffix" or only the "first" is kept.'
        )

    def _of_row(self, given: str, number: int) -> RowId:
        if not given:
            self._empty.append(number)
            return RowId(self.unused(f"row {number}"), note="no id, called by its row")
        if given not in self._seen:
            self._seen.add(given)
            return RowId(given)
        if self._on_duplicate == "error":
            self._twice[given] = None
            return RowId(given)
        free = self.unused(given)
        if self._on_duplicate == "first":
            return RowId(free, given, refusal="id occurs again")
        return RowId(free, given, note="id occurs again, got a number")
