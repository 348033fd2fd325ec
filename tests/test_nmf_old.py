"""Does NMF find planted topics, and the least-squares shares of documents?"""

import numpy as np
import pytest
from planted import matched_cosines, planted_corpus

from topoi.models.nmf import NMF


@pytest.mark.parametrize("weighting", ["counts", "tfidf"])
@pytest.mark.parametrize("seed", range(3))
def test_nmf_finds_planted_topics(seed, weighting):
    # tf-idf bends the frequencies on purpose, so it is compared by its own documents only.
    counts, planted = planted_corpus(seed, overlap=0.02)

    model = NMF(4, weighting=weighting, random_state=seed).fit(counts)

    if weighting == "counts":
        assert matched_cosines(model.components_, planted).min() > 0.95
    else:
        best = model.components_.argmax(axis=1) // 20
        assert sorted(best) == [0, 1, 2, 3]
        own = np.sort(model.components_, axis=1)[:, -20:].sum(axis=1)
        assert (own > 0.9).all()


def test_an_empty_row_gets_the_mean_share_in_nmf():
    counts, _ = planted_corpus(7)
    model = NMF(4).fit(counts)

    np.testing.assert_allclose(
        model.transform(np.zeros((1, 80)))[0], model.doc_topic_.mean(axis=0), atol=1e-3
    )


def test_nmf_shares_are_the_least_squares_answer():
    counts, _ = planted_corpus(9, n_docs=30)
    model = NMF(4, weighting="counts", max_iter=2000, tol=1e-8).fit(counts)

    # Another route: scipy's active-set solver, then the topics' scale moved to the documents.
    from scipy.optimize import nnls

    raw = model.parts_
    weights = np.array([nnls(raw.T, row)[0] for row in counts]) * raw.sum(axis=1)
    expected = weights / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.doc_topic_, expected, atol=1e-4)


def test_nmf_on_counts_of_one_term_only_weights_them_alike():
    # log1p(count) x idf scaled to length 1 is 1 for every filled row of a one-term matrix.
    model = NMF(1).fit(np.array([[3.0], [1.0], [0.0]]))

    np.testing.assert_allclose(model.doc_topic_, 1.0)
