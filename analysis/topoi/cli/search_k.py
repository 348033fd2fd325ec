"""What `topoi search-k` does: how many topics the texts bear; goes on where it was stopped."""

from __future__ import annotations

import json
from typing import Any

import click

from topoi.cli.notes import notes, teller
from topoi.cli.options import settings_flags, settings_from

__all__ = ["command"]

# Settings that come by other words, or are about what follows the counting of terms.
_UNUSED = (
    *("source", "out", "background", "by", "clusters", "covariates", "freq", "codes", "codes_key"),
    *("topics", "theme_topics", "residual", "starts", "refits", "models", "formats"),
    *("cache", "no_cache"),
)
_SETTINGS = ".toml"


def _numbers(ctx: click.Context, param: click.Parameter, given: str) -> tuple[int, ...]:
    """The whole numbers of a list with commas."""
    del ctx, param
    try:
        return tuple(int(number) for number in given.split(","))
    except ValueError:
        raise click.BadParameter(f"{given!r} is no list of whole numbers; write 5,10,20.") from None


@click.command(
    "search-k",
    epilog="Examples: topoi search-k articles --k 5,10,20 --out searches/articles · "
    "topoi search-k my.toml --k 5,10,20,40 --seeds 3 --workers 2 --out searches/mine",
)
@click.argument("source", nargs=-1, required=True, type=click.Path())
@click.option(
    "--k", "ks", required=True, callback=_numbers, help="numbers of topics to try: 5,10,20"
)
@click.option(
    "--model", type=click.Choice(("LDA", "NMF")), default="LDA", help="model [default: LDA]"
)
@click.option(
    "--splits",
    type=click.IntRange(min=2),
    default=5,
    help="times that a fifth of the documents is held out [default: 5]",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=1,
    help="fits of each split from different starts [default: 1]",
)
@settings_flags(without=_UNUSED)
@click.option(
    "--out",
    default=None,
    help="folder of results and finished fits; if left out nothing is written, and a search that "
    "is stopped begins anew",
)
def command(
    *,
    source: tuple[str, ...],
    ks: tuple[int, ...],
    model: str,
    splits: int,
    seeds: int,
    out: str | None,
    **flags: Any,
) -> None:
    """Search for the number of topics that the texts bear: an answer as a range, with errors.

    SOURCE is one or more places to read, or a settings file of `topoi run`. The texts are read,
    cleaned, cut and counted as there; settings of the file that are about later steps, and its
    out, have no effect.

    Called again with the same --out, it goes on where it was stopped. Numbers, splits and seeds
    can be added.
    """
    config = settings_from(*_given(source, flags))
    # Heavy imports only once the settings are known to be good.
    from topoi.cli.show_search import search_json, search_text
    from topoi.k_run import Grid, search_topics, write_search

    grid = Grid(ks, model, splits, seeds)
    say = teller(quiet=config.quiet)

    def progress(done: int, of: int) -> None:
        say(f"fit {done} of {of}")

    with notes(quiet=config.quiet):
        if out is None:
            found = search_topics(config, grid, say=say, progress=progress)
        else:
            found = write_search(config, grid, out, say=say, progress=progress)
    if config.json:
        click.echo(json.dumps(search_json(found, out), allow_nan=False))
    elif not config.quiet:
        click.echo(search_text(found, out))


def _given(source: tuple[str, ...], flags: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """The settings file, if the source is one, and the flags, with the source if it is none."""
    files = [place for place in source if place.endswith(_SETTINGS)]
    if not files:
        return None, {"source": source, **flags}
    if len(source) > 1:
        raise click.UsageError(
            f"Name one settings file alone, or places to read; got {' '.join(source)}."
        )
    return files[0], flags
