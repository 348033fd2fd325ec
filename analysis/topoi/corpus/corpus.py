"""What the texts are: a table of documents or passages with its ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from topoi.corpus.column_names import LATER_COLUMNS, names_beside
from topoi.corpus.ledger import Event, Ledger
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.html_table import html_table, shortened

__all__ = ["Corpus"]

_FIRST = ("passage_id", "doc_id", "text", "date", "source", "title")
_SHOWN = 5  # rows in a notebook
_TEXT_SHOWN = 120  # characters of a text in a notebook
_SOURCES_SHOWN = 12


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents, or the passages of documents, one a row; every method gives a new corpus.

    Parameters
    ----------
    table : DataFrame
        `doc_id` (str) and `text` (str) are required; `date` (datetime64, NaT where unknown),
        `source` and `title` (str, may be empty) are added where missing; all further columns
        are covariates and kept as they are, but for names that columns of later tables have
        (`topoi.corpus.column_names.LATER_COLUMNS`): n_tokens becomes original_n_tokens, and so
        theme, lower, level and others. A table of passages also has `passage_id` (str) and
        repeats a `doc_id` for each passage of it.
    ledger : Ledger
        What happened to the documents so far. Without one, every document counts as read.

    Raises
    ------
    InputError
        If a column is missing or two have one name, an id is empty or repeated, a text is null,
        a date is none, or the ledger keeps other documents than the table holds; names up to
        five.
    """

    _table: pd.DataFrame
    ledger: Ledger = field(default_factory=Ledger)

    def __init__(self, table: pd.DataFrame, ledger: Ledger | None = None) -> None:
        normal = _normalised(table)
        if ledger is None:
            ids = dict.fromkeys(normal["doc_id"])
            ledger = Ledger().add(
                Event("read", doc_id, "read", "given as a table") for doc_id in ids
            )
        _check_ledger(normal, ledger)
        object.__setattr__(self, "_table", normal)
        object.__setattr__(self, "ledger", ledger)

    @property
    def table(self) -> pd.DataFrame:
        """The rows, in order; changing what is returned does not change the corpus.

        Columns passage_id (passages only), doc_id, text, date, source, title, then covariates.
        """
        return self._table.copy(deep=False)

    @property
    def is_segmented(self) -> bool:
        """Whether the rows are passages."""
        return "passage_id" in self._table.columns

    @property
    def ids(self) -> list[str]:
        """The unique id of each row: `passage_id` for passages, else `doc_id`."""
        return list(self._table[id_column(self._table)])

    @property
    def texts(self) -> list[str]:
        """The text of each row."""
        return list(self._table["text"])

    @property
    def n_documents(self) -> int:
        """How many different documents the rows belong to."""
        return int(self._table["doc_id"].nunique())

    def with_texts(self, texts: Iterable[str], events: Iterable[Event] = ()) -> Corpus:
        """The same rows with these texts, in order, and these events in the ledger."""
        return Corpus(self._table.assign(text=list(texts)), self.ledger.add(events))

    def select(self, keep: Iterable[bool], events: Iterable[Event] = ()) -> Corpus:
        """The rows where `keep` is true; `events` must say what became of the other documents.

        Raises
        ------
        InputError
            If a document loses all its rows and no event drops or merges it, or the reverse.
        """
        mask = pd.Series(list(keep), index=self._table.index, dtype="bool")
        selected = self._table.loc[mask].reset_index(drop=True)
        return Corpus(selected, self.ledger.add(events))

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        return f"<{self._headline()}>"

    def _repr_html_(self) -> str:
        head = self._table.head(_SHOWN)
        # A passage's id holds that of its document.
        key = id_column(self._table)
        shown = head[[key, "date", "source", "title", "text"]].assign(
            date=head["date"].dt.strftime("%Y-%m-%d"),
            text=[shortened(text, most=_TEXT_SHOWN) for text in head["text"]],
        )
        further = [name for name in head.columns if name not in _FIRST]
        also = f"; further columns: {listed(further, most=20)}" if further else ""
        headline = f"{self._headline()}{self._by_source()}; the first {len(head)}{also}"
        return html_table(headline, shown)

    def _by_source(self) -> str:
        """How many documents are of each source, the most first; empty where there is one."""
        of_documents = self._table.drop_duplicates("doc_id")["source"]
        counts = (
            of_documents.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        )
        named = [f"{name or '(none)'} {n}" for name, n in counts.items()]
        return f"; {listed(named, most=_SOURCES_SHOWN)}" if len(named) > 1 else ""

    def _headline(self) -> str:
        name = "Corpus of "
        rows = f"{len(self)} passages of " if self.is_segmented else ""
        dates = self._table["date"].dropna()
        span = f", {dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}" if len(dates) else ""
        n_sources = self._table["source"].nunique()
        return f"{name}{rows}{self.n_documents} documents from {n_sources} sources{span}"


