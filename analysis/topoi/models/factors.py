"""What a factorisation works on: two factors, the two sides of the matrix, their penalties."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.products import column_sums, gram
from topoi.models.blocks import block_bounds
from topoi.models.weights import padded
from topoi.workers import in_threads

__all__ = ["Factors", "Prior", "Side", "block_total", "gram_of", "no_prior", "sides_of", "sums_of"]

Bounds = list[tuple[int, int]]


@dataclass(frozen=True)
class Factors:
    """W: docs float32 (D, K') and H transposed: terms float32 (V, K'), K' = padded K."""

    docs: NDArray[np.float32]
    terms: NDArray[np.float32]


@dataclass(frozen=True)
class Prior:
    """Which weights of some rows are drawn to a value or closed.

    slot : int32 (R,), the row of the tables that serves each row; row 0 is for no prior
    pull, stiff, is_open : float32 (S, K'); adds 1/2 stiff y^2 - pull y to the objective, so that
        pull / stiff is the value drawn to; a weight that is not open is zero
    """

    slot: NDArray[np.int32]
    pull: NDArray[np.float32]
    stiff: NDArray[np.float32]
    is_open: NDArray[np.float32]

    def penalty(self, rows: NDArray[np.float32]) -> float:
        """1/2 stiff (y - pull / stiff)^2 summed over the rows with a prior."""
        own = np.flatnonzero(self.slot)
        stiff = self.stiff[self.slot[own]].astype(np.float64)
        goal = self.pull[self.slot[own]] / np.where(stiff > 0, stiff, 1.0)
        return math.fsum((0.5 * stiff * (rows[own] - goal) ** 2).ravel().tolist())

    def tables(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Pull, stiff and is_open, as the kernels take them."""
        return self.pull, self.stiff, self.is_open


@dataclass(frozen=True)
class Side:
    """The matrix as seen from its documents, or transposed as seen from its terms.

    matrix : csr_array float32 (R, C); blocks : rows of each block; l1, l2 : penalties on the
    rows' weights; n_threads does not change a bit of any result.
    """

    matrix: csr_array
    blocks: Bounds
    l1: np.float32
    l2: np.float32
    prior: Prior
    n_threads: int

    def in_blocks(
        self, work: Callable[[tuple[int, int]], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """The sum of what each block gives, added in block order."""
        return block_total(in_threads(work, self.blocks, n_threads=self.n_threads))

    def penalty(self, rows: NDArray[np.float32]) -> float:
        """All penalties on the rows' weights."""
        total = self.prior.penalty(rows) if len(self.prior.stiff) > 1 else 0.0
        if self.l1 > 0:
            total += float(self.l1) * math.fsum(sums_of(rows).tolist())
        if self.l2 > 0:
            total += 0.5 * float(self.l2) * math.fsum(np.diagonal(gram_of(rows)).tolist())
        return total


def no_prior(n_rows: int, n_topics: int) -> Prior:
    """The prior that draws nothing and closes nothing."""
    empty = np.zeros((1, padded(n_topics)), np.float32)
    return Prior(np.zeros(n_rows, np.int32), empty, empty, np.ones_like(empty))


def sides_of(
    matrix: csr_array,
    *,
    doc_penalty: tuple[float, float],
    topic_penalty: tuple[float, float],
    n_topics: int,
    prior: Prior | None,
    n_threads: int,
) -> tuple[Side, Side]:
    """The documents' and the terms' side of a float32 matrix (D, V); the prior is the terms'."""
    turned = csr_array(matrix.T.tocsr())
    turned.sort_indices()
    docs = Side(
        matrix,
        block_bounds(matrix),
        np.float32(doc_penalty[0]),
        np.float32(doc_penalty[1]),
        no_prior(matrix.shape[0], n_topics),
        n_threads,
    )
    terms = Side(
        turned,
        block_bounds(turned),
        np.float32(topic_penalty[0]),
        np.float32(topic_penalty[1]),
        prior or no_prior(matrix.shape[1], n_topics),
        n_threads,
    )
    return docs, terms


def block_total(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Sum of the parts in their order."""
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def gram_of(factor: NDArray[np.float32]) -> NDArray[np.float64]:
    """Scalar products of the columns, float64 (K', K')."""
    total = np.empty((factor.shape[1], factor.shape[1]))
    gram(factor, total)
    return total


def sums_of(factor: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sums of the columns, float64 (K',)."""
    total = np.empty(factor.shape[1])
    column_sums(factor, total)
    return total
