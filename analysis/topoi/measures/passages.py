"""Which passages show best what a theme is about."""

from __future__ import annotations

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError

__all__ = ["typical_passages"]


def typical_passages(
    shares: pd.DataFrame, passages: Corpus, *, n: int = 3, fewest_tokens: int = 15
) -> pd.DataFrame:
    """The n passages with the largest share of each theme, at most one a document.

    Parameters
    ----------
    shares : DataFrame from `theme_shares`
    passages : Corpus with the texts of those rows
    n : int >= 1, passages a theme
    fewest_tokens : int >= 0; shorter passages reach high shares by a word or two and are left out

    Returns
    -------
    DataFrame
        theme (str), doc_id (str), title, source (str), date (datetime64), share (float64), text
        (str); in the order of themes, then by falling share, ties in reading order.

    Raises
    ------
    InputError
        If n < 1 or the rows of shares are not those of the passages.
    """
    if n < 1:
        raise InputError(f"n must be an int >= 1; got {n}.")
    key = "passage_id" if passages.is_segmented else "doc_id"
    texts = pd.Series(passages.texts, index=pd.Index(passages.ids, dtype="str"))
    if key not in shares.columns or not shares[key].isin(texts.index).all():
        raise InputError("The shares and the passages are not of the same rows.")
    long_enough = shares.loc[shares["n_tokens"] >= fewest_tokens]
    best = long_enough.sort_values("share", ascending=False, kind="stable")
    best = best.drop_duplicates(["theme", "doc_id"])
    themes = dict.fromkeys(shares["theme"])
    frames = [best.head(0), *(best.loc[best["theme"] == theme].head(n) for theme in themes)]
    table: pd.DataFrame = pd.concat(frames, ignore_index=True)
    table["text"] = pd.Series(texts.loc[table[key]].to_numpy(), index=table.index, dtype="str")
    return table[["theme", "doc_id", "title", "source", "date", "share", "text"]]
