"""Where a factorisation begins: the non-negative parts of the leading singular vectors."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.eigen import jacobi
from topoi.kernels.products import rotated
from topoi.models.exact_sums import exact_sum
from topoi.models.factors import Factors, gram_of
from topoi.models.frobenius import times
from topoi.models.weights import padded

__all__ = ["INITS", "nndsvd", "random_start", "start_factors"]

INITS = ("nndsvd", "nndsvda", "random")
# Columns beyond K and rounds of the block method: Halko, Martinsson & Tropp (2011), section 4.5.
_SPARE = 10
_ROUNDS = 4
# Singular values below this share of the first are rounding.
_LEAST_SHARE = 1e-5


def start_factors(matrix: csr_array, n_topics: int, init: str, random_state: int) -> Factors:
    """Factors (D, K') and (V, K') to begin at, for a float32 matrix (D, V) and one of INITS."""
    rng = np.random.default_rng(random_state)
    if init == "random":
        return random_start(matrix, n_topics, rng)
    found = nndsvd(matrix, n_topics, rng)
    mean = _mean(matrix)
    if init == "nndsvda":
        found = Factors(_filled(found.docs, mean, n_topics), _filled(found.terms, mean, n_topics))
    empty = np.flatnonzero(~found.terms[:, :n_topics].any(axis=0))
    if len(empty):  # more topics than the matrix has directions
        random = random_start(matrix, n_topics, rng)
        found.docs[:, empty] = random.docs[:, empty]
        found.terms[:, empty] = random.terms[:, empty]
    return found


def random_start(matrix: csr_array, n_topics: int, rng: np.random.Generator) -> Factors:
    """Even random numbers whose products have the mean of the matrix."""
    greatest = 2.0 * math.sqrt(_mean(matrix) / n_topics)
    n_docs, n_terms = matrix.shape
    docs = np.zeros((n_docs, padded(n_topics)), np.float32)
    terms = np.zeros((n_terms, padded(n_topics)), np.float32)
    docs[:, :n_topics] = greatest * rng.random((n_docs, n_topics))
    terms[:, :n_topics] = greatest * rng.random((n_terms, n_topics))
    return Factors(docs, terms)


def nndsvd(matrix: csr_array, n_topics: int, rng: np.random.Generator) -> Factors:
    """Non-negative double singular value decomposition; directions that are lacking stay zero.

    References
    ----------
    Boutsidis & Gallopoulos (2008), SVD based initialization: a head start for nonnegative matrix
    factorization, section 3.
    """
    left, values, right = _singular(matrix, n_topics, rng)
    docs = np.zeros((matrix.shape[0], padded(n_topics)), np.float32)
    terms = np.zeros((matrix.shape[1], padded(n_topics)), np.float32)
    for k in range(min(n_topics, len(values))):
        sign = 1.0 if k else _sign(right[:, 0])
        u, v = left[:, k].astype(np.float64) * sign, right[:, k].astype(np.float64) * sign
        u, v, share = _larger_part(u, v)
        if k == 0:  # by Perron and Frobenius the first pair has one sign
            u, v, share = np.abs(u), np.abs(v), 1.0
        scale = math.sqrt(values[k] * share)
        docs[:, k] = scale * u
        terms[:, k] = scale * v
    return Factors(docs, terms)


def _larger_part(
    u: NDArray[np.float64], v: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """The positive or the negative parts of a pair, to length 1, and the product of lengths."""
    kept = []
    for sign in (1.0, -1.0):
        a, b = np.maximum(sign * u, 0.0), np.maximum(sign * v, 0.0)
        lengths = _length(a), _length(b)
        if lengths[0] > 0 and lengths[1] > 0:
            kept.append((a / lengths[0], b / lengths[1], lengths[0] * lengths[1]))
    if not kept:
        return np.zeros_like(u), np.zeros_like(v), 0.0
    return max(kept, key=lambda part: part[2])  # the positive ones where both are alike


def _singular(
    matrix: csr_array, n_topics: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float32]]:
    """Leading singular vectors (D, L), values (L,) and vectors (V, L), largest first.

    Block subspace iteration on the shorter side with a Rayleigh-Ritz step; the small problems are
    solved by Jacobi rotations. Vectors are float32, values below 1e-5 of the first left out.

    References
    ----------
    Halko, Martinsson & Tropp (2011), Finding structure with randomness, algorithm 4.4.
    """
    turned = csr_array(matrix.T.tocsr())
    turned.sort_indices()
    is_wide = matrix.shape[0] <= matrix.shape[1]
    across, back = (turned, matrix) if is_wide else (matrix, turned)
    width = min(n_topics + _SPARE, *matrix.shape)
    basis = np.zeros((back.shape[0], padded(width)), np.float32)
    basis[:, :width] = rng.random((back.shape[0], width)) - 0.5
    for _ in range(_ROUNDS):
        basis = _orthonormal(times(back, times(across, _orthonormal(basis))))
    image = times(across, basis)
    rotation, squares = _eigen(gram_of(image))
    values = np.sqrt(np.maximum(squares, 0.0))
    values = values[values > _LEAST_SHARE * values[0]] if values[0] > 0 else values[:0]
    short = _rotated(basis, rotation)[:, : len(values)]
    long = _rotated(image, rotation)[:, : len(values)] / values.astype(np.float32)
    return (short, values, long) if is_wide else (long, values, short)


def _orthonormal(basis: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same space with orthonormal columns, largest spread first; lost directions are zero."""
    rotation, squares = _eigen(gram_of(basis))
    kept = squares > _LEAST_SHARE**2 * max(squares[0], 1e-300)
    scale = np.where(kept, 1.0 / np.sqrt(np.where(kept, squares, 1.0)), 0.0)
    return _rotated(basis, rotation * scale)


def _eigen(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvectors in columns and eigenvalues, largest first."""
    diagonal, vectors = matrix.copy(), np.empty_like(matrix)
    jacobi(diagonal, vectors)
    order = np.argsort(-np.diagonal(diagonal), kind="stable")
    return vectors[:, order], np.diagonal(diagonal)[order]


def _rotated(factor: NDArray[np.float32], rotation: NDArray[np.float64]) -> NDArray[np.float32]:
    found = np.empty_like(factor)
    rotated(factor, np.ascontiguousarray(rotation, dtype=np.float32), found)
    return found


def _filled(factor: NDArray[np.float32], mean: float, n_topics: int) -> NDArray[np.float32]:
    """Zeros of the first K columns replaced by the mean of the matrix."""
    found = factor.copy()
    own = found[:, :n_topics]
    empty = ~own.any(axis=0)
    own[(own == 0.0) & ~empty] = mean
    return found


def _sign(vector: NDArray[np.float32]) -> float:
    """The sign of the entry that is largest in size, the first of equal ones."""
    return -1.0 if vector[np.argmax(np.abs(vector))] < 0 else 1.0


def _length(vector: NDArray[np.float64]) -> float:
    # fsum is exact but for the last rounding, whatever the order.
    return math.sqrt(math.fsum((vector * vector).tolist()))


def _mean(matrix: csr_array) -> float:
    n_docs, n_terms = matrix.shape
    return float(exact_sum(matrix.data) / (n_docs * n_terms))
