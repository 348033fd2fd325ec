"""What remains of the texts without mark-up, boiler-plate and broken characters."""

from __future__ import annotations

from collections.abc import Sequence

from topoi.corpus.boilerplate import drop_boilerplate, drop_repeats, frequent_lines
from topoi.corpus.code import drop_code
from topoi.corpus.corpus import Corpus
from topoi.corpus.database import drop_database_header
from topoi.corpus.layout import lay_out
from topoi.corpus.ledger import Event
from topoi.corpus.markdown import drop_markdown, read_tables
from topoi.corpus.markup import drop_debris, drop_html
from topoi.corpus.rules import (
    Rule,
    drop_links,
    drop_odd_characters,
    join_hyphens,
    mend_encoding,
    mend_spacing,
)
from topoi.corpus.settle import MOST_ROUNDS, Work, settled
from topoi.errors import InputError

__all__ = ["RULES", "clean", "clean_text"]

RULES: tuple[Rule, ...] = (
    # Encoding before characters: broken UTF-8 is partly made of control characters.
    Rule("broken encoding mended", mend_encoding, by_line=True),
    Rule("odd characters removed", drop_odd_characters, by_line=True),
    Rule("HTML removed", drop_html),
    Rule("debris of HTML removed", drop_debris),
    Rule("program code removed", drop_code, by_line=True),
    Rule("table rows written out", read_tables),
    Rule("Markdown removed", drop_markdown, by_line=True),
    Rule("addresses removed", drop_links, by_line=True),
    Rule("divided words joined", join_hyphens),
    Rule("missing spaces added", mend_spacing, by_line=True),
    Rule("database header removed", drop_database_header),
    Rule("boiler-plate lines removed", drop_boilerplate, by_line=True, drops_lines=True),
    Rule("white space and paragraphs", lay_out),
    Rule("repeated lines removed", drop_repeats),
)

_FREQUENT = "lines of many documents removed"


def clean(
    corpus: Corpus,
    *,
    rules: Sequence[Rule] | None = None,
    min_repeats: int = 4,
    n_jobs: int | None = None,
) -> Corpus:
    """The same documents with clean texts, and a ledger row for each rule that changed one.

    Parameters
    ----------
    corpus : Corpus
        Documents, not passages.
    rules : sequence of Rule, optional
        Applied in order, again and again until the text no longer changes; default `RULES`.
    min_repeats : int, at least 2
        A line that stands in so many documents of a source, and in a fifth of them, is
        boiler-plate where it is not most of a document; reprints of one text count once (see
        `topoi.corpus.boilerplate.frequent_lines`).
    n_jobs : int or None
        Processes; None is 1, -1 one for each core; the result is the same. More than one pays
        from some ten megabytes on. In a script, call it under `if __name__ == "__main__":`, for
        new processes import the script.

    Returns
    -------
    Corpus
        Texts are paragraphs with one blank line between; a list is its lead-in line, then lines
        "- item". A document without any text left is dropped. Cleaning twice is cleaning once.

    Raises
    ------
    InputError
        If the corpus is segmented, `min_repeats` is below 2, `n_jobs` is none of these, or rules
        of the caller's own cannot be sent to another process.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"doc_id": ["a"], "text": ["<p>One &amp; all</p>Share this"]})
    >>> clean(Corpus(table)).texts
    ['One & all']
    """
    if corpus.is_segmented:
        raise InputError("clean needs documents; these are passages. Clean before you segment.")
    if min_repeats < 2:
        raise InputError(f"min_repeats must be an int of at least 2; got {min_repeats!r}.")
    chosen = RULES if rules is None else tuple(rules)
    works = settled(corpus.texts, chosen, n_jobs=n_jobs)
    sources = list(corpus.table["source"])
    for _ in range(MOST_ROUNDS):
        outcomes = frequent_lines(
            [work.text for work in works],
            sources,
            min_repeats=min_repeats,
            codes=[work.line_codes for work in works],
        )
        if not sum(outcome.times for outcome in outcomes):
            break
        for work, outcome in zip(works, outcomes, strict=True):
            work.take(_FREQUENT, outcome)
            work.settle(chosen)
    return _cleaned(corpus, works)


def clean_text(text: str, *, rules: Sequence[Rule] | None = None) -> str:
    r"""One text without mark-up, boiler-plate and broken characters, by the rules of `clean`.

    Examples
    --------
    >>> clean_text("## Aid\nMore **work** visas.\nRead more")
    'Aid\n\nMore work visas.'
    """
    work = Work(text)
    work.settle(RULES if rules is None else tuple(rules))
    return work.text


def _cleaned(corpus: Corpus, works: list[Work]) -> Corpus:
    events = []
    for doc_id, work in zip(corpus.ids, works, strict=True):
        for name, (count, example) in work.done.items():
            events.append(Event("clean", doc_id, "changed", name, count, example[:80]))
        if not work.text:
            events.append(Event("clean", doc_id, "dropped", "empty after cleaning"))
    table = corpus.table.assign(text=[work.text for work in works])
    kept = table.loc[[bool(work.text) for work in works]].reset_index(drop=True)
    return Corpus(kept, corpus.ledger.add(events))
