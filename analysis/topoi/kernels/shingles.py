"""Which words and pairs of neighbouring words a text has, each as one 64-bit number."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["shingle_sets", "word_hashes"]

_START = np.uint64(0x9E3779B97F4A7C15)
# Odd numbers that make the hash of a pair of words differ from those of its words and of the
# pair the other way round.
_LEFT = np.uint64(0xBF58476D1CE4E5B9)
_RIGHT = np.uint64(0x94D049BB133111EB)


@njit(cache=True, nogil=True)
def word_hashes(
    codes: NDArray[np.uint32], bounds: NDArray[np.int64], folded: NDArray[np.uint32]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hash of each word: runs of letters and digits, whatever their case.

    Parameters
    ----------
    codes : uint32 array, shape (C,), code points
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    folded : uint32 array, one for each code point
        The character that stands for it, the same for both cases; 0 between words.

    Returns
    -------
    hashes : uint64 array, shape (N,), never 0
    word_bounds : int64 array, shape (D + 1,); text d owns [word_bounds[d], word_bounds[d + 1])
    """
    n_texts = len(bounds) - 1
    hashes = np.empty(len(codes) // 2 + n_texts, dtype=np.uint64)
    word_bounds = np.zeros(n_texts + 1, dtype=np.int64)
    n = 0
    for text in range(n_texts):
        hashed = _START
        is_word = False
        for i in range(bounds[text], bounds[text + 1]):
            letter = folded[codes[i]]
            if letter != 0:
                hashed = (hashed ^ np.uint64(letter)) * _LEFT
                hashed ^= hashed >> np.uint64(29)
                is_word = True
            elif is_word:
                hashes[n] = _mixed(hashed)
                n += 1
                hashed = _START
                is_word = False
        if is_word:
            hashes[n] = _mixed(hashed)
            n += 1
        word_bounds[text + 1] = n
    return hashes[:n].copy(), word_bounds


@njit(cache=True, nogil=True)
def shingle_sets(
    hashes: NDArray[np.uint64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The distinct words and pairs of neighbouring words of each text, smallest hash first.

    Parameters
    ----------
    hashes : uint64 array, shape (N,), words, never 0
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])

    Returns
    -------
    shingles : uint64 array, shape (S,), sorted and unique within each text
    set_bounds : int64 array, shape (D + 1,)

    Notes
    -----
    Linear: a table whose slots are in the order of the hashes gives them all but sorted.
    """
    n_texts = len(bounds) - 1
    longest = 1
    for text in range(n_texts):
        longest = max(longest, bounds[text + 1] - bounds[text])
    n_slots = 2
    while n_slots < 3 * longest:
        n_slots *= 2
    table = np.zeros(n_slots + 2 * longest, dtype=np.uint64)
    shingles = np.empty(max(2 * len(hashes), 1), dtype=np.uint64)
    set_bounds = np.zeros(n_texts + 1, dtype=np.int64)
    n = 0
    for text in range(n_texts):
        start, stop = bounds[text], bounds[text + 1]
        shift = 63
        while (1 << (64 - shift)) < 3 * (stop - start):
            shift -= 1
        for i in range(start, stop):
            _insert(table, hashes[i], shift)
            if i + 1 < stop:
                pair = np.uint64(_mixed((hashes[i] * _LEFT) ^ (hashes[i + 1] * _RIGHT)))
                _insert(table, pair, shift)
        first = n
        for slot in range((1 << (64 - shift)) + 2 * (stop - start)):
            value = table[slot]
            if value == 0:
                continue
            table[slot] = 0
            place = n
            while place > first and shingles[place - 1] > value:
                shingles[place] = shingles[place - 1]
                place -= 1
            shingles[place] = value
            n += 1
        set_bounds[text + 1] = n
    return shingles[:n].copy(), set_bounds


@njit(cache=True, nogil=True)
def _insert(table, value, shift):
    """Put a hash into the first free slot from that of its upper bits on, if it is not there."""
    slot = np.int64(value >> np.uint64(shift))
    while table[slot] != 0:
        if table[slot] == value:
            return
        slot += 1
    table[slot] = value


@njit(cache=True, nogil=True)
def _mixed(value):
    """A bijection that spreads every bit; 0 is taken to 1, since it marks free slots."""
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    value ^= value >> np.uint64(31)
    return value if value != 0 else np.uint64(1)
