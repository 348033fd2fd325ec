"""Which words people are shown of each topic, with one that does not belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, fraction
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.measures.coding_task import CodingTask, with_fingerprints
from topoi.measures.keyed_order import content_id, keyed_order
from topoi.measures.word_roots import distinct_terms, share_root

__all__ = ["CHECKS", "word_intrusion"]

CHECKS = (
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "lemon"),
    ("red", "blue", "green", "yellow", "purple", "orange", "brown", "bicycle"),
)
"""Everyday words of which the last does not fit: items that a coder who reads gets right."""

_INSTRUCTIONS = """\
# Which word does not belong?

Each row of your sheet has {n} words. All but one were found together by a program that sorts words
into topics; one was put among them from elsewhere. Write the **number** of the word that does not
belong (1 to {n}) into the column `intruder`.

- Answer every row. If you see no answer, take the best guess: guesses are reckoned with.
- Work alone, and do not look up how the words came about.
- Leave `item_id`, `coder` and the words as they are. Sort whole rows, never one column.
- Save as CSV (UTF-8), under the same name.
"""


class _Item(NamedTuple):
    words: tuple[str, ...]  # that belong together
    intruder: str
    topic: str
    intruder_topic: str
    is_check: bool


def word_intrusion(
    fit: TopicFit,
    *,
    n_words: int = 5,
    items_per_topic: int = 1,
    n_top: int = 20,
    low: float = 0.5,
    checks: Sequence[Sequence[str]] = CHECKS,
    random_state: int = 0,
) -> CodingTask:
    """Sets of words, one of which is from another topic; if people find it, the topic coheres.

    Shown are a topic's most probable terms, without those that share a root with a likelier one
    (migrant, migrants). The intruder is drawn from another topic, evenly over the topics that have
    a candidate and then over its candidates: one of that topic's `n_top` best terms, likelier there
    than here, whose probability here is in the lower part of the vocabulary, and that shares no
    root with a shown word.

    Parameters
    ----------
    fit : TopicFit of two topics or more
    n_words : int >= 2, words of the topic in each item
    items_per_topic : int >= 1
        Several items deal the topic's best terms among them (1st, 3rd, ... and 2nd, 4th, ...), as
        coders who met the same words twice would know the intruder by its being new.
    n_top : int >= 1, best terms of a topic from which intruders come
    low : float in (0, 1), quantile of a topic's probabilities that its intruder may not exceed
        and that its shown words, and those that it lends as intruders, must exceed
    checks : sets of more than n_words words, of which the last does not fit
        Attention items, scored apart; those that come with topoi are English. () for none.
    random_state : int >= 0; an item depends on it and on its own topic's words, not on the order

    Returns
    -------
    CodingTask
        Items: item_id, word_1, ... (str). Key: item_id, topic, intruder (int64, from 1: its place),
        n_choices (int64), intruder_word, intruder_topic (str, empty for checks), is_check (bool),
        shown. In the order of topics, checks last; `write_sheets` gives each coder another order.

    Raises
    ------
    InputError
        If a setting is out of range, or topics have too few distinct terms or no candidate; names
        up to five.

    References
    ----------
    Chang, Boyd-Graber, Gerrish, Wang & Blei (2009), Reading tea leaves: how humans interpret topic
    models, NIPS 22, section 3.1 (five words and an intruder). The bounds of high and low are ours.
    """
    _check(fit, n_words, items_per_topic, n_top, low)
    at_least("random_state", random_state, 0, whole=True)
    topics = [
        _distinct(fit, number, n_words * items_per_topic, low) for number in range(fit.n_topics)
    ]
    _check_enough(fit, topics, n_words * items_per_topic)
    pools = [_best(fit.topic_term[number], low)[:n_top] for number in range(fit.n_topics)]
    found = [
        item
        for number in range(fit.n_topics)
        for item in _of_topic(
            fit, number, topics, pools, items_per_topic, low=low, random_state=random_state
        )
    ]
    found += list(_checks(checks, n_words))
    settings = {"n_words": n_words, "items_per_topic": items_per_topic, "n_top": n_top}
    return _task(found, n_words, {**settings, "low": low, "seed": random_state})


def _check(fit: TopicFit, n_words: int, items_per_topic: int, n_top: int, low: float) -> None:
    if fit.n_topics < 2:
        raise InputError(
            "Word intrusion needs a fit of two topics or more: intruders come from another."
        )
    at_least("n_words", n_words, 2, whole=True)
    at_least("items_per_topic", items_per_topic, 1, whole=True)
    at_least("n_top", n_top, 1, whole=True)
    fraction("low", low)


def _best(weights: NDArray[np.float64], low: float) -> NDArray[np.int64]:
    """Columns by falling weight, ties by column, which is alphabetical; none of the lower part.

    A sharp topic has few terms of its own; the others lie at one floor and mean nothing.
    """
    order = np.argsort(-weights, kind="stable")
    return order[weights[order] > np.quantile(weights, low)]


def _distinct(fit: TopicFit, topic: int, n: int, low: float) -> list[str]:
    terms = fit.vocabulary.terms
    return distinct_terms((terms[column] for column in _best(fit.topic_term[topic], low)), n)


def _check_enough(fit: TopicFit, topics: list[list[str]], n: int) -> None:
    few = [name for name, words in zip(fit.topic_names, topics, strict=True) if len(words) < n]
    if few:
        raise InputError(
            f"{len(few)} topics have fewer than {n} terms of different roots: {listed(few)}. "
            "Lower n_words or items_per_topic, or count more terms."
        )


def _of_topic(
    fit: TopicFit,
    topic: int,
    topics: list[list[str]],
    pools: list[NDArray[np.int64]],
    n_items: int,
    *,
    low: float,
    random_state: int,
) -> Iterator[_Item]:
    here = fit.topic_term[topic]
    limit = np.quantile(here, low)
    for first in range(n_items):
        words = tuple(topics[topic][first::n_items])
        candidates: dict[int, list[str]] = {}
        for other in range(fit.n_topics):
            there = fit.topic_term[other]
            columns = [c for c in pools[other] if here[c] <= limit and here[c] < there[c]]
            terms = [fit.vocabulary.terms[column] for column in columns]
            fitting = [t for t in terms if not any(share_root(t, word) for word in words)]
            if other != topic and fitting:
                candidates[other] = fitting
        if not candidates:
            raise InputError(
                f"No term of another topic is rare enough in {fit.topic_names[topic]} to be its "
                "intruder. Raise low or n_top, or count more terms."
            )
        # By the words, not the numbers, of topics: models number them as they please.
        by_words = {tuple(topics[other]): other for other in candidates}
        source = by_words[keyed_order(by_words, random_state, "topic", words)[0]]
        word = keyed_order(candidates[source], random_state, "word", words)[0]
        yield _Item(words, word, fit.topic_names[topic], fit.topic_names[source], False)


def _checks(checks: Sequence[Sequence[str]], n_words: int) -> Iterator[_Item]:
    for words in checks:
        if isinstance(words, str) or len(set(words)) <= n_words:
            raise InputError(
                f"A check must have {n_words + 1} different words or more, the last of which does "
                f"not fit; got {words!r}. Give others, or checks=() for none."
            )
        yield _Item(tuple(words[:n_words]), words[-1], "", "", True)


def _task(found: list[_Item], n_words: int, settings: dict[str, object]) -> CodingTask:
    random_state = settings["seed"]
    ids = [content_id("w", item.words, item.intruder) for item in found]
    shown = [
        keyed_order([*item.words, item.intruder], random_state, "place", item_id)
        for item, item_id in zip(found, ids, strict=True)
    ]
    names = [f"word_{place}" for place in range(1, n_words + 2)]
    items = pd.DataFrame(shown, columns=names).astype("str")
    items.insert(0, "item_id", pd.Series(ids, dtype="str"))
    key = pd.DataFrame(
        {
            "item_id": pd.Series(ids, dtype="str"),
            "topic": pd.Series([item.topic for item in found], dtype="str"),
            "intruder": [
                row.index(item.intruder) + 1 for row, item in zip(shown, found, strict=True)
            ],
            "n_choices": n_words + 1,
            "intruder_word": pd.Series([item.intruder for item in found], dtype="str"),
            "intruder_topic": pd.Series([item.intruder_topic for item in found], dtype="str"),
            "is_check": [item.is_check for item in found],
        }
    )
    return CodingTask(
        kind="word_intrusion",
        items=items,
        answers=("intruder",),
        key=with_fingerprints(key, items),
        instructions=_INSTRUCTIONS.format(n=n_words + 1),
        settings=settings,
    )
