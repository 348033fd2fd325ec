"""How much each row of a table of shares counts beside its tokens."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, listed

__all__ = ["column_of", "row_weights"]


def row_weights(shares: pd.DataFrame, weights: str | None) -> NDArray[np.float64]:
    """The weight of each row, from the column of that name; 1 for each where there is no name.

    Raises
    ------
    InputError
        If there is no such column, or a weight is no number, negative or infinite, with the first
        documents; or if no row has a weight above 0.
    """
    if weights is None:
        return np.ones(len(shares))
    given = column_of(shares, weights, use="weigh by")
    found = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isfinite(found) | (found < 0)
    if wrong.any():
        cases = [f"{a} ({b!r})" for a, b in zip(shares["doc_id"][wrong], given[wrong], strict=True)]
        different = list(dict.fromkeys(cases))
        raise InputError(
            f"Weights must be numbers >= 0; {len(different)} documents have others in the column "
            f"{weights!r}: {listed(different)}."
        )
    if not (found > 0).any():
        raise InputError(f"No document has a weight above 0 in the column {weights!r}.")
    return found


def column_of(shares: pd.DataFrame, name: str, *, use: str) -> pd.Series:
    """The column of that name.

    Raises
    ------
    InputError
        If there is none; `use` says what it is for.
    """
    if name not in shares.columns:
        raise InputError(
            f"There is no column {name!r} to {use}; there are: {listed(shares.columns, most=20)}."
        )
    return shares[name]
