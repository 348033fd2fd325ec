"""Which lines of a text belong to the page and not to what was written."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np

from topoi.corpus.look import look
from topoi.corpus.page_lines import is_boilerplate, is_link, is_mark
from topoi.corpus.rules import Outcome, without_lines

__all__ = ["drop_boilerplate", "drop_repeats", "frequent_lines", "line_codes"]

_LEAST_WORDS = 3
_MOST_LINKS = 5
_MOST_SPAN = 2 * _MOST_LINKS + 3  # with a blank line after each
_FREQUENT_SHARE = 0.2
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LABEL = re.compile(r"[A-Z][A-Z.'’ -]{1,40}:|[QA]\b|\(|\[")
_LEAST_LABELS = 2
_SPEAKER = re.compile(r"(?:[A-Z][A-Z.'’ -]{2,40}:|Q )")


def drop_boilerplate(text: str) -> Outcome:
    """Text without lines that are wholly a request, a button, a notice or a mark of a page.

    Links that stand between two such lines ("Sport" in a menu) go with them.
    """
    seen = look(text)
    gone = [at for at in seen.page_lines if is_boilerplate(seen.lines[at])]
    return without_lines(text, sorted([*gone, *_links_between(seen.lines, gone)]))


def _links_between(lines: Sequence[str], gone: Sequence[int]) -> list[int]:
    """Places of lines that may be links, up to five between two lines that go for their words."""
    found: list[int] = []
    of_page = [at for at in gone if not is_mark(lines[at])]
    for one, other in pairwise(of_page):
        between = [at for at in range(one + 1, min(other, one + _MOST_SPAN)) if lines[at].strip()]
        is_near = other - one < _MOST_SPAN and len(between) <= _MOST_LINKS
        if is_near and all(is_link(lines[at]) for at in between):
            found += between
    return found


def drop_repeats(text: str) -> Outcome:
    """Text with a line of three words or more only where it stands first.

    Lines that lead to the next (they end with a colon, comma or semicolon) stay, and in a
    transcript what speakers say again and stage directions.
    """
    places = _alike(text)
    if not places:
        return Outcome(text)
    lines = look(text).lines
    seen: set[str] = set()
    gone: list[int] = []
    for place in places:
        line = lines[place]
        key = _key(line)
        if key in seen and not line.endswith((":", ",", ";")):
            gone.append(place)
        elif key:
            seen.add(key)
    if gone and sum(map(bool, map(_SPEAKER.match, lines))) > _LEAST_LABELS:
        gone = [place for place in gone if not _may_be_said_again(lines[place])]
    return without_lines(text, gone)


def _alike(text: str) -> list[int]:
    """Places of lines that may have the words of another; in most texts there are few or none."""
    hashes = look(text).line_hashes
    counts = Counter(key for _, key in hashes)
    if len(counts) == len(hashes) and 0 not in counts:
        return []
    # Lines without letters of ASCII may be alike or not, the hash 0 does not tell.
    return [at for at, key in hashes if counts[key] > 1 or key == 0]


def _may_be_said_again(line: str) -> bool:
    return bool(_LABEL.match(line)) or len(_WORD.findall(line)) < 12


def _key(line: str) -> str:
    """The words of a line in lower case; nothing for a line too short to be told by its words."""
    words = _WORD.findall(line.lower())
    return " ".join(words) if len(words) >= _LEAST_WORDS else ""


def frequent_lines(
    texts: Sequence[str],
    sources: Sequence[str],
    *,
    min_repeats: int,
    codes: Sequence[bytes] | None = None,
) -> list[Outcome]:
    """Each text without the lines that stand in many texts of its source.

    A line (its words in lower case, three or more) is frequent if it stands in at least
    `min_repeats` texts and a fifth of the texts of a source that has more than `min_repeats`.
    Texts with mostly the same lines (reprints) count as one text there. The frequent lines of a
    text are dropped where they are together under half of its words; else it stays whole.
    `codes` are the `line_codes` of the texts, if they are at hand.
    """
    codes = [line_codes(text) for text in texts] if codes is None else codes
    outcomes = [Outcome(text) for text in texts]
    groups: dict[str, list[int]] = {}
    for place, source in enumerate(sources):
        groups.setdefault(source, []).append(place)
    for places in groups.values():
        least = max(min_repeats, _FREQUENT_SHARE * len(places))
        if len(places) > min_repeats and _may_be_shared([codes[at] for at in places], least):
            _drop_frequent(outcomes, places, least)
    return outcomes


def line_codes(text: str) -> bytes:
    """An int64 for each different line; lines with the same words have the same, most others not.

    They tell of nearly all texts that no line is frequent, without going through the words.
    """
    seen = look(text)
    codes = {key for _, key in seen.line_hashes}
    if 0 in codes:  # lines without letters of ASCII
        keys = {_key(seen.lines[at]) for at, key in seen.line_hashes if key == 0}
        codes |= {-crc32(key.encode("utf-8", "surrogatepass")) for key in keys if key}
    return array("q", codes - {0}).tobytes()


def _may_be_shared(codes: Sequence[bytes], least: float) -> bool:
    """Whether any line may stand in so many texts."""
    _, counts = np.unique(np.frombuffer(b"".join(codes), dtype=np.int64), return_counts=True)
    return bool((counts >= least).any())


def _drop_frequent(outcomes: list[Outcome], places: list[int], least: float) -> None:
    keys = [[_key(line) for line in outcomes[place].text.split("\n")] for place in places]
    holders: dict[str, set[int]] = {}
    for origin, found in zip(_origins(keys), keys, strict=True):
        for key in set(found) - {""}:
            holders.setdefault(key, set()).add(origin)
    frequent = {key for key, origins in holders.items() if len(origins) >= least}
    for place, found in zip(places, keys, strict=True):
        gone = [at for at, key in enumerate(found) if key in frequent]
        lines = outcomes[place].text.split("\n")
        if gone and 2 * sum(_n_words(found[at]) for at in gone) < sum(map(_words_in, lines)):
            outcomes[place] = without_lines(outcomes[place].text, gone)


def _origins(keys: list[list[str]]) -> list[int]:
    """For each text the first one that has most of its words in the same lines, mostly itself."""
    first: dict[str, int] = {}
    origins = []
    for place, found in enumerate(keys):
        shared: Counter[int] = Counter()
        for key in found:
            if key in first:
                shared[first[key]] += _n_words(key)
        most = max(shared.values(), default=0)
        is_reprint = 2 * most > sum(map(_n_words, found))
        # Only one text can have more than half, so that no order of texts decides.
        origin = next(o for o, n in shared.items() if n == most) if is_reprint else place
        origins.append(origin)
        for key in found:
            if key:
                first.setdefault(key, origin)
    return origins


def _n_words(key: str) -> int:
    return key.count(" ") + 1 if key else 0


def _words_in(line: str) -> int:
    return len(_WORD.findall(line))
