"""How often each passage uses each term, and which terms are worth counting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.text.matrix import DocTermMatrix
from topoi.text.phrases import Patterns, learn_phrases
from topoi.text.stop_words import stop_words as listed_stop_words
from topoi.text.term_counts import TermCounts, count_terms
from topoi.text.tokenise import is_number, token_stream
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Themes

__all__ = ["pruning_report", "vectorise"]

_RULES = ("stop_words", "number", "one_letter", "min_docs", "max_share", "max_terms", "kept")
_KEPT = len(_RULES) - 1
_LEAST_PHRASE_COUNT = 10


def vectorise(
    passages: Corpus,
    *,
    themes: Themes | None = None,
    phrases: bool = True,
    stop_words: str | Collection[str] | None = "en",
    min_docs: int = 5,
    max_share: float = 0.5,
    max_terms: int | None = None,
    keep: Iterable[str] = (),
) -> DocTermMatrix:
    """Counts of each term in each row of a corpus, documents or passages.

    Parameters
    ----------
    passages : Corpus
    themes : Themes, optional
        Their phrases are joined first, and no term that matches a seed is ever removed.
    phrases : bool
        Whether other phrases are learned from the text and joined (`learn_phrases`). They hold no
        stop word at an edge, no number and nothing that matches a seed or `keep`, and occur in at
        least `min_docs` rows.
    stop_words : str, collection of str or None
        Language of a list of ours, own words in lower case, or no stop list.
    min_docs : int >= 1, rows
        A term stays if it occurs in at least so many rows.
    max_share : float in (0, 1], share of rows
        A term stays if it occurs in at most this share of the rows.
    max_terms : int >= 1, optional
        The terms that occur in the most rows stay; ties go to the first in the alphabet.
    keep : iterable of str
        Further patterns, written like seeds, whose terms are joined and never removed.

    Returns
    -------
    DocTermMatrix
        Rows as in the corpus, also those left empty. Terms without numbers and single letters,
        unless a seed or `keep` asks for them.

    Raises
    ------
    InputError
        If a setting is out of range, `min_docs` is larger than the number of rows, or no term is
        left; then the message says which rule removed how many.

    See Also
    --------
    pruning_report : what each rule removed.
    """
    settings = _Settings(
        themes=themes,
        phrases=phrases,
        stop_words=stop_words,
        min_docs=min_docs,
        max_share=max_share,
        max_terms=max_terms,
        keep=keep,
    )
    counted = _count(passages, settings)
    rules = _rules(counted, settings)
    kept = np.flatnonzero(rules == _KEPT)
    if not len(kept):
        raise InputError(_nothing_left(_report(counted, rules), settings))
    kept = kept[np.argsort(np.array(counted.terms, dtype=object)[kept], kind="stable")]
    counts = counted.counts[:, kept]
    vocabulary = Vocabulary(
        [counted.terms[column] for column in kept],
        counted.doc_freq[kept],
        counted.term_freq[kept],
    )
    units = passages.table.drop(columns="text").assign(n_tokens=counted.n_tokens)
    return DocTermMatrix(counts, vocabulary, units)


def pruning_report(
    passages: Corpus,
    *,
    themes: Themes | None = None,
    phrases: bool = True,
    stop_words: str | Collection[str] | None = "en",
    min_docs: int = 5,
    max_share: float = 0.5,
    max_terms: int | None = None,
    keep: Iterable[str] = (),
) -> pd.DataFrame:
    """What each rule of `vectorise` with these settings removes.

    Returns
    -------
    DataFrame
        Columns rule (str), terms, tokens (int64), one row a rule in the order in which they are
        applied; a term counts for the first rule that removes it. "kept" is last.
    """
    settings = _Settings(
        themes=themes,
        phrases=phrases,
        stop_words=stop_words,
        min_docs=min_docs,
        max_share=max_share,
        max_terms=max_terms,
        keep=keep,
    )
    counted = _count(passages, settings)
    return _report(counted, _rules(counted, settings))


class _Settings:
    """The checked settings, and what follows from them."""

    def __init__(
        self,
        *,
        themes: Themes | None,
        phrases: bool,
        stop_words: str | Collection[str] | None,
        min_docs: int,
        max_share: float,
        max_terms: int | None,
        keep: Iterable[str],
    ) -> None:
        if isinstance(keep, str):
            raise InputError(f"keep must be a list of patterns; got the text {keep!r}.")
        _check(min_docs, max_share, max_terms)
        seeds = (seed.pattern for theme in themes or () for seed in theme.seeds)
        self.kept = Patterns([*seeds, *keep])
        self.phrases = phrases
        self.stop_words = _stop_words(stop_words)
        self.min_docs = min_docs
        self.max_share = max_share
        self.max_terms = max_terms

    def is_barred(self, token: str) -> bool:
        """Whether a token may be in no learned phrase."""
        return (
            token in self.stop_words
            or len(token) == 1
            or is_number(token)
            or self.kept.matches(token)
        )


def _check(min_docs: int, max_share: float, max_terms: int | None) -> None:
    faults = []
    if not isinstance(min_docs, int) or min_docs < 1:
        faults.append(f"min_docs must be an int >= 1, a number of rows; got {min_docs}.")
    if not 0 < max_share <= 1:
        faults.append(f"max_share must be a share of the rows, in (0, 1]; got {max_share}.")
    if max_terms is not None and (not isinstance(max_terms, int) or max_terms < 1):
        faults.append(f"max_terms must be an int >= 1 or None; got {max_terms}.")
    if faults:
        raise InputError(" ".join(faults))


def _stop_words(given: str | Collection[str] | None) -> frozenset[str]:
    if given is None:
        return frozenset()
    return listed_stop_words(given) if isinstance(given, str) else frozenset(given)


def _count(passages: Corpus, settings: _Settings) -> TermCounts:
    if settings.min_docs > len(passages):
        raise InputError(
            f"min_docs is {settings.min_docs}, but the corpus has only {len(passages)} rows, so no "
            "term can stay. Lower min_docs (1 keeps every term) or give more text."
        )
    streams = [settings.kept.join(token_stream(text)) for text in passages.texts]
    if not settings.phrases:
        return count_terms(streams)
    join = _learned(streams, settings).join
    return count_terms(join(stream) for stream in streams)


def _learned(streams: Sequence[Sequence[str]], settings: _Settings) -> Patterns:
    """The learned phrases that stay in the vocabulary once they are joined."""
    found = Patterns(
        learn_phrases(
            streams,
            is_barred=settings.is_barred,
            min_count=max(_LEAST_PHRASE_COUNT, settings.min_docs),
        )
    )
    counted = count_terms(found.join(stream) for stream in streams)
    frequent = {
        term
        for term, n in zip(counted.terms, counted.doc_freq, strict=True)
        if n >= settings.min_docs
    }
    return Patterns(phrase for phrase in found.patterns if phrase in frequent)


def _rules(counted: TermCounts, settings: _Settings) -> NDArray[np.int64]:
    """Index in _RULES of the first rule that removes each term, _KEPT where none does."""
    rules = np.full(len(counted.terms), _KEPT)
    most = int(settings.max_share * counted.counts.shape[0] + 1e-9)
    rules[counted.doc_freq > most] = _RULES.index("max_share")
    rules[counted.doc_freq < settings.min_docs] = _RULES.index("min_docs")
    for column, term in enumerate(counted.terms):
        if settings.kept.matches(term):
            rules[column] = _KEPT
        elif term in settings.stop_words:
            rules[column] = _RULES.index("stop_words")
        elif is_number(term):
            rules[column] = _RULES.index("number")
        elif len(term) == 1:
            rules[column] = _RULES.index("one_letter")
    return rules if settings.max_terms is None else _cut(rules, counted, settings)


def _cut(rules: NDArray[np.int64], counted: TermCounts, settings: _Settings) -> NDArray[np.int64]:
    """The rules with all but the `max_terms` most widespread terms removed; seeds stay."""
    ranked = sorted(
        (int(column) for column in np.flatnonzero(rules == _KEPT)),
        key=lambda column: (
            not settings.kept.matches(counted.terms[column]),
            -counted.doc_freq[column],
            counted.terms[column],
        ),
    )
    n_seeds = sum(settings.kept.matches(counted.terms[column]) for column in ranked)
    result = rules.copy()
    result[ranked[max(n_seeds, settings.max_terms or 0) :]] = _RULES.index("max_terms")
    return result


def _report(counted: TermCounts, rules: NDArray[np.int64]) -> pd.DataFrame:
    n_rules = len(_RULES)
    tokens = np.zeros(n_rules, dtype=np.int64)
    np.add.at(tokens, rules, counted.term_freq)
    return pd.DataFrame(
        {
            "rule": pd.Series(_RULES, dtype="str"),
            "terms": np.bincount(rules, minlength=n_rules).astype(np.int64),
            "tokens": tokens,
        }
    )


def _nothing_left(report: pd.DataFrame, settings: _Settings) -> str:
    removed = report.loc[(report["rule"] != "kept") & (report["terms"] > 0)]
    reasons = [
        f"{rule} removed {terms}"
        for rule, terms in zip(removed["rule"], removed["terms"], strict=True)
    ]
    found = int(report["terms"].sum())
    return (
        f"No term is left of the {found} in the text: {', '.join(reasons) or 'there are no words'} "
        f"(min_docs={settings.min_docs}, max_share={settings.max_share}). "
        "Lower min_docs, raise max_share, or give more text."
    )
