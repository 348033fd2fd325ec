"""How fast, and in how much memory, text becomes topics where it does not fit into memory.

`python benchmarks/scale.py` takes passages of the Federal Register shuffled into new documents:
for each size it reads, cleans, deduplicates, cuts and counts them in partitions on disk and fits
LDA to these, each in a process of its own. Then it fits the smallest in memory, by threads and by
1, 2 and 3 workers of a Dask cluster, also one whose workers are killed, and compares the bits.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fresh import ask
from page import add_write, printed_into
from scaled import BUILT, FEDERAL, FITTED, HASHED, SOURCE

TOKENS = (4e6, 40e6, 400e6)
WAYS = ("memory", "serial", "threads 2", "dask 1", "dask 2", "dask 3", "dask 2 kill")
LIMIT_GIB = 4
_SHORT = {
    "reading": "read",
    "looking for lines of many documents": "lines",
    "cleaning": "clean",
    "looking for copies": "copies",
    "cutting into passages": "cut",
    "counting": "count",
}
_LONG = 6 * 3600.0  # seconds


def main() -> None:
    """Measure each size and print it, then compare the bits."""
    given = arguments()
    with printed_into(given.write, "scale", is_markdown=True):
        print_curve(given)
        if given.ways:
            print_bits(given)
    if not given.keep:
        shutil.rmtree(given.folder, ignore_errors=True)


def arguments() -> argparse.Namespace:
    """What is to be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=float, nargs="+", default=TOKENS, help="words of text")
    parser.add_argument("--runs", type=int, default=3, help="of each size under 100 million words")
    parser.add_argument("--k", type=int, default=50, help="topics")
    parser.add_argument("--passes", type=int, default=20, help="passes of a fit")
    parser.add_argument("--jobs", type=int, default=2, help="processes and threads")
    parser.add_argument("--ways", nargs="*", default=WAYS, help="ways whose bits are compared")
    parser.add_argument("--text", default=str(FEDERAL), help="parquet with a column text")
    parser.add_argument("--folder", type=Path, default=Path("runs/scale"), help="room on a disk")
    parser.add_argument("--keep", action="store_true", help="leave the folder")
    add_write(parser)
    return parser.parse_args()


def print_curve(given: argparse.Namespace) -> None:
    """A row for each size."""
    print(
        f"LDA with {given.k} topics, {given.passes} passes and 4 draws; {given.jobs} processes or "
        "threads; seconds are medians, with the least and the most. Peak is all resident memory "
        "over that of a process with topoi loaded; own leaves mapped files out, whose pages the "
        "system takes back where it needs them, and counts the process whole.\n"
    )
    names = [
        *("words", "documents", "passages", *_SHORT.values(), "fit", "words/s"),
        *("peak MiB", "own MiB", f"< {LIMIT_GIB} GiB"),
    ]
    print(f"| {' | '.join(names)} |\n|{'---:|' * len(names)}")
    for tokens in sorted(given.tokens):
        runs = 1 if tokens > 1e8 else given.runs
        found = [one_run(given, tokens, number) for number in range(runs)]
        print(f"| {' | '.join(cells(found))} |", flush=True)


def one_run(given: argparse.Namespace, tokens: float, number: int) -> dict[str, Any]:
    """Records of the source, what was built of it, and the fit."""
    texts, work = given.folder / f"{tokens:.0f}" / "texts", given.folder / f"{tokens:.0f}" / "work"
    shutil.rmtree(work, ignore_errors=True)
    asked = {"folder": str(texts), "tokens": tokens, "text": given.text}
    source = _ask(SOURCE, asked) if number == 0 else {}
    built = _ask(BUILT, {"folder": str(texts), "work": str(work), "n_jobs": given.jobs})
    fit_settings = {"k": given.k, "passes": given.passes, "n_jobs": given.jobs}
    fitted = _ask(FITTED, {"work": str(work), **fit_settings})
    return {"source": source, "built": built, "fitted": fitted}


def cells(runs: Sequence[dict[str, Any]]) -> list[str]:
    """The cells of a size's row."""
    source, built = runs[0]["source"], runs[0]["built"]
    totals = [run["built"]["seconds"] + run["fitted"]["seconds"] for run in runs]
    peak, own = (
        max(run[part][name] for run in runs for part in ("built", "fitted"))
        for name in ("peak_mib", "own_mib")
    )
    steps = [_spread([run["built"]["steps"][name] for run in runs]) for name in _SHORT]
    rates = [source["words"] / seconds for seconds in totals]
    return [
        f"{source['words']:,}", f"{source['documents']:,}", f"{built['rows']:,}", *steps,
        _spread([run["fitted"]["seconds"] for run in runs]), _spread(rates), f"{peak:,.0f}",
        f"{own:,.0f}", "yes" if own < LIMIT_GIB * 1024 else "NO",
    ]  # fmt: skip


def print_bits(given: argparse.Namespace) -> None:
    """The hashes of each way, and whether they are one."""
    work = given.folder / f"{min(given.tokens):.0f}" / "work"
    print("\n| way | seconds | topics (sha256) | shares (sha256) | workers killed |")
    print("|---|---:|---|---|---:|")
    hashes = set()
    for way in given.ways:
        asked = {"work": str(work), "k": given.k, "passes": given.passes, "how": way}
        found = ask("scaled.py", {"way": HASHED, **asked}, limit=_LONG)
        if "failed" in found:
            print(f"| {way} | {found['failed']} | – | – | – |", flush=True)
            continue
        hashes.add((found["topics"], found["shares"]))
        print(
            f"| {way} | {found['seconds']:.0f} | `{found['topics'][:16]}` | "
            f"`{found['shares'][:16]}` | {found.get('killed', '–')} |",
            flush=True,
        )
    print(
        f"\nTopics and shares are {'the same' if len(hashes) == 1 else 'NOT the same'} every way."
    )


def _ask(way: str, settings: dict[str, Any]) -> dict[str, Any]:
    found = ask("scaled.py", {"way": way, **settings}, limit=_LONG)
    if "failed" in found:
        raise SystemExit(f"{way}: {found['failed']}")
    return found


def _spread(values: Sequence[float]) -> str:
    middle = f"{statistics.median(values):,.0f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.0f}–{max(values):,.0f})"


if __name__ == "__main__":
    main()
