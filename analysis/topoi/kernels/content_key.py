"""Which number stands for the content of a document, wherever the document is."""

import numpy as np
from numba import njit

__all__ = ["content_keys", "mixed"]

_START = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def mixed(bits):
    """A uint64 with every bit of the given one spread over all; a bijection.

    Reference: the finaliser of splitmix64: Steele, Lea & Flood (2014), Fast splittable
    pseudorandom number generators, OOPSLA, with the constants of Stafford's variant 13.
    """
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@njit(cache=True, nogil=True)
def content_keys(indptr, indices, count_bits):
    """A key for each document, uint64 (D,), from its terms and counts; equal content, equal key.

    indptr      int64 (D+1,)   where each document begins
    indices     int32 (N,)     term ids, rising within a document, each once
    count_bits  uint64 (N,)    the bits of the counts as float64; no count is zero

    Two of n documents with different content share a key with probability about n**2 / 2**65,
    and would then share a random stream, no more.
    """
    keys = np.empty(indptr.shape[0] - 1, np.uint64)
    for d in range(keys.shape[0]):
        key = _START
        for i in range(indptr[d], indptr[d + 1]):
            key = mixed(key ^ np.uint64(indices[i])) + _START
            key = mixed(key ^ count_bits[i]) + _START
        keys[d] = mixed(key)
    return keys
