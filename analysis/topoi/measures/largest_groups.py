"""Which groups of a column have most text, and enough documents to be compared?"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["FEWEST_DOCUMENTS", "largest_groups"]

FEWEST_DOCUMENTS = 3


def largest_groups(units: pd.DataFrame, by: str, *, n: int) -> list[str]:
    """The n groups with most tokens, of equals the first in the alphabet; fewer if there are fewer.

    Parameters
    ----------
    units : DataFrame, a row for each passage or document: doc_id, n_tokens and the column `by`
    by : str; rows without a value are of no group
    n : int >= 1

    Returns
    -------
    list of str
        Groups with 3 documents or more that have a token, by falling number of tokens. None where
        there is no such column.
    """
    if by not in units.columns:
        return []
    named = units[by].astype("str").where(units[by].notna(), "")
    rows = units.loc[(named != "") & (units["n_tokens"] > 0)]
    groups = rows.assign(_group=named.loc[rows.index]).groupby("_group", sort=True)
    sizes = groups.agg(n_documents=("doc_id", "nunique"), n_tokens=("n_tokens", "sum"))
    enough = sizes.loc[sizes["n_documents"] >= FEWEST_DOCUMENTS]
    order = np.argsort(-enough["n_tokens"].to_numpy(), kind="stable")[:n]
    return [str(name) for name in enough.index[order]]
