"""Whether the benchmark's scorer and its records say what they should."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def bench():
    """Imports a file of benchmarks/ by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield importlib.import_module


@pytest.fixture
def counts():
    rng = np.random.default_rng(3)
    return csr_array(rng.poisson(0.6, size=(60, 25)).astype(np.int32))


@pytest.fixture
def topics():
    return np.random.default_rng(4).dirichlet(np.full(25, 0.3), size=4)


def naive_log_likelihood(given, hidden, topic_term, prior, steps):
    """One document, token by token: responsibilities, expected counts, shares, prediction."""
    tokens = [w for w in range(len(given)) for _ in range(given[w])]
    expected = [a + len(tokens) / len(prior) for a in prior]
    for _ in range(steps):
        fresh = list(prior)
        for w in tokens:
            parts = [topic_term[k][w] * expected[k] for k in range(len(prior))]
            for k, part in enumerate(parts):
                fresh[k] += part / sum(parts)
        expected = fresh
    shares = [n / sum(expected) for n in expected]
    return sum(
        hidden[w] * np.log(sum(shares[k] * topic_term[k][w] for k in range(len(prior))))
        for w in range(len(hidden))
        if hidden[w]
    )


def test_log_likelihoods_equal_those_taken_token_by_token(bench, counts, topics):
    scorer = bench("scorer")
    names, priors = scorer.candidate_priors(4, np.array([0.3, 0.1, 0.7, 0.02]))
    given, hidden = counts[:8], counts[8:16]

    found = scorer.log_likelihoods(given, hidden, topics, priors)

    expected = [
        [naive_log_likelihood(x, y, topics, priors[:, p], scorer.STEPS) for p in range(len(names))]
        for x, y in zip(given.toarray(), hidden.toarray(), strict=True)
    ]
    # Only the order of sums differs.
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_one_topic_gives_the_perplexity_of_its_unigrams(bench):
    scorer, corpora = bench("scorer"), bench("corpora")
    one = csr_array(np.array([[2, 0], [2, 0]], dtype=np.int32))
    hidden = csr_array(np.array([[1, 1], [3, 1]], dtype=np.int32))
    held = corpora.Corpus(csr_array(np.ones((4, 2))), one, hidden, np.array([True, False]))

    found = scorer.score(held, np.array([[0.8, 0.2]]))

    assert found.chosen_perplexity == pytest.approx((0.8 * 0.2) ** (-1 / 2))
    assert found.perplexity == pytest.approx((0.8**3 * 0.2) ** (-1 / 4))


def test_the_prior_is_chosen_on_other_documents_than_are_reported(bench):
    scorer, corpora = bench("scorer"), bench("corpora")
    # The first document keeps to its topic: a small prior is best. The second leaves it.
    given = csr_array(np.array([[9, 0], [9, 0]], dtype=np.int32))
    hidden = csr_array(np.array([[9, 0], [0, 9]], dtype=np.int32))
    topics = np.array([[0.99, 0.01], [0.01, 0.99]])
    held = corpora.Corpus(csr_array(np.ones((4, 2))), given, hidden, np.array([True, False]))

    found = scorer.score(held, topics)

    assert found.prior == "0.01"
    assert found.perplexity == found.by_prior["0.01"] > found.by_prior["1"]


def test_npmi_by_hand(bench):
    npmi = bench("scorer").npmi
    counts = csr_array(np.array([[2, 1, 0, 1], [1, 5, 0, 1], [1, 0, 1, 1], [0, 0, 1, 1]]))

    found = npmi(counts, np.array([[0, 1], [1, 2], [0, 2], [3, 3]]))

    # Shares of documents: term 0 in 3/4, 1 in 2/4, 2 in 2/4, 3 in all; 0 and 1 in 2/4; 0 and 2 in
    # 1/4; 1 and 2 never.
    together = np.log((2 / 4) / (3 / 4 * 2 / 4)) / -np.log(2 / 4)
    apart = np.log((1 / 4) / (3 / 4 * 2 / 4)) / -np.log(1 / 4)
    np.testing.assert_allclose(found, [together, -1.0, apart, 1.0], rtol=1e-12)


