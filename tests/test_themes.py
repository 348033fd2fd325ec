"""Themes, seeds and the packs that define them."""

import math
import time
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_cases import joined_tokens

from topoi.errors import InputError
from topoi.io.packs import load_themes, shipped_packs
from topoi.text.patterns import Patterns
from topoi.text.tokenise import tokenise
from topoi.themes.theme import Seed, Theme, Themes

WORDS = st.text(st.sampled_from("abc0-"), min_size=1, max_size=4).filter(lambda w: w[0] != "-")
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
PATTERNS = st.lists(st.tuples(WORDS, st.sampled_from(["", "*"])), min_size=1, max_size=3).map(
    lambda words: " ".join(word + star for word, star in words)
)

PACK = """
name = "demo"
[[theme]]
name = "first_theme"
definition = "What is first."
seeds = ["visa*", { seed = "border*", weight = 0.5 }]
[[theme]]
name = "second"
label = "The second"
definition = "What is second."
includes = ["a", "b"]
seeds = ["root cause*"]
"""


def a_theme(name: str, *patterns: str) -> Theme:
    return Theme(name, name, "A definition.", tuple(Seed(pattern) for pattern in patterns))


def naive_match(pattern: str, term: str) -> bool:
    """Word by word, without regular expressions."""
    wanted, given_words = pattern.split(" "), term.split(" ")
    return len(wanted) == len(given_words) and all(
        word.startswith(want[:-1]) if want.endswith("*") else word == want
        for want, word in zip(wanted, given_words, strict=True)
    )


def message_of(folder: Path, text: str) -> str:
    """The message with which a pack of this text is refused."""
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_themes(file)
    message = str(caught.value)
    assert str(file) in message
    return message


# Seeds


@pytest.mark.parametrize(
    ("pattern", "term", "expected"),
    [
        ("visa", "visa", True),
        ("visa", "visas", False),
        ("visa*", "visa", True),
        ("visa*", "visas", True),
        ("visa*", "visa waiver", False),
        ("visa*", "advisable", False),
        ("root cause*", "root causes", True),
        ("root cause*", "root", False),
        ("port* of entry", "ports of entry", True),
        ("title 42", "title 42", True),
        ("title 42", "title 421", False),
        ("u.s.", "uxsx", False),
        ("h-2a", "h-2a", True),
    ],
)
def test_seed_matches_words_phrases_and_globs(pattern: str, term: str, expected: bool) -> None:
    assert Seed(pattern).matches(term) is expected


@given(PATTERNS, PHRASES)
@settings(max_examples=50, deadline=None)
def test_seed_matches_as_word_by_word_comparison(pattern: str, term: str) -> None:
    assert Seed(pattern).matches(term) == naive_match(pattern, term)


@given(PATTERNS)
@settings(max_examples=50, deadline=None)
def test_seed_matches_its_own_words_and_agrees_with_the_joiner(pattern: str) -> None:
    own = pattern.replace("*", "")

    seed = Seed(pattern)

    assert seed.matches(own)
    assert Patterns([pattern]).matches(own)


@given(st.text(max_size=12))
@settings(max_examples=50, deadline=None)
def test_any_text_is_a_usable_seed_or_refused_by_name(text: str) -> None:
    try:
        seed = Seed(text)
    except InputError as error:
        assert repr(text) in str(error)
    else:
        assert seed.matches(text.replace("*", ""))


@pytest.mark.parametrize(
    "pattern",
    ["", "Visa", "root  cause", " visa", "visa ", "vi*sa", "*", "*visa", "a\tb", "visa**"],
)
def test_unusable_seed_is_refused_with_the_rule(pattern: str) -> None:
    with pytest.raises(InputError, match=r"is not usable: write lower-case words separated by one"):
        Seed(pattern)


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan, math.inf, "1"])
def test_weight_must_be_positive(weight: float) -> None:
    with pytest.raises(InputError, match=r"Seed 'visa' has weight .*; it must be a number > 0"):
        Seed("visa", weight)


def test_long_hostile_pattern_is_refused_quickly() -> None:
    begun = time.process_time()

    with pytest.raises(InputError, match="is not usable: write lower-case"):
        Seed("a" * 200_000 + "**")

    assert time.process_time() - begun < 2


# Themes


def test_theme_without_seeds_is_refused() -> None:
    with pytest.raises(InputError, match="Theme 'empty' has no seeds"):
        a_theme("empty")


