"""Does a corpus built in partitions on disk have the texts, ledger and counts it has in memory?"""

import os
import shutil
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from killed import half_written

import topoi
from topoi.errors import InputError
from topoi.io.sample import sample_path
from topoi.scale import build_corpus
from topoi.scale.text_parts import TextParts, write_text_part

COUNTING = {"min_docs": 3, "lemmas": "plurals"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The bundled documents, one of them again, one nearly, one without words, and a bad name."""
    folder = tmp_path_factory.mktemp("source") / "documents"
    shutil.copytree(sample_path() / "documents", folder)
    first = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix == ".txt")
    if first:
        text = first[0].read_text(encoding="utf-8")
        (folder / "again.txt").write_text(text, encoding="utf-8")
        (folder / "nearly.txt").write_text(text.replace(" the ", " this ", 3), encoding="utf-8")
    (folder / "empty.txt").write_text("<p></p>", encoding="utf-8")
    table = pd.DataFrame(
        {"id": range(90), "text": [f"Words of row {n}, and others." for n in range(90)]}
    )
    table["title"] = "The ministerâ€™s plan"  # events of titles come before those of texts
    table["text"] += "<br>"
    table.to_csv(folder / "titles.csv", index=False)
    (folder / "no text.bin").write_bytes(b"\0\1")
    return folder


@pytest.fixture(scope="module")
def whole(source):
    corpus = topoi.deduplicate(topoi.clean(topoi.read_corpus(source)))
    passages = topoi.segment(corpus)
    return corpus, passages, topoi.vectorise(passages, **COUNTING)


@pytest.fixture(scope="module")
def built(source, tmp_path_factory):
    return build_corpus(source, tmp_path_factory.mktemp("work"), rows=37, counting=COUNTING)


def test_texts_and_ledger_are_those_in_memory(built, whole):
    corpus, passages, _ = whole

    for parts, expected in ((built.documents, corpus), (built.passages, passages)):
        table = pd.concat([part.table for part in parts], ignore_index=True)
        pd.testing.assert_frame_equal(table, expected.table)
    assert len(built.passages) > 3
    pd.testing.assert_frame_equal(built.ledger().events, passages.ledger.events)
    reasons = set(passages.ledger.events["reason"])
    assert {"exact copy", "near copy", "empty after cleaning", "HTML removed"} <= reasons
    assert "broken encoding mended (title)" in reasons


def test_counts_and_vocabulary_are_those_in_memory(built, whole):
    expected = whole[2]

    found = built.counts.to_matrix()

    np.testing.assert_array_equal(found.counts.indptr, expected.counts.indptr)
    np.testing.assert_array_equal(found.counts.indices, expected.counts.indices)
    np.testing.assert_array_equal(found.counts.data, expected.counts.data)
    pd.testing.assert_frame_equal(found.vocabulary.to_frame(), expected.vocabulary.to_frame())
    pd.testing.assert_frame_equal(found.units, expected.units)
    pd.testing.assert_frame_equal(found.phrases, expected.phrases)
    pd.testing.assert_frame_equal(found.folded, expected.folded)
    assert len(built.counts) == len(built.passages)


def stamps(folder):
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*.parquet")
    }


def test_what_is_there_is_not_made_again(source, tmp_path):
    few = tmp_path / "few"
    few.mkdir()
    for number, path in enumerate(sorted(source.rglob("*.txt"))[:12]):
        shutil.copy(path, few / f"{number:02}.txt")
    work, options = tmp_path / "work", {"rows": 4, "counting": {"min_docs": 1}}
    first = build_corpus(few, work, **options)
    before = stamps(work)

    (work / "1-read" / "rows-00002.json").unlink()
    (work / "2-clean" / "rows-00001.parquet").write_bytes(b"half")
    (work / "4-passages" / "rows-00000.json").unlink()
    shutil.rmtree(work / "counts")
    again = build_corpus(few, work, **options)

    after = stamps(work)
    made = {name for name in before if before[name] != after[name] and "counts" not in name}
    assert made == {
        *("1-read/rows-00002.parquet", "1-read/events-00002.parquet"),
        *("2-clean/rows-00001.parquet", "2-clean/events-00001.parquet"),
        *("4-passages/rows-00000.parquet", "4-passages/events-00000.parquet"),
    }
    assert (again.counts.to_matrix().counts != first.counts.to_matrix().counts).nnz == 0
    other = build_corpus(few, work, **{**options, "cutting": {"by": "sentence"}})
    assert other.counts.shape[0] > again.counts.shape[0]


SMALL = {"rows": 4, "counting": {"min_docs": 1}}


@pytest.fixture
def few(tmp_path):
    """Three files of some words."""
    folder = tmp_path / "few"
    folder.mkdir()
    for number, word in enumerate(("ferry", "border", "harvest")):
        (folder / f"{number}.txt").write_text(f"A visa was lost at the {word} here.\n")
    return folder


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize(
    "name", ["scratch/thesis.txt", "1-read/rows-00099.json", "build_corpus.json"]
)
def test_a_folder_of_something_else_is_left_alone(few, tmp_path, name):
    work = tmp_path / "work"
    (work / name).parent.mkdir(parents=True)
    (work / name).write_text("mine")
    before = everything(work)

    top = name.partition("/")[0]
    with pytest.raises(
        InputError, match=rf"holds: {top}\. Nothing was changed; name a new or empty"
    ):
        build_corpus(few, work, **SMALL)

    assert everything(work) == before


@pytest.mark.parametrize("place", ["few", "few/work", "."])
def test_steps_are_not_kept_in_the_source_or_around_it(few, tmp_path, place):
    before = everything(tmp_path)

    for given in (few, str(few), [few / "0.txt", few]):
        message = r"Work \(.*\) and the source \(.*\) lie in one another.*another folder for work"
        with pytest.raises(InputError, match=message):
            build_corpus(given, tmp_path / place, **SMALL)

    assert everything(tmp_path) == before


def test_what_a_kill_before_the_mark_leaves_is_no_hindrance(few, tmp_path):
    half = half_written(tmp_path / "work" / "build_corpus.json")
    half.parent.mkdir()
    half.touch()

    build_corpus(few, tmp_path / "work", **SMALL)

    assert not half.exists()


def test_a_text_of_the_same_length_and_time_is_another_one(few, tmp_path):
    file = few / "1.txt"
    build_corpus(few, tmp_path / "work", **SMALL)
    before = file.stat()
    file.write_text(file.read_text().replace("visa", "VISA"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    built = build_corpus(few, tmp_path / "work", **SMALL)

    assert file.stat().st_size == before.st_size
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert ["VISA" in text for text in built.documents.table(0)["text"]] == [False, True, False]


def test_large_files_are_compared_by_size_and_time(few, tmp_path, monkeypatch):
    work, module = tmp_path / "work", sys.modules["topoi.scale.source_fingerprint"]
    monkeypatch.setattr(module, "_MOST_HASHED", 3)
    build_corpus(few, work, **SMALL)
    done = (work / "1-read" / "all.json").read_bytes()
    build_corpus(few, work, **SMALL)
    assert (work / "1-read" / "all.json").read_bytes() == done

    os.utime(few / "1.txt", ns=(1, 1))
    build_corpus(few, work, **SMALL)

    assert (work / "1-read" / "all.json").read_bytes() != done


def test_a_partition_comes_back_from_its_files(tmp_path):
    table = pd.DataFrame(
        {
            "doc_id": ["a\x00", "ß"],
            "text": ["odd \U0001f600 text\r\n", ""],
            "date": pd.to_datetime(["2021-01-01", None]),
            "place": pd.Series(["Graz", None], dtype="str"),
        }
    )
    corpus = topoi.Corpus(table)
    write_text_part(tmp_path, 0, corpus, "key")

    found = TextParts(tmp_path, 1).corpus(0)

    pd.testing.assert_frame_equal(found.table, corpus.table)
    pd.testing.assert_frame_equal(found.ledger.events, corpus.ledger.events)


def test_ids_that_occur_in_two_partitions_are_refused(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("t.csv", "id,text\nx.txt,One text of some words.\n")
        archive.writestr("t.csv#x.txt", "Another text of some words.")

    with pytest.raises(InputError, match=r"doc_id occur more than once: a\.zip/t\.csv#x\.txt"):
        build_corpus(folder, tmp_path / "work", rows=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"copies": {"copies": "mark"}}, "copies has no setting 'copies' here"),
        ({"counting": {"min_doc": 3}}, "no setting 'min_doc' here.*Did you mean 'min_docs'"),
        ({"counting": {"vocabulary": None}}, "counting has no setting 'vocabulary' here"),
        ({"copies": {"near": 7}}, "near must be a share"),
        ({"counting": {"min_docs": 0}}, "min_docs must be an int >= 1"),
    ],
)
def test_settings_that_there_are_not_are_refused_before_anything_is_read(
    options, message, tmp_path
):
    with pytest.raises(InputError, match=message):
        build_corpus(tmp_path / "nothing", tmp_path / "work", **options)

    assert not (tmp_path / "work").exists()
