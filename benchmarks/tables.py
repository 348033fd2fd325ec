"""What the kept measurements say, as Markdown: `tables.py --write docs/benchmarks.md`.

Nothing is measured here. A part of which there are no measurements stays as it is in the page.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import engine_table
import results
import roofline
import scaling
import start_up
from page import write_part

PARTS: dict[str, Callable[[list[results.Record]], Iterator[str]]] = {
    "engine": engine_table.lines,
    "scaling": scaling.lines,
    "roofline": roofline.lines,
    "start_up": start_up.lines,
}


def main() -> None:
    """Print the parts, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of results")
    parser.add_argument("--write", type=Path, help="the page to write the parts into")
    options = parser.parse_args()
    for part, lines_of in PARTS.items():
        if records := results.read(part, options.results):
            lines = list(lines_of(records))
            print("\n".join([*lines, ""]))
            if options.write:
                write_part(options.write, part, lines)


if __name__ == "__main__":
    main()
