"""Of what kind a file is, by its name and by its first bytes."""

from __future__ import annotations

import gzip
import zlib
from typing import BinaryIO, NamedTuple
from zipfile import BadZipFile, ZipFile

__all__ = ["ARCHIVES", "DOCUMENTS", "SUPPORTED", "TABLES", "Kind", "find_kind", "kind_by_name"]

DOCUMENTS = ("txt", "md", "html", "docx", "pdf")
TABLES = ("csv", "tsv", "json", "jsonl", "parquet")
ARCHIVES = ("zip", "tar", "tar.gz")
_SPELLINGS = {"htm": "html", "tgz": "tar.gz"}
_ENDINGS = (*DOCUMENTS, "htm", *TABLES, *ARCHIVES, "tgz")
SUPPORTED = f"Supported are {', '.join(f'.{ending}' for ending in _ENDINGS)}, and folders of these."

_HEAD = 1024


class Kind(NamedTuple):
    """What a file is read as, or why it is not, and what to note about its name."""

    kind: str
    refusal: str = ""
    note: str = ""


def kind_by_name(name: str) -> str:
    """The kind that the ending of a name promises; empty where it is none that can be read."""
    lower = name.lower()
    # The longest ending first: .tar.gz is no .gz.
    for ending in sorted(_ENDINGS, key=len, reverse=True):
        if lower.endswith(f".{ending}"):
            return _SPELLINGS.get(ending, ending)
    return ""


def find_kind(file: BinaryIO, name: str) -> Kind:
    """The kind of a file whose name promises one; its content decides where it says something.

    Files of some kinds begin with a mark of their own: a parquet file is one under any name.
    """
    named = kind_by_name(name)
    found = _by_content(file, named)
    if found == named or not found:
        return Kind(named)
    note = f"content is {found}, not {named}"
    if found in (*DOCUMENTS, *TABLES, *ARCHIVES):
        return Kind(found, note=note)
    return Kind(named, refusal="unsupported file type", note=note)


def _by_content(file: BinaryIO, named: str) -> str:
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file, named)
    if head.startswith(b"\x1f\x8b"):
        return _gzip_kind(file, named)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "an old Office file"
    if head[257:262] == b"ustar":
        return "tar"
    return "pdf" if head.lstrip().startswith(b"%PDF-") else ""


def _zip_kind(file: BinaryIO, named: str) -> str:
    """What a zip file is for: Office and e-books are zip files, too."""
    try:
        with ZipFile(file) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return named if named in ("zip", "docx") else "zip"
    if "word/document.xml" in names:
        return "docx"
    if "[Content_Types].xml" in names or "mimetype" in names:
        return "an Office file or e-book of another kind"
    return "zip"


def _gzip_kind(file: BinaryIO, named: str) -> str:
    if named == "tar.gz":
        return named
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            head = unpacked.read(512)
    except (OSError, EOFError, zlib.error):
        head = b""
    return "tar.gz" if head[257:262] == b"ustar" else "gzip"
