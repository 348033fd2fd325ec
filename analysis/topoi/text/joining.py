"""Which texts come of it when each phrase is made one token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from topoi.kernels.int_table import number_keys, put
from topoi.kernels.token_numbers import find_instances, replace_instances
from topoi.text.numbered import Chunk, NameList, NumberedTexts
from topoi.text.patterns import Patterns, PhraseStates

__all__ = ["join"]


def join(
    texts: NumberedTexts,
    patterns: Patterns,
    *,
    is_taken: Callable[[str], bool] = lambda _: False,
) -> NumberedTexts:
    """The texts with every instance of a pattern or counter-word of several words as one token.

    The words are then separated by one space. Of several instances the leftmost counts, of those
    the longest. A token with hyphens is an instance, too ("border-security" of "border secur*"),
    unless it matches a pattern of one word as it stands. Tokens that are taken, such as seeds,
    become no part of a phrase. The names of the result are those given and new ones behind them.
    """
    if patterns.most_words <= 1:
        return texts
    states = _without(patterns.states(texts.names), texts.names, is_taken)
    names = NameList(texts.names)
    n_words = len(texts.names)
    written = np.arange(n_words, dtype=np.int32)
    for token, name in states.written.items():
        written[token] = names.number(name)
    first_state, edges, ends = _arrays(states, n_words)

    def joined(chunk: Chunk) -> Chunk:
        starts, lengths = find_instances(chunk.tokens, chunk.bounds, first_state, *edges, ends)
        numbers = _numbers(chunk.tokens, starts, lengths, names, n_words)
        replaced = replace_instances(chunk.tokens, chunk.bounds, written, starts, lengths, numbers)
        return Chunk(*replaced)

    return NumberedTexts(names.names, texts.mapped(joined))


def _without(
    states: PhraseStates, names: list[str], is_taken: Callable[[str], bool]
) -> PhraseStates:
    """The states without ways over tokens that are taken."""
    taken = {token for token in {t for _, t in states.edges} if is_taken(names[token])}
    edges = {way: after for way, after in states.edges.items() if way[1] not in taken}
    return replace(states, edges=edges)


def _arrays(
    states: PhraseStates, n_names: int
) -> tuple[NDArray[np.int32], tuple[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]:
    """The states as `find_instances` takes them."""
    first_state = np.zeros(n_names, dtype=np.int32)
    keys, values = [], []
    for (state, token), after in states.edges.items():
        if state == 1 and states.begins[after]:
            first_state[token] = after
        elif state > 1:
            keys.append(state * n_names + token)
            values.append(after)
    edges = put(np.array(keys, dtype=np.int64), np.array(values, dtype=np.int64))
    return first_state, edges, np.array(states.ends)


def _numbers(
    tokens: NDArray[np.int32],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    names: NameList,
    n_words: int,
) -> NDArray[np.int32]:
    """The number of each phrase found, its words separated by one space."""
    result = np.empty(len(starts), dtype=np.int32)
    for length in np.unique(lengths):
        alike = np.flatnonzero(lengths == length)
        firsts, groups = _equal_phrases(tokens, starts[alike], int(length), n_words)
        phrases = tokens[firsts[:, None] + np.arange(length)].tolist()
        joined = [" ".join([names.names[word] for word in phrase]) for phrase in phrases]
        result[alike] = np.array([names.number(name) for name in joined], dtype=np.int32)[groups]
    return result


def _equal_phrases(
    tokens: NDArray[np.int32], starts: NDArray[np.int64], length: int, n_words: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each different phrase stands first, and which of these each phrase equals."""
    groups = tokens[starts].astype(np.int64)
    firsts = starts
    for offset in range(1, length):
        groups, places = number_keys(groups * n_words + tokens[starts + offset])
        firsts = starts[places]
    return firsts, groups
