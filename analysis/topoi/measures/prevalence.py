"""How much of the text belongs to each theme or topic, over time and by group, how surely."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from topoi.checks import at_least, fraction, one_of
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.measures.drawn_prevalence import drawn_cell, drawn_weights
from topoi.measures.row_weights import row_weights
from topoi.measures.share_draws import ShareDraws
from topoi.measures.share_worlds import clusters_of
from topoi.measures.shares import checked_shares, document_shares, topic_shares
from topoi.measures.theme_fit import ThemeFit

__all__ = ["groups_of", "periods_of", "prevalence"]

_FREQUENCIES = {"M": "M", "MS": "M", "Q": "Q", "QS": "Q", "Y": "Y", "YS": "Y"}
_FEWEST_DOCUMENTS = 3
_FEW_DOCUMENTS = 10  # below, intervals are flagged as too narrow
_WEIGHINGS = ("tokens", "documents")
_OWN = (
    "doc_id",
    "theme",
    "topic",
    "share",
    "n_tokens",
    "_n_passages",
    "_mass",
    "_cluster",
)  # columns that no document brings
_MOST_CELLS = 2_000_000  # of a table of bootstrap counts; more are drawn in several tables


def prevalence(
    shares: ShareDraws | TopicFit | ThemeFit | pd.DataFrame,
    *,
    by: str | None = None,
    freq: str | None = None,
    weigh: str = "tokens",
    weights: str | None = None,
    clusters: str | None = None,
    level: float = 0.95,
    n_resamples: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Share of each theme (or topic) in the text or the documents, with intervals.

    Parameters
    ----------
    shares : ShareDraws, `ThemeFit`, DataFrame from `theme_shares` or `topic_shares`, or TopicFit
        With draws from `share_draws`, made with ``given=`` the columns that are compared,
        intervals carry chance in shares and topics, too.
    by : name of a column ("source" or a covariate) to compare groups; None for all together
    freq : {"M", "Q", "Y"} (or "MS", "QS", "YS"), periods by month, quarter or year; None for all
        dates together; documents without a date take no part when periods are asked for
    weigh : {"tokens", "documents"}
        "tokens": a share of the text, in which a document counts by its tokens. "documents": the
        mean over documents, each counted once, whatever its length. They differ where long
        documents speak otherwise than short ones. In both a document's share is one of its text.
    weights : str, optional
        Column with how often each row counts, beside that: `weight` from `deduplicate`, by
        which the n copies of a text count once together (copies="weight"), or the one that is
        kept n times (copies="count"); passage_weight for passages; or weights of a sample. Rows
        of weight 0 take no part.
    clusters : str, optional
        Column whose documents of one value are drawn together: a speaker or outlet, or `cluster`
        from `deduplicate`, for copies are not independent of each other. Else each document is
        drawn alone. Passages of a document are always drawn together. Draws have their own.
    level : float in (0, 1), coverage of the intervals
    n_resamples : int >= 1, bootstrap samples; ShareDraws have samples of their own
    random_state : int >= 0; a cell's interval depends on it and the cell, not on other cells

    Returns
    -------
    DataFrame
        name (str), period (str, first day, if `freq`), group (str, if `by`), estimate, lower,
        upper, level (float64), n_documents, n_passages (int64), n_clusters (int64, if `clusters`),
        weighting (str, what documents are weighted by), uncertainty (str, what intervals carry),
        is_small (bool, fewer than 10 documents or clusters); in the order of names, groups
        (alphabetical) and periods. Shares of `theme_shares` and topics leave to 1 what is in none;
        those of `fit_themes` may overlap. Intervals are percentiles over resampled documents,
        widened for their number; of draws Student's on the scale of log odds. With fewer than 3
        documents (or clusters) they are NaN, in cells flagged as small still somewhat too narrow.

    Raises
    ------
    InputError
        If `by` or `clusters` is no column, `weights` is no column of numbers >= 0, some of them
        above 0, `freq` or `weigh` is unknown, no document has a date, a document lacks the share
        of a name, or a setting is out of range.

    References
    ----------
    Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 13 (percentiles); the
    document, not the passage, is what is resampled (Davison & Hinkley 1997, section 3.8).
    Distances from the estimate are multiplied by t / z * sqrt(n / (n - 1)) as in Hesterberg
    (2015), What teachers should know about the bootstrap, section 3.4, with Kish's effective
    number of documents n = (sum w)^2 / sum w^2 for their weights w. Draws:
    `share_regression.pool_worlds`.
    """
    _check(level, n_resamples, random_state)
    one_of("weigh", weigh, _WEIGHINGS)
    if isinstance(shares, ShareDraws):
        return _of_draws(shares, by, freq, weigh, weights, clusters=clusters, level=level)
    table = _as_table(shares)
    kind = checked_shares(table)
    if not len(table):
        raise InputError("The table of shares has no row, so there is nothing to average.")
    names = list(dict.fromkeys(table[kind]))
    facts, by_document = _per_document(table, kind, names, weigh=weigh, weights=weights)
    if clusters is not None:
        facts["_cluster"] = clusters_of(facts.drop(columns=["_n_passages", "_mass"]), clusters)
    facts = _in_cells(facts, by, freq)
    rows = [
        row
        for cell in _cells(facts)
        for row in _of_cell(
            cell,
            by_document,
            names,
            level=level,
            n_resamples=n_resamples,
            random_state=random_state,
        )
    ]
    return _told(
        pd.DataFrame(rows), names, by, freq,
        weighting=_weighting(weigh, weights), uncertainty=_drawn_alone(clusters),
    )  # fmt: skip


