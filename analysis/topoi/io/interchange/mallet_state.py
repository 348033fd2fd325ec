"""MALLET's state: a row a token, "doc source pos typeindex type topic", with alpha and beta."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.errors import InputError
from topoi.io.interchange.counted import Triples, check_rows
from topoi.io.interchange.given_files import fault, lines, number, whole

__all__ = ["State", "read_state", "state_bytes"]

_HEAD = "#doc source pos typeindex type topic"
_ALPHA, _BETA = "#alpha :", "#beta :"
_MOST = 2**31 - 1
_BLOCK = 4096  # stored counts whose topics are shared out at a time


@dataclass(frozen=True, eq=False)
class State:
    """The tokens of a state, counted.

    triples : document, term and tokens, an entry for each run of tokens
    topics : the topic of each entry of `triples`
    terms : V names, in order of appearance
    sources : name of each document, D; "NA" where it has none
    alpha : float64 (K,), the prior of a document's topics
    beta : the prior of a topic's terms
    """

    triples: Triples
    topics: NDArray[np.int64]
    terms: list[str]
    sources: list[str]
    alpha: NDArray[np.float64]
    beta: float


def state_bytes(
    counts: csr_array,
    topic_term: NDArray[np.float64],
    doc_topic: NDArray[np.float64],
    *,
    terms: list[str],
    sources: list[str],
    alpha: NDArray[np.float64],
    beta: float,
) -> bytes:
    """A state, packed, in which the tokens of a term in a document have their expected topics.

    The expected number of a term's tokens in each topic is rounded so that they add up (largest
    remainder, ties to the first topic); it is near the fit, and no draw.
    """
    priors = " ".join(repr(float(value)) for value in alpha)
    head = f"{_HEAD}\n{_ALPHA} {priors}\n{_BETA} {float(beta)!r}\n"
    rows = _rows(counts, _assigned(counts, topic_term, doc_topic), terms, sources)
    return gzip.compress("".join([head, *rows]).encode("utf-8"), compresslevel=6, mtime=0)


def read_state(path: Path) -> State:
    """The state in a file, packed or not.

    Raises
    ------
    InputError
        If a row is not as MALLET writes it, or alpha or beta is missing.
    """
    rows = lines(path)
    if next(rows, (0, ""))[1].strip() != _HEAD:
        raise fault(path, 1, f"a state begins with {_HEAD!r}")
    alpha = np.array(_priors(rows, path, _ALPHA))
    beta = _priors(rows, path, _BETA)[0]
    triples, topics = Triples(), Triples()
    places: dict[str, int] = {}
    sources: dict[int, str] = {}
    for row, text in rows:
        cells = text.split(" ")
        if len(cells) < 6:
            raise fault(path, row, f"a row has {_HEAD[1:]!r}, parted by spaces; got {text[:60]!r}")
        document = whole(cells[0], path, row, "the document", most=_MOST)
        topic = whole(cells[-1], path, row, "the topic", most=len(alpha) - 1)
        if not cells[-2]:
            raise fault(path, row, "the term is empty")
        column = places.setdefault(cells[-2], len(places))
        triples.add(document, column, 1)
        topics.rows.append(topic)
        sources.setdefault(document, " ".join(cells[1:-4]))
    n_rows = max(sources, default=-1) + 1
    check_rows(n_rows, len(triples.counts), where=str(path))
    if not places:
        raise InputError(f"{path} has no tokens.")
    return State(
        triples=triples,
        topics=np.array(topics.rows, dtype=np.int64),
        terms=list(places),
        sources=[sources.get(document, "NA") for document in range(n_rows)],
        alpha=alpha,
        beta=beta,
    )


def _priors(rows: Iterator[tuple[int, str]], path: Path, head: str) -> list[float]:
    row, text = next(rows, (0, ""))
    values = text.removeprefix(head).split()
    if not text.startswith(head) or not values:
        raise fault(path, row, f"here stands {head!r} with numbers; got {text[:60]!r}")
    return [number(value, path, row, "a prior", least=1e-300) for value in values]


def _assigned(
    counts: csr_array, topic_term: NDArray[np.float64], doc_topic: NDArray[np.float64]
) -> Iterator[NDArray[np.int64]]:
    """Tokens of each stored count in each topic, (block, K), summing to the count."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    for start in range(0, len(rows), _BLOCK):
        part = slice(start, start + _BLOCK)
        shares = doc_topic[rows[part]]
        weight = shares * topic_term[:, counts.indices[part]].T
        total = weight.sum(axis=1, keepdims=True)
        chance = np.where(total > 0, weight / np.where(total > 0, total, 1.0), shares)
        expected = chance * counts.data[part, np.newaxis]
        whole_part = np.floor(expected).astype(np.int64)
        left = counts.data[part] - whole_part.sum(axis=1)
        order = np.argsort(whole_part - expected, axis=1, kind="stable")
        extra = np.arange(chance.shape[1])[np.newaxis, :] < left[:, np.newaxis]
        np.put_along_axis(
            whole_part, order, np.take_along_axis(whole_part, order, axis=1) + extra, axis=1
        )
        yield whole_part


def _rows(
    counts: csr_array,
    blocks: Iterator[NDArray[np.int64]],
    terms: list[str],
    sources: list[str],
) -> Iterator[str]:
    documents = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    start, last, position = 0, -1, 0
    for block in blocks:
        entries, topics = np.nonzero(block)
        for entry, topic in zip(entries.tolist(), topics.tolist(), strict=True):
            document, column = int(documents[start + entry]), int(counts.indices[start + entry])
            position = position if document == last else 0
            last = document
            for _ in range(int(block[entry, topic])):
                source, term = sources[document], terms[column]
                yield f"{document} {source} {position} {column} {term} {topic}\n"
                position += 1
        start += len(block)
