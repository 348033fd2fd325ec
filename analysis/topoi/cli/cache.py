"""What `topoi cache` does: show, check and clear the finished steps that runs have kept."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topoi.printable import printable

if TYPE_CHECKING:
    from topoi.io.step_folder import StepFolder

__all__ = ["command"]

_DIFFERS = 4
_USUAL = "runs/.topoi-cache"
_MEGABYTE = 1e6

_folder = click.argument("folder", default=_USUAL, type=click.Path())


@click.group(
    "cache",
    epilog="Examples: topoi cache info · topoi cache clear --all-but-last · "
    "topoi cache clear kept --older-than 30",
)
def command() -> None:
    """Show, check or clear the finished steps that `topoi run` keeps.

    FOLDER is .topoi-cache beside the results, or what --cache named; runs/.topoi-cache if left
    out. Nothing in it is needed: what is gone is made again.
    """


@command.command("info", epilog="Example: topoi cache info runs/.topoi-cache")
@_folder
def info(folder: str) -> None:
    """Show how many steps are kept, how large they are, and of which runs."""
    from topoi.cli.show_cache import cache_text

    click.echo(cache_text(_opened(folder)))


@command.command("verify", epilog="Example: topoi cache verify")
@_folder
def verify(folder: str) -> None:
    """Read every step that is kept and compare it with its hashes; exit 4 if one is damaged."""
    from topoi.io.step_folder import DamagedStepError

    kept = _opened(folder)
    keys, n_damaged = kept.all_keys(), 0
    for key in keys:
        try:
            kept.read(key)
        except (DamagedStepError, OSError) as error:
            n_damaged += 1
            click.echo(f"damaged: {printable(kept.folder / 'steps' / key)}: {printable(error)}")
    click.echo(f"{len(keys) - n_damaged} of {len(keys)} steps are whole")
    if n_damaged:
        click.echo("A run puts damaged steps aside and makes them again.")
        sys.exit(_DIFFERS)


@command.command("clear", epilog="Example: topoi cache clear --all-but-last")
@_folder
@click.option("--older-than", type=click.FloatRange(min=0), metavar="DAYS",
              help="steps that were of no use for so many days")  # fmt: skip
@click.option("--all-but-last", is_flag=True,
              help="steps that the last run to each result folder did not use")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="all steps")
def clear(folder: str, older_than: float | None, all_but_last: bool, everything: bool) -> None:
    """Take kept steps away, and those that were put aside as damaged."""
    chosen = [older_than is not None, all_but_last, everything]
    if sum(chosen) != 1:
        raise click.UsageError("Say which steps: --older-than DAYS, --all-but-last or --all.")
    kept = _opened(folder)
    before = _size(kept)
    keys = kept.all_keys()
    unused = _unused(kept, older_than, everything)
    gone = [key for key in keys if unused(key)]
    kept.remove(gone)
    kept.clear_damaged()
    kept.sweep()
    freed = (before - _size(kept)) / _MEGABYTE
    click.echo(
        f"{len(gone)} steps taken away, {freed:.1f} MB; {len(keys) - len(gone)} are kept in "
        f"{printable(folder)}"
    )


def _opened(folder: str) -> StepFolder:
    from topoi.errors import InputError
    from topoi.io.step_folder import StepFolder

    kept = StepFolder(Path(folder))
    if not kept.folder.is_dir():
        raise InputError(
            f"There are no kept steps at {folder}. Name the folder that `topoi run` told."
        )
    kept.check()
    return kept


def _unused(kept: StepFolder, older_than: float | None, everything: bool) -> Callable[[str], bool]:
    if everything:
        return lambda _: True
    if older_than is not None:
        return lambda key: kept.age(key) > older_than
    of_last_runs = {key for record in kept.records() for _, key in record["steps"]}
    return lambda key: key not in of_last_runs


def _size(kept: StepFolder) -> int:
    return sum(path.stat().st_size for path in kept.folder.rglob("*") if path.is_file())
