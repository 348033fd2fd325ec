"""Which centre each document is nearest to, and what the documents of a cluster add up to.

Shapes: D documents, V terms, K clusters padded to a multiple of 8, N stored values.
"""

import math

import numpy as np
from numba import njit

from topoi.kernels.lanes import LANES, lanes_of, load, store

__all__ = ["cluster_sums", "nearest_centres", "scale_to_length_one", "tfidf_rows"]


@njit(cache=True, nogil=True)
def nearest_centres(indptr, indices, values, centres, n_clusters, nearest, likeness):
    """Dot products of documents with centres; the greatest, the first of equals.

    indptr int64 (D+1,), indices int32 (N,), values float32 (N,): the documents
    centres  float32 (V, K')  a column each; the first n_clusters are used
    nearest  int64 (D,)       set: the cluster
    likeness float32 (D,)     set: its dot product
    """
    products = np.empty(centres.shape[1], np.float32)
    for d in range(nearest.shape[0]):
        products[:] = np.float32(0.0)
        for i in range(indptr[d], indptr[d + 1]):
            row, value = centres[np.intp(indices[i])], lanes_of(values[i])
            for at in range(0, products.shape[0], LANES):
                store(products, at, load(products, at) + value * load(row, at))
        best = 0
        for k in range(1, n_clusters):
            if products[k] > products[best]:
                best = k
        nearest[d], likeness[d] = best, products[best]


@njit(cache=True, nogil=True)
def cluster_sums(indptr, indices, values, nearest, sums):
    """Add the rows of each cluster to its column of sums, float64 (V, K')."""
    for d in range(nearest.shape[0]):
        for i in range(indptr[d], indptr[d + 1]):
            sums[indices[i], nearest[d]] += np.float64(values[i])


@njit(cache=True, nogil=True)
def scale_to_length_one(sums, centres):
    """Write the columns of sums, float64 (V, K'), scaled to length 1, as centres, float32."""
    n_terms, n_clusters = sums.shape
    squares = np.zeros(n_clusters, np.float64)
    for w in range(n_terms):
        for k in range(n_clusters):
            squares[k] += sums[w, k] * sums[w, k]
    for k in range(n_clusters):
        squares[k] = 1.0 / np.sqrt(squares[k]) if squares[k] > 0.0 else 0.0
    for w in range(n_terms):
        for k in range(n_clusters):
            centres[w, k] = np.float32(sums[w, k] * squares[k])


@njit(cache=True, nogil=True)
def tfidf_rows(indptr, indices, counts, scarcity, weighted):
    """Write log2(1 + count) (log2(scarcity) + 1) into weighted, float32 (N,), rows to length 1.

    scarcity float64 (V,) is documents over those with the term, >= 1. Logarithms are linear
    between powers of two: only exact operations, so that the start has the same bits on every
    machine. They are off by at most 0.09, which weights can bear.
    """
    rarity = np.empty(scarcity.shape[0], np.float64)
    for w in range(scarcity.shape[0]):
        rarity[w] = _rough_log2(scarcity[w]) + 1.0
    for d in range(indptr.shape[0] - 1):
        squares = 0.0
        for i in range(indptr[d], indptr[d + 1]):
            value = _rough_log2(1.0 + np.float64(counts[i])) * rarity[indices[i]]
            squares += value * value
        inverse = 1.0 / np.sqrt(squares) if squares > 0.0 else 0.0
        for i in range(indptr[d], indptr[d + 1]):
            value = _rough_log2(1.0 + np.float64(counts[i])) * rarity[indices[i]]
            weighted[i] = np.float32(value * inverse)


@njit(cache=True, nogil=True)
def _rough_log2(value):
    """Logarithm to base 2, linear between powers of two."""
    mantissa, exponent = math.frexp(value)
    return exponent - 1 + (2.0 * mantissa - 1.0)
