"""What do contexts, balance, seeds by topics and further evidence do to the agreement with codes?

Starts of the model are fitted once and what was tried is measured on all of them, so that two ways
differ by nothing but themselves; several blocks of starts tell what hangs on the random numbers.
`make bench-themes` writes the tables into docs/benchmarks-themes.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from corpora import SHARED
from numpy.typing import NDArray
from page import add_write, printed_into
from scipy.optimize import minimize
from scipy.sparse import csr_array
from theme_counting import (
    hits,
    marked,
    marked_classifier,
    positive_words,
    seed_rates,
    seeds,
    tokens,
)
from theme_scores import draws, interval, macro, macro_by_draw, precision, prevalence_errors
from theme_starts import STARTS, only, scored_rows, usual_start
from theme_tasks import Scores, Task, corpus_of, count, is_here, pack, standardised, task

import topoi
from topoi.measures.log_odds import weighted_log_odds
from topoi.measures.theme_context import context_factor
from topoi.measures.theme_curve import USUAL_CURVE
from topoi.measures.theme_evidence import about, rates_of
from topoi.measures.theme_marks import marks_of
from topoi.measures.theme_parts import context_parts, row_topics
from topoi.measures.theme_seeds import SeedTokens

BLOCKS = {"bills": 12, "bills_text": 2, "white_house": 3, "mixed": 1, "sample": 12}
HELD_OUT_BLOCKS = {"held_out": 3}
BEFORE = (6.5, 2.7)  # the curve that was drawn before seeds and contexts counted by topics
DRAWN_FROM = ("bills", "white_house", "mixed", "sample")  # as the curve
FORCED = (0.05, 0.1, 0.2, 0.4)
HALVES = (0.002, 0.004, 0.006, 0.008, 0.012)
# Whether themes are balanced, whether in context, whether seeds and contexts count by topics.
Way = tuple[int, int, int]
WAYS: dict[str, Way] = {
    "neither": (0, 0, 0),
    "balance": (1, 0, 0),
    "context": (0, 1, 0),
    "both": (1, 1, 0),
    "by topics": (1, 1, 1),
}
FORMS = [
    ("none", 0, 0.0),
    ("topics", 2, 0.006),
    *(("topics", 4, half) for half in HALVES),
    ("row", 2, 0.006),
    ("row", 4, 0.006),
]
_LEAST_Z = 1.96
Laid = tuple[list[Scores], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Rows:
    """What speaks for each theme in R rows: `rates` (R, 3), of words of its context `own` (R, 3).

    And of S starts `meant` (S, R, 3), rates of seeds as far as they mean the theme; `parts`
    (S, 3, R, 3), by seeds as they are, balanced, and in context; and `contexts` (S, R, 3).
    """

    rates: Scores
    own: Scores
    meant: NDArray[np.float64]
    parts: NDArray[np.float64]
    contexts: NDArray[np.float64]

    def evidence(self, block: int, way: Way, weights: tuple[float, float]) -> Scores:
        """Evidence (R, 3) of a block of starts."""
        seeds_alone, topics_alone = self.kinds(block, way)
        return weights[0] * seeds_alone + weights[1] * topics_alone

    def kinds(self, block: int, way: Way) -> tuple[Scores, Scores]:
        """Root of the rate and part in topics, both times what the context leaves."""
        of = slice(block * STARTS, (block + 1) * STARTS)
        factor = context_factor(self.contexts[of].mean(axis=0), pack()) if way[1] else 1.0
        rates = self.meant[of].mean(axis=0) if way[2] else self.rates
        parts = self.parts[of, 2 if way[2] else way[0]].mean(axis=0)
        return factor * np.sqrt(rates), factor * parts


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    parser.add_argument(
        "--held-out", action="store_true", help="the batch kept for the end alone, not written"
    )
    options = parser.parse_args()
    if options.held_out:
        print("\n".join(_ways(HELD_OUT_BLOCKS)))
        return
    with printed_into(options.write, "trials", is_markdown=True):
        for part in (_ways, _further, _forms):
            for line in part():
                print(line)
            print()


def rows_of(
    matrix: topoi.DocTermMatrix, n_starts: int, rows: NDArray[np.int64] | None = None
) -> Rows:
    """What each start says of these rows, or of all; 0 for the others."""
    wanted = np.arange(len(matrix.units)) if rows is None else rows
    few, marks = only(matrix, wanted), marks_of(pack(), matrix.vocabulary)
    tokens = SeedTokens(few.counts, marks.seeds)
    n_tokens = few.units["n_tokens"].to_numpy(dtype=np.float64)
    meant, parts, contexts = [], [], []
    for number in range(n_starts):
        start = usual_start(matrix, number)
        topics = row_topics(start, few.counts, 1)
        of_topics = marks.about(start.topic_term)
        counted = tokens.hits(tokens.meant(topics, start.topic_term, of_topics))
        meant.append(rates_of(counted, n_tokens))
        both = (about(start.topic_term, of) for of in (marks.seeds, marks.balanced))
        parts.append([topics @ part for part in (*both, of_topics)])
        contexts.append(context_parts(topics, start.topic_term, marks.context))
    rates, own = (seed_rates(few.counts, n_tokens, of) for of in (marks.seeds, marks.context))
    shape = (len(matrix.units), len(marks.themes))
    return Rows(
        *(_spread(np.array(of), wanted, shape) for of in (rates, own, meant, parts, contexts))
    )


def _spread(
    values: NDArray[np.float64], rows: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """The last two axes among all rows, 0 elsewhere."""
    whole = np.zeros((*values.shape[:-2], *shape))
    whole[..., rows, :] = values
    return whole


@cache
def _rows(key: str) -> Rows:
    on = task(key)
    return rows_of(on.matrix, STARTS * (BLOCKS | HELD_OUT_BLOCKS)[key], scored_rows(on))


def _ways(blocks: dict[str, int] = BLOCKS) -> Iterator[str]:
    yield (
        "Macro ROC AUC of `fit_themes` without and with the balance of themes and contexts, by the "
        "curve 6.5, 2.7 that was drawn then, and with seeds and contexts by topics (in use), by "
        f"the curve in use; of blocks of {STARTS} starts mean (standard deviation; lowest to "
        "highest). The first block is that of the usual `random_state`. *By topics less both*: "
        "over blocks mean (standard deviation); of the first block with 95 % bootstrap percentiles "
        "over documents, of AUC and of average precision (AP). Last column: mean share less coded "
        "share, first block, in points, both → by topics, root / border / legal."
    )
    yield ""
    names = " | ".join(WAYS)
    yield (
        f"| corpus | blocks | {names} | by topics less both | first block: AUC | AP | prevalence |"
    )
    yield f"|---|---:|{'---:|' * len(WAYS)}---:|---:|---:|---:|"
    for key in filter(is_here, blocks):
        yield _row(key, range(blocks[key]))
    if is_here("news") and "mixed" in blocks:
        yield ""
        yield f"General news, mean share in per cent, root / border / legal: {_levels()}."


def _row(key: str, n_blocks: range) -> str:
    on = task(key)
    shares = {name: [_coded(on, block, way) for block in n_blocks] for name, way in WAYS.items()}
    areas = {
        name: np.array([macro(on.codes, of) for of in found]) for name, found in shares.items()
    }
    gain = areas["by topics"] - areas["both"]
    cells = [
        f"{of.mean():.3f}"
        + (f" ({of.std(ddof=1):.3f}; {of.min():.3f}–{of.max():.3f})" if len(of) > 1 else "")
        for of in areas.values()
    ]
    before, after = shares["both"][0], shares["by topics"][0]
    levels = "–" if on.is_text.any() else f"{_errors(on, before)} → {_errors(on, after)}"
    gained = f"{gain.mean():+.4f}" + (f" ({gain.std(ddof=1):.4f})" if len(gain) > 1 else "")
    first = " | ".join(_gain(on, before, after, score) for score in (macro, precision))
    return f"| {key} | {len(n_blocks)} | {' | '.join(cells)} | {gained} | {first} | {levels} |"


def _coded(on: Task, block: int, way: Way) -> Scores:
    return on.of_units(USUAL_CURVE.probability(_rows(on.key).evidence(block, way, _curve(way))))


def _curve(way: Way) -> tuple[float, float]:
    return (USUAL_CURVE.seeds, USUAL_CURVE.topics) if way[2] else BEFORE


def _gain(
    on: Task, before: Scores, after: Scores, score: Callable[[NDArray[np.int64], Scores], float]
) -> str:
    samples = draws(on.clusters)
    value = score(on.codes, after) - score(on.codes, before)
    if score is macro:
        by_draw = macro_by_draw(on.codes, after, samples) - macro_by_draw(on.codes, before, samples)
    else:
        by_draw = np.array(
            [score(on.codes[of], after[of]) - score(on.codes[of], before[of]) for of in samples]
        )
    found = interval(value, by_draw)
    return f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


def _errors(on: Task, shares: Scores) -> str:
    return " / ".join(f"{100 * error:+.1f}" for error in prevalence_errors(on.codes, shares))


def _levels() -> str:
    rows = _news_rows()
    told = []
    for name, way in WAYS.items():
        means = USUAL_CURVE.probability(rows.evidence(0, way, _curve(way))).mean(axis=0)
        told.append(f"{name} {' / '.join(f'{100 * mean:.1f}' for mean in means)}")
    return "; ".join(told)


def _further() -> Iterator[str]:
    keys = [key for key in DRAWN_FROM if is_here(key)]
    if len(keys) < 2:
        return
    yield (
        "A third kind of evidence n, standardised over the rows and 0 below their mean: (a √r + "
        "b h + c n)². Macro ROC AUC of each corpus by weights drawn from the others, first block, "
        "and the weights drawn from all. At best: the greatest mean AUC with a and b in use and c "
        f"one of {', '.join(map(str, FORCED))}, chosen after seeing it."
    )
    yield ""
    yield f"| third evidence | {' | '.join(keys)} | mean | a, b, c | at best |"
    yield f"|---|{'---:|' * (len(keys) + 1)}---|---|"
    for name, further in {"none": None, **FURTHER}.items():
        found = {key: _kinds(task(key), further) for key in keys}
        areas = [_by_others(found, key)[0] for key in keys]
        drawn = ", ".join(f"{weight:.2f}" for weight in _drawn(found, keys))
        shown = " | ".join(f"{area:.4f}" for area in areas)
        best = _at_best(found) if further else "–"
        yield f"| {name} | {shown} | {np.mean(areas):.4f} | {drawn} | {best} |"


def _at_best(found: dict[str, list[Scores]]) -> str:
    """The greatest mean area over corpora by a forced weight, less that without, and the areas."""
    by_weight = {c: [_by_weight(found, key, c) for key in found] for c in (0.0, *FORCED)}
    best = max(FORCED, key=lambda c: np.mean(by_weight[c]))
    gain = np.mean(by_weight[best]) - np.mean(by_weight[0.0])
    shown = " / ".join(f"{area:.4f}" for area in by_weight[best])
    return f"{gain:+.4f} (c {best}: {shown})"


def _by_weight(found: dict[str, list[Scores]], key: str, c: float) -> float:
    weights = np.array([USUAL_CURVE.seeds, USUAL_CURVE.topics, c])
    return macro(task(key).codes, task(key).of_units(_probability(found[key], weights)))


def _forms() -> Iterator[str]:
    keys = [key for key in DRAWN_FROM if is_here(key)]
    if len(keys) < 2:
        return
    yield (
        "Other forms of the context: the odds times m^p / (m^p + half^p), with m of the row's "
        "topics or of its own words. Macro ROC AUC by weights drawn from the other corpora, first "
        "block, balanced; the loss is the mean negative log likelihood of the codes by these "
        "weights. By the curve in use: mean share of root causes in general news, and in the UN "
        "speeches among the coded passages beside their coded share, in per cent, with the AUC "
        "within these."
    )
    yield ""
    yield f"| m of | p | half | {' | '.join(keys)} | mean loss | news | UN |"
    yield f"|---|---:|---:|{'---:|' * (len(keys) + 3)}"
    losses, scored = {}, {}
    for form in FORMS:
        found = {key: _in_form(_rows(key), form) for key in keys}
        by_others = {key: _by_others(found, key) for key in keys}
        losses[form] = {key: loss for key, (_, loss) in by_others.items()}
        scored[form] = {key: area for key, (area, _) in by_others.items()}
        shown = " | ".join(f"{scored[form][key]:.4f}" for key in keys)
        mean = np.mean(list(losses[form].values()))
        levels = f"{_news(form)} | {_united_nations(form)}"
        yield f"| {form[0]} | {form[1]} | {form[2]} | {shown} | {mean:.4f} | {levels} |"
    yield ""
    chosen = {
        key: min(FORMS, key=lambda form: sum(losses[form][k] for k in keys if k != key))
        for key in keys
    }
    told = "; ".join(
        f"{key} {' '.join(map(str, form))}: {scored[form][key]:.4f}" for key, form in chosen.items()
    )
    yield f"The form with the least loss on the other corpora, and what it does on each: {told}."


def _in_form(rows: Rows, form: tuple[str, int, float]) -> list[Scores]:
    of, power, half = form
    part = rows.own if of == "row" else rows.contexts[:STARTS].mean(axis=0)
    odds = part**power / (part**power + half**power) if power else np.ones_like(part)
    factor = np.where([bool(theme.context) for theme in pack()], np.sqrt(odds), 1.0)
    return [factor * kind for kind in rows.kinds(0, (1, 0, 1))]


def _news(form: tuple[str, int, float]) -> str:
    if not is_here("news"):
        return "–"
    curve = np.array([USUAL_CURVE.seeds, USUAL_CURVE.topics])
    return f"{100 * _probability(_in_form(_news_rows(), form), curve)[:, 0].mean():.1f}"


def _united_nations(form: tuple[str, int, float]) -> str:
    if not is_here("mixed"):
        return "–"
    on = task("mixed")
    curve = np.array([USUAL_CURVE.seeds, USUAL_CURVE.topics])
    sources = on.passages.table["source"].to_numpy()[on.coded]
    shares = on.of_units(_probability(_in_form(_rows("mixed"), form), curve))[sources == "un", :1]
    codes = on.codes[sources == "un", :1]
    return f"{100 * shares.mean():.0f} / {100 * codes.mean():.0f}, {macro(codes, shares):.2f}"


@cache
def _news_rows() -> Rows:
    news = pd.read_parquet(SHARED / "octis_bbc_news.parquet")["text"]
    return rows_of(count(corpus_of(news)), STARTS)


def _kinds(on: Task, further: Callable[[Task], Scores] | None) -> list[Scores]:
    """Each kind of evidence of the coded units' rows, laid out by unit (see `_of_units`)."""
    kinds = [*_rows(on.key).kinds(0, WAYS["by topics"])]
    if further is not None:
        kinds.append(np.maximum(standardised(further(on)), 0.0))
    return kinds


