"""Does our NMF lower its objective, agree with scikit-learn, and keep its bits?"""

import contextlib
import hashlib
import io
import json
import math
import os
import subprocess
import sys
import warnings
from copy import deepcopy

import naive_nmf as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import matched_cosines, planted_corpus
from scipy.optimize import nnls
from scipy.sparse import csr_array
from sklearn import decomposition
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.kernels.eigen import jacobi
from topoi.kernels.hals import hals_sweeps
from topoi.kernels.kl_nmf import kl_update
from topoi.kernels.logarithm import (
    logarithms,
    logarithms_of_one_more,
    natural_log,
    weighted_log_sum,
)
from topoi.kernels.products import column_sums, gram, inner, rotated, sparse_products
from topoi.models.descent import descend
from topoi.models.factors import Factors, no_prior
from topoi.models.nmf import NMF
from topoi.models.nndsvd import start_factors
from topoi.models.weighting import document_frequency, inverse_frequency, weighted
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary

LOSSES = ("frobenius", "kullback-leibler")
both_losses = pytest.mark.parametrize("loss", LOSSES)
NAIVE_LOSS = {"frobenius": naive.square_loss, "kullback-leibler": naive.kl_loss}
PENALTIES = {"doc_l1": 0.3, "doc_l2": 0.5, "topic_l1": 0.2, "topic_l2": 0.7}


def counts_model(k, loss="frobenius", **more):
    return NMF(k, weighting="counts", loss=loss, **more)


def start_of(counts, k, seed=0):
    """A start with no zeros, as arrays W and H."""
    rng = np.random.default_rng(seed)
    return rng.random((len(counts), k)) + 0.1, rng.random((k, counts.shape[1])) + 0.1


def digest(model):
    return hashlib.sha256(model.components_.tobytes() + model.doc_topic_.tobytes()).hexdigest()


@parametrize_with_checks([NMF(max_iter=20), NMF(max_iter=30, loss="kullback-leibler")])
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


# --- kernels against plain arithmetic -----------------------------------------------------------


