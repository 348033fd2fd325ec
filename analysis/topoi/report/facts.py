"""What a report tells: plain values, already computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from topoi.errors import InputError, listed
from topoi.themes.theme import Theme

__all__ = ["ReportFacts"]

_COLUMNS = {
    "reasons": ("step", "action", "reason", "documents", "count"),
    "examples": ("doc_id", "step", "action", "reason", "detail"),
    "shares": ("name", "estimate", "lower", "upper", "level", "n_documents", "n_passages"),
    "terms": ("model", "topic", "rank", "term", "weight", "is_seed"),
    "passages": ("theme", "title", "date", "source", "text", "share"),
}
_COUNTS = ("read", "kept", "dropped", "merged")


@dataclass(frozen=True, eq=False)
class ReportFacts:
    """All that stands on the page of one run.

    Parameters
    ----------
    title : str
    counts : mapping, `Ledger.counts()`: documents read, kept, dropped, merged, changed, noted
    reasons : DataFrame, `Ledger.summary()`
    examples : DataFrame, some rows of `Ledger.events`; the page shows the first 20
    themes : sequence of Theme, in order
    shares : DataFrame, `prevalence` without groups and periods
    figures : sequence of (name, caption, SVG bytes)
    terms : DataFrame, `top_terms` of each model after a column model (str)
    passages : DataFrame, typical passages in the order of the page
        Columns theme, title, source, text (str), date (str or datetime), share (float 0..1);
        theme names as in `themes`.
    settings : mapping of names to values, as the run took them
    seed : of every random choice
    versions : mapping of package names to versions
    parts : DataFrame, `prevalence` of sub-themes; None where there are none
    counters : DataFrame, `counter_words`; None where it is not known which occur
    codes, corrected, scores : DataFrames, `codes_of_passages`, `corrected_text_share` over all, and
        `share_scores`; all None where there are no codes
    by_covariate : mapping of covariates to DataFrames, `prevalence` by each, without periods
    explorer : mapping, the values of `run_report.explorer`; None leaves the page without a script

    Raises
    ------
    InputError
        If a table lacks a column or a count is missing; names all of them.
    """

    title: str
    counts: Mapping[str, int]
    reasons: pd.DataFrame
    examples: pd.DataFrame
    themes: Sequence[Theme]
    shares: pd.DataFrame
    figures: Sequence[tuple[str, str, bytes]]
    terms: pd.DataFrame
    passages: pd.DataFrame
    settings: Mapping[str, object]
    seed: int
    versions: Mapping[str, str]
    parts: pd.DataFrame | None = None
    counters: pd.DataFrame | None = None
    codes: pd.DataFrame | None = None
    corrected: pd.DataFrame | None = None
    scores: pd.DataFrame | None = None
    by_covariate: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    explorer: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        missing = [
            f"{table}.{column}"
            for table, columns in _COLUMNS.items()
            for column in columns
            if column not in getattr(self, table).columns
        ]
        missing += [f"counts[{name!r}]" for name in _COUNTS if name not in self.counts]
        if missing:
            raise InputError(f"The facts of the report lack: {listed(missing, most=10)}.")
