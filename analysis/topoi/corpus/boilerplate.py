"""Which lines of a text belong to the page and not to what was written."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

from topoi.corpus.look import look
from topoi.corpus.page_lines import is_boilerplate, is_link, is_mark
from topoi.corpus.rules import Outcome, without_lines

__all__ = [
    "drop_boilerplate",
    "line_codes",
    "line_key",
    "n_key_words",
    "words_in",
]

_LEAST_WORDS = 3
_MOST_LINKS = 5
_MOST_SPAN = 2 * _MOST_LINKS + 3  # with a blank line after each
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def drop_boilerplate(text: str) -> Outcome:
    """Text without lines that are wholly a request, a button, a notice or a mark of a page.

    Links that stand between two such lines ("Sport" in a menu) go with them.
    """
    seen = look(text)
    gone = [at for at, kinds in seen.page_lines.items() if is_boilerplate(seen.lines[at], kinds)]
    return without_lines(text, sorted([*gone, *_links_between(seen.lines, gone)]))


def _links_between(lines: Sequence[str], gone: Sequence[int]) -> list[int]:
    """Places of lines that may be links, up to five between two lines that go for their words."""
    found: list[int] = []
    of_page = [at for at in gone if not is_mark(lines[at])]
    for one, other in pairwise(of_page):
        between = [at for at in range(one + 1, min(other, one + _MOST_SPAN)) if lines[at].strip()]
        is_near = other - one < _MOST_SPAN and len(between) <= _MOST_LINKS
        if is_near and all(is_link(lines[at]) for at in between):
            found += between
    return found


def line_codes(text: str) -> bytes:
    """An int64 for each different line; lines with the same words have the same, most others not.

    They tell of nearly all texts that no line is frequent, without going through the words.
    """
    seen = look(text)
    codes = set(seen.hashes)
    if 0 in codes:  # lines without letters of ASCII
        keys = {line_key(seen.lines[at]) for at, key in seen.line_hashes if key == 0}
        codes |= {-crc32(key.encode("utf-8", "surrogatepass")) for key in keys if key}
    return array("q", codes - {0}).tobytes()


def line_key(line: str) -> str:
    """The words of a line in lower case; nothing for a line too short to be told by its words."""
    words = _WORD.findall(line.lower())
    return " ".join(words) if len(words) >= _LEAST_WORDS else ""


def n_key_words(key: str) -> int:
    """How many words the key of a line has."""
    return key.count(" ") + 1 if key else 0


def words_in(line: str) -> int:
    """How many words a line has, however short."""
    return len(_WORD.findall(line))
