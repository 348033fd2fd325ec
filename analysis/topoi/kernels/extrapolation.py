"""Where a factor will be if it goes on as it went."""

import numpy as np
from numba import njit

__all__ = ["ahead", "ahead_in_ratio", "gone_on"]

_MOST_RATIO = np.float32(4.0)
_LEAST_RATIO = np.float32(0.25)


@njit(cache=True, nogil=True)
def ahead(present, before, beta, found):
    """max(0, y + beta (y - y_before)) for float32 tables (R, K); sets found.

    Reference: Ang & Gillis (2019), Accelerating nonnegative matrix factorization algorithms using
    extrapolation, Neural Computation 31, algorithm 3.
    """
    for r in range(present.shape[0]):
        for k in range(present.shape[1]):
            step = beta * (present[r, k] - before[r, k])
            found[r, k] = max(present[r, k] + step, np.float32(0.0))


@njit(cache=True, nogil=True)
def ahead_in_ratio(present, before, beta, found):
    """Y times 1 + beta (y / y_before - 1), kept in [1/4, 4]; float32 tables (R, K); sets found.

    For updates that multiply: a step by ratio makes no weight zero, from which it could not return.
    To first order it is y (y / y_before)^beta, an over-relaxed bound optimisation (Salakhutdinov &
    Roweis 2003, Adaptive overrelaxed bound optimization methods).
    """
    for r in range(present.shape[0]):
        for k in range(present.shape[1]):
            found[r, k] = gone_on(present[r, k], before[r, k], beta)


@njit(cache=True, nogil=True)
def gone_on(present, before, beta):
    """One weight of `ahead_in_ratio`."""
    ratio = np.float32(1.0)
    if before > np.float32(0.0):
        ratio += beta * (present / before - np.float32(1.0))
    return present * min(max(ratio, _LEAST_RATIO), _MOST_RATIO)
