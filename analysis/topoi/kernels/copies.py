"""Which texts share so many rare shingles that one may be a copy of the other."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["bin_minima", "candidates", "leaders", "shared_counts", "sketches", "text_counts"]

_SECOND = np.uint64(0xBF58476D1CE4E5B9)


@njit(cache=True, nogil=True)
def text_counts(shingles: NDArray[np.uint64], most: int) -> NDArray[np.uint8]:
    """In how many texts each shingle is, counted up to `most`.

    Parameters
    ----------
    shingles : uint64 array, shape (S,), each once in a text
    most : int < 256

    Returns
    -------
    uint8 array, shape (S,)
        Never too small. Two tables of at least 2 S slots (a count-min sketch): too large only where
        a shingle meets others in both, which does not depend on the order of the texts.

    References
    ----------
    Cormode and Muthukrishnan (2005) for the count-min sketch.
    """
    bits = 20
    while (1 << bits) < 2 * len(shingles) and bits < 30:
        bits += 1
    shift = np.uint64(64 - bits)
    first = np.zeros(1 << bits, dtype=np.uint8)
    second = np.zeros(1 << bits, dtype=np.uint8)
    for shingle in shingles:
        one, two = (shingle * _SECOND) >> shift, (shingle << np.uint64(bits)) >> shift
        first[one] = min(first[one] + 1, most)
        second[two] = min(second[two] + 1, most)
    result = np.empty(len(shingles), dtype=np.uint8)
    for i in range(len(shingles)):
        shingle = shingles[i]
        one, two = (shingle * _SECOND) >> shift, (shingle << np.uint64(bits)) >> shift
        result[i] = min(first[one], second[two])
    return result


@njit(cache=True, nogil=True)
def sketches(
    counts: NDArray[np.uint8], bounds: NDArray[np.int64], common: int, size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Where the first `size` shingles of each text are that at most `common` texts have.

    Shingles are sorted by hash: these are a sample of the text's rare shingles, the same for two
    texts as far as they share them (bottom-k sketch).

    Parameters
    ----------
    counts : uint8 array, shape (S,), from `text_counts`
    bounds : int64 array, shape (D + 1,)
    common, size : int

    Returns
    -------
    places : int64 array, shape (P,), in [0, S)
    place_bounds : int64 array, shape (D + 1,)
    n_rare : int64 array, shape (D,), rare shingles of each text
    """
    n_texts = len(bounds) - 1
    places = np.empty(n_texts * size, dtype=np.int64)
    place_bounds = np.zeros(n_texts + 1, dtype=np.int64)
    n_rare = np.zeros(n_texts, dtype=np.int64)
    n = 0
    for text in range(n_texts):
        for i in range(bounds[text], bounds[text + 1]):
            if counts[i] <= common:
                if n_rare[text] < size:
                    places[n] = i
                    n += 1
                n_rare[text] += 1
        place_bounds[text + 1] = n
    return places[:n].copy(), place_bounds, n_rare


