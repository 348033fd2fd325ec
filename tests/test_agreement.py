"""Whether agreement of coders is what its authors define, and its intervals are honest."""

import math

import naive_validation as naive
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi import (
    InputError,
    agreement,
    agreement_by_pair,
    coded_prevalence,
    krippendorff_alpha,
    majority_codes,
)

NONE = None
# Krippendorff (2011), section C: four observers, twelve units.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
    [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
]


def long_table(rows, theme="walls", names="abcdefgh"):
    cells = [
        (f"p{unit:04d}", names[coder], theme, int(value))
        for coder, row in enumerate(rows)
        for unit, value in enumerate(row)
        if value is not None
    ]
    return pd.DataFrame(cells, columns=["passage_id", "coder", "theme", "code"])


def estimates(codes, **more):
    return agreement(codes, n_resamples=50, **more).set_index("measure")["estimate"]


def test_alpha_of_the_published_nominal_example():
    assert krippendorff_alpha(OBSERVERS) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_the_published_binary_example():
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]

    assert krippendorff_alpha([meg, owen]) == pytest.approx(0.095, abs=5e-4)


def test_kappa_of_a_table_by_hand():
    # 20 both yes, 15 both no, 5 and 10 differ: p_o = .7, p_e = .5 * .6 + .5 * .4 = .5
    one = [1] * 20 + [1] * 5 + [0] * 10 + [0] * 15
    other = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15

    found = estimates(long_table([one, other]))

    assert found["kappa"] == pytest.approx(0.4)
    assert found["agreement"] == pytest.approx(0.7)


codes_of_coders = st.integers(2, 4).flatmap(
    lambda coders: st.integers(1, 12).flatmap(
        lambda units: st.lists(
            st.lists(st.sampled_from([0, 1, 2, None]), min_size=units, max_size=units),
            min_size=coders,
            max_size=coders,
        )
    )
)


@settings(max_examples=60, deadline=None)
@given(codes_of_coders)
def test_all_measures_equal_the_naive_ones(rows):
    units = [[v for v in unit if v is not None] for unit in zip(*rows, strict=True)]
    units = [values for values in units if len(values) > 1]
    if not units or any(all(v is None for v in row) for row in rows):
        return
    kappas = []
    for a in range(len(rows)):
        for b in range(a + 1, len(rows)):
            both = [
                (x, y)
                for x, y in zip(rows[a], rows[b], strict=True)
                if x is not None and y is not None
            ]
            if both:
                kappas.append(naive.kappa(*map(list, zip(*both, strict=True))))
    kappas = [k for k in kappas if not math.isnan(k)]

    found = estimates(long_table(rows))

    assert found["alpha"] == pytest.approx(naive.alpha(units), nan_ok=True)
    assert krippendorff_alpha(rows) == pytest.approx(naive.alpha(units), nan_ok=True)
    assert found["agreement"] == pytest.approx(naive.pairs_that_agree(units))
    mean = sum(kappas) / len(kappas) if kappas else math.nan
    assert found["kappa"] == pytest.approx(mean, nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(codes_of_coders, st.randoms(use_true_random=False))
def test_names_and_order_of_coders_and_rows_do_not_matter(rows, random):
    table = long_table(rows)
    if table["coder"].nunique() < 2:
        return
    renamed = table.assign(coder=table["coder"].map(dict(zip("abcdefgh", "hzyxwvut", strict=True))))
    shuffled = renamed.iloc[random.sample(range(len(renamed)), len(renamed))]

    one, other = agreement(table, n_resamples=50), agreement(shuffled, n_resamples=50)

    columns = ["estimate", "lower", "upper"]
    np.testing.assert_allclose(one[columns], other[columns], rtol=1e-9, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0, 1]), min_size=6, max_size=30))
def test_perfect_agreement_is_one_but_not_for_sure(values):
    table = agreement(long_table([values, values, values]), n_resamples=50).set_index("measure")

    assert table.loc["agreement", "estimate"] == 1.0
    assert table.loc["agreement", "lower"] < 1.0
    if len(set(values)) > 1:
        assert table.loc["alpha", "estimate"] == 1.0
        assert table.loc["alpha", "lower"] < table.loc["agreement", "lower"]
        assert table.loc["kappa", "estimate"] == 1.0


