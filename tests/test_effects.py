"""Are effects those of the observed rows, with errors that know what belongs together?"""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from effect_cases import fitted_groups, two_groups
from threadpoolctl import threadpool_limits

import topoi
from topoi.errors import InputError, TopoiWarning
from topoi.measures.contrasts import average_shares, contrasts
from topoi.measures.effects import effects
from topoi.measures.formulas import covariates_of, design_of
from topoi.measures.share_draws import share_draws

FEW = {"n_worlds": 16, "n_draws": 2}
FIGURES = ["estimate", "std_error", "lower", "upper", "p_value"]


@pytest.fixture(scope="module")
def planted():
    return two_groups()


@pytest.fixture(scope="module")
def fit():
    return fitted_groups()


@pytest.fixture(scope="module")
def draws(planted, fit):
    return share_draws(fit, planted[0], given="treatment + bs(date, 3)", **FEW)


def known(shares, **columns):
    """A table of known shares, one topic and its rest."""
    n = len(shares)
    units = pd.DataFrame({"doc_id": [f"d{k:03}" for k in range(n)], "n_tokens": 10, **columns})
    both = np.column_stack([shares, 1 - np.asarray(shares)])
    table = units.loc[units.index.repeat(2)].reset_index(drop=True)
    return table.assign(topic=["one", "rest"] * n, share=both.ravel())


def test_effect_of_a_group_is_the_difference_of_means():
    table = known([0.1, 0.3, 0.5, 0.9], group=list("aabb"))

    found = effects(table, "share ~ group").set_index(["name", "term"])

    assert found.loc[("one", "Intercept"), "estimate"] == pytest.approx(0.2)
    assert found.loc[("one", "group[T.b]"), "estimate"] == pytest.approx(0.5)
    assert found.loc[("rest", "group[T.b]"), "estimate"] == pytest.approx(-0.5)
    # CR1 of single rows: sqrt(n / (n - p) * sum of squared residuals / n_group**2).
    assert found.loc[("one", "group[T.b]"), "std_error"] == pytest.approx(
        np.sqrt(4 / 2 * (2 * 0.1**2 + 2 * 0.2**2) / 4)
    )


def test_table_is_as_documented(draws):
    found = effects(draws, "share ~ treatment + bs(date, 3)")

    assert list(found.columns) == [
        "name", "term", "label", "estimate", "std_error", "lower", "upper", "p_value", "p_bh",
        "p_joint", "freedom", "n_rows", "n_clusters", "family", "errors", "weighting",
        "uncertainty", "level", "seed",
    ]  # fmt: skip
    assert found["name"].tolist() == [name for name in draws.names for _ in range(5)]
    assert found["term"].tolist()[:2] == ["Intercept", "treatment"]
    assert found["label"].tolist()[:3] == ["intercept", "treatment", "date (bs, part 1)"]
    assert found["uncertainty"].unique().tolist() == ["documents, shares, topics"]
    assert found["errors"].unique().tolist() == ["samples"]
    assert found.loc[found["term"] == "Intercept", "p_value"].isna().all()
    rest = found.loc[found["term"] != "Intercept"]
    assert (rest["p_joint"] >= rest["p_value"]).all()
    assert (rest["p_bh"] >= rest["p_value"]).all()
    for name in ("name", "term", "label", "family", "uncertainty"):
        assert pd.api.types.is_string_dtype(found[name])


def test_shares_add_up_so_effects_sum_to_zero(draws):
    found = effects(draws, "share ~ treatment + bs(date, 3)")

    sums = found.groupby("term")["estimate"].sum()
    assert sums["Intercept"] == pytest.approx(1.0, abs=1e-9)
    np.testing.assert_allclose(sums.drop("Intercept"), 0.0, atol=1e-9)


def test_planted_effect_is_found(draws):
    found = effects(draws, "share ~ treatment").set_index(["name", "term"])

    gains = found.xs("treatment", level="term")
    assert gains["estimate"].max() == pytest.approx(0.5, abs=0.15)
    assert gains["estimate"].min() == pytest.approx(-0.5, abs=0.15)
    assert (gains["p_joint"] < 0.01).sum() == 2


