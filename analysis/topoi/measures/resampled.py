"""How far a number would move if other documents had been collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.models.base import at_least

__all__ = ["centred_limits", "check_resampling", "row_draws"]


def check_resampling(n_resamples: int, level: float, random_state: int) -> None:
    """Refuse settings out of range, with an InputError that names the first."""
    at_least("n_resamples", n_resamples, 0, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1; got {level}.")


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


def centred_limits(
    estimate: NDArray[np.float64],
    usual: NDArray[np.float64],
    resampled: Sequence[NDArray[np.float64]],
    level: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits about each estimate: percentiles of how far the resamples lie from the sample.

    `usual` is what the resampled calculation gives for the sample itself, which can differ from
    the estimate by a smoothing constant. NaN with fewer than two resamples that have a value.
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
        lower[enough], upper[enough] = estimate[enough] + low, estimate[enough] + high
    return lower, upper
