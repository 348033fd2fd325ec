"""Which words and phrases a list of patterns stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from topoi.errors import InputError, listed
from topoi.themes.theme import Theme

__all__ = ["Patterns", "PhraseStates", "is_word", "seed_patterns"]


@dataclass(frozen=True)
class PhraseStates:
    """How far phrases have come after each token, for texts whose tokens are numbers.

    State 0 is no phrase, state 1 the beginning.

    written : dict from token to what stands for it outside phrases, where not its name
    edges : dict from (state, token) to the next state
    begins : list of bool, one a state: whether a phrase of several words can go on from there
    ends : list of bool, one a state: whether a phrase may end there
    """

    written: dict[int, str]
    edges: dict[tuple[int, int], int]
    begins: list[bool]
    ends: list[bool]


class Patterns:
    """Words and phrases to look for, as in "visa*", "root cause*", "title 42".

    Parameters
    ----------
    patterns : iterable of str
        Lower case, words separated by one space. A word that ends in ``*`` stands for every word
        with that beginning, also for the beginning itself.
    counter : iterable of str
        Counter-words, written alike: they are joined with the others, so that the instance inside
        ("parole" in "prison parole") is none, and their own instances are instances of nothing.

    Raises
    ------
    InputError
        If a pattern is written in another way; names up to five.
    """

    def __init__(self, patterns: Iterable[str], *, counter: Iterable[str] = ()) -> None:
        self.patterns = tuple(dict.fromkeys(patterns))
        self.counter = tuple(dict.fromkeys(counter))
        written = (*self.patterns, *self.counter)
        odd = [pattern for pattern in written if not _is_pattern(pattern)]
        if odd:
            raise InputError(
                f"{len(odd)} patterns are not usable: {listed(map(repr, odd))}. Write lower-case "
                "words separated by one space; a word may end in *."
            )
        self._root = _trie(self.patterns, self.counter)
        slots = {slot for pattern in written for slot in pattern.split(" ")}
        self._lengths = sorted({len(slot) - 1 for slot in slots if slot.endswith("*")})
        self._slots = slots
        self._known: dict[str, tuple[str, ...]] = {}
        self._starts: dict[str, tuple[str, bool]] = {}

    @property
    def most_words(self) -> int:
        """Words of the longest pattern or counter-word, 0 if there is none."""
        return self._root.depth

    def matches(self, term: str) -> bool:
        """Whether a term (words separated by one space) is an instance of a pattern."""
        if not self.patterns:
            return False
        nodes = [node for node in self._after(term.split(" ")) if node.ends]
        return bool(nodes) and not any(node.is_counter for node in nodes)

    def is_counter(self, term: str) -> bool:
        """Whether a term is an instance of a counter-word."""
        if not self.counter:
            return False
        return any(node.is_counter for node in self._after(term.split(" ")))

    def matching(self, term: str) -> frozenset[str]:
        """The patterns and counter-words that a term is an instance of."""
        nodes = self._after(term.split(" "))
        return frozenset(node.pattern for node in nodes if node.ends)

    def instances(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Where instances of the patterns stand: first token, number of tokens, and the term.

        Those that `joining.join` makes one token, and the tokens that match a pattern of one word.
        """
        position = 0
        for term, n_words in self._joined(tokens):
            if self.matches(term):
                yield position, n_words, term
            position += n_words

    def states(self, names: Sequence[str]) -> PhraseStates:
        """How `joining.join` comes by phrases, for tokens that are the numbers of these names."""
        tokens_of: dict[str, list[int]] = {}
        for token, name in enumerate(names):
            for slot in self._slots_of(name):
                tokens_of.setdefault(slot, []).append(token)
        states = [frozenset[_Node](), frozenset([self._root])]
        numbers = {nodes: state for state, nodes in enumerate(states)}
        edges: dict[tuple[int, int], int] = {}
        for state, nodes in enumerate(states):  # grows while it is read
            for token, reached in _reached(nodes, tokens_of).items():
                after = frozenset(reached)
                if numbers.setdefault(after, len(states)) == len(states):
                    states.append(after)
                edges[state, token] = numbers[after]
        return PhraseStates(
            written={
                token: written
                for token, name in enumerate(names)
                if "-" in name and (written := self._start(name)[0]) != name
            },
            edges=edges,
            begins=[any(node.children for node in nodes) for nodes in states],
            ends=[any(node.ends for node in nodes) for nodes in states],
        )

    def _joined(self, tokens: Sequence[str]) -> Iterator[tuple[str, int]]:
        """The tokens as `joining.join` joins them, each with how many tokens it is made of."""
        position = 0
        while position < len(tokens):
            token, begins = self._start(tokens[position])
            n_words = self._longest(tokens, position) if begins else 1
            yield (
                token if n_words == 1 else " ".join(tokens[position : position + n_words]),
                n_words,
            )
            position += n_words

    def _start(self, token: str) -> tuple[str, bool]:
        """How a token is written if no phrase begins with it, and whether one may."""
        known = self._starts.get(token)
        if known is None:
            spaced = token.replace("-", " ")
            split = spaced != token and self._is_split(token, spaced)
            begins = any(node.children for node in self._after([token]))
            known = self._starts[token] = (spaced if split else token, begins)
        return known

    def _is_split(self, token: str, spaced: str) -> bool:
        """Whether a token with hyphens is an instance without them rather than as it stands."""
        as_it_stands = self.is_counter(token) or self.matches(token)
        if self.is_counter(spaced):
            return not self.is_counter(token)  # "border-collie" is an instance of "border*"
        return not as_it_stands and self.matches(spaced)

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
        if not self._lengths:
            return (word,) if word in self._slots else ()
        known = self._known.get(word)
        if known is None:
            globs = (word[:length] + "*" for length in self._lengths if length <= len(word))
            known = tuple(slot for slot in (word, *globs) if slot in self._slots)
            self._known[word] = known
        return known


@dataclass(eq=False)
class _Node:
    """Where a pattern stands after some of its words."""

    children: dict[str, _Node] = field(default_factory=dict)
    ends: bool = False
    depth: int = 0
    pattern: str = ""
    is_counter: bool = False


def _trie(patterns: Iterable[str], counter: Iterable[str]) -> _Node:
    root = _Node()
    for pattern, is_counter in [*((p, False) for p in patterns), *((p, True) for p in counter)]:
        node = root
        slots = pattern.split(" ")
        root.depth = max(root.depth, len(slots))
        for slot in slots:
            node = node.children.setdefault(slot, _Node())
        node.ends, node.is_counter = True, is_counter
        node.pattern = pattern
    return root


def _reached(nodes: Iterable[_Node], tokens_of: dict[str, list[int]]) -> dict[int, set[_Node]]:
    """Where a pattern may stand after each token that goes on from here."""
    reached: dict[int, set[_Node]] = {}
    for node in nodes:
        for slot, child in node.children.items():
            for token in tokens_of.get(slot, ()):
                reached.setdefault(token, set()).add(child)
    return reached


def seed_patterns(themes: Iterable[Theme]) -> Patterns:
    """The seeds of all themes, with their counter-words."""
    each = list(themes)
    return Patterns(
        (seed.pattern for theme in each for seed in theme.seeds),
        counter=(word for theme in each for word in theme.counter_words),
    )


def is_word(token: str) -> bool:
    """Whether a token can be written as a word of a pattern that stands for it alone."""
    return token.split() == [token] and "*" not in token and token == token.lower()


def _is_pattern(pattern: str) -> bool:
    stems = [word.removesuffix("*") for word in pattern.split(" ")]
    return pattern == pattern.lower() and all(map(is_word, stems))
