"""What is shown of groups: how themes and words differ between them."""

from __future__ import annotations

import pandas as pd

from topoi.figures.figure import FigureSpec
from topoi.figures.lacking import lacks_contrasts, lacks_typical_terms
from topoi.measures.group_contrasts import group_contrasts
from topoi.measures.typical_terms import typical_terms
from topoi.study import Study

__all__ = ["GROUP_FIGURES"]


def _contrasts(study: Study) -> pd.DataFrame:
    table = group_contrasts(study.shares, str(study.by), clusters=study.clusters)
    columns = ["name", "of", "value", "baseline", "estimate", "lower", "upper", "level"]
    return table[[*columns, "uncertainty"]]


def _keyness(study: Study) -> pd.DataFrame:
    table = typical_terms(study.matrix, str(study.by))
    return table[["group", "other", "term", "rate", "other_rate", "z"]]


GROUP_FIGURES = (
    FigureSpec(
        "contrasts",
        _contrasts,
        "draw_effects",
        "Share of the text that speaks of each theme in each group by {by}, less that in the "
        "largest group, with intervals over {draws}.",
        lacks_contrasts,
    ),
    FigureSpec(
        "keyness",
        _keyness,
        "draw_keyness",
        "Words that tell the two largest groups by {by} apart: how often each uses them, with z "
        "of the log-odds ratio between documents.",
        lacks_typical_terms,
    ),
)
