"""How weights are found by least squares: one pass of HALS over documents and terms."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.extrapolation import ahead
from topoi.kernels.hals import hals_sweeps, least_squares
from topoi.kernels.products import gram, inner, sparse_products
from topoi.models.blocks import block_bounds, rows_of
from topoi.models.exact_sums import exact_sum_of_squares
from topoi.models.factors import Factors, Side, gram_of
from topoi.workers import in_threads

__all__ = [
    "extrapolated",
    "half_square",
    "hals_pass",
    "refit_terms",
    "solve",
    "square_error",
    "times",
]

# Sweeps with one product of the data, which costs several times as much as a sweep.
_SWEEPS = 2
_LEAST_CHANGE = np.float32(1e-6)
_MOST_SWEEPS = 1000


def half_square(matrix: csr_array) -> float:
    """Half the sum of the squared entries."""
    return 0.5 * exact_sum_of_squares(matrix.data)


def hals_pass(docs: Side, terms: Side, half: float, origin: Factors) -> tuple[Factors, float]:
    """Better factors, and their objective; `half` is half the sum of the squared data.

    References
    ----------
    Gillis & Glineur (2012), Neural Computation 24, section 4: several sweeps a product.
    """
    found_docs, docs_gram, _ = _half_pass(docs, origin.terms, gram_of(origin.terms), origin.docs)
    found_terms, terms_gram, fitted = _half_pass(terms, found_docs, docs_gram, origin.terms)
    objective = half - fitted + 0.5 * math.fsum((docs_gram * terms_gram).ravel().tolist())
    objective += docs.penalty(found_docs) + terms.penalty(found_terms)
    return Factors(found_docs, found_terms), max(objective, 0.0)


def extrapolated(present: Factors, before: Factors, beta: np.float32) -> Factors:
    """Both factors moved on as they moved last."""
    found = Factors(np.empty_like(present.docs), np.empty_like(present.terms))
    ahead(present.docs, before.docs, beta, found.docs)
    ahead(present.terms, before.terms, beta, found.terms)
    return found


def solve(
    matrix: csr_array,
    topic_term: NDArray[np.float32],
    *,
    l1: float,
    l2: float,
    n_threads: int,
) -> NDArray[np.float32]:
    """Weights (D, K') of documents with fixed topics (V, K'); a row depends on no other row.

    A row is done when no weight changes by more than a millionth of its greatest.
    """
    overlap = _with_square(gram_of(topic_term), np.float32(l2))

    def work(block: tuple[int, int]) -> NDArray[np.float32]:
        goal = np.empty((block[1] - block[0], topic_term.shape[1]), np.float32)
        found = np.empty_like(goal)
        sparse_products(rows_of(matrix, *block), matrix.indices, matrix.data, topic_term, goal)
        least_squares(goal, overlap, np.float32(l1), found, _LEAST_CHANGE, _MOST_SWEEPS)
        return found

    return np.concatenate(in_threads(work, block_bounds(matrix), n_threads=n_threads))


def times(matrix: csr_array, factor: NDArray[np.float32]) -> NDArray[np.float32]:
    """The matrix (R, C) times a factor (C, K'), in our order of sums."""
    found = np.empty((matrix.shape[0], factor.shape[1]), np.float32)
    sparse_products(rows_of(matrix, 0, matrix.shape[0]), matrix.indices, matrix.data, factor, found)
    return found


def square_error(
    matrix: csr_array, docs: NDArray[np.float32], topic_term: NDArray[np.float32]
) -> float:
    """||X - WH||^2, not below 0."""
    fitted = np.empty(docs.shape[1])
    inner(times(matrix, topic_term), docs, fitted)
    overlap = math.fsum((gram_of(docs) * gram_of(topic_term)).ravel().tolist())
    return max(2.0 * half_square(matrix) - 2.0 * math.fsum(fitted.tolist()) + overlap, 0.0)


def refit_terms(
    terms: Side, goal: NDArray[np.float32], overlap: NDArray[np.float64], rows: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The terms' weights (V, K') nearest to given statistics, from where they stand."""
    found = rows.copy()
    hals_sweeps(
        goal,
        _with_square(overlap, terms.l2),
        terms.l1,
        terms.prior.slot,
        *terms.prior.tables(),
        found,
        _SWEEPS,
    )
    return found


def _half_pass(
    side: Side,
    other: NDArray[np.float32],
    overlap: NDArray[np.float64],
    rows: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float64], float]:
    """New weights of a side's rows, their Gram matrix, and the sum of data times fit."""
    found = rows.copy()
    n_topics = rows.shape[1]
    squared = _with_square(overlap, side.l2)

    def work(block: tuple[int, int]) -> NDArray[np.float64]:
        own = found[block[0] : block[1]]
        goal = np.empty_like(own)
        sparse_products(
            rows_of(side.matrix, *block), side.matrix.indices, side.matrix.data, other, goal
        )
        slot = side.prior.slot[block[0] : block[1]]
        hals_sweeps(goal, squared, side.l1, slot, *side.prior.tables(), own, _SWEEPS)
        part = np.empty((n_topics + 1, n_topics))
        gram(own, part[:-1])
        inner(goal, own, part[-1])
        return part

    total = side.in_blocks(work)
    return found, total[:-1], math.fsum(total[-1].tolist())


def _with_square(overlap: NDArray[np.float64], l2: np.float32) -> NDArray[np.float32]:
    squared = overlap.astype(np.float32)
    squared[np.diag_indices(len(squared))] += l2
    return squared