@njit(cache=True, nogil=True)
def candidates(
    shingles: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    counts: NDArray[np.uint8],
    places: NDArray[np.int64],
    place_bounds: NDArray[np.int64],
    common: int,
    share: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of texts of which one has at least `share` of the other's sketch, and two of it.

    Parameters
    ----------
    shingles, bounds : as in `shared_counts`
    counts : uint8 array, shape (S,), from `text_counts`
    places, place_bounds : from `sketches`
    common : int, texts that may have a shingle of a sketch
    share : float in [0, 1]

    Returns
    -------
    a, b : int64 arrays, shape (P,); a's sketch is in b; a pair may come both ways round

    Notes
    -----
    Time and memory are linear in the shingles and in D x size x common.
    """
    n_texts = len(bounds) - 1
    keys, rows, n_rows = _sketch_table(shingles, counts, places)
    postings = np.empty((n_rows, common), dtype=np.int32)
    n_posted = np.zeros(n_rows, dtype=np.uint8)
    for text in range(n_texts):
        for i in range(bounds[text], bounds[text + 1]):
            if 2 <= counts[i] <= common:
                row = _row(keys, rows, shingles[i])
                if row >= 0:
                    postings[row, n_posted[row]] = text
                    n_posted[row] += 1
    found_a = np.empty(1024, dtype=np.int64)
    found_b = np.empty(1024, dtype=np.int64)
    n_found = 0
    hits = np.zeros(n_texts, dtype=np.int32)
    met = np.empty(n_texts, dtype=np.int64)
    for text in range(n_texts):
        n_met = 0
        for j in range(place_bounds[text], place_bounds[text + 1]):
            if counts[places[j]] < 2:
                continue
            row = _row(keys, rows, shingles[places[j]])
            for p in range(n_posted[row]):
                other = postings[row, p]
                if other == text:
                    continue
                if hits[other] == 0:
                    met[n_met] = other
                    n_met += 1
                hits[other] += 1
        least = max(2.0, share * (place_bounds[text + 1] - place_bounds[text]))
        for m in range(n_met):
            other = met[m]
            if hits[other] >= least:
                if n_found == len(found_a):
                    found_a = np.append(found_a, np.empty_like(found_a))
                    found_b = np.append(found_b, np.empty_like(found_b))
                found_a[n_found], found_b[n_found] = text, other
                n_found += 1
            hits[other] = 0
    return found_a[:n_found].copy(), found_b[:n_found].copy()


@njit(cache=True, nogil=True)
def _sketch_table(shingles, counts, places):
    """A table with open addressing: a row number for each shingle of a sketch that two share."""
    n_slots = 16
    while n_slots < 2 * len(places):
        n_slots *= 2
    keys = np.zeros(n_slots, dtype=np.uint64)
    rows = np.zeros(n_slots, dtype=np.int32)
    n_rows = 0
    for place in places:
        if counts[place] < 2:
            continue
        slot = _slot(keys, shingles[place])
        if keys[slot] == 0:
            keys[slot] = shingles[place]
            rows[slot] = n_rows
            n_rows += 1
    return keys, rows, n_rows


@njit(cache=True, nogil=True)
def _row(keys, rows, shingle):
    """The row of a shingle, -1 where it is in no sketch."""
    slot = _slot(keys, shingle)
    return np.int64(rows[slot]) if keys[slot] == shingle else np.int64(-1)


@njit(cache=True, nogil=True)
def _slot(keys, shingle):
    """Where a shingle is in the table or would go; shingles in sketches have small upper bits."""
    last = np.uint64(len(keys) - 1)
    slot = ((shingle * _SECOND) >> np.uint64(20)) & last
    while keys[slot] != 0 and keys[slot] != shingle:
        slot = (slot + np.uint64(1)) & last
    return slot


@njit(cache=True, nogil=True)
def shared_counts(
    shingles: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    counts: NDArray[np.uint8],
    common: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many shingles, and how many rare ones, the two texts of each pair share.

    Parameters
    ----------
    shingles : uint64 array, shape (S,), sorted and unique within each text
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    counts : uint8 array, shape (S,), from `text_counts`
    common : int, texts that may have a rare shingle
    a, b : int64 arrays, shape (P,)

    Returns
    -------
    shared, shared_rare : int64 arrays, shape (P,)
    """
    shared = np.zeros(len(a), dtype=np.int64)
    shared_rare = np.zeros(len(a), dtype=np.int64)
    for pair in range(len(a)):
        i, i_end = bounds[a[pair]], bounds[a[pair] + 1]
        j, j_end = bounds[b[pair]], bounds[b[pair] + 1]
        while i < i_end and j < j_end:
            x, y = shingles[i], shingles[j]
            if x == y:
                shared[pair] += 1
                shared_rare[pair] += counts[i] <= common
            i += x <= y
            j += y <= x
    return shared, shared_rare


@njit(cache=True, nogil=True)
def bin_minima(
    shingles: NDArray[np.uint64], bounds: NDArray[np.int64], texts: NDArray[np.int64], n_bins: int
) -> NDArray[np.uint64]:
    """The least shingle of each text in each of so many bins: a MinHash of one permutation.

    Parameters
    ----------
    shingles, bounds : as in `shared_counts`
    texts : int64 array, shape (T,)
    n_bins : int, a power of two

    Returns
    -------
    uint64 array, shape (T, n_bins); 0 where a bin is empty
    """
    result = np.zeros((len(texts), n_bins), dtype=np.uint64)
    for t in range(len(texts)):
        for i in range(bounds[texts[t]], bounds[texts[t] + 1]):
            bin_number = shingles[i] & np.uint64(n_bins - 1)
            if result[t, bin_number] == 0:
                result[t, bin_number] = shingles[i]
    return result


@njit(cache=True, nogil=True)
def leaders(
    shingles: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    texts: NDArray[np.int64],
    order: NDArray[np.int64],
    keys: NDArray[np.uint64],
    least: float,
    most_leaders: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """For texts with one key, the first of them that is `least` alike (Jaccard similarity).

    Texts with a key are gone through in order; one that is like no leader so far becomes one.

    Parameters
    ----------
    shingles, bounds : as in `shared_counts`
    texts : int64 array, shape (T,)
    order : int64 array, shape (T,), into texts, by key, then as texts are to be gone through
    keys : uint64 array, shape (T,)
    least : float
    most_leaders : int
        A text that is like none of so many is compared no further.

    Returns
    -------
    leader, member : int64 arrays, shape (P,), texts
    n_capped : int, texts that were not compared with all leaders
    """
    found_a = np.empty(len(texts), dtype=np.int64)
    found_b = np.empty(len(texts), dtype=np.int64)
    led = np.empty(most_leaders, dtype=np.int64)
    n_found, n_led, n_capped = 0, 0, 0
    for place in range(len(order)):
        text = texts[order[place]]
        if place == 0 or keys[order[place]] != keys[order[place - 1]]:
            n_led = 0
        is_member = False
        for number in range(n_led):
            if _is_alike(shingles, bounds, led[number], text, least):
                found_a[n_found], found_b[n_found] = led[number], text
                n_found += 1
                is_member = True
                break
        if not is_member:
            if n_led < most_leaders:
                led[n_led] = text
                n_led += 1
            else:
                n_capped += 1
    return found_a[:n_found].copy(), found_b[:n_found].copy(), n_capped


@njit(cache=True, nogil=True)
def _is_alike(shingles, bounds, a, b, least):
    """Whether two texts reach a Jaccard similarity; gives up where they cannot any more."""
    i, i_end = bounds[a], bounds[a + 1]
    j, j_end = bounds[b], bounds[b + 1]
    n_both = (i_end - i) + (j_end - j)
    allowed = n_both - 2.0 * least / (1.0 + least) * n_both  # shingles that only one has
    n_apart = 0
    while i < i_end and j < j_end:
        x, y = shingles[i], shingles[j]
        if x != y:
            n_apart += 1
            if n_apart > allowed:
                return False
        i += x <= y
        j += y <= x
    n_apart += (i_end - i) + (j_end - j)
    return n_apart <= allowed
