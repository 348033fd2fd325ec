"""How much memory and time will a run take, and does it fit into this machine?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import random_array

from topoi.config import RunConfig
from topoi.defaults import sizes_for
from topoi.doctor.machine import free_memory
from topoi.doctor.sampled import Size, sampled_size
from topoi.io.packs import load_themes
from topoi.measures.theme_fit import usual_topics
from topoi.models.lda import LDA
from topoi.run_report.page import MOST_PASSAGES

__all__ = ["FACTOR", "Estimate", "estimate_run", "memory_of", "speed"]

FACTOR = 2.0
"""The peak of memory that is measured lies between the estimate over this and times this."""

# Bytes, fitted to runs that were measured (docs/storage.md); they count what is there at the peak.
_PROGRAM = 500e6  # Python, packages, compiled kernels, figures
_A_CHARACTER = 6.0
_A_STORED_COUNT = 32.0
_A_PASSAGE = 1000.0
_A_SHARE = 50.0  # a topic of a passage, in tables
_A_SHOWN_SHARE = 850.0  # the same on the page, which shows a part of many passages
_WEIGHT = 4  # bytes of a float32
_TABLES = 8  # of terms by topics, beside one for each thread

_PASSES = 100  # most passes of a fit
_DRAWN = 1.3  # the passes that draw, as a share of these
_OTHER_STEPS = 25.0  # seconds: figures and the report
_A_SHARE_SECONDS = 12e-6
_COPIES = 1.5  # finding copies, beside reading, cleaning and counting
_MOST_TOPICS = 2000
_PROBE = 32  # topics


@dataclass(frozen=True)
class Estimate:
    """What a run is expected to take.

    size : of the texts
    topics : numbers of topics by model
    memory : bytes at the peak, by what they are for
    seconds : of the run
    free : bytes that the process can have, None if unknown
    most_topics : the greatest setting of `topics` that fits, 0 if none does, None if `free` is
        unknown or no model has that setting
    """

    size: Size
    topics: Mapping[str, int]
    memory: Mapping[str, float]
    seconds: float
    free: int | None
    most_topics: int | None

    @property
    def n_bytes(self) -> float:
        """Memory at the peak."""
        return float(sum(self.memory.values()))

    @property
    def fits(self) -> bool:
        """Whether the run fits into what is free, as far as that is known."""
        return self.free is None or self.n_bytes <= self.free


def estimate_run(config: RunConfig, *, free: int | None = None) -> Estimate:
    """What a run with these settings is expected to take; a part of the texts is read for it.

    Parameters
    ----------
    config : RunConfig
    free : bytes that the run may have; None is what this machine has

    Raises
    ------
    InputError
        If there is nothing to read, or a setting is not usable.
    """
    size = sampled_size(config)
    room = free_memory() if free is None else free
    n_themes = len(load_themes(config.themes))
    topics = _topics(config, size, n_themes)
    return Estimate(
        size=size,
        topics=topics,
        memory=memory_of(size, topics, config.workers),
        seconds=_seconds(config, size, topics),
        free=room,
        most_topics=None if room is None else _most_topics(config, size, n_themes, room),
    )


def memory_of(size: Size, topics: Mapping[str, int], workers: int) -> dict[str, float]:
    """Bytes at the peak of a run, by what they are for.

    Parameters
    ----------
    size : Size
    topics : numbers of topics by model
    workers : threads
    """
    coarse_and_fine = usual_topics(size.n_passages)
    widest = max([*topics.values(), *coarse_and_fine])
    every = sum(topics.values())
    tables = (_TABLES + workers) * _WEIGHT * size.n_terms * widest
    return {
        "program": _PROGRAM,
        "texts": _A_CHARACTER * size.n_characters + _A_PASSAGE * size.n_passages,
        "counts": _A_STORED_COUNT * size.n_stored,
        "topics": tables + 8.0 * size.n_terms * every,
        "shares": _A_SHARE * size.n_passages * every,
        "report": _A_SHOWN_SHARE * min(size.n_passages, MOST_PASSAGES) * every,
    }


def speed() -> float:
    """Seconds that this machine takes for a stored count, a topic and a pass."""
    rng = np.random.default_rng(0)
    counts = random_array((2000, 1000), density=0.04, format="csr", rng=rng)
    counts.data[:] = 1.0
    model = LDA(_PROBE, init="random", max_iter=10, tol=0.0, draw_passes=0, learn_prior=False)
    seconds = model.fit(counts).trace_["seconds"].to_numpy(dtype=np.float64)
    a_pass = float(np.median(seconds[1:]))  # the first may have to compile
    return a_pass / (_PROBE * int(counts.nnz))


def _topics(config: RunConfig, size: Size, n_themes: int) -> dict[str, int]:
    sizes = sizes_for(config, size.n_passages)
    keyword = sizes.theme_topics * n_themes + sizes.residual
    return {name: keyword if name == "KeywordLDA" else sizes.topics for name in config.models}


def _seconds(config: RunConfig, size: Size, topics: Mapping[str, int]) -> float:
    cuts = usual_topics(size.n_passages)
    n_starts = sizes_for(config, size.n_passages).starts
    of_themes = sum(cuts[number % len(cuts)] for number in range(n_starts))
    of_models = sum(topics.values()) * (1 + config.refits) * _DRAWN
    fits = (of_themes + of_models) * _PASSES * size.n_stored * speed()
    tables = _A_SHARE_SECONDS * size.n_passages * sum(topics.values())
    return size.seconds * _COPIES + fits + tables + _OTHER_STEPS


def _most_topics(config: RunConfig, size: Size, n_themes: int, free: int) -> int | None:
    if all(name == "KeywordLDA" for name in config.models):
        return None

    def fits(number: int) -> bool:
        topics = _topics(replace(config, topics=number), size, n_themes)
        return sum(memory_of(size, topics, config.workers).values()) <= free

    least, most = 0, min(_MOST_TOPICS, size.n_passages) + 1
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if fits(middle) else (least, middle)
    return least
