"""How sure a mean is when the same people judged the same things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from topoi.measures.wilson import wilson_limits

__all__ = ["Estimate", "clustered_proportion", "crossed_mean", "crossed_proportion", "wilson"]

_ROUNDING = 1e-12  # of what a variance would be: less is none


class Estimate(NamedTuple):
    """A value with the bounds of its interval; the bounds are NaN where none can be given."""

    estimate: float
    lower: float
    upper: float


class _Spread(NamedTuple):
    variance: float  # of the mean
    freedom: float
    n_first: int  # levels of the first grouping


def wilson(successes: float, n: float, level: float, *, z: float | None = None) -> Estimate:
    """A proportion with Wilson's interval; n may be a fractional, effective number."""
    if n <= 0:
        return Estimate(np.nan, np.nan, np.nan)
    share = successes / n
    quantile = float(ndtri(0.5 + level / 2.0)) if z is None else z
    return Estimate(share, *wilson_limits(share, n, quantile))


def crossed_proportion(
    hits: ArrayLike, items: Sequence[object], coders: Sequence[object], level: float
) -> Estimate:
    """The part of answers that are right, for other items and other coders as well.

    Both are taken as samples. The variance of the mean is the sum of what items and coders
    contribute; it gives an effective number of answers, p (1 - p) / variance, between 1 and N, and
    that Wilson's interval with Student's t. Where items and coders do not differ at all, answers
    count like independent ones. Where all or no answers are right, which shows nothing of how they
    differ, each item counts once.

    Parameters
    ----------
    hits : 0 or 1, length N
    items, coders : length N, what was judged in each answer, and by whom
    level : float in (0, 1)

    References
    ----------
    Variance: Owen (2007), The pigeonhole bootstrap, Annals of Applied Statistics 1, and McCullagh
    (2000), Resampling and exchangeable arrays: the sum is a little too large rather than too small.
    Degrees of freedom: Satterthwaite (1946). Effective number: Kish (1965), design effect.
    """
    values = np.asarray(hits, dtype=np.float64)
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan)
    mean = float(values.mean())
    spread = _spread(values - mean, items, coders)
    if np.isnan(spread.variance):
        return Estimate(mean, np.nan, np.nan)
    if 0 < mean < 1:
        return _student(mean, len(values), spread, level)
    z = float(stdtrit(float(spread.n_first - 1), 0.5 + level / 2.0))
    return wilson(mean * spread.n_first, spread.n_first, level, z=z)


def clustered_proportion(hits: ArrayLike, coders: Sequence[object], level: float) -> Estimate:
    """The part of answers that are right, for other coders, who each judged several items.

    Wilson's interval with Student's t by the effective number of answers, as in
    `crossed_proportion`, from what coders contribute; items stay as they are. Several answers of a
    coder say no less than one, so the interval is never wider than Wilson's with each coder
    counted once, which it is where all or no answers are right, and of a single coder.

    Parameters
    ----------
    hits : 0 or 1, length N
    coders : length N, whose answer it is; who gave more answers than others weighs more
    level : float in (0, 1)

    References
    ----------
    Korn & Graubard (1998), Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data: effective number of clustered answers, Student's t.
    Coders who weigh unlike: Kish (1965), effective number (sum w)^2 / sum w^2.
    """
    values = np.asarray(hits, dtype=np.float64)
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan)
    mean, n = float(values.mean()), len(values)
    n_answers = np.unique(pd.factorize(pd.Series(list(coders)))[0], return_counts=True)[1]
    n_once = n**2 / float(np.sum(n_answers**2))
    once = wilson(mean * n_once, n_once, level)
    if len(n_answers) < 2 or not 0 < mean < 1:
        return once
    found = _student(mean, n, _spread(values - mean, coders, [0] * n), level)
    return min(found, once, key=lambda estimate: estimate.upper - estimate.lower)


def _student(mean: float, n: int, spread: _Spread, level: float) -> Estimate:
    """Wilson's interval of a proportion above 0 and below 1 by its effective number."""
    effective = float(n)  # as of independent answers
    if spread.variance > 0:
        effective = min(max(mean * (1.0 - mean) / spread.variance, 1.0), float(n))
    z = float(stdtrit(spread.freedom, 0.5 + level / 2.0))
    return wilson(mean * effective, effective, level, z=z)


def crossed_mean(
    values: ArrayLike, items: Sequence[object], coders: Sequence[object], level: float
) -> Estimate:
    """A mean with Student's interval, for other items and other coders as well.

    The variance is that of `crossed_proportion`. The bounds are NaN with fewer than two items,
    and where all values are alike, or all items and all coders, as nothing then shows how they
    vary.
    """
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return Estimate(np.nan, np.nan, np.nan)
    mean = float(found.mean())
    spread = _spread(found - mean, items, coders)
    if not spread.variance > 0 or np.ptp(found) <= _ROUNDING * np.abs(found).max():
        return Estimate(mean, np.nan, np.nan)
    half = float(stdtrit(spread.freedom, 0.5 + level / 2.0)) * float(np.sqrt(spread.variance))
    return Estimate(mean, mean - half, mean + half)


def _spread(
    residuals: NDArray[np.float64], items: Sequence[object], coders: Sequence[object]
) -> _Spread:
    parts = [_of_groups(residuals, groups) for groups in (items, coders)]
    n_items = parts[0][1]
    if n_items < 2:
        return _Spread(np.nan, np.nan, n_items)
    # With a single coder nothing is known of others; the interval then speaks of this one.
    used = [(variance, n) for variance, n in parts if n > 1]
    total = sum(variance for variance, _ in used)
    if total <= _ROUNDING * float(np.mean(residuals**2)):
        return _Spread(0.0, min(n for _, n in used) - 1, n_items)
    freedom = total**2 / sum(variance**2 / (n - 1) for variance, n in used)
    return _Spread(total, freedom, n_items)


def _of_groups(residuals: NDArray[np.float64], groups: Sequence[object]) -> tuple[float, int]:
    """What differences between groups add to the variance of the mean, and how many there are."""
    codes, names = pd.factorize(pd.Series(list(groups), dtype=object), sort=False)
    n = len(names)
    sums = np.bincount(codes, weights=residuals, minlength=n)
    if n < 2:
        return 0.0, n
    return float(n / (n - 1) * np.sum(sums**2) / len(residuals) ** 2), n
