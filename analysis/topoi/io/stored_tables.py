"""Which columns must a kept table have, so that what rests on them is what it seems?"""

from __future__ import annotations

import pandas as pd

from topoi.errors import InputError, listed
from topoi.text.vocabulary import Vocabulary

__all__ = ["checked_columns", "vocabulary_of"]


def checked_columns(table: pd.DataFrame, columns: dict[str, str], name: str) -> pd.DataFrame:
    """The table, if these columns are there and of these types.

    Raises
    ------
    InputError
        If one is missing or of another type; `name` says there which table it is.
    """
    found = {column: str(table[column].dtype) for column in columns if column in table.columns}
    faults = [
        f"{column} must be {kind} but is {found.get(column, 'missing')}"
        for column, kind in columns.items()
        if found.get(column) != kind
    ]
    if faults:
        raise InputError(f"In the table {name}, {listed(faults)}.")
    return table


def vocabulary_of(table: pd.DataFrame) -> Vocabulary:
    """The vocabulary of a table as `Vocabulary.to_frame` gives it.

    Raises
    ------
    InputError
        If it is none.
    """
    columns = {"term": "str", "doc_freq": "int64", "term_freq": "int64"}
    checked_columns(table, columns, "vocabulary")
    return Vocabulary(
        list(table["term"]), table["doc_freq"].to_numpy(), table["term_freq"].to_numpy()
    )
