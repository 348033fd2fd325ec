"""What remains of the texts without mark-up, boiler-plate and broken characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from topoi.corpus.boilerplate import drop_boilerplate, drop_repeats, frequent_lines
from topoi.corpus.corpus import Corpus
from topoi.corpus.database import drop_database_header
from topoi.corpus.layout import lay_out
from topoi.corpus.ledger import Event
from topoi.corpus.markdown import drop_markdown, read_tables
from topoi.corpus.markup import drop_debris, drop_html
from topoi.corpus.rules import (
    Outcome,
    Rule,
    drop_links,
    drop_odd_characters,
    join_hyphens,
    mend_encoding,
    mend_spacing,
)
from topoi.errors import InputError

__all__ = ["RULES", "clean", "clean_text"]

RULES: tuple[Rule, ...] = (
    # Encoding before characters: broken UTF-8 is partly made of control characters.
    Rule("broken encoding mended", mend_encoding),
    Rule("odd characters removed", drop_odd_characters),
    Rule("HTML removed", drop_html),
    Rule("debris of HTML removed", drop_debris),
    Rule("table rows written out", read_tables),
    Rule("Markdown removed", drop_markdown),
    Rule("addresses removed", drop_links),
    Rule("divided words joined", join_hyphens),
    Rule("database header removed", drop_database_header),
    Rule("boiler-plate lines removed", drop_boilerplate),
    Rule("missing spaces added", mend_spacing),
    Rule("white space and paragraphs", lay_out),
    Rule("repeated lines removed", drop_repeats),
)

_FREQUENT = "lines of many documents removed"
# One rule may bring out work for another (an escaped tag). Each round shortens or settles the
# text; the bound only guards against a rule of the caller's own that never settles.
_MOST_ROUNDS = 20


def clean(corpus: Corpus, *, rules: Sequence[Rule] | None = None, min_repeats: int = 4) -> Corpus:
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

    Returns
    -------
    Corpus
        Texts are paragraphs with one blank line between; a list is its lead-in line, then lines
        "- item". A document without any text left is dropped. Cleaning twice is cleaning once.

    Raises
    ------
    InputError
        If the corpus is segmented, or `min_repeats` is below 2.

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
    works = [_Work(text) for text in corpus.texts]
    sources = list(corpus.table["source"])
    for _ in range(_MOST_ROUNDS):
        for work in works:
            work.settle(chosen)
        outcomes = frequent_lines([work.text for work in works], sources, min_repeats=min_repeats)
        if not sum(outcome.times for outcome in outcomes):
            break
        for work, outcome in zip(works, outcomes, strict=True):
            work.take(_FREQUENT, outcome)
    return _cleaned(corpus, works)


def clean_text(text: str, *, rules: Sequence[Rule] | None = None) -> str:
    r"""One text without mark-up, boiler-plate and broken characters, by the rules of `clean`.

    Examples
    --------
    >>> clean_text("## Aid\nMore **work** visas.\nRead more")
    'Aid\n\nMore work visas.'
    """
    work = _Work(text)
    work.settle(RULES if rules is None else tuple(rules))
    return work.text


class _Work:
    """A text on its way, and what each rule did to it: count and first example, in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done: dict[str, tuple[int, str]] = {}
        self._is_settled = False

    def settle(self, rules: Iterable[Rule]) -> None:
        """Apply the rules until they no longer change the text."""
        chosen = tuple(rules)
        for _ in range(0 if self._is_settled else _MOST_ROUNDS):
            before = self.text
            for rule in chosen:
                self.take(rule.name, rule.apply(self.text))
            if self.text == before:
                break
        self._is_settled = True

    def take(self, name: str, outcome: Outcome) -> None:
        """Go on with the text of an outcome, remembering what was done."""
        if outcome.text == self.text:
            return
        count, example = self.done.get(name, (0, outcome.example))
        self.done[name] = (count + max(1, outcome.times), example)
        self.text = outcome.text
        self._is_settled = False


def _cleaned(corpus: Corpus, works: list[_Work]) -> Corpus:
    events = []
    for doc_id, work in zip(corpus.ids, works, strict=True):
        for name, (count, example) in work.done.items():
            events.append(Event("clean", doc_id, "changed", name, count, example[:80]))
        if not work.text:
            events.append(Event("clean", doc_id, "dropped", "empty after cleaning"))
    changed = corpus.with_texts([work.text for work in works])
    return changed.select([bool(work.text) for work in works], events)
