"""Do all regular expressions of the package take time by the length of the text and no more?"""

from __future__ import annotations

import time

import own_expressions
import pytest

from topoi.corpus.clean import clean_text

# Characters of which long runs have made expressions go back and forth.
RUNS = ("a", " ", "<", "&", "-", "\n", '"', "(", ".", "0")


def test_expressions_of_every_part_of_the_package_are_looked_at():
    found = own_expressions.every_expression()

    assert len(found) > 150
    homes = {name.split(".")[1] for name in found}
    assert {"corpus", "text", "io", "measures", "plots", "themes"} <= homes


@pytest.mark.parametrize("run", RUNS, ids=repr)
def test_each_takes_time_by_the_length_of_the_text(run):
    assert own_expressions.slow_ones([run], length=2**13) == []


@pytest.mark.parametrize("pattern", [r"\s+$", r"<[^>]+>", r"(?:a|b)*c", r"\w+@\w+"])
def test_one_that_does_not_would_be_found(pattern):
    import re

    judged = {"x": (re.compile(pattern), "search")}

    # Another process may disturb a look, which then finds nothing.
    looks = (
        own_expressions.slow_ones([" ", "<", "a"], length=2**13, among=judged) for _ in "12345"
    )
    assert any(looks)


@pytest.mark.parametrize(
    "text",
    [
        "It was div-\nided. " + "a" * 200_000,
        "<p>one\ntwo" + " " * 200_000 + "three</p>" + "<p>x</p>" * 5,
    ],
    ids=["letters in a text with a divided word", "spaces in a page"],
)
def test_a_long_run_beside_what_a_rule_looks_for_takes_no_longer(text):
    begun = time.process_time()

    clean_text(text)

    assert time.process_time() - begun < 3
