"""What `topoi themes` does: measure themes in texts, check a pack before, list the packs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from topoi.cli.notes import notes, teller
from topoi.cli.options import settings_flags, settings_from
from topoi.errors import nearest

__all__ = ["command"]

_MANIFEST = "manifest.json"
_KIND = "check of themes"  # in the manifest of the tables of `check`

# Settings of topic models, and those that are flags by other words.
_UNUSED = (
    *("source", "out", "topics", "theme_topics", "residual", "refits", "models", "formats"),
    "scheduler",
)
# Those of what follows the counting of terms.
_AFTER_COUNTING = (
    *("background", "by", "covariates", "clusters", "freq", "codes", "codes_key"),
    *("starts", "seed", "workers", "cache", "no_cache"),
)


class _MeasureGroup(click.Group):
    """Takes what is no sub-command for texts to measure: `topoi themes articles`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = args[0] if args else "--help"
        if first not in (*self.commands, *ctx.help_option_names):
            self._check_meant(ctx, first)
            args = ["measure", *args]
        return super().parse_args(ctx, args)

    def _check_meant(self, ctx: click.Context, word: str) -> None:
        """Refuse what looks like a mistyped sub-command and is not there to be read."""
        near = nearest(word, self.commands)
        if near and not Path(word).exists():
            ctx.fail(f"There is no command and nothing to read at {word!r}. Did you mean {near!r}?")


@click.group(
    "themes",
    cls=_MeasureGroup,
    subcommand_metavar="[measure] SOURCE... [OPTIONS] | check SOURCE... [OPTIONS] | list",
    epilog="Examples: topoi themes list · topoi themes check articles · "
    "topoi themes articles --themes migration --out runs/themes",
)
def command() -> None:
    """Measure how much of the texts speaks of each theme; check or list theme packs.

    `topoi themes SOURCE` is `topoi themes measure SOURCE`. A folder that is called like a command
    is named with its place: ./check.
    """


@command.command(
    "measure",
    epilog="Examples: topoi themes measure articles --themes migration --out runs/themes · "
    "topoi themes speeches.parquet --text text --by party --background more_speeches",
)
@click.argument("source", nargs=-1, required=True, type=click.Path())
@settings_flags(without=_UNUSED)
@click.option("--out", default=None, help="folder for the tables; none is written without")
def measure(source: tuple[str, ...], out: str | None, **flags: Any) -> None:
    """Measure how much of the texts speaks of each theme, without topics, figures and report.

    SOURCE, one or more places, is read, cleaned, cut, counted and measured as `topoi run` does,
    with the same numbers. A folder that is called like a command of `topoi themes` is named with
    its place: ./check.
    """
    config = settings_from(None, {"source": source, "out": out, **flags})
    # Heavy imports only once the settings are known to be good.
    from topoi.cli.show_measured import measured_json, measured_text
    from topoi.theme_run import measure_themes, write_themes

    say = teller(quiet=config.quiet)
    with notes(quiet=config.quiet):
        found = (measure_themes if out is None else write_themes)(config, say=say)
    if config.json:
        click.echo(json.dumps(measured_json(found, out), allow_nan=False))
    elif not config.quiet:
        click.echo(measured_text(found))
        if out is not None:
            click.echo(f"\ntables    {out}")


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
@click.argument("source", nargs=-1, required=True, type=click.Path())
@settings_flags(without=(*_UNUSED, *_AFTER_COUNTING, "json"))
@click.option("--out", default=None, help="folder for the tables as CSV; none is written without")
@click.option(
    "--suggestions",
    type=click.IntRange(min=1),
    default=20,
    help="most terms to suggest for each theme [default: 20]",
)
def check(source: tuple[str, ...], out: str | None, suggestions: int, **flags: Any) -> None:
    """Check a theme pack on texts: what each seed finds, what misleads, what may be missing.

    SOURCE, one or more places, is read, cleaned, cut and counted as `topoi run` does. The pack is
    not changed.
    """
    config = settings_from(None, {"source": source, "out": out, **flags})
    # Heavy imports only once the settings are known to be good.
    from topoi.cli.show_themes import check_files, check_text
    from topoi.counted_passages import count_passages
    from topoi.measures.seed_suggestions import suggest_seeds
    from topoi.measures.theme_audit import audit_themes
    from topoi.outputs import as_written

    say = teller(quiet=config.quiet)
    with _folder(source, out) as folder, notes(quiet=config.quiet):
        counted = count_passages(config, say=say)
        say(f"judging the seeds of {counted.themes.name}")
        audit = audit_themes(counted.matrix, counted.themes)
        found = suggest_seeds(
            counted.matrix, counted.themes, suggestions, passages=counted.passages
        )
        if folder is not None:
            files = as_written(check_files(counted, audit, found), is_raw=config.raw_csv)
            _write(folder, files)
    if not config.quiet:
        click.echo(check_text(counted, audit, found))
        if out is not None:
            click.echo(f"\ntables    {out}")


def _folder(source: tuple[str, ...], out: str | None) -> AbstractContextManager[Path | None]:
    """A fresh folder that takes its place when all is well; None where none is asked for."""
    from topoi.io.apart import check_sources_apart
    from topoi.io.atomic import new_folder

    if out is None:
        return nullcontext()
    check_sources_apart(source, Path(out))
    return new_folder(out, files=lambda: _earlier_files(Path(out)))


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the tables of a check with a manifest, by which they are known for such."""
    from topoi.hashes import bytes_hash
    from topoi.io.parts import json_bytes
    from topoi.provenance import versions
    from topoi.result_folder import fill

    hashes = {name: bytes_hash(content) for name, content in files.items()}
    facts = {"schema": 1, "kind": _KIND, "versions": versions(), "outputs": hashes}
    fill(folder, {**files, _MANIFEST: json_bytes(facts)})


def _earlier_files(out: Path) -> set[str]:
    """The files of the check whose manifest is in the folder; none where there is none."""
    from topoi.cli.show_themes import FILES

    try:
        facts = json.loads((out / _MANIFEST).read_text(encoding="utf-8"))
        return {*facts["outputs"]} & {*FILES} | {_MANIFEST} if facts["kind"] == _KIND else set()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
