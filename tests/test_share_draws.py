"""Do draws of shares carry what they say, and nothing of order, threads or other topics?"""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from effect_cases import fitted_groups, matrix_of, two_groups

import topoi
from topoi.errors import InputError, TopoiWarning
from topoi.measures.share_draws import as_draws, share_draws
from topoi.text.matrix import DocTermMatrix

FEW = {"n_worlds": 4, "n_draws": 2}


@pytest.fixture(scope="module")
def planted():
    return two_groups()


@pytest.fixture(scope="module")
def fit():
    return fitted_groups()


@pytest.fixture(scope="module")
def draws(planted, fit):
    return share_draws(fit, planted[0], given="treatment", **FEW)


def test_shapes_and_samples(draws):
    assert draws.values.shape == (20 + 4 * 2, 120, 3)
    assert draws.worlds.tolist() == [0] * 20 + [1, 1, 2, 2, 3, 3, 4, 4]
    np.testing.assert_allclose(draws.values.sum(axis=2), 1.0, atol=1e-9)
    assert draws.kept[0].all()
    assert (draws.kept[1:].sum(axis=1) == 90).all()
    assert draws.scale == 3.0
    assert draws.n_clusters == 120
    assert draws.uncertainty == "documents, shares, topics"
    assert draws.given == ("treatment",)
    assert "28 draws in 5 worlds" in repr(draws)
    assert "<table" in draws._repr_html_()


def test_same_seed_same_bits_for_any_number_of_threads(planted, fit, draws):
    again = share_draws(fit, planted[0], given="treatment", n_jobs=2, **FEW)
    other = share_draws(fit, planted[0], given="treatment", random_state=1, **FEW)

    assert np.array_equal(again.values, draws.values)
    assert not np.array_equal(other.values, draws.values)


def test_order_of_the_matrix_has_no_say(planted, fit, draws):
    matrix = planted[0]
    rows = np.random.default_rng(0).permutation(120)
    mixed = DocTermMatrix(
        matrix.counts[rows], matrix.vocabulary, matrix.units.iloc[rows].reset_index(drop=True)
    )

    found = share_draws(fit, mixed, given="treatment", **FEW)

    assert np.array_equal(found.values, draws.values)
    assert np.array_equal(found.kept, draws.kept)
    assert found.units["doc_id"].tolist() == draws.units["doc_id"].tolist()


def test_passages_of_a_document_and_speakers_are_drawn_together(planted, fit):
    matrix = planted[0]
    ids = matrix.units["doc_id"]
    units = matrix.units.assign(passage_id=ids, doc_id=matrix.units["speaker"])
    passages = DocTermMatrix(matrix.counts, matrix.vocabulary, units)

    by_document = share_draws(fit, passages, **FEW)
    by_speaker = share_draws(fit, matrix, clusters="speaker", **FEW)

    for found in (by_document, by_speaker):
        assert found.n_clusters == 30
        kept = found.kept.reshape(5, 30, 4)
        assert (kept == kept[:, :, :1]).all()
        assert (found.kept[1:].sum(axis=1) == 22 * 4).all()
        assert found.scale == 22 / 8


def test_topics_are_held_fixed_where_asked(planted, fit):
    found = share_draws(fit, planted[0], refit=False, **FEW)

    assert found.carries == ("shares",)
    assert found.uncertainty == "documents, shares"


def test_short_documents_are_not_drawn_to_the_mean_of_all_when_the_groups_are_given():
    """A known mistake: regressing posterior means, or draws that do not know the covariate."""
    matrix, topics, shares = two_groups(5, n=600, length=4)
    fit = dataclasses.replace(
        topoi.fit_topics(matrix, topoi.LDA(3, max_iter=5)),
        topic_term=0.999 * topics + 0.001 / 30, document_prior=np.full(3, 1.0),
    )  # fmt: skip
    treated = matrix.units["treatment"].to_numpy() == 1

    def gap(values):
        return values[treated, 0].mean() - values[~treated, 0].mean()

    given = share_draws(fit, matrix, given="treatment", refit=False, **FEW)
    blind = share_draws(fit, matrix, refit=False, **FEW)

    truth = gap(shares)
    # Posterior means under one prior lose about A / (N + A) of the difference, A near 2, N = 4.
    assert gap(blind.mean) < 0.8 * truth
    assert abs(gap(given.mean) - truth) < 0.08


