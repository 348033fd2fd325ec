"""Is a fit read back as it was written, and nothing ever left half-written or overwritten?"""

import copy
import dataclasses
import errno
import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from killed import set_aside
from planted import planted_corpus
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.hashes import file_hash
from topoi.io.atomic import changed_folder, new_folder, write_file, write_first
from topoi.io.parts import array_bytes, json_bytes, load_arrays, parquet_bytes
from topoi.io.store import read_fit, write_fit
from topoi.models.keyword_lda import KeywordLDA
from topoi.text.matrix import DocTermMatrix
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Seed, Theme, Themes

PARTS = [
    *("doc_topic.npz", "fit.json", "topics.npz", "trace.parquet"),
    *("units.parquet", "vocabulary.parquet"),
]
OLD = Path(__file__).parent / "kept"  # fits as earlier versions wrote them


def fitted():
    counts = planted_corpus(0, n_docs=40, n_terms=40)[0].astype(np.int32)
    terms = [f"w{n:02d}é" for n in range(40)]
    units = pd.DataFrame(
        {
            "passage_id": [f"d{n}#001" for n in range(40)],
            "doc_id": [f"d{n}" for n in range(40)],
            "date": pd.to_datetime(["2021-02-03"] * 39 + [None]).astype("datetime64[us]"),
            "title": ["", "=1+1"] * 20,
            "camp": [None, "x"] * 20,
            "size": [1.5, float("nan")] * 20,
            "n_tokens": counts.sum(axis=1).astype(np.int64),
        }
    )
    vocabulary = Vocabulary(terms, (counts > 0).sum(axis=0), counts.sum(axis=0))
    themes = Themes(
        "t", (Theme("z", "z", "x", (Seed("w0*", 0.5),)), Theme("a", "a", "x", (Seed("w1*"),)))
    )
    model = KeywordLDA(themes, topics_per_set=1, n_residual=2, max_iter=5)
    return fit_topics(DocTermMatrix(csr_array(counts), vocabulary, units), model)


@pytest.fixture(scope="module")
def fit():
    return fitted()


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- fits ---------------------------------------------------------------------------------------


def test_a_fit_is_read_back_as_it_was(fit, tmp_path):
    found = read_fit(write_fit(fit, tmp_path / "fit"))

    np.testing.assert_array_equal(found.topic_term, fit.topic_term)
    np.testing.assert_array_equal(found.doc_topic, fit.doc_topic)
    assert found.topic_names == fit.topic_names
    assert dict(found.themes) == dict(fit.themes)
    assert list(found.themes) == ["z", "a"]
    assert found.vocabulary.terms == fit.vocabulary.terms
    np.testing.assert_array_equal(found.vocabulary.doc_freq, fit.vocabulary.doc_freq)
    np.testing.assert_array_equal(found.vocabulary.term_freq, fit.vocabulary.term_freq)
    pd.testing.assert_frame_equal(found.units, fit.units)
    pd.testing.assert_frame_equal(found.trace, fit.trace)
    assert found.provenance == fit.provenance
    np.testing.assert_array_equal(found.document_prior, fit.document_prior)


def test_two_fits_with_the_same_settings_are_kept_as_the_same_bytes(fit, tmp_path):
    first = write_fit(fit, tmp_path / "a")
    second = write_fit(fitted(), tmp_path / "b")

    assert contents(first) == contents(second)
    assert "seconds" not in pd.read_parquet(first / "trace.parquet")


def test_a_fit_without_a_document_prior_is_read_back_without(fit, tmp_path):
    bare = dataclasses.replace(fit, document_prior=None)

    assert read_fit(write_fit(bare, tmp_path / "fit")).document_prior is None


