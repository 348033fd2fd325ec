"""Does a store of objects give, to the bit, what a folder gives, and is every fault of it told?"""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hostile import hostile_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from topoi.config import RunConfig
from topoi.corpus.corpus import Corpus
from topoi.counted_passages import count_passages
from topoi.errors import InputError, TopoiWarning
from topoi.io import buckets
from topoi.io.atomic import write_file
from topoi.io.corpus_store import load_corpus, write_corpus
from topoi.io.places import Places
from topoi.io.read import read_corpus, read_parts
from topoi.io.run_files import open_run, pack_run
from topoi.io.store_errors import UnreachableError
from topoi.io.urls import Url, is_url
from topoi.manifest import input_hashes
from topoi.provenance import counts_hash
from topoi.run_steps import steps_of_run
from topoi.scale import build_corpus, open_counts
from topoi.settings_file import read_config

fsspec = pytest.importorskip("fsspec", reason="the extra `scale` (fsspec) is not installed")
from bucket_store import BucketFileSystem, register  # noqa: E402


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """The store, with its objects in files of `tmp_path / "store"`."""
    monkeypatch.setenv("TOPOI_TEST_BUCKETS", "")  # taken back at the end
    register()
    BucketFileSystem.reset(tmp_path / "store")
    buckets._sha256.cache_clear()
    return BucketFileSystem


@pytest.fixture
def docs(tmp_path):
    """A folder of documents, tables and archives in the store: bucket://b/docs."""
    folder = tmp_path / "store" / "b" / "docs"
    put(folder / "a.txt", "First, on asylum.")
    put(folder / "a" / "b.md", "Second, on borders.")
    put(folder / "a" / "t.csv", "id,text\nx,Third\ny,\n")
    put(folder / "a.b" / "c.html", "<p>Fourth</p>")
    put(folder / "a" / "photo.jpg", b"\xff\xd8")
    put(folder / "a" / ".hidden.txt", "hidden")
    put(folder / ".git" / "x.txt", "hidden")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("in/d.txt", "Fifth")
        archive.writestr("../out.txt", "Out")
    put(folder / "z.zip", held.getvalue())
    return folder


def put(path: Path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def quietly(read, *given, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TopoiWarning)
        return read(*given, **options)


def assert_same(found, expected, *, url, folder):
    """The same documents and events; what names a place names that of the store."""
    pd.testing.assert_frame_equal(found.table, expected.table, check_exact=True)
    events = expected.ledger.events.copy()
    events["detail"] = events["detail"].str.replace(str(folder), url, regex=False)
    pd.testing.assert_frame_equal(found.ledger.events, events, check_exact=True)


def reasons(corpus):
    table = corpus.ledger.outcomes()
    return dict(zip(table["doc_id"], table["reason"], strict=True))


# --- the same as from a folder


def test_hostile_files_give_the_same_corpus_as_in_a_folder(docs):
    for name, (content, _) in hostile_files().items():
        put(docs / name, content)

    found = quietly(read_corpus, "bucket://b/docs")

    assert len(found) > 20
    assert_same(found, quietly(read_corpus, docs), url="bucket://b/docs", folder=docs)


def test_parts_are_those_of_a_folder(docs):
    pairs = zip(
        quietly(lambda path: list(read_parts(path, rows=2)), "bucket://b/docs/"),
        quietly(lambda path: list(read_parts(path, rows=2)), docs),
        strict=True,
    )
    for found, expected in pairs:
        assert_same(found, expected, url="bucket://b/docs", folder=docs)


@pytest.mark.parametrize(
    ("below", "pattern"),
    [
        ("", "*.txt"), ("", "a/**"), ("a", "**/*"), ("*/*.md", "**/*"), ("a*/*", "**/*"),
        ("a/t.csv", "**/*"), ("z.zip", "**/*"), ("z.zip", "in/*"), ("a.txt", "*"),
    ],
)  # fmt: skip
def test_each_way_to_name_files_gives_the_same(docs, below, pattern):
    found = quietly(read_corpus, f"bucket://b/docs/{below}".rstrip("/"), pattern=pattern)

    expected = quietly(read_corpus, docs / below, pattern=pattern)
    assert_same(found, expected, url="bucket://b/docs", folder=docs)


STEPS = st.text(st.sampled_from("aB.b-~ é\U0001f600\\:%"), min_size=1, max_size=4)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(STEPS, min_size=1, max_size=3), min_size=1, max_size=8))
def test_any_names_are_found_in_the_order_of_a_folder(tmp_path, trees):
    with TemporaryDirectory(dir=tmp_path) as place:
        BucketFileSystem.reset(Path(place))
        for steps in trees:
            path = Path(place, "b", *(step for step in steps if step not in (".", "..")))
            with suppress(OSError):  # a folder cannot be in a file, nor the other way round
                put(path.with_name(f"{path.name}.txt"), "x")
        (Path(place) / "b").mkdir(exist_ok=True)
        found = [file[:2] for file in Places("bucket://b", "**/*").files()]

        assert found == [file[:2] for file in Places(Path(place) / "b", "**/*").files()]


