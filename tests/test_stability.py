"""Are topics that were planted found again, and those of noise no more often than by chance?"""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from planted import matched_cosines, matrix_of, planted_corpus

from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.measures.consensus import consensus_topics
from topoi.measures.matching import matches
from topoi.measures.rankings import top_rankings
from topoi.measures.stability import stability, stability_summary
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF

QUICK = LDA(4, max_iter=20)


@pytest.fixture(scope="module")
def planted():
    counts, topics = planted_corpus(5, n_docs=150)
    return matrix_of(counts), topics


@pytest.fixture(scope="module")
def table(planted):
    return stability(planted[0], QUICK, n_seeds=3, n_subsamples=3, n_orders=2, other_ks=[2, 6])


# --- Stability ------------------------------------------------------------------------------------


def test_planted_topics_are_found_again_whatever_is_varied(table):
    same = table.loc[table["variation"] != "number of topics"]

    assert same["is_found"].all()
    assert same["similarity"].min() > 0.5
    assert same["chance"].max() < 0.35


def test_every_fit_and_topic_has_a_row_in_order(table):
    fits = list(dict.fromkeys(zip(table["variation"], table["detail"], strict=True)))

    assert fits == [
        ("seed", "1"), ("seed", "2"), ("seed", "3"),
        ("subsample", "1"), ("subsample", "2"), ("subsample", "3"),
        ("order", "1"), ("order", "2"),
        ("number of topics", "2"), ("number of topics", "6"),
    ]  # fmt: skip
    assert list(table["topic"]) == [f"topic {k}" for k in (1, 2, 3, 4)] * 10
    assert table.dtypes.astype(str).to_dict() == {
        "variation": "str", "detail": "str", "topic": "str", "matched": "str",
        "similarity": "float64", "chance": "float64", "limit": "float64", "is_found": "bool",
    }  # fmt: skip


def test_topics_are_matched_one_to_one_with_as_many_and_freely_with_others(table):
    for _, fit in table.groupby(["variation", "detail"], sort=False):
        if fit["variation"].iloc[0] == "number of topics":
            assert set(fit["matched"]) <= {f"topic {k}" for k in range(1, 7)}
        else:
            assert sorted(fit["matched"]) == [f"topic {k}" for k in (1, 2, 3, 4)]
    of_two = table.loc[table["detail"].eq("2") & table["variation"].eq("number of topics")]
    assert set(of_two["matched"]) == {"topic 1", "topic 2"}


def test_topics_of_noise_are_found_less_than_planted_ones():
    rng = np.random.default_rng(0)
    noise = matrix_of(rng.poisson(0.7, (150, 80)))

    found = stability_summary(stability(noise, QUICK, n_seeds=4, n_subsamples=4, n_orders=0))

    whole = found.loc[found["variation"] == "all"]
    assert whole["above_chance"].mean() < 0.35


def test_random_topics_pass_the_limit_one_time_in_twenty():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(60):
        one, other = (np.array([rng.permutation(80)[:20] for _ in range(6)]) for _ in range(2))
        found.append(matches(one, other, n_random=60, rng=rng).is_found)

    # 360 matches, few of them independent: 5 % give or take 4.
    assert 0.01 < np.mean(found) < 0.09


def test_the_summary_is_the_mean_over_fits(table):
    found = stability_summary(table)

    assert list(found["variation"][:5]) == ["seed", "subsample", "order", "number of topics", "all"]
    assert list(found["topic"][:10]) == ["topic 1"] * 5 + ["topic 2"] * 5
    own = table.loc[(table["topic"] == "topic 2") & (table["variation"] == "seed")]
    row = found.loc[(found["topic"] == "topic 2") & (found["variation"] == "seed")].iloc[0]
    assert row["similarity"] == own["similarity"].mean()
    assert row["lowest"] == own["similarity"].min()
    assert row["n_fits"] == 3
    assert row["above_chance"] == pytest.approx(
        (row["similarity"] - row["chance"]) / (1 - row["chance"])
    )
    assert found.loc[found["variation"] == "all", "n_fits"].eq(10).all()