@pytest.mark.parametrize("schema", [1, 2])
def test_a_fit_of_an_earlier_version_is_read_and_written_as_a_new_one(schema, tmp_path):
    shutil.copytree(OLD / f"fit-{schema}", tmp_path / "fit")
    found = read_fit(tmp_path / "fit")

    # Numbers of the fit that was kept, printed with 3 digits by the version that wrote it.
    assert found.topic_names == ("a", "residual 1", "residual 2")
    np.testing.assert_allclose(
        found.doc_topic[[0, 5]], [[0.685, 0.076, 0.239], [0.069, 0.729, 0.202]], atol=5e-4
    )
    assert (found.document_prior is None) == (schema == 1)
    assert list(found.units["camp"].fillna("none")) == ["x", "none"] * 3
    again = read_fit(write_fit(found, tmp_path / "fit"))
    np.testing.assert_array_equal(again.doc_topic, found.doc_topic)
    assert json.loads((tmp_path / "fit" / "fit.json").read_text())["schema"] == 3
    assert not (tmp_path / "fit" / "arrays.npz").exists()


def with_part(folder, name, content):
    """Put other bytes in a part, and their hash and length in the head, as a forger would."""
    (folder / name).write_bytes(content)
    head = json.loads((folder / "fit.json").read_text())
    head["sha256"][name] = file_hash(folder / name)
    head["bytes"][name] = len(content)
    (folder / "fit.json").write_bytes(json_bytes(head))


def test_a_damaged_document_prior_is_refused(fit, tmp_path):
    folder = write_fit(fit, tmp_path / "fit")
    arrays = {**load_arrays(folder / "topics.npz"), "document_prior": np.zeros(4)}
    with_part(folder, "topics.npz", array_bytes(arrays))

    with pytest.raises(InputError, match="document_prior must hold finite numbers > 0"):
        read_fit(folder)


def test_shares_are_read_when_they_are_asked_for(fit, tmp_path):
    folder = write_fit(fit, tmp_path / "fit")
    found = read_fit(folder)
    (folder / "doc_topic.npz").unlink()

    np.testing.assert_array_equal(found.topic_term, fit.topic_term)
    with pytest.raises(InputError, match=r"lacks doc_topic\.npz; the fit is not complete"):
        found.doc_topic  # noqa: B018


def test_shares_are_read_once_and_cannot_be_written_to(fit, tmp_path):
    folder = write_fit(fit, tmp_path / "fit")
    found = read_fit(folder)
    first = found.doc_topic
    shutil.rmtree(folder)

    assert found.doc_topic is first
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1.0
    renamed = found.rename({"z": "other"})
    np.testing.assert_array_equal(renamed.doc_topic, fit.doc_topic)
    with pytest.raises(AttributeError, match="no attribute 'doc_topics'"):
        found.doc_topics  # noqa: B018


def test_shares_of_another_shape_are_refused_when_they_are_asked_for(fit, tmp_path):
    folder = write_fit(fit, tmp_path / "fit")
    with_part(folder, "doc_topic.npz", array_bytes({"doc_topic": fit.doc_topic[1:]}))

    found = read_fit(folder)
    with pytest.raises(InputError, match=r"doc_topic has shape \(39, 4\); expected \(40, 4\)"):
        found.doc_topic  # noqa: B018


def test_a_fit_copied_or_written_over_itself_before_its_shares_were_read_has_them(fit, tmp_path):
    folder = write_fit(fit, tmp_path / "fit")

    np.testing.assert_array_equal(copy.deepcopy(read_fit(folder)).doc_topic, fit.doc_topic)
    write_fit(read_fit(folder), folder)
    np.testing.assert_array_equal(read_fit(folder).doc_topic, fit.doc_topic)


def test_two_writes_and_a_write_of_what_was_read_give_the_same_bytes(fit, tmp_path):
    first = write_fit(fit, tmp_path / "a")
    second = write_fit(fit, tmp_path / "b")
    third = write_fit(read_fit(first), tmp_path / "c")

    assert sorted(contents(first)) == PARTS
    assert contents(first) == contents(second) == contents(third)


def test_a_fit_replaces_an_earlier_one(fit, tmp_path):
    write_fit(fit, tmp_path / "fit")
    before = contents(tmp_path / "fit")

    write_fit(fit, tmp_path / "fit")

    assert contents(tmp_path / "fit") == before
    assert [p.name for p in tmp_path.iterdir()] == ["fit"]


