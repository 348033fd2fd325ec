"""What a table must hold to be drawn."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from topoi.errors import InputError, listed

__all__ = ["in_order", "require"]


def require(table: pd.DataFrame, columns: Sequence[str], *, by: str) -> None:
    """Refuse a table that lacks columns or rows; `by` is the function that needs them.

    Raises
    ------
    InputError
        Naming the missing columns and those that are there.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(
            f"{by} needs the columns {listed(columns, most=10)}; missing: "
            f"{listed(missing, most=10)}. The table has: {listed(table.columns, most=20)}."
        )
    if not len(table):
        raise InputError(f"{by} was given a table without rows; there is nothing to draw.")


def in_order(column: pd.Series) -> list[str]:
    """The values as text, each once, in order of first appearance."""
    return list(dict.fromkeys(str(value) for value in column))
