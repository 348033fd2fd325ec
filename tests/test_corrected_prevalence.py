"""Corrected prevalence is right on average whatever the model, and its intervals are honest."""

import numpy as np
import pandas as pd
import pytest
from coded import THEMES, codes_table, planted, shares_table, some
from scipy.special import expit

import topoi
from topoi.errors import InputError
from topoi.measures.codes import coded_shares
from topoi.measures.prevalence_correction import difference, evidence_of
from topoi.measures.wilson import wilson_limits
from topoi.plots import draw_prevalence


def of(table, name, column="estimate"):
    return table.loc[table["name"] == name, column].iloc[0]


def test_codes_of_all_passages_are_counted():
    shares, _, codes = planted(50)

    table = topoi.corrected_prevalence(shares, codes, weigh="passages")

    for name in THEMES:
        row = table.loc[table["name"] == name].iloc[0]
        assert row["estimate"] == row["lower"] == row["upper"] == codes[name].mean()
        assert row["method"] == "codes"


def test_tokens_weigh_where_nothing_is_said():
    shares, _, codes = planted(50)
    tokens = shares.loc[shares["theme"] == THEMES[0], "n_tokens"].to_numpy()

    table = topoi.corrected_prevalence(shares, codes)

    expected = (tokens * codes[THEMES[0]]).sum() / tokens.sum()
    assert of(table, THEMES[0]) == pytest.approx(expected, abs=1e-12)


def test_a_share_that_says_nothing_leaves_the_codes_as_they_are():
    shares, _, codes = planted(300)
    few = some(codes, 60)

    table = topoi.corrected_prevalence(shares.assign(share=0.3), few, weigh="passages")

    for name in THEMES:
        assert of(table, name) == pytest.approx(few[name].mean(), abs=1e-9)


def test_the_estimate_is_the_difference_estimator_written_out():
    """Naive: codes less the tuned, held-out chance, plus its mean over all, passage by passage."""
    shares, _, codes = planted(120, per_document=2)
    few = some(codes, 40)
    theme = coded_shares(shares, few).themes[0]
    evidence = evidence_of(theme, np.ones(120), 0)

    found = topoi.corrected_prevalence(shares, few, weigh="passages")

    total = 0.0
    for place, row in enumerate(theme.rows):
        chances = evidence.by_fold[evidence.fold[place]]
        total += theme.codes[place] + evidence.power * (chances.mean() - chances[row])
    assert of(found, THEMES[0]) == pytest.approx(total / 40, abs=1e-12)
    assert 0.5 < evidence.power <= 1.0


@pytest.mark.parametrize("kind", ["logistic", "two levels", "rare"])
def test_intervals_cover_and_are_narrower_than_codes_alone(kind):
    covered, errors, widths = [], [], []
    for seed in range(60):
        rng = np.random.default_rng([seed, 7])
        place = rng.normal(size=600)
        chances = {
            "logistic": expit(-1.2 + 2.5 * place),
            "two levels": 0.05 + 0.7 * (place > 0.5),
            "rare": expit(-4.2 + 2.0 * place),
        }[kind]
        truth = (rng.random(600) < chances).astype(int)
        shares = shares_table(expit(place - 1)[:, np.newaxis], themes=("theme",))
        codes = some(codes_table(truth[:, np.newaxis], ("theme",)), 50, seed)
        theme = coded_shares(shares, codes).themes[0]
        evidence = evidence_of(theme, np.ones(600), 0)
        everywhere = np.ones(600, dtype=bool)
        for is_powered in (True, False):
            found = difference(evidence, everywhere, is_powered=is_powered, level=0.95)
            covered.append(found[1] <= truth.mean() <= found[2])
            errors.append(found[0] - truth.mean())
            widths.append(found[2] - found[1])

    assert 0.90 <= np.mean(covered[::2]) <= 1.0  # .95 less 2 standard errors of 60 trials
    assert abs(np.mean(errors[::2])) < 0.01
    assert np.mean(widths[::2]) < (0.9 if kind == "logistic" else 1.0) * np.mean(widths[1::2])


