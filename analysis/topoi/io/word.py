"""What text a Word file (docx) holds: its paragraphs and tables, in order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile, ZipFile

from topoi.errors import InputError
from topoi.io.refusal import RefusedError

__all__ = ["word_text"]

_LARGEST = 2**28  # bytes of all parts, unpacked
_RATIO = 200
_FREE = 2**24
_DEEPEST = 8  # tables within tables


def word_text(content: bytes) -> str:
    """The text of a docx file, paragraphs apart by a blank line.

    List items begin with "- "; a table is written as Markdown, which `clean` turns to sentences.
    Headers, footers, notes, comments and text boxes are left out.

    Raises
    ------
    InputError
        If python-docx is missing, or the file is broken or unpacks to too much.
    """
    try:
        import docx
    except ImportError as error:
        raise RefusedError(
            "needs topoi[documents]",
            "Reading .docx needs the package python-docx: pip install python-docx",
        ) from error
    _check_size(content)
    try:
        blocks = list(_blocks(docx.Document(io.BytesIO(content)), 0))
    except RefusedError:
        raise
    except Exception as error:  # whatever a broken file makes of another's parser
        raise InputError(
            f"It is no readable Word file ({type(error).__name__}: {str(error)[:100]}). Save it "
            "again as .docx."
        ) from error
    return _together(blocks)


def _check_size(content: bytes) -> None:
    """Refuse a bomb; zipfile never gives more of a part than the size it declares."""
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InputError(
            f"It is no readable Word file ({error}). Save it again as .docx."
        ) from error
    if size > min(_LARGEST, max(_FREE, _RATIO * len(content))):
        raise RefusedError(
            "too large", f"It unpacks to {size} bytes, too many for a Word file of its size."
        )


def _blocks(container: Any, depth: int) -> Iterator[str]:
    """Paragraphs and tables of a document or a cell; items of a list begin with "- "."""
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            if depth == _DEEPEST:
                raise RefusedError("too large", f"Tables lie {depth + 1} deep in one another.")
            yield _markdown(block, depth)
            continue
        text = block.text.strip()
        properties = block._p.pPr
        is_item = properties is not None and properties.numPr is not None
        yield f"- {text}" if text and is_item else text


def _markdown(table: Any, depth: int) -> str:
    rows = [_cells(row, depth) for row in table.rows]
    filled = [cells for cells in rows if any(cells)]
    lines = [f"| {' | '.join(cells)} |" for cells in filled]
    # A table of one column, or of one row, is lay-out: it has no header.
    if len(filled) > 1 and len(filled[0]) > 1:
        lines.insert(1, "|" + " --- |" * len(filled[0]))
    return "\n".join(lines)


def _cells(row: Any, depth: int) -> list[str]:
    """The text of each cell on one line; a cell that spans several columns counts once."""
    cells: list[str] = []
    before = None
    for cell in row.cells:
        if cell._tc is not before:
            text = " ".join(" ".join(_blocks(cell, depth + 1)).split())
            cells.append(re.sub(r"(?<!\\)\|", r"\\|", text))
        before = cell._tc
    return cells


def _together(blocks: list[str]) -> str:
    """Blocks apart by a blank line, but the items of one list on lines next to each other."""
    lines: list[str] = []
    before = ""
    for block in filter(None, blocks):
        in_list = block.startswith("- ") and before.startswith("- ")
        lines.extend([block] if in_list or not lines else ["", block])
        before = block
    return "\n".join(lines)
