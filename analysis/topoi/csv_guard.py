"""Which text in a CSV file a spreadsheet would run as a formula, and how it is kept from that."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["FORMULA", "guarded", "unguarded", "unlimited_fields"]

_LONGEST = 2**31 - 1  # what a C long holds everywhere

FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What a formula begins with, as the inside of a class of characters (OWASP, CSV injection).

The wide forms are what East Asian keyboards give.
"""

# Quotes that a reader takes off may stand before it.
_START = rf"['\"]*[{FORMULA}\t\r\n\x00]"
_RISKY = re.compile(rf"[{FORMULA}\t\r\n\x00]")
_AT_START = re.compile(rf"\A(?={_START})")
# Where the file is opened with another separator than it has, a cell may begin within a text.
_WITHIN = re.compile(rf"([;|\t\r\n])(?=['\"]*[{FORMULA}])")
_GUARDS = re.compile(rf"\A'(?={_START})|(?<=[;|\t\r\n])'(?=['\"]*[{FORMULA}])")


def guarded(text: str) -> str:
    """The text with an apostrophe before each place where a spreadsheet would begin a formula.

    Those are its beginning, and within it what follows a semicolon, bar, tab or line break, which
    separate cells where a file is opened with other settings. `unguarded` gives the text back.
    """
    if not _RISKY.search(text):
        return text
    return _AT_START.sub("'", _WITHIN.sub(r"\1'", text))


def unguarded(text: str) -> str:
    """The text without the apostrophes of `guarded`; other apostrophes stay."""
    return _GUARDS.sub("", text) if "'" in text else text


@contextmanager
def unlimited_fields() -> Iterator[None]:
    """While it is open, the csv module reads fields of any length; then its own limit is back."""
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)
