"""What `topoi themes` does: list the shipped packs, and check a pack on texts before fitting."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from topoi.cli.notes import notes
from topoi.cli.options import settings_flags, settings_from

__all__ = ["command"]

# Settings of what follows the counting of terms.
_UNUSED = (
    *("source", "out", "by", "freq", "topics", "theme_topics", "residual", "starts"),
    *("models", "seed", "workers", "json"),
)


@click.group("themes", epilog="Examples: topoi themes list · topoi themes check articles")
def command() -> None:
    """List theme packs, or check what a pack finds in texts."""


@command.command("list", epilog="Example: topoi themes list")
def list_packs() -> None:
    """List the theme packs that topoi ships, with their language, themes and number of seeds."""
    from topoi.cli.show_themes import packs_text
    from topoi.io.packs import load_themes, shipped_packs

    click.echo(packs_text({name: load_themes(name) for name in shipped_packs()}))


@command.command(
    "check",
    epilog="Examples: topoi themes check articles · "
    "topoi themes check speeches.parquet --text text --themes mine.toml --out checks/mine",
)
@click.argument("source", type=click.Path())
@settings_flags(without=_UNUSED)
@click.option("--out", default=None, help="folder for the tables as CSV; none is written without")
@click.option(
    "--suggestions",
    type=click.IntRange(min=1),
    default=20,
    help="most terms to suggest for each theme [default: 20]",
)
def check(source: str, out: str | None, suggestions: int, **flags: Any) -> None:
    """Check a theme pack on texts: what each seed finds, what misleads, what may be missing.

    SOURCE is read, cleaned, cut and counted as `topoi run` does. The pack is not changed.
    """
    config = settings_from(None, {"source": source, "out": out, **flags})
    # Heavy imports only once the settings are known to be good.
    from topoi.cli.show_themes import check_files, check_text
    from topoi.measures.seed_suggestions import suggest_seeds
    from topoi.measures.theme_audit import audit_themes
    from topoi.pipeline import count_passages

    def say(step: str) -> None:
        if not config.quiet:
            click.echo(f"· {step}", err=True)

    with _folder(source, out) as folder, notes(quiet=config.quiet):
        counted = count_passages(config, say=say)
        say(f"judging the seeds of {counted.themes.name}")
        audit = audit_themes(counted.matrix, counted.themes)
        found = suggest_seeds(
            counted.matrix, counted.themes, suggestions, passages=counted.passages
        )
        if folder is not None:
            for name, content in check_files(counted, audit, found).items():
                (folder / name).write_bytes(content)
    if not config.quiet:
        click.echo(check_text(counted, audit, found))
        if out is not None:
            click.echo(f"\ntables    {out}")


def _folder(source: str, out: str | None) -> AbstractContextManager[Path | None]:
    """A fresh folder that takes its place when all is well; None where none is asked for."""
    from topoi.cli.show_themes import FILES
    from topoi.io.atomic import new_folder
    from topoi.pipeline import check_apart

    if out is None:
        return nullcontext()
    check_apart(Path(source), Path(out))
    return new_folder(out, files=FILES)