def test_a_topic_alone_has_the_numbers_it_has_among_others(draws):
    """A known mistake: without a seed a topic's answer depends on which others are asked."""
    name = draws.names[1]

    alone = effects(draws, "share ~ treatment", names=[name])
    among = effects(draws, "share ~ treatment")

    both = [table.loc[table["name"] == name, FIGURES].to_numpy() for table in (alone, among)]
    np.testing.assert_array_equal(*both)
    assert alone["name"].unique().tolist() == [name]


def test_same_call_same_bits_and_the_seed_is_told(planted, fit):
    one, two = (
        effects(fit, "share ~ treatment", matrix=planted[0], random_state=7) for _ in range(2)
    )

    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert one["seed"].unique().tolist() == [7]


@pytest.mark.parametrize("family", ["ols", "logit"])
def test_threads_of_the_blas_change_no_bit(family):
    """A known mistake: equations of many terms are solved in an order of the threads at hand."""
    rng = np.random.default_rng(0)
    outlets = [f"o{place % 100:03}" for place in range(300)]
    table = known(rng.random(300), outlet=outlets, length=rng.random(300))

    found = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads):
            found.append(effects(table, "share ~ C(outlet) + length", names=["one"], family=family))

    pd.testing.assert_frame_equal(*found, check_exact=True)


def test_order_of_rows_has_no_say(planted, fit):
    table = topoi.topic_shares(fit)
    parts = [own for _, own in table.groupby("doc_id", sort=False)]
    mixed = pd.concat([parts[k] for k in np.random.default_rng(1).permutation(len(parts))])

    straight = effects(table, "share ~ treatment + bs(date, 4)", clusters="speaker")
    found = effects(mixed, "share ~ treatment + bs(date, 4)", clusters="speaker")

    pd.testing.assert_frame_equal(found, straight, check_exact=True)


def test_metadata_are_joined_by_id_not_by_place(planted, fit):
    """A known mistake: metadata in another order are laid beside the wrong documents."""
    data = planted[0].units[["doc_id"]].assign(arm=planted[0].units["treatment"])

    by_column = effects(fit, "share ~ treatment")
    joined = effects(fit, "share ~ arm", data.iloc[::-1].reset_index(drop=True))

    np.testing.assert_array_equal(by_column[FIGURES], joined[FIGURES])


def test_rows_that_lack_a_value_are_left_out_and_told(planted, fit):
    """A known mistake: a missing covariate shifts rows or ends in an unreadable error."""
    data = planted[0].units[["doc_id"]].assign(arm=planted[0].units["treatment"].astype(float))
    data.loc[[4, 11], "arm"] = np.nan

    with pytest.warns(TopoiWarning, match=r"2 of 120 rows take no part.*arm \(2\)"):
        found = effects(fit, "share ~ arm", data)

    kept = data["arm"].notna().to_numpy()
    part = dataclasses.replace(
        fit, units=fit.units.loc[kept].reset_index(drop=True), doc_topic=fit.doc_topic[kept]
    )
    np.testing.assert_allclose(
        found[FIGURES], effects(part, "share ~ treatment")[FIGURES], rtol=1e-9
    )
    assert found["n_rows"].unique().tolist() == [118]


def test_dates_go_into_splines(fit):
    """A known mistake: a smooth of a date fails."""
    found = effects(fit, "share ~ bs(date, 4)", names=[fit.topic_names[0]])

    assert len(found) == 5


def test_passages_of_a_document_are_not_independent():
    """A known mistake: each passage counts as a case of its own."""
    rng = np.random.default_rng(0)
    of_document = rng.uniform(0.2, 0.8, 20)
    table = known(np.repeat(of_document, 30), arm=np.repeat(np.arange(20) % 2, 30))
    passages = table.assign(passage_id=table["doc_id"])
    passages["doc_id"] = [f"d{place // 60:02}" for place in range(len(table))]

    together = effects(passages, "share ~ arm").iloc[1]
    documents = effects(known(of_document, arm=np.arange(20) % 2), "share ~ arm").iloc[1]
    apart = effects(table, "share ~ arm").iloc[1]

    assert together["n_clusters"] == 20
    # The same documents once each; the factor (n - 1) / (n - p) alone differs.
    assert together["std_error"] == pytest.approx(documents["std_error"], rel=0.03)
    assert apart["std_error"] < 0.3 * together["std_error"]


