"""Does learning block by block find the topics, and is it the blocks alone that decide the bits?"""

import numpy as np
import pandas as pd
import pytest
from planted import matched_cosines, planted_corpus
from scipy.sparse import csr_array
from sklearn.base import clone

from topoi.errors import InputError
from topoi.kernels.clusters import tfidf_rows
from topoi.models.documents import as_documents
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.seeded_lda import SeededLDA

MODELS = {
    "LDA": LDA(4, random_state=3),
    "KeywordLDA": KeywordLDA([[0], [20]], topics_per_set=1, n_residual=2, random_state=3),
    "SeededLDA": SeededLDA([[0], [20]], topics_per_set=1, n_residual=2, random_state=3),
}
every_model = pytest.mark.parametrize("name", MODELS)


def streamed(model, counts, n_blocks):
    model = clone(model)
    for rows in np.array_split(np.arange(len(counts)), n_blocks):
        model.partial_fit(counts[rows])
    return model


@pytest.mark.parametrize("seed", range(5))
@every_model
def test_topics_are_found_from_blocks(name, seed):
    counts, planted = planted_corpus(seed, n_docs=300)

    model = streamed(MODELS[name], counts, 6)

    assert matched_cosines(model.components_, planted).min() > 0.95
    np.testing.assert_allclose(model.components_.sum(axis=1), 1.0, atol=1e-9)


def test_one_block_is_a_fit():
    counts, _ = planted_corpus(1)

    one, fitted = clone(MODELS["LDA"]).partial_fit(counts), clone(MODELS["LDA"]).fit(counts)

    np.testing.assert_array_equal(one.components_, fitted.components_)
    np.testing.assert_array_equal(one.transform(counts), fitted.doc_topic_)
    assert not hasattr(one, "doc_topic_")


@every_model
def test_threads_do_not_change_a_bit(name):
    counts, _ = planted_corpus(2, n_docs=200)

    found = [
        streamed(clone(MODELS[name]).set_params(n_jobs=n), counts, 3).components_ for n in (1, 2, 3)
    ]

    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_learning_goes_on_from_a_fit_and_an_empty_block_changes_nothing():
    counts, _ = planted_corpus(3, n_docs=200)
    fitted = clone(MODELS["LDA"]).fit(counts[:100])
    before = fitted.components_.copy()

    fitted.partial_fit(np.zeros((4, 80)))
    np.testing.assert_array_equal(fitted.components_, before)

    fitted.partial_fit(counts[100:])
    expected = clone(MODELS["LDA"]).partial_fit(counts[:100]).partial_fit(counts[100:])
    np.testing.assert_array_equal(fitted.components_, expected.components_)


def test_fit_begins_anew():
    counts, _ = planted_corpus(3)
    used = streamed(MODELS["LDA"], counts, 2)

    np.testing.assert_array_equal(
        used.fit(counts).components_, clone(MODELS["LDA"]).fit(counts).components_
    )


def test_a_new_matter_in_later_blocks_is_taken_up():
    # The first block has three of four topics; the fourth must not stay unknown.
    counts, planted = planted_corpus(4, n_docs=400)
    share_of_last = counts[:, 60:].sum(axis=1) / counts.sum(axis=1)
    order = np.argsort(share_of_last, kind="stable")

    model = streamed(MODELS["LDA"], counts[order], 4)

    assert matched_cosines(model.components_, planted).min() > 0.9


def test_the_trace_numbers_passes_and_blocks():
    counts, _ = planted_corpus(5)

    trace = streamed(MODELS["LDA"], counts, 3).trace_

    assert list(trace["pass"]) == list(range(1, len(trace) + 1))
    assert sorted(set(trace["block"])) == [1, 2, 3]
    assert (trace["block"] == 2).sum() <= 10


def test_a_block_with_other_columns_or_a_first_block_without_tokens_is_refused():
    counts, _ = planted_corpus(6)
    model = clone(MODELS["LDA"]).partial_fit(counts)

    with pytest.raises(ValueError, match="80 features"):
        model.partial_fit(counts[:, :70])
    with pytest.raises(InputError, match="Every row is empty"):
        clone(MODELS["LDA"]).partial_fit(np.zeros((3, 4)))


def test_weights_of_the_start_are_tf_idf_with_a_rough_logarithm():
    counts = np.array([[1.0, 3.0, 0.0], [0.0, 0.0, 0.0], [0.0, 2.0, 5.0]])
    terms, values = np.array([0, 1, 1, 2], np.int32), np.array([1, 3, 2, 5], np.float32)
    scarcity = np.array([3.0, 1.5, 3.0])
    found = np.empty(4, np.float32)

    tfidf_rows(np.array([0, 2, 2, 4]), terms, values, scarcity, found)

    def rough(x):  # log2 by straight lines between powers of two
        below = np.floor(np.log2(x))
        return below + x / 2.0**below - 1.0

    expected = rough(1.0 + counts) * (rough(scarcity) + 1.0)
    lengths = np.sqrt((expected**2).sum(axis=1, keepdims=True))
    expected /= np.where(lengths > 0, lengths, 1.0)
    # float32: rounded once, off by 6e-8 of the value.
    np.testing.assert_allclose(found, expected[[0, 0, 2, 2], [0, 1, 1, 2]], rtol=1e-6)


def test_blocks_after_documents_are_told_apart_as_after_a_fit():
    counts, _ = planted_corpus(1)
    documents = as_documents(csr_array(counts.astype(np.float32)))

    after_documents = clone(MODELS["LDA"]).fit_documents(documents).partial_fit(counts[:50])
    after_fit = clone(MODELS["LDA"]).fit(counts).partial_fit(counts[:50])

    pd.testing.assert_frame_equal(
        after_documents.trace_.drop(columns="seconds"), after_fit.trace_.drop(columns="seconds")
    )
    assert set(after_fit.trace_["block"]) == {1, 2}


def test_documents_leave_no_shares_of_an_earlier_fit():
    counts, _ = planted_corpus(1)
    model = clone(MODELS["LDA"]).fit(counts)

    model.fit_documents(as_documents(csr_array(counts.astype(np.float32))))

    assert not hasattr(model, "doc_topic_")
