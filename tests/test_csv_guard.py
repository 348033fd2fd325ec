"""Can no text in a CSV file run as a formula, and does it come back, guarded or raw?"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from hashlib import sha256
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topoi import pipeline
from topoi.config import RunConfig
from topoi.csv_guard import guarded, unguarded
from topoi.errors import InputError
from topoi.figure_set import set_of_folder
from topoi.io.run_files import open_run
from topoi.outputs import as_written
from topoi.pipeline import run
from topoi.plots.table_csv import guarded_csv, raw_csv, read_table, table_csv
from topoi.result_folder import fill
from topoi.run_report.page import report_run
from topoi.theme_run import write_themes

BEGINNINGS = ["=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠"]
FORMULAS = tuple("=+-@＝＋－＠")
SEPARATORS = [",", ";", "\t", "|"]
PAYLOAD = "HYPERLINK(A1)"
texts = st.text(st.sampled_from("=+-@'\t\r\n;|,\" a1＝＠é")) | st.text()


@pytest.mark.parametrize("first", BEGINNINGS)
def test_a_beginning_that_could_run_gets_an_apostrophe(first):
    assert guarded(first + PAYLOAD) == f"'{first}{PAYLOAD}"
    assert unguarded(guarded(first + PAYLOAD)) == first + PAYLOAD


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a;=1", "a;'=1"),
        ("a|@b\tc", "a|'@b\tc"),
        ("one\n- two", "one\n'- two"),
        ("'=1", "''=1"),
        ("a;''+1", "a;'''+1"),
        ("\t=1", "'\t'=1"),
        (';"=1', ";'\"=1"),
        ("\"'+1", "'\"'+1"),
        ("root-cause, a=b", "root-cause, a=b"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_guards_stand_where_a_cell_may_begin_and_nowhere_else(text, found):
    assert guarded(text) == found
    assert unguarded(found) == text


@given(texts)
def test_any_text_comes_back_from_its_guards(text):
    assert unguarded(guarded(text)) == text


@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from(SEPARATORS))
def test_no_cell_begins_a_formula_whatever_the_separator(cells, separator):
    content = table_csv(pd.DataFrame({"term": cells, "label": cells[::-1]})).decode("utf-8")

    for line in csv.reader(StringIO(content, newline=""), delimiter=separator):
        assert not any(cell.startswith(FORMULAS) for cell in line)


@given(st.lists(texts, min_size=1, max_size=4))
def test_a_table_comes_back_guarded_and_raw(cells):
    table = pd.DataFrame({"term": cells, "weight": np.linspace(-1, 1, len(cells))})
    content = table_csv(table)
    found = read_table(content)

    raw = raw_csv(content)

    pd.testing.assert_frame_equal(read_table(guarded_csv(raw)), found)
    assert guarded_csv(raw) == content
    shown = list(csv.reader(StringIO(raw.decode("utf-8"), newline="")))[1:]
    assert [line[0] for line in shown] == found["term"].tolist()


def test_numbers_are_untouched_and_names_of_columns_are_guarded():
    table = pd.DataFrame({"=1": ["a"], "npmi": [-0.25], "weight": [-1e-9], "mixed": [-3]})
    table["mixed"] = table["mixed"].astype(object)

    assert table_csv(table) == b"'=1,npmi,weight,mixed\na,-0.25,-1e-09,-3\n"
    assert list(read_table(table_csv(table)).columns) == ["=1", "npmi", "weight", "mixed"]


def test_a_cell_longer_than_the_csv_module_takes_comes_back():
    long = "law " * 100_000
    before = csv.field_size_limit()

    assert read_table(table_csv(pd.DataFrame({"text": [long]})))["text"].tolist() == [long]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,a\n1,2\n", "two columns are called 'a'"),
        (b"rank\n" + b"9" * 30 + b"\n", "Column rank has 1 cells that are no int64"),
        (b"rank\n" + b"9" * 5000 + b"\n", "Column rank has 1 cells that are no int64"),
        (b"", "its lines differ"),
        (b'"a', "no table|not a table"),
    ],
)
def test_a_file_that_is_no_table_is_refused(content, words):
    with pytest.raises(InputError, match=words):
        read_table(content)


# --- files of a run -----------------------------------------------------------------------------


def every_cell(folder):
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.reader(file):
                yield from ((path.name, cell) for cell in line)


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.fixture(scope="module")
def dangerous(tmp_path_factory):
    """A folder of texts whose names, titles and sources would run."""
    from handmade import texts as prose

    table = pd.DataFrame(
        {
            "id": [f"={n}+cmd|' /C calc'!A0" for n in range(8)],
            "title": ["@SUM(1)", "+1", "-1;=2", "\t=3", "a;=1+1;b", "'=4", "plain", "=5"],
            "source": ["=evil", "-other"] * 4,
            "date": [f"2021-{n + 1:02}-03" for n in range(8)],
            "text": prose(),
        }
    )
    file = tmp_path_factory.mktemp("dangerous") / "in" / "a.csv"
    file.parent.mkdir()
    table.to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def folders(dangerous):
    """The folder of a run of these, and that of the same run as raw_csv would leave it."""
    plain, raw = (dangerous.parents[1] / name for name in ("guarded", "raw"))
    run(
        RunConfig(
            source=str(dangerous), out=str(plain), by="source", formats=("svg",), near=0,
            min_docs=1, starts=1, refits=0, models=("KeywordLDA",), theme_topics=1, residual=1,
        )
    )  # fmt: skip
    facts = json.loads((plain / "manifest.json").read_text())
    files = {name: (plain / name).read_bytes() for name in facts["outputs"]}
    fill(raw, written := as_written(files, is_raw=True))
    facts["settings"]["raw_csv"] = True
    facts["outputs"] = {name: sha256(content).hexdigest() for name, content in written.items()}
    (raw / "manifest.json").write_text(json.dumps(facts))
    return plain, raw


def test_no_cell_that_a_run_writes_can_run(folders):
    cells = list(every_cell(folders[0]))

    assert [cell for cell in cells if cell[1].startswith(FORMULAS) and not is_number(cell[1])] == []
    assert any(cell.startswith("'=") for _, cell in cells)
    parquet = pd.read_parquet(folders[0] / "corpus.parquet")
    assert "a;=1+1;b" in set(parquet["title"])
    assert "raw_csv" not in open_run(folders[0])[1]["settings"]


def test_raw_files_hold_the_texts_as_they_are(folders):
    cells = {cell for _, cell in every_cell(folders[1])}

    assert {"@SUM(1)", "'=4", "a;=1+1;b", "=evil"} <= cells


def test_a_raw_run_is_read_as_the_guarded_one(folders):
    plain, raw = (open_run(folder)[0] for folder in folders)

    for name in plain:
        if name.endswith(".csv"):
            pd.testing.assert_frame_equal(plain.csv(name), raw.csv(name))


def test_a_raw_run_has_the_figures_of_the_guarded_one_and_a_report_of_raw_tables(folders):
    drawn = [set_of_folder(folder, ["themes_by_source"]).figures[0] for folder in folders]

    assert drawn[0].csv == drawn[1].csv
    assert drawn[0].svg == drawn[1].svg
    pages = [report_run(folder).read_text(encoding="utf-8") for folder in folders]
    assert r"\u0027@SUM(1)" in pages[0]
    assert r"\u0027@SUM(1)" not in pages[1]
    assert '"raw":true' in pages[1].replace(" ", "")


@pytest.mark.parametrize("is_raw", [False, True])
def test_measured_themes_and_runs_are_written_raw_where_that_is_asked_for(
    dangerous, tmp_path, monkeypatch, is_raw
):
    config = RunConfig(
        source=str(dangerous), out=str(tmp_path / "out"), min_docs=1, starts=1, near=0,
        raw_csv=is_raw,
    )  # fmt: skip
    found = write_themes(config)
    assert ("=evil" in {cell for _, cell in every_cell(tmp_path / "out")}) is is_raw

    config = replace(config, out=str(tmp_path / "run"))
    monkeypatch.setattr(pipeline, "build_study", lambda *_, **__: found.study)
    monkeypatch.setattr(pipeline, "result_files", lambda *_, **__: {"a.csv": b"term\n'=1\n"})
    facts = run(config).manifest
    assert (tmp_path / "run" / "a.csv").read_bytes() == (
        b"term\n=1\n" if is_raw else b"term\n'=1\n"
    )
    assert facts["settings"].get("raw_csv", False) is is_raw


def test_only_tables_are_written_otherwise_where_raw_is_asked_for():
    files = {"a.csv": b"term\n'=1\n", "b.json": b"'=1", "c.parquet": b"'=1"}

    assert as_written(files, is_raw=True) == {**files, "a.csv": b"term\n=1\n"}
    assert as_written(files, is_raw=False) == files
