"""How far coders agree beyond chance, whoever coded what: Krippendorff's alpha."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError

__all__ = ["alpha_of", "krippendorff_alpha", "value_counts"]


def krippendorff_alpha(values: Sequence[Sequence[Hashable]]) -> float:
    """Krippendorff's alpha for nominal values: 1 where all agree, 0 where it is like chance.

    Parameters
    ----------
    values : a row for each coder, a value for each unit; None and NaN are missing
        Any number of coders and of values. Units with fewer than two values do not count.

    Returns
    -------
    float, at most 1
        NaN where no unit has two values, or all values are the same: without variation there is
        nothing that agreement could be measured against.

    Raises
    ------
    InputError
        If the rows are not of one length.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C (nominal data, any
    number of observers, missing values).

    Examples
    --------
    >>> meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> round(krippendorff_alpha([meg, owen]), 3)
    0.095
    """
    rows = [list(row) for row in values]
    if len({len(row) for row in rows}) > 1:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise InputError(f"Each coder needs a value or None for each unit; got rows of {lengths}.")
    units = [
        [value for value in unit if not _is_missing(value)] for unit in zip(*rows, strict=True)
    ]
    counts = value_counts(units)
    return float(alpha_of(counts, np.ones((1, len(counts)), dtype=np.int64))[0])


def value_counts(units: Iterable[Sequence[Hashable]]) -> NDArray[np.int64]:
    """How often each unit got each value, shape (U, C); units with fewer than two are left out."""
    pairable = [list(unit) for unit in units if len(unit) > 1]
    columns = {value: c for c, value in enumerate(dict.fromkeys(v for u in pairable for v in u))}
    counts = np.zeros((len(pairable), len(columns)), dtype=np.int64)
    for row, unit in enumerate(pairable):
        for value in unit:
            counts[row, columns[value]] += 1
    return counts


def alpha_of(counts: NDArray[np.int64], times: NDArray[Any]) -> NDArray[np.float64]:
    """Alpha of several samples of the units.

    Parameters
    ----------
    counts : int64 array, shape (U, C), from `value_counts`
    times : int64 or float64 array, shape (B, U), >= 0: how often each sample has each unit

    Returns
    -------
    float64 array, shape (B,)
        1 - D_o / D_e, the observed over the expected disagreement; NaN where D_e is 0.
    """
    sizes = counts.sum(axis=1)
    # Ordered pairs within a unit that differ, each unit divided by one less than its values.
    differing = (sizes**2 - (counts**2).sum(axis=1)) / np.maximum(sizes - 1, 1)
    # einsum, not @: its sums have one order whatever BLAS is installed.
    totals = np.einsum("bu,uc->bc", times, counts)
    n = totals.sum(axis=1)
    observed = np.einsum("bu,u->b", times.astype(np.float64), differing)
    expected = (n**2 - (totals**2).sum(axis=1)) / np.maximum(n - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1.0 - observed / expected, np.nan)


def _is_missing(value: Hashable) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
