"""Which characters the bytes of a text file stand for."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from topoi.errors import InputError

__all__ = ["Decoded", "Encoding", "decode", "find_encoding", "text_lines", "without_surrogates"]

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
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"  # bytes that mean nothing in cp1252
_MOST_CONTROLS = 0.02
_LEAST_NULS = 0.3
_LEAST_SOUND = 0.8
_BY_LINE = ", lines with none of it as cp1252"
_BLOCK = 2**20  # even, so that a byte's place in its block tells whether its place is even


class Encoding(NamedTuple):
    """How the bytes of a file become text.

    codec : Python's name of it
    name : the codec, with " with mark" where a byte order mark named it, and with what is done
        about lines that are another one
    skip : bytes of the mark
    is_flawed : whether some bytes mean nothing in it and become U+FFFD
    """

    codec: str
    name: str
    skip: int = 0
    is_flawed: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the file is UTF-8 without a mark, with nothing to report."""
        return self.name == "utf-8" and not self.is_flawed

    @property
    def is_mended(self) -> bool:
        """Whether each line is looked at by itself, with bytes that are no UTF-8 as surrogates."""
        return self.is_flawed and self.codec == "utf-8"

    @property
    def errors(self) -> str:
        """What the codec does with bytes that mean nothing."""
        if self.is_mended:
            return "surrogateescape"
        return "replace" if self.is_flawed else "strict"


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

    A file is UTF-8, too, where four of five characters beyond ASCII are sound in it: a byte that
    was cut off or pasted in, or a row of another program, does not make another encoding of the
    rest. Of its lines those that hold no sound one are cp1252, as rows of tables may be that were
    put together; what is unsound in others becomes U+FFFD.

    Raises
    ------
    InputError
        If the bytes are not text in any of these (many control characters).
    """
    encoding = find_encoding(io.BytesIO(content))
    body = content[encoding.skip :]
    text = _lines(body.decode(encoding.codec, encoding.errors))
    if not encoding.is_flawed:
        return Decoded(text, encoding.name, 0)
    # Only what is replaced counts, not a U+FFFD that the file itself holds.
    own = 0
    if encoding.codec != "cp1252":
        own = body.decode(encoding.codec, errors="ignore").count("\ufffd")
    if encoding.is_mended:
        text = "\n".join(map(_mended, text.split("\n")))
    return Decoded(text, encoding.name, text.count("\ufffd") - own)


def find_encoding(file: BinaryIO) -> Encoding:
    """The encoding of a file by `decode`'s rule, in one pass that keeps no more than a block.

    Raises
    ------
    InputError
        As `decode` does.
    """
    file.seek(0)
    head = file.read(4)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            skip = _marks(file, mark)
            is_flawed = not _decodes(_blocks(file, skip), codec)
            told = f"{codec} with mark{_BY_LINE if is_flawed and codec == 'utf-8' else ''}"
            return Encoding(codec, told, skip, is_flawed)
    look = _Look()
    for block in _blocks(file, 0):
        look.add(block)
    sixteen = look.sixteen_bits()
    if sixteen:
        return Encoding(sixteen, sixteen, is_flawed=not _decodes(_blocks(file, 0), sixteen))
    look.check_text()
    if look.is_utf8():
        is_flawed = look.unsound > 0
        return Encoding("utf-8", f"utf-8{_BY_LINE if is_flawed else ''}", is_flawed=is_flawed)
    return Encoding("cp1252", "cp1252", is_flawed=look.undefined > 0)


def text_lines(file: BinaryIO, encoding: Encoding, *, longest: int) -> Iterator[str]:
    """The lines of a file with a newline at their ends, read block by block.

    Of a line with more than `longest` characters only the beginning is given: more than
    `longest` characters, without an end.
    """
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding.codec)(encoding.errors), translate=True
    )
    lines = _split(_decoded_blocks(file, encoding, decoder), longest)
    return map(_mended, lines) if encoding.is_mended else lines


def _decoded_blocks(
    file: BinaryIO, encoding: Encoding, decoder: io.IncrementalNewlineDecoder
) -> Iterator[str]:
    for block in _blocks(file, encoding.skip):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def without_surrogates(text: str) -> tuple[str, int]:
    """The text with lone surrogates, which no encoding can write, as U+FFFD, and their number."""
    return _SURROGATE.subn("\ufffd", text)


class _Look:
    """What a first pass over the bytes of a file without a mark finds, block by block."""

    def __init__(self) -> None:
        self.size = 0
        self.controls = 0
        self.undefined = 0
        self.zeros = [0, 0]
        self.sound = 0  # characters beyond ASCII
        self.unsound = 0  # bytes that are none in UTF-8
        self._utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def add(self, block: bytes) -> None:
        self.size += len(block)
        self.controls += len(block) - len(block.translate(None, _CONTROLS))
        if 0 in block:
            self.zeros[0] += block[::2].count(0)
            self.zeros[1] += block[1::2].count(0)
        self._look_at(self._utf8.decode(block))
        self.undefined += len(block) - len(block.translate(None, _UNDEFINED))

    def is_utf8(self) -> bool:
        """Whether the bytes are UTF-8 but for few; to be asked once, after the last block."""
        self._look_at(self._utf8.decode(b"", final=True))
        return self.sound >= _LEAST_SOUND * (self.sound + self.unsound)

    def _look_at(self, text: str) -> None:
        """Count what is not ASCII; bytes that are no UTF-8 stand in the text as surrogates."""
        if text.isascii():
            return
        unsound = len(text) - len(text.encode("utf-8", "ignore").decode("utf-8"))
        self.unsound += unsound
        self.sound += len(text) - len(text.encode("ascii", "ignore")) - unsound

    def sixteen_bits(self) -> str:
        """The byte order of unmarked UTF-16, told by where the zero bytes stand; else nothing."""
        half = self.size // 2
        if self.size % 2 or not half:
            return ""
        even, odd = self.zeros[0] / half, self.zeros[1] / half
        if odd >= _LEAST_NULS and even < 0.05:
            return "utf-16-le"
        if even >= _LEAST_NULS and odd < 0.05:
            return "utf-16-be"
        return ""

    def check_text(self) -> None:
        if self.controls > max(4, _MOST_CONTROLS * self.size):
            raise InputError(
                f"{self.controls} of {self.size} bytes are control characters: this is not text "
                "in UTF-8, UTF-16 or cp1252. Save it as UTF-8 or leave it out."
            )


def _marks(file: BinaryIO, mark: bytes) -> int:
    """How many bytes of marks a file begins with; a program may have put one before another."""
    skip = 0
    file.seek(0)
    while file.read(len(mark)) == mark:
        skip += len(mark)
    return skip


def _blocks(file: BinaryIO, start: int) -> Iterator[bytes]:
    file.seek(start)
    while block := file.read(_BLOCK):
        yield block


def _decodes(blocks: Iterable[bytes], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    return all(_goes_on(decoder, block) for block in blocks) and _goes_on(decoder, b"", final=True)


def _goes_on(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _split(blocks: Iterable[str], longest: int) -> Iterator[str]:
    """The lines of a text that comes in blocks; each character is looked at a few times only."""
    begun: list[str] = []
    length = 0
    for block in blocks:
        *whole, rest = block.split("\n")
        for line in whole:
            yield _joined(begun, line, longest)
            begun, length = [], 0
        if rest and length <= longest:
            begun.append(rest)
            length += len(rest)
    if begun:
        yield "".join(begun)[: longest + 1]


def _joined(begun: list[str], line: str, longest: int) -> str:
    whole = "".join(begun) + line if begun else line
    return f"{whole}\n" if len(whole) <= longest else whole[: longest + 1]


def _mended(line: str) -> str:
    """A line with its bytes that are no UTF-8, which stand in it as surrogates, as characters."""
    others = line if line.isascii() else _SURROGATE.sub("", line)
    if len(others) == len(line):
        return line
    codec = "cp1252" if others.isascii() else "utf-8"
    return line.encode("utf-8", "surrogateescape").decode(codec, "replace")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
