"""How fast and how good topoi's LDA is beside other packages, measured one fit at a time.

Every fit runs in a process of its own, product and peers in turn. Results are added to
benchmarks/results/engine.jsonl; what is there already from this processor is not measured again
unless asked. `tables.py` makes Markdown of them. Leave the machine alone while it runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import fresh
import results
from corpora import CACHE, NAMES, REPORTED, default_corpora, is_here, prepare
from peers import ENGINES, source_hash

KEY = ("processor", "corpus", "k", "engine", "seed", "repeat")
QUICK = {"docs": 150, "iterations": 3}
FULL = {"docs": None, "iterations": None}


def main() -> None:
    """Measure what was asked for and is not there yet."""
    options = _options()
    folder = CACHE / "quick" if options.quick else options.results
    corpora = _corpora(options.corpus)
    prepare(corpora)
    known = results.latest(results.read("engine", folder), KEY)
    _name_outdated(list(known.values()))
    for key in _plan(options, corpora):
        if tuple(key.values()) in known and not options.again:
            continue
        record = key | _measured(key, QUICK if options.quick else FULL, options.limit)
        results.append("engine", record, folder)
        print(_line(record), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", nargs="+", choices=NAMES)
    parser.add_argument("--k", nargs="+", type=int, default=[50], help="numbers of topics")
    parser.add_argument("--engine", "--peer", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--repeats", type=int, default=1, help="measurements of each seed")
    parser.add_argument("--again", action="store_true", help="measure also what is there already")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for one measurement")
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of results")
    parser.add_argument(
        "--quick", action="store_true", help="a trial: 150 documents, 3 iterations, kept in runs/"
    )
    return parser.parse_args()


def _corpora(asked: list[str] | None) -> list[str]:
    """Those asked for that are here; unasked the reported ones."""
    if asked is None:
        return default_corpora(REPORTED)
    if missing := [name for name in asked if not is_here(name)]:
        print(f"not on this machine, left out: {', '.join(missing)}", file=sys.stderr)
    return list(filter(is_here, asked))


def _name_outdated(known: list[results.Record]) -> None:
    """Say how many measurements are of other sources of topoi than those here."""
    sources = [record["source"] for record in known if "source" in record]
    if old := sum(source != source_hash() for source in sources):
        print(
            f"{old} of {len(sources)} measurements of topoi are of other sources; renew them with "
            "--engine topoi --again",
            file=sys.stderr,
        )


def _plan(options: argparse.Namespace, corpora: list[str]) -> Iterator[results.Record]:
    """All engines in turn for each seed; who begins changes from round to round."""
    processor = results.machine()["processor"]
    for corpus in corpora:
        for k in options.k:
            for repeat in range(options.repeats):
                for turn, seed in enumerate(options.seeds):
                    first = (turn + repeat) % len(options.engine)
                    for engine in options.engine[first:] + options.engine[:first]:
                        place = (processor, corpus, k, engine, seed, repeat)
                        yield dict(zip(KEY, place, strict=True))


def _measured(key: results.Record, size: results.Record, limit: float) -> results.Record:
    settings = {name: key[name] for name in ("corpus", "k", "engine", "seed")} | size
    return fresh.ask("measure.py", settings, limit=limit)


def _line(record: results.Record) -> str:
    name = " ".join(f"{record[field]}" for field in KEY[1:])
    if "failed" in record:
        return f"{name}: {record['failed']}"
    return (
        f"{name}: {record['seconds']:.1f} s, {record['peak_mib']:.0f} MiB, perplexity "
        f"{record['perplexity']:.0f} (prior {record['prior']}), NPMI {record['npmi']:.3f}, "
        f"diversity {record['diversity']:.2f}"
    )


if __name__ == "__main__":
    main()
