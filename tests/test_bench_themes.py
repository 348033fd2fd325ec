"""Whether what theme measurement is scored by says what it should."""

import hashlib
import importlib
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import topoi

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="module")
def bench():
    """Imports a file of benchmarks/ by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield importlib.import_module


def small_task(bench, unit_of, is_text, coded):
    nothing = np.zeros((len(coded), 3), dtype=np.int64)
    return bench("theme_tasks").Task(
        "t", "t", None, None, np.array(unit_of), np.array(is_text), np.array(coded), nothing,
        np.array(coded),
    )  # fmt: skip


def test_area_is_that_of_scikit_learn_with_ties(bench):
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 2, size=(80, 3))
    scores = rng.integers(0, 5, size=(80, 3)).astype(float)

    found = bench("theme_scores").areas(codes, scores)

    expected = [roc_auc_score(codes[:, k], scores[:, k]) for k in range(3)]
    assert found == pytest.approx(expected, abs=1e-12)


def test_area_of_a_theme_that_all_have_is_nan(bench):
    codes = np.array([[1, 0], [1, 1]])

    found = bench("theme_scores").areas(codes, np.array([[0.1, 0.2], [0.3, 0.4]]))

    assert np.isnan(found[0])
    assert found[1] == 1.0


def test_passages_of_a_document_are_drawn_together(bench):
    for sample in bench("theme_scores").draws(np.array([7, 8, 7]))[:50]:
        assert (sample == 0).sum() == (sample == 2).sum()


def test_unit_has_the_score_of_its_best_row(bench):
    task = small_task(bench, [0, 0, 1], [False] * 3, coded=[1, 0])

    found = task.of_units(np.array([[0.1, 0.9, 0.0], [0.5, 0.2, 0.0], [0.3, 0.3, 0.3]]))

    assert found.tolist() == [[0.3, 0.3, 0.3], [0.5, 0.9, 0.0]]


def test_bill_text_adds_its_three_best_windows_and_a_bill_without_has_its_best_row_twice(bench):
    unit_of = [0, 1, 1, 1, 1, 1, 2, 2]
    is_text = [False, False, True, True, True, True, False, True]
    task = small_task(bench, unit_of, is_text, coded=[0, 1, 2])
    scores = np.array([4.0, 0.0, 1.0, 2.0, 3.0, 0.0, 2.0, 0.0])[:, np.newaxis]

    found = task.of_units(scores)

    # Best rows 4, 0, 2; texts 4, 2, 0: less their mean, over a deviation of the root of 8/3.
    assert found.ravel() == pytest.approx(np.array([4.0, -2.0, -2.0]) / np.sqrt(8 / 3))


def test_short_tail_of_a_text_is_dropped_but_never_all_of_it(bench):
    windows = bench("theme_tasks").windows

    assert [len(piece.split()) for piece in windows("w " * 149)] == [120]
    assert [len(piece.split()) for piece in windows("w " * 150)] == [120, 30]
    assert windows("few words") == ["few words"]


def test_alpha_is_that_of_the_formula(bench):
    votes = pd.DataFrame({"A": [1, 1, 0, 0], "B": [1, 0, 0, 0], "C": [1, 1, 0, 0]})

    # One passage of four has 2 of 3 pairs apart: 1/6. By chance 2 * 5 * 7 / (12 * 11).
    assert bench("coded_passages").alpha(votes) == pytest.approx(1 - (1 / 6) / (70 / 132))


def test_alpha_of_codes_that_never_differ_is_nan(bench):
    assert np.isnan(bench("coded_passages").alpha(pd.DataFrame({"A": [0, 0], "B": [0, 0]})))


def test_letters_do_not_depend_on_blanks_hyphens_or_case(bench):
    letters = bench("coded_passages").letters

    assert letters("Immi-\ngration, 2014!")[0] == letters("immigration 2014")[0]
    assert letters("a-b")[1] == [0, 2]


def test_passage_is_cut_from_its_document_without_the_line_between(bench):
    coded = bench("coded_passages")
    document = "Heading\n\nThe border is long.\nShare this\nIt is (very) old."
    sha256 = hashlib.sha256(b"theborderislongitisveryold").hexdigest()

    assert coded._cut(document, "7-22;31-42", sha256) == "The border is long. It is (very) old."
    assert coded._cut(document.replace("old", "new"), "7-22;31-42", sha256) == ""
    assert coded._cut("", "7-22;31-42", sha256) == ""


def test_theme_is_coded_where_most_annotators_found_it(bench):
    majority = bench("coded_passages").majority
    three = {f"{name}_{who}": [0, 1] for name in ("root", "border") for who in "ABC"}
    codes = pd.DataFrame(three | {"root_B": [1, 0], "legal_A": [1, 0], "legal_again": [0, 1]})

    assert majority(codes).tolist() == [[0, 0, 1], [1, 1, 0]]


@pytest.mark.filterwarnings("error")
def test_one_annotator_has_no_alpha(bench):
    assert np.isnan(bench("coded_passages").alpha(pd.DataFrame({"A": [0, 1]})))


def test_kappa_is_that_of_the_formula(bench):
    kappa = bench("coded_passages").kappa

    # 3 of 4 agree; by chance 1/2 * 3/4 + 1/2 * 1/4.
    assert kappa(pd.Series([1, 1, 0, 0]), pd.Series([1, 1, 1, 0])) == pytest.approx(0.5)
    assert np.isnan(kappa(pd.Series([0, 0]), pd.Series([0, 0])))


def test_coded_passages_hold_no_text_and_all_codes(bench):
    coded = bench("coded_passages")
    sizes = {"development": (430, 3), "report": (420, 3), "held_out_2": (380, 1)}
    assert sizes.keys() == coded.CORPORA.keys()
    for batch, (n_rows, n_annotators) in sizes.items():
        kept = coded.read_codes(batch)
        names = [f"{name}_{who}" for name in coded.CODES for who in "ABC"[:n_annotators]]

        assert len(kept) == n_rows
        assert kept["passage_id"].is_unique
        assert set(kept["corpus"]) == set(coded.CORPORA[batch])
        assert kept[names].isin([0, 1]).all(axis=None)
        assert kept.select_dtypes("str").map(len).max(axis=None) < 250


def test_batches_share_no_passage(bench):
    coded = bench("coded_passages")
    hashes = [set(coded.read_codes(batch)["letters_sha256"]) for batch in coded.BATCHES]

    assert all(first.isdisjoint(second) for first, second in combinations(hashes, 2))


def test_drawn_passage_is_found_again_by_its_ranges(bench):
    document = "Heading. The border is long.\nShare this\nIt is (very) old. The border is open."
    text = "The border is long. It is (very) old."
    coded = bench("coded_passages")

    found = bench("draw_passages").ranges(document, text)

    assert found == "7-22;31-42"
    assert coded._cut(document, found, coded.letters_hash(text)) == text


def test_passage_that_is_not_of_its_document_is_refused(bench):
    with pytest.raises(ValueError, match="not made of stretches"):
        bench("draw_passages").ranges("The border is long.", "The border is a long way off.")


def test_strata_are_drawn_one_after_the_other_one_of_a_document(bench):
    draw = bench("draw_passages")
    texts = {
        "a#001": "refugees of the war",
        "a#002": "refugees of the war again",
        "b#001": "an old border",
        "c#001": "the price of bread",
        "d#001": "this border was looked at before by everyone who reads all of it",
        "e#001": "refugees of war",
    }
    passages = pd.DataFrame(
        [(name, name[0], text) for name, text in texts.items()],
        columns=["passage_id", "doc_id", "text"],
    )
    wanted = draw.Draw({"none": 5, "any": 5, "moving": 1, "causes": 5}, shortest=1)
    looked_at = set(draw._runs(texts["d#001"]))

    found = list(draw._chosen(passages, wanted, looked_at))

    assert [row[:2] for row in found if row[0] in ("none", "any")] == [
        ("none", "c#001"),
        ("any", "b#001"),
    ]
    (moving,) = [row[1] for row in found if row[0] == "moving"]
    of_causes = [row[1] for row in found if row[0] == "causes"]
    left = {"a#001", "a#002", "e#001"} - {moving}
    assert {name[0] for name in of_causes} == {name[0] for name in left}
    assert len(of_causes) == len({name[0] for name in of_causes})
    assert moving not in of_causes


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real corpora in ../shared/data")
@pytest.mark.studies
def test_every_coded_passage_is_found_in_the_real_corpora(bench):
    found = bench("coded_passages").cut_passages("development", SHARED)

    assert len(found) == 430
    assert found[["root", "border", "legal"]].sum().tolist() == [26, 41, 47]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real corpora in ../shared/data")
@pytest.mark.studies
def test_every_passage_of_the_second_batch_held_out_is_found(bench):
    assert len(bench("coded_passages").cut_passages("held_out_2", SHARED)) == 380


def test_curve_of_codes_drawn_by_a_curve_is_that_curve(bench):
    module = bench("theme_curve")
    rng = np.random.default_rng(2)
    rates, parts = rng.uniform(0, 0.05, (20_000, 3)), rng.uniform(0, 0.6, (20_000, 3))
    truth = module.ThemeCurve(seeds=5.0, topics=3.0)
    chances = truth.probability(truth.evidence(rates, parts))
    codes = (rng.random(rates.shape) < chances).astype(int)

    found = module.drawn_from([module.Evidence(rates, parts, codes)])

    # 60,000 codes leave standard errors of some hundredths.
    assert (found.seeds, found.topics) == pytest.approx((5, 3), abs=0.15)


def test_trials_measure_what_fit_themes_gives(bench, tmp_path, monkeypatch):
    module = bench("theme_trials")
    monkeypatch.setattr(bench("theme_starts"), "CACHE", tmp_path)
    rng = np.random.default_rng(0)
    words = ["war", "poverty", "migrants", "border", "visa", "asylum", "market", "price", "bread"]
    texts = [" ".join(rng.choice(words[n % 3 :: 2], 30)) for n in range(40)]
    matrix = bench("theme_tasks").count(bench("theme_tasks").corpus_of(texts))

    for _ in range(2):  # measured, then read
        rows = module.rows_of(matrix, module.STARTS)
        evidence = rows.evidence(0, module.WAYS["by topics"], (9.5, 2.6))
        themes, n_starts = topoi.load_themes("migration"), module.STARTS
        shares = topoi.fit_themes(matrix, themes, n_starts=n_starts, n_draws=0).shares
        wanted = shares["share"].to_numpy().reshape(-1, 3)
        # Sums over topics in another order.
        np.testing.assert_allclose(evidence**2 / (1 + evidence**2), wanted, rtol=1e-9, atol=1e-12)


def test_rows_of_coded_units_stand_together(bench):
    module = bench("theme_trials")
    task = small_task(bench, [2, 0, 1, 2, 0], [False] * 5, [2, 0])
    task = replace(task, codes=np.array([[1, 0, 0], [0, 1, 0]]))
    scores = np.arange(15.0).reshape(5, 3)

    kinds, codes, firsts = module._of_units(task, [scores])

    assert kinds[0][:, 0].tolist() == [3, 12, 0, 9]
    assert codes.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert firsts.tolist() == [0, 2]


def test_orders_of_sources_are_counted(bench):
    shares = np.array([[0.3, 0.2, 0.1], [0.4, 0.1, 0.05], [0.2, 0.3, 0.1]])

    assert bench("theme_stability").n_rankings(shares) == 2


def test_widest_swap_is_that_of_two_sources_that_changed_places(bench):
    widest_swap = bench("theme_stability").widest_swap
    shares = np.array([[0.3, 0.2, 0.1], [0.2, 0.25, 0.1]])

    assert widest_swap(shares) == pytest.approx(0.025)
    assert widest_swap(shares[:1]) is None


def test_fewer_hits_mark_rows_where_too_few_have_many(bench):
    hits = np.array([[2.0, 0, 0]] * 12 + [[0, 1.0, 0]] * 3)

    positive, negative = bench("theme_counting").marked(hits, 0, 3.0)

    assert positive.tolist() == [True] * 12 + [False] * 3
    assert negative.tolist() == [False] * 12 + [True] * 3


def test_every_part_of_the_themes_page_is_written_by_a_benchmark_of_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    scripts = set(re.findall(r"benchmarks/(\w+\.py).*\$\(THEMES_PAGE\)", makefile))
    sources = "".join((BENCHMARKS / name).read_text(encoding="utf-8") for name in scripts)
    page = (ROOT / "docs" / "benchmarks-themes.md").read_text(encoding="utf-8")

    written = set(re.findall(r'printed_into\([\w.()]+, "([\w-]+)"', sources)) | {"themes"}

    assert set(re.findall(r"<!-- ([\w-]+): begin -->", page)) == written
    assert set(re.findall(r"<!-- ([\w-]+): end -->", page)) == written
