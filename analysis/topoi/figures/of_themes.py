"""What is shown of themes: how much of the text speaks of them, and whether coders agree."""

from __future__ import annotations

import pandas as pd

from topoi.errors import InputError
from topoi.figures.cuts import long_freq, mix_cuts
from topoi.figures.figure import FigureSpec
from topoi.figures.lacking import lacks_codes, lacks_dates, lacks_groups, lacks_mix, lacks_panels
from topoi.measures.coded_run import calibration_points
from topoi.measures.theme_mix import theme_mix
from topoi.plots.period_names import with_period_names
from topoi.study import Study

__all__ = ["THEME_FIGURES"]

_SAME = ["weighting", "uncertainty", "n_clusters"]  # columns that no figure shows


def _trends(study: Study) -> pd.DataFrame:
    return with_period_names(_drawn(study.prevalence(freq=study.freq)), study.freq)


def _by_group(study: Study) -> pd.DataFrame:
    return _drawn(study.prevalence(by=study.by))


def _drawn(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that a figure shows; the others are the same in every row, or counts."""
    return table.drop(columns=[*_SAME, "is_small"], errors="ignore")


def _panels(study: Study) -> pd.DataFrame:
    freq = long_freq(study)
    table = study.prevalence(by=study.by, freq=freq)
    return with_period_names(table.drop(columns=_SAME, errors="ignore"), freq)


def _mix(study: Study) -> pd.DataFrame:
    """Rows by group, then rows by period; the other column is empty."""
    cuts = mix_cuts(study)
    tables = [
        theme_mix(study.shares, by=by, freq=freq, clusters=study.clusters, random_state=study.seed)
        for by, freq in cuts
    ]
    table = pd.concat(tables, ignore_index=True).drop(columns=_SAME, errors="ignore")
    cells = [name for name in ("group", "period") if name in table.columns]
    table = table.fillna(dict.fromkeys(cells, ""))
    freq = next((freq for _, freq in cuts if freq), None)
    return with_period_names(table, freq) if freq else table


def _calibration(study: Study) -> pd.DataFrame:
    if study.codes is None:
        raise InputError(lacks_codes(study))
    return calibration_points(study.shares, study.codes, random_state=study.seed)


THEME_FIGURES = (
    FigureSpec(
        "theme_trends",
        _trends,
        "draw_prevalence",
        "Share of the text that speaks of each theme, by {period}, with bootstrap intervals over "
        "{draws}.",
        lacks_dates,
    ),
    FigureSpec(
        "themes_by_source",
        _by_group,
        "draw_prevalence",
        "Share of the text that speaks of each theme, by {by}, with bootstrap intervals over "
        "{draws}.",
        lacks_groups,
    ),
    FigureSpec(
        "small_multiples",
        _panels,
        "draw_small_multiples",
        "Share of the text that speaks of each theme in each {by}, by {long_period}, with "
        "bootstrap intervals over {draws}. Hollow points rest on fewer than 10 documents.",
        lacks_panels,
    ),
    FigureSpec(
        "theme_ternary",
        _mix,
        "draw_ternary",
        "What is said on the three themes, {cuts}: the nearer a point to a corner, the more of it "
        "is on that theme. Lines are bootstrap intervals of the parts over {draws}.",
        lacks_mix,
    ),
    FigureSpec(
        "calibration",
        _calibration,
        "draw_calibration",
        "Coded share against the probability from a curve that did not see the codes of the same "
        "document. On the dashed line the probability is right; bands take the codes as "
        "independent.",
        lacks_codes,
    ),
)