@pytest.mark.parametrize("n_rows", [1, 7, 8, 9, 127, 128, 129, 260])
def test_products_are_those_of_dense_arithmetic(n_rows):
    rng = np.random.default_rng(n_rows)
    dense = rng.random((n_rows, 33)).astype(np.float32)
    dense[dense < 0.7] = 0
    matrix = csr_array(dense)
    factor = rng.random((33, 16)).astype(np.float32)
    found = np.empty((n_rows, 16), np.float32)
    overlap, sums, product = np.empty((16, 16)), np.empty(16), np.empty(16)
    turned = np.empty_like(found)

    sparse_products(matrix.indptr.astype(np.int64), matrix.indices, matrix.data, factor, found)
    gram(found, overlap)
    column_sums(found, sums)
    inner(found, found, product)
    rotated(found, factor[:16], turned)

    # float32 sums of at most 33 products: a few units in the last place, 6e-8 each.
    np.testing.assert_allclose(found, dense.astype(float) @ factor, rtol=3e-6)
    exact = found.astype(float)
    np.testing.assert_allclose(overlap, exact.T @ exact, rtol=3e-6)
    np.testing.assert_allclose(sums, exact.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(product, (exact**2).sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(turned, exact @ factor[:16], rtol=3e-6)


@pytest.mark.parametrize("n_rows", [1, 63, 64, 65, 130])
@pytest.mark.parametrize("penalty", [(0.0, 0.0), (0.4, 0.9)])
def test_hals_sweeps_are_the_papers(n_rows, penalty):
    rng = np.random.default_rng(n_rows)
    l1, l2 = penalty
    other = rng.random((40, 16))
    other[:, 5] = 0  # a topic that is nowhere stays as it is
    goal = rng.random((n_rows, 40)) @ other - 2.0
    rows = rng.random((n_rows, 16))
    overlap = other.T @ other + l2 * np.eye(16)
    found = rows.astype(np.float32)
    nothing = no_prior(n_rows, 16)

    hals_sweeps(
        goal.astype(np.float32),
        overlap.astype(np.float32),
        np.float32(l1),
        nothing.slot,
        *nothing.tables(),
        found,
        3,
    )

    for _ in range(3):
        rows = naive.hals_sweep(goal, overlap - l2 * np.eye(16), rows, l1, l2)
    # The coordinates are differences of sums some 100 times as great: 100 x 6e-8, three sweeps.
    np.testing.assert_allclose(found, rows, atol=1e-4)


@pytest.mark.parametrize("penalty", [(0.0, 0.0), (0.4, 0.9)])
def test_kl_updates_are_the_papers(penalty):
    rng = np.random.default_rng(3)
    dense = rng.poisson(0.8, (9, 30)).astype(np.float32)
    matrix = csr_array(dense)
    rows, other = rng.random((9, 16)), rng.random((16, 30))
    other[5] = 0  # a topic that is nowhere stays as it is where nothing is penalised
    found, fits = rows.astype(np.float32), np.empty(matrix.nnz, np.float32)
    nothing = no_prior(9, 16)

    kl_update(
        matrix.indptr.astype(np.int64),
        matrix.indices,
        matrix.data,
        np.ascontiguousarray(other.T, dtype=np.float32),
        other.sum(axis=1).astype(np.float32),
        *(np.float32(p) for p in penalty),
        nothing.slot,
        *nothing.tables(),
        found,
        fits,
    )

    with np.errstate(invalid="ignore"):
        expected = naive.kl_update(dense, rows, other, *penalty)
    expected[:, 5] = 0.0 if any(penalty) else rows[:, 5]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_allclose(fits, (rows @ other)[dense > 0], rtol=1e-5)


@pytest.mark.parametrize("n", [1, 2, 5, 16, 48])
def test_jacobi_finds_the_eigenvectors(n):
    rng = np.random.default_rng(n)
    basis = rng.normal(size=(n, n))
    matrix = basis @ np.diag(np.arange(n) - 1.0) @ basis.T
    matrix = (matrix + matrix.T) / 2
    diagonal, vectors = matrix.copy(), np.empty((n, n))

    jacobi(diagonal, vectors)

    size = np.abs(matrix).max()
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(n), atol=1e-13)
    np.testing.assert_allclose(
        vectors @ np.diag(np.diagonal(diagonal)) @ vectors.T, matrix, atol=1e-12 * max(size, 1)
    )


@given(st.floats(min_value=5e-324, max_value=1.7e308))
@settings(max_examples=200, deadline=None)
def test_the_logarithm_is_right_to_two_units_in_the_last_place(value):
    found = np.empty(1)

    logarithms(np.array([value]), found)

    expected = math.log(value)
    assert abs(found[0] - expected) <= 2 * np.spacing(abs(expected))


ROOT = math.sqrt(0.5)
WHERE_BITS_TURN = (
    *(2.0**power for power in (-1074, -1073, -1023, -1022, -1021, -1, 0, 1, 52, 1023)),
    *(np.nextafter(2.0**-1022, 0), np.nextafter(1.0, 0), np.nextafter(1.0, 2)),
    *(ROOT, np.nextafter(ROOT, 0), np.nextafter(ROOT, 1), np.finfo(np.float64).max),
    *(0.0, np.inf, np.nan),
)


@pytest.mark.parametrize(
    "values",
    [
        *(2.0 ** np.random.default_rng(n).uniform(-1074, 1024, n) for n in (0, 1, 7, 256, 1000)),
        np.array(WHERE_BITS_TURN),
        np.linspace(0.1, 3.0, 30)[::3],
    ],
    ids=lambda values: f"{len(values)}",
)
def test_many_logarithms_have_the_bits_of_single_ones(values):
    n = len(values)
    single, found = np.empty(n + 3), np.full(n + 3, 7.0)
    single[:n], single[n:] = [natural_log(value) for value in values], 7.0

    logarithms(values, found)

    np.testing.assert_array_equal(found, single)
    is_number = ~np.isnan(single)
    assert found[is_number].tobytes() == single[is_number].tobytes()


def test_a_weighted_sum_of_logarithms_is_that_of_single_ones_in_order():
    rng = np.random.default_rng(0)
    values = (2.0 ** rng.uniform(-149, 128, 1000)).astype(np.float32)
    weights = rng.random(1000, dtype=np.float32)
    total = 0.0
    for weight, value in zip(weights, values, strict=True):
        total += float(weight) * natural_log(float(value))

    assert weighted_log_sum(weights, values) == total


@given(st.floats(min_value=0, max_value=1e8))
@settings(max_examples=200, deadline=None)
def test_the_logarithm_of_one_more_is_exact_for_small_values_too(value):
    found = np.empty(1)

    logarithms_of_one_more(np.array([value]), found)

    # Two units for the logarithm, as many for rounding 1 + value just above a quarter.
    expected = math.log1p(value)
    assert abs(found[0] - expected) <= 4 * np.spacing(expected)


def test_weights_are_log_counts_times_idf_scaled_to_length_one():
    rng = np.random.default_rng(0)
    dense = rng.poisson(0.5, (12, 9)).astype(float)
    dense[3] = 0
    dense[4, 2] = 0.25
    counts = csr_array(dense)

    found = weighted(counts, inverse_frequency(document_frequency(counts), 12))

    np.testing.assert_allclose(found.toarray(), naive.tfidf(dense), rtol=1e-6)


@pytest.mark.parametrize("shape", [(30, 50), (50, 30)])
def test_nndsvd_is_that_of_lapack(shape):
    rng = np.random.default_rng(1)
    # Directions 30 % apart: the block method has them to 1e-4 after four rounds.
    u = np.linalg.qr(rng.normal(size=(shape[0], 8)))[0]
    v = np.linalg.qr(rng.normal(size=(shape[1], 8)))[0]
    dense = np.maximum(u @ np.diag(1.3 ** -np.arange(8)) @ v.T, 0).astype(np.float32)

    found = start_factors(csr_array(dense), 4, "nndsvd", 0)

    w, h = naive.nndsvd(dense.astype(float), 4)
    np.testing.assert_allclose(found.docs[:, :4], w, atol=2e-3)
    np.testing.assert_allclose(found.terms[:, :4].T, h, atol=2e-3)


def test_nndsvda_has_no_zeros_and_more_topics_than_directions_begin_at_random():
    counts = csr_array(np.outer([1, 2, 3.0], [1, 0, 4, 5]).astype(np.float32))

    filled = start_factors(counts, 6, "nndsvda", 0)
    other_seed = start_factors(counts, 6, "nndsvda", 1)

    assert (filled.docs[:, :6] > 0).all()
    assert (filled.terms[:, :6] > 0).all()
    assert not filled.docs[:, 6:].any()
    np.testing.assert_allclose(other_seed.docs[:, 0], filled.docs[:, 0], rtol=1e-5)
    assert (other_seed.docs[:, 1:6] != filled.docs[:, 1:6]).all()


# --- the objective ------------------------------------------------------------------------------


@both_losses
@pytest.mark.parametrize("penalty", [{}, PENALTIES])
@pytest.mark.parametrize("seed", range(3))
def test_no_pass_raises_the_objective(loss, penalty, seed):
    counts, _ = planted_corpus(seed, overlap=0.4)

    trace = counts_model(7, loss, tol=0.0, max_iter=120, init="random", **penalty).fit(counts)
    objective = trace.trace_["objective"].to_numpy()

    # Exactly: a pass that would raise it is thrown away.
    assert (np.diff(objective) <= 0).all()
    assert objective[-1] < 0.98 * objective[0]


@both_losses
@pytest.mark.parametrize("penalty", [{}, PENALTIES])
def test_a_plain_pass_lowers_the_objective_as_the_naive_one_sees_it(loss, penalty):
    counts, _ = planted_corpus(1, n_docs=40, n_terms=40, overlap=0.4)
    w, h = start_of(counts, 4)
    seen = []
    for _ in range(12):  # one pass at a time never extrapolates
        model = counts_model(4, loss, max_iter=1, init=(w, h), **penalty).fit(counts)
        w, h = model.doc_weights_, model.parts_
        seen.append(NAIVE_LOSS[loss](counts, w, h) + naive.penalties(w, h, **penalty))

    # float32 weights: 1e-6 of the objective.
    assert (np.diff(seen) <= 1e-6 * seen[0]).all()


@pytest.mark.parametrize("penalty", [{}, PENALTIES])
def test_the_objective_is_the_one_in_the_description(penalty):
    counts, _ = planted_corpus(2, n_docs=30, n_terms=40)
    kept = []

    model = Kept(4, weighting="counts", tol=0.0, max_iter=9, **penalty)
    model.kept = kept
    model.fit(counts)

    w, h = kept[0].docs[:, :4].astype(float), kept[0].terms[:, :4].T.astype(float)
    expected = naive.square_loss(counts, w, h) + naive.penalties(w, h, **penalty)
    assert model.trace_["objective"].iloc[-1] == pytest.approx(expected, rel=1e-5)


class Kept(NMF):
    """NMF that shows the factors at which it stopped."""

    def _descended(self, *arguments):
        found = super()._descended(*arguments)
        self.kept.append(found[0])
        return found


def test_half_way_the_kl_objective_is_that_of_new_documents_and_old_topics():
    counts, _ = planted_corpus(2, n_docs=30, n_terms=40)
    w, h = start_of(counts, 4)

    model = counts_model(4, "kullback-leibler", max_iter=1, init=(w, h), **PENALTIES).fit(counts)

    half_way = naive.kl_update(counts, w, h, PENALTIES["doc_l1"], PENALTIES["doc_l2"])
    expected = naive.kl_loss(counts, half_way, h) + naive.penalties(half_way, h, **PENALTIES)
    assert model.trace_["objective"].iloc[0] == pytest.approx(expected, rel=1e-5)


def test_a_pass_that_raises_the_objective_is_thrown_away():
    values = iter([9.0, 8.0, 10.0, 7.0, 7.5, 8.0])
    origins = []

    def step(origin):
        origins.append(origin)
        return Factors(len(origins), None), next(values)

    found, trace = descend(
        step, Factors(0, None), lambda now, *_: Factors(("ahead", now.docs), None),
        max_iter=10, tol=0.0,
    )  # fmt: skip

    # Pass 3 is thrown away, pass 4 begins at 2 without momentum, 5 is thrown away and so is 6,
    # a plain one: the end.
    assert [origin.docs for origin in origins] == [0, 1, ("ahead", 2), 2, ("ahead", 4), 4]
    assert trace.objectives == [9.0, 8.0, 8.0, 7.0, 7.0, 7.0]
    assert found.docs == 4


# --- agreement with scikit-learn ----------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@both_losses
@pytest.mark.parametrize("seed", range(3))
def test_the_end_is_as_low_as_scikit_learns(loss, seed):
    counts, _ = planted_corpus(seed, overlap=0.3)
    w, h = start_of(counts, 4, seed)
    more = {"solver": "cd"} if loss == "frobenius" else {"solver": "mu", "beta_loss": loss}

    model = counts_model(4, loss, init=(w, h), tol=1e-7, max_iter=1000).fit(counts)
    theirs = decomposition.NMF(4, init="custom", tol=1e-7, max_iter=1000, **more)
    their_w = theirs.fit_transform(counts, W=w.copy(), H=h.copy())

    ours = NAIVE_LOSS[loss](counts, model.doc_weights_, model.parts_)
    expected = NAIVE_LOSS[loss](counts, their_w, theirs.components_)
    assert ours == pytest.approx(expected, rel=1e-3)
    assert matched_cosines(model.parts_, theirs.components_).min() > 0.99


@both_losses
def test_penalties_are_scikit_learns_times_the_sizes_of_the_matrix(loss):
    counts, _ = planted_corpus(4, n_docs=60, n_terms=40, overlap=0.3)
    w, h = start_of(counts, 4)
    n_docs, n_terms = counts.shape
    more = {"solver": "cd"} if loss == "frobenius" else {"solver": "mu", "beta_loss": loss}

    theirs = decomposition.NMF(
        4, init="custom", alpha_W=0.02, alpha_H=0.01, l1_ratio=0.4, tol=1e-8, max_iter=2000, **more
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        their_w = theirs.fit_transform(counts, W=w.copy(), H=h.copy())
    penalty = {
        "doc_l1": 0.02 * 0.4 * n_terms,
        "doc_l2": 0.02 * 0.6 * n_terms,
        "topic_l1": 0.01 * 0.4 * n_docs,
        "topic_l2": 0.01 * 0.6 * n_docs,
    }
    model = counts_model(4, loss, init=(w, h), tol=1e-8, max_iter=2000, **penalty).fit(counts)

    def objective(w, h):
        return NAIVE_LOSS[loss](counts, w, h) + naive.penalties(w, h, **penalty)

    ours = objective(model.doc_weights_, model.parts_)
    assert ours == pytest.approx(objective(their_w, theirs.components_), rel=1e-3)


@both_losses
def test_real_articles_end_as_low_as_with_scikit_learn(loss, shared_data):
    import pandas as pd
    from sklearn.feature_extraction.text import CountVectorizer

    texts = pd.read_parquet(shared_data / "octis_bbc_news.parquet")["text"].iloc[:400]
    counts = CountVectorizer(min_df=5, max_df=0.5, stop_words="english").fit_transform(texts)
    matrix = csr_array(counts, dtype=np.float32)
    matrix = weighted(matrix, inverse_frequency(document_frequency(matrix), 400))
    begin = start_factors(matrix, 10, "nndsvda", 0)
    w, h = begin.docs[:, :10].copy(), begin.terms[:, :10].T.copy()
    more = {"solver": "cd"} if loss == "frobenius" else {"solver": "mu", "beta_loss": loss}
    theirs = decomposition.NMF(10, init="custom", max_iter=60, tol=1e-4, **more)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        their_w = theirs.fit_transform(matrix, W=w.copy(), H=h.copy())

    model = counts_model(10, loss, init=(w, h)).fit(matrix)

    dense = matrix.toarray().astype(float)
    ours = NAIVE_LOSS[loss](dense, model.doc_weights_, model.parts_)
    assert ours <= NAIVE_LOSS[loss](dense, their_w.astype(float), theirs.components_) * 1.001


# --- planted topics -----------------------------------------------------------------------------


@both_losses
@pytest.mark.parametrize("seed", range(20))
def test_planted_topics_are_found(loss, seed):
    counts, planted = planted_corpus(seed)

    model = counts_model(4, loss, random_state=seed).fit(counts)

    assert matched_cosines(model.components_, planted).min() > 0.99


@both_losses
@pytest.mark.parametrize("seed", range(3))
def test_planted_topics_are_found_in_batches(loss, seed):
    counts, planted = planted_corpus(seed, n_docs=300)
    model = counts_model(4, loss)

    for batch in np.array_split(counts, 6):
        model.partial_fit(batch)

    assert matched_cosines(model.components_, planted).min() > 0.98
    assert list(model.trace_["pass"]) == list(range(1, len(model.trace_) + 1))
    assert model.n_iter_ == len(model.trace_)
    assert model.doc_topic_.shape == (50, 4)


# --- batches ------------------------------------------------------------------------------------


@both_losses
def test_the_first_batch_is_fitted_as_by_fit(loss):
    counts, _ = planted_corpus(1, n_docs=50)

    assert digest(counts_model(3, loss).partial_fit(counts)) == digest(
        counts_model(3, loss).fit(counts)
    )


@both_losses
@pytest.mark.parametrize(("memory", "n_kinds"), [(0.0, 1), (0.9, 2)])
def test_without_memory_only_the_last_batch_counts(loss, memory, n_kinds):
    counts, _ = planted_corpus(1, n_docs=60)
    model = counts_model(4, loss, memory=memory).fit(counts)
    other = deepcopy(model)
    other._sums = tuple(7 * part for part in model._sums)

    found = {digest(each.partial_fit(counts[:, ::-1])) for each in (model, other)}

    assert len(found) == n_kinds


def test_document_frequencies_are_those_of_all_batches():
    first, second = np.split(planted_corpus(1, n_docs=60)[0], 2)

    model = NMF(3).partial_fit(first).partial_fit(second)

    together = csr_array(np.vstack([first, second]).astype(np.float32))
    np.testing.assert_array_equal(model._doc_freq, document_frequency(together))
    assert model._n_seen == 60


def test_a_batch_without_terms_is_refused():
    model = NMF(2).partial_fit(planted_corpus(1, n_docs=20)[0])

    with pytest.raises(InputError, match=r"Every row is empty: NMF has nothing to learn from"):
        model.partial_fit(np.zeros((2, 80)))


# --- shares and score ---------------------------------------------------------------------------


@pytest.mark.parametrize("penalty", [{}, {"doc_l2": 0.5}])
def test_weights_are_the_least_squares_answer(penalty):
    counts, _ = planted_corpus(9, n_docs=30)
    model = counts_model(4, max_iter=60, **penalty).fit(counts)

    # A square penalty is one more row of data for each topic.
    root = math.sqrt(penalty.get("doc_l2", 0.0))
    system = np.vstack([model.parts_.T, root * np.eye(4)])
    expected = [nnls(system, np.append(row, np.zeros(4)))[0] for row in counts]
    np.testing.assert_allclose(model.doc_weights_, expected, atol=1e-4 * np.max(expected))


def test_kl_weights_cannot_be_improved():
    counts, _ = planted_corpus(9, n_docs=30)
    model = counts_model(4, "kullback-leibler").fit(counts)

    better = model.doc_weights_
    for _ in range(200):
        better = naive.kl_update(counts, better, model.parts_)

    found = naive.kl_loss(counts, model.doc_weights_, model.parts_)
    assert found == pytest.approx(naive.kl_loss(counts, better, model.parts_), rel=1e-4)


def test_score_is_the_share_of_the_squared_norm():
    counts, _ = planted_corpus(3, n_docs=40)
    model = counts_model(4).fit(counts)

    expected = 1 - 2 * naive.square_loss(counts, model.doc_weights_, model.parts_) / (
        (counts**2).sum()
    )

    assert model.score(counts) == pytest.approx(expected, rel=1e-5)
    assert 0 < expected < 1


def test_score_of_kl_is_minus_the_divergence_a_token():
    counts, _ = planted_corpus(3, n_docs=40)
    model = counts_model(4, "kullback-leibler").fit(counts)

    expected = -naive.kl_loss(counts, model.doc_weights_, model.parts_) / counts.sum()

    assert model.score(counts) == pytest.approx(expected, rel=1e-5)
    assert expected < 0


def test_score_of_empty_rows_is_refused():
    model = NMF(2).fit(planted_corpus(1, n_docs=20)[0])

    with pytest.raises(InputError, match=r"Every row is empty: NMF has nothing to score\. Give"):
        model.score(np.zeros((2, 80)))


def test_score_needs_a_fit():
    with pytest.raises(NotFittedError):
        NMF(2).score(np.ones((2, 3)))


@both_losses
@pytest.mark.parametrize("weighting", ["tfidf", "counts"])
def test_a_row_depends_on_no_other_row(loss, weighting):
    # 140 rows: two tiles of 64 and a part of one.
    counts, _ = planted_corpus(7, n_docs=140)
    counts[5] = 0
    model = NMF(4, loss=loss, weighting=weighting).fit(counts)
    together = model.transform(counts)

    alone = np.vstack([model.transform(counts[[row]]) for row in range(140)])
    backwards = model.transform(counts[::-1])[::-1]

    np.testing.assert_array_equal(alone, together)
    np.testing.assert_array_equal(backwards, together)
    np.testing.assert_array_equal(model.doc_topic_, together)


@both_losses
def test_an_empty_row_gets_the_mean_of_the_others(loss):
    counts, _ = planted_corpus(7)
    counts[5] = 0
    model = NMF(4, loss=loss).fit(counts)

    others = np.delete(model.doc_topic_, 5, axis=0).mean(axis=0)

    np.testing.assert_allclose(model.doc_topic_[5], others, rtol=1e-9)


# --- the start and the stop ---------------------------------------------------------------------


@both_losses
def test_a_fit_goes_on_from_where_another_stopped(loss):
    counts, _ = planted_corpus(1, overlap=0.4)
    whole = counts_model(6, loss, tol=0.0, max_iter=200).fit(counts)
    short = counts_model(6, loss, tol=0.0, max_iter=20).fit(counts)

    again = counts_model(6, loss, init=(short.doc_weights_, short.parts_)).fit(counts)

    assert again.trace_["objective"].iloc[0] <= short.trace_["objective"].iloc[-1] * (1 + 1e-6)
    assert again.score(counts) == pytest.approx(whole.score(counts), rel=0.01)


@both_losses
def test_passes_stop_when_five_lower_the_objective_little(loss):
    counts, _ = planted_corpus(1, overlap=0.4)

    model = counts_model(4, loss, tol=1e-3, max_iter=500).fit(counts)
    objective = model.trace_["objective"].to_numpy()

    assert len(objective) < 500
    assert objective[-6] - objective[-1] <= 1e-3 * objective[-1]
    assert objective[-7] - objective[-2] > 1e-3 * objective[-2]


def test_passes_stop_at_max_iter():
    counts, _ = planted_corpus(1, overlap=0.4)

    model = counts_model(4, tol=0.0, max_iter=7).fit(counts)

    assert list(model.trace_["pass"]) == [1, 2, 3, 4, 5, 6, 7]
    assert list(model.trace_.columns) == ["pass", "objective", "seconds"]
    assert (model.trace_["seconds"] > 0).all()


def test_seconds_do_not_enter_a_fit():
    counts, _ = planted_corpus(1, n_docs=30)
    terms = [f"w{k:02}" for k in range(80)]

    fit = fit_topics(matrix_of(counts, terms), NMF(3))

    assert list(fit.trace.columns) == ["pass", "objective"]


def test_given_starts_enter_the_provenance_in_full():
    counts, _ = planted_corpus(1, n_docs=30)
    terms = [f"w{k:02}" for k in range(80)]
    w, h = start_of(counts, 3)
    other = w.copy()
    other[20, 1] += 1e-9

    found = [
        fit_topics(matrix_of(counts, terms), NMF(3, init=(start, h))).provenance
        for start in (w, w.copy(), other)
    ]

    assert found[0] == found[1] != found[2]
    json.dumps(found[0]["settings"])


def matrix_of(counts, terms):
    import pandas as pd

    counts = csr_array(counts.astype(np.int32))
    doc_freq = np.bincount(counts.indices, minlength=len(terms)).astype(np.int64)
    term_freq = np.asarray(counts.sum(axis=0)).astype(np.int64)
    n = counts.shape[0]
    units = pd.DataFrame(
        {
            "doc_id": pd.Series([f"d{k}" for k in range(n)], dtype="str"),
            "n_tokens": np.asarray(counts.sum(axis=1)).astype(np.int64),
        }
    )
    return DocTermMatrix(counts, Vocabulary(terms, doc_freq, term_freq), units)


# --- hard input ---------------------------------------------------------------------------------

HARD = {
    "one document": np.array([[3.0, 1.0, 2.0]]),
    "one term": np.array([[3.0], [1.0], [0.0]]),
    "one token": np.array([[1.0, 0.0]]),
    "empty rows and columns": np.array([[0.0, 0, 0], [0, 3, 0], [0, 1, 0], [0, 0, 0]]),
    "parts of tokens": np.array([[0.2, 0.1, 0.0], [0.0, 0.01, 0.7], [1e-6, 0, 0.3]]),
    "hardly any token": np.array([[1e-30, 0, 0], [0, 1e-38, 1e-12], [0, 0, 1e-45]]),
    "16 million tokens": np.array([[2.0**24, 3.0, 0], [0, 1.0, 2.0**24], [1.0, 1.0, 1.0]]),
    "all alike": np.ones((9, 5)),
}


@both_losses
@pytest.mark.parametrize("weighting", ["tfidf", "counts"])
@pytest.mark.parametrize("n_topics", [1, 2, 7])
@pytest.mark.parametrize("kind", HARD)
def test_hard_input_still_gives_distributions(kind, n_topics, weighting, loss):
    counts = HARD[kind]

    for init in ("nndsvda", "random"):
        model = NMF(n_topics, loss=loss, weighting=weighting, init=init, max_iter=60).fit(counts)

        assert_distributions(model, counts)
        assert (np.diff(model.trace_["objective"]) <= 0).all()
        assert np.isfinite(model.score(counts))


@pytest.mark.parametrize("init", ["nndsvd", "nndsvda"])
def test_a_matrix_of_low_rank_is_fitted_exactly(init):
    counts = np.outer([1, 2, 0, 4.0], [3, 0, 1, 2]) + np.outer([0, 0, 3, 1.0], [0, 5, 0, 1])

    model = counts_model(2, init=init, tol=1e-9, max_iter=2000).fit(counts)

    assert model.score(counts) == pytest.approx(1.0, abs=1e-5)


def assert_distributions(model, counts):
    assert model.components_.shape == (model.n_topics, counts.shape[1])
    assert model.doc_topic_.shape == (len(counts), model.n_topics)
    for values in (model.components_, model.doc_topic_):
        assert values.dtype == np.float64
        assert (values >= 0).all()
        np.testing.assert_allclose(values.sum(axis=1), 1.0, atol=1e-9)


@pytest.mark.parametrize("counts", [[[np.nan, 1]], [[np.inf, 1]], [[-1.0, 1]], [["a", "b"]]])
def test_counts_that_are_no_counts_are_refused(counts):
    with pytest.raises(ValueError, match=r"NaN|infinity|Negative|could not convert"):
        NMF(1).fit(counts)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.uint8, bool])
