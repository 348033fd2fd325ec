"""How well do topics foretell text that they were not learned from?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import stdtrit
from sklearn.utils.validation import check_is_fitted

from topoi.checks import at_least, fraction, one_of
from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.measures.by_document import score_by_document
from topoi.measures.new_documents import check_terms
from topoi.models.base import TopicModel
from topoi.models.blocks import one_thread
from topoi.models.fixed_topics import MOST_STREAM_SEED
from topoi.models.fold_in import share_topics
from topoi.models.held_out import document_completion
from topoi.models.held_out_score import HeldOutScore
from topoi.models.left_to_right import left_to_right_log_likelihood
from topoi.text.matrix import DocTermMatrix
from topoi.workers import worker_count

__all__ = ["held_out"]

_METHODS = ("completion", "left_to_right")
_SWEEPS = 30  # as `fold_in` and the estimators


def held_out(
    fit: TopicFit | TopicModel,
    matrix: DocTermMatrix,
    *,
    method: str = "completion",
    n_particles: int = 20,
    level: float = 0.95,
    random_state: int = 0,
    n_jobs: int | None = None,
) -> pd.DataFrame:
    """Log likelihood a token and perplexity of rows that were not fitted, and how sure they are.

    Parameters
    ----------
    fit : TopicFit with a document prior, or a fitted estimator
    matrix : DocTermMatrix of other text, counted by the fit's vocabulary
    method : {"completion", "left_to_right"}
        "completion": half of each row's tokens give its shares, the other half is scored.
        "left_to_right": all tokens are scored, the shares integrated out by particles; its time
        grows with the square of a row's length, and it needs a document prior.
    n_particles : int >= 2, of left-to-right
    level : float in (0, 1), of the interval
    random_state : int >= 0, of halves and particles; compare models with the same one
    n_jobs : int or None, threads of left-to-right; does not change the result

    Returns
    -------
    DataFrame
        One row: method (str), score (float64: mean log likelihood of a scored token, nats),
        standard_error (float64: of the score, over documents, whose passages belong together; NaN
        for one document), lower, upper (float64: of the score, Student's t), perplexity (float64:
        exp(-score)), perplexity_lower, perplexity_upper (float64), monte_carlo_error (float64: of
        the score, by particles; 0 for completion), n_tokens (float64, scored), n_documents,
        n_rows_left_out (int64: without a scored token), n_terms (int64: of the vocabulary),
        coverage (float64: known tokens over known and unknown ones; NaN where the matrix was not
        counted by a given vocabulary).

    Raises
    ------
    InputError
        If the matrix counts other terms, nothing can be scored, the model has no document prior
        that the method needs, or a setting is out of range.

    Notes
    -----
    Tokens weigh alike, so long documents weigh more. Terms that are not in the vocabulary are not
    scored: compare fits of one vocabulary only, and look at the coverage. The estimate by
    left-to-right is a logarithm of a mean, so too low by half the square of its Monte-Carlo error
    for a row. Of NMF `held_out_entries` is the measure: its topics are no probabilities of tokens.

    References
    ----------
    Wallach, Murray, Salakhutdinov & Mimno (2009), Evaluation methods for topic models, ICML.
    Standard error of a ratio of sums: Cochran (1977), Sampling techniques, chapter 6.
    """
    one_of("method", method, _METHODS)
    fraction("level", level)
    at_least("random_state", random_state, 0, most=MOST_STREAM_SEED, whole=True)
    topics, prior, shares = _parts(fit, matrix, method)
    n_rows = matrix.shape[0]
    with one_thread():
        if method == "completion":
            found = document_completion(matrix.counts, topics, shares, seed=random_state)
            errors = np.zeros(n_rows)
        else:
            result = left_to_right_log_likelihood(
                matrix.counts, topics, prior(), n_particles=n_particles, seed=random_state,
                n_threads=worker_count(n_jobs),
            )  # fmt: skip
            found, errors = result.documents, result.monte_carlo_error
    return _table(method, found, errors, matrix, level)


def _parts(
    fit: TopicFit | TopicModel, matrix: DocTermMatrix, method: str
) -> tuple[
    NDArray[np.float64],
    Callable[[], NDArray[np.float64]],
    Callable[[csr_array], NDArray[np.float64]],
]:
    """Topics, what gives the document prior, and what gives shares of counts."""
    if isinstance(fit, TopicModel):
        check_is_fitted(fit, "components_")
        model = fit
        if model.n_features_in_ != matrix.shape[1]:
            raise InputError(
                f"The model has {model.n_features_in_} terms and the matrix {matrix.shape[1]}. "
                "Count the text with the vocabulary of the fitted text."
            )
        return model.components_, model.needed_prior, model.transform
    check_terms(fit.vocabulary.terms, matrix.vocabulary.terms)
    prior = fit.document_prior
    if prior is None:
        raise InputError(
            f"This fit of {fit.provenance.get('model', 'a model without a name')} has no document "
            f"prior, which {method} needs for shares of new rows. Give the fitted estimator, or "
            "for NMF take held_out_entries."
        )
    topics = fit.topic_term

    def shares(counts: csr_array) -> NDArray[np.float64]:
        given = csr_array(counts, dtype=np.float32)
        return share_topics(given, topics, prior, most_sweeps=_SWEEPS, n_threads=1)

    return topics, lambda: prior, shares


def _table(
    method: str,
    found: HeldOutScore,
    errors: NDArray[np.float64],
    matrix: DocTermMatrix,
    level: float,
) -> pd.DataFrame:
    by_document = score_by_document(found, list(matrix.units["doc_id"]))
    score, error = found.score, by_document.standard_error
    n_tokens = float(found.n_tokens.sum())
    half = np.nan
    if by_document.n_documents > 1:
        half = float(stdtrit(by_document.n_documents - 1, 0.5 + level / 2.0)) * error
    return pd.DataFrame(
        {
            "method": pd.Series([method], dtype="str"),
            "score": [score],
            "standard_error": [error],
            "lower": [score - half],
            "upper": [score + half],
            "perplexity": [np.exp(-score)],
            "perplexity_lower": [np.exp(-(score + half))],
            "perplexity_upper": [np.exp(-(score - half))],
            "monte_carlo_error": [float(np.sqrt((errors**2).sum())) / n_tokens],
            "n_tokens": [n_tokens],
            "n_documents": np.array([by_document.n_documents], dtype=np.int64),
            "n_rows_left_out": np.array([found.n_left_out], dtype=np.int64),
            "n_terms": np.array([matrix.shape[1]], dtype=np.int64),
            "coverage": [_coverage(matrix)],
        }
    )


def _coverage(matrix: DocTermMatrix) -> float:
    if "n_unknown" not in matrix.units.columns:
        return float("nan")
    known, unknown = float(matrix.counts.sum()), float(matrix.units["n_unknown"].sum())
    return known / (known + unknown) if known + unknown else float("nan")
