"""What `topoi figures` does: remake figures, or check that the files are still the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topoi.cli.notes import notes
from topoi.cli.options import settings_from
from topoi.printable import printable

if TYPE_CHECKING:
    from topoi.figure_set import FigureSet

__all__ = ["command"]

_DIFFERS = 4


@click.command(
    "figures",
    epilog="Examples: topoi figures · topoi figures my.toml theme_trends --out figs · topoi "
    "figures runs/demo --out figs --check",
)
@click.argument("words", nargs=-1, metavar="[SETTINGS | FOLDER] [NAME]...")
@click.option("--only", multiple=True, metavar="NAME", help="the same as NAME; may be repeated")
@click.option(
    "--out", default=None, help="folder of the figures [default: figures/ with the name of "
    "SETTINGS or FOLDER, else figures/sample]"
)  # fmt: skip
@click.option("--workers", type=int, default=None, help="threads; the result does not depend on it")
@click.option("--check", is_flag=True, help="write nothing; exit 4 and list the files that differ")
def command(
    words: tuple[str, ...], only: tuple[str, ...], out: str | None, workers: int | None, check: bool
) -> None:
    """Remake all figures, or those of these names, with their tables, captions and hashes.

    From SETTINGS, a file as `topoi init` writes it, or without it from the bundled corpus: from the
    texts alone. From FOLDER, the results of a run or a folder of figures: from the tables in it,
    which must be those of its manifest.
    """
    from topoi.figure_folder import write_figures

    place, names = _place_and_names(words, only)
    folder = Path("figures", _title(place)) if out is None else Path(out)
    made = _made(place, names, workers, out=None if check else folder)
    if check:
        _compare(made, folder)
        return
    for name in write_figures(made, folder):
        click.echo(str(folder / name))


def _place_and_names(
    words: tuple[str, ...], only: tuple[str, ...]
) -> tuple[Path | None, tuple[str, ...]]:
    """Where figures are made from, if the first word is no figure, and the figures, all known."""
    from topoi.catalogue import CATALOGUE, figure_spec

    is_place = bool(words) and words[0] not in CATALOGUE and _looks_like_place(words[0])
    names = (*words[is_place:], *only)
    for name in names:
        figure_spec(name)
    return (Path(words[0]) if is_place else None), names


def _looks_like_place(word: str) -> bool:
    return word.endswith(".toml") or "/" in word or "\\" in word or Path(word).exists()


def _title(place: Path | None) -> str:
    if place is None:
        return "sample"
    return place.resolve().name if place.is_dir() else place.stem


def _made(
    place: Path | None, names: tuple[str, ...], workers: int | None, *, out: Path | None
) -> FigureSet:
    """The figures, from the tables in a folder or from the texts that settings name.

    out : the folder that they will be written to, apart from the texts; None where they are not
    """
    from topoi.figure_set import set_of_folder, set_of_study
    from topoi.io.sample import sample_settings
    from topoi.pipeline import build_study, settings_in_force
    from topoi.result_folder import check_inputs_apart
    from topoi.run_steps import inputs_of

    if place is not None and place.is_dir():
        return set_of_folder(place, names)
    flags: dict[str, Any] = {"workers": workers}
    config = settings_from(
        None if place is None else str(place), {**flags, **({} if place else sample_settings())}
    )

    if out is not None:
        check_inputs_apart(config, out)

    def say(step: str) -> None:
        if not config.quiet:
            click.echo(f"· {step}", err=True)

    with notes(quiet=config.quiet):
        study = build_study(config, say=say)
        settings = settings_in_force(config, len(study.passages))
        return set_of_study(study, names, settings=settings, inputs=inputs_of(config))


def _compare(made: FigureSet, folder: Path) -> None:
    """List what differs, and what was other when the files were made; 4 if any file differs."""
    from topoi.figure_folder import differing_figures, other_facts

    for line in other_facts(made, folder):
        click.echo(
            f"note: {folder} was made with other {printable(line)}; bytes may differ.", err=True
        )
    differing = differing_figures(made, folder)
    for name in differing:
        click.echo(f"differs: {printable(folder / name)}")
    if differing:
        sys.exit(_DIFFERS)
    click.echo(f"{folder}: every figure is as it would be made now")
