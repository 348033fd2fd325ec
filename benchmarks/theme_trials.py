"""What do contexts, the balance of themes and further evidence do to the agreement with codes?

Starts of the model are fitted once and what was tried is measured on all of them, so that two ways
differ by nothing but themselves; several blocks of starts tell what hangs on the random numbers.
`make bench-themes` writes the tables into docs/benchmarks-themes.md.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from corpora import CACHE, SHARED
from numpy.typing import NDArray
from page import add_write, printed_into
from scipy.optimize import minimize
from scipy.sparse import csr_array
from theme_counting import hits, marked, marked_classifier, positive_words, seeds, tokens
from theme_methods import own_source
from theme_scores import draws, interval, macro, macro_by_draw, precision, prevalence_errors
from theme_tasks import Scores, Task, corpus_of, count, is_here, pack, standardised, task

import topoi
from topoi.fit import counts_hash
from topoi.measures.log_odds import weighted_log_odds
from topoi.measures.theme_context import context_factor, context_terms
from topoi.measures.theme_curve import USUAL_CURVE
from topoi.measures.theme_evidence import about, balanced, seed_rates, seed_weights
from topoi.measures.theme_fit import usual_topics
from topoi.measures.theme_parts import StartTopics, context_parts, row_topics

STARTS = 8
BLOCKS = {"bills": 12, "bills_text": 4, "white_house": 6, "mixed": 3, "sample": 12}
HELD_OUT_BLOCKS = {"held_out": 3}
DRAWN_FROM = ("bills", "white_house", "mixed", "sample")  # as the curve
FORCED = (0.05, 0.1, 0.2, 0.4)
HALVES = (0.002, 0.004, 0.006, 0.008, 0.012)
WAYS = {"neither": (0, 0), "balance": (1, 0), "context": (0, 1), "both": (1, 1)}
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
    """What speaks for each theme in R rows: `rates` (R, 3), and of S starts `parts`, (S, 2, R, 3),
    by seeds as they are and balanced, and `contexts` (S, R, 3); `own` (R, 3) are the rates of words
    of the contexts in the rows themselves.
    """

    rates: Scores
    own: Scores
    parts: NDArray[np.float64]
    contexts: NDArray[np.float64]

    def evidence(self, block: int, way: tuple[int, int], weights: tuple[float, float]) -> Scores:
        """Evidence (R, 3) of a block of starts; `way` is whether balanced, whether in context."""
        seeds_alone, topics_alone = self.kinds(block, way)
        return weights[0] * seeds_alone + weights[1] * topics_alone

    def kinds(self, block: int, way: tuple[int, int]) -> tuple[Scores, Scores]:
        """Root of the rate and part in topics, both times what the context leaves."""
        of = slice(block * STARTS, (block + 1) * STARTS)
        factor = context_factor(self.contexts[of].mean(axis=0), pack()) if way[1] else 1.0
        return factor * np.sqrt(self.rates), factor * self.parts[of, way[0]].mean(axis=0)


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


def rows_of(matrix: topoi.DocTermMatrix, n_starts: int) -> Rows:
    """The evidence of each start; a start that was fitted before is read from runs/."""
    terms = matrix.vocabulary.terms
    weights = seed_weights(pack(), terms)
    n_tokens = matrix.units["n_tokens"].to_numpy(dtype=np.float64)
    found = [_of_start(matrix, number) for number in range(n_starts)]
    parts, contexts = zip(*found, strict=True)
    rates, own = (
        seed_rates(matrix.counts, n_tokens, of) for of in (weights, context_terms(pack(), terms))
    )
    return Rows(rates, own, np.array(parts), np.array(contexts))


def _of_start(matrix: topoi.DocTermMatrix, number: int) -> tuple[Scores, Scores]:
    key = f"{counts_hash(matrix)} {own_source()} {number}"
    path = CACHE / "themes" / f"start-{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        parts, contexts = _measured(matrix, number)
        np.savez(path, parts=parts, contexts=contexts)
    with np.load(path) as kept:
        return kept["parts"], kept["contexts"]


def _measured(matrix: topoi.DocTermMatrix, number: int) -> tuple[Scores, Scores]:
    sizes = usual_topics(len(matrix.units))
    n_topics = sizes[number % len(sizes)]
    model = topoi.LDA(n_topics, init="clusters", draw_passes=0, random_state=number)
    fit = topoi.fit_topics(matrix, model)
    assert fit.document_prior is not None
    topics = row_topics(StartTopics(fit.topic_term, fit.document_prior), matrix.counts, 1)
    weights = seed_weights(pack(), matrix.vocabulary.terms)
    both = (weights, balanced(weights, matrix.vocabulary.term_freq))
    parts = np.array([topics @ about(fit.topic_term, of) for of in both])
    context = context_terms(pack(), matrix.vocabulary.terms)
    return parts, context_parts(topics, fit.topic_term, context)


@cache
def _rows(key: str) -> Rows:
    return rows_of(task(key).matrix, STARTS * (BLOCKS | HELD_OUT_BLOCKS)[key])


def _ways(blocks: dict[str, int] = BLOCKS) -> Iterator[str]:
    yield (
        "Macro ROC AUC of `fit_themes` without and with contexts and the balance of themes, all by "
        f"the curve in use; of blocks of {STARTS} starts mean (standard deviation; lowest to "
        "highest). The first block is that of the usual `random_state`. *Both less neither*: over "
        "blocks mean (standard deviation); of the first block with 95 % bootstrap percentiles over "
        "documents, of AUC and of average precision (AP). Last column: mean share less coded "
        "share, first block, in points, neither → both, root / border / legal."
    )
    yield ""
    names = " | ".join(WAYS)
    yield f"| corpus | blocks | {names} | both less neither | first block: AUC | AP | prevalence |"
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
    gain = areas["both"] - areas["neither"]
    cells = [
        f"{of.mean():.3f} ({of.std(ddof=1):.3f}; {of.min():.3f}–{of.max():.3f})"
        for of in areas.values()
    ]
    before, after = shares["neither"][0], shares["both"][0]
    levels = "–" if on.is_text.any() else f"{_errors(on, before)} → {_errors(on, after)}"
    gained = f"{gain.mean():+.4f} ({gain.std(ddof=1):.4f})"
    first = " | ".join(_gain(on, before, after, score) for score in (macro, precision))
    return f"| {key} | {len(n_blocks)} | {' | '.join(cells)} | {gained} | {first} | {levels} |"


def _coded(on: Task, block: int, way: tuple[int, int]) -> Scores:
    curve = (USUAL_CURVE.seeds, USUAL_CURVE.topics)
    return on.of_units(USUAL_CURVE.probability(_rows(on.key).evidence(block, way, curve)))


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
    curve = (USUAL_CURVE.seeds, USUAL_CURVE.topics)
    told = []
    for name, way in WAYS.items():
        means = USUAL_CURVE.probability(rows.evidence(0, way, curve)).mean(axis=0)
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
    return [factor * kind for kind in rows.kinds(0, WAYS["balance"])]


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
    kinds = [*_rows(on.key).kinds(0, WAYS["both"])]
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


def _second_round(on: Task) -> Scores:
    """Log ratios of terms by what the evidence of the first round says of each row."""
    curve = (USUAL_CURVE.seeds, USUAL_CURVE.topics)
    chances = USUAL_CURVE.probability(_rows(on.key).evidence(0, WAYS["both"], curve))
    present = csr_array(on.matrix.counts > 0, dtype=np.float64)
    one, other = (
        (np.asarray(present.T @ of) + 0.5) / (of.sum(axis=0) + 1) for of in (chances, 1 - chances)
    )
    return _mean_weight(present, np.clip(np.log(one / other), 0.0, 3.0))


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
    "N of a second round, passages by their evidence": _second_round,
    "classifier of seed-marked passages (P)": marked_classifier,
    "seeds by inverse document frequency": _by_token_idf,
}


if __name__ == "__main__":
    main()
