"""Which names of columns are topoi's own, and what is a user's column called that has one?"""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["LATER_COLUMNS", "OWN_COLUMNS", "RESERVED_COLUMNS", "kept_name", "names_beside"]

OWN_COLUMNS = ("doc_id", "passage_id", "text", "date", "source", "title")
"""Columns of a corpus, of which each means something."""

LATER_COLUMNS = (
    *("n_tokens", "n_unknown", "coverage", "is_prior_mean"),
    *("theme", "topic", "share", "lower", "upper", "level"),
    *("probability", "probability_lower", "probability_upper"),
)
"""Columns that later tables put beside those of a corpus: of counts, of shares, of a run."""

RESERVED_COLUMNS = (*OWN_COLUMNS, *LATER_COLUMNS)
"""A covariate called x is original_x in a corpus."""


def names_beside(names: Collection[str], reserved: Collection[str]) -> dict[str, str]:
    """For each of the names that are reserved another one, which none of the others has.

    Of columns theme and original_theme the first becomes original_original_theme.
    """
    taken = set(names)
    return {name: _free(name, taken) for name in names if name in reserved}


def _free(name: str, taken: Collection[str]) -> str:
    new = f"original_{name}"
    while new in taken:
        new = f"original_{new}"
    return new


def kept_name(name: str, columns: Collection[str]) -> str | None:
    """What a table's column of this name is called among those of a corpus; None if it is not."""
    if name in columns and name not in RESERVED_COLUMNS:
        return name
    found = None
    while (name := f"original_{name}") in columns:
        found = name
    return found
