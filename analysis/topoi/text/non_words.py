"""What is done with numbers, dates, addresses, hashtags and names with @."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from topoi.errors import InputError, listed, nearest
from topoi.text.tokenise import BREAK, KINDS, kind_of, word_token, written_form

__all__ = ["NON_WORDS", "checked_rules", "placeholder", "token_by_rule"]

NON_WORDS: Mapping[str, str] = {
    "url": "drop",
    "email": "drop",
    "mention": "drop",
    "hashtag": "keep",
    "date": "drop",
    "number": "drop",
}
"""The rule for each kind of token that is no word, unless the user says otherwise."""

_RULES = ("keep", "drop", "fold")


def checked_rules(given: Mapping[str, str] | None) -> dict[str, str]:
    """The rule for every kind: those given, the rest as in NON_WORDS.

    Raises
    ------
    InputError
        If a kind or a rule is unknown.
    """
    rules = {**NON_WORDS, **(given or {})}
    unknown = [kind for kind in rules if kind not in NON_WORDS]
    if unknown:
        close = nearest(unknown[0], NON_WORDS)
        hint = f" (did you mean {close!r}?)" if close else ""
        raise InputError(
            f"non_words has rules for {listed(map(repr, unknown))}{hint}; the kinds are "
            f"{', '.join(NON_WORDS)}."
        )
    odd = [f"{kind}: {rule!r}" for kind, rule in rules.items() if rule not in _RULES]
    if odd:
        raise InputError(f"Rules of non_words are {', '.join(_RULES)}; got {listed(odd)}.")
    return rules


def placeholder(kind: str) -> str:
    """The term that stands for all tokens of a folded kind; no text has it as a word."""
    return f"<{kind}>"


def token_by_rule(
    piece: str, rules: Mapping[str, str], is_kept: Callable[[str], bool]
) -> tuple[str, int]:
    """The token of a piece, and the number in KINDS of what was dropped; 0 if nothing was.

    What a seed asks for stays as it is written, whatever its rule.
    """
    kind = kind_of(piece)
    if kind == "word":
        return word_token(piece), 0
    written = written_form(piece, kind)
    if rules[kind] == "keep" or (written and is_kept(written)):
        return written, 0
    if rules[kind] == "fold":
        return placeholder(kind), 0
    return BREAK, KINDS.index(kind)
