"""How weights are found by Kullback-Leibler divergence: one pass over documents and terms."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.extrapolation import ahead_in_ratio
from topoi.kernels.kl_nmf import kl_update, kl_weights
from topoi.kernels.logarithm import weighted_log_sum
from topoi.models.blocks import block_bounds, rows_of
from topoi.models.exact_sums import exact_sum
from topoi.models.factors import Factors, Prior, Side, no_prior, sums_of
from topoi.workers import in_threads

__all__ = [
    "divergence",
    "extrapolated_in_ratio",
    "kl_pass",
    "own_entropy",
    "pulled",
    "quotient",
    "solve_kl",
]

_LEAST_CHANGE = np.float32(1e-5)
_MOST_UPDATES = 200


def own_entropy(matrix: csr_array) -> float:
    """Sum of x log x - x, the part of the divergence that no factor changes."""
    return float(weighted_log_sum(matrix.data, matrix.data)) - exact_sum(matrix.data)


def kl_pass(docs: Side, terms: Side, entropy: float, origin: Factors) -> tuple[Factors, float]:
    """Better factors, and the objective half-way: new documents' weights, the terms' not yet.

    Half-way the fitted values are known at no cost. A plain pass from these factors ends lower,
    so that the objectives of plain passes never rise.
    """
    found_docs, _ = _half_pass(docs, origin.terms, origin.docs)
    found_terms, fits = _half_pass(terms, found_docs, origin.terms)
    log_fit = _log_fit(terms, fits)
    fitted = math.fsum((sums_of(found_docs) * sums_of(origin.terms)).tolist())
    objective = entropy - log_fit + fitted
    objective += docs.penalty(found_docs) + terms.penalty(origin.terms)
    return Factors(found_docs, found_terms), max(objective, 0.0)


def extrapolated_in_ratio(present: Factors, before: Factors, beta: np.float32) -> Factors:
    """Both factors multiplied on as they were last."""
    found = Factors(np.empty_like(present.docs), np.empty_like(present.terms))
    ahead_in_ratio(present.docs, before.docs, beta, found.docs)
    ahead_in_ratio(present.terms, before.terms, beta, found.terms)
    return found


def solve_kl(
    matrix: csr_array, topic_term: NDArray[np.float32], *, l1: float, l2: float, n_threads: int
) -> NDArray[np.float32]:
    """Weights (D, K') of documents with fixed topics (V, K'); a row depends on no other row."""
    sums = sums_of(topic_term).astype(np.float32)

    def work(block: tuple[int, int]) -> NDArray[np.float32]:
        found = np.empty((block[1] - block[0], topic_term.shape[1]), np.float32)
        kl_weights(
            rows_of(matrix, *block),
            matrix.indices,
            matrix.data,
            topic_term,
            sums,
            np.float32(l1),
            np.float32(l2),
            found,
            _LEAST_CHANGE,
            _MOST_UPDATES,
        )
        return found

    return np.concatenate(in_threads(work, block_bounds(matrix), n_threads=n_threads))


def pulled(
    terms: Side, docs_weights: NDArray[np.float32], rows: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Data that each topic explains of each term, (V, K'): y times its pull, not divided."""
    found = rows.copy()
    n_topics = rows.shape[1]
    _update(
        terms,
        docs_weights,
        found,
        np.ones(n_topics, np.float32),
        penalty=(np.float32(0.0), np.float32(0.0)),
        prior=no_prior(len(rows), n_topics),
    )
    return found


def quotient(
    terms: Side,
    explained: NDArray[np.float64],
    sums: NDArray[np.float64],
    rows: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The terms' weights (V, K') for given sums, as `kernels.kl_nmf` defines a, b and q."""
    prior = terms.prior
    b = sums + float(terms.l1) - prior.pull[prior.slot].astype(np.float64)
    q = float(terms.l2) + prior.stiff[prior.slot].astype(np.float64)
    length = np.sqrt(b * b + 4.0 * q * explained)
    divided = np.where(b > 0, 2.0 * explained, length - b) / np.where(
        b > 0, b + length, np.where(q > 0, 2.0 * q, 1.0)
    )
    found = np.where((b > 0) | (q > 0), divided, rows) * prior.is_open[prior.slot]
    return np.asarray(found, dtype=np.float32)


def divergence(
    matrix: csr_array, docs: NDArray[np.float32], topic_term: NDArray[np.float32]
) -> float:
    """D(X || WH), not below 0; a fitted value below 1e-20 counts as 1e-20."""
    zero, nothing = np.float32(0.0), no_prior(*docs.shape)
    side = Side(matrix, block_bounds(matrix), zero, zero, nothing, n_threads=1)
    _, fits = _half_pass(side, topic_term, docs)
    fitted = math.fsum((sums_of(docs) * sums_of(topic_term)).tolist())
    return max(own_entropy(matrix) - _log_fit(side, fits) + fitted, 0.0)


def _half_pass(
    side: Side, other: NDArray[np.float32], rows: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """New weights of a side's rows, and the fitted values before they changed."""
    found = rows.copy()
    sums = sums_of(other).astype(np.float32)
    fits = _update(side, other, found, sums, penalty=(side.l1, side.l2), prior=side.prior)
    return found, fits


def _log_fit(side: Side, fits: NDArray[np.float32]) -> float:
    """Sum of x log fit."""
    matrix = side.matrix

    def work(block: tuple[int, int]) -> NDArray[np.float64]:
        own = slice(matrix.indptr[block[0]], matrix.indptr[block[1]])
        return np.array([weighted_log_sum(matrix.data[own], fits[own])])

    return float(side.in_blocks(work)[0])


def _update(
    side: Side,
    other: NDArray[np.float32],
    found: NDArray[np.float32],
    sums: NDArray[np.float32],
    *,
    penalty: tuple[np.float32, np.float32],
    prior: Prior,
) -> NDArray[np.float32]:
    matrix = side.matrix
    fits = np.empty(matrix.nnz, np.float32)

    def work(block: tuple[int, int]) -> None:
        kl_update(
            rows_of(matrix, *block),
            matrix.indices,
            matrix.data,
            other,
            sums,
            *penalty,
            prior.slot[block[0] : block[1]],
            *prior.tables(),
            found[block[0] : block[1]],
            fits,
        )

    in_threads(work, side.blocks, n_threads=side.n_threads)
    return fits
