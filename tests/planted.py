"""Small corpora whose topics are known because they were planted."""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary


def planted_corpus(seed, *, n_topics=4, n_docs=150, n_terms=80, length=60, overlap=0.1):
    """Counts (D, V) float64 and the topics (K, V) they were drawn from.

    Each topic has its own stretch of terms, falling in frequency, and a share `overlap` of all
    terms alike; each document is mostly about one topic.
    """
    rng = np.random.default_rng(seed)
    own = n_terms // n_topics
    topics = np.full((n_topics, n_terms), overlap / n_terms)
    for k in range(n_topics):
        topics[k, k * own : (k + 1) * own] += (1.0 - overlap) * zipf(own)
    shares = rng.dirichlet(np.full(n_topics, 0.2), n_docs)
    mixed = shares @ topics
    counts = [rng.multinomial(length, row / row.sum()) for row in mixed]
    return np.array(counts, dtype=np.float64), topics


def zipf(n):
    weights = 1.0 / np.arange(1, n + 1)
    return weights / weights.sum()


def matched_cosines(found, planted):
    """Cosine of each planted topic with the found topic it is paired with, best pairing."""
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (planted, found)]
    cosines = unit[0] @ unit[1].T
    return cosines[linear_sum_assignment(-cosines)]


def matrix_of(counts, doc_ids=None):
    """A matrix of these counts, its rows documents or, with ids, passages of these documents."""
    counts = csr_array(np.array(counts))
    n_rows, n_terms = counts.shape
    vocabulary = Vocabulary(
        [f"t{n:03d}" for n in range(n_terms)], np.ones(n_terms), np.asarray(counts.sum(axis=0))
    )
    names = {"passage_id": [f"p{n:03d}" for n in range(n_rows)]} if doc_ids else {}
    ids = doc_ids or [f"d{n:03d}" for n in range(n_rows)]
    units = pd.DataFrame({**names, "doc_id": ids, "n_tokens": np.asarray(counts.sum(axis=1))})
    return DocTermMatrix(counts, vocabulary, units)
