"""What the explorer of a report is given: topics, passages, ledger and tables as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.config import cluster_column
from topoi.errors import InputError
from topoi.hashes import bytes_hash
from topoi.io.run_files import RunFiles
from topoi.measures.share_worlds import clusters_of
from topoi.palette import display_name
from topoi.plots.table_csv import raw_csv
from topoi.printable import printable
from topoi.run_report.marks import Marks
from topoi.run_report.topics import topics_of
from topoi.themes.theme import Themes

__all__ = ["explorer"]

_LONGEST_TEXT = 6_000  # characters of a passage
_LEAST_SHARE = 0.05  # of a topic in a passage
_MOST_EVENTS = 20_000
_MOST_GROUPS = 200  # values of a column that can be chosen among
_LARGEST_TABLE = 4_000_000  # bytes
_DIGITS = 10_000  # shares are whole numbers of these parts


def explorer(
    files: RunFiles,
    facts: Mapping[str, Any],
    themes: Themes,
    *,
    labels: Mapping[str, Mapping[str, str]],
    most: int,
) -> dict[str, Any]:
    """Values for the page's script, the same for the same run.

    Parameters
    ----------
    files : RunFiles
    facts : mapping, the manifest of the run
    themes : Themes that were measured
    labels : mapping from model to mapping from topic to label
    most : int >= 1, passages; of more a sample is drawn, the same each time

    Returns
    -------
    dict
        themes, models, terms (the list that marks and topics point into), passages (lists by
        column, of equal length; places of marks are UTF-16 units of the text), facets, clusters
        (the column whose values are resampled together; empty for documents), freq, ledger,
        tables, raw (whether texts in CSV files are unguarded), n_passages (of the run). Shares
        are whole ten-thousandths.

    Raises
    ------
    InputError
        If `most` < 1, or labels name a model or topic that the run does not have.
    """
    if most < 1:
        raise InputError(f"The explorer needs a passage at least; most must be >= 1, got {most}.")
    models, terms = topics_of(files, labels)
    marks = Marks(files, themes, terms)
    corpus = files.parquet("corpus.parquet")
    every = corpus.loc[corpus["level"] == "passage"].reset_index(drop=True)
    passages = _sample(every, most)
    settings = facts["settings"]
    return {
        "themes": [
            {
                "name": theme.name,
                "label": display_name(printable(theme.label)),
                "terms": marks.of_theme(theme),
            }
            for theme in themes
        ],
        "models": models,
        "terms": [printable(term) for term in marks.terms],
        "tokens": marks.n_tokens,
        "passages": _columns(passages, marks, cluster_column(settings.get("clusters")))
        | _theme_shares(files, passages, themes.names)
        | {"topics": [_topic_shares(files, passages, model) for model in models]},
        "facets": _facets(passages, settings),
        "clusters": str(settings.get("clusters") or ""),
        "freq": settings.get("freq") or "Q",
        "ledger": _ledger(files),
        "tables": _tables(files, is_raw=bool(settings.get("raw_csv"))),
        "raw": bool(settings.get("raw_csv")),
        "n_passages": len(every),
    }


def _sample(passages: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most so many of the passages in their order, those with the smallest hashes of ids."""
    if len(passages) <= most:
        return passages
    digests = [bytes_hash(name.encode("utf-8")) for name in passages["passage_id"]]
    chosen = np.sort(np.argsort(np.array(digests), kind="stable")[:most])
    return passages.iloc[chosen].reset_index(drop=True)


def _columns(passages: pd.DataFrame, marks: Marks, clusters: str | None) -> dict[str, Any]:
    """A list over passages for each column; `cluster` has what is drawn together."""
    texts = [_clipped(shown_lines(text)) for text in passages["text"]]
    together = clusters_of(passages, clusters if clusters in passages.columns else None)
    return {
        "cluster": pd.factorize(together)[0].tolist(),
        "id": [printable(name) for name in passages["passage_id"]],
        "doc": [printable(name) for name in passages["doc_id"]],
        "title": [printable(title) for title in passages["title"]],
        "date": passages["date"].dt.strftime("%Y-%m-%d").fillna("").tolist(),
        "n": passages["n_tokens"].astype("int64").tolist(),
        "text": texts,
        "marks": [marks.in_text(text) for text in texts],
    }


