"""Are settings checked, named alike in file and flags, and read relative to their file?"""

import tomllib
from dataclasses import fields
from pathlib import Path

import click
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.cli.options import settings_flags, settings_from
from topoi.config import MODELS, RunConfig
from topoi.errors import InputError
from topoi.settings_file import check_keys, commented_toml, read_config

NAMES = [f.name for f in fields(RunConfig)]


def written(tmp_path, text, name="topoi.toml"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


# --- keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "sed",
            r"unknown key 'sed', did you mean 'seed'\? Known keys: source, out, cache, no_cache,",
        ),
        ("theme_topic", r"unknown key 'theme_topic', did you mean 'theme_topics'\?"),
        ("zzz", r"unknown key 'zzz'\. Known keys: source,"),
        ("run", r"unknown key 'run'"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path, key, words):
    file = written(tmp_path, f"{key} = 3\n")

    with pytest.raises(InputError, match=words) as caught:
        read_config(file)
    assert str(caught.value).startswith(str(file))


def test_all_unknown_keys_are_named_at_once():
    with pytest.raises(InputError, match=r"'sed', did you mean 'seed'\?; unknown key 'oot'"):
        check_keys({"sed": 1, "oot": 2}, where="here")


# --- types and ranges ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("source", 3, r"source must be text or a list of texts; got 3\."),
        ("source", ("a", 3), r"source must be text or a list of texts; got \('a', 3\)\."),
        ("source", (), r"No source given: name a folder or file"),
        ("source", ("a", ""), r"source names an empty path among others; take it out\."),
        ("source", ("a", "b\x00"), r"source holds the character NUL"),
        ("covariates", "party", r"covariates must be a list of names; got 'party'\."),
        ("covariates", ("party", 1), r"covariates must be a list of names; got \('party', 1\)\."),
        ("covariates", ("a", "b", "a"), r"covariates names a twice\."),
        ("covariates", ("a", ""), r"covariates names a column without a name; take it out\."),
        ("language", "xx", r"language must be one of en, es; got 'xx'\."),
        ("source", "", r"No source given: name a folder or file with --source or in the file\."),
        ("out", None, r"out must be text; got None\."),
        ("out", "", r"out must name a folder; got an empty text\."),
        ("source", "a\x00b", r"source holds the character NUL, which no path can\."),
        ("codes", 3, r"codes must be text; got 3\."),
        ("codes", "", r"codes and codes_key must name a file or folder; leave them out if not\."),
        ("codes", "a\x00b", r"codes holds the character NUL"),
        ("codes_key", 3, r"codes_key must be text; got 3\."),
        ("codes_key", "keys", r"codes_key names the key of sheets; name the sheets with codes\."),
        ("background", 3, r"background must be text or a list of texts; got 3\."),
        ("background", (), r"background must name texts; leave it out where there are none\."),
        ("background", ("", "a"), r"background names an empty path among others"),
        ("background", "", r"background must name texts; leave it out where there are none\."),
        ("background", "a\x00b", r"background holds the character NUL, which no path can\."),
        ("text", 3, r"text must be text; got 3\."),
        ("id", True, r"id must be text; got True\."),
        ("date", ["d"], r"date must be text; got \['d'\]\."),
        ("title", 1.5, r"title must be text; got 1\.5\."),
        ("source_column", 1, r"source_column must be text; got 1\."),
        ("pattern", "/a", r"pattern must be a relative file pattern .* got '/a'"),
        ("pattern", "", r"pattern must be a relative file pattern"),
        ("lemmas", "plural", r"lemmas must be one of plurals, simplemma; .* 'plurals'\?"),
        ("date_format", 1, r"date_format must be text; got 1\."),
        ("date_format", "dym", r"date_format must be one of dmy, mdy, ymd, epoch or .* got 'dym'"),
        ("on_duplicate_id", "frist", r"one of error, suffix, first; got 'frist'\. .* 'first'\?"),
        ("by", 1, r"by must be text; got 1\."),
        ("freq", "W", r"freq must be one of M, Q, Y; got 'W'\."),
        ("freq", "QS", r"freq must be one of M, Q, Y; got 'QS'\. Did you mean 'Q'\?"),
        ("cache", "", r"cache must name a folder; leave it out for the usual one\."),
        ("cache", "a\0", r"cache holds the character NUL"),
        ("no_cache", 1, r"no_cache must be true or false; got 1\."),
        ("themes", 1, r"themes must be text; got 1\."),
        (
            "unit",
            "paragraphs",
            r"unit must be one of paragraph, sentence, window, speaker; .* 'paragraph'\?",
        ),
        ("query", 3, r"query must be text; got 3\."),
        ("query", "visa OR", r"The query cannot be read at character 8: the query ends"),
        ("near", "0.5", r"near must be a number; got '0\.5'\."),
        ("near", -1, r"near must be 0 or lie in \[0\.2, 1\]; got -1\."),
        ("near", 0.1, r"near must be 0 or lie in \[0\.2, 1\]; got 0\.1\."),
        ("near", 1.01, r"near must be 0 or lie in \[0\.2, 1\]; got 1\.01\."),
        ("near", float("nan"), r"near must be 0 or lie in \[0\.2, 1\]; got nan\."),
        ("contained", "all", r"contained must be a number; got 'all'\."),
        ("contained", 0.1, r"contained must be 0 or lie in \[0\.2, 1\]; got 0\.1\."),
        ("contained", 2, r"contained must be 0 or lie in \[0\.2, 1\]; got 2\."),
        ("spun", 1, r"spun must be true or false; got 1\."),
        ("phrases", 1, r"phrases must be true or false; got 1\."),
        ("min_docs", 0, r"min_docs must be a whole number >= 1; got 0\."),
        ("min_docs", 2.0, r"min_docs must be a whole number; got 2\.0\."),
        ("topics", 0, r"topics must be a whole number >= 1; got 0\."),
        ("topics", "12", r"topics must be a whole number; got '12'\."),
        ("theme_topics", -1, r"theme_topics must be a whole number >= 1; got -1\."),
        ("residual", -1, r"residual must be a whole number >= 0; got -1\."),
        ("starts", 0, r"starts must be a whole number >= 1; got 0\."),
        ("clusters", 3, r"clusters must be text; got 3\."),
        ("refits", -1, r"refits must be a whole number >= 0; got -1\."),
        ("models", "LDA", r"models must be a list of names; got 'LDA'\."),
        ("models", ("LDA", 3), r"models must be a list of names; got \('LDA', 3\)\."),
        ("models", (), r"models is empty; name at least one of KeywordLDA, LDA,"),
        ("formats", ("svg", "gif"), r"formats must be one of svg, pdf, png; got 'gif'"),
        ("formats", (), r"formats is empty; name at least one of svg, pdf, png\."),
        ("models", ("LDA", "lda2"), r"models must be one of .*; got 'lda2'\."),
        ("models", ("KeywordLDAs",), r"Did you mean 'KeywordLDA'\?"),
        ("models", ("LDA", "NMF", "LDA"), r"models names LDA twice\."),
        ("seed", -1, r"seed must be a whole number >= 0; got -1\."),
        ("seed", 2**32, r"seed must be a whole number <= 4294967295; got 4294967296\."),
        ("seed", True, r"seed must be a whole number; got True\."),
        ("workers", 0, r"workers must be a whole number >= 1; got 0\."),
        ("workers", True, r"workers must be a whole number; got True\."),
        ("scheduler", 8786, r"scheduler must be text; got 8786\."),
        ("raw_csv", 1, r"raw_csv must be true or false; got 1\."),
        ("quiet", "yes", r"quiet must be true or false; got 'yes'\."),
        ("json", 0, r"json must be true or false; got 0\."),
    ],
)
def test_a_wrong_value_is_refused_by_name(key, value, words):
    with pytest.raises(InputError, match=words):
        RunConfig(**{"source": "x", key: value})


