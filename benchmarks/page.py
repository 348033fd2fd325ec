"""Which part of a page in docs/ a benchmark writes: what stands between its two markers."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import results


def add_write(parser: argparse.ArgumentParser) -> None:
    """Give a benchmark the option --write, for `printed_into`."""
    parser.add_argument("--write", type=Path, metavar="PAGE", help="the page to write into, too")


@contextmanager
def printed_into(page: Path | None, part: str, *, is_markdown: bool = False) -> Iterator[None]:
    """What is printed meanwhile stands in the part of the page afterwards, with the machine.

    Nothing is written where there is no page or an error ends the measurement.

    Raises
    ------
    ValueError
        As `write_part`, before anything is measured.
    """
    if page is None:
        yield
        return
    _check(page, part)
    both = _Both()
    with redirect_stdout(both):
        yield
    printed = both.kept.getvalue().strip("\n").splitlines()
    block = printed if is_markdown else ["```text", *printed, "```"]
    write_part(page, part, [*block, "", results.machines([{"machine": results.machine()}])])


def write_part(page: Path, part: str, lines: Iterable[str]) -> None:
    """Put lines between the markers of a part; the rest of the page stays as it is.

    Raises
    ------
    ValueError
        If the page does not have each marker of the part once, in order.
    """
    text, begin, end = _check(page, part)
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{_block(lines)}\n{end}{after}", encoding="utf-8")


def _check(page: Path, part: str) -> tuple[str, str, str]:
    """The page and the two markers of the part, which are in it once each."""
    begin, end = f"<!-- {part}: begin -->\n", f"<!-- {part}: end -->\n"
    text = page.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(
            f"{page} must have the lines {begin.strip()} and {end.strip()} once each, in this "
            "order; put them where the part belongs."
        )
    return text, begin, end


class _Both(io.TextIOBase):
    """Passes on what is printed and keeps it."""

    def __init__(self) -> None:
        self.kept = io.StringIO()
        self._out = sys.stdout

    def write(self, text: str) -> int:
        self._out.write(text)
        return self.kept.write(text)

    def flush(self) -> None:
        self._out.flush()


def _block(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
