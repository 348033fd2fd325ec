"""Which files an import is given, and what their lines hold, read within limits."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from topoi.errors import InputError, listed
from topoi.io.archives import LIMITS

__all__ = ["beside", "fault", "lines", "main_file", "names_in", "number", "whole"]

_LONGEST_LINE = 2**26  # bytes
_MOST_UNPACKED = 2**36
_GZIP = b"\x1f\x8b"


def main_file(path: str | Path, *patterns: str) -> Path:
    """The file that was named, or the one file of a folder that one of the patterns finds.

    Patterns are tried in order; each also finds a name with .gz at its end.

    Raises
    ------
    InputError
        If there is no such file, or more than one.
    """
    place = Path(path)
    if place.is_file():
        return place
    if not place.is_dir():
        raise InputError(f"{place} is neither a folder nor a file. Check the path.")
    for pattern in patterns:
        found = sorted({*place.glob(pattern), *place.glob(f"{pattern}.gz")})
        if len(found) == 1:
            return found[0]
        if found:
            names = listed(file.name for file in found)
            raise InputError(f"{place} has several files {pattern}: {names}. Name the one to read.")
    raise InputError(
        f"{place} has no file {' or '.join(patterns)}, which this format is read from."
    )


def beside(file: Path, *names: str) -> Path | None:
    """The first of these names that is there in the folder of a file, maybe with .gz; else None."""
    for name in names:
        for each in (file.with_name(name), file.with_name(f"{name}.gz")):
            if each.is_file():
                return each
    return None


def lines(path: Path, *, with_ends: bool = False) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line, as a rule without its end; .gz is unpacked.

    Raises
    ------
    InputError
        If the file cannot be read, a line is no UTF-8 or too long, or it unpacks to too much.
    """
    try:
        with path.open("rb") as packed:
            is_gzip = packed.read(2) == _GZIP
            packed.seek(0)
            file = cast("BinaryIO", gzip.GzipFile(fileobj=packed)) if is_gzip else packed
            most = _most_bytes(path) if is_gzip else _MOST_UNPACKED
            for row, text in _decoded(file, path, most):
                yield row, text if with_ends else text.removesuffix("\n").removesuffix("\r")
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} is damaged or cannot be read: {error}.") from error


def names_in(path: Path) -> list[str]:
    """The lines of a file that names one thing a line; empty lines at its end are left out."""
    names = [text for _, text in lines(path)]
    while names and not names[-1]:
        names.pop()
    return names


def whole(text: str, path: Path, row: int, what: str, *, least: int = 0, most: int) -> int:
    """The whole number that a text is.

    Raises
    ------
    InputError
        If it is none or out of range; says file, row and what is allowed.
    """
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    if not is_number or not least <= int(text) <= most:
        raise fault(
            path, row, f"{what} must be a whole number from {least} to {most}; got {text!r}"
        )
    return int(text)


def number(text: str, path: Path, row: int, what: str, *, least: float = 0.0) -> float:
    """The finite number that a text is, not below `least`.

    Raises
    ------
    InputError
        If it is none; says file, row and what is allowed.
    """
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= least):
        raise fault(path, row, f"{what} must be a finite number >= {least:g}; got {text[:40]!r}")
    return value


def fault(path: Path, row: int, told: str) -> InputError:
    """The error that a row of a file is not as the format has it."""
    return InputError(f"{path}, row {row}: {told}.")


def _most_bytes(path: Path) -> int:
    return min(_MOST_UNPACKED, max(LIMITS.free, LIMITS.ratio * path.stat().st_size))


def _decoded(file: BinaryIO, path: Path, most: int) -> Iterator[tuple[int, str]]:
    row, size = 0, 0
    while line := file.readline(_LONGEST_LINE + 1):
        row += 1
        size += len(line)
        if len(line) > _LONGEST_LINE:
            raise fault(path, row, f"a line may have {_LONGEST_LINE} bytes at most")
        if size > most:
            raise InputError(
                f"{path} unpacks to more than {most} bytes, which is more than is allowed for its "
                "size. Unpack it and give what is in it, if you trust it."
            )
        try:
            text = line.decode("utf-8-sig" if row == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise fault(path, row, f"it is no UTF-8 ({error.reason})") from error
        yield row, text
