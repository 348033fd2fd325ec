"""Cleaning a corpus part by part gives what cleaning all of it at once does."""

import weakref
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topoi.corpus.clean import RULES, clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.explain import explain_cleaning
from topoi.errors import InputError
from topoi.io.frequent_lines import frequent_lines
from topoi.io.read import read_corpus, read_parts

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
FOOT = "The editors of this page are in Vienna"


def corpus_of(texts, sources="") -> Corpus:
    ids = [f"d{number:03}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts), "source": sources}))


def cut(corpus: Corpus, sizes) -> list[Corpus]:
    """The corpus in parts of these sizes, in turn, some of them without a document."""
    parts, start = [], 0
    for size in [*sizes, len(corpus)]:
        table = corpus.table.iloc[start : start + size].reset_index(drop=True)
        parts.append(Corpus(table))
        start += size
    return parts


def cleaned_in_parts(parts, **settings) -> tuple[list[str], list[str], pd.DataFrame]:
    """Ids and texts of the cleaned parts, and what their ledgers say of the cleaning."""
    lines = frequent_lines(iter(parts), **settings)
    done = [clean(part, frequent=lines) for part in parts]
    events = pd.concat([part.ledger.events for part in done], ignore_index=True)
    ids = [doc_id for part in done for doc_id in part.ids]
    texts = [text for part in done for text in part.texts]
    return ids, texts, of_cleaning(events)


def of_cleaning(events: pd.DataFrame) -> pd.DataFrame:
    return events.loc[events["step"] == "clean"].reset_index(drop=True)


def assert_same(parts, whole: Corpus, **settings) -> None:
    ids, texts, events = cleaned_in_parts(parts, **settings)

    assert ids == whole.ids
    assert texts == whole.texts
    pd.testing.assert_frame_equal(events, of_cleaning(whole.ledger.events))


# Few lines, so that many stand in several texts; some that rules change, some that hashes of
# letters of ASCII do not tell apart, and lines of numbers, which have no such hash.
LINES = st.sampled_from(
    [
        FOOT,
        f"<p>{FOOT}</p>",
        f"{FOOT.upper()}.",
        "An office in the old town of Graz",
        "Миграция растёт каждый год",
        "Миграция падает каждый год",
        "2014 12 31 17",
        "one two three çé",
        "one two three ÇÉ",
        "Read more",
        "",
        "Yes",
        *[f"Body line {word} about the border talks" for word in ("one", "two", "three", "four")],
    ]
)
OWN = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "asylum"]), max_size=12)


@st.composite
def corpora(draw) -> Corpus:
    texts = [
        "\n".join([*draw(st.lists(LINES, max_size=5)), " ".join([f"own{number}", *draw(OWN)])])
        for number in range(draw(st.integers(1, 14)))
    ]
    sources = draw(st.lists(st.sampled_from(["a", "b"]), min_size=len(texts), max_size=len(texts)))
    return corpus_of(texts, sources)


@given(corpora(), st.lists(st.integers(0, 6), max_size=6), st.integers(2, 4))
@settings(max_examples=25, deadline=None)  # each is cleaned twice, in several rounds
def test_parts_of_any_size_become_the_cleaned_whole(corpus, sizes, min_repeats):
    whole = clean(corpus, min_repeats=min_repeats)

    assert_same(cut(corpus, sizes), whole, min_repeats=min_repeats)


def with_foot(number: int) -> str:
    return f"Text {number} tells of other things than text {number + 1} does.\n{FOOT}"


def test_line_that_is_rare_in_each_part_goes():
    parts = cut(corpus_of([with_foot(number) for number in range(8)]), [2, 2, 2])

    _, texts, _ = cleaned_in_parts(parts)

    assert all(FOOT not in text for text in texts)
    assert all(FOOT in text for part in parts for text in clean(part).texts)


def test_lines_that_become_frequent_when_others_are_gone_take_a_further_round():
    # With two long lines in common, the texts count as reprints; without the first, they do not.
    first = "The first of the lines that all of these pages have in common is so long"
    parts = cut(_two_layers(first), [3, 3])
    whole = clean(_two_layers(first), min_repeats=3)

    lines = frequent_lines(parts, min_repeats=3)

    assert lines.table["round"].max() == 2
    assert_same(parts, whole, min_repeats=3)


def _two_layers(first: str) -> Corpus:
    """Six texts with a line each has, and three of them with a further one, as reprints."""
    own = [" ".join(f"word{number}x{place}" for place in range(16)) for number in range(9)]
    second = "Another line of three pages that is shorter"
    with_both = [f"{first}\n{second}\n{own[number]}" for number in range(3)]
    return corpus_of([*with_both, *(f"{first}\n{text}" for text in own[3:])])


