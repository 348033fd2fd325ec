"""What a run takes where its settings leave the choice to it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

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
    starts = usual_starts(n_passages)
    if n_passages >= 5000:
        chosen = Sizes(topics=20, theme_topics=4, residual=12, min_docs=5, starts=starts)
    elif n_passages >= 400:
        chosen = Sizes(topics=12, theme_topics=4, residual=12, min_docs=2, starts=starts)
    elif n_passages >= 100:
        chosen = Sizes(topics=8, theme_topics=2, residual=4, min_docs=2, starts=starts)
    else:
        # Never more topics than passages, as far as three themes allow.
        topics, residual = min(4, max(n_passages, 1)), min(2, max(n_passages - 3, 0))
        chosen = Sizes(topics, theme_topics=1, residual=residual, min_docs=2, starts=starts)
    given = {field.name: getattr(config, field.name) for field in fields(Sizes)}
    return replace(chosen, **{name: size for name, size in given.items() if size is not None})


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
