"""Which other ways of counting words one could as well have chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

import numpy as np

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.text.matrix import DocTermMatrix
from topoi.text.vectorise import vectorise

__all__ = ["AS_GIVEN", "OTHER_CHOICES", "check_settings", "counted", "every_nth"]

OTHER_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "no learned phrases": {"phrases": False},
    "plurals folded": {"lemmas": "plurals"},
    "stop words kept": {"stop_words": None, "max_share": 1.0},
    "numbers kept": {"non_words": {"number": "keep"}},
    "rarer terms kept": {"min_docs": 2},
    "common terms dropped": {"max_share": 0.1},
}
"""Settings of `vectorise` that one could as well have chosen, by name."""

AS_GIVEN = "as given"
"""What the way of counting is called that the others are compared with."""


def check_settings(given: Sequence[Mapping[str, Any]]) -> None:
    """Refuse settings that `vectorise` does not have."""
    known = [name for name in signature(vectorise).parameters if name not in ("passages",)]
    unknown = sorted({name for settings in given for name in settings} - set(known))
    if unknown:
        raise InputError(
            f"vectorise has no setting {listed(map(repr, unknown))}. Its settings: "
            f"{', '.join(known)}."
        )


def every_nth(passages: Corpus, most: int) -> Corpus:
    """The corpus, or as many rows of it, evenly spaced."""
    if most < 1:
        raise InputError(f"The most rows to take must be an int >= 1; got {most}.")
    if len(passages) <= most:
        return passages
    places = np.arange(most) * len(passages) // most
    return Corpus(passages.table.iloc[places])


def counted(rows: Corpus, settings: Mapping[str, Any], choice: str) -> DocTermMatrix:
    """The counts of the rows by these settings; an error names the choice."""
    try:
        return vectorise(rows, **settings)
    except InputError as error:
        raise InputError(f"The choice {choice!r} cannot be made: {error}") from error
