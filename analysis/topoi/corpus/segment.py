"""How documents are cut into passages."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event
from topoi.corpus.sentences import BULLET, is_closed, sentences
from topoi.errors import InputError

__all__ = ["segment"]

_WAYS = ("paragraph", "sentence", "window")
_HEADING_WORDS = 12
_HEADINGS_WORDS = 3 * _HEADING_WORDS  # of headings in a row
_WORDS = 120


def segment(
    corpus: Corpus,
    *,
    by: str = "paragraph",
    words: int = _WORDS,
    overlap: int = 0,
    min_words: int = 8,
) -> Corpus:
    """The passages of the documents, in reading order; each repeats what is known of its document.

    Parameters
    ----------
    corpus : Corpus of whole documents
    by : str
        "paragraph": stretches between blank lines. A heading (one line of at most 12 words without
        a sentence end) goes with what follows it, a lead-in that ends in ":" too. Of many such
        lines in a row each 37 words or more are a passage.
        "sentence": sentences of these paragraphs, by the rules of `sentences`.
        "window": stretches of `words` words, whatever the paragraphs; a tail shorter than three
        times `min_words` goes with the window before it.
    words : int >= 1, words in a window; only for windows
    overlap : int in [0, words), words that two neighbouring windows share; only for windows
    min_words : int >= 1
        A paragraph or sentence with fewer words goes with the next one, the last with the one
        before. So no word is lost.

    Returns
    -------
    Corpus
        With `passage_id`: the document's id, "#" and a number of at least three digits from 001.
        The ledger notes the number of passages of each document. A document without words is one
        empty passage.

    Raises
    ------
    InputError
        If the corpus is cut already or a setting is out of range.
    """
    _check(corpus, by, words, overlap, min_words)
    if by == "window":
        cut = [_windows(text, words, overlap, 3 * min_words) for text in corpus.texts]
    else:
        cut = [_passages(text, by == "sentence", min_words) for text in corpus.texts]
    events = [
        Event("segment", doc_id, "noted", "cut into passages", len(passages))
        for doc_id, passages in zip(corpus.ids, cut, strict=True)
    ]
    return Corpus(_table(corpus, cut), corpus.ledger.add(events))


def _check(corpus: Corpus, by: str, words: int, overlap: int, min_words: int) -> None:
    if corpus.is_segmented:
        raise InputError("The corpus is cut into passages already. Give the whole documents.")
    faults = []
    if by not in _WAYS:
        faults.append(f"by must be one of {', '.join(_WAYS)}; got {by!r}.")
    if by != "window" and (words, overlap) != (_WORDS, 0):
        faults.append(f"words and overlap are for by='window' only; by is {by!r}.")
    if words < 1:
        faults.append(f"words must be an int >= 1; got {words}.")
    elif not 0 <= overlap < words:
        faults.append(f"overlap must be an int in [0, words = {words}); got {overlap}.")
    if min_words < 1:
        faults.append(f"min_words must be an int >= 1; got {min_words}.")
    if faults:
        raise InputError(" ".join(faults))


def _table(corpus: Corpus, cut: list[list[str]]) -> pd.DataFrame:
    sizes = [len(passages) for passages in cut]
    rows = np.repeat(np.arange(len(cut)), sizes)
    # Without the texts: taking rows would copy a document's whole text for each of its passages.
    table = corpus.table.drop(columns="text").iloc[rows].reset_index(drop=True)
    passage_ids = [
        f"{doc_id}#{number:0{max(3, len(str(size)))}d}"
        for doc_id, size in zip(corpus.ids, sizes, strict=True)
        for number in range(1, size + 1)
    ]
    texts = [text for passages in cut for text in passages]
    return table.assign(
        passage_id=pd.Series(passage_ids, dtype="str"), text=pd.Series(texts, dtype="str")
    )


class _Piece(NamedTuple):
    """A paragraph or sentence, what stands before it, and whether it belongs to what follows."""

    text: str
    gap: str
    leads: bool


def _passages(text: str, by_sentence: bool, min_words: int) -> list[str]:
    pieces = [
        piece
        for block in _blocks(text)
        for piece in (_sentence_pieces(block) if by_sentence else [_whole(block)])
    ]
    return _joined(pieces, min_words) or [""]


def _blocks(text: str) -> list[str]:
    """The stretches of lines between blank lines."""
    blocks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(lines).strip() for lines in blocks if lines]


def _whole(block: str) -> _Piece:
    return _Piece(block, "\n\n", _leads(block))


def _sentence_pieces(block: str) -> list[_Piece]:
    found = sentences(block)
    leads = _leads(block)
    gaps = ["\n\n", *[" "] * (len(found) - 1)]
    return [
        _Piece(text, gap, leads or text.endswith(":"))
        for text, gap in zip(found, gaps, strict=True)
    ]


def _leads(block: str) -> bool:
    """Whether a block is a heading or the lead-in of a list."""
    if block.endswith(":"):
        return True
    is_line = "\n" not in block and BULLET.match(block) is None
    return is_line and len(block.split()) <= _HEADING_WORDS and not is_closed(block)


def _joined(pieces: list[_Piece], min_words: int) -> list[str]:
    """The pieces as passages: headings and what is too short put together with a neighbour."""
    passages: list[list[str]] = []
    parts: list[str] = []
    n_words = 0
    for piece in pieces:
        parts += [piece.gap, piece.text] if parts else [piece.text]
        n_words += len(piece.text.split())
        if n_words >= min_words and not _waits(piece, n_words):
            passages.append(parts)
            parts, n_words = [], 0
    if parts and passages and n_words < min_words:
        passages[-1] += ["\n\n", *parts]
    elif parts:
        passages.append(parts)
    return ["".join(parts) for parts in passages]


def _waits(piece: _Piece, n_words: int) -> bool:
    """Whether a passage of `n_words` that ends with this piece needs what follows.

    Many short lines in a row are a list without marks, not headings: they become passages, too.
    """
    return piece.leads and (n_words <= _HEADINGS_WORDS or piece.text.endswith(":"))


def _windows(text: str, words: int, overlap: int, least: int) -> list[str]:
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    starts = list(range(0, max(len(spans) - overlap, 1), words - overlap))
    if len(starts) > 1 and len(spans) - starts[-1] < least:
        starts.pop()
    stops = [start + words for start in starts[:-1]] + [len(spans)]
    return [
        text[spans[start][0] : spans[stop - 1][1]] if spans else ""
        for start, stop in zip(starts, stops, strict=True)
    ]
