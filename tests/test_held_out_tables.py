"""Are the tables of held-out quality those of enumeration, whole documents and unseen entries?"""

import naive_draws as naive
import numpy as np
import pandas as pd
import pytest
from naive_draws import ALPHA, TINY, TOPICS
from planted import matrix_of, planted_corpus
from scipy import stats
from scipy.sparse import csr_array

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.fit import TopicFit, fit_topics
from topoi.measures.held_out import held_out
from topoi.measures.held_out_entries import held_out_entries
from topoi.models.lda import LDA
from topoi.models.masked_blocks import block_losses
from topoi.models.nmf import NMF
from topoi.text.vectorise import vectorise
from topoi.text.vocabulary import Vocabulary


def fit_of(matrix, topics=TOPICS, prior=ALPHA):
    n_topics = len(topics)
    return TopicFit(
        topic_term=topics,
        doc_topic=np.full((matrix.shape[0], n_topics), 1 / n_topics),
        topic_names=tuple(f"topic {k + 1}" for k in range(n_topics)),
        vocabulary=matrix.vocabulary,
        units=matrix.units,
        themes={},
        trace=pd.DataFrame({"pass": [1]}),
        provenance={"model": "test"},
        document_prior=prior,
    )


def counts_of(rows):
    return [np.bincount(row, minlength=4) for row in rows]


@pytest.fixture(scope="module")
def planted():
    counts = planted_corpus(3, n_docs=120)[0]
    train, test = matrix_of(counts[:80]), matrix_of(counts[80:])
    model = LDA(4, max_iter=20).fit(train.counts)
    return model, fit_topics(train, LDA(4, max_iter=20)), test


# --- Tokens ---------------------------------------------------------------------------------------


def test_left_to_right_is_the_exact_likelihood_of_tiny_documents():
    matrix = matrix_of(counts_of(TINY))
    exact = sum(naive.topic_count_posterior(tokens, TOPICS, ALPHA)[2] for tokens in TINY)

    found = held_out(fit_of(matrix), matrix, method="left_to_right", n_particles=4000).iloc[0]

    n_tokens = sum(map(len, TINY))
    assert found["n_tokens"] == n_tokens
    assert abs(found["score"] - exact / n_tokens) < 5 * found["monte_carlo_error"]
    assert found["monte_carlo_error"] < 0.01
    assert found["perplexity"] == pytest.approx(np.exp(-found["score"]))


def test_completion_of_single_tokens_is_their_exact_likelihood():
    # The other half is empty, so a token is foretold by the prior mean.
    rows = [[0], [1], [3]]
    matrix = matrix_of(counts_of(rows))
    exact = [naive.topic_count_posterior(row, TOPICS, ALPHA)[2] for row in rows]

    found = held_out(fit_of(matrix), matrix).iloc[0]

    # Shares are stored in float32.
    assert found["score"] == pytest.approx(np.mean(exact), rel=1e-6)
    assert found["standard_error"] == pytest.approx(np.std(exact, ddof=1) / np.sqrt(3), rel=1e-5)


def test_a_fit_and_its_estimator_have_the_same_score(planted):
    model, fit, test = planted

    of_model, of_fit = held_out(model, test), held_out(fit, test)

    pd.testing.assert_frame_equal(of_model, of_fit, check_exact=True)
    score = model.held_out(test.counts)
    assert of_model["score"][0] == score.score
    assert of_model["standard_error"][0] == pytest.approx(score.standard_error, rel=1e-12)


def test_tokens_weigh_alike_and_not_documents():
    # R stm's eval.heldout averages means of documents, short ones as much as long ones.
    matrix = matrix_of(counts_of([[0] * 40, [3]]))
    topic = np.array([[0.6, 0.2, 0.1, 0.1]])

    found = held_out(fit_of(matrix, topic, np.array([1.0])), matrix).iloc[0]

    assert found["score"] == pytest.approx((20 * np.log(0.6) + np.log(0.1)) / 21, rel=1e-6)


