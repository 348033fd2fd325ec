"""Where in a text do the terms stand that were counted of it?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from topoi.text.find import Instance
from topoi.text.patterns import Patterns, is_word
from topoi.text.tokenise import BREAK, token_spans

__all__ = ["TermFinder", "term_places"]


class TermFinder:
    """Finds in any number of texts where each of some terms stands.

    Parameters
    ----------
    terms : collection of str, as `vectorise` counted them
    forms : mapping from word to what it was counted as, from the `folded` table of the matrix
    is_seed : collection of str, those of the terms whose phrases were joined before others
    """

    def __init__(
        self, terms: Collection[str], *, forms: Mapping[str, str], is_seed: Collection[str] = ()
    ) -> None:
        seeds = set(is_seed)
        self._forms = forms
        groups = ([term for term in terms if term in seeds], [t for t in terms if t not in seeds])
        written = [_written(group, forms) for group in groups]
        self._groups = [(names, Patterns(names)) for names in written]

    def places(self, text: str) -> list[Instance]:
        """Where each term stands in the text as it is written, in order; no two places overlap.

        Of phrases that overlap seeds come first, then the leftmost, of those the longest. Terms
        that are not words of the text, such as a placeholder for numbers, have no place.
        """
        spans = token_spans(text)
        tokens = [self._forms.get(token, token) for token, _, _ in spans]
        found = []
        for names, patterns in self._groups:
            for first, n_tokens, written in list(patterns.instances(tokens)):
                last = first + n_tokens - 1
                found.append(Instance(spans[first][1], spans[last][2], names[written]))
                tokens[first : last + 1] = [BREAK] * n_tokens
        return sorted(found)


def term_places(
    text: str,
    terms: Collection[str],
    *,
    forms: Mapping[str, str],
    is_seed: Collection[str] = (),
) -> list[Instance]:
    """Where each term stands in one text: see `TermFinder`."""
    return TermFinder(terms, forms=forms, is_seed=is_seed).places(text)


def _written(terms: Iterable[str], forms: Mapping[str, str]) -> dict[str, str]:
    """For each way of writing a term in tokens, also in tokens that are folded, the term."""
    wanted = set(terms)
    words = [(term, term) for term in terms]
    words += [(word, form) for word, form in forms.items() if form in wanted]
    found: dict[str, str] = {}
    for word, term in words:
        slots = word.split(" ")
        for written in (" ".join(forms.get(slot, slot) for slot in slots), word):
            if all(map(is_word, written.split(" "))):
                found.setdefault(written, term)
    return found
