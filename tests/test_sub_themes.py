"""Parts of a theme: read from packs, kept with the seeds, and measured by themselves."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import topoi
from topoi.errors import InputError
from topoi.io.packs import load_themes
from topoi.measures.sub_theme_shares import sub_theme_labels, sub_theme_shares
from topoi.themes.theme import Seed, Theme, Themes

PACK = """
name = "demo"
[[theme]]
name = "legal"
definition = "Ways in."
counter = ["visa card"]
[theme.seeds]
work = ["visa*", { seed = "permit", weight = 0.5 }]
protection = ["asylum*"]
[[theme]]
name = "border"
definition = "Guarding."
seeds = ["border*"]
"""
# sha256 of theme, pattern and weight of all seeds: none is changed by accident.
SEEDS = {
    "migration": "17655449ebf159626e287cf25ec410440cbbf7cfe444f889fdb6890b80d54513",
    "migration_es": "3286e043e0f9f3a4d7bc5a92b9c35a756ebca27479e4ee0f9487c2131634ba0e",
}


def themes_of(text: str, folder: Path) -> Themes:
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return load_themes(file)


def parted(**seeds: list[str]) -> Theme:
    found = tuple(Seed(seed, sub_theme=name) for name, words in seeds.items() for seed in words)
    return Theme("legal", "Legal ways", "d", found, counter_words=("visa card",))


def matrix_of(*texts: str, themes: Themes) -> topoi.DocTermMatrix:
    ids = [f"d{number}" for number in range(len(texts))]
    corpus = topoi.Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts)}))
    return topoi.vectorise(corpus, themes=themes, phrases=False, min_docs=1, max_share=1.0)


def test_sub_themes_of_a_pack_are_read_in_order(tmp_path):
    legal, border = themes_of(PACK, tmp_path)

    assert legal.sub_themes == {
        "work": (Seed("visa*", 1.0, "work"), Seed("permit", 0.5, "work")),
        "protection": (Seed("asylum*", 1.0, "protection"),),
    }
    assert list(legal.sub_themes) == ["work", "protection"]
    assert border.sub_themes == {}
    assert border.seeds == (Seed("border*"),)


def test_a_table_marks_the_same_terms_as_a_list(tmp_path):
    listed = PACK.replace("[theme.seeds]\nwork = [", "seeds = [").replace(
        "]\nprotection = [", ",\n"
    )

    grouped = themes_of(PACK, tmp_path)
    plain = themes_of(listed, tmp_path)

    assert plain.weights == grouped.weights
    pd.testing.assert_frame_equal(plain.match(["visa"]), grouped.match(["visa"]))


def test_split_makes_themes_of_sub_themes_and_leaves_the_others_whole(tmp_path):
    parts = themes_of(PACK, tmp_path).split()

    assert parts.name == "demo sub-themes"
    assert parts.names == ["legal_work", "legal_protection", "border"]
    assert parts.labels["legal_work"] == "legal: work"
    assert parts.weights["legal_work"] == {"visa*": 1.0, "permit": 0.5, "visa card": 0.0}
    assert all(theme.sub_themes == {} for theme in parts)
    assert [theme.definition for theme in parts] == ["Ways in.", "Ways in.", "Guarding."]


def test_a_pack_without_sub_themes_cannot_be_split():
    themes = Themes("p", (Theme("x", "x", "d", (Seed("visa"),)),))

    with pytest.raises(InputError, match=r"pack 'p' has sub-themes\. Group the seeds"):
        themes.split()


def test_two_parts_of_one_name_are_refused():
    themes = Themes("p", (parted(work=["visa"]), Theme("legal_work", "x", "d", (Seed("job"),))))

    with pytest.raises(InputError, match="names these themes twice: legal_work"):
        themes.split()


def test_seeds_within_and_without_sub_themes_do_not_mix():
    seeds = (Seed("visa", sub_theme="work"), Seed("asylum"))

    with pytest.raises(InputError, match="'x' has sub-themes, but these seeds are in none: asylum"):
        Theme("x", "x", "d", seeds)


def test_sub_themes_stay_with_the_seeds_of_other_packs():
    themes = Themes("p", (parted(work=["visa", "permit"], care=["asylum", "refuge"]),))

    left = topoi.drop_seed(themes, "permit").themes[0]
    first, second = topoi.half_seeds(themes, 0)

    assert {name: len(seeds) for name, seeds in left.sub_themes.items()} == {"work": 1, "care": 2}
    halves = [seed for half in (first, second) for seed in half.themes[0].seeds]
    assert set(halves) == set(themes.themes[0].seeds)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('["asylum*"]', "[]", "theme 'legal', key 'seeds': key 'protection' is []; a sub-theme"),
        ('["asylum*"]', '"asylum*"', "key 'protection' is 'asylum*'; a sub-theme is a list of at"),
        ('["asylum*"]', "{ a = ['b'] }", "key 'protection' is {'a': ['b']}; a sub-theme is a list"),
        ('["asylum*"]', "[3]", "key 'seeds' must hold texts or tables such as"),
        ('["asylum*"]', '[["asylum*"]]', "key 'seeds' must hold texts or tables such as"),
        ('["asylum*"]', '["visa*"]', "theme 'legal': Theme 'legal' lists these seeds twice: visa*"),
        ('["asylum*"]', '["border*"]', "in more than one theme: 'border*' (legal and border)."),
        ('["asylum*"]', '["visa card"]', "counter-word 'visa card' of theme 'legal' stands for"),
        ("protection", '"Protection"', "Sub-theme name 'Protection' is not usable: write a lower"),
        ("protection", '""', "theme 'legal': Theme 'legal' has sub-themes, but these seeds are in"),
        ("protection", '"a b"', "Sub-theme name 'a b' is not usable"),
        ("protection = [", "a.b = [", "key 'a' is {'b': ['asylum*']}; a sub-theme is a list"),
        ("protection", "work", "is not valid TOML"),
        ('[theme.seeds]\nwork = ["visa*", {', "x = [{", "unknown key 'x'"),
        (
            '[theme.seeds]\nwork = ["visa*", { seed = "permit", weight = 0.5 }]\n'
            'protection = ["asylum*"]',
            "[theme.seeds]",
            "theme 'legal': key 'seeds' is {}; it must have a list of seeds for each sub-theme.",
        ),
        (
            '[theme.seeds]\nwork = ["visa*", { seed = "permit", weight = 0.5 }]\n'
            'protection = ["asylum*"]',
            'seeds = { seed = "visa*" }',
            "key 'seed' is 'visa*'; a sub-theme is a list",
        ),
    ],
)
def test_faults_of_sub_themes_name_file_theme_and_key(tmp_path, old, new, expected):
    text = PACK.replace(old, new)
    assert text != PACK

    with pytest.raises(InputError) as caught:
        themes_of(text, tmp_path)

    assert str(tmp_path / "own.toml") in str(caught.value)
    assert expected in str(caught.value)


def test_shares_of_sub_themes_come_from_the_topics_of_the_same_fit():
    words = {"work": "visa permit farm boss", "care": "asylum refuge camp fear", "": "tea cup"}
    rng = np.random.default_rng(0)
    kinds = [list(words)[number % 3] for number in range(90)]
    texts = [" ".join(rng.choice(words[kind].split(), 30)) for kind in kinds]
    themes = Themes("p", (parted(work=["visa", "permit"], care=["asylum", "refuge"]),))
    matrix = matrix_of(*texts, themes=themes)
    fit = topoi.fit_themes(matrix, themes, n_topics=3, n_starts=2, n_draws=0)

    shares = topoi.share_themes(fit, matrix, themes=themes.split(), n_draws=0)

    # The topics know no seeds, so a fit of the sub-themes themselves has the same.
    own = topoi.fit_themes(matrix, themes.split(), n_topics=3, n_starts=2, n_draws=0)
    pd.testing.assert_frame_equal(shares, own.shares)
    by_kind = shares.assign(kind=np.repeat(kinds, 2)).pivot_table("share", "kind", "theme")
    assert by_kind["legal_work"].idxmax() == "work"
    assert by_kind["legal_care"].idxmax() == "care"


def test_sub_themes_without_a_seed_in_the_text_and_whole_themes_have_no_rows():
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(["visa", "farm", "wall", "tea"], 30)) for _ in range(60)]
    legal = parted(work=["visa"], care=["asylum"])
    themes = Themes("p", (legal, Theme("wall", "Wall", "d", (Seed("wall"),))))
    matrix = matrix_of(*texts, themes=themes)
    fit = topoi.fit_themes(matrix, themes, n_topics=3, n_starts=1)

    shares = sub_theme_shares(fit, matrix)

    found = Themes("p", tuple(part for part in themes.split() if part.name != "legal_care"))
    expected = topoi.share_themes(fit, matrix, themes=found)
    expected = expected.loc[expected["theme"] == "legal_work"].reset_index(drop=True)
    pd.testing.assert_frame_equal(shares, expected)
    assert sub_theme_labels(themes) == {
        "legal_work": "Legal ways: work", "legal_care": "Legal ways: care",
    }  # fmt: skip


def test_themes_without_parts_have_no_shares_of_them():
    themes = Themes("p", (Theme("wall", "Wall", "d", (Seed("wall"),)),))
    matrix = matrix_of(*["wall tea cup"] * 20, themes=themes)

    fit = topoi.fit_themes(matrix, themes, n_topics=2, n_starts=1)

    assert sub_theme_shares(fit, matrix) is None


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_splitting_loses_no_seed_and_changes_no_weight(groups):
    seeds = tuple(Seed(f"w{n}", 1.0 + n, sub_theme=name) for n, name in enumerate(groups))
    themes = Themes("p", (Theme("x", "X", "d", seeds),))

    parts = themes.split()

    before = {seed.pattern: seed.weight for seed in seeds}
    after = [(seed.pattern, seed.weight) for theme in parts for seed in theme.seeds]
    assert len(after) == len(before)
    assert dict(after) == before
    assert parts.names == [f"x_{name}" for name in dict.fromkeys(groups)]


# The shipped packs


def seeds_hash(name: str) -> str:
    seeds = sorted((t.name, s.pattern, s.weight) for t in load_themes(name) for s in t.seeds)
    return hashlib.sha256(json.dumps(seeds).encode()).hexdigest()


@pytest.mark.parametrize("name", ["migration", "migration_es"])
def test_seeds_and_weights_of_shipped_packs_are_those_that_were_meant(name):
    assert seeds_hash(name) == SEEDS[name]


def test_both_shipped_packs_have_the_same_sub_themes():
    english, spanish = load_themes("migration"), load_themes("migration_es")

    assert english.split().names == spanish.split().names
    for theme in (*english, *spanish):
        assert 4 <= len(theme.sub_themes) <= 5
        assert min(map(len, theme.sub_themes.values())) >= 5


@pytest.mark.parametrize("name", ["migration", "migration_es"])
def test_lines_of_shipped_packs_are_at_most_120_long(name):
    file = Path(topoi.__file__).parent / "themes" / "packs" / f"{name}.toml"
    lines = file.read_text(encoding="utf-8").splitlines()

    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []
