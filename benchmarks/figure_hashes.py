"""Are the figures the same bytes on machines that are set up unlike, each time in a new process?

`topoi figures` makes each set twice, with other threads, hash seed, time zone, locale, BLAS kernel,
vector instructions and processor to compile for. The set of the White House is made where its text
is. Ends with 1 if a file differs.
"""

from __future__ import annotations

import argparse
import json
import locale
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from page import add_write, printed_into

from topoi.plots.render import drawing_versions

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "figures"
SETS = {"sample": None, "white_house": FIGURES / "white_house.toml"}
MACHINES = {
    "A": {
        "workers": "1",
        "PYTHONHASHSEED": "1",
        "TZ": "UTC",
        "LC_ALL": "C",
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": "",
        "NUMBA_CPU_NAME": "",
    },
    "B": {
        "workers": "4",
        "PYTHONHASHSEED": "77",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "de_DE.UTF-8",
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
        "NUMBA_CPU_NAME": "generic",
    },
}
_DIGITS = 12  # of a sha256 that are shown


def main() -> None:
    """Print how the machines are set up, and for each set the hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    arguments = parser.parse_args()
    with printed_into(arguments.write, "hashes", is_markdown=True):
        print_machines()
        all_same = [print_set(name) for name, settings in SETS.items() if is_here(settings)]
    sys.exit(not all(all_same))


def is_here(settings: Path | None) -> bool:
    """Whether the text that the settings name is on this machine."""
    if settings is None:
        return True
    named = tomllib.loads(settings.read_text(encoding="utf-8"))["source"]
    return (settings.parent / named).exists()


def print_machines() -> None:
    """A table with a row for each thing that is set."""
    print("| set to | A | B |\n|---|---|---|")
    for name, first in MACHINES["A"].items():
        print(f"| {name} | {shown(name, first)} | {shown(name, MACHINES['B'][name])} |")
    print(f"\nDrawn with: {', '.join(f'{k} {v}' for k, v in drawing_versions().items())}.")


def shown(name: str, value: str) -> str:
    """What a row says of a value; a locale that the system lacks changes little."""
    if name == "LC_ALL" and not has_locale(value):
        return f"`{value}` (not on this machine)"
    return f"`{value}`" if value else "as it is"


def has_locale(name: str) -> bool:
    """Whether the system knows a locale."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_ALL, before)
    return True


def print_set(name: str) -> bool:
    """A table with a row for each file; whether all are the same."""
    first, second = (hashes(name, machine) for machine in MACHINES)
    files = sorted({*first, *second})
    n_same = sum(first.get(file) == second.get(file) for file in files)
    print(f"\n### figures/{name}: {n_same} of {len(files)} files are the same")
    print(
        f"\n{committed(name, first)}\n\n| file | sha256, A | sha256, B | same |\n|---|---|---|---|"
    )
    for file in files:
        pair = [f"`{found.get(file, 'none')[:_DIGITS]}`" for found in (first, second)]
        print(f"| {file} | {pair[0]} | {pair[1]} | {'yes' if pair[0] == pair[1] else 'no'} |")
    return n_same == len(files)


def hashes(name: str, machine: str) -> dict[str, str]:
    """sha256 of each file that `topoi figures` makes of a set on a machine set up so."""
    workers, *rest = MACHINES[machine].items()
    settings = SETS[name]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "topoi", "figures", *([settings] if settings else [])]
        subprocess.run(
            [*map(str, command), "--out", folder, "--workers", workers[1]],
            env={**os.environ, **{key: value for key, value in rest if value}},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return json.loads(Path(folder, "manifest.json").read_text(encoding="utf-8"))["outputs"]


def committed(name: str, found: dict[str, str]) -> str:
    """Whether the files in the checkout are those of A."""
    manifest = FIGURES / name / "manifest.json"
    if not manifest.is_file():
        return "The checkout does not hold this set."
    kept = json.loads(manifest.read_text(encoding="utf-8"))["outputs"]
    other = sorted(file for file in {*kept, *found} if kept.get(file) != found.get(file))
    return f"In the checkout these are other: {', '.join(other)}." if other else (
        "They are those of the checkout."
    )  # fmt: skip


if __name__ == "__main__":
    main()
