"""How often each passage uses each term, and which terms are worth counting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.text.joining import join
from topoi.text.matrix import DocTermMatrix
from topoi.text.numbered import NumberedTexts, in_chunks
from topoi.text.patterns import Patterns, is_word
from topoi.text.phrases import learn_phrases
from topoi.text.scan import scanner
from topoi.text.stop_words import stop_words as listed_stop_words
from topoi.text.term_counts import TermCounts, count_columns, count_terms, row_sums
from topoi.text.tokenise import BREAK, is_number
from topoi.text.vocabulary import Vocabulary
from topoi.themes.theme import Themes

__all__ = ["pruning_report", "vectorise", "vectorise_stream"]

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
    token_pattern: str | None = None,
    vocabulary: Vocabulary | None = None,
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
    token_pattern : str, optional
        A regular expression as in scikit-learn: its matches in the lower-case text are the tokens
        (with a group, what the group matches; an empty match is none). Numbers and single letters
        then stay, and phrases may reach across punctuation. None is `tokenise`.
    vocabulary : Vocabulary, optional
        Count these terms and no others, as when new text is to be given to a fitted model. Give
        themes, keep, stop_words and token_pattern as they were when the vocabulary was made: its
        phrases are joined in the same order then. `phrases`, `min_docs`, `max_share` and
        `max_terms` chose the vocabulary and have no effect on new text.

    Returns
    -------
    DocTermMatrix
        Rows as in the corpus, also those left empty. Terms without numbers and single letters,
        unless a seed or `keep` asks for them.

        With a `vocabulary` the units have two more columns. `n_unknown` (int64) is the number of
        tokens that are not in the vocabulary though they say something: no stop words, no numbers
        and no single letters. `coverage` (float64, in [0, 1]) is known / (known + unknown)
        tokens, known ones being the sum of the row; nan for a row that has neither.

    Raises
    ------
    InputError
        If a setting is out of range, `min_docs` is larger than the number of rows, or no term is
        left; then the message says which rule removed how many.

    See Also
    --------
    pruning_report : what each rule removed.
    vectorise_stream : the same for a corpus that does not fit into memory.
    """
    return vectorise_stream(
        [passages],
        themes=themes,
        phrases=phrases,
        stop_words=stop_words,
        min_docs=min_docs,
        max_share=max_share,
        max_terms=max_terms,
        keep=keep,
        token_pattern=token_pattern,
        vocabulary=vocabulary,
    )


def vectorise_stream(
    parts: Iterable[Corpus],
    *,
    themes: Themes | None = None,
    phrases: bool = True,
    stop_words: str | Collection[str] | None = "en",
    min_docs: int = 5,
    max_share: float = 0.5,
    max_terms: int | None = None,
    keep: Iterable[str] = (),
    token_pattern: str | None = None,
    vocabulary: Vocabulary | None = None,
) -> DocTermMatrix:
    """Counts of `vectorise` for a corpus that comes in parts, whose text is read once.

    Parameters
    ----------
    parts : iterable of Corpus
        For instance a generator that reads one file after another. No part is needed any more
        when the next is asked for. All have the same columns, and no id comes twice.
    themes, phrases, stop_words, min_docs, max_share, max_terms, keep, token_pattern, vocabulary
        As for `vectorise`.

    Returns
    -------
    DocTermMatrix
        That of `vectorise` for the corpus in one piece; rows in the order of the parts.

    Raises
    ------
    InputError
        As `vectorise`; also if parts differ in their columns or share an id.

    Notes
    -----
    Tokens are kept as numbers, 4 bytes each, at most twice at a time, besides the matrix, the
    units without their text, and each distinct word once.
    """
    settings = _Settings(
        themes=themes,
        phrases=phrases,
        stop_words=stop_words,
        min_docs=min_docs,
        max_share=max_share,
        max_terms=max_terms,
        keep=keep,
        token_pattern=token_pattern,
    )
    texts, units = _read(parts, settings)
    if vocabulary is not None:
        return _known(texts, units, vocabulary, settings)
    counted = _count(texts, settings)
    rules = _rules(counted, settings)
    kept = np.flatnonzero(rules == _KEPT)
    if not len(kept):
        raise InputError(_nothing_left(_report(counted, rules), settings))
    kept = np.array(sorted(kept.tolist(), key=counted.terms.__getitem__))
    found = Vocabulary(
        [counted.terms[column] for column in kept],
        counted.doc_freq[kept],
        counted.term_freq[kept],
    )
    counts = counted.counts.tocsc()[:, kept].tocsr()
    return DocTermMatrix(counts, found, units.assign(n_tokens=counted.n_tokens))


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
    token_pattern: str | None = None,
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
        token_pattern=token_pattern,
    )
    texts, _ = _read([passages], settings)
    counted = _count(texts, settings)
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
        token_pattern: str | None,
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
        self.scanner = scanner(token_pattern)
        self._words_only = token_pattern is None
        # Whether any rule depends on what a term is called.
        self.minds_names = bool(self._words_only or self.stop_words or self.kept.patterns)

    def is_barred(self, token: str) -> bool:
        """Whether a token may be in no learned phrase."""
        return (
            token in self.stop_words
            or len(token) == 1
            or is_number(token)
            or self.kept.matches(token)
            or not is_word(token)
        )

    def empty_word_rule(self, term: str) -> int | None:
        """Index in _RULES of the rule by which a term says nothing, wherever it occurs."""
        if term in self.stop_words:
            return _RULES.index("stop_words")
        if self._words_only and is_number(term):
            return _RULES.index("number")
        if self._words_only and len(term) == 1:
            return _RULES.index("one_letter")
        return None


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


