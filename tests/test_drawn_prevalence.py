"""Do shares of cells carry what the draws carry, weigh as they say, and add up?"""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from effect_cases import two_groups
from scipy.special import expit, logit
from scipy.stats import t as student

import topoi
from topoi.errors import InputError
from topoi.measures.prevalence import prevalence
from topoi.measures.share_draws import share_draws
from topoi.measures.share_regression import pool_worlds

CUTS = [{}, {"by": "source"}, {"freq": "Q"}, {"by": "source", "freq": "Q"}]


@pytest.fixture(scope="module")
def planted():
    return two_groups(2, n=160, length=10)


@pytest.fixture(scope="module")
def fit(planted):
    return topoi.fit_topics(planted[0], topoi.LDA(3, max_iter=40))


@pytest.fixture(scope="module")
def draws(planted, fit):
    return share_draws(fit, planted[0], given="source", clusters="speaker", n_worlds=20)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("weigh", ["tokens", "documents"])
def test_shares_add_up(draws, cut, weigh):
    found = prevalence(draws, weigh=weigh, **cut)

    cells = [name for name in ("group", "period") if name in found.columns] or ["level"]
    np.testing.assert_allclose(found.groupby(cells)["estimate"].sum(), 1.0, atol=1e-12)
    assert ((found["lower"] <= found["estimate"]) & (found["estimate"] <= found["upper"])).all()
    assert found["weighting"].unique().tolist() == [weigh]
    assert found["uncertainty"].unique().tolist() == ["documents, shares, topics"]


def test_interval_of_a_cell_is_pooled_by_hand(draws):
    found = prevalence(draws, by="source", weigh="documents", level=0.9)

    rows = np.flatnonzero(draws.units["source"] == "a")
    values = []
    for draw, world in zip(draws.values, draws.worlds, strict=True):
        own = rows[draws.kept[world, rows]]
        values.append(draw[own].mean(axis=0))
    n_clusters = draws.units["speaker"].iloc[rows].nunique()
    pooled = pool_worlds(np.array(values), draws.worlds, scale=draws.scale, n_clusters=n_clusters)
    share = pooled.estimate
    reach = student.ppf(0.95, pooled.freedom) * pooled.std_error / (share * (1 - share))
    own = found.loc[found["group"] == "a"]
    np.testing.assert_allclose(own["estimate"], share, rtol=1e-9)
    np.testing.assert_allclose(own["lower"], expit(logit(share) - reach), rtol=1e-9)
    np.testing.assert_allclose(own["upper"], expit(logit(share) + reach), rtol=1e-9)


def test_tokens_and_documents_weigh_as_they_say(fit):
    units = fit.units.assign(n_tokens=np.where(np.arange(160) < 80, 10, 1000))
    table = topoi.topic_shares(dataclasses.replace(fit, units=units))

    by_token, by_document = (prevalence(table, weigh=weigh) for weigh in ("tokens", "documents"))

    mass = units["n_tokens"].to_numpy(float)
    np.testing.assert_allclose(
        by_token["estimate"], np.average(fit.doc_topic, axis=0, weights=mass), rtol=1e-12
    )
    np.testing.assert_allclose(by_document["estimate"], fit.doc_topic.mean(axis=0), rtol=1e-12)


def test_passages_are_averaged_to_documents_before_documents_count_once(planted, fit):
    matrix = planted[0]
    units = matrix.units.assign(
        passage_id=matrix.units["doc_id"],
        doc_id=["long" if k < 100 else f"short {k}" for k in range(160)],
    )
    passages = topoi.DocTermMatrix(matrix.counts, matrix.vocabulary, units)
    draws = share_draws(fit, passages, n_worlds=4)

    found = prevalence(draws, weigh="documents")
    known = prevalence(
        dataclasses.replace(fit, units=draws.units, doc_topic=draws.mean), weigh="documents"
    )

    mean = draws.mean
    own = draws.units["doc_id"].to_numpy()
    by_document = [mean[own == name].mean(axis=0) for name in np.unique(own)]
    # All passages have 10 tokens, so the mean by tokens is the plain one.
    np.testing.assert_allclose(found["estimate"], np.mean(by_document, axis=0), rtol=1e-9)
    np.testing.assert_allclose(known["estimate"], found["estimate"], rtol=1e-9)
    assert found["n_documents"].unique().tolist() == [61]
    assert found["n_passages"].unique().tolist() == [160]


