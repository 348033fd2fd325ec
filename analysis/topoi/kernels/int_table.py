"""Whole numbers as keys: how often each occurs, and which value belongs to it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["add_counts", "empty_table", "number_keys", "put", "value_of", "values_of"]

_FREE = -1


def empty_table() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys and values of a table without entries, for the functions of this file."""
    return np.full(1024, _FREE, dtype=np.int64), np.zeros(1024, dtype=np.int64)


@njit(cache=True, nogil=True)
def add_counts(
    keys: NDArray[np.int64],
    table_keys: NDArray[np.int64],
    table_values: NDArray[np.int64],
    n_used: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """The table with one more for each occurrence of a key.

    Parameters
    ----------
    keys : int64 array, shape (N,), >= 0
    table_keys, table_values : int64 arrays, shape (S,), S a power of two; may change
    n_used : int, keys in the table

    Returns
    -------
    table_keys, table_values, n_used
    """
    for key in keys:
        slot = _slot(table_keys, key)
        if table_keys[slot] == _FREE:
            table_keys[slot] = key
            n_used += 1
        table_values[slot] += 1
        if 2 * n_used > len(table_keys):
            table_keys, table_values = _grown(table_keys, table_values)
    return table_keys, table_values, n_used


@njit(cache=True, nogil=True)
def put(
    keys: NDArray[np.int64], values: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A table, keys and values of shape (S,), that holds values[i] at keys[i], all different."""
    n_slots = 2
    while n_slots < 2 * len(keys):
        n_slots *= 2
    table_keys = np.full(n_slots, _FREE, dtype=np.int64)
    table_values = np.zeros(n_slots, dtype=np.int64)
    for i in range(len(keys)):
        slot = _slot(table_keys, keys[i])
        table_keys[slot], table_values[slot] = keys[i], values[i]
    return table_keys, table_values


@njit(cache=True, nogil=True)
def value_of(table_keys, table_values, key):
    """The value of one key, 0 if it is not in the table."""
    return table_values[_slot(table_keys, key)]


@njit(cache=True, nogil=True)
def values_of(
    table_keys: NDArray[np.int64], table_values: NDArray[np.int64], keys: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The value of each key, shape (N,); 0 for those that are not in the table."""
    values = np.empty(len(keys), dtype=np.int64)
    for i in range(len(keys)):
        values[i] = value_of(table_keys, table_values, keys[i])
    return values


@njit(cache=True, nogil=True)
def number_keys(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The keys numbered 0, 1, ... in order of first appearance.

    Returns
    -------
    numbers : int64 array, shape (N,)
    firsts : int64 array, shape (distinct keys,), where each occurs first
    """
    n_slots = 2
    while n_slots < 2 * len(keys):
        n_slots *= 2
    table_keys = np.full(n_slots, _FREE, dtype=np.int64)
    table_values = np.zeros(n_slots, dtype=np.int64)
    numbers = np.empty(len(keys), dtype=np.int64)
    firsts = np.empty(len(keys), dtype=np.int64)
    n = 0
    for i in range(len(keys)):
        slot = _slot(table_keys, keys[i])
        if table_keys[slot] == _FREE:
            table_keys[slot], table_values[slot] = keys[i], n
            firsts[n] = i
            n += 1
        numbers[i] = table_values[slot]
    return numbers, firsts[:n]


@njit(cache=True, nogil=True)
def _slot(table_keys, key):
    """Where a key is, or the free place where it would be."""
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(len(table_keys) - 1))
    while table_keys[slot] != key and table_keys[slot] != _FREE:
        slot = (slot + 1) & (len(table_keys) - 1)
    return slot


@njit(cache=True, nogil=True)
def _grown(table_keys, table_values):
    keys = np.full(2 * len(table_keys), _FREE, dtype=np.int64)
    values = np.zeros(2 * len(table_keys), dtype=np.int64)
    for i in range(len(table_keys)):
        if table_keys[i] != _FREE:
            slot = _slot(keys, table_keys[i])
            keys[slot], values[slot] = table_keys[i], table_values[i]
    return keys, values
