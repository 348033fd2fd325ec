"""What `topoi init` does: a settings file with every key, to edit."""

from __future__ import annotations

import os
from pathlib import Path

import click

from topoi.errors import InputError
from topoi.io.atomic import write_first
from topoi.io.urls import Url, is_url
from topoi.printable import printable
from topoi.settings_file import commented_toml

__all__ = ["command"]


@click.command("init", epilog="Example: topoi init --source articles my.toml")
@click.argument("file", default="topoi.toml", type=click.Path())
@click.option(
    "--source",
    multiple=True,
    default=("articles",),
    help="folder or file to read; may be repeated [default: articles]",
)
def command(file: str, source: tuple[str, ...]) -> None:
    """Write a commented settings file for `topoi run`; FILE is topoi.toml unless named."""
    path = Path(file)
    shown = tuple(_from_folder(each, path.parent) for each in source)
    try:
        content = commented_toml(source=shown if len(shown) > 1 else shown[0]).encode("utf-8")
    except UnicodeEncodeError:
        named = printable(", ".join(source))
        raise InputError(f"The name {named!r} is no text; rename the source.") from None
    write_first(path, content)
    click.echo(f"{path}\nEdit it, then: topoi run {path}")


def _from_folder(source: str, folder: Path) -> str:
    """A relative path as it is written in a file of the folder; a URL as it is."""
    if is_url(source):
        return str(Url(source))
    is_here = folder == Path() or Path(source).is_absolute()
    return source if is_here else os.path.relpath(source, folder)
