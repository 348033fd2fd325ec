"""What is said when a command is stopped, and how it ends then."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["code_of", "stoppable", "stopped_with", "words_of"]

_INTERRUPTED, _TERMINATED = 130, 143  # 128 and the number of the signal, as shells have it


class TerminatedError(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""


@contextmanager
def stoppable() -> Iterator[None]:
    """While it is open, SIGTERM stops the work as Ctrl-C does, so that it can tidy up."""
    try:
        before = signal.signal(signal.SIGTERM, _terminated)
    except ValueError:  # only the main thread may
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def stopped_with(words: str) -> Iterator[None]:
    """While it is open, these are the words on what a stopped command leaves."""
    try:
        yield
    except KeyboardInterrupt as stop:
        stop.args = (words,)
        raise


def words_of(stop: BaseException) -> str:
    """What to say of a command that was stopped."""
    cause = _cause(stop)
    return f"stopped; {cause.args[0] if cause.args else 'nothing was left half-written'}"


def code_of(stop: BaseException) -> int:
    """The exit code of a command that was stopped."""
    return _TERMINATED if isinstance(_cause(stop), TerminatedError) else _INTERRUPTED


def _cause(stop: BaseException) -> BaseException:
    """The interruption itself: click makes another exception of it."""
    return stop.__cause__ if isinstance(stop.__cause__, KeyboardInterrupt) else stop


def _terminated(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise TerminatedError
