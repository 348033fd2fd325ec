"""Archives: read like folders and never extracted; what is unsafe in them is told and not read."""

import gzip
import io
import os
import stat
import tarfile
import threading
import zipfile

import pytest
from handmade import hashes_of_files

from topoi.errors import InputError, TopoiWarning
from topoi.io import archives
from topoi.io.archives import Limits
from topoi.io.places import Found
from topoi.io.read import read_corpus


def zipped(path, files, *, compression=zipfile.ZIP_DEFLATED):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path, files, *, mode="w:gz"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            body = b"" if isinstance(content, tarfile.TarInfo) else content.encode()
            info.name, info.size = name, len(body)
            archive.addfile(info, io.BytesIO(body))
    return path


def told(corpus):
    table = corpus.ledger.outcomes()
    return dict(zip(table["doc_id"], table["reason"], strict=True))


def made(kind, tmp_path, files):
    maker = zipped if kind == "zip" else tarred
    options = {"mode": "w"} if kind == "tar" else {}
    return maker(tmp_path / f"a.{kind}", files, **options)


KINDS = pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tgz"])
FILES = {
    "b.txt": "Second",
    "press/a.md": "First",
    "press/t.csv": "id,text,n\nx,One,1\ny,,2\n",
    "photo.jpg": "no",
    ".hidden/c.txt": "hidden",
    "__MACOSX/d.txt": "hidden",
    "e.txt": " ",
}


@KINDS
def test_an_archive_is_read_like_a_folder(tmp_path, kind):
    corpus = read_corpus(made(kind, tmp_path, FILES))

    assert corpus.ids == [f"a.{kind}/b.txt", f"a.{kind}/press/a.md", f"a.{kind}/press/t.csv#x"]
    assert corpus.table["source"].tolist() == ["", "press", "press"]
    assert told(corpus) == {
        f"a.{kind}/b.txt": "",
        f"a.{kind}/press/a.md": "",
        f"a.{kind}/press/t.csv#x": "",
        f"a.{kind}/press/t.csv#y": "empty",
        f"a.{kind}/photo.jpg": "unsupported file type",
        f"a.{kind}/e.txt": "empty",
    }


@KINDS
def test_an_archive_in_a_folder_stands_at_its_place(tmp_path, kind):
    made(kind, tmp_path / "in" / "press", {"x/b.txt": "Second"})
    (tmp_path / "in" / "a.txt").write_text("First")

    corpus = read_corpus(tmp_path / "in")

    assert corpus.ids == ["a.txt", f"press/a.{kind}/x/b.txt"]
    assert corpus.table["source"].tolist() == ["", "press"]
    assert {p.name for p in tmp_path.rglob("*")} == {"a.txt", f"a.{kind}", "in", "press"}


def test_pattern_chooses_members(tmp_path):
    path = zipped(tmp_path / "a.zip", FILES)

    assert read_corpus(path, pattern="press/*.md").ids == ["a.zip/press/a.md"]


@KINDS
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/evil.txt", "absolute name"),
        ("C:\\evil.txt", "absolute name"),
        ("\\\\host\\evil.txt", "absolute name"),
        ("../../evil.txt", "name leads out of the archive"),
        ("a/../../evil.txt", "name leads out of the archive"),
        ("a\\..\\evil.txt", "name leads out of the archive"),
        ("inner.zip", "archive in an archive"),
        ("inner.tar.gz", "archive in an archive"),
    ],
)
def test_names_that_mean_harm_are_refused(tmp_path, kind, name, reason):
    path = made(kind, tmp_path / "deep" / "er", {name: "evil", "a.txt": "Text"})

    with pytest.warns(TopoiWarning, match="1 files of"):
        corpus = read_corpus(path)

    assert corpus.ids == [f"a.{kind}/a.txt"]
    assert told(corpus)[f"a.{kind}/{name}"] == reason
    assert not list(tmp_path.rglob("evil*"))


def test_links_and_devices_of_a_tar_file_are_refused(tmp_path):
    link, hard, pipe = (tarfile.TarInfo() for _ in range(3))
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    hard.type, hard.linkname = tarfile.LNKTYPE, "a.txt"
    pipe.type = tarfile.FIFOTYPE
    path = tarred(
        tmp_path / "a.tgz", {"a.txt": "Text", "l.txt": link, "h.txt": hard, "p.txt": pipe}
    )

    with pytest.warns(TopoiWarning, match="3 files of"):
        found = told(read_corpus(path))

    assert [found[f"a.tgz/{name}.txt"] for name in "lhp"] == ["link", "link", "no plain file"]


