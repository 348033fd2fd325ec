"""How two texts with much in common differ: in single words all over, or in whole passages."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["alignments"]

_LEFT = np.uint64(0xBF58476D1CE4E5B9)
_RIGHT = np.uint64(0x94D049BB133111EB)


@njit(cache=True, nogil=True)
def alignments(
    hashes: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    longest: int,
) -> NDArray[np.int64]:
    """Words that two texts have in the same order, and words that stand for one another.

    Pairs of neighbouring words that each text has once are laid in the same order in both, as many
    as possible; what is equal around them is added. Between stretches of equal words are gaps.

    Parameters
    ----------
    hashes : uint64 array, shape (N,), words
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    a, b : int64 arrays, shape (P,), texts
    longest : int, words of a gap that counts as short

    Returns
    -------
    int64 array, shape (P, 3)
        Equal words; words in gaps, each gap counted by its longer side; words of those that lie
        in short gaps that are as long in one text as in the other.

    Notes
    -----
    n log n in the words of the two texts.
    """
    result = np.zeros((len(a), 3), dtype=np.int64)
    for pair in range(len(a)):
        one = hashes[bounds[a[pair]] : bounds[a[pair] + 1]]
        other = hashes[bounds[b[pair]] : bounds[b[pair] + 1]]
        in_one, in_other = _anchors(one, other)
        _measure(one, other, in_one, in_other, longest, result[pair])
    return result


@njit(cache=True, nogil=True)
def _measure(one, other, in_one, in_other, longest, result):
    """Fill in a row of `alignments` from the anchors."""
    i = j = 0
    for anchor in range(len(in_one) + 1):
        is_end = anchor == len(in_one)
        i_end = len(one) if is_end else in_one[anchor]
        j_end = len(other) if is_end else in_other[anchor]
        if i_end < i or j_end < j:  # inside what is equal already
            continue
        while i < i_end and j < j_end and one[i] == other[j]:
            i, j = i + 1, j + 1
            result[0] += 1
        i_next, j_next = i_end, j_end
        while i < i_end and j < j_end and one[i_end - 1] == other[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            result[0] += 1
        _add_gap(one, other, i, i_end, j, j_end, longest, result)
        i, j = i_next, j_next


@njit(cache=True, nogil=True)
def _add_gap(one, other, i, i_end, j, j_end, longest, result):
    """Count a gap; in one of equal sides, words in the same place may be equal."""
    size = max(i_end - i, j_end - j)
    if i_end - i == j_end - j and size <= longest:
        for place in range(size):
            is_equal = one[i + place] == other[j + place]
            result[0] += is_equal
            result[1] += not is_equal
            result[2] += not is_equal
    else:
        result[1] += size


@njit(cache=True, nogil=True)
def _anchors(one, other):
    """Places of pairs of words that both texts have once, rising in both, as many as possible."""
    keys, places = _pair_table(one)
    other_keys, other_places = _pair_table(other)
    in_one = np.empty(len(one), dtype=np.int64)
    in_other = np.empty(len(one), dtype=np.int64)
    n = 0
    for i in range(len(one) - 1):
        pair = _pair(one, i)
        if places[_slot(keys, pair)] != i:
            continue
        slot = _slot(other_keys, pair)
        if other_keys[slot] == pair and other_places[slot] >= 0:
            in_one[n], in_other[n] = i, other_places[slot]
            n += 1
    chosen = _rising(in_other[:n])
    return in_one[:n][chosen], in_other[:n][chosen]


@njit(cache=True, nogil=True)
def _rising(values):
    """Places of a longest rising part of distinct values."""
    ends = np.empty(len(values), dtype=np.int64)  # place of the least end of each length
    before = np.empty(len(values), dtype=np.int64)
    n = 0
    for place in range(len(values)):
        low, high = 0, n
        while low < high:
            middle = (low + high) // 2
            if values[ends[middle]] < values[place]:
                low = middle + 1
            else:
                high = middle
        before[place] = ends[low - 1] if low > 0 else -1
        ends[low] = place
        n = max(n, low + 1)
    chosen = np.empty(n, dtype=np.int64)
    place = ends[n - 1] if n > 0 else -1
    for rank in range(n - 1, -1, -1):
        chosen[rank] = place
        place = before[place]
    return chosen


@njit(cache=True, nogil=True)
def _pair_table(words):
    """A table with open addressing: where each pair of neighbours is, -1 where it comes again."""
    n_slots = 4
    while n_slots < 2 * len(words):
        n_slots *= 2
    keys = np.zeros(n_slots, dtype=np.uint64)
    places = np.full(n_slots, -1, dtype=np.int64)
    for i in range(len(words) - 1):
        pair = _pair(words, i)
        slot = _slot(keys, pair)
        places[slot] = i if keys[slot] == 0 else -1
        keys[slot] = pair
    return keys, places


@njit(cache=True, nogil=True)
def _pair(words, i):
    """A number for two neighbouring words, never 0."""
    pair = (words[i] * _LEFT) ^ (words[i + 1] * _RIGHT)
    return (pair ^ (pair >> np.uint64(32))) | np.uint64(1)


@njit(cache=True, nogil=True)
def _slot(keys, pair):
    """Where a pair is in the table or would go."""
    last = np.uint64(len(keys) - 1)
    slot = ((pair * _LEFT) >> np.uint64(32)) & last
    while keys[slot] != 0 and keys[slot] != pair:
        slot = (slot + np.uint64(1)) & last
    return slot
