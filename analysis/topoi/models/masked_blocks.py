"""How well a factorisation foretells entries of the matrix that it has not seen, by blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.base import clone

from topoi.kernels.logarithm import logarithms
from topoi.models.divergence import solve_kl
from topoi.models.frobenius import solve
from topoi.models.nmf import NMF
from topoi.models.weights import pad_topics

__all__ = ["block_losses"]

_LEAST_FIT = 1e-6  # of an entry, for a divergence that is finite


def block_losses(
    matrix: csr_array, model: NMF, rows_out: NDArray[np.bool_], terms_out: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Loss of each row in the block (rows out × terms out), and what it is to be divided by.

    The factors are learned from the other rows and terms. The rows out are then solved for by the
    other terms, the terms out by the other rows, and their product is compared with the block, of
    which nothing was seen.

    Parameters
    ----------
    matrix : float32 (D, V), weights >= 0
    model : NMF; its weighting and n_jobs are not used
    rows_out : bool (D,), terms_out : bool (V,)

    Returns
    -------
    losses, sizes : float64 (R,), R rows out
        "frobenius": squared error, squared norm; "kullback-leibler": divergence, sum.

    References
    ----------
    Owen & Perry (2009), Bi-cross-validation of the SVD and the nonnegative matrix factorization,
    Annals of Applied Statistics 3, section 4.
    """
    seen = csr_array(matrix[~rows_out][:, ~terms_out])
    fitted = clone(model).set_params(weighting="counts", n_jobs=1).fit(seen)
    solver = solve if model.loss == "frobenius" else solve_kl
    parts = pad_topics(fitted.parts_.T)
    docs = pad_topics(fitted.doc_weights_)
    of_rows = solver(
        csr_array(matrix[rows_out][:, ~terms_out]), parts,
        l1=model.doc_l1, l2=model.doc_l2, n_threads=1,
    )  # fmt: skip
    of_terms = solver(
        csr_array(matrix[~rows_out][:, terms_out].T), docs,
        l1=model.topic_l1, l2=model.topic_l2, n_threads=1,
    )  # fmt: skip
    block = csr_array(matrix[rows_out][:, terms_out])
    losses = _squared if model.loss == "frobenius" else _diverging
    return losses(block, of_rows.astype(np.float64), of_terms.astype(np.float64))


def _fits(
    block: csr_array, docs: NDArray[np.float64], terms: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Row, weight and fitted value of each stored entry."""
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    fitted = np.einsum("nk,nk->n", docs[rows], terms[block.indices])
    return rows, block.data.astype(np.float64), fitted


def _squared(
    block: csr_array, docs: NDArray[np.float64], terms: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, found, fitted = _fits(block, docs, terms)
    square = np.bincount(rows, found * found, minlength=len(docs)).astype(np.float64)
    product = np.bincount(rows, found * fitted, minlength=len(docs))
    overlap = np.einsum("vk,vj->kj", terms, terms)
    of_fit = np.einsum("dk,kj,dj->d", docs, overlap, docs)
    return np.maximum(square - 2.0 * product + of_fit, 0.0), square


def _diverging(
    block: csr_array, docs: NDArray[np.float64], terms: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, found, fitted = _fits(block, docs, terms)
    logs = np.empty(len(found))
    logarithms(found / np.maximum(fitted, _LEAST_FIT), logs)
    size = np.bincount(rows, found, minlength=len(docs)).astype(np.float64)
    of_fit = np.einsum("dk,k->d", docs, terms.sum(axis=0))
    logged = np.bincount(rows, found * logs, minlength=len(docs))
    return np.asarray(logged - size + of_fit, dtype=np.float64), size
