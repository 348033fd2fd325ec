"""Are permutation tests exact, dealt to the units of assignment, and the same for each topic?"""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from effect_cases import two_groups
from hypothesis import given, settings
from hypothesis import strategies as st

import topoi
from topoi.errors import InputError, TopoiWarning
from topoi.measures.permutation import permutation_test
from topoi.measures.share_draws import share_draws

ARMS = np.array(list("ab") * 10)


def table_of(shares, **columns):
    """A table of known shares (n, K), topics t0, t1 and so on."""
    shares = np.asarray(shares, dtype=float)
    n, n_topics = shares.shape
    units = pd.DataFrame({"doc_id": [f"d{k:03}" for k in range(n)], "n_tokens": 10, **columns})
    rows = units.loc[units.index.repeat(n_topics)].reset_index(drop=True)
    return rows.assign(topic=[f"t{k}" for k in range(n_topics)] * n, share=shares.ravel())


def noise(seed, n=20, n_topics=3):
    return np.random.default_rng(seed).dirichlet(np.ones(n_topics), n)


def welch(one, other):
    spread = one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)
    return abs(one.mean() - other.mean()) / np.sqrt(spread)


def test_p_value_is_that_of_all_deals():
    """Seven units, three treated: 35 deals, of which the test draws some thousands by lot."""
    shares = np.array([0.31, 0.62, 0.11, 0.43, 0.87, 0.26, 0.74])
    arm = np.array([0, 1, 0, 0, 1, 0, 1])
    table = table_of(np.column_stack([shares, 1 - shares]), arm=arm)

    found = permutation_test(table, "arm", n_permutations=4000).iloc[0]

    observed = welch(shares[arm == 1], shares[arm == 0])
    deals = [
        welch(shares[list(chosen)], np.delete(shares, list(chosen)))
        for chosen in combinations(range(7), 3)
    ]
    exact = np.mean([deal >= observed - 1e-9 for deal in deals])
    assert found["statistic"] == pytest.approx(observed)
    assert found["p_value"] == pytest.approx(exact, abs=4 * np.sqrt(exact / 4000))
    assert found["estimate"] == pytest.approx(shares[arm == 1].mean() - shares[arm == 0].mean())


def test_p_value_is_never_zero():
    """A known mistake: b / B instead of (1 + b) / (B + 1)."""
    shares = np.where(ARMS == "a", 0.9, 0.1) + np.random.default_rng(0).normal(0, 0.01, 20)

    found = permutation_test(table_of(np.column_stack([shares, 1 - shares]), arm=ARMS), "arm",
                             n_permutations=99)  # fmt: skip

    assert found["p_value"].tolist() == [0.01, 0.01]


def test_groups_keep_their_sizes():
    """A known mistake: treatment is drawn anew for each unit, so that sizes vary."""
    seen = []

    def count(means, labels):
        seen.append(np.bincount(labels).tolist())
        return np.ones(means.shape[1])

    import topoi.measures.permutation as module

    kept, module._statistic = module._statistic, count
    try:
        permutation_test(table_of(noise(1), arm=["a"] * 5 + ["b"] * 15), "arm", n_permutations=20)
    finally:
        module._statistic = kept
    assert seen == [[5, 15]] * 21


def test_units_not_passages_are_dealt():
    """A known mistake: each passage of a speaker is dealt for itself."""
    rng = np.random.default_rng(3)
    small = 0
    for _ in range(20):
        of_speaker = rng.uniform(0.1, 0.9, 12)
        shares = np.repeat(of_speaker, 20) + rng.normal(0, 0.01, 240)
        table = table_of(
            np.column_stack([shares, 1 - shares]),
            arm=np.repeat(np.arange(12) % 2, 20), speaker=np.repeat(np.arange(12), 20),
        )  # fmt: skip
        by_speaker = permutation_test(table, "arm", unit="speaker", n_permutations=99)
        by_passage = permutation_test(table, "arm", n_permutations=99)
        small += by_passage["p_value"].iloc[0] <= 0.05
        assert by_speaker["n_units"].iloc[0] == 12
        assert by_speaker["p_value"].iloc[0] >= by_passage["p_value"].iloc[0]
    assert small > 10


