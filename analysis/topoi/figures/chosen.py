"""Which of a study's fits, and which of its topics, a figure has room for."""

from __future__ import annotations

from topoi.fit import TopicFit
from topoi.study import Study

__all__ = ["main_fit", "shown_topics"]

_MOST_TOPICS = 12  # panels of top terms that fit on a page


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
