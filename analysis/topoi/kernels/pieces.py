"""Where the pieces of a text begin and end: words, numbers, addresses, tags, punctuation."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = [
    "DIGIT",
    "JOINER",
    "LETTER",
    "PUNCTUATION",
    "SIGN",
    "SPACE",
    "WORD",
    "scan_pieces",
    "scan_runs",
]

# What `scan_pieces` must know of a character; flags, since a character can be several.
WORD = 1  # stands in a word
LETTER = 2  # may be a letter of an abbreviation with stops
DIGIT = 4
SPACE = 8
JOINER = 16  # apostrophe or hyphen: joins two words to one piece
PUNCTUATION = 32  # keeps the words on its two sides apart
SIGN = 64  # a punctuation mark that may begin a hashtag or a name: # and @

_NEWLINE, _AND, _COMMA, _STOP, _SLASH, _COLON = 10, 38, 44, 46, 47, 58
_SPACE, _PERCENT, _PLUS, _HYPHEN, _AT = 32, 37, 43, 45, 64
_H, _P, _S, _T, _W = 104, 112, 115, 116, 119
_LONGEST_NAME = 64  # characters before the @ of an e-mail address
_LONGEST_LABEL = 63  # characters between the stops behind it


@njit(cache=True, nogil=True)
def scan_runs(
    codes: NDArray[np.uint32],
    bounds: NDArray[np.int64],
    lower: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    least: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Longest runs of lower-case characters of class 2; one that holds class 1 too is left out.

    Parameters
    ----------
    codes : uint32 array, shape (C,), code points
    lower : uint32 array, the lower case of each code point
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    classes : uint8 array, one for each code point
        0 stands between runs, 1 spoils the run it is in, 2 makes a word.
    least : int >= 1, characters of the shortest run that counts

    Returns
    -------
    starts, stops : int64 arrays, shape (N,), of each run in `codes`
    token_bounds : int64 array, shape (D + 1,); text d owns the runs [bounds[d], bounds[d + 1])

    Updates
    -------
    codes, to lower case
    """
    n_texts = len(bounds) - 1
    most = len(codes) // 2 + n_texts  # runs of one character, each but the last with a gap
    starts = np.empty(most, dtype=np.int64)
    stops = np.empty(most, dtype=np.int64)
    token_bounds = np.zeros(n_texts + 1, dtype=np.int64)
    n = 0
    for text in range(n_texts):
        lowest, start = np.uint8(0), bounds[text]
        for i in range(bounds[text], bounds[text + 1]):
            codes[i] = lower[codes[i]]
            kind = classes[codes[i]]
            if kind == 0:
                if lowest == 2 and i - start >= least:
                    starts[n], stops[n] = start, i
                    n += 1
                lowest, start = kind, i + 1
            else:
                lowest = kind if i == start else min(lowest, kind)
        if lowest == 2 and bounds[text + 1] - start >= least:
            starts[n], stops[n] = start, bounds[text + 1]
            n += 1
        token_bounds[text + 1] = n
    return starts[:n], stops[:n], token_bounds


