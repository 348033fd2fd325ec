"""How much memory, how many cores and how much room on disk does this process have?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from topoi.doctor.check import Check

__all__ = ["cores", "free_memory", "machine_checks", "size_told"]

_LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)
_LITTLE_MEMORY = 2 * 10**9
_LITTLE_DISK = 10**9


def free_memory() -> int | None:
    """Bytes that a process can still have, by the system and its container; None if unknown."""
    found = [each for each in (_system_memory(), *map(_container_memory, _LIMITS)) if each]
    return min(found, default=None)


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine_checks() -> Iterator[Check]:
    """Cores, memory, and whether temporary files can be written."""
    n_cores = cores()
    yield Check("cores", "ok", f"{n_cores}", f"--workers {n_cores} uses them" * (n_cores > 1))
    free = free_memory()
    if free is None:
        yield Check("memory", "note", "this system does not say how much is free")
    elif free < _LITTLE_MEMORY:
        yield Check("memory", "note", f"{size_told(free)} free", "Close other programs.")
    else:
        yield Check("memory", "ok", f"{size_told(free)} free")
    yield _temporary()


def size_told(n_bytes: float) -> str:
    """The size in words: 1.2 GB, 340 MB, 0.5 MB."""
    if n_bytes >= 1e9:
        return f"{n_bytes / 1e9:.1f} GB"
    return f"{n_bytes / 1e6:.{1 if n_bytes < 1e7 else 0}f} MB"


def _temporary() -> Check:
    place = gettempdir()
    try:
        with TemporaryDirectory(prefix="topoi-") as folder:
            (Path(folder) / "x").write_bytes(b"x")
        free = shutil.disk_usage(place).free
    except OSError as error:
        told = f"{place} cannot be written to: {error.strerror}"
        return Check("temporary files", "fault", told, "Set TMPDIR to a folder that can.")
    if free < _LITTLE_DISK:
        told = f"{place}, {size_told(free)} free"
        return Check("temporary files", "note", told, "Make room.")
    return Check("temporary files", "ok", f"{place}, {size_told(free)} free")


def _system_memory() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _container_memory(files: tuple[str, str]) -> int | None:
    try:
        limit, used = (Path(file).read_text(encoding="ascii").strip() for file in files)
        return None if limit == "max" else max(int(limit) - int(used), 0)
    except (OSError, ValueError):
        return None
