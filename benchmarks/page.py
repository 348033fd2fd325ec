"""Which part of docs/benchmarks.md a benchmark writes: what stands between its two markers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def write_part(page: Path, part: str, lines: Iterable[str]) -> None:
    """Put lines between the markers of a part; the rest of the page stays as it is.

    Raises
    ------
    ValueError
        If the page does not have each marker of the part once, in order.
    """
    begin, end = f"<!-- {part}: begin -->\n", f"<!-- {part}: end -->\n"
    text = page.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(
            f"{page} must have the lines {begin.strip()} and {end.strip()} once each, in this "
            "order; put them where the part belongs."
        )
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{_block(lines)}\n{end}{after}", encoding="utf-8")


def _block(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
