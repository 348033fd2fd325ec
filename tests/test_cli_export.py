"""Does `topoi export` write what a run, a fit or a matrix holds, and refuse the rest?"""

import zipfile
from pathlib import Path

import pytest
from kept_cases import small_fit, small_matrix

from topoi.io.interchange.formats import FORMATS, import_counts, import_fit
from topoi.io.matrix_store import write_matrix
from topoi.io.store import write_fit


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if not each.write_fit])
def test_counts_of_a_run_are_exported(small_run, tmp_path, topoi_command, name):
    code, out, err = topoi_command("export", small_run.out, "--to", name, "--out", tmp_path / "x")

    assert code == 0
    shown = {line.rsplit("/", 1)[1] for line in out.split()}
    assert shown == {path.name for path in (tmp_path / "x").iterdir()} - {"export.json"}
    assert err.startswith("note: left out: ")
    matrix = small_run.study.matrix
    found = import_counts(name, tmp_path / "x").matrix
    assert (found.counts != matrix.counts).nnz == 0
    assert found.ids == matrix.ids


def test_the_model_that_is_named_is_exported(small_run, tmp_path, topoi_command):
    words = ("export", small_run.out, "--out", tmp_path / "x", "--to")
    assert topoi_command(*words, "mallet", "--model", "LDA")[0] == 0
    found = import_fit("mallet", tmp_path / "x").fit
    assert (found.topic_term == small_run.study.fits["LDA"].topic_term).all()

    code, _, err = topoi_command(*words, "mallet", "--model", "HDP")
    assert code == 1
    assert "no model 'HDP'; it has: KeywordLDA, LDA, NMF" in err
    assert topoi_command(*words, "nothing")[0] == 2


def test_a_run_is_packed(small_run, tmp_path, topoi_command):
    code, out, _ = topoi_command(
        "export", small_run.out, "--to", "zip", "--out", tmp_path / "run.zip"
    )

    assert code == 0
    assert out.strip() == str(tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as file:
        assert {"manifest.json", "matrix.zip", "fits/LDA.zip"} <= set(file.namelist())
    out = tmp_path / "x"
    assert topoi_command("export", tmp_path / "run.zip", "--to", "uci", "--out", out)[0] == 0


def test_a_kept_fit_and_a_kept_matrix_are_exported(tmp_path, topoi_command):
    fit = write_fit(small_fit(), tmp_path / "fit.zip")
    matrix = write_matrix(small_matrix(), tmp_path / "matrix")

    assert topoi_command("export", fit, "--to", "pyldavis", "--out", tmp_path / "a")[0] == 0
    assert topoi_command("export", matrix, "--to", "parquet", "--out", tmp_path / "b")[0] == 0
    code, _, err = topoi_command("export", matrix, "--to", "mallet", "--out", tmp_path / "c")
    assert code == 1
    assert "mallet has no place for counts" in err
    code, _, err = topoi_command("export", tmp_path, "--to", "uci", "--out", tmp_path / "d")
    assert code == 1
    assert "holds no run" in err


def test_a_full_disk_is_told_with_the_place_and_what_to_do(tmp_path, topoi_command, monkeypatch):
    matrix = write_matrix(small_matrix(), tmp_path / "matrix")
    words = ("export", matrix, "--to", "uci", "--out", tmp_path / "x")
    assert topoi_command(*words)[0] == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "x").iterdir()}

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    code, out, err = topoi_command(*words)

    assert (code, out) == (1, "")
    assert err == (
        f"topoi: Cannot export to {tmp_path / 'x'}: No space left on device. What was there is as "
        "it was. Free space, or name another folder with --out.\n"
    )
    assert {path.name: path.read_bytes() for path in (tmp_path / "x").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["matrix", "x"]
