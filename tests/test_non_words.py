"""Addresses, tags, dates and numbers are told apart and treated by their rule, each counted."""

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.text import scan
from topoi.text.numbered import in_chunks
from topoi.text.pruning import pruning_report
from topoi.text.tokenise import kind_of, token_stream, tokenise
from topoi.text.vectorise import vectorise

EVERYTHING = {"phrases": False, "stop_words": None, "min_docs": 1, "max_share": 1.0}
TEXT = (
    "Write to press.office@dhs.gov or see https://www.dhs.gov/news?x=1 and www.cbp.gov. "
    "@SecMayorkas said on 3/4/2021 and 2021-03-04: #BuildTheWall, 125,000 people, Title 42."
)


def corpus_of(*texts):
    ids = [f"d{number}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts)}))


def terms(text, **more):
    return set(vectorise(corpus_of(text), **{**EVERYTHING, **more}).vocabulary.terms)


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        ("https://a.gov", "url"),
        ("www.a.gov", "url"),
        ("a.b@c.gov", "email"),
        ("@dhs", "mention"),
        ("#daca", "hashtag"),
        ("3/4/2021", "date"),
        ("2021-03-04", "date"),
        ("4.3.2021", "date"),
        ("1,000", "number"),
        ("3.5", "number"),
        ("20210120", "number"),
        ("2021-2025", "number"),
        ("202-55-1234", "number"),
        ("42", "word"),
        ("h-2a", "word"),
        ("visa", "word"),
    ],
)
def test_kinds_by_hand(piece, kind):
    assert kind_of(piece) == kind


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Mail a.b@c.gov now", ["mail", "now"]),
        ("Mail a.b@c.gov.", ["mail"]),
        ("a@b and a @ b", ["a", "b", "and", "a", "b"]),
        ("apples@1.50", ["apples"]),
        ("@dhs and .@cbp: no", ["and", "no"]),
        ("#DACA, (#asylum-seekers)", ["daca", "asylum-seekers"]),
        ("C#sharp #1 #", ["c", "sharp", "1"]),
        ("on 3/4/2021 at 24/7, 9/11", ["on", "at", "24", "7", "9", "11"]),
        ("EE. UU. y EE.UU. ¿Qué? ¡Sí!", ["ee.uu.", "y", "ee.uu.", "qué", "sí"]),
        ("RR. HH.: AA. BC.", ["rr.hh.", "aa", "bc"]),
    ],
)
def test_tokens_by_hand(text, tokens):
    assert tokenise(text) == tokens


def test_defaults_drop_all_but_words_and_hashtags():
    found = terms(TEXT)

    assert {"write", "buildthewall", "people", "title"} <= found
    assert not found & {"42", "dhs.gov", "secmayorkas", "dhs", "gov", "2021", "125,000"}


def test_kept_kinds_are_counted_in_a_stated_form():
    found = terms(TEXT, non_words=dict.fromkeys(["url", "email", "mention", "date"], "keep"))

    assert {"dhs.gov", "cbp.gov", "press.office@dhs.gov", "secmayorkas"} <= found
    assert {"3/4/2021", "2021-03-04"} <= found
    assert {"42", "125,000"} <= terms(TEXT, non_words={"number": "keep"})


def test_folded_kinds_are_one_term_each():
    kinds = ["url", "email", "mention", "hashtag", "date", "number"]
    matrix = vectorise(corpus_of(TEXT), non_words=dict.fromkeys(kinds, "fold"), **EVERYTHING)

    totals = dict(zip(matrix.vocabulary.terms, matrix.counts.sum(axis=0).tolist(), strict=True))
    expected = {"url": 2, "email": 1, "mention": 1, "hashtag": 1, "date": 2, "number": 2}
    assert {kind: totals[f"<{kind}>"] for kind in kinds} == expected
    assert not {"buildthewall", "42"} & set(totals)