def test_rows_without_known_terms_or_values_take_no_part(planted, fit):
    matrix = planted[0]
    counts = matrix.counts.toarray()
    counts[3] = 0
    units = matrix.units.assign(treatment=matrix.units["treatment"].astype(float))
    units.loc[7, "treatment"] = np.nan
    hollow = matrix_of(counts, units)

    with pytest.warns(TopoiWarning) as told:
        found = share_draws(fit, hollow, given="treatment", **FEW)

    words = " ".join(str(one.message) for one in told)
    assert "1 rows have no term that the fit knows" in words
    assert re.search(r"1 of 119 rows take no part, as they lack a value: treatment \(1\)", words)
    assert found.values.shape[1] == 118
    assert {"d0003", "d0007"}.isdisjoint(found.units["doc_id"])


def test_columns_of_a_further_table_are_joined_by_id(planted, fit, draws):
    matrix = planted[0]
    bare = DocTermMatrix(matrix.counts, matrix.vocabulary, matrix.units.drop(columns="treatment"))
    data = matrix.units[["doc_id", "treatment"]].iloc[::-1]

    found = share_draws(fit, bare, given="treatment", data=data, **FEW)

    assert np.array_equal(found.values, draws.values)
    assert "treatment" not in found.units.columns


def test_several_fits_take_turns_with_their_topics_matched(planted, fit):
    other = dataclasses.replace(
        fit, topic_term=fit.topic_term[[2, 0, 1]], doc_topic=fit.doc_topic[:, [2, 0, 1]]
    )

    both = share_draws([fit, other], planted[0], refit=False, **FEW)
    one = share_draws(fit, planted[0], refit=False, **FEW)

    assert both.carries == ("shares", "topics")
    np.testing.assert_allclose(both.mean, one.mean, atol=1e-12)
    # The same topics in another order are the same worlds, up to float32 sums.
    np.testing.assert_allclose(
        both.values.mean(axis=(0, 1)), one.values.mean(axis=(0, 1)), atol=0.01
    )


def test_topics_that_drift_are_named(planted):
    matrix = planted[0]
    fit = topoi.fit_topics(matrix, topoi.LDA(3, max_iter=40))
    noise = np.random.default_rng(0).dirichlet(np.full(30, 0.05), 3)
    lost = dataclasses.replace(fit, topic_term=0.999 * noise + 0.001 / 30)

    with pytest.warns(TopoiWarning, match="become others"):
        share_draws(lost, matrix, **FEW)


@pytest.mark.parametrize("maker", [
    lambda: topoi.SklearnLDA(3, max_iter=5), lambda: topoi.GensimLDA(3, passes=3),
    lambda: topoi.KeywordLDA([[0, 1]], topics_per_set=1, n_residual=2, max_iter=15),
    lambda: topoi.SeededLDA([[0, 1]], topics_per_set=1, n_residual=2, max_iter=15),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning:gensim")
def test_every_model_with_a_prior_can_be_drawn(maker, planted):
    fit = topoi.fit_topics(planted[0], maker())

    found = share_draws(fit, planted[0], given="treatment", refit=False, **FEW)

    np.testing.assert_allclose(found.values.sum(axis=2), 1.0, atol=1e-9)


def test_a_model_without_a_prior_says_what_to_do(planted):
    fit = topoi.fit_topics(planted[0], topoi.NMF(3, max_iter=30))

    with pytest.raises(InputError, match=r"fit of NMF has no document prior.*effects\(fit"):
        share_draws(fit, planted[0])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"n_worlds": 1}, r"n_worlds must be an int >= 2; got 1"),
        ({"n_draws": 1}, r"n_draws must be an int >= 2; got 1"),
        ({"random_state": -1}, r"random_state must be an int >= 0; got -1"),
        ({"given": "nothing"}, r"columns that are not there: nothing"),
        ({"clusters": "outlet"}, r"no column 'outlet' to draw rows together by"),
        ({"n_worlds": 10**8}, r"take .* GiB; at most 4 are allowed"),
    ],
)
def test_settings_out_of_range_are_named(planted, fit, more, words):
    with pytest.raises(InputError, match=words):
        share_draws(fit, planted[0], **more)


