"""Do the notebooks of the course run, show what they compute, and say of it what is so?

Notebook 1 is run by a kernel of its own (test_notebooks.py); these are run here, cell by cell,
which takes a third of the time.
"""

import ast
import contextlib
import io
import json
import os
import warnings
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from made_once import beginnings_made_once
from sketches import sketched_figures

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
COURSE = sorted(path.stem for path in FOLDER.glob("0[2-57]_*.ipynb"))


class Run(SimpleNamespace):
    """The names that a notebook leaves, and what its cells showed, as a page and as text."""


@cache
def run(stem):
    """The notebook, run top to bottom; cells that end in an expression show it."""
    book = json.loads((FOLDER / f"{stem}.ipynb").read_text(encoding="utf-8"))
    names, pages, texts = {}, [], []
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            printed = io.StringIO()
            with (
                contextlib.redirect_stdout(printed),
                warnings.catch_warnings(action="ignore"),  # a notebook shows them and goes on
                sketched_figures(("pdf", "png")),  # the page shows the SVG
                beginnings_made_once(),
            ):
                shown = _last_value("".join(cell["source"]), names)
            pages.append(shown._repr_html_() if hasattr(shown, "_repr_html_") else "")
            texts.append(printed.getvalue() or ("" if shown is None else repr(shown)))
    return Run(names=names, pages=pages, texts=texts)


def _last_value(source, names):
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    return (
        None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    )


@pytest.fixture
def of(tmp_path, monkeypatch):
    """A function that gives the names of a notebook, run in an empty folder that stays empty."""

    def names_of(number):
        (stem,) = (stem for stem in COURSE if stem.startswith(number))
        monkeypatch.chdir(tmp_path)
        found = run(stem)
        assert os.listdir(tmp_path) == []  # noqa: PTH208
        return found.names

    return names_of


