"""How far a number would move if other documents had been collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, fraction

__all__ = ["basic_limits", "check_resampling", "row_draws"]


def check_resampling(n_resamples: int, level: float, random_state: int) -> None:
    """Refuse settings out of range, with an InputError that names the first."""
    at_least("n_resamples", n_resamples, 0, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    fraction("level", level)


def row_draws(
    doc_ids: Sequence[str], n_resamples: int, random_state: int
) -> Iterator[NDArray[np.int64]]:
    """How often each row counts in each of the resamples; the rows of a document go together.

    As many documents are drawn as there are, with replacement. A document's draws depend on its
    place in the alphabet of the ids, not in the table.
    """
    codes, names = pd.factorize(pd.Series(list(doc_ids), dtype="str"), sort=True)
    children = np.random.SeedSequence(random_state).spawn(n_resamples)
    for child in children:
        drawn = np.random.default_rng(child).integers(0, max(len(names), 1), len(names))
        yield np.bincount(drawn, minlength=len(names)).astype(np.int64)[codes]


def basic_limits(
    estimate: NDArray[np.float64],
    usual: NDArray[np.float64],
    resampled: Sequence[NDArray[np.float64]],
    level: float,
    *,
    bounds: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of each estimate by the basic bootstrap: resamples lie from it as it from the truth.

    Parameters
    ----------
    estimate : float64 array of any shape
    usual : same shape, what the calculation of the resamples gives for the sample itself, which
        can differ from the estimate by a smoothing constant
    resampled : arrays of this shape
    level : float in (0, 1)
    bounds : float64 array that fits the shape, with a last axis of 2: least and greatest value

    Returns
    -------
    lower, upper : same shape; NaN with fewer than two resamples that have a value

    References
    ----------
    Davison & Hinkley (1997), Bootstrap methods and their application, section 2.4: percentiles of
    the resamples themselves would double a bias, as coherence of few documents has it.
    """
    lower, upper = np.full(estimate.shape, np.nan), np.full(estimate.shape, np.nan)
    if not len(resampled):
        return lower, upper
    moved = np.array(resampled) - usual
    moved[~np.isfinite(moved)] = np.nan
    enough = np.isfinite(moved).sum(axis=0) >= 2
    if enough.any():
        tails = (0.5 - level / 2.0, 0.5 + level / 2.0)
        low, high = np.nanquantile(moved[:, enough], tails, axis=0)
        lower[enough], upper[enough] = estimate[enough] - high, estimate[enough] - low
    least, most = bounds[..., 0], bounds[..., 1]
    return np.clip(lower, least, most), np.clip(upper, least, most)
