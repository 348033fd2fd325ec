"""What is shown of the text itself: what became of it, which seeds it holds, where themes stand."""

from __future__ import annotations

import pandas as pd

from topoi.corpus.ledger_flow import ledger_flow
from topoi.figures.chosen import shown_strips
from topoi.figures.figure import FigureSpec
from topoi.figures.lacking import lacks_events, lacks_passages, lacks_strips
from topoi.measures.theme_audit import audit_themes
from topoi.measures.theme_strips import theme_strips
from topoi.study import Study

__all__ = ["CORPUS_FIGURES"]


def _ledger_flow(study: Study) -> pd.DataFrame:
    return ledger_flow(study.passages.ledger)


def _seed_audit(study: Study) -> pd.DataFrame:
    seeds = audit_themes(study.matrix, study.themes).seeds
    columns = ["theme", "seed", "occurrences", "passages", "documents"]
    return seeds[[*columns, "ambiguity", "chance_ambiguity", "toward", "is_ambiguous"]]


def _heat_strip(study: Study) -> pd.DataFrame:
    return theme_strips(study.shares, shown_strips(study)[1])


CORPUS_FIGURES = (
    FigureSpec(
        "ledger_flow",
        _ledger_flow,
        "draw_ledger_flow",
        "From documents read to documents kept: how many were dropped, merged into others or "
        "changed in each step, and why.",
        lacks_events,
    ),
    FigureSpec(
        "seed_audit",
        _seed_audit,
        "draw_seed_audit",
        "How often the seeds of each theme occur, and in how many passages. The marker of another "
        "theme stands at seeds that go with it at least as much as with their own.",
        lacks_passages,
    ),
    FigureSpec(
        "heat_strip",
        _heat_strip,
        "draw_heat_strip",
        "Where the themes stand in {strips}: a cell is a passage, as wide as its part "
        "of the tokens of its document, the darker the greater its share.",
        lacks_strips,
    ),
)
