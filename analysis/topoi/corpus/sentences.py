"""Where the sentences of a paragraph end."""

from __future__ import annotations

import re

from topoi.corpus.abbreviations import Abbreviations, abbreviations

__all__ = ["BULLET", "is_closed", "sentences"]

_MARK = r"(?:[-*\u2022\u2023\u25e6\u25aa\u25cf\u00b7\u2013\u2014]|\d{1,3}[.)]|\([a-z0-9]{1,3}\))\s"

BULLET = re.compile(rf"\s*{_MARK}")
"""How a line of a list begins."""

_CLOSERS = "\"'\u201d\u2019\u00bb)]}*"
_OPENERS = "\"'`\u201c\u2018\u00ab([{*\u00bf\u00a1"
_DASHES = "-\u2013\u2014"
_STOPS = ".!?\u2026\u3002\u061f\u0964"
_STOP_MARKS = tuple(_STOPS)
_GO_ON = tuple(")]},;:")  # a sentence never begins so
_SEEN = 60  # characters before a stop that are looked at, and after it

# Each place is tried once and what follows a mark is passed over once: linear in the text.
_PLACE = re.compile(
    rf"[{re.escape(_STOPS)}][{re.escape(_CLOSERS)}]*+(?=\s)"
    rf"|\n(?=[^\S\n]*+(?:\n|{_MARK}))"
)
_FOLLOWING = re.compile(rf"\s*+(\S{{1,{_SEEN}}})")
_DOTTED = re.compile(r"(?:[^\W\d]{1,2}\.)+[^\W\d]{1,2}")  # u.s, a.m, ph.d
_NUMBER = re.compile(r"(?:\d{1,3}|[a-z]|[ivxlc]{1,6})(?:\.\d{1,3})*")  # of a list or a heading
_ROMAN = re.compile(r"[IVXLC]+[.,;:)]*|[A-Z][.,;:)]*")
_CUE = re.compile(
    r"[(\[](?:applause|laughter|laughs|inaudible|crosstalk|cheers|boos|risas|aplausos)", re.I
)


def sentences(paragraph: str, *, language: str = "en") -> list[str]:
    """The sentences of a paragraph, in order, with the white space between them left out.

    A sentence ends after a stop, question or exclamation mark and the quotes and brackets that
    close behind it, unless the next word begins in lower case or the stop belongs to an
    abbreviation, an initial or the number of a list or heading. Lines of a list and blank lines
    end a sentence, too.

    Parameters
    ----------
    paragraph : str
    language : {"en", "es"}, whose abbreviations are known

    Raises
    ------
    InputError
        If there are no abbreviations for the language.

    Notes
    -----
    Linear in the length of the paragraph. An abbreviation such as "U.S." or "Inc." ends a
    sentence only before a word that often begins one ("The", "In"), so some ends are missed.
    How often is measured by benchmarks/corpus_sentences.py.
    """
    known = abbreviations(language)
    found = []
    first = len(paragraph) - len(paragraph.lstrip())
    for match in _PLACE.finditer(paragraph, first):
        following = _FOLLOWING.match(paragraph, match.end())
        if following is None:
            break
        if match.start() < first:
            continue  # further blank lines
        if match[0] == "\n" or _ends(paragraph, first, match.end(), following[1], known):
            found.append(paragraph[first : match.end()].rstrip())
            first = following.start(1)
    last = paragraph[first:].rstrip()
    return [*found, last] if last else found


def is_closed(text: str) -> bool:
    """Whether a text ends with the mark of a finished sentence."""
    return text.rstrip().rstrip(_CLOSERS).endswith(_STOP_MARKS)


def _ends(paragraph: str, first: int, end: int, following: str, known: Abbreviations) -> bool:
    """Whether a sentence that began at `first` ends at `end`, before the word that follows."""
    lead = following.lstrip(_OPENERS)
    if lead[:1].islower() or lead.startswith(_STOP_MARKS) or following.startswith(_GO_ON):
        return False
    words = paragraph[max(first, end - _SEEN) : end].split()
    word = words[-1].rstrip(_CLOSERS)
    if not word.endswith("."):
        return True
    before = words[-2] if len(words) > 1 else ""
    is_short = end - first < _SEEN
    if is_short and _is_list_number(word, words, known):
        return False
    return _is_full_stop(word, before, following, known)


def _is_list_number(word: str, words: list[str], known: Abbreviations) -> bool:
    """Whether so far there is only the number of an item or heading: "2.", "IV.", "Sec. 3."."""
    stem = _stem(word)
    if not _NUMBER.fullmatch(stem):
        return False
    if len(words) == 1:
        return len(stem) == 1 or stem[0].isdigit() or word[:1].isupper() or word[:1] == "("
    label = _stem(words[0])
    return len(words) == 2 and (label in known.numbered or label in known.dividers)


def _is_full_stop(word: str, before: str, following: str, known: Abbreviations) -> bool:
    """Whether the stop at the end of a word ends a sentence before a word in capitals."""
    stem = _stem(word)
    is_capital = word.lstrip(_OPENERS)[:1].isupper()
    lead = following.lstrip(_OPENERS)
    if _leans(stem, lead, known, is_capital=is_capital):
        return False
    if word[:1].isupper() and _is_named(stem, before, known):
        return True
    if not _may_go_on(stem, known, is_capital=is_capital):
        return True
    if lead[:1].isdigit() or following[0] in _DASHES:
        return False
    if following[0] in "([":
        return _CUE.match(following) is not None
    return lead.rstrip(".,;:!?").lower() in known.beginners


def _leans(stem: str, lead: str, known: Abbreviations, *, is_capital: bool) -> bool:
    """Whether an abbreviation needs the word that follows."""
    if stem in known.leaning or (is_capital and stem in known.capitals):
        return True
    return stem in known.numbered and _is_number(lead, with_letters=stem in known.lettered)


def _is_number(lead: str, *, with_letters: bool) -> bool:
    """Whether a word is a number: "42", "A-108", and with letters also "B" and "IV"."""
    if any(map(str.isdigit, lead)):
        return True
    return with_letters and _ROMAN.fullmatch(lead) is not None


def _is_named(stem: str, before: str, known: Abbreviations) -> bool:
    """Whether a letter is no initial but a name or a pronoun: "Appendix A.", "you and I."."""
    label = _stem(before)
    return len(stem) == 1 and (label in known.dividers or (stem == "i" and label == "and"))


def _may_go_on(stem: str, known: Abbreviations, *, is_capital: bool) -> bool:
    """Whether a sentence may go on after an abbreviation or initial although it may also end."""
    if (len(stem) == 1 and stem.isalpha()) or _DOTTED.fullmatch(stem) or stem == "al":
        return True
    return is_capital and stem in known.either


def _stem(word: str) -> str:
    return word.strip(_OPENERS).rstrip(".").lower()
