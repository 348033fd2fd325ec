"""By which groups and periods a figure with both cuts the text of a study."""

from __future__ import annotations

import numpy as np

from topoi.figures.lacking import lacks_dates, lacks_groups
from topoi.measures.prevalence import groups_of, periods_of
from topoi.study import Study

__all__ = ["long_freq", "mix_cuts"]

_FREQUENCIES = "MQY"
_ENOUGH = 3  # documents of a cell, the fewest that have an interval
_MOST_PERIODS = 8  # that a path in a triangle can name


def long_freq(study: Study, *, most: int | None = None) -> str:
    """The study's periods, or the next longer ones of which half have enough documents.

    "M", "Q" or "Y". Of each group where there are groups; `most` is how many periods there may be.
    Years are taken whatever they hold.
    """
    by = None if lacks_groups(study) else study.by
    documents = study.shares.drop_duplicates("doc_id")
    dated = documents.loc[documents["date"].notna()]
    freqs = _FREQUENCIES[_FREQUENCIES.find(study.freq[:1]) :]
    for freq in freqs[:-1]:
        periods = periods_of(dated, freq)
        sizes = dated.groupby([groups_of(dated, by), periods]).size()
        if np.median(sizes) >= _ENOUGH and (most is None or periods.nunique() <= most):
            return freq
    return freqs[-1]


def mix_cuts(study: Study) -> list[tuple[str | None, str | None]]:
    """By what the mix of themes is shown, as (by, freq): by groups and by periods, if there are."""
    cuts: list[tuple[str | None, str | None]] = []
    if not lacks_groups(study):
        cuts.append((study.by, None))
    if not lacks_dates(study):
        cuts.append((None, long_freq(study, most=_MOST_PERIODS)))
    return cuts