def _of_draws(
    draws: ShareDraws,
    by: str | None,
    freq: str | None,
    weigh: str,
    weights: str | None,
    *,
    clusters: str | None,
    level: float,
) -> pd.DataFrame:
    made_with = draws.provenance["settings"]["clusters"] if draws.carries else clusters
    if clusters not in (None, made_with):
        raise InputError(
            f"The draws were made with clusters={made_with!r}, not {clusters!r}; make them anew "
            "with share_draws(..., clusters=...)."
        )
    facts = draws.units.assign(_weight=drawn_weights(draws, weigh, weights))
    facts["_cluster"] = clusters_of(facts, made_with)
    facts = _in_cells(facts.loc[facts["_weight"] > 0], by, freq)
    rows = [row for cell in _cells(facts) for row in drawn_cell(draws, cell, level)]
    table = pd.DataFrame(rows)
    if made_with is None:
        table = table.drop(columns="n_clusters")
    return _told(
        table, list(draws.names), by, freq,
        weighting=_weighting(weigh, weights), uncertainty=draws.uncertainty,
    )  # fmt: skip


def _drawn_alone(clusters: str | None) -> str:
    """What intervals of shares taken as known carry."""
    return "documents" if clusters is None else f"documents in clusters by {clusters}"


def _weighting(weigh: str, weights: str | None) -> str:
    return weigh if weights is None else f"{weigh} × {weights}"


def _in_cells(facts: pd.DataFrame, by: str | None, freq: str | None) -> pd.DataFrame:
    """The rows with their group and period; those without a date only where no period is asked."""
    facts = facts.assign(_group=groups_of(facts, by), _period=periods_of(facts, freq))
    if freq is None:
        return facts
    dated = facts.loc[facts["_period"] != ""]
    if not len(dated):
        raise InputError("No document has a date, so there are no periods; leave out freq.")
    return dated


def _told(
    table: pd.DataFrame,
    names: list[str],
    by: str | None,
    freq: str | None,
    *,
    weighting: str,
    uncertainty: str,
) -> pd.DataFrame:
    """The table in order, with what its figures are of and whether their number is small."""
    for name, text in (("weighting", weighting), ("uncertainty", uncertainty)):
        table[name] = pd.Series(text, index=table.index, dtype="str")
    counted = table["n_clusters" if "n_clusters" in table.columns else "n_documents"]
    table["is_small"] = counted < _FEW_DOCUMENTS
    return _ordered(table, names, by, freq)


def _as_table(shares: TopicFit | ThemeFit | pd.DataFrame) -> pd.DataFrame:
    if isinstance(shares, TopicFit):
        return topic_shares(shares)
    return shares.shares if isinstance(shares, ThemeFit) else shares


def _check(level: float, n_resamples: int, random_state: int) -> None:
    fraction("level", level)
    at_least("n_resamples", n_resamples, 1, whole=True)
    at_least("random_state", random_state, 0, whole=True)


