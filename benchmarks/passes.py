"""How long one pass of topoi's LDA takes, start and last steps of the fit left out."""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csr_array

import topoi


def seconds_per_pass(counts: csr_array, n_topics: int, *, n_jobs: int, passes: int) -> float:
    """Median seconds of the passes after the first, as the fit's trace has them.

    Where the trace has no seconds: the difference between a fit of so many passes and one of two.
    """
    fit = topoi.LDA(n_topics, max_iter=passes, draw_passes=0, n_jobs=n_jobs).fit(counts)
    if "seconds" in fit.trace_:
        return float(fit.trace_["seconds"].iloc[1:].median())
    more, fewer = (_seconds(counts, n_topics, n_jobs, most) for most in (passes, 2))
    return (more - fewer) / (passes - 2)


def warm_up() -> None:
    """Fit a few words, so that the kernels are compiled."""
    rng = np.random.default_rng(0)
    topoi.LDA(3, max_iter=2, n_jobs=2).fit(csr_array(rng.poisson(1.0, size=(40, 30))))


def _seconds(counts: csr_array, n_topics: int, n_jobs: int, most: int) -> float:
    begun = time.perf_counter()
    topoi.LDA(n_topics, max_iter=most, draw_passes=0, n_jobs=n_jobs).fit(counts)
    return time.perf_counter() - begun