def test_any_type_of_number_gives_the_same_bits(dtype):
    counts = (planted_corpus(1, n_docs=30)[0] > 0).astype(float)

    assert digest(NMF(3).fit(counts.astype(dtype))) == digest(NMF(3).fit(csr_array(counts)))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"loss": "l2"}, r"loss must be one of frobenius, kullback-leibler; got 'l2'\."),
        ({"weighting": ["tfidf"]}, r"weighting must be one of tfidf, counts; got \['tfidf'\]\."),
        ({"doc_l1": -1}, r"doc_l1 must be a number >= 0; got -1\."),
        ({"doc_l2": np.nan}, r"doc_l2 must be a number >= 0; got nan\."),
        ({"topic_l1": "x"}, r"topic_l1 must be a number >= 0; got 'x'\."),
        ({"topic_l2": np.inf}, r"topic_l2 must be a number >= 0; got inf\."),
        ({"memory": 1.5}, r"memory must be a number >= 0 and <= 1; got 1\.5\."),
        ({"n_jobs": 0}, r"n_jobs must be None, -1 or an int >= 1; got 0\."),
        ({"init": "svd"}, r"init must be one of nndsvd, nndsvda, random; got 'svd'\."),
        ({"init": None}, r"init must be one of nndsvd, nndsvda, random; got None\."),
        (
            {"init": "nndsvd", "loss": "kullback-leibler"},
            r"init='nndsvd' has zeros.*Use 'nndsvda' or 'random'\.",
        ),
        ({"init": ([[1.0]],)}, r"init must be a name or a pair of arrays, W and H; got 1 arrays\."),
        ({"init": (np.ones((3, 3)), np.ones((2, 3)))}, r"init: W has shape \(3, 3\); expected"),
        ({"init": (np.ones((3, 2)), np.ones(3))}, r"init: H has shape \(3,\); expected \(2, 3\)"),
        ({"init": (-np.ones((3, 2)), np.ones((2, 3)))}, r"init: W must hold finite numbers >= 0"),
        ({"init": (np.ones((3, 2)), np.full((2, 3), np.nan))}, r"init: H must hold finite"),
        ({"init": ("ab", np.ones((2, 3)))}, r"init: W must be an array of numbers"),
    ],
)
def test_settings_out_of_range_are_refused(settings, words):
    with pytest.raises(InputError, match=words):
        NMF(2).set_params(**settings).fit(np.ones((3, 3)))


