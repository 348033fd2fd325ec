"""Does `topoi themes` say what a pack finds, write it whole, and end as the other commands?"""

import csv
import hashlib
import json
import re
from functools import partial
from pathlib import Path

import pytest
from handmade import table_file

from topoi.io.packs import load_themes, shipped_packs

FILES = [
    *("counters.csv", "ledger.csv", "manifest.json", "overlap.csv", "seeds.csv"),
    *("suggestions.csv", "themes.csv"),
]
OWN = """
name = "own"
[[theme]]
name = "routes"
definition = "Where people come through."
seeds = ["border*", "crossing", "nowhere-at-all"]
"""


@pytest.fixture
def call(topoi_command):
    """A function that runs `topoi themes`: exit code, standard output and error."""
    return partial(topoi_command, "themes")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_list_names_every_shipped_pack_with_its_seeds(call):
    code, out, err = call("list")

    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in lines] == shipped_packs()
    themes = load_themes("migration")
    n_seeds = sum(len(theme.seeds) for theme in themes)
    assert re.fullmatch(rf"migration +en +{n_seeds} seeds +root causes, border .*", lines[0])


def test_a_check_shows_each_theme_with_its_seeds_and_terms_to_consider(call, small_folder):
    code, out, err = call("check", small_folder, "--themes", "migration")

    assert code == 0
    assert [line[:9] for line in err.splitlines()] == [
        "· reading", "· cleanin", "· countin", "· judging",
    ]  # fmt: skip
    lines = out.splitlines()
    assert re.fullmatch(
        r"Read \d+ documents: kept \d+, dropped 2, merged 1; \d+ were cleaned\.", lines[0]
    )
    heads = [line for line in lines if line.startswith("== ")]
    assert [head[3:].split(":")[0] for head in heads] == [
        "ROOT CAUSES", "BORDER SECURITY", "LEGAL PATHWAYS",
    ]  # fmt: skip
    assert re.search(r"^   visa\* +\d+ +\d+ +\d+ +\d+% \(\d+%\) +\d+% \(\d+%\)  visa", out, re.M)
    assert re.search(r"^   never occur \(\d+\): ", out, re.M)
    assert out.endswith("look at contexts with topoi.kwic first.\n")
    assert not re.search("[\x00-\x09\x0b-\x1f]", out)


def test_every_seed_of_the_pack_stands_on_the_screen(call, small_folder):
    _, out, _ = call("check", small_folder, "--quiet", "--themes", "migration")
    assert out == ""

    _, out, _ = call("check", small_folder)

    text = " ".join(out.split())
    for theme in load_themes("migration"):
        for seed in theme.seeds:
            assert seed.pattern in text, seed.pattern


def test_the_tables_are_written_whole_and_agree_with_the_screen(call, small_folder, tmp_path):
    out = tmp_path / "checks" / "mine"

    code, shown, _ = call("check", small_folder, "--out", out, "--suggestions", "3")

    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert [path.name for path in (tmp_path / "checks").iterdir()] == ["mine"]
    assert shown.splitlines()[-1] == f"tables    {out}"
    seeds, themes = rows_of(out / "seeds.csv"), rows_of(out / "themes.csv")
    for theme in themes:
        own = [row for row in seeds if row["theme"] == theme["theme"]]
        assert sum(int(row["occurrences"]) for row in own) == int(theme["hits"])
        assert f"{theme['seeds_found']} of {theme['seeds']} seeds occur" in shown
    actions = {row["action"] for row in rows_of(out / "ledger.csv")}
    assert {"read", "dropped", "merged"} <= actions


def test_counter_words_that_fired_stand_before_those_that_never_occur(call, tmp_path):
    pack = tmp_path / "own.toml"
    words = 'counter = ["border patrol agents", "border collie", "crossing the bar"]\n'
    pack.write_text(OWN + words)

    code, out, _ = call("check", table_file(tmp_path), "--themes", pack)

    assert code == 0
    fired = "   counter-words found, not counted as seeds: border patrol agents (8 in 8 passages)"
    assert fired in out.splitlines()
    assert "   counter-words that never occur (2): border collie, crossing the bar" in out


def test_several_places_are_checked_as_one_corpus(call, tmp_path):
    first, second = (table_file(tmp_path, n=n, name=f"{n}.csv") for n in (8, 3))

    code, out, _ = call("check", first, second, "--near", "0")

    assert code == 0
    assert out.startswith("Read 11 documents: kept 11,")


def test_terms_to_consider_stand_with_their_context(call, tmp_path):
    kinds = ("visa permit {} harvest farm", "border patrol {} river", "music {} weather garden")
    texts = [f"{kind.format('w' * (2 + n % 9))} talk" for kind in kinds for n in range(30)]
    (tmp_path / "texts.csv").write_text("id,text\n" + "\n".join(
        f"d{n},{text}" for n, text in enumerate(texts)
    ))  # fmt: skip
    out = tmp_path / "out"

    words = ("--near", "0", "--no-phrases", "--suggestions", "1", "--out", out)
    _, shown, _ = call("check", tmp_path / "texts.csv", *words)

    assert re.search(r"^   farm +30 +100% +\d\.\d +\d\.\d +.* \[farm\] talk$", shown, re.M)
    assert "[harvest]" not in shown
    found = rows_of(out / "suggestions.csv")
    assert [(row["theme"], row["term"]) for row in found] == [
        ("border_security", "river"), ("legal_pathways", "farm"),
    ]  # fmt: skip


