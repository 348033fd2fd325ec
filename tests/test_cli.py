"""Does the command say what it did, where it should, and end as it should?"""

import ast
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from handmade import PACK, table_file, texts

import topoi
from topoi.cli.show import summary_json, summary_text

COMMANDS = (
    *("run", "init", "explain", "figures", "report", "themes", "search-k", "cache"),
    *("export", "doctor", "sheets"),
)
SIZES = {"starts": 1, "refits": 0, "topics": 3, "theme_topics": 1, "residual": 1}
QUICK = (
    "--models",
    "LDA",
    "--formats",
    "svg",
    *(f"--{k.replace('_', '-')}={v}" for k, v in SIZES.items()),
)
SETTINGS = 'models = ["LDA"]\nformats = ["svg"]\n' + "".join(
    f"{key} = {value}\n" for key, value in SIZES.items()
)


@pytest.fixture
def call(topoi_command):
    """A function that runs the command: exit code, standard output and error."""
    return topoi_command


def in_process(*words, **more):
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, **more
    )


# --- run ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sketched")
def test_a_run_tells_its_steps_on_standard_error_and_the_result_on_standard_output(
    call, small_folder, tmp_path
):
    code, out, err = call("run", "--source", small_folder, "--out", tmp_path / "out", *QUICK)

    assert code == 0
    assert [line[:9] for line in err.splitlines()] == [
        "· finishe", "· reading", "· cleanin", "· countin", "· fitting", "· measuri", "· drawing",
    ]  # fmt: skip
    lines = out.splitlines()
    assert re.fullmatch(
        r"Read \d+ documents: kept \d+, dropped 2, merged 1; \d+ were cleaned\.", lines[0]
    )
    assert "  dropped reprints/empty.txt: empty" in lines
    assert any(line.startswith("  merged  ") and "reprints/again" in line for line in lines)
    assert re.search(r"\n  Root causes +\d+\.\d%  \[\d+\.\d%, \d+\.\d%\]  █*\n", out, re.IGNORECASE)
    assert "By source:" in lines
    for path in re.findall(r"^(?:figure|report|manifest) +(\S+)$", out, re.MULTILINE):
        assert Path(path).is_file()
    assert lines[-1] == f"manifest  {tmp_path / 'out' / 'manifest.json'}"


def test_the_report_of_a_run_is_made_again(call, small_run, tmp_path):
    page = tmp_path / "page.html"

    assert call("report", small_run.out, "--out", page) == (0, f"{page}\n", "")
    assert page.read_bytes() == (small_run.out / "report.html").read_bytes()
    code, _, err = call("report", tmp_path)
    assert code == 1
    assert "holds no run" in err


@pytest.mark.usefixtures("sketched")
def test_json_stands_alone_on_standard_output(call, tmp_path):
    source = table_file(tmp_path)
    code, out, err = call("run", "--source", source, "--out", tmp_path / "out", *QUICK, "--json")

    facts = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert "· reading" in err
    assert out.count("\n") == 1
    assert facts["schema"] == 1
    counts = facts["documents"]
    assert counts["read"] == 8
    assert list(facts["topics"]) == ["LDA"]
    assert [row["name"] for row in facts["themes"]] == [
        "root_causes", "border_security", "legal_pathways",
    ]  # fmt: skip
    for path in (*facts["figures"], facts["report"], facts["manifest"]):
        assert Path(path).is_file()


