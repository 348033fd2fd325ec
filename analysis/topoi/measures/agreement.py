"""How far coders agree: alpha, kappa and plain agreement, for each theme, how surely."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, fraction
from topoi.errors import InputError, listed
from topoi.measures.clustered_means import wilson
from topoi.measures.kappa import kappa_of
from topoi.measures.krippendorff import alpha_of, value_counts

__all__ = ["agreement", "agreement_by_pair"]

_FEWEST_UNITS = 5
_LEAST = -1.0  # that alpha and kappa can be, where two coders never agree
_MOST_CELLS = 4_000_000  # of a table of bootstrap counts; more are drawn in several tables
_FLOATS = ("estimate", "lower", "upper", "level")
_ITEMS = "all items"


def agreement(
    codes: pd.DataFrame, *, level: float = 0.95, n_resamples: int = 1000, random_state: int = 0
) -> pd.DataFrame:
    """Agreement of all coders on each theme: alpha, kappa, and the part of pairs that agree.

    Parameters
    ----------
    codes : DataFrame from `read_codes`, or from `read_choices` for intrusion tasks
        Passages that some coders did not code may be missing.
    level : float in (0, 1), coverage of the intervals
    n_resamples : int >= 1, bootstrap samples
    random_state : int >= 0; the interval of a theme depends on it and on the theme's own codes

    Returns
    -------
    DataFrame
        theme (str; "all items" for intrusion tasks), measure (str: "alpha", Krippendorff's,
        nominal; "kappa", Cohen's, the mean over the pairs of coders that have one; "agreement",
        the part of the pairs of codes of a passage that are equal), estimate, lower, upper, level
        (float64), n_units (int64, with two codes or more), n_coders (int64); in the order of
        themes and of measures as here.

        Alpha and kappa are NaN where all codes are the same: say so, and report the agreement. Two
        coders who gave all their common passages one code, or have none, have no kappa and are
        left out of its mean.
        The bounds are percentiles over resampled passages. A resample without variation, in which
        no pair of coders has a kappa, counts as 0, as it shows no reliability; pairs without one
        beside others are left out, as in the estimate. The lower bound is also held to what
        Wilson's bound of the disagreement gives, so that perfect agreement on a few passages is
        not taken for sure. With fewer than 5 units the bounds are NaN. They speak of other
        passages coded by these coders, not of other coders.

    Raises
    ------
    InputError
        If columns are missing, a coder coded a passage twice on a theme, there are fewer than two
        coders, or a setting is out of range.

    Notes
    -----
    Disagreements that were not seen but are still likely would also change how often each code is
    given, and with it what chance gives. So passages on which two coders differ, as chance pairs
    codes that differ, are mixed in until the disagreement is Wilson's bound; alpha of the mixture
    is the lower bound, which tests/test_agreement.py holds against simulated coders. The upper
    bound is below the true alpha too often where hardly a passage has the theme. Pairs without a
    kappa are not counted as 0, which would make that more frequent.

    References
    ----------
    Alpha: Krippendorff (2011), Computing Krippendorff's alpha-reliability. Kappa: Cohen (1960);
    mean over pairs: Light (1971). Undefined resamples: Hayes & Krippendorff (2007).
    """
    fraction("level", level)
    at_least("n_resamples", n_resamples, 1, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    rows = [
        {"theme": theme, **row, "level": level}
        for theme, wide in _by_theme(codes)
        for row in _measures(wide, _rng(random_state, theme), level, n_resamples)
    ]
    columns = ["theme", "measure", *_FLOATS, "n_units", "n_coders"]
    return pd.DataFrame(rows, columns=columns).astype({"theme": "str", "measure": "str"})


def agreement_by_pair(codes: pd.DataFrame) -> pd.DataFrame:
    """Agreement of each two coders on each theme: who sees it differently?

    Returns
    -------
    DataFrame
        theme, coder, other (str), kappa, agreement (float64; NaN where undefined), n_units (int64,
        coded by both); in the order of themes, then of the coders' names.

    Raises
    ------
    InputError
        As `agreement`.
    """
    rows = []
    for theme, wide in _by_theme(codes):
        for one, other in combinations(wide.columns, 2):
            both = wide[[one, other]].dropna()
            once = np.ones((1, len(both)), dtype=np.int64)
            kappa = float(kappa_of(both[one].to_numpy(), both[other].to_numpy(), once)[0])
            equal = float((both[one] == both[other]).mean()) if len(both) else np.nan
            rows.append((theme, one, other, kappa, equal, len(both)))
    names = ["theme", "coder", "other", "kappa", "agreement", "n_units"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[:3], "str"))


def _by_theme(codes: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Of each theme the codes, units by coders, both by name; NaN where there is none."""
    unit, value = ("passage_id", "code") if "code" in codes.columns else ("item_id", "chosen")
    table = codes if "theme" in codes.columns else codes.assign(theme=_ITEMS)
    lacking = [name for name in (unit, "coder", value) if name not in table.columns]
    if lacking:
        raise InputError(
            f"The codes have no column {listed(lacking)}; give the table of read_codes or "
            "read_choices."
        )
    twice = table.loc[table.duplicated([unit, "coder", "theme"]), unit]
    if len(twice):
        raise InputError(f"Coders gave two codes to these units: {listed(dict.fromkeys(twice))}.")
    coders = sorted(set(table["coder"]))
    if len(coders) < 2:
        raise InputError(
            f"Agreement needs two coders or more; got {listed(coders) if coders else 'none'}."
        )
    for theme in dict.fromkeys(table["theme"]):
        own = table.loc[table["theme"] == theme]
        wide = own.pivot(index=unit, columns="coder", values=value)
        yield str(theme), wide.reindex(columns=coders).sort_index().astype("float64")