# --- the same bits ------------------------------------------------------------------------------


@both_losses
def test_bits_do_not_depend_on_the_number_of_threads(loss):
    counts, _ = planted_corpus(6)
    found = set()
    for n_jobs in (1, 2, 3, 8, -1, None):
        model = NMF(5, loss=loss, n_jobs=n_jobs, doc_l1=1e-3, topic_l2=1e-3)
        model.fit(counts[:100]).partial_fit(counts[100:])
        objectives = model.trace_["objective"].to_numpy().tobytes()
        found.add((digest(model), hashlib.sha256(objectives).hexdigest(), model.score(counts)))

    assert len(found) == 1


@both_losses
def test_another_seed_gives_another_random_start(loss):
    counts, _ = planted_corpus(6)

    first, second = (
        counts_model(4, loss, init="random", random_state=seed, max_iter=1).fit(counts)
        for seed in (0, 1)
    )

    assert digest(first) != digest(second)


@both_losses
def test_fit_changes_neither_settings_nor_data(loss):
    counts, _ = planted_corpus(9, n_docs=20)
    w, h = start_of(counts, 3)
    kept = counts.copy(), w.copy(), h.copy()
    model = counts_model(3, loss, init=(w, h))
    before = {name: value for name, value in clone(model).get_params().items() if name != "init"}

    model.fit(counts).partial_fit(counts).score(counts)

    assert {name: model.get_params()[name] for name in before} == before
    for now, then in zip((counts, *model.init), kept, strict=True):
        np.testing.assert_array_equal(now, then)