def shown_lines(text: str) -> str:
    """The text without what could break its surroundings; paragraphs stay."""
    return "\n".join(line for line in map(printable, text.split("\n")) if line)


def _clipped(text: str) -> str:
    if len(text) <= _LONGEST_TEXT:
        return text
    space = text.rfind(" ", _LONGEST_TEXT * 3 // 4, _LONGEST_TEXT)
    return text[: space if space > 0 else _LONGEST_TEXT] + " …"


def _theme_shares(files: RunFiles, passages: pd.DataFrame, themes: list[str]) -> dict[str, Any]:
    """share, lower and upper: for each theme a list over passages."""
    table = files.parquet("themes.parquet")
    columns = {
        name: table.pivot(index="passage_id", columns="theme", values=name)
        for name in ("share", "lower", "upper")
    }
    return {
        name: [_parts(wide.loc[passages["passage_id"], theme].to_numpy()) for theme in themes]
        for name, wide in columns.items()
    }


def _parts(shares: NDArray[np.float64]) -> list[int]:
    parts: list[int] = np.rint(np.nan_to_num(shares) * _DIGITS).astype(np.int64).tolist()
    return parts


def _topic_shares(
    files: RunFiles, passages: pd.DataFrame, model: Mapping[str, Any]
) -> list[list[int]]:
    """For each passage the topics with some share of it, the largest first: topic, share, ..."""
    table = files.parquet("doc_topics.parquet")
    place = {str(topic["name"]): number for number, topic in enumerate(model["topics"])}
    row = {name: number for number, name in enumerate(passages["passage_id"])}
    of_model = (table["model"] == model["name"]) & (table["share"] >= _LEAST_SHARE)
    own = table.loc[of_model & table["passage_id"].isin(row)]
    found: list[list[int]] = [[] for _ in row]
    ranked = own.sort_values("share", ascending=False, kind="stable")
    shares = _parts(ranked["share"].to_numpy())
    for name, topic, share in zip(ranked["passage_id"], ranked["topic"], shares, strict=True):
        found[row[name]] += [place[topic], share]
    return found


def _facets(passages: pd.DataFrame, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns by which passages can be chosen: their values, and which each passage has."""
    covariates = settings.get("covariates") or ()
    asked = dict.fromkeys(name for name in (settings.get("by"), "source", *covariates) if name)
    found = []
    for name in asked:
        if name not in passages.columns:
            continue
        values = passages[name].map(printable, na_action="ignore").fillna("").astype("str")
        codes, levels = pd.factorize(values, sort=True)
        if 1 < len(levels) <= _MOST_GROUPS:
            head = {"name": str(name).replace("_", " "), "values": levels.tolist()}
            found.append({**head, "of": codes.tolist()})
    return found


def _ledger(files: RunFiles) -> dict[str, Any]:
    """Events of documents that were dropped or merged, then those of changed ones."""
    events = files.parquet("ledger.parquet")
    events = events.loc[events["action"] != "read"]
    order = events["action"].map({"dropped": 0, "merged": 0}).fillna(1)
    ranked = events.iloc[np.argsort(order.to_numpy(), kind="stable")]
    columns = ["doc_id", "step", "action", "reason", "count", "detail"]
    rows = ranked[columns].head(_MOST_EVENTS)
    return {
        "columns": columns,
        "rows": [_row(row) for row in rows.itertuples(index=False)],
        "n": len(ranked),
    }


def _row(values: Sequence[Any]) -> list[Any]:
    return [int(v) if isinstance(v, (int, np.integer)) else printable(v) for v in values]


def _tables(files: RunFiles, *, is_raw: bool) -> list[dict[str, Any]]:
    """The CSV tables of the run; one that is too large for a page is named without its text."""
    names = sorted(name for name in files if name.endswith(".csv"))
    held = {name: files.content(name) for name in names}
    contents = {name: raw_csv(held[name]) if is_raw else held[name] for name in names}
    return [
        {
            "name": name,
            "rows": max(content.count(b"\n") - 1, 0),
            "text": content.decode("utf-8") if len(content) <= _LARGEST_TABLE else None,
        }
        for name, content in contents.items()
    ]
