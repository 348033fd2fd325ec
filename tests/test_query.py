"""Does a query find what it asks for, and say where it cannot be read?"""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.errors import InputError
from topoi.text.find import ScannedTexts, pattern_of
from topoi.text.query import AnyOf, Both, Either, Near, Not, matching, parse_query
from topoi.text.tokenise import tokenise


def found(query, *texts):
    return matching(parse_query(query), ScannedTexts(texts)).tolist()


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("Asylum", AnyOf(("asylum",))),
        ('"Root   Causes"', AnyOf(("root causes",))),
        ("“Title 42”", AnyOf(("title 42",))),
        ("migra* OR U.S", AnyOf(("migra*", "u.s."))),
        ("a AND b OR c", Either((Both((AnyOf(("a",)), AnyOf(("b",)))), AnyOf(("c",))))),
        ("a AND (b OR c)", Both((AnyOf(("a",)), AnyOf(("b", "c"))))),
        ("a AND NOT b", Both((AnyOf(("a",)), Not(AnyOf(("b",)))))),
        ("NOT NOT a", AnyOf(("a",))),
        ("a NEAR/5 (b OR c)", Near(AnyOf(("a",)), AnyOf(("b", "c")), 5)),
        ("(a)AND(b)", Both((AnyOf(("a",)), AnyOf(("b",))))),
        ("  ANDES ", AnyOf(("andes",))),
        ('"and" OR near-shore', AnyOf(("and", "near-shore"))),
    ],
)
def test_queries_read_by_hand(query, meaning):
    assert parse_query(query) == meaning


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("", 1, "the query ends where a word, a phrase or a bracket is needed"),
        ("  \n", 4, "the query ends"),
        ("a AND", 6, "the query ends"),
        ("(a OR b", 1, "this bracket is not closed"),
        ("a OR b)", 7, "a bracket closes that was not opened"),
        ("a OR )", 6, ") stands where a word"),
        ("root causes", 6, "join the two with AND, OR or NEAR/5, or put a phrase in quotes"),
        ("a NOT b", 3, "join the two with AND"),
        ("(a b)", 4, "join the two with AND"),
        ('a AND "b', 7, "this quote is not closed"),
        ('a AND ""', 7, "'' is not one word as texts are counted"),
        ("a and b", 3, "join the two"),
        ("or", 1, "'or' is no operator; those are AND, OR, NOT and NEAR/5 in capitals"),
        ("a AND near/5", 7, "'near/5' is no operator"),
        ("NEAR/5 a", 1, "NEAR/5 stands where a word"),
        ("a NEAR/0 b", 3, "NEAR needs a number of words from 1 on"),
        ("a NEAR/2 b NEAR/2 c", 12, "NEAR joins two"),
        ("a NEAR/2 (b AND c)", 10, "NEAR takes words, phrases, or words joined with OR"),
        ("(NOT a) NEAR/2 b", 1, "NEAR takes words"),
        ("mig*ra", 1, "'mig*ra' is not one word as texts are counted"),
        ("a OR *", 6, "'*' is not one word"),
        ("a OR $1,000", 6, "'$1,000' is not one word"),
        ('"border, wall"', 1, "'border,' is not one word"),
        ("(" * 51 + "a" + ")" * 51, 51, "brackets stand more than 50 deep"),
    ],
)
def test_a_fault_is_marked(query, place, words):
    with pytest.raises(InputError) as caught:
        parse_query(query)

    first, shown, mark = str(caught.value).split("\n")
    assert first.startswith(f"The query cannot be read at character {place}: ")
    assert words in first
    assert mark.endswith("^")
    pointed = shown[len(mark) - 1 :].removesuffix("…")
    assert query[place - 1 :].replace("\n", " ").startswith(pointed)


def test_words_phrases_and_globs():
    assert found("asylum", "Asylum!", "asylums", "") == [True, False, False]
    assert found("asylum*", "asylum", "asylum-seekers", "an ASYLUMS") == [True, True, True]
    assert found('"root cause*"', "root causes", "root, causes", "root-causes") == [
        True,
        False,
        True,
    ]
    assert found("us", "the US", "for us") == [False, True]
    assert found("US", "the U.S. acts", "for us") == [True, False]


def test_and_or_not():
    texts = ("a", "b", "a b", "c")

    assert found("a AND b", *texts) == [False, False, True, False]
    assert found("a OR b", *texts) == [True, True, True, False]
    assert found("NOT a", *texts) == [False, True, False, True]
    assert found("(a OR b) AND NOT (a AND b)", *texts) == [True, True, False, False]


def test_near_counts_words_in_either_order_across_punctuation():
    texts = ("wall at the border", "border: a wall", "border wall", "border border", "wall")

    assert found("border NEAR/1 wall", *texts) == [False, False, True, False, False]
    assert found("border NEAR/2 wall", *texts) == [False, True, True, False, False]
    assert found("border NEAR/3 wall", *texts) == [True, True, True, False, False]
    assert found("border NEAR/1 bord*", *texts) == [False, False, False, True, False]


def test_near_takes_phrases_from_their_nearest_word():
    assert found('"root causes" NEAR/2 migration', "migration's deep root causes")[0]
    assert not found('"root causes" NEAR/1 migration', "migration's deep root causes")[0]


def test_near_within_and_or_and_not():
    texts = ("a b", "a c b", "a", "a c c b")

    assert found("a NEAR/1 b AND NOT c", *texts) == [True, False, False, False]
    assert found("NOT a NEAR/2 b", *texts) == [False, False, True, True]
    assert found("a NEAR/1 b OR a NEAR/3 c AND b", *texts) == [True, True, False, True]


def test_texts_of_several_chunks_keep_their_order():
    texts = ["x " * 90_000, "a b", "y " * 1_200_000, "a c b", "", "b a"]

    assert found("a NEAR/1 b", *texts) == [False, True, False, False, False, True]


def test_no_text():
    assert found("a") == []


WORDS = ["a", "b", "c", "A.", "d-e", ",", "\n\n", "2"]


def naive_near(text, left, right, words):
    tokens = tokenise(text)
    places = [(p, q) for p, t in enumerate(tokens) for q, u in enumerate(tokens) if t == left]
    return any(tokens[q] == right and 0 < abs(p - q) <= words for p, q in places)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join), st.integers(1, 6))
def test_near_is_what_comparing_all_pairs_gives(text, words):
    assert found(f"a NEAR/{words} b", text) == [naive_near(text, "a", "b", words)]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab()"*AND ORNT/5“né\n$', max_size=30))
def test_any_text_is_a_query_or_a_clear_fault(text):
    try:
        parse_query(text)
    except InputError as error:
        assert re.match(r"The query cannot be read at character \d+: ", str(error))


@pytest.mark.parametrize(
    "piece", ["a", " ", "(", ")", '"', '""', "a OR ", "NOT ", "*", "/", "<", "&", "-", "\n", "(a) "]
)
def test_a_long_query_takes_linear_time(piece):
    start = time.process_time()
    try:
        parse_query(piece * (200_000 // len(piece)))
    except InputError as error:
        assert len(str(error)) < 250_000

    # About half a second at most; quadratic work would take many minutes.
    assert time.process_time() - start < 10


@given(st.sampled_from(["root cause*", "u.s.", "title 42", "asylum-seek*", "migra*"]))
def test_a_pattern_is_its_own_normal_form(pattern):
    assert pattern_of(pattern) == pattern
