"""What `topoi explain` does: which rule of cleaning changed what in one document."""

from __future__ import annotations

import click

from topoi.cli.notes import notes

__all__ = ["command"]


@click.command(
    "explain",
    epilog="Examples: topoi explain article.html · topoi explain news.csv 17 --text body --id nr",
)
@click.argument("source", type=click.Path())
@click.argument("document", required=False)
@click.option("--text", default=None, help="column of a table that holds the text")
@click.option("--id", "id_", default=None, help="column that holds a unique id")
@click.option("--after", is_flag=True, help="print the clean text alone")
def command(
    source: str, document: str | None, text: str | None, id_: str | None, after: bool
) -> None:
    """Show a document's lines before (-) and after (+) each rule of cleaning.

    SOURCE is a file or folder as for `topoi run`; DOCUMENT is the id of one, where there are more.
    All documents are cleaned, not this one alone, since lines that many of them share are taken
    out.
    """
    from topoi.corpus.explain import explain_cleaning
    from topoi.errors import InputError, listed
    from topoi.io.read import read_corpus

    with notes(quiet=False):
        corpus = read_corpus(source, text=text, id=id_)
        if document is None and len(corpus) > 1:
            raise InputError(
                f"{source} has {len(corpus)} documents. Name the one to explain, of: "
                f"{listed(corpus.ids)}."
            )
        steps = explain_cleaning(corpus, corpus.ids[0] if document is None else document)
    click.echo(steps.after if after else repr(steps))