def _check_ledger(table: pd.DataFrame, ledger: Ledger) -> None:
    outcomes = ledger.outcomes()
    kept = set(outcomes.loc[outcomes["outcome"] == "kept", "doc_id"])
    odd = sorted(kept.symmetric_difference(table["doc_id"]))
    if odd:
        raise InputError(f"Rows and ledger disagree about {len(odd)} documents: {listed(odd)}.")


def _normalised(table: pd.DataFrame) -> pd.DataFrame:
    _check_columns(table)
    result = table.reset_index(drop=True)
    # A covariate of a later table's name would be taken for ours.
    result = result.rename(columns=names_beside(list(result.columns), LATER_COLUMNS))
    faults = list(_faults(result))
    if faults:
        raise InputError(" ".join(faults))
    for name in ("source", "title"):
        given = result[name] if name in result.columns else pd.Series("", index=result.index)
        result[name] = given.fillna("").astype("str")
    dates = result["date"] if "date" in result.columns else pd.Series(pd.NaT, index=result.index)
    result["date"] = _dates(dates, result["doc_id"])
    for name in ("passage_id", "doc_id", "text"):
        if name in result.columns:
            result[name] = result[name].astype("str")
    first = [name for name in _FIRST if name in result.columns]
    return result[first + [name for name in result.columns if name not in first]]


def _check_columns(table: pd.DataFrame) -> None:
    missing = [name for name in ("doc_id", "text") if name not in table.columns]
    if missing:
        raise InputError(
            f"A corpus needs the columns doc_id and text; missing: {listed(missing)}. "
            f"The table has: {listed(table.columns, most=20)}."
        )
    twice = list(dict.fromkeys(table.columns[table.columns.duplicated()]))
    if twice:
        raise InputError(
            f"{len(twice)} column names occur more than once: {listed(twice)}. Give each column "
            "its own name."
        )


def _dates(given: pd.Series, doc_ids: pd.Series) -> pd.Series:
    """The dates as datetime64[us] without a time zone; NaT where there is none."""
    if isinstance(given.dtype, pd.DatetimeTZDtype):
        given = given.dt.tz_convert("UTC").dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(given.dtype):
        return given.astype("datetime64[us]")
    # As ISO text only: to_datetime would take 03/04/2021 for a day in March without a word.
    written = given.astype("str").where(given.notna(), "").str.strip()
    found = pd.to_datetime(written, format="ISO8601", errors="coerce", utc=True)
    wrong = found.isna() & (written != "")
    if wrong.any():
        cases = (f"{a} ({b!r})" for a, b in zip(doc_ids[wrong], written[wrong], strict=True))
        raise InputError(
            f"{int(wrong.sum())} of the dates are not written as 2021-03-31: {listed(cases)}. "
            "Convert them with pandas.to_datetime, or leave them empty."
        )
    return found.dt.tz_localize(None).astype("datetime64[us]")


def _faults(table: pd.DataFrame) -> Iterable[str]:
    key = id_column(table)
    for name in dict.fromkeys(("doc_id", key)):
        empty = table.index[table[name].isna() | (table[name].astype("str") == "")]
        if len(empty):
            yield (
                f"{len(empty)} rows have no {name} (rows {listed(empty)}). "
                "Give each row an id or leave it out."
            )
    ids = table[key].dropna().astype("str")
    twice = list(dict.fromkeys(ids[ids.duplicated()]))
    if twice:
        found = f"{len(twice)} values of {key} occur more than once: {listed(twice)}."
        yield f"{found} Ids must be unique."
    null = table.loc[table["text"].isna(), key]
    if len(null):
        yield f"{len(null)} rows have no text: {listed(null)}. Drop them or give an empty string."
