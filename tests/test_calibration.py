"""A few codes turn shares into probabilities, whatever the codes and the table look like."""

import json

import numpy as np
import pandas as pd
import pytest
from coded import THEMES, codes_table, planted, shares_table, some
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

import topoi
from topoi.errors import InputError, TopoiWarning
from topoi.measures.coded_curve import design_effect, fold_numbers
from topoi.measures.codes import coded_shares
from topoi.measures.logistic_curve import curve_draws, likeliest_curve


def log_density(intercept, slope, scores, codes, weights):
    """Naive: the logarithm of likelihood times prior, term by term."""
    total = 0.0
    for score, code, weight in zip(scores, codes, weights, strict=True):
        chance = expit(intercept + slope * score)
        total += weight * np.log(chance if code else 1.0 - chance)
    total += 0.5 * np.log(expit(intercept)) + 0.5 * np.log(1.0 - expit(intercept))
    return total - (slope - 1.5) ** 2 / 2.0


CASES = {
    "mixed": [0, 0, 1, 0, 1, 1, 0, 1],
    "none": [0] * 8,
    "all": [1] * 8,
    "reversed": [1, 1, 1, 1, 0, 0, 0, 0],
}
SCORES = np.array([-1.8, -1.0, -0.4, -0.1, 0.2, 0.7, 1.1, 2.0])
WEIGHTS = np.array([1.0, 2.0, 0.5, 1.0, 1.0, 1.5, 1.0, 1.0])


@pytest.mark.parametrize("codes", CASES.values(), ids=CASES)
def test_the_curve_is_where_the_density_is_highest(codes):
    codes = np.array(codes, dtype=float)

    curve, _ = likeliest_curve(SCORES, codes, WEIGHTS)

    found = minimize(
        lambda c: -log_density(c[0], c[1], SCORES, codes, WEIGHTS),
        [0.0, 1.0],
        bounds=[(None, None), (0.0, None)],
        method="L-BFGS-B",
        options={"ftol": 1e-14, "gtol": 1e-9},
    )
    np.testing.assert_allclose(curve, found.x, atol=1e-4)


@pytest.mark.parametrize("codes", CASES.values(), ids=CASES)
def test_draws_have_the_mean_and_spread_of_the_posterior(codes):
    codes = np.array(codes, dtype=float)

    draws = curve_draws(SCORES, codes, WEIGHTS, n_draws=2000)

    intercepts, slopes = np.meshgrid(
        np.linspace(-14, 14, 281), np.linspace(0.0, 7, 141), indexing="ij"
    )
    density = np.exp(log_density(intercepts, slopes, SCORES, codes, WEIGHTS))
    density /= density.sum()
    for score in (-1.0, 0.0, 2.0):
        by_draw = expit(draws[:, 0] + draws[:, 1] * score)
        chances = expit(intercepts + slopes * score)
        mean = (density * chances).sum()
        assert by_draw.mean() == pytest.approx(mean, abs=0.02)  # coarse grids at the edge b = 0
        spread = np.sqrt((density * (chances - mean) ** 2).sum())
        assert by_draw.std() == pytest.approx(spread, abs=0.02)


def test_many_codes_find_the_planted_curve():
    shares, chances, codes = planted(2000)

    table = topoi.calibrate(shares, codes).apply(shares)

    found = table["probability"].to_numpy().reshape(chances.shape)
    assert np.abs(found - chances).max() < 0.06
    assert np.abs(found - chances).mean() < 0.015


def test_intervals_hold_the_planted_chance_and_narrow_with_codes():
    held, widths = [], []
    for seed in range(12):
        shares, chances, codes = planted(300, seed=seed)
        for n in (25, 100):
            table = topoi.calibrate(shares, some(codes, n)).apply(shares, level=0.9)
            low, high = (
                table[name].to_numpy().reshape(chances.shape)
                for name in ("probability_lower", "probability_upper")
            )
            held.append(((low <= chances) & (chances <= high)).mean())
            widths.append((high - low).mean())

    assert 0.84 <= np.mean(held) <= 0.97
    assert np.mean(widths[1::2]) < 0.65 * np.mean(widths[::2])


