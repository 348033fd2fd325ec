"""In how many sliding windows terms occur, alone and two together, in one pass over the text."""

import numpy as np
from numba import njit

__all__ = ["count_windows", "places_of_terms"]


@njit(cache=True, nogil=True)
def count_windows(places, slots, bounds, lengths, window, weights, together):
    """Add to together (M, M) the windows that hold each term and each two; set both triangles.

    places    int32 (N,)    where in its text each token stands that is one of the M terms
    slots     int32 (N,)    which of them it is, in [0, M)
    bounds    int64 (D+1,)  tokens of text d are [bounds[d], bounds[d + 1]), by place
    lengths   int64 (D,)    words of each text, whether they are terms or not
    window    int           words of a window >= 1; 0 is the whole text
    weights   int64 (D,)    how often each text counts
    together  int64 (M, M)  updated; on the diagonal, windows that hold the term

    A text of n words has max(1, n - window + 1) windows, each a place where one begins. A token at
    place p makes new windows for its term and another only if the other was seen since the
    term's own last token: those that begin behind that token and no later than the other's
    last one. Terms are kept in a list, the last seen first, so that only such are looked at.
    """
    n_terms = together.shape[0]
    head = n_terms
    last = np.full(n_terms, -1, np.int64)
    after = np.full(n_terms + 1, head, np.int64)
    before = np.full(n_terms + 1, head, np.int64)
    for d in range(lengths.shape[0]):
        if weights[d] == 0 or bounds[d] == bounds[d + 1]:
            continue
        size = lengths[d] if window == 0 else min(window, lengths[d])
        final = lengths[d] - size  # where the last window begins
        for t in range(bounds[d], bounds[d + 1]):
            slot, place = slots[t], np.int64(places[t])
            earliest = max(place - size + 1, 0)
            own = last[slot]
            start = max(earliest, own + 1)
            together[slot, slot] += weights[d] * max(min(place, final) - start + 1, 0)
            other = after[head]
            while other != head and other != slot and last[other] >= earliest:  # noqa: PLR1714
                new = weights[d] * max(min(last[other], final) - start + 1, 0)
                together[slot, other] += new
                together[other, slot] += new
                other = after[other]
            if own >= 0:
                after[before[slot]] = after[slot]
                before[after[slot]] = before[slot]
            first = after[head]
            after[head], before[slot], after[slot], before[first] = slot, head, first, slot
            last[slot] = place
        other = after[head]
        while other != head:
            last[other] = -1
            other = after[other]
        after[head] = head
        before[head] = head


@njit(cache=True, nogil=True)
def places_of_terms(tokens, bounds, slot_of):
    """Where the terms that are asked for stand: places, slots and bounds for `count_windows`.

    tokens   int32 (N,)    columns, -1 for other words
    bounds   int64 (D+1,)  text d owns [bounds[d], bounds[d + 1])
    slot_of  int32 (V+1,)  the slot of each column, -1 for those not asked for; the last is -1
    """
    n_found = 0
    for token in tokens:
        n_found += slot_of[token] >= 0
    places = np.empty(n_found, np.int32)
    slots = np.empty(n_found, np.int32)
    found_bounds = np.empty(bounds.shape[0], np.int64)
    found_bounds[0] = 0
    n_found = 0
    for d in range(bounds.shape[0] - 1):
        for t in range(bounds[d], bounds[d + 1]):
            slot = slot_of[tokens[t]]
            if slot >= 0:
                places[n_found] = t - bounds[d]
                slots[n_found] = slot
                n_found += 1
        found_bounds[d + 1] = n_found
    return places, slots, found_bounds
