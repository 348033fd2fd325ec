"""How good is one fit with so many topics, to documents that were held out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.fit import check_enough
from topoi.hashes import json_hash
from topoi.measures.coherence_scores import pair_values
from topoi.measures.cooccurrence import reference_for
from topoi.measures.document_splits import held_out_rows
from topoi.measures.rankings import padded_rankings
from topoi.measures.term_scores import exclusivity
from topoi.measures.terms import top_columns
from topoi.models.base import TopicModel
from topoi.models.held_out import document_completion, smoothed_topics
from topoi.provenance import counts_hash, model_settings, versions
from topoi.text.matrix import DocTermMatrix
from topoi.text.sequences import TermSequences

__all__ = ["Cell", "KCells"]

_SCHEMA = 1  # of what a cell holds
_WINDOW, _EPSILON = 10, 1e-12  # of words; for rows of a matrix: 0 and 0


@dataclass(frozen=True, order=True)
class Cell:
    """Which fit: number of topics, split of the documents, and seed of the model."""

    k: int
    split: int
    seed: int

    @property
    def name(self) -> str:
        """What its file, or its task, is called."""
        return f"k{self.k:04d}-split{self.split:03d}-seed{self.seed:03d}"


@dataclass(frozen=True, eq=False)
class KCells:
    """All that a cell's result depends on beside the cell.

    matrix : DocTermMatrix
    model : estimator with `n_components` and `random_state`
    text : what coherence is counted in
    held_out : share of the documents that are held out
    n : top terms for coherence and exclusivity; n_ranked : for stability
    random_state : of the splits
    """

    matrix: DocTermMatrix
    model: TopicModel
    text: DocTermMatrix | TermSequences
    held_out: float
    n: int
    n_ranked: int
    random_state: int

    @property
    def key(self) -> str:
        """sha256 of everything here, so that a cell kept earlier is known to be of the same."""
        text = self.text
        values = {
            "schema": _SCHEMA,
            "counts": counts_hash(self.matrix),
            "documents": list(self.matrix.units["doc_id"].astype("str")),
            "model": [type(self.model).__name__, {**model_settings(self.model), "n_components": 0}],
            "text": counts_hash(text) if isinstance(text, DocTermMatrix) else text.sha256,
            "numbers": [self.held_out, self.n, self.n_ranked, self.random_state],
            "versions": versions(),
        }
        return json_hash(values)

    def rows_held_out(self, split: int) -> NDArray[np.bool_]:
        """Whether each row is held out in a split."""
        ids = list(self.matrix.units["doc_id"])
        return held_out_rows(ids, self.held_out, split, self.random_state)

    def check_split(self, split: int, most_topics: int) -> None:
        """Refuse a split that cannot be made or leaves too few rows for so many topics.

        Raises
        ------
        InputError
            If there is one document only, there are fewer rows with terms left than topics, or
            the model has no whole number as `random_state`.
        """
        is_filled = np.diff(self.matrix.counts.indptr) > 0
        n_filled = int((is_filled & ~self.rows_held_out(split)).sum())
        model = self._model_of(Cell(most_topics, split, 0))
        has_passages = "passage_id" in self.matrix.units.columns
        try:
            check_enough(model, n_filled, has_passages=has_passages)
        except InputError as error:
            learned = f"{1.0 - self.held_out:.0%} of the documents (split {split}) are learned from"
            raise InputError(f"{learned}. {error}") from error

    def measured(self, cell: Cell) -> dict[str, Any]:
        """The result of a cell, as values that JSON has.

        held_out, held_out_error : nats a token, and its standard error over rows
        coherence, exclusivity : means over topics; coherence NaN is None
        topics : columns of the top terms of each topic, best first
        """
        is_out = self.rows_held_out(cell.split)
        counts = self.matrix.counts
        fitted = self._model_of(cell)
        try:
            fitted.fit(counts[~is_out])
        except InputError as error:
            raise InputError(f"With {cell.k} topics (split {cell.split}): {error}") from error
        topic_term = fitted.components_
        n_tokens = np.asarray(counts[~is_out].sum(axis=0), dtype=np.float64)
        score = document_completion(
            counts[is_out],
            smoothed_topics(topic_term, n_tokens) if (topic_term <= 0).any() else topic_term,
            fitted.transform,
            seed=self.random_state,
        )
        best = top_columns(topic_term, self.n)
        exclusive = exclusivity(topic_term)
        coherences = self._coherences(best)
        known = coherences[np.isfinite(coherences)]
        return {
            "held_out": score.score,
            "held_out_error": _or_none(score.standard_error),
            "coherence": float(known.mean()) if len(known) else None,
            "exclusivity": float(np.mean([exclusive[k, row].mean() for k, row in enumerate(best)])),
            "topics": [row.tolist() for row in top_columns(topic_term, self.n_ranked)],
        }

    def _model_of(self, cell: Cell) -> TopicModel:
        """The model with the cell's number of topics and a start of its own, in one thread."""
        given = self.model.get_params()
        at_least("random_state of the model", given["random_state"], 0, whole=True)
        # Of model, split and seed together: no two splits share a start by accident.
        place = [int(given["random_state"]), cell.split, cell.seed]
        seed = int(np.random.SeedSequence(place).generate_state(1)[0]) >> 1
        threads = {"n_jobs": 1} if "n_jobs" in given else {}
        fresh: TopicModel = clone(self.model)
        fresh.set_params(n_components=cell.k, random_state=seed, **threads)
        return fresh

    def _coherences(self, best: list[NDArray[np.int64]]) -> NDArray[np.float64]:
        """NPMI of each topic, NaN with fewer than two terms that occur."""
        columns = np.unique(np.concatenate(best))
        is_matrix = isinstance(self.text, DocTermMatrix)
        window, epsilon = (0, 0.0) if is_matrix else (_WINDOW, _EPSILON)
        terms = self.matrix.vocabulary.terms
        counted = reference_for(self.text, terms, columns, window).count()
        values = [
            pair_values("npmi", counted, np.searchsorted(columns, row), epsilon) for row in best
        ]
        return np.array([found.mean() if len(found) else np.nan for found in values])

    def rankings(self, result: dict[str, Any]) -> NDArray[np.int64]:
        """The topics of a result as rankings, shape (K, n_ranked)."""
        rows = [np.array(row, dtype=np.int64) for row in result["topics"]]
        return padded_rankings(rows, self.n_ranked)


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None
