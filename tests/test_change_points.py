"""Are changes found where they were planted, placed best, and not found in noise?"""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest

from topoi.errors import InputError
from topoi.measures.change_points import _best, _level, _Series, _series, change_points


def trend_of(values, *, error=0.02, name="one", **columns):
    values = np.asarray(values, dtype=float)
    periods = pd.period_range("2020Q1", periods=len(values), freq="Q").start_time
    reach = 1.959964 * np.broadcast_to(error, values.shape)
    return pd.DataFrame(
        {
            "name": name, "period": periods.strftime("%Y-%m-%d"), "estimate": values,
            "lower": values - reach, "upper": values + reach, "level": 0.95, **columns,
        }
    )  # fmt: skip


def step(seed=0, sizes=(8, 12), levels=(0.2, 0.3), error=0.02):
    rng = np.random.default_rng(seed)
    means = np.repeat(levels, sizes)
    return means + rng.normal(0, error, len(means))


def test_planted_step_is_found_with_its_levels():
    found = change_points(trend_of(step()))

    assert found["period"].tolist() == ["2022-01-01"]
    row = found.iloc[0]
    assert row["earliest"] <= row["period"] <= row["latest"]
    assert row["before"] == pytest.approx(step()[:8].mean())
    assert row["after"] == pytest.approx(step()[8:].mean())
    assert row["change"] == pytest.approx(row["after"] - row["before"])
    assert row["p_value"] == 0.001
    assert row["n_periods"] == 20


def test_two_steps_are_found():
    values = step(1, (7, 7, 8), (0.2, 0.35, 0.22))

    found = change_points(trend_of(values))

    assert found["period"].tolist() == ["2021-10-01", "2023-07-01"]


def test_best_places_are_those_of_all_that_there_are():
    rng = np.random.default_rng(2)
    for number in (1, 2, 3):
        series = _Series(rng.normal(size=12), rng.uniform(0.2, 3, 12), np.ones(12))

        def loss(places, series=series):
            edges = [0, *places, 12]
            total = 0.0
            for start, stop in pairwise(edges):
                gaps = series.values[start:stop] - _level(series, start, stop)
                total += (series.weights[start:stop] * gaps**2).sum()
            return total

        allowed = [
            places
            for places in combinations(range(2, 11), number)
            if min(np.diff([0, *places, 12])) >= 2
        ]
        assert tuple(_best(series, number, 2)) == min(allowed, key=loss)


def test_noise_has_few_changes():
    rng = np.random.default_rng(3)
    with_change = [
        len(
            change_points(trend_of(rng.normal(0.2, 0.02, 16)), n_permutations=99, random_state=seed)
        )
        > 0
        for seed in range(150)
    ]
    # A test at 5 %, and another where it fails; four standard errors of 150 are .07.
    assert np.mean(with_change) < 0.12


def test_blocks_protect_from_neighbours_that_are_alike():
    rng = np.random.default_rng(4)
    counts = {1: 0, 5: 0}
    for seed in range(30):
        noise = rng.normal(size=40)
        values = 0.2 + 0.02 * np.convolve(noise, 0.7 ** np.arange(6))[:40]
        for block in counts:
            trend = trend_of(values)
            counts[block] += (
                len(change_points(trend, block=block, n_permutations=99, random_state=seed)) > 0
            )
    assert counts[5] < 0.6 * counts[1]


def test_periods_count_by_their_precision():
    values = np.r_[np.full(8, 0.2), np.full(8, 0.3)]
    values[3] = 0.9
    error = np.full(16, 0.02)
    error[3] = 0.5

    found = change_points(trend_of(values, error=error))

    assert found["period"].tolist() == ["2022-01-01"]
    assert found["before"].iloc[0] == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("places", [[3, 9], [0, 1], [3, 20]])