@pytest.mark.parametrize("line", ["Миграция растёт каждый год", "2014 12 31 17"])
def test_lines_without_letters_of_ascii_are_counted_by_their_words(line):
    others = ["Миграция падает каждый год", "2015 12 31 17"]
    texts = [with_foot(number).replace(FOOT, line) for number in range(6)]

    _, found, _ = cleaned_in_parts(cut(corpus_of([*texts, *others]), [3, 2]))

    assert all(line not in text for text in found)
    assert found[-2:] == others


def test_table_shows_each_line_with_its_source_and_documents():
    texts = [with_foot(number) for number in range(6)]

    lines = frequent_lines([corpus_of(texts, "paper")])

    assert lines.table.to_dict("records") == [
        {"round": 1, "source": "paper", "line": FOOT.lower(), "documents": 6}
    ]
    assert repr(lines) == "<1 frequent lines of 1 sources>"
    assert FOOT.lower() in lines._repr_html_()


def test_corpus_without_such_lines_has_an_empty_table():
    lines = frequent_lines([corpus_of(["One text only."])])

    assert lines.table.empty
    assert clean(corpus_of(["One text only."]), frequent=lines).texts == ["One text only."]


def test_lines_of_a_corpus_go_from_later_documents_of_the_same_source_only():
    lines = frequent_lines([corpus_of([with_foot(number) for number in range(6)], "paper")])
    later = corpus_of([with_foot(20), with_foot(30)], ["paper", "other"])

    texts = clean(later, frequent=lines).texts

    assert [FOOT in text for text in texts] == [False, True]


def test_explanation_of_a_part_names_the_lines_of_the_whole():
    parts = cut(corpus_of([with_foot(number) for number in range(6)]), [2])
    lines = frequent_lines(parts)

    steps = explain_cleaning(parts[0], "d001", frequent=lines)

    assert "lines of many documents removed" in set(steps.table["rule"])
    assert steps.after == clean(parts[0], frequent=lines).texts[1]


def test_each_part_is_given_up_before_the_next_is_read():
    alive = []

    def parts():
        for number in range(3):
            alive.append(weakref.WeakSet([part := corpus_of([with_foot(number)])]))
            assert [len(held) for held in alive] == [0] * number + [1]
            yield part
            del part

    frequent_lines(parts())

    assert len(alive) == 3


def test_nothing_is_left_on_disk(tmp_path):
    frequent_lines([corpus_of([with_foot(number) for number in range(6)])], folder=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_on_disk_when_reading_fails(tmp_path):
    def broken():
        yield corpus_of([with_foot(1)])
        raise OSError("the disk with the source is gone")

    with pytest.raises(OSError, match="the disk with the source is gone"):
        frequent_lines(broken(), folder=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"cannot wait on disk.*Name a folder with room"):
        frequent_lines([corpus_of(["x"])], folder=tmp_path / "gone")


def test_full_disk_is_told_with_what_to_do(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("topoi.io.spool.np.savez", full)

    with pytest.raises(InputError, match=r"No space left on device.*by folder="):
        frequent_lines([corpus_of(["x"])], folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_min_repeats_beside_frequent_lines_is_refused():
    lines = frequent_lines([corpus_of(["x"])], min_repeats=3)

    with pytest.raises(InputError, match=r"min_repeats is 3 for the frequent lines.*not to clean"):
        clean(corpus_of(["x"]), frequent=lines, min_repeats=5)


def test_other_rules_than_those_counted_by_are_refused():
    lines = frequent_lines([corpus_of(["x"])], rules=RULES[:2])

    with pytest.raises(InputError, match="Give the same rules to frequent_lines and clean"):
        clean(corpus_of(["x"]), frequent=lines)


def test_passages_and_things_that_are_no_corpus_are_refused():
    passages = Corpus(pd.DataFrame({"passage_id": ["a#1"], "doc_id": ["a"], "text": ["x"]}))

    with pytest.raises(InputError, match="Clean before you segment"):
        frequent_lines([passages])
    with pytest.raises(InputError, match="needs the parts of a corpus, as from read_parts"):
        frequent_lines(["articles/a.txt"])
    with pytest.raises(InputError, match="min_repeats must be an int >= 2; got 1"):
        frequent_lines([passages], min_repeats=1)


def test_news_in_parts_become_the_cleaned_whole(tmp_path):
    path = SHARED / "uk_immigration_news_2014.parquet"
    if not path.is_file():
        pytest.skip("uk_immigration_news_2014 is not on this machine")
    table = pd.read_parquet(path).iloc[::6].reset_index(drop=True)
    table.loc[::2, "text"] += f"\n{FOOT}"  # of themselves these news have no line in common
    some = tmp_path / "news.parquet"
    table.to_parquet(some)
    whole = clean(read_corpus(some))

    assert len(whole) == len(table) > 450
    # It stays where a text is one line, and in a source of six documents.
    assert sum(FOOT in text for text in whole.texts) < 10
    assert_same(list(read_parts(some, rows=170)), whole)
