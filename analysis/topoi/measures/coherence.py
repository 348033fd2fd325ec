"""Whether the top terms of a topic occur together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.text.matrix import DocTermMatrix

__all__ = ["npmi"]


def npmi(fit: TopicFit, matrix: DocTermMatrix, *, n: int = 10) -> pd.DataFrame:
    """Normalised pointwise mutual information of each topic's top n terms, over the rows.

    Parameters
    ----------
    fit : TopicFit
    matrix : DocTermMatrix with the same vocabulary; two terms occur together when a row has both
    n : int >= 2, top terms a topic

    Returns
    -------
    DataFrame
        topic (str), npmi (float64 in [-1, 1]: the mean over pairs; pairs never seen together
        count -1; NaN with fewer than two terms that occur), n_terms (int64, top terms that
        occur in the matrix), window (str, "row"); in the order of topics.

    Raises
    ------
    InputError
        If n < 2 or the vocabularies differ.

    References
    ----------
    Bouma (2009), Normalized (pointwise) mutual information in collocation extraction, for a pair;
    Aletras & Stevenson (2013) for the mean over the pairs of a topic's top terms.
    """
    if n < 2:
        raise InputError(f"n must be an int >= 2, since coherence is about pairs; got {n}.")
    if fit.vocabulary.terms != matrix.vocabulary.terms:
        raise InputError(
            "The fit and the matrix have different vocabularies; use the matrix that was fitted, "
            "or one aligned to its vocabulary."
        )
    best = np.argsort(-fit.topic_term, axis=1, kind="stable")[:, :n]
    columns = np.unique(best)
    together = _rows_together(matrix, columns)
    scores = [_topic_npmi(np.searchsorted(columns, row), together, matrix.shape[0]) for row in best]
    return pd.DataFrame(
        {
            "topic": pd.Series(fit.topic_names, dtype="str"),
            "npmi": [score for score, _ in scores],
            "n_terms": np.array([n_terms for _, n_terms in scores], dtype=np.int64),
            "window": pd.Series("row", index=range(len(scores)), dtype="str"),
        }
    )


def _rows_together(matrix: DocTermMatrix, columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rows that hold both terms, for each pair of the columns; the diagonal is row frequency."""
    present = matrix.counts[:, columns].astype(bool).astype(np.float64)
    return np.asarray((present.T @ present).toarray())


def _topic_npmi(
    terms: NDArray[np.int64], together: NDArray[np.float64], n_rows: int
) -> tuple[float, int]:
    terms = terms[together[terms, terms] > 0]
    if len(terms) < 2:
        return float("nan"), len(terms)
    first, second = np.triu_indices(len(terms), k=1)
    joint = together[terms[first], terms[second]] / n_rows
    expected = (
        together[terms[first], terms[first]] * together[terms[second], terms[second]] / n_rows**2
    )
    scores = np.full(len(joint), -1.0)
    seen = joint > 0
    everywhere = joint == 1.0
    scores[everywhere] = 1.0
    usual = seen & ~everywhere
    scores[usual] = np.log(joint[usual] / expected[usual]) / -np.log(joint[usual])
    # Rounding may pass the bounds by a last digit.
    return float(np.clip(scores, -1.0, 1.0).mean()), len(terms)
