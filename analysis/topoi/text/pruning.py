"""Which terms are worth counting, and what each rule and threshold costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.text.settings import CountSettings, Settings, WordSettings, repeatable
from topoi.text.term_counts import TermCounts, TermFrequencies, row_sums
from topoi.text.terms import ReadTexts, count, read

__all__ = ["KEPT", "nothing_left", "pruning_costs", "pruning_report", "rules_of"]

# Dropped while reading, so that they are no terms; numbers are dropped both ways.
_WHILE_READING = ("url", "email", "mention", "hashtag", "date")
_RULES = (
    *_WHILE_READING,
    *("stop_words", "number", "one_letter", "min_docs", "max_share", "max_terms", "kept"),
)
KEPT = len(_RULES) - 1
"""What `rules_of` gives for a term that stays."""


def pruning_report(passages: Corpus, **settings: Unpack[CountSettings]) -> pd.DataFrame:
    """What each rule of `vectorise` with these settings removes.

    Parameters
    ----------
    passages : Corpus
    settings : as for `vectorise`, without vocabulary

    Returns
    -------
    DataFrame
        Columns rule (str), terms, tokens (int64), one row a rule in the order in which they are
        applied; a term counts for the first rule that removes it. "kept" is last.

        url, email, mention, hashtag, date and number are those of `non_words`; of what is dropped
        while the text is read `terms` counts different spellings, and its tokens are not among
        the n_tokens of a matrix. Without them the tokens sum to n_tokens.
    """
    chosen = Settings(**settings)
    found = read([passages], chosen)
    counted, _ = count(found, chosen)
    return _report(counted, rules_of(counted, chosen), found.left_out)


def pruning_costs(
    passages: Corpus,
    *,
    min_docs: Sequence[int] = (1, 2, 5, 10, 20, 50),
    max_share: Sequence[float] = (1.0, 0.5, 0.25, 0.1),
    **settings: Unpack[WordSettings],
) -> pd.DataFrame:
    """What `vectorise` would leave at each pair of thresholds.

    Parameters
    ----------
    passages : Corpus, read once
    min_docs : sequence of int >= 1; those above the number of rows are left out
    max_share : sequence of float in (0, 1]
    settings : as for `vectorise`, without max_terms and vocabulary

    Returns
    -------
    DataFrame
        One row for each value of min_docs, and for each of max_share, in the order given. Columns
        min_docs (int64), max_share (float64); terms, tokens (int64), what is left; token_share
        (float64), of the tokens that say something: no stop words, no numbers, no single
        letters; emptied (int64), rows that have such tokens and lose them all; seeds_below
        (int64), terms that the thresholds alone would remove and that stay because a seed or
        `keep` asks for them; seeds (str), the five most frequent of these.

    Raises
    ------
    InputError
        If a setting is out of range, or no value of min_docs is small enough.
    """
    shared = repeatable(settings)
    by_threshold = {
        threshold: Settings(min_docs=threshold, max_terms=None, **shared)
        for threshold in _thresholds(min_docs, len(passages), max_share)
    }
    found = read([passages], next(iter(by_threshold.values())))
    rows = [
        row
        for threshold, each in by_threshold.items()
        for row in _costs(found, each, threshold, max_share)
    ]
    return pd.DataFrame(rows).astype({"seeds": "str"})


def rules_of(counted: TermFrequencies, settings: Settings) -> NDArray[np.int64]:
    """Index in _RULES of the first rule that removes each term, KEPT where none does."""
    rules = _threshold_rules(counted, settings.min_docs, settings.max_share)
    for column, term in enumerate(counted.terms if settings.minds_names else ()):
        if settings.kept.matches(term):
            rules[column] = KEPT
        elif (rule := settings.empty_word_rule(term)) is not None:
            rules[column] = _RULES.index(rule)
    return rules if settings.max_terms is None else _cut(rules, counted, settings)


def nothing_left(counted: TermFrequencies, rules: NDArray[np.int64], settings: Settings) -> str:
    """Why no term is left, as a message."""
    report = _report(counted, rules, {})
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


def _threshold_rules(
    counted: TermFrequencies, min_docs: int, max_share: float
) -> NDArray[np.int64]:
    most = int(max_share * counted.n_rows + 1e-9)
    rules = np.full(len(counted.terms), KEPT)
    rules[counted.doc_freq > most] = _RULES.index("max_share")
    rules[counted.doc_freq < min_docs] = _RULES.index("min_docs")
    return rules


def _cut(
    rules: NDArray[np.int64], counted: TermFrequencies, settings: Settings
) -> NDArray[np.int64]:
    """The rules with all but the `max_terms` most widespread terms removed; seeds stay."""
    ranked = sorted(
        (int(column) for column in np.flatnonzero(rules == KEPT)),
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


def _report(
    counted: TermFrequencies, rules: NDArray[np.int64], left_out: Mapping[str, tuple[int, int]]
) -> pd.DataFrame:
    n_rules = len(_RULES)
    terms = np.bincount(rules, minlength=n_rules).astype(np.int64)
    tokens = np.zeros(n_rules, dtype=np.int64)
    np.add.at(tokens, rules, counted.term_freq)
    for kind, (n_spellings, n_occurrences) in left_out.items():
        terms[_RULES.index(kind)] += n_spellings
        tokens[_RULES.index(kind)] += n_occurrences
    return pd.DataFrame({"rule": pd.Series(_RULES, dtype="str"), "terms": terms, "tokens": tokens})


def _thresholds(min_docs: Sequence[int], n_rows: int, max_share: Sequence[float]) -> list[int]:
    """The values of min_docs that can leave a term."""
    usable = [least for least in dict.fromkeys(min_docs) if least <= n_rows]
    odd = [share for share in max_share if not 0 < share <= 1]
    if odd or len(max_share) == 0:
        raise InputError(
            "max_share must be shares of the rows, in (0, 1], at least one; got "
            f"{listed(odd) or 'none'}."
        )
    if not usable:
        raise InputError(
            f"No value of min_docs ({listed(min_docs)}) is at most the number of rows, {n_rows}."
        )
    return usable


def _costs(
    found: ReadTexts, settings: Settings, min_docs: int, max_share: Sequence[float]
) -> list[dict[str, object]]:
    """A row for each value of `max_share`."""
    counted, _ = count(found, settings)
    is_seed = np.array([settings.kept.matches(term) for term in counted.terms], dtype=bool)
    is_empty = np.array([settings.empty_word_rule(term) is not None for term in counted.terms])
    speaks = is_seed | ~is_empty.astype(bool)
    n_tokens = int(counted.term_freq[speaks].sum())
    has_any = _rows_with(counted, speaks)
    rows: list[dict[str, object]] = []
    for share in max_share:
        passes = _threshold_rules(counted, min_docs, share) == KEPT
        stays = speaks & (passes | is_seed)
        saved = np.flatnonzero(is_seed & ~passes)
        left = int(counted.term_freq[stays].sum())
        rows.append(
            {
                "min_docs": min_docs,
                "max_share": float(share),
                "terms": int(stays.sum()),
                "tokens": left,
                "token_share": left / n_tokens if n_tokens else np.nan,
                "emptied": int((has_any & ~_rows_with(counted, stays)).sum()),
                "seeds_below": len(saved),
                "seeds": listed(_most_frequent(counted, saved)),
            }
        )
    return rows


def _rows_with(counted: TermCounts, columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each row holds one of the terms."""
    marked = counted.counts.copy()
    marked.data = columns[counted.counts.indices].astype(np.int32)
    return np.asarray(row_sums(marked) > 0)


def _most_frequent(counted: TermCounts, columns: NDArray[np.int64]) -> list[str]:
    ranked = sorted(columns.tolist(), key=lambda c: (-counted.term_freq[c], counted.terms[c]))
    return [counted.terms[column] for column in ranked]
