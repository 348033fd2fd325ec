"""Tokens have one form, whatever the typography, and hostile text costs linear time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.errors import InputError
from topoi.text.stop_words import stop_words
from topoi.text.tokenise import BREAK, is_number, token_stream, tokenise


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Border Security", ["border", "security"]),
        ("Mexico's and Mexico\u2019s", ["mexico", "and", "mexico"]),
        ("migrants' rights", ["migrants", "rights"]),
        ("don\u2019t; O'Neill", ["don't", "o'neill"]),
        ("asylum-seekers, H\u20112A, H\u20132A", ["asylum-seekers", "h-2a", "h-2a"]),
        ("the U.S. law", ["the", "u.s.", "law"]),
        ("in the U.S", ["in", "the", "u.s."]),
        ("U.S.'s, US's, U.S.-led", ["u.s.", "u.s.", "u.s.-led"]),
        ("US troops tell us", ["u.s.", "troops", "tell", "us"]),
        ("the US-Mexico border", ["the", "u.s.-mexico", "border"]),
        ("the Mexico-U.S. border", ["the", "mexico-u.s.", "border"]),
        ("USA, BUS, USMCA", ["usa", "bus", "usmca"]),
        ("H.R. 815 at 9 a.m.", ["h.r.", "815", "at", "9", "a.m."]),
        ("the end.The next", ["the", "end", "the", "next"]),
        ("Title 42 and COVID-19", ["title", "42", "and", "covid-19"]),
        ("125,000 people, 3.5 percent, 20210120", ["people", "percent"]),
        ("2021-2025 and 21st", ["and", "21st"]),
        ("Customs & Border Protection", ["customs", "and", "border", "protection"]),
        ("see https://a.gov/b_c?d=e or www.x.org now", ["see", "or", "now"]),
        ("_very_ snake_case", ["very", "snake-case"]),
        ("mi\u00adgra\u00adtion", ["migration"]),
        ("cafe\u0301 CAFÉ", ["café", "café"]),
        ("МИГРАЦИЯ и Ελλάδα, 移民 नमस्ते", ["миграция", "и", "ελλάδα", "移民", "नमस्ते"]),
        ("- * -- ' \u2019 \u00bd", []),
        ("", []),
    ],
)
def test_tokens_by_hand(text, tokens):
    assert tokenise(text) == tokens


def test_punctuation_blank_lines_and_left_out_numbers_break_the_stream():
    text = "The border. Security of 5,000 guards (all)\n\nand staff\nof it"

    stream = token_stream(text)

    parts = " ".join(token or "|" for token in stream)
    assert parts == "the border | security of | guards | all | | and staff of it"


def test_abbreviation_apostrophe_and_hyphen_do_not_break_the_stream():
    assert BREAK not in token_stream("U.S. workers' so-called rights")


def test_run_of_more_than_100_characters_is_no_word():
    assert tokenise("a" * 100 + " b " + "c" * 101) == ["a" * 100, "b"]


@pytest.mark.parametrize(
    ("token", "answer"), [("42", True), ("24 7", True), ("h-2a", False), ("title 42", False)]
)
def test_number_has_no_letter(token, answer):
    assert is_number(token) is answer


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_clean_tokens_that_stand_for_themselves(text):
    tokens = tokenise(text)

    assert all(token and token == token.lower() for token in tokens)
    assert not any(character.isspace() for token in tokens for character in token)
    assert tokens == [token for token in token_stream(text) if token]


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="abUS.'-\u2019 42\n", max_size=80))
def test_token_of_a_token_is_the_token(text):
    for token in tokenise(text):
        assert tokenise(token) == [token]


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "a-", "a'", ".", "-", "\n", " \n", "&", "1,", "_", "\u0301", "http://", "U.S"],
)
def test_a_megabyte_of_one_piece_takes_linear_time(piece):
    text = piece * (1_000_000 // len(piece))

    start = time.perf_counter()
    tokenise(text)

    # About 0.1 s; a quadratic scan would take hours.
    assert time.perf_counter() - start < 5


def test_stop_list_holds_function_words_and_no_subjects():
    words = stop_words()

    assert {"the", "and", "don't", "mr", "subscribe", "us", "e.g."} <= words
    subjects = "state system work bill law fire border country home member united government people"
    assert not words.intersection(subjects.split())
    assert 250 < len(words) < 600


def test_stop_words_are_tokens():
    assert [word for word in sorted(stop_words()) if tokenise(word) != [word]] == []


def test_language_without_a_list_is_refused():
    with pytest.raises(
        InputError, match=r"no stop list for the language 'xx'.*there is one for en"
    ):
        stop_words("xx")
