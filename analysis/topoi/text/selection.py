"""Which documents or passages an analysis is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import at_least
from topoi.corpus.corpus import Corpus
from topoi.corpus.language import LANGUAGES, identify_languages
from topoi.corpus.ledger import Event
from topoi.errors import InputError
from topoi.text.find import ScannedTexts
from topoi.text.patterns import seed_patterns
from topoi.text.query import matching, parse_query
from topoi.themes.theme import Themes

__all__ = ["select"]

_MIN_SEEDS = 2
_STEP = "select"
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# Of a date with so many parts.
_LENGTHS = {1: pd.DateOffset(years=1), 2: pd.DateOffset(months=1), 3: pd.DateOffset(days=1)}

Left = NDArray[np.bool_]


def select(
    corpus: Corpus,
    *,
    query: str | None = None,
    themes: Themes | None = None,
    min_seeds: int = _MIN_SEEDS,
    language: str | Collection[str] | None = None,
    among: Iterable[str] = LANGUAGES,
    since: str | None = None,
    until: str | None = None,
) -> Corpus:
    """The rows that meet all conditions; the ledger says why the others are left out.

    Parameters
    ----------
    corpus : Corpus of documents or passages; of passages each is judged alone
    query : str, optional
        Words, phrases in quotes, globs, AND, OR, NOT, NEAR/n and brackets, for instance
        ``(asylum OR "safe third*") AND NOT sport*`` or ``border NEAR/5 (wall OR fence*)``.
        NOT binds closer than AND, AND closer than OR.
    themes : Themes, optional
        A row stays if at least `min_seeds` words and phrases in it are seeds, of any theme;
        seeds inside counter-words are none.
    min_seeds : int >= 1, instances; only with `themes`
    language : str or collection of str, optional
        Codes such as "en"; "und" for texts whose language cannot be told. Needs the extra
        `language`.
    among : iterable of str; the languages that are told apart, as for `identify_languages`
    since, until : str, optional
        First and last day: "2021-01-20", or a month or year as a whole: "2021-01", "2021". Rows
        without a date are left out then.

    Returns
    -------
    Corpus
        In the order it had, with the same columns. Each document without a row left is dropped
        with the first condition that it does not meet (dates, language, query, themes); of
        passages the ledger also notes how many of each document each condition left out.

    Raises
    ------
    InputError
        If there is no condition, the query cannot be read (the place is marked), a date is not
        one, or a setting is out of range.

    See Also
    --------
    kwic : the words around what a query finds.
    """
    _check(query, themes, min_seeds, language, since, until)
    conditions = list(_by_date(corpus, since, until))
    if language is not None:
        conditions += _by_language(corpus, language, among)
    if query is not None or themes is not None:
        texts = ScannedTexts(corpus.texts)
        if query is not None:
            conditions.append((f"not asked for by the query {query}", ~_asked(query, texts)))
        if themes is not None:
            conditions.append(_few_seeds(themes, min_seeds, texts))
    reasons = _first_reasons(len(corpus), conditions)
    return corpus.select([not reason for reason in reasons], _events(corpus, reasons))


def _check(
    query: str | None,
    themes: Themes | None,
    min_seeds: int,
    language: str | Collection[str] | None,
    *dates: str | None,
) -> None:
    if all(given is None for given in (query, themes, language, *dates)):
        raise InputError("There is no condition: give query, themes, language, since or until.")
    if themes is None and min_seeds != _MIN_SEEDS:
        raise InputError("min_seeds counts seeds of themes; give themes, too.")
    at_least("min_seeds", min_seeds, 1, whole=True)
    if query is not None:
        parse_query(query)  # before any text is read


def _by_date(corpus: Corpus, since: str | None, until: str | None) -> Iterator[tuple[str, Left]]:
    if since is None and until is None:
        return
    first = None if since is None else _days(since, "since")[0]
    after = None if until is None else _days(until, "until")[1]
    if first is not None and after is not None and first >= after:
        raise InputError(f"since must not be later than until; got {since} and {until}.")
    dates = corpus.table["date"]
    yield "no date", dates.isna().to_numpy()
    if first is not None:
        yield f"before {since}", (dates < first).to_numpy()
    if after is not None:
        yield f"after {until}", (dates >= after).to_numpy()


def _days(written: str, name: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first moment of a day, month or year, and the first moment behind it."""
    match = _DATE.fullmatch(str(written))
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else 1 for part in match.groups())
        start = pd.Timestamp(date(year, month, day))
        return start, start + _LENGTHS[sum(part is not None for part in match.groups())]
    except (ValueError, OverflowError):
        raise InputError(
            f"{name} must be a date such as 2021-01-20, 2021-01 or 2021; got {written!r}."
        ) from None


def _by_language(
    corpus: Corpus, language: str | Collection[str], among: Iterable[str]
) -> list[tuple[str, Left]]:
    wanted = {language} if isinstance(language, str) else set(language)
    told = {*wanted, *([among] if isinstance(among, str) else among)} - {"und"}
    found = identify_languages(corpus, among=sorted(told)).table["language"]
    others = sorted(set(found) - wanted)
    return [(f"language {other}", (found == other).to_numpy()) for other in others]


def _asked(query: str, texts: ScannedTexts) -> Left:
    return matching(parse_query(query), texts)


def _few_seeds(themes: Themes, min_seeds: int, texts: ScannedTexts) -> tuple[str, Left]:
    seeds = seed_patterns(themes)
    reason = f"fewer than {min_seeds} seeds of the pack {themes.name}"
    return reason, texts.count(seeds) < min_seeds


def _first_reasons(n_rows: int, conditions: list[tuple[str, Left]]) -> list[str]:
    """The first reason against each row; empty for one that stays."""
    reasons = [""] * n_rows
    for reason, is_out in reversed(conditions):
        for row in np.flatnonzero(is_out):
            reasons[row] = reason
    return reasons


def _events(corpus: Corpus, reasons: list[str]) -> list[Event]:
    """What became of the documents that lost rows, in order."""
    table = pd.DataFrame({"doc_id": corpus.table["doc_id"], "reason": reasons})
    out = table.loc[table["reason"] != ""]
    kept = set(table.loc[table["reason"] == "", "doc_id"])
    counts = Counter(zip(out["doc_id"], out["reason"], strict=True))
    noted = [
        Event(_STEP, doc_id, "noted", f"passages left out: {reason}", count)
        for (doc_id, reason), count in counts.items()
        if corpus.is_segmented
    ]
    first = out.drop_duplicates("doc_id")
    dropped = [
        Event(_STEP, doc_id, "dropped", reason)
        for doc_id, reason in zip(first["doc_id"], first["reason"], strict=True)
        if doc_id not in kept
    ]
    return [*noted, *dropped]
