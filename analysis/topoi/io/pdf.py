"""What text a PDF file holds, page by page."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from topoi.errors import InputError
from topoi.io.refusal import RefusedError

__all__ = ["pdf_text"]

_MOST_PAGES = 5_000
_MOST_CHARACTERS = 50_000_000
_MOST_SECONDS = 300.0


def pdf_text(content: bytes) -> str:
    """The text of all pages, one after another, with line ends as the pages have them.

    Hyphens at line ends, running heads and page numbers stay: they are for `clean`.

    Raises
    ------
    InputError
        If pypdf is missing, or the file is broken, encrypted, without text (a scan), or goes on
        for too long.
    """
    try:
        import pypdf
    except ImportError as error:
        raise RefusedError(
            "needs topoi[documents]",
            "Reading .pdf needs the package pypdf: pip install pypdf",
        ) from error
    try:
        with _silent():
            text = _text(pypdf.PdfReader(io.BytesIO(content)))
    except InputError:
        raise
    except Exception as error:  # whatever a broken file makes of another's parser
        raise InputError(
            f"It is no readable PDF ({type(error).__name__}: {str(error)[:100]}). Print it to a "
            "new PDF, or save its text."
        ) from error
    if not any(character.isalnum() for character in text):
        raise RefusedError(
            "no text in its pages",
            "No page of it has text: it is a scan. Recognise its text (OCR) before reading it.",
        )
    return text


def _text(reader: Any) -> str:
    if reader.is_encrypted and not _opens(reader):
        raise RefusedError("encrypted", "It is encrypted. Save it without a password.")
    n_pages = len(reader.pages)
    if n_pages > _MOST_PAGES:
        raise RefusedError(
            "too large", f"It has {n_pages} pages; {_MOST_PAGES} are allowed. Split it."
        )
    return "\n".join(_pages(reader))


def _opens(reader: Any) -> bool:
    """Whether anyone may read it: many files have a password against changes only."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # another's parser, or a cipher that needs a package more
        return False


def _pages(reader: Any) -> Iterator[str]:
    begun = time.monotonic()
    length = 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        if length > _MOST_CHARACTERS or time.monotonic() - begun > _MOST_SECONDS:
            raise RefusedError(
                "too large",
                f"Its pages have more than {_MOST_CHARACTERS} characters or take more than "
                f"{_MOST_SECONDS:.0f} seconds. Split it, or save its text.",
            )
        yield text.strip("\n")  # a blank line would end the sentence that goes on


@contextmanager
def _silent() -> Iterator[None]:
    """While it is open, pypdf does not log what it mends in a file."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