def test_several_urls_are_named_from_the_folder_that_holds_them_all(docs):
    put(docs.parents[1] / "other" / "e.txt", "Sixth")

    found = read_corpus(["bucket://b/docs/a.txt", "bucket://b/docs/a", "bucket://other"])

    expected = read_corpus([docs / "a.txt", docs / "a", docs.parents[1] / "other"])
    assert found.ids == expected.ids
    assert found.ids[0] == "b/docs/a.txt"
    pd.testing.assert_frame_equal(found.table, expected.table)


def test_a_url_and_a_path_have_no_folder_in_common(docs):
    with pytest.raises(InputError, match=r"lie in no folder together.*Read each by itself"):
        read_corpus(["bucket://b/docs", docs])


def test_names_with_wildcards_and_marks_are_names(docs):
    put(docs / "w" / "[1] what? 100% #3.txt", "Seven")

    assert read_corpus("bucket://b/docs/w").ids == ["[1] what? 100% #3.txt"]
    put(docs / "w" / "r[2].txt", "Eight")
    assert read_corpus("bucket://b/docs/w/r[2].txt").ids == ["r[2].txt"]
    assert read_corpus("bucket://b/docs/w/[[]1*").ids == ["[1] what? 100% #3.txt"]


def test_the_memory_of_fsspec_gives_the_same(docs):
    memory = fsspec.filesystem("memory")
    for path in docs.rglob("*"):
        if path.is_file():
            memory.pipe_file(f"/topoi/{path.relative_to(docs)}", path.read_bytes())
    try:
        found = quietly(read_corpus, "memory://topoi")
    finally:
        memory.rm("/topoi", recursive=True)

    assert_same(found, quietly(read_corpus, docs), url="memory://topoi", folder=docs)


def test_hashes_of_inputs_are_those_of_a_folder(docs):
    assert input_hashes("bucket://b/docs") == input_hashes(docs)
    assert input_hashes("bucket://b/docs/a.txt") == input_hashes(docs / "a.txt")


def counted(source, out):
    """What a run has before it fits, and its steps."""
    config = RunConfig(source=source, out=str(out), near=0, min_docs=1, no_cache=True)
    steps = steps_of_run(config)
    return quietly(count_passages, config, steps=steps), steps


@pytest.fixture
def words(docs):
    """Documents with words of all themes."""
    text = "root causes of poverty, border wall and patrol, visa permits for asylum seekers "
    for number in range(4):
        put(docs / "more" / f"{number}.txt", f"{text} {number}. " * 3)
    return docs


