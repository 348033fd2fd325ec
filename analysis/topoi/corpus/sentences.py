"""Where the sentences of a paragraph end."""

from __future__ import annotations

import re

__all__ = ["BULLET", "is_closed", "sentences"]

BULLET = re.compile(
    r"\s*(?:[-*\u2022\u2023\u25e6\u25aa\u25cf\u00b7\u2013\u2014]|\d{1,3}[.)]|\([a-z0-9]{1,3}\))\s"
)
"""How a line of a list begins."""

_CLOSERS = "\"'\u201d\u2019\u00bb)]}*"
_OPENERS = "\"'\u201c\u2018\u00ab([{*\u00bf\u00a1"
_LONGEST_LIST_NUMBER = 3  # digits
_LONGEST_PART = 2  # letters between the stops of "U.S.", "Ph.D."
_STOPS = ".!?\u2026\u3002\u061f\u0964"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Always followed by a name, a number or the other party: no sentence ends here.
_LEANING = _words(
    """
    mr mrs ms messrs dr prof rev hon gov sen sens rep reps pres gen lt col maj capt cmdr adm sgt
    amb st ste mt v vs cf viz fig figs eq vol ch pt ed eds e.g i.e approx ca
    """
)
# The same, but only before a number; "No." and "Sec." are words, too.
_NUMBERED = _words(
    """
    no nos sec secs art arts par para paras p pp cl reg stat u.s.c c.f.r h.r s.res h.res h.con.res
    s.con.res h.j.res s.j.res pub jan feb mar apr jun jul aug sep sept oct nov dec
    """
)
# Within a sentence before a name, at its end before a word that begins one. In capitals only:
# "ill", "mass" and "wash" are words, too.
_EITHER = _words(
    """
    fed cong supp inc corp co ltd llc bros jr sr ph.d dept assn univ ave blvd rd ariz calif colo
    conn del fla ga ill ind kan mass md mich minn miss mont neb nev okla ore pa tenn tex va vt wash
    wis wyo
    """
)
_BEGINNERS = _words(
    """
    the a an this that these those there here it its he his she her they their we our i my you your
    in on at by for from with without under over to of as if when while since because although
    though after before during until unless once where who what which why how and but or nor so yet
    not no all any both each every many most more much some such only also even just now then thus
    however therefore moreover furthermore meanwhile instead indeed today according despite among
    """
)


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, in order, with the white space between them left out.

    A sentence ends after a stop, question or exclamation mark and the quotes and brackets that
    close behind it, unless the next word begins in lower case or the stop belongs to an
    abbreviation, an initial or a list number. Lines of a list end a sentence, too.

    Notes
    -----
    Linear in the length of the paragraph. An abbreviation such as "U.S." or "Inc." ends a
    sentence only before a word that often begins one ("The", "In"), so some ends are missed.
    """
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", paragraph)]
    found = []
    first = 0
    for number, (_, end) in enumerate(words):
        is_last = number + 1 == len(words)
        if is_last or _ends(paragraph, words, first, number):
            found.append(paragraph[words[first][0] : end])
            first = number + 1
    return found


def is_closed(text: str) -> bool:
    """Whether a text ends with the mark of a finished sentence."""
    return text.rstrip().rstrip(_CLOSERS).endswith(tuple(_STOPS))


def _ends(paragraph: str, words: list[tuple[int, int]], first: int, number: int) -> bool:
    """Whether a sentence that began at word `first` ends with word `number`."""
    start, end = words[number]
    next_start, next_end = words[number + 1]
    if "\n" in paragraph[end:next_start] and BULLET.match(paragraph[next_start : next_end + 1]):
        return True
    word = paragraph[start:end].rstrip(_CLOSERS)
    if not word.endswith(tuple(_STOPS)):
        return False
    following = paragraph[next_start:next_end].lstrip(_OPENERS)
    if following[:1].islower() or following.startswith(tuple(_STOPS)):
        return False
    return not word.endswith(".") or _is_full_stop(word, following, is_first=first == number)


def _is_full_stop(word: str, following: str, *, is_first: bool) -> bool:
    """Whether the stop at the end of a word ends a sentence before a word in capitals."""
    stem = word.rstrip(".").lstrip(_OPENERS).lower()
    if stem in _LEANING or (is_first and _is_enumerator(stem)):
        return False
    is_either = _is_dotted(stem) or _is_initial(stem) or stem in ("etc", "al")
    is_either = is_either or (stem in _EITHER and word.lstrip(_OPENERS)[:1].isupper())
    if following[:1].isdigit():
        return not is_either and stem not in _NUMBERED
    if is_either:
        return following.rstrip(".,;:!?").lower() in _BEGINNERS
    return True


def _is_enumerator(stem: str) -> bool:
    return (stem.isdecimal() and len(stem) <= _LONGEST_LIST_NUMBER) or _is_initial(stem)


def _is_initial(stem: str) -> bool:
    return len(stem) == 1 and stem.isalpha()


def _is_dotted(stem: str) -> bool:
    """Whether a word is made of single letters with stops between, as "u.s" and "a.m"."""
    return "." in stem and max(map(len, stem.split("."))) <= _LONGEST_PART
