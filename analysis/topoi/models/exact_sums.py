"""What do many numbers add up to, exactly but for the last rounding, whatever their order?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["exact_sum", "exact_sum_of_squares"]

# Numbers of Python take several times the room of those in an array.
_AT_ONCE = 2**16


def exact_sum(values: NDArray[np.floating[Any]]) -> float:
    """Sum of an array (N,), in float64."""
    return fsum(chain.from_iterable(part.tolist() for part in _parts(values)))


def exact_sum_of_squares(values: NDArray[np.floating[Any]]) -> float:
    """Sum of the squares of an array (N,), each rounded to float64."""
    return fsum(chain.from_iterable((part**2).tolist() for part in _parts(values)))


def _parts(values: NDArray[np.floating[Any]]) -> Iterator[NDArray[np.float64]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE].astype(np.float64)
