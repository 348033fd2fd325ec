"""Does `topoi themes measure` give the numbers of a run, and does a background only teach?"""

import hashlib
import json
import re
from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
from handmade import hashes_of_files, table_file, texts

from topoi.config import RunConfig
from topoi.errors import InputError
from topoi.measures.prevalence import prevalence
from topoi.measures.theme_audit import audit_themes
from topoi.pipeline import build_study, run
from topoi.plots.table_csv import read_table, table_csv
from topoi.theme_run import measure_themes, write_themes

FILES = [
    "counters.csv", "documents.csv", "ledger.parquet", "manifest.json", "prevalence.csv",
    "seeds.csv", "sub_themes.parquet", "theme_topics.csv", "themes.parquet",
]  # fmt: skip
QUICK = ("--starts", "1")


@pytest.fixture
def call(topoi_command):
    """A function that runs `topoi themes`: exit code, standard output and error."""
    return partial(topoi_command, "themes")


@pytest.fixture(scope="module")
def small_themes(small_folder, tmp_path_factory):
    """The folder of `topoi themes measure` for the small folder, with the settings of small_run."""
    out = tmp_path_factory.mktemp("themes") / "out"
    write_themes(RunConfig(source=str(small_folder), out=str(out), starts=2))
    return out


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def quick(source, tmp_path, **more):
    return RunConfig(source=str(source), out=str(tmp_path / "out"), **{"starts": 1, **more})


# --- the numbers of a run -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["themes.parquet", "sub_themes.parquet", "documents.csv", "ledger.parquet"]
)
def test_shares_and_ledger_are_the_bytes_of_a_run(small_run, small_themes, name):
    assert (small_themes / name).read_bytes() == (small_run.out / name).read_bytes()


def test_prevalence_is_that_of_a_run_without_its_topics(small_run, small_themes):
    of_run = read_table((small_run.out / "prevalence.csv").read_bytes())

    found = read_table((small_themes / "prevalence.csv").read_bytes())

    of_themes = of_run.loc[of_run["kind"] != "topic"].reset_index(drop=True)
    assert len(of_run) > len(of_themes) > 0
    # Read without the topics a column may be of another kind; the numbers are the same.
    assert found.astype("str").equals(of_themes.astype("str"))


def test_the_manifest_is_true_and_names_the_settings_that_count(small_themes, small_folder):
    facts = json.loads((small_themes / "manifest.json").read_text(encoding="utf-8"))

    assert names_in(small_themes) == FILES
    assert {*facts["outputs"], "manifest.json"} == {*FILES}
    for name, digest in facts["outputs"].items():
        assert hashlib.sha256((small_themes / name).read_bytes()).hexdigest() == digest
    assert facts["inputs"] == hashes_of_files(small_folder)
    assert facts["models"] == {}
    assert "background" not in facts
    assert facts["settings"]["starts"] == 2
    assert facts["settings"]["min_docs"] == 2
    assert not {"models", "topics", "theme_topics", "residual", "workers"} & set(facts["settings"])


def test_seeds_are_those_of_the_audit(small_run, small_themes):
    audit = audit_themes(small_run.study.matrix, small_run.study.themes)

    assert (small_themes / "seeds.csv").read_bytes() == table_csv(audit.seeds)


# --- the command --------------------------------------------------------------------------------


def test_the_screen_has_shares_groups_and_the_most_typical_passages(call, small_folder, tmp_path):
    code, out, err = call(small_folder, *QUICK, "--out", tmp_path / "out")

    assert code == 0
    assert [line[:9] for line in err.splitlines()] == [
        "· finishe", "· reading", "· cleanin", "· countin", "· measuri",
    ]  # fmt: skip
    study = measure_themes(quick(small_folder, tmp_path)).study
    for row in prevalence(study.shares, random_state=study.seed).itertuples():
        shown = f"{row.estimate:.1%}  [{row.lower:.1%}, {row.upper:.1%}]"
        assert re.search(rf"^  \w+ \w+ +{re.escape(shown)}", out, re.M), shown
    by_source = prevalence(study.shares, by="source", random_state=study.seed)
    assert "\nBy source:\n" in out
    for row in by_source.itertuples():
        line = next(line for line in out.splitlines() if line.startswith(f"  {row.group} "))
        assert f"{row.estimate:.1%}" in line
    best = study.shares.loc[study.shares["n_tokens"] >= 15].groupby("theme")["share"].max()
    heads = re.findall(r"^Most typical of (\w+) (\w+), (\d+%): ", out, re.M)
    assert {(f"{one}_{two}", share) for one, two, share in heads} == {
        (name, f"{share:.0%}") for name, share in best.items()
    }
    assert out.splitlines()[-1] == f"tables    {tmp_path / 'out'}"
    assert max(map(len, out.splitlines()[-15:])) <= 200


