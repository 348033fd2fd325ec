"""With which inputs each target begins."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from hostile import UNITS, hostile_files, zipped
from office import pdf_bytes, word_bytes

from topoi.io.sample import sample_path
from topoi.plots.table_csv import table_csv
from topoi.settings_file import commented_toml

__all__ = ["seeds_of"]

_FEW = 6
_MOST = 50_000  # bytes of a seed

_QUERIES = (
    *('asylum OR "safe third*"', "(a AND b) NOT c", "border NEAR/5 (wall OR fence*)", "(((a)))"),
    *('"', "NOT NOT a", "near/3", "a NEAR/0 b", "ee. uu.", "“root cause*”", "u.s. AND ''s"),
)
_DATES = ("dmy\n03/04/2021", "%d.%m.%y\n1.2.21", "epoch\n1614816000", "\nMarch 5, 2021", "ymd\n")
_PAGES = (
    *("<p>a</p>" * 20, "| a | b |\n|---|---|\n| 1 | 2 |", "<table><tr><td>x", "- a\n- b\n\n1. c"),
    *("Caf\u00c3\u00a9 law\n", "http://a.b/c See\n", "MR. DOE: yes.\nQ. no\n", "1 th \u00ad a-\nb"),
)


def seeds_of(target: str) -> list[bytes]:
    """Inputs of a target, each short enough to be changed often."""
    kind, _, ending = target.partition(" ")
    made = _files(ending) if kind == "read" else _others(target)
    return [content for content in made if len(content) <= _MOST] or [b""]


def _files(ending: str) -> list[bytes]:
    hostile = [
        data
        for name, (data, _) in hostile_files().items()
        if name.endswith(f".{ending}") and not name.startswith("bomb")  # slow, and tested apart
    ]
    bundled = sorted(sample_path().rglob(f"*.{ending}"))[:_FEW]
    made = {
        **{"md": _pages, "html": _pages, "csv": _tables, "tsv": _tables, "json": _json},
        **{"jsonl": _json, "parquet": _parquet, "zip": _zips, "tar": _tars, "tar.gz": _packed},
        **{"pdf": _pdf, "docx": _word},
    }.get(ending, _pages)
    return [*(path.read_bytes()[:_MOST] for path in bundled), *made(), *hostile]


def _others(target: str) -> list[bytes]:
    match target:
        case "settings":
            return [commented_toml(source=("a", "b")).encode(), b'source = "x"\nseed = 3\n']
        case "pack":
            packs = sorted((Path(str(resources.files("topoi.themes"))) / "packs").glob("*.toml"))
            return [*(path.read_bytes()[:_MOST] for path in packs), _PACK]
        case "query":
            return [text.encode() for text in _QUERIES]
        case "dates":
            return [text.encode() for text in _DATES]
        case "fit":
            return _fit_parts()
        case "table":
            return _figure_tables()
        case "json files":
            return _json_files()
    texts = [unit * 200 for unit in UNITS.values()]
    return [*_pages(), *(text.encode()[:_MOST] for text in texts)]


_PACK = b"""name = "demo"
[[theme]]
name = "first"
definition = "What is first."
counter = ["visa card"]
context = ["migra*"]
[theme.seeds]
a = ["visa*", { seed = "border*", weight = 0.5 }]
b = ["root cause*"]
"""


def _pages() -> list[bytes]:
    return [text.encode() for text in _PAGES]


def _tables() -> list[bytes]:
    return [
        b"id,text,date\n1,A law,2021-01-02\n1,B,x\n",
        b'text;b\n"a;""b";2\n',
        b"text\tid\na\t1\n",
    ]


def _json() -> list[bytes]:
    return [
        b'[{"text": "a", "id": 1}, {"text": null}]',
        b'{"text": "a"}\n{"text": ["b", {"c": 1.10}]}\n',
        b'{"rows": [{"text": "\\ud800"}]}',
    ]


def _parquet() -> list[bytes]:
    frame = pd.DataFrame(
        {"text": ["a law", None], "date": pd.to_datetime(["2021-01-02", None]), "n": [1.5, np.nan]}
    )
    found = []
    for table in (frame, frame.astype({"text": "category"}), frame.set_index("text")):
        held = io.BytesIO()
        table.to_parquet(held)
        found.append(held.getvalue())
    return found


def _zips() -> list[bytes]:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a/one.txt", "A law of the port.")
        archive.writestr("two.csv", "text,id\nb,1\n")
    return [held.getvalue(), zipped({"../x.txt": b"out", "a.zip": zipped({"b.txt": b"c"})})]


def _tars() -> list[bytes]:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in (("a/one.txt", b"A law."), ("\u00e9" * 60 + ".md", b"# B\n\nc")):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return [held.getvalue()]


def _packed() -> list[bytes]:
    return [gzip.compress(content, mtime=0) for content in _tars()]


def _pdf() -> list[bytes]:
    return [pdf_bytes([["A law of the port."], ["Visas.", "Ferries."]])]


def _word() -> list[bytes]:
    import docx

    document = docx.Document()
    document.add_paragraph("A law of the port.")
    document.add_table(rows=2, cols=2).rows[0].cells[0].text = "Visas"
    return [word_bytes(document)]


def _fit_parts() -> list[bytes]:
    from fuzz import targets

    parts = targets._fit()
    return [bytes([n]) + parts[name] for n, name in enumerate(sorted(parts))]


def _figure_tables() -> list[bytes]:
    frame = pd.DataFrame(
        {
            "term": ["=1", "'a", "b;=c", "\ufffd"],
            "weight": [0.5, np.nan, 1e-9, 3.0],
            "rank": [1, 2, 3, 4],
            "is_seed": [True, False, True, False],
        }
    )
    return [table_csv(frame), table_csv(frame[["term"]]), b"a,a\n1,2\n", b"rank\n9" + b"9" * 30]


@cache
def _json_files() -> list[bytes]:
    made = (
        {"LDA": {"topic 1": "Asylum courts"}},
        {"outputs": {"../x": "0" * 64}, "models": {"LDA": {}}, "settings": {"raw_csv": True}},
        {"schema": 1, "kind": "coding", "key_sha256": {"key.csv": "0"}, "shown": [], "answers": []},
        {"format": 1, "unit": "doc_id", "curves": [{"theme": "a", "draws": [[0.1, 0.2]]}]},
    )
    return [json.dumps(each).encode() for each in made]
