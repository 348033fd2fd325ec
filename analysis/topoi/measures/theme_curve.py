"""How likely is it that a reader finds a theme in a passage, given what speaks for it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError

__all__ = ["USUAL_CURVE", "ThemeCurve"]


@dataclass(frozen=True)
class ThemeCurve:
    """One curve for all themes: the odds of a theme are the square of its evidence.

    The evidence is e = seeds · sqrt(r) + topics · h, where r is the rate of the theme's seeds in
    the passage, each as far as it means the theme there (`SeedTokens`), and h the part of the
    passage's words in topics about the theme (`ThemeMarks`); the
    probability is e² / (1 + e²) (Hill 1910). So evidence of 1 makes a theme as likely as not, and a
    passage for which nothing speaks has probability 0. The evidence for a theme with a context is
    multiplied by what the context leaves of it (`theme_context`). The square root makes the chance
    of the count about equally wide at any rate: for n tokens, sqrt(r) has the variance
    1 / (4 (n + 30)) (Bartlett 1936), and less where seeds count in part. Squares and roots have
    the same bits on every processor.

    Parameters
    ----------
    seeds, topics : float >= 0, evidence for each unit of sqrt(r) and of h
    """

    seeds: float
    topics: float

    def __post_init__(self) -> None:
        weights = (self.seeds, self.topics)
        if not (np.isfinite(weights).all() and min(weights) >= 0 < max(weights)):
            raise InputError(
                "A curve has finite weights of seeds and topics that are >= 0, one of them above "
                f"0; got {self}."
            )

    def evidence(
        self, rates: NDArray[np.float64], parts: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Evidence >= 0 from rates of seeds and parts in topics, arrays of one shape."""
        found: NDArray[np.float64] = self.seeds * np.sqrt(rates) + self.topics * parts
        return found

    def probability(self, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of a theme for evidence >= 0, in [0, 1)."""
        odds = evidence * evidence
        found: NDArray[np.float64] = odds / (1.0 + odds)
        return found


# Printed by benchmarks/theme_curve.py from four corpora with codes; what it loses on a corpus that
# it was not drawn from stands beside it in docs/benchmarks-themes.md.
USUAL_CURVE = ThemeCurve(seeds=9.5, topics=2.6)
