"""Which topics people are shown beside a text, with one that is hardly in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least, fraction
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.measures.coding_task import CodingTask, with_fingerprints
from topoi.measures.keyed_order import content_id, drawn, keyed_order
from topoi.measures.word_roots import distinct_terms

__all__ = ["topic_intrusion"]

_MOST_COMMON = 0.25  # part of its words that the intruder may share with a shown topic
_INSTRUCTIONS = """\
# Which topic does not belong to the text?

Each row of your sheet has a text and {n} topics, each shown by its words. All but one are what a
program found in the text; one is hardly in it. Read the text, then write the **number** of the
topic that does not belong (1 to {n}) into the column `intruder`.

- Answer every row. If you see no answer, take the best guess: guesses are reckoned with.
- Work alone, and do not look up how the topics came about.
- Leave `item_id`, `coder`, texts and topics as they are. Sort whole rows, never one column.
- Save as CSV (UTF-8), under the same name.
"""


class _Rule(NamedTuple):
    """Which rows can be asked about."""

    n_topics: int
    least_share: float
    fewest_tokens: int


class _Row(NamedTuple):
    """A row that can be asked about."""

    number: int  # in the fit
    largest: tuple[int, ...]  # topics, largest share first
    intruders: tuple[int, ...]  # topics that could be one


class _Item(NamedTuple):
    row: int  # its number in the fit
    topics: tuple[int, ...]  # largest share first, the intruder last


def topic_intrusion(
    fit: TopicFit,
    texts: Corpus,
    n: int,
    *,
    n_topics: int = 3,
    n_words: int = 8,
    least_share: float = 0.05,
    fewest_tokens: int = 15,
    most_characters: int = 2000,
    random_state: int = 0,
) -> CodingTask:
    """Texts with their largest topics and one that is hardly there; can people tell which?

    The intruder is drawn evenly from the topics whose share in the row is at most the median of
    the row's shares and below each shown one, that are the largest topic of some other row, and
    that have no more than a quarter of their shown words in common with a shown topic. Rows that
    have no such topic cannot be asked about and are not drawn.

    Parameters
    ----------
    fit : TopicFit of more than n_topics topics
    texts : Corpus with the rows that the fit was made of, passages or documents
    n : int >= 1, rows to show
        Drawn evenly over the rows' largest topics as far as these have rows, at random within.
    n_topics : int >= 1, topics of the row in each item
    n_words : int >= 1, words that show a topic: its most probable ones of different roots
    least_share : float in [0, 1); rows in which a shown topic would have less are not drawn: it
        would be as much an intruder as the intruder
    fewest_tokens : int >= 0; shorter rows are not drawn: their shares hang on a word or two
    most_characters : int >= 100; longer texts are cut at a word and end in [...]
    random_state : int >= 0

    Returns
    -------
    CodingTask
        Items: item_id, text, topic_1, ... (str). Key: item_id, passage_id (or doc_id alone),
        doc_id, topic (the row's largest), intruder (int64, from 1: its place), n_choices (int64),
        intruder_topic, share_1, ... (float64, of the shown topics in their order), stratum (the
        largest topic), probability (float64, with which the row was drawn), shown.

    Raises
    ------
    InputError
        If a setting is out of range, the corpus lacks rows of the fit, or fewer than n rows can be
        asked about.

    References
    ----------
    Chang, Boyd-Graber, Gerrish, Wang & Blei (2009), Reading tea leaves: how humans interpret topic
    models, NIPS 22, section 3.2 (three topics of eight words and an intruder).
    """
    _check(fit, n, n_topics, n_words, most_characters=most_characters, least_share=least_share)
    at_least("random_state", random_state, 0, whole=True)
    by_id = _texts(fit, texts)
    rule = _Rule(n_topics, least_share, fewest_tokens)
    words = [_shown_words(fit, topic, n_words) for topic in range(fit.n_topics)]
    asked = dict(_possible(fit, by_id, words, rule))
    main = {unit: fit.topic_names[row.largest[0]] for unit, row in asked.items()}
    chosen = _chosen(main, list(fit.topic_names), n, random_state)
    items = {unit: _item(unit, asked[unit], words, random_state) for unit in chosen}
    settings = {"n": n, "n_topics": n_topics, "n_words": n_words, "fewest_tokens": fewest_tokens}
    return _task(
        fit,
        {unit: (by_id[unit], items[unit], p) for unit, p in chosen.items()},
        words,
        {
            **settings,
            "most_characters": most_characters,
            "least_share": least_share,
            "seed": random_state,
        },
    )


def _check(
    fit: TopicFit, n: int, n_topics: int, n_words: int, *, most_characters: int, least_share: float
) -> None:
    at_least("n", n, 1, whole=True)
    at_least("n_topics", n_topics, 1, whole=True)
    at_least("n_words", n_words, 1, whole=True)
    at_least("most_characters", most_characters, 100, whole=True)
    fraction("least_share", least_share, zero=True)
    if fit.n_topics <= n_topics:
        raise InputError(
            f"The fit has {fit.n_topics} topics; topic intrusion with n_topics={n_topics} needs "
            f"{n_topics + 1} or more. Fit more topics, or show fewer."
        )


def _texts(fit: TopicFit, texts: Corpus) -> dict[str, str]:
    by_id = dict(zip(texts.ids, texts.texts, strict=True))
    ids = fit.ids
    lacking = [unit for unit in ids if unit not in by_id]
    if lacking:
        raise InputError(
            f"The corpus lacks {len(lacking)} rows of the fit: {listed(lacking)}. "
            "Give the passages or documents that were counted for it."
        )
    return {unit: by_id[unit] for unit in ids}


def _shown_words(fit: TopicFit, topic: int, n_words: int) -> tuple[str, ...]:
    weights = fit.topic_term[topic]
    order = np.argsort(-weights, kind="stable")
    best = (fit.vocabulary.terms[column] for column in order if weights[column] > 0)
    return tuple(distinct_terms(best, n_words))


def _possible(
    fit: TopicFit, by_id: Mapping[str, str], words: list[tuple[str, ...]], rule: _Rule
) -> Iterator[tuple[str, _Row]]:
    n_tokens = fit.units["n_tokens"].to_numpy()
    is_main = np.bincount(fit.doc_topic.argmax(axis=1), minlength=fit.n_topics)
    alike = np.array([[_too_alike(one, other) for other in words] for one in words], dtype=bool)
    for row, unit in enumerate(by_id):
        if n_tokens[row] < max(rule.fewest_tokens, 1) or not by_id[unit].strip():
            continue
        shares = fit.doc_topic[row]
        largest = np.argsort(-shares, kind="stable")[: rule.n_topics].tolist()
        if shares[largest[-1]] < rule.least_share:
            continue
        elsewhere = is_main - (np.arange(fit.n_topics) == largest[0])
        intruders = _intruders(shares, largest, elsewhere, alike)
        if intruders:
            yield unit, _Row(row, tuple(largest), tuple(intruders))


def _too_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(set(one) & set(other)) > _MOST_COMMON * len(one)


def _intruders(
    shares: NDArray[np.float64],
    largest: list[int],
    n_main: NDArray[np.int64],
    alike: NDArray[np.bool_],
) -> list[int]:
    is_low = (shares <= np.median(shares)) & (shares < shares[largest[-1]])
    is_free = is_low & (n_main > 0) & ~alike[:, largest].any(axis=1)
    is_free[largest] = False
    found: list[int] = np.flatnonzero(is_free).tolist()
    return found


def _chosen(main: dict[str, str], topics: list[str], n: int, random_state: int) -> dict[str, float]:
    if len(main) < n:
        raise InputError(
            f"{len(main)} rows are long enough and have a topic that could intrude; n is {n}. "
            "Ask for fewer, lower least_share or fewest_tokens, or show fewer topics."
        )
    counts = Counter(main.values())
    sizes = dict.fromkeys(topics, 0)
    for _ in range(n):  # one at a time to the topic with the fewest, ties by order
        free = [name for name in topics if sizes[name] < counts[name]]
        sizes[min(free, key=sizes.__getitem__)] += 1
    return drawn(list(main), list(main.values()), sizes, random_state, "row")


def _item(unit: str, asked: _Row, words: list[tuple[str, ...]], random_state: int) -> _Item:
    by_words = {words[topic]: topic for topic in asked.intruders}
    intruder = by_words[keyed_order(by_words, random_state, "intruder", unit)[0]]
    return _Item(asked.number, (*asked.largest, intruder))


def _task(
    fit: TopicFit,
    chosen: dict[str, tuple[str, _Item, float]],
    words: list[tuple[str, ...]],
    settings: dict[str, Any],
) -> CodingTask:
    shown, keys = [], []
    for unit, (text, item, probability) in chosen.items():
        item_id = content_id("t", unit, [words[topic] for topic in item.topics])
        places = keyed_order(item.topics, settings["seed"], "place", item_id)
        cut = _cut(text, settings["most_characters"])
        shown.append((item_id, cut, *(", ".join(words[topic]) for topic in places)))
        keys.append(_key(fit, item_id, item, places, probability))
    names = [f"topic_{place}" for place in range(1, settings["n_topics"] + 2)]
    items = pd.DataFrame(shown, columns=["item_id", "text", *names]).astype("str")
    key = pd.DataFrame(keys)
    return CodingTask(
        kind="topic_intrusion",
        items=items,
        answers=("intruder",),
        key=with_fingerprints(key, items),
        instructions=_INSTRUCTIONS.format(n=len(names)),
        settings=settings,
    )


def _cut(text: str, most: int) -> str:
    """The text, or if it is longer its beginning, without blanks before, to a word, and [...]."""
    if len(text) <= most:
        return text
    kept = text.strip()
    return kept if len(kept) <= most else f"{kept[:most].rsplit(maxsplit=1)[0]} [...]"


def _key(
    fit: TopicFit, item_id: str, item: _Item, places: list[int], probability: float
) -> dict[str, Any]:
    unit = fit.units.iloc[item.row]
    row: dict[str, Any] = {"item_id": item_id}
    if fit.is_segmented:
        row["passage_id"] = unit["passage_id"]
    shares = {
        f"share_{place}": float(fit.doc_topic[item.row, topic])
        for place, topic in enumerate(places, start=1)
    }
    main = fit.topic_names[item.topics[0]]
    return row | {
        "doc_id": unit["doc_id"],
        "topic": main,
        "intruder": places.index(item.topics[-1]) + 1,
        "n_choices": len(places),
        "intruder_topic": fit.topic_names[item.topics[-1]],
        **shares,
        "stratum": main,
        "probability": probability,
    }
