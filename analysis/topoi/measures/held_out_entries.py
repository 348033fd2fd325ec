"""How well does NMF foretell entries of the matrix that it has not seen?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.errors import InputError
from topoi.measures.by_document import score_by_document
from topoi.models.blocks import one_thread
from topoi.models.held_out_score import HeldOutScore
from topoi.models.masked_blocks import block_losses
from topoi.models.nmf import NMF
from topoi.models.weighting import document_frequency, inverse_frequency, weighted
from topoi.text.matrix import DocTermMatrix
from topoi.workers import in_threads, worker_count

__all__ = ["held_out_entries"]


def held_out_entries(
    model: NMF,
    matrix: DocTermMatrix,
    *,
    folds: int = 5,
    random_state: int = 0,
    n_jobs: int | None = None,
) -> pd.DataFrame:
    """How much of masked entries of the weighted matrix an NMF explains.

    Documents and terms are dealt into folds. For each fold the entries of its documents in its
    terms are masked: the factors are learned from the other documents and terms, then weights of
    the fold's documents from the other terms, and of its terms from the other documents; their
    product foretells the block. A greater number of topics does not explain more of it by itself.

    Parameters
    ----------
    model : NMF; it is not changed, and need not be fitted. `init` must be a name.
    matrix : DocTermMatrix, D rows
    folds : int >= 2, blocks that are masked, each 1 / folds of the documents and of the terms
    random_state : int >= 0, of the folds
    n_jobs : int or None, folds at a time; does not change the result

    Returns
    -------
    DataFrame
        One row: method (str, "masked blocks"), loss (str, of the model), score (float64), as
        `NMF.score` but of masked entries only: for "frobenius" 1 - squared error / squared norm,
        at most 1; for "kullback-leibler" minus the divergence per unit of weight, nats, at most
        0; standard_error (float64, over documents), n_topics, folds, n_documents (int64: with
        masked weight), n_entries (int64: masked, zeros included).

    Raises
    ------
    InputError
        If model is no NMF, its init is a pair of arrays, there are fewer documents or terms than
        folds, a setting is out of range, or the masked blocks are empty.

    Notes
    -----
    The weighting (document frequencies, lengths of rows) is of the whole matrix. Entries are
    foretold where neither their row's other terms nor their column's other rows are missing, so
    that no value is imputed. Higher is better; compare numbers of topics of the same loss.

    References
    ----------
    Owen & Perry (2009), Bi-cross-validation of the SVD and the nonnegative matrix factorization,
    Annals of Applied Statistics 3.
    """
    if not isinstance(model, NMF):
        raise InputError(f"model must be an NMF; got {type(model).__name__}. See held_out.")
    model.check_settings()
    at_least("folds", folds, 2, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    if not isinstance(model.init, str):
        raise InputError("init is a pair of arrays, which fits no part of the matrix; give a name.")
    of_rows, of_terms = _folds(matrix, folds, random_state)
    counts = matrix.counts
    idf = inverse_frequency(document_frequency(counts), counts.shape[0])
    weights = weighted(counts, None if model.weighting == "counts" else idf)
    with one_thread():
        parts = in_threads(
            lambda fold: block_losses(weights, model, of_rows == fold, of_terms == fold),
            range(folds),
            n_threads=worker_count(n_jobs),
        )
    losses, sizes = np.zeros(counts.shape[0]), np.zeros(counts.shape[0])
    for fold, (loss, size) in enumerate(parts):
        losses[of_rows == fold], sizes[of_rows == fold] = loss, size
    if not sizes.sum() > 0:
        raise InputError(
            "The masked blocks hold no weight, so there is nothing to foretell. Give more text, or "
            "fewer folds."
        )
    found = score_by_document(HeldOutScore(-losses, sizes), list(matrix.units["doc_id"]))
    explained = 1.0 if model.loss == "frobenius" else 0.0
    entries = sum(
        int((of_rows == fold).sum()) * int((of_terms == fold).sum()) for fold in range(folds)
    )
    return pd.DataFrame(
        {
            "method": pd.Series(["masked blocks"], dtype="str"),
            "loss": pd.Series([model.loss], dtype="str"),
            "score": [explained + found.score],
            "standard_error": [found.standard_error],
            "n_topics": np.array([model.n_topics], dtype=np.int64),
            "folds": np.array([folds], dtype=np.int64),
            "n_documents": np.array([found.n_documents], dtype=np.int64),
            "n_entries": np.array([entries], dtype=np.int64),
        }
    )


def _folds(
    matrix: DocTermMatrix, folds: int, random_state: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The fold of each row, by its document, and of each term."""
    codes, names = pd.factorize(matrix.units["doc_id"].astype("str"), sort=True)
    if min(len(names), matrix.shape[1]) < folds:
        raise InputError(
            f"{folds} folds need as many documents and terms; there are {len(names)} and "
            f"{matrix.shape[1]}. Give fewer folds or more text."
        )
    rng = np.random.default_rng(random_state)
    dealt = [rng.permutation(n) % folds for n in (len(names), matrix.shape[1])]
    return dealt[0][codes], dealt[1]
