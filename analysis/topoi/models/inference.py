"""How CVB0 passes are repeated until the topics stand still, for any weights of terms and prior."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.cvb0 import cvb0_pass
from topoi.kernels.term_tables import change, extrapolated
from topoi.models.documents import (
    Begun,
    DocumentRows,
    Documents,
    Piece,
    PieceState,
    Stage,
    as_documents,
)
from topoi.models.token_draws import TokenDraws
from topoi.models.weights import DocumentPrior, TermWeights, Topics, pad_topics

__all__ = ["ExpectedPass", "Passes", "Posterior", "infer"]

_FIRST_SWEEPS = 3
_SWEEPS = 2
_MOMENTUM = np.float32(0.9)
_MOMENTUM_FROM = 3
_LEARN_FROM = 10
_LEARN_EVERY = 10
_LEARN_SWEEPS = 3
_SCORE_EVERY = 5
_TRACED = ("log_likelihood", "moved", "seconds")  # of each pass, in what is kept


@dataclass(frozen=True)
class Passes:
    """How often to pass.

    max_iter : passes, >= 1
    tol : stop when a smaller share of all tokens moved between topics in a pass
    n_threads : does not change the result
    seed : of the draws that priors are learned from, in [0, 2**64)
    score : what to call with topic_term (K, V) every fifth pass, for a held-out score
    """

    max_iter: int
    tol: float
    n_threads: int
    seed: int = 0
    score: Callable[[NDArray[np.float64]], float] | None = None


@dataclass
class Posterior:
    """Expected counts after inference.

    term_counts : float32 (V, K'), rows : those of the documents, float32 (D, K'), with K' = K
    padded to a multiple of 8; trace : one entry a pass
    """

    term_counts: NDArray[np.float32]
    rows: DocumentRows
    trace: list[dict[str, float]] = field(default_factory=list)

    @property
    def doc_counts(self) -> NDArray[np.float32]:
        """The documents' rows in one array, (D, K')."""
        return np.concatenate(list(self.rows))

    @property
    def log_likelihood(self) -> float:
        """Mean log likelihood of the tokens before the last pass, nats."""
        return self.trace[-1]["log_likelihood"]

    def trace_table(self) -> pd.DataFrame:
        """One row a pass: pass, log_likelihood, moved, held_out where it was asked, seconds."""
        table = pd.DataFrame(self.trace)
        table.insert(0, "pass", np.arange(1, len(table) + 1, dtype=np.int64))
        return table


def infer(
    counts: csr_array | Documents,
    start: NDArray[np.float32] | Begun,
    topics: Topics,
    prior: DocumentPrior,
    passes: Passes,
    *,
    stage: Stage | None = None,
) -> Posterior:
    """Repeat passes until few tokens move, or max_iter.

    From the third pass on, the term counts run ahead by 0.9 of their last change (momentum: on
    real text about half the passes for the same quality, on well-parted topics none saved).
    Where priors are learned this happens every tenth pass, and inference does not stop before it
    has happened twice.

    Parameters
    ----------
    counts : csr_array, float32, shape (D, V), or Documents
    start : float32 array, shape (V, K), tokens; or what `stage` kept of the passes so far
    topics, prior : what differs between models; their learned values are in them afterwards
    passes : Passes
    stage : where each pass may be kept, optional; not with a score
    """
    documents = as_documents(counts, n_threads=passes.n_threads)
    run = _Run(documents, start, topics, prior, passes)
    while not run.is_over:
        began = perf_counter()
        run.one_pass()
        trace = run.state.trace
        number = len(trace)
        if prior.learns and number >= _LEARN_FROM and number % _LEARN_EVERY == 0:
            run.learn()
        trace[-1]["seconds"] = perf_counter() - began
        if passes.score is not None:
            is_due = run.is_over or number % _SCORE_EVERY == 0
            found = passes.score(topics.topic_term(run.state.term_counts)) if is_due else np.nan
            trace[-1]["held_out"] = found
        if stage is not None:
            stage.keep(run.state.rows, run.arrays())
    return run.state


class _Run:
    """The tables of one inference, kept from pass to pass."""

    def __init__(
        self,
        documents: Documents,
        start: NDArray[np.float32] | Begun,
        topics: Topics,
        prior: DocumentPrior,
        passes: Passes,
    ) -> None:
        self.topics, self.prior, self.passes = topics, prior, passes
        self.n_tokens = max(documents.n_tokens, 1.0)
        if isinstance(start, Begun):
            self._go_on(start)
        else:
            now = pad_topics(start)
            self.before = np.zeros_like(now)
            self.state = Posterior(now, documents.new_rows(now.shape[1]))
        self.ahead = np.zeros_like(self.before)
        self.tables = documents.tables(self.before.shape[1])

    @property
    def is_over(self) -> bool:
        """Whether few enough tokens moved in the last pass, or it was the last allowed."""
        trace, passes = self.state.trace, self.passes
        earliest = _LEARN_FROM + _LEARN_EVERY if self.prior.learns else 0
        is_still = len(trace) > earliest and trace[-1]["moved"] < passes.tol
        return is_still or len(trace) == passes.max_iter

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that the passes go on from, beside the rows."""
        return {
            "now": self.state.term_counts,
            "before": self.before,
            "trace": np.array([[entry[name] for name in _TRACED] for entry in self.state.trace]),
            "topics": self.topics.learned,
            "prior": self.prior.learned,
        }

    def _go_on(self, begun: Begun) -> None:
        kept = begun.arrays
        self.topics.learned, self.prior.learned = kept["topics"], kept["prior"]
        self.before = kept["before"].copy()
        trace = [dict(zip(_TRACED, row, strict=True)) for row in kept["trace"].tolist()]
        self.state = Posterior(kept["now"].copy(), begun.rows, trace)

    def one_pass(self) -> None:
        """Infer all documents once, add up their tokens and note what moved."""
        number = len(self.state.trace) + 1
        now, ahead = self.state.term_counts, self.state.term_counts
        if number >= _MOMENTUM_FROM:
            ahead = self.ahead
            extrapolated(self.before, now, _MOMENTUM, ahead)
        weights = self.topics.weigh(ahead)
        step = ExpectedPass(
            weights, self.prior, number=number, n_sweeps=_FIRST_SWEEPS if number == 1 else _SWEEPS
        )  # fmt: skip
        fresh = self.before  # no longer needed: it becomes the new table
        log_likelihood = sum(self.tables.add_up(step, self.state.rows, fresh))
        self.before, self.state.term_counts = now, fresh
        self.state.trace.append(
            {
                "log_likelihood": log_likelihood / self.n_tokens,
                "moved": change(now, fresh) / self.n_tokens,
            }
        )

    def learn(self) -> None:
        """Update the priors of the model from a draw of the tokens' topics as they stand.

        Expected counts hold of a token only what it gives each topic, so none is taken out of the
        weights of the topic that it is drawn for.
        """
        weights = self.topics.weigh(self.state.term_counts)
        weights = replace(weights, slope=np.zeros_like(weights.slope))
        draws = TokenDraws(self.state.rows.copy(), self.tables, seed=self.passes.seed)
        drawn = self.ahead  # not needed before the next pass sets it
        number = len(self.state.trace)
        draws.draw(weights, self.prior, drawn, number=number, n_sweeps=_LEARN_SWEEPS, keep=False)
        self.topics.learn(drawn)
        self.prior.learn(draws.rows)
        draws.rows.drop()


@dataclass(frozen=True)
class ExpectedPass:
    """One pass over a piece by expected tokens; arrays as in `kernels.cvb0.cvb0_pass`."""

    weights: TermWeights
    prior: DocumentPrior
    number: int
    n_sweeps: int

    @property
    def name(self) -> str:
        """The pass with its number."""
        return f"pass-{self.number}"

    def __call__(
        self, piece: Piece, state: PieceState, table: NDArray[np.float32], carried: float
    ) -> float:
        """Gives the log likelihood of the block so far, nats. Updates: state, table."""
        return float(
            cvb0_pass(
                piece.indptr, piece.indices, piece.values, self.weights.weight,
                self.weights.slope, self.weights.slope_row,
                self.prior.rows(piece.start, piece.stop), state.rows, table, self.n_sweeps, carried,
            )
        )  # fmt: skip
