"""Is a kept corpus, matrix, fit or run read back whole, from a folder and a zip, or refused?"""

import hashlib
import json
import os
import pickle
import shutil
import stat
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kept_cases import small_corpus, small_fit, small_matrix

from topoi.errors import InputError
from topoi.io.corpus_store import load_corpus, write_corpus
from topoi.io.kept_place import kept_place
from topoi.io.matrix_store import read_matrix, write_matrix
from topoi.io.parts import array_bytes, json_bytes, load_arrays, parquet_bytes
from topoi.io.run_files import open_run, pack_run
from topoi.io.store import read_fit, write_fit
from topoi.run_report.page import report_run

KINDS = {
    "corpus": (small_corpus, write_corpus, load_corpus),
    "matrix": (small_matrix, write_matrix, read_matrix),
    "fit": (small_fit, write_fit, read_fit),
}
PLACES = ["kept", "kept.zip"]


def whole(kept):
    """Everything of a kept thing, so that what waits on disk is read too."""
    return kept, getattr(kept, "doc_topic", None)


def members(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def repacked(path, parts):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)


def forged(path, kind, **parts):
    """Put other bytes in parts of a zip file, and their hashes and lengths in the head."""
    found = members(path) | parts
    head = json.loads(found[f"{kind}.json"])
    for name, content in parts.items():
        head["sha256"][name] = hashlib.sha256(content).hexdigest()
        head["bytes"][name] = len(content)
    repacked(path, found | {f"{kind}.json": json_bytes(head)})


# --- what comes back ----------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_a_corpus_comes_back_with_types_and_ledger(tmp_path, place):
    corpus = small_corpus()

    found = load_corpus(write_corpus(corpus, tmp_path / place))

    pd.testing.assert_frame_equal(found.table, corpus.table)
    pd.testing.assert_frame_equal(found.ledger.events, corpus.ledger.events)
    assert found.ledger.counts() == corpus.ledger.counts()


@pytest.mark.parametrize("place", PLACES)
def test_a_matrix_comes_back_with_its_tables(tmp_path, place):
    matrix = small_matrix()

    found = read_matrix(write_matrix(matrix, tmp_path / place))

    assert (found.counts != matrix.counts).nnz == 0
    assert found.counts.dtype == np.int32
    assert found.vocabulary.terms == matrix.vocabulary.terms
    np.testing.assert_array_equal(found.vocabulary.term_freq, matrix.vocabulary.term_freq)
    for name in ("units", "phrases", "folded", "unknown"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(matrix, name))


def test_a_fit_comes_back_from_a_zip_file(tmp_path):
    fit = small_fit()

    found = read_fit(write_fit(fit, tmp_path / "fit.zip"))

    for name in ("topic_term", "doc_topic", "document_prior"):
        np.testing.assert_array_equal(getattr(found, name), getattr(fit, name))
    pd.testing.assert_frame_equal(found.units, fit.units)
    assert found.themes == fit.themes
    assert found.provenance == fit.provenance


@pytest.mark.parametrize("kind", KINDS)
def test_two_saves_and_a_save_of_what_was_read_are_the_same_bytes(tmp_path, kind):
    make, write, read = KINDS[kind]
    first = write(make(), tmp_path / "a.zip").read_bytes()
    os.utime(tmp_path / "a.zip", (1e9, 1e9))

    assert write(make(), tmp_path / "b.zip").read_bytes() == first
    assert write(read(tmp_path / "a.zip"), tmp_path / "c.zip").read_bytes() == first
    folder = write(make(), tmp_path / "folder")
    assert members(tmp_path / "a.zip") == {p.name: p.read_bytes() for p in folder.iterdir()}


def test_members_of_a_zip_file_have_one_date_and_the_rights_of_a_plain_file(tmp_path):
    with zipfile.ZipFile(write_matrix(small_matrix(), tmp_path / "m.zip")) as file:
        found = {(m.date_time, m.compress_type, m.external_attr >> 16) for m in file.infolist()}
        names = file.namelist()

    assert found == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, stat.S_IFREG | 0o644)}
    assert names == ["matrix.json", *sorted(names[1:])]


@pytest.mark.parametrize("kind", KINDS)
def test_a_zip_file_that_others_packed_again_is_read(tmp_path, kind):
    make, write, read = KINDS[kind]
    folder = write(make(), tmp_path / "folder")
    shutil.make_archive(str(tmp_path / "again"), "zip", folder)

    again = write(read(tmp_path / "again.zip"), tmp_path / "once_more")

    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()


