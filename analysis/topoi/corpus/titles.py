"""What remains of titles without broken and odd characters."""

from __future__ import annotations

from collections.abc import Sequence

from topoi.corpus.ledger import Event
from topoi.corpus.rules import Rule
from topoi.corpus.settle import Work

__all__ = ["clean_titles"]


def clean_titles(
    ids: Sequence[str], titles: Sequence[str], rules: Sequence[Rule]
) -> tuple[list[str], list[Event]]:
    """Each title as the rules that say `in_titles` leave it, and an event for each that acted.

    The reason of an event is the rule's name with "(title)". A title of printable ASCII alone is
    left as it is; one that changes becomes a single line without runs of spaces.

    Parameters
    ----------
    ids, titles : of the documents, in their order
    """
    chosen = tuple(rule for rule in rules if rule.in_titles)
    cleaned, events = list(titles), list[Event]()
    for at, title in enumerate(titles):
        if not chosen or (title.isascii() and title.isprintable()):
            continue
        work = Work(title)
        work.settle(chosen)
        for name, (count, example) in work.done.items():
            events.append(
                Event("clean", ids[at], "changed", f"{name} (title)", count, example[:80])
            )
            cleaned[at] = " ".join(work.text.split())
    return cleaned, events