@pytest.mark.parametrize("stem", COURSE)
def test_notebook_runs_and_shows_something_in_most_cells(stem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    found = run(stem)

    assert not list(tmp_path.iterdir()), "the notebook left files where it ran"
    n_shown = sum(bool(text) for text in found.texts)
    assert 8 <= len(found.texts) <= 24
    assert n_shown >= 0.75 * len(found.texts)


@pytest.mark.parametrize("stem", COURSE)
def test_what_is_shown_runs_no_script(stem):
    assert not any("<script" in page.lower() for page in run(stem).pages)


@pytest.mark.parametrize("stem", COURSE)
def test_notebook_leads_to_notebooks_that_are_there(stem):
    book = json.loads((FOLDER / f"{stem}.ipynb").read_text(encoding="utf-8"))
    text = "".join("".join(cell["source"]) for cell in book["cells"])

    linked = [part.split(")")[0].partition("#")[0] for part in text.split("](")[1:]]
    assert linked
    assert [name for name in linked if not (FOLDER / name).is_file()] == []


# --- what the prose says of the numbers -----------------------------------------------------------


def test_reading_and_cleaning_are_as_the_prose_says(of):
    # "Three files hold no document"; "At .9 only the exact copies go. At .5 all four are found, and
    # down to .3 nothing else is"; "Of web pages a large part should go; of speeches next to
    # nothing".
    names = of("02")
    kinds = names["topoi"].duplicate_report(names["cleaned"]).counts()
    lost = 1 - names["sizes"]["after"] / names["sizes"]["before"]

    assert names["raw"].ledger.counts()["dropped"] == 3
    assert kinds["exact copy"] == 2
    assert [found["merged"] for found in names["found"]] == [2, 2, 3, 4, 4, 4]
    assert names["counts"]["merged"] == 4  # "the default, .6 finds the fourth as well"
    assert lost.idxmax() == "news_report"
    assert lost["legislative_speech"] < 0.01


def test_topics_are_as_the_prose_says(of):
    # "Three of the four are found in all of them. The last is found in one of seven"; "about a
    # fifth of every source"; "hosts of the radio, women and councils"; "a low npmi ... (the last
    # topic again)".
    names = of("03")
    found = list(names["stable"]["found"])
    last = names["topics"].topic_names[-1]
    by_source = names["topoi"].prevalence(names["topics"], by="source")
    of_last = by_source[by_source["name"] == last]["estimate"]

    assert names["search"].range == (4, 4)
    assert found[-1] == pytest.approx(1 / 7)
    assert found[:-1] == [1.0, 1.0, 1.0]
    assert {"host", "women"} < set(last.split(", "))
    assert of_last.between(0.15, 0.25).all()
    assert names["wide"]["npmi"].idxmin() == last
    assert names["both"]["is_found"].nunique() == 2  # some are found by both models, some by one


def test_seeds_and_codes_are_as_the_prose_says(of):
    # "Ten seeds of each theme find half of what is found, or more"; "Four in five seeds do
    # not occur"; "no single seed carries a theme"; "the level falls, by about a fifth at the
    # least"; "much the same order; random words ... do not, though their level is no
    # lower"; "moves single passages about as much as half a list does"; "some seventy codes"; "Here
    # the intervals hold it".
    names = of("04")
    rows = names["summary"].set_index(["variation", "theme"])
    varied, corrected = names["varied"], names["corrected"].set_index("name")
    random = varied[varied["variation"] == "random seeds"]

    seeds = names["audit"].seeds
    assert (seeds["occurrences"] == 0).mean() == pytest.approx(0.8, abs=0.05)
    for _, hits in seeds.groupby("theme")["occurrences"]:
        assert hits.nlargest(10).sum() / hits.sum() >= 0.5
    assert (names["astray"]["gap"] > 0).all()  # "at least as much as with their own"
    for theme in names["themes"].names:
        alone, half = rows.loc[("without seed", theme)], rows.loc[("half of seeds", theme)]
        assert alone["lowest"] > 0.85 * alone["share"]
        assert half["highest"] < 0.82 * half["share"]
        assert half["rank_lowest"] > 0.8
        assert rows.loc[("random seeds", theme), "lowest"] > alone["share"]
        assert abs(rows.loc[("model seed", theme), "rank_lowest"] - half["rank_lowest"]) < 0.06
    assert random["rank_correlation"].max() < 0.5
    assert 70 <= len(names["codes"]) <= 79
    assert corrected["lower"].lt(names["truth"]).all()
    assert corrected["upper"].gt(names["truth"]).all()


def test_changes_are_as_the_prose_says(of):
    # "It is wider, but not by much"; "None"; "two of them differ"; "explain next to nothing of the
    # differences"; "root causes fall from year to year, border security rises".
    names = of("05")
    width = names["both"].assign(width=names["both"]["upper"] - names["both"]["lower"])
    width = width.pivot(index="name", columns="uncertainty", values="width")
    both = names["beside"].pivot(index=["name", "value"], columns="model", values="estimate")
    course = names["course"].pivot(index="value", columns="name", values="estimate")

    assert (width["documents, shares, topics"] / width["documents"]).between(1, 1.35).all()
    assert len(names["changes"]) == 0
    assert names["tested"].query("p_max < 0.05 and p_bh < 0.05")["name"].nunique() == 2
    assert (both["source"] - both["source at the same date"]).abs().max() < 0.005
    assert course["root_causes"].is_monotonic_decreasing
    assert course["border_security"].is_monotonic_increasing


def test_words_are_as_the_prose_says(of):
    # "Two words stand when eight hundred terms are tried ... host and caller"; "None of them
    # stands. With some eighty documents on a side and two thousand terms".
    names = of("05")
    words, border = names["words"], names["border"]

    assert list(words.loc[words["p_bh"] < 0.05, "term"]) == ["host", "caller"]
    assert 750 < len(words) < 850
    assert (border["p_bh"] > 0.05).all()
    assert 2000 < border.groupby("group").size().max() < 2500
    assert names["period"]["period"].value_counts().between(60, 100).all()
    shown = border.groupby("group").head(12).groupby("group")["term"].agg(set)
    assert {"trailer", "laredo", "bridge", "expelled"} < shown["earlier"]
    assert {"port", "wire", "fentanyl", "cbp"} < shown["later"]


def test_own_corpus_is_as_the_prose_says(of):
    # "Nearly half of what it finds is something else"; the run leaves nothing behind.
    names = of("07")
    found = names["seeds"].set_index("seed")["occurrences"]

    assert 0.4 < found["trailer*"] / found[["trail", "trails", "trailer*"]].sum() < 0.5
    assert not names["folder"].exists()
    assert {"report.html", "manifest.json", "figures"} <= set(names["first"])
