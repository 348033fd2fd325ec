"""How much does each passage speak of each part of a theme, where the pack names parts?"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from topoi.measures.theme_fit import ThemeFit, share_themes
from topoi.text.matrix import DocTermMatrix
from topoi.themes.theme import Themes

__all__ = ["sub_theme_labels", "sub_theme_shares"]


def sub_theme_shares(
    fit: ThemeFit, matrix: DocTermMatrix, *, n_jobs: int | None = None
) -> pd.DataFrame | None:
    """``share_themes(fit, matrix, themes=fit.themes.split())`` without the themes that stay whole.

    Returns
    -------
    DataFrame or None
        As `ThemeFit.shares`, with a row for each row of the matrix and sub-theme, theme being
        "theme_sub", in the order of the pack. Sub-themes of which no seed is among the terms have
        no rows. None where there is no sub-theme to measure.
    """
    labels = sub_theme_labels(fit.themes)
    if not labels:
        return None
    parts = _found(fit.themes.split(), matrix)
    named = [name for name in labels if name in parts.names]
    if not named:
        return None
    shares = share_themes(fit, matrix, themes=parts, n_jobs=n_jobs)
    return shares.loc[shares["theme"].isin(named)].reset_index(drop=True)


def sub_theme_labels(themes: Themes) -> dict[str, str]:
    """Label of each sub-theme by name, in order; empty where no theme has any."""
    parts = [part for theme in themes if theme.sub_themes for part in theme.split()]
    return {part.name: part.label for part in parts}


def _found(parts: Themes, matrix: DocTermMatrix) -> Themes:
    """Those with a seed among the terms; at least one, since the whole themes were measured."""
    matches = parts.match(matrix.vocabulary.terms)
    held = set(matches.loc[matches["term_id"] >= 0, "theme"])
    return replace(parts, themes=tuple(part for part in parts if part.name in held))