def test_a_run_from_a_bucket_has_the_texts_counts_and_hashes_of_a_folder(words, tmp_path, store):
    here, steps_here = counted(str(words), tmp_path / "here")
    store.calls.clear()
    there, steps_there = counted("bucket://b/docs", tmp_path / "there")

    assert steps_there.inputs == steps_here.inputs
    assert len(steps_there.inputs["inputs"]) == 10
    assert_same(there.documents, here.documents, url="bucket://b/docs", folder=words)
    assert counts_hash(there.matrix) == counts_hash(here.matrix)
    # Once for its sha256, once to be read; what is no text is not read.
    opened = {path: n for (verb, path), n in store.calls.items() if verb == "open"}
    assert opened.pop("b/docs/a/photo.jpg") == 1
    assert set(opened.values()) == {2}


# --- how often, and where


def test_ten_thousand_objects_are_listed_at_once_and_fetched_when_opened(docs, store):
    entry = {"size": 4, "type": "file", "ETag": "x"}
    many = [{**entry, "name": f"b/docs/{number}.txt"} for number in range(10_000)]
    store.listings["b/docs"] = lambda _: many

    found = list(Places("bucket://b/docs", "**/*").files())

    assert [file.name for file in found] == sorted(f"{number}.txt" for number in range(10_000))
    assert store.calls["ls", "b/docs"] == 1
    assert sum(n for (verb, _), n in store.calls.items() if verb == "open") == 0


