"""Which words does one group use more than another, in all it says or about a theme?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import ndtr, xlogy

from topoi.checks import at_least
from topoi.corpus.corpus import Corpus
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.measures.formulas import covariates_of
from topoi.measures.log_odds import log_odds_variance
from topoi.measures.multiple_tests import benjamini_hochberg
from topoi.measures.row_weights import column_of
from topoi.measures.share_worlds import clusters_of
from topoi.measures.theme_fit import ThemeFit
from topoi.text.matrix import DocTermMatrix
from topoi.text.vectorise import vectorise

__all__ = ["keyness", "row_shares"]

_ALL = "(all)"


def keyness(
    source: DocTermMatrix | Corpus,
    by: str,
    *,
    groups: tuple[str, str] | None = None,
    themes: ThemeFit | pd.DataFrame | None = None,
    data: pd.DataFrame | None = None,
    clusters: str | None = None,
    prior: float = 0.1,
    least_clusters: int = 3,
) -> pd.DataFrame:
    """How much more often each group uses each term than the others do, and how sure that is.

    Parameters
    ----------
    source : DocTermMatrix, or Corpus, which is then counted with the defaults of `vectorise`
    by : str, column of the groups; rows without a value take no part
    groups : two of its values, optional; the first beside the second. None is each beside all
        others, and of two values both ways about.
    themes : ThemeFit, or DataFrame of shares of the same rows, optional
        For each theme, the words of a row count by its share: where it does not speak of the theme
        not at all, where it surely does once. "How do they speak of it, before and after?"
    data : DataFrame, optional, further columns by doc_id or passage_id
    clusters : str, optional
        Column whose rows are not independent (speaker, outlet); None: the passages of a document.
    prior : float > 0, size of the prior as a part of all counts
    least_clusters : int >= 1, clusters that a term must occur in, in both groups together

    Returns
    -------
    DataFrame
        theme (str, if themes), group, other, term (str), count, other_count, n, other_n (float64:
        of the term and of all terms; parts of tokens with themes), rate, other_rate (float64, per
        1,000 tokens), log_odds (float64, nats, drawn to 0 by the prior), z (float64, log_odds over
        its standard error between clusters), z_tokens (float64, the same if each token were
        independent, as published), p_value, p_bh (float64, of z, adjusted over the terms of a
        group), log_ratio (float64, log2 of the ratio of rates, half a token added to each),
        log_likelihood (float64 >= 0, G2, of independent tokens), n_clusters, other_clusters (int64,
        that use the term); in the order of themes and groups, then by falling z, ties by term.

    Raises
    ------
    InputError
        If a column is missing, there are fewer than two groups, a group has no terms, the rows of
        themes are others, or a setting is out of range.

    Notes
    -----
    G2 and z_tokens call a term typical that one long document repeats; z does not, as the document
    is then one case. z is never above z_tokens in size.

    References
    ----------
    Monroe, Colaresi & Quinn (2008), Fightin' words, equations 16 and 19 to 22. Dunning (1993),
    Accurate methods for the statistics of surprise and coincidence, section 4, all four cells.
    Log ratio: Hardie (2014). That tokens are not independent, and what follows: Lijffijt et al.
    (2016), Significance testing of word frequencies in corpora. Variance between clusters: the
    linearised one of a ratio, Binder (1983).
    """
    at_least("prior", prior, 1e-9)
    at_least("least_clusters", least_clusters, 1, whole=True)
    matrix = vectorise(source) if isinstance(source, Corpus) else source
    table = covariates_of(matrix.units, data)
    given = column_of(table, by, use="compare")
    named = given.astype("str").where(given.notna(), "")
    pairs = _pairs(by, named, groups)
    ids = clusters_of(table, clusters)
    frames = []
    for theme, weights in _weightings(matrix, themes):
        counts = csr_array(matrix.counts, dtype=np.float64).multiply(weights[:, np.newaxis]).tocsr()
        for group, other in pairs:
            is_other = named == other if other is not None else (named != group) & (named != "")
            sides = [_side(counts, mask.to_numpy(), ids) for mask in (named == group, is_other)]
            for side, name in zip(sides, (group, other or "the others"), strict=True):
                if side.size <= 0:
                    raise InputError(f"The group {name!r} of {by} has no terms to compare.")
            found = _compared(sides[0], sides[1], matrix.vocabulary.terms, prior, least_clusters)
            texts = {"theme": theme, "group": group, "other": other or "(others)"}
            for place, (column, text) in enumerate(texts.items()):
                found.insert(place, column, pd.Series([text] * len(found), dtype="str"))
            frames.append(found)
    result = pd.concat(frames, ignore_index=True)
    return result if themes is not None else result.drop(columns="theme")


def row_shares(
    matrix: DocTermMatrix, themes: ThemeFit | pd.DataFrame
) -> dict[str, NDArray[np.float64]]:
    """The share of each theme (or topic) in each row of the matrix, by its name.

    Raises
    ------
    InputError
        If a row of the matrix has no share of each.
    """
    from topoi.measures.shares import checked_shares

    table = themes.shares if isinstance(themes, ThemeFit) else themes
    kind = checked_shares(table)
    key = id_column(matrix.units)
    column_of(table, key, use="find rows by")
    wide = table.pivot(index=key, columns=kind, values="share").reindex(matrix.ids)
    lacking = wide.index[wide.isna().any(axis=1)]
    if len(lacking):
        raise InputError(
            f"{len(lacking)} rows of the matrix have no share of each {kind}: {listed(lacking)}. "
            "Give shares of the same rows."
        )
    return {str(name): wide[name].to_numpy(np.float64) for name in dict.fromkeys(table[kind])}


def _weightings(
    matrix: DocTermMatrix, themes: ThemeFit | pd.DataFrame | None
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    if themes is None:
        yield _ALL, np.ones(len(matrix.units))
    else:
        yield from row_shares(matrix, themes).items()


def _pairs(
    by: str, named: pd.Series, groups: tuple[str, str] | None
) -> list[tuple[str, str | None]]:
    """What is compared with what; None is all others."""
    known = sorted(set(named) - {""})
    if groups is not None:
        chosen = tuple(str(group) for group in groups)
        unknown = [group for group in chosen if group not in known]
        if unknown or len(chosen) != 2 or chosen[0] == chosen[1]:
            raise InputError(
                f"groups must be two different values of {by}: {listed(known, most=20)}; got "
                f"{listed(chosen)}."
            )
        return [(chosen[0], chosen[1])]
    if len(known) < 2:
        raise InputError(f"{by} has no two groups to compare; it has: {listed(known) or 'none'}.")
    if len(known) == 2:
        return [(known[0], known[1]), (known[1], known[0])]
    return [(group, None) for group in known]


class _Side(NamedTuple):
    """Counts of terms by cluster in one group: sparse (G, V); how many tokens in each, (G,)."""

    by_cluster: csr_array
    tokens: NDArray[np.float64]
    size: float


def _side(counts: csr_array, mask: NDArray[np.bool_], clusters: pd.Series) -> _Side:
    places, names = pd.factorize(clusters, sort=True)
    rows = np.flatnonzero(mask)
    shape = (len(names), counts.shape[0])
    member = csr_array((np.ones(len(rows)), (places[rows], rows)), shape=shape)
    by_cluster = csr_array(member @ counts)
    tokens = np.asarray(by_cluster.sum(axis=1)).ravel()
    return _Side(by_cluster, tokens, float(tokens.sum()))


def _compared(
    one: _Side, other: _Side, terms: tuple[str, ...], prior: float, least: int
) -> pd.DataFrame:
    y, y_other = (np.asarray(side.by_cluster.sum(axis=0)).ravel() for side in (one, other))
    used = [_columns_used(side.by_cluster) for side in (one, other)]
    both = _columns_used(csr_array(one.by_cluster + other.by_cluster))
    delta, variance = log_odds_variance(y, one.size, y_other, other.size, prior=prior)
    between = _variance_between(one, other, y, y_other, prior)
    with np.errstate(divide="ignore", invalid="ignore"):
        z_tokens = np.where(variance > 0, delta / np.sqrt(variance), 0.0)
        z = np.where(variance > 0, delta / np.sqrt(np.maximum(variance, between)), 0.0)
    table = pd.DataFrame(
        {
            "term": pd.Series(terms, dtype="str"),
            "count": y, "other_count": y_other, "n": one.size, "other_n": other.size,
            "rate": 1000.0 * y / one.size, "other_rate": 1000.0 * y_other / other.size,
            "log_odds": delta, "z": z, "z_tokens": z_tokens,
            "p_value": 2.0 * ndtr(-np.abs(z)), "p_bh": np.nan,
            "log_ratio": np.log2((y + 0.5) / (one.size + 1.0))
            - np.log2((y_other + 0.5) / (other.size + 1.0)),
            "log_likelihood": _log_likelihood(y, one.size, y_other, other.size),
            "n_clusters": used[0], "other_clusters": used[1],
        }
    )  # fmt: skip
    kept = table.loc[both >= least].sort_values(["z", "term"], ascending=[False, True])
    kept = kept.reset_index(drop=True)
    return kept.assign(p_bh=benjamini_hochberg(kept["p_value"]))


def _columns_used(counts: csr_array) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.bincount(
        counts.indices[counts.data > 0], minlength=counts.shape[1]
    ).astype(np.int64)
    return found


def _variance_between(
    one: _Side,
    other: _Side,
    y: NDArray[np.float64],
    y_other: NDArray[np.float64],
    prior: float,
) -> NDArray[np.float64]:
    """Variance of the log-odds ratio between clusters, (V,); a cluster may be on both sides.

    A cluster moves the log odds of its side by (y_c - p n_c) / (N p (1 - p)), with the prior in the
    denominator as in the estimate.
    """
    together, total = y + y_other, one.size + other.size
    a, a_all = prior * together, prior * total
    p, q = y / one.size, y_other / other.size
    scales = []
    for count, size in ((y, one.size), (y_other, other.size)):
        smooth = (count + a) / (size + a_all)
        spread = (size + a_all) * smooth * (1.0 - smooth)
        scales.append(np.where(spread > 0, 1.0 / np.where(spread > 0, spread, 1.0), 0.0))
    k, m = scales
    squares = k**2 * _products(one, one, p, p) + m**2 * _products(other, other, q, q)
    crossed = k * m * _products(one, other, p, q)
    n_clusters = int(((one.tokens > 0) | (other.tokens > 0)).sum())
    return np.maximum(squares - 2.0 * crossed, 0.0) * n_clusters / max(n_clusters - 1, 1)


def _products(
    one: _Side, other: _Side, p: NDArray[np.float64], q: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum over clusters of (y_c - p n_c) (y'_c - q n'_c), (V,)."""
    counts = np.asarray(one.by_cluster.multiply(other.by_cluster).sum(axis=0)).ravel()
    with_other = np.asarray(one.by_cluster.T @ other.tokens).ravel()
    with_one = np.asarray(other.by_cluster.T @ one.tokens).ravel()
    return np.asarray(
        counts - q * with_other - p * with_one + p * q * float((one.tokens * other.tokens).sum())
    )


def _log_likelihood(
    y: NDArray[np.float64], n: float, y_other: NDArray[np.float64], n_other: float
) -> NDArray[np.float64]:
    """Dunning's G2 of the table of term and side, all four cells, (V,)."""
    rate = (y + y_other) / (n + n_other)
    found = np.zeros_like(y)
    for count, size in ((y, n), (y_other, n_other)):
        rest = np.maximum(size - count, 0.0)
        found += xlogy(count, count) - xlogy(count, size * rate)
        found += xlogy(rest, rest) - xlogy(rest, size * (1.0 - rate))
    return np.maximum(2.0 * found, 0.0)