def test_draws_without_the_covariate_are_warned_of(planted, fit):
    blind = share_draws(fit, planted[0], refit=False, **FEW)

    with pytest.warns(TopoiWarning, match="made without treatment: .* drawn towards 0"):
        effects(blind, "share ~ treatment")


def test_level_is_heeded(draws):
    """A known mistake: the level of the interval is ignored."""
    narrow, wide = (effects(draws, "share ~ treatment", level=level) for level in (0.5, 0.99))

    assert ((wide["upper"] - wide["lower"]) > 3 * (narrow["upper"] - narrow["lower"])).all()


def test_token_weights_are_those_of_the_text(fit, planted):
    by_token = effects(fit, "share ~ 1", weights="n_tokens")

    mass = planted[0].units["n_tokens"].to_numpy(float)
    np.testing.assert_allclose(
        by_token["estimate"], np.average(fit.doc_topic, axis=0, weights=mass), rtol=1e-9
    )
    assert by_token["weighting"].unique().tolist() == ["n_tokens"]
    assert effects(fit, "share ~ 1")["weighting"].unique().tolist() == ["rows"]


@pytest.mark.parametrize("maker", [
    lambda: topoi.NMF(3, max_iter=30), lambda: topoi.GensimNMF(3, passes=3),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning:gensim")
def test_models_without_a_posterior_say_so_in_the_table(maker, planted):
    found = effects(topoi.fit_topics(planted[0], maker()), "share ~ treatment")

    assert found["uncertainty"].unique().tolist() == ["documents"]
    assert found["errors"].unique().tolist() == ["CR1"]


@pytest.mark.parametrize(
    ("formula", "more", "words"),
    [
        ("share ~ treatmen", {}, r"not there: treatmen\. Did you mean 'treatment'\?"),
        ("share ~ (", {}, r"formula 'share ~ \(' cannot be read"),
        ("", {}, r"A formula is a text such as"),
        ("topic ~ treatment", {}, r"left side of a formula is 'share'.*got 'topic'"),
        ("share ~ 0 + treatment", {}, r"takes out the intercept"),
        ("share ~ treatment + C(source)", {}, r"can be told from others.*C\(source\)\[T\.b\]"),
        ("share ~ C(doc_id)", {}, r"120 terms for 120 rows; there must be more rows"),
        ("share ~ bs(source, 3)", {}, r"cannot be worked out"),
        ("share ~ log(treatment)", {}, r"cannot be worked out|not finite"),
        ("share ~ treatment", {"family": "probit"}, r"family must be one of ols, logit"),
        ("share ~ treatment", {"errors": "HC1"}, r"errors must be one of CR1, CR3"),
        ("share ~ treatment", {"level": 1.0}, r"level must lie between 0 and 1; got 1\.0"),
        ("share ~ treatment", {"random_state": -1}, r"random_state must be an int >= 0; got -1"),
        ("share ~ treatment", {"names": ["x"]}, r"names must be topics of the shares: topic 1"),
        ("share ~ treatment", {"clusters": "outlet"}, r"no column 'outlet' to draw rows together"),
        ("share ~ treatment", {"weights": "outlet"}, r"no column 'outlet' to weigh by"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_what_cannot_be_done_is_said(fit, formula, more, words):
    with pytest.raises(InputError, match=words):
        effects(fit, formula, **more)


def test_draws_have_their_own_errors_and_clusters(draws):
    with pytest.raises(InputError, match="leave out errors"):
        effects(draws, "share ~ treatment", errors="CR3")
    with pytest.raises(InputError, match="made with clusters=None, not 'speaker'"):
        effects(draws, "share ~ treatment", clusters="speaker")
    with pytest.raises(InputError, match="matrix is for a TopicFit or ThemeFit"):
        effects(draws, "share ~ treatment", matrix=object())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pd.DataFrame({"x": [1]}), r"data must have a column doc_id"),
        (pd.DataFrame({"doc_id": ["d0000"] * 2, "x": 1}), r"more than one row for 1 values.*d0000"),
        (pd.DataFrame({"doc_id": ["d0000"], "x": 1}), r"no row for 'share ~ x' for 119 of 120"),
    ],
)
def test_tables_that_do_not_fit_are_refused(fit, data, words):
    with pytest.raises(InputError, match=words):
        effects(fit, "share ~ x", data)


# --- contrasts and curves -----------------------------------------------------------------------


@pytest.mark.parametrize("family", ["ols", "logit"])
def test_contrast_averages_over_the_rows_as_they_are(fit, family):
    """A known mistake: the others at their median, which a category does not have."""
    formula = "share ~ treatment * C(part)"
    data = fit.units[["doc_id"]].assign(part=np.repeat(list("abbc"), 30))

    found = contrasts(fit, formula, data, of="treatment", family=family)

    means = {}
    cells = pd.DataFrame(fit.doc_topic).groupby(
        [data["part"].to_numpy(), fit.units["treatment"].to_numpy()]
    ).mean()  # fmt: skip
    for arm in (0, 1):  # saturated: predictions are the means of the cells
        means[arm] = sum(
            cells.loc[(part, arm)] * weight
            for part, weight in (("a", 0.25), ("b", 0.5), ("c", 0.25))
        )
    np.testing.assert_allclose(found["estimate"], means[1] - means[0], atol=1e-7)
    np.testing.assert_allclose(found["share"], means[1], atol=1e-7)
    np.testing.assert_allclose(found["share_baseline"], means[0], atol=1e-7)
    assert found["value"].unique().tolist() == ["1"]
    assert found["baseline"].unique().tolist() == ["0"]


def test_all_pairs_of_a_category_are_compared(fit):
    data = fit.units[["doc_id"]].assign(part=np.repeat(list("abbc"), 30))

    found = contrasts(fit, "share ~ part", data, of="part", names=[fit.topic_names[0]])

    assert list(zip(found["value"], found["baseline"], strict=True)) == [
        ("b", "a"), ("c", "a"), ("c", "b"),
    ]  # fmt: skip
    gaps = found["estimate"].to_numpy()
    assert gaps[2] == pytest.approx(gaps[1] - gaps[0])


def test_contrast_of_dates_and_numbers(fit):
    found = contrasts(
        fit, "share ~ bs(date, 3)", of="date", values=["2021-02-01", pd.Timestamp("2022-02-01")]
    )

    assert found["baseline"].unique().tolist() == ["2021.084932"]
    assert found["value"].unique().tolist() == ["2022.084932"]


@pytest.mark.parametrize(
    ("of", "values", "words"),
    [
        ("source", None, r"of must be a column that the formula names: .*got 'source'"),
        ("part", ["a", "z"], r"part has no value z; it has: a, b, c"),
        ("part", ["a", "a"], r"needs at least 2 different values; got a"),
        ("length", None, r"length has \d+ different numbers; say which to compare"),
        ("length", ["a", 2], r"Values of length must be finite numbers or dates; got 'a'"),
        ("length", [np.inf, 2], r"must be finite numbers or dates; got inf"),
    ],
)
@pytest.mark.filterwarnings("ignore:Could not infer format:UserWarning")
def test_values_that_cannot_be_compared_are_refused(fit, of, values, words):
    data = fit.units[["doc_id"]].assign(part=np.repeat(list("abbc"), 30), length=np.arange(120) % 7)
    with pytest.raises(InputError, match=words):
        contrasts(fit, "share ~ part + length", data, of=of, values=values)


def test_numbers_that_the_formula_takes_for_a_category_are_one(fit):
    """A known mistake: 25 points between the years, of which the design knows three."""
    data = fit.units[["doc_id"]].assign(year=np.repeat([2021, 2022, 2024], 40))
    means = pd.DataFrame(fit.doc_topic).groupby(data["year"].to_numpy()).mean()

    curve = average_shares(fit, "share ~ C(year)", data, of="year")
    pairs = contrasts(fit, "share ~ C(year)", data, of="year", names=[fit.topic_names[0]])

    assert curve["value"].tolist() == ["2021", "2022", "2024"] * 3
    assert curve["number"].isna().all()
    np.testing.assert_allclose(curve["estimate"], means.to_numpy().T.ravel(), atol=1e-9)
    assert list(zip(pairs["value"], pairs["baseline"], strict=True)) == [
        ("2022", "2021"), ("2024", "2021"), ("2024", "2022"),
    ]  # fmt: skip
    for year in (2022, "2022", pd.Timestamp("2022-01-01")):
        one = average_shares(fit, "share ~ C(year)", data, of="year", values=np.array([year]))
        assert one["value"].unique().tolist() == ["2022"]


def test_a_number_in_a_formula_is_no_category(fit):
    data = fit.units[["doc_id"]].assign(year=np.repeat([2021, 2022, 2024], 40))

    curve = average_shares(fit, "share ~ year", data, of="year", names=[fit.topic_names[0]])

    np.testing.assert_allclose(curve["number"], np.linspace(2021, 2024, 25))


def test_a_category_of_many_numbers_asks_which_to_compare(fit):
    data = fit.units[["doc_id"]].assign(year=2000 + np.arange(120) % 13)

    with pytest.raises(InputError, match=r"year has 13 values; say which .*: 2000, 2001, 2002"):
        contrasts(fit, "share ~ C(year)", data, of="year")


def test_curve_adds_up_and_follows_the_design(draws):
    curve = average_shares(draws, "share ~ treatment + bs(date, 3)", of="date", values=None)

    assert curve.groupby("value", sort=False)["estimate"].sum().to_numpy() == pytest.approx(1.0)
    assert len(curve) == 25 * 3
    assert curve["number"].iloc[0] == pytest.approx(2021.0)
    assert "p_value" not in curve.columns
    two = contrasts(draws, "share ~ treatment + bs(date, 3)", of="date",
                    values=[curve["number"].iloc[0], curve["number"].iloc[24]])  # fmt: skip
    first = curve.iloc[[0, 24]]["estimate"].to_numpy()
    assert two["estimate"].iloc[0] == pytest.approx(first[1] - first[0])


# --- formulas -----------------------------------------------------------------------------------


def test_dates_are_decimal_years():
    table = pd.DataFrame({"date": pd.to_datetime(["2021-01-01", "2024-07-01", "2023-12-31"])})

    design = design_of("share ~ date", table)

    np.testing.assert_allclose(design.matrix[:, 1], [2021, 2024 + 182 / 366, 2023 + 364 / 365])


def test_design_at_another_value_keeps_knots_and_categories():
    table = pd.DataFrame({"x": np.linspace(0, 1, 30), "part": list("abc") * 10})
    design = design_of("share ~ bs(x, 4) + part", table)

    moved = design.at("x", float(table["x"].iloc[7]))

    np.testing.assert_allclose(moved[:, 1:5], np.tile(design.matrix[7, 1:5], (30, 1)))
    np.testing.assert_array_equal(moved[:, 5:], design.matrix[:, 5:])
    assert design.variables == ("part", "x")


def test_values_that_the_design_does_not_know_are_refused(fit):
    """formulaic takes an unknown category for the first one, with a warning at most."""
    data = fit.units[["doc_id"]].assign(year=np.repeat([2021, 2022, 2023], 40))
    with pytest.raises(InputError, match="year has no value 2030; it has: 2021, 2022, 2023"):
        contrasts(fit, "share ~ C(year)", data, of="year", values=[2021, 2030])
    with pytest.raises(InputError, match=r"year is a category .* no value 2030\.0; it has: 2021"):
        design_of("share ~ C(year)", data).at("year", 2030.0)
    known = contrasts(fit, "share ~ C(year)", data, of="year", values=[2021, 2023])
    means = pd.DataFrame(fit.doc_topic).groupby(data["year"].to_numpy()).mean()
    np.testing.assert_allclose(known["estimate"], means.loc[2023] - means.loc[2021], atol=1e-9)
    with pytest.raises(
        InputError, match=r"cannot be worked out for date = 2050.*observed from 2021"
    ):
        contrasts(fit, "share ~ bs(date, 3)", of="date", values=["2021-02-01", "2050-01-01"])


def test_columns_of_data_win_and_the_others_stay():
    units = pd.DataFrame({"doc_id": ["a", "b"], "x": [1, 2], "y": [3, 4]})

    found = covariates_of(units, pd.DataFrame({"doc_id": ["b", "a"], "x": [20, 10]}))

    assert found["x"].tolist() == [10, 20]
    assert found["y"].tolist() == [3, 4]


def test_names_of_the_caller_are_not_seen():
    unseen = np.arange(3)  # noqa: F841 - a formula must not reach it
    with pytest.raises(InputError, match="not there: unseen"):
        design_of("share ~ unseen", pd.DataFrame({"x": [1, 2, 3]}))
