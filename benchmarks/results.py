"""Where measurements are kept: a file of JSON lines, one measurement a line, the last one valid."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

Record = dict[str, Any]

FOLDER = Path(__file__).resolve().parent / "results"


def read(name: str, folder: Path = FOLDER) -> list[Record]:
    """All measurements of a kind, oldest first; none where the file is not there."""
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def append(name: str, record: Record, folder: Path = FOLDER) -> None:
    """Add a measurement."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


def latest(records: Iterable[Record], fields: tuple[str, ...]) -> dict[tuple[Any, ...], Record]:
    """The last measurement for each value of the fields, in the order of their first."""
    return {tuple(record[field] for field in fields): record for record in records}


def machine() -> Record:
    """What the figures depend on beside the package: processor, cores, memory, versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version_of(name) for name in ("numpy", "scipy", "numba")},
    }


def machines(records: Iterable[Record]) -> str:
    """A sentence with every machine that the records were made on."""
    names = {_name(record["machine"]) for record in records if "machine" in record}
    return f"Machine: {'; '.join(sorted(names))}."


def version_of(package: str) -> str | None:
    """The installed version; None where it is run from its source or is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _name(machine: Record) -> str:
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}, numpy {machine['numpy']}, numba "
        f"{machine['numba']}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> int | None:
    if "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)
