"""The generator of dirt plants what it says, and cleaning takes it out of a text of our own."""

import importlib.util
import sys
from pathlib import Path

import pytest

from topoi.corpus.clean import clean_text

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
MASTERS = BENCHMARKS.parent / "data" / "sample" / "codes.csv"


@pytest.fixture(scope="module")
def dirt():
    spec = importlib.util.spec_from_file_location("dirt", BENCHMARKS / "dirt.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["dirt"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def texts():
    import pandas as pd

    codes = pd.read_csv(MASTERS)
    return ["\n\n".join(rows) for _, rows in codes.groupby("doc_id")["text"]][::8]


def test_the_same_seed_gives_the_same_dirt(dirt, texts):
    assert dirt.dirtied(texts[0], half="report", seed=3) == dirt.dirtied(
        texts[0], half="report", seed=3
    )
    assert dirt.dirtied(texts[0], half="report", seed=3) != dirt.dirtied(
        texts[0], half="report", seed=4
    )


def test_what_is_planted_is_there(dirt, texts):
    planted, there = set(), set()
    for number, text in enumerate(texts):
        soiled = dirt.dirtied(text, half="development", seed=number)
        lines = soiled.text.split("\n")
        planted |= {thing.kind for thing in soiled.planted}
        there |= {thing.kind for thing in soiled.planted if thing.trace in soiled.text}

        assert len(soiled.planted) > 4
        assert all(thing.trace in lines for thing in soiled.planted if thing.kind == dirt.LINE)
    assert there == planted


def test_the_halves_share_no_line(dirt):
    one, other = (set(dirt.phrases(half)) for half in dirt.HALVES)

    assert {line.lower() for line in one}.isdisjoint({line.lower() for line in other})
    assert min(len(one), len(other)) >= 80


def test_planted_dirt_of_development_goes_from_the_sample(dirt, texts):
    left, lost, n_planted, n_paragraphs = [], [], 0, 0
    whole_lines = (dirt.LINE, "database header")
    for number, text in enumerate(texts):
        soiled = dirt.dirtied(text, half="development", seed=number)
        washed, plain = clean_text(soiled.text), clean_text(text)
        n_planted += len(soiled.planted)
        lines = washed.split("\n")
        for thing in soiled.planted:
            left += (
                [thing] if thing.trace in (lines if thing.kind in whole_lines else washed) else []
            )
        kept = [part for part in soiled.paragraphs if part in plain and "\n" not in part]
        n_paragraphs += len(kept)
        lost += [part for part in kept if part not in washed]

    assert n_planted > 150
    assert left == []
    assert len(lost) <= 0.02 * n_paragraphs, lost