def test_more_passages_make_perfect_agreement_surer():
    few, many = (long_table([[0, 1] * n] * 2) for n in (5, 100))

    lower = [
        agreement(t, n_resamples=50).set_index("measure").loc["alpha", "lower"] for t in (few, many)
    ]

    assert lower[0] < 0.6 < 0.9 < lower[1] < 1


def test_random_codes_have_alpha_near_zero_within_its_interval():
    rng = np.random.default_rng(4)

    table = agreement(long_table(rng.integers(0, 2, (3, 400)).tolist())).set_index("measure")

    assert abs(table.loc["alpha", "estimate"]) < 0.08
    assert table.loc["alpha", "lower"] < 0 < table.loc["alpha", "upper"]
    assert abs(table.loc["kappa", "estimate"]) < 0.08


@pytest.mark.parametrize(("n_units", "n_coders", "share"), [(30, 2, 0.3), (50, 3, 0.1)])
def test_intervals_hold_the_truth_about_as_often_as_they_say(n_units, n_coders, share):
    rng = np.random.default_rng(7)

    def coded(n):
        truth = rng.random(n) < share
        return [(truth ^ (rng.random(n) < 0.07)).astype(int).tolist() for _ in range(n_coders)]

    large = coded(40_000)
    truth = krippendorff_alpha(large)
    held = 0
    for trial in range(80):
        table = agreement(long_table(coded(n_units)), n_resamples=200, random_state=trial)
        row = table.set_index("measure").loc["alpha"]
        held += row["lower"] <= truth <= row["upper"]

    assert held >= 0.9 * 80  # the standard error of a share of .95 is .02


@pytest.mark.parametrize(
    "rows",
    [
        [[1] + [0] * 19, [0] * 20],  # one disagreement
        [[1] + [0] * 29, [1] + [0] * 29],  # one positive, and perfect agreement
        [[1] + [0] * 29] * 3,
    ],
)
def test_lower_bounds_of_rare_themes_are_within_the_range_of_the_measure(rows):
    table = agreement(long_table(rows), n_resamples=200).set_index("measure")

    # That nothing is known of agreement beyond chance is a bound near 0, not far below -1.
    assert (table.loc[["alpha", "kappa"], "lower"] >= -0.15).all()
    assert (table.loc[["alpha", "kappa"], "lower"] <= 0.01).all()
    assert 0.6 < table.loc["agreement", "lower"] < 1


def test_likely_disagreements_raise_the_frequency_of_a_rare_code_too():
    """By hand: Wilson's bound of no disagreement in 30 is z² / (30 + z²) = .1135; with so many
    passages that got 0 and 1 the code 1 is no longer .2 of all but .8865 * .2 + .1135 * .5."""
    table = agreement(long_table([[1] * 6 + [0] * 24] * 2), n_resamples=50).set_index("measure")

    differing = 1.959963984540054**2 / (30 + 1.959963984540054**2)
    positive = (1 - differing) * 0.2 + differing * 0.5
    by_chance = 2 * positive * (1 - positive) * 60 / 59
    assert table.loc["agreement", "lower"] == pytest.approx(1 - differing)
    assert table.loc["alpha", "lower"] == pytest.approx(1 - differing / by_chance)
    assert table.loc["kappa", "lower"] == pytest.approx(1 - differing / by_chance)


