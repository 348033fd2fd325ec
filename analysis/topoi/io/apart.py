"""Does what is written lie apart from what is read?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from topoi.errors import InputError
from topoi.io.places import split_glob
from topoi.io.urls import is_url

__all__ = ["check_apart", "check_sources_apart"]

_OUT = "Name another folder with --out."


def check_sources_apart(
    sources: Iterable[str | Path],
    out: Path,
    *,
    written: str = "the results",
    advice: str = _OUT,
) -> None:
    """Refuse results in a source, which the next run would read, and a source in them.

    Parameters
    ----------
    sources : places that are read; what lies at a URL lies in no folder of this machine
    out : what is written
    written : how messages name it
    advice : what to do about it

    Raises
    ------
    InputError
        If one lies in the other, or a place cannot be looked at.
    """
    for place in sources:
        if not is_url(place):
            named = f"the source ({place})"
            check_apart(split_glob(place)[0], out, named=named, written=written, advice=advice)


def check_apart(
    given: Path, out: Path, *, named: str, written: str = "the results", advice: str = _OUT
) -> None:
    """Refuse what is written in something that is read, and the other way round.

    given, named : what is read, and how messages name it

    Raises
    ------
    InputError
        If one lies in the other, or links of one lead in a circle.
    """
    place = _whole(given, f"{_capital(named)} cannot be read")
    made = _whole(out, f"{_capital(written)} cannot be written to {out}")
    if made.is_relative_to(place) or place.is_relative_to(made):
        raise InputError(
            f"{_capital(written)} ({out}) and {named} lie in one another: a run would read "
            f"or replace what it should not. {advice}"
        )


def _whole(path: Path, fault: str) -> Path:
    """The absolute path without links."""
    try:
        whole = path.resolve()
        is_circle = whole.is_symlink()  # Python 3.13 gives such a link itself
    except RuntimeError:
        is_circle = True
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{fault}: {reason}. Check the path.") from error
    if is_circle:
        raise InputError(f"{fault}: its links lead in a circle. Check the path.")
    return whole


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