def test_intervals_without_width_are_no_endless_precision(places):
    """A known mistake: two periods in which no text has the share outweigh all others."""
    values, error = step(0, (16, 16), (0.1, 0.2)), np.full(32, 0.02)
    values[places], error[places] = 0.0, 0.0

    found = change_points(trend_of(values, error=error))

    assert found["period"].tolist() == ["2024-01-01"]
    assert found["p_value"].iloc[0] < 0.01


def test_series_whose_intervals_have_a_width_are_taken_as_they_are():
    wide = _series(trend_of(step(), error=np.geomspace(1e-6, 0.1, 20)))
    flat = trend_of(step(), error=0.0)

    assert wide.variance[0] == pytest.approx(1e-12)
    assert wide.variance[-1] == pytest.approx(1e-2)
    assert len(set(_series(flat).weights)) == 1
    assert change_points(flat)["period"].tolist() == ["2022-01-01"]


def test_names_and_groups_have_changes_of_their_own():
    table = pd.concat(
        [
            trend_of(step(), name="b", group="x"),
            trend_of(step(5, (20,), (0.2,)), name="b", group="y"),
            trend_of(step(6, (12, 8)), name="a", group="x"),
        ],
        ignore_index=True,
    )

    found = change_points(table)

    assert found[["name", "group", "period"]].to_numpy().tolist() == [
        ["b", "x", "2022-01-01"], ["a", "x", "2023-01-01"],
    ]  # fmt: skip
    alone = change_points(table.loc[table["name"] == "a"])
    columns = ["period", "earliest", "latest", "p_value"]
    assert alone[columns].iloc[0].tolist() == found[columns].iloc[1].tolist()


def test_order_of_rows_has_no_say():
    table = trend_of(step())

    pd.testing.assert_frame_equal(
        change_points(table.sample(frac=1, random_state=0)), change_points(table), check_exact=True
    )


def test_periods_without_an_interval_take_no_part():
    table = trend_of(np.r_[step(), 5.0])
    table.loc[20, ["lower", "upper"]] = np.nan

    assert change_points(table)["n_periods"].tolist() == [20]


@pytest.mark.parametrize("values", [[], [0.2], [0.2, 0.3, 0.2], [0.2] * 12])
def test_too_few_periods_or_none_that_differ_give_an_empty_table(values):
    found = change_points(trend_of(values, error=0.02))

    assert len(found) == 0
    assert list(found.columns) == [
        "name", "period", "earliest", "latest", "before", "after", "change", "p_value", "p_bh",
        "n_periods", "alpha", "n_permutations", "seed",
    ]  # fmt: skip
    assert str(found["n_periods"].dtype) == "int64"


def test_most_changes_and_least_periods_are_heeded():
    values = step(1, (7, 7, 8), (0.2, 0.35, 0.22))

    assert len(change_points(trend_of(values), most_changes=1)) <= 1
    assert len(change_points(trend_of(values), most_changes=0)) == 0
    assert len(change_points(trend_of(values), least_periods=12)) == 0


@pytest.mark.parametrize(
    ("change", "more", "words"),
    [
        (lambda t: t.drop(columns="period"), {}, r"needs a table of prevalence by period.*period"),
        (lambda t: pd.concat([t, t]), {}, r"Periods occur more than once for a name: 2020-01-01"),
        (lambda t: t, {"least_periods": 0}, r"least_periods must be an int >= 1"),
        (lambda t: t, {"most_changes": -1}, r"most_changes must be an int >= 0"),
        (lambda t: t, {"alpha": 0}, r"alpha must lie between 0 and 1; got 0"),
        (lambda t: t, {"block": 0}, r"block must be an int >= 1"),
        (lambda t: t, {"n_permutations": 0}, r"n_permutations must be an int >= 1"),
        (lambda t: t, {"random_state": -1}, r"random_state must be an int >= 0"),
    ],
)
def test_what_cannot_be_done_is_said(change, more, words):
    with pytest.raises(InputError, match=words):
        change_points(change(trend_of(step())), **more)
