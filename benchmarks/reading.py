"""How fast each kind of file is read, and how much memory reading in parts takes.

    python benchmarks/reading.py [folder of the real corpora] [--write docs/benchmarks-corpus.md]

The texts of wh_briefings are written once in every form; each form is read in a process of its
own, three times, and the best time counts. Megabytes are those of the texts in UTF-8.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
from page import add_write, printed_into

HOME = Path(__file__).resolve().parents[2] / "shared" / "data"
TIMED = """
import sys, time, topoi
best = 1e9
for _ in range(3):
    begun = time.perf_counter()
    corpus = topoi.read_corpus(sys.argv[1], covariates=[])
    best = min(best, time.perf_counter() - begun)
print(len(corpus), sum(len(text.encode()) for text in corpus.texts) / best / 1e6)
"""
# Not `resource`: its peak is that of the process that started this one, where that is higher.
PEAK = """
import sys, topoi
if sys.argv[2] == "parts":
    n = sum(len(part) for part in topoi.read_parts(sys.argv[1], rows=500))
elif sys.argv[2] == "whole":
    n = len(topoi.read_corpus(sys.argv[1]))
else:
    import pyarrow.parquet
    n = (topoi.read_parts, topoi.read_corpus) and 0
with open("/proc/self/status") as status:
    print(n, next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024)
"""


def written(frame: pd.DataFrame, folder: Path) -> list[Path]:
    """The same texts in every form."""
    csv, jsonl, parquet = (folder / f"t.{kind}" for kind in ("csv", "jsonl", "parquet"))
    texts, packed, tarred = folder / "texts", folder / "t.zip", folder / "t.tar.gz"
    frame.to_csv(csv, index=False)
    records = frame.to_dict("records")
    jsonl.write_text("".join(json.dumps(row) + "\n" for row in records), encoding="utf-8")
    frame.to_parquet(parquet, index=False)
    texts.mkdir()
    for number, text in enumerate(frame["text"]):
        (texts / f"{number:05}.txt").write_text(text, encoding="utf-8")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(texts.iterdir()):
            archive.write(path, path.name)
    with tarfile.open(tarred, "w:gz", compresslevel=6) as archive:
        for path in sorted(texts.iterdir()):
            archive.add(path, path.name)
    return [parquet, csv, jsonl, texts, packed, tarred]


def answer(code: str, *arguments: object) -> tuple[int, float]:
    """The two numbers that a process of its own prints."""
    command = [sys.executable, "-W", "ignore", "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    number, figure = done.stdout.split()
    return int(number), float(figure)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, nargs="?", default=HOME, help="the real corpora")
    add_write(parser)
    given = parser.parse_args()
    with printed_into(given.write, "reading", is_markdown=True):
        print_forms(given.home)
        print_parts(given.home)


def print_forms(home: Path) -> None:
    """The White House briefings in every form."""
    frame = pd.read_parquet(home / "wh_briefings_2021_2025.parquet")[["id", "text", "date"]]
    print("| form | documents | MB/s |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory() as place:
        for path in written(frame, Path(place)):
            documents, speed = answer(TIMED, path)
            print(f"| {path.name} | {documents} | {speed:.0f} |", flush=True)


def print_parts(home: Path) -> None:
    """Peak memory of reading the Federal Register."""
    print("\n| federal_register_full.parquet | documents | peak MB |\n|---|---:|---:|")
    for how in ("nothing", "parts", "whole"):
        documents, peak = answer(PEAK, home / "federal_register_full.parquet", how)
        print(f"| {how} | {documents} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
