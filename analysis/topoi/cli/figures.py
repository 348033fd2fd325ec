"""What `topoi figures` does: remake every figure, or check that the files are still the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from topoi.cli.notes import notes
from topoi.cli.options import settings_from

__all__ = ["command"]

_DIFFERS = 4


@click.command(
    "figures", epilog="Examples: topoi figures · topoi figures my.toml --out figs --check"
)
@click.argument("settings", required=False, type=click.Path())
@click.option("--out", default="figures", help="folder of the figures [default: figures]")
@click.option("--workers", type=int, default=None, help="threads; the result does not depend on it")
@click.option("--check", is_flag=True, help="write nothing; exit 4 and list the files that differ")
def command(settings: str | None, out: str, workers: int | None, check: bool) -> None:
    """Remake the figures of the bundled corpus, or of a settings file, from the data alone."""
    from topoi.figure_folder import differing_figures, write_figures
    from topoi.io.sample import sample_settings
    from topoi.pipeline import build_study

    flags: dict[str, Any] = {"workers": workers}
    config = settings_from(settings, flags if settings else {**flags, **sample_settings()})
    with notes(quiet=config.quiet):
        study = build_study(config)
    if not check:
        for name in write_figures(study, config.shown(), Path(out)):
            click.echo(str(Path(out) / name))
        return
    differing = differing_figures(study, Path(out))
    for name in differing:
        click.echo(f"differs: {Path(out) / name}")
    if differing:
        sys.exit(_DIFFERS)
    click.echo(f"{out}: every figure is as it would be made now")
