"""Which documents share so many shingles that they may be copies: MinHash, banding, Jaccard."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["band_keys", "jaccard", "near_pairs", "signatures"]


@njit(cache=True, nogil=True)
def signatures(
    shingles: NDArray[np.uint64], bounds: NDArray[np.int64], factors: NDArray[np.uint64]
) -> NDArray[np.uint32]:
    """The least value of H hash functions over the shingles of each document.

    Parameters
    ----------
    shingles : uint64 array, shape (S,), hashes; document d owns [bounds[d], bounds[d + 1])
    bounds : int64 array, shape (D + 1,)
    factors : uint64 array, shape (H,), odd
        Hash function h multiplies by factors[h] modulo 2^64, a bijection.

    Returns
    -------
    uint32 array, shape (D, H)
        The upper half of the least product; the largest uint32 for a document without shingles.
    """
    n_docs, n_hashes = len(bounds) - 1, len(factors)
    result = np.empty((n_docs, n_hashes), dtype=np.uint32)
    least = np.empty(n_hashes, dtype=np.uint64)
    for doc in range(n_docs):
        least[:] = np.uint64(0xFFFFFFFFFFFFFFFF)
        for position in range(bounds[doc], bounds[doc + 1]):
            shingle = shingles[position]
            for h in range(n_hashes):
                least[h] = min(least[h], shingle * factors[h])
        for h in range(n_hashes):
            result[doc, h] = np.uint32(least[h] >> np.uint64(32))
    return result


@njit(cache=True, nogil=True)
def band_keys(signature: NDArray[np.uint32], n_rows: int) -> NDArray[np.uint64]:
    """One key for each band of `n_rows` signature values; equal bands have equal keys.

    Parameters
    ----------
    signature : uint32 array, shape (D, H); H is a multiple of n_rows
    n_rows : int >= 1

    Returns
    -------
    uint64 array, shape (H / n_rows, D)
    """
    n_docs, n_hashes = signature.shape
    result = np.empty((n_hashes // n_rows, n_docs), dtype=np.uint64)
    for band in range(n_hashes // n_rows):
        for doc in range(n_docs):
            key = np.uint64(0x9E3779B97F4A7C15)
            for h in range(band * n_rows, (band + 1) * n_rows):
                key = (key ^ np.uint64(signature[doc, h])) * np.uint64(0xBF58476D1CE4E5B9)
                key ^= key >> np.uint64(29)
            result[band, doc] = key
    return result


@njit(cache=True, nogil=True)
def jaccard(shingles: NDArray[np.uint64], bounds: NDArray[np.int64], a: int, b: int) -> float:
    """Shared shingles over all shingles of two documents, in [0, 1]; 0 if both have none.

    Parameters
    ----------
    shingles : uint64 array, shape (S,), sorted and unique within each document
    bounds : int64 array, shape (D + 1,)
    a, b : int, documents
    """
    i, j = bounds[a], bounds[b]
    shared = 0
    while i < bounds[a + 1] and j < bounds[b + 1]:
        if shingles[i] == shingles[j]:
            shared += 1
            i += 1
            j += 1
        elif shingles[i] < shingles[j]:
            i += 1
        else:
            j += 1
    total = bounds[a + 1] - bounds[a] + bounds[b + 1] - bounds[b] - shared
    return shared / total if total > 0 else 0.0


@njit(cache=True, nogil=True)
def near_pairs(
    shingles: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    signature: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    order: NDArray[np.int64],
    near: float,
    least_agreement: int,
    spanning: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of documents with a band in common whose Jaccard similarity is at least `near`.

    Parameters
    ----------
    shingles : uint64 array, shape (S,), sorted and unique within each document
    bounds : int64 array, shape (D + 1,)
    signature : uint32 array, shape (D, H)
    keys : uint64 array, shape (B, D), from `band_keys`
    order : int64 array, shape (B, D): documents sorted by key, then by number, for each band
    near : float in (0, 1]
    least_agreement : int
        Pairs that agree in fewer signature values are not looked at closely.
    spanning : bool
        Leave out pairs that earlier pairs connect already: the same connected components with
        fewer pairs.

    Returns
    -------
    a, b : int64 arrays, shape (P,), a < b; each pair once
    similarity : float64 array, shape (P,)
    """
    n_bands, n_docs = keys.shape
    root = np.arange(n_docs)
    found_a = np.empty(64, dtype=np.int64)
    found_b = np.empty(64, dtype=np.int64)
    found_s = np.empty(64, dtype=np.float64)
    n_found = 0
    for band in range(n_bands):
        start = 0
        while start < n_docs:
            stop = _group_end(keys[band], order[band], start)
            if spanning and _is_one_component(root, order[band, start:stop]):
                start = stop
                continue
            for right in range(start + 1, stop):
                b = order[band, right]
                for left in range(start, right):
                    a = order[band, left]
                    if _is_done(root, keys, band, a, b, spanning):
                        continue
                    if _agreement(signature, a, b) < least_agreement:
                        continue
                    similarity = jaccard(shingles, bounds, a, b)
                    if similarity < near:
                        continue
                    if n_found == len(found_a):
                        found_a = np.append(found_a, np.empty_like(found_a))
                        found_b = np.append(found_b, np.empty_like(found_b))
                        found_s = np.append(found_s, np.empty_like(found_s))
                    found_a[n_found], found_b[n_found], found_s[n_found] = a, b, similarity
                    n_found += 1
                    root[_find(root, b)] = _find(root, a)
            start = stop
    return found_a[:n_found], found_b[:n_found], found_s[:n_found]


@njit(cache=True, nogil=True)
def _group_end(keys: NDArray[np.uint64], order: NDArray[np.int64], start: int) -> int:
    """Where the documents with the key of the one at `start` end in `order`."""
    stop = start + 1
    while stop < len(order) and keys[order[stop]] == keys[order[start]]:
        stop += 1
    return stop


@njit(cache=True, nogil=True)
def _is_done(
    root: NDArray[np.int64], keys: NDArray[np.uint64], band: int, a: int, b: int, spanning: bool
) -> bool:
    """Whether a pair is connected already (`spanning`) or has met in an earlier band."""
    if spanning:
        return bool(_find(root, a) == _find(root, b))
    for earlier in range(band):  # noqa: SIM110 - numba has no any() of a generator
        if keys[earlier, a] == keys[earlier, b]:
            return True
    return False


@njit(cache=True, nogil=True)
def _find(root: NDArray[np.int64], doc: int) -> int:
    """The root of a document's component; shortens the path in `root`."""
    while root[doc] != doc:
        root[doc] = root[root[doc]]
        doc = root[doc]
    return doc


@njit(cache=True, nogil=True)
def _is_one_component(root: NDArray[np.int64], docs: NDArray[np.int64]) -> bool:
    first = _find(root, docs[0])
    for doc in docs[1:]:  # noqa: SIM110 - numba has no all() of a generator
        if _find(root, doc) != first:
            return False
    return True


@njit(cache=True, nogil=True)
def _agreement(signature: NDArray[np.uint32], a: int, b: int) -> int:
    agreement = 0
    for h in range(signature.shape[1]):
        agreement += signature[a, h] == signature[b, h]
    return agreement
