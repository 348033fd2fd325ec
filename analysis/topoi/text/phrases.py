"""Which words belong together and are counted as one term."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log

import numpy as np
from numpy.typing import NDArray

from topoi.kernels.int_table import add_counts, empty_table, values_of
from topoi.kernels.token_numbers import neighbour_keys
from topoi.text.joining import join
from topoi.text.numbered import NumberedTexts
from topoi.text.patterns import Patterns

__all__ = ["CONNECTORS", "connectors", "learn_phrases"]

_CONNECTORS = {
    "en": "a an the of for with without at from to in on by and or",
    "es": "el la los las un una de del por para con sin a al en y e o u",
}
CONNECTORS = frozenset(_CONNECTORS["en"].split())
"""English words that may stand inside a learned phrase ("rule of law"), never at its edges."""

_MOST_WORDS = 3
# In how many ways a phrase of so many words may be counted: "a b" as two tokens or as one that
# was joined; "a b c" as a token, as (ab c), as (a bc), and with b as a connector.
_WAYS = {2: 2, 3: 4}


def connectors(language: str) -> frozenset[str]:
    """Words that may stand inside a learned phrase of the language; none where we have no list."""
    return frozenset(_CONNECTORS.get(language, "").split())


def learn_phrases(
    texts: NumberedTexts,
    *,
    is_barred: Callable[[str], bool],
    is_excluded: Callable[[str], bool] = lambda _: False,
    connectors: frozenset[str] = CONNECTORS,
    threshold: float = 0.5,
    min_count: int = 10,
) -> dict[str, float]:
    """Phrases of two or three words that occur together more often than their words predict.

    Parameters
    ----------
    texts : NumberedTexts
        With breaks where no phrase may cross.
    is_barred : callable
        Whether a token may be in no phrase: stop words, numbers, seeds. Connectors may be inside
        one all the same.
    is_excluded : callable
        Whether a phrase is not wanted, alone or as the beginning of a longer one.
    connectors : frozenset of str
        Words that may stand inside a phrase, never at its edges.
    threshold : float in [-1, 1]
        Least normalised pointwise mutual information of the two parts.
    min_count : int >= 1, least number of occurrences

    Returns
    -------
    dict from phrase to score, ordered by phrase

    Notes
    -----
    Two passes. The first finds neighbours, the second, on the text with these joined, adds a
    third word or bridges a connector. So "homeland security" comes before "secretary of
    homeland". Barred tokens are left out of the counts. Phrases and scores are those of two
    passes of gensim's `Phrases` with NPMI.

    References
    ----------
    Bouma (2009) for the score; Mikolov et al. (2013), section 4, for the passes.
    """
    barred = [is_barred(name) for name in texts.names]
    found: dict[str, float] = {}
    for bridges in (frozenset[str](), connectors):
        runs = join(_runs(texts, bridges, connectors, barred), Patterns(found))
        scores = _Neighbours(runs, bridges).scores(min_count, threshold)
        found |= {phrase: score for phrase, score in scores.items() if not is_excluded(phrase)}
    return dict(sorted(found.items()))


def _runs(
    texts: NumberedTexts, bridges: frozenset[str], connectors: frozenset[str], barred: list[bool]
) -> NumberedTexts:
    """The texts with breaks for barred tokens and for all connectors but the bridges."""
    numbers = np.arange(len(texts.names), dtype=np.int32)
    for number, name in enumerate(texts.names):
        if name not in bridges and (name in connectors or barred[number]):
            numbers[number] = 0
    return texts.renumbered(numbers)


class _Neighbours:
    """How often tokens occur, and how often next to each other."""

    def __init__(self, runs: NumberedTexts, connectors: frozenset[str]) -> None:
        self._names = runs.names
        self._index = {name: number for number, name in enumerate(runs.names)}
        self._connectors = ["", *sorted(connectors.intersection(self._index))]
        connector = np.zeros(len(runs.names), dtype=np.int32)
        for number, name in enumerate(self._connectors[1:], start=1):
            connector[self._index[name]] = number
        self._frequency = np.zeros(len(runs.names), dtype=np.int64)
        self._pairs, n_pairs = empty_table(), 0
        for chunk in runs.chunks:
            self._frequency += np.bincount(chunk.tokens, minlength=len(runs.names))
            keys = neighbour_keys(chunk.tokens, chunk.bounds, connector)
            *pairs, n_pairs = add_counts(keys, *self._pairs, n_pairs)
            self._pairs = (pairs[0], pairs[1])
        self._n_words = int(self._frequency[1:].sum())

    def scores(self, min_count: int, threshold: float) -> dict[str, float]:
        """Normalised pointwise mutual information of the phrases that reach both limits."""
        phrases = sorted(set(self._candidates(min_count)))
        scores = {}
        for phrase, count in zip(phrases, self._counts(phrases), strict=True):
            if count >= min_count:
                score = self._npmi(phrase.split(" "), count)
                if score > threshold:
                    scores[phrase] = score
        return scores

    def _candidates(self, min_count: int) -> Iterator[str]:
        """Phrases of two or three words that are frequent enough in at least one way."""
        longer = _MOST_WORDS + 1
        least = np.full(longer + 1, np.iinfo(np.int64).max)  # by the number of words
        for n_words, n_ways in _WAYS.items():
            least[n_words] = -(-min_count // n_ways)
        lengths = np.array([min(name.count(" ") + 1, longer) for name in self._names])
        for number in np.flatnonzero(self._frequency >= least[lengths]):
            yield self._names[number]
        keys, counts = self._pairs
        connector, left, right = self._parts(np.where(keys >= 0, keys, 0))
        total = lengths[left] + (connector > 0) + lengths[right]
        frequent = counts >= least[np.minimum(total, longer)]
        parts = (part[frequent].tolist() for part in (connector, left, right))
        for between, a, b in zip(*parts, strict=True):
            middle = f" {self._connectors[between]} " if between else " "
            yield f"{self._names[a]}{middle}{self._names[b]}"

    def _counts(self, phrases: list[str]) -> list[int]:
        """How often each phrase occurs, in all ways."""
        totals = np.zeros(len(phrases), dtype=np.int64)
        owners, keys = [], []
        for owner, phrase in enumerate(phrases):
            if phrase in self._index:
                totals[owner] += self._frequency[self._index[phrase]]
            for key in self._keys(phrase.split(" ")):
                owners.append(owner)
                keys.append(key)
        found = values_of(*self._pairs, np.array(keys, dtype=np.int64))
        np.add.at(totals, np.array(owners, dtype=np.int64), found)
        counts: list[int] = totals.tolist()
        return counts

    def _keys(self, words: list[str]) -> Iterator[int]:
        """The pairs whose names make up the phrase of these two or three words."""
        ways = [("", " ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
        if len(words) == _MOST_WORDS and words[1] in self._connectors:
            ways.append((words[1], words[0], words[2]))
        for between, left, right in ways:
            if left in self._index and right in self._index:
                connector = self._connectors.index(between)
                yield self._key(connector, self._index[left], self._index[right])

    def _key(self, connector: int, left: int, right: int) -> int:
        return (connector * len(self._names) + left) * len(self._names) + right

    def _parts(
        self, keys: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Connector, left and right token of each key."""
        rest, right = np.divmod(keys, len(self._names))
        connector, left = np.divmod(rest, len(self._names))
        return connector, left, right

    def _npmi(self, words: list[str], count: int) -> float:
        """The score of a phrase by its first and last word; -inf if one never stands alone."""
        first, last = (
            int(self._frequency[self._index[word]]) if word in self._index else 0
            for word in (words[0], words[-1])
        )
        if not first or not last:
            return -np.inf
        # Divisions as in gensim, so that the bits are its bits.
        p_first, p_last, p_both = (n / float(self._n_words) for n in (first, last, count))
        return log(p_both / (p_first * p_last)) / -log(p_both)