def test_every_setting_but_the_free_texts_has_a_refusal():
    tested = {case[0] for case in test_a_wrong_value_is_refused_by_name.pytestmark[0].args[1]}

    assert tested == set(NAMES)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("near", 1), ("near", 0.2), ("contained", 0), ("contained", 0.2), ("contained", 1),
        ("spun", False), ("residual", 0), ("topics", None), ("min_docs", 1),
        ("models", ("NMF",)), ("models", MODELS), ("seed", 0), ("seed", 2**32 - 1),
    ],
)  # fmt: skip
def test_values_at_the_edge_are_allowed(key, value):
    assert getattr(RunConfig(**{"source": "x", key: value}), key) == value


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [("topics", np.int64(5), 5), ("seed", np.uint32(7), 7), ("near", np.float64(0.5), 0.5)],
)
def test_numbers_of_numpy_become_those_of_python(key, value, kept):
    found = getattr(RunConfig(**{"source": "x", key: value}), key)

    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"near": 1, "spun": True}, "near = 1 merges exact copies only, and spun = true asks"),
        ({"near": 1, "contained": 0.9}, "and contained = 0.9 asks for more. Leave contained out"),
        ({"near": 0, "contained": 0.9}, "near = 0 merges none, and contained = 0.9 asks for more"),
    ],
)
def test_copies_that_near_forbids_are_refused(settings, words):
    with pytest.raises(InputError, match=words):
        RunConfig(source="x", **settings)


