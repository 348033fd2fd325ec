"""Which number each distinct word of the texts has."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["WHOLE_HASH", "number_words", "word_slots"]

WHOLE_HASH = 0xFFFFFFFFFFFFFFFF

_LONG = np.uint64(0xFF00000000000000)  # keys from here on are hashes, below they are words


@njit(cache=True, nogil=True)
def number_words(
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    slots: NDArray[np.int32],
    keys: NDArray[np.uint64],
    pool_bounds: NDArray[np.int64],
    pool: NDArray[np.uint32],
    n_words: int,
    hash_mask: np.uint64,
) -> tuple[NDArray[np.int32], int]:
    """The number of each word: 1, 2, ... in order of first appearance, 0 for an empty one.

    A table with open addressing. The key of a short word is the word itself; words with the
    key of a long one are compared character by character, so no hash can take two words for one.

    Parameters
    ----------
    codes : uint32 array, shape (C,), code points
    starts, stops : int64 arrays, shape (N,), of each word in `codes`
    slots : int32 array, shape (S,), S a power of two > n_words + N; numbers, 0 where free
    keys : uint64 array, shape (> n_words + N,), of each numbered word
    pool_bounds : int64 array, shape (> n_words + N,); word w is pool[bounds[w - 1] : bounds[w]]
    pool : uint32 array, code points of the numbered words, with room for those of new ones
    n_words : int, words numbered so far
    hash_mask : uint64, the bits of hashes that are used; WHOLE_HASH but in tests

    Returns
    -------
    numbers : int32 array, shape (N,)
    n_words : int, words numbered now

    Updates
    -------
    slots, keys, pool_bounds, pool
    """
    numbers = np.zeros(len(starts), dtype=np.int32)
    last_slot = np.uint64(len(slots) - 1)
    for token in range(len(starts)):
        start, stop = starts[token], stops[token]
        if start == stop:
            continue
        key = _key(codes, start, stop, hash_mask)
        slot = _mixed(key) & hash_mask & last_slot
        while slots[slot] != 0:
            word = slots[slot]
            if keys[word] == key and (
                key < _LONG
                or _is_equal(codes, start, stop, pool, pool_bounds[word - 1], pool_bounds[word])
            ):
                break
            slot = (slot + np.uint64(1)) & last_slot
        if slots[slot] == 0:
            used = pool_bounds[n_words]
            for i in range(stop - start):
                pool[used + i] = codes[start + i]
            n_words += 1
            pool_bounds[n_words] = used + stop - start
            keys[n_words] = key
            slots[slot] = n_words
        numbers[token] = slots[slot]
    return numbers, n_words


@njit(cache=True, nogil=True)
def word_slots(
    keys: NDArray[np.uint64], n_words: int, n_slots: int, hash_mask: np.uint64
) -> NDArray[np.int32]:
    """The slots of `number_words`, shape (n_slots,), for the words with these keys."""
    slots = np.zeros(n_slots, dtype=np.int32)
    for word in range(1, n_words + 1):
        slot = _mixed(keys[word]) & hash_mask & np.uint64(n_slots - 1)
        while slots[slot] != 0:
            slot = (slot + np.uint64(1)) & np.uint64(n_slots - 1)
        slots[slot] = word
    return slots


@njit(cache=True, nogil=True)
def _key(codes, start, stop, hash_mask):
    """Length and characters of a word of up to 7 characters below 256; else a hash >= _LONG."""
    if stop - start <= 7:
        packed = np.uint64(stop - start)
        every_bit = np.uint32(0)
        for i in range(start, stop):
            packed = (packed << np.uint64(8)) | np.uint64(codes[i])
            every_bit |= codes[i]
        if every_bit < 256:
            return packed
    hashed = np.uint64(0x9E3779B97F4A7C15)
    for i in range(start, stop):
        hashed = (hashed ^ np.uint64(codes[i])) * np.uint64(0xBF58476D1CE4E5B9)
    return ((hashed ^ (hashed >> np.uint64(32))) & hash_mask) | _LONG


@njit(cache=True, nogil=True)
def _mixed(key):
    product = key * np.uint64(0x94D049BB133111EB)
    return product ^ (product >> np.uint64(32))


@njit(cache=True, nogil=True)
def _is_equal(codes, start, stop, pool, first, last):
    """Whether codes[start:stop] and pool[first:last] are the same characters."""
    if stop - start != last - first:
        return False
    for i in range(stop - start):  # noqa: SIM110 - numba has no all() of a generator
        if codes[start + i] != pool[first + i]:
            return False
    return True
