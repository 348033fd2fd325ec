"""Which documents are held out, so that passages of one never stand on both sides?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.errors import InputError

__all__ = ["held_out_rows"]


def held_out_rows(
    doc_ids: Sequence[str], share: float, split: int, random_state: int
) -> NDArray[np.bool_]:
    """Whether each row is of a document that is held out in this split.

    `share` of the documents, at least one and never all, are drawn; a split depends on the ids of
    the documents, its number and the random state, not on the order of rows.

    Raises
    ------
    InputError
        If there are fewer than two documents.
    """
    codes, names = pd.factorize(pd.Series(list(doc_ids), dtype="str"), sort=True)
    if len(names) < 2:
        raise InputError(
            f"There are {len(names)} documents, and holding some out needs two at least. Give more "
            "documents; passages of one document are not independent of each other."
        )
    n_out = min(max(round(share * len(names)), 1), len(names) - 1)
    rng = np.random.default_rng(np.random.SeedSequence([random_state, split]))
    is_out = np.zeros(len(names), dtype=bool)
    is_out[rng.permutation(len(names))[:n_out]] = True
    return np.asarray(is_out[codes])
