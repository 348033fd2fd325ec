"""How a clean text gets dirty: the kinds of damage that build.py does, one a function."""

from __future__ import annotations

import csv
import io
import re
import struct
import textwrap
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from html.entities import codepoint2name
from random import Random

_TAGS = ("{} p >", "<strong {} strong >", "<b {}", "{} li >")


def blocks(*parts: str) -> str:
    """The parts as paragraphs, a blank line between them."""
    return "\n\n".join(parts) + "\n"


def slug(title: str) -> str:
    """A title as a file name: at most 60 ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    return textwrap.shorten(" ".join(words), 60, placeholder="").replace(" ", "-")


def written(day: date, *, month_first: bool) -> str:
    """A date in words: June 14, 2022 or 14 June 2022."""
    month = f"{day:%B}"
    return f"{month} {day.day}, {day.year}" if month_first else f"{day.day} {month} {day.year}"


def chosen(random: Random, lines: Sequence[str], number: int) -> list[str]:
    """So many of the lines, in an order of chance."""
    return sorted(lines, key=lambda _: random.random())[:number]


def wrapped(text: str) -> str:
    """Every line broken at 74 characters, as mail programs do; tables stay."""
    if text.startswith("|"):
        return text
    return "\n".join(
        textwrap.fill(
            line,
            74,
            subsequent_indent="  " if line.startswith("- ") else "",
            break_on_hyphens=False,
            break_long_words=False,
        )
        for line in text.split("\n")
    )


def entities(text: str, random: Random | None = None) -> str:
    """Text for a page: quotes and some accents as entities, some spaces as &nbsp;."""
    random = random or Random(0)
    marked = escape(text, quote=False)
    for character in sorted(set(re.findall(r"[^\x00-\x7f]", marked))):
        if character in "’“”—–" or random.random() < 0.5:
            marked = marked.replace(character, f"&{codepoint2name[ord(character)]};")
    return re.sub(r"(\d) (?=[a-z])", r"\1&nbsp;", marked, count=2)


def broken(texts: Sequence[str], random: Random) -> tuple[list[str], list[str]]:
    """The texts with the rests of a tag in each but every fifth, and these rests."""
    result, rests = [], []
    for place, text in enumerate(texts):
        tag = (*_TAGS, "{}")[place % 5]
        at_end = tag in (_TAGS[0], _TAGS[3])
        spot = re.search(r"\S+$", text) if at_end else _spot(text, random)
        if spot is None:
            raise ValueError(f"no place for a tag in: {text}")
        result.append(text[: spot.start()] + tag.format(spot[0]) + text[spot.end() :])
        rests += [tag.format(spot[0])] if tag != "{}" else []
    return result, rests


def misread(text: str) -> str:
    """UTF-8 read as cp1252, as browsers do it: bytes without a meaning stay as they are."""
    return "".join(
        bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode("utf-8")
    )


def marked_up(text: str, random: Random) -> str:
    """Markdown with two words emphasised or linked."""
    spot = None if text.startswith("|") else _spot(text, random)
    if spot is None:
        return text
    link = f"[{{}}](https://example.org/{slug(spot[0])})"
    form = ("*{}*", "**{}**", link)[int(random.random() * 3)]
    return text[: spot.start()] + form.format(spot[0]) + text[spot.end() :]


def strewn(text: str, character: str, random: Random) -> str:
    """The character in six places: within long words if it has no width, else after a space."""
    form = r"(?<=[a-z]{3})(?=[a-z]{3})" if unicodedata.category(character) == "Cf" else r"(?<= )"
    places = [match.start() for match in re.finditer(form, text)]
    for place in sorted(sorted(places, key=lambda _: random.random())[:6], reverse=True):
        text = text[:place] + character + text[place:]
    return text


def spun(
    texts: Sequence[str], share: float, synonyms: Mapping[str, str], random: Random
) -> list[str]:
    """The texts with this share of all words replaced by synonyms."""
    words = [re.split(r"(\w+)", text) for text in texts]
    known = [
        (row, place)
        for row, parts in enumerate(words)
        for place, part in enumerate(parts)
        if part.lower() in synonyms
    ]
    number = round(share * sum(len(text.split()) for text in texts))
    if len(known) < number:
        raise ValueError(f"{number} words to replace, but synonyms for {len(known)} only")
    for row, place in sorted(known, key=lambda _: random.random())[:number]:
        word = words[row][place]
        other = synonyms[word.lower()]
        words[row][place] = other.capitalize() if word[0].isupper() else other
    return ["".join(parts) for parts in words]


def picture() -> bytes:
    """A PNG file of 8 by 8 grey points."""
    # Nothing is compressed: how well zlib does it depends on its version.
    points = zlib.compress((b"\x00" + b"\x80" * 8) * 8, 0)
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", points), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """A table as a CSV file in UTF-8 with newlines at the ends of its rows."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def _spot(text: str, random: Random) -> re.Match[str] | None:
    """Two plain words within a sentence, chosen by chance."""
    spots = list(re.finditer(r"(?<=[a-z] )[a-z]{5,} [a-z]{6,}(?= [a-z])", text))
    return spots[int(random.random() * len(spots))] if spots else None
