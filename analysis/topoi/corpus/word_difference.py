"""Which words of one text are not in another, shown in a line."""

from __future__ import annotations

from difflib import SequenceMatcher

from topoi.printable import printable

__all__ = ["word_difference"]

_COMPARED = 400  # words of each text, counted from where they first differ
_AROUND = 3  # equal words shown on each side of a change
_CHANGED = 12  # words shown of a change
_CHANGES = 8  # changes shown
_LONGEST = 40  # characters of a word
_CHARACTERS = 40 * _COMPARED  # of a text that is cut into words


def word_difference(text: str, other: str) -> str:
    """What must be done to `text` to get `other`: [-words taken out-] {+words put in+}.

    Words are compared as `deduplicate` does: without case and punctuation. Equal words are left
    out but for three beside each change. It is bounded whatever the texts: 400 words of each from
    the first difference on are compared, eight changes of up to twelve words are shown, and "…"
    stands for what is not.
    """
    start = _first_difference(text, other)
    words, others = _words(text[start:]), _words(other[start:])
    keys, other_keys = [_key(word) for word in words], [_key(word) for word in others]
    matcher = SequenceMatcher(None, keys, other_keys, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    parts: list[str] = []
    shown = 0
    for _, a, a_end, b, b_end in changes[:_CHANGES]:
        before = words[max(shown, a - _AROUND) : a]
        parts += ["…"] if a - _AROUND > shown or (shown == 0 and start) else []
        parts += [
            *before,
            *_marked(words[a:a_end], "[-", "-]"),
            *_marked(others[b:b_end], "{+", "+}"),
        ]
        parts += (after := words[a_end : _after(matcher, a_end)])
        shown = a_end + len(after)
    is_more = len(changes) > _CHANGES or shown < len(words) or len(words) >= _COMPARED
    return " ".join(parts + ["…"] * (is_more and bool(parts)))


def _after(matcher: SequenceMatcher[str], place: int) -> int:
    """Where the equal words that are shown behind a change end."""
    for tag, a, a_end, _, _ in matcher.get_opcodes():
        if tag == "equal" and a == place:
            return min(a_end, place + _AROUND)
    return place


def _first_difference(text: str, other: str) -> int:
    """A place shortly before the texts differ, at the start of a word."""
    low, high = 0, min(len(text), len(other))
    while low < high:  # text[:low] is equal
        middle = (low + high + 1) // 2
        if text[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return max(text.rfind(" ", 0, max(low - 40, 0)) + 1, 0)


def _words(text: str) -> list[str]:
    return printable(text[:_CHARACTERS]).split()[:_COMPARED]


def _key(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())


def _marked(words: list[str], left: str, right: str) -> list[str]:
    """The words in marks, the middle ones left out where there are many."""
    if not words:
        return []
    few = words if len(words) <= _CHANGED else [*words[: _CHANGED - 3], "…", *words[-2:]]
    return [left + " ".join(_cut(word) for word in few) + right]


def _cut(word: str) -> str:
    return word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…"
