"""Phrases, neighbours and counts in texts whose tokens are numbers."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from topoi.kernels.int_table import value_of

__all__ = ["count_rows", "find_instances", "neighbour_keys", "replace_instances"]


@njit(cache=True, nogil=True)
def find_instances(
    tokens: NDArray[np.int32],
    bounds: NDArray[np.int64],
    first_state: NDArray[np.int32],
    edge_keys: NDArray[np.int64],
    edge_values: NDArray[np.int64],
    ends: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where phrases stand: of several the leftmost, of those the longest.

    Parameters
    ----------
    tokens : int32 array, shape (N,)
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    first_state : int32 array, shape (V,)
        State after a token that begins a phrase of several words, 0 for the others.
    edge_keys, edge_values : table from `int_table.put`
        The state after state s and token t is at s * V + t; there is none where it is 0.
    ends : bool array, one for each state: whether a phrase may end there

    Returns
    -------
    starts, lengths : int64 arrays, shape (phrases found,); lengths are >= 2 tokens
    """
    n_names = len(first_state)
    starts = np.empty(len(tokens) // 2, dtype=np.int64)
    lengths = np.empty(len(tokens) // 2, dtype=np.int64)
    n = 0
    for text in range(len(bounds) - 1):
        i = bounds[text]
        while i < bounds[text + 1]:
            state = int(first_state[tokens[i]])
            longest, j = 1, i + 1
            while state != 0 and j < bounds[text + 1]:
                state = value_of(edge_keys, edge_values, state * n_names + tokens[j])
                j += 1
                if ends[state]:
                    longest = j - i
            if longest > 1:
                starts[n], lengths[n] = i, longest
                n += 1
            i += longest
    return starts[:n], lengths[:n]


@njit(cache=True, nogil=True)
def replace_instances(
    tokens: NDArray[np.int32],
    bounds: NDArray[np.int64],
    written: NDArray[np.int32],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    numbers: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The texts with one number for each phrase.

    Parameters
    ----------
    tokens, bounds : as for `find_instances`
    written : int32 array, shape (V,), what stands for a token outside phrases
    starts, lengths : from `find_instances`
    numbers : int32 array, one for each phrase found

    Returns
    -------
    tokens, bounds : new arrays of the same types
    """
    result = np.empty(len(tokens) - (lengths.sum() - len(lengths)), dtype=np.int32)
    result_bounds = np.zeros(len(bounds), dtype=np.int64)
    n, phrase = 0, 0
    for text in range(len(bounds) - 1):
        i = bounds[text]
        while i < bounds[text + 1]:
            if phrase < len(starts) and starts[phrase] == i:
                result[n] = numbers[phrase]
                i += lengths[phrase]
                phrase += 1
            else:
                result[n] = written[tokens[i]]
                i += 1
            n += 1
        result_bounds[text + 1] = n
    return result, result_bounds


@njit(cache=True, nogil=True)
def neighbour_keys(
    tokens: NDArray[np.int32], bounds: NDArray[np.int64], connector: NDArray[np.int32]
) -> NDArray[np.int64]:
    """A key for each two neighbours, side by side or with one connector between them.

    Parameters
    ----------
    tokens, bounds : as for `find_instances`; 0 keeps its two sides apart
    connector : int32 array, shape (V,): 1, 2, ... for connectors, 0 for other tokens

    Returns
    -------
    int64 array, shape (pairs,): (connector * V + left) * V + right, connector 0 for none
    """
    n_names = len(connector)
    keys = np.empty(len(tokens), dtype=np.int64)
    n = 0
    for text in range(len(bounds) - 1):
        left, between, n_between = np.int64(0), np.int64(0), 0
        for i in range(bounds[text], bounds[text + 1]):
            token = np.int64(tokens[i])
            if token != 0 and connector[token] != 0:
                between = np.int64(connector[token])
                n_between += 1
                continue
            if left != 0 and token != 0 and n_between <= 1:
                keys[n] = (between * n_names + left) * n_names + token
                n += 1
            left, between, n_between = token, np.int64(0), 0
    return keys[:n]


@njit(cache=True, nogil=True)
def count_rows(
    tokens: NDArray[np.int32], bounds: NDArray[np.int64], columns: NDArray[np.int32], n_columns: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """How often each text has each term.

    Parameters
    ----------
    tokens, bounds : as for `find_instances`
    columns : int32 array, shape (V,), the column of each token, -1 for those without
    n_columns : int

    Returns
    -------
    counts, indices : int32 arrays, shape (stored counts,)
        Columns of a row in order of first appearance.
    indptr : int64 array, shape (D + 1,); row d owns [indptr[d], indptr[d + 1])
    """
    counts = np.zeros(len(tokens), dtype=np.int32)
    indices = np.empty(len(tokens), dtype=np.int32)
    indptr = np.zeros(len(bounds), dtype=np.int64)
    place = np.full(n_columns, -1, dtype=np.int64)  # where a column's last count is stored
    n = 0
    for text in range(len(bounds) - 1):
        for i in range(bounds[text], bounds[text + 1]):
            column = columns[tokens[i]]
            if column < 0:
                continue
            if place[column] < indptr[text]:
                place[column] = n
                indices[n] = column
                n += 1
            counts[place[column]] += 1
        indptr[text + 1] = n
    return counts[:n].copy(), indices[:n].copy(), indptr
