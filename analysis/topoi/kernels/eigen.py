"""What the eigenvectors of a small symmetric matrix are, without LAPACK.

Cyclic Jacobi rotations in a fixed order with + - * / and sqrt only.

Reference: Golub & Van Loan (2013), Matrix computations, section 8.5, algorithms 8.5.1 and 8.5.3.
"""

import numpy as np
from numba import njit

__all__ = ["jacobi"]

_MOST_SWEEPS = 30


@njit(cache=True, nogil=True)
def jacobi(matrix, vectors):
    """Turn a symmetric float64 matrix (K, K) into its eigenvalues, on the diagonal, in place.

    vectors float64 (K, K) is set: column k belongs to matrix[k, k]. The order is that of the
    rotations, not of size. Ends when the entries off the diagonal are below 1e-15 of the largest on
    it, or after 30 sweeps.
    """
    n = matrix.shape[0]
    for j in range(n):
        for k in range(n):
            vectors[j, k] = 1.0 if j == k else 0.0
    for _ in range(_MOST_SWEEPS):
        greatest = 0.0
        off = 0.0
        for p in range(n):
            greatest = max(greatest, abs(matrix[p, p]))
            for q in range(p):
                off = max(off, abs(matrix[p, q]))
        if off <= 1e-15 * greatest:
            return
        for p in range(n - 1):
            for q in range(p + 1, n):
                _rotate(matrix, vectors, p, q)


@njit(cache=True, nogil=True)
def _rotate(matrix, vectors, p, q):
    """Make entry (p, q) zero."""
    if matrix[p, q] == 0.0:
        return
    tau = (matrix[q, q] - matrix[p, p]) / (2.0 * matrix[p, q])
    root = np.sqrt(1.0 + tau * tau)
    tangent = 1.0 / (tau + root) if tau >= 0.0 else 1.0 / (tau - root)
    cosine = 1.0 / np.sqrt(1.0 + tangent * tangent)
    sine = tangent * cosine
    for k in range(matrix.shape[0]):
        left, right = matrix[k, p], matrix[k, q]
        matrix[k, p] = cosine * left - sine * right
        matrix[k, q] = sine * left + cosine * right
    for k in range(matrix.shape[0]):
        left, right = matrix[p, k], matrix[q, k]
        matrix[p, k] = cosine * left - sine * right
        matrix[q, k] = sine * left + cosine * right
        left, right = vectors[k, p], vectors[k, q]
        vectors[k, p] = cosine * left - sine * right
        vectors[k, q] = sine * left + cosine * right