def test_theme_name_must_be_a_key() -> None:
    with pytest.raises(InputError, match="Theme name 'Root causes' is not usable"):
        a_theme("Root causes", "poverty")


@pytest.mark.parametrize("what", ["counter_words", "context", "seeds", "sources"])
def test_one_text_in_place_of_several_is_not_taken_apart_into_letters(what: str) -> None:
    given = {"seeds": (Seed("war"),), what: "asylum"}
    with pytest.raises(InputError, match=rf"{what} of theme 't' is one text; give a tuple"):
        Theme("t", "t", "d", **given)  # type: ignore[arg-type]


def test_seeds_are_of_their_class() -> None:
    with pytest.raises(
        InputError, match=r"must be of the class Seed; got visa. Write Seed\('visa'"
    ):
        Theme("t", "t", "d", ("visa",))  # type: ignore[arg-type]


def test_seed_listed_twice_is_named() -> None:
    with pytest.raises(InputError, match=r"Theme 'x' lists these seeds twice: visa\*\."):
        a_theme("x", "visa*", "poverty", "visa*")


def test_theme_names_must_differ() -> None:
    with pytest.raises(InputError, match="Theme pack 'p' names these themes twice: x"):
        Themes("p", (a_theme("x", "a"), a_theme("x", "b")))


def test_pack_needs_a_theme() -> None:
    with pytest.raises(InputError, match="Theme pack 'p' has no theme"):
        Themes("p", ())


def test_names_and_labels_keep_their_order() -> None:
    themes = Themes("p", (a_theme("z", "root cause*", "war"), a_theme("a", "title 42", "b c")))

    assert themes.names == ["z", "a"]
    assert list(themes.labels) == ["z", "a"]
    assert [theme.name for theme in themes] == ["z", "a"]
    assert len(themes) == 2


def test_match_lists_the_terms_of_each_seed_and_those_without() -> None:
    themes = Themes("p", (a_theme("x", "visa*", "absent"), a_theme("y", "root cause*")))

    table = themes.match(["root causes", "visa", "visas"])

    assert table.to_dict("list") == {
        "theme": ["x", "x", "x", "y"],
        "seed": ["visa*", "visa*", "absent", "root cause*"],
        "term": ["visa", "visas", "", "root causes"],
        "term_id": [1, 2, -1, 0],
        "weight": [1.0, 1.0, 1.0, 1.0],
    }
    assert [str(kind) for kind in table.dtypes] == ["str", "str", "str", "int64", "float64"]


def test_term_takes_the_largest_weight_of_its_seeds() -> None:
    seeds = (Seed("border*", 0.5), Seed("borders", 2.0), Seed("patrol"))
    themes = Themes("p", (Theme("x", "x", "d", seeds),))

    columns = themes.seed_columns(["border", "borders", "other", "patrol"])

    assert columns == {"x": {0: 0.5, 1: 2.0, 3: 1.0}}


def test_theme_whose_words_never_occur_is_refused_with_its_seeds() -> None:
    themes = Themes("p", (a_theme("x", "visa*"), a_theme("y", "a", "b", "c", "d", "e", "f")))

    with pytest.raises(InputError) as caught:
        themes.seed_columns(["other", "visa"])

    message = str(caught.value)
    assert "No seed of theme 'y' occurs in the vocabulary of 2 terms" in message
    assert "(looked for a, b, c, d, e and 1 more)" in message
    assert "'x'" not in message
    assert "lower min_docs" in message


def test_all_themes_are_named_when_the_vocabulary_is_empty() -> None:
    themes = Themes("p", (a_theme("x", "visa*"), a_theme("y", "a")))

    with pytest.raises(InputError, match=r"'x'.*; no seed of theme 'y'"):
        themes.seed_columns([])


# Packs


