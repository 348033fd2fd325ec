"""How CVB0 passes are repeated until the topics stand still, for any weights of terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.cvb0 import LANES, cvb0_pass, fold_in
from topoi.kernels.dirichlet import prior_step
from topoi.models.blocks import block_bounds, in_threads, rows_of

__all__ = ["Posterior", "TermWeights", "infer", "pad_topics", "padded", "share_topics"]

_FIRST_SWEEPS = 3
_BURN_IN = 10
_PRIOR_EVERY = 5
_PRIOR_STEPS = 5
# Gamma prior on each entry of alpha, mean 1: keeps an unused topic's prior above zero.
_PRIOR_SHAPE = 1.001
_PRIOR_SCALE = 1.0
_LEAST_PRIOR = 1e-5


@dataclass(frozen=True)
class TermWeights:
    """What the pass needs to know of the topics; shapes as in `kernels.cvb0.cvb0_pass`."""

    weight: NDArray[np.float32]
    slope: NDArray[np.float32]
    slope_row: NDArray[np.int32]


@dataclass
class Posterior:
    """Expected counts after inference.

    term_counts : float32 (V, K'), doc_counts : float32 (D, K'), alpha : float64 (K',), with
    K' = K padded to a multiple of 16; moved : share of tokens that changed topic, one a pass.
    """

    term_counts: NDArray[np.float32]
    doc_counts: NDArray[np.float32]
    alpha: NDArray[np.float64]
    moved: list[float] = field(default_factory=list)


def padded(n_topics: int) -> int:
    """K rounded up to whole lanes."""
    return -(-n_topics // LANES) * LANES


def pad_topics(by_topic: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """An array (rows, K) with columns of zeros added up to whole lanes, shape (rows, K')."""
    n_rows, n_topics = by_topic.shape
    result = np.zeros((n_rows, padded(n_topics)), np.float32)
    result[:, :n_topics] = by_topic
    return result


def infer(
    counts: csr_array,
    start: NDArray[np.float32],
    weigh: Callable[[NDArray[np.float32]], TermWeights],
    *,
    alpha: NDArray[np.float64],
    learn_alpha: bool,
    max_iter: int,
    tol: float,
    n_threads: int,
) -> Posterior:
    """Repeat passes until fewer than `tol` of the tokens move, or `max_iter` passes.

    Parameters
    ----------
    counts : csr_array, float32, shape (D, V)
    start : float32 array, shape (V, K'), tokens
    weigh : gives the term weights for given term counts; called once before each pass
    alpha : float64 array, shape (K',), zero for unused topics
    learn_alpha : whether to update alpha every 5 passes from the tenth (no stop before)
    max_iter : passes, >= 1
    tol : share of all tokens, in [0, 1]
    n_threads : does not change the result
    """
    n_docs = counts.shape[0]
    state = Posterior(start, np.zeros((n_docs, start.shape[1]), np.float32), alpha)
    n_tokens = max(float(counts.data.sum(dtype=np.float64)), 1.0)
    for number in range(1, max_iter + 1):
        sweeps = _FIRST_SWEEPS if number == 1 else 1
        fresh = _one_pass(counts, state, weigh(state.term_counts), sweeps, n_threads)
        difference = np.abs(fresh.astype(np.float64) - state.term_counts)
        state.term_counts = fresh
        state.moved.append(float(difference.sum()) / (2.0 * n_tokens))
        burnt_in = not learn_alpha or number > _BURN_IN
        if burnt_in and state.moved[-1] < tol:
            break
        if learn_alpha and number >= _BURN_IN and number % _PRIOR_EVERY == 0:
            state.alpha = _learned(state)
    return state


def share_topics(
    counts: csr_array,
    topic_term: NDArray[np.float64],
    alpha: NDArray[np.float64],
    *,
    n_sweeps: int,
    n_threads: int,
) -> NDArray[np.float64]:
    """Topic shares of documents given the topics, shape (D, K); rows sum to 1.

    A document without known terms has the prior mean. A row depends on no other row.
    """
    n_topics = topic_term.shape[0]
    weight = pad_topics(topic_term.T)
    prior = np.zeros(weight.shape[1], np.float32)
    prior[:n_topics] = alpha

    def work(block: tuple[int, int]) -> NDArray[np.float32]:
        found = np.empty((block[1] - block[0], weight.shape[1]), np.float32)
        fold_in(
            rows_of(counts, *block), counts.indices, counts.data, weight, prior, found, n_sweeps
        )
        return found

    blocks = block_bounds(counts)
    parts = in_threads(work, blocks, n_threads=n_threads)
    doc_counts = np.concatenate(parts)[:, :n_topics].astype(np.float64)
    shares = doc_counts + alpha
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _one_pass(
    counts: csr_array, state: Posterior, weights: TermWeights, sweeps: int, n_threads: int
) -> NDArray[np.float32]:
    alpha = state.alpha.astype(np.float32)

    def work(block: tuple[int, int]) -> NDArray[np.float32]:
        part = np.zeros_like(weights.weight)
        cvb0_pass(
            rows_of(counts, *block),
            counts.indices,
            counts.data,
            weights.weight,
            weights.slope,
            weights.slope_row,
            alpha,
            state.doc_counts[block[0] : block[1]],
            part,
            sweeps,
        )
        return part

    parts = in_threads(work, block_bounds(counts), n_threads=n_threads)
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def _learned(state: Posterior) -> NDArray[np.float64]:
    alpha = state.alpha
    for _ in range(_PRIOR_STEPS):
        step = prior_step(state.doc_counts, alpha, _PRIOR_SHAPE, _PRIOR_SCALE)
        alpha = np.where(alpha > 0.0, np.maximum(step, _LEAST_PRIOR), 0.0)
    return alpha
