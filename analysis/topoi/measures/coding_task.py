"""What people are asked to judge: the items that they see, and the key that they do not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import pandas as pd

from topoi.checks import is_whole, one_of
from topoi.errors import InputError
from topoi.html_table import html_table, shortened

__all__ = ["KINDS", "CodingTask", "fingerprint", "with_fingerprints"]

KINDS = ("word_intrusion", "topic_intrusion", "coding")
_NOT_A_LETTER = re.compile(r"[^A-Za-z]+")
_SHOWN = 5  # items in a notebook
_TEXT_SHOWN = 120  # characters


@dataclass(frozen=True, eq=False)
class CodingTask:
    """A task for coders, made by `word_intrusion`, `topic_intrusion` or `coding_sheet`.

    Parameters
    ----------
    kind : {"word_intrusion", "topic_intrusion", "coding"}
    items : DataFrame, a row an item: item_id (unique str), then the columns that are shown (str)
    answers : names of the columns that coders fill: ("intruder",), or the themes' names
    key : DataFrame, a row an item in the same order: item_id, what stands behind it, and `shown`,
        the `fingerprint` of the shown cells
    instructions : Markdown for the coders
    settings : what the task was made with; `seed` among them
    """

    kind: str
    items: pd.DataFrame
    answers: tuple[str, ...]
    key: pd.DataFrame
    instructions: str
    settings: Mapping[str, Any]

    def __post_init__(self) -> None:
        one_of("kind", self.kind, KINDS)
        if list(self.items["item_id"]) != list(self.key["item_id"]):
            raise InputError("The items and the key must have the same item_id in the same order.")
        if not self.items["item_id"].is_unique:
            raise InputError("Two items of the task have one item_id; make it with another seed.")
        # As JSON has them, since they are written beside the key.
        plain = {name: int(v) if is_whole(v) else v for name, v in self.settings.items()}
        object.__setattr__(self, "settings", plain)

    @property
    def shown(self) -> list[str]:
        """Names of the columns that coders read."""
        return [name for name in self.items.columns if name != "item_id"]

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        head = self.items.head(_SHOWN)
        table = head.assign(
            **{name: [shortened(c, most=_TEXT_SHOWN) for c in head[name]] for name in self.shown}
        )
        return html_table(f"{self._headline()}; the first {len(head)}", table)

    def _headline(self) -> str:
        return f"CodingTask {self.kind}: {len(self)} items, answers {', '.join(self.answers)}"


def fingerprint(cells: Sequence[str]) -> str:
    """Sixteen hexadecimal digits that stand for the letters A to Z of some cells.

    Only these letters count, in either case: spreadsheets change blanks, numbers, quotation marks
    and encodings, but where the letters differ, another text stands in the row.
    """
    letters = _NOT_A_LETTER.sub("", " ".join(cells)).lower()
    return blake2b(letters.encode("ascii"), digest_size=8).hexdigest()


def with_fingerprints(key: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The key with the column `shown`, by the cells of the items' columns after item_id."""
    cells = items.drop(columns="item_id").itertuples(index=False, name=None)
    return key.assign(shown=pd.Series([fingerprint(row) for row in cells], dtype="str"))
