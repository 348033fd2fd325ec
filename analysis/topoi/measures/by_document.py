"""What a score of rows comes to when passages are taken together as documents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.models.held_out_score import HeldOutScore

__all__ = ["score_by_document"]


def score_by_document(found: HeldOutScore, doc_ids: Sequence[str]) -> HeldOutScore:
    """The score with an entry for each document, in the order of their ids, instead of each row."""
    codes, names = pd.factorize(pd.Series(list(doc_ids), dtype="str"), sort=True)

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(codes, values, minlength=len(names)).astype(np.float64)

    return HeldOutScore(summed(found.log_likelihood), summed(found.n_tokens))
