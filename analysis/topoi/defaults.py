"""What a run takes where its settings leave the choice to it."""

from __future__ import annotations

from dataclasses import dataclass

from topoi.config import USUAL_CONTAINED, USUAL_NEAR, RunConfig
from topoi.measures.theme_fit import usual_starts

__all__ = ["Copies", "Sizes", "copies_for", "sizes_for"]


@dataclass(frozen=True)
class Sizes:
    """How finely a corpus is cut: topics of each kind, the passages that a term must be in.

    And over how many starts its themes are averaged.
    """

    topics: int
    theme_topics: int
    residual: int
    min_docs: int
    starts: int


@dataclass(frozen=True)
class Copies:
    """Which copies are merged: from which shares on, 0 for none; see `deduplicate`."""

    near: float
    contained: float
    spun: bool


def sizes_for(config: RunConfig, n_passages: int) -> Sizes:
    """The sizes in the settings; those left out are chosen by the number of passages.

    Some 25 passages a topic and more keep topics from resting on one document; more topics than
    twenty are harder to read than they add (docs/decisions/0005-defaults.md).
    """
    if n_passages >= 5000:
        topics, theme_topics, residual, min_docs = 20, 4, 12, 5
    elif n_passages >= 400:
        topics, theme_topics, residual, min_docs = 12, 4, 12, 2
    elif n_passages >= 100:
        topics, theme_topics, residual, min_docs = 8, 2, 4, 2
    else:
        # Never more topics than passages, as far as three themes allow.
        topics, theme_topics = min(4, max(n_passages, 1)), 1
        residual, min_docs = min(2, max(n_passages - 3, 0)), 2
    return Sizes(
        topics=_given(config.topics, topics),
        theme_topics=_given(config.theme_topics, theme_topics),
        residual=_given(config.residual, residual),
        min_docs=_given(config.min_docs, min_docs),
        starts=_given(config.starts, usual_starts(n_passages)),
    )


def copies_for(config: RunConfig) -> Copies:
    """What counts as a copy by the settings; a raised `near` leaves out what is less alike.

    Who raises `near` wants fewer texts merged, so that contained and spun copies, which may be
    less alike than near ones, are merged then only if asked for.
    """
    is_usual = 0 < config.near <= USUAL_NEAR
    contained = USUAL_CONTAINED if is_usual else 0.0
    return Copies(
        near=config.near,
        contained=contained if config.contained is None else config.contained,
        spun=is_usual if config.spun is None else config.spun,
    )


def _given(setting: int | None, otherwise: int) -> int:
    return otherwise if setting is None else setting