def test_a_second_check_takes_the_place_of_the_first_and_of_nothing_else(call, tmp_path):
    source, out = table_file(tmp_path), tmp_path / "out"
    assert call("check", source, "--out", out)[0] == 0
    before = (out / "seeds.csv").read_bytes()

    assert call("check", source, "--out", out)[0] == 0
    assert (out / "seeds.csv").read_bytes() == before
    (out / "mine.txt").write_text("mine")
    code, shown, err = call("check", source, "--out", out)

    assert (code, shown) == (1, "")
    assert "holds files that no earlier result of topoi accounts for: mine.txt" in err
    assert (out / "seeds.csv").read_bytes() == before


@pytest.mark.parametrize("manifest", [None, '{"kind": "mine", "outputs": {"seeds.csv": "0"}}'])
def test_files_that_only_are_called_as_those_of_a_check_are_not_replaced(call, tmp_path, manifest):
    out = tmp_path / "out"
    out.mkdir()
    (out / "seeds.csv").write_text("mine")
    if manifest:
        (out / "manifest.json").write_text(manifest)

    code, shown, err = call("check", table_file(tmp_path), "--out", out)

    assert (code, shown) == (1, "")
    assert re.search(
        r"no earlier result of topoi accounts for: (manifest\.json, )?seeds\.csv\.", err
    )
    assert (out / "seeds.csv").read_text() == "mine"


def test_the_manifest_of_a_check_names_its_tables(call, tmp_path):
    out = tmp_path / "out"
    call("check", table_file(tmp_path), "--out", out)

    facts = json.loads((out / "manifest.json").read_text())

    assert facts["outputs"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob("*.csv")
    }
    assert "topoi" in facts["versions"]


def test_a_pack_of_ones_own_is_checked(call, tmp_path):
    (tmp_path / "own.toml").write_text(OWN)

    code, out, _ = call("check", table_file(tmp_path), "--themes", tmp_path / "own.toml")

    assert code == 0
    assert "== ROUTES: 2 of 3 seeds occur" in out
    assert "   never occur (1): nowhere-at-all" in out


def test_a_theme_that_never_occurs_is_said_and_no_failure(call, tmp_path):
    (tmp_path / "own.toml").write_text(OWN.replace('"border*", "crossing", ', ""))

    code, out, _ = call("check", table_file(tmp_path), "--themes", tmp_path / "own.toml")

    assert code == 0
    assert "! no seed occurs: the theme cannot be measured here" in out
    assert "No further term goes with this theme and no other." in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing",), r"topoi: There is nothing at nothing\."),
        (("texts", "--themes", "migraton"), r"topoi: There is no theme pack 'migraton' \(did you"),
        (("texts", "--themes", "no.toml"), r"topoi: The file of theme pack no\.toml cannot be"),
        (
            ("texts", "--themes", "bad.toml"),
            r"topoi: Theme pack bad\.toml, theme 'routes', key 'seeds': Seed 'Border' is not",
        ),
        (("texts", "--out", "texts/out"), r"topoi: The results \(texts/out\) and the source"),
        (("texts", "--near", "7"), r"topoi: near must be 0 or lie in"),
    ],
)
def test_unusable_input_ends_with_1_a_message_and_nothing_written(
    call, tmp_path, monkeypatch, words, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text(OWN.replace("border*", "Border"))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mine.txt").write_text("Some words on asylum and borders.")
    before = sorted(tmp_path.rglob("*"))

    code, out, err = call("check", *words)

    assert (code, out) == (1, "")
    assert re.match(message, err.splitlines()[-1]), err
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check",), "Missing argument 'SOURCE...'"),
        (("check", "a", "--suggestions", "0"), "0 is not in the range x>=1"),
        (("check", "a", "--topics", "3"), "No such option"),
        (("check", "a", "--scheduler", "tcp://a:1"), "No such option"),
        (("a", "--scheduler", "tcp://a:1"), "No such option"),
        (("chek",), "There is no command and nothing to read at 'chek'. Did you mean 'check'?"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_hint(call, words, message):
    code, out, err = call(*words)

    assert (code, out) == (2, "")
    assert message in " ".join(err.split())


def test_help_names_the_settings_that_a_check_has(call):
    code, out, _ = call("check", "--help")

    assert code == 0
    for flag in ("--themes", "--text", "--language", "--min-docs", "--out", "--suggestions"):
        assert flag in out
    for flag in ("--models", "--starts", "--seed", "--source", "--background"):
        assert not re.search(rf"{flag}\s", out), flag


def test_names_and_terms_of_a_pack_cannot_write_to_the_terminal(call, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace('name = "routes"', 'name = "routes"\nlabel = "\\u001b[31mred"'))

    _, out, _ = call("check", table_file(tmp_path), "--themes", file)

    assert "\x1b" not in out
    assert "== [31MRED: " in out


def test_paths_are_shown_as_given(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    _, out, _ = call("check", table_file(tmp_path), "--out", "checked")

    assert out.splitlines()[-1] == "tables    checked"
    assert Path("checked/seeds.csv").is_file()
