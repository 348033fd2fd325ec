"""What one measurement of the path over partitions takes: seconds by step, peak memory, hashes.

Asked by scale.py, in a process of its own.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from corpora import SEED, SHARED
from fresh import answer
from memory import PeakMemory
from pyarrow import parquet

import topoi
from topoi import scale

SOURCE, BUILT, FITTED, HASHED = "source", "built", "fitted", "hashed"
FEDERAL = SHARED / "federal_register_full.parquet"
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"(\s+)")
_BATCH = 500  # documents written at once


def measure(way: str, **settings: Any) -> dict[str, Any]:
    """Make the files, build counts of them, fit a model to these, or hash fits made unlike."""
    return {SOURCE: source, BUILT: built, FITTED: fitted, HASHED: hashed}[way](**settings)


def source(folder: str, tokens: float, text: str = str(FEDERAL)) -> dict[str, Any]:
    """Files of documents with about so many words: the passages of the corpus, shuffled.

    Each file is the whole corpus, its passages drawn into other documents. From the second file
    on the words of each passage are shuffled too, or their lines would stand in many documents and
    be taken out as such; the lengths of words, lines and passages and the vocabulary stay.
    """
    texts = pd.read_parquet(text, columns=["text"])["text"]
    passages = [p for one in texts for p in re.split(r"\n\s*\n", one) if p.strip()]
    lengths = np.array([len(_WORD.findall(p)) for p in passages])
    n_each = np.array([max(len(re.split(r"\n\s*\n", one)), 1) for one in texts])
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    n_words = n_documents = number = 0
    while n_words < tokens:
        order = np.random.default_rng([SEED, number]).permutation(len(passages))
        stops = np.searchsorted(np.cumsum(lengths[order]), tokens - n_words) + 1
        ends = np.minimum(np.cumsum(n_each), stops)
        ends = ends[: int(np.searchsorted(ends, ends[-1])) + 1]
        starts = np.concatenate([[0], ends[:-1]])
        drawn = passages if number == 0 else _shuffled(passages, number)
        _write(place / f"{number:03}.parquet", drawn, order, starts, ends)
        n_words += int(lengths[order[: ends[-1]]].sum())
        n_documents += len(ends)
        number += 1
    return {"words": n_words, "documents": n_documents, "files": number}


def _shuffled(passages: list[str], number: int) -> list[str]:
    """The passages with their words in another order, spaces and line ends where they were."""
    random = np.random.default_rng([SEED, number, 1])
    shuffled = []
    for passage in passages:
        pieces = _SPACE.split(passage)
        words = pieces[::2]
        pieces[::2] = [words[place] for place in random.permutation(len(words))]
        shuffled.append("".join(pieces))
    return shuffled


def _write(
    path: Path, passages: list[str], order: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> None:
    schema = pa.schema([("id", pa.string()), ("text", pa.string())])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, len(ends), _BATCH):
            rows = range(first, min(first + _BATCH, len(ends)))
            texts = ["\n\n".join(passages[p] for p in order[starts[r] : ends[r]]) for r in rows]
            writer.write_table(pa.table([[str(r) for r in rows], texts], schema=schema))


def built(folder: str, work: str, n_jobs: int) -> dict[str, Any]:
    """Read, clean, deduplicate, cut and count the files."""
    _warm_up()
    steps = _Steps()
    memory, start = PeakMemory(), time.perf_counter()
    counting = {"phrases": False, "max_terms": 50_000}
    with own_peak() as own:
        found = scale.build_corpus(folder, work, counting=counting, n_jobs=n_jobs, say=steps)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "steps": steps.seconds(),
        "peak_mib": memory.own() + memory.children(),
        "own_mib": own[0],
        "documents": sum(len(part) for part in found.documents),
        "rows": found.counts.shape[0],
        "terms": found.counts.shape[1],
        "tokens": found.counts.n_tokens,
    }


def fitted(work: str, k: int, passes: int, n_jobs: int) -> dict[str, Any]:
    """Fit LDA to the counts, a fixed number of passes."""
    _warm_up()
    memory, start = PeakMemory(), time.perf_counter()
    model = _model(k, passes, n_jobs)
    with own_peak() as own:
        found = scale.fit_parts(Path(work) / "counts", model, Path(work) / "fit")
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "peak_mib": memory.own(), "own_mib": own[0], **_hashes(found)}


def hashed(work: str, k: int, passes: int, how: str) -> dict[str, Any]:
    """Fit LDA in one of several ways, and hash its topics and shares."""
    start = time.perf_counter()
    counts = scale.open_counts(Path(work) / "counts")
    out = Path(work) / f"fit {how}"
    if how == "memory":
        fit = topoi.fit_topics(counts.to_matrix(), _model(k, passes, 1))
        arrays = fit.topic_term.tobytes(), [fit.doc_topic.tobytes()]
        found = {"topics": _sha(arrays[:1]), "shares": _sha(arrays[1])}
    elif how.startswith("dask"):
        kills = "kill" in how
        n_workers = int(how.split()[1])
        with _cluster(n_workers) as client, _killing(client, kills) as killed:
            found = _hashes(scale.fit_parts(counts, _model(k, passes, 1), out, cluster=client))
        found["killed"] = len(killed)
    else:
        n_jobs = 1 if how == "serial" else int(how.split()[1])
        found = _hashes(scale.fit_parts(counts, _model(k, passes, n_jobs), out))
    shutil.rmtree(out, ignore_errors=True)
    return {"seconds": time.perf_counter() - start, **found}


def _model(k: int, passes: int, n_jobs: int) -> topoi.LDA:
    return topoi.LDA(k, max_iter=passes, tol=0.0, draw_passes=4, n_jobs=n_jobs, random_state=SEED)


def _hashes(fit: scale.PartFit) -> dict[str, str]:
    shares = (fit.doc_topic(number).tobytes() for number in range(len(fit.shares)))
    return {"topics": _sha([fit.topic_term.tobytes()]), "shares": _sha(shares)}


def _sha(parts: Any) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


@contextmanager
def _cluster(n_workers: int) -> Iterator[Any]:
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=n_workers, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.wait_for_workers(n_workers)
        yield client


@contextmanager
def _killing(client: Any, kills: bool) -> Iterator[list[int]]:
    """Kill a worker every few seconds meanwhile, if this is wanted."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while kills and len(killed) < 3 and not over.wait(3.0):
            pids = sorted(client.run(os.getpid).values())
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()


