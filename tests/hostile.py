"""Files and texts that were made, or have come, to break a reader of texts."""

from __future__ import annotations

import gzip
import io
import os
import random
import zipfile
from pathlib import Path

import pandas as pd

PROSE = "Ferries carried workers to the port, and the council asked for more visas and piers. "

# Repeated they have cost rules, cutters or counters more than a fixed time a character.
UNITS = {
    "letters": "a", "words": "law and port ", "short lines": "a\n", "items": "- a\n",
    "quotes": '"', "abbreviations": "U.S. ", "addresses": " at a@b.c, ", "brackets": "[a](",
    "divided": "ab-\n", "speakers": "MR. DOE: yes.\n", "tags": "<b", "hollow tags": "<>",
    "debris": "strong >", "bars": "| a ", "accents": "a\u0301", "numbers": "1\n", "see": "See\n",
    "signatures": "Dated: March 1, 2025.\nJo Doe,\nOffice.\n", "dockets": "[Docket No. 1]\n",
    "ordinals": "1 th ", "half quotes": "x\u7ab6 ", "credits": "photograph ", "spaces": " ",
}  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def _parquet(text: str) -> bytes:
    held = io.BytesIO()
    pd.DataFrame({"text": [text]}).to_parquet(held)
    return held.getvalue()


def _office(document: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": document})


def hostile_files() -> dict[str, tuple[bytes, str]]:
    """For each name the content, and why nothing of it is kept; "" where something is."""
    noise = random.Random(7).randbytes(20_000)
    zeros = b"0" * 2**25
    return {
        "0 sound.txt": ((PROSE * 3).encode(), ""),
        "picture.txt": (b"\x89PNG\r\n\x1a\n" + noise[:4000], "unreadable"),
        "zip.csv": (zipped({"in.txt": b"A zip file may hold a note on asylum."}), ""),
        "parquet.json": (_parquet("A row on refugees and harbour law."), ""),
        "bomb.docx": (_office(b"<w>" + zeros), "too large"),
        "bomb.zip": (zipped({"zeros.txt": zeros}), "archive limit"),
        "paths.zip": (zipped({"../../out.txt": b"Out.", "/etc/out.txt": b"Out."}), "name"),
        "cut.tar.gz": (gzip.compress(noise)[:9000], "unreadable"),
        "cut.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "unreadable"),
        "nothing.txt": (b"", "empty"),
        "nuls.txt": (b"The port\x00 opened\x00 for ships, and the law changed.", ""),
        "sixteen.txt": ((PROSE * 2 + "Sixteen.").encode("utf-16-le"), ""),
        "mixed.txt": ("Caf\u00e9 law ".encode() * 9 + "Caf\u00e9 rule ".encode("cp1252") * 9, ""),
        "deep.json": (b"[" * 100_000, "unreadable"),
        "deep.jsonl": (b'{"text": ' + b"[" * 100_000 + b'\n{"text": "Sound: asylum."}\n', ""),
        "deep object.json": (b'{"a":' * 100_000, "unreadable"),
        "long.jsonl": (b'{"text": "' + b"border law " * 100_000 + b'"}\n', ""),
        "numbers.jsonl": (b'{"text": "Visas.", "n": NaN, "m": Infinity}\n', ""),
        "twice.jsonl": (b'{"text": "a", "text": "b"}\n', "bad row"),
        "surrogates.json": (b'[{"text": "lone \\ud800 and the law \\udfff here"}]', ""),
        "wide.csv": (("text," + ",".join(map(str, range(5000))) + "\n").encode(), "unreadable"),
        "quotes.csv": (b'text,b\n"one,two\nthree,four\n"fi"ve",six\nA good row,7\n', ""),
        "empty rows.csv": (b"text,b\n" + b",\n" * 5_000, "empty"),
        "tags.html": (b"<div>" * 20_000 + b"deep asylum" + b"</div>" * 20_000, ""),
        "open tags.html": (b"<b>" * 20_000 + b"text on borders", ""),
        "directions.txt": ("\u202e\u2066the law\u202c of \u200bports\ufeff".encode() * 50, ""),
        "accents.txt": (b"e" + "\u0301".encode() * 100_000 + b" law of the piers", ""),
        "line ends.txt": (b"\n" * 500_000 + b"the end of the law", ""),
        "bars.txt": (b"| a " * 9_000 + b"|\n" + b"|" * 9_000 + b" laws", ""),
        "line\nend.txt": (b"Its name has a line end, and it is about migrants.", ""),
        "\u202etxt.exe \U0001f600.txt": (b"Its name turns round, and it is about piers.", ""),
    }


def write_hostile(folder: Path) -> None:
    """The files, links that go round, links to nowhere, a pipe and a file that nobody may read."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, _) in hostile_files().items():
        (folder / name).write_bytes(content)
    (folder / "round").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to("nowhere.txt")
    os.mkfifo(folder / "pipe.txt")
