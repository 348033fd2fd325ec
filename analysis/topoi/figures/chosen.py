"""Which of a study's fits, and which of its topics, a figure has room for."""

from __future__ import annotations

from topoi.fit import TopicFit
from topoi.study import Study

__all__ = ["main_fit", "shown_strips", "shown_topics"]

_MOST_TOPICS = 12  # panels of top terms that fit on a page
_MOST_STRIPS, _SEVERAL = 6, 4  # documents shown as strips; passages in which themes can alternate


def main_fit(study: Study) -> tuple[str, TopicFit]:
    """The first model that knows the themes, or the first of all, by name."""
    named = list(study.fits.items())
    return next(((name, fit) for name, fit in named if fit.themes), named[0])


def shown_topics(fit: TopicFit) -> tuple[str, list[int]]:
    """What to call the topics whose terms are drawn, and which: all, or those that fit a page."""
    every = list(range(fit.n_topics))
    if len(every) <= _MOST_TOPICS or not fit.themes:
        return "each topic", every
    themed = [topic for topics in fit.themes.values() for topic in topics]
    if len(themed) <= _MOST_TOPICS:
        return "each theme topic", themed
    return "the first topic of each theme", [topics[0] for topics in fit.themes.values()]


def shown_strips(study: Study) -> tuple[str, list[str]]:
    """What to call the documents that are shown as strips, and which: those with most tokens.

    If there are so many, of those with four passages or more; a single passage is never shown.
    """
    shares = study.shares
    passages = shares.loc[shares["theme"] == shares["theme"].iloc[0]]
    documents = passages.groupby("doc_id")["n_tokens"].agg(["sum", "size"]).sort_index()
    documents = documents.sort_values("sum", ascending=False, kind="stable")
    several = documents["size"] >= _SEVERAL
    chosen = documents.loc[several].head(_MOST_STRIPS).index
    rest = documents.loc[~several & (documents["size"] > 1)].head(_MOST_STRIPS - len(chosen)).index
    shown = [str(doc_id) for doc_id in documents.index if doc_id in {*chosen, *rest}]
    is_longest = shown == [str(doc_id) for doc_id in documents.index[: len(shown)]]
    return "the longest documents" + ("" if is_longest else " of several passages"), shown
