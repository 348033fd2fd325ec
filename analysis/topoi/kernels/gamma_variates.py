"""How normal, gamma and Dirichlet variates are drawn from counters, the same bits everywhere.

All functions take the seed, the stream and the next free counter (uint64) and give the next free
counter back last, since each may refuse some of its proposals.
"""

import math

import numpy as np
from numba import njit

from topoi.kernels.counter_random import philox, to_float64, uniform
from topoi.kernels.logarithm import exp_below_one, natural_log

__all__ = ["dirichlet_variate", "log_gamma_variate", "normal"]

_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def normal(seed, stream, counter):
    """A standard normal variate by the polar method: Marsaglia & Bray (1964)."""
    while True:
        first, second = philox(seed, stream, counter)
        counter += _ONE
        x = 2.0 * to_float64(first) - 1.0
        y = 2.0 * to_float64(second) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return x * math.sqrt(-2.0 * natural_log(square) / square), counter


@njit(cache=True, nogil=True)
def _gamma_from_one(seed, stream, counter, shape):
    """A gamma variate of shape >= 1, scale 1: Marsaglia & Tsang (2000)."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x, counter = normal(seed, stream, counter)
        root = 1.0 + c * x
        if root <= 0.0:
            continue
        v = root * root * root
        u = 1.0 - uniform(seed, stream, counter)
        counter += _ONE
        square = x * x
        if u < 1.0 - 0.0331 * square * square:
            return d * v, counter
        if natural_log(u) < 0.5 * square + d * (1.0 - v + natural_log(v)):
            return d * v, counter


@njit(cache=True, nogil=True)
def log_gamma_variate(seed, stream, counter, shape):
    """The logarithm of a gamma variate of shape > 0, scale 1.

    Below shape 1 a variate of shape + 1 is multiplied by U**(1 / shape), as they say; of small
    shapes this would be 0 too often, hence the logarithm.
    """
    if shape >= 1.0:
        value, counter = _gamma_from_one(seed, stream, counter, shape)
        return natural_log(value), counter
    value, counter = _gamma_from_one(seed, stream, counter, shape + 1.0)
    u = 1.0 - uniform(seed, stream, counter)
    return natural_log(value) + natural_log(u) / shape, counter + _ONE


@njit(cache=True, nogil=True)
def dirichlet_variate(seed, stream, counter, shapes, shares):
    """Set shares (K,) to a Dirichlet variate of shapes (K,) > 0; gives the next free counter.

    Shares sum to 1; one that is less than e**-700 of the largest is 0.
    """
    n_topics = shapes.shape[0]
    largest = -np.inf
    for k in range(n_topics):
        shares[k], counter = log_gamma_variate(seed, stream, counter, shapes[k])
        largest = max(largest, shares[k])
    total = 0.0
    for k in range(n_topics):
        shares[k] = exp_below_one(shares[k] - largest)
        total += shares[k]
    for k in range(n_topics):
        shares[k] /= total
    return counter
