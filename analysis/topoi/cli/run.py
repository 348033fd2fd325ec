"""What `topoi run` does: the whole way from texts to results."""

from __future__ import annotations

import json
from typing import Any

import click

from topoi.cli.notes import notes, teller
from topoi.cli.options import settings_flags, settings_from
from topoi.cli.stopping import stopped_with

__all__ = ["command"]


@click.command(
    "run",
    epilog="Examples: topoi run --source articles --out runs/articles · topoi run my.toml "
    "--seed 3 · topoi run --source articles --source speeches.csv --covariates party,speaker",
)
@click.argument("settings", required=False, type=click.Path())
@settings_flags()
@click.option(
    "--resume", is_flag=True, help="go on with a run that was stopped, or say why that cannot be"
)
def command(settings: str | None, resume: bool, **flags: Any) -> None:
    """Read texts, find topics and themes, and write tables, figures and a report.

    SETTINGS is a TOML file as `topoi init` writes it; flags have precedence over it.

    Steps that are finished are kept beside the results (--cache, --no-cache), so that a run of
    changed settings or texts does only what is new, and one that was stopped goes on when it is
    called again. With --resume it must find the run that was stopped: same settings, same texts.
    """
    if settings is None and not flags["source"]:
        raise click.UsageError("Name a settings file, or a folder or file with --source.")
    config = settings_from(settings, flags)
    # Heavy imports only once the settings are known to be good.
    from topoi.cli.show import summary_json, summary_text
    from topoi.pipeline import run

    kept = "" if config.no_cache else ", and finished steps are kept: run again to go on"
    with notes(quiet=config.quiet), stopped_with(f"nothing was left half-written{kept}"):
        result = run(config, say=teller(quiet=config.quiet), resume=resume)
    if config.json:
        click.echo(json.dumps(summary_json(result), allow_nan=False))
    elif not config.quiet:
        click.echo(summary_text(result))