def test_near_that_forbids_others_may_stand_beside_their_absence():
    config = RunConfig(source="x", near=1, contained=0, spun=False)

    assert (config.contained, config.spun) == (0, False)


def test_a_list_of_models_and_paths_may_be_given_as_python_has_them():
    config = RunConfig(
        source=Path("texts"), out=Path("runs") / "1", themes=Path("my.toml"), models=["LDA"]
    )

    assert (config.source, config.out, config.themes) == ("texts", str(Path("runs/1")), "my.toml")
    assert config.models == ("LDA",)


def test_several_sources_are_kept_in_order_and_one_alone_is_itself():
    several = RunConfig(source=[Path("texts"), "more.csv"], background=["a", "b"])
    alone = RunConfig(source=["texts"], background=(Path("a"),), covariates=["party"])

    assert (several.source, several.background) == (("texts", "more.csv"), ("a", "b"))
    assert several.shown()["source"] == ["texts", "more.csv"]
    assert (alone.source, alone.background) == ("texts", "a")
    assert alone.covariates == ("party",)


def test_settings_that_decide_the_result_leave_out_place_and_speed():
    config = RunConfig(source="x")

    shown = config.shown()

    unsaid = {"covariates", "clusters", "codes", "codes_key", "raw_csv"}
    apart = {"out", "cache", "no_cache", "formats", "workers", "scheduler", "quiet", "json"}
    assert set(NAMES) - set(shown) == apart | unsaid
    assert shown["models"] == ["KeywordLDA", "LDA", "NMF"]
    assert shown == RunConfig(source="x", out="y", workers=3, quiet=True, json=True).shown()
    assert RunConfig(source="x", raw_csv=True).shown() == {**shown, "raw_csv": True}


def test_codes_and_covariates_that_are_given_are_shown_without_their_folders():
    config = RunConfig(source="x", codes="a/b.csv", codes_key="a/keys", covariates=["party"])

    shown = config.shown()

    assert (shown["codes"], shown["codes_key"], shown["covariates"]) == (
        *("b.csv", "keys"),
        ["party"],
    )


# --- the file -----------------------------------------------------------------------------------


def test_paths_are_relative_to_the_file(tmp_path):
    text = 'source = "texts"\nout = "runs"\nbackground = "more"\nthemes = "my/pack.toml"\n'
    text += 'codes = "a.csv"\ncodes_key = "keys"\n'
    file = written(tmp_path, text)

    assert read_config(file) == {
        "source": str(tmp_path / "texts"),
        "out": str(tmp_path / "runs"),
        "background": str(tmp_path / "more"),
        "themes": str(tmp_path / "my" / "pack.toml"),
        "codes": str(tmp_path / "a.csv"),
        "codes_key": str(tmp_path / "keys"),
    }


def test_each_path_of_a_list_is_relative_to_the_file(tmp_path):
    file = written(tmp_path, 'source = ["texts", "/data/more", ""]\nbackground = ["a/*.txt"]\n')

    assert read_config(file) == {
        "source": [str(tmp_path / "texts"), "/data/more", ""],
        "background": [str(tmp_path / "a/*.txt")],
    }


def test_a_pack_in_a_folder_is_relative_to_the_file_whatever_its_ending(tmp_path):
    file = written(tmp_path, 'themes = "packs/mine"\n')

    assert read_config(file)["themes"] == str(tmp_path / "packs" / "mine")


