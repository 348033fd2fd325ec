"""How counts are weighted before they are factorised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.kernels.logarithm import logarithms, logarithms_of_one_more
from topoi.kernels.term_tables import add_documents

__all__ = ["WEIGHTINGS", "document_frequency", "inverse_frequency", "weighted"]

WEIGHTINGS = ("tfidf", "counts")


def document_frequency(counts: csr_array) -> NDArray[np.int64]:
    """Documents that hold each term, shape (V,)."""
    doc_freq = np.zeros(counts.shape[1], np.int64)
    add_documents(counts.indices, doc_freq)
    return doc_freq


def inverse_frequency(doc_freq: NDArray[np.int64], n_docs: int) -> NDArray[np.float64]:
    """Smoothed inverse document frequency, ln((1 + D) / (1 + df)) + 1, shape (V,).

    The logarithm is our own (kernels/logarithm.py): those of mathematics libraries differ in the
    last bit between processors.
    """
    found = np.empty(len(doc_freq))
    logarithms((1.0 + n_docs) / (1.0 + doc_freq), found)
    return found + 1.0


def weighted(counts: csr_array, idf: NDArray[np.float64] | None) -> csr_array:
    """ln(1 + count) times idf, rows scaled to length 1, float32; the counts if idf is None."""
    result = csr_array(counts, dtype=np.float32, copy=True)
    if idf is None:
        return result
    logs = np.empty(counts.nnz)
    # ln(1 + count) keeps weights below 1, which are no token counts, non-negative.
    logarithms_of_one_more(counts.data.astype(np.float64), logs)
    logs *= idf[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    # bincount adds in the order of the entries.
    lengths = np.sqrt(np.bincount(row, logs * logs, minlength=counts.shape[0]))
    result.data = (logs / lengths[row]).astype(np.float32)
    return result