def test_weights_undo_a_choice_by_share():
    biased, weighed = [], []
    for seed in range(15):
        shares, _, codes = planted(500, seed=seed)
        theme = THEMES[0]
        wide = shares.loc[shares["theme"] == theme, "share"].to_numpy()
        is_top = np.argsort(np.argsort(wide)) >= 400
        rng = np.random.default_rng(seed)
        top = rng.permutation(np.flatnonzero(is_top))[:30]
        rest = rng.permutation(np.flatnonzero(~is_top))[:20]
        chosen = codes.iloc[np.concatenate([top, rest])]
        weights = np.repeat([100 / 30, 400 / 20], [30, 20])
        truth = codes[theme].mean()
        plain = topoi.corrected_prevalence(shares, chosen, method="codes")
        right = topoi.corrected_prevalence(shares, chosen.assign(weight=weights))
        biased.append(of(plain, theme) - truth)
        weighed.append(of(right, theme) - truth)

    assert np.mean(biased) > 0.15
    assert abs(np.mean(weighed)) < 0.03


def test_a_group_whose_level_differs_is_right_on_average_by_its_own_codes():
    """In one source the same share means the theme far more often."""
    errors = {"difference": [], "predicted": []}
    for seed in range(15):
        shares, chances, _ = planted(400, seed=seed)
        rng = np.random.default_rng(seed)
        is_press = (shares["source"].to_numpy() == "press").reshape(chances.shape)
        truth = (rng.random(chances.shape) < np.where(is_press, chances**0.3, chances)).astype(int)
        codes = codes_table(truth)
        for method, found in errors.items():
            table = topoi.corrected_prevalence(
                shares, some(codes, 120, seed), by="source", method=method
            )
            row = table.loc[(table["name"] == THEMES[0]) & (table["group"] == "press")].iloc[0]
            found.append(row["estimate"] - truth[is_press[:, 0], 0].mean())

    assert abs(np.mean(errors["difference"])) < 0.04
    assert np.mean(errors["predicted"]) < -0.1


def test_groups_with_few_codes_are_predicted_and_say_so():
    shares, _, codes = planted(300)
    is_press = np.arange(300) % 3 == 0

    table = topoi.corrected_prevalence(shares, codes.loc[~is_press].head(60), by="source")

    of_press = table.loc[table["group"] == "press"]
    assert set(of_press["method"]) == {"predicted"}
    assert (of_press["n_coded"] == 0).all()
    assert of_press["coded"].isna().all()
    assert of_press[["estimate", "lower", "upper"]].notna().all(axis=None)
    assert set(table.loc[table["group"] == "congress", "method"]) == {"difference"}
    for row in of_press.itertuples():
        assert row.lower < codes.loc[is_press, row.name].mean() < row.upper


def test_periods_and_groups_come_in_order():
    shares, _, codes = planted(90)
    dates = pd.to_datetime(np.where(np.arange(180) < 90, "2021-03-01", "2020-07-09"))
    shares["date"] = pd.Series(dates).mask(np.arange(180) < 10)

    table = topoi.corrected_prevalence(shares, some(codes, 50), by="source", freq="Y")

    expected = [
        (name, period, group)
        for name in THEMES
        for group in ("congress", "press")
        for period in ("2020-01-01", "2021-01-01")
    ]
    assert list(table[["name", "period", "group"]].itertuples(index=False, name=None)) == expected
    assert table["n_passages"].sum() == 2 * 85  # five passages have no date
    draw_prevalence(table)


