"""What `topoi init` does: a settings file with every key, to edit."""

from __future__ import annotations

import os
from pathlib import Path

import click

from topoi.config import commented_toml
from topoi.errors import InputError
from topoi.printable import printable

__all__ = ["command"]


@click.command("init", epilog="Example: topoi init --source articles my.toml")
@click.argument("file", default="topoi.toml", type=click.Path())
@click.option("--source", default="articles", help="folder or file to read [default: articles]")
def command(file: str, source: str) -> None:
    """Write a commented settings file for `topoi run`; FILE is topoi.toml unless named."""
    path = Path(file)
    # In the file, paths are relative to its folder.
    here = path.parent != Path()
    shown = (
        os.path.relpath(source, path.parent) if here and not Path(source).is_absolute() else source
    )
    try:
        content = commented_toml(source=shown).encode("utf-8")
        with path.open("xb") as new:
            new.write(content)
    except UnicodeEncodeError:
        raise InputError(f"The name {printable(source)!r} is no text; rename the source.") from None
    except FileExistsError:
        raise InputError(f"{path} exists; nothing was written. Name another file.") from None
    click.echo(f"{path}\nEdit it, then: topoi run {path}")