def test_counts_of_other_widths_are_kept_as_the_same_bytes(tmp_path):
    matrix = small_matrix()
    matrix.counts.indices = matrix.counts.indices.astype(np.int64)
    matrix.counts.indptr = matrix.counts.indptr.astype(np.int64)

    first = write_matrix(small_matrix(), tmp_path / "a.zip").read_bytes()
    assert write_matrix(matrix, tmp_path / "b.zip").read_bytes() == first


def test_a_matrix_without_rows_comes_back(tmp_path):
    matrix = small_matrix()
    none = type(matrix)(matrix.counts[:0], matrix.vocabulary, matrix.units.iloc[:0])

    assert read_matrix(write_matrix(none, tmp_path / "none")).shape == (0, 5)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({1: [1, 2, 3]}, "Names of columns must be text, each for one column; got 1"),
        ({"z": [1 + 2j, 0j, 0j]}, "cannot be kept as Parquet"),
    ],
)
def test_columns_that_cannot_be_kept_are_refused_by_name(tmp_path, table, words):
    corpus = small_corpus()
    odd = type(corpus)(corpus.table.assign(**{str(k): v for k, v in table.items()}), corpus.ledger)
    if 1 in table:
        odd = type(corpus)(odd.table.rename(columns={"1": 1}), corpus.ledger)

    with pytest.raises(InputError, match=words):
        write_corpus(odd, tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["cut", "flipped", "missing", "foreign"])
@pytest.mark.parametrize("place", PLACES)
def test_each_part_that_is_not_as_written_is_named(tmp_path, kind, fault, place):
    make, write, read = KINDS[kind]
    folder = write(make(), tmp_path / "source")
    parts = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    for name, content in parts.items():
        if name == f"{kind}.json":
            continue
        changed = {
            "cut": content[:-3],
            "flipped": content[:30] + bytes([content[30] ^ 1]) + content[31:],
            "foreign": parquet_bytes(pd.DataFrame({"a": [1]})),
        }.get(fault)
        other = {n: c for n, c in (parts | {name: changed}).items() if c is not None}
        target = tmp_path / f"{name}-{place}"
        if place == "kept.zip":
            repacked(target, other)
        else:
            target.mkdir()
            for each, bytes_ in other.items():
                (target / each).write_bytes(bytes_)

        words = rf"lacks {name}" if fault == "missing" else rf"{name} was altered or damaged"
        with pytest.raises(InputError, match=words):
            whole(read(target))


@pytest.mark.parametrize("kind", KINDS)
def test_a_zip_file_cut_or_with_a_flipped_bit_anywhere_is_never_read_as_other(tmp_path, kind):
    make, write, read = KINDS[kind]
    good = write(make(), tmp_path / "good.zip").read_bytes()
    expected = write(read(tmp_path / "good.zip"), tmp_path / "expected.zip").read_bytes()
    bad = tmp_path / "bad.zip"
    rng = np.random.default_rng(1)
    for place in rng.integers(0, len(good), size=40):
        bad.write_bytes(good[:place] + bytes([good[place] ^ 16]) + good[place + 1 :])
        try:
            found = read(bad)
            again = write(found, tmp_path / "again.zip").read_bytes()
        except InputError as error:
            assert "bad.zip" in str(error)
        else:
            assert again == expected  # a date or a right of a member: nothing that is read
        bad.write_bytes(good[:place])
        with pytest.raises(InputError, match=r"bad\.zip"):
            whole(read(bad))


def test_a_thing_of_another_kind_is_refused_and_named(tmp_path):
    write_corpus(small_corpus(), tmp_path / "corpus")
    write_fit(small_fit(), tmp_path / "fit.zip")

    with pytest.raises(InputError, match=r"corpus is no fit of topoi: it holds a corpus\."):
        read_fit(tmp_path / "corpus")
    with pytest.raises(InputError, match=r"fit\.zip is no matrix of topoi: it holds a fit\."):
        read_matrix(tmp_path / "fit.zip")
    with pytest.raises(InputError, match=r"corpus\.json is not at its top but at corpus/corpus"):
        load_corpus(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"nonsense", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)

    with pytest.raises(InputError, match=r"x\.zip.* is damaged or no zip file of topoi"):
        read_fit(tmp_path / "x.zip")


def test_a_path_with_nul_or_a_device_is_refused(tmp_path):
    for path in ("a\x00b", "/dev/null", tmp_path / "fifo"):
        with pytest.raises(InputError, match="is neither a folder nor a file"):
            load_corpus(path)


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path(os.environ["TOPOI_TEST_BOMB"]),))


