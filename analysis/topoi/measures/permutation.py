"""Could chance in who was treated have made the shares of topics or themes differ so?"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, TopoiWarning, listed
from topoi.fit import TopicFit
from topoi.measures.effects import chosen_names
from topoi.measures.formulas import covariates_of
from topoi.measures.multiple_tests import at_least_as_large, benjamini_hochberg, step_down_max
from topoi.measures.row_weights import column_of, row_weights
from topoi.measures.share_draws import ShareDraws, as_draws
from topoi.measures.theme_fit import ThemeFit

__all__ = ["permutation_test"]


def permutation_test(
    shares: ShareDraws | TopicFit | ThemeFit | pd.DataFrame,
    treatment: str,
    data: pd.DataFrame | None = None,
    *,
    unit: str | None = None,
    strata: str | None = None,
    names: Sequence[str] | None = None,
    weights: str | None = None,
    n_permutations: int = 999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Whether shares differ between the groups of a column by more than chance in its assignment.

    The groups are dealt anew to the units to which they were assigned, never to passages of one
    document or speeches of one speaker apart; all topics share each deal. What is compared is the
    mean share of a unit's rows: two groups by Welch's t, more by his F for unequal variances.

    Parameters
    ----------
    shares : ShareDraws made without `given`, TopicFit, ThemeFit, or DataFrame of shares
        Draws stand for their means. Shares whose prior knows the groups (draws or a fit with
        covariates) differ between groups by that alone, so such draws are refused; do not give a
        fit of `CovariateLDA` with this column either.
    treatment : str, column of 2 or more groups
        Rows without a value are not compared.
    data : DataFrame, optional, further columns by doc_id or passage_id
    unit : str, optional, column of the units of assignment (speaker, outlet, day); None is doc_id
    strata : str, optional, column within whose values alone groups are exchanged
        Rows without a unit or a stratum take no part.
    names : topics or themes to test; None is all. p_value does not depend on the others.
    weights : str, optional, column by which a unit's rows count, such as n_tokens
    n_permutations : int >= 1, B
    random_state : int >= 0

    Returns
    -------
    DataFrame
        name (str), estimate (float64: of two groups, mean share of the units of the later group by
        name less the other; NaN for more), statistic (float64, |t| or F), p_value, p_max, p_bh
        (float64), n_units, n_permutations (int64), groups (str), unit (str), seed (int64); in
        the order of the names. p_value is (1 + b) / (B + 1), where b of B deals gave a statistic
        at least as large. p_max (step-down, Westfall & Young) keeps the chance of any false
        finding, p_bh the expected part of false findings.

    Raises
    ------
    InputError
        If a column is missing or empty, a unit has several groups or strata, there are fewer than
        two groups of two units, no stratum has two groups, draws were made given the treatment, or
        a setting is out of range.

    Warns
    -----
    TopoiWarning
        If rows are left out, as they have no unit or stratum.

    References
    ----------
    Phipson & Smyth (2010), Permutation p-values should never be zero. Westfall & Young (1993),
    algorithm 2.8. Studentised statistics, which keep the level when variances differ: Janssen
    (1997), Chung & Romano (2013). F: Welch (1951), On the comparison of several mean values.
    """
    at_least("n_permutations", n_permutations, 1, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    draws = as_draws(shares)
    if treatment in draws.given:
        raise InputError(
            f"The draws were made given {treatment!r}, so they differ between its groups even "
            "where the words do not; make them without: share_draws(fit, matrix)."
        )
    table = covariates_of(draws.units, data)
    own = row_weights(table, weights)
    told = _told(table, own, treatment, unit, strata)
    rows = told.index.to_numpy()
    units = _units(told, treatment, unit or "doc_id", strata)
    means = _means(draws.mean[rows], own[rows], told["_unit"], units["_unit"])
    chosen = chosen_names(draws, names)
    deals = _deals(means, units, n_permutations, random_state)
    found = _tabulated(deals, chosen, [draws.names[k] for k in chosen])
    for name, text in (("groups", ", ".join(deals.groups)), ("unit", unit or "doc_id")):
        found[name] = pd.Series([text] * len(found), dtype="str")
    return found.assign(seed=int(random_state))


def _told(
    table: pd.DataFrame,
    weights: NDArray[np.float64],
    treatment: str,
    unit: str | None,
    strata: str | None,
) -> pd.DataFrame:
    """Group, unit and stratum of the rows that take part; the index tells their places."""
    found = pd.DataFrame({"_group": _texts(table, treatment, "compare by")})
    found["_unit"] = _texts(table, unit or "doc_id", "deal groups to")
    found["_stratum"] = "" if strata is None else _texts(table, strata, "deal within")
    found = found.loc[(weights > 0) & (found["_group"] != "").to_numpy()]
    ids = table[id_column(table)].astype("str")
    if unit is not None:
        found = _without_gaps(found, "_unit", unit, ids)
    return found if strata is None else _without_gaps(found, "_stratum", strata, ids)


def _texts(table: pd.DataFrame, name: str, use: str) -> pd.Series:
    """The column as texts, empty where a value is missing."""
    given = column_of(table, name, use=use)
    return given.astype("str").where(given.notna(), "")


def _without_gaps(told: pd.DataFrame, column: str, name: str, ids: pd.Series) -> pd.DataFrame:
    """The rows that have a value; says which have none, and refuses if all are such."""
    lacking = told.index[told[column] == ""]
    if not len(lacking):
        return told
    which = f"{len(lacking)} of {len(told)} rows have no value of {name}"
    if len(lacking) == len(told):
        raise InputError(f"{which}, so nothing can be exchanged; fill the column or give another.")
    warnings.warn(
        f"{which} and take no part: {listed(ids[lacking])}. Fill the column if they belong to one.",
        TopoiWarning,
        stacklevel=4,
    )
    return told.drop(index=lacking)


def _units(told: pd.DataFrame, treatment: str, unit: str, strata: str | None) -> pd.DataFrame:
    """One row a unit, by name: its group and stratum."""
    for column, name in (("_group", treatment), ("_stratum", strata)):
        several = told.groupby("_unit", sort=True)[column].nunique()
        mixed = several.index[several > 1]
        if len(mixed):
            raise InputError(
                f"{len(mixed)} values of {unit} have several values of {name}: {listed(mixed)}. "
                "Give as unit the column to whose values the groups were assigned."
            )
    units = told.drop_duplicates("_unit").sort_values("_unit", kind="stable", ignore_index=True)
    sizes = units["_group"].value_counts()
    if len(sizes) < 2 or (sizes < 2).any():
        counted = [f"{name} ({sizes[name]})" for name in sorted(sizes.index)]
        raise InputError(
            f"{treatment} needs at least two groups of two values of {unit} each; there are: "
            f"{listed(counted, most=12) or 'none'}."
        )
    if not (units.groupby("_stratum")["_group"].nunique() > 1).any():
        raise InputError(
            f"No value of {strata} has two groups of {treatment}, so nothing can be exchanged; "
            "give other strata, or none."
        )
    return units[["_unit", "_group", "_stratum"]]


def _means(
    shares: NDArray[np.float64], weights: NDArray[np.float64], of: pd.Series, units: pd.Series
) -> NDArray[np.float64]:
    """Mean shares of the units, (U, K)."""
    places = pd.Index(units).get_indexer(of)
    # In an order of their own, so that the order of rows has no say in the last digit.
    order = np.lexsort((*shares.T, weights, places))
    starts = np.flatnonzero(np.diff(places[order], prepend=-1))
    mass = np.add.reduceat(weights[order], starts)[:, np.newaxis]
    return np.add.reduceat(weights[order, np.newaxis] * shares[order], starts, axis=0) / mass


class _Deals(NamedTuple):
    """Statistics of the groups as they are and as they were dealt."""

    observed: NDArray[np.float64]  # (K,)
    permuted: NDArray[np.float64]  # (B, K)
    gap: NDArray[np.float64]  # (K,), mean of the later of two groups less that of the other, or NaN
    groups: tuple[str, ...]
    n_units: int


def _deals(
    means: NDArray[np.float64], units: pd.DataFrame, n_permutations: int, random_state: int
) -> _Deals:
    """Deals the groups anew to the units, within their strata, for all names at once."""
    labels, groups = pd.factorize(units["_group"], sort=True)
    observed = _statistic(means, labels)
    rng = np.random.default_rng([random_state])
    places = [np.asarray(own) for own in units.groupby("_stratum", sort=True).indices.values()]
    permuted = np.stack(
        [_statistic(means, _dealt(labels, places, rng)) for _ in range(n_permutations)]
    )
    gap = np.full(means.shape[1], np.nan)
    if len(groups) == 2:
        gap = means[labels == 1].mean(axis=0) - means[labels == 0].mean(axis=0)
    return _Deals(observed, permuted, gap, tuple(groups), len(units))


def _tabulated(deals: _Deals, chosen: list[int], names: list[str]) -> pd.DataFrame:
    """What the deals say of the chosen names."""
    observed, permuted = deals.observed[chosen], deals.permuted[:, chosen]
    n_permutations = len(permuted)
    p_value = (1.0 + at_least_as_large(permuted, observed)) / (n_permutations + 1.0)
    return pd.DataFrame({"name": pd.Series(names, dtype="str")}).assign(
        estimate=deals.gap[chosen], statistic=observed, p_value=p_value,
        p_max=np.maximum(step_down_max(observed, permuted), p_value),
        p_bh=benjamini_hochberg(p_value), n_units=deals.n_units, n_permutations=n_permutations,
    )  # fmt: skip


def _dealt(
    labels: NDArray[np.intp], places: list[NDArray[np.intp]], rng: np.random.Generator
) -> NDArray[np.intp]:
    dealt = labels.copy()
    for own in places:
        dealt[own] = labels[rng.permutation(own)]
    return dealt


def _statistic(means: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """Welch's |t| of two groups, or his F of more, for each name (K,)."""
    n_groups = int(labels.max()) + 1
    sizes = np.bincount(labels, minlength=n_groups).astype(np.float64)
    member = (labels[:, np.newaxis] == np.arange(n_groups)).astype(np.float64)
    centres = np.einsum("ug,uk->gk", member, means) / sizes[:, np.newaxis]
    gaps = means - centres[labels]
    squares = np.einsum("ug,uk->gk", member, gaps * gaps)
    variance = squares / (sizes * (sizes - 1.0))[:, np.newaxis]
    # Groups without any spread: a small one keeps the statistic finite and in its order.
    variance = np.maximum(variance, 1e-18)
    precision = 1.0 / variance
    total = precision.sum(axis=0)
    centre = (precision * centres).sum(axis=0) / total
    between = (precision * (centres - centre) ** 2).sum(axis=0) / (n_groups - 1)
    if n_groups == 2:
        return np.asarray(np.sqrt(between))
    lost = ((1.0 - precision / total) ** 2 / (sizes - 1.0)[:, np.newaxis]).sum(axis=0)
    return np.asarray(between / (1.0 + 2.0 * (n_groups - 2) / (n_groups**2 - 1) * lost))
