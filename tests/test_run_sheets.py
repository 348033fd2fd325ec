"""Does `topoi sheets` draw passages of a run that a run takes back as codes?"""

import csv
import json
from dataclasses import replace

import pandas as pd
import pytest

import topoi
from topoi.config import RunConfig
from topoi.errors import InputError
from topoi.pipeline import run
from topoi.run_sheets import sheets_of_run

HOW = {"n": 30, "coders": ["anna"], "top": 0.2, "part_from_top": 0.5}


def filled(sheet):
    """The sheet with a 1 for each theme that a passage names by a plain word, else 0."""
    words = {"root_causes": "drought", "border_security": "border", "legal_pathways": "visa"}
    text = sheet.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    for row in rows:
        row.update({name: str(int(word in row["text"])) for name, word in words.items()})
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return rows


def test_passages_are_drawn_as_coding_sheet_draws_them(small_run, tmp_path):
    study = small_run.study
    shares = study.shares[["doc_id", "passage_id", "theme", "share"]]
    expected = topoi.coding_sheet(
        study.passages, study.themes, 30, scores=shares, top=0.2, random_state=3
    )

    _, key = sheets_of_run(small_run.out, tmp_path / "v", **HOW, random_state=3)

    found = pd.read_csv(key / "key.csv", dtype={"passage_id": "str", "doc_id": "str"})
    assert list(found["passage_id"]) == list(expected.key["passage_id"])
    assert set(found["stratum"]) > {"rest"}


@pytest.mark.filterwarnings("ignore:.*codes")
def test_the_run_takes_the_sheets_back(small_folder, small_run, tmp_path, topoi_command, sketched):
    code, out, _ = topoi_command(
        "sheets", small_run.out, "--coders", "anna,ben", "-n", 30, "--out", tmp_path / "v"
    )
    for coder in ("anna", "ben"):
        filled(tmp_path / "v" / "coding" / f"sheet_{coder}.csv")

    config = RunConfig(source=str(small_folder), out=str(tmp_path / "coded"), starts=2, refits=0)
    coded = run(
        replace(
            config,
            models=("LDA",),
            codes=str(tmp_path / "v" / "coding"),
            codes_key=str(tmp_path / "v" / "keys" / "coding"),
        )
    )

    assert code == 0
    assert f"topoi run --codes {tmp_path}/v/coding --codes-key {tmp_path}/v/keys/coding" in out
    used = pd.read_csv(tmp_path / "coded" / "codes_used.csv")
    assert used["passage_id"].nunique() == 30
    assert set(used["n_coders"]) == {2}
    assert coded.study.codes is not None


def test_sheets_that_are_there_are_left_as_they_are(small_run, tmp_path, topoi_command):
    words = ("sheets", small_run.out, "--coders", "anna", "-n", 20, "--out", tmp_path / "v")
    topoi_command(*words)
    rows = filled(tmp_path / "v" / "coding" / "sheet_anna.csv")

    code, _, err = topoi_command(*words)

    assert code == 1
    assert "coding" in err
    kept = list(csv.DictReader((tmp_path / "v/coding/sheet_anna.csv").open(encoding="utf-8")))
    assert kept == rows


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--coders", ", "), "coder"),
        (("--coders", "anna", "-n", "0"), "n must be an int >= 1"),
        (("--coders", "anna", "-n", "100000"), "100000"),
        (("--coders", "anna", "--from-top", "2"), "part_from_top must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(small_run, tmp_path, topoi_command, words, said):
    code, _, err = topoi_command("sheets", small_run.out, *words, "--out", tmp_path / "v")

    assert code == 1
    assert said in err
    assert not (tmp_path / "v").exists()


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"outputs": {}}))

    with pytest.raises(InputError):
        sheets_of_run(tmp_path, tmp_path / "v", **HOW)