def test_perplexity_of_a_uniform_topic_is_the_number_of_terms():
    # gensim prints a bound in nats as a power of two; scikit-learn mixes in the size of training.
    rng = np.random.default_rng(0)
    matrix = matrix_of(rng.integers(0, 9, (30, 7)))
    fit = fit_of(matrix, np.full((3, 7), 1 / 7), np.full(3, 0.4))

    for method in ("completion", "left_to_right"):
        # Probabilities are kept in float32.
        assert held_out(fit, matrix, method=method)["perplexity"][0] == pytest.approx(7.0, rel=1e-5)


def test_passages_of_a_document_count_as_one_for_the_error():
    rng = np.random.default_rng(0)
    counts = np.repeat(rng.integers(0, 4, (10, 4)), 4, axis=0)
    apart = matrix_of(counts)
    together = matrix_of(counts, [f"d{n // 4}" for n in range(40)])

    one, other = (held_out(fit_of(m), m).iloc[0] for m in (apart, together))

    assert one["score"] == other["score"]
    assert (one["n_documents"], other["n_documents"]) == (40, 10)
    assert other["standard_error"] > 1.5 * one["standard_error"]


def test_limits_are_those_of_students_t_and_of_perplexity_in_order(planted):
    model, _, test = planted
    found = held_out(model, test, level=0.9).iloc[0]

    half = stats.t.ppf(0.95, 39) * found["standard_error"]
    assert found["upper"] - found["score"] == pytest.approx(half)
    assert found["perplexity_lower"] < found["perplexity"] < found["perplexity_upper"]
    assert found["perplexity_lower"] == pytest.approx(np.exp(-found["upper"]))


def test_unknown_words_are_not_scored_and_told():
    texts = ["wall wall visa visa visa", "visa wall tree tree tree tree", "tree"]
    table = pd.DataFrame({"doc_id": list("abc"), "text": texts})
    vocabulary = Vocabulary(["visa", "wall"], np.ones(2), np.ones(2))
    matrix = vectorise(Corpus(table), vocabulary=vocabulary)

    found = held_out(fit_of(matrix, np.array([[0.5, 0.5]]), np.array([1.0])), matrix).iloc[0]

    assert found["coverage"] == pytest.approx(7 / 12)
    assert found["score"] == pytest.approx(np.log(0.5), rel=1e-6)
    assert (found["n_documents"], found["n_rows_left_out"], found["n_terms"]) == (2, 1, 2)


def test_the_random_state_and_nothing_else_changes_the_score(planted):
    model, _, test = planted
    for method in ("completion", "left_to_right"):
        one, same, other = (
            held_out(model, test, method=method, random_state=seed, n_jobs=jobs)["score"][0]
            for seed, jobs in ((1, 1), (1, 2), (2, 1))
        )
        assert one == same != other


def test_one_document_has_no_error():
    matrix = matrix_of(counts_of([[0, 1, 2, 3]]))
    found = held_out(fit_of(matrix), matrix).iloc[0]

    assert found[["standard_error", "lower", "upper", "perplexity_lower"]].isna().all()
    assert np.isfinite(found["score"])


def test_what_cannot_be_scored_is_refused(planted):
    model, fit, test = planted
    nmf = fit_topics(test, NMF(2, max_iter=5))
    cases = [
        (fit, {"method": "harmonic mean"}, "method must be one of completion, left_to_right"),
        (fit, {"level": 0}, "level must lie between 0 and 1; got 0"),
        (fit, {"random_state": -1}, r"^random_state must be"),
        (nmf, {}, "This fit of NMF has no document prior, which completion needs"),
    ]
    for given, more, message in cases:
        with pytest.raises(InputError, match=message):
            held_out(given, test, **more)
    with pytest.raises(InputError, match="The model has 80 terms and the matrix 4"):
        held_out(model, matrix_of(counts_of([[0, 1]])))
    with pytest.raises(InputError, match="NMF has no document prior"):
        held_out(NMF(2, max_iter=5).fit(test.counts), test, method="left_to_right")


# --- Entries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["frobenius", "kullback-leibler"])
def test_planted_parts_explain_unseen_entries_and_more_do_not(loss):
    matrix = matrix_of(planted_corpus(1, n_topics=4, n_docs=160)[0])

    found = {
        k: held_out_entries(NMF(k, loss=loss, weighting="counts"), matrix) for k in (1, 2, 4, 12)
    }

    scores = {k: table["score"][0] for k, table in found.items()}
    error = found[4]["standard_error"][0]
    assert scores[1] < scores[2] - error < scores[4] - 2 * error
    assert scores[12] < scores[4] + error
    # Of entries that were seen, twelve parts explain more.
    assert NMF(12, loss=loss, weighting="counts").fit(matrix.counts).score(matrix.counts) > (
        NMF(4, loss=loss, weighting="counts").fit(matrix.counts).score(matrix.counts)
    )


