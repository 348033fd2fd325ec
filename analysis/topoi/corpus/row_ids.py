"""In which column of a table the ids of its rows are."""

from __future__ import annotations

import pandas as pd

__all__ = ["id_column"]


def id_column(table: pd.DataFrame) -> str:
    """The column with the ids of the rows: "passage_id" if they are of passages, else "doc_id"."""
    return "passage_id" if "passage_id" in table.columns else "doc_id"
