"""What remains of the texts without mark-up, boiler-plate and broken characters."""

from __future__ import annotations

from collections.abc import Sequence

from topoi.corpus.boilerplate import drop_boilerplate
from topoi.corpus.code import drop_code
from topoi.corpus.corpus import Corpus
from topoi.corpus.database import drop_database_header
from topoi.corpus.frequent import FrequentLines, LineCounts, check_repeats, find_frequent
from topoi.corpus.gazette import drop_notice_form
from topoi.corpus.layout import lay_out
from topoi.corpus.ledger import Event
from topoi.corpus.markdown import drop_markdown, read_tables
from topoi.corpus.markup import drop_debris, drop_html
from topoi.corpus.repeats import drop_repeats
from topoi.corpus.rules import (
    Rule,
    drop_links,
    drop_odd_characters,
    join_hyphens,
    mend_encoding,
    mend_spacing,
)
from topoi.corpus.settle import Work, settled
from topoi.corpus.titles import clean_titles
from topoi.errors import InputError, listed

__all__ = ["LEAST_REPEATS", "RULES", "check_documents", "clean", "clean_text", "settled_works"]

RULES: tuple[Rule, ...] = (
    # Encoding before characters: broken UTF-8 is partly made of control characters.
    Rule("broken encoding mended", mend_encoding, by_line=True, in_titles=True),
    Rule("odd characters removed", drop_odd_characters, by_line=True, in_titles=True),
    Rule("HTML removed", drop_html),
    Rule("debris of HTML removed", drop_debris),
    Rule("program code removed", drop_code, by_line=True),
    Rule("table rows written out", read_tables),
    Rule("Markdown removed", drop_markdown, by_line=True),
    Rule("addresses removed", drop_links, by_line=True),
    Rule("divided words joined", join_hyphens),
    Rule("missing spaces added", mend_spacing, by_line=True),
    Rule("database header removed", drop_database_header),
    Rule("form of a notice removed", drop_notice_form),
    Rule("boiler-plate lines removed", drop_boilerplate, by_line=True, drops_lines=True),
    Rule("white space and paragraphs", lay_out),
    Rule("repeated lines removed", drop_repeats),
)

LEAST_REPEATS = 4


def clean(
    corpus: Corpus,
    *,
    rules: Sequence[Rule] | None = None,
    min_repeats: int | None = None,
    frequent: FrequentLines | None = None,
    n_jobs: int | None = None,
) -> Corpus:
    """The same documents with clean texts, and a ledger row for each rule that changed one.

    Parameters
    ----------
    corpus : Corpus
        Documents, not passages.
    rules : sequence of Rule, optional
        Applied in order, again and again until the text no longer changes; default `RULES`.
    min_repeats : int, at least 2, default 4
        A line that stands in so many documents of a source, and in a fifth of them, is
        boiler-plate where it is not most of a document; reprints of one text count once (see
        `topoi.corpus.frequent.find_frequent`).
    frequent : FrequentLines, optional
        Such lines of the corpus that these documents are a part of, from `frequent_lines`; else
        they are counted in these documents alone. So the parts of a corpus become what they are
        in the cleaned whole.
    n_jobs : int or None
        Processes; None is 1, -1 one for each core; the result is the same. More than one pays
        from some ten megabytes on. In a script, call it under `if __name__ == "__main__":`, for
        new processes import the script.

    Returns
    -------
    Corpus
        Texts are paragraphs with one blank line between; a list is its lead-in line, then lines
        "- item". A document without any text left is dropped. Cleaning twice is cleaning once.
        Titles go through the rules for characters; the ledger says so with "(title)".

    Raises
    ------
    InputError
        If the corpus is segmented, `min_repeats` is below 2 or given besides `frequent`, the
        frequent lines were counted after other rules, `n_jobs` is none of these, or rules of the
        caller's own cannot be sent to another process.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"doc_id": ["a"], "text": ["<p>One &amp; all</p>Share this"]})
    >>> clean(Corpus(table)).texts
    ['One & all']
    """
    works = settled_works(
        corpus, rules=rules, min_repeats=min_repeats, frequent=frequent, n_jobs=n_jobs
    )
    return _cleaned(corpus, works, RULES if rules is None else rules)


def settled_works(
    corpus: Corpus,
    *,
    rules: Sequence[Rule] | None = None,
    min_repeats: int | None = None,
    frequent: FrequentLines | None = None,
    n_jobs: int | None = None,
    watched: int | None = None,
) -> list[Work]:
    """What became of each text and by which rules; the work of the watched row has a trace.

    Parameters, Raises : as for `clean`
    """
    chosen = RULES if rules is None else tuple(rules)
    check_documents(corpus)
    if frequent is None:
        check_repeats(LEAST_REPEATS if min_repeats is None else min_repeats)
    else:
        _check_frequent(frequent, chosen, min_repeats)
    works = settled(corpus.texts, chosen, n_jobs=n_jobs)
    if watched is not None:
        works[watched] = Work(corpus.texts[watched], is_traced=True)
        works[watched].settle(chosen)
    sources = list(corpus.table["source"])
    if frequent is not None:
        frequent.take_out(works, sources, chosen)
        return works
    counts = LineCounts()
    for source, work in zip(sources, works, strict=True):
        counts.add(source, work.line_codes)
    find_frequent(
        lambda: zip(sources, works, strict=True),
        counts,
        rules=chosen,
        min_repeats=LEAST_REPEATS if min_repeats is None else min_repeats,
    )
    return works


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


def check_documents(corpus: Corpus) -> None:
    """Refuse passages.

    Raises
    ------
    InputError
        Saying what to do first.
    """
    if corpus.is_segmented:
        raise InputError("clean needs documents; these are passages. Clean before you segment.")


def _check_frequent(
    frequent: FrequentLines, rules: Sequence[Rule], min_repeats: int | None
) -> None:
    if min_repeats is not None:
        raise InputError(
            f"min_repeats is {frequent.min_repeats} for the frequent lines that are given; give "
            "another number to frequent_lines, not to clean."
        )
    names = tuple(rule.name for rule in rules)
    if names != frequent.rules:
        raise InputError(
            "The frequent lines were counted in texts cleaned by other rules "
            f"({listed(frequent.rules, most=20)}) than these ({listed(names, most=20)}). Give the "
            "same rules to frequent_lines and clean."
        )


def _cleaned(corpus: Corpus, works: list[Work], rules: Sequence[Rule]) -> Corpus:
    titles, events = clean_titles(corpus.ids, list(corpus.table["title"]), rules)
    for doc_id, work in zip(corpus.ids, works, strict=True):
        for name, (count, example) in work.done.items():
            events.append(Event("clean", doc_id, "changed", name, count, example[:80]))
        if not work.text:
            events.append(Event("clean", doc_id, "dropped", "empty after cleaning"))
    # Texts are the greater part of the table: those that go are not copied first.
    others = corpus.table.drop(columns="text").assign(title=titles)
    kept = others.loc[[bool(work.text) for work in works]]
    kept = kept.assign(text=[work.text for work in works if work.text])
    return Corpus(kept.reset_index(drop=True), corpus.ledger.add(events))
