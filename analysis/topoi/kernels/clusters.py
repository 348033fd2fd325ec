"""Which centre a document is nearest to, what clusters add up to, and which two are most alike.

Shapes: D documents, V terms, K clusters padded to a multiple of 8, N stored values.
"""

import math

import numpy as np
from numba import njit

from topoi.kernels.lanes import LANES, lanes_of, load, store

__all__ = [
    "cluster_sums",
    "join_clusters",
    "nearest_centres",
    "scale_to_length_one",
    "tfidf_rows",
]


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
def join_clusters(products, n_left, label):
    """Join the two clusters that lose least by it, again and again until n_left are left.

    products float64 (M, M)  scalar products of the clusters' sums of rows; changed
    label    int64 (M,)      set: the new number of each cluster, 0 .. n_left - 1, in the order of
                             the first cluster that each is made of
    Rows of length 1 are together as like their centre as their sum is long, so clusters with the
    sums a and b lose |a| + |b| - |a + b|; the first pair of equals is joined.

    Reference: Ward (1963), Hierarchical grouping to optimize an objective function, JASA, with the
    objective of spherical k-means.
    """
    n_clusters = label.shape[0]
    loss = np.full((n_clusters, n_clusters), np.inf)
    for a in range(n_clusters):
        label[a] = a
        for b in range(a + 1, n_clusters):
            loss[a, b] = _loss(products, a, b)
    for _ in range(n_clusters - n_left):
        a, b = _least(loss)
        for c in range(n_clusters):
            products[a, c] += products[b, c]
        for c in range(n_clusters):
            products[c, a] += products[c, b]
            loss[b, c] = loss[c, b] = np.inf
            if label[c] == b:
                label[c] = a
        for c in range(n_clusters):
            if label[c] == c and c != a:
                loss[min(a, c), max(a, c)] = _loss(products, a, c)
    _renumber(label)


@njit(cache=True, nogil=True)
def _loss(products, a, b):
    """Lengths of two sums less the length of both together."""
    own, other = products[a, a], products[b, b]
    both = max(own + other + 2.0 * products[a, b], 0.0)
    return np.sqrt(own) + np.sqrt(other) - np.sqrt(both)


@njit(cache=True, nogil=True)
def _least(loss):
    """Row and column of the least entry above the diagonal, the first of equals."""
    row, column = 0, 1
    for a in range(loss.shape[0]):
        for b in range(a + 1, loss.shape[0]):
            if loss[a, b] < loss[row, column]:
                row, column = a, b
    return row, column


@njit(cache=True, nogil=True)
def _renumber(label):
    """Numbers without gaps: each label, which is the first place it has, by its rank."""
    n_seen = 0
    for c in range(label.shape[0]):
        first = label[c]
        if first == c:
            label[c] = n_seen
            n_seen += 1
        else:
            label[c] = label[first]


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