def test_pack_file_is_read_in_order_with_defaults(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(PACK, encoding="utf-8")

    themes = load_themes(str(file))

    first, second = themes
    assert (themes.name, themes.language) == ("demo", "en")
    assert themes.labels == {"first_theme": "first theme", "second": "The second"}
    assert first.seeds == (Seed("visa*", 1.0), Seed("border*", 0.5))
    assert (second.includes, second.excludes, second.sources) == (("a", "b"), (), ())


def test_mark_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(b"\xef\xbb\xbf" + PACK.replace("\n", "\r\n").encode())

    assert load_themes(file).names == ["first_theme", "second"]


def test_unknown_pack_names_the_shipped_ones_and_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        load_themes("migraton")

    assert str(caught.value) == (
        "There is no theme pack 'migraton' (did you mean 'migration'?). Shipped with topoi: "
        "migration, migration_es. For a pack of your own give the path of its file, ending in "
        ".toml."
    )


@pytest.mark.parametrize("name", ["", "../migration", "packs/migration", "\0.toml"])
def test_names_that_are_no_pack_are_refused(name: str) -> None:
    with pytest.raises(
        InputError, match=r"There is no theme pack|cannot be read: .*Check the path"
    ):
        load_themes(name)


def test_pack_of_another_type_is_refused() -> None:
    with pytest.raises(InputError, match="given by its name or the path of its file; got 3"):
        load_themes(3)  # type: ignore[arg-type]


def test_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: .* Check the path"):
        load_themes(tmp_path)


def test_bytes_that_are_not_utf8_are_located(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(b'name = "caf\xe9"')

    with pytest.raises(InputError, match=r"own\.toml is not UTF-8 \(byte 11\)\. Save it as UTF-8"):
        load_themes(file)


@pytest.mark.parametrize("text", ["name = ", "a = " + "[" * 50_000, "a = 1" + "0" * 5_000])
def test_broken_toml_is_refused(tmp_path: Path, text: str) -> None:
    assert "is not valid TOML" in message_of(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'name = "demo"',
            'nam = "demo"',
            "unknown key 'nam' (did you mean 'name'?). Allowed: name",
        ),
        ('name = "demo"', "", "key 'name' is missing; it must be a text."),
        ('name = "demo"', "name = 3", "key 'name' must be a text that is not empty; got 3."),
        ('name = "demo"', 'name = "d"\nlanguage = " "', "key 'language' must be a text that is"),
        ("label", "labl", "theme 'second': unknown key 'labl' (did you mean 'label'?)"),
        ('name = "second"', 'zzz = "second"', "theme number 2: unknown key 'zzz'. Allowed: name"),
        ('name = "second"', "name = 1", "theme number 2: key 'name' must be a text"),
        ('name = "second"', 'name = "Second"', "Theme name 'Second' is not usable"),
        ('name = "second"', 'name = "first_theme"', "names these themes twice: first_theme"),
        ('definition = "What is second."', "", "theme 'second': key 'definition' is missing"),
        ('["a", "b"]', '"a"', "theme 'second': key 'includes' must be a list of texts; got 'a'."),
        ('["a", "b"]', '["a", 2]', "key 'includes' must be a list of texts; got ['a', 2]."),
        (
            '["root cause*"]',
            "[]",
            "theme 'second': key 'seeds' is []; it must be a list of at least",
        ),
        ('["root cause*"]', '"visa"', "theme 'second': key 'seeds' is 'visa'; it must be a list"),
        (
            'seeds = ["root cause*"]',
            "",
            "theme 'second': key 'seeds' is missing; it must be a list",
        ),
        ('["root cause*"]', "[3]", "theme 'second': key 'seeds' must hold texts or tables such as"),
        ('["root cause*"]', '["Visa"]', "theme 'second', key 'seeds': Seed 'Visa' is not usable"),
        (
            '["root cause*"]',
            '["a", "a"]',
            "theme 'second': Theme 'second' lists these seeds twice: a.",
        ),
        (
            '["root cause*"]',
            '["a", "visa*"]',
            "key 'seeds': in more than one theme: 'visa*' (first_theme and second).",
        ),
        (
            '["root cause*"]',
            '["a", "visas"]',
            "in more than one theme: 'visas' (second), which 'visa*' (first_theme) stands for.",
        ),
        ("weight", "wieght", "key 'seeds': unknown key 'wieght' (did you mean 'weight'?)"),
        ("0.5", "0", "the weight of 'border*' must be a number > 0; got 0."),
        ("0.5", "inf", "the weight of 'border*' must be a number > 0; got inf."),
        ("0.5", "nan", "the weight of 'border*' must be a number > 0; got nan."),
        ("0.5", "true", "the weight of 'border*' must be a number > 0; got True."),
        ("0.5", '"1"', "the weight of 'border*' must be a number > 0; got '1'."),
        ("0.5", "1" + "0" * 400, "the weight of 'border*' must be a number > 0; got 1000"),
        ('seed = "border*", ', "", "theme 'first_theme', key 'seeds': a seed needs a text under"),
    ],
)
def test_fault_names_file_theme_and_key(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = PACK.replace(old, new)
    assert text != PACK

    assert expected in message_of(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "x"', "key 'theme' is missing; write one [[theme]] table for each theme."),
        ('name = "x"\ntheme = []', "key 'theme' is []; write one [[theme]] table for each theme."),
        ('name = "x"\ntheme = ["a"]', "key 'theme' holds 'a'; write a [[theme]] table"),
        ('name = "x"\n[theme]\nname = "a"', "key 'theme' is {'name': 'a'}; write one [[theme]]"),
    ],
)
def test_pack_without_theme_tables_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in message_of(tmp_path, text)