def test_draws_are_averaged_over_documents_within_each_draw():
    """A known mistake: pooling documents x draws, whose spread is that of documents."""
    matrix, _, _ = two_groups(3, n=400)
    fit = topoi.fit_topics(matrix, topoi.LDA(3, max_iter=20))
    draws = share_draws(fit, matrix, refit=False, n_worlds=20)

    found = prevalence(draws)

    width = (found["upper"] - found["lower"]).to_numpy()
    pooled = np.quantile(draws.values.reshape(-1, 3), [0.025, 0.975], axis=0)
    assert (width < 0.35 * (pooled[1] - pooled[0])).all()


def test_intervals_are_wider_than_those_of_known_shares(draws, fit):
    """A known mistake: posterior means as data, and speakers' speeches as independent."""
    known = dataclasses.replace(fit, units=draws.units, doc_topic=draws.mean)

    drawn, plug_in = prevalence(draws), prevalence(known)

    ratio = (drawn["upper"] - drawn["lower"]) / (plug_in["upper"] - plug_in["lower"])
    assert ratio.mean() > 1.1


def test_a_cell_does_not_depend_on_others_nor_rows_on_their_order(draws):
    among = prevalence(draws, by="source")
    own = np.flatnonzero(draws.units["source"] == "a")
    figures = ["name", "estimate", "lower", "upper"]

    for rows in (own, np.random.default_rng(0).permutation(own)):
        alone = dataclasses.replace(
            draws, values=draws.values[:, rows], kept=draws.kept[:, rows],
            units=draws.units.iloc[rows].reset_index(drop=True),
        )  # fmt: skip
        pd.testing.assert_frame_equal(
            prevalence(alone, by="source")[figures],
            among.loc[among["group"] == "a", figures].reset_index(drop=True),
        )


def test_small_cells_are_flagged_and_tiny_ones_have_no_interval(draws):
    units = draws.units.assign(
        part=["tiny"] * 8 + ["small"] * 20 + ["large"] * 132
    )  # speakers have four speeches each
    found = prevalence(dataclasses.replace(draws, units=units), by="part")

    told = found.drop_duplicates("group").set_index("group")
    assert told["n_clusters"].to_dict() == {"large": 33, "small": 5, "tiny": 2}
    assert told["is_small"].to_dict() == {"large": False, "small": True, "tiny": True}
    tiny = found["group"] == "tiny"
    assert found.loc[tiny, ["lower", "upper"]].isna().all().all()
    assert found.loc[~tiny, ["lower", "upper"]].notna().all().all()


def test_known_shares_flag_small_cells_too(fit):
    found = prevalence(fit, by="speaker")

    assert found["is_small"].all()
    assert not prevalence(fit, by="source")["is_small"].any()
    assert found["uncertainty"].unique().tolist() == ["documents"]


def test_weights_and_undated_rows(draws):
    units = draws.units.assign(times=1.0)
    units.loc[:79, "times"] = 0.0
    units.loc[80:99, "date"] = pd.NaT
    some = dataclasses.replace(draws, units=units)

    weighted = prevalence(some, weights="times")
    dated = prevalence(some, weights="times", freq="Y")

    assert weighted["weighting"].unique().tolist() == ["tokens × times"]
    assert weighted["n_documents"].unique().tolist() == [80]
    assert dated.groupby("name")["n_documents"].sum().unique().tolist() == [60]


def test_what_does_not_fit_is_refused(draws, fit):
    with pytest.raises(InputError, match=r"made with clusters='speaker', not 'source'"):
        prevalence(draws, clusters="source")
    with pytest.raises(InputError, match=r"weigh must be one of tokens, documents; got 'pages'"):
        prevalence(draws, weigh="pages")
    undated = dataclasses.replace(draws, units=draws.units.assign(date=pd.NaT))
    with pytest.raises(InputError, match="No document has a date"):
        prevalence(undated, freq="Y")
