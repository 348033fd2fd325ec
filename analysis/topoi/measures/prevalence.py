"""How much of the text belongs to each theme or topic, over time and by group, how surely."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.measures.shares import document_shares, share_kind, theme_shares, topic_shares

__all__ = ["prevalence"]

_FREQUENCIES = {"M": "M", "MS": "M", "Q": "Q", "QS": "Q", "Y": "Y", "YS": "Y"}
_FEWEST_DOCUMENTS = 3


def prevalence(
    shares: TopicFit | pd.DataFrame,
    *,
    by: str | None = None,
    freq: str | None = None,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Token-weighted share of each theme (or topic) in the text, with bootstrap intervals.

    Parameters
    ----------
    shares : TopicFit, or DataFrame from `theme_shares` or `topic_shares`
        Of a fit, the themes where it has some, else the topics.
    by : name of a column ("source" or a covariate) to compare groups; None for all together
    freq : {"M", "Q", "Y"} (or "MS", "QS", "YS"), periods by month, quarter or year; None for all
        dates together; documents without a date take no part when periods are asked for
    level : float in (0, 1), coverage of the intervals
    draws : int >= 1, bootstrap samples
    seed : int >= 0; a cell's interval depends on the seed and the cell, not on other cells

    Returns
    -------
    DataFrame
        name (str), period (str, first day, if `freq`), group (str, if `by`), estimate, lower,
        upper, level (float64), n_documents, n_passages (int64); in the order of names, groups
        (alphabetical) and periods. The estimates of a cell's themes and of what is in no theme
        sum to 1. Intervals are percentiles over resampled documents, so they carry the sampling
        of documents only; with fewer than 3 documents they are NaN.

    Raises
    ------
    InputError
        If `by` is no column, `freq` is unknown, no document has a date, or a setting is out of
        range.

    References
    ----------
    Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 13 (percentiles); the
    document, not the passage, is what is resampled (Davison & Hinkley 1997, section 3.8).
    """
    _check(level, draws, seed)
    table = _as_table(shares)
    documents = document_shares(table)
    documents["_cell_group"] = _groups(documents, by)
    documents["_cell_period"] = _periods(documents, freq)
    if freq is not None and (documents["_cell_period"] == "").all():
        raise InputError("No document has a date, so there are no periods; leave out freq.")
    if freq is not None:
        documents = documents.loc[documents["_cell_period"] != ""]
    n_passages = table.groupby("doc_id", sort=False).size() // table[share_kind(table)].nunique()
    rows = [
        row
        for cell in _cells(documents)
        for row in _of_cell(cell, n_passages, level=level, draws=draws, seed=seed)
    ]
    return _ordered(pd.DataFrame(rows), list(dict.fromkeys(table[share_kind(table)])), by, freq)


def _as_table(shares: TopicFit | pd.DataFrame) -> pd.DataFrame:
    if not isinstance(shares, TopicFit):
        return shares
    return theme_shares(shares) if shares.themes else topic_shares(shares)


def _check(level: float, draws: int, seed: int) -> None:
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1; got {level}.")
    if draws < 1 or seed < 0:
        raise InputError(f"draws must be >= 1 and seed >= 0; got {draws} and {seed}.")


def _groups(documents: pd.DataFrame, by: str | None) -> pd.Series[str]:
    if by is None:
        return pd.Series("", index=documents.index, dtype="str")
    if by not in documents.columns:
        own = ("doc_id", "theme", "topic", "share", "n_tokens", "_cell_group", "_cell_period")
        columns = [name for name in documents.columns if name not in own]
        raise InputError(f"There is no column {by!r} to group by; there are: {listed(columns, most=20)}.")
    named = documents[by].astype("str").fillna("")
    return named.mask(named == "", "(none)")


def _periods(documents: pd.DataFrame, freq: str | None) -> pd.Series[str]:
    if freq is None:
        return pd.Series("", index=documents.index, dtype="str")
    if freq not in _FREQUENCIES:
        raise InputError(f"freq must be one of {', '.join(_FREQUENCIES)}; got {freq!r}.")
    starts = documents["date"].dt.to_period(_FREQUENCIES[freq]).dt.start_time
    return starts.dt.strftime("%Y-%m-%d").fillna("").astype("str")


def _cells(documents: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for _, cell in documents.groupby(["_cell_group", "_cell_period"], sort=True):
        yield cell


def _of_cell(
    cell: pd.DataFrame, n_passages: pd.Series[int], *, level: float, draws: int, seed: int
) -> Iterator[dict[str, object]]:
    kind = share_kind(cell)
    names = list(dict.fromkeys(cell[kind]))
    by_document = cell["share"].to_numpy().reshape(-1, len(names))
    documents = cell.iloc[:: len(names)]
    weights = np.maximum(documents["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
    group, period = documents["_cell_group"].iloc[0], documents["_cell_period"].iloc[0]
    estimate = _mean(by_document, weights, np.ones((1, len(weights))))[0]
    key = zlib.crc32(f"{group}\x00{period}".encode())
    lower, upper = _interval(by_document, weights, np.random.default_rng([seed, key]), level, draws)
    for position, name in enumerate(names):
        yield {
            "name": name,
            "period": period,
            "group": group,
            "estimate": estimate[position],
            "lower": lower[position],
            "upper": upper[position],
            "level": level,
            "n_documents": len(weights),
            "n_passages": int(n_passages.loc[documents["doc_id"]].sum()),
        }


def _interval(
    by_document: NDArray[np.float64],
    weights: NDArray[np.float64],
    rng: np.random.Generator,
    level: float,
    draws: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n_documents, n_names = by_document.shape
    if n_documents < _FEWEST_DOCUMENTS:
        missing = np.full(n_names, np.nan)
        return missing, missing
    drawn = rng.integers(n_documents, size=(draws, n_documents))
    times = np.stack([np.bincount(row, minlength=n_documents) for row in drawn])
    means = _mean(by_document, weights, times)
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(means, [tail, 1.0 - tail], axis=0)
    return lower, upper


def _mean(
    by_document: NDArray[np.float64], weights: NDArray[np.float64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted mean shares for each row of `times`, how often a document was drawn."""
    drawn = times * weights
    # einsum, not @: its sums have one order whatever BLAS is installed.
    return np.einsum("bd,dn->bn", drawn, by_document) / drawn.sum(axis=1, keepdims=True)


def _ordered(
    table: pd.DataFrame, names: list[str], by: str | None, freq: str | None
) -> pd.DataFrame:
    table["name"] = pd.Categorical(table["name"], categories=names, ordered=True)
    table = table.sort_values(["name", "group", "period"], kind="stable", ignore_index=True)
    unused = [column for column, used in (("group", by), ("period", freq)) if used is None]
    return table.drop(columns=unused).astype({"name": "str"})
