"""What a finished run says on the screen, and to other programs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.measures.coded_run import corrected_text_share
from topoi.measures.terms import top_terms
from topoi.pipeline import RunResult
from topoi.printable import printable
from topoi.study import Study

__all__ = [
    "corpus_lines",
    "plain_rows",
    "read_line",
    "share_cell",
    "shares_json",
    "summary_json",
    "summary_text",
    "theme_lines",
]

_SCHEMA = 1
_BAR = 30
_CELL = 24  # characters of a theme's column
_UNCODED = (
    "The level hangs on the list of seeds, and no interval holds that: trust the order of sources "
    "and periods before it, or have 50 passages coded (--codes)."
)
_MOST_GONE = 8  # lines on documents that went


def summary_text(result: RunResult) -> str:
    """What was read, dropped and merged, the topics, the theme shares, and where the files are."""
    study = result.study
    parts = [corpus_lines(study), _topics(result), theme_lines(study), _files(result)]
    return "\n\n".join("\n".join(lines) for lines in parts)


def summary_json(result: RunResult) -> dict[str, Any]:
    """The same as one JSON document; missing numbers are null."""
    study = result.study
    return {
        "schema": _SCHEMA,
        "out": str(result.out),
        "documents": study.documents.ledger.counts(),
        "passages": len(study.passages),
        "terms": len(study.matrix.vocabulary),
        "topics": {name: _terms_of(fit) for name, fit in study.fits.items()},
        **shares_json(study),
        "figures": _figures(result),
        "report": str(result.out / "report.html"),
        "manifest": str(result.out / "manifest.json"),
    }


def corpus_lines(study: Study) -> Iterator[str]:
    """What was read, kept and dropped, and what was counted of it."""
    yield read_line(study.documents)
    yield from _gone(study.documents.ledger.events)
    yield from _undated(study)
    matrix = study.matrix
    yield (
        f"{len(study.passages)} passages, {len(matrix.vocabulary)} terms, "
        f"{int(matrix.counts.sum())} counted tokens."
    )
    if study.background is not None:
        counts = study.background.ledger.counts()
        yield (
            f"Background: read {counts['read']} documents, kept {counts['kept']}, in "
            f"{len(study.background)} passages."
        )


def read_line(documents: Corpus) -> str:
    """How many documents were read, and what became of them."""
    counts = documents.ledger.counts()
    return (
        f"Read {counts['read']} documents: kept {counts['kept']}, dropped {counts['dropped']}, "
        f"merged {counts['merged']}; {counts['changed']} were cleaned."
    )


def _gone(events: pd.DataFrame) -> Iterator[str]:
    """A line for each of the first documents that went."""
    ends = events.loc[events["action"].isin(["dropped", "merged"])]
    for row in ends.head(_MOST_GONE).to_dict("records"):
        into = f" ({printable(row['detail'])})" if row["detail"] else ""
        yield f"  {row['action']:8}{printable(row['doc_id'])}: {row['reason']}{into}"
    if len(ends) > _MOST_GONE:
        yield f"  and {len(ends) - _MOST_GONE} more; ledger.parquet has all"


def _undated(study: Study) -> Iterator[str]:
    n_undated = int(study.documents.table["date"].isna().sum())
    if n_undated:
        events = study.documents.ledger.events
        n_odd = int((events["reason"] == "date not understood").sum())
        odd = f" ({n_odd} not understood: write 2021-03-31 or 31 March 2021)" if n_odd else ""
        yield f"{n_undated} documents have no date{odd} and stand in no trend."


def _topics(result: RunResult) -> Iterator[str]:
    for model, fit in result.study.fits.items():
        yield f"{model}: {fit.n_topics} topics after {len(fit.trace)} passes"
        for topic, terms in _terms_of(fit).items():
            yield f"  {topic:20}{', '.join(terms)}"


def _terms_of(fit: Any) -> dict[str, list[str]]:
    table = top_terms(fit, n=8)
    return {str(topic): list(rows["term"]) for topic, rows in table.groupby("topic", sort=False)}


def theme_lines(study: Study) -> Iterator[str]:
    """The share of the text that speaks of each theme, over all and by group."""
    labels = {name: printable(label) for name, label in study.themes.labels.items()}
    table = study.prevalence()
    drawn = printable(table["uncertainty"].iloc[0])
    yield f"Share of the text that speaks of each theme (95 % interval over {drawn}):"
    for row in table.to_dict("records"):
        yield f"  {labels[row['name']]:20}{_share(row['estimate'], row['lower'], row['upper'])}"
    yield from _corrected(study, labels)
    if study.by is not None:
        yield from _groups(study, study.by, list(labels.values()))
    if study.codes is None:
        yield _UNCODED


def _corrected(study: Study, labels: Mapping[str, str]) -> Iterator[str]:
    """The same as corrected by codes, where there are any."""
    if study.codes is None:
        return
    n_passages = study.codes["passage_id"].nunique()
    yield f"Corrected by codes of {n_passages} passages (95 % interval for the texts as they are):"
    table = corrected_text_share(study.shares, study.codes, random_state=study.seed)
    for row in table.to_dict("records"):
        yield f"  {labels[row['name']]:20}{_share(row['estimate'], row['lower'], row['upper'])}"


def shares_json(study: Study) -> dict[str, Any]:
    """Prevalence of themes, and of sub-themes and as corrected by codes where there are any."""
    tables = {"themes": study.prevalence()}
    if study.sub_shares is not None:
        tables["sub_themes"] = study.prevalence(study.sub_shares)
    if study.codes is not None:
        tables["corrected"] = corrected_text_share(
            study.shares, study.codes, random_state=study.seed
        )
    return {name: plain_rows(table) for name, table in tables.items()}


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as JSON values; missing numbers are None."""
    return [_plain(row) for row in table.to_dict("records")]


def _groups(study: Study, by: str, labels: list[str]) -> Iterator[str]:
    """A line for each group, a column for each theme."""
    yield f"By {printable(by)}:"
    yield f"  {'':26}{''.join(f'{label[: _CELL - 2]:{_CELL}}' for label in labels)}".rstrip()
    table = study.prevalence(by=by)
    for group, rows in table.groupby("group", sort=True):
        cells = "".join(f"{share_cell(row):{_CELL}}" for row in rows.to_dict("records"))
        yield f"  {printable(group)[:24]:26}{cells}".rstrip()


def share_cell(row: Mapping[Any, Any]) -> str:
    """An estimate with its interval, where it has one."""
    if math.isnan(row["lower"]):
        return f"{row['estimate']:6.1%}"
    return f"{row['estimate']:6.1%} [{row['lower']:.1%}, {row['upper']:.1%}]"


def _share(estimate: float, lower: float, upper: float) -> str:
    bar = "█" * round(estimate * _BAR)
    if math.isnan(lower):
        return f"{estimate:6.1%}  (too few documents for an interval)  {bar}"
    return f"{estimate:6.1%}  [{lower:.1%}, {upper:.1%}]  {bar}"


def _files(result: RunResult) -> Iterator[str]:
    for path in _figures(result):
        yield f"figure    {path}"
    yield f"report    {result.out / 'report.html'}"
    yield f"manifest  {result.out / 'manifest.json'}"


def _figures(result: RunResult) -> list[str]:
    names = [name for name in result.manifest["outputs"] if name.endswith(".svg")]
    return [str(result.out / name) for name in names]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(k): None if isinstance(v, float) and pd.isna(v) else v for k, v in row.items()}
