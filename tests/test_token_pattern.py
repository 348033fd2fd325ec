"""Does a user's regular expression end, whatever it is, and find what Python's finds?"""

from __future__ import annotations

import gc
import re
import time

import pandas as pd
import pytest

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.text import expression
from topoi.text.expression import Expression, checked_expression
from topoi.text.vectorise import vectorise

ENDLESS = [r"(a+)+$", r"(\w+\s?)+$", r"(a|aa)+\.", r"(?:a|a)*b"]


def corpus_of(*texts):
    return Corpus(pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": texts}))


@pytest.mark.parametrize("pattern", ENDLESS)
def test_an_expression_that_would_not_end_is_an_error(monkeypatch, pattern):
    monkeypatch.setattr(expression, "_SECONDS", 0.7)
    begun = time.monotonic()

    with pytest.raises(InputError, match="found no end within 1 seconds on 1 texts"):
        vectorise(corpus_of("a" * 60 + "!"), token_pattern=pattern, min_docs=1, max_share=1.0)

    assert time.monotonic() - begun < 10


def test_what_was_ended_can_be_asked_again(monkeypatch):
    monkeypatch.setattr(expression, "_SECONDS", 0.7)
    found = Expression(r"(a+)+b")

    with pytest.raises(InputError):
        found.tokens(["a" * 60])

    assert found.tokens(["Xaab"]) == [["aa"]]


@pytest.mark.parametrize(
    "pattern", [r"\d{2}-\w+|[a-z]+", r"(?:^|\s)(\S+?)(?=\s|$)", r"\n|\ud800|é"]
)
def test_it_finds_what_python_finds(pattern):
    texts = ["10-A b\u00c9 \n c", "", "\ud800\udc00 lone\x00\u2028 é\ud83d\ude00", "İ ΑΣ"] * 3

    found = Expression(pattern).tokens(texts)

    assert found == [[t for t in re.findall(pattern, text.lower()) if t] for text in texts]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a{99999999999999999999}", "must be a regular expression"),
        ("(" * 3000 + ")" * 3000, "must be a regular expression|may have one group"),
        ("a" * 10_001, "has 10001 characters; 10000 are allowed"),
        ("(?P<n>a)(?P<n>b)", "must be a regular expression"),
        ("(a)(b)", "may have one group"),
    ],
)
def test_what_is_no_expression_is_refused(pattern, words):
    with pytest.raises(InputError, match=words):
        checked_expression(pattern)


def test_the_process_ends_with_the_expression():
    found = Expression(r"a|b")
    found.tokens(["ab"])
    process = found._process

    del found
    gc.collect()

    assert process.poll() is not None