def test_links_of_a_zip_file_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("l.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a.txt", "Text")

    with pytest.warns(TopoiWarning):
        assert told(read_corpus(path))["a.zip/l.txt"] == "link"


def test_encrypted_members_are_told(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.txt": "Text", "b.txt": "Secret"})
    content = bytearray(path.read_bytes())
    # The flag "encrypted" of the second member, in its own head and in the directory.
    content[content.rindex(b"PK\x03\x04") + 6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    with pytest.warns(TopoiWarning):
        assert told(read_corpus(path)) == {"a.zip/a.txt": "", "a.zip/b.txt": "encrypted"}


def test_an_archive_under_another_name_in_an_archive_is_refused(tmp_path):
    inner = zipped(tmp_path / "i" / "inner.zip", {"x.txt": "X"}).read_bytes()
    path = zipped(tmp_path / "a.zip", {"a.txt": "Text", "inner.txt": inner})

    with pytest.warns(TopoiWarning):
        assert told(read_corpus(path))["a.zip/inner.txt"] == "archive in an archive"


def test_a_zip_file_called_txt_is_read_as_one(tmp_path):
    path = zipped(tmp_path / "a.txt", {"b.txt": "Text"})

    assert read_corpus(path).ids == ["a.txt/b.txt"]


def test_an_office_file_called_txt_is_refused_as_such(tmp_path):
    path = zipped(tmp_path / "a.txt", {"[Content_Types].xml": "x", "xl/workbook.xml": "x"})

    with pytest.raises(InputError, match=r"a\.txt cannot be read: Its content is an Office file"):
        read_corpus(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_two_documents(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "One")
        archive.writestr("a.txt", "Two")

    corpus = read_corpus(tmp_path / "a.zip")

    assert dict(zip(corpus.ids, corpus.texts, strict=True)) == {
        "a.zip/a.txt": "One",
        "a.zip/a.txt (2)": "Two",
    }


def test_members_of_one_name_are_told_apart_in_linear_time():
    asked = 0

    class Counted(dict):
        def __contains__(self, key):
            nonlocal asked
            asked += 1
            return super().__contains__(key)

    names = archives._Names(Found("a.zip", "", "a.zip", io.BytesIO))
    names.used = Counted()

    found = [names.found(archives._Member("a.txt", "", io.BytesIO)).name for _ in range(1000)]

    assert found[999] == "a.zip/a.txt (1000)"
    assert len(set(found)) == 1000
    assert 1000 <= asked < 3000


# --- limits


def test_a_bomb_in_a_zip_file_is_refused_by_what_it_unpacks_to(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.txt": "Text", "bomb.txt": b" " * 40_000_000})

    with pytest.warns(TopoiWarning, match=r"bomb\.txt"):
        found = told(read_corpus(path))

    assert found == {"a.zip/a.txt": "", "a.zip/bomb.txt": "archive limit"}


@pytest.mark.parametrize("name", ["bomb.txt", "bomb.bin"])
def test_a_bomb_in_a_tar_file_ends_its_reading(tmp_path, name):
    path = tarred(
        tmp_path / "in" / "a.tar.gz", {"a.txt": "Text", name: " " * 40_000_000, "z.txt": "Z"}
    )

    with pytest.warns(TopoiWarning, match=r"a\.tar\.gz"):
        corpus = read_corpus(path.parent)

    assert corpus.ids == ["a.tar.gz/a.txt"]
    assert told(corpus)["a.tar.gz"] == "archive limit"


@KINDS
@pytest.mark.parametrize(
    ("limits", "kept"),
    [(Limits(members=2), 2), (Limits(member=500), 2), (Limits(total=1500), 2)],
)
def test_each_limit_stops_at_its_number(tmp_path, monkeypatch, kind, limits, kept):
    files = {"1.txt": "One " * 100, "2.txt": "Two " * 100, "3.txt": "Three " * 200}
    real = archives.members
    monkeypatch.setattr(
        "topoi.io.file_parts.members", lambda file, kind: real(file, kind, limits=limits)
    )

    with pytest.warns(TopoiWarning, match="could not be used"):
        corpus = read_corpus(made(kind, tmp_path, files))

    # In a tar file heads and padding count, too.
    assert len(corpus) == (1 if limits.total == 1500 and kind != "zip" else kept)
    assert "archive limit" in set(told(corpus).values())


def test_a_header_that_asks_for_much_memory_is_refused(tmp_path):
    head = tarfile.TarInfo("a.txt")
    head.type, head.size = tarfile.XHDTYPE, 2**33
    path = tmp_path / "a.tar"
    path.write_bytes(head.tobuf(tarfile.GNU_FORMAT) + b"\0" * 2048)

    with (
        pytest.warns(TopoiWarning),
        pytest.raises(InputError, match=r"archive limit: 1.*header of \d+ bytes"),
    ):
        read_corpus(path)


# --- damage


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.97])
@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_a_cut_archive_is_an_error_alone_and_an_event_in_a_folder(tmp_path, kind, cut):
    files = {f"{n}.txt": os.urandom(3000).hex() for n in range(9)}
    path = made(kind, tmp_path / "in", files)
    content = path.read_bytes()
    path.write_bytes(content[: int(cut * len(content))])
    (tmp_path / "in" / "z.txt").write_text("Text")

    with pytest.raises(InputError, match=rf"a\.{kind} is damaged or cut off"):
        read_corpus(path)
    with pytest.warns(TopoiWarning, match=rf"a\.{kind}"):
        corpus = read_corpus(tmp_path / "in")

    found = told(corpus)
    assert found[f"a.{kind}"] == "unreadable"
    assert corpus.ids[-1] == "z.txt"
    if kind != "zip":  # the directory of a zip file stands at its end
        kept = [name for name in corpus.ids if name.startswith("a.")]
        assert kept == [f"a.{kind}/{n}.txt" for n in range(len(kept))]
        assert len(kept) >= 9 * cut - 2


@pytest.mark.parametrize("kept", [0, 1, 700])
def test_a_tar_file_that_ends_between_members_or_in_a_head_is_cut_off(tmp_path, kept):
    path = tarred(tmp_path / "a.tar", {"a.txt": "One", "b.txt": "Two"}, mode="w")
    path.write_bytes(path.read_bytes()[: 1024 + kept])  # a head and a block of "One"

    with pytest.raises(InputError, match=r"a\.tar is damaged or cut off"):
        read_corpus(path)


def test_a_damaged_member_of_a_zip_file_leaves_the_others(tmp_path):
    path = zipped(
        tmp_path / "a.zip", {"a.txt": "x" * 99, "b.txt": "Text"}, compression=zipfile.ZIP_STORED
    )
    content = bytearray(path.read_bytes())
    content[content.index(b"x" * 9)] ^= 1
    path.write_bytes(content)

    with pytest.warns(TopoiWarning):
        assert told(read_corpus(path)) == {"a.zip/a.txt": "unreadable", "a.zip/b.txt": ""}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz"])
@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x05\x06", b"\x1f\x8b\x08"])
def test_what_is_no_archive_is_a_clear_error(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InputError, match=r"damaged or cut off|cannot be read"):
        read_corpus(tmp_path / name)


def test_an_archive_without_files_is_empty(tmp_path):
    with pytest.raises(InputError, match=r"nothing to read in .*a\.zip \(empty: 1\)"):
        read_corpus(zipped(tmp_path / "a.zip", {}))


def test_a_packed_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(gzip.compress(b"Text"))

    with pytest.raises(InputError, match="Its content is gzip, not txt"):
        read_corpus(tmp_path / "a.txt")


# --- what is no file


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "p.txt")
    (tmp_path / "a.txt").write_text("Text")
    result = {}

    def read():
        result["folder"] = told(read_corpus(tmp_path))
        with pytest.raises(InputError, match="neither a file nor a folder"):
            read_corpus(tmp_path / "p.txt")
        result["alone"] = True

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(timeout=20)

    assert result == {"folder": {"a.txt": "", "p.txt": "unsupported file type"}, "alone": True}


def test_a_pattern_does_not_lead_through_a_link(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.txt").write_text("Secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Text")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")

    assert read_corpus(tmp_path / "in", pattern="**/*.txt").ids == ["a.txt"]
    with pytest.raises(InputError, match="no files"):
        read_corpus(tmp_path / "in", pattern="link/*.txt")


# --- patterns and several paths


def test_a_path_may_be_a_pattern(tmp_path, monkeypatch):
    for name in ("reports/b.txt", "reports/a.txt", "reports/deep/c.txt", "reports/d.md", "x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(name)
    monkeypatch.chdir(tmp_path)

    assert read_corpus("reports/*.txt").ids == ["a.txt", "b.txt"]
    assert read_corpus("reports/**/*.txt").ids == ["a.txt", "b.txt", "deep/c.txt"]
    assert read_corpus("*/[bd].*").ids == ["reports/b.txt", "reports/d.md"]
    with pytest.raises(InputError, match=r"nothing to read in reports/\*\.pdf \(no files\)"):
        read_corpus("reports/*.pdf")
    with pytest.raises(InputError, match="There is nothing at gone"):
        read_corpus("gone/*.txt")


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path):
    (tmp_path / "a[1].txt").write_text("Text")

    assert read_corpus(tmp_path / "a[1].txt").ids == ["a[1].txt"]


def test_several_paths_are_told_apart_by_what_they_do_not_share(tmp_path):
    for name in ("x/2020/a.txt", "x/2021/a.txt", "x/t.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("text\nWords" if name.endswith("csv") else "Words")
    x = tmp_path / "x"

    corpus = read_corpus([x / "2021", x / "t.csv", x / "2020", x / "t.csv"])

    assert corpus.ids == ["2021/a.txt", "t.csv#row 1", "2020/a.txt"]
    assert corpus.table["source"].tolist() == ["2021", "", "2020"]
    assert read_corpus([x / "2020"]).ids == ["a.txt"]
    overlapping = read_corpus([x / "20*" / "*.txt", x / "2020"])
    assert overlapping.ids == ["x/2020/a.txt", "x/2021/a.txt"]
    with pytest.raises(InputError, match="There is nothing at"):
        read_corpus([x / "2020", x / "2022"])
    with pytest.raises(InputError, match="empty list"):
        read_corpus([])


@pytest.mark.usefixtures("sketched")
def test_a_run_takes_an_archive_for_its_source(small_folder, tmp_path):
    from topoi.config import RunConfig
    from topoi.pipeline import run

    names = [path.relative_to(small_folder).as_posix() for path in small_folder.rglob("*.txt")]
    files = {name: (small_folder / name).read_bytes() for name in sorted(names)}
    path = zipped(tmp_path / "a.zip", files)

    sizes = {"models": ("LDA",), "starts": 1, "refits": 0}
    result = run(RunConfig(source=str(path), out=str(tmp_path / "1"), **sizes))

    kept = set(read_corpus(f"{small_folder}/**/*.txt").ids)
    assert {name.removeprefix("a.zip/") for name in result.study.documents.ids} < kept
    assert len(result.study.documents) > len(kept) / 2
    assert list(result.manifest["inputs"]) == ["a.zip"]


def test_hashes_of_a_pattern_are_those_of_its_files(small_folder):
    from topoi.manifest import input_hashes

    names = [path.relative_to(small_folder).as_posix() for path in small_folder.rglob("*.txt")]

    found = input_hashes(f"{small_folder}/**/*.txt")
    assert list(found) == sorted(names)
    hashes = hashes_of_files(small_folder)
    assert found == {name: hashes[name] for name in names}


def test_results_may_not_lie_in_the_folder_of_a_pattern(tmp_path):
    from topoi.config import RunConfig
    from topoi.pipeline import run

    (tmp_path / "a.txt").write_text("Text")

    with pytest.raises(InputError, match="lie in one another"):
        run(RunConfig(source=f"{tmp_path}/*.txt", out=str(tmp_path / "out")))


def test_hashes_of_a_source_leave_out_what_is_no_file(tmp_path):
    from topoi.manifest import input_hashes

    os.mkfifo(tmp_path / "p.txt")
    (tmp_path / "a.txt").write_text("Text")

    assert list(input_hashes(tmp_path)) == ["a.txt"]
