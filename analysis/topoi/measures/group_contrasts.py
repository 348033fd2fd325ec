"""By how much do the groups of a column differ from the largest of them in each theme?"""

from __future__ import annotations

import pandas as pd

from topoi.measures.contrasts import contrasts
from topoi.measures.largest_groups import largest_groups
from topoi.measures.shares import document_shares

__all__ = ["group_contrasts"]

_GROUP = "group_"  # a name that any formula can hold, whatever the column is called
_NUMBERS = ("share", "share_baseline", "estimate", "std_error", "lower", "upper")
_COLUMNS = {
    **dict.fromkeys(("name", "of", "value", "baseline"), "str"),
    **dict.fromkeys((*_NUMBERS, "p_value", "p_bh", "p_joint", "freedom"), "float64"),
    **dict.fromkeys(("n_rows", "n_clusters"), "int64"),
    **dict.fromkeys(("family", "errors", "weighting", "uncertainty"), "str"),
    **{"level": "float64", "seed": "int64"},
}


def group_contrasts(
    shares: pd.DataFrame, by: str, *, n: int = 6, clusters: str | None = None
) -> pd.DataFrame:
    """Differences of the share of the text between the largest group and the next ones.

    Parameters
    ----------
    shares : DataFrame of theme shares with the column `by`; groups are of documents
    by : str
    n : int >= 2, groups at most, those of `largest_groups`
    clusters : str, optional; column of the documents that belong together, see `contrasts`

    Returns
    -------
    DataFrame
        The table of `contrasts`, of shares of documents weighted by their tokens, with the largest
        group as baseline: a pair for each other group, by falling size, and in it a row for each
        theme. Intervals carry the sampling of documents. No row, but all columns, with fewer than
        two groups.
    """
    documents = document_shares(shares)
    first = documents.drop_duplicates("doc_id")
    groups = largest_groups(first, by, n=n)
    if len(groups) < 2:
        return pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)
    chosen = documents.loc[documents[by].astype("str").isin(groups)]
    chosen = chosen.assign(**{_GROUP: chosen[by].astype("str")})
    found = contrasts(
        chosen, f"share ~ C({_GROUP})", of=_GROUP, values=groups, weights="n_tokens",
        clusters=clusters,
    )  # fmt: skip
    pairs = [found.loc[(found["baseline"] == groups[0]) & (found["value"] == name)]
             for name in groups[1:]]  # fmt: skip
    return pd.concat(pairs, ignore_index=True).assign(of=by).astype({"of": "str"})
