"""What a document (txt, md, html, docx, pdf) says: its text, title and date, and how found."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from itertools import islice
from typing import BinaryIO, NamedTuple

from topoi.corpus.ledger import Action, Event
from topoi.io.dates import (
    OUTSIDE,
    ReadDate,
    date_in_name,
    date_line,
    epoch_line,
    is_plausible,
    read_date,
)
from topoi.io.decode import Decoded, decode, without_surrogates
from topoi.io.refusal import RefusedError

__all__ = ["DocumentFile", "decoding_events", "read_document"]

_LARGEST = 2**28  # bytes; a document is held in memory whole
_LONGEST_TITLE = 150
_LINES_SEARCHED = 5
_HASHTAGS = re.compile(r"\s*(?:#\w{1,60}[\s,;]*){1,40}")
_TITLE_TAG = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000})</title", re.IGNORECASE)
_META = re.compile(r"<meta\s[^<>]{0,1000}>", re.IGNORECASE)
_META_DATE = re.compile(
    r"(?:property|name|itemprop)\s*=\s*[\"']?"
    r"(?:article:published_time|datepublished|date|dc\.date|dcterms\.created|pubdate)[\"'\s]",
    re.IGNORECASE,
)
_META_CONTENT = re.compile(r"content\s*=\s*[\"']([^\"'<>]{1,80})[\"']", re.IGNORECASE)
_NO_TITLE = re.compile(r"[-*•>|+]\s|\d+[.)]\s|[A-Z][A-Z .'’-]{1,40}:|https?://")


class DocumentFile(NamedTuple):
    """What was read from one file; `events` has what was noted or changed on the way."""

    text: str
    title: str
    day: date | None
    events: list[Event]


def read_document(file: BinaryIO, kind: str, *, stem: str, doc_id: str) -> DocumentFile:
    """Text, title and date of one document; `stem` is the file's name without its ending.

    The date is looked for in the file's name, then among the first five lines with text, then in
    an epoch number as the last line or before a last line of hashtags; such lines leave the text.
    A first line that reads as a title is the title; it leaves the text only where a blank line
    or the date line follows it. HTML stays as it is (`clean` strips it); its date may also stand
    in a meta element. Of Word and PDF files only the text counts, not what they say of
    themselves.

    Raises
    ------
    InputError
        If the bytes are not text, broken, or too many.
    OSError
        If the file cannot be read.
    """
    decoded = _decoded(_content(file), kind)
    notes = _Notes(doc_id)
    named = date_in_name(stem)
    if named:
        notes.add("noted", "date from file name", str(named))
    found = (_html if kind == "html" else _plain)(decoded.text, named, notes)
    if found.day and not is_plausible(found.day):
        notes.add("noted", OUTSIDE, str(found.day))
    events = decoding_events(decoded, doc_id=doc_id)
    return found._replace(events=events + found.events)


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise RefusedError(
            "too large",
            f"It has more than {_LARGEST // 2**20} MB, too many for one document. Split it, or "
            "make it a table with a row for each document.",
        )
    return content


def _decoded(content: bytes, kind: str) -> Decoded:
    if kind not in ("docx", "pdf"):
        found = decode(content)
        # Unlike in a cell of a table, such a sign ends a line here.
        lines = found.text.replace("\u2028", "\n").replace("\u2029", "\n")
        return found._replace(text=lines)
    if kind == "docx":
        from topoi.io.word import word_text as reader
    else:
        from topoi.io.pdf import pdf_text as reader
    text = reader(content).replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(without_surrogates(text)[0], "utf-8", 0)


def decoding_events(decoded: Decoded, *, doc_id: str) -> list[Event]:
    """What the ledger should say about how a file was decoded; nothing for plain UTF-8."""
    if decoded.is_plain:
        return []
    events = [Event("read", doc_id, "noted", f"decoded as {decoded.encoding}")]
    if decoded.replaced:
        reason = "undefined bytes replaced"
        events.append(Event("read", doc_id, "changed", reason, decoded.replaced))
    return events


class _Notes:
    """The events of one document, gathered in order."""

    def __init__(self, doc_id: str) -> None:
        self.doc_id = doc_id
        self.events: list[Event] = []

    def add(self, action: Action, reason: str, detail: str) -> None:
        self.events.append(Event("read", self.doc_id, action, reason, 1, detail[:80]))

    def add_of_date(self, found: ReadDate, written: str) -> None:
        """What is to be noted of a date, if anything."""
        if found.note:
            self.add("noted", found.note, written)


def _html(text: str, named: date | None, notes: _Notes) -> DocumentFile:
    title_tag = _TITLE_TAG.search(text)
    title = " ".join(unescape(title_tag[1]).split()) if title_tag else ""
    day = named
    for meta in _META.finditer(text) if day is None else ():
        content = _META_CONTENT.search(meta[0]) if _META_DATE.search(meta[0]) else None
        found = read_date(content[1]) if content else ReadDate(None)
        if found.day:
            day = found.day
            notes.add("noted", "date from meta element", str(day))
            notes.add_of_date(found, content[1] if content else "")
            break
    return DocumentFile(text, without_surrogates(title)[0], day, notes.events)


def _plain(text: str, named: date | None, notes: _Notes) -> DocumentFile:
    lines = text.split("\n")
    place, found = _dated_line(lines)
    lined = found.day
    if lined:
        notes.add("changed", "date line taken out of the text", lines[place].strip())
        notes.add_of_date(found, lines[place].strip())
    last, epoch = _last_epoch(lines)
    if epoch:
        notes.add("changed", "epoch line taken out of the text", lines[last].strip())
        notes.add("noted", "date from epoch", str(epoch))
    gone = {place} if lined else set()
    gone |= {last} if epoch else set()
    title, titled = _title(lines, gone)
    if titled >= 0:
        notes.add("changed", "title line taken out of the text", title)
        gone.add(titled)
    kept = "\n".join(line for number, line in enumerate(lines) if number not in gone)
    return DocumentFile(kept, title, named or lined or epoch, notes.events)


def _dated_line(lines: list[str]) -> tuple[int, ReadDate]:
    """Place and day of the first date line among the first lines that have text."""
    searched = 0
    for place, line in enumerate(lines):
        if line.strip():
            found = date_line(line) if len(line) < 120 else ReadDate(None)
            if found.day:
                return place, found
            searched += 1
            if searched == _LINES_SEARCHED:
                break
    return -1, ReadDate(None)


def _last_epoch(lines: list[str]) -> tuple[int, date | None]:
    """Place and day of an epoch number in the last line, lines of hashtags left aside."""
    filled = (place for place in range(len(lines) - 1, -1, -1) if lines[place].strip())
    for place in islice(filled, _LINES_SEARCHED):
        day = epoch_line(lines[place])
        if day or not _HASHTAGS.fullmatch(lines[place]):
            return place, day
    return -1, None


def _title(lines: list[str], gone: set[int]) -> tuple[str, int]:
    """The title, or "", and the place of its line where it should leave the text, or -1."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    others = [place for place in filled if place not in gone]
    if len(others) < 2:
        return "", -1
    first = others[0]
    title = _title_text(lines[first])
    if not title:
        return "", -1
    stands_apart = not lines[first + 1].strip() or first + 1 in gone
    return title, first if stands_apart else -1


def _title_text(line: str) -> str:
    marked = re.match(r"\s*#{1,6}\s+", line)
    text = line[marked.end() :].strip(" \t#") if marked else line.strip()
    is_title = (
        len(text) <= _LONGEST_TITLE
        and any(character.isalpha() for character in text)
        and not text.endswith((".", "!", ":", ";", ",", "…", ">", "|"))
        and not _NO_TITLE.match(text)
    )
    return text.strip("*_ ") if is_title else ""
