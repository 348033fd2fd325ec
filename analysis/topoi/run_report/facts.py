"""What the page tells about a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from topoi.catalogue import CATALOGUE
from topoi.corpus.corpus import Corpus
from topoi.corpus.ledger import Ledger
from topoi.io.run_files import RunFiles
from topoi.measures.passages import typical_passages
from topoi.report.facts import ReportFacts
from topoi.run_report.explorer import explorer
from topoi.themes.as_json import themes_from_json

__all__ = ["run_facts"]

_ENDS = ("dropped", "merged")
_N_TERMS = 10


def run_facts(
    files: RunFiles,
    facts: Mapping[str, Any],
    *,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    most: int = 10_000,
) -> ReportFacts:
    """The facts of a run.

    Parameters
    ----------
    files : RunFiles
    facts : mapping, the manifest of the run: settings, seed and versions are looked at
    labels : mapping from model to mapping from topic to label, what topics are to be called
    most : int >= 1, passages in the explorer; of more a sample is drawn
    """
    events = files.parquet("ledger.parquet")
    ledger = Ledger(events)
    prevalence = files.csv("prevalence.csv")
    whole = prevalence.loc[(prevalence["period"] == "") & (prevalence["group"] == "")]
    themes = themes_from_json(files.json("themes.json"))
    parts = whole.loc[whole["kind"] == "sub_theme"].reset_index(drop=True)
    return ReportFacts(
        title="How the text speaks about migration policy",
        counts=ledger.counts(),
        reasons=ledger.summary(),
        examples=events.loc[events["action"].isin(_ENDS)],
        themes=list(themes),
        shares=whole.loc[whole["kind"] == "theme"].reset_index(drop=True),
        figures=_figures(files),
        terms=_terms(files),
        passages=_typical(files),
        settings=facts["settings"],
        seed=facts["seed"],
        versions=facts["versions"],
        parts=parts if len(parts) else None,
        counters=files.csv("counter_words.csv"),
        codes=files.csv_or_none("codes_used.csv", code="int64", n_coders="int64"),
        corrected=_corrected(files),
        scores=files.csv_or_none("score_report.csv"),
        by_covariate=_by_covariate(files),
        explorer=explorer(files, facts, themes, labels=labels or {}, most=most),
    )


def _figures(files: RunFiles) -> list[tuple[str, str, bytes]]:
    """Name, caption and SVG of each figure, in the order of the catalogue."""
    captions: Mapping[str, str] = files.json("figures/captions.json")
    place = {name: number for number, name in enumerate(CATALOGUE)}
    names = sorted(captions, key=lambda name: (place.get(name, len(place)), name))
    return [(name, captions[name], files.content(f"figures/{name}.svg")) for name in names]


def _terms(files: RunFiles) -> pd.DataFrame:
    table = files.csv("topics.csv")
    return table.loc[table["rank"] <= _N_TERMS].reset_index(drop=True)


def _typical(files: RunFiles) -> pd.DataFrame:
    corpus = files.parquet("corpus.parquet")
    table = corpus.loc[corpus["level"] == "passage"].reset_index(drop=True)
    known = table.set_index("passage_id")[["title", "source", "date", "n_tokens"]]
    shares = files.parquet("themes.parquet").join(known, on="passage_id")
    return typical_passages(shares, Corpus(table.drop(columns=["level", "n_tokens"])))


def _corrected(files: RunFiles) -> pd.DataFrame | None:
    table = files.csv_or_none("corrected_prevalence.csv")
    if table is None:
        return None
    whole = (table["period"] == "") & (table["group"] == "")
    return table.loc[whole].reset_index(drop=True)


def _by_covariate(files: RunFiles) -> dict[str, pd.DataFrame]:
    table = files.csv_or_none("prevalence_by_covariate.csv")
    if table is None:
        return {}
    own = table.loc[table["period"] == ""]
    return {str(name): rows for name, rows in own.groupby("covariate", sort=False)}