@settings(max_examples=60, deadline=None)
@given(codes_of_coders)
def test_bounds_are_within_the_range_and_hold_the_estimate(rows):
    table = long_table(rows)
    if table["coder"].nunique() < 2:
        return

    found = agreement(table, n_resamples=30).dropna()

    least = np.where(found["measure"] == "agreement", 0.0, -1.0)
    assert (least <= found["lower"]).all()
    assert (found["lower"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["upper"]).all()
    assert (found["upper"] <= 1.0).all()


def test_lower_bounds_of_a_rare_theme_are_seldom_above_the_truth_and_say_something():
    rng = np.random.default_rng(5)
    lower = []
    for trial in range(80):
        truth = rng.random(50) < 0.05
        rows = [(truth ^ (rng.random(50) < 0.01)).astype(int).tolist() for _ in range(2)]
        table = agreement(long_table(rows), n_resamples=100, random_state=trial)
        lower.append(table.set_index("measure").loc["alpha", "lower"])

    share = 0.05 * 0.99 + 0.95 * 0.01
    alpha = 1 - 2 * 0.01 * 0.99 / (2 * share * (1 - share))
    assert np.mean(np.array(lower) > alpha) <= 0.05  # 2.5 % are expected
    assert np.nanmean(lower) > 0


def test_pairs_of_coders_without_a_kappa_are_left_out_of_the_mean_and_of_resamples():
    nothing = [None] * 10
    one_sure, one_rare = [0, 1] * 5, [1] + [0] * 9
    rows = [one_sure + nothing, one_sure + nothing, nothing + one_rare, nothing + one_rare]

    table = agreement(long_table(rows), n_resamples=200).set_index("measure")

    # In a third of the resamples the second pair has no 1, so no kappa; the first has always 1.
    # Counted as 0 it would make .5 of the mean.
    assert table.loc["kappa", "estimate"] == 1.0
    assert table.loc["kappa", "lower"] == table.loc["alpha", "lower"] > 0.6


def test_one_code_for_all_has_no_alpha_but_an_agreement():
    found = agreement(long_table([[0] * 8] * 2), n_resamples=50).set_index("measure")

    assert np.isnan(found.loc[["alpha", "kappa"], ["estimate", "lower", "upper"]]).all(axis=None)
    assert found.loc["agreement", "estimate"] == 1.0


def test_fewer_than_five_passages_give_no_interval():
    found = agreement(long_table([[0, 1, 1, 0], [0, 1, 0, 0]]))

    assert found["estimate"].notna().all()
    assert found[["lower", "upper"]].isna().all(axis=None)


def test_codes_of_passages_that_one_coder_saw_do_not_count():
    found = agreement(long_table([[0, 1, 1, 0, 1, 0], [0, 1, None, 0, 1, None]]), n_resamples=50)

    assert found["n_units"].tolist() == [4, 4, 4]
    assert found["n_coders"].tolist() == [2, 2, 2]


def test_a_theme_has_the_same_interval_whatever_other_themes_there_are():
    rows = [[0, 1, 1, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0, 1]]
    one = long_table(rows)
    both = pd.concat([long_table(rows[::-1], theme="visas"), one])

    pd.testing.assert_frame_equal(
        agreement(one), agreement(both).query("theme == 'walls'").reset_index(drop=True)
    )


def test_choices_of_an_intrusion_task_are_taken_too():
    choices = long_table([[1, 2, 3, 6, 5], [1, 2, 4, 6, 5]])
    choices = choices.rename(columns={"passage_id": "item_id", "code": "chosen"})

    found = agreement(choices.drop(columns="theme"))

    assert found["theme"].tolist() == ["all items"] * 3
    assert found["estimate"].iloc[2] == pytest.approx(0.8)


def test_the_pair_that_differs_is_seen():
    table = agreement_by_pair(long_table([[0, 1, 0, 1], [0, 1, 0, 1], [1, 0, 1, 0]]))

    assert table["coder"].tolist() == ["a", "a", "b"]
    assert table["other"].tolist() == ["b", "c", "c"]
    assert table["kappa"].tolist() == [1.0, -1.0, -1.0]
    assert table["agreement"].tolist() == [1.0, 0.0, 0.0]
    assert table["n_units"].tolist() == [4, 4, 4]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="coder"), "no column coder"),
        (lambda t: pd.concat([t, t.head(1)]), "two codes to these units: p0000"),
        (lambda t: t.loc[t["coder"] == "a"], "needs two coders or more; got a"),
        (lambda t: t.head(0), "got none"),
    ],
)
def test_tables_that_are_no_codes_are_refused(change, said):
    with pytest.raises(InputError, match=said):
        agreement(change(long_table([[0, 1], [1, 1]])))


@pytest.mark.parametrize(
    "setting",
    [
        {"level": 1.0},
        {"n_resamples": 0},
        {"n_resamples": 1.5},
        {"random_state": -1},
        {"random_state": True},
    ],
)
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(InputError, match="must"):
        agreement(long_table([[0, 1], [1, 1]]), **setting)


def test_alpha_refuses_rows_of_different_length():
    with pytest.raises(InputError, match="rows of 2, 1"):
        krippendorff_alpha([[0, 1], [0]])