@pytest.mark.parametrize("name", ["notes.txt", "topics.npz"])
def test_a_folder_with_other_files_is_refused_and_left_alone(fit, tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")

    with pytest.raises(InputError, match=f"accounts for: {name}. Nothing was changed"):
        write_fit(fit, tmp_path / "mine")
    assert contents(tmp_path) == {f"mine/{name}": b"mine"}


@pytest.mark.parametrize("part", [name for name in PARTS if name != "fit.json"])
def test_a_part_that_is_altered_cut_or_missing_is_named(fit, tmp_path, part):
    folder = write_fit(fit, tmp_path / "fit")
    whole = (folder / part).read_bytes()

    for content in (whole[:-7], b"", whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        (folder / part).write_bytes(content)
        with pytest.raises(InputError, match=rf"{part} was altered or damaged"):
            read_fit(folder).doc_topic  # noqa: B018
    (folder / part).unlink()
    with pytest.raises(InputError, match=rf"lacks {part}; the fit is not complete\."):
        read_fit(folder)


def test_a_folder_that_is_no_fit_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"is no fit of topoi: it has no fit\.json"):
        read_fit(tmp_path)
    with pytest.raises(InputError, match=r"nothing is neither a folder nor a file"):
        read_fit(tmp_path / "nothing")
    deep = "[" * 100_000
    for foreign in ("[1, 2", "[]", "{}", "null", '{"schema": 1, "sha256": 3}', deep):
        (tmp_path / "fit.json").write_text(foreign)
        with pytest.raises(InputError, match=r"is no fit of topoi: fit\.json"):
            read_fit(tmp_path)


@pytest.mark.parametrize(
    ("schema", "advice"),
    [(99, "A later version of topoi wrote it: install that one"), (0, "Make it again, or use")],
)
def test_an_unknown_schema_is_refused(fit, tmp_path, schema, advice):
    folder = write_fit(fit, tmp_path / "fit")
    head = json.loads((folder / "fit.json").read_text())
    (folder / "fit.json").write_text(json.dumps({**head, "schema": schema}))

    with pytest.raises(
        InputError, match=rf"schema {schema}; this version reads 1 and 2 and 3\. {advice}"
    ):
        read_fit(folder)


@pytest.mark.parametrize("key", ["topic_names", "themes", "theme_order", "provenance"])
def test_a_head_that_lacks_a_key_is_refused(fit, tmp_path, key):
    folder = write_fit(fit, tmp_path / "fit")
    head = json.loads((folder / "fit.json").read_text())
    del head[key]
    (folder / "fit.json").write_text(json.dumps(head))

    with pytest.raises(InputError, match=f"is no fit of topoi: .*{key}"):
        read_fit(folder)


def test_parts_of_two_fits_do_not_make_one(fit, tmp_path):
    folder = write_fit(fit, tmp_path / "fit")
    head = json.loads((folder / "fit.json").read_text())
    short = {**head, "topic_names": head["topic_names"][1:]}
    (folder / "fit.json").write_text(json.dumps(short))

    with pytest.raises(InputError, match="topic_term has shape"):
        read_fit(folder)


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path(os.environ["TOPOI_TEST_BOMB"]),))


@pytest.mark.parametrize("how", ["member", "whole"])
def test_objects_in_an_array_file_are_refused_and_nothing_runs(fit, tmp_path, monkeypatch, how):
    monkeypatch.setenv("TOPOI_TEST_BOMB", str(tmp_path / "exploded"))
    file = tmp_path / "arrays.npz"
    if how == "member":
        np.savez(file, topic_term=np.array([Bomb()], dtype=object))
    else:
        file.write_bytes(pickle.dumps(Bomb()))

    words = "it holds objects" if how == "member" else "is damaged or no array file of topoi"
    with pytest.raises(InputError, match=words):
        load_arrays(file)

    folder = write_fit(fit, tmp_path / "fit")
    for part in ("topics.npz", "doc_topic.npz"):
        folder = write_fit(fit, tmp_path / "fit")
        with_part(folder, part, file.read_bytes())
        with pytest.raises(InputError, match=f"{part} is damaged or no array file of topoi"):
            read_fit(folder).doc_topic  # noqa: B018
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nonsense", b"\x93NUMPY\x01\x00"])
def test_a_damaged_array_file_is_refused(tmp_path, content):
    file = tmp_path / "x.npz"
    file.write_bytes(content)

    with pytest.raises(InputError, match=r"x\.npz is damaged or no array file of topoi"):
        load_arrays(file)