def test_one_cluster_is_refused(planted, fit):
    matrix = planted[0]
    one = DocTermMatrix(matrix.counts, matrix.vocabulary, matrix.units.assign(speaker="s"))
    with pytest.raises(InputError, match="All rows are of one cluster"):
        share_draws(fit, one, clusters="speaker", **FEW)


def test_no_fit_and_unlike_fits_are_refused(planted, fit):
    with pytest.raises(InputError, match="There is no fit to draw shares of"):
        share_draws([], planted[0])
    other = topoi.fit_topics(planted[0], topoi.LDA(2, max_iter=10))
    with pytest.raises(InputError, match="Fit 2 has 2 topics"):
        share_draws([fit, other], planted[0])


# --- themes -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def theme_fit():
    passages = topoi.segment(topoi.clean(topoi.load_sample()), by="paragraph")
    themes = topoi.load_themes("migration")
    matrix = topoi.vectorise(passages, themes=themes, min_docs=2)
    return topoi.fit_themes(matrix, themes, n_topics=12, n_starts=3), matrix


def test_themes_vary_with_their_starts_around_their_shares(theme_fit):
    fit, matrix = theme_fit

    draws = share_draws(fit, matrix, n_worlds=6)

    assert draws.kind == "theme"
    assert draws.names == tuple(fit.themes.names)
    assert draws.n_clusters == matrix.units["doc_id"].nunique()
    means = fit.shares.pivot(columns="theme", values="share", index="passage_id")
    means = means.loc[matrix.ids, list(draws.names)].mean()
    # Draws of a row's topics widen the evidence a little, which moves means by less than .02.
    np.testing.assert_allclose(draws.mean.mean(axis=0), means, atol=0.02)
    by_world = [draws.values[draws.worlds == world].mean() for world in range(1, 7)]
    assert np.std(by_world) > 0


def test_themes_go_where_topics_go(theme_fit):
    fit, matrix = theme_fit

    effects = topoi.effects(fit, "share ~ source", matrix=matrix)
    trend = topoi.prevalence(share_draws(fit, matrix, n_worlds=6), freq="Y", by="source")
    known = topoi.effects(fit, "share ~ source")

    assert effects["name"].unique().tolist() == list(fit.themes.names)
    assert effects["uncertainty"].unique().tolist() == ["documents, shares, topics"]
    assert known["uncertainty"].unique().tolist() == ["documents"]
    np.testing.assert_allclose(effects["estimate"], known["estimate"], atol=0.03)
    large = trend.loc[~trend["is_small"]]
    assert len(large)
    assert ((large["lower"] <= large["estimate"]) & (large["estimate"] <= large["upper"])).all()


def test_themes_have_no_prior_to_be_given(theme_fit):
    with pytest.raises(InputError, match="Shares of themes have no prior; leave out given"):
        share_draws(*theme_fit, given="source")


# --- shares taken as known ----------------------------------------------------------------------


def test_tables_and_fits_become_one_draw(planted, fit):
    of_fit = as_draws(fit)
    of_table = as_draws(topoi.topic_shares(fit))

    assert of_fit.uncertainty == of_table.uncertainty == "documents"
    np.testing.assert_array_equal(of_fit.values, of_table.values)
    assert of_table.units["doc_id"].tolist() == fit.units["doc_id"].tolist()


def test_a_table_with_a_gap_is_refused(fit):
    table = topoi.topic_shares(fit).iloc[1:]
    with pytest.raises(InputError, match="1 rows have no share of each topic: d0000"):
        as_draws(table)


def test_what_is_no_table_of_shares_is_refused():
    with pytest.raises(InputError, match="A table of shares has the columns"):
        as_draws(pd.DataFrame({"a": [1]}))
