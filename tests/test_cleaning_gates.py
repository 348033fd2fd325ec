"""Rules that search only where a sign is find what they would find by searching everywhere."""

import itertools
import re

import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus import code, markdown, rules
from topoi.corpus.look import WORDING, look
from topoi.corpus.page_lines import is_boilerplate
from topoi.corpus.rules import Near, replaced

ADDRESS_BITS = ["https://", "HTTP://", "ftp://", "x://", "://", "www.", "WWW", "wwwabc", "w"]
ADDRESS_BITS += ["@", "a.b", "b.org", "a%+", "-", "mailto:", "<", ">", " at ", " via: ", "through "]
ADDRESS_BITS += [" ", "\t", ",", ".", ":", ";", "(", ")", "[", "]", "é", "\u017f", "\u212a", "9"]
ADDRESS_BITS += ["( )", "[\t ]", "()", "(" + " " * 10 + ")", "a" * 70, "\u2028"]
MARK_BITS = [*"*_`~#>[]()!\\|+-=. aZ9é\t", "```", "~~~", "**", "__", "](", "]:", "![", "---", "==="]
MARK_BITS += ["# ", "> ", "http://a", "\\*", "\n"]
SCRIPT_BITS = [
    "function",
    "function f(",
    "window.",
    "document.a",
    "jQuery",
    "googletag.c",
    "$(",
    "'",
]
SCRIPT_BITS += ["=", "===", "var x", "let ", "const y =", ".push(", "[", "{", ") => {", "typeof "]
SCRIPT_BITS += [" ", ";", "'", "a", "ſ", "\u212a"]


def lines_of(bits):
    return st.lists(st.sampled_from(bits) | st.text(max_size=3), max_size=14).map("".join)


NEAR = {
    **{pattern.pattern[-30:]: (pattern, near) for pattern, near in rules._ADDRESSES},
    "hollow": (rules._HOLLOW, rules._BRACKETS),
}


@pytest.mark.parametrize("name", NEAR)
@settings(max_examples=150, deadline=None)
@given(lines_of(ADDRESS_BITS))
def test_what_is_searched_near_a_sign_is_what_is_found_anywhere(name, line):
    pattern, near = NEAR[name]

    found = [match.span() for match in rules._matches_near(pattern, line, near)]

    assert found == [match.span() for match in pattern.finditer(line)]
    assert replaced(pattern, "+", line, near) == replaced(pattern, "+", line)


def test_an_address_is_found_with_the_longest_that_may_stand_before_its_sign():
    mail = "<mailto:" + "a" * 64 + "@b.org>"

    assert rules.drop_links(f"Write through: {mail} today").text == "Write today"
    assert rules.drop_links("Look through: <https://a.org> today").text == "Look today"


def test_a_match_that_reaches_to_the_next_sign_is_not_cut():
    near = Near(re.compile("b"), 5)

    outcome = replaced(re.compile("a+b"), "+", "aab" * 3 + "a", near)

    assert (outcome.text, outcome.times, outcome.example) == ("+++a", 3, "aab")


@settings(max_examples=300, deadline=None)
@given(lines_of(MARK_BITS))
def test_a_mark_is_tried_wherever_it_may_be(line):
    for pattern, new, signs in markdown._MARKS:
        assert markdown._replaced_if(pattern, new, signs, line) == replaced(pattern, new, line)


@settings(max_examples=300, deadline=None)
@given(lines_of(SCRIPT_BITS))
def test_a_script_is_tried_wherever_it_may_be(line):
    assert code._is_script(line) == bool(code._SCRIPT.search(line))


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("the 14 th of May", "the 14th of May"),
        ("on the 1 st day", "on the 1st day"),
        ("the \u0663 th day", "the \u0663th day"),
        ("the 2 nd. of May", "the 2 nd. of May"),
        ("1.4 th of it", "1.4 th of it"),
        ("a th b", "a th b"),
        ("4 TH b", "4 TH b"),
    ],
)
def test_letters_that_stood_raised_join_their_number(written, mended):
    assert rules.mend_spacing(written).text == mended


@pytest.mark.parametrize("line", ["1", "12.5", "$1,234.50", "7%", "2,000"])
def test_figures_are_not_looked_at_as_lines_of_a_page(line):
    assert look(line).page_lines == {}
    assert not is_boilerplate(line)


@pytest.mark.parametrize("line", ["30-", "12:30:05", "1 / 2", "# # #", "- 30 -"])
def test_marks_and_times_without_words_are_looked_at(line):
    assert look(line).page_lines[0] & WORDING


@settings(max_examples=500, deadline=None)
@given(st.text("0123456789.,$%", max_size=12))
def test_no_line_of_figures_is_boilerplate(line):
    assert not is_boilerplate(line)


def test_section_signs_with_thin_spaces_are_no_broken_encoding():
    signs = "\u00a7\u00b6\u2002\u2003\u2009"

    for some in itertools.chain(*(itertools.product(signs, repeat=n) for n in (1, 2, 3))):
        for before, after in itertools.product(["", "a", "Z", " ", "1"], repeat=2):
            assert not is_bad(before + "".join(some) + after)


@pytest.mark.parametrize("broken", ["Â§ 3", "see â€œ5Â§\u2009", "\u00a7\u2009cafÃ©"])
def test_broken_encoding_beside_section_signs_is_still_seen(broken):
    assert rules.mend_encoding(broken).times == 1
