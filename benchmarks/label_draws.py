"""How passages to code are drawn, and other ways to correct prevalence, for calibration.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, stdtrit

from topoi.measures.codes import CodedTheme
from topoi.measures.prevalence_correction import Evidence, difference, evidence_of, predicted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Interval = tuple[float, float, float]
Population = tuple[Floats, Floats, Ints]  # scores, true codes, documents; shape (R,)

PASSAGES = 1500
PER_DOCUMENT = 6
DRAWS = 200


def two_normals(rng: np.random.Generator, share: float, n: int = PASSAGES) -> Population:
    """Log odds of the share are normal, two deviations higher where the theme is (AUC .92)."""
    codes = (rng.random(n) < share).astype(np.float64)
    return expit(2.0 * codes - 2.5 + rng.normal(size=n)), codes, np.arange(n)


def two_levels(rng: np.random.Generator) -> Population:
    """The chance jumps from .04 to .59 at a share: no logistic curve."""
    place = rng.normal(size=PASSAGES)
    chance = 0.04 + 0.55 * (place > 0.8)
    codes = (rng.random(PASSAGES) < chance).astype(np.float64)
    return expit(place), codes, np.arange(PASSAGES)


def useless(rng: np.random.Generator) -> Population:
    """The share says nothing about the codes."""
    codes = (rng.random(PASSAGES) < 0.2).astype(np.float64)
    return expit(rng.normal(size=PASSAGES)), codes, np.arange(PASSAGES)


def whole_documents(rng: np.random.Generator) -> Population:
    """Six passages a document, alike in their shares and in what the shares do not say."""
    documents = np.repeat(np.arange(PASSAGES // PER_DOCUMENT), PER_DOCUMENT)
    of_document = rng.normal(size=(2, len(documents) // PER_DOCUMENT))[:, documents]
    place = 0.8 * rng.normal(size=PASSAGES) + 0.6 * of_document[0]
    chance = expit(-1.5 + 1.8 * place + 1.2 * of_document[1])
    return expit(place), (rng.random(PASSAGES) < chance).astype(np.float64), documents


def evenly(rng: np.random.Generator, population: Population, n: int) -> CodedTheme:
    """Passages drawn with equal chances."""
    rows = np.sort(rng.permutation(len(population[0]))[:n])
    return coded(population, rows, np.ones(n))


def by_document(rng: np.random.Generator, population: Population, n: int) -> CodedTheme:
    """Whole documents, until there are n passages."""
    order = rng.permutation(population[2].max() + 1)[: -(-n // PER_DOCUMENT)]
    rows = np.flatnonzero(np.isin(population[2], order))
    return coded(population, rows, np.ones(len(rows)))


def from_the_top(rng: np.random.Generator, population: Population, n: int) -> CodedTheme:
    """Half of the passages from the fifth with the highest shares, with their weights."""
    order = np.argsort(-population[0], kind="stable")
    top, rest = np.split(order, [len(order) // 5])
    parts = [rng.permutation(top)[: n // 2], rng.permutation(rest)[: n - n // 2]]
    weights = [len(top) / len(parts[0]), len(rest) / len(parts[1])]
    rows = np.concatenate(parts)
    place = np.argsort(rows)
    return coded(population, rows[place], np.repeat(weights, [len(p) for p in parts])[place])


def coded(population: Population, rows: Ints, weights: Floats) -> CodedTheme:
    """The codes of some rows of a population whose codes are all known."""
    scores, codes, documents = population
    scaled = weights / weights.sum() * len(scores)
    return CodedTheme("theme", scores, rows, codes[rows], scaled, documents[rows])


def corrections(theme: CodedTheme, rng: np.random.Generator) -> dict[str, Interval]:
    """Estimate, lower and upper limit (95 %) by each way."""
    evidence = evidence_of(theme, np.ones(len(theme.scores)), 0)
    everywhere = np.ones(len(theme.scores), dtype=bool)
    return {
        "codes alone": difference(evidence, everywhere, is_powered=False, level=0.95),
        "mean probability (`predicted`)": predicted(evidence, everywhere, rng, 0.95),
        "adjusted count, bootstrap": _adjusted(evidence, rng),
        "PPI on the share": _plain_ppi(theme),
        "**difference**": difference(evidence, everywhere, is_powered=True, level=0.95),
    }


def _plain_ppi(theme: CodedTheme) -> Interval:
    """Prediction-powered inference with the share as it is, normal intervals."""
    of_coded = theme.scores[theme.rows]
    values = theme.codes - of_coded
    estimate = float(np.average(values, weights=theme.weights))
    parts = theme.weights / theme.weights.sum() * (values - estimate)
    totals = np.bincount(theme.documents, weights=parts)
    half = float(stdtrit(len(np.unique(theme.documents)) - 1, 0.975) * np.sqrt((totals**2).sum()))
    whole = estimate + float(theme.scores.mean())
    return whole, whole - half, whole + half


def _adjusted(evidence: Evidence, rng: np.random.Generator) -> Interval:
    """Rogan and Gladen's count: called, less false alarms, over hits less false alarms."""
    theme = evidence.theme
    called = (evidence.chances >= 0.5).astype(np.float64)
    documents = np.unique(theme.documents, return_inverse=True)[1]
    found = [_rogan_gladen(theme, called, np.ones(len(theme.rows)))]
    for _ in range(DRAWS):
        drawn = rng.integers(documents.max() + 1, size=documents.max() + 1)
        times = np.bincount(drawn, minlength=documents.max() + 1)[documents]
        found.append(_rogan_gladen(theme, called, times.astype(np.float64)))
    lower, upper = np.quantile(found[1:], [0.025, 0.975])
    return found[0], float(lower), float(upper)


def _rogan_gladen(theme: CodedTheme, called: Floats, times: Floats) -> float:
    weights = times * theme.weights / theme.weights.mean()
    of_coded = called[theme.rows]
    has = weights * theme.codes
    has_not = weights * (1.0 - theme.codes)
    hits = float(((has * of_coded).sum() + 0.5) / (has.sum() + 1.0))
    alarms = float(((has_not * of_coded).sum() + 0.5) / (has_not.sum() + 1.0))
    if hits - alarms < 0.05:
        return float(has.sum() / weights.sum())
    return min(max((float(called.mean()) - alarms) / (hits - alarms), 0.0), 1.0)


POPULATIONS: dict[
    str,
    tuple[
        Callable[[np.random.Generator], Population],
        Callable[[np.random.Generator, Population, int], CodedTheme],
    ],
] = {
    "two normals, 30 %": (lambda rng: two_normals(rng, 0.3), evenly),
    "two normals, 6 %": (lambda rng: two_normals(rng, 0.06), evenly),
    "two normals, 2 %": (lambda rng: two_normals(rng, 0.02), evenly),
    "two levels": (two_levels, evenly),
    "useless share": (useless, evenly),
    "whole documents coded": (whole_documents, by_document),
    "half of codes from the top fifth": (lambda rng: two_normals(rng, 0.3), from_the_top),
    "150 passages in all": (lambda rng: two_normals(rng, 0.3, 150), evenly),
}
