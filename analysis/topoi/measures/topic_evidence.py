"""What is measured of each topic, given the tokens of terms and documents expected of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topoi.measures.coherence_scores import pair_values
from topoi.measures.cooccurrence import Counted
from topoi.measures.rankings import padded_rankings, rank_biased_overlap
from topoi.measures.term_scores import exclusivity, frex, lift

__all__ = ["TOPIC_MEASURES", "TopicEvidence"]

_LEAST_TOKENS = 0.5  # expected of a topic in a document that counts as using it
Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TopicEvidence:
    """What the measures of one sample of documents are calculated from.

    probability (K, V); by_term, rows_by_term (V, K), by_doc (D, K) as in `expected_counts`;
    weights (D,), how often each row counts; lengths (D,), tokens of the rows;
    tokens (V,) of the text; best, the top terms; counted, windows of these, and their slots.
    """

    probability: Vector
    by_term: Vector
    rows_by_term: Vector
    by_doc: Vector
    weights: NDArray[np.int64]
    lengths: Vector
    tokens: Vector
    best: list[NDArray[np.int64]]
    slots: list[NDArray[np.int64]]
    counted: Counted
    terms: tuple[str, ...]
    frex_weight: float

    def per_topic(self, of: Callable[[int, NDArray[np.int64]], float]) -> Vector:
        """`of` a topic and its top terms; NaN for a topic without any."""
        values = [of(k, row) if len(row) else np.nan for k, row in enumerate(self.best)]
        return np.array(values, dtype=np.float64)

    def mean(self, scores: Vector) -> Vector:
        """Mean over the top terms of scores (K, V)."""
        return self.per_topic(lambda k, row: float(scores[k, row].mean()))

    def coherence(self, measure: str, epsilon: float) -> Vector:
        """Mean over pairs of the top terms that occur; NaN with fewer than two."""

        def of(k: int, _: NDArray[np.int64]) -> float:
            values = pair_values(measure, self.counted, self.slots[k], epsilon)
            return float(values.mean()) if len(values) else float("nan")

        return self.per_topic(of)


def _divided(values: Vector, by: Vector) -> Vector:
    """Quotient of values and by, NaN where there is nothing to divide by."""
    return np.asarray(np.where(by > 0, values / np.where(by > 0, by, 1.0), np.nan))


def _relative_entropy(one: Vector, other: Vector) -> Vector:
    """Sum over the last axis of one log (one / other), where one > 0; other is > 0 there."""
    is_some = one > 0
    ratio = np.where(is_some, one, 1.0) / np.where(is_some, np.maximum(other, 1e-300), 1.0)
    return np.asarray((one * np.log(ratio)).sum(axis=-1))


def _tokens(of: TopicEvidence) -> Vector:
    return np.asarray((of.by_doc * of.weights[:, np.newaxis]).sum(axis=0))


def _share(of: TopicEvidence) -> Vector:
    return _divided(_tokens(of), np.full(len(of.best), of.tokens.sum()))


def _uses(of: TopicEvidence) -> NDArray[np.bool_]:
    return np.asarray(of.by_doc >= _LEAST_TOKENS)


def _documents(of: TopicEvidence) -> Vector:
    return np.asarray((_uses(of) * of.weights[:, np.newaxis]).sum(axis=0), dtype=np.float64)


def _document_entropy(of: TopicEvidence) -> Vector:
    # Documents that are drawn twice are two documents.
    mass = _tokens(of)
    part = _divided(of.by_doc, mass)
    logs = np.log(np.where(part > 0, part, 1.0))
    return np.asarray(-(of.weights[:, np.newaxis] * part * logs).sum(axis=0))


def _specificity(of: TopicEvidence) -> Vector:
    part = _divided(of.by_doc, _tokens(of))
    whole = of.lengths / max(float((of.lengths * of.weights).sum()), 1.0)
    ratio = np.where(part > 0, part, 1.0) / np.where(part > 0, whole[:, np.newaxis], 1.0)
    return np.asarray((of.weights[:, np.newaxis] * part * np.log(ratio)).sum(axis=0))


def _rank_1_docs(of: TopicEvidence) -> Vector:
    first = of.by_doc.argmax(axis=1)
    is_first = (first[:, np.newaxis] == np.arange(of.by_doc.shape[1])) & _uses(of)
    return _divided((is_first * of.weights[:, np.newaxis]).sum(axis=0), _documents(of))


def _word_length(of: TopicEvidence) -> Vector:
    return of.per_topic(lambda _, row: float(np.mean([len(of.terms[column]) for column in row])))


def _uniform_distance(of: TopicEvidence) -> Vector:
    n_terms = of.probability.shape[1]
    return _relative_entropy(of.probability, np.full(n_terms, 1.0 / n_terms))


def _corpus_distance(of: TopicEvidence) -> Vector:
    # Smoothed topics give terms some probability that a resample has not: those are left out.
    part = of.tokens / max(of.tokens.sum(), 1.0)
    kept = np.where(part > 0, of.probability, 0.0)
    mass = kept.sum(axis=1, keepdims=True)
    return _relative_entropy(kept / np.where(mass > 0, mass, 1.0), part)


def _effective_terms(of: TopicEvidence) -> Vector:
    squares = (of.probability**2).sum(axis=1)
    return _divided(np.ones(len(squares)), squares)


def _token_document_difference(of: TopicEvidence) -> Vector:
    def difference(k: int, row: NDArray[np.int64]) -> float:
        tokens, rows = of.by_term[row, k], of.rows_by_term[row, k]
        if not tokens.sum() > 0:
            return float("nan")
        one, other = tokens / tokens.sum(), rows / rows.sum()
        middle = (one + other) / 2.0
        divergence = _relative_entropy(np.array([one, other]), middle).mean()
        return max(float(divergence), 0.0)  # rounding may pass 0 by a last digit

    return of.per_topic(difference)


def _exclusivity(of: TopicEvidence) -> Vector:
    return of.mean(exclusivity(of.probability))


def _frex(of: TopicEvidence) -> Vector:
    return of.mean(frex(of.probability, of.tokens, of.frex_weight))


def _log_lift(of: TopicEvidence) -> Vector:
    with np.errstate(divide="ignore"):
        logs = np.log(lift(of.probability, of.tokens.astype(np.int64)))
    return of.per_topic(lambda k, row: float(logs[k, row][np.isfinite(logs[k, row])].mean())
                        if np.isfinite(logs[k, row]).any() else np.nan)  # fmt: skip


def _umass(of: TopicEvidence) -> Vector:
    return of.coherence("umass", 1.0)


def _npmi(of: TopicEvidence) -> Vector:
    return of.coherence("npmi", 0.0)


def _diversity(of: TopicEvidence) -> Vector:
    all_terms = np.concatenate(of.best)
    return of.per_topic(lambda _, row: float(np.mean([(all_terms == c).sum() == 1 for c in row])))


def _overlap(of: TopicEvidence) -> Vector:
    ranked = padded_rankings(of.best, max(map(len, of.best)))
    overlaps = rank_biased_overlap(ranked, ranked)
    np.fill_diagonal(overlaps, -np.inf)
    return np.where(len(ranked) > 1, overlaps.max(axis=1), np.nan)


class TopicMeasure(NamedTuple):
    """The function that gives it for all topics, shape (K,), its unit, least and greatest value."""

    of: Callable[[TopicEvidence], Vector]
    unit: str
    bounds: tuple[float, float]


TOPIC_MEASURES: Mapping[str, TopicMeasure] = {
    "tokens": TopicMeasure(_tokens, "tokens", (0.0, np.inf)),
    "share": TopicMeasure(_share, "", (0.0, 1.0)),
    "documents": TopicMeasure(_documents, "documents", (0.0, np.inf)),
    "document_entropy": TopicMeasure(_document_entropy, "nats", (0.0, np.inf)),
    "specificity": TopicMeasure(_specificity, "nats", (0.0, np.inf)),
    "rank_1_docs": TopicMeasure(_rank_1_docs, "", (0.0, 1.0)),
    "word_length": TopicMeasure(_word_length, "letters", (0.0, np.inf)),
    "uniform_distance": TopicMeasure(_uniform_distance, "nats", (0.0, np.inf)),
    "corpus_distance": TopicMeasure(_corpus_distance, "nats", (0.0, np.inf)),
    "effective_terms": TopicMeasure(_effective_terms, "terms", (1.0, np.inf)),
    "token_document_difference": TopicMeasure(_token_document_difference, "nats", (0.0, np.inf)),
    "exclusivity": TopicMeasure(_exclusivity, "", (0.0, 1.0)),
    "frex": TopicMeasure(_frex, "", (0.0, 1.0)),
    "log_lift": TopicMeasure(_log_lift, "nats", (-np.inf, np.inf)),
    "umass": TopicMeasure(_umass, "", (-np.inf, np.inf)),
    "npmi": TopicMeasure(_npmi, "", (-1.0, 1.0)),
    "diversity": TopicMeasure(_diversity, "", (0.0, 1.0)),
    "overlap": TopicMeasure(_overlap, "", (0.0, 1.0)),
}
