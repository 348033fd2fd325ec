"""What `topoi report` does: one page to look at a run with, made from its folder."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command(
    "report",
    epilog="Examples: topoi report runs/articles · topoi report runs/articles --labels "
    "topic_labels.json --out articles.html",
)
@click.argument("run", type=click.Path())
@click.option("--out", default=None, help="the page, *.html [default: report.html in the folder]")
@click.option(
    "--labels", default=None, help="JSON file with labels of topics, as the page saves it"
)
@click.option("--most", type=int, default=10_000, help="passages it holds [default: 10000]")
def command(run: str, out: str | None, labels: str | None, most: int) -> None:
    """Make one HTML page of the folder RUN that needs no other file and no network."""
    from topoi.run_report.page import report_run

    click.echo(str(report_run(run, out, labels=labels, most=most)))