def test_the_sub_command_may_be_left_out_and_flags_may_come_first(call, tmp_path):
    source = table_file(tmp_path, date=["2021-02-03"] * 8)

    shown = [
        call(*words)
        for words in (
            ("measure", source, *QUICK),
            (source, *QUICK),
            (*QUICK, source),
        )
    ]

    assert [code for code, _, _ in shown] == [0, 0, 0]
    assert len({out for _, out, _ in shown}) == 1
    assert "tables" not in shown[0][1]
    assert names_in(tmp_path) == [source.name]


def test_json_stands_alone_on_standard_output_and_has_the_tables(call, small_folder, tmp_path):
    code, out, err = call(small_folder, *QUICK, "--json", "--quiet")

    facts = json.loads(out, parse_constant=pytest.fail)
    assert (code, err, out.count("\n")) == (0, "", 1)
    found = measure_themes(quick(small_folder, tmp_path))
    study = found.study
    assert (facts["schema"], facts["out"], facts["by"]) == (1, None, "source")
    assert facts["documents"] == study.documents.ledger.counts()
    assert (facts["passages"], facts["terms"]) == (
        len(study.passages), len(study.matrix.vocabulary),
    )  # fmt: skip
    tables = {
        "themes": prevalence(study.shares, random_state=study.seed),
        "sub_themes": prevalence(study.sub_shares, random_state=study.seed),
        "groups": prevalence(study.shares, by="source", random_state=study.seed),
    }
    for name, table in tables.items():
        assert [list(row) for row in facts[name]] == [list(table.columns)] * len(table)
        assert [row["estimate"] for row in facts[name]] == list(table["estimate"])
    assert [row["counter"] for row in facts["counter_words"]] == list(
        found.audit.counters["counter"]
    )
    assert "corrected" not in facts


def test_json_of_a_corpus_without_groups_has_none(call, tmp_path):
    code, out, _ = call(table_file(tmp_path, n=2), *QUICK, "--json", "--out", tmp_path / "out")

    facts = json.loads(out, parse_constant=pytest.fail)
    assert (code, facts["by"], facts["groups"]) == (0, None, [])
    assert {row["lower"] for row in facts["themes"]} == {None}
    assert facts["out"] == str(tmp_path / "out")


PARTS = """
name = "parts"
[[theme]]
name = "routes"
definition = "Ways."
counter = ["family reunification", "visa card", "border collie"]
[theme.seeds]
work = ["visa*"]
care = ["asylum*"]
absent = ["nowhere-at-all"]
[[theme]]
name = "borders"
definition = "Guarding."
seeds = ["border*", "wall"]
"""


def test_sub_themes_and_counter_words_that_fired_are_shown(call, tmp_path):
    pack = tmp_path / "parts.toml"
    pack.write_text(PARTS, encoding="utf-8")

    code, out, _ = call(table_file(tmp_path), *QUICK, "--themes", pack, "--out", tmp_path / "out")

    assert code == 0
    assert "Sub-themes, each measured as a theme of its own; they may overlap:" in out
    assert re.search(r"^  routes: work +\d+\.\d% \[", out, re.M)
    assert re.search(r"^  no seed occurs of: routes: absent$", out, re.M)
    assert "routes: borders" not in out
    line = "Counter-words of routes, not counted as seeds: family reunification (8 in 8 passages)"
    assert line in out.splitlines()
    counters = read_table((tmp_path / "out" / "counters.csv").read_bytes())
    assert list(counters["occurrences"].astype(int)) == [8, 0, 0]
    parts = pd.read_parquet(tmp_path / "out" / "sub_themes.parquet")
    assert list(dict.fromkeys(parts["sub_theme"])) == ["routes_work", "routes_care"]


def test_a_pack_without_sub_themes_has_no_table_of_them(tmp_path):
    pack = tmp_path / "own.toml"
    head, _, plain = PARTS.split("[[theme]]")
    pack.write_text(f"{head}[[theme]]{plain}", encoding="utf-8")

    found = write_themes(quick(table_file(tmp_path), tmp_path, themes=str(pack)))

    assert found.study.sub_shares is None
    assert "sub_themes.parquet" not in names_in(tmp_path / "out")


def test_several_places_and_covariates_are_measured(call, tmp_path):
    parties = {"party": list("aabbaabb"), "other": list("xxxxyyyy")}
    first, second = (table_file(tmp_path, name=f"{n}.csv", **parties) for n in (1, 2))
    out = tmp_path / "out"

    code, shown, _ = call(
        first, second, "--near=0", "--starts=1", "--covariates=party", "--out", out
    )

    assert (code, shown[:18]) == (0, "Read 16 documents:")
    table = read_table((out / "prevalence_by_covariate.csv").read_bytes())
    assert set(table["covariate"]) == {"party"}
    assert set(table["group"]) == {"a", "b"}


def test_a_folder_called_like_a_command_is_named_with_its_place(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "check").mkdir()
    table_file(tmp_path / "check")

    assert call("./check", *QUICK)[0] == 0
    code, _, err = call("check")
    assert (code, "Missing argument 'SOURCE...'" in err) == (2, True)
    for words in (("--help",), ("measure", "--help")):
        _, out, _ = call(*words)
        assert "./check" in out


