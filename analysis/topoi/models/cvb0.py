"""What all models fitted by CVB0 share: their settings, their prior at the start, their trace."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.models.base import at_least, yes_or_no
from topoi.models.blocks import thread_count
from topoi.models.inference import padded

__all__ = ["Cvb0Settings", "check_cvb0_settings", "start_prior", "trace"]


class Cvb0Settings(Protocol):
    """The settings that all models fitted by CVB0 share, beside their number of topics."""

    doc_topic_prior: float | None
    topic_word_prior: float
    learn_prior: bool
    max_iter: int
    tol: float
    fold_in_sweeps: int
    n_jobs: int | None
    random_state: int

    @property
    def n_topics(self) -> int:
        """K."""


def check_cvb0_settings(model: Cvb0Settings) -> None:
    """Refuse shared settings out of range.

    Raises
    ------
    InputError
        Naming the first setting at fault.
    """
    at_least("topic_word_prior", model.topic_word_prior, 1e-9)
    if model.doc_topic_prior is not None:
        at_least("doc_topic_prior", model.doc_topic_prior, 1e-6, most=1000)
    yes_or_no("learn_prior", model.learn_prior)
    at_least("max_iter", model.max_iter, 1, whole=True)
    at_least("tol", model.tol, 0)
    at_least("fold_in_sweeps", model.fold_in_sweeps, 1, whole=True)
    at_least("random_state", model.random_state, 0, whole=True)
    thread_count(model.n_jobs)


def start_prior(model: Cvb0Settings) -> NDArray[np.float64]:
    """Prior of the documents before any learning, padded with zeros."""
    prior = model.doc_topic_prior or 1.0 / model.n_topics
    alpha = np.zeros(padded(model.n_topics))
    alpha[: model.n_topics] = prior
    return alpha


def trace(moved: list[float]) -> pd.DataFrame:
    """One row a pass."""
    return pd.DataFrame(
        {"pass": np.arange(1, len(moved) + 1, dtype=np.int64), "moved": np.array(moved)}
    )
