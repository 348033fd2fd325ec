"""Are counts that lie in a bucket those of a folder, and fitted to the bit as from a disk?"""

import json

import numpy as np
import pandas as pd
import pytest
from scale_cases import EDGES, MODELS, assert_same, corpus, cut, written

from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.io.store import read_fit, write_fit
from topoi.models.lda import LDA
from topoi.scale import fit_parts, open_counts, read_part_fit, write_counts
from topoi.text.matrix import DocTermMatrix

fsspec = pytest.importorskip("fsspec", reason="the extra `scale` (fsspec) is not installed")
from bucket_store import BucketFileSystem, register  # noqa: E402

URL = "bucket://b/counts"


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("TOPOI_TEST_BUCKETS", "")  # taken back at the end
    register()
    BucketFileSystem.reset(tmp_path / "store")
    return BucketFileSystem


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store" / "b" / "counts"


@pytest.fixture(scope="module")
def matrix():
    return corpus()


def opened(store):
    return {path: n for (verb, path), n in store.calls.items() if verb == "open"}


def test_objects_are_the_files_of_a_folder(matrix, tmp_path, place):
    found = written(matrix, URL, EDGES["two"])
    expected = written(matrix, tmp_path / "here", EDGES["two"])

    files = {path.name: path.read_bytes() for path in place.iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    assert str(found.path) == URL
    assert found.shape == expected.shape
    assert found.blocks == expected.blocks
    again, whole = open_counts(URL).to_matrix(), expected.to_matrix()
    np.testing.assert_array_equal(again.counts.toarray(), whole.counts.toarray())
    pd.testing.assert_frame_equal(again.units, whole.units)
    assert again.vocabulary.terms == whole.vocabulary.terms


@pytest.mark.parametrize("name", ["LDA", "KeywordLDA"])
def test_a_fit_has_the_bits_of_memory_and_asks_for_each_object_once(
    matrix, tmp_path, store, place, name
):
    counts = written(matrix, URL, EDGES["seven, of one row and of empty rows too"])
    store.calls.clear()

    found = fit_parts(URL, MODELS[name], tmp_path / "fit")

    asked = opened(store)
    vocabulary = asked.pop("b/counts/vocabulary.parquet")  # also to find keywords in
    assert vocabulary == 2
    assert set(asked) == {f"b/counts/{p.name}" for p in place.iterdir() if "part-" not in p.name
                          or p.suffix == ".npz"} - {"b/counts/vocabulary.parquet"}  # fmt: skip
    assert set(asked.values()) == {1}
    assert_same(found, counts, fit_topics(matrix, MODELS[name]))
    names = {path.name for path in (tmp_path / "fit").iterdir()}
    assert not any(name.startswith(("scratch", "counts", "part-")) for name in names)


def test_a_fit_of_a_bucket_and_one_of_a_disk_are_the_same_files(matrix, tmp_path):
    model = LDA(3, max_iter=3, draw_passes=2)
    for name, place in (("here", tmp_path / "counts"), ("there", URL)):
        fit_parts(written(matrix, place, EDGES["two"]), model, tmp_path / name)

    here, there = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("here", "there")
    )
    assert there == here


def test_a_damaged_object_is_named_and_writing_again_mends_it(matrix, tmp_path, place):
    counts = written(matrix, URL, EDGES["two"])
    content = bytearray((place / "part-00001.npz").read_bytes())
    content[-300] ^= 1
    (place / "part-00001.npz").write_bytes(content)

    with pytest.raises(InputError, match=r"bucket://b/counts/part-00001\.npz was altered"):
        counts.counts(1)
    with pytest.raises(InputError, match=r"bucket://b/counts/part-00001\.npz was altered"):
        fit_parts(URL, LDA(2, max_iter=2), tmp_path / "fit")
    assert not (tmp_path / "fit").exists()

    again = written(matrix, URL, EDGES["two"])
    np.testing.assert_array_equal(again.to_matrix().counts.toarray(), matrix.counts.toarray())


