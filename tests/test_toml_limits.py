"""Do files of settings and themes, whoever wrote them, end in values or in an error, and soon?"""

from __future__ import annotations

import time

import pytest

from topoi.config import RunConfig
from topoi.errors import InputError
from topoi.io.packs import load_themes
from topoi.io.toml_file import MOST_BYTES, read_toml
from topoi.settings_file import read_config
from topoi.themes.seed import Coverage, Seed

LONG = {
    "dotted key": "a." * 100_000 + "b = 1",
    "dotted key with spaces": "a . " * 100_000 + "b = 1",
    "quoted key": '"a".' * 100_000 + "b = 1",
    "dotted head": "[" + "a." * 100_000 + "b]",
    "unclosed texts": '"""\n' + '\\"""\n' * 100_000,
    "unclosed line": "a = " + '"\\' * 200_000,
    "arrays": "a = " + "[" * 100_000,
    "tables": "a = " + "{a=" * 100_000,
    "many unknown keys": "".join(f"sourc{n} = 1\n" for n in range(40_000)),
    "one long key": "s" * 500_000 + " = 1",
}


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "own.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return write


@pytest.mark.parametrize("load", [read_config, load_themes])
@pytest.mark.parametrize("kind", LONG)
def test_files_made_to_take_long_are_refused_soon(written, kind, load):
    file = written(LONG[kind])
    begun = time.process_time()

    with pytest.raises(InputError, match=r"own\.toml"):
        load(file)

    assert time.process_time() - begun < 2


@pytest.mark.parametrize("load", [read_config, load_themes])
def test_a_file_beyond_the_limit_is_refused_unread(written, load):
    with pytest.raises(InputError, match=r"more than 1,048,576 bytes"):
        load(written(b"#" * (MOST_BYTES + 1)))


def test_a_file_without_an_end_is_refused():
    with pytest.raises(InputError, match="more than"):
        read_config("/dev/zero")


def test_a_file_at_the_limit_is_read(written):
    text = b"seed = 3\n"

    assert read_toml(written(text + b"#" * (MOST_BYTES - len(text)))) == {"seed": 3}


def test_long_steps_in_texts_and_comments_are_no_keys(written):
    text = "a.b.c." * 20
    file = written(f'# {text}\nquery = "{text}"\nout = \'{text}\'\nby = """\n{text}"""\n')

    assert set(read_config(file)) == {"query", "out", "by"}


def test_no_home_and_no_variable_is_put_into_a_path(written, tmp_path, monkeypatch):
    monkeypatch.setenv("WHERE", "elsewhere")

    values = read_config(written("source = ['~/a', '$WHERE/b']\nout = '${WHERE}'\n"))

    assert values["source"] == [f"{tmp_path}/~/a", f"{tmp_path}/$WHERE/b"]
    assert values["out"] == f"{tmp_path}/${{WHERE}}"
    assert RunConfig(**values).source == (f"{tmp_path}/~/a", f"{tmp_path}/$WHERE/b")


def test_many_unknown_keys_are_counted(written):
    with pytest.raises(InputError, match=r"unknown key 'sourc0'.*39980 more unknown keys"):
        read_config(written(LONG["many unknown keys"]))


def pack_of(counters, seeds):
    words = (f"[{', '.join(map(repr, words))}]" for words in (counters, seeds))
    head = 'name = "x"\n[[theme]]\nname = "t"\ndefinition = "d"\n'
    return head + "counter = {}\nseeds = {}\n".format(*words)


def test_a_pack_of_many_words_takes_time_by_their_number(written):
    text = pack_of([f"c{n} card" for n in range(20_000)], [f"s{n}*" for n in range(20_000)])
    begun = time.process_time()

    themes = load_themes(written(text))

    assert time.process_time() - begun < 5
    assert len(themes.themes[0].seeds) == 20_000


def test_a_long_seed_is_refused(written):
    with pytest.raises(InputError, match="has 201 characters; 200 are allowed"):
        load_themes(written(pack_of([], ["a" * 201])))
    assert Seed("a" * 200)


@pytest.mark.parametrize(
    ("word", "pattern", "is_covered"),
    [
        ("visa", "visa", True), ("vis*", "visa", True), ("visa*", "visa", True),
        ("visa*", "visa*", True), ("v*", "visa*", True), ("visa", "visa*", False),
        ("visas*", "visa*", False), ("vis* car*", "visa card", True), ("vis*", "visa card", False),
        ("visa *", "visa card", False), ("a* b* c*", "ab bc c", True), ("a* b*", "ab cb", False),
    ],
)  # fmt: skip
def test_a_counter_word_covers_what_has_all_its_beginnings(word, pattern, is_covered):
    assert Coverage([word]).of(pattern) == [0] * is_covered