def test_a_mistyped_command_is_told_and_a_missing_folder_too(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    code, _, err = call("chek", "articles")
    assert code == 2
    assert "no command and nothing to read at 'chek'. Did you mean 'check'?" in err

    code, _, err = call("zzz")
    assert code == 1
    assert "There is nothing at zzz" in err


def test_quiet_says_nothing_and_settings_of_topics_are_no_flags(call, tmp_path):
    source = table_file(tmp_path)

    assert call(source, *QUICK, "--quiet") == (0, "", "")
    code, _, err = call(source, "--topics", "3")
    assert code == 2
    assert "No such option" in err


def test_titles_and_texts_cannot_write_to_the_terminal(call, tmp_path):
    source = table_file(tmp_path, title=["\x1b[31mred"] * 8)

    _, out, _ = call(source, *QUICK)

    assert "Most typical of" in out
    assert "[31mred" in out
    assert "\x1b" not in out


# --- the folder ---------------------------------------------------------------------------------


def test_an_earlier_result_is_replaced_but_not_one_of_a_run_or_of_something_else(tmp_path):
    source, config = table_file(tmp_path), quick(table_file(tmp_path), tmp_path)
    write_themes(config)
    write_themes(replace(config, seed=8))
    assert names_in(tmp_path / "out") == FILES

    with pytest.raises(InputError, match="holds the results of `topoi themes measure`; name ano"):
        run(replace(config, models=("LDA",), topics=3))
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match=r"accounts for: mine\.txt"):
        write_themes(config)
    assert names_in(tmp_path) == [".topoi-cache", "out", source.name]


def test_the_results_of_a_run_are_left_alone(small_run, small_folder):
    before = names_in(small_run.out)

    with pytest.raises(InputError, match="holds the results of `topoi run`; name another folder"):
        write_themes(RunConfig(source=str(small_folder), out=str(small_run.out), starts=1))
    assert names_in(small_run.out) == before


def test_a_failure_leaves_nothing(tmp_path):
    config = quick(table_file(tmp_path), tmp_path, by="sauce")

    with pytest.raises(InputError, match="no column 'sauce'"):
        write_themes(config)
    assert names_in(tmp_path) == [".topoi-cache", "speeches.csv"]  # it was read


# --- background ---------------------------------------------------------------------------------


@pytest.fixture
def background(tmp_path):
    """A folder with a table of texts of other words, of which one is a copy, and an empty file."""
    folder = tmp_path / "more"
    folder.mkdir()
    others = [text.replace("Border patrol", "Coast guard") for text in texts(6)]
    # Ids that occur twice do not matter: nothing is said of these texts one by one.
    table = pd.DataFrame({"id": ["x"] * 7, "text": [*others, others[0]]})
    table.to_csv(folder / "others.csv", index=False)
    (folder / "empty.txt").write_text(" ")
    return folder


def test_a_background_teaches_topics_and_is_not_measured(tmp_path, background):
    config = quick(table_file(tmp_path), tmp_path)
    alone = measure_themes(config).study

    taught = measure_themes(replace(config, background=str(background))).study

    assert taught.passages.ids == alone.passages.ids
    assert taught.matrix.vocabulary.terms == alone.matrix.vocabulary.terms
    assert list(taught.shares["passage_id"]) == list(alone.shares["passage_id"])
    assert list(taught.shares["share"]) != list(alone.shares["share"])
    assert taught.background.ledger.counts() == {
        **taught.background.ledger.counts(), "read": 8, "kept": 6, "dropped": 1, "merged": 1,
    }  # fmt: skip


def test_a_run_measures_with_the_background_too(tmp_path, background):
    config = quick(table_file(tmp_path), tmp_path, background=str(background), lemmas="plurals")

    of_run = build_study(replace(config, models=("LDA",), topics=3))

    assert of_run.shares.equals(measure_themes(config).study.shares)
    assert list(of_run.fits) == ["LDA"]


def test_what_became_of_the_background_is_written_and_shown(call, tmp_path, background):
    source, out = table_file(tmp_path), tmp_path / "out"

    _, shown, _ = call(source, *QUICK, "--background", background, "--out", out)

    assert "\nBackground: read 8 documents, kept 6, in " in shown
    facts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(facts["background"]) == {"others.csv", "empty.txt"}
    assert set(facts["inputs"]) == {"speeches.csv"}
    assert facts["settings"]["background"] == str(background)
    events = pd.read_parquet(out / "background_ledger.parquet")
    assert set(events["action"]) >= {"read", "dropped", "merged"}


def test_results_may_not_lie_in_the_background(tmp_path, background):
    config = quick(table_file(tmp_path), tmp_path, background=str(background))

    with pytest.raises(InputError, match="lie in one another"):
        write_themes(replace(config, out=str(background / "out")))
    with pytest.raises(InputError, match="There is nothing at"):
        write_themes(replace(config, background=str(tmp_path / "nowhere")))
    assert names_in(background) == ["empty.txt", "others.csv"]
