"""What the natural logarithm is, to the same bits on every machine.

Mathematics libraries differ in the last bit of log. This one takes the number apart into
2^e m with m in [sqrt(1/2), sqrt(2)) and sums log m = 2 (s + s^3/3 + s^5/5 + ...) with
s = (m - 1) / (m + 1), |s| < 0.172: eleven terms are exact to the last bit or two of float64.
Only exact operations and + - * / in a written order.

Reference: Abramowitz & Stegun (1964), formula 4.1.27.
"""

import math

import numpy as np
from numba import njit

_SERIES = tuple(1.0 / (2 * n + 1) for n in range(10, 0, -1))
_HALF_ROOT = 0.7071067811865476
# log 2 in two parts, the first with 21 trailing zero bits: e times it is exact.
_LOG2_HIGH = 6.93147180369123816490e-01
_LOG2_LOW = 1.90821492927058770002e-10


@njit(cache=True, nogil=True)
def _twice_artanh(s):
    """log((1 + s) / (1 - s)) for |s| < 0.172, from the smallest term of the series upwards."""
    square = s * s
    total = 0.0
    for term in _SERIES:
        total = (total + term) * square
    return 2.0 * s + 2.0 * s * total


@njit(cache=True, nogil=True)
def log_of(value):
    """Log of a finite float64 > 0."""
    mantissa, exponent = math.frexp(value)
    if mantissa < _HALF_ROOT:
        mantissa *= 2.0
        exponent -= 1
    rest = _twice_artanh((mantissa - 1.0) / (mantissa + 1.0))
    return exponent * _LOG2_HIGH + (exponent * _LOG2_LOW + rest)


@njit(cache=True, nogil=True)
def logarithms(values, found):
    """Log of each of values, float64 (N,), finite and > 0: sets found, float64 (N,)."""
    for i in range(values.shape[0]):
        found[i] = log_of(values[i])


@njit(cache=True, nogil=True)
def logarithms_of_one_more(values, found):
    """log(1 + value) of each of values, float64 (N,), >= 0: sets found; exact for small ones."""
    for i in range(values.shape[0]):
        if values[i] < 0.25:
            found[i] = _twice_artanh(values[i] / (2.0 + values[i]))
        else:
            found[i] = log_of(1.0 + values[i])


@njit(cache=True, nogil=True)
def weighted_log_sum(weights, values):
    """Sum of weight * log(value) in order, two float32 arrays (N,), values > 0: a float64."""
    total = 0.0
    for i in range(weights.shape[0]):
        total += np.float64(weights[i]) * log_of(np.float64(values[i]))
    return total