@pytest.mark.filterwarnings("ignore:All codes of")
@pytest.mark.parametrize("code", [0, 1])
def test_codes_that_are_all_alike_give_a_cautious_level(code):
    shares, _, codes = planted(200)
    alike = some(codes, 30).assign(**dict.fromkeys(THEMES, code))

    table = topoi.calibrate(shares, alike).apply(shares)

    mean = table["probability"].mean()
    assert 0.0 < (mean if code == 0 else 1.0 - mean) < 0.06
    assert (
        (table["probability_lower"] <= table["probability"])
        & (table["probability"] <= table["probability_upper"])
    ).all()


@pytest.mark.filterwarnings("ignore:All codes of", "ignore:Fewer than 20")
@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40),
    st.integers(1, 5),
)
@settings(max_examples=20, deadline=None)
def test_probability_rises_with_the_share(pairs, per_document):
    shares = shares_table([[share] for share, _ in pairs], per_document, themes=("theme",))
    codes = codes_table([[int(code)] for _, code in pairs], themes=("theme",))

    table = topoi.calibrate(shares, codes).apply(shares).sort_values("share", kind="stable")

    for column in ("probability", "probability_lower", "probability_upper"):
        values = table[column].to_numpy()
        assert np.isfinite(values).all()
        assert ((values >= 0) & (values <= 1)).all()
        assert (np.diff(values) >= -1e-12).all()


def test_a_share_that_goes_against_the_codes_says_nothing():
    shares, _, codes = planted(400)
    against = codes.assign(**{name: 1 - codes[name] for name in THEMES})

    table = topoi.calibrate(shares, against).apply(shares)

    of_theme = table.loc[table["theme"] == THEMES[0], "probability"]
    assert of_theme.max() - of_theme.min() < 0.15
    assert of_theme.mean() == pytest.approx(against[THEMES[0]].mean(), abs=0.03)


def test_order_of_rows_has_no_say():
    shares, _, codes = planted(120)
    few = some(codes, 40)

    one = topoi.calibrate(shares, few)
    places = np.random.default_rng(5).permutation(120)
    moved = shares.iloc[np.column_stack([2 * places, 2 * places + 1]).ravel()]
    other = topoi.calibrate(moved, few.iloc[::-1])

    assert one.to_json() == other.to_json()


# --- what codes may look like


def test_long_and_wide_codes_are_the_same():
    shares, _, codes = planted(100)
    few = some(codes, 30)
    long = few.melt("passage_id", var_name="theme", value_name="code")

    assert topoi.calibrate(shares, few).to_json() == topoi.calibrate(shares, long).to_json()


def test_the_majority_of_coders_counts_and_ties_are_left_out():
    shares, _, codes = planted(60)
    three = pd.concat([codes, codes, codes.assign(**dict.fromkeys(THEMES, 0))])
    tied = pd.concat([codes, codes.iloc[:1].assign(root_causes=1 - codes["root_causes"].iloc[0])])

    assert topoi.calibrate(shares, three).to_json() == topoi.calibrate(shares, codes).to_json()
    with pytest.warns(TopoiWarning, match="1 codes are ties between coders and left out: p00000"):
        found = topoi.calibrate(shares, tied)
    assert list(found.thresholds["n_coded"]) == [59, 60]


def test_cells_left_empty_are_not_coded():
    shares, _, codes = planted(30)
    cells = codes.astype({name: object for name in THEMES})
    cells.loc[:4, "root_causes"] = ["", " ", None, np.nan, "1"]
    cells.loc[5:, "root_causes"] = cells.loc[5:, "root_causes"].map(str)

    found = coded_shares(shares, cells).themes[0]

    assert len(found.codes) == 26
    assert list(found.rows[:2]) == [4, 5]
    np.testing.assert_array_equal(found.codes[1:], codes["root_causes"].to_numpy()[5:])


