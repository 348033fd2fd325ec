"""Is a setting what it may be?"""

from collections.abc import Collection
from math import inf
from numbers import Integral, Real
from typing import Any

from topoi.errors import InputError, did_you_mean

__all__ = ["at_least", "fraction", "is_whole", "one_of", "yes_or_no"]


def one_of(name: str, value: object, allowed: Collection[str]) -> None:
    """Refuse a setting that is none of the allowed words.

    Raises
    ------
    InputError
        Naming the setting, what is allowed, what was given and the nearest allowed word, if any.
    """
    if isinstance(value, str) and value in allowed:
        return
    hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
    raise InputError(f"{name} must be one of {', '.join(allowed)}; got {value!r}.{hint}")


def at_least(
    name: str, value: Any, least: float, *, most: float = inf, whole: bool = False
) -> None:
    """Refuse a setting below its least value or above its greatest, or one without end.

    Raises
    ------
    InputError
        Naming the setting, what is allowed and what was given.
    """
    fits = is_whole(value) if whole else _is_number(value)
    if fits and least <= value <= most and value != inf:
        return
    kind = "an int" if whole else "a number"
    limit = "" if most == inf else f" and <= {most}"
    raise InputError(f"{name} must be {kind} >= {least}{limit}; got {value!r}.")


def is_whole(value: object) -> bool:
    """Whether a value is an int of Python or numpy; True and False are none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def fraction(name: str, value: Any, *, zero: bool = False, one: bool = False) -> None:
    """Refuse a setting that does not lie between 0 and 1; `zero` and `one` let these in, too.

    Raises
    ------
    InputError
        Naming the setting, what is allowed and what was given.
    """
    if _is_number(value) and (0 < value < 1 or (zero and value == 0) or (one and value == 1)):
        return
    ends = {(False, False): "", (True, False): ", or be 0", (False, True): ", or be 1"}
    which = ends.get((zero, one), ", or be 0 or 1")
    raise InputError(f"{name} must lie between 0 and 1{which}; got {value!r}.")


def yes_or_no(name: str, value: object) -> None:
    """Refuse a setting that is neither True nor False, with an InputError that names it."""
    import numpy as np

    if not isinstance(value, (bool, np.bool_)):
        raise InputError(f"{name} must be True or False; got {value!r}.")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
