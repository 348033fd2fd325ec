"""Which order and which id the content of a thing gives it, whatever stands around it.

Each thing is numbered by a hash of seed, purpose and its own content, and the numbers are sorted:
a random order without a state, so that a further thing takes its place among the others and moves
none of them.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from hashlib import blake2b
from operator import index
from typing import TypeVar

__all__ = ["content_id", "drawn", "keyed_order"]

_Thing = TypeVar("_Thing", bound=Hashable)
_ID_BYTES = 5  # two of 10,000 items share an id with a chance of 1 in 20,000


def keyed_order(things: Iterable[_Thing], *key: object) -> list[_Thing]:
    """The things in the random order that the key (seed, purpose, ...) gives them.

    Things and key must be values that JSON has; equal things keep their order.
    """
    return sorted(things, key=lambda thing: _digest(*key, thing))


def content_id(letter: str, *content: object) -> str:
    """An id of a letter and ten hexadecimal digits, the same for the same content.

    It begins with a letter and holds no separator, so no spreadsheet takes it for a number or date.
    """
    return letter + blake2b(_json(content), digest_size=_ID_BYTES).hexdigest()


def drawn(
    ids: Sequence[str], strata: Sequence[str], sizes: dict[str, int], *key: object
) -> dict[str, float]:
    """The ids of a stratified simple random sample, with the probability that each had.

    Parameters
    ----------
    ids : unique str, the N units of the frame
    strata : str, length N, stratum of each
    sizes : units to draw of each stratum, at most as many as it has
    key : seed and purpose; which units come depends on them and on the ids only

    Returns
    -------
    dict from id to probability in (0, 1], strata in the order of `sizes`
    """
    members: dict[str, list[str]] = {name: [] for name in sizes}
    for unit, stratum in zip(ids, strata, strict=True):
        members[stratum].append(unit)
    return {
        unit: size / len(members[name])
        for name, size in sizes.items()
        for unit in keyed_order(members[name], *key)[:size]
    }


def _digest(*content: object) -> bytes:
    return blake2b(_json(content), digest_size=16).digest()


def _json(content: Sequence[object]) -> bytes:
    # As JSON, so that no two parts can pass for one; escaped, so that lone surrogates do no harm.
    # A seed of numpy is written as the int that it is.
    return json.dumps(content, ensure_ascii=True, default=index).encode("ascii")
