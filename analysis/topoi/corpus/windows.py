"""Which words or sentences stand together in windows of one length."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["even_parts", "sentence_windows", "word_windows"]


def word_windows(text: str, words: int, overlap: int, least: int) -> list[str]:
    """Stretches of so many words, of which neighbours share `overlap`.

    A tail of fewer than `least` words goes with the window before it.
    """
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    starts = list(range(0, max(len(spans) - overlap, 1), words - overlap))
    if len(starts) > 1 and len(spans) - starts[-1] < least:
        starts.pop()
    stops = [start + words for start in starts[:-1]] + [len(spans)]
    return [
        text[spans[start][0] : spans[stop - 1][1]] if spans else ""
        for start, stop in zip(starts, stops, strict=True)
    ]


def even_parts(parts: Sequence[tuple[str, str]], most: int) -> list[str]:
    """Sentences in as few stretches of `most` words or fewer as they let, about equally long.

    Parameters
    ----------
    parts : what stands before each sentence, and the sentence
    most : int >= 1, words; a longer sentence is cut between words
    """
    short = [piece for part in parts for piece in _short(*part, most)]
    sizes = [len(text.split()) for _, text in short]
    left = sum(sizes)
    found: list[list[str]] = []
    n_words, aim = 0, 0.0
    for (gap, text), size in zip(short, sizes, strict=True):
        if not found or n_words + size > most or n_words + size / 2 > aim:
            found.append([])
            n_words, aim = 0, left / -(-left // most)
        found[-1] += [gap, text]
        n_words, left = n_words + size, left - size
    return ["".join(stretch).lstrip() for stretch in found]


def _short(gap: str, text: str, most: int) -> list[tuple[str, str]]:
    """A sentence, or its stretches of so many words."""
    n_words = len(text.split())
    if n_words <= most:
        return [(gap, text)]
    pieces = word_windows(text, -(-n_words // -(-n_words // most)), 0, 0)
    return list(zip([gap, *[" "] * (len(pieces) - 1)], pieces, strict=True))


def sentence_windows(
    parts: Sequence[tuple[str, str]], sentences: int, overlap: int, least: int
) -> list[str]:
    """Stretches of so many sentences, of which neighbours share `overlap`.

    Parameters
    ----------
    parts : what stands before each sentence, and the sentence
    sentences : int >= 1, of a window
    overlap : int in [0, sentences)
    least : int; a last window with fewer words goes with the one before it
    """
    starts = list(range(0, max(len(parts) - overlap, 1), sentences - overlap))
    last = sum(len(text.split()) for _, text in parts[starts[-1] :])
    if len(starts) > 1 and last < least:
        starts.pop()
    stops = [start + sentences for start in starts[:-1]] + [len(parts)]
    return [
        "".join(gap + text for gap, text in parts[start:stop]).lstrip()
        for start, stop in zip(starts, stops, strict=True)
    ]
