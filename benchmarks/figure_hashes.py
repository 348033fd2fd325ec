"""Are figures and runs the same bytes on machines that are set up unlike, in a new process each?

`topoi figures` makes each set twice, and `topoi run` the results of the bundled corpus, with other
threads, hash seed, time zone, locale, BLAS kernel, vector instructions and processor to compile
for. The set of the White House is made where its text is. Ends with 1 if a file differs.
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
        all_same.append(print_run())
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
    """A table of the files of a set; whether all are the same."""
    settings = SETS[name]
    command = ["figures", *([str(settings)] if settings else [])]
    first, second = (hashes(command, machine) for machine in MACHINES)
    return print_files(f"figures/{name}", committed(name, first), first, second)


def print_run() -> bool:
    """A table of the files of a run of the bundled corpus, report.html among them."""
    command = ["run", "--source", "data/sample/documents", "--by", "source"]
    first, second = (hashes(command, machine) for machine in MACHINES)
    return print_files("a run", "`topoi run --by source` of the bundled corpus.", first, second)


def print_files(title: str, note: str, first: dict[str, str], second: dict[str, str]) -> bool:
    """A table with a row for each file; whether all are the same."""
    files = sorted({*first, *second})
    n_same = sum(first.get(file) == second.get(file) for file in files)
    print(f"\n### {title}: {n_same} of {len(files)} files are the same")
    print(f"\n{note}\n\n| file | sha256, A | sha256, B | same |\n|---|---|---|---|")
    for file in files:
        pair = [f"`{found.get(file, 'none')[:_DIGITS]}`" for found in (first, second)]
        print(f"| {file} | {pair[0]} | {pair[1]} | {'yes' if pair[0] == pair[1] else 'no'} |")
    return n_same == len(files)


def hashes(command: list[str], machine: str) -> dict[str, str]:
    """sha256 of each file that a command of topoi makes on a machine set up so."""
    workers, *rest = MACHINES[machine].items()
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", f"{folder}/out", "--workers", workers[1]]
        subprocess.run(
            [sys.executable, "-m", "topoi", *command, *out],
            env={**os.environ, **{key: value for key, value in rest if value}},
            cwd=ROOT,  # settings name the corpus as it is named here
            stdout=subprocess.DEVNULL,
            check=True,
        )
        manifest = Path(folder, "out", "manifest.json").read_text(encoding="utf-8")
        return json.loads(manifest)["outputs"]


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
