"""Can every model be scored on text it has not seen, and give draws where it has a prior?"""

import numpy as np
import pytest
from makers import QUIET
from planted import planted_corpus
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score

from topoi.errors import InputError
from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.held_out import completion_halves, document_completion
from topoi.models.held_out_score import HeldOutScore
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF

MODELS = {
    "LDA": lambda k=4, **more: LDA(k, **{"max_iter": 25, **more}),
    "KeywordLDA": lambda k=4, **more: KeywordLDA(
        [[0]], topics_per_set=1, n_residual=k - 1, **{"max_iter": 25, **more}
    ),
    "SklearnLDA": lambda k=4, **more: SklearnLDA(k, max_iter=10, **more),
    "GensimLDA": lambda k=4, **more: GensimLDA(k, passes=5, **more),
}
every_lda = pytest.mark.parametrize("name", MODELS)


@pytest.fixture(scope="module")
def corpus():
    counts, planted = planted_corpus(0)
    return counts[:110], counts[110:], planted


@pytest.fixture(scope="module")
def fitted(corpus):
    return {name: make().fit(corpus[0]) for name, make in MODELS.items()}


@every_lda
def test_a_score_is_the_document_completion_of_the_models_own_shares(name, fitted, corpus):
    model, rows = fitted[name], corpus[1]

    found = model.held_out(rows)

    expected = document_completion(rows, model.components_, model.transform, seed=0)
    assert isinstance(found, HeldOutScore)
    assert model.score(rows) == found.score == expected.score
    assert model.perplexity(rows) == found.perplexity == pytest.approx(np.exp(-found.score))
    np.testing.assert_array_equal(found.log_likelihood, expected.log_likelihood)


@every_lda
def test_a_score_by_hand(name, fitted, corpus):
    model, rows = fitted[name], corpus[1]
    observed, scored = (half.toarray() for half in completion_halves(rows, seed=0))

    mixed = model.transform(observed) @ model.components_
    expected = (scored * np.log(mixed)).sum() / scored.sum()

    assert model.score(rows) == pytest.approx(expected, rel=1e-9)


@QUIET
@every_lda
def test_four_topics_score_better_than_one_and_almost_as_the_planted_ones(name, fitted, corpus):
    train, rows, planted = corpus

    score = fitted[name].score(rows)

    truth = document_completion(
        rows, planted, lambda half: LDA(4, init=planted, max_iter=1).fit(train).transform(half)
    ).score
    assert score > MODELS[name](1 + (name == "KeywordLDA")).fit(train).score(rows) + 0.05
    assert score > truth - 0.15


@every_lda
def test_the_halves_follow_their_seed_and_not_the_models(name, corpus):
    train, rows, _ = corpus
    first, other = (MODELS[name](random_state=seed).fit(train) for seed in (0, 1))

    np.testing.assert_array_equal(first.held_out(rows).n_tokens, other.held_out(rows).n_tokens)
    assert first.held_out(rows).score != first.held_out(rows, random_state=1).score
    assert first.score(rows) == first.held_out(rows, random_state=0).score


@every_lda
def test_empty_rows_are_left_out_of_the_score(name, fitted, corpus):
    model, rows = fitted[name], corpus[1]
    more = np.vstack([rows, np.zeros((3, rows.shape[1]))])

    found = model.held_out(more)

    assert found.n_left_out == 3
    assert found.score == pytest.approx(model.score(rows), rel=1e-12)


@every_lda
def test_draws_are_shares_around_the_models_own(name, fitted, corpus):
    model, rows = fitted[name], corpus[1][:12]

    draws = model.theta_draws(rows, n_draws=200, random_state=3)

    assert draws.shape == (200, 12, 4)
    np.testing.assert_allclose(draws.sum(axis=2), 1.0, atol=1e-9)
    np.testing.assert_array_equal(draws, model.theta_draws(rows, n_draws=200, random_state=3))
    assert not np.array_equal(draws, model.theta_draws(rows, n_draws=200, random_state=4))
    # 200 draws leave about .01; the point estimates are approximations of the mean drawn around.
    assert np.abs(draws.mean(axis=0) - model.transform(rows)).mean() < 0.03


@pytest.mark.parametrize("model", [NMF(2), GensimNMF(2, passes=1)])
def test_models_without_a_prior_refuse_draws(model):
    name = type(model).__name__

    with pytest.raises(
        InputError,
        match=f"{name} has no document prior that all rows share, so their shares have no "
        r"posterior to draw from\. Use LDA, KeywordLDA or SeededLDA; ",
    ):
        model.fit(np.ones((4, 3))).theta_draws(np.ones((4, 3)))


@every_lda
def test_draws_are_refused_for_parts_of_tokens_and_bad_seeds(name, fitted, corpus):
    rows = corpus[1][:3]

    with pytest.raises(InputError, match="counts must be whole numbers of tokens"):
        fitted[name].theta_draws(rows * 0.5)
    with pytest.raises(InputError, match=r"random_state must be an int >= 0.*; got -1"):
        fitted[name].theta_draws(rows, random_state=-1)
    with pytest.raises(InputError, match="n_draws"):
        fitted[name].theta_draws(rows, n_draws=0)


@pytest.mark.parametrize("method", ["score", "perplexity", "held_out", "theta_draws"])
@every_lda
def test_models_that_are_not_fitted_say_so(name, method):
    with pytest.raises(NotFittedError):
        getattr(MODELS[name](), method)(np.ones((2, 3)))


@pytest.mark.parametrize("method", ["score", "perplexity", "held_out", "theta_draws"])
@every_lda
def test_scores_and_draws_refuse_other_columns(name, method, fitted):
    with pytest.raises(ValueError, match="80 features"):
        getattr(fitted[name], method)(np.ones((2, 3)))


def test_text_without_a_token_cannot_be_scored(fitted):
    with pytest.raises(InputError, match="There is nothing to score"):
        fitted["LDA"].score(np.zeros((2, 80)))


@every_lda
def test_cross_validation_scores_as_we_do(name, corpus):
    counts = corpus[0]
    rest, fold = counts[37:], counts[:37]

    first = cross_val_score(MODELS[name](), counts, cv=3)[0]

    assert first == pytest.approx(MODELS[name]().fit(rest).score(fold), rel=1e-9)


def test_grid_search_chooses_by_our_score(corpus):
    search = GridSearchCV(LDA(max_iter=25), {"n_components": [1, 4]}, cv=3).fit(corpus[0])

    assert search.best_params_ == {"n_components": 4}
    assert search.best_score_ < 0
    assert search.score(corpus[1]) == search.best_estimator_.score(corpus[1])


def test_a_fit_of_many_passes_scores_better_than_one_of_a_single_pass(corpus):
    train, rows, _ = corpus

    one, many = (LDA(4, max_iter=n, learn_prior=False).fit(train).score(rows) for n in (1, 25))

    assert many > one + 0.1
