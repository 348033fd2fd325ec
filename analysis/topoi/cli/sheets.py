"""What `topoi sheets` does: sheets of passages of a run for people to code."""

from __future__ import annotations

import click

__all__ = ["command"]

_TOP = 0.2


@click.command(
    "sheets",
    epilog="Examples: topoi sheets runs/articles --coders anna,ben --out validation · "
    "topoi sheets runs/articles --coders anna,ben,chloe -n 100 --semicolons --out validation",
)
@click.argument("run", type=click.Path())
@click.option("--coders", required=True, help="names of the coders, separated by commas")
@click.option("--out", required=True, help="folder for the sheets (coding) and their key (keys)")
@click.option("-n", "n", type=int, default=50, help="passages to draw [default: 50]")
@click.option(
    "--from-top",
    type=float,
    default=0.5,
    help="part of them from the fifth of the passages with the highest shares [default: 0.5]",
)
@click.option("--seed", type=int, default=0, help="of the draw [default: 0]")
@click.option("--semicolons", is_flag=True, help="for spreadsheets that write decimal commas")
def command(
    *, run: str, coders: str, out: str, n: int, from_top: float, seed: int, semicolons: bool
) -> None:
    """Draw passages of the folder RUN for people to code, a sheet for each coder.

    Filled in, they correct the level of the shares: topoi run --codes OUT/coding --codes-key
    OUT/keys/coding, with the settings of the run.
    """
    from topoi.run_sheets import sheets_of_run

    names = [name.strip() for name in coders.split(",") if name.strip()]
    folder, key = sheets_of_run(
        run, out, n=n, coders=names, top=_TOP, part_from_top=from_top,
        separator=";" if semicolons else ",", random_state=seed,
    )  # fmt: skip
    click.echo(
        f"sheets    {folder}, with instructions; one for each of {', '.join(names)}\n"
        f"key       {key}, not for the coders\n"
        "Before anybody codes, put manifest.json of the sheets where its date is beyond doubt. "
        "Then, with the settings of the run:\n"
        f"topoi run --codes {folder} --codes-key {key}"
    )
