"""Which rule of cleaning changed what in one document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

import pandas as pd

from topoi.corpus.clean import settled_works
from topoi.corpus.corpus import Corpus
from topoi.corpus.frequent import FrequentLines
from topoi.corpus.rules import Rule
from topoi.errors import InputError
from topoi.html_table import html_table, shortened
from topoi.printable import printable

__all__ = ["CleaningSteps", "explain_cleaning"]

_COLUMNS = ("step", "rule", "before", "after")
_SHOWN = 160  # characters of a line in a terminal or notebook
_CONTEXT = 40  # characters before the first change in a long line
_MOST_LINES = 2000  # that are compared one by one; beyond, what changed is shown as one piece


@dataclass(frozen=True, eq=False)
class CleaningSteps:
    """A document before and after cleaning, and what each rule changed on the way.

    before, after : str
        The text as it was, and as `clean` leaves it; empty where nothing stays.
    table : DataFrame
        step (int64, from 1), rule (str), before, after (str): a row for each stretch of lines that
        a step changed, in order. A step is one rule applied once. Blank lines are left out; where
        nothing but them and spaces at line ends changed, the row says how many lines there were.
    """

    doc_id: str
    before: str
    after: str
    table: pd.DataFrame

    def __repr__(self) -> str:
        lines = [f"<{self._headline()}>"]
        step = 0
        columns = (self.table[name].tolist() for name in _COLUMNS)
        for number, rule, before, after in zip(*columns, strict=True):
            lines += [f"{number}. {rule}"] if number != step else []
            lines += [f"   {sign} {line}" for sign, line in _shown(before, after)]
            step = number
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        changes = zip(self.table["before"], self.table["after"], strict=True)
        cells = [
            "<br>".join(escape(f"{sign} {line}") for sign, line in _shown(before, after))
            for before, after in changes
        ]
        told = "− went, + came"
        shown = self.table[["step", "rule"]].assign(**{told: pd.Series(cells, dtype="object")})
        return html_table(self._headline(), shown, markup=[told])

    def _headline(self) -> str:
        n_steps = int(self.table["step"].nunique())
        sizes = f"{len(self.before)} to {len(self.after)} characters"
        return f"Cleaning of {printable(self.doc_id)}: {n_steps} steps, {sizes}"


def explain_cleaning(
    corpus: Corpus,
    doc_id: str,
    *,
    rules: Sequence[Rule] | None = None,
    min_repeats: int | None = None,
    frequent: FrequentLines | None = None,
    n_jobs: int | None = None,
) -> CleaningSteps:
    r"""A document before and after `clean`, with the rule behind each change.

    Parameters
    ----------
    corpus : Corpus
        As it is before `clean`; all of it is cleaned, for what many documents share goes. A part
        of a corpus needs the `frequent` lines of the whole.
    doc_id : str
        The document to be shown.
    rules, min_repeats, frequent, n_jobs : as for `clean`

    Returns
    -------
    CleaningSteps
        Readable in a terminal and in a notebook; its `table` has a row for each change.

    Raises
    ------
    InputError
        If no document has that id, and as `clean` does.

    Examples
    --------
    >>> table = pd.DataFrame({"doc_id": ["a"], "text": ["One &amp; all\nShare this"]})
    >>> explain_cleaning(Corpus(table), "a")
    <Cleaning of a: 2 steps, 24 to 9 characters>
    1. HTML removed
       - One &amp; all
       + One & all
    2. boiler-plate lines removed
       - Share this
    """
    if doc_id not in set(corpus.table["doc_id"]):
        raise InputError(
            f"No document has the id {doc_id!r}. See the column doc_id of the corpus for the ids."
        )
    place = corpus.ids.index(doc_id) if not corpus.is_segmented else 0
    works = settled_works(
        corpus,
        rules=rules,
        min_repeats=min_repeats,
        frequent=frequent,
        n_jobs=n_jobs,
        watched=place,
    )
    steps = list(works[place].trace or ())
    rows = [
        (number, name, *change)
        for number, (name, before, after) in enumerate(steps, start=1)
        for change in _changes(before, after)
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(
        {"step": "int64", "rule": "str", "before": "str", "after": "str"}
    )
    return CleaningSteps(doc_id, corpus.texts[place], works[place].text, table)


def _changes(before: str, after: str) -> list[tuple[str, str]]:
    """Stretches of lines that differ between two texts: as they were, and as they are."""
    old = [line for line in before.split("\n") if line.strip()]
    new = [line for line in after.split("\n") if line.strip()]
    found = [("\n".join(old[a:b]), "\n".join(new[c:d])) for a, b, c, d in _stretches(old, new)]
    if found:
        return found
    return [(f"{before.count(chr(10)) + 1} lines", f"{after.count(chr(10)) + 1} lines")]


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    start, least = 0, min(len(old), len(new))
    while start < least and old[start] == new[start]:
        start += 1
    end = 0
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    olds, news = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(olds), len(news)) > _MOST_LINES:
        yield start, len(old) - end, start, len(new) - end
        return
    for kind, a, b, c, d in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start + a, start + b, start + c, start + d


def _shown(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Each line that went ("-") or came ("+"); lines that changed in pairs, about the change."""
    old, new = ([line for line in text.split("\n") if line.strip()] for text in (before, after))
    if len(old) != len(new):
        yield from (("-", shortened(line, most=_SHOWN)) for line in old)
        yield from (("+", shortened(line, most=_SHOWN)) for line in new)
        return
    for was, now in zip(old, new, strict=True):
        start = _same_start(was, now) - _CONTEXT
        if was != now:
            yield "-", _about(was, start)
            yield "+", _about(now, start)


def _same_start(one: str, other: str) -> int:
    """How many characters two lines begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _about(line: str, start: int) -> str:
    """The line from a place on; all of it where it is short."""
    if start <= 0 or len(line) <= _SHOWN:
        return shortened(line, most=_SHOWN)
    return f"…{shortened(line[start:], most=_SHOWN - 1)}"