@pytest.mark.parametrize("name", ["weight", "sampling_probability"])
@pytest.mark.parametrize("is_long", [False, True])
def test_rows_without_a_code_need_no_weight(name, is_long):
    shares, _, codes = planted(30)
    known = np.where(np.arange(20) < 10, 0.5, 1.0)
    coded = codes.head(20).assign(**{name: known})
    blank = codes.tail(10).assign(**{name: np.nan, **dict.fromkeys(THEMES, np.nan)})
    given = pd.concat([blank.head(4), coded, blank.tail(6)])
    if is_long:
        given = given.melt(["passage_id", name], THEMES, var_name="theme", value_name="code")

    found = topoi.calibrate(shares, given)

    assert found.to_json() == topoi.calibrate(shares, coded).to_json()


def test_a_missing_weight_is_told_with_its_row():
    shares, _, codes = planted(30)
    weights = np.where(np.arange(30) % 10 == 7, np.nan, 2.0)

    message = r"weight must be a number > 0; 3 are not: nan of p00007, nan of p00017, nan of p00027"
    with pytest.raises(InputError, match=message):
        topoi.calibrate(shares, codes.assign(weight=weights))


def test_codes_of_unknown_passages_are_told_and_left_out():
    shares, _, codes = planted(30)
    more = pd.concat([codes, codes.iloc[:2].assign(passage_id=["x", "y"])])

    with pytest.warns(TopoiWarning, match="2 coded passage_id are not among the shares: x, y"):
        found = topoi.calibrate(shares, more)

    assert found.to_json() == topoi.calibrate(shares, codes).to_json()


def test_sampling_probability_is_one_over_the_weight():
    shares, _, codes = planted(100)
    few = some(codes, 40)
    weights = np.where(np.arange(40) < 20, 1.0, 4.0)

    heavy = topoi.calibrate(shares, few.assign(weight=weights))
    rare = topoi.calibrate(shares, few.assign(sampling_probability=0.5 / weights))

    np.testing.assert_allclose(
        rare.apply(shares)["probability"], heavy.apply(shares)["probability"], atol=1e-9
    )
    assert heavy.to_json() != topoi.calibrate(shares, few).to_json()