def test_units_are_means_of_their_rows_by_weight():
    shares = np.array([0.2, 0.6, 0.1, 0.5, 0.3, 0.9, 0.4, 0.8])
    table = table_of(
        np.column_stack([shares, 1 - shares]), arm=list("aaaabbbb"), speaker=list("ssttuuvv"),
        times=[1, 3] * 4,
    )  # fmt: skip

    found = permutation_test(table, "arm", unit="speaker", weights="times", n_permutations=9)

    own = np.array([0.5, 0.4, 0.75, 0.7])
    assert found["estimate"].iloc[0] == pytest.approx(own[2:].mean() - own[:2].mean())
    assert found["n_units"].iloc[0] == 4
    assert found["unit"].iloc[0] == "speaker"


def test_groups_are_exchanged_within_strata_only():
    """All difference lies between strata: exchanged freely it would look like an effect."""
    rng = np.random.default_rng(5)
    stratum = np.repeat(["x", "y"], 20)
    arm = np.array(["a"] * 16 + ["b"] * 4 + ["a"] * 4 + ["b"] * 16)
    shares = np.where(stratum == "x", 0.3, 0.7) + rng.normal(0, 0.03, 40)
    table = table_of(np.column_stack([shares, 1 - shares]), arm=arm, stratum=stratum)

    free = permutation_test(table, "arm")["p_value"].iloc[0]
    within = permutation_test(table, "arm", strata="stratum")["p_value"].iloc[0]

    assert free < 0.01 < 0.05 < within


@pytest.mark.parametrize("missing", [None, np.nan, ""])
@pytest.mark.parametrize("column", ["unit", "strata"])
def test_rows_without_a_unit_or_stratum_take_no_part_and_are_told(column, missing):
    """A known mistake: they are never exchanged and yet counted, or are one unit."""
    shares = np.where(np.arange(40) % 2, 0.6, 0.4) + np.random.default_rng(0).normal(0, 0.1, 40)
    values = np.array([f"{place // (1 if column == 'unit' else 10)}" for place in range(40)])
    table = table_of(np.column_stack([shares, 1 - shares]), arm=ARMS.tolist() * 2)
    table["given"] = pd.Series(np.repeat(values, 2), dtype=object)
    given = table["doc_id"] < "d020"
    table.loc[~given, "given"] = missing

    words = r"20 of 40 rows have no value of given.*no part: d020, d021, d022, d023, d024 and 15 mo"
    with pytest.warns(TopoiWarning, match=words):
        found = permutation_test(table, "arm", **{column: "given"})

    assert found["n_units"].tolist() == [20, 20]
    pd.testing.assert_frame_equal(
        found, permutation_test(table.loc[given], "arm", **{column: "given"}), check_exact=True
    )


@pytest.mark.parametrize("column", ["unit", "strata"])
def test_a_unit_or_stratum_that_nobody_has_is_refused(column):
    table = table_of(noise(0), arm=ARMS, given=np.nan)

    with pytest.raises(InputError, match=r"20 of 20 rows have no value of given.*fill the column"):
        permutation_test(table, "arm", **{column: "given"})


def test_more_than_two_groups_give_welchs_f():
    shares = noise(8, 21)
    table = table_of(shares, arm=list("abc") * 7)

    found = permutation_test(table, "arm", n_permutations=9)

    groups = [shares[start::3, 0] for start in range(3)]
    w = np.array([len(g) / g.var(ddof=1) for g in groups])
    means = np.array([g.mean() for g in groups])
    centre = (w * means).sum() / w.sum()
    lost = ((1 - w / w.sum()) ** 2 / 6).sum()
    f = (w * (means - centre) ** 2).sum() / 2 / (1 + 2 * 1 / 8 * lost)
    assert found["statistic"].iloc[0] == pytest.approx(f)
    assert found["estimate"].isna().all()
    assert found["groups"].iloc[0] == "a, b, c"


