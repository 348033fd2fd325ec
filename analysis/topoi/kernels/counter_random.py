"""Which random number belongs to a seed, a stream and a counter, without any state.

Philox4x32-10 turns 192 bits (seed 64, stream 64, counter 64) into 128. It was chosen over a
finaliser of the splitmix kind because nothing must be folded together first: for one seed the map
from (stream, counter) to the 128 bits is a bijection, so two streams never share a block. It is
integer arithmetic only, the same on every machine, and passed the whole of TestU01 in the paper.

Reference: Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC11;
known answers of their library Random123 are in tests/test_random.py.
"""

import numpy as np
from numba import njit

__all__ = [
    "FOR_DRAWS",
    "FOR_HALVES",
    "FOR_PARTICLES",
    "FOR_PASSES",
    "below",
    "philox",
    "to_float64",
    "uniform",
]

# Each use of a stream begins at a counter of its own, 2**56 apart, so that none repeats another.
FOR_DRAWS = np.uint64(0)
FOR_HALVES = np.uint64(1 << 56)
FOR_PARTICLES = np.uint64(2 << 56)
FOR_PASSES = np.uint64(3 << 56)

_ONE = np.uint64(1)
_HALF_WORD = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ROUNDS = 10
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_KEY_STEP_0 = np.uint64(0x9E3779B9)
_KEY_STEP_1 = np.uint64(0xBB67AE85)
_TO_FLOAT64 = 1.0 / 9007199254740992.0  # 2**-53


@njit(cache=True, nogil=True)
def philox(seed, stream, counter):
    """128 random bits as two uint64; all three arguments are uint64.

    The counter's halves are words 0 and 1 of the paper's counter, the stream's words 2 and 3; the
    seed's are its key. The first result holds words 0 (low half) and 1, the second 2 and 3.
    """
    word_0, word_1 = counter & _LOW, counter >> _HALF_WORD
    word_2, word_3 = stream & _LOW, stream >> _HALF_WORD
    key_0, key_1 = seed & _LOW, seed >> _HALF_WORD
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * word_0
        product_1 = _MULTIPLIER_1 * word_2
        word_0 = (product_1 >> _HALF_WORD) ^ word_1 ^ key_0
        word_1 = product_1 & _LOW
        word_2 = (product_0 >> _HALF_WORD) ^ word_3 ^ key_1
        word_3 = product_0 & _LOW
        key_0 = (key_0 + _KEY_STEP_0) & _LOW
        key_1 = (key_1 + _KEY_STEP_1) & _LOW
    return word_0 | (word_1 << _HALF_WORD), word_2 | (word_3 << _HALF_WORD)


@njit(cache=True, nogil=True)
def to_float64(bits):
    """A float64 in [0, 1) from the upper 53 of 64 random bits; all multiples of 2**-53 alike."""
    return np.float64(bits >> np.uint64(11)) * _TO_FLOAT64


@njit(cache=True, nogil=True)
def uniform(seed, stream, counter):
    """A float64 in [0, 1), uniform; takes up one counter."""
    return to_float64(philox(seed, stream, counter)[0])


@njit(cache=True, nogil=True)
def below(seed, stream, counter, bound):
    """A whole number in [0, bound), each equally likely, and the next free counter.

    bound is a uint64 in [1, 2**32]. A 32-bit word times the bound gives the number in its upper
    half; words whose lower half falls short of 2**32 modulo bound would make some numbers likelier
    and are passed over. Reference: Lemire (2019), Fast random integer generation in an interval,
    algorithm 5.
    """
    shortfall = (np.uint64(1 << 32) - bound) % bound
    while True:
        product = (philox(seed, stream, counter)[0] & _LOW) * bound
        counter += _ONE
        if (product & _LOW) >= shortfall:
            return product >> _HALF_WORD, counter
