"""How CVB0 passes are repeated until the topics stand still, for any weights of terms and prior."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from time import perf_counter
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.cvb0 import absence, cvb0_pass
from topoi.kernels.lanes import LANES
from topoi.kernels.term_tables import add_table, change, extrapolated, multiply_table
from topoi.models.blocks import block_bounds, rows_of
from topoi.workers import in_order

__all__ = [
    "DocumentPrior",
    "Passes",
    "Posterior",
    "TermWeights",
    "Topics",
    "infer",
    "pad_topics",
    "padded",
]

_FIRST_SWEEPS = 3
_SWEEPS = 2
_MOMENTUM = np.float32(0.9)
_MOMENTUM_FROM = 3
_LEARN_FROM = 10
_LEARN_EVERY = 10
_SCORE_EVERY = 5


@dataclass(frozen=True)
class TermWeights:
    """What the pass needs to know of the topics; shapes as in `kernels.cvb0.cvb0_pass`."""

    weight: NDArray[np.float32]
    slope: NDArray[np.float32]
    slope_row: NDArray[np.int32]


class Topics(Protocol):
    """What a model makes of expected term counts (V, K')."""

    def weigh(self, term_counts: NDArray[np.float32]) -> TermWeights:
        """Term weights for the next pass, valid until the next call; once before each pass."""

    def learn(self, term_counts: NDArray[np.float32], term_absent: NDArray[np.float32]) -> None:
        """Update the priors of the terms, if they are to be learned."""

    def topic_term(self, term_counts: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of the terms, (K, V); rows sum to 1."""


class DocumentPrior(Protocol):
    """The Dirichlet prior of the documents' topic shares."""

    learns: bool

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Alpha of these documents: one row (1, K') for all, or (stop - start, K')."""

    def learn(self, doc_counts: NDArray[np.float32], doc_absent: NDArray[np.float32]) -> None:
        """Update the prior from expected counts and probabilities of none, both (D, K')."""


@dataclass(frozen=True)
class Passes:
    """How often to pass.

    max_iter : passes, >= 1
    tol : stop when a smaller share of all tokens moved between topics in a pass
    n_threads : does not change the result
    score : what to call with topic_term (K, V) every fifth pass, for a held-out score
    """

    max_iter: int
    tol: float
    n_threads: int
    score: Callable[[NDArray[np.float64]], float] | None = None


@dataclass
class Posterior:
    """Expected counts after inference.

    term_counts : float32 (V, K'), doc_counts : float32 (D, K'), with K' = K padded to a multiple
    of 8; trace : one entry a pass
    """

    term_counts: NDArray[np.float32]
    doc_counts: NDArray[np.float32]
    trace: list[dict[str, float]] = field(default_factory=list)

    @property
    def log_likelihood(self) -> float:
        """Mean log likelihood of the tokens before the last pass, nats."""
        return self.trace[-1]["log_likelihood"]

    def trace_table(self) -> pd.DataFrame:
        """One row a pass: pass, log_likelihood, moved, held_out where it was asked, seconds."""
        table = pd.DataFrame(self.trace)
        table.insert(0, "pass", np.arange(1, len(table) + 1, dtype=np.int64))
        return table


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
    topics: Topics,
    prior: DocumentPrior,
    passes: Passes,
) -> Posterior:
    """Repeat passes until few tokens move, or max_iter.

    From the third pass on, the term counts run ahead by 0.9 of their last change (momentum: on
    real text about half the passes for the same quality, on well-parted topics none saved).
    Where priors are learned this happens every tenth pass, and inference does not stop before it
    has happened twice.

    Parameters
    ----------
    counts : csr_array, float32, shape (D, V)
    start : float32 array, shape (V, K), tokens
    topics, prior : what differs between models; their learned values are in them afterwards
    passes : Passes
    """
    run = _Run(counts, pad_topics(start), topics, prior, passes)
    earliest = _LEARN_FROM + _LEARN_EVERY if prior.learns else 0
    for number in range(1, passes.max_iter + 1):
        began = perf_counter()
        run.one_pass(number)
        is_still = number > earliest and run.state.trace[-1]["moved"] < passes.tol
        is_last = is_still or number == passes.max_iter
        if prior.learns and number >= _LEARN_FROM and number % _LEARN_EVERY == 0:
            run.learn()
        run.state.trace[-1]["seconds"] = perf_counter() - began
        if passes.score is not None:
            is_due = is_last or number % _SCORE_EVERY == 0
            found = passes.score(topics.topic_term(run.state.term_counts)) if is_due else np.nan
            run.state.trace[-1]["held_out"] = found
        if is_last:
            break
    return run.state


class _Run:
    """The tables of one inference, kept from pass to pass."""

    def __init__(
        self,
        counts: csr_array,
        start: NDArray[np.float32],
        topics: Topics,
        prior: DocumentPrior,
        passes: Passes,
    ) -> None:
        self.counts, self.topics, self.prior = counts, topics, prior
        self.n_threads = passes.n_threads
        self.n_tokens = max(float(counts.data.sum(dtype=np.float64)), 1.0)
        self.blocks = block_bounds(counts)
        self.state = Posterior(start, np.zeros((counts.shape[0], start.shape[1]), np.float32))
        self.before = np.zeros_like(start)
        self.ahead = np.zeros_like(start)
        self.parts = [
            np.zeros_like(start) for _ in range(min(self.n_threads, len(self.blocks)) + 1)
        ]

    def one_pass(self, number: int) -> None:
        """Infer all documents once, add up their tokens and note what moved."""
        now, ahead = self.state.term_counts, self.state.term_counts
        if number >= _MOMENTUM_FROM:
            ahead = self.ahead
            extrapolated(self.before, now, _MOMENTUM, ahead)
        weights = self.topics.weigh(ahead)
        sweeps = _FIRST_SWEEPS if number == 1 else _SWEEPS
        fresh = self.before  # no longer needed: it becomes the new table
        fresh.fill(0.0)
        log_likelihood = 0.0

        def work(block: tuple[int, int], part: NDArray[np.float32]) -> float:
            return float(
                cvb0_pass(
                    rows_of(self.counts, *block),
                    self.counts.indices,
                    self.counts.data,
                    weights.weight,
                    weights.slope,
                    weights.slope_row,
                    self.prior.rows(*block),
                    self.state.doc_counts[block[0] : block[1]],
                    part,
                    sweeps,
                )
            )

        for part, found in self._with_parts(work):
            add_table(part, fresh)
            log_likelihood += found
        self.before, self.state.term_counts = now, fresh
        self.state.trace.append(
            {
                "log_likelihood": log_likelihood / self.n_tokens,
                "moved": change(now, fresh) / self.n_tokens,
            }
        )

    def learn(self) -> None:
        """Update the priors of the model from the counts as they stand."""
        weights = self.topics.weigh(self.state.term_counts)
        doc_absent = np.empty_like(self.state.doc_counts)
        term_absent = np.ones_like(self.before)
        for part in self.parts:
            part.fill(1.0)

        def work(block: tuple[int, int], part: NDArray[np.float32]) -> None:
            absence(
                rows_of(self.counts, *block),
                self.counts.indices,
                self.counts.data,
                weights.weight,
                self.prior.rows(*block),
                self.state.doc_counts[block[0] : block[1]],
                doc_absent[block[0] : block[1]],
                part,
            )

        for part, _ in self._with_parts(work):
            multiply_table(part, term_absent)
        for part in self.parts:
            part.fill(0.0)
        self.topics.learn(self.state.term_counts, term_absent)
        self.prior.learn(self.state.doc_counts, doc_absent)

    def _with_parts(self, work: Callable[[tuple[int, int], NDArray[np.float32]], Any]) -> Any:
        """The table each block filled with what `work` gave, in block order; tables are re-used."""
        free: SimpleQueue[NDArray[np.float32]] = SimpleQueue()
        for part in self.parts:
            free.put(part)

        def one_block(block: tuple[int, int]) -> tuple[NDArray[np.float32], Any]:
            part = free.get()
            return part, work(block, part)

        for part, found in in_order(one_block, self.blocks, n_threads=self.n_threads):
            yield part, found
            free.put(part)
