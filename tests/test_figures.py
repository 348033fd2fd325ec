"""Are the figures the same bytes for anyone who makes them, and is it told where they are not?"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from killed import set_aside

from topoi.catalogue import make_figure
from topoi.cli.figures import command
from topoi.errors import InputError
from topoi.figure_folder import differing_figures, other_facts, write_figures
from topoi.figure_set import FigureSet, set_of_folder, set_of_study
from topoi.outputs import figures_of

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("csv", "svg", "pdf", "png")


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def edit(path, change):
    facts = json.loads(path.read_text(encoding="utf-8"))
    change(facts)
    path.write_text(json.dumps(facts), encoding="utf-8")


SOME = ("theme_trends", "heat_strip", "top_terms", "topic_theme_map", "keyness")


@pytest.fixture(scope="module")
def every(small_run):
    """Figures of the small study as if there were no others, each drawn once."""
    facts = {"settings": {"source": "somewhere", "seed": 7}, "inputs": {"inputs": {"a.txt": "0"}}}
    return replace(set_of_study(small_run.study, SOME, **facts), is_part=False)


def part(every, name, **facts):
    """One of these figures, asked for by its name."""
    figures = tuple(figure for figure in every.figures if figure.name == name)
    return FigureSet(figures, {**every.facts, **facts}, is_part=True)


@pytest.fixture(scope="module")
def whole(every, tmp_path_factory):
    """These figures of the small study in a folder; not to be changed."""
    folder = tmp_path_factory.mktemp("whole") / "figs"
    write_figures(every, folder)
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    """A copy of these figures, to be changed."""
    return Path(shutil.copytree(whole, tmp_path / "figs"))


# --- the same bytes -----------------------------------------------------------------------------


def test_the_command_with_other_workers_makes_the_bytes_of_a_run(
    call, small_run, small_folder, tmp_path
):
    # A run in another process, hash seed, time zone, locale and BLAS kernel has the same bytes of
    # every figure, see tests/test_pipeline.py; for another processor see tests/test_bits.py.
    settings = tmp_path / "small.toml"
    settings.write_text(f"source = {json.dumps(str(small_folder))}\nstarts = 2\nrefits = 1\n")

    code, out = call(settings, *SOME, "--workers", "4", "--out", "figs")

    assert code == 0, out
    found = contents(tmp_path / "figs")
    manifest = json.loads(found.pop("manifest.json"))
    of_run = contents(small_run.out / "figures")
    captions = json.loads(of_run.pop("captions.json"))
    assert json.loads(found["captions.json"]) == {name: captions[name] for name in SOME}
    assert {n: c for n, c in found.items() if n != "captions.json"} == {
        f"{name}.{kind}": of_run[f"{name}.{kind}"] for name in SOME for kind in KINDS
    }
    assert manifest["outputs"] == {n: hashlib.sha256(c).hexdigest() for n, c in found.items()}
    for fact in ("versions", "inputs"):
        assert manifest[fact] == small_run.manifest[fact]
    assert {**manifest["settings"], "source": str(small_folder)} == small_run.manifest["settings"]


def test_what_a_notebook_holds_is_what_a_run_writes(small_run, every):
    files = contents(small_run.out / "figures")
    held = {f"{f.name}.{kind}": getattr(f, kind) for f in every.figures for kind in KINDS}
    tables = {f"{f.name}.csv": f.csv for f in figures_of(small_run.study)}
    shown = make_figure("theme_trends", small_run.study)._repr_html_()

    assert len(held) == len(SOME) * len(KINDS)
    assert held.items() <= files.items()
    assert tables == {name: content for name, content in files.items() if name.endswith(".csv")}
    assert base64.b64encode(files["theme_trends.svg"]).decode() in shown


def test_a_form_is_the_same_whichever_forms_were_made_before_it(small_run):
    for name in ("theme_trends", "topic_map", "keyness"):
        files = contents(small_run.out / "figures")
        figure = make_figure(name, small_run.study)
        for kind in reversed(KINDS):
            assert getattr(figure, kind) == files[f"{name}.{kind}"], (name, kind)


def test_a_changed_table_of_a_figure_does_not_reach_its_drawing(small_run):
    figure = make_figure("theme_trends", small_run.study)

    table = figure.table
    table["estimate"] = 0.0

    assert figure.table["estimate"].max() > 0
    assert figure.svg == (small_run.out / "figures" / "theme_trends.svg").read_bytes()


@pytest.mark.parametrize("name", ["sample", "white_house"])
def test_committed_figures_are_those_of_their_manifest(name):
    folder = ROOT / "figures" / name
    if not folder.is_dir():
        pytest.skip(f"figures/{name} is not there; `make figures` makes it where its text is")

    files = contents(folder)
    outputs = json.loads(files.pop("manifest.json"))["outputs"]

    assert {n: hashlib.sha256(content).hexdigest() for n, content in files.items()} == outputs
    assert sum(map(len, files.values())) < 4e6  # octets: they lie in everybody's checkout


def test_the_page_shows_every_figure_as_it_is_catalogued():
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "figure_gallery.py"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    page = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    command = "python benchmarks/figure_gallery.py --write docs/figures.md"

    assert done.stdout.strip() in page, f"run: {command}"


# --- a folder of figures ------------------------------------------------------------------------


def test_figures_are_remade_checked_and_cleared_of_what_is_no_longer_made(every, folder, tmp_path):
    before = contents(folder)
    (folder / "README.md").write_text("mine")
    assert "somewhere" not in before["manifest.json"].decode()
    names = [figure.name for figure in every.figures]
    drawn = {f"{name}.{kind}" for name in names for kind in KINDS}
    assert set(before) == {"captions.json", "manifest.json"} | drawn
    assert differing_figures(every, folder) == []

    (folder / "top_terms.csv").write_text("changed")
    (folder / "top_terms.svg").write_text("changed")
    (folder / "theme_trends.png").write_text("changed")
    (folder / "topic_theme_map.csv").unlink()
    for path in (folder / "gone.svg", tmp_path / "outside.svg"):
        path.write_text("of an earlier version")
    (folder / "mended.svg").write_text("mended by hand")
    gone = dict.fromkeys(
        ("gone.svg", "mended.svg", "../outside.svg"),
        hashlib.sha256(b"of an earlier version").hexdigest(),
    )
    edit(folder / "manifest.json", lambda facts: facts["outputs"].update(gone))
    assert differing_figures(every, folder) == [
        "top_terms.csv", "topic_theme_map.csv", "gone.svg", "mended.svg", "theme_trends.png",
    ]  # fmt: skip

    write_figures(every, folder)
    mine = {"README.md": b"mine", "mended.svg": b"mended by hand"}
    assert contents(folder) == {**before, **mine}
    assert (tmp_path / "outside.svg").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figs", "outside.svg"]


@pytest.mark.parametrize(
    "manifest", [None, "mine", '{"outputs": {"top_terms.csv": "0", "manifest.json": "0"}}']
)
def test_files_that_no_manifest_of_figures_names_are_not_written_over(every, tmp_path, manifest):
    folder = tmp_path / "figs"
    folder.mkdir()
    (folder / "top_terms.csv").write_text("mine")
    if manifest:
        (folder / "manifest.json").write_text(manifest)
    before = contents(folder)

    with pytest.raises(InputError, match=r"no earlier figures account for: .*top_terms\.csv"):
        write_figures(every, folder)
    with pytest.raises(InputError, match=r"figures account for: .*top_terms\.csv.*another folder"):
        write_figures(part(every, "top_terms"), folder)

    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["figs"]


def test_a_file_that_the_manifest_does_not_name_is_not_written_over(every, folder):
    edit(folder / "manifest.json", lambda facts: facts["outputs"].pop("top_terms.pdf"))
    (folder / "top_terms.pdf").write_text("mine")
    before = contents(folder)

    with pytest.raises(InputError, match=r"no earlier figures account for: top_terms\.pdf\."):
        write_figures(every, folder)

    assert contents(folder) == before


@pytest.mark.parametrize("n_written", [0, 1, 7, 21])
def test_figures_that_cannot_all_be_written_leave_the_earlier_ones(
    every, folder, monkeypatch, n_written
):
    before, write, written = contents(folder), Path.write_bytes, []
    changed = replace(every, facts={**every.facts, "settings": {"seed": 8}})

    def full(path, content):
        if len(written) == n_written:
            raise OSError(28, "No space left on device")
        written.append(path)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"Cannot write \S+ of the results in .*: No space left"):
        write_figures(changed, folder)
    monkeypatch.undo()

    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["figs"]
    write_figures(changed, folder)
    assert contents(folder).keys() == before.keys()


def test_figures_that_a_killed_process_had_set_aside_are_put_back_first(every, folder):
    before = contents(folder)
    (folder / "README.md").write_text("mine")
    folder.rename(set_aside(folder))

    write_figures(part(every, "top_terms"), folder)

    assert contents(folder) == {**before, "README.md": b"mine"}
    assert [path.name for path in folder.parent.iterdir()] == ["figs"]


def test_links_in_a_circle_hold_no_figures(every, tmp_path):
    (tmp_path / "figs").symlink_to("figs")

    with pytest.raises(InputError, match=r"Cannot write to .*figs.*in a circle"):
        write_figures(every, tmp_path / "figs")


def test_a_manifest_that_promises_other_bytes_differs_though_the_file_is_right(every, folder):
    edit(folder / "manifest.json", lambda facts: facts["outputs"].update({"top_terms.pdf": "0"}))

    assert differing_figures(every, folder) == ["top_terms.pdf"]


def test_what_the_manifest_says_otherwise_is_told(every, folder):
    def change(facts):
        facts["versions"]["numpy"] = facts["drawn_with"]["pillow"] = "0.1"
        facts["inputs"] = {"b.txt": "0"}

    edit(folder / "manifest.json", change)
    now = replace(every, facts={**every.facts, "settings": {"seed": 8}})

    drawn, *others = other_facts(now, folder)
    assert drawn.startswith("versions for drawing: pillow 0.1, now ")
    assert others == [
        "inputs: a.txt, b.txt",
        "settings: seed 7, now 8",
        f"versions: numpy 0.1, now {now.facts['versions']['numpy']}",
    ]
    assert other_facts(now, folder.parent) == []


def test_named_figures_are_remade_beside_the_others(every, folder):
    before = contents(folder)
    (folder / "top_terms.svg").write_text("changed")
    (folder / "theme_trends.svg").write_text("changed")
    one = part(every, "top_terms")

    assert differing_figures(one, folder) == ["top_terms.svg"]
    write_figures(one, folder)

    assert contents(folder) == {**before, "theme_trends.svg": b"changed"}


def test_named_figures_are_not_put_beside_those_of_other_settings(every, folder):
    before = contents(folder)
    one = part(every, "top_terms", settings={"seed": 8})

    with pytest.raises(InputError, match=r"made otherwise \(settings: seed 7, now 8\)\. Make all"):
        write_figures(one, folder)
    assert contents(folder) == before
    assert len(write_figures(one, folder.parent / "alone")) == 6


def test_figures_are_not_written_into_a_run(small_run, every):
    before = contents(small_run.out), contents(small_run.out / "figures")

    for call in (
        lambda: write_figures(every, small_run.out),
        lambda: write_figures(every, small_run.out / "figures"),
        lambda: write_figures(every, small_run.out / "figures" / "more" / "of them"),
        lambda: differing_figures(every, small_run.out),
    ):
        with pytest.raises(InputError, match="holds the results of a run; name another folder"):
            call()
    assert (contents(small_run.out), contents(small_run.out / "figures")) == before


# --- from the tables of a run -------------------------------------------------------------------


def test_figures_are_redrawn_from_the_tables_of_a_run_and_of_a_folder(small_run, tmp_path):
    whole = set_of_folder(small_run.out)
    of_run = replace(whole, figures=tuple(f for f in whole.figures if f.name in SOME))
    write_figures(of_run, tmp_path / "figs")

    of_folder = set_of_folder(tmp_path / "figs", ["top_terms", "theme_trends"])

    assert differing_figures(replace(of_run, is_part=True), small_run.out / "figures") == []
    assert {f"{f.name}.csv": f.csv for f in whole.figures} == {
        path.name: path.read_bytes() for path in (small_run.out / "figures").glob("*.csv")
    }
    assert [figure.name for figure in of_folder.figures] == ["theme_trends", "top_terms"]
    assert of_folder.facts == of_run.facts
    assert of_run.facts["settings"]["seed"] == 7
    assert "source" not in of_run.facts["settings"]
    assert other_facts(of_run, tmp_path / "figs") == []


@pytest.mark.parametrize("name", ["top_terms.csv", "captions.json"])
def test_a_table_that_the_manifest_does_not_know_is_not_drawn(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes().replace(b"a", b"e", 1))

    with pytest.raises(InputError, match=rf"{name} is missing or not as .*manifest\.json says"):
        set_of_folder(folder)


def test_a_folder_without_the_figure_is_refused(folder, tmp_path):
    with pytest.raises(InputError, match=r"has no figure 'calibration'; it has: theme_trends, top"):
        set_of_folder(folder, ["calibration"])
    with pytest.raises(InputError, match="has no figures that topoi made"):
        set_of_folder(tmp_path)
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match="has no figures that topoi made"):
        set_of_folder(tmp_path)


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def call(tmp_path, monkeypatch):
    """A function that runs `topoi figures` in an empty folder: exit code and output."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        result = CliRunner().invoke(command, [str(word) for word in words])
        return result.exit_code, result.output or str(result.exception)

    return run


