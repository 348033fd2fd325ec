"""How a command passes on its steps, and what the user should know of a result that stands."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from topoi.errors import TopoiWarning
from topoi.printable import printable

__all__ = ["notes", "teller"]


def teller(*, quiet: bool) -> Callable[[str], None]:
    """A function that tells a step on standard error, or says nothing."""

    def say(step: str) -> None:
        if not quiet:
            click.echo(f"· {step}", err=True)

    return say


@contextmanager
def notes(*, quiet: bool) -> Iterator[None]:
    """While it is open, warnings of topoi are lines on standard error; others are not shown."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not quiet:
            warnings.simplefilter("always", TopoiWarning)
            warnings.showwarning = _show
        yield


def _show(message: Warning | str, *_: object, **__: object) -> None:
    click.echo(f"note: {printable(message)}", err=True)
