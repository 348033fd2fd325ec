"""What can go wrong that a user can mend: the errors and warnings, and checks that raise them."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from math import inf
from numbers import Integral, Real
from typing import Any

__all__ = [
    "InputError",
    "TopoiError",
    "TopoiWarning",
    "at_least",
    "did_you_mean",
    "is_whole",
    "listed",
    "nearest",
    "one_of",
]


class TopoiError(Exception):
    """Base of every error that topoi raises on purpose."""


class InputError(TopoiError, ValueError):
    """The input or a setting is not usable; the message says what, where, and what to do."""


class TopoiWarning(UserWarning):
    """The result stands, but the user should know something about it."""


def listed(items: Iterable[object], *, most: int = 5) -> str:
    """The first few items as text, then how many more there are: ``a, b, c and 4 more``."""
    names = [str(item) for item in items]
    shown = ", ".join(names[:most])
    rest = len(names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty text where none is close."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence at the end of a message that names the nearest known word, or an empty text."""
    near = nearest(word, known)
    return f" Did you mean {near!r}?" if near else ""


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
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    fits = is_whole(value) if whole else is_number
    if fits and least <= value <= most and value != inf:
        return
    kind = "an int" if whole else "a number"
    limit = "" if most == inf else f" and <= {most}"
    raise InputError(f"{name} must be {kind} >= {least}{limit}; got {value!r}.")


def is_whole(value: object) -> bool:
    """Whether a value is an int of Python or numpy; True and False are none."""
    return isinstance(value, Integral) and not isinstance(value, bool)
