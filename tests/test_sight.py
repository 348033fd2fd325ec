"""What the kernel sees of a text: as its plain version does, and never too little for a rule."""

import re
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_page_lines import OF_PAGES

from topoi.corpus import look as look_module
from topoi.corpus.boilerplate import drop_boilerplate
from topoi.corpus.clean import RULES
from topoi.corpus.look import Look, Sights, look
from topoi.corpus.page_lines import is_boilerplate
from topoi.kernels import sight

BITS = [*"<>&|#*_`[]()-= \t\n.@:/\\\"'aZ9\u00c2\u00ad\u200b\u00e9\u2019\u0130\u3042\U0001f600;{}"]
BITS += [
    "\n\n",
    "  ",
    "- ",
    "\n- ",
    "# ",
    "](",
    "]:",
    "---",
    "===",
    "://",
    "www.",
    "-\n",
    "a.A",
    "\u00a9",
]
BITS += [
    "888 words",
    "Document ",
    "end,and",
    "one.Two",
    "U.S.and",
    ";\n",
    "}\n",
    "BILLING CODE ",
    "\r",
]
BITS += [
    "SUMMARY:",
    "AGENCY: A",
    "[FR Doc. 1]",
    "RIN 1",
    "Subscribe now",
    "the people of our town",
    "•",
    "4 th ",
    "1 st a",
    "٣ rd ",
    "\nADDRESSES\u00a0: ",
    "\nACTION :",
    "888, words",
    "30-",
    "12:30:05",
    "§\u2009",
]
TEXTS = st.lists(st.sampled_from(BITS) | st.text(max_size=6), max_size=30).map("".join)


HELPERS = [
    name for name in vars(sight) if hasattr(getattr(sight, name), "py_func") and name != "see"
]
PAGE_BITS = ["share", "this", "Subscribe", "our", "newsletter", "now", "the", "People", "on", "X."]
PAGE_BITS += ["|", "#", "12", "(", "©", "“", "-", ":", "by"]


def everything(text):
    """A look that shows each line as if it had everything."""
    n_lines = text.count("\n") + 1
    numbers, nothing = np.arange(n_lines), np.zeros(n_lines, dtype=np.int64)
    return Look(text, Sights(nothing + (1 << 23) - 1, numbers, nothing))


def assert_nothing_is_missed(text, monkeypatch):
    for rule in RULES:
        found = rule.apply(text)
        with monkeypatch.context() as patch:
            for module in ("rules", "markup", "markdown", "code", "database", "layout"):
                patch.setattr(f"topoi.corpus.{module}.look", everything)
            for module in ("gazette", "boilerplate", "repeats"):
                patch.setattr(f"topoi.corpus.{module}.look", everything)
            expected = rule.apply(text)
        assert found.text == expected.text, rule.name


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_rules_that_look_first_do_what_they_would_do_anyway(text):
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert_nothing_is_missed(text, monkeypatch)


def test_rules_miss_nothing_in_the_briefings(shared_data, monkeypatch):
    path = shared_data / "wh_briefings_2021_2025.parquet"
    for text in pd.read_parquet(path, columns=["text"])["text"].iloc[::400]:
        assert_nothing_is_missed(text[:20_000], monkeypatch)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_kernel_sees_what_its_plain_version_sees(text):
    octets = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    tables = (look_module._sign_flags(), *look_module._known_words())
    results = []
    with pytest.MonkeyPatch.context() as patch:
        for is_plain in (False, True):
            outputs = np.zeros((3, text.count("\n") + 1), dtype=np.int64)
            inputs = (octets, *tables)
            if is_plain:  # numba's functions call each other by name
                inputs = tuple(array.tolist() for array in inputs)
                for name in [*HELPERS, "see"]:
                    patch.setattr(sight, name, getattr(sight, name).py_func)
            results.append((sight.see(*inputs, *outputs), outputs.tolist()))

    (flags, n_hashes), (line_flags, numbers, hashes) = results[0]
    assert results[1] == results[0]
    assert flags == np.bitwise_or.reduce(line_flags)
    assert numbers[:n_hashes] == sorted(set(numbers[:n_hashes]))
    assert all(each >= 0 for each in hashes)


PARTS = ["a", "A", "é", "É", "b’c", "B’C", "1", ",", "—", "“"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=4).map(" ".join), max_size=12))
def test_lines_with_the_same_words_have_the_same_hash(lines):
    seen = look("\n".join(lines))
    hashes = dict(seen.line_hashes)

    keys = [" ".join(re.findall(r"\w+(?:['’-]\w+)*", line.lower())) for line in lines]

    for one, key in enumerate(keys):
        for other, again in enumerate(keys):
            if key and key == again:
                assert hashes[one] == hashes[other]


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sets(st.integers(0, 12), max_size=6))
def test_what_is_seen_without_lines_is_what_is_seen_of_the_rest(text, gone):
    derived = Look(text).without({at for at in gone if at <= text.count("\n")})
    fresh = Look(derived.text)

    assert derived.lines == fresh.lines
    assert derived.page_lines == fresh.page_lines
    assert derived.line_hashes == fresh.line_hashes
    # A flag of the end of a line may stay where its line now ends the text.
    assert fresh.flags & ~derived.flags == 0


def test_letters_that_lower_case_brings_into_ascii_count():
    seen = look("\u212aelvin and \u0130nci came home\nkelvin and i\u0307nci came home")

    assert len({key for _, key in seen.line_hashes}) == 1


FRAMES = st.sampled_from(["{}", "- {}", "“{}”", "{}!", " {} "])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(OF_PAGES), FRAMES, st.sampled_from([str, str.upper, str.title]))
@example("©", "- {}", str)
def test_each_boilerplate_line_is_looked_at(line, frame, written):
    line = written(frame.format(line))
    if is_boilerplate(line):
        assert drop_boilerplate(line).text == ""


def test_most_lines_of_an_article_are_not_looked_at():
    article = "\n".join(
        ["The minister told parliament that the number of arrivals had fallen since the spring."]
        * 9
    )

    assert look(article).page_lines == {}


@pytest.mark.parametrize("unit", ["a", " ", "<", "\n", "é", "a.A", "\ud800"])
def test_a_look_takes_linear_time(unit):
    look("warm")
    begin = time.perf_counter()
    Look(unit * (4_000_000 // len(unit)))

    assert time.perf_counter() - begin < 2
