"""What `topoi init` does: a settings file with every key, to edit."""

from __future__ import annotations

from pathlib import Path

import click

from topoi.config import commented_toml
from topoi.errors import InputError

__all__ = ["command"]


@click.command("init", epilog="Example: topoi init --source articles my.toml")
@click.argument("file", default="topoi.toml", type=click.Path())
@click.option("--source", default="articles", help="folder or file to read [default: articles]")
def command(file: str, source: str) -> None:
    """Write a commented settings file for `topoi run`; FILE is topoi.toml unless named."""
    path = Path(file)
    try:
        with path.open("x", encoding="utf-8") as new:
            new.write(commented_toml(source=source))
    except FileExistsError:
        raise InputError(f"{path} exists; nothing was written. Name another file.") from None
    click.echo(f"{path}\nEdit it, then: topoi run {path}")