def _per_document(
    table: pd.DataFrame, kind: str, names: list[str], *, weigh: str, weights: str | None
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Facts and shares (D, names) of the documents; the order of rows has no say."""
    ids = table[id_column(table)].reset_index(drop=True)
    table = table.iloc[ids.sort_values(kind="stable").index]
    shares = document_shares(table, weights=weights)
    wide = shares.pivot(index="doc_id", columns=kind, values="share")[names].sort_index()
    facts = shares.drop_duplicates("doc_id").set_index("doc_id").loc[wide.index]
    own = row_weights(table, weights)
    tokens = np.maximum(table["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
    rows = table.assign(_mass=own * tokens, _tokens=tokens).loc[own > 0].groupby("doc_id")
    facts["_n_passages"] = rows.size() // len(names)
    mass, size = rows["_mass"].sum(), rows["_tokens"].sum()
    facts["_mass"] = mass / size if weigh == "documents" else mass / len(names)
    return facts.reset_index(), wide.to_numpy(dtype=np.float64)


def groups_of(facts: pd.DataFrame, by: str | None) -> pd.Series[str]:
    """The group of each row by a column of the facts, "" where `by` is None."""
    if by is None:
        return pd.Series("", index=facts.index, dtype="str")
    columns = [name for name in facts.columns if name not in _OWN]
    if by not in columns:
        raise InputError(
            f"There is no column {by!r} to group by; there are: {listed(columns, most=20)}."
        )
    named = facts[by].astype("str").fillna("").astype("str")
    return pd.Series(named.mask(named == "", "(none)"))


def periods_of(facts: pd.DataFrame, freq: str | None) -> pd.Series[str]:
    """The first day of the period of each row, "" where `freq` is None or there is no date."""
    if freq is None:
        return pd.Series("", index=facts.index, dtype="str")
    one_of("freq", freq, _FREQUENCIES)
    starts = facts["date"].dt.to_period(_FREQUENCIES[freq]).dt.start_time
    return pd.Series(starts.dt.strftime("%Y-%m-%d").fillna(""), dtype="str")


def _cells(facts: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for _, cell in facts.groupby(["_group", "_period"], sort=True):
        yield cell


def _of_cell(
    cell: pd.DataFrame,
    by_document: NDArray[np.float64],
    names: list[str],
    *,
    level: float,
    n_resamples: int,
    random_state: int,
) -> Iterator[dict[str, object]]:
    shares = by_document[cell.index]
    weights = np.maximum(cell["_mass"].to_numpy(dtype=np.float64), 1e-9)
    group, period = cell["_group"].iloc[0], cell["_period"].iloc[0]
    estimate = _mean(shares, weights, np.ones((1, len(weights))))[0]
    key = zlib.crc32(f"{group}\x00{period}".encode())
    rng = np.random.default_rng([random_state, key])
    counts = {"n_documents": len(cell), "n_passages": int(cell["_n_passages"].sum())}
    if "_cluster" in cell:
        shares, weights = _together(shares, weights, cell["_cluster"])
        counts["n_clusters"] = len(weights)
    lower, upper = _interval(shares, weights, estimate, rng, level=level, n_resamples=n_resamples)
    for position, name in enumerate(names):
        yield {
            "name": name,
            "period": period,
            "group": group,
            "estimate": estimate[position],
            "lower": lower[position],
            "upper": upper[position],
            "level": level,
            **counts,
        }


def _together(
    by_document: NDArray[np.float64], weights: NDArray[np.float64], clusters: pd.Series[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares and weights of clusters of documents, by the names of the clusters."""
    places = pd.factorize(clusters, sort=True)[0]
    mass: NDArray[np.float64] = np.bincount(places, weights).astype(np.float64)
    columns = [np.bincount(places, weights * column) / mass for column in by_document.T]
    return np.stack(columns, axis=1), mass


def _interval(
    by_document: NDArray[np.float64],
    weights: NDArray[np.float64],
    estimate: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    level: float,
    n_resamples: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n_documents, n_names = by_document.shape
    if n_documents < _FEWEST_DOCUMENTS:
        missing = np.full(n_names, np.nan)
        return missing, missing
    at_once = max(1, _MOST_CELLS // n_documents)
    sizes = [min(at_once, n_resamples - first) for first in range(0, n_resamples, at_once)]
    means = np.concatenate(
        [_mean(by_document, weights, _times(rng, n_documents, n)) for n in sizes]
    )
    tail = (1.0 - level) / 2.0
    limits = np.quantile(means, [tail, 1.0 - tail], axis=0)
    lower, upper = np.clip(estimate + _widening(weights, tail) * (limits - estimate), 0.0, 1.0)
    return lower, upper


def _widening(weights: NDArray[np.float64], tail: float) -> float:
    """How much wider than the percentiles an interval from so few documents has to be."""
    effective = weights.sum() ** 2 / (weights * weights).sum()
    freedom = max(effective - 1.0, 1.0)
    factor = stdtrit(freedom, 1.0 - tail) / ndtri(1.0 - tail)
    return float(factor * np.sqrt((freedom + 1.0) / freedom))


def _times(rng: np.random.Generator, n_documents: int, n_resamples: int) -> NDArray[np.float64]:
    """How often each document is drawn, in so many bootstrap samples, shape (n_resamples, D)."""
    drawn = rng.integers(n_documents, size=(n_resamples, n_documents))
    counts = [np.bincount(row, minlength=n_documents) for row in drawn]
    return np.stack(counts).astype(np.float64)


def _mean(
    by_document: NDArray[np.float64], weights: NDArray[np.float64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted mean shares for each row of `times`, how often a document was drawn."""
    drawn = times * weights
    # einsum, not @: its sums have one order whatever BLAS is installed.
    sums: NDArray[np.float64] = np.einsum("bd,dn->bn", drawn, by_document)
    total: NDArray[np.float64] = drawn.sum(axis=1, keepdims=True)
    return sums / total


def _ordered(
    table: pd.DataFrame, names: list[str], by: str | None, freq: str | None
) -> pd.DataFrame:
    table["name"] = pd.Categorical(table["name"], categories=names, ordered=True)
    table = table.sort_values(["name", "group", "period"], kind="stable", ignore_index=True)
    unused = [column for column, used in (("group", by), ("period", freq)) if used is None]
    return table.drop(columns=unused).astype({"name": "str"})
