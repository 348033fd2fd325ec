"""Does `topoi search-k` find what Python finds, go on where it was stopped, and write it whole?"""

import json
import re
import shutil
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from handmade import PLACES, SENTENCES, table_file
from killed import set_aside

import topoi
from topoi.cli.main import main
from topoi.config import RunConfig
from topoi.counted_passages import count_passages
from topoi.measures.k_cells import KCells

FILES = ["fits.csv", "manifest.json", "range.txt", "search_k.csv", "search_k.png", "search_k.svg"]
QUICK = ("--k", "2,3", "--splits", "2", "--near", "0")


@pytest.fixture
def call(topoi_command):
    """A function that runs `topoi search-k`: exit code, standard output and error."""
    return partial(topoi_command, "search-k")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Sixteen speeches on the themes, of four paragraphs each."""
    rng = np.random.default_rng(1)
    stems = ["plum", "stone", "lamp", "cloud", "reed", "copper", "violin", "moss"]
    texts = [
        "\n\n".join(
            f"{sentence.format(place=PLACES[n % 8])} {' '.join(rng.permutation(stems)[:5])}."
            for sentence in SENTENCES.values()
        )
        for n in range(16)
    ]
    file = tmp_path_factory.mktemp("speeches") / "speeches.csv"
    pd.DataFrame({"id": [f"s{n:02d}" for n in range(16)], "text": texts}).to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def searched(source, tmp_path_factory):
    """A folder that the command wrote, and what it said: (folder, output, error)."""
    out = tmp_path_factory.mktemp("searched") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["topoi", "search-k", str(source), *QUICK, "--out", str(out)])
        with pytest.raises(SystemExit) as end:
            main()
    assert end.value.code == 0
    return out


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def results(folder):
    return {name: content for name, content in contents(folder).items() if "/" not in name}


# --- what it finds --------------------------------------------------------------------------------


def test_the_tables_are_those_of_search_k(source, searched):
    config = RunConfig(source=str(source), near=0.0)
    counted = count_passages(config)
    matrix = counted.matrix
    words = topoi.term_sequences(counted.passages, matrix.vocabulary, themes=counted.themes)
    model = topoi.LDA(random_state=config.seed)

    found = topoi.search_k(
        matrix, [2, 3], model=model, text=words, splits=2, random_state=config.seed
    )

    written = pd.read_csv(searched / "search_k.csv")
    # Six digits are written.
    pd.testing.assert_frame_equal(written, found.table, check_dtype=False, rtol=1e-5)
    fits = pd.read_csv(searched / "fits.csv")
    pd.testing.assert_frame_equal(fits, found.cells, check_dtype=False, rtol=1e-5)
    answer = " ".join((searched / "range.txt").read_text().split())
    assert answer.startswith(found.advice)
    assert "Measured with 4 fits of LDA: 2 numbers of topics, 2 splits of the documents" in answer


def test_every_file_is_named_in_the_manifest_and_no_other_is_there(searched):
    facts = json.loads((searched / "manifest.json").read_text())

    assert sorted(results(searched)) == FILES
    assert sorted(facts["outputs"]) == [name for name in FILES if name != "manifest.json"]
    assert facts["search"]["ks"] == [2, 3]
    assert facts["search"]["model"] == "LDA"
    assert list(facts["inputs"]) == ["speeches.csv"]
    assert facts["settings"]["near"] == 0
    assert not {"out", "workers", "topics", "models", "starts", "codes"} & set(facts["settings"])
    assert len(list((searched / "cells").iterdir())) == 4


def test_steps_are_told_on_standard_error_and_the_answer_on_standard_output(call, source, tmp_path):
    out = tmp_path / "out"

    code, shown, err = call(source, *QUICK, "--out", out)

    assert code == 0
    assert [line for line in err.splitlines() if "fit" in line] == [
        "· fitting LDA 4 times", *(f"· fit {n} of 4" for n in range(1, 5)),
    ]  # fmt: skip
    lines = shown.splitlines()
    assert lines[0].startswith("Read 16 documents: kept 16,")
    assert re.search(r"^ +2 +-\d\.\d{3} ± \d\.\d{3}( \*)? ", shown, re.MULTILINE)
    assert " 0.50) " not in shown.split("\n\n")[1]  # chance stands in brackets of its own
    assert "(0.50)" in shown
    answer = (out / "range.txt").read_text().split("\n\n")[0]
    assert " ".join(answer.split()) in " ".join(shown.split())
    assert lines[-1] == f"manifest  {out / 'manifest.json'}"


def test_json_stands_alone_on_standard_output(call, source, searched, tmp_path):
    code, out, _ = call(source, *QUICK, "--out", tmp_path / "out", "--json", "--quiet")

    facts = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert out.count("\n") == 1
    assert facts["schema"] == 1
    assert facts["documents"]["kept"] == 16
    assert facts["model"] == "LDA"
    low, high = facts["range"]
    assert {low, high} <= {2, 3}
    assert (searched / "range.txt").read_text().startswith(f"{low}")
    assert [row["k"] for row in facts["table"] if row["measure"] == "held_out"] == [2, 3]
    assert {row["chance"] for row in facts["table"] if row["measure"] == "held_out"} == {None}


def test_without_a_folder_nothing_is_written(call, source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    code, out, err = call(source, *QUICK)

    assert code == 0, err
    assert "one standard error; * within one of the best" in out
    assert list(tmp_path.iterdir()) == []


def test_nmf_can_be_searched(call, source):
    code, out, _ = call(source, *QUICK, "--model", "NMF", "--json", "--quiet")

    assert code == 0
    assert json.loads(out)["model"] == "NMF"


def test_a_settings_file_is_taken_and_its_folder_is_not(call, source, searched, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(f'source = "{source}"\nout = "mine"\nnear = 0.0\ntopics = 9\nfreq = "Y"\n')

    code, _, err = call(file, "--k", "3,2", "--splits", "2", "--out", tmp_path / "out")

    assert code == 0, err
    assert not (tmp_path / "mine").exists()
    assert (tmp_path / "out" / "search_k.csv").read_bytes() == (
        searched / "search_k.csv"
    ).read_bytes()


# --- the same however it is run -------------------------------------------------------------------


def test_two_workers_write_the_same_bytes(call, source, searched, tmp_path):
    code, _, err = call(source, *QUICK, "--out", tmp_path / "out", "--workers", "2")

    assert code == 0, err
    assert contents(tmp_path / "out") == contents(searched)


def test_a_stopped_search_goes_on_and_ends_with_the_same_bytes(
    call, source, searched, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    measured, done = KCells.measured, []

    def stopped(self, cell):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(cell)
        return measured(self, cell)

    monkeypatch.setattr(KCells, "measured", stopped)
    code, shown, err = call(source, *QUICK, "--out", out)
    assert (code, shown) == (130, "")
    assert err.endswith("stopped; nothing was left half-written\n")
    assert [path.name for path in out.iterdir()] == ["cells"]

    again = []
    monkeypatch.setattr(
        KCells, "measured", lambda self, cell: again.append(cell) or measured(self, cell)
    )
    assert call(source, *QUICK, "--out", out)[0] == 0

    assert len(again) == 2
    assert not set(again) & set(done)
    assert contents(out) == contents(searched)


def test_numbers_and_seeds_can_be_added_later(call, source, searched, tmp_path, monkeypatch):
    out = tmp_path / "out"
    measured, fitted = KCells.measured, []
    monkeypatch.setattr(
        KCells, "measured", lambda self, cell: fitted.append(cell) or measured(self, cell)
    )
    for ks, seeds in (("2", 1), ("2,3", 1), ("2,3", 2)):
        words = (source, "--k", ks, "--splits", "2", "--seeds", seeds, "--near", "0")
        assert call(*words, "--out", out)[0] == 0

    assert len(fitted) == len(set(fitted)) == 8
    assert pd.read_csv(out / "search_k.csv")["n_fits"].unique().tolist() == [4]
    assert set(contents(searched / "cells")) < set(contents(out / "cells"))


def test_what_a_killed_process_left_is_no_hindrance(call, source, searched, tmp_path):
    out = tmp_path / "out"
    (out / "cells").mkdir(parents=True)
    (out / "cells" / ".k0002-split000-seed000-0123456789ab.json.01234567.99.89abcdef").touch()
    (out / ".search_k.csv.01234567.99.89abcdef").touch()

    code, _, err = call(source, *QUICK, "--out", out)

    assert code == 0, err
    assert (out / "manifest.json").read_bytes() == (searched / "manifest.json").read_bytes()


def test_a_search_that_a_killed_process_had_set_aside_is_put_back_first(
    call, source, searched, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    shutil.copytree(searched, set_aside(out))
    monkeypatch.setattr(KCells, "measured", lambda *_: pytest.fail("a fit was made again"))

    code, _, err = call(source, *QUICK, "--out", out)

    assert code == 0, err
    assert contents(tmp_path) == {f"out/{name}": c for name, c in contents(searched).items()}


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("manifest", [None, '{"schema": 1, "outputs": {"fits.csv": "0"}}'])
def test_files_that_only_are_called_as_ours_are_not_written_over(call, source, tmp_path, manifest):
    out = tmp_path / "out"
    out.mkdir()
    (out / "fits.csv").write_text("mine")
    if manifest:
        (out / "manifest.json").write_text(manifest)
    before = contents(out)

    code, shown, err = call(source, *QUICK, "--out", out)

    assert (code, shown) == (1, "")
    assert "holds files that no earlier search accounts for: fits.csv" in err
    assert contents(out) == before


def test_files_that_came_during_a_search_are_left_alone(call, source, tmp_path, monkeypatch):
    out = tmp_path / "out"
    measured = KCells.measured

    def meanwhile(self, cell):
        out.mkdir(exist_ok=True)
        (out / "range.txt").write_text("mine")
        return measured(self, cell)

    monkeypatch.setattr(KCells, "measured", meanwhile)
    code, _, err = call(source, *QUICK, "--out", out)

    assert code == 1
    assert "holds files that no earlier search accounts for: range.txt" in err
    assert results(out) == {"range.txt": b"mine"}
    assert len(list((out / "cells").iterdir())) == 4


def test_a_search_that_cannot_be_written_leaves_the_earlier_one(
    call, source, searched, tmp_path, monkeypatch
):
    out = Path(shutil.copytree(searched, tmp_path / "out"))
    before, write = contents(out), Path.write_bytes

    def full(path, content):
        if path.name == "range.txt":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    code, _, err = call(source, "--k", "2,3,4", "--splits", "2", "--near", "0", "--out", out)
    monkeypatch.undo()

    assert code == 1
    assert "Cannot write range.txt of the results" in err
    after = contents(out)
    assert {name: after[name] for name in before} == before
    assert {name.split("/")[0] for name in after.keys() - before.keys()} == {"cells"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing",), r"topoi: There is nothing at nothing\."),
        (("texts", "--k", "1,2"), r"topoi: each of ks must be an int >= 2; got 1"),
        (("texts", "--k", "2,2"), r"topoi: ks has 2 more than once"),
        (("texts", "--near", "7"), r"topoi: near must be 0 or lie in"),
        (("bad.toml",), r"topoi: bad\.toml: unknown key 'sed', did you mean 'seed'\?"),
        (("no.toml",), r"topoi: There is no file no\.toml"),
        (("texts", "--out", "texts/out"), r"topoi: The results \(texts/out\) and the source"),
        (("texts", "--out", "bad.toml"), r"topoi: bad\.toml is a file, not a folder"),
        (
            ("texts", "--out", "full"),
            r"topoi: full holds files that no earlier search accounts for: .+/mine\.txt, mine\.csv",
        ),
    ],
)
def test_unusable_input_ends_with_1_a_message_and_nothing_written(
    call, tmp_path, monkeypatch, words, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text("sed = 7\n")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mine.txt").write_text("Some words on asylum and borders.")
    (tmp_path / "full" / "cells").mkdir(parents=True)
    (tmp_path / "full" / "cells" / "mine.txt").touch()
    (tmp_path / "full" / "mine.csv").touch()
    before = sorted(tmp_path.rglob("*"))

    code, out, err = call(*words, *(() if "--k" in words else ("--k", "2,3")))

    assert (code, out) == (1, "")
    assert re.match(message, err.splitlines()[-1]), err
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing argument 'SOURCE...'"),
        (("a",), "Missing option '--k'"),
        (("a", "--k", "5-20"), "'5-20' is no list of whole numbers; write 5,10,20."),
        (("a", "--k", "5", "--splits", "1"), "1 is not in the range x>=2"),
        (("a", "--k", "5", "--seeds", "0"), "0 is not in the range x>=1"),
        (("a", "--k", "5", "--model", "lda2"), "'lda2' is not one of 'LDA', 'NMF'"),
        (("a", "--k", "5", "--topics", "3"), "No such option"),
        (("a", "b.toml", "--k", "5"), "Name one settings file alone, or places to read"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_hint(call, words, message):
    code, out, err = call(*words)

    assert (code, out) == (2, "")
    assert message in " ".join(err.split())


def test_a_single_document_cannot_be_searched(call, tmp_path):
    out = tmp_path / "out"

    code, _, err = call(table_file(tmp_path, n=1), *QUICK, "--min-docs", "1", "--out", out)

    assert code == 1
    assert "There are 1 documents, and holding some out needs two" in err
    assert not out.exists()


def test_a_run_does_not_take_the_place_of_a_search(searched, source, topoi_command):
    code, _, err = topoi_command("run", "--source", source, "--out", searched)

    assert code == 1
    assert "holds files that no earlier result of topoi accounts for" in err
    assert sorted(results(searched)) == FILES


def test_the_guide_names_every_file():
    guide = (Path(__file__).resolve().parents[1] / "docs" / "guide.md").read_text(encoding="utf-8")
    table = guide[guide.index("| file in `--out` |", guide.index("## How many topics")) :]

    rows = re.findall(r"^\| (`.+`) \|", table[: table.index("\n\n")], re.MULTILINE)

    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)} - {"--out"}
    assert named == {*FILES, "cells/"}


def test_only_settings_up_to_the_counting_of_terms_are_flags(call):
    _, shown, _ = call("--help")

    assert set(re.findall(r"^  --([a-z-]+)", shown, re.MULTILINE)) == {
        *("k", "model", "splits", "seeds", "out", "seed", "workers", "scheduler", "quiet", "json"),
        *("text", "id", "date", "title", "source-column", "pattern", "date-format"),
        *("on-duplicate-id", "themes", "language", "unit", "query", "near", "contained", "spun"),
        *("phrases", "lemmas", "min-docs", "raw-csv"),
    }
