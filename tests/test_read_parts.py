"""Parts of a corpus: together they are the whole, and memory holds one of them."""

import json
import subprocess
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from topoi.errors import InputError, TopoiWarning
from topoi.io.read import read_corpus, read_parts


def assert_same(path, rows, **options):
    """The parts of `rows` documents give what `read_corpus` gives, or the same error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TopoiWarning)
        parts, failure = [], ""
        try:
            for part in read_parts(path, rows=rows, **options):
                parts.append(part)
        except InputError as error:
            failure = str(error)
        try:
            whole = read_corpus(path, **options)
        except InputError as error:
            assert str(error) == failure
            return None
    assert failure == ""
    tables = [part.table for part in parts if len(part)]
    pd.testing.assert_frame_equal(pd.concat(tables, ignore_index=True), whole.table)
    events = pd.concat([part.ledger.events for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(events, whole.ledger.events)
    for part in parts:
        assert part.ledger.counts()["read"] <= rows
    counts = whole.ledger.counts()
    assert counts["read"] == counts["kept"] + counts["dropped"] + counts["merged"]
    return whole


CSV = b'id,text,n\na,One,1\nb,,2\nc,Three,3,3\n\nd,"Four\n\nlines",4\ne,"Five,5\nf,Six,6\n'
JSONL = b'{"text": "A"}\n{"text": "B", "late": 1}\n[7]\n{"text": ""}\n{"text": "C", "n": null}\n'


def packed(kind):
    import io

    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("x/a.txt", "Packed")
            archive.writestr("x/t.csv", CSV)
            archive.writestr("../b.txt", "Out")
        return buffer.getvalue()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in (("x/a.txt", b"Packed"), ("j.jsonl", JSONL)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def parquet():
    frame = pd.DataFrame(
        {"id": range(7), "text": [*"abcdef", None], "n": [1.5, None, 3, 4, 5, 6, 7]}
    )
    return frame.assign(date=pd.Timestamp("2020-01-01"), k=frame["id"] > 3).to_parquet()


CONTENTS = [
    b"",
    b" \n",
    b"Text",
    b"Title\n14 June 2022\n\nText\n1655164800\n#a #b\n",
    CSV,
    CSV.decode().replace("One", "caf\u00e9").encode("cp1252"),
    CSV.decode().encode("utf-16"),
    JSONL,
    b'[{"text": "x", "date": "03/04/2021"}, 3]',
    b"text,date\nx,1655164800\ny,2020\n",
    b"id,text\na,1\na,2\n,3\n",
    b"code,label\n1,x\n",
    b"\x00\x01\x02" * 9,
    b"\xff\xfe",
    b"a\xed\xa0\x80b",
    b"text\n" + b'"\n' * 5,
    packed("zip"),
    packed("tar.gz"),
    packed("zip")[:90],
    packed("tar.gz")[:120],
    parquet(),
    parquet()[:-9],
    b"%PDF-1.4",
]
NAMES = st.builds(
    "{}{}.{}".format,
    st.sampled_from(["", "s/", "t/u/"]),
    st.sampled_from("ab"),
    st.sampled_from(["txt", "md", "html", "csv", "tsv", "json", "jsonl", "parquet", "TXT"])
    | st.sampled_from(["zip", "tar", "tar.gz", "tgz", "pdf", "docx", "bin"]),
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(NAMES, st.sampled_from(CONTENTS), max_size=6),
    st.integers(1, 9),
    st.sampled_from(["error", "suffix", "first"]),
)
def test_parts_of_any_folder_are_its_corpus(tmp_path_factory, files, rows, on_duplicate_id):
    folder = tmp_path_factory.mktemp("random")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    whole = assert_same(folder, rows, on_duplicate_id=on_duplicate_id)

    if whole is not None:
        told = set(whole.ledger.outcomes()["doc_id"])
        for name in files:
            assert any(doc_id.startswith(name) for doc_id in told), name


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_parts_of_any_table_are_its_corpus(tmp_path, name, rows):
    content = {"t.csv": CSV, "t.jsonl": JSONL, "t.parquet": parquet()}[name]
    (tmp_path / name).write_bytes(content)

    assert assert_same(tmp_path / name, rows) is not None


def test_a_key_that_comes_late_is_a_column_of_every_part(tmp_path):
    (tmp_path / "t.jsonl").write_bytes(JSONL)

    with pytest.warns(TopoiWarning):
        first, *_ = list(read_parts(tmp_path / "t.jsonl", rows=1))

    assert list(first.table.columns[5:]) == ["late", "n"]


@pytest.mark.parametrize("rows", [0, -1, 1.5, True, "7"])
def test_a_number_of_rows_that_is_none_is_refused(tmp_path, rows):
    (tmp_path / "a.txt").write_text("Text")

    with pytest.raises(InputError, match="rows must be an int >= 1"):
        read_parts(tmp_path, rows=rows)


def test_a_wrong_path_is_refused_before_the_first_part(tmp_path):
    with pytest.raises(InputError, match="There is nothing at"):
        read_parts(tmp_path / "gone")


def _rows(n_rows):
    text = "The border patrol and the asylum office spoke of new visas for workers. " * 14
    for number in range(n_rows):
        yield {"id": f"doc {number}", "text": f"{number} {text}", "date": "2020-01-01"}


def _write(path, n_rows):
    frame = pd.DataFrame(_rows(n_rows))
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in _rows(n_rows)))
    elif path.suffix == ".parquet":
        frame.to_parquet(path, index=False, row_group_size=n_rows)
    else:
        path.mkdir()
        for row in _rows(n_rows // 10):
            (path / f"{row['id']}.txt").write_text(row["text"] * 10)


# Not `resource`: its peak is that of the process that started this one, where that is higher.
PEAK = """
import sys, topoi

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024

if len(sys.argv) > 2:
    list(map(len, topoi.read_parts(sys.argv[2], rows=500)))
before = peak()
n = sum(len(part) for part in topoi.read_parts(sys.argv[1], rows=500))
print(n, peak(), peak() - before)
"""
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from /proc, which Linux has"
)


@needs_proc
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ""])
def test_memory_does_not_grow_with_the_size_of_what_is_read(tmp_path, suffix):
    small, large = tmp_path / f"small{suffix}", tmp_path / f"large{suffix}"
    _write(small, 15_000)  # 15 MB, to be past what is loaded once
    _write(large, 60_000)  # 60 MB

    n_read, _, grown = _answer(large, small)

    assert n_read == (60_000 if suffix else 6_000)
    assert grown <= 24, f"{grown} MB more for 45 MB more of text"


def _answer(*paths):
    command = [sys.executable, "-c", PEAK, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(map(int, done.stdout.split()))


@needs_proc
def test_memory_of_a_large_parquet_file_is_bounded(shared_data):
    n_read, peak, _ = _answer(shared_data / "federal_register_full.parquet")

    assert n_read == 21_337
    assert peak < 420  # MB; its texts alone have 290