def test_report_counts_what_each_rule_removed():
    report = pruning_report(corpus_of(TEXT, TEXT), **EVERYTHING).set_index("rule")

    removed = {rule: tuple(report.loc[rule]) for rule in ("url", "email", "mention", "date")}
    assert removed == {"url": (2, 4), "email": (1, 2), "mention": (1, 2), "date": (2, 4)}
    assert tuple(report.loc["number"]) == (2, 4)  # 42 and 125,000
    assert tuple(report.loc["hashtag"]) == (0, 0)


def test_report_of_kept_kinds_is_empty_for_them():
    rules = {"hashtag": "drop", "url": "keep", "number": "fold"}
    report = pruning_report(corpus_of(TEXT), non_words=rules, **EVERYTHING).set_index("rule")

    assert tuple(report.loc["hashtag"]) == (1, 1)
    assert tuple(report.loc["url"]) == tuple(report.loc["number"]) == (0, 0)


def test_what_a_pattern_asks_for_stays_whatever_the_rule():
    drop = dict.fromkeys(["mention", "hashtag", "number", "url"], "drop")
    keep = ["secmayorkas", "build*", "125,000", "title 42", "dhs.gov"]

    assert set(keep) - {"build*"} | {"buildthewall"} <= terms(TEXT, non_words=drop, keep=keep)


def test_numbers_of_seed_phrases_are_not_folded():
    assert terms("Title 42 and 43", non_words={"number": "fold"}, keep=["title 42"]) == {
        "<number>",
        "and",
        "title 42",
    }


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"non_words": {"urls": "keep"}}, r"rules for 'urls' \(did you mean 'url'\?\); the kinds"),
        ({"non_words": {"url": "erase"}}, "are keep, drop, fold; got url: 'erase'"),
        ({"non_words": {}, "token_pattern": r"\w+"}, "non_words has no effect; leave one"),
    ],
)
def test_unusable_rules_are_refused(more, message):
    with pytest.raises(InputError, match=message):
        vectorise(corpus_of(TEXT), **EVERYTHING, **more)


PARTS = ["a", "B", "é", "9", "@", "#", ".", "-", "_", "/", " ", "'", "%", "\u0301", "\n", "移"]
PARTS += ["x@y.z", "1/2/3", "EE. UU.", "ee.uu.", "www.", "#a", "@a", "a" * 63, "1" * 4]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=22).map("".join))
def test_compiled_scan_ends_pieces_where_the_expression_ends_them(text):
    scanner = scan.scanner(None)
    chunks = list(in_chunks([text, text], scanner.scan))

    found = [scanner.names[token] for chunk in chunks for token in chunk.tokens]
    assert found == token_stream(text) * 2


@pytest.mark.parametrize("n_letters", [63, 64, 65])
@pytest.mark.parametrize("domain", ["b.c", "b" * 63 + ".c", "b" * 64 + ".c", "b." + "c" * 64])
def test_longest_parts_of_an_address_are_those_of_the_expression(n_letters, domain):
    text = f"x {'a' * n_letters}@{domain} y"
    scanner = scan.scanner(None)

    found = [scanner.names[token] for token in scanner.scan([text]).tokens]

    assert found == token_stream(text)
    assert ("a" * n_letters in found) == (n_letters > 64 or domain.startswith("b" * 64))


def test_address_of_any_length_is_counted_as_one():
    report = pruning_report(
        corpus_of(f"visa a@{'b.' * 90}gov www.{'c' * 300}.gov"), **EVERYTHING
    ).set_index("rule")

    assert tuple(report.loc["email"]) == tuple(report.loc["url"]) == (1, 1)


@pytest.mark.parametrize(
    "piece",
    ["@", "#", "a@", "a@a.", "a.", "a-b.", "#a", "@a", "1/", "1/2/", "aa.", "EE. ", "%", "+"],
)
def test_a_megabyte_of_one_piece_takes_linear_time(piece):
    text = piece * (1_000_000 // len(piece))

    start = time.process_time()
    scan.scanner(None).scan([text])
    tokenise(text)

    # Under a second each; a quadratic scan would take hours.
    assert time.process_time() - start < 8
