"""What can go wrong that a user can mend, and how is it told?"""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "InputError",
    "TopoiError",
    "TopoiWarning",
    "did_you_mean",
    "listed",
    "nearest",
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
