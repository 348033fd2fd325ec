"""Are sentence ends of policy text found as people find them?"""

import csv
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
CODES = BENCHMARKS / "coded_sentences.csv"


@pytest.fixture
def benchmark_path(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def test_three_hundred_sentences_and_more_are_coded_at_places_in_their_paragraph():
    with CODES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    ends = [list(map(int, row["ends"].split())) for row in rows]
    assert sum(len(found) + 1 for found in ends) == 593
    assert len({row["doc_id"] for row in rows}) == len(rows)
    for row, found in zip(rows, ends, strict=True):
        assert found == sorted(set(found))
        assert all(0 < end < int(row["length"]) for end in found)


def test_the_ends_of_parts_are_counted_without_white_space(benchmark_path):
    from corpus_sentences import coded_ends, ends_of
    from sentence_passages import Passage

    text = "Ab c.  De f. Gh."
    passage = Passage("w", "d", 0, len(text), "", "plain", 1, (5, 12))

    assert ends_of(text, ["Ab c.", " De f.\n", "Gh."]) == {4, 8}
    assert ends_of(text, [text]) == set()
    assert coded_ends(passage, text) == {4, 8}


def test_f1_on_coded_sentences_of_policy_text_is_at_least_97(shared_data, benchmark_path):
    from corpus_sentences import coded_ends, ends_of
    from sentence_passages import coded

    from topoi.corpus.sentences import sentences

    found = wanted = hits = 0
    for passage, text in coded():
        ours, theirs = ends_of(text, sentences(text)), coded_ends(passage, text)
        found, wanted, hits = found + len(ours), wanted + len(theirs), hits + len(ours & theirs)

    assert wanted == 392
    assert 2 * hits / (found + wanted) >= 0.97


def test_the_passages_are_those_of_the_draw(shared_data, benchmark_path):
    from sentence_passages import coded, draw

    assert [passage[:-1] for passage, _ in coded()] == [passage[:-1] for passage, _ in draw()]
