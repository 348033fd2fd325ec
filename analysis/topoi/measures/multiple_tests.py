"""What p-values mean when several topics are tested at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["at_least_as_large", "benjamini_hochberg", "joint_p", "step_down_max"]

_N_NORMAL = 20_000


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values: below q they make a list of which at most a part q is expected false.

    Parameters
    ----------
    p_values : shape (M,), in [0, 1]; NaN takes no part and stays

    References
    ----------
    Benjamini & Hochberg (1995), Controlling the false discovery rate, section 3.1.
    """
    given = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(given.shape, np.nan)
    known = np.flatnonzero(np.isfinite(given))
    order = known[np.argsort(-given[known], kind="stable")]
    ranks = np.arange(len(order), 0, -1)
    stretched = np.minimum(given[order] * (len(order) / ranks), 1.0)
    adjusted[order] = np.maximum(np.minimum.accumulate(stretched), given[order])
    return adjusted


def step_down_max(
    observed: NDArray[np.float64], permuted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Adjusted p-values over M tests that keep the chance of any false finding below their level.

    Parameters
    ----------
    observed : float array, shape (M,), >= 0, larger is stronger, on one scale for all tests
    permuted : float array, shape (B, M), the same under B permutations that all tests share

    References
    ----------
    Westfall & Young (1993), algorithm 2.8 (free step-down max-T); counts with the observed one,
    (1 + b) / (B + 1), as Phipson & Smyth (2010) show they must be.
    """
    order = np.argsort(-observed, kind="stable")
    # Row by row the greatest of the statistics that are not yet judged.
    greatest = np.maximum.accumulate(permuted[:, order[::-1]], axis=1)[:, ::-1]
    found = (1.0 + at_least_as_large(greatest, observed[order])) / (len(permuted) + 1.0)
    adjusted = np.empty_like(found)
    adjusted[order] = np.maximum.accumulate(found)
    return adjusted


def at_least_as_large(
    permuted: NDArray[np.float64], observed: NDArray[np.float64]
) -> NDArray[np.int64]:
    """How many of B (rows) are at least as large as observed; equal up to rounding counts."""
    least = observed - 1e-9 * np.maximum(np.abs(observed), 1e-300)
    counted: NDArray[np.int64] = (permuted >= least).sum(axis=0)
    return counted


def joint_p(
    ratios: NDArray[np.float64],
    covariance: NDArray[np.float64],
    freedom: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Adjusted p-values of M t-ratios from the greatest of them under their joint distribution.

    Parameters
    ----------
    ratios : float array, shape (M,), estimates over standard errors
    covariance : float array, shape (M, M), of the estimates
    freedom : float array, shape (M,); the least is taken for all

    References
    ----------
    Hothorn, Bretz & Westfall (2008), Simultaneous inference in general parametric models: the
    single-step maximum of a multivariate t, here by 20,000 draws.
    """
    deviation = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    known = np.flatnonzero((deviation > 0) & np.isfinite(ratios))
    adjusted = np.full(len(ratios), np.nan)
    if not known.size:
        return adjusted
    scaled = covariance[np.ix_(known, known)] / np.outer(deviation[known], deviation[known])
    values, vectors = np.linalg.eigh(scaled)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.einsum("bm,km->bk", rng.standard_normal((_N_NORMAL, len(known))), root)
    least = float(freedom[known].min())
    scale = np.sqrt(rng.chisquare(least, size=_N_NORMAL) / least)
    greatest = np.abs(normal).max(axis=1) / scale
    found = at_least_as_large(greatest[:, np.newaxis], np.abs(ratios[known]))
    adjusted[known] = (1.0 + found) / (_N_NORMAL + 1.0)
    return adjusted
