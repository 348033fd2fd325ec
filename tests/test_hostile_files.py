"""Are files that somebody forged, and patterns that somebody mistyped, refused in good time?"""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from topoi.errors import InputError
from topoi.io.coding_files import read_manifest
from topoi.io.dates import date_reader
from topoi.io.parts import array_bytes, load_arrays
from topoi.io.places import matcher
from topoi.io.run_files import open_run
from topoi.io.store import read_fit
from topoi.measures.calibration import Calibration
from topoi.run_report.page import read_labels

ROOT = Path(__file__).resolve().parents[1]
DEEP = "[" * 100_000


# --- arrays -------------------------------------------------------------------------------------


def test_arrays_that_unpack_to_more_than_the_file_are_refused(tmp_path):
    held = io.BytesIO()
    np.savez_compressed(held, a=np.zeros(4_000_000))
    packed = tmp_path / "packed.npz"
    packed.write_bytes(held.getvalue())

    with pytest.raises(InputError, match="damaged or no array file"):
        load_arrays(packed)


def test_arrays_that_lie_over_one_another_are_refused(tmp_path):
    content = bytearray(array_bytes({"aa": np.zeros(1000), "ab": np.zeros(1)}))
    # the second entry of the directory points at the first member, and says its size
    first, second = (m.start() for m in re.finditer(b"PK\x01\x02", content))
    content[second + 16 : second + 28] = content[first + 16 : first + 28]
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    file = tmp_path / "over.npz"
    file.write_bytes(content)

    with pytest.raises(InputError, match="damaged or no array file"):
        load_arrays(file)


@pytest.mark.parametrize(
    "head",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10**9,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,)}",
        "(" * 3000,
        "__import__('os').mkdir('ran')",
    ],
)
def test_heads_of_arrays_that_mean_harm_are_refused(tmp_path, monkeypatch, head):
    monkeypatch.chdir(tmp_path)
    size = len(head).to_bytes(2, "little")
    with zipfile.ZipFile("x.npz", "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00" + size + head.encode() + b"\x00" * 80)

    with pytest.raises(InputError, match=r"x\.npz is damaged or no array file"):
        load_arrays(Path("x.npz"))
    assert [path.name for path in tmp_path.iterdir()] == ["x.npz"]


# --- depth of JSON ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("manifest.json", lambda file: open_run(file.parent)),
        ("manifest.json", read_manifest),
        ("fit.json", lambda file: read_fit(file.parent)),
        ("labels.json", read_labels),
        ("any.json", lambda file: Calibration.from_json(file.read_text())),
    ],
)
@pytest.mark.parametrize("text", [DEEP, '{"a":' * 100_000, "1" * 5000, json.dumps({"outputs": 3})])
def test_json_that_is_none_of_ours_is_refused(tmp_path, name, read, text):
    file = tmp_path / name
    file.write_text(text)

    with pytest.raises(InputError):
        read(file)


# --- patterns -----------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "**/" * 40 + "*a*b", "[!a]*" * 30 + "c"])
def test_a_file_pattern_of_many_stars_ends(pattern):
    chosen = matcher(pattern)
    begun = time.process_time()

    assert not chosen("a/" * 60 + "a" * 250)
    assert not chosen("x" * 60_000)

    assert time.process_time() - begun < 1


@pytest.mark.parametrize("form", ["%d%d%Y", "%Y" + "%%" * 500, "%Y" + " " * 5000 + "%d", "%Y(a+)+"])
def test_any_format_of_dates_ends(form):
    begun = time.process_time()

    try:
        read = date_reader(form)
    except InputError:
        pass
    else:
        read("2021" + " " * 70)

    assert time.process_time() - begun < 1


# --- what is installed --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-bench.lock"])
def test_every_locked_package_has_a_hash(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]

    assert len(lines) > 3
    assert [
        line for line in lines if not re.search(r"==\S+.*--hash=sha256:[0-9a-f]{64}", line)
    ] == []