def _by_others(found: dict[str, list[Scores]], key: str) -> tuple[float, float]:
    """Macro area and loss of a corpus by the weights drawn from the others."""
    weights = _drawn(found, [other for other in found if other != key])
    on = task(key)
    area = macro(on.codes, on.of_units(_probability(found[key], weights)))
    return area, _loss(weights, [_of_units(on, found[key])])


def _drawn(found: dict[str, list[Scores]], keys: list[str]) -> NDArray[np.float64]:
    """Weights with the greatest likelihood of the codes of these corpora, each counting alike."""
    coded = [_of_units(task(key), found[key]) for key in keys]
    first = [6.0, 3.0, 0.3][: len(coded[0][0])]
    options = {"xatol": 1e-3, "fatol": 1e-7, "maxiter": 4000}
    return np.abs(minimize(_loss, first, (coded,), method="Nelder-Mead", options=options).x)


def _loss(weights: NDArray[np.float64], corpora: list[Laid]) -> float:
    """Mean negative log likelihood of the codes, summed over corpora."""
    total = 0.0
    for kinds, codes, firsts in corpora:
        rows = _probability(kinds, np.abs(weights))
        chances = np.clip(np.maximum.reduceat(rows, firsts, axis=0), 1e-4, 1 - 1e-4)
        total -= np.where(codes == 1, np.log(chances), np.log(1 - chances)).mean()
    return total


