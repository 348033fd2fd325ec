"""What `topoi doctor` does: is all well here, and will a run fit into this machine?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from topoi.cli.options import settings_flags, settings_from
from topoi.errors import InputError
from topoi.printable import printable

if TYPE_CHECKING:
    from topoi.doctor.estimate import Estimate

__all__ = ["command"]

_DIFFERS = 4
_MINUTE, _HOUR = 90.0, 5400.0
_AWAY = (
    *("source", "out", "formats", "json", "quiet", "background", "codes", "codes_key"),
    "scheduler",
)


@click.command(
    "doctor",
    epilog="Examples: topoi doctor · topoi doctor articles --topics 50 · topoi doctor my.toml",
)
@click.argument("source", required=False, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
@settings_flags(without=_AWAY)
def command(source: str | None, as_json: bool, **flags: Any) -> None:
    """Check this installation; with SOURCE, texts or a settings file, estimate a run on it.

    Ends with 0 if all is well, 1 if topoi will not work here or the run does not fit into memory,
    4 if this machine computes other bits than others.
    """
    if source is None and any(value not in (None, ()) for value in flags.values()):
        raise click.UsageError("Settings are for an estimate: name the texts or a settings file.")
    from topoi.doctor.check import Check
    from topoi.doctor.installation import check_installation

    checks = [dict(zip(Check._fields, row, strict=True)) for row in check_installation().to_numpy()]
    found = None if source is None else _estimate(source, flags)
    if as_json:
        click.echo(json.dumps(_as_json(checks, found), allow_nan=False))
    else:
        click.echo("\n".join(_lines(checks, found)))
    states = {check["state"] for check in checks}
    if "fault" in states or not (found is None or found.fits):
        raise click.exceptions.Exit(1)
    if "differs" in states:
        raise click.exceptions.Exit(_DIFFERS)


def _estimate(source: str, flags: dict[str, Any]) -> Estimate:
    is_settings = source.lower().endswith(".toml")
    config = settings_from(
        source if is_settings else None, flags if is_settings else {**flags, "source": (source,)}
    )
    if not config.source:
        raise InputError(f"{source} names no source.")
    from topoi.doctor.estimate import estimate_run

    return estimate_run(config)


def _lines(checks: list[dict[str, Any]], found: Estimate | None) -> Iterator[str]:
    for check in checks:
        yield f"{check['state']:8}{check['name']:16}{printable(check['found'])}"
        if check["advice"] and check["state"] != "ok":
            yield f"{'':24}{printable(check['advice'])}"
    if found is not None:
        yield ""
        yield from _estimate_lines(found)


def _estimate_lines(found: Estimate) -> Iterator[str]:
    from topoi.doctor.estimate import FACTOR
    from topoi.doctor.machine import size_told

    size = found.size
    yield (
        f"About {size.n_documents} documents, {size.n_passages} passages, {size.n_terms} terms, "
        f"{size.n_stored} counts ({size.share:.0%} of {size_told(size.n_bytes)} was read)."
    )
    told = ", ".join(f"{name} {number}" for name, number in found.topics.items())
    yield f"Topics: {told}."
    parts = ", ".join(f"{name} {size_told(each)}" for name, each in found.memory.items())
    yield f"Memory: {size_told(found.n_bytes)} within a factor of {FACTOR:g} ({parts})."
    yield f"Time: about {_time_told(found.seconds)}."
    if found.free is None:
        yield "This system does not say how much memory is free."
        return
    fits = "fits" if found.fits else "does not fit"
    yield f"It {fits} into the {size_told(found.free)} that are free here."
    if found.most_topics == 0:
        yield "With fewer topics it does not either: give a part of the texts, or raise --min-docs."
    elif found.most_topics is not None:
        yield f"The largest setting that would: --topics {found.most_topics}."


def _time_told(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} seconds"
    if seconds < _HOUR:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def _as_json(checks: list[dict[str, Any]], found: Estimate | None) -> dict[str, Any]:
    if found is None:
        return {"schema": 1, "checks": checks}
    estimate = {
        "size": asdict(found.size),
        "topics": dict(found.topics),
        "memory": dict(found.memory),
        "seconds": found.seconds,
        "free": found.free,
        "fits": found.fits,
        "most_topics": found.most_topics,
    }
    return {"schema": 1, "checks": checks, "estimate": estimate}
