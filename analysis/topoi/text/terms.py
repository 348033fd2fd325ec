"""Which terms texts are made of, once phrases are joined and words folded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.text.joining import join
from topoi.text.lemmas import counts_by_name, fold, fold_table, names_in_capitals
from topoi.text.non_words import placeholder
from topoi.text.numbered import Chunk, NameList, NumberedTexts, in_chunks
from topoi.text.patterns import Patterns
from topoi.text.phrases import connectors, learn_phrases
from topoi.text.settings import Settings
from topoi.text.term_counts import TermCounts, TermFrequencies, count_terms, term_frequencies

__all__ = [
    "PHRASE_COLUMNS",
    "FoldedTexts",
    "ReadTexts",
    "count",
    "fold_numbers",
    "join_phrases",
    "phrase_table",
    "read",
    "read_texts",
]

PHRASE_COLUMNS = {
    "phrase": "str",
    "kind": "str",
    "n_tokens": "int64",
    "n_docs": "int64",
    "score": "float64",
}
"""Columns of the table of phrases."""

_LEAST_PHRASE_COUNT = 10


@dataclass(frozen=True)
class FoldedTexts:
    """Texts with the phrases of seeds joined and words folded.

    texts : NumberedTexts
    folded : DataFrame, what was folded: see `lemmas.FOLDED_COLUMNS`
    left_out : of each kind of non-words that were dropped, different spellings and occurrences
    """

    texts: NumberedTexts
    folded: pd.DataFrame
    left_out: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class ReadTexts(FoldedTexts):
    """The texts of rows.

    units : DataFrame, the table of the rows without text
    """

    units: pd.DataFrame


def read(
    parts: Iterable[Corpus],
    settings: Settings,
    *,
    known: Mapping[str, int] | None = None,
    fixed: Collection[str] = (),
) -> ReadTexts:
    """The texts of all parts, each read once.

    Words are folded onto words of the text as it is written, or onto `known` ones (a mapping to
    frequencies), and those of `fixed` stay: see `lemmas.fold`.
    """
    tables: list[pd.DataFrame] = []
    found = read_texts(_texts(parts, tables), settings, known=known, fixed=fixed)
    return ReadTexts(found.texts, found.folded, found.left_out, _units(tables))


def read_texts(
    given: Iterable[str],
    settings: Settings,
    *,
    known: Mapping[str, int] | None = None,
    fixed: Collection[str] = (),
    store: Callable[[Iterable[Chunk]], Sequence[Chunk]] = list,
) -> FoldedTexts:
    """The texts, each read once; as `read`.

    store : what keeps the chunks of tokens; by default a list does, in memory
    """
    scanner = settings.scanner()
    # One name for all stages, so that none is kept longer than the next needs it.
    texts = NumberedTexts(scanner.names, store(in_chunks(given, scanner.scan)))
    folded = fold_table([])
    if not settings.folds:
        return FoldedTexts(join(texts, settings.kept), folded, scanner.left_out())
    names = names_in_capitals(texts, scanner.n_capital()) if settings.spots_names else frozenset()
    written = counts_by_name(texts)
    texts = join(texts, settings.kept)
    texts = join(texts, settings.unfolded_phrases, is_taken=settings.kept.matches)
    if known is None:
        known = {**counts_by_name(texts), **written}
    texts, folded = fold(texts, settings.folding(names), known=known, fixed=fixed)
    texts = join(texts, settings.kept)  # seeds see words as they are written and as folded
    return FoldedTexts(texts, folded, scanner.left_out())


def count(found: ReadTexts, settings: Settings) -> tuple[TermCounts, pd.DataFrame]:
    """The counts of all terms, the phrases given or learned joined, and the table of phrases.

    Raises
    ------
    InputError
        If `min_docs` is larger than the number of rows.
    """
    texts, scores = join_phrases(found, settings)
    counted = count_terms(texts)
    return counted, phrase_table(counted, settings, scores)


def join_phrases(found: FoldedTexts, settings: Settings) -> tuple[NumberedTexts, dict[str, float]]:
    """The texts with the phrases given or learned joined and numbers folded, and the scores of
    the learned ones.

    Raises
    ------
    InputError
        If `min_docs` is larger than the number of rows.
    """
    texts = found.texts
    if settings.min_docs > texts.n_texts:
        raise InputError(
            f"min_docs is {settings.min_docs}, but the corpus has only {texts.n_texts} rows, so no "
            "term can stay. Lower min_docs (1 keeps every term) or give more text."
        )
    scores: dict[str, float] = {}
    if settings.given:
        given = _given(found.folded, settings)
        texts = join(texts, given, is_taken=settings.kept.matches)
    if settings.learns_phrases:
        scores = _learned(texts, settings)
        texts = join(texts, Patterns(scores))
    return fold_numbers(texts, settings), scores


def fold_numbers(texts: NumberedTexts, settings: Settings) -> NumberedTexts:
    """The texts with one placeholder for all numbers that no seed asks for, if that is wished."""
    if not settings.folds_numbers:
        return texts
    names = NameList(texts.names)
    numbers = np.arange(len(texts.names), dtype=np.int32)
    stands_for_all = names.number(placeholder("number"))
    for number, name in enumerate(texts.names):
        if number > 0 and settings.is_number(name) and not settings.kept.matches(name):
            numbers[number] = stands_for_all
    return NumberedTexts(names.names, texts.renumbered(numbers).chunks)


def phrase_table(
    counted: TermFrequencies, settings: Settings, scores: Mapping[str, float]
) -> pd.DataFrame:
    """The terms of several words, and why they were joined."""
    rows = [
        (term, _phrase_kind(term, settings, scores), n_tokens, n_docs, scores.get(term, np.nan))
        for term, n_tokens, n_docs in zip(
            counted.terms, counted.term_freq.tolist(), counted.doc_freq.tolist(), strict=True
        )
        if " " in term
    ]
    table = pd.DataFrame(rows, columns=list(PHRASE_COLUMNS)).astype(PHRASE_COLUMNS)
    return table.sort_values("phrase", kind="stable", ignore_index=True)


def _phrase_kind(term: str, settings: Settings, scores: Mapping[str, float]) -> str:
    if settings.seeds.matches(term):
        return "seed"
    if settings.kept.matches(term):
        return "keep"
    if settings.kept.is_counter(term):
        return "counter"
    if term in scores:
        return "learned"
    return "protected" if settings.protected.matches(term) else "given"


def _given(folded: pd.DataFrame, settings: Settings) -> Patterns:
    """The phrases that were given, also with their words as they are folded."""
    forms = dict(zip(folded["word"], folded["form"], strict=True))
    as_folded = (
        " ".join(forms.get(word, word) for word in phrase.split(" ")) for phrase in settings.given
    )
    return Patterns([*settings.given, *as_folded])


def _learned(texts: NumberedTexts, settings: Settings) -> dict[str, float]:
    """The learned phrases that stay in the vocabulary once they are joined, with their scores."""
    found = learn_phrases(
        texts,
        is_barred=settings.is_barred,
        is_excluded=settings.excluded.matches,
        connectors=connectors(settings.language),
        min_count=max(_LEAST_PHRASE_COUNT, settings.min_docs),
    )
    counted = term_frequencies(join(texts, Patterns(found)))
    frequent = {
        term
        for term, n in zip(counted.terms, counted.doc_freq, strict=True)
        if n >= settings.min_docs
    }
    return {phrase: score for phrase, score in found.items() if phrase in frequent}


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
    key = id_column(units)
    twice = units.loc[units[key].duplicated(), key].unique()
    if len(twice):
        raise InputError(
            f"{len(twice)} values of {key} occur in more than one part: {listed(twice)}. "
            "Ids must be unique."
        )
    return units
