"""How much of new text a vocabulary knows."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from topoi.errors import InputError
from topoi.text.matrix import DocTermMatrix

__all__ = ["vocabulary_overlap"]


def vocabulary_overlap(matrix: DocTermMatrix, *, by: str | None = None) -> pd.DataFrame:
    """How much of the text a given vocabulary knows, over all rows or by a column.

    Parameters
    ----------
    matrix : DocTermMatrix from ``vectorise(new, vocabulary=...)``
    by : str, optional
        A column of its units, such as "source": one row for each of its values, in order (numbers
        by size, all else by name).

    Returns
    -------
    DataFrame
        Columns: `by` if given; rows (int64), passages or documents; without_known (int64), rows
        without any known term, whose topics are the prior's; known, unknown (int64), tokens that
        say something; coverage (float64), known / (known + unknown), nan where there are none;
        terms_used (int64), terms of the vocabulary that occur; vocabulary_share (float64), their
        share of it. The unknown terms themselves are the matrix's table `unknown`.

    Raises
    ------
    InputError
        If the matrix was not counted by a given vocabulary, or there is no such column.

    See Also
    --------
    vectorise : says which tokens are known, unknown, or say nothing.
    """
    units = matrix.units
    if "n_unknown" not in units.columns:
        raise InputError(
            "The matrix chose its vocabulary itself, so it knows all its terms. Give new text and "
            "an earlier vocabulary: vectorise(new, vocabulary=fit.vocabulary)."
        )
    if by is None:
        return pd.DataFrame([_overlap(matrix, np.arange(len(units)))])
    if by not in units.columns:
        raise InputError(f"There is no column {by!r}; there are {', '.join(units.columns)}.")
    rows = [
        {by: value, **_overlap(matrix, np.asarray(places))}
        for value, places in _in_order(units.groupby(by, dropna=False).indices)
    ]
    return pd.DataFrame(rows)


def _in_order(groups: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """The groups with their rows: numbers by size, those without one last; others by name."""
    if all(isinstance(value, Real) or pd.isna(value) for value in groups):
        return sorted(groups.items(), key=_by_number)
    return sorted(groups.items(), key=_by_name)


def _by_number(item: tuple[Any, Any]) -> tuple[bool, Any]:
    is_missing = bool(pd.isna(item[0]))
    return is_missing, 0 if is_missing else item[0]


def _by_name(item: tuple[Any, Any]) -> str:
    return str(item[0])


def _overlap(matrix: DocTermMatrix, places: np.ndarray) -> dict[str, int | float]:
    counts = matrix.counts[places]
    known = int(counts.sum())
    unknown = int(matrix.units["n_unknown"].to_numpy()[places].sum())
    used = len(np.unique(counts.indices))
    return {
        "rows": len(places),
        "without_known": int((np.diff(counts.indptr) == 0).sum()),
        "known": known,
        "unknown": unknown,
        "coverage": known / (known + unknown) if known + unknown else np.nan,
        "terms_used": used,
        "vocabulary_share": used / len(matrix.vocabulary),
    }
