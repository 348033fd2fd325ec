"""How much memory a piece of work takes at its peak, over what was there before it."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

_MEGA = 2**20


class PeakMemory:
    """Begins at its making; `own` and `children` give the peaks since then, in MiB.

    On Linux memory freed before is given back and the kernel's high-water marks set back first;
    elsewhere a peak below an earlier one stays unseen, so begin in a fresh process.
    """

    def __init__(self) -> None:
        _settle()
        self._before = _peak(os.getpid())
        self._ended = _greatest_ended()
        self._children: dict[int, int] = {}
        for child in _children():
            _reset_peak(child)
            self._children[child] = _peak(child)

    def own(self) -> float:
        """Peak of this process, over what it held at the beginning."""
        return (_peak(os.getpid()) - self._before) / _MEGA

    def children(self) -> float:
        """Sum of the peaks of the processes it started, over what they held at the beginning.

        Of those that have ended since then only the greatest is known, and only if it is greater
        than any before. Pages shared with the parent count in full.
        """
        there = sum(_peak(child) - self._children.get(child, 0) for child in _children())
        ended = _greatest_ended()
        return max(there, ended if ended > self._ended else 0) / _MEGA


# ru_maxrss is in kilobytes on Linux and in bytes on macOS.
_UNIT = 1 if sys.platform == "darwin" else 1024


def _settle() -> None:
    """Give freed memory back to the system and begin a new high-water mark, where that can be."""
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
    _reset_peak(os.getpid())


def _reset_peak(process: int) -> None:
    with contextlib.suppress(OSError):  # no Linux, or it has just ended
        Path(f"/proc/{process}/clear_refs").write_text("5")


def _peak(process: int) -> int:
    """The greatest resident size of a process so far, bytes; 0 where that is not to be had."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
    return own if process == os.getpid() else 0


def _greatest_ended() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _UNIT


def _children() -> Iterator[int]:
    own = f"PPid:\t{os.getpid()}\n"
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):  # it has just ended
            if own in status.read_text():
                yield int(status.parent.name)
