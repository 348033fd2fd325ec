"""How fast does the explorer open, and follow a search, with many passages?

A key is one letter more in the search field, until the page has been drawn anew.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from enlarged import TYPED, enlarged
from explorers import OPENINGS, chromium, opened, opening
from page import add_write, printed_into

from topoi.io.run_files import open_run
from topoi.report.page import report_page
from topoi.run_report.facts import run_facts


def main() -> None:
    """Make the page, open and search it, print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, default=Path("runs/demo"), help="as make demo leaves")
    parser.add_argument("--passages", type=int, default=10_000)
    add_write(parser)
    options = parser.parse_args()
    facts = run_facts(*open_run(options.run))
    if facts.explorer is None:
        raise ValueError("the run has no explorer")
    html = report_page(replace(facts, explorer=enlarged(facts.explorer, options.passages)))
    with tempfile.TemporaryDirectory() as folder, printed_into(options.write, "large"):
        path = Path(folder) / "large.html"
        path.write_text(html, encoding="utf-8")
        print_measured(path, options.passages)


def print_measured(path: Path, n: int) -> None:
    """Size of the page, seconds to open it, milliseconds of a key."""
    load = os.getloadavg()[0]
    with chromium() as browser:
        seconds = opening(browser, path, None)
        with opened(browser, path, answers=None) as (page, _):
            keys = [key for _ in range(OPENINGS) for key in page.evaluate(TYPED)]
    print(f"{n:,} passages, {path.stat().st_size / 1e6:.1f} MB (load before: {load:.1f})")
    print(f"from a new window to the first topic on the map: {seconds:.1f} s")
    print(f"a key in the search: median {median(keys):.0f} ms, slowest {max(keys):.0f} ms")


if __name__ == "__main__":
    main()