# The shipped packs


def test_shipped_packs_are_sorted_and_readable() -> None:
    names = shipped_packs()

    assert "migration" in names
    assert names == sorted(names)
    assert [load_themes(name).name for name in names] == names


def test_migration_pack_defines_and_documents_its_three_themes() -> None:
    themes = load_themes("migration")

    assert themes.labels == {
        "root_causes": "root causes",
        "border_security": "border security",
        "legal_pathways": "legal pathways",
    }
    for theme in themes:
        assert 45 <= len(theme.seeds) <= 300
        assert theme.definition
        assert theme.includes
        assert theme.excludes
        assert theme.sources


def test_no_word_marks_two_themes_of_the_migration_pack() -> None:
    themes = load_themes("migration")
    patterns = {
        theme.name: [seed.pattern.replace("*", "") for seed in theme.seeds] for theme in themes
    }

    both = [
        (seed.pattern, pattern)
        for theme, other in permutations(themes, 2)
        for seed in theme.seeds
        for pattern in patterns[other.name]
        if seed.matches(pattern)
    ]

    assert both == []


def test_seeds_of_the_migration_pack_are_written_as_the_tokeniser_writes_words() -> None:
    seeds = [seed.pattern for theme in load_themes("migration") for seed in theme.seeds]

    odd = [pattern for pattern in seeds if " ".join(tokenise(pattern)) != pattern.replace("*", "")]

    assert odd == []


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Families flee poverty, drought and gang violence.", "root_causes"),
        (
            "Agents at the border detained the smugglers and deported them under Title 42.",
            "border_security",
        ),
        (
            "She has a work permit and will apply for a green card and citizenship.",
            "legal_pathways",
        ),
    ],
)
def test_plain_sentences_meet_seeds_of_their_theme_only(text: str, theme: str) -> None:
    themes = load_themes("migration")
    patterns = [seed.pattern for each in themes for seed in each.seeds]
    terms = joined_tokens(Patterns(patterns), tokenise(text))

    table = themes.match(terms)

    found = table.loc[table["term_id"] >= 0, "theme"]
    assert set(found) == {theme}
    assert len(found) >= 3


def test_most_seeds_of_the_migration_pack_occur_in_real_text(shared_data: Path) -> None:
    themes = load_themes("migration")
    files = ("wh_migration_paragraphs_2021_2025", "uk_immigration_news_2014")  # US and UK terms
    texts = [
        text
        for name in files
        for text in pd.read_parquet(shared_data / f"{name}.parquet", columns=["text"])["text"]
    ]
    patterns = Patterns(seed.pattern for theme in themes for seed in theme.seeds)
    tokens = [tokenise(text) for text in texts]

    words = sorted({token for text in tokens for token in text})
    slots = {slot for theme in themes for seed in theme.seeds for slot in seed.pattern.split(" ")}
    found = {slot for slot in slots if any(map(Seed(slot).matches, words))}
    spelt = [found.issuperset(s.pattern.split(" ")) for theme in themes for s in theme.seeds]
    terms = sorted({term for text in tokens for term in joined_tokens(patterns, text)})
    occurs = themes.match(terms).groupby(["theme", "seed"])["term_id"].max() >= 0

    # The others are terms of other countries and times, made of words that occur here.
    assert sum(spelt) > 0.95 * len(spelt)
    assert (occurs.groupby("theme").mean() > 0.5).all()


@pytest.mark.parametrize("name", ["topic", "residual"])
def test_names_of_topics_without_a_theme_are_refused(name):
    with pytest.raises(InputError, match=f"Theme name '{name}' is what topics without a theme"):
        Theme(name, "Label", "Definition.", (Seed("wall"),))
