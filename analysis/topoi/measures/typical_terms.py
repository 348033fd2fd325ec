"""Which words does each of the two largest groups use more than the other?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.measures.keyness import keyness
from topoi.measures.largest_groups import FEWEST_DOCUMENTS, largest_groups
from topoi.text.matrix import DocTermMatrix

__all__ = ["have_typical_terms", "typical_terms"]

_COLUMNS = {
    **dict.fromkeys(("group", "other", "term"), "str"),
    **dict.fromkeys(("count", "other_count", "n", "other_n", "rate", "other_rate"), "float64"),
    **dict.fromkeys(("log_odds", "z", "z_tokens", "p_value", "p_bh"), "float64"),
    **dict.fromkeys(("log_ratio", "log_likelihood"), "float64"),
    **dict.fromkeys(("n_clusters", "other_clusters"), "int64"),
}


def typical_terms(matrix: DocTermMatrix, by: str, *, n: int = 12) -> pd.DataFrame:
    """The n terms of greatest z above 0 of each of the two largest groups beside the other.

    Parameters
    ----------
    matrix : DocTermMatrix with the column `by`
    by : str
    n : int >= 1, terms a group

    Returns
    -------
    DataFrame
        Columns and order of `keyness`, the largest group first. No row, but all columns, where
        `have_typical_terms` is false.
    """
    if not have_typical_terms(matrix, by):
        return pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)
    one, other = largest_groups(matrix.units, by, n=2)
    tables = [
        keyness(matrix, by, groups=pair, least_clusters=FEWEST_DOCUMENTS)
        for pair in ((one, other), (other, one))
    ]
    best = [table.loc[table["z"] > 0].head(n) for table in tables]
    return pd.concat(best, ignore_index=True)


def have_typical_terms(matrix: DocTermMatrix, by: str) -> bool:
    """Whether there are two groups, and a term of 3 documents or more whose rates differ in them.

    Far quicker than the terms themselves.
    """
    groups = largest_groups(matrix.units, by, n=2)
    if len(groups) < 2:
        return False
    named = matrix.units[by].astype("str")
    sides = [np.flatnonzero((named == group).to_numpy()) for group in groups]
    y, y_other = (
        np.asarray(matrix.counts[rows].sum(axis=0), dtype=np.int64).ravel() for rows in sides
    )
    if not y.sum() or not y_other.sum():
        return False
    rates_differ = y * y_other.sum() != y_other * y.sum()  # in whole numbers, so exactly
    n_documents = _n_documents(matrix, np.concatenate(sides))
    return bool((rates_differ & (n_documents >= FEWEST_DOCUMENTS)).any())


def _n_documents(matrix: DocTermMatrix, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Different documents among these rows that hold each term, (V,)."""
    places = pd.factorize(matrix.units["doc_id"].iloc[rows])[0]
    shape = (int(places.max()) + 1, len(rows))
    member = csr_array((np.ones(len(rows), np.int64), (places, np.arange(len(rows)))), shape=shape)
    by_document = csr_array(member @ matrix.counts[rows])
    used = by_document.indices[by_document.data > 0]
    found: NDArray[np.int64] = np.bincount(used, minlength=matrix.shape[1]).astype(np.int64)
    return found
