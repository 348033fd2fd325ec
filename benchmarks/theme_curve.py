"""Which curve takes what speaks for a theme to a probability, and does it hold on other text?

The odds (a sqrt(r) + b h)², with r the rate of a theme's seeds in a passage and h the part of its
words in topics about the theme, times what the theme's context leaves of them, are fitted to the
codes of the development corpora, each with the same weight. The constants go by hand into
`USUAL_CURVE` (analysis/topoi/measures/theme_curve.py). `make bench-themes` writes the tables into
docs/benchmarks-themes.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from page import add_write, printed_into
from scipy.optimize import minimize
from theme_own import wide
from theme_scores import macro, prevalence_errors
from theme_starts import laid_out, only, scored_rows, usual_fit
from theme_tasks import Scores, Task, is_here, task

import topoi
from topoi.measures.theme_curve import USUAL_CURVE, ThemeCurve

CORPORA = ("bills", "white_house", "mixed", "sample")
_SEEDS_ALONE = ThemeCurve(seeds=1.0, topics=0.0)
_TOPICS_ALONE = ThemeCurve(seeds=0.0, topics=1.0)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What speaks for each theme in C coded units, `rates` and `parts` (C, 3), and their codes.

    Both are as the context leaves them: rates times the square of its factor, parts times it.
    """

    rates: Scores
    parts: Scores
    codes: NDArray[np.int64]


def main() -> None:
    """Print the constants and how curves of other corpora do on each."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    page = parser.parse_args().write
    with printed_into(page, "curve", is_markdown=True):
        found = {key: evidence(task(key)) for key in CORPORA if is_here(key)}
        _print_constants(found)
        if len(found) > 1:
            _print_travel(found)
            _print_pairs(found)


def evidence(on: Task) -> Evidence:
    """The evidence of `fit_themes` with its usual settings; a bill has the most of its windows."""
    rows = scored_rows(on)
    fit, few = usual_fit(on.matrix), only(on.matrix, rows)
    rates, squares = (
        _odds(wide(topoi.share_themes(replace(fit, curve=curve), few, n_draws=0)))
        for curve in (_SEEDS_ALONE, _TOPICS_ALONE)
    )
    of_units = [
        on.of_units(laid_out(values, rows, len(on.unit_of))) for values in (rates, np.sqrt(squares))
    ]
    return Evidence(*of_units, on.codes)


def _odds(shares: Scores) -> Scores:
    return shares / (1.0 - shares)


def drawn_from(corpora: Iterable[Evidence]) -> ThemeCurve:
    """The curve with the greatest likelihood of the codes, all themes together."""
    found = list(corpora)

    def loss(weights: NDArray[np.float64]) -> float:
        curve = ThemeCurve(*np.abs(weights))
        return float(sum(_surprise(e.codes, probabilities(curve, e)) for e in found))

    best = minimize(loss, [6.0, 3.0], method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-7})
    return ThemeCurve(*map(float, np.abs(best.x)))


def _surprise(codes: NDArray[np.int64], chances: Scores) -> float:
    """Mean negative log likelihood of the codes; no chance is taken for less than .0001."""
    kept = np.clip(chances, 1e-4, 1.0 - 1e-4)
    return float(-np.where(codes == 1, np.log(kept), np.log(1.0 - kept)).mean())


def probabilities(curve: ThemeCurve, of: Evidence) -> Scores:
    """Shape (C, 3)."""
    return curve.probability(curve.evidence(of.rates, of.parts))


def _print_constants(found: dict[str, Evidence]) -> None:
    curve = drawn_from(found.values())
    print(f"Drawn from {', '.join(found)}: {_shown(curve)}. In use: {_shown(USUAL_CURVE)}.")


def _print_travel(found: dict[str, Evidence]) -> None:
    print()
    print(
        "Each corpus by the curve of the others. *Own*: by the curve of its own codes, which is "
        "what could be had at most. Prevalence: mean probability less coded share, in points, "
        "root / border / legal; nothing was calibrated."
    )
    print()
    print("| corpus | curve of the others | macro AUC | own | loss | prevalence | own |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for key, of in found.items():
        others = drawn_from(e for name, e in found.items() if name != key)
        away, home = (probabilities(curve, of) for curve in (others, drawn_from([of])))
        far, near = macro(of.codes, away), macro(of.codes, home)
        print(
            f"| {key} | {_shown(others)} | {far:.3f} | {near:.3f} | {near - far:+.3f} "
            f"| {_points(of, away)} | {_points(of, home)} |"
        )


def _print_pairs(found: dict[str, Evidence]) -> None:
    print()
    print("Macro AUC of each corpus (columns) by the curve of one corpus alone (rows):")
    print()
    print(f"| drawn from | {' | '.join(found)} |")
    print(f"|---|{'---:|' * len(found)}")
    for key, of in found.items():
        curve = drawn_from([of])
        scored = [f"{macro(e.codes, probabilities(curve, e)):.3f}" for e in found.values()]
        print(f"| {key} | {' | '.join(scored)} |")


def _points(of: Evidence, shares: Scores) -> str:
    return " / ".join(f"{100 * error:+.1f}" for error in prevalence_errors(of.codes, shares))


def _shown(curve: ThemeCurve) -> str:
    return f"{curve.seeds:.1f} √r + {curve.topics:.1f} h"


if __name__ == "__main__":
    main()
