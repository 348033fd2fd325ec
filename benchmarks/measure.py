"""What one fit takes and gives; engine.py runs this in a process of its own for each fit."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import fresh
import numpy as np
from corpora import Corpus, load_corpus
from memory import PeakMemory
from peers import ENGINES, Peer, source_hash
from results import Record, machine, version_of
from scipy.sparse import csr_array
from scorer import score

# Passes and draws after which the product's topics are looked at, each by a fit of its own, in the
# order of the work they take: a draw is less than half of a pass.
SCHEDULE = (
    *((passes, 0) for passes in (2, 3, 4, 5, 7, 10, 14, 20)),
    *((28, 0), (20, 20), (40, 0), (40, 20), (60, 0), (60, 20), (80, 0), (100, 0), (100, 60)),
)


def measure(
    *, corpus: str, k: int, engine: str, seed: int, docs: int | None, iterations: int | None
) -> Record:
    """Fit once (the product: once for each entry of the schedule too) and score.

    `docs` None takes all documents, `iterations` None the number that the engine comes with.

    Returns
    -------
    dict
        package, version, settings, iterations; seconds_load, seconds (of the fit); peak_mib,
        children_mib (over what was there before it); n_iter; the fields of Scores; machine, load
        (the system's one-minute load before the fit). For the product also `source` and `points`,
        one for each entry of the schedule: passes, draws, seconds, n_iter and Scores.
    """
    peer, held = ENGINES[engine], _first(load_corpus(corpus), docs)
    iterations = peer.iterations if iterations is None else iterations
    _warm_up(peer)
    load = os.getloadavg()[0]
    begun = time.perf_counter()
    taken_in = peer.load(held.train)
    record: Record = {
        "package": peer.package,
        "version": version_of(peer.package),
        "settings": peer.settings,
        "iterations": iterations,
        "seconds_load": time.perf_counter() - begun,
    }
    memory = PeakMemory()
    record |= _fit(peer, taken_in, held, k=k, iterations=iterations, seed=seed, memory=memory)
    if engine == "topoi":
        record["source"] = source_hash()
        record["points"] = list(_points(peer, held, k, seed))
    return record | {"machine": machine(), "load": round(load, 2)}


def _fit(
    peer: Peer,
    taken_in: Any,
    held: Corpus,
    *,
    k: int,
    iterations: int,
    seed: int,
    memory: PeakMemory | None = None,
    **settings: int,
) -> Record:
    begun = time.perf_counter()
    model = peer.fit(taken_in, k, iterations, seed, **peer.settings, **settings)
    record: Record = {"seconds": time.perf_counter() - begun}
    if memory:
        record |= {"peak_mib": memory.own(), "children_mib": memory.children()}
    topics = peer.topics(model, held.train.shape[1])
    record["n_iter"] = topics.n_iter
    return record | asdict(score(held, topics.topic_term, topics.prior))


def _points(peer: Peer, held: Corpus, k: int, seed: int) -> Iterator[Record]:
    """The product after each entry of the schedule."""
    for passes, draws in SCHEDULE:
        fit = _fit(
            peer, held.train, held, k=k, iterations=passes, seed=seed, tol=0.0, draw_passes=draws
        )
        yield {"passes": passes, "draws": draws} | fit


def _first(corpus: Corpus, docs: int | None) -> Corpus:
    """The same with the first documents of the training set only, for trials."""
    if docs is None:
        return corpus
    train = corpus.train[:docs]
    is_used = np.asarray(train.sum(axis=0)).ravel() > 0
    parts = {name: getattr(corpus, name)[:, is_used] for name in ("given", "hidden")}
    return replace(corpus, train=csr_array(train[:, is_used]), **parts)


def _warm_up(peer: Peer) -> None:
    """A fit on a few words, so that nothing is compiled or imported in the one that is timed."""
    rng = np.random.default_rng(0)
    counts = csr_array(rng.poisson(1.0, size=(40, 30)).astype(np.int32))
    peer.topics(peer.fit(peer.load(counts), 3, 2, 0, **peer.settings), 30)


if __name__ == "__main__":
    fresh.answer(measure)
