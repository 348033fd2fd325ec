"""Which characters the bytes of a text file stand for."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from topoi.errors import InputError

__all__ = ["Decoded", "decode", "without_surrogates"]

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")))
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_CONTROLS = 0.02
_LEAST_NULS = 0.3


class Decoded(NamedTuple):
    """Text with line ends as newlines, and how it was read.

    encoding : the codec, with " with mark" where a byte order mark named it
    replaced : how many characters could not be read and became U+FFFD
    """

    text: str
    encoding: str
    replaced: int

    @property
    def is_plain(self) -> bool:
        """Whether the file was UTF-8 without a mark, with nothing to report."""
        return self.encoding == "utf-8" and not self.replaced


def decode(content: bytes) -> Decoded:
    """Text of a file: by its mark, else UTF-8, else UTF-16 by its zero bytes, else cp1252.

    Raises
    ------
    InputError
        If the bytes are not text in any of these (many control characters).
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], name, f"{name} with mark")
    sixteen = _sixteen_bits(content)
    if sixteen:
        return _decoded(content, sixteen, sixteen)
    _check_text(content)
    try:
        return Decoded(_lines(content.decode("utf-8")), "utf-8", 0)
    except UnicodeDecodeError:
        return _decoded(content, "cp1252", "cp1252")


def without_surrogates(text: str) -> tuple[str, int]:
    """The text with lone surrogates, which no encoding can write, as U+FFFD, and their number."""
    return _SURROGATE.subn("\ufffd", text)


def _decoded(content: bytes, codec: str, name: str) -> Decoded:
    text = content.decode(codec, errors="replace")
    # Only what the codec replaced counts, not a U+FFFD that the file itself holds.
    own = 0 if codec == "cp1252" else content.decode(codec, errors="ignore").count("\ufffd")
    return Decoded(_lines(text), name, text.count("\ufffd") - own)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")


def _sixteen_bits(content: bytes) -> str:
    """The byte order of unmarked UTF-16, told by where the zero bytes stand; else nothing."""
    half = len(content) // 2
    if len(content) % 2 or not half:
        return ""
    even, odd = content[::2].count(0) / half, content[1::2].count(0) / half
    if odd >= _LEAST_NULS and even < 0.05:
        return "utf-16-le"
    if even >= _LEAST_NULS and odd < 0.05:
        return "utf-16-be"
    return ""


def _check_text(content: bytes) -> None:
    controls = len(content) - len(content.translate(None, _CONTROLS))
    if controls > max(4, _MOST_CONTROLS * len(content)):
        raise InputError(
            f"{controls} of {len(content)} bytes are control characters: this is not text in "
            "UTF-8, UTF-16 or cp1252. Save it as UTF-8 or leave it out."
        )
