"""Which products a factorisation needs: sparse times dense, Gram matrices, sums of products.

Shapes: R rows, C columns, N stored values, K topics padded with unused ones to a multiple of 8.
Sums have one written order: over the stored values of a row from left to right, four at a time;
over the rows of a table in groups of eight and chunks of 128, in float32 within a chunk and in
float64 across chunks. The loops over topics are element by element, so that the compiler may use
registers of any width without changing a bit. Only + and *, no fused multiply-add.
"""

import numpy as np
from numba import njit

__all__ = ["column_sums", "gram", "inner", "rotated", "sparse_products"]

_CHUNK = 128


@njit(cache=True, nogil=True)
def sparse_products(indptr, indices, values, factor, found):
    """Products of the rows of a sparse matrix with a table.

    indptr   int64 (R+1,)    where each row begins in indices and values
    indices  int32 (N,)      columns
    values   float32 (N,)
    factor   float32 (C, K)
    found    float32 (R, K)  set; a row depends on no other row
    """
    n_topics = factor.shape[1]
    for r in range(found.shape[0]):
        row = found[r]
        for k in range(n_topics):
            row[k] = np.float32(0.0)
        i, stop = indptr[r], indptr[r + 1]
        while i + 4 <= stop:
            x0, x1, x2, x3 = values[i], values[i + 1], values[i + 2], values[i + 3]
            f0, f1 = factor[indices[i]], factor[indices[i + 1]]
            f2, f3 = factor[indices[i + 2]], factor[indices[i + 3]]
            for k in range(n_topics):
                row[k] += x0 * f0[k] + x1 * f1[k] + x2 * f2[k] + x3 * f3[k]
            i += 4
        while i < stop:
            x, f = values[i], factor[indices[i]]
            for k in range(n_topics):
                row[k] += x * f[k]
            i += 1


@njit(cache=True, nogil=True)
def gram(factor, total):
    """Scalar products of the columns of a float32 table (R, K): sets the float64 total (K, K)."""
    n_rows, n_topics = factor.shape
    part = np.empty((n_topics, n_topics), np.float32)
    for j in range(n_topics):
        for k in range(n_topics):
            part[j, k] = np.float32(0.0)
            total[j, k] = 0.0
    eights = n_rows - n_rows % 8
    for r in range(0, eights, 8):
        for j in range(n_topics):
            a, b, c, d = factor[r, j], factor[r + 1, j], factor[r + 2, j], factor[r + 3, j]
            e, f, g, h = factor[r + 4, j], factor[r + 5, j], factor[r + 6, j], factor[r + 7, j]
            for k in range(n_topics):
                part[j, k] += (
                    (a * factor[r, k] + b * factor[r + 1, k])
                    + (c * factor[r + 2, k] + d * factor[r + 3, k])
                ) + (
                    (e * factor[r + 4, k] + f * factor[r + 5, k])
                    + (g * factor[r + 6, k] + h * factor[r + 7, k])
                )
        if r % _CHUNK == _CHUNK - 8:
            _move(part, total)
    for r in range(eights, n_rows):
        for j in range(n_topics):
            for k in range(n_topics):
                part[j, k] += factor[r, j] * factor[r, k]
    _move(part, total)


@njit(cache=True, nogil=True)
def _move(part, total):
    """Add a float32 table to a float64 one and clear it."""
    for j in range(total.shape[0]):
        for k in range(total.shape[1]):
            total[j, k] += part[j, k]
            part[j, k] = np.float32(0.0)


@njit(cache=True, nogil=True)
def inner(left, right, total):
    """Sum over the rows of left * right, two float32 tables (R, K): sets float64 total (K,)."""
    for k in range(total.shape[0]):
        total[k] = 0.0
    for r in range(left.shape[0]):
        for k in range(total.shape[0]):
            total[k] += np.float64(left[r, k]) * np.float64(right[r, k])


@njit(cache=True, nogil=True)
def column_sums(factor, total):
    """Sum over the rows of a float32 table (R, K): sets float64 total (K,)."""
    for k in range(total.shape[0]):
        total[k] = 0.0
    for r in range(factor.shape[0]):
        for k in range(total.shape[0]):
            total[k] += np.float64(factor[r, k])


@njit(cache=True, nogil=True)
def rotated(factor, rotation, found):
    """Rows times a small float32 matrix (K, K): sets found, float32 (R, K)."""
    n_topics = factor.shape[1]
    for r in range(factor.shape[0]):
        row = found[r]
        for k in range(n_topics):
            row[k] = np.float32(0.0)
        for j in range(0, n_topics, 4):
            a, b, c, d = factor[r, j], factor[r, j + 1], factor[r, j + 2], factor[r, j + 3]
            for k in range(n_topics):
                row[k] += (
                    a * rotation[j, k]
                    + b * rotation[j + 1, k]
                    + c * rotation[j + 2, k]
                    + d * rotation[j + 3, k]
                )