def _rng(random_state: int, theme: str) -> np.random.Generator:
    return np.random.default_rng([random_state, zlib.crc32(theme.encode("utf-8", "surrogatepass"))])


def _measures(
    wide: pd.DataFrame, rng: np.random.Generator, level: float, n_resamples: int
) -> Iterator[dict[str, Any]]:
    wide = wide.loc[wide.notna().sum(axis=1) > 1]
    values = wide.to_numpy(dtype=np.float64)
    once = np.ones((1, len(values)), dtype=np.int64)
    estimates = _all_three(values, once)[:, 0]
    samples = _resampled(values, rng, n_resamples)
    n = len(wide)
    counts = {"n_units": n, "n_coders": int(wide.notna().any().sum())}
    # The disagreement that is still likely: percentiles know none where nobody disagreed.
    differing = wilson((1.0 - estimates[2]) * n, n, level).upper
    by_chance = _by_chance(values, 1.0 - estimates[2], differing)
    for place, name in enumerate(("alpha", "kappa", "agreement")):
        lower, upper = _bounds(estimates[place], samples[place], level)
        if not np.isnan(lower):
            likely = 1.0 - differing / (1.0 if name == "agreement" else by_chance)
            lower = min(lower, max(likely, _LEAST))
        row = {"measure": name, "estimate": estimates[place], "lower": lower, "upper": upper}
        yield row | counts


def _all_three(values: NDArray[np.float64], times: NDArray[np.int64]) -> NDArray[np.float64]:
    """Alpha, kappa and agreement of each sample of the units, shape (3, B)."""
    counts = value_counts([row[~np.isnan(row)].tolist() for row in values])
    pairs = [(values[:, a], values[:, b]) for a, b in combinations(range(values.shape[1]), 2)]
    kappas = np.array([kappa_of(one, other, times) for one, other in pairs])
    known = ~np.isnan(kappas)
    with np.errstate(invalid="ignore"):
        kappa = np.where(known, kappas, 0.0).sum(axis=0) / known.sum(axis=0)
    return np.stack([alpha_of(counts, times), kappa, _equal_pairs(counts, times)])


def _equal_pairs(counts: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.float64]:
    sizes = counts.sum(axis=1)
    equal = times @ (counts * (counts - 1)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(equal / (times @ (sizes * (sizes - 1))))


def _resampled(
    values: NDArray[np.float64], rng: np.random.Generator, n_resamples: int
) -> NDArray[np.float64]:
    n = len(values)
    if n < _FEWEST_UNITS:
        return np.full((3, 1), np.nan)
    at_once = max(1, _MOST_CELLS // n)
    sizes = [min(at_once, n_resamples - first) for first in range(0, n_resamples, at_once)]
    return np.concatenate([_all_three(values, _times(rng, n, size)) for size in sizes], axis=1)


def _times(rng: np.random.Generator, n: int, n_resamples: int) -> NDArray[np.int64]:
    """How often each unit is drawn, in so many bootstrap samples, shape (n_resamples, n)."""
    drawn = rng.integers(n, size=(n_resamples, n))
    return np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(np.int64)


def _bounds(estimate: float, samples: NDArray[np.float64], level: float) -> tuple[float, float]:
    if np.isnan(estimate) or np.isnan(samples).all():
        return np.nan, np.nan
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(np.nan_to_num(samples, nan=0.0), [tail, 1.0 - tail])
    return float(min(lower, estimate)), float(max(upper, estimate))


def _by_chance(values: NDArray[np.float64], seen: float, likely: float) -> float:
    """The part of pairs of codes that would differ by chance if as many differed as is likely.

    Parameters
    ----------
    values : float64 array, shape (units, coders); NaN is missing
    seen, likely : float in [0, 1], seen <= likely, parts of the pairs of a unit that differ

    Returns
    -------
    float in [0, 1], NaN where all values are the same
    """
    _, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    n = int(counts.sum())
    shares = counts / max(n, 1)
    differing = shares * (1.0 - shares)  # of each value, in pairs by chance that differ
    if not differing.any():
        return np.nan
    added = (likely - seen) / (1.0 - seen) if seen < 1.0 else 0.0
    mixed = (1.0 - added) * shares + added * differing / differing.sum()
    return float((1.0 - (mixed**2).sum()) * n / (n - 1))  # drawn without putting back
