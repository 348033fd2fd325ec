"""How well theme shares agree with codes, beside other ways to measure themes.

`make bench-themes` writes docs/benchmarks-themes.md. Results of each task and method are added to
benchmarks/results/themes.jsonl. What is there is not measured again, but for methods with other
settings, `fit_themes` after a change of its source, and what `--again` asks for. The bundled
corpus is always there, the other texts only where the folder ../shared/data is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import results
import theme_table
from corpora import CACHE
from page import write_part
from theme_counting import seeds
from theme_methods import METHODS, Method, own_source
from theme_tasks import HELD_OUT, TASKS, Scores, Task, is_here, task

from topoi.provenance import counts_hash

NAME = "themes"
KEY = ("task", "method")
_DIGITS = 5


def main() -> None:
    """Measure what was asked for and is not there yet; print the tables, and write them."""
    options = _options()
    known = results.latest(results.read(NAME, options.results), KEY)
    for key in _tasks(options):
        for name in options.method:
            method = METHODS[name]
            if (key, name) in known and not options.again and not _is_outdated(known[key, name]):
                continue
            if not _is_installed(method):
                print(f"{method.package} is not installed; {name} left out", file=sys.stderr)
                continue
            record = _measured(task(key), name, anew=options.again)
            results.append(NAME, record, options.results)
            print(f"{key} {name}: {record['seconds']:.0f} s", file=sys.stderr, flush=True)
    lines = list(theme_table.lines(_of_these(options), _held_out(options)))
    print("\n".join(lines))
    if options.write:
        write_part(options.write, NAME, lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--method", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument(
        "--held-out",
        nargs="*",
        choices=HELD_OUT,
        help="score the batches kept for the end, or those named; once, when settings are final",
    )
    parser.add_argument("--again", action="store_true", help="measure also what is there already")
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of results")
    parser.add_argument("--write", type=Path, help="the page to write the tables into")
    return parser.parse_args()


def _tasks(options: argparse.Namespace) -> list[str]:
    asked = options.task if options.held_out is None else options.held_out or list(HELD_OUT)
    if missing := [key for key in asked if not is_here(key)]:
        print(f"not on this machine, left out: {', '.join(missing)}", file=sys.stderr)
    return list(filter(is_here, asked))


def _is_outdated(record: results.Record) -> bool:
    """Whether it has other settings, or is of the method under test, whose source has changed.

    What was held out stays as it was scored once.
    """
    if record["task"] in HELD_OUT:
        return False
    method = METHODS[record["method"]]
    is_old = method.is_own and record["source"] != own_source()
    return is_old or record["settings"] != method.settings_for(task(record["task"]))


def _is_installed(method: Method) -> bool:
    return method.package in ("topoi", "scikit-learn") or find_spec(method.package) is not None


def _measured(on: Task, name: str, *, anew: bool) -> results.Record:
    method = METHODS[name]
    began = time.perf_counter()
    scores = _scores(on, name, anew=anew)
    return {
        "task": on.key,
        "method": name,
        "package": method.package,
        "version": results.version_of(method.package),
        "settings": method.settings_for(on),
        "seconds": round(time.perf_counter() - began, 1),
        "counts": counts_hash(on.matrix)[:8],
        **({"source": own_source()} if method.is_own else {}),
        "machine": results.machine(),
        "scores": [[_rounded(value) for value in row] for row in scores],
    }


def _scores(on: Task, name: str, *, anew: bool) -> Scores:
    """Scores (C, 3) of the coded units.

    Those of all rows are kept in runs/, so that two tasks of the same counts need one fit.
    """
    method = METHODS[name]
    settings = method.settings_for(on)
    if method.of_units:
        return method.run(on, **settings)
    source = own_source() if method.is_own else ""
    what = [counts_hash(on.matrix), seeds(on).tolist(), name, settings, source]
    digest = hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]
    path = CACHE / "themes" / f"{name}-{digest}.npy"
    if anew or not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, method.run(on, **settings))
    return on.of_units(np.load(path))


def _rounded(value: np.float64) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _of_these(options: argparse.Namespace) -> list[results.Record]:
    """What is kept of the tasks that are scored in the open, the latest of each."""
    return _latest(options, list(TASKS))


def _held_out(options: argparse.Namespace) -> list[results.Record]:
    return _latest(options, list(HELD_OUT))


def _latest(options: argparse.Namespace, keys: list[str]) -> list[results.Record]:
    """In the order of tasks and methods; of texts that are on this machine."""
    kept = results.latest(results.read(NAME, options.results), KEY)
    pairs = [(key, name) for key in keys for name in METHODS if (key, name) in kept]
    return [kept[pair] for pair in pairs if is_here(pair[0])]


if __name__ == "__main__":
    main()
