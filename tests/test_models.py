"""Do all models keep the promises that they share: bits, rows, distributions, manners?"""

import hashlib
import warnings

import numpy as np
import pandas as pd
import pytest
from makers import MAKERS, QUIET, assert_distributions, every_model, own_models
from planted import planted_corpus, zipf
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF


def digest(model):
    return hashlib.sha256(model.components_.tobytes() + model.doc_topic_.tobytes()).hexdigest()


@QUIET
@parametrize_with_checks(
    [
        LDA(max_iter=5),
        KeywordLDA(max_iter=5, n_residual=3),
        NMF(max_iter=20),
        SklearnLDA(max_iter=2),
        GensimLDA(passes=1),
        GensimNMF(passes=1),
    ]
)
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


@QUIET
@every_model
def test_fitting_twice_gives_the_same_bits(name):
    counts, _ = planted_corpus(6, n_docs=40)

    assert digest(MAKERS[name](3).fit(counts)) == digest(MAKERS[name](3).fit(counts))


@QUIET
@every_model
def test_a_row_depends_on_no_other_row(name):
    counts, _ = planted_corpus(7, n_docs=40)
    model = MAKERS[name](4).fit(counts)
    together = model.transform(counts)

    alone = np.vstack([model.transform(counts[[row]]) for row in range(40)])
    backwards = model.transform(counts[::-1])[::-1]

    np.testing.assert_array_equal(alone, together)
    np.testing.assert_array_equal(backwards, together)


@own_models
def test_an_empty_row_gets_the_prior_mean(name):
    counts, _ = planted_corpus(7)
    counts[5] = 0
    model = MAKERS[name](4).fit(counts)

    expected = model.alpha_ / model.alpha_.sum()

    np.testing.assert_allclose(model.doc_topic_[5], expected, rtol=1e-12)
    np.testing.assert_allclose(model.transform(np.zeros((1, 80)))[0], expected, rtol=1e-12)


@QUIET
@every_model
def test_shares_and_topics_are_distributions(name):
    counts, _ = planted_corpus(8, n_docs=30)
    counts[3] = 0

    model = MAKERS[name](3).fit(counts)

    assert_distributions(model, *counts.shape, 3)


@QUIET
@every_model
def test_fit_changes_neither_settings_nor_data(name):
    counts = csr_array(planted_corpus(9, n_docs=20)[0])
    before, kept = clone(MAKERS[name](2)).get_params(), counts.toarray()
    model = MAKERS[name](2)

    model.fit(counts).transform(counts)

    assert model.get_params() == before
    np.testing.assert_array_equal(counts.toarray(), kept)


@own_models
@pytest.mark.parametrize("max_iter", [1, 7, 12])
def test_passes_stop_at_max_iter_with_a_row_each(name, max_iter):
    counts, _ = planted_corpus(10, overlap=0.5)

    model = MAKERS[name](4, max_iter=max_iter, tol=0.0).fit(counts)

    assert list(model.trace_["pass"]) == list(range(1, max_iter + 1))
    assert model.n_iter_ == max_iter
    assert model.trace_["pass"].dtype == np.int64


@own_models
def test_fewer_tokens_move_towards_the_end(name):
    counts, _ = planted_corpus(10, overlap=0.5)

    moved = MAKERS[name](4, max_iter=60, tol=0.0, learn_prior=False).fit(counts).trace_["moved"]

    assert ((moved >= 0) & (moved <= 1)).all()
    assert moved[-5:].mean() < moved[5:10].mean() < moved[:3].mean()


def test_prior_stays_as_set_when_it_is_not_to_be_learned():
    counts, _ = planted_corpus(10)

    model = LDA(4, doc_topic_prior=0.3, learn_prior=False, max_iter=30).fit(counts)

    np.testing.assert_array_equal(model.alpha_, np.full(4, 0.3))


@QUIET
@every_model
def test_trace_has_one_row_a_pass(name):
    model = MAKERS[name](2).fit(planted_corpus(9, n_docs=20)[0])

    assert isinstance(model.trace_, pd.DataFrame)
    assert list(model.trace_["pass"]) == list(range(1, model.n_iter_ + 1))


@every_model
def test_models_say_nothing_on_the_way(name, capsys):
    counts, _ = planted_corpus(9, n_docs=30)

    with warnings.catch_warnings(record=True):
        MAKERS[name](2).fit(counts)

    assert capsys.readouterr() == ("", "")


def test_zipf_of_the_planted_corpus_sums_to_one():
    assert zipf(7).sum() == pytest.approx(1.0)