def test_majorities_and_ties_are_told_apart():
    table = majority_codes(long_table([[1, 0, 1, 0], [1, 0, 0, 1], [0, 0, None, 1]]))

    assert table["code"].tolist() == [1, 0, pd.NA, 1]
    assert table["is_tie"].tolist() == [False, False, True, False]
    assert table["n_coders"].tolist() == [3, 3, 2, 3]
    assert table["n_positive"].tolist() == [2, 0, 1, 2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="code"), "no column code"),
        (lambda t: t.assign(code=2), "must be 0 or 1; others are at p0000, p0001"),
        (lambda t: pd.concat([t, t.head(1)]), "coded passages twice: p0000"),
    ],
)
def test_majorities_refuse_what_are_no_codes(change, said):
    with pytest.raises(InputError, match=said):
        majority_codes(change(long_table([[0, 1]])))


def sample_of(strata):
    """A key and codes: for each stratum its size, then how many of the sample have which code."""
    keys, codes = [], []
    for name, (size, n_positive, n_negative) in strata.items():
        for number in range(n_positive + n_negative):
            unit = f"{name}{number}"
            keys.append((unit, unit, name, (n_positive + n_negative) / size, size))
            codes.append((unit, "a", "walls", int(number < n_positive)))
    key = pd.DataFrame(
        keys, columns=["item_id", "passage_id", "stratum", "probability", "n_stratum"]
    )
    return majority_codes(
        pd.DataFrame(codes, columns=["passage_id", "coder", "theme", "code"])
    ), key


def test_prevalence_counts_each_stratum_by_its_size():
    found = coded_prevalence(*sample_of({"walls": (100, 8, 2), "rest": (900, 1, 19)})).iloc[0]

    assert found["estimate"] == pytest.approx(0.1 * 0.8 + 0.9 * 0.05)
    assert found["lower"] < found["estimate"] < found["upper"]
    assert found["n_passages"] == 30 and found["n_positive"] == 9 and found["n_ties"] == 0


def test_prevalence_of_a_simple_sample_has_about_wilsons_interval():
    found = coded_prevalence(*sample_of({"rest": (10**9, 30, 70)})).iloc[0]

    assert found["estimate"] == pytest.approx(0.3)
    assert [found["lower"], found["upper"]] == pytest.approx([0.219, 0.396], abs=2e-3)


def test_prevalence_is_not_sure_where_no_passage_has_the_theme():
    found = coded_prevalence(*sample_of({"rest": (1000, 0, 20)})).iloc[0]

    assert found["estimate"] == 0 and found["upper"] > 0.1


def test_prevalence_is_exact_where_all_passages_are_coded():
    found = coded_prevalence(*sample_of({"walls": (4, 3, 1), "rest": (4, 0, 4)})).iloc[0]

    assert [found["lower"], found["upper"]] == [0.375, 0.375]


def test_prevalence_intervals_hold_the_truth_of_a_stratified_population():
    rng = np.random.default_rng(3)
    sizes, shares = {"walls": 200, "rest": 1800}, {"walls": 0.7, "rest": 0.04}
    population = {name: rng.random(size) < shares[name] for name, size in sizes.items()}
    truth = sum(codes.sum() for codes in population.values()) / 2000
    held = 0
    for _ in range(70):
        drawn = {name: rng.choice(codes, 40, replace=False) for name, codes in population.items()}
        strata = {n: (sizes[n], int(d.sum()), int((~d).sum())) for n, d in drawn.items()}
        row = coded_prevalence(*sample_of(strata)).iloc[0]
        held += row["lower"] <= truth <= row["upper"]

    assert held >= 0.88 * 70


def test_prevalence_refuses_a_stratum_without_codes_and_strange_passages():
    majority, key = sample_of({"walls": (10, 1, 1), "rest": (90, 1, 4)})

    with pytest.raises(InputError, match="strata rest has a code on walls"):
        coded_prevalence(majority.head(2), key)
    with pytest.raises(InputError, match="1 passages are not in the key: walls0"):
        coded_prevalence(majority, key.iloc[1:])
    with pytest.raises(InputError, match="level"):
        coded_prevalence(majority, key, level=0)
