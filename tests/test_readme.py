"""Whether what the README and the guide show is so."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from made_once import beginnings_made_once
from sketches import sketched_figures

import topoi
from topoi.io.sample import sample_settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")


def example_of_guide(heading, kind="python"):
    """The first example of its kind below a heading of the guide."""
    return re.search(rf"```{kind}\n(.*?)```", GUIDE[GUIDE.index(f"## {heading}") :], re.DOTALL)[1]


def test_the_python_example_runs_as_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    found: dict[str, object] = {}

    with beginnings_made_once():
        exec(compile(example, "README.md", "exec"), found)

    assert len(found["passages"]) > 900
    assert set(found["trend"]["name"]) == {"root_causes", "border_security", "legal_pathways"}
    assert topoi.read_fit("runs/fit").topic_names == found["fit"].topic_names
    assert found["ax"].figure is not None


def test_the_example_of_later_text_runs_as_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example = example_of_guide("In Python")
    found: dict[str, object] = {}

    with beginnings_made_once():
        exec(compile(example, "guide.md", "exec"), found)

    assert found["later"].topic_names == found["fit"].topic_names
    assert len(found["by_source"]) > 3


def test_the_example_of_intervals_from_what_a_run_left_runs_as_written(
    small_folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    passages = topoi.segment(topoi.clean(topoi.read_corpus(small_folder)))
    matrix = topoi.vectorise(passages, themes=topoi.load_themes("migration"), min_docs=2)
    topoi.write_matrix(matrix, "runs/articles/matrix.zip")

    example = example_of_guide("How to read the intervals")
    exec(compile(example, "guide.md", "exec"), {"topoi": topoi})


def test_the_example_about_topics_runs_after_the_first():
    first = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    topics = example_of_guide("How many topics")
    needed = r"(import|corpus|passages|themes|matrix) ?"
    counted = [line for line in first.splitlines() if re.match(needed + "(=|topoi)", line)]
    found: dict[str, object] = {}
    with beginnings_made_once():
        exec("\n".join(counted), found)

        exec(compile(topics, "guide.md", "exec"), found)

    assert len(found["labels"]) == found["search"].range[0]
    assert set(found["c_v"]["topic"]) == {f"topic {k + 1}" for k in range(len(found["labels"]))}
    assert found["topics"].topic_names == tuple(found["labels"]["label"])


def test_the_example_in_parts_counts_what_the_corpus_in_one_piece_has():
    example = example_of_guide("A corpus larger than memory")
    found: dict[str, object] = {"topoi": topoi}
    with beginnings_made_once():
        whole = topoi.segment(topoi.clean(topoi.load_sample()))

    exec(compile(example, "guide.md", "exec"), found)

    counts = topoi.vectorise(whole)
    assert found["streamed"].vocabulary.terms == counts.vocabulary.terms
    assert (found["streamed"].counts != counts.counts).nnz == 0


@pytest.mark.parametrize(("page", "folder"), [(README, ROOT), (GUIDE, ROOT / "docs")])
def test_every_linked_file_exists(page, folder):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page)

    assert links
    assert [link for link in links if not (folder / link).exists()] == []


def test_every_function_of_the_guide_is_public():
    rows = re.findall(r"^\| [^|`]+\? \| (.+) \|$", GUIDE, re.MULTILINE)
    names = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)} - {"corpus.ledger"}

    assert len(names) > 30
    for name in names:
        found = topoi
        for part in name.split("."):
            found = getattr(found, part)


def test_every_command_in_the_readme_is_known(topoi_command):
    commands = set(re.findall(r"^topoi ([\w-]+)", README, re.MULTILINE))

    assert commands == {
        *("run", "init", "explain", "figures", "report", "themes", "search-k"),
        *("export", "doctor", "cache", "sheets"),
    }
    for name in commands:
        code, _, err = topoi_command(name, "--help")
        assert code == 0, err


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory):
    out = tmp_path_factory.mktemp("readme") / "demo"
    with sketched_figures():  # which files there are does not depend on what is drawn in them
        topoi.run(topoi.RunConfig(**sample_settings(), out=str(out), starts=1, models=("LDA",)))
    return out


def test_the_table_of_files_is_what_a_run_writes(demo_run):
    written_files = GUIDE[GUIDE.index("## What a run writes") : GUIDE.index("## Theme packs")]
    rows = re.findall(r"^\| (`[^|]+`(?:, `[^|]+`)*) \|", written_files, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)} - {"--out"}
    outputs = json.loads((demo_run / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    written = {name.split("/")[0] + ("/" if "/" in name else "") for name in outputs}

    assert written | {"manifest.json"} == named


def test_the_pack_of_the_guide_is_one(tmp_path):
    (tmp_path / "mine.toml").write_text(example_of_guide("Theme packs", "toml"), encoding="utf-8")

    assert topoi.load_themes(tmp_path / "mine.toml").names == ["children", "labour"]


def test_the_sheets_of_the_guide_are_of_the_passages_of_a_run(
    demo_run, tmp_path, monkeypatch, topoi_command
):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(demo_run, "runs/articles")
    words = example_of_guide("Codes that", "sh").split()

    code, _, _ = topoi_command(*words[1:])

    assert (words[0], code) == ("topoi", 0)
    key = topoi.read_key("validation/keys/coding", manifest="validation/coding")
    kept = pd.read_parquet(demo_run / "corpus.parquet").query("level == 'passage'")
    assert len(key) == 50
    assert set(key["passage_id"]) <= set(kept["passage_id"])
    assert Path("validation/coding/sheet_anna.csv").is_file()


@pytest.mark.parametrize("target", ["demo", "test", "lint", "figures", "bench", "lab", "clean"])
def test_make_targets_stand_in_the_makefile(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE)
