"""Which passages show best what a theme is about, and of which is it least clear?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from topoi.checks import at_least
from topoi.corpus.corpus import Corpus
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed

__all__ = ["doubtful_passages", "typical_passages"]


def typical_passages(
    shares: pd.DataFrame, passages: Corpus, *, n: int = 3, fewest_tokens: int = 15
) -> pd.DataFrame:
    """The n passages with the largest share of each theme, at most one a document.

    Parameters
    ----------
    shares : DataFrame from `theme_shares`, `fit_themes` or `share_themes`
    passages : Corpus with the texts of those rows
    n : int >= 1, passages a theme
    fewest_tokens : int >= 0; shorter passages reach high shares by a word or two and are left out

    Returns
    -------
    DataFrame
        theme (str), passage_id (str, passages only), doc_id (str), title, source (str), date
        (datetime64), share (float64), text (str); in the order of themes, then by falling share,
        ties in reading order.

    Raises
    ------
    InputError
        If n < 1 or the rows of shares are not those of the passages.
    """
    rows = _long_enough(shares, passages, n, fewest_tokens)
    best = rows.sort_values("share", ascending=False, kind="stable")
    return _first_of_each(best, shares, passages, n)[
        ["theme", *_ids(passages), "title", "source", "date", "share", "text"]
    ]


def doubtful_passages(
    shares: pd.DataFrame, passages: Corpus, *, n: int = 3, fewest_tokens: int = 15
) -> pd.DataFrame:
    """The n passages of which it is least clear whether they speak of each theme.

    Doubt is how far the interval reaches past even odds on its shorter side, the smaller of
    upper - 0.5 and 0.5 - lower: large where the share is near 0.5 and its interval wide, below 0
    where the interval leaves out 0.5. Read these first when a pack or a curve is to be judged,
    and code them by hand.

    Parameters
    ----------
    shares : DataFrame with intervals, from `fit_themes` or `share_themes`
    passages : Corpus with the texts of those rows
    n : int >= 1, passages a theme
    fewest_tokens : int >= 0; shorter passages are left out

    Returns
    -------
    DataFrame
        theme (str), passage_id (str, passages only), doc_id (str), title, source (str), date
        (datetime64), share, lower, upper, doubt (float64, in [-0.5, 0.5]), text (str); at most one
        passage a document. In the order of themes, then by falling doubt, ties by the share nearer
        0.5, then in reading order.

    Raises
    ------
    InputError
        If n < 1, the shares have no intervals, or their rows are not those of the passages.
    """
    lacking = [name for name in ("lower", "upper") if name not in shares.columns]
    if lacking:
        raise InputError(
            f"Doubt needs shares with intervals; {listed(lacking)} is missing. Give the shares of "
            "fit_themes or share_themes."
        )
    rows = _long_enough(shares, passages, n, fewest_tokens)
    doubt = np.minimum(rows["upper"] - 0.5, 0.5 - rows["lower"])
    ranked = rows.assign(_unlike=-doubt, _distance=(rows["share"] - 0.5).abs(), doubt=doubt)
    ranked = ranked.sort_values(["_unlike", "_distance"], kind="stable")
    return _first_of_each(ranked, shares, passages, n)[
        [
            "theme",
            *_ids(passages),
            "title",
            "source",
            "date",
            "share",
            "lower",
            "upper",
            "doubt",
            "text",
        ]
    ]


def _ids(passages: Corpus) -> list[str]:
    return ["passage_id"] * passages.is_segmented + ["doc_id"]


def _long_enough(
    shares: pd.DataFrame, passages: Corpus, n: int, fewest_tokens: int
) -> pd.DataFrame:
    """The rows with enough tokens, once it is known that they can be told."""
    at_least("n", n, 1, whole=True)
    key = id_column(passages.table)
    if key not in shares.columns or not shares[key].isin(passages.ids).all():
        raise InputError("The shares and the passages are not of the same rows.")
    return shares.loc[shares["n_tokens"] >= fewest_tokens]


def _first_of_each(
    ranked: pd.DataFrame, shares: pd.DataFrame, passages: Corpus, n: int
) -> pd.DataFrame:
    """The first n rows of each theme, one a document, in the order of the themes; their texts."""
    best = ranked.drop_duplicates(["theme", "doc_id"])
    themes = dict.fromkeys(shares["theme"])
    frames = [best.head(0), *(best.loc[best["theme"] == theme].head(n) for theme in themes)]
    table: pd.DataFrame = pd.concat(frames, ignore_index=True)
    texts = pd.Series(passages.texts, index=pd.Index(passages.ids, dtype="str"))
    rows = texts.loc[table[id_column(passages.table)]]
    return table.assign(text=pd.Series(rows.to_numpy(), index=table.index, dtype="str"))
