"""How far do two columns of codes agree beyond chance?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["kappa", "krippendorff_alpha"]

Floats = NDArray[np.float64]


def kappa(first: Floats, second: Floats, weights: Floats) -> float:
    """Cohen's kappa of two columns of 0 and 1; NaN where both are all 0 or all 1.

    Parameters
    ----------
    first, second : float64, shape (n,), 0 or 1
    weights : float64 >= 0, shape (n,), how many rows each counts as

    References
    ----------
    Cohen (1960), A coefficient of agreement for nominal scales.
    """
    whole = weights.sum()
    agreed = float((weights * (first == second)).sum() / whole)
    one, two = float((weights * first).sum() / whole), float((weights * second).sum() / whole)
    by_chance = one * two + (1.0 - one) * (1.0 - two)
    return (agreed - by_chance) / (1.0 - by_chance) if by_chance < 1.0 else float("nan")


def krippendorff_alpha(first: Floats, second: Floats, weights: Floats) -> float:
    """Krippendorff's alpha of two columns of 0 and 1 without gaps; NaN where all are alike.

    Parameters are those of `kappa`. One less disagreement observed over that expected from the
    2 n values put together, drawn without replacement.

    References
    ----------
    Krippendorff (2004), Content analysis, chapter 11, nominal data, two observers.
    """
    whole = float(weights.sum())
    observed = float((weights * (first != second)).sum() / whole)
    ones = float((weights * (first + second)).sum())
    zeros = 2.0 * whole - ones
    expected = 2.0 * ones * zeros / (2.0 * whole * (2.0 * whole - 1.0))
    return 1.0 - observed / expected if expected > 0.0 else float("nan")
