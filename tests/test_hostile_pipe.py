"""What was made to break a reader goes the whole way, from reading to counting, or says why not."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
import warnings
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hostile import PROSE, UNITS, hostile_files, write_hostile
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.clean import clean, clean_text
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate
from topoi.corpus.segment import segment
from topoi.errors import InputError, TopoiWarning
from topoi.io.read import read_corpus, read_parts
from topoi.text.selection import select
from topoi.text.vectorise import vectorise

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes and links")

CUTS = ("paragraph", "sentence", "window", "speaker")


def quietly(function, *given, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*given, **more)


def letters_of(corpus):
    return "".join("".join(corpus.texts).split())


def through(corpus):
    """All steps after reading; each keeps the ledger of what was read, and no cut loses text."""
    n_read = corpus.ledger.counts()["read"]
    cleaned = clean(corpus)
    single = deduplicate(cleaned)
    assert [step.ledger.counts()["read"] for step in (cleaned, single)] == [n_read] * 2
    for cut in CUTS:
        passages = segment(single, by=cut)
        assert passages.ledger.counts()["read"] == n_read
        if cut != "speaker":  # names go into a column
            assert letters_of(passages) == letters_of(single)
    return single, segment(single, by="paragraph")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("hostile") / "in"
    write_hostile(place)
    return place


@pytest.fixture(scope="module")
def corpus(folder):
    return quietly(read_corpus, folder)


def test_each_file_is_kept_or_has_its_reason(corpus):
    outcomes = corpus.ledger.outcomes()
    kept = set(outcomes.loc[outcomes["outcome"] == "kept", "doc_id"])
    reasons = dict(zip(outcomes["doc_id"], outcomes["reason"], strict=True))

    for name, (_, reason) in hostile_files().items():
        ids = [i for i in reasons if i == name or i.startswith((f"{name}#", f"{name}/"))]
        assert ids, f"{name!r} is not accounted for"
        assert any(doc_id in kept for doc_id in ids) == (not reason), name
        assert any(reason in reasons[doc_id] for doc_id in ids), name
    assert reasons["round"] == "link to a folder"
    assert reasons["nowhere.txt"] == "unreadable"
    assert reasons["pipe.txt"] == "unsupported file type"


def test_the_whole_way_adds_up_at_every_step(corpus):
    single, passages = through(corpus)

    matrix = vectorise(passages, min_docs=1)

    assert matrix.counts.shape[0] == len(passages)
    assert {"asylum", "law"} <= set(matrix.vocabulary.terms)
    assert "numbers.jsonl#row 1" in single.ids


@pytest.mark.parametrize("name", [name for name, (_, why) in hostile_files().items() if why])
def test_a_file_alone_is_an_error_that_names_it_or_has_nothing_to_read(folder, name):
    with pytest.raises(InputError) as error:
        quietly(read_corpus, folder / name)

    assert name.split("\n")[0] in str(error.value)
    assert str(error.value).rstrip().endswith((".", ")"))


def test_nothing_is_written_where_an_archive_says(folder, corpus):
    assert not (folder.parents[1] / "out.txt").exists()
    assert not Path("/etc/out.txt").exists()
    assert any(i.startswith("paths.zip/") for i in corpus.ledger.events["doc_id"])


def test_a_file_that_vanishes_while_others_are_read_is_unreadable(tmp_path):
    names = [f"{letter}.txt" for letter in "abcdef"]
    for name in names:
        (tmp_path / name).write_text(PROSE)
    events = []

    with pytest.warns(TopoiWarning, match=r"f\.txt"):
        for part in read_parts(tmp_path, rows=1):
            (tmp_path / names[-1]).unlink(missing_ok=True)
            events.append(part.ledger.events)

    found = pd.concat(events)
    assert found.loc[found["action"] == "read", "doc_id"].tolist() == names
    dropped = found.loc[found["action"] == "dropped", ["doc_id", "reason"]]
    assert dropped.to_numpy().tolist() == [["f.txt", "unreadable"]]


PIECES = [
    *UNITS.values(), PROSE, "\x00", "\ufffd", "\u2028", "\ufeff",
    "\u202e", "SUMMARY:\n", "AGENCY: x\n", "\n\n", "&amp;lt;b&gt;", "www.a.b ", "888 words\n", "Q ",
    "中文。", "# ", "```\n", "\U0001f600", "MS. ROE: ", "(c) 2014 ", "30-\n", "fi\ufb01 ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=80)


@settings(max_examples=12, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_any_texts_go_the_whole_way(texts):
    ids = [f"d{number}" for number in range(len(texts))]
    corpus = Corpus(pd.DataFrame({"doc_id": ids, "text": texts}))

    _, passages = through(corpus)
    try:
        vectorise(passages, min_docs=1)
    except InputError as error:
        assert "term" in str(error)


def test_nested_debris_settles():
    text = clean_text("<b" * 500 + " and <b" + "<" * 300 + "&amp;" * 300)

    assert clean_text(text) == text


def _seconds(text):
    corpus = Corpus(pd.DataFrame({"doc_id": ["a", "b"], "text": [text, PROSE]}))
    steps = {
        "clean": lambda: clean(corpus),
        "deduplicate": lambda: deduplicate(corpus),
        "select": lambda: select(corpus, query='ferries NEAR/5 port OR "more visas"'),
        **{cut: lambda cut=cut: segment(corpus, by=cut) for cut in CUTS},
        "vectorise": lambda: vectorise(segment(corpus, by="paragraph"), min_docs=1),
    }
    found = {}
    for name, step in steps.items():
        start = time.process_time()
        with suppress(InputError):  # one unit may leave no term
            step()
        found[name] = time.process_time() - start
    return found


@pytest.fixture(scope="module")
def warm():
    _seconds(PROSE * 50)


@pytest.mark.parametrize("name", UNITS)
def test_twice_the_text_takes_no_more_than_thrice_the_time(name, warm):
    slow = _slow_steps(UNITS[name])

    # A shared machine may stop for a while: a step that is quadratic is slow both times.
    assert (slow and slow & _slow_steps(UNITS[name])) == set()


def _slow_steps(unit):
    once, twice = (_seconds(unit * n) for n in (5_000, 10_000))
    return {step for step in once if twice[step] > max(0.4, 3 * once[step])}


def test_a_line_of_fifty_megabytes_goes_the_whole_way_in_bounded_memory(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "line.txt").write_text(f"visas for {'work' * 100} piers " * 122_000)
    for name in "ab":
        (tmp_path / "in" / f"{name}.txt").write_text(f"Other words stand in {name * 3}. {PROSE}")
    script = """
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))
        import topoi
        corpus = topoi.deduplicate(topoi.clean(topoi.read_corpus("in")))
        matrix = topoi.vectorise(topoi.segment(corpus, by="paragraph"), min_docs=1, max_share=1.0)
        print(int(matrix.counts.sum()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    """

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-500:]
    tokens, megabytes = map(int, done.stdout.split())
    assert tokens >= 122_000
    assert megabytes < 1500  # most of it packages and copies on the way
