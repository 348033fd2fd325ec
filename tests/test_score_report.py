"""Scores of agreement are those of the textbooks, and calibration is judged by what was coded."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from coded import THEMES, codes_table, planted, shares_table, some
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

import topoi
from topoi.errors import InputError
from topoi.measures.kappa import kappa_of
from topoi.measures.krippendorff import krippendorff_alpha
from topoi.measures.ranking import average_precision, roc_auc
from topoi.plots import draw_calibration

ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=30
)


@given(ROWS)
@settings(max_examples=150, deadline=None)
def test_ranking_scores_are_those_of_scikit_learn_with_ties_and_weights(rows):
    scores, codes, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    kept = weights > 0

    if (weights * codes).sum() == 0 or (weights * (1 - codes)).sum() == 0:
        assert np.isnan(roc_auc(scores, codes, weights))
        return
    given = {"sample_weight": weights[kept]}
    auc = metrics.roc_auc_score(codes[kept], scores[kept], **given)
    precision = metrics.average_precision_score(codes[kept], scores[kept], **given)
    assert roc_auc(scores, codes, weights) == pytest.approx(auc)
    assert average_precision(scores, codes, weights) == pytest.approx(precision)


@given(ROWS)
@settings(max_examples=80, deadline=None)
def test_agreement_is_that_of_its_definition(rows):
    first, second = (np.array([int(row[i]) % 2 for row in rows], dtype=float) for i in (0, 1))
    ones = np.ones((1, len(rows)))
    values = [*first, *second]
    if len(set(values)) == 1:
        assert np.isnan(krippendorff_alpha([first, second]))
        return

    pairs = list(combinations(values, 2))
    expected = sum(a != b for a, b in pairs) / len(pairs)
    observed = np.mean(first != second)
    assert krippendorff_alpha([first, second]) == pytest.approx(1 - observed / expected)
    theirs = metrics.cohen_kappa_score(first, second)
    assert kappa_of(first, second, ones)[0] == pytest.approx(theirs, nan_ok=True)


def test_the_report_is_scikit_learns():
    shares, _, codes = planted(120)
    table = topoi.calibrate(shares, some(codes, 40)).apply(shares)

    report = topoi.score_report(table, codes, n_resamples=20)
    found = report.set_index(["theme", "measure"])["estimate"]

    truth = codes[list(THEMES)].to_numpy()
    chances = table["probability"].to_numpy().reshape(truth.shape)
    called = (chances >= 0.5).astype(int)
    for column, name in enumerate(THEMES):
        y, p, c = truth[:, column], chances[:, column], called[:, column]
        assert found[name, "precision"] == pytest.approx(metrics.precision_score(y, c))
        assert found[name, "recall"] == pytest.approx(metrics.recall_score(y, c))
        assert found[name, "f1"] == pytest.approx(metrics.f1_score(y, c))
        assert found[name, "roc_auc"] == pytest.approx(metrics.roc_auc_score(y, p))
        assert found[name, "brier"] == pytest.approx(metrics.brier_score_loss(y, p))
        assert found[name, "kappa"] == pytest.approx(metrics.cohen_kappa_score(y, c))
    for average in ("macro", "micro"):
        f1 = metrics.f1_score(truth, called, average=average)
        precision = metrics.average_precision_score(truth, chances, average=average)
        assert found[average, "f1"] == pytest.approx(f1)
        assert found[average, "average_precision"] == pytest.approx(precision)


def test_intervals_are_those_of_documents():
    """Six copies of each passage in its document say no more than one."""
    shares, _, codes = planted(60, themes=("theme",))
    numbers = np.repeat(np.arange(60), 6)
    many = shares.iloc[numbers].assign(passage_id=[f"c{n:05}" for n in range(360)])
    many_codes = codes.iloc[numbers].assign(passage_id=[f"c{n:05}" for n in range(360)])

    six = topoi.score_report(many, many_codes, random_state=3, threshold=0.2)
    one = topoi.score_report(shares, codes, random_state=3, threshold=0.2)

    is_kept = one["measure"] != "alpha"  # its chance is that of pairs without replacement
    columns = ["estimate", "lower", "upper"]
    np.testing.assert_allclose(six.loc[is_kept, columns], one.loc[is_kept, columns])
    assert ((one["lower"] <= one["estimate"]) & (one["estimate"] <= one["upper"])).all()


def test_the_interval_of_auc_is_the_bootstraps():
    """Naive: draw documents, put their passages in a list, and ask scikit-learn."""
    shares, _, codes = planted(80, per_document=2, themes=("theme",))
    rng = np.random.default_rng(11)
    values, truth = shares["share"].to_numpy(), codes["theme"].to_numpy()
    found = []
    for _ in range(400):
        drawn = rng.integers(40, size=40)
        rows = np.concatenate([2 * drawn, 2 * drawn + 1])
        found.append(metrics.roc_auc_score(truth[rows], values[rows]))

    report = topoi.score_report(shares, codes, n_resamples=400).set_index(["theme", "measure"])

    limits = report.loc[("theme", "roc_auc"), ["lower", "upper"]].to_numpy(dtype=float)
    np.testing.assert_allclose(limits, np.quantile(found, [0.025, 0.975]), atol=0.025)


def test_shares_are_cut_where_as_many_pass_as_were_coded():
    shares, _, codes = planted(90)

    report = topoi.score_report(shares, codes, n_resamples=5)

    found = report.set_index(["theme", "measure"])["estimate"]
    assert "brier" not in set(report["measure"])
    for name in THEMES:
        assert found[name, "precision"] == pytest.approx(found[name, "recall"])


def test_rows_of_one_share_are_called_together_or_not_at_all():
    """20 rows above 0 and 80 at 0, 21 coded with the theme: 20 are nearer to 21 than 100 are."""
    values = np.concatenate([np.linspace(0.2, 0.9, 20), np.zeros(80)])[::-1]
    truth = np.zeros((100, 1), dtype=int)
    truth[-20:] = 1
    truth[0] = 1

    report = topoi.score_report(
        shares_table(values[:, None], themes=("theme",)),
        codes_table(truth, themes=("theme",)),
        n_resamples=5,
    )

    found = report.set_index(["theme", "measure"])["estimate"]
    assert found["theme", "precision"] == 1.0
    assert found["theme", "recall"] == pytest.approx(20 / 21)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_no_value_of_the_shares_reaches_a_number_of_rows_nearer_to_the_codes(rows):
    values, codes = (np.array(column) for column in zip(*rows, strict=True))
    if not codes.any():
        return
    shares = shares_table(values[:, None] / 3, themes=("theme",))

    report = topoi.score_report(
        shares, codes_table(codes[:, None].astype(int), themes=("theme",)), n_resamples=1
    )

    found = report.set_index(["theme", "measure"])["estimate"]["theme"]
    reached = [int((values >= value).sum()) for value in set(values)]
    best = min(reached, key=lambda n: (abs(n - codes.sum()), n))
    hits = codes[values >= sorted(values)[::-1][best - 1]].sum()
    assert found["precision"] == pytest.approx(hits / best)
    assert found["recall"] == pytest.approx(hits / codes.sum())


def judged(n, seed, *, shift=0.0):
    """A table of probabilities, off the true chances by `shift` in log odds, and codes."""
    shares, chances, codes = planted(n, seed=seed)
    odds = np.log(chances / (1.0 - chances)) + shift
    return shares.assign(probability=(1.0 / (1.0 + np.exp(-odds))).ravel()), codes


def error_of(table, codes, **more):
    report = topoi.score_report(table, codes, **{"n_resamples": 100, **more})
    return report.loc[report["measure"] == "calibration_error"].set_index("theme")


def test_true_chances_are_seldom_found_off_by_more_than_chance():
    """The calibration error of few codes is above 0 anyway; its lower limit must know that."""
    found = [error_of(*judged(60, seed), random_state=seed) for seed in range(30)]

    for name in (*THEMES, "macro", "micro"):
        rows = pd.DataFrame([table.loc[name] for table in found])
        assert ((rows["lower"] <= rows["estimate"]) & (rows["estimate"] <= rows["upper"])).all()
        assert (rows["lower"] > 0).mean() <= 0.1  # 2.5 % are expected
        assert (rows["lower"] >= 0).all() and (rows["upper"] <= 1).all()


def test_limits_of_the_calibration_error_hold_that_of_many_codes():
    truth = error_of(*judged(20_000, 99, shift=0.8), n_resamples=1)["estimate"]
    found = [error_of(*judged(100, seed, shift=0.8), random_state=seed) for seed in range(30)]

    for name in (*THEMES, "macro", "micro"):
        held = [t.loc[name, "lower"] <= truth[name] <= t.loc[name, "upper"] for t in found]
        assert np.mean(held) >= 0.9
    assert np.mean([table.loc["micro", "lower"] > 0 for table in found]) > 0.7


def test_passages_of_a_document_are_off_together_by_chance():
    """Six copies of each passage in its document say no more of the calibration than one."""
    table, codes = judged(60, 4, shift=0.5)
    numbers = np.repeat(np.arange(60), 6)
    pairs = np.column_stack([2 * numbers, 2 * numbers + 1]).ravel()
    ids = np.array([f"c{n:05}" for n in range(360)])
    many = table.iloc[pairs].assign(passage_id=np.repeat(ids, 2))
    many_codes = codes.iloc[numbers].assign(passage_id=ids)

    one, six = error_of(table, codes), error_of(many, many_codes)

    columns = ["estimate", "lower", "upper"]
    np.testing.assert_allclose(six[columns], one[columns], rtol=1e-9)


@pytest.mark.filterwarnings("ignore:All codes of root_causes are alike")
def test_codes_that_are_all_alike_have_no_ranking():
    shares, _, codes = planted(30)
    alike = codes.assign(root_causes=0)

    report = topoi.score_report(topoi.calibrate(shares, alike).apply(shares), alike, n_resamples=10)

    found = report.set_index(["theme", "measure"])["estimate"]
    assert found["root_causes"].loc[["roc_auc", "average_precision", "recall"]].isna().all()
    assert np.isnan(found["macro", "roc_auc"])
    assert found["micro", "roc_auc"] > 0.5
    assert found["root_causes", "brier"] < 0.01


def test_two_documents_give_no_interval():
    shares, _, codes = planted(20, per_document=10)

    report = topoi.score_report(shares, codes, n_resamples=5)

    assert report[["lower", "upper"]].isna().all(axis=None)
    assert report["estimate"].notna().all()


def test_a_weight_of_two_is_a_row_twice():
    shares, _, codes = planted(40)
    doubled = pd.concat([shares, shares.assign(passage_id=shares["passage_id"] + "x")])
    again = codes.iloc[:20].assign(passage_id=codes["passage_id"].iloc[:20] + "x")

    weighed = topoi.score_report(
        shares, codes.assign(weight=[2.0] * 20 + [1.0] * 20), threshold=0.2
    )
    copied = topoi.score_report(doubled, pd.concat([codes, again]), threshold=0.2)

    is_kept = ~weighed["measure"].isin(["alpha"]) & (weighed["theme"] != "micro")
    np.testing.assert_allclose(
        weighed.loc[is_kept, "estimate"], copied.loc[is_kept, "estimate"], rtol=1e-9
    )


def test_thresholds_by_theme():
    shares, _, codes = planted(40)
    by_theme = {THEMES[0]: 0.0, THEMES[1]: 1.1}

    found = topoi.score_report(shares, codes, threshold=by_theme, n_resamples=3)

    recall = found.loc[found["measure"] == "recall"].set_index("theme")["estimate"]
    assert recall[THEMES[0]] == 1.0
    assert recall[THEMES[1]] == 0.0
    with pytest.raises(InputError, match="No threshold for border_security; there are: root"):
        topoi.score_report(shares, codes, threshold={THEMES[0]: 0.5})


def test_the_calibration_curve_counts_codes_by_probability():
    table = shares_table([[p] for p in (0.1, 0.2, 0.6, 0.8, 0.8, 0.8)], themes=("theme",))
    table = table.assign(probability=table["share"])
    codes = codes_table([[0], [1], [1], [1], [0], [1]], themes=("theme",))

    curve = topoi.calibration_curve(table, codes, bins=3)

    np.testing.assert_allclose(curve["probability"], [0.15, 0.75])
    np.testing.assert_allclose(curve["estimate"], [0.5, 0.75])
    assert list(curve["n_coded"]) == [2, 4]
    report = topoi.score_report(table, codes, bins=3, n_resamples=2)
    error = report.loc[report["measure"] == "calibration_error", "estimate"].iloc[0]
    assert error == pytest.approx((2 * 0.35 + 4 * 0.0) / 6)
    draw_calibration(curve)


def test_true_chances_are_on_the_curve():
    shares, chances, codes = planted(3000)
    table = shares.assign(probability=chances.ravel())

    curve = topoi.calibration_curve(table, codes, bins=10)

    is_in = (curve["lower"] <= curve["probability"]) & (curve["probability"] <= curve["upper"])
    assert is_in.sum() >= 17  # of 20, where 19 are expected


def test_settings_out_of_range_are_refused():
    shares, _, codes = planted(30)

    for spoilt in ({"bins": 1}, {"level": 1.0}, {"n_resamples": 0}, {"random_state": -1}):
        with pytest.raises(InputError, match=f"{next(iter(spoilt))} must"):
            topoi.score_report(shares, codes, **spoilt)
    with pytest.raises(InputError, match="no column probability"):
        topoi.calibration_curve(shares, codes)
