"""How sure a mean is when the same people judged the same things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from topoi.measures.wilson import wilson_limits

__all__ = ["Estimate", "crossed_mean", "crossed_proportion", "wilson"]


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
    contribute; it gives an effective number of answers, p (1 - p) / variance, and that Wilson's
    interval with Student's t. Where all or no answers are right, each item counts once.

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
    effective, freedom = float(spread.n_first), float(spread.n_first - 1)
    if spread.variance > 0 and 0 < mean < 1:
        effective = min(max(mean * (1.0 - mean) / spread.variance, 1.0), float(len(values)))
        freedom = spread.freedom
    z = float(stdtrit(freedom, 0.5 + level / 2.0))
    return wilson(mean * effective, effective, level, z=z)


def crossed_mean(
    values: ArrayLike, items: Sequence[object], coders: Sequence[object], level: float
) -> Estimate:
    """A mean with Student's interval, for other items and other coders as well.

    The variance is that of `crossed_proportion`. The bounds are NaN with fewer than two items,
    and where all values are alike, as nothing then shows how they vary.
    """
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return Estimate(np.nan, np.nan, np.nan)
    mean = float(found.mean())
    spread = _spread(found - mean, items, coders)
    if not spread.variance > 0:
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
    if total <= 0:
        return _Spread(0.0, n_items - 1, n_items)
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
