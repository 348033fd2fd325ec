"""How fast, and in how much memory, a large corpus is read and cleaned in parts and as a whole.

`python benchmarks/corpus_streaming.py` takes the Federal Register of 2025. Each way is measured in
a process of its own; memory is the peak over what the process held before, with topoi loaded. In
parts the corpus is read and cleaned twice: first to count the lines that many documents share. The
texts must be the same every way.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpora import SHARED
from fresh import ask
from page import add_write, printed_into
from pyarrow import compute, parquet
from streamed import COUNTED, PARTS, WHOLE

ROWS = (500, 2000)


def main() -> None:
    """Measure each way and print a row of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", type=Path, default=SHARED / "federal_register_full.parquet")
    parser.add_argument("--rows", type=int, nargs=2, default=ROWS, help="documents of a part")
    add_write(parser)
    given = parser.parse_args()
    with printed_into(given.write, "streaming", is_markdown=True):
        print_ways(given.path, given.rows)


def print_ways(path: Path, rows: Sequence[int]) -> None:
    """The table, and whether the texts are the same."""
    size = megabytes(path)
    print(f"{path.name}: {size:.1f} MB of text.\n")
    print("| way | documents | seconds | MB/s | peak MiB |\n|---|---:|---:|---:|---:|")
    ways = [(WHOLE, 0), *((PARTS, number) for number in rows), (COUNTED, rows[0])]
    found = []
    for way, number in ways:
        record = ask("streamed.py", {"path": str(path), "way": way, "rows": number})
        print(f"| {shown(way, number)} | {cells(record, size)} |", flush=True)
        found.append(record)
    hashes = {record.get("sha256") for record in found}
    print(f"\nCleaned texts are {'the same' if len(hashes) == 1 else 'NOT the same'} every way.")


def megabytes(path: Path) -> float:
    """Of the texts in UTF-8."""
    texts = parquet.read_table(path, columns=["text"])["text"]
    return float(compute.sum(compute.binary_length(texts)).as_py()) / 1e6


def shown(way: str, rows: int) -> str:
    """What a way is called."""
    names = {
        WHOLE: "`read_corpus`, `clean`",
        PARTS: f"parts of {rows}: `frequent_lines`, `clean`",
        COUNTED: f"parts of {rows}: the same, `segment`, `vectorise_stream`",
    }
    return names[way]


def cells(record: dict[str, Any], size: float) -> str:
    """The figures of a record, or why there are none."""
    if "failed" in record:
        return f"{record['failed']} | – | – | –"
    seconds = record["seconds"]
    return (
        f"{record['documents']} | {seconds:.1f} | {size / seconds:.1f} | {record['peak_mib']:.0f}"
    )


if __name__ == "__main__":
    main()
