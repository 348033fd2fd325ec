"""Who the documents of counts from elsewhere are, where a file beside them says so."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from topoi.errors import InputError
from topoi.io.interchange.counted import plain_units
from topoi.io.interchange.given_files import beside, names_in

__all__ = ["DOCS", "listed_units"]

DOCS = "docs.txt"
"""The file with an id a line."""

_TOKENS = "n_tokens are those of the terms that are counted"


def listed_units(file: Path, n_rows: int) -> tuple[pd.DataFrame, list[str]]:
    """Units with the ids of docs.txt beside the file, else with numbers from 1, and notes.

    Raises
    ------
    InputError
        If docs.txt names another number of documents.
    """
    named = beside(file, DOCS)
    if named is None:
        ids = [str(number) for number in range(1, n_rows + 1)]
        return plain_units(ids, where=str(file)), [
            f"there is no {DOCS}: documents are called 1 to {n_rows}",
            _TOKENS,
        ]
    ids = names_in(named)
    if len(ids) != n_rows:
        raise InputError(f"{named} names {len(ids)} documents, but {file} has {n_rows}.")
    return plain_units(ids, where=str(named)), [_TOKENS]
