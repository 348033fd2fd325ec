"""Which terms are typical of one set of rows beside another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["log_odds_variance", "weighted_log_odds"]


def weighted_log_odds(
    counts: NDArray[np.int64],
    n: int | NDArray[np.int64],
    other_counts: NDArray[np.int64],
    other_n: int | NDArray[np.int64],
    *,
    prior: float = 0.1,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log-odds ratio of each term between two sets, and its z-score.

    Parameters
    ----------
    counts, other_counts : int64 arrays, shape (W,), how often each term occurs in the two sets
    n, other_n : int or int64 array, shape (W,), how often all terms do
    prior : float > 0, size of the prior as a share of all counts

    Returns
    -------
    two float64 arrays, shape (W,)
        Above 0 where the term is more frequent in the first set; 0 and 0 for a term in neither,
        and wherever one of the sets has no terms.

    References
    ----------
    Monroe, Colaresi & Quinn (2008), Fightin' words, equations 16 (log-odds with an informative
    Dirichlet prior), 19 to 22 (its variance and z-score). The prior a_w of a term is its part of
    both sets together, times `prior`.
    """
    delta, variance = log_odds_variance(counts, n, other_counts, other_n, prior=prior)
    score = np.where(variance > 0, delta / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)
    return delta, score


def log_odds_variance(
    counts: NDArray[Any],
    n: float | NDArray[Any],
    other_counts: NDArray[Any],
    other_n: float | NDArray[Any],
    *,
    prior: float = 0.1,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log-odds ratio of each term between two sets, and its variance if tokens were independent.

    As `weighted_log_odds`; counts may be parts of tokens. Both are 0 where that gives 0.
    """
    together, total = counts + other_counts, np.asarray(n + other_n, dtype=np.float64)
    usable = (together > 0) & (np.asarray(n) > 0) & (np.asarray(other_n) > 0)
    a, a_all = prior * np.where(usable, together, 1), prior * np.where(usable, total, 4)
    y, y_other = np.where(usable, counts, 0) + a, np.where(usable, other_counts, 0) + a
    rest = np.where(usable, n, 0) + a_all - y
    other_rest = np.where(usable, other_n, 0) + a_all - y_other
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(y / rest) - np.log(y_other / other_rest)
    defined = usable & np.isfinite(delta)
    return np.where(defined, delta, 0.0), np.where(defined, 1 / y + 1 / y_other, 0.0)