@contextmanager
def own_peak() -> Iterator[list[float]]:
    """The greatest memory, in MiB, that this process and those it started hold meanwhile.

    Looked at twenty times a second. Pages of mapped files are left out: the system takes them
    back where another needs the room. None where the system does not tell.
    """
    found, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            found[0] = max(found[0], sum(map(_anonymous, ["self", *_started()])) / 1024)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield found
    finally:
        over.set()
        looker.join()


def _anonymous(process: str) -> float:
    """Resident memory that is no file's, in KiB; 0 where it is not told."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return float(line.split()[1])
    return 0.0


def _started() -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return []


class _Steps:
    """Notes when each step begins."""

    def __init__(self) -> None:
        self._begun: list[tuple[str, float]] = []

    def __call__(self, name: str) -> None:
        self._begun.append((name, time.perf_counter()))

    def seconds(self) -> dict[str, float]:
        """How long each step took."""
        names, starts = zip(*self._begun, strict=True)
        ends = [*starts[1:], time.perf_counter()]
        return {n: b - a for n, a, b in zip(names, starts, ends, strict=True)}


def _warm_up() -> None:
    """Load and compile what is used, so that neither is measured."""
    passages = topoi.segment(topoi.deduplicate(topoi.clean(topoi.load_sample())))
    topoi.fit_topics(topoi.vectorise(passages, phrases=False), _model(2, 11, 1))


if __name__ == "__main__":
    answer(measure)
