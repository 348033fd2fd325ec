"""What a fit is when another program found its topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.fit import TopicFit
from topoi.provenance import versions
from topoi.text.vocabulary import Vocabulary

__all__ = ["imported_fit"]


def imported_fit(
    topic_term: NDArray[np.float64],
    doc_topic: NDArray[np.float64],
    vocabulary: Vocabulary,
    units: pd.DataFrame,
    *,
    source: str,
    prior: NDArray[np.float64] | None = None,
    names: Sequence[str] | None = None,
    themes: Mapping[str, tuple[int, ...]] | None = None,
    made_of: Mapping[str, Any] | None = None,
) -> TopicFit:
    """The fit of these topics and shares, whose provenance says where they are from.

    Parameters
    ----------
    topic_term, doc_topic, vocabulary, units, prior, themes : as of `TopicFit`
    source : the format or the class of the model
    names : of the topics; None for "topic 1" and so on
    made_of : further entries of the provenance
    """
    numbered = [f"topic {number}" for number in range(1, len(topic_term) + 1)]
    return TopicFit(
        topic_term=topic_term,
        doc_topic=doc_topic,
        topic_names=tuple(numbered if names is None else names),
        vocabulary=vocabulary,
        units=units,
        themes=themes or {},
        trace=pd.DataFrame({"pass": pd.Series(dtype="int64")}),
        provenance={"model": source, "imported": True, **(made_of or {}), "versions": versions()},
        document_prior=prior,
    )
