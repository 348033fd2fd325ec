"""What is said on three themes: which part of it is on each?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from topoi.errors import InputError, listed
from topoi.measures.prevalence import groups_of, periods_of, prevalence
from topoi.measures.row_weights import row_weights
from topoi.measures.shares import share_kind
from topoi.measures.theme_fit import ThemeFit

__all__ = ["theme_mix"]

_SAID = "_said"  # the column with how much a passage says on the themes


def theme_mix(
    shares: ThemeFit | pd.DataFrame,
    *,
    by: str | None = None,
    freq: str | None = None,
    weights: str | None = None,
    clusters: str | None = None,
    level: float = 0.95,
    n_resamples: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Part of each of three themes in what is said on any of them, with intervals.

    Parameters
    ----------
    shares : `ThemeFit`, or DataFrame from `theme_shares` or `topic_shares`, of three themes
    by, freq, weights, clusters, level, n_resamples, random_state : as for `prevalence`

    Returns
    -------
    DataFrame
        The columns and the order of `prevalence`, with the parts as `estimate`: those of a cell
        add up to 1, and `lower` and `upper` are theirs, each for itself. n_documents and
        n_passages are those that say anything on the themes. Before weighting, n_tokens (float64:
        tokens of the cell's text, times the weights) and said (float64: sum of the three shares
        of this text; what the parts are parts of). Cells that say nothing on the themes have no
        row.

    Raises
    ------
    InputError
        If there are not three themes, nothing is said on any, or as for `prevalence`.

    Notes
    -----
    A passage counts by its tokens times the sum of its shares. So a part is the theme's share of
    the text over the sum of the three, a ratio of two sums over documents, which are resampled
    together. Where shares may overlap, as those
    of `fit_themes`, text on two themes counts for both.

    References
    ----------
    Aitchison (1986), The statistical analysis of compositional data, chapter 2: closure. Cochran
    (1977), Sampling techniques, chapter 6: ratios.
    """
    table = shares.shares if isinstance(shares, ThemeFit) else shares
    kind = share_kind(table)
    _require_three(table, kind)
    passage = [name for name in ("doc_id", "passage_id") if name in table.columns]
    said = table.groupby(passage, sort=False, dropna=False)["share"].transform("sum")
    if not (said > 0).any():
        raise InputError(f"Every share is 0: nothing is said on any {kind}, so there is no mix.")
    own = row_weights(table, weights)
    parts = table.assign(
        share=np.where(said > 0, table["share"] / said.where(said > 0, 1.0), 0.0),
        **{_SAID: own * said},
    )
    found = prevalence(
        parts, by=by, freq=freq, weights=_SAID, clusters=clusters,
        level=level, n_resamples=n_resamples, random_state=random_state,
    )  # fmt: skip
    sizes = _sizes(parts.assign(_own=own).drop_duplicates(passage), by, freq)
    place = list(found.columns).index("weighting")
    for offset, name in enumerate(("n_tokens", "said")):
        found.insert(place + offset, name, sizes.loc[_cell_of(found), name].to_numpy())
    what = "tokens on the themes" if weights is None else f"tokens on the themes × {weights}"
    return found.assign(weighting=pd.Series(what, index=found.index, dtype="str"))


def _require_three(table: pd.DataFrame, kind: str) -> None:
    names = list(dict.fromkeys(table[kind]))
    if len(names) != 3:
        raise InputError(
            f"A mix is of three {kind}s, the corners of a triangle; the table has {len(names)}: "
            f"{listed(names)}. Keep the rows of three, such as "
            f"shares[shares[{kind!r}].isin([a, b, c])], or use `prevalence` for any number."
        )


def _sizes(passages: pd.DataFrame, by: str | None, freq: str | None) -> pd.DataFrame:
    """Tokens of each cell and how much of them is on the themes, by group and period."""
    tokens = passages["n_tokens"].astype(np.float64)
    sums = pd.DataFrame(
        {
            "group": groups_of(passages, by),
            "period": periods_of(passages, freq),
            "n_tokens": tokens * passages["_own"],
            "said": tokens * passages[_SAID],
        }
    )
    found = sums.groupby(["group", "period"]).sum()
    return found.assign(said=found["said"] / found["n_tokens"].where(found["n_tokens"] > 0))


def _cell_of(found: pd.DataFrame) -> pd.MultiIndex:
    empty = pd.Series("", index=found.index)
    return pd.MultiIndex.from_arrays([found.get("group", empty), found.get("period", empty)])