def _of_units(on: Task, kinds: list[Scores]) -> Laid:
    """The rows of coded units in the order of the units, their codes, and each unit's first row."""
    rows = np.flatnonzero(np.isin(on.unit_of, on.coded))
    rows = rows[np.argsort(on.unit_of[rows], kind="stable")]
    firsts = np.flatnonzero(np.diff(on.unit_of[rows], prepend=-1))
    order = np.argsort(on.coded, kind="stable")
    return [kind[rows] for kind in kinds], on.codes[order], firsts


def _probability(kinds: list[Scores], weights: NDArray[np.float64]) -> Scores:
    parts = zip(kinds, weights, strict=True)
    return USUAL_CURVE.probability(np.sum([weight * kind for kind, weight in parts], axis=0))


def _company(on: Task, *, with_seeds: bool = True) -> Scores:
    """Log-odds of terms in marked and unmarked rows that are certain, over a row's terms."""
    present = (on.matrix.counts > 0).astype(np.int64)
    found = np.empty((present.shape[0], len(pack())))
    for theme in range(found.shape[1]):
        positive, negative = marked(hits(on), theme, 2.0)
        one, other = (np.asarray(present[of].sum(axis=0)).ravel() for of in (positive, negative))
        odds, z = weighted_log_odds(one, int(one.sum()), other, int(other.sum()))
        weights = np.where(z >= _LEAST_Z, np.clip(odds, 0.0, 3.0), 0.0)
        if not with_seeds:
            weights[seeds(on)[:, theme] > 0] = 0.0
        found[:, theme] = _mean_weight(present, weights)
    return found


def _mean_weight(present: csr_array, weights: NDArray[np.float64]) -> Scores:
    n_terms = np.asarray(present.sum(axis=1)).ravel()
    return np.asarray((present @ weights).T / (n_terms + 20)).T


def _by_token_idf(on: Task) -> Scores:
    """Seeds weighted by their inverse document frequency, over tokens and 30 more; the root."""
    counts = on.matrix.counts
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + n_with)) + 1.0
    return np.sqrt(seed_rates(counts, tokens(on), seeds(on) * idf[:, np.newaxis]))


FURTHER: dict[str, Callable[[Task], Scores]] = {
    "words in company of seeds, log ratio (N)": positive_words,
    "the same, log-odds with z ≥ 1.96": _company,
    "the same, without the seeds themselves": lambda on: _company(on, with_seeds=False),
    "classifier of seed-marked passages (P)": marked_classifier,
    "seeds by inverse document frequency": _by_token_idf,
}


if __name__ == "__main__":
    main()