def test_each_object_is_fetched_once_and_nothing_stays(docs, store, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()

    quietly(read_corpus, "bucket://b/docs")

    opened = {path: n for (verb, path), n in store.calls.items() if verb == "open"}
    assert opened["b/docs/z.zip"] == 1
    assert set(opened.values()) == {1}
    assert "b/docs/a/photo.jpg" not in opened
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_object_larger_than_memory_blocks_is_copied_whole(docs):
    content = os.urandom(3 * 2**20 + 17)
    put(docs / "large" / "x.txt", content)

    (found,) = Places("bucket://b/docs/large", "**/*").files()
    (again,) = Places("bucket://b/docs/large/x.txt", "**/*").files()

    assert found.stored.size == again.stored.size == len(content)
    for file in Places("bucket://b/docs/large", "**/*").files():
        with file.open() as first:
            assert first.read() == content
        with file.open() as second:
            assert second.read(9) == content[:9]
            assert second.seek(0, 2) == len(content)


def test_a_full_disk_ends_the_reading(docs, monkeypatch):
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(buckets, "TemporaryFile", lambda **_: Full())

    with pytest.raises(InputError, match=r"a\.txt cannot be kept in .*No space.*TMPDIR"):
        read_corpus("bucket://b/docs/a.txt")
    with pytest.raises(UnreachableError, match=r"c\.html cannot be kept"):
        read_corpus("bucket://b/docs")


# --- names in listings


def test_names_that_mean_harm_are_refused_and_told(docs, store, tmp_path):
    names = {
        "b/docs/../../up.txt": "name leads out of the folder",
        "b/docs/..": "name leads out of the folder",
        "/etc/passwd.txt": "name leads out of the folder",
        "b/docsx/near.txt": "name leads out of the folder",
        "b/docs/deep/er.txt": "name leads out of the folder",
        "b/docs/nul\x00.txt": "NUL in the name",
        f"b/docs/{'n' * 5000}.txt": "name too long",
    }
    entry = {"size": 4, "type": "file"}

    def hostile(entries):
        more = [{**entry, "name": name} for name in names]
        more += [{"name": "b/docs//", "size": 0, "type": "directory"}]
        more += [{"name": "b/docs/l.txt", "size": 1, "type": "link"}]
        more += [{"name": "b/docs", "size": 0, "type": "directory"}]  # itself
        more += [{"name": "b/docs/", "size": 0, "type": "file"}]  # its mark
        more += [{"name": "b/docs/lone\ud800.txt", "size": 1, "type": "file"}]
        return more + entries

    store.listings["b/docs"] = hostile
    put(docs / "Case.txt", "Upper")
    put(docs / "case.txt", "Lower")
    before = {path for path in tmp_path.rglob("*")}

    found = quietly(read_corpus, "bucket://b/docs")

    told = reasons(found)
    for name, reason in names.items():
        assert told[name.removeprefix("b/docs/")] == reason
    assert told["/"] == "name with an empty step"
    assert told["l.txt"] == "no plain file"
    assert told["lone\\ud800.txt"] == "unreadable"
    texts = dict(zip(found.ids, found.texts, strict=True))
    assert (texts["Case.txt"], texts["case.txt"]) == ("Upper", "Lower")
    assert len(found) == 7
    assert {path for path in tmp_path.rglob("*")} == before


def test_a_folder_that_may_not_be_listed_is_told_and_one_alone_is_an_error(docs, store):
    def shut(_):
        raise PermissionError("denied")

    store.listings["b/docs/a"] = shut

    for pattern in ("**/*", "*.txt"):  # of what it holds nobody knows whether it fits
        found = quietly(read_corpus, "bucket://b/docs", pattern=pattern)
        assert reasons(found)["a"] == "unreadable"
    with pytest.raises(InputError, match=r"bucket://b/docs/a cannot be read.*no permission"):
        read_corpus("bucket://b/docs/a")


# --- what changes, ends or fails while it is read


def change(path, content):
    def changed():
        old = path.read_bytes()
        path.write_bytes(content)
        return old

    return changed


def test_an_object_that_changes_while_it_is_read_is_dropped_and_told(docs, store):
    store.on_open["b/docs/a.txt"] = change(docs / "a.txt", b"First, on asylum?")  # as long

    with pytest.warns(TopoiWarning, match=r"1 files of bucket://b/docs could not be used: a\.txt"):
        found = read_corpus("bucket://b/docs", pattern="**/*.[mt]*")

    (detail,) = found.ledger.events.query("reason == 'unreadable'")["detail"]
    assert detail.startswith("bucket://b/docs/a.txt changed while it was read.")


def test_an_object_that_changed_since_it_was_listed_is_told(docs):
    files = Places("bucket://b/docs", "*.txt").files()
    file = next(files)
    put(docs / "a.txt", "First, on asylum?")  # as long

    with pytest.raises(InputError, match=r"a\.txt changed while it was read"):
        file.open()


@pytest.mark.parametrize(
    ("gives", "why"),
    [
        (lambda: b"First, on as", r"gave 12 of the 17 bytes that were listed"),
        (lambda: b"", r"gave 0 of the 17 bytes"),
        (lambda: b"First, on asylum. More.", r"gave more than the 17 bytes"),
    ],
)
def test_a_part_of_an_object_or_more_than_it_is_no_document(docs, store, gives, why):
    store.on_open["b/docs/a.txt"] = gives

    with pytest.raises(InputError, match=rf"bucket://b/docs/a\.txt {why}"):
        read_corpus("bucket://b/docs/a.txt")
    with pytest.warns(TopoiWarning, match=r"1 files of .* could not be used: a\.txt"):
        found = read_corpus("bucket://b/docs", pattern="**/*.[mt]*")
    assert reasons(found)["a.txt"] == "unreadable"


def test_an_object_that_has_gone_since_it_was_listed_is_told(docs, store):
    def gone():
        raise FileNotFoundError("b/docs/a.txt")

    store.on_open["b/docs/a.txt"] = gone

    with pytest.warns(TopoiWarning, match=r"could not be used: a\.txt"):
        found = read_corpus("bucket://b/docs", pattern="**/*.[mt]*")
    assert reasons(found)["a.txt"] == "unreadable"


@pytest.mark.parametrize("where", ["b/docs/a/b.md", "b/docs/a"])
@pytest.mark.parametrize(
    "error", [TimeoutError(), ConnectionResetError("reset"), RuntimeError("no credentials")]
)
def test_a_store_that_does_not_answer_ends_the_reading_and_drops_nothing(docs, store, error, where):
    def fail(*_):
        raise error

    store.on_open[where] = store.listings[where] = fail

    with pytest.raises(
        UnreachableError, match=rf"bucket://{where} (did not answer|cannot be reach)"
    ):
        read_corpus("bucket://b/docs")


def test_an_endless_object_is_not_read_to_the_end(docs, store, monkeypatch):
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"x" * size

    monkeypatch.setattr(buckets, "_MOST_UNSAID", 2**21)
    info = {"name": "b/docs/a.txt", "size": None, "type": "file"}
    store.on_info["b/docs/a.txt"] = lambda: info
    store.on_open["b/docs/a.txt"] = Endless

    with pytest.raises(InputError, match=r"a\.txt has no end in 2097152 bytes"):
        read_corpus("bucket://b/docs/a.txt")


def test_a_size_that_is_not_said_is_no_fault(docs, store):
    info = {"name": "b/docs/a.txt", "size": None, "type": "file"}
    store.on_info["b/docs/a.txt"] = lambda: info

    assert read_corpus("bucket://b/docs/a.txt").texts == ["First, on asylum."]


def test_a_run_refuses_objects_that_change_between_its_hash_and_its_end(words, tmp_path, store):
    def first_is_read():
        if store.calls["open", "b/docs/a.txt"] == 2:
            put(words / "a" / "b.md", "Another text.")

    store.on_open["b/docs/a.txt"] = first_is_read

    with pytest.raises(InputError, match=r"1 files changed while they were read: a/b\.md"):
        counted("bucket://b/docs", tmp_path / "out")


# --- what is refused before anything is asked


SECRET = "s3cr3t"


@pytest.mark.parametrize(
    "url",
    [
        "bucket://user:s3cr3t@b/docs", "https://s3cr3t@host/x.txt", "ftp://user:p/s3cr3t@host/x",
        "bucket://user%3As3cr3t@b/docs", "https://host/x.csv?sig=s3cr3t", "bucket://b/x#s3cr3t",
        "ftp://user:s3cr3t?@host/", "http://[::1]s3cr3t@host/x.txt", "bucket://:s3cr3t@b",
    ],
)  # fmt: skip
def test_a_url_with_a_secret_is_refused_and_the_secret_is_not_repeated(
    url, topoi_command, tmp_path, store, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    corpus = Corpus(pd.DataFrame({"doc_id": ["a"], "text": ["b"]}))
    into = (lambda u: write_corpus(corpus, u), lambda u: pack_run("nothing", u))
    named = (lambda u: RunConfig(source=u), lambda u: RunConfig(source="a", out=u), read_config)
    kept = (load_corpus, open_run, open_counts, lambda u: write_file(u, b""))
    for read in (read_corpus, read_parts, Url, *into, *named, *kept):
        with pytest.raises(InputError) as refused:
            read(url)
        assert SECRET not in str(refused.value)
    for words in (
        ["run", "--source", url], ["run", url], ["run", "--source", "a", "--out", url],
        ["themes", url], ["themes", "check", url], ["search-k", url], ["explain", url],
        ["doctor", url], ["init", "--source", url, "t.toml"], ["report", url],
        ["export", url, "--to", "zip", "--out", "x.zip"],
        ["export", "a", "--to", "zip", "--out", url],
    ):  # fmt: skip
        code, out, err = topoi_command(*words)
        assert code != 0
        assert SECRET not in out + err
    assert list(tmp_path.iterdir()) == []
    assert not store.calls


def test_what_a_library_says_is_told_without_secrets(docs, store):
    def fail():
        raise RuntimeError(
            "403 for https://user:s3cr3t@host/x?X-Sig=s3cr3t&a=1 with secret_key='s3cr3t'"
        )

    store.on_info["b/docs"] = fail

    with pytest.raises(UnreachableError, match="RuntimeError: 403 for https://") as failed:
        read_corpus("bucket://b/docs")
    assert SECRET not in str(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("bucket://b/nothing", "There is nothing at bucket://b/nothing: no such bucket, folder"),
        ("bucket://nothing", "There is nothing at bucket://nothing"),
        ("bucket://b/docs/*/nothing*", "There is nothing to read in bucket://b/docs"),
        ("bucket://", "names no bucket or host; write it as bucket://name/path"),
        ("file:///etc/hosts", "is a file of this machine: give its path alone"),
        ("zip://a.txt::bucket://b/z.zip", "chain of file systems"),
        ("bukcet://b/docs", r"bukcet:// is no kind of store that fsspec knows; such are abfs"),
        ("bucket://b/docs/a/photo.jpg", "has an unknown type"),
    ],
)
def test_what_cannot_be_read_is_told(docs, url, why):
    with pytest.raises(InputError, match=why):
        read_corpus(url)


def test_a_missing_package_is_named(monkeypatch):
    def lacking(_):
        raise ImportError("Install s3fs to access S3")

    with monkeypatch.context() as changed:
        changed.setattr(fsspec, "get_filesystem_class", lacking)
        with pytest.raises(InputError, match=r"s3://b/x needs the package s3fs: pip install s3fs"):
            read_corpus("s3://b/x")
        with pytest.raises(InputError, match=r"abfs://b@a.net/x needs the package adlfs"):
            read_corpus("abfs://b@a.net/x")
        with pytest.raises(InputError, match=r"tos://b/x needs more: Install s3fs"):
            read_corpus("tos://b/x")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError, match=r"package fsspec: pip install fsspec gcsfs"):
        read_corpus("gs://b/x")