def test_a_part_of_an_object_is_no_partition(matrix, store, place):
    counts = written(matrix, URL, EDGES["two"])
    content = (place / "part-00001.npz").read_bytes()
    store.on_open["b/counts/part-00001.npz"] = lambda: content[:-1]

    with pytest.raises(InputError, match=r"part-00001\.npz gave \d+ of the \d+ bytes"):
        counts.counts(1)


def test_counts_are_complete_when_their_head_is_there(matrix, place):
    def stopped():
        yield from cut(matrix, [0, 19])
        raise KeyboardInterrupt

    written(matrix, URL, EDGES["a row each"])
    with pytest.raises(KeyboardInterrupt):
        write_counts(stopped(), URL)
    with pytest.raises(InputError, match=r"is no complete folder of counts.*4\d partitions of it"):
        open_counts(URL)
    with pytest.raises(InputError, match=r"bucket://b/no is no complete folder.*Make one with"):
        open_counts("bucket://b/no")

    found = written(matrix, URL, EDGES["two"])

    assert len(open_counts(URL)) == len(found) == 2
    names = {path.name for path in place.iterdir()}
    assert {name for name in names if name.startswith("part-")} == {
        f"part-0000{number}.{end}" for number in (0, 1) for end in ("json", "npz")
    }


def test_a_damaged_head_is_named(matrix, place):
    written(matrix, URL, EDGES["two"])
    (place / "counts.json").write_text(json.dumps({"schema": 1}))

    with pytest.raises(InputError, match=r"bucket://b/counts/counts\.json is damaged"):
        open_counts(URL)


def test_other_things_in_the_bucket_are_left_alone(matrix, place):
    place.mkdir(parents=True)
    (place / "thesis.docx").write_bytes(b"mine")

    with pytest.raises(InputError, match=r"bucket://b/counts holds things that are no counts"):
        written(matrix, URL, EDGES["two"])

    assert [path.name for path in place.iterdir()] == ["thesis.docx"]


def test_a_bucket_that_may_not_be_written_is_told(matrix, store, monkeypatch):
    def shut(*_, **__):
        raise PermissionError("AccessDenied s3cr3t")

    monkeypatch.setattr(store, "pipe_file", shut)

    with pytest.raises(InputError, match=r"part-00000\.npz cannot be read or written: no perm"):
        written(matrix, URL, EDGES["two"])


def test_rows_of_every_pass_stay_on_a_disk(matrix, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    counts = written(matrix, tmp_path / "counts", EDGES["two"])

    with pytest.raises(InputError, match=r"out cannot be a URL: rows of documents are written"):
        fit_parts(counts, LDA(2), "bucket://b/fit")
    with pytest.raises(InputError, match="cannot be a URL: write_fit keeps a fit in a bucket"):
        read_part_fit("bucket://b/fit")
    assert {path.name for path in tmp_path.iterdir()} == {"counts"}


def test_more_topics_than_rows_are_refused_and_leave_nothing(matrix, tmp_path):
    few = DocTermMatrix(matrix.counts[:3], matrix.vocabulary, matrix.units.iloc[:3])
    write_counts(few, URL)

    with pytest.raises(InputError, match="topics"):
        fit_parts(URL, LDA(9), tmp_path / "fit")
    assert not (tmp_path / "fit").exists()


def test_a_fit_is_kept_in_a_bucket(matrix, tmp_path, place):
    fit = fit_topics(matrix, LDA(2, max_iter=2))
    write_fit(fit, "bucket://b/fits/two.zip")

    again = read_fit("bucket://b/fits/two.zip")

    np.testing.assert_array_equal(again.doc_topic, fit.doc_topic)
    write_fit(fit, tmp_path / "two.zip")
    kept = place.parent / "fits" / "two.zip"
    assert kept.read_bytes() == (tmp_path / "two.zip").read_bytes()