@pytest.mark.parametrize("loss", ["frobenius", "kullback-leibler"])
def test_a_matrix_of_two_parts_is_foretold_to_the_last(loss):
    rng = np.random.default_rng(2)
    docs, terms = rng.gamma(1.0, size=(30, 2)), rng.gamma(1.0, size=(2, 24))
    matrix = csr_array((docs @ terms).astype(np.float32))
    rows_out, terms_out = np.arange(30) < 6, np.arange(24) < 5

    model = NMF(2, loss=loss, tol=0, max_iter=2000)
    losses, sizes = block_losses(matrix, model, rows_out, terms_out)

    assert losses.shape == (6,)
    assert losses.sum() < 2e-3 * sizes.sum()  # the solvers end at their tolerances


def test_the_masked_block_has_no_say_in_what_foretells_it():
    rng = np.random.default_rng(3)
    values = rng.gamma(1.0, size=(20, 16)).astype(np.float32)
    rows_out, terms_out = np.arange(20) < 5, np.arange(16) < 4
    other, twice = values.copy(), values.copy()
    other[:5, :4] = 0.0
    twice[:5, :4] *= 2.0

    model = NMF(3, max_iter=50)
    losses, sizes = block_losses(csr_array(values), model, rows_out, terms_out)
    blank, none = block_losses(csr_array(other), model, rows_out, terms_out)

    double, _ = block_losses(csr_array(twice), model, rows_out, terms_out)

    assert none.sum() == 0
    assert (blank > 0).all()
    # |2v - f|² - 2 |v - f|² + |f|² is 2 |v|² where what is foretold, f, is the same three times.
    np.testing.assert_allclose(double - 2.0 * losses + blank, 2.0 * sizes, rtol=1e-9)


def test_losses_are_those_of_the_product_written_out():
    rng = np.random.default_rng(4)
    values = rng.poisson(1.0, size=(12, 10)).astype(np.float32) + 0.1
    rows_out, terms_out = np.arange(12) < 3, np.arange(10) < 3
    one = NMF(1, tol=0, max_iter=500)

    losses, sizes = block_losses(csr_array(values), one, rows_out, terms_out)

    # One part by least squares: the first singular vectors, then a projection on each side.
    u, s, v = np.linalg.svd(values[3:, 3:].astype(float))
    w, h = np.abs(u[:, 0]) * s[0], np.abs(v[0])
    fitted = np.outer(values[:3, 3:] @ h / (h @ h), values[3:, :3].T @ w / (w @ w))
    np.testing.assert_allclose(losses, ((values[:3, :3] - fitted) ** 2).sum(axis=1), rtol=1e-3)
    np.testing.assert_allclose(sizes, (values[:3, :3] ** 2).sum(axis=1), rtol=1e-6)


def test_folds_hold_each_document_and_term_once_whatever_the_threads():
    matrix = matrix_of(planted_corpus(1, n_docs=40)[0], [f"d{n // 2:02d}" for n in range(40)])

    one, two = (held_out_entries(NMF(3, max_iter=20), matrix, folds=4, n_jobs=j) for j in (1, 2))

    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert one["n_entries"][0] == 4 * 10 * 20
    assert one["n_documents"][0] == 20


def test_entries_of_other_models_and_too_many_folds_are_refused():
    matrix = matrix_of(planted_corpus(1, n_docs=10)[0])
    pair = (np.ones((10, 2)), np.ones((2, 80)))
    for model, more, message in (
        (LDA(2), {}, "model must be an NMF; got LDA"),
        (NMF(2), {"folds": 1}, "folds must be an int >= 2; got 1"),
        (NMF(2), {"folds": 11}, "11 folds need as many documents and terms; there are 10 and 80"),
        (NMF(2, init=pair), {}, "init is a pair of arrays"),
    ):
        with pytest.raises(InputError, match=message):
            held_out_entries(model, matrix, **more)
