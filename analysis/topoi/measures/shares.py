"""How much of each passage and document belongs to each theme or topic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.fit import TopicFit

__all__ = ["document_shares", "theme_shares", "topic_shares"]


def topic_shares(fit: TopicFit) -> pd.DataFrame:
    """The share of each topic in each row of the fit, in long form.

    Returns
    -------
    DataFrame
        The columns of `fit.units` (passage_id where there are passages, doc_id, date, source, ...,
        n_tokens), then topic (str) and share (float64 in [0, 1]; a row's shares sum to 1);
        in the order of the rows, then of the topics.
    """
    return _long(fit.units, fit.doc_topic, list(fit.topic_names), "topic")


def theme_shares(fits: TopicFit | Sequence[TopicFit]) -> pd.DataFrame:
    """The share of each theme in each row: the sum over its topics, averaged over the fits.

    Parameters
    ----------
    fits : TopicFit, or several of the same rows and themes
        Fits from other starts put the border between themes elsewhere; their mean is steadier
        and agrees better with codes than one does (docs/benchmarks.md).

    Returns
    -------
    DataFrame
        As `topic_shares`, with theme instead of topic; what is left to 1 belongs to no theme.

    Raises
    ------
    InputError
        If there is no fit, a model knows no themes, or the fits differ in rows or themes.
    """
    several = [fits] if isinstance(fits, TopicFit) else list(fits)
    _check_alike(several)
    mean = np.mean([_by_theme(fit) for fit in several], axis=0)
    return _long(several[0].units, mean, list(several[0].themes), "theme")


def _check_alike(fits: list[TopicFit]) -> None:
    if not fits:
        raise InputError("There is no fit to take theme shares from; give at least one.")
    for fit in fits:
        if not fit.themes:
            raise InputError(
                f"The fit of {fit.provenance.get('model')} knows no themes. Fit a KeywordLDA with "
                "themes, or ask for topic shares."
            )
        if list(fit.themes) != list(fits[0].themes) or not fit.units.equals(fits[0].units):
            raise InputError("The fits differ in their themes or rows; average like with like.")


def _by_theme(fit: TopicFit) -> NDArray[np.float64]:
    columns = [fit.doc_topic[:, list(topics)].sum(axis=1) for topics in fit.themes.values()]
    return np.stack(columns, axis=1)


def document_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares of whole documents: the mean over their passages, weighted by tokens.

    Parameters
    ----------
    shares : DataFrame from `theme_shares` or `topic_shares`

    Returns
    -------
    DataFrame
        The same columns without passage_id, one row per document and theme or topic, in order of
        first appearance; n_tokens and share are the document's. A document without any token
        has the plain mean of its passages.
    """
    kind = share_kind(shares)
    weights = np.maximum(shares["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
    weighted = shares.assign(_mass=weights * shares["share"], _weight=weights)
    groups = weighted.groupby(["doc_id", kind], sort=False)
    sums = groups[["_mass", "_weight", "n_tokens"]].sum()
    rest = [name for name in shares.columns if name not in ("passage_id", "share", "n_tokens")]
    table = groups[rest].first().reset_index(drop=True)
    table["n_tokens"] = sums["n_tokens"].to_numpy()
    table["share"] = (sums["_mass"] / sums["_weight"]).to_numpy()
    return table


def share_kind(shares: pd.DataFrame) -> str:
    """What the table gives shares of: "theme" or "topic".

    Raises
    ------
    InputError
        If the table is not one of shares.
    """
    for kind in ("theme", "topic"):
        if {kind, "share", "doc_id", "n_tokens"} <= set(shares.columns):
            return kind
    raise InputError(
        "A table of shares has the columns doc_id, n_tokens, share and theme or topic; got "
        f"{', '.join(map(str, shares.columns))}."
    )


def _long(
    units: pd.DataFrame, shares: NDArray[np.float64], names: list[str], kind: str
) -> pd.DataFrame:
    repeated = units.loc[units.index.repeat(len(names))].reset_index(drop=True)
    repeated[kind] = pd.Series(np.tile(np.array(names, dtype=object), len(units)), dtype="str")
    repeated["share"] = shares.ravel()
    return repeated