def _read(parts: Iterable[Corpus], settings: _Settings) -> tuple[NumberedTexts, pd.DataFrame]:
    """The texts of all parts with seeds joined, and the table of their rows without text."""
    tables: list[pd.DataFrame] = []
    chunks = list(in_chunks(_texts(parts, tables), settings.scanner.scan))
    texts = NumberedTexts(settings.scanner.names, chunks)
    return join(texts, settings.kept), _units(tables)


def _texts(parts: Iterable[Corpus], tables: list[pd.DataFrame]) -> Iterator[str]:
    """The texts of the parts, one part in memory at a time; adds their tables without text."""
    for part in parts:
        tables.append(part.table.drop(columns="text"))
        yield from part.texts
        del part  # or it would be kept until the next one is there


def _units(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables one below the other."""
    if len(tables) == 1:
        return tables[0]
    columns = {tuple(table.columns) for table in tables}
    if len(columns) != 1:
        raise InputError(
            "There is no part to count."
            if not tables
            else f"The parts have different columns: {listed(map(list, sorted(columns)))}. "
            "Give all parts the same."
        )
    units = pd.concat(tables, ignore_index=True)
    key = "passage_id" if "passage_id" in units.columns else "doc_id"
    twice = units.loc[units[key].duplicated(), key].unique()
    if len(twice):
        raise InputError(
            f"{len(twice)} values of {key} occur in more than one part: {listed(twice)}. "
            "Ids must be unique."
        )
    return units


def _count(texts: NumberedTexts, settings: _Settings) -> TermCounts:
    if settings.min_docs > texts.n_texts:
        raise InputError(
            f"min_docs is {settings.min_docs}, but the corpus has only {texts.n_texts} rows, so no "
            "term can stay. Lower min_docs (1 keeps every term) or give more text."
        )
    if settings.phrases:
        texts = join(texts, _learned(texts, settings))
    return count_terms(texts)


def _learned(texts: NumberedTexts, settings: _Settings) -> Patterns:
    """The learned phrases that stay in the vocabulary once they are joined."""
    found = Patterns(
        learn_phrases(
            texts,
            is_barred=settings.is_barred,
            min_count=max(_LEAST_PHRASE_COUNT, settings.min_docs),
        )
    )
    counted = count_terms(join(texts, found))
    frequent = {
        term
        for term, n in zip(counted.terms, counted.doc_freq, strict=True)
        if n >= settings.min_docs
    }
    return Patterns(phrase for phrase in found.patterns if phrase in frequent)


def _known(
    texts: NumberedTexts, units: pd.DataFrame, vocabulary: Vocabulary, settings: _Settings
) -> DocTermMatrix:
    """The counts of the terms of a vocabulary, and how much of each row they are."""
    joined = join(texts, _phrases_of(vocabulary, settings))
    columns = [vocabulary.index.get(name, -1) for name in joined.names]
    is_unknown = [
        column < 0 and name != BREAK and settings.empty_word_rule(name) is None
        for name, column in zip(joined.names, columns, strict=True)
    ]
    counts = count_columns(joined, np.array(columns), len(vocabulary))
    n_known, n_unknown = row_sums(counts), _row_tokens(joined, is_unknown)
    with np.errstate(invalid="ignore"):
        coverage = n_known / (n_known + n_unknown)
    n_tokens = _row_tokens(joined, [name != BREAK for name in joined.names])
    columns_of_rows = {"n_tokens": n_tokens, "n_unknown": n_unknown, "coverage": coverage}
    return DocTermMatrix(counts, vocabulary, units.assign(**columns_of_rows))


def _row_tokens(texts: NumberedTexts, counts: list[bool]) -> NDArray[np.int64]:
    """How many tokens of each row are of the names that count."""
    return row_sums(count_columns(texts, np.where(counts, 0, -1), 1))


def _phrases_of(vocabulary: Vocabulary, settings: _Settings) -> Patterns:
    """The phrases of a vocabulary that were learned, not those of seeds, which are joined."""
    return Patterns(
        term
        for term in vocabulary.terms
        if " " in term and all(map(is_word, term.split(" "))) and not settings.kept.matches(term)
    )


def _rules(counted: TermCounts, settings: _Settings) -> NDArray[np.int64]:
    """Index in _RULES of the first rule that removes each term, _KEPT where none does."""
    most = int(settings.max_share * counted.counts.shape[0] + 1e-9)
    rules = np.full(len(counted.terms), _KEPT)
    rules[counted.doc_freq > most] = _RULES.index("max_share")
    rules[counted.doc_freq < settings.min_docs] = _RULES.index("min_docs")
    for column, term in enumerate(counted.terms if settings.minds_names else ()):
        if settings.kept.matches(term):
            rules[column] = _KEPT
        elif (rule := settings.empty_word_rule(term)) is not None:
            rules[column] = rule
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