HOSTILE = {
    "code out of range": (lambda c: c.assign(root_causes=2), "Codes are 0 or 1.*30 are not: 2"),
    "code in words": (lambda c: c.assign(root_causes="yes"), "Codes are 0 or 1.*'yes'"),
    "no id": (lambda c: c.drop(columns="passage_id"), "no column passage_id"),
    "no theme": (lambda c: c[["passage_id"]], "no code for the themes root_causes, border"),
    "one theme empty": (
        lambda c: c.assign(root_causes=np.nan),
        "no code for the themes root_causes;",
    ),
    "no passage known": (lambda c: c.assign(passage_id="x"), "None of the coded passage_id"),
    "weight zero": (lambda c: c.assign(weight=0.0), "weight must be a number > 0"),
    "weight missing": (lambda c: c.assign(weight=np.nan), "weight must be a number > 0"),
    "weight in words": (lambda c: c.assign(weight="much"), "weight must be a number > 0; 30"),
    "chance above one": (
        lambda c: c.assign(sampling_probability=1.5),
        "sampling_probability must be a number > 0 and <= 1",
    ),
    "both": (lambda c: c.assign(weight=1, sampling_probability=1), "keep one of them"),
    "weights differ": (
        lambda c: pd.concat([c.assign(weight=1.0), c.assign(weight=2.0)]),
        "different weights",
    ),
    "no row": (lambda c: c.head(0), "no code for the themes"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_codes_are_refused_with_the_reason(kind):
    shares, _, codes = planted(30)
    spoil, message = HOSTILE[kind]

    with pytest.raises(InputError, match=message):
        topoi.calibrate(shares, spoil(codes))


def test_hostile_shares_are_refused_with_the_reason():
    shares, _, codes = planted(30)

    for spoilt, message in (
        (shares.drop(columns="share"), "lacks the columns share"),
        (shares.head(0), "has no row"),
        (pd.concat([shares, shares.head(1)]), "repeat a passage_id and theme: p00000"),
        (shares.iloc[1:], "needs a share in .0, 1. for each theme; 1 have not: p00000"),
        (shares.assign(share=1.5), "30 have not"),
        (shares.drop(columns="passage_id").iloc[:60], "the codes have no column doc_id"),
    ):
        with pytest.raises(InputError, match=message):
            topoi.calibrate(spoilt, codes)
    with pytest.raises(InputError, match="codes are of passages and the shares of documents"):
        topoi.calibrate(shares.drop(columns="passage_id"), codes.assign(doc_id="d00000"))


def test_shares_that_are_all_alike_have_one_probability():
    shares, _, codes = planted(40)

    table = topoi.calibrate(shares.assign(share=0.0), codes).apply(shares.assign(share=0.0))

    of_theme = table.loc[table["theme"] == THEMES[0], "probability"]
    assert of_theme.nunique() == 1
    assert of_theme.iloc[0] == pytest.approx((codes[THEMES[0]].sum() + 0.5) / 41, abs=0.01)


# --- the result


def test_json_gives_the_same_bits_back():
    shares, _, codes = planted(80)
    calibration = topoi.calibrate(shares, some(codes, 25))

    again = topoi.Calibration.from_json(calibration.to_json())

    pd.testing.assert_frame_equal(again.apply(shares), calibration.apply(shares), check_exact=True)
    pd.testing.assert_frame_equal(again.thresholds, calibration.thresholds, check_exact=True)


def test_other_json_is_refused():
    shares, _, codes = planted(40)
    kept = json.loads(topoi.calibrate(shares, codes).to_json())

    for text in (
        "",
        "[]",
        "null",
        "{}",
        json.dumps({**kept, "format": "topoi calibration 9"}),
        json.dumps({**kept, "unit": "page"}),
        json.dumps({**kept, "curves": [{**kept["curves"][0], "draws": [[1.0]]}]}),
        json.dumps({**kept, "curves": [{**kept["curves"][0], "draws": [["a", "b"]]}]}),
        json.dumps({**kept, "curves": [{**kept["curves"][0], "more": 1}]}),
        json.dumps({**kept, "curves": [{**kept["curves"][0], "centre": "0"}]}),
        json.dumps({**kept, "curves": [{**kept["curves"][0], "scale": 0.0}]}),
    ):
        with pytest.raises(InputError, match=r"not what Calibration\.to_json"):
            topoi.Calibration.from_json(text)


def test_apply_refuses_what_was_not_calibrated():
    shares, _, codes = planted(40)
    calibration = topoi.calibrate(shares, codes)

    for table, message in (
        (shares.drop(columns="passage_id"), "codes were of passages"),
        (shares.assign(theme="other"), "no curve for the themes other"),
        (shares.assign(share=np.nan), "must lie in"),
    ):
        with pytest.raises(InputError, match=message):
            calibration.apply(table)
    with pytest.raises(InputError, match="level must lie between"):
        calibration.apply(shares, level=1.0)


def test_thresholds_are_the_best_of_all_there_are():
    shares, _, codes = planted(150)
    calibration = topoi.calibrate(shares, some(codes, 60))

    table = calibration.apply(shares)

    for row in calibration.thresholds.itertuples():
        chances = table.loc[table["theme"] == row.theme, "probability"].to_numpy()
        f1 = [2 * chances[chances >= t].sum() / ((chances >= t).sum() + chances.sum())
              for t in chances]  # fmt: skip
        assert row.f1_threshold == pytest.approx(chances[int(np.argmax(f1))])
        assert (chances >= row.prevalence_threshold).sum() == round(chances.sum())
    assert list(calibration.thresholds["n_coded"]) == [60, 60]


# --- documents


def test_codes_of_one_document_count_as_fewer():
    residuals, weights = np.array([1.0, 1.0, -1.0, -1.0]), np.ones(4)

    assert design_effect(residuals, weights, np.array([0, 0, 1, 1])) == 2.0
    assert design_effect(residuals, weights, np.array([0, 1, 0, 1])) == 1.0
    assert design_effect(residuals, weights, np.arange(4)) == 1.0

    alone, _, codes = planted(90, per_document=1)
    level = codes.assign(**{n: np.repeat(codes[n].to_numpy()[::9], 9) for n in THEMES})
    together, _, _ = planted(90, per_document=9)
    wide = topoi.calibrate(together, level).apply(together)
    narrow = topoi.calibrate(alone, level).apply(alone)
    assert (wide["probability_upper"] - wide["probability_lower"]).mean() > 1.3 * (
        narrow["probability_upper"] - narrow["probability_lower"]
    ).mean()


def test_a_held_out_probability_does_not_know_its_own_document():
    shares, _, codes = planted(60, per_document=3)
    changed = codes.copy()
    changed.loc[:2, list(THEMES)] = 1 - changed.loc[:2, list(THEMES)]

    one = topoi.held_out_probabilities(shares, codes)
    other = topoi.held_out_probabilities(shares, changed)

    own = one["doc_id"] == "d00000"
    pd.testing.assert_frame_equal(one.loc[own], other.loc[own])
    assert not np.allclose(one.loc[~own, "probability"], other.loc[~own, "probability"])
    assert list(one["passage_id"]) == list(shares["passage_id"])


def test_folds_keep_documents_together():
    documents = np.repeat(np.arange(25), 4)

    folds = fold_numbers(documents, folds=10, random_state=3)

    assert {len(set(folds[documents == d])) for d in range(25)} == {1}
    assert set(folds) == set(range(10))
    with pytest.raises(InputError, match="of one document"):
        fold_numbers(np.zeros(5, dtype=int), folds=10, random_state=0)
    with pytest.raises(InputError, match="folds must be an int >= 2"):
        fold_numbers(documents, folds=1, random_state=0)


def with_gaps():
    """Codes of 60 of 200 passages of which some are of one theme alone, and two are ties."""
    shares, _, codes = planted(200)
    few = some(codes, 60).astype({name: "float64" for name in codes.columns[1:]})
    few.iloc[:6, 1] = np.nan
    few.iloc[6:9, 2] = np.nan
    other = few.iloc[20:22].assign(**{few.columns[1]: 1.0 - few.iloc[20:22, 1]})
    return shares, pd.concat([few, other], ignore_index=True)


@pytest.mark.filterwarnings("ignore:.*ties between coders", "ignore:2 coded .* are not among")
@pytest.mark.parametrize("judge", [topoi.score_report, topoi.calibration_curve])
def test_codes_with_gaps_are_judged_theme_by_theme(judge):
    shares, codes = with_gaps()
    theme = codes.columns[1]

    held_out = topoi.held_out_probabilities(shares, codes)
    found = judge(held_out, codes)

    counts = held_out["theme"].value_counts()
    assert counts[theme] == 60 - 6 - 2
    alone = judge(held_out.loc[held_out["theme"] == theme], codes[["passage_id", theme]]).rename(
        columns={"name": "theme"}
    )
    own = found.rename(columns={"name": "theme"})
    # Intervals of a report draw the documents of all themes.
    of_theme, by_itself = (
        table.loc[table["theme"] == theme, ["estimate", "n_coded"]].reset_index(drop=True)
        for table in (own, alone)
    )
    pd.testing.assert_frame_equal(of_theme, by_itself)


def test_a_probability_that_is_there_and_none_is_refused():
    shares, _, codes = planted(40)
    found = topoi.calibrate(shares, codes).apply(shares)
    found.loc[3, "probability"] = np.nan

    with pytest.raises(InputError, match=r"needs a probability in .0, 1. for each theme; 1 have"):
        topoi.score_report(found, codes, n_resamples=2)


@pytest.mark.parametrize("measured", [topoi.calibrate, topoi.corrected_prevalence])
def test_few_codes_and_codes_alike_are_told(measured):
    shares, _, codes = planted(60)

    with pytest.warns(TopoiWarning, match=r"Fewer than 20 codes of root_causes \(19\), border"):
        measured(shares, some(codes, 19))
    with pytest.warns(TopoiWarning, match="All codes of border_security are alike"):
        measured(shares, codes.assign(border_security=0))