@pytest.mark.parametrize("how", ["member", "whole", "header"])
def test_objects_in_the_counts_are_refused_and_nothing_runs(tmp_path, monkeypatch, how):
    monkeypatch.setenv("TOPOI_TEST_BOMB", str(tmp_path / "exploded"))
    file = tmp_path / "x.npz"
    if how == "member":
        np.savez(file, data=np.array([Bomb()], dtype=object))
    elif how == "whole":
        file.write_bytes(pickle.dumps(Bomb()))
    else:
        code = "__import__('pathlib').Path('exploded').touch()"
        head = f"{{'descr': {code}, 'fortran_order': False, 'shape': (1,)}}".ljust(117) + "\n"
        npy = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()
        repacked(file, {"data.npy": npy})
    path = write_matrix(small_matrix(), tmp_path / "m.zip")
    forged(path, "matrix", **{"counts.npz": file.read_bytes()})
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match=r"counts\.npz is damaged or no array file of topoi"):
        read_matrix(path)
    assert not (tmp_path / "exploded").exists()


def counts_arrays(**changes):
    counts = small_matrix().counts
    arrays = {name: getattr(counts, name).astype(np.int64) for name in ("indices", "indptr")}
    return {"data": counts.data, **arrays, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"indices": np.array([1, 2, 9999, 0, 3])},  # a kernel would read there
        {"indices": np.array([1, 2, -1, 0, 3])},
        {"indptr": np.array([0, 3, 9, 5])},
        {"indptr": np.array([0, 3, 3, 99])},
        {"indptr": np.array([5, 5])},
        {"data": np.array([3.5, 1, 2, 5, 1])},
        {"data": np.array([-1, 1, 2, 5, 1])},
        {"data": np.array([[3, 1, 2, 5, 1]])},
        {"indices": np.array([1, 2])},
    ],
)
def test_counts_that_point_out_of_the_matrix_are_refused(tmp_path, changes):
    path = write_matrix(small_matrix(), tmp_path / "m.zip")
    forged(path, "matrix", **{"counts.npz": array_bytes(counts_arrays(**changes))})

    with pytest.raises(InputError, match=r"m\.zip is no matrix of topoi"):
        read_matrix(path)


@pytest.mark.parametrize("part", ["table.parquet", "ledger.parquet"])
def test_tables_that_make_no_corpus_are_refused(tmp_path, part):
    for table in (pd.DataFrame({"doc_id": ["x"]}), pd.DataFrame({"text": [1], "doc_id": [2]})):
        path = write_corpus(small_corpus(), tmp_path / "c.zip")
        forged(path, "corpus", **{part: parquet_bytes(table)})
        with pytest.raises(InputError, match=r"c\.zip is no corpus of topoi"):
            load_corpus(path)


def test_a_ledger_that_does_not_add_up_is_refused(tmp_path):
    path = write_corpus(small_corpus(), tmp_path / "c.zip")
    events = small_corpus().ledger.events.assign(action="vanished")
    forged(path, "corpus", **{"ledger.parquet": parquet_bytes(events)})

    with pytest.raises(InputError, match="actions that there are not: vanished"):
        load_corpus(path)


# --- zip files that mean harm -------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_takes_memory(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("fit.json", bytes(2**26))

    assert path.stat().st_size < 2**17
    with pytest.raises(InputError, match=r"it unpacks to 67108864 bytes; for its size 16777216"):
        read_fit(path)


def test_a_bomb_in_an_array_file_is_refused(tmp_path):
    inner = tmp_path / "x.npz"
    np.savez_compressed(inner, data=np.zeros(2**23))
    with pytest.raises(InputError, match="it unpacks to"):
        load_arrays(inner)


def test_a_header_that_promises_more_than_there_is_takes_no_memory(tmp_path):
    head = "{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776,)}".ljust(117) + "\n"
    npy = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()
    repacked(tmp_path / "x.npz", {"data.npy": npy})

    with pytest.raises(InputError, match=r"an array of shape \(1099511627776,\) has 0 bytes"):
        load_arrays(tmp_path / "x.npz")


def test_a_size_that_is_a_lie_is_noticed(tmp_path):
    path = write_fit(small_fit(), tmp_path / "fit.zip")
    raw = bytearray(path.read_bytes())
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 24 : place + 28] = (2**20).to_bytes(4, "little")  # the unpacked size of the last
    path.write_bytes(bytes(raw))

    with pytest.raises(InputError, match=r"fit\.zip"):
        whole(read_fit(path))


@pytest.mark.parametrize("name", ["../fit.json", "/fit.json", "C:\\fit.json", "a/../../fit.json"])
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    parts = members(write_fit(small_fit(), tmp_path / "fit.zip"))
    repacked(tmp_path / "fit.zip", parts | {name: b"x"})

    with pytest.raises(InputError, match=r"absolute name|leads out of the archive"):
        read_fit(tmp_path / "fit.zip")


