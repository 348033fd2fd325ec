"""What the natural logarithm and exponential are, with the same bits on every machine.

The libraries' own differ in the last bit between processors; a variate that is accepted on one
and refused on another would change all that follow. Only + - * / and exact scaling by powers of
two are used here. Within 1e-15 of the true value, relative (tests/test_random.py).

Many logarithms are taken in vectors. Python's check of each divisor would forbid these, so it is
left out where no divisor can be zero (`error_model="numpy"`).
"""

import math

import numpy as np
from numba import njit

__all__ = [
    "exp_below_one",
    "exponential",
    "logarithms",
    "logarithms_of_one_more",
    "natural_log",
    "weighted_log_sum",
]

_SQRT_HALF = 0.7071067811865476
# ln 2 in two parts: whole multiples of the first, up to 2**20, are exact.
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_PER_LN2 = 1.4426950408889634
_LEAST_EXPONENT = -700.0
# A float64 of 64 bits: 52 of the mantissa under the exponent, which is 1022 for [1/2, 1).
_MANTISSA_BITS = np.int64(52)
_MANTISSA = np.int64((1 << 52) - 1)
_EXPONENT_OF_HALF = np.int64(1022)
_HALF_BITS = np.int64(1022 << 52)
_LEAST_NORMAL = 2.0**-1022
_CHUNK = 256
# 1 / (2 j + 1) for 2 atanh(s) = 2 s (1 + s^2 / 3 + ...), |s| < 0.172: twelve terms reach 1e-18.
_ATANH = np.array([1.0 / (2 * j + 1) for j in range(12)])
# 1 / j! for exp(r), |r| < 0.347: fourteen terms reach 1e-17.
_EXP = np.array([1.0 / math.factorial(j) for j in range(14)])


@njit(cache=True, nogil=True)
def natural_log(x):
    """Logarithm of a positive float64; -inf at 0."""
    if x == 0.0:
        return -np.inf
    mantissa, exponent = math.frexp(x)
    return _log_of_parts(mantissa, float(exponent))


@njit(cache=True, nogil=True, error_model="numpy")
def _log_of_parts(mantissa, exponent):
    """Logarithm of mantissa * 2**exponent, for a mantissa in [1/2, 1) and a whole float64."""
    is_small = mantissa < _SQRT_HALF
    mantissa = mantissa * 2.0 if is_small else mantissa
    exponent = exponent - 1.0 if is_small else exponent
    rest = _twice_atanh((mantissa - 1.0) / (mantissa + 1.0))
    return exponent * _LN2_HIGH + (rest + exponent * _LN2_LOW)


@njit(cache=True, nogil=True)
def _twice_atanh(s):
    """ln((1 + s) / (1 - s)) for |s| < 0.172 (Abramowitz & Stegun 1964, formula 4.1.27)."""
    square = s * s
    series = _ATANH[11]
    for j in range(10, -1, -1):
        series = series * square + _ATANH[j]
    return 2.0 * s * series


@njit(cache=True, nogil=True)
def exponential(x):
    """Exponential of a float64 in [-700, 700], where no result is denormal or infinite."""
    doublings = math.floor(x * _PER_LN2 + 0.5)
    rest = (x - doublings * _LN2_HIGH) - doublings * _LN2_LOW
    series = _EXP[13]
    for j in range(12, -1, -1):
        series = series * rest + _EXP[j]
    return math.ldexp(series, int(doublings))


@njit(cache=True, nogil=True)
def exp_below_one(x):
    """Exponential of a float64 <= 0; 0 below -700, so that no result is denormal."""
    return exponential(x) if x >= _LEAST_EXPONENT else 0.0


@njit(cache=True, nogil=True)
def logarithms(values, found):
    """Logarithm of each of values, float64 (N,), > 0: sets found, float64 (N,), another array."""
    bits, mantissas = values.view(np.int64), np.empty(values.shape[0])
    mantissa_bits = mantissas.view(np.int64)
    for i in range(values.shape[0]):
        mantissa_bits[i] = (bits[i] & _MANTISSA) | _HALF_BITS
    for i in range(values.shape[0]):
        # int32, since not every processor makes vectors of float64 from int64.
        exponent = np.int32((bits[i] >> _MANTISSA_BITS) - _EXPONENT_OF_HALF)
        found[i] = _log_of_parts(mantissas[i], np.float64(exponent))
    for i in range(values.shape[0]):
        if not _LEAST_NORMAL <= values[i] < np.inf:
            found[i] = natural_log(values[i])


@njit(cache=True, nogil=True)
def logarithms_of_one_more(values, found):
    """ln(1 + value) of each of values, float64 (N,), >= 0: sets found; exact for small ones."""
    for i in range(values.shape[0]):
        if values[i] < 0.25:
            found[i] = _twice_atanh(values[i] / (2.0 + values[i]))
        else:
            found[i] = natural_log(1.0 + values[i])


@njit(cache=True, nogil=True)
def weighted_log_sum(weights, values):
    """Sum of weight * ln(value) in order, two float32 arrays (N,), values > 0: a float64.

    nan where a value is infinite or nan.
    """
    chunk, logs, total = np.empty(_CHUNK), np.empty(_CHUNK), 0.0
    for start in range(0, weights.shape[0], _CHUNK):
        size = min(_CHUNK, weights.shape[0] - start)
        for i in range(size):
            chunk[i] = np.float64(values[start + i])
        logarithms(chunk[:size], logs)
        for i in range(size):
            total += np.float64(weights[start + i]) * logs[i]
    return total
