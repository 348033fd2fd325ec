"""A corpus for tests of partitions, ways to cut it, models, and what they find in memory."""

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from topoi.fit import fit_topics
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.seeded_lda import SeededLDA
from topoi.scale import write_counts
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

MODELS = {
    "LDA": LDA(5, max_iter=12, draw_passes=10, random_state=3),
    "LDA, two random starts": LDA(
        9, init="random", n_init=2, max_iter=11, draw_passes=0, random_state=3
    ),
    "KeywordLDA": KeywordLDA(
        [[0, 1], [30]], topics_per_set=2, n_residual=2, max_iter=12, random_state=3
    ),
    "SeededLDA": SeededLDA([[0], [30]], topics_per_set=1, n_residual=3, max_iter=12),
}

# Edges of the partitions of `corpus()`.
EDGES = {
    "one": [0, 40],
    "two": [0, 19, 40],
    "seven, of one row and of empty rows too": [0, 1, 2, 13, 15, 16, 31, 40],
    "a row each": list(range(41)),
}

SEVEN = "seven, of one row and of empty rows too"


def matrix_of(counts, name="row"):
    """A matrix of these counts, with terms and ids of no meaning."""
    sparse = csr_array(counts)
    n_docs, n_terms = sparse.shape
    vocabulary = Vocabulary(
        [f"t{column:03}" for column in range(n_terms)],
        (sparse > 0).sum(axis=0).astype(np.int64),
        sparse.sum(axis=0).astype(np.int64),
    )
    units = pd.DataFrame(
        {
            "doc_id": [f"{name} {row}" for row in range(n_docs)],
            "date": pd.to_datetime(["2021-03-01"] * n_docs).astype("datetime64[us]"),
            "n_tokens": np.asarray(sparse.sum(axis=1), dtype=np.int64),
        }
    ).astype({"doc_id": "str"})
    return DocTermMatrix(sparse, vocabulary, units)


def corpus(seed=0, n_docs=40, n_terms=60):
    """Counts with documents of all lengths, some empty, in a row too."""
    rng = np.random.default_rng(seed)
    topics = rng.dirichlet(np.full(n_terms, 0.1), 6)
    lengths = rng.poisson(rng.gamma(1.0, 25.0, n_docs))
    lengths[rng.random(n_docs) < 0.1] = 0
    lengths[n_docs // 3 : n_docs // 3 + 4] = 0
    shares = rng.dirichlet(np.full(6, 0.2), n_docs) @ topics
    counts = [rng.multinomial(n, p) for n, p in zip(lengths, shares, strict=True)]
    return matrix_of(np.array(counts))


def cut(matrix, edges):
    """The rows between these edges, matrix by matrix."""
    for start, stop in pairwise(edges):
        yield DocTermMatrix(
            matrix.counts[start:stop], matrix.vocabulary, matrix.units.iloc[start:stop]
        )


def written(matrix, folder, edges):
    return write_counts(cut(matrix, edges), folder)


def assert_same(found, counts, fit):
    again = found.to_fit(counts)
    np.testing.assert_array_equal(again.topic_term, fit.topic_term)
    np.testing.assert_array_equal(again.doc_topic, fit.doc_topic)
    np.testing.assert_array_equal(again.document_prior, fit.document_prior)
    pd.testing.assert_frame_equal(again.trace, fit.trace, check_exact=True)


@cache
def fits_in_memory():
    """The fit of each model to `corpus()`."""
    return {name: fit_topics(corpus(), model) for name, model in MODELS.items()}
