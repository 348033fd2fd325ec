"""What MALLET's text files say of topics: shares of documents, keys, weights of terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError, listed
from topoi.fit import TopicFit
from topoi.io.interchange.given_files import fault, lines, number, whole
from topoi.io.interchange.trip import one_line_each

__all__ = [
    "Named",
    "joined_terms",
    "key_rows",
    "read_alpha",
    "read_shares",
    "read_weights",
    "share_rows",
    "weight_rows",
]

_KEY_TERMS = 20
_MOST = 2**31 - 1


class Named(NamedTuple):
    """Rows of numbers, and the names of documents (of shares) or terms (of weights).

    ids : names
    values : float64, documents x topics, or topics x terms
    """

    ids: list[str]
    values: NDArray[np.float64]


def share_rows(ids: list[str], doc_topic: NDArray[np.float64]) -> Iterator[str]:
    """The lines of doc-topics.txt: number, name and shares."""
    for document, (name, shares) in enumerate(zip(ids, doc_topic.tolist(), strict=True)):
        yield "\t".join([str(document), name, *map(repr, shares)]) + "\n"


def key_rows(fit: TopicFit, terms: list[str], alpha: NDArray[np.float64]) -> Iterator[str]:
    """The lines of topic-keys.txt: topic, alpha and its most probable terms."""
    best = np.argsort(-fit.topic_term, axis=1, kind="stable")[:, :_KEY_TERMS]
    for topic, columns in enumerate(best.tolist()):
        yield f"{topic}\t{float(alpha[topic])!r}\t{' '.join(terms[c] for c in columns)}\n"


def weight_rows(fit: TopicFit, terms: list[str]) -> Iterator[str]:
    """The lines of word-weights.txt: topic, term and its probability."""
    for topic, weights in enumerate(fit.topic_term.tolist()):
        for term, weight in zip(terms, weights, strict=True):
            yield f"{topic}\t{term}\t{weight!r}\n"


def read_shares(path: Path | None) -> Named | None:
    """The shares of doc-topics.txt, dense or, as older versions wrote them, topic and share."""
    if path is None:
        return None
    ids, rows = [], []
    is_paired = False
    for row, text in lines(path):
        if text.startswith("#doc"):
            is_paired = True
            continue
        cells = text.rstrip("\t ").split("\t") if "\t" in text else text.split()
        if len(cells) < 3 or (is_paired and len(cells) % 2):
            raise fault(path, row, "a row is number, name and shares, parted by tabs")
        whole(cells[0], path, row, "the number", most=_MOST)
        ids.append(cells[1])
        rows.append(_paired(cells[2:], path, row) if is_paired else _dense(cells[2:], path, row))
    if not rows or len({len(shares) for shares in rows}) != 1:
        raise InputError(f"{path} must have the same number of topics in each row, and a row.")
    return Named(ids, np.array(rows))


def _dense(cells: list[str], path: Path, row: int) -> list[float]:
    return [number(cell, path, row, "a share") for cell in cells]


def _paired(cells: list[str], path: Path, row: int) -> list[float]:
    n_topics = len(cells) // 2
    shares = [-1.0] * n_topics
    for topic, share in zip(cells[::2], cells[1::2], strict=True):
        place = whole(topic, path, row, "a topic", most=n_topics - 1)
        shares[place] = number(share, path, row, "a share")
    if min(shares) < 0:
        raise fault(path, row, f"the topics 0 to {n_topics - 1} must be there once each")
    return shares


def read_weights(path: Path | None) -> Named | None:
    """The terms, and the weights of each topic, (K, V)."""
    if path is None:
        return None
    place: dict[str, int] = {}
    topics: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, text in lines(path):
        cells = text.split("\t")
        if len(cells) != 3 or not cells[1]:
            raise fault(path, row, "a row is topic, term and weight, parted by tabs")
        topics.append(whole(cells[0], path, row, "the topic", most=_MOST))
        columns.append(place.setdefault(cells[1], len(place)))
        values.append(number(cells[2], path, row, "the weight"))
    n_topics = max(topics, default=-1) + 1
    if n_topics * len(place) != len(values) or len(set(zip(topics, columns, strict=True))) != len(
        values
    ):
        raise InputError(f"{path} must have each term once in each topic; is it cut?")
    weights = np.zeros((n_topics, len(place)))
    weights[topics, columns] = values
    return Named(list(place), weights)


def read_alpha(path: Path, n_topics: int) -> NDArray[np.float64]:
    """The priors of topic-keys.txt, (K,)."""
    alpha = []
    for row, text in lines(path):
        cells = text.split("\t")
        if len(cells) < 3:
            raise fault(path, row, "a row is topic, alpha and terms, parted by tabs")
        alpha.append(number(cells[1], path, row, "alpha", least=1e-300))
    if len(alpha) != n_topics:
        raise InputError(f"{path} has {len(alpha)} topics; expected {n_topics}.")
    return np.array(alpha)


def joined_terms(terms: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Terms whose spaces, which part cells, are underscores, and a note on it."""
    one_line_each(terms, "terms", other="\t")
    joined = [term.replace(" ", "_") for term in terms]
    changed = [term for term, new in zip(terms, joined, strict=True) if term != new]
    clashes = sorted(set(joined) & {each.replace(" ", "_") for each in changed} & set(terms))
    if clashes or len(set(joined)) < len(joined):
        raise InputError(
            f"Spaces in terms become underscores here, but {listed(clashes) or 'some'} are terms "
            "already. Count the phrases or these terms, not both."
        )
    return joined, [f"spaces became underscores in {len(changed)} terms"] if changed else []