@pytest.mark.usefixtures("sketched")
def test_quiet_is_silent_also_about_files_that_could_not_be_read(call, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number, text in enumerate(texts()):
        (folder / f"{number}.txt").write_text(text)
    (folder / "bad.parquet").write_bytes(b"PAR1nonsense")
    command = ("run", "--source", folder, "--out", tmp_path / "out", *QUICK)

    loud = call(*command)
    quiet = call(*command, "--quiet")

    assert (loud[0], *quiet) == (0, 0, "", "")
    assert "\nnote: 1 files of " in loud[2]
    assert "could not be used: bad.parquet. The ledger says why.\n" in loud[2]


def test_numbers_that_are_missing_are_null_in_json(small_run):
    from dataclasses import replace

    one = small_run.study.documents.ids[0]
    shares = small_run.study.shares
    study = replace(small_run.study, shares=shares.loc[shares["doc_id"] == one], by=None)

    facts = summary_json(replace(small_run, study=study))

    assert {row["lower"] for row in facts["themes"]} == {None}
    json.dumps(facts, allow_nan=False)
    assert "(too few documents for an interval)" in summary_text(replace(small_run, study=study))


def test_names_of_documents_cannot_write_to_the_terminal(small_run):
    from dataclasses import replace

    from topoi.corpus.corpus import Corpus
    from topoi.corpus.ledger import Event

    documents = small_run.study.documents
    odd = [f"\x1b[31mred\n{number}" for number in range(30)]
    ledger = documents.ledger.add(
        event
        for name in odd
        for event in (
            Event("read", name, "read", "file"),
            Event("mine", name, "dropped", "odd", 1, "\x07bell"),
        )
    )
    study = replace(small_run.study, documents=Corpus(documents.table, ledger))

    text = summary_text(replace(small_run, study=study))

    assert not re.search("[\x00-\x09\x0b-\x1f]", text)
    assert "[31mred 1: odd (bell)" in text
    gone = [line for line in text.splitlines() if re.match("  (dropped|merged) ", line)]
    assert len(gone) == 8
    assert re.search(r"\n  and 2[0-9] more; ledger\.parquet has all\n", text)


@pytest.mark.usefixtures("sketched")
def test_a_settings_file_is_run_and_flags_go_before_it(call, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(f'source = "{table_file(tmp_path).name}"\nout = "a"\n{SETTINGS}')

    code, out, _ = call("run", file, "--out", tmp_path / "b", "--json", "--quiet")

    assert code == 0
    assert json.loads(out)["out"] == str(tmp_path / "b")
    assert not (tmp_path / "a").exists()


# --- what goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--source", "nothing"), r"topoi: There is nothing at nothing\. Give a file or a folder"),
        (
            ("--source", "nothing", "--near", "7"),
            r"topoi: near must be 0 or lie in \[0\.2, 1\]; got 7\.0\.",
        ),
        (("--source", "nothing", "--unit", "x"), r"topoi: unit must be one of paragraph,"),
        (("--source", "nothing", "--models", "LDA,lda"), r"topoi: models must be one of .*'lda'"),
        (("nothing.toml",), r"topoi: There is no file nothing\.toml\. `topoi init` writes one"),
        (("bad.toml",), r"topoi: bad\.toml: unknown key 'sed', did you mean 'seed'\?"),
        (("broken.toml",), r"topoi: broken\.toml cannot be read as TOML"),
        (("--source", ".", "--out", "x"), r"topoi: The results \(x\) and the source \(\.\) lie in"),
        (("--source", "texts", "--out", "full"), r"topoi: .*full holds files .*: mine\.txt"),
        (("--source", "texts", "--out", "bad.toml"), r"topoi: .*bad\.toml is a file"),
        (("--source", "texts", "--by", "party"), r"topoi: There is no column 'party'"),
        (("texts",), r"topoi: texts is a folder: write --source texts to read what is in it\."),
        (
            ("--source", "circle"),
            r"topoi: The source \(circle\) cannot be read: its links lead in a circle\. Check",
        ),
        (
            ("--source", "texts", "--out", "circle"),
            r"topoi: The results cannot be written to circle: its links lead in a circle\. Check",
        ),
        (
            ("--source", "x" * 300),
            r"topoi: The source \(x+\) cannot be read: File name too long\. Check the path\.",
        ),
    ],
)
def test_unusable_input_ends_with_1_a_message_and_nothing_written(
    call, tmp_path, monkeypatch, words, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text("sed = 7\n")
    (tmp_path / "broken.toml").write_text("source = \n")
    (tmp_path / "circle").symlink_to("circle")
    for name in ("texts", "full"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("Some words on asylum and borders.")
    before = sorted(p for p in tmp_path.rglob("*") if "runs" not in p.relative_to(tmp_path).parts)

    code, out, err = call("run", *words)

    assert code == 1
    assert out == ""
    last = err.splitlines()[-1]
    assert re.match(message, last), last
    assert "Traceback" not in err
    assert (
        sorted(p for p in tmp_path.rglob("*") if "runs" not in p.relative_to(tmp_path).parts)
        == before
    )
    assert not (tmp_path / "runs" / "topoi").exists()  # steps that were finished may be beside it


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run",), r"Error: Name a settings file, or a folder or file with --source\."),
        (("run", "--sorce", "x"), r"No such option.*--sorce.*Did you mean.*--source"),
        (("run", "--seed", "many"), r"'many' is not a valid integer"),
        (("rnu",), r"No such command 'rnu'"),
        (("init", "a", "b"), r"unexpected extra argument"),
        (("figures", "--chek"), r"No such option.*--chek.*--check"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_hint(call, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)

    code, out, err = call(*words)

    assert code == 2
    assert out == ""
    assert re.search(message, err.replace("\n", " ")), err
    assert list(tmp_path.iterdir()) == []


def test_errors_of_the_system_end_with_1_and_a_line(call, monkeypatch, tmp_path):
    def full(*args, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("topoi.pipeline.build_study", full)
    file = table_file(tmp_path)
    code, out, err = call("run", "--source", file, "--out", tmp_path / "a" / "out", "--quiet")

    assert (code, out) == (1, "")
    assert err == "topoi: [Errno 28] No space left on device\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_debugging_variable_shows_where_an_error_came_from(call, monkeypatch):
    monkeypatch.setenv("TOPOI_DEBUG", "1")

    _, _, err = call("run", "--source", "nothing")

    assert "Traceback" in err


def _heed_stopping():
    """A process in the background of a shell would be deaf to Ctrl-C, and so would its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopping_ends_with_130_and_leaves_the_earlier_result(small_run, small_folder, tmp_path):
    shutil.copytree(small_run.out, tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    command = [sys.executable, "-m", "topoi", "run", "--source", str(small_folder)]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=_heed_stopping,  # noqa: PLW1509 - no thread is running here
    )  # fmt: skip
    for line in process.stderr:
        if "fitting" in line:  # long before the end, however late this process gets its turn
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()

    assert process.returncode == 130
    assert out == ""
    assert err.strip().splitlines()[-1] == (
        "stopped; nothing was left half-written, and finished steps are kept: run again to go on"
    )
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [".topoi-cache", "out"]


def test_a_terminal_without_the_characters_gets_others(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "topoi", "themes", str(table_file(tmp_path)), "--starts=1"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert b"%]  ?" in done.stdout


def test_a_reader_that_leaves_is_no_error():
    done = in_process(
        "-c",
        "import os, subprocess, sys\n"
        "reading, writing = os.pipe(); os.close(reading)\n"
        "sys.exit(subprocess.run([sys.executable, '-m', 'topoi', 'run', '--help'],"
        " stdout=writing).returncode)",
    )

    assert (done.returncode, done.stderr) == (0, "")


# --- init ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sketched")
def test_init_writes_a_file_that_run_takes(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table_file(tmp_path)

    code, out, _ = call("init", "--source", "speeches.csv", "my.toml")
    assert code == 0
    assert out == "my.toml\nEdit it, then: topoi run my.toml\n"
    code, _, err = call("run", "my.toml", *QUICK)
    assert code == 0, err
    assert (tmp_path / "runs" / "topoi" / "report.html").is_file()


def test_init_in_another_folder_writes_the_source_relative_to_it(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings").mkdir()

    call("init", "settings/my.toml", "--source", "texts")
    call("init", "settings/absolute.toml", "--source", "/data/texts")

    source = tomllib.loads(Path("settings/my.toml").read_text())["source"]
    assert (tmp_path / "settings" / source).resolve() == tmp_path / "texts"
    assert tomllib.loads(Path("settings/absolute.toml").read_text())["source"] == "/data/texts"


def test_init_writes_several_sources_as_a_list(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    call("init", "my.toml", "--source", "a", "--source", "b/*.txt")

    assert tomllib.loads(Path("my.toml").read_text())["source"] == ["a", "b/*.txt"]


def test_init_overwrites_nothing(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "topoi.toml").write_text("mine")

    code, out, err = call("init")

    assert (code, out) == (1, "")
    assert err == "topoi: topoi.toml exists; nothing was written. Name another file.\n"
    assert (tmp_path / "topoi.toml").read_text() == "mine"
    code, _, err = call("init", "no/such/folder.toml")
    assert (code, err) == (
        1, "topoi: Cannot write no/such/folder.toml: there is no folder no/such. Make it, or name "
        "another file.\n",
    )  # fmt: skip
    assert call("init", "odd.toml", "--source", os.fsdecode(b"\xff"))[0] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["topoi.toml"]


def test_init_leaves_nothing_on_a_full_disk(call, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, out, err = call("init", "x.toml")
    assert (code, out) == (1, "")
    assert err.startswith("topoi: Cannot write x.toml: No space left on device. Nothing was left")
    assert list(tmp_path.iterdir()) == []

    assert call("init", "x.toml")[0] == 0


# --- figures ------------------------------------------------------------------------------------


def test_figures_are_made_and_checked(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pack.toml").write_text(PACK)
    source = table_file(tmp_path).name
    Path("my.toml").write_text(f'source = "{source}"\nthemes = "pack.toml"\n{SETTINGS}')

    code, out, _ = call("figures", "my.toml", "--out", "figs")
    assert code == 0
    assert set(out.split()) == {str(p) for p in Path("figs").iterdir()}
    assert len(out.split()) >= 8

    assert call("figures", "my.toml", "--out", "figs", "--check", "--workers", "2")[:2] == (
        0, "figs: every figure is as it would be made now\n",
    )  # fmt: skip

    Path("figs/top_terms.csv").write_text("changed")
    Path("figs/captions.json").unlink()
    code, out, _ = call("figures", "my.toml", "top_terms", "--out", "figs", "--check")
    assert (code, out) == (4, "differs: figs/top_terms.csv\ndiffers: figs/captions.json\n")
    assert Path("figs/top_terms.csv").read_text() == "changed"


@pytest.mark.usefixtures("sketched")
def test_files_sources_and_forms_of_words_are_chosen_by_flags(call, tmp_path):
    (tmp_path / "in").mkdir()
    table_file(tmp_path / "in", name="news.csv", paper=["A", "B"] * 4)
    (tmp_path / "in" / "left out.txt").write_text("This file is not meant.")
    flags = ("--pattern", "*.csv", "--source-column", "paper", "--lemmas", "plurals", "--near", "0")
    places = ("--source", tmp_path / "in", "--out", tmp_path / "o")

    code, out, err = call("run", *places, *flags, "--phrases", *QUICK)

    assert code == 0, err
    assert out.startswith("Read 8 documents")
    assert re.search(r"By source:\n +root causes .*\n  A .*\n  B ", out)


# --- explain ------------------------------------------------------------------------------------


def test_the_cleaning_of_a_file_is_explained(call, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("Ferries ran &amp; stopped.\n\nShare this\n", encoding="utf-8")

    assert call("explain", page) == (
        0,
        "<Cleaning of page.txt: 2 steps, 39 to 22 characters>\n"
        "1. HTML removed\n   - Ferries ran &amp; stopped.\n   + Ferries ran & stopped.\n"
        "2. boiler-plate lines removed\n   - Share this\n",
        "",
    )
    assert call("explain", page, "--after") == (0, "Ferries ran & stopped.\n", "")


def test_a_document_of_many_is_named_to_be_explained(call, tmp_path):
    table = tmp_path / "news.csv"
    table.write_text("nr,body\n7,One <b>port</b>.\n8,Two ports.\n", encoding="utf-8")
    columns = ("--text", "body", "--id", "nr")

    code, out, err = call("explain", table, *columns)
    shown = call("explain", table, "7", *columns)[1]

    assert (code, out) == (1, "")
    assert err.endswith("news.csv has 2 documents. Name the one to explain, of: 7, 8.\n")
    assert "+ One port." in shown
    assert call("explain", table, "9", *columns)[2].startswith("topoi: No document has the id '9'")


# --- help, start, names -------------------------------------------------------------------------


def test_help_names_every_command_and_flag(call):
    code, out, _ = call("--help")
    assert code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} +[A-Z]", out, re.MULTILINE)
        shown = call(name, "--help")
        assert shown[0] == 0
        assert len(shown[1].splitlines()) > 5
    assert set(importlib.import_module("topoi.cli.main").cli.list_commands(None)) == set(COMMANDS)
    assert "theme-topics" in call("run", "--help")[1]


def test_the_version_is_that_of_the_package(call):
    assert call("--version")[:2] == (0, f"topoi, version {metadata.version('topoi')}\n")


def test_the_module_runs_as_the_command():
    done = in_process("-m", "topoi", "run", "--source", "nothing at all")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("topoi: There is nothing at nothing at all")


def test_help_comes_at_once():
    times = []
    for _ in range(3):
        start = time.perf_counter()
        assert in_process("-m", "topoi", "--help").returncode == 0
        times.append(time.perf_counter() - start)

    assert min(times) < 1.5  # 0.2 s on an idle machine; shared ones are slow


def test_importing_loads_nothing_heavy():
    heavy = "{'sklearn', 'gensim', 'matplotlib', 'numba', 'pandas', 'scipy', 'pyarrow', 'numpy'}"
    commands = ", ".join(f"topoi.cli.{name.replace('-', '_')}" for name in COMMANDS)
    for start in ("import topoi", f"import {commands}"):
        done = in_process("-c", f"{start}; import sys; print(sorted({heavy} & set(sys.modules)))")
        assert done.stdout == "[]\n", done.stdout + done.stderr


def test_every_public_name_can_be_had():
    assert len(set(topoi.__all__)) == len(topoi.__all__)
    assert set(topoi.__all__) == set(topoi._HOMES)
    assert dir(topoi) == sorted(topoi.__all__)
    for name in topoi.__all__:
        found = getattr(topoi, name)
        assert name == "CATALOGUE" or found.__doc__, name
        if name not in ("plots", "scale"):
            home = importlib.import_module(f"topoi.{topoi._HOMES[name]}")
            assert name in home.__all__, name
            assert found is getattr(home, name)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = topoi.nothing


def test_the_names_for_type_checkers_are_the_public_ones():
    tree = ast.parse(Path(topoi.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    names = {alias.asname or alias.name for node in imports for alias in node.names}

    assert ast.unparse(block.test) == "TYPE_CHECKING"
    assert names == set(topoi.__all__)


def test_the_readme_names_every_command():
    text = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    if len(text.splitlines()) < 20:
        pytest.skip("README.md is not written yet")
    for name in COMMANDS:
        assert f"topoi {name}" in text
