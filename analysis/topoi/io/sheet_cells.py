"""What a table is in a CSV file that people open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from topoi.csv_guard import FORMULA
from topoi.errors import InputError, listed

__all__ = ["MOST_CHARACTERS", "sheet_csv", "shown", "stored", "without_guard"]

MOST_CHARACTERS = 32_767  # of a cell; Excel cuts the rest off without a word
_MARK = "\ufeff"  # without it Excel reads UTF-8 as the code page of the machine
_GUARDED = re.compile(f"'*[{FORMULA}\\t\\r\\n\\x00]")
# A formula may begin within a text, too, where the file is opened with another separator.
_INNER = re.compile(f'([,;\\t\\n|"])(?=[{FORMULA}])')
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def sheet_csv(names: Sequence[str], rows: Iterable[Sequence[str]], *, separator: str) -> bytes:
    """The rows as CSV: UTF-8 with a mark, every cell in quotes, lines ended as Windows does.

    The cells must have been through `shown` or `stored`.
    """
    lines = (separator.join(_quoted(cell) for cell in row) for row in [names, *rows])
    return (_MARK + "".join(f"{line}\r\n" for line in lines)).encode("utf-8")


def shown(texts: Iterable[str], *, where: str) -> list[str]:
    """The texts as cells to be read by people; nothing in them can run as a formula.

    Line breaks stay, blanks at the ends and control characters go, a lone surrogate becomes
    U+FFFD. A cell that would be a formula gets a leading apostrophe; where a formula could begin
    after a separator, quotation mark or line break within it, a space is put between.

    Raises
    ------
    InputError
        If a text is longer than a spreadsheet's cell; names the rows.
    """
    cells = [_shown(text) for text in texts]
    long = [row for row, cell in enumerate(cells, start=1) if len(cell) > MOST_CHARACTERS]
    if long:
        raise InputError(
            f"{where}: {len(long)} texts have more than {MOST_CHARACTERS} characters, of which a "
            f"spreadsheet would cut the rest off (items {listed(long)}). Segment the corpus."
        )
    return cells


def stored(column: pd.Series) -> list[str]:
    """The values of a key's column as cells, to be read again as they are: see `without_guard`."""
    if pd.api.types.is_bool_dtype(column):
        return ["true" if value else "false" for value in column]
    if pd.api.types.is_integer_dtype(column):
        return [str(int(value)) for value in column]
    if pd.api.types.is_float_dtype(column):
        return [repr(float(value)) for value in column]
    return [_guarded(_SURROGATE.sub("\ufffd", str(value))) for value in column]


def without_guard(cell: str) -> str:
    """The cell without the apostrophe that guards it, if it has one."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def _shown(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _SURROGATE.sub("\ufffd", _UNWANTED.sub("", lines)).strip()
    return _guarded(_INNER.sub(r"\1 ", plain))


def _guarded(cell: str) -> str:
    return f"'{cell}" if _GUARDED.match(cell) else cell


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
