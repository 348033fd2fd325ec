"""Can this be the level of an interval?"""

from __future__ import annotations

from topoi.errors import InputError

__all__ = ["check_level"]


def check_level(level: float) -> None:
    """Refuse a level that does not lie between 0 and 1, with an InputError."""
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1; got {level}.")