def test_the_name_of_a_shipped_pack_and_absolute_paths_stay(tmp_path):
    file = written(tmp_path, 'themes = "migration"\nsource = "/data/texts"\nout = ""\n')

    assert read_config(file) == {"themes": "migration", "source": "/data/texts", "out": ""}


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / "windows.toml"
    file.write_bytes('\ufeffsource = "texts"\r\nseed = 3\r\n'.encode())

    assert read_config(file)["seed"] == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"source = ", "cannot be read as TOML"),
        (b"seed = 1\nseed = 2", "cannot be read as TOML"),
        (b"source = '\xff'", "cannot be read as TOML"),
        (b"a = " + b"[" * 5000, "cannot be read as TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content, words):
    file = tmp_path / "x.toml"
    file.write_bytes(content)

    with pytest.raises(InputError, match=words) as caught:
        read_config(file)
    assert "x.toml" in str(caught.value)


@pytest.mark.parametrize("name", ["nothing.toml", ".", "a\x00b"])
def test_what_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"There is no file|cannot be read as TOML|is a folder"):
        read_config(f"{tmp_path}/{name}")


def test_a_value_of_the_wrong_type_in_a_file_is_refused_when_it_is_used(tmp_path):
    file = written(tmp_path, "source = 3\nthemes = ['a.toml']\n")

    with pytest.raises(InputError, match=r"source must be text or a list of texts; got 3\."):
        settings_from(str(file), {})


# --- the file that `topoi init` writes ----------------------------------------------------------


def test_the_commented_file_parses_and_holds_the_defaults():
    values = tomllib.loads(commented_toml(source="texts"))

    values["models"] = tuple(values["models"])
    assert RunConfig(**values) == RunConfig(source="texts")


def test_the_commented_file_names_every_key_with_a_word_on_it():
    lines = commented_toml(source="texts").split("\n")

    for f in fields(RunConfig):
        place = next(
            n for n, line in enumerate(lines) if line.lstrip("# ").startswith(f"{f.name} =")
        )
        assert lines[place - 1] == f"# {f.metadata['text']}"


def test_the_examples_of_unset_keys_are_values_that_are_allowed():
    lines = commented_toml(source="texts").split("\n")
    keys = tuple(f"# {name} = " for name in NAMES)
    opened = "\n".join(line[2:] if line.startswith(keys) else line for line in lines)

    values = tomllib.loads(opened)

    assert set(values) == set(NAMES)
    RunConfig(**{**values, "models": tuple(values["models"])})


def test_several_sources_survive_the_file():
    assert tomllib.loads(commented_toml(source=("a", "b c")))["source"] == ["a", "b c"]


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_any_source_survives_the_file(source):
    source = source.encode("utf-8", "replace").decode("utf-8")

    assert tomllib.loads(commented_toml(source=source))["source"] == source


# --- flags --------------------------------------------------------------------------------------


def test_flags_and_keys_have_the_same_names():
    @click.command()
    @settings_flags()
    def command(**flags):
        del flags

    assert [option.name for option in command.params] == NAMES
    for option in command.params:
        assert f"--{option.name.replace('_', '-')}" in option.opts
        assert option.help


def test_a_flag_goes_before_the_file(tmp_path):
    file = written(tmp_path, 'source = "a"\nseed = 3\nphrases = false\nmodels = ["NMF"]\n')
    flags = dict.fromkeys(NAMES)

    from_file = settings_from(str(file), flags)
    both = settings_from(
        str(file), {**flags, "seed": 4, "phrases": True, "models": "LDA, NMF", "source": "b"}
    )

    assert (from_file.seed, from_file.phrases, from_file.models) == (3, False, ("NMF",))
    assert from_file.source == str(tmp_path / "a")
    assert (both.seed, both.phrases, both.models) == (4, True, ("LDA", "NMF"))
    assert both.source == "b"


def test_places_are_repeated_and_names_divided_by_commas():
    @click.command()
    @settings_flags()
    def command(**flags):
        found.append(settings_from(None, flags))

    found = []
    words = "--source a --source b --background c --covariates party,speaker"
    command.main(words.split(), standalone_mode=False)
    command.main(["--source", "a"], standalone_mode=False)

    assert found[0] == RunConfig(source=("a", "b"), background="c", covariates=("party", "speaker"))
    assert found[1] == RunConfig(source="a")


def test_flags_alone_are_enough():
    assert settings_from(None, {"source": "x", "seed": None}) == RunConfig(source="x")