def test_an_array_file_with_a_damaged_member_is_refused(tmp_path):
    file = tmp_path / "x.npz"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_or")

    with pytest.raises(InputError, match="is damaged or no array file of topoi"):
        load_arrays(file)


# --- parts --------------------------------------------------------------------------------------


def test_json_has_sorted_keys_no_numbers_without_end_and_holds_any_name():
    assert json_bytes({"b": 1, "a": "é"}) == '{\n  "a": "é",\n  "b": 1\n}\n'.encode()
    assert json.loads(json_bytes({"a": "\udcff.txt"})) == {"a": "\udcff.txt"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"a": float("nan")})


def test_arrays_are_the_same_bytes_each_time():
    arrays = {"b": np.arange(3), "a": np.ones((2, 2))}

    assert array_bytes(arrays) == array_bytes(arrays)


def test_a_table_with_a_column_of_mixed_things_can_be_kept(tmp_path):
    mixed = pd.Series([1, "a", None, {"x": 1}, [2], float("nan")], dtype=object)
    table = pd.DataFrame({"doc_id": list("abcdef"), "mixed": mixed})
    file = tmp_path / "x.parquet"

    file.write_bytes(parquet_bytes(table))

    found = pd.read_parquet(file)["mixed"]
    assert list(found.fillna("")) == ["1", "a", "", "{'x': 1}", "[2]", ""]
    assert parquet_bytes(table) == parquet_bytes(table)


def test_columns_of_one_kind_of_thing_keep_it(tmp_path):
    table = pd.DataFrame({"n": pd.Series([True, None], dtype=object), "t": ["x", None]})
    file = tmp_path / "x.parquet"

    file.write_bytes(parquet_bytes(table))

    assert list(pd.read_parquet(file)["n"]) == [True, None]
    assert list(table["n"]) == [True, None]


# --- files --------------------------------------------------------------------------------------


def test_a_file_is_written_whole_in_new_folders_with_the_users_rights(tmp_path):
    file = tmp_path / "a" / "b" / "x.html"
    before = os.umask(0o027)
    try:
        write_file(file, b"one")
        write_file(file, b"two")
    finally:
        os.umask(before)

    assert file.read_bytes() == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [p.name for p in file.parent.iterdir()] == ["x.html"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "x"
    write_file(file, b"old")

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match=r"Cannot write .*x: No space left on device\."):
        write_file(file, b"new")
    assert contents(tmp_path) == {"x": b"old"}