@njit(cache=True, nogil=True)
def scan_pieces(
    codes: NDArray[np.uint32], bounds: NDArray[np.int64], classes: NDArray[np.uint8], longest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The pieces of `topoi.text.tokenise`, its expression `_PIECE` written out by hand.

    Parameters
    ----------
    codes : uint32 array, shape (C,), code points
    bounds : int64 array, shape (D + 1,); text d owns [bounds[d], bounds[d + 1])
    classes : uint8 array, one for each code point; sums of the flags of this file
    longest : int, characters of the longest piece that may be a word

    Returns
    -------
    starts, stops : int64 arrays, shape (N,), of each piece in `codes`
        Equal where the piece says nothing: punctuation, blank lines, and what is too long.
    token_bounds : int64 array, shape (D + 1,); text d owns the pieces [bounds[d], bounds[d + 1])
    """
    n_texts = len(bounds) - 1
    starts = np.empty(len(codes), dtype=np.int64)
    stops = np.empty(len(codes), dtype=np.int64)
    token_bounds = np.zeros(n_texts + 1, dtype=np.int64)
    n = 0
    for text in range(n_texts):
        i, end = bounds[text], bounds[text + 1]
        while i < end:
            start, is_word = i, False
            kind = classes[codes[i]]
            if kind & WORD:
                i, is_word = _word_piece(codes, classes, start, end, longest)
            elif codes[i] == _AND:
                i, is_word = i + 1, True
            elif codes[i] == _NEWLINE:
                i = _blank_line_end(codes, classes, start, end)
            elif kind & SIGN and _is_tag(codes, classes, i, bounds[text], end):
                starts[n], stops[n] = start, start  # the sign keeps its two sides apart
                n += 1
                i = _word_end(codes, classes, start + 1, end)
                is_word = i - start - 1 <= longest
            else:
                while i < end and classes[codes[i]] & PUNCTUATION:
                    if classes[codes[i]] & SIGN and _is_tag(codes, classes, i, bounds[text], end):
                        break
                    i += 1
            if i == start:  # white space or a stray apostrophe: no piece
                i += 1
                continue
            starts[n], stops[n] = start, i if is_word else start
            n += 1
        token_bounds[text + 1] = n
    return starts[:n], stops[:n], token_bounds


@njit(cache=True, nogil=True)
def _word_piece(codes, classes, start, end, longest):
    """Where the piece ends that begins with a letter or digit, and whether it says something."""
    stop = _address_end(codes, classes, start, end)
    if stop == start and classes[codes[start]] & DIGIT:
        stop = _date_end(codes, classes, start, end)
        if stop == start:
            stop = _grouped_number_end(codes, classes, start, end)
    if stop == start and _is_doubled(codes, start, end):
        stop = _doubled_end(codes, start, end)
    if stop > start:
        return stop, True
    stop = _word_end(codes, classes, start, end)
    if stop + 1 < end and not classes[codes[stop]] & SPACE:
        mail = _mail_end(codes, classes, start, stop, end)
        if mail > start:
            return mail, True
    return stop, stop - start <= longest


@njit(cache=True, nogil=True)
def _is_doubled(codes, start, end):
    """Whether a letter stands twice before a stop, as in "EE."."""
    return start + 2 < end and codes[start + 1] == codes[start] and codes[start + 2] == _STOP


@njit(cache=True, nogil=True)
def _address_end(codes, classes, start, end):
    """Where a web address that begins here ends; `start` if there is none."""
    i = start
    if codes[start] == _W:
        while i < end and i < start + 3 and codes[i] == _W:
            i += 1
        if i < start + 3 or i >= end or codes[i] != _STOP:
            return start
        i += 1
    elif codes[start] == _H:
        if end - start < 7 or codes[start + 1] != _T or codes[start + 2] != _T:
            return start
        if codes[start + 3] != _P:
            return start
        i = start + 5 if codes[start + 4] == _S else start + 4
        if i + 3 > end or codes[i] != _COLON or codes[i + 1] != _SLASH or codes[i + 2] != _SLASH:
            return start
        i += 3
    else:
        return start
    name = i
    while i < end and not classes[codes[i]] & SPACE:
        i += 1
    return i if i > name else start


@njit(cache=True, nogil=True)
def _grouped_number_end(codes, classes, start, end):
    """Where a number with inner stops or commas ends; `start` if there is none."""
    i = start
    while i < end and classes[codes[i]] & DIGIT:
        i += 1
    last = start
    while i + 1 < end and (codes[i] == _STOP or codes[i] == _COMMA):
        if not classes[codes[i + 1]] & DIGIT:
            break
        i += 1
        while i < end and classes[codes[i]] & DIGIT:
            i += 1
        last = i
    return last


@njit(cache=True, nogil=True)
def _date_end(codes, classes, start, end):
    """Where a date such as 3/4/2021 that begins here ends; `start` if there is none."""
    i = start
    for most in (4, 2, 4):
        first = i
        while i < end and i < first + most and classes[codes[i]] & DIGIT:
            i += 1
        if i == first:
            return start
        if first > start and most == 4:
            return start if i < end and classes[codes[i]] & DIGIT else i
        if i >= end or codes[i] != _SLASH:
            return start
        i += 1
    return start


@njit(cache=True, nogil=True)
def _doubled_end(codes, start, end):
    """Where an abbreviation of doubled letters ("EE. UU.") ends; `start` if there is none."""
    if end - start < 6 or codes[start] != codes[start + 1] or codes[start + 2] != _STOP:
        return start
    first = codes[start]
    is_capital = 65 <= first <= 90
    if not (is_capital or 97 <= first <= 122):
        return start
    i = start + 4 if is_capital and codes[start + 3] == _SPACE else start + 3
    if i + 3 > end or codes[i] != codes[i + 1] or codes[i + 2] != _STOP:
        return start
    last = codes[i]
    fits = 65 <= last <= 90 if is_capital else 97 <= last <= 122
    return i + 3 if fits else start


@njit(cache=True, nogil=True)
def _mail_end(codes, classes, start, word_end, end):
    """Where an e-mail address that begins here ends; `start` if there is none.

    The first word of it ends at `word_end`, which is not the last character.
    """
    if codes[word_end] != _AT and (
        not _in_name(codes[word_end], classes) or classes[codes[word_end + 1]] & SPACE
    ):
        return start
    i = start + 1
    while i < end and i < start + _LONGEST_NAME and _in_name(codes[i], classes):
        i += 1
    if i + 1 >= end or codes[i] != _AT or not classes[codes[i + 1]] & LETTER:
        return start
    i = _label_end(codes, classes, i + 1, end)
    n_labels = 1
    while i + 1 < end and codes[i] == _STOP:
        after = _label_end(codes, classes, i + 1, end)
        if after == i + 1:
            break
        i = after
        n_labels += 1
    return i if n_labels > 1 else start


@njit(cache=True, nogil=True)
def _in_name(code, classes):
    return classes[code] & WORD != 0 or code in (_STOP, _PERCENT, _PLUS, _HYPHEN)


@njit(cache=True, nogil=True)
def _label_end(codes, classes, start, end):
    i = start
    while (
        i < end
        and i < start + _LONGEST_LABEL
        and (classes[codes[i]] & WORD != 0 or codes[i] == _HYPHEN)
    ):
        i += 1
    return i


@njit(cache=True, nogil=True)
def _is_tag(codes, classes, i, first, end):
    """Whether a hashtag or a name with @ begins at this sign."""
    return (
        i + 1 < end
        and classes[codes[i + 1]] & LETTER != 0
        and (i == first or classes[codes[i - 1]] & WORD == 0)
    )


@njit(cache=True, nogil=True)
def _word_end(codes, classes, start, end):
    """Where words that are joined by apostrophes and hyphens end."""
    i = _unit_end(codes, classes, start, end)
    while i + 1 < end and classes[codes[i]] & JOINER and classes[codes[i + 1]] & WORD:
        i = _unit_end(codes, classes, i + 1, end)
    return i


@njit(cache=True, nogil=True)
def _unit_end(codes, classes, start, end):
    """Where an abbreviation with stops or, failing that, a run of word characters ends."""
    i = start
    if classes[codes[i]] & LETTER:
        i += 1
        while (
            i + 1 < end
            and codes[i] == _STOP
            and classes[codes[i + 1]] & LETTER
            and not (i + 2 < end and classes[codes[i + 2]] & WORD)
        ):
            i += 2
        if i > start + 1:
            return i + 1 if i < end and codes[i] == _STOP else i
    while i < end and classes[codes[i]] & WORD:
        i += 1
    return i


@njit(cache=True, nogil=True)
def _blank_line_end(codes, classes, start, end):
    """Behind the line end that makes this one a blank line; `start` if there is none."""
    i = start + 1
    while i < end and classes[codes[i]] & SPACE and codes[i] != _NEWLINE:
        i += 1
    return i + 1 if i < end and codes[i] == _NEWLINE else start
