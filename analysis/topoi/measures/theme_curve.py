"""How likely is it that a reader finds a theme in a passage, given what speaks for it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError

__all__ = ["USUAL_CURVE", "ThemeCurve"]


@dataclass(frozen=True)
class ThemeCurve:
    """One curve for all themes: logit(p) = intercept + seeds · sqrt(r) + topics · h.

    r is the rate of the theme's seeds in the passage, h the part of its words in topics about the
    theme (`theme_evidence`). The square root makes the chance of the count equally wide at any
    rate: the variance of sqrt(r) is 1 / (4 (n + 30)) for n tokens (Bartlett 1936).

    Parameters
    ----------
    intercept : float, log odds of a passage for which nothing speaks
    seeds, topics : float >= 0, log odds for each unit of sqrt(r) and of h
    """

    intercept: float
    seeds: float
    topics: float

    def __post_init__(self) -> None:
        values = (self.intercept, self.seeds, self.topics)
        if not (np.isfinite(values).all() and self.seeds >= 0 and self.topics >= 0):
            raise InputError(
                "A curve has a finite intercept and finite weights >= 0 of seeds and topics; "
                f"got {self}."
            )

    def log_odds(
        self, rates: NDArray[np.float64], parts: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Log odds for rates of seeds and parts in topics, arrays of one shape."""
        found: NDArray[np.float64] = (
            self.intercept + self.seeds * np.sqrt(rates) + self.topics * parts
        )
        return found


# Printed by benchmarks/theme_curve.py from four corpora with codes; what it loses on a corpus that
# it was not drawn from stands beside it in docs/benchmarks-themes.md.
USUAL_CURVE = ThemeCurve(intercept=-3.3, seeds=14.0, topics=9.3)
