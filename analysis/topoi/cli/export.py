"""What `topoi export` does: counts and topics of a run or a kept thing for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from topoi.errors import InputError
from topoi.printable import printable

__all__ = ["command"]

_FORMATS = ("arrow", "gensim", "lda-c", "mallet", "matrix-market", "parquet", "pyldavis", "uci")


@click.command(
    "export",
    epilog="Examples: topoi export runs/articles --to mallet --out mallet · topoi export "
    "runs/articles --to matrix-market --out for_r · topoi export runs/articles --to zip "
    "--out articles.zip",
)
@click.argument("kept", type=click.Path())
@click.option(
    "--to",
    required=True,
    type=click.Choice([*_FORMATS, "zip"]),
    help="format; zip is the run itself in one file",
)
@click.option("--out", required=True, help="folder to write, or the file with --to zip")
@click.option("--model", default=None, help="which model of a run [default: its first]")
def command(kept: str, to: str, out: str, model: str | None) -> None:
    """Write KEPT, a run, a fit or a matrix of topoi, in a format of another program."""
    if to == "zip":
        from topoi.io.run_files import pack_run

        click.echo(str(pack_run(kept, out)))
        return
    from topoi.io.interchange.exported_run import export_kept

    with _told_of(out):
        files, notes = export_kept(Path(kept), to, out, model=model)
    for file in files:
        click.echo(str(file))
    for note in notes:
        click.echo(f"note: {printable(note)}", err=True)


@contextmanager
def _told_of(out: str) -> Iterator[None]:
    """While it is open, what the disk refuses is told with the place that was meant."""
    try:
        yield
    except OSError as error:
        file = f" ({error.filename})" if error.filename else ""
        raise InputError(
            f"Cannot export to {out}: {error.strerror or error}{file}. What was there is as it "
            "was. Free space, or name another folder with --out."
        ) from error
