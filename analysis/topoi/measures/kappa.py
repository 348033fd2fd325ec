"""How far two coders agree beyond what their own frequencies give by chance: Cohen's kappa."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["kappa_of"]


def kappa_of(
    one: NDArray[np.float64], other: NDArray[np.float64], times: NDArray[Any]
) -> NDArray[np.float64]:
    """Cohen's kappa of two coders in several samples of the units.

    Parameters
    ----------
    one, other : float64 arrays, shape (U,), the codes of each unit; NaN is missing, and a unit
        that lacks one of the two does not count
    times : int64 or float64 array, shape (B, U), >= 0: how often each sample has each unit

    Returns
    -------
    float64 array, shape (B,)
        NaN where both coders gave every unit the same value, or no unit has both.

    References
    ----------
    Cohen (1960), A coefficient of agreement for nominal scales.
    """
    both = ~(np.isnan(one) | np.isnan(other))
    one, other, drawn = one[both], other[both], times[:, both]

    def n_of(chosen: NDArray[np.bool_]) -> NDArray[Any]:
        # einsum, not @: its sums have one order whatever BLAS is installed.
        return np.asarray(np.einsum("bu,u->b", drawn, chosen.astype(drawn.dtype)))

    n = n_of(np.ones(len(one), dtype=np.bool_))
    expected = np.zeros_like(n)  # times n squared
    for value in np.unique(np.concatenate([one, other])):
        expected += n_of(one == value) * n_of(other == value)
    with np.errstate(invalid="ignore", divide="ignore"):
        kappa = (n_of(one == other) * n - expected) / (n**2 - expected)
    return np.where(n**2 > expected, kappa, np.nan)