def test_a_file_cannot_be_written_over_a_folder_or_below_a_file(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    for place in ("folder", "file/below", "n" * 300, "a\x00b"):
        with pytest.raises(InputError, match="Cannot write"):
            write_file(f"{tmp_path}/{place}", b"new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def full_disk(*_):
    raise OSError(28, "No space left on device")


def test_a_first_file_is_written_whole_and_over_nothing(tmp_path, monkeypatch):
    file = tmp_path / "x.toml"
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(InputError, match=r"Cannot write .*x\.toml: No space left .*free space"):
        write_first(file, b"new")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()

    write_first(file, b"new")
    with pytest.raises(InputError, match=r"x\.toml exists; nothing was written\. Name another"):
        write_first(file, b"newer")
    assert contents(tmp_path) == {"x.toml": b"new"}
    with pytest.raises(InputError, match=r"Cannot write .*: there is no folder .*no\. Make it"):
        write_first(tmp_path / "no" / "x.toml", b"new")
    with pytest.raises(InputError, match=r"Cannot write nnn.*: File name too long\."):
        write_first("n" * 300, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x.toml"]


def test_a_first_file_is_not_written_through_a_link_that_leads_nowhere(tmp_path):
    (tmp_path / "x.toml").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InputError, match="exists; nothing was written"):
        write_first(tmp_path / "x.toml", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x.toml"]


def test_a_disk_without_links_has_first_files_too(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    write_first(tmp_path / "x.toml", b"new")
    with pytest.raises(InputError, match="exists; nothing was written"):
        write_first(tmp_path / "x.toml", b"newer")
    assert contents(tmp_path) == {"x.toml": b"new"}


# --- folders ------------------------------------------------------------------------------------


def make(target, text="new", files=("x", "sub/y"), fail=None):
    with new_folder(target, files=files) as folder:
        (folder / "x").write_text(text)
        (folder / "sub").mkdir()
        (folder / "sub" / "y").write_text(text)
        if fail:
            raise fail


def test_a_folder_appears_whole_and_replaces_an_earlier_one(tmp_path):
    target = tmp_path / "deep" / "out"
    make(target, "old")
    make(target, "new")

    assert contents(target) == {"x": b"new", "sub/y": b"new"}
    assert [p.name for p in target.parent.iterdir()] == ["out"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o777 & ~umask


@pytest.mark.parametrize("fail", [RuntimeError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_a_failure_leaves_the_old_folder_and_nothing_else(tmp_path, fail):
    target = tmp_path / "out"
    make(target, "old")

    with pytest.raises(type(fail)):
        make(target, "new", fail=fail)

    assert contents(tmp_path) == {"out/x": b"old", "out/sub/y": b"old"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_failure_of_the_first_takes_away_the_folders_around_it_too(tmp_path):
    with pytest.raises(RuntimeError):
        make(tmp_path / "a" / "b" / "out", fail=RuntimeError())

    assert list(tmp_path.iterdir()) == []


def test_what_came_while_the_folder_was_filled_is_left_alone(tmp_path):
    target = tmp_path / "out"
    with pytest.raises(InputError, match=r"accounts for: notes\.txt"):  # noqa: SIM117
        with new_folder(target) as folder:
            (folder / "x").write_text("new")
            target.mkdir()
            (target / "notes.txt").write_text("mine")

    assert contents(tmp_path) == {"out/notes.txt": b"mine"}


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    target = tmp_path / "out"
    make(target, "old")
    rename = Path.replace

    def fail(self, to):
        if to == target and not self.name.endswith(".old"):
            raise OSError(5, "Input/output error")
        return rename(self, to)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(
        InputError, match=r"Cannot write to .*out: Input/output error\. What was th"
    ):
        make(target, "new")
    assert contents(tmp_path) == {"out/x": b"old", "out/sub/y": b"old"}


def test_a_result_that_another_process_put_there_meanwhile_is_replaced_if_it_is_one(tmp_path):
    target = tmp_path / "out"

    def known():
        return ["x", "sub/y"] if (target / "x").is_file() else []

    with new_folder(target, files=known) as folder:
        make(target, "of another")
        (folder / "x").write_text("later")
    assert contents(tmp_path) == {"out/x": b"later"}

    message = r"accounts for: sub/y, x, which came while the new result was made\. Nothing"
    with pytest.raises(InputError, match=message), new_folder(tmp_path / "b") as folder:
        (folder / "x").write_text("later")
        make(tmp_path / "b", "of another")
    assert contents(tmp_path / "b") == {"x": b"of another", "sub/y": b"of another"}


def test_another_process_may_be_faster_by_a_moment(tmp_path, monkeypatch):
    target, rename, n_times = tmp_path / "out", Path.replace, []
    make(target, "old")

    def late(self, to):
        if to == target and len(n_times) < 2:
            n_times.append(1)
            target.mkdir()
            (target / "x").write_text("of another")
        return rename(self, to)

    monkeypatch.setattr(Path, "replace", late)
    make(target, "new")

    assert len(n_times) == 2
    assert contents(tmp_path) == {"out/x": b"new", "out/sub/y": b"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_disk_holds_a_new_folder_before_the_old_one_goes(tmp_path, monkeypatch):
    target, events = tmp_path / "a" / "out", []
    sync, rename, remove = os.fsync, Path.replace, shutil.rmtree

    def named(path):
        inside = Path(path).relative_to(tmp_path).parts
        return "/".join("fresh" if part.startswith(".out.") else part for part in inside)

    def record(what, path):
        events.append(f"{what} {named(path)}")

    monkeypatch.setattr(os, "fsync", lambda handle: (
        record("sync", Path(f"/proc/self/fd/{handle}").readlink()), sync(handle)
    ))  # fmt: skip
    monkeypatch.setattr(Path, "replace", lambda path, to: (
        record("move", to), rename(path, to)
    ))  # fmt: skip
    monkeypatch.setattr(shutil, "rmtree", lambda path, **how: (
        record("remove", path), remove(path, **how)
    ))  # fmt: skip
    make(target, "old")
    # The folder around it is new as well.
    assert events[-2:] == ["sync a", "sync "]
    events.clear()
    make(target, "new")

    assert sorted(events[:4]) == [
        "sync a/fresh", "sync a/fresh/sub", "sync a/fresh/sub/y", "sync a/fresh/x",
    ]  # fmt: skip
    assert events[4:] == ["move a/fresh", "move a/out", "sync a", "remove a/fresh"]


def test_a_disk_that_is_full_late_leaves_the_old_folder(tmp_path, monkeypatch):
    make(tmp_path / "out", "old")
    monkeypatch.setattr(os, "fsync", full_disk)

    with pytest.raises(InputError, match=r"Cannot write to .*out: No space left on device\. What"):
        make(tmp_path / "out", "new")
    assert contents(tmp_path) == {"out/x": b"old", "out/sub/y": b"old"}
    with pytest.raises(InputError, match="No space left on device"):
        write_file(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EACCES])
def test_systems_that_cannot_wait_for_a_folder_do_not_hinder(tmp_path, monkeypatch, code):
    sync = os.fsync

    def unable(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(code, os.strerror(code))
        sync(handle)

    monkeypatch.setattr(os, "fsync", unable)
    make(tmp_path / "out")
    write_file(tmp_path / "file", b"new")

    assert set(contents(tmp_path)) == {"out/x", "out/sub/y", "file"}


def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    for write in (make, lambda place: write_file(place, b"")):
        with pytest.raises(InputError, match=r"Cannot write to '.*a': its links lead in a circle"):
            write(tmp_path / "a")
    with pytest.raises(InputError, match="its links lead in a circle"):
        make(tmp_path / "a" / "below")


# --- folders of which a part is written anew ----------------------------------------------------


def change(target, text="new", keeps=lambda name: name != "x"):
    with changed_folder(target, keeps=keeps) as folder:
        (folder / "x").write_text(text)


@pytest.fixture
def held(tmp_path):
    """A folder with a result, x, and things of the user."""
    target = tmp_path / "out"
    (target / "mine" / "deep").mkdir(parents=True)
    (target / "mine").chmod(0o700)
    (target / "mine" / "deep" / "notes.txt").write_text("mine")
    (target / "link").symlink_to("mine")
    (target / "x").write_text("old")
    return target


@pytest.mark.parametrize("has_links", [True, False])
def test_what_is_kept_of_a_folder_stays_as_it_is(held, monkeypatch, has_links):
    held.chmod(0o750)
    notes = held / "mine" / "deep" / "notes.txt"
    before = notes.stat()
    if not has_links:
        monkeypatch.setattr(os, "link", lambda *_, **__: full_disk())
    change(held)

    assert contents(held) == {"x": b"new", "mine/deep/notes.txt": b"mine"}
    assert str((held / "link").readlink()) == "mine"
    assert stat.S_IMODE(held.stat().st_mode) == 0o750
    assert stat.S_IMODE((held / "mine").stat().st_mode) == 0o700
    assert notes.stat().st_mtime_ns == before.st_mtime_ns
    assert (notes.stat().st_ino == before.st_ino) is has_links
    assert [path.name for path in held.parent.iterdir()] == ["out"]


def test_a_changed_folder_that_fails_or_is_not_ours_alone_is_as_it_was(held):
    before = contents(held)

    with pytest.raises(RuntimeError), changed_folder(held, keeps=lambda _: False) as folder:
        (folder / "x").write_text("new")
        raise RuntimeError
    with pytest.raises(InputError, match=r"accounts for: late\.txt, which came while"):  # noqa: SIM117
        with changed_folder(held, keeps=lambda name: name != "x") as folder:
            (folder / "x").write_text("new")
            (held / "late.txt").write_text("mine")

    assert contents(held) == {**before, "late.txt": b"mine"}
    assert [path.name for path in held.parent.iterdir()] == ["out"]


def test_a_folder_that_a_killed_process_had_set_aside_is_put_back_before_it_is_changed(held):
    held.rename(set_aside(held))

    change(held)

    assert contents(held) == {"x": b"new", "mine/deep/notes.txt": b"mine"}
    assert [path.name for path in held.parent.iterdir()] == ["out"]


def test_a_folder_that_is_not_there_is_changed_too(tmp_path):
    change(tmp_path / "a" / "out")

    assert contents(tmp_path) == {"a/out/x": b"new"}


def test_other_things_in_the_place_are_refused_and_left_alone(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "many").mkdir()
    for n in range(7):
        (tmp_path / "many" / f"n{n}").write_text("x")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "there").symlink_to(tmp_path / "many")
    before = contents(tmp_path)

    for place, words in (
        ("file", "is a file, not a folder; name another folder"),
        ("file/below", "Cannot write to"),
        ("many", r"accounts for: n0, n1, n2, n3, n4 and 2 more\. Nothing was changed"),
        ("linked", r"accounts for: there\."),
        ("n" * 300, "Cannot write to"),
        ("a\x00b", "Cannot write to"),
    ):
        with pytest.raises(InputError, match=words):
            make(f"{tmp_path}/{place}")
    assert contents(tmp_path) == before


def test_the_folder_one_is_in_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "here" / "below").mkdir(parents=True)
    for place in ("here", "here/below"):
        monkeypatch.chdir(tmp_path / place)
        with pytest.raises(InputError, match="is the folder you are in"):
            make(tmp_path / "here")
    make("../../other")
    assert (tmp_path / "other" / "x").read_text() == "new"


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    make(tmp_path / "out")

    assert sorted(contents(tmp_path / "out")) == ["sub/y", "x"]


def test_a_link_is_kept_and_what_it_points_to_is_replaced(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk" / "real")
    make(tmp_path / "out", "old")
    make(tmp_path / "out", "new")

    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "disk") == {"real/x": b"new", "real/sub/y": b"new"}


# --- killed -------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from topoi.io.atomic import new_folder
moment = int(sys.argv[2])
done = 0
def step():
    global done
    if done == moment:
        os.kill(os.getpid(), signal.SIGKILL)
    done += 1
def stepping(method):
    def call(*args, **more):
        step()
        return method(*args, **more)
    return call
for name in ("mkdir", "write_text", "replace"):
    setattr(Path, name, stepping(getattr(Path, name)))
import shutil
shutil.rmtree = stepping(shutil.rmtree)
with new_folder(sys.argv[1], files=["x", "sub/y"]) as folder:
    (folder / "x").write_text("new")
    (folder / "sub").mkdir()
    (folder / "sub" / "y").write_text("new")
print("done")
"""


def killed_at(target, moment):
    """Whether a process that writes the folder was killed before this step of its work."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(target), str(moment)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9


def test_a_killed_process_leaves_the_old_result_or_the_new_never_half(tmp_path):
    target = tmp_path / "out"
    whole = [{"x": text, "sub/y": text} for text in (b"old", b"new")]
    n_absent = 0
    for moment in range(12):
        shutil.rmtree(tmp_path)
        make(target, "old")
        if not killed_at(target, moment):
            break
        visible = [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")]
        assert visible in (["out"], [])
        if visible:
            assert contents(target) in whole
        n_absent += not visible

        # The next to write there finds a whole result, and leaves nothing behind.
        with pytest.raises(RuntimeError):
            make(target, "newer", fail=RuntimeError())
        assert contents(tmp_path / "out") in whole
        make(target, "newer")
        assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert moment == 8  # mkdir of three folders, two texts, two renames, one removal
    assert n_absent == 1  # between the renames; see docs/decisions/0003-results.md


def test_what_others_are_still_filling_is_not_swept(tmp_path):
    with new_folder(tmp_path / "out", files=["x"]) as slow:
        (slow / "x").write_text("slow")
        with new_folder(tmp_path / "out", files=["x"]) as fast:
            (fast / "x").write_text("fast")
        assert slow.is_dir()

    assert contents(tmp_path) == {"out/x": b"slow"}


def test_hidden_folders_of_the_user_are_not_swept(tmp_path):
    for name in (".out", ".out.old", ".out.123", ".out.00000000.99999999.aaaaaaaa"):
        (tmp_path / name).mkdir()
    make(tmp_path / "out")

    assert len(list(tmp_path.iterdir())) == 5
