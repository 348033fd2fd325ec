"""Which of many million changed inputs breaks a target? `make fuzz` runs this for ten minutes.

Each target has a process of its own, with a limit of memory and of time for an input. Where
atheris is installed it guides the changes by what the code does; else inputs are changed blindly.
What was a fault is kept in build/fuzz/<target>/; made small it belongs into
tests/fuzz/found/<target>/, where the suite finds it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "fuzz"
MEMORY = 4 * 2**30  # bytes of address space
SLOW = 10  # seconds of processor time for an input
_INSTRUMENTED = ("topoi", "tomllib", "csv", "json", "zipfile", "tarfile")


class SlowError(Exception):
    """An input took too long."""


def main() -> None:
    """Run all targets or those named, print a table, and end with 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="all if left out")
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true", help="without atheris")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(given.targets[0], given.seconds, given.seed, is_blind=given.blind)
        return
    names = given.targets or _names()
    each = max(1, given.seconds // len(names))
    print(f"{'target':16} {'inputs':>10} {'faults':>7} {'seconds':>8}  first fault")
    found = [_run(name, each, given.seed, is_blind=given.blind) for name in names]
    print(f"{'all':16} {sum(f['inputs'] for f in found):10} {sum(f['faults'] for f in found):7}")
    sys.exit(any(f["faults"] for f in found))


def _names() -> list[str]:
    from fuzz.targets import TARGETS

    return list(TARGETS)


def _run(name: str, seconds: int, seed: int, *, is_blind: bool) -> dict[str, object]:
    """A target in a process of its own, and its line of the table."""
    told = OUT / name / "told.json"
    told.parent.mkdir(parents=True, exist_ok=True)
    told.unlink(missing_ok=True)
    words = [name, "--child", "--seconds", str(seconds), "--seed", str(seed)]
    begun = time.monotonic()
    with (OUT / name / "log.txt").open("wb") as log:
        ended = subprocess.run(
            [sys.executable, __file__, *words, *(["--blind"] if is_blind else [])],
            stdout=log,
            stderr=log,
            check=False,
        )
    found = {"inputs": 0, "faults": 0, "first": ""}
    with suppress(OSError, ValueError):
        found = json.loads(told.read_text())
    if ended.returncode not in (0, -signal.SIGPROF) and not found.get("is_done"):
        found["faults"] += 1
        found["first"] = found["first"] or f"the process ended with {ended.returncode}: see log.txt"
    took = time.monotonic() - begun
    print(f"{name:16} {found['inputs']:10} {found['faults']:7} {took:8.0f}  {found['first']:.90}")
    sys.stdout.flush()
    return found


class _Record:
    """Tries inputs on a target, and writes down how many and what broke it."""

    def __init__(self, name: str, seconds: int) -> None:
        from fuzz.targets import TARGETS, seeds, watch

        self.target, self.seeds = TARGETS[name], seeds(name)
        self.place = OUT / name
        self.inputs, self.kinds = 0, {}
        for data in self.seeds:  # kernels are compiled and packages loaded before all is watched
            with suppress(Exception):
                self.target(data)
        watch()
        signal.signal(signal.SIGPROF, _too_slow)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        self.ends = time.monotonic() + seconds
        self.told = 0.0

    def try_one(self, data: bytes) -> None:
        """Give the bytes to the target; a fault of a kind not seen yet is kept."""
        self.inputs += 1
        signal.setitimer(signal.ITIMER_PROF, SLOW)
        try:
            self.target(data)
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            self._note(error, data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if time.monotonic() - self.told > 1:
            self.tell()

    def _note(self, error: BaseException, data: bytes) -> None:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if "topoi" in f.filename]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        kind = f"{type(error).__name__} at {where}"
        if kind in self.kinds:
            return
        self.kinds[kind] = f"{kind}: {error!s:.100}"
        stem = hashlib.sha256(data).hexdigest()[:12]
        (self.place / stem).write_bytes(data)
        text = "".join(traceback.format_exception(error))
        (self.place / f"{stem}.txt").write_text(text, encoding="utf-8", errors="backslashreplace")

    def tell(self, *, is_done: bool = False) -> None:
        """Write down how far it is."""
        self.told = time.monotonic()
        first = next(iter(self.kinds.values()), "")
        told = {"inputs": self.inputs, "faults": len(self.kinds), "first": first}
        (self.place / "told.json").write_text(json.dumps({**told, "is_done": is_done}))


def _too_slow(*_: object) -> None:
    raise SlowError(f"more than {SLOW} seconds")


def _child(name: str, seconds: int, seed: int, *, is_blind: bool) -> None:
    if is_blind or not find_spec("atheris"):
        _blind(_Record(name, seconds), seed)
        return
    import atheris

    # numba cannot compile what atheris has changed.
    kernels = sorted((ROOT / "analysis" / "topoi" / "kernels").glob("*.py"))
    left = ["topoi.kernels", *(f"topoi.kernels.{path.stem}" for path in kernels)]
    with atheris.instrument_imports(include=list(_INSTRUMENTED), exclude=left):
        record = _Record(name, seconds)
    _guided(record, name, seconds, seed)


def _blind(record: _Record, seed: int) -> None:
    from fuzz.targets import mutated

    chance = random.Random(seed)
    pool = list(record.seeds)
    while time.monotonic() < record.ends:
        data = mutated(chance.choice(pool), chance, pool)
        record.try_one(data)
        if record.inputs % 50 == 0:  # go on from what was changed already
            pool = [*record.seeds, *pool[len(record.seeds) :][-200:], data]
    record.tell(is_done=True)


def _guided(record: _Record, name: str, seconds: int, seed: int) -> None:
    import atheris

    begin = OUT / name / "corpus"
    begin.mkdir(exist_ok=True)
    for number, data in enumerate(record.seeds):
        (begin / f"seed {number}").write_bytes(data)
    flags = [f"-max_total_time={seconds}", f"-seed={seed}", "-rss_limit_mb=0", "-max_len=60000"]

    def one(data: bytes) -> None:
        record.try_one(data)
        if time.monotonic() > record.ends:
            record.tell(is_done=True)

    atheris.Setup([sys.argv[0], *flags, str(begin)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests")]
    main()