def test_a_name_that_occurs_twice_and_a_link_are_refused(tmp_path):
    path = write_fit(small_fit(), tmp_path / "fit.zip")
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr("fit.json", b"{}")
    with pytest.raises(InputError, match=r"names occur more than once: fit\.json"):
        read_fit(path)

    link = zipfile.ZipInfo("units.parquet")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match=r"'units\.parquet': link"):
        read_fit(path)


def test_a_zip_file_of_too_many_members_is_refused(tmp_path):
    repacked(tmp_path / "x.zip", {f"{n}": b"" for n in range(10_001)})

    with pytest.raises(InputError, match="it has 10001 members; 10000 are allowed"):
        read_fit(tmp_path / "x.zip")


def test_a_zip_file_of_something_else_is_not_replaced(tmp_path):
    repacked(tmp_path / "mine.zip", {"photos/1.jpg": b"x"})
    (tmp_path / "broken.zip").write_bytes(b"x")
    write_fit(small_fit(), tmp_path / "fit.zip")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    for name in ("mine.zip", "broken.zip", "fit.zip"):
        with pytest.raises(InputError, match=rf"{name} exists and holds no matrix\.json"):
            write_matrix(small_matrix(), tmp_path / name)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    write_fit(small_fit(), tmp_path / "fit.zip")


# --- runs ---------------------------------------------------------------------------------------


def test_a_run_is_packed_in_one_file_and_opened_from_it(small_run, tmp_path):
    packed = pack_run(small_run.out, tmp_path / "run.zip")
    again = pack_run(small_run.out, tmp_path / "again.zip")

    files, facts = open_run(small_run.out)
    found, same = open_run(packed)
    assert same == facts
    assert {name: found.content(name) for name in found} == {n: files.content(n) for n in files}
    assert packed.read_bytes() == again.read_bytes()
    assert pack_run(packed, tmp_path / "third.zip").read_bytes() == packed.read_bytes()
    page = report_run(packed, tmp_path / "page.html").read_bytes()
    assert page == (small_run.out / "report.html").read_bytes()


def test_a_run_keeps_its_counts_and_fits(small_run):
    matrix = read_matrix(small_run.out / "matrix.zip")
    assert (matrix.counts != small_run.study.matrix.counts).nnz == 0
    for name, fit in small_run.study.fits.items():
        found = read_fit(small_run.out / "fits" / f"{name}.zip")
        np.testing.assert_array_equal(found.doc_topic, fit.doc_topic)
        np.testing.assert_array_equal(found.topic_term, fit.topic_term)


def test_a_run_in_a_zip_file_that_was_altered_is_refused(small_run, tmp_path):
    path = pack_run(small_run.out, tmp_path / "run.zip")
    repacked(path, members(path) | {"topics.csv": b"model\n"})
    with pytest.raises(
        InputError, match=r"1 files of the run .* not as it wrote them: topics\.csv"
    ):
        open_run(path)
    with pytest.raises(InputError, match=r"is no folder\. Name the page with out"):
        report_run(pack_run(small_run.out, tmp_path / "good.zip"))


def test_a_run_of_another_schema_is_refused(small_run, tmp_path):
    path = pack_run(small_run.out, tmp_path / "run.zip")
    parts = members(path)
    facts = json.loads(parts["manifest.json"]) | {"schema": 7}
    repacked(path, parts | {"manifest.json": json_bytes(facts)})

    with pytest.raises(InputError, match="has schema 7; this version reads 1"):
        open_run(path)


def test_outputs_that_lead_out_of_the_run_are_refused(small_run, tmp_path):
    (tmp_path / "secret").write_text("x")
    path = pack_run(small_run.out, tmp_path / "run.zip")
    folder = tmp_path / "run"
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    facts = json.loads((folder / "manifest.json").read_text())
    facts["outputs"]["../secret"] = hashlib.sha256(b"x").hexdigest()
    (folder / "manifest.json").write_bytes(json_bytes(facts))

    with pytest.raises(InputError, match=r"not as it wrote them: \.\./secret"):
        open_run(folder)


def test_a_run_is_only_packed_in_a_zip_file(small_run, tmp_path):
    with pytest.raises(InputError, match=r"must end in \.zip; got .*run"):
        pack_run(small_run.out, tmp_path / "run")
    with pytest.raises(InputError, match="holds no run"):
        pack_run(tmp_path, tmp_path / "run.zip")
    assert kept_place(tmp_path).names() == frozenset()
