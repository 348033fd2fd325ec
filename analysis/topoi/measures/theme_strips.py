"""Where in a document does each theme stand?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from topoi.checks import at_least
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.measures.shares import share_kind
from topoi.measures.theme_fit import ThemeFit

__all__ = ["theme_strips"]


def theme_strips(
    shares: ThemeFit | pd.DataFrame,
    documents: str | Sequence[str] | None = None,
    *,
    n: int = 6,
) -> pd.DataFrame:
    """The shares of a few documents' passages, with the stretch of the document that each takes.

    Parameters
    ----------
    shares : ThemeFit, or DataFrame of shares from `theme_shares` or `topic_shares`
        The passages of a document in reading order.
    documents : str or sequence of str, optional
        doc_id of one document or several, in the order wanted. None takes those with most tokens,
        of equals the one whose doc_id is first in the alphabet.
    n : int >= 1, how many are taken where none are named

    Returns
    -------
    DataFrame
        doc_id, title (str, empty where there is none), place (int64, of the passage in its
        document, from 1), start, end (int64, tokens of the document before and up to the end of
        the passage), theme (str; topics, where the shares are theirs), share (float64); in the
        order of documents, places and themes. Tokens that neighbouring windows share are counted
        in each.

    Raises
    ------
    InputError
        If the table is not one of shares, has no row, lacks a document that is named, or n < 1.
    """
    at_least("n", n, 1, whole=True)
    table = shares.shares if isinstance(shares, ThemeFit) else shares
    kind = share_kind(table)
    if not len(table):
        raise InputError("The table of shares has no row, so no document can be shown.")
    key = id_column(table)
    rows = table.drop_duplicates(key)
    chosen = _longest(rows, n) if documents is None else _named(rows, documents)
    strips = [_strip(rows.loc[rows["doc_id"] == doc_id], key) for doc_id in chosen]
    wide = pd.concat(strips, ignore_index=True)
    names = pd.DataFrame({"theme": list(dict.fromkeys(table[kind]))})
    found = table[[key, kind, "share"]].rename(columns={key: "_key", kind: "theme"})
    whole = wide.merge(names, how="cross").merge(found, on=["_key", "theme"], how="left")
    columns = ["doc_id", "title", "place", "start", "end", "theme", "share"]
    return whole[columns].astype({"theme": "str", "share": "float64"})


def _longest(rows: pd.DataFrame, n: int) -> list[str]:
    tokens = rows.groupby("doc_id", sort=True)["n_tokens"].sum()
    order = np.argsort(-tokens.to_numpy(), kind="stable")[:n]
    return [str(doc_id) for doc_id in tokens.index[order]]


def _named(rows: pd.DataFrame, documents: str | Sequence[str]) -> list[str]:
    wanted = [documents] if isinstance(documents, str) else list(dict.fromkeys(documents))
    known = set(rows["doc_id"])
    unknown = [doc_id for doc_id in wanted if doc_id not in known]
    if unknown or not wanted:
        raise InputError(
            f"documents must be doc_id of the shares, such as {listed(rows['doc_id'].unique())}; "
            f"got {listed(map(repr, unknown)) or 'none'}."
        )
    return wanted


def _strip(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """What is told of a document's passages, in reading order."""
    tokens = rows["n_tokens"].to_numpy(dtype=np.int64)
    end = np.cumsum(tokens)
    title = rows["title"].fillna("") if "title" in rows.columns else ""
    table = pd.DataFrame({"_key": rows[key], "doc_id": rows["doc_id"], "title": title})
    table = table.assign(place=np.arange(1, len(rows) + 1), start=end - tokens, end=end)
    return table.astype({"doc_id": "str", "title": "str", "place": "int64"})