@pytest.mark.filterwarnings("ignore:All codes of")
@pytest.mark.parametrize("n", [20, 50, 100])
@pytest.mark.parametrize("code", [0, 1])
def test_codes_that_are_all_alike_still_leave_doubt(n, code):
    """Where no passage of n has the theme, up to some 3 in n of all may (the rule of three)."""
    shares, _, codes = planted(1000)
    alike = some(codes, n).assign(**dict.fromkeys(THEMES, code))

    table = topoi.corrected_prevalence(shares, alike)

    doubt = table["upper"] if code == 0 else 1 - table["lower"]
    assert ((doubt > 2.0 / n) & (doubt < 8.0 / n)).all()
    assert (table["estimate"] == code).all()


def test_order_of_rows_and_other_themes_have_no_say():
    shares, _, codes = planted(200, per_document=2)
    few = some(codes, 50)

    whole = topoi.corrected_prevalence(shares, few, by="source")
    places = np.random.default_rng(5).permutation(200)
    moved = shares.iloc[np.column_stack([2 * places, 2 * places + 1]).ravel()]
    turned = topoi.corrected_prevalence(moved, few.iloc[::-1], by="source")
    alone = topoi.corrected_prevalence(
        shares.loc[shares["theme"] == THEMES[1]], few[["passage_id", THEMES[1]]], by="source"
    )

    pd.testing.assert_frame_equal(whole, turned, check_exact=True)
    pd.testing.assert_frame_equal(whole.iloc[2:].reset_index(drop=True), alone, check_exact=True)


@pytest.mark.filterwarnings("ignore:Fewer than 20")
def test_codes_of_one_document_are_predicted_from():
    shares, _, codes = planted(60, per_document=20)

    table = topoi.corrected_prevalence(shares, codes.head(15))

    assert set(table["method"]) == {"predicted"}
    assert ((table["lower"] < table["estimate"]) & (table["estimate"] < table["upper"])).all()


def test_documents_can_be_coded_too():
    shares, _, codes = planted(100)
    documents = shares.drop(columns="passage_id")
    of_documents = codes.rename(columns={"passage_id": "doc_id"})
    of_documents["doc_id"] = of_documents["doc_id"].str.replace("p", "d")

    one = topoi.corrected_prevalence(documents, some(of_documents, 40))
    other = topoi.corrected_prevalence(shares, some(codes, 40))

    pd.testing.assert_frame_equal(one, other)


def test_what_cannot_be_done_is_refused():
    shares, _, codes = planted(30)

    for settings, message in (
        ({"by": "party"}, "no column 'party' to group by"),
        ({"freq": "Y"}, "no column date"),
        ({"weigh": "words"}, "weigh must be one of tokens, passages"),
        ({"method": "ppi"}, "method must be one of difference, predicted, codes"),
        ({"level": 0.0}, "level must lie between"),
        ({"random_state": -1}, "random_state must be an int >= 0"),
    ):
        with pytest.raises(InputError, match=message):
            topoi.corrected_prevalence(shares, codes, **settings)
    with pytest.raises(InputError, match="need the column n_tokens"):
        topoi.corrected_prevalence(shares.drop(columns="n_tokens"), codes, weigh="tokens")


def test_wilson_is_the_textbook_interval():
    # solves (p - x)^2 = z^2 x (1 - x) / n
    for share, number in ((0.0, 20), (0.1, 50), (0.7, 12.5), (1.0, 8)):
        for limit in wilson_limits(share, number, 1.96):
            assert (share - limit) ** 2 == pytest.approx(1.96**2 * limit * (1 - limit) / number)


@pytest.mark.parametrize(("n_coded", "method"), [(9, "predicted"), (10, "difference")])
def test_ten_codes_make_a_level_of_their_own(n_coded, method):
    shares, _, codes = planted(300)
    is_press = np.arange(300) % 3 == 0
    chosen = pd.concat([codes.loc[is_press].head(n_coded), codes.loc[~is_press].head(40)])

    table = topoi.corrected_prevalence(shares, chosen, by="source")

    assert set(table.loc[table["group"] == "press", "method"]) == {method}
