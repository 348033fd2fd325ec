"""Which topics are sound, and which are too broad, too narrow or much like another?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.kernels.expected_counts import expected_counts
from topoi.measures.cooccurrence import Reference, reference_for
from topoi.measures.new_documents import check_terms
from topoi.measures.resampled import basic_limits, check_resampling, row_draws
from topoi.measures.terms import top_columns
from topoi.measures.topic_evidence import TOPIC_MEASURES, TopicEvidence
from topoi.text.matrix import DocTermMatrix
from topoi.workers import in_threads, worker_count

__all__ = ["topic_quality"]

_OF_TERMS_ALONE = ("word_length", "diversity", "overlap")
Vector = NDArray[np.float64]


def topic_quality(
    fit: TopicFit,
    matrix: DocTermMatrix,
    *,
    n: int = 10,
    frex_weight: float = 0.5,
    n_resamples: int = 100,
    level: float = 0.95,
    random_state: int = 0,
    n_jobs: int | None = None,
) -> pd.DataFrame:
    """What speaks for and against each topic, with intervals over resampled documents.

    Parameters
    ----------
    fit : TopicFit
    matrix : DocTermMatrix of the fit's rows: the one that was fitted or folded in
    n : int >= 2, top terms a topic; terms of probability 0 in a topic are none of its top terms
    frex_weight : float in [0, 1], of exclusivity beside frequency
    n_resamples : int >= 0, resamples of documents; 0 leaves the limits NaN
    level : float in (0, 1), of the intervals
    random_state : int >= 0, of the resamples
    n_jobs : int or None, threads; None is 1, -1 all cores; does not change the result

    Returns
    -------
    DataFrame
        topic (str), measure (str), value, lower, upper (float64), unit (str); for each topic in
        order, these measures. Tokens and documents "of a topic" are expected ones: each token is
        shared out by the probability of the topics, given its term and its document's shares.

        "tokens" of the topic; "share" of the text's tokens; "documents" that use it: at least half
        a token is the topic's; "document_entropy" (nats) of its tokens over documents: low where
        few documents make it; "specificity" (nats), relative entropy of the same to the lengths
        of the documents: 0 for a topic that is everywhere alike; "rank_1_docs", part of the
        documents that use it in which it is the first topic; "word_length", letters of its top
        terms; "uniform_distance" and "corpus_distance" (nats), relative entropy of its terms to
        all terms alike and to the terms of the text; "effective_terms", 1 / sum of squared
        probabilities; "token_document_difference" (nats), Jensen-Shannon divergence of the top
        terms' tokens and documents in the topic: high where few documents repeat a term;
        "exclusivity", "frex", "log_lift" (nats), means over the top terms (`term_scores`);
        "umass", "npmi", coherence over rows, pairs never seen together an NPMI of -1 (`coherence`);
        "diversity", part of its top terms that are of no other topic; "overlap", greatest
        rank-biased overlap with another topic (p = 0.9; NaN for a single topic).

        Limits are those of the basic bootstrap: documents drawn with replacement, passages with
        their document; shares and top terms as they are, probabilities of terms counted anew. They
        are NaN for "word_length", "diversity" and "overlap", which follow from the top terms
        alone. The unit is "" for numbers without one.

    Raises
    ------
    InputError
        If the matrix has other rows or terms than the fit, or a setting is out of range.

    Notes
    -----
    Intervals are somewhat too narrow where there are few documents, as those of any bootstrap.

    MALLET's diagnostics of hard assignments; here of expected ones, so that any model has them.
    MALLET's coherence counts documents by the tokens given to the topic; "umass" counts all.

    References
    ----------
    Mimno, Wallach, Talley, Leenders & McCallum (2011), Optimizing semantic coherence in topic
    models, EMNLP; AlSumait, Barbará, Gentle & Domeniconi (2009), Topic significance ranking of LDA
    generative models, ECML, for distances from uniform, corpus and background (specificity).
    """
    at_least("n", n, 2, whole=True)
    at_least("frex_weight", frex_weight, 0.0, most=1.0)
    check_resampling(n_resamples, level, random_state)
    judged = _Judged.of(fit, matrix, n, frex_weight)
    found = judged.measured(fit.topic_term, np.ones(matrix.shape[0], dtype=np.int64))
    lower = upper = np.full(found.shape, np.nan)
    if n_resamples:
        usual = judged.measured(None, np.ones(matrix.shape[0], dtype=np.int64))
        draws = list(row_draws(list(matrix.units["doc_id"]), n_resamples, random_state))
        again = in_threads(
            lambda weights: judged.measured(None, weights), draws, n_threads=worker_count(n_jobs)
        )
        bounds = np.array([kind.bounds for kind in TOPIC_MEASURES.values()])[:, np.newaxis]
        lower, upper = basic_limits(found, usual, again, level, bounds=bounds)
        fixed = [place for place, name in enumerate(TOPIC_MEASURES) if name in _OF_TERMS_ALONE]
        lower[fixed] = upper[fixed] = np.nan
    return _table(fit, found, lower, upper)


def _table(fit: TopicFit, found: Vector, lower: Vector, upper: Vector) -> pd.DataFrame:
    names = list(TOPIC_MEASURES)
    return pd.DataFrame(
        {
            "topic": pd.Series(
                np.repeat(np.array(fit.topic_names, object), len(names)), dtype="str"
            ),
            "measure": pd.Series(names * fit.n_topics, dtype="str"),
            "value": found.T.ravel(),
            "lower": lower.T.ravel(),
            "upper": upper.T.ravel(),
            "unit": pd.Series(
                [kind.unit for kind in TOPIC_MEASURES.values()] * fit.n_topics, dtype="str"
            ),
        }
    )


@dataclass(frozen=True, eq=False)
class _Judged:
    """The fit and its text, laid out for many samples of documents."""

    fit: TopicFit
    matrix: DocTermMatrix
    best: list[NDArray[np.int64]]
    columns: NDArray[np.int64]
    reference: Reference
    term_topic: Vector
    frex_weight: float
    indptr: NDArray[np.int64]  # of the matrix, as are its stored counts
    counts: Vector
    lengths: Vector  # tokens of the rows

    @classmethod
    def of(cls, fit: TopicFit, matrix: DocTermMatrix, n: int, frex_weight: float) -> _Judged:
        check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
        _check_rows(fit, matrix)
        best = top_columns(fit.topic_term, n)
        columns = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *best]))
        reference = reference_for(matrix, fit.vocabulary.terms, columns, 0)
        return cls(
            fit,
            matrix,
            best,
            columns,
            reference,
            term_topic=np.ascontiguousarray(fit.topic_term.T),
            frex_weight=frex_weight,
            indptr=matrix.counts.indptr.astype(np.int64),
            counts=matrix.counts.data.astype(np.float64),
            lengths=np.asarray(matrix.counts.sum(axis=1), dtype=np.float64),
        )

    def measured(self, probability: Vector | None, weights: NDArray[np.int64]) -> Vector:
        """All measures, shape (measures, K); without probabilities they are counted anew."""
        indices, (n_topics, n_terms) = self.matrix.counts.indices, self.fit.topic_term.shape
        by_term, rows_by_term = np.empty((n_terms, n_topics)), np.empty((n_terms, n_topics))
        by_doc = np.empty((len(self.lengths), n_topics))
        expected_counts(
            self.indptr, indices, self.counts, self.fit.doc_topic,
            self.term_topic, weights, by_term, rows_by_term, by_doc,
        )  # fmt: skip
        if probability is None:
            mass = by_term.sum(axis=0)
            probability = (by_term / np.where(mass > 0, mass, 1.0)).T
        own = np.repeat(weights, np.diff(self.indptr)) * self.counts
        topics = TopicEvidence(
            probability=probability,
            by_term=by_term,
            rows_by_term=rows_by_term,
            by_doc=by_doc,
            weights=weights,
            lengths=self.lengths,
            tokens=np.bincount(indices, own, minlength=n_terms).astype(np.float64),
            best=self.best,
            slots=[np.searchsorted(self.columns, row) for row in self.best],
            counted=self.reference.count(weights),
            terms=self.fit.vocabulary.terms,
            frex_weight=self.frex_weight,
        )
        return np.array([kind.of(topics) for kind in TOPIC_MEASURES.values()])


def _check_rows(fit: TopicFit, matrix: DocTermMatrix) -> None:
    key = id_column(fit.units)
    same = key in matrix.units.columns and list(fit.units[key]) == list(matrix.units[key])
    if not same:
        raise InputError(
            f"The matrix has {matrix.shape[0]} rows, but not the {len(fit.units)} rows of the fit "
            "in their order, so their shares are not known. Give the matrix that was fitted, or "
            "fold_in(fit, matrix) as the fit."
        )