def test_a_run_is_redrawn_checked_and_told_about(call, small_run, tmp_path):
    shutil.copytree(small_run.out, tmp_path / "demo")

    code, out = call("demo", "top_terms", "--only", "theme_trends")
    names = {f"{name}.{kind}" for name in ("top_terms", "theme_trends") for kind in KINDS}
    assert code == 0
    assert {path.name for path in Path("figures/demo").iterdir()} == names | {
        "captions.json", "manifest.json",
    }  # fmt: skip
    assert set(out.split()) == {str(path) for path in Path("figures/demo").iterdir()}

    assert call("demo", "top_terms", "--check") == (
        0, "figures/demo: every figure is as it would be made now\n",
    )  # fmt: skip
    edit(Path("figures/demo/manifest.json"), lambda f: f["drawn_with"].update(pillow="0.1"))
    Path("figures/demo/top_terms.png").write_text("changed")
    code, out = call("demo", "--only", "top_terms", "--check")
    assert code == 4
    assert out.startswith(
        "note: figures/demo was made with other versions for drawing: pillow 0.1, now "
    )
    assert out.endswith("; bytes may differ.\ndiffers: figures/demo/top_terms.png\n")


def test_figures_are_not_written_among_the_texts(call, tmp_path):
    (tmp_path / "texts" / "deep").mkdir(parents=True)
    (tmp_path / "texts" / "a.txt").write_text("Some words on asylum and borders.")
    (tmp_path / "codes.csv").write_text("passage_id,theme,code\n")
    (tmp_path / "my.toml").write_text('source = "texts"\ncodes = "codes.csv"\n')
    before = sorted(tmp_path.rglob("*"))

    for out, named in (
        ("texts", "source"), ("texts/deep/figs", "source"), (".", "source"), ("codes.csv", "codes"),
    ):  # fmt: skip
        code, said = call("my.toml", "--out", out)
        assert code == 1
        assert f"The results ({out}) and" in said
        assert f"{named} (" in said
        assert "lie in one another" in said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("top_trems",), r"no figure 'top_trems'. Did you mean 'top_terms'?"),
        (("demo", "--only", "qq"), "no figure 'qq'. There are: theme_trends"),
        (("demo/figures",), "demo/figures has no figures that topoi made"),
        (("no/folder",), "There is no file no/folder"),
        (("my.toml", "top_terms"), "There is no file my.toml"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_read(
    call, small_run, tmp_path, words, message
):
    (tmp_path / "demo").symlink_to(small_run.out)

    code, out = call(*words)

    assert code == 1
    assert message in out
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
