"""Which words belong together and are counted as one term."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from topoi.errors import InputError, listed
from topoi.text.tokenise import BREAK

__all__ = ["CONNECTORS", "Patterns", "learn_phrases"]

_CONNECTORS = "a an the for of with without at from to in on by and or"
CONNECTORS = frozenset(_CONNECTORS.split())
"""Words that may stand inside a learned phrase ("rule of law"), never at its edges."""

_MOST_WORDS = 3


class Patterns:
    """Words and phrases to look for, as in "visa*", "root cause*", "title 42".

    Parameters
    ----------
    patterns : iterable of str
        Lower case, words separated by one space. A word that ends in ``*`` stands for every word
        with that beginning, also for the beginning itself.

    Raises
    ------
    InputError
        If a pattern is written in another way; names up to five.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(dict.fromkeys(patterns))
        odd = [pattern for pattern in self.patterns if not _is_pattern(pattern)]
        if odd:
            raise InputError(
                f"{len(odd)} patterns are not usable: {listed(map(repr, odd))}. Write lower-case "
                "words separated by one space; a word may end in *."
            )
        self._root = _trie(self.patterns)
        slots = {slot for pattern in self.patterns for slot in pattern.split(" ")}
        self._lengths = sorted({len(slot) - 1 for slot in slots if slot.endswith("*")})
        self._slots = slots
        self._known: dict[str, tuple[str, ...]] = {}
        self._starts: dict[str, tuple[str, bool]] = {}

    def matches(self, term: str) -> bool:
        """Whether a term (words separated by one space) is an instance of a pattern."""
        return any(node.ends for node in self._after(term.split(" ")))

    def join(self, tokens: Sequence[str]) -> list[str]:
        """The tokens with every instance of a pattern of several words as one token.

        The words are then separated by one space. Of several instances the leftmost counts, of
        those the longest. A token with hyphens is an instance, too ("border-security" of
        "border secur*"), unless it matches a pattern of one word as it stands.
        """
        if self._root.depth <= 1:
            return list(tokens)
        joined: list[str] = []
        position = 0
        while position < len(tokens):
            token, begins = self._start(tokens[position])
            n_words = self._longest(tokens, position) if begins else 1
            joined.append(
                token if n_words == 1 else " ".join(tokens[position : position + n_words])
            )
            position += n_words
        return joined

    def _start(self, token: str) -> tuple[str, bool]:
        """How a token is written if no phrase begins with it, and whether one may."""
        known = self._starts.get(token)
        if known is None:
            spaced = token.replace("-", " ")
            split = spaced != token and not self.matches(token) and self.matches(spaced)
            begins = any(node.children for node in self._after([token]))
            known = self._starts[token] = (spaced if split else token, begins)
        return known

    def _longest(self, tokens: Sequence[str], position: int) -> int:
        """Number of words of the longest instance that begins here, 1 if there is none."""
        nodes, longest = [self._root], 1
        for n_words, token in enumerate(tokens[position : position + self._root.depth], start=1):
            nodes = self._next(nodes, token)
            if not nodes:
                break
            if any(node.ends for node in nodes):
                longest = n_words
        return longest

    def _after(self, words: Sequence[str]) -> list[_Node]:
        nodes = [self._root]
        for word in words:
            nodes = self._next(nodes, word)
        return nodes

    def _next(self, nodes: list[_Node], word: str) -> list[_Node]:
        slots = self._slots_of(word)
        return [node.children[slot] for node in nodes for slot in slots if slot in node.children]

    def _slots_of(self, word: str) -> tuple[str, ...]:
        """The words of patterns that a word of the text is an instance of."""
        known = self._known.get(word)
        if known is None:
            globs = (word[:length] + "*" for length in self._lengths if length <= len(word))
            known = tuple(slot for slot in (word, *globs) if slot in self._slots)
            self._known[word] = known
        return known


def learn_phrases(
    streams: Sequence[Sequence[str]],
    *,
    is_barred: Callable[[str], bool],
    threshold: float = 0.5,
    min_count: int = 10,
) -> dict[str, float]:
    """Phrases of two or three words that occur together more often than their words predict.

    Parameters
    ----------
    streams : sequence of token streams
        With breaks where no phrase may cross.
    is_barred : callable
        Whether a token may be in no phrase: stop words, numbers, seeds. `CONNECTORS` may be
        inside one all the same.
    threshold : float in [-1, 1]
        Least normalised pointwise mutual information of the two parts.
    min_count : int >= 1, least number of occurrences

    Returns
    -------
    dict from phrase to score, ordered by phrase

    Notes
    -----
    Two passes of `gensim.models.phrases.Phrases`. The first finds neighbours, the second, on the
    text with these joined, adds a third word or bridges a connector. So "homeland security" comes
    before "secretary of homeland". Barred tokens are left out of the counts.

    References
    ----------
    Bouma (2009) for the score; Mikolov et al. (2013), section 4, for the passes.
    """
    from gensim.models.phrases import Phrases

    found: dict[str, float] = {}
    join: Callable[[list[str]], list[str]] = list
    for connectors in (frozenset[str](), CONNECTORS):
        learner = Phrases(
            (join(run) for run in _runs(streams, connectors, is_barred)),
            min_count=min_count,
            threshold=threshold,
            scoring="npmi",
            connector_words=connectors,
            delimiter=" ",
        ).freeze()
        scores = learner.phrasegrams
        found |= {name: scores[name] for name in scores if name.count(" ") < _MOST_WORDS}
        join = Patterns(found).join
    return dict(sorted(found.items()))


@dataclass
class _Node:
    """Where a pattern stands after some of its words."""

    children: dict[str, _Node] = field(default_factory=dict)
    ends: bool = False
    depth: int = 0


def _trie(patterns: Iterable[str]) -> _Node:
    root = _Node()
    for pattern in patterns:
        node = root
        slots = pattern.split(" ")
        root.depth = max(root.depth, len(slots))
        for slot in slots:
            node = node.children.setdefault(slot, _Node())
        node.ends = True
    return root


def _is_pattern(pattern: str) -> bool:
    words = pattern.split(" ")
    stems = [word.removesuffix("*") for word in words]
    clean = all(stem and "*" not in stem and not any(map(str.isspace, stem)) for stem in stems)
    return clean and pattern == pattern.lower()


def _runs(
    streams: Sequence[Sequence[str]], connectors: Collection[str], is_barred: Callable[[str], bool]
) -> Iterator[list[str]]:
    """Stretches of tokens between breaks, connectors but those given, and barred tokens."""
    ends: dict[str, bool] = {BREAK: True}
    for stream in streams:
        run: list[str] = []
        for token in stream:
            if token not in ends:
                is_connector = token in CONNECTORS
                ends[token] = token not in connectors and (is_connector or is_barred(token))
            if not ends[token]:
                run.append(token)
            elif run:
                yield run
                run = []
        if run:
            yield run
