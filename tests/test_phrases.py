"""Phrases are found where they stand, the longest first, and never across punctuation."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_cases import joined_tokens, numbered

from topoi.errors import InputError
from topoi.text.patterns import Patterns
from topoi.text.phrases import CONNECTORS, learn_phrases
from topoi.text.stop_words import stop_words
from topoi.text.tokenise import is_number, token_stream
from topoi.themes.theme import Seed


def joined(patterns, text):
    return [token for token in joined_tokens(Patterns(patterns), token_stream(text)) if token]


def test_phrase_is_one_token_with_a_space():
    assert joined(["border security"], "Our border security plan") == [
        "our",
        "border security",
        "plan",
    ]


def test_star_stands_for_any_ending_also_none():
    assert joined(["root cause*"], "root cause, root causes, roots") == [
        "root cause",
        "root causes",
        "roots",
    ]
    assert joined(["border* secur*"], "borders secured") == ["borders secured"]


def test_word_without_star_matches_only_itself():
    assert joined(["border secur*"], "borders security") == ["borders", "security"]


def test_number_can_be_part_of_a_phrase():
    assert joined(["title 42"], "Title 42 and Title 8") == ["title 42", "and", "title", "8"]


def test_longest_phrase_counts():
    patterns = ["border security", "border security act", "security act"]

    assert joined(patterns, "the border security act") == ["the", "border security act"]
    assert joined(patterns, "the border security acts") == ["the", "border security", "acts"]


def test_leftmost_phrase_counts():
    assert joined(["legal status", "status quo"], "legal status quo") == ["legal status", "quo"]


def test_longer_pattern_that_fails_does_not_hide_a_shorter_one():
    patterns = ["path to citizenship", "path to", "to work"]

    assert joined(patterns, "path to work") == ["path to", "work"]


def test_several_globs_on_one_word_are_all_followed():
    assert joined(["bord* wall", "border* guard"], "border guard") == ["border guard"]


def test_no_phrase_across_punctuation():
    assert joined(["border security"], "At the border. Security was high.")[2:4] == [
        "border",
        "security",
    ]


def test_hyphenated_phrase_counts_as_the_phrase():
    assert joined(["border secur*"], "border-security law") == ["border security", "law"]


def test_hyphenated_word_that_is_a_pattern_stays():
    patterns = ["asylum seek*", "asylum-seek*"]

    assert joined(patterns, "asylum-seekers and asylum seekers") == [
        "asylum-seekers",
        "and",
        "asylum seekers",
    ]


def test_no_pattern_changes_nothing():
    assert joined([], "Nothing to join") == ["nothing", "to", "join"]


@pytest.mark.parametrize("pattern", ["", "Border", "a  b", " a", "a*b", "*", "a *", "a\tb"])
def test_pattern_written_in_another_way_is_refused(pattern):
    with pytest.raises(InputError, match=r"1 patterns are not usable: .*Write lower-case words"):
        Patterns([pattern])


words = st.sampled_from(["a", "ab", "abc", "b", "bc"])
slots = st.sampled_from(["a", "a*", "ab", "ab*", "b", "b*", "bc"])
phrases = st.lists(slots, min_size=1, max_size=3).map(" ".join)


@settings(max_examples=50, deadline=None)
@given(st.lists(phrases, max_size=5), st.lists(words, max_size=12))
def test_joining_agrees_with_the_plain_definition(patterns, tokens):
    def length(position):
        sizes = [1]
        for pattern in patterns:
            size = pattern.count(" ") + 1
            piece = tokens[position : position + size]
            if len(piece) == size and Seed(pattern).matches(" ".join(piece)):
                sizes.append(size)
        return max(sizes)

    expected, position = [], 0
    while position < len(tokens):
        expected.append(" ".join(tokens[position : position + length(position)]))
        position += length(position)

    assert joined_tokens(Patterns(patterns), tokens) == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(phrases, max_size=5), st.lists(words, min_size=1, max_size=3).map(" ".join))
def test_matching_agrees_with_the_seeds(patterns, term):
    assert Patterns(patterns).matches(term) == any(Seed(p).matches(term) for p in patterns)


def learned(texts, **settings):
    streams = numbered(token_stream(text) for text in texts)
    stop = stop_words()
    return learn_phrases(streams, is_barred=lambda t: t in stop or is_number(t), **settings)


FILLER = [f"alpha{n} beta{n % 7} gamma{n % 5} delta{n % 3}." for n in range(60)]


def test_words_that_stand_together_are_learned():
    found = learned([*["The white house said so."] * 20, *FILLER], min_count=10)

    assert list(found) == ["white house"]
    assert found["white house"] > 0.9


def test_connector_stands_inside_a_phrase_but_never_at_its_edge():
    found = learned([*["We defend the rule of law here."] * 20, *FILLER], min_count=10)

    assert "rule of law" in found
    assert not any(CONNECTORS & {name.split(" ")[0], name.split(" ")[-1]} for name in found)


def test_stop_words_and_numbers_are_in_no_phrase():
    found = learned([*["They shall have 42 visas."] * 20, *FILLER], min_count=5)

    assert list(found) == []


def test_phrases_have_at_most_three_words():
    found = learned([*["national security council staff meeting"] * 20, *FILLER], min_count=10)

    assert found
    assert max(name.count(" ") for name in found) <= 2


def test_neighbours_come_before_a_bridge():
    text = "the secretary of homeland security spoke"
    found = learned([*[text] * 20, *["homeland security"] * 20, *FILLER], min_count=10)

    assert "homeland security" in found
    assert "secretary of homeland" not in found


def test_rare_pairs_are_not_learned():
    assert learned([*["The white house."] * 9, *FILLER], min_count=10) == {}


def test_no_phrase_is_learned_across_punctuation():
    assert learned([*["White. House, speaker"] * 20, *FILLER], min_count=10) == {}


def test_no_text_has_no_phrases():
    assert learned([]) == {}
    assert learned(["", "one"]) == {}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["visa", "ban", "of", "the", "42", "."]), max_size=12), max_size=6
    )
)
def test_any_text_gives_phrases_of_two_or_three_words(rows):
    found = learned([" ".join(row) for row in rows], min_count=1, threshold=-1)

    assert list(found) == sorted(found)
    for name in found:
        parts = name.split(" ")
        assert 2 <= len(parts) <= 3
        assert {parts[0], parts[-1]} <= {"visa", "ban"}


def test_joining_a_long_run_of_beginnings_is_linear():
    patterns = Patterns(["a a a a b", "a* a* c*"])
    tokens = ["a"] * 200_000

    start = time.process_time()
    joined_tokens(patterns, tokens)

    assert time.process_time() - start < 10
