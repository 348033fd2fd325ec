"""Small corpora with known effects, for tests of what is measured with draws."""

from functools import cache

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from topoi.fit import fit_topics
from topoi.models.lda import LDA
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary


def matrix_of(counts, units):
    """A matrix of these counts with terms t000, t001 and so on."""
    counts = np.asarray(counts)
    terms = [f"t{n:03}" for n in range(counts.shape[1])]
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    return DocTermMatrix(csr_array(counts), vocabulary, units)


def two_groups(seed=0, *, n=120, length=12, effect=0.5, n_topics=3, n_terms=30):
    """Documents of which every second is treated, which moves `effect` from topic 2 to topic 1.

    Returns the matrix, the topics (K, V) that do not overlap, and the true shares (D, K).
    """
    rng = np.random.default_rng([seed, 3])
    treated = np.arange(n) % 2
    own = n_terms // n_topics
    topics = np.zeros((n_topics, n_terms))
    for k in range(n_topics):
        topics[k, k * own : (k + 1) * own] = 1.0 / own
    mean = np.full(n_topics, 1.0 / n_topics)
    means = mean + np.outer(treated - 0.5, effect * (np.eye(n_topics)[0] - np.eye(n_topics)[1]))
    shares = np.stack([rng.dirichlet(2.0 * row) for row in means])
    counts = np.stack([rng.multinomial(length, row) for row in shares @ topics])
    units = pd.DataFrame(
        {
            "doc_id": pd.Series([f"d{place:04}" for place in range(n)], dtype="str"),
            "date": pd.date_range("2021-01-01", periods=n, freq="5D"),
            "source": pd.Series(np.where(treated == 1, "b", "a"), dtype="str"),
            "speaker": pd.Series([f"s{place // 4:03}" for place in range(n)], dtype="str"),
            "treatment": treated,
            "n_tokens": counts.sum(axis=1).astype(np.int64),
        }
    )
    return matrix_of(counts, units), topics, shares


@cache
def fitted_groups():
    """The topics of `two_groups()`, as LDA finds them."""
    return fit_topics(two_groups()[0], LDA(3, max_iter=40))