def test_a_topic_alone_has_the_p_value_it_has_among_others():
    table = table_of(noise(2), arm=ARMS)

    alone = permutation_test(table, "arm", names=["t1"])
    among = permutation_test(table, "arm")

    for column in ("estimate", "statistic", "p_value"):
        assert alone[column].iloc[0] == among[column].iloc[1]
    assert alone["p_max"].iloc[0] == alone["p_value"].iloc[0]
    assert (among["p_max"] >= among["p_value"]).all()


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(20)))
def test_order_of_rows_has_no_say(order):
    table = table_of(noise(4), arm=ARMS)
    parts = [own for _, own in table.groupby("doc_id", sort=False)]
    mixed = pd.concat([parts[place] for place in order], ignore_index=True)

    pd.testing.assert_frame_equal(
        permutation_test(mixed, "arm", n_permutations=19),
        permutation_test(table, "arm", n_permutations=19),
        check_exact=True,
    )


def test_level_is_kept_and_p_max_keeps_it_for_all_topics_together():
    rng = np.random.default_rng(6)
    own, any_of_all = [], []
    for seed in range(150):
        # Unequal groups with unequal spread, where a plain difference of means would not do.
        spread = np.where(ARMS == "a", 0.02, 0.06)[:, np.newaxis]
        shares = 0.33 + spread * rng.normal(size=(20, 4))
        found = permutation_test(
            table_of(shares, arm=ARMS), "arm", n_permutations=99, random_state=seed
        )
        own.append(found["p_value"].iloc[0] <= 0.05)
        any_of_all.append(found["p_max"].min() <= 0.05)
    # 150 tests at 5 %: four standard errors are .07.
    assert np.mean(own) < 0.12
    assert np.mean(any_of_all) < 0.12


def test_groups_without_any_spread_do_not_break_it():
    shares = np.where(ARMS == "a", 0.25, 0.75)
    found = permutation_test(table_of(np.column_stack([shares, 1 - shares]), arm=ARMS), "arm")

    assert np.isfinite(found["statistic"]).all()
    assert (found["p_value"] < 0.01).all()
    same = permutation_test(table_of(np.full((20, 2), 0.5), arm=ARMS), "arm")
    assert same["p_value"].tolist() == [1.0, 1.0]


def test_draws_given_the_treatment_are_refused():
    """Their prior knows the groups, so they differ even where the words do not."""
    matrix, _, _ = two_groups(n=40)
    fit = topoi.fit_topics(matrix, topoi.LDA(3, max_iter=10))
    given_it = share_draws(fit, matrix, given="treatment", refit=False, n_worlds=2)
    without = share_draws(fit, matrix, refit=False, n_worlds=2)

    with pytest.raises(InputError, match=r"made given 'treatment'.*make them without"):
        permutation_test(given_it, "treatment")
    assert permutation_test(without, "treatment", n_permutations=19)["p_value"].min() == 0.05


@pytest.mark.parametrize(
    ("arm", "more", "words"),
    [
        (["a"] * 20, {}, r"arm needs at least two groups of two values of doc_id.*a \(20\)"),
        (["a"] * 19 + ["b"], {}, r"a \(19\), b \(1\)"),
        (ARMS, {"unit": "speaker"}, r"10 values of speaker have several values of arm: 0, 1"),
        (ARMS, {"unit": "outlet"}, r"no column 'outlet' to deal groups to"),
        (ARMS, {"strata": "arm"}, r"No value of arm has two groups of arm"),
        (ARMS, {"names": ["x"]}, r"names must be topics of the shares: t0, t1, t2; got x"),
        (ARMS, {"n_permutations": 0}, r"n_permutations must be an int >= 1; got 0"),
        (ARMS, {"random_state": -1}, r"random_state must be an int >= 0"),
    ],
)
def test_what_cannot_be_tested_is_said(arm, more, words):
    table = table_of(noise(0), arm=arm, speaker=np.arange(20) // 2)
    with pytest.raises(InputError, match=words):
        permutation_test(table, "arm", **more)
