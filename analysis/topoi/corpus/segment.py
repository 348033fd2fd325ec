"""How documents are cut into passages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from topoi.checks import at_least, one_of
from topoi.corpus.abbreviations import abbreviations
from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Event
from topoi.corpus.sentences import BULLET, is_closed
from topoi.corpus.sentences import sentences as sentences_of
from topoi.corpus.speakers import Turn, turns
from topoi.corpus.windows import even_parts, sentence_windows, word_windows
from topoi.errors import InputError

__all__ = ["segment"]

_WAYS = ("paragraph", "sentence", "window", "speaker")
_HEADING_WORDS = 12
_HEADINGS_WORDS = 3 * _HEADING_WORDS  # of headings in a row
_WORDS = 120
_MIN_WORDS = 8
_MAX_WORDS = 250


def segment(
    corpus: Corpus,
    *,
    by: str = "paragraph",
    words: int = _WORDS,
    sentences: int | None = None,
    overlap: int = 0,
    min_words: int = _MIN_WORDS,
    max_words: int | None = _MAX_WORDS,
    language: str = "en",
) -> Corpus:
    r"""The passages of the documents, in reading order; each repeats what is known of its document.

    Parameters
    ----------
    corpus : Corpus of whole documents
    by : str
        "paragraph": stretches between blank lines. A heading (one line of at most 12 words without
        a sentence end) goes with what follows it, a lead-in that ends in ":" too, and then the
        items of its list up to 120 words. Of many such lines in a row each 37 words or more are a
        passage. What is longer than `max_words`, as texts without blank lines are, is cut at ends
        of sentences into parts of about one length, of half as many words at most.
        "sentence": sentences of these paragraphs.
        "window": stretches of `words` words, whatever the paragraphs, or of `sentences` sentences;
        a tail shorter than three times `min_words` (with sentences: than `min_words`) goes with
        the window before it.
        "speaker": the turns of a transcript, whose names ("MS. PSAKI:", "Senator Cruz:",
        "Mr. DURBIN.", "Q") go into the column `speaker`; text before the first name has an empty
        one, and a document without names is one passage. Short turns stay: drop them by
        `Corpus.select`, or later by their tokens.
    words : int >= 1, words in a window; only for windows
    sentences : int >= 1, sentences in a window instead; only for windows
    overlap : int in [0, words) or [0, sentences)
        Words or sentences that two neighbouring windows share; only for windows.
    min_words : int >= 1
        A paragraph or sentence with fewer words goes with the next one, the last with the one
        before. So no word is lost. Not for speakers.
    max_words : int >= 1 or None
        The most words of a paragraph that stays whole, or four times `min_words` where that is
        more; in what is cut a sentence of more than half as many is cut between words. None leaves
        every paragraph whole. Only for paragraphs. `fit_themes` judges passages of some 40 to 250
        words.
    language : {"en", "es"}, whose abbreviations do not end a sentence

    Returns
    -------
    Corpus
        With `passage_id`: the document's id, "#" and a number of at least three digits from 001.
        The ledger notes the number of passages of each document, of paragraphs that were cut for
        their length, and of names that were moved. A
        document without words is one empty passage. A covariate `speaker` becomes
        original_speaker when `by` is "speaker".

    Raises
    ------
    InputError
        If the corpus is cut already or a setting is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> text = "THE PRESIDENT: Welcome, everyone.\n\nQ Why now?"
    >>> cut = segment(Corpus(pd.DataFrame({"doc_id": ["a"], "text": [text]})), by="speaker")
    >>> list(zip(cut.table["speaker"], cut.texts))
    [('THE PRESIDENT', 'Welcome, everyone.'), ('Q', 'Why now?')]
    """
    size = words if sentences is None else sentences
    _check(corpus, by, words, sentences, overlap=overlap, min_words=min_words)
    _check_most(by, max_words)
    abbreviations(language)
    if by == "speaker":
        return _by_speaker(corpus)
    if by == "paragraph":
        return _by_paragraph(corpus, min_words, max_words, language)
    if by == "window" and sentences is None:
        cut = [word_windows(text, size, overlap, 3 * min_words) for text in corpus.texts]
    elif by == "window":
        parts = (_sentence_parts(text, language) for text in corpus.texts)
        cut = [sentence_windows(part, size, overlap, min_words) for part in parts]
    else:
        cut = [_passages(text, language, min_words) for text in corpus.texts]
    return Corpus(_table(corpus, cut), corpus.ledger.add(_events(corpus, cut)))


def _check(
    corpus: Corpus, by: str, words: int, sentences: int | None, *, overlap: int, min_words: int
) -> None:
    if corpus.is_segmented:
        raise InputError("The corpus is cut into passages already. Give the whole documents.")
    one_of("by", by, _WAYS)
    faults = []
    if by != "window" and (words, sentences, overlap) != (_WORDS, None, 0):
        faults.append(f"words, sentences and overlap are for by='window' only; by is {by!r}.")
    if by == "speaker" and min_words != _MIN_WORDS:
        faults.append("min_words is not for by='speaker': turns are never put together.")
    if sentences is not None and words != _WORDS:
        faults.append("Give the windows' words or their sentences, not both.")
    name, size = ("words", words) if sentences is None else ("sentences", sentences)
    if size < 1:
        faults.append(f"{name} must be an int >= 1; got {size}.")
    elif not 0 <= overlap < size:
        faults.append(f"overlap must be an int in [0, {name} = {size}); got {overlap}.")
    if min_words < 1:
        faults.append(f"min_words must be an int >= 1; got {min_words}.")
    if faults:
        raise InputError(" ".join(faults))


def _check_most(by: str, max_words: int | None) -> None:
    if max_words is not None:
        at_least("max_words", max_words, 1, whole=True)
    if by != "paragraph" and max_words != _MAX_WORDS:
        raise InputError(f"max_words is for by='paragraph' only; by is {by!r}.")


def _by_paragraph(corpus: Corpus, min_words: int, max_words: int | None, language: str) -> Corpus:
    cut, events = [], []
    for doc_id, text in zip(corpus.ids, corpus.texts, strict=True):
        passages = _passages(text, None, min_words)
        parts = [passages]
        if max_words is not None:
            most = max(max_words, 4 * min_words)
            parts = [_in_parts(passage, most, language) for passage in passages]
            n_long = sum(len(found) > 1 for found in parts)
            if n_long:
                events.append(Event("segment", doc_id, "noted", "cut for their length", n_long))
        cut.append([passage for found in parts for passage in found])
    return Corpus(_table(corpus, cut), corpus.ledger.add([*_events(corpus, cut), *events]))


def _in_parts(passage: str, most: int, language: str) -> list[str]:
    """The passage, or where it has more words than `most` its parts of half as many at most."""
    if len(passage.split()) <= most:
        return [passage]
    return even_parts(_sentence_parts(passage, language), max(most // 2, 1))


def _by_speaker(corpus: Corpus) -> Corpus:
    spoken = [turns(text) for text in corpus.texts]
    cut = [[turn.text for turn in found] or [""] for found in spoken]
    speakers = [turn.speaker for found in spoken for turn in found or [Turn("", "")]]
    moved = [
        Event("segment", doc_id, "noted", "names of speakers moved to a column", n_names)
        for doc_id, found in zip(corpus.ids, spoken, strict=True)
        if (n_names := sum(turn.speaker != "" for turn in found))
    ]
    table = _table(corpus, cut).rename(columns={"speaker": "original_speaker"})
    table["speaker"] = pd.Series(speakers, index=table.index, dtype="str")
    return Corpus(table, corpus.ledger.add([*_events(corpus, cut), *moved]))


def _events(corpus: Corpus, cut: list[list[str]]) -> list[Event]:
    return [
        Event("segment", doc_id, "noted", "cut into passages", len(passages))
        for doc_id, passages in zip(corpus.ids, cut, strict=True)
    ]


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
    is_item: bool = False


def _passages(text: str, language: str | None, min_words: int) -> list[str]:
    """The paragraphs, or the sentences if a language is given."""
    pieces = [
        piece
        for block in _blocks(text)
        for piece in (_sentence_pieces(block, language) if language else [_whole(block)])
    ]
    return _joined(pieces, min_words) or [""]


def _sentence_parts(text: str, language: str) -> list[tuple[str, str]]:
    pieces = [piece for block in _blocks(text) for piece in _sentence_pieces(block, language)]
    return [(piece.gap, piece.text) for piece in pieces]


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
    return _Piece(block, "\n\n", _leads(block), BULLET.match(block) is not None)


def _sentence_pieces(block: str, language: str) -> list[_Piece]:
    found = sentences_of(block, language=language)
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
    list_words = 0  # of the passage before, if it is a lead-in with its list so far
    for piece in pieces:
        n_piece = len(piece.text.split())
        if piece.is_item and not parts and 0 < list_words < _WORDS:
            passages[-1] += [piece.gap, piece.text]
            list_words += n_piece
            continue
        is_led = piece.is_item and parts != [] and parts[-1].endswith(":")
        parts += [piece.gap, piece.text] if parts else [piece.text]
        n_words += n_piece
        if n_words >= min_words and not _waits(piece, n_words):
            passages.append(parts)
            list_words = n_words if is_led else 0
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