def test_only_a_text_with_a_scheme_is_a_url(docs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in ("s3:/b/x", "C://x", "b/docs", "://x", "1a://x", Path("bucket://b/docs"), None):
        assert not is_url(path)
    with pytest.raises(InputError, match=r"nothing at bucket:/b/docs\. A URL is given as text"):
        read_corpus(Path("bucket://b/docs"))
    put(tmp_path / "s3:" / "b" / "x.txt", "A folder of an odd name.")
    assert read_corpus("s3:/b").ids == ["x.txt"]


@pytest.mark.parametrize("name", ["out", "cache", "codes", "themes"])
def test_only_texts_are_read_from_a_store(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"{name} cannot be a URL: only texts are read"):
        RunConfig(source="a", **{name: "bucket://b/x.toml"})
    assert list(tmp_path.iterdir()) == []


def test_urls_in_a_settings_file_stay_as_they_are(tmp_path):
    file = tmp_path / "deep" / "t.toml"
    put(file, 'source = ["bucket://b/docs", "here"]\nbackground = "gs://b/more"\n')

    found = read_config(file)

    assert found["source"] == ["bucket://b/docs", str(tmp_path / "deep" / "here")]
    assert found["background"] == "gs://b/more"


def test_init_keeps_a_url(tmp_path, topoi_command):
    code, _, _ = topoi_command("init", "--source", "bucket://b/docs", tmp_path / "t.toml")

    assert code == 0
    assert read_config(tmp_path / "t.toml")["source"] == "bucket://b/docs"


def test_an_estimate_of_a_bucket_is_refused(docs, topoi_command):
    code, _, err = topoi_command("doctor", "bucket://b/docs")

    assert code == 1
    assert "cannot be a URL" in err


def test_reading_a_folder_does_not_load_fsspec(tmp_path):
    put(tmp_path / "a.txt", "Text")
    code = (
        "import sys; from topoi.io.read import read_corpus; "
        f"read_corpus({str(tmp_path)!r}); print('fsspec' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


# --- corpora in partitions


def test_partitions_of_a_bucket_are_those_of_a_folder_and_are_not_read_again(docs, tmp_path, store):
    options = {"rows": 3, "counting": {"min_docs": 1}, "cutting": {"min_words": 1}, "n_jobs": 1}
    here = quietly(build_corpus, docs, tmp_path / "here", **options)
    quietly(build_corpus, "bucket://b/docs", tmp_path / "there", **options)

    names = [f"part-{number:05}.npz" for number in range(len(here.counts))]
    for name in (*names, "vocabulary.parquet"):
        paths = (tmp_path / place / "counts" / name for place in ("here", "there"))
        assert len({path.read_bytes() for path in paths}) == 1
    store.calls.clear()
    quietly(build_corpus, "bucket://b/docs", tmp_path / "there", **options)
    assert {verb for verb, _ in store.calls} == {"info", "ls"}

    put(docs / "a.txt", "First, on visas!!")  # as long
    again = quietly(build_corpus, "bucket://b/docs", tmp_path / "there", **options)
    assert "visas" in again.counts.vocabulary.terms


def test_without_etags_a_change_is_seen_by_the_content(docs, tmp_path, store):
    store.has_etags = False
    options = {"counting": {"min_docs": 1}, "cutting": {"min_words": 1}, "n_jobs": 1}
    quietly(build_corpus, "bucket://b/docs", tmp_path / "work", **options)
    put(docs / "a.txt", "First, on visas!!")  # as long

    again = quietly(build_corpus, "bucket://b/docs", tmp_path / "work", **options)

    assert "visas" in again.counts.vocabulary.terms


def test_the_folder_of_the_steps_is_no_url(docs):
    with pytest.raises(InputError, match="work cannot be a URL: each step reads"):
        build_corpus("bucket://b/docs", "bucket://b/work")


# --- what is kept in one zip file


def test_a_corpus_kept_in_a_bucket_is_the_file_that_would_be_here(docs, tmp_path, store):
    corpus = quietly(read_corpus, docs)
    place = write_corpus(corpus, "bucket://b/kept/corpus.zip")
    write_corpus(corpus, tmp_path / "corpus.zip")

    assert str(place) == "bucket://b/kept/corpus.zip"
    kept = tmp_path / "store" / "b" / "kept" / "corpus.zip"
    assert kept.read_bytes() == (tmp_path / "corpus.zip").read_bytes()
    pd.testing.assert_frame_equal(load_corpus(str(place)).table, corpus.table)
    write_corpus(corpus, "bucket://b/kept/corpus.zip")  # an earlier one is replaced

    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    with pytest.raises(InputError, match=r"bucket://b/kept/corpus\.zip.* (altered|damaged)"):
        load_corpus(str(place))


def test_what_is_no_kept_thing_is_left_alone(docs, tmp_path):
    corpus = quietly(read_corpus, docs)
    before = (docs / "z.zip").read_bytes()

    with pytest.raises(InputError, match=r"z\.zip exists and holds no corpus\.json"):
        write_corpus(corpus, "bucket://b/docs/z.zip")
    with pytest.raises(InputError, match=r"bucket://b/kept must end in \.zip"):
        write_corpus(corpus, "bucket://b/kept")
    with pytest.raises(InputError, match=r"There is nothing at bucket://b/no\.zip"):
        load_corpus("bucket://b/no.zip")

    assert (docs / "z.zip").read_bytes() == before


def test_a_run_goes_to_a_bucket_and_comes_back(tmp_path):
    put(tmp_path / "run" / "topics.csv", "topic\nharbour\n")
    digest = hashlib.sha256(b"topic\nharbour\n").hexdigest()
    facts = {"outputs": {"topics.csv": digest}, "schema": 1}
    put(tmp_path / "run" / "manifest.json", json.dumps(facts))

    pack_run(tmp_path / "run", "bucket://b/runs/small.zip")
    files, manifest = open_run("bucket://b/runs/small.zip")

    assert manifest == facts
    assert files.content("topics.csv") == b"topic\nharbour\n"