def test_neither_threads_nor_company_change_a_bit(planted, table):
    told = []
    two = stability(
        planted[0], QUICK, n_seeds=3, n_subsamples=3, n_orders=2, other_ks=[2, 6], n_jobs=2,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip

    pd.testing.assert_frame_equal(two, table, check_exact=True)
    assert told[-1] == (10, 10)
    alone = stability(planted[0], QUICK, n_seeds=0, n_subsamples=3, n_orders=0, other_ks=())
    similar = table.loc[table["variation"] == "subsample", "similarity"]
    assert list(alone["similarity"]) == list(similar)


def test_other_numbers_are_chosen_and_models_without_one_have_none(planted):
    usual = stability(planted[0], LDA(8, max_iter=3), n_seeds=0, n_subsamples=0, n_orders=0)
    keyed = stability(
        planted[0], KeywordLDA([[0], [20]], topics_per_set=1, n_residual=2, max_iter=5),
        n_seeds=1, n_subsamples=0, n_orders=0,
    )  # fmt: skip

    assert set(usual["detail"]) == {"6", "10"}
    assert set(keyed["variation"]) == {"seed"}
    assert stability(planted[0], NMF(3, max_iter=20), n_seeds=0, n_orders=0, n_subsamples=1,
                     other_ks=())["is_found"].all()  # fmt: skip


def test_passages_of_a_document_are_left_out_together(planted, monkeypatch):
    counts = planted[0].counts.toarray()[:60]
    matrix = matrix_of(counts, [f"d{n // 3:02d}" for n in range(60)])
    rows = []
    import topoi.measures.stability as module

    def noted(given, model):
        rows.append(given.units)
        return fit_topics(given, model)

    monkeypatch.setattr(module, "fit_topics", noted)
    stability(matrix, QUICK, n_seeds=0, n_subsamples=2, n_orders=1, other_ks=())

    sizes = [units.groupby("doc_id").size() for units in rows]
    assert [len(size) for size in sizes] == [20, 16, 16, 20]
    assert all((size == 3).all() for size in sizes)
    assert set(rows[1]["doc_id"]) != set(rows[2]["doc_id"])
    assert list(rows[3]["passage_id"]) != list(rows[0]["passage_id"])


def test_settings_out_of_range_are_refused(planted):
    matrix = planted[0]
    keyed = KeywordLDA([[0]], topics_per_set=1, n_residual=2)
    none = {"n_seeds": 0, "n_subsamples": 0, "n_orders": 0, "other_ks": ()}
    one = {**none, "n_subsamples": 1}
    for model, more, message in (
        (QUICK, {"n_seeds": -1}, "n_seeds must be an int >= 0; got -1"),
        (QUICK, {"subsample": 0.99}, r"subsample must be a number >= 0\.5 and <= 0\.95"),
        (QUICK, {"n": 1}, "n must be an int >= 2"),
        (QUICK, {"n_random": 5}, "n_random must be an int >= 20"),
        (QUICK, {"other_ks": [1]}, "each of other_ks must be an int >= 2; got 1"),
        (keyed, {"other_ks": [3]}, "KeywordLDA has no setting n_components"),
        (QUICK, none, "Nothing is varied, so nothing can be compared"),
        (
            LDA(4, random_state=None),
            {},
            "random_state of the model must be an int >= 0; got None",
        ),
        (QUICK, {"random_state": None}, "random_state must be an int >= 0; got None"),
        (LDA(130, max_iter=1), one, "The fit for subsample 1 cannot be made"),
    ):
        with pytest.raises(InputError, match=message):
            stability(matrix, model, **more)


def test_nothing_is_fitted_where_nothing_is_varied(planted, monkeypatch):
    import topoi.measures.stability as module

    monkeypatch.setattr(module, "fit_topics", lambda *_: pytest.fail("something was fitted"))
    with pytest.raises(InputError, match="Nothing is varied"):
        stability(planted[0], QUICK, n_seeds=0, n_subsamples=0, n_orders=0, other_ks=())


# --- Consensus ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fits(planted):
    return [
        fit_topics(planted[0], LDA(4, init="random", max_iter=15, random_state=seed))
        for seed in range(5)
    ]


def test_the_consensus_is_no_farther_from_the_planted_topics_than_a_usual_fit(fits, planted):
    found = consensus_topics(fits)

    own = [matched_cosines(fit.topic_term, planted[1]).mean() for fit in fits]
    ours = matched_cosines(found.topic_term, planted[1]).mean()
    # One of the starts ended badly, and its topics that are like the others' are averaged in.
    assert min(own) < 0.8
    assert ours > max(np.mean(own), np.median(own) - 0.002)
    assert found.provenance["consensus"]["n_fits"] == 5
    assert len(found.provenance["consensus"]["support"]) == 4


def test_the_consensus_is_a_fit(fits):
    found = consensus_topics(fits)

    np.testing.assert_allclose(found.topic_term.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(found.doc_topic.sum(axis=1), 1.0, rtol=1e-12)
    assert found.document_prior.shape == (4,)
    base = fits[found.provenance["consensus"]["fit"]]
    assert found.topic_names == base.topic_names
    assert found.units.equals(base.units)


def test_the_base_is_the_fit_that_agrees_most_and_support_is_by_its_matches(fits):
    told = consensus_topics(fits, random_state=3).provenance["consensus"]

    ranked = [top_rankings(fit.topic_term, 20) for fit in fits]
    found = {
        (one, other): matches(
            ranked[one], ranked[other], n_random=50,
            rng=np.random.default_rng(np.random.SeedSequence([3, one, other])),
        )
        for one, other in permutations(range(5), 2)
    }  # fmt: skip
    agreement = [
        np.mean([found[one, other].similarity.mean() for other in range(5) if other != one])
        for one in range(5)
    ]
    assert told["fit"] == np.argmax(agreement)
    assert told["agreement"] == max(agreement)
    own = [found[told["fit"], other] for other in range(5) if other != told["fit"]]
    assert told["support"] == ((1 + sum(match.is_found * 1 for match in own)) / 5).tolist()


def test_equal_fits_with_topics_in_another_order_are_their_own_consensus(fits):
    from dataclasses import replace

    order = [2, 0, 3, 1]
    first = fits[0]
    shuffled = replace(
        first,
        topic_term=first.topic_term[order],
        doc_topic=first.doc_topic[:, order],
        document_prior=first.document_prior[order],
    )

    found = consensus_topics([first, shuffled])

    np.testing.assert_allclose(found.topic_term, first.topic_term, rtol=1e-12)
    np.testing.assert_allclose(found.doc_topic, first.doc_topic, rtol=1e-12)
    np.testing.assert_allclose(found.document_prior, first.document_prior, rtol=1e-12)
    assert found.provenance["consensus"]["support"] == [1.0] * 4
    assert found.provenance["consensus"]["agreement"] == 1.0


def test_a_topic_that_only_one_fit_has_keeps_itself_and_little_support(fits):
    from dataclasses import replace

    odd = fits[0].topic_term.copy()
    odd[0] = odd[0][np.random.default_rng(1).permutation(odd.shape[1])]
    strange = replace(fits[0], topic_term=odd)

    found = consensus_topics([strange, fits[0], replace(fits[0])])

    told = found.provenance["consensus"]
    assert told["fit"] == 1
    assert told["support"][0] == pytest.approx(2 / 3)
    assert told["support"][1:] == [1.0] * 3
    np.testing.assert_allclose(found.topic_term[0], fits[0].topic_term[0], rtol=1e-12)
    # Three equal shares of each topic but two of the first: the mean is of those that have it.
    np.testing.assert_allclose(found.doc_topic, fits[0].doc_topic, rtol=1e-12)


def test_fits_that_cannot_be_averaged_are_refused(fits, planted):
    other = matrix_of(planted[0].counts.toarray()[:100])
    cases = [
        ([fits[0]], "A consensus needs two fits at least; got 1"),
        ([fits[0], fit_topics(planted[0], LDA(3, max_iter=2))], "Fit 2 has 3 topics and the first"),
        ([fits[0], fit_topics(other, LDA(4, max_iter=2))], "Fit 2 has other rows than the first"),
    ]
    for given, message in cases:
        with pytest.raises(InputError, match=message):
            consensus_topics(given)