HASHES = """
import hashlib, json
import numpy as np
from topoi.models.nmf import NMF
from topoi.models.seeded_nmf import SeededNMF

rng = np.random.default_rng(5)
topics = rng.dirichlet(np.full(60, 0.1), 5)
shares = rng.dirichlet(np.full(5, 0.3), 150)
counts = np.array([rng.multinomial(30, row @ topics) for row in shares]).astype(float)
found = {}
for loss in ("frobenius", "kullback-leibler"):
    seeded = {"topics_per_set": 2, "n_residual": 3, "loss": loss, "max_iter": 30}
    models = {
        "NMF": NMF(17, loss=loss, max_iter=40, doc_l1=1e-3),
        "anchored": SeededNMF([{3: 1.0, 1: 2.0}, [4, 5]], **seeded),
        "penalised": SeededNMF([{3: 1.0, 1: 2.0}, [4, 5]], mode="penalised", **seeded),
    }
    for name, model in models.items():
        model.fit(counts[:120]).partial_fit(counts[120:])
        arrays = (model.parts_, model.doc_topic_, model.trace_["objective"].to_numpy())
        content = b"".join(array.tobytes() for array in arrays)
        found[f"{name} {loss}"] = hashlib.sha256(content).hexdigest(), model.score(counts)
print(json.dumps(found))
"""
PROCESSES = {
    "other libraries": {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": "AVX512_SKX AVX512F AVX2 FMA3 X86_V4 X86_V3",
        "PYTHONHASHSEED": "2",
    },
    "generic": {"NUMBA_CPU_NAME": "generic", "OPENBLAS_CORETYPE": "Haswell", "PYTHONHASHSEED": "1"},
}


@pytest.fixture(scope="module")
def here():
    """Hashes of the fits in this process."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(HASHES, {})
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def processes():
    """Hashes of the same fits in fresh processes, the last with code for any CPU."""
    started = {
        name: subprocess.Popen(
            [sys.executable, "-c", HASHES],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, more in PROCESSES.items()
    }
    return {name: (*process.communicate(timeout=250), process) for name, process in started.items()}


def hashes(processes, name):
    out, err, process = processes[name]
    assert process.returncode == 0, err
    return json.loads(out)


def test_bits_depend_neither_on_linear_algebra_nor_on_the_instructions_of_numpy(here, processes):
    assert hashes(processes, "other libraries") == here


def test_bits_do_not_depend_on_the_cpus_instructions(here, processes):
    _, err, process = processes["generic"]
    if process.returncode and "NUMBA_CPU_NAME" in err:
        pytest.skip("numba here knows no CPU named generic")
    assert hashes(processes, "generic") == here