def test_npmi_agrees_with_counting_documents_one_by_one(bench, counts, topics):
    scorer = bench("scorer")
    terms = scorer.top_terms(topics, 10)
    dense = counts.toarray() > 0

    found = scorer.npmi(counts, terms)

    for topic, value in zip(terms, found, strict=True):
        pairs = [(a, b) for i, a in enumerate(topic) for b in topic[i + 1 :]]
        each = []
        for a, b in pairs:
            both = (dense[:, a] & dense[:, b]).mean()
            ratio = both / (dense[:, a].mean() * dense[:, b].mean())
            each.append(np.log(ratio) / -np.log(both) if both else -1.0)
        assert value == pytest.approx(np.mean(each), rel=1e-12)


def test_diversity_counts_each_term_once(bench):
    assert bench("scorer").diversity(np.array([[0, 1, 2], [2, 3, 0]])) == pytest.approx(4 / 6)


def test_top_terms_break_ties_by_column(bench):
    found = bench("scorer").top_terms(np.array([[0.2, 0.4, 0.2, 0.2]]), 3)

    assert found.tolist() == [[1, 0, 2]]


def test_halves_of_held_out_documents_make_up_the_documents(bench, counts):
    held = bench("corpora").hold_out(counts)

    whole = sorted(map(tuple, (held.given + held.hidden).toarray().tolist()))
    assert len(whole) == 6
    every = counts[:, np.flatnonzero(held.train.sum(axis=0))].toarray().tolist()
    trained = held.train.toarray().tolist()
    assert sorted(map(tuple, every)) == sorted([*map(tuple, trained), *whole])
    more = np.asarray(held.hidden.sum(axis=1) - held.given.sum(axis=1))
    assert set(more.ravel().tolist()) <= {0, 1}


def test_a_word_of_letters_leads_back_to_its_column(bench):
    peers = bench("peers")
    columns = [0, 1, 25, 26, 675, 676, 30_000]

    assert [peers.column(peers.word(column)) for column in columns] == columns
    assert all(peers.word(column).isalpha() for column in columns)


def test_words_of_a_document_are_its_counts(bench):
    words = bench("peers").words_of(csr_array(np.array([[0, 2, 1], [0, 0, 0]])))

    assert words == [["aaaab", "aaaab", "aaaac"], []]


def test_the_last_measurement_of_a_key_is_the_valid_one(bench, tmp_path):
    results = bench("results")
    for seconds in (3.0, 2.0):
        results.append("engine", {"engine": "topoi", "seconds": seconds}, tmp_path)

    found = results.latest(results.read("engine", tmp_path), ("engine",))

    assert found == {("topoi",): {"engine": "topoi", "seconds": 2.0}}


def test_a_ratio_takes_the_first_fit_that_is_as_good_and_none_if_there_is_none(bench):
    table = bench("engine_table")
    points = [
        {"seconds": 1.0, "perplexity": 90.0, "npmi": 0.1},
        {"seconds": 2.0, "perplexity": 80.0, "npmi": 0.2},
    ]
    product = {(0, 0): {"points": points, "seconds": 4.0, "perplexity": 70.0, "npmi": 0.1}}
    peer = {(0, 0): {"seconds": 8.0, "perplexity": 90.0, "npmi": 0.2}}
    better = {(0, 0): {"seconds": 8.0, "perplexity": 75.0, "npmi": 0.2}}

    assert table.ratios(product, peer, "perplexity") == [8.0]
    assert table.ratios(product, peer, "npmi") == [4.0]
    assert table.ratios(product, peer, "both") == [4.0]
    assert table.ratios(product, better, "perplexity") == [2.0]
    assert table.ratios(product, better, "both") == [None]


def test_a_part_of_the_page_is_replaced_and_the_rest_left(bench, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A\n<!-- x: begin -->\nold\n<!-- x: end -->\nrest\n")

    bench("page").write_part(page, "x", ["new"])
    bench("page").write_part(page, "x", ["newer"])

    text = page.read_text()
    assert text == "# A\n<!-- x: begin -->\n\nnewer\n\n<!-- x: end -->\nrest\n"


def test_a_page_without_the_markers_is_refused(bench, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A\n")

    with pytest.raises(ValueError, match=r"<!-- x: begin --> and <!-- x: end --> once each"):
        bench("page").write_part(page, "x", ["new"])


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
def test_peak_memory_sees_what_was_held_and_given_back(bench):
    peak = bench("memory").PeakMemory()

    np.ones(2**23)  # 64 MiB

    # Other allocations of this process may come and go.
    assert 60 < peak.own() < 90
    assert peak.children() == 0
