"""Which other ways to take evidence from the same topics agree better with codes on every corpus?

Each way is judged on a corpus by the curve that is drawn from the codes of the others, on starts
that are fitted once. `make bench-themes` writes the tables into docs/benchmarks-themes.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from page import add_write, printed_into
from scipy.optimize import minimize
from theme_counting import seed_rates
from theme_scores import macro
from theme_starts import STARTS, laid_out, only, scored_rows, usual_start
from theme_tasks import Scores, Task, is_here, pack, task

import topoi
from topoi.measures.theme_context import context_factor
from topoi.measures.theme_curve import USUAL_CURVE
from topoi.measures.theme_evidence import about, rates_of
from topoi.measures.theme_marks import ThemeMarks, marks_of
from topoi.measures.theme_parts import StartTopics, context_parts, row_topics
from topoi.measures.theme_seeds import SeedTokens

BLOCKS = {"bills": 6, "bills_text": 2, "white_house": 3, "mixed": 1, "sample": 6}
DRAWN_FROM = ("bills", "white_house", "mixed", "sample")  # as the curve
LIKE = {"bills_text": "bills", "bills": "bills_text"}  # they share their codes
COUNTS = (2, 4, 8, 16, 32)  # of starts
OF_COUNTS = {"bills": 96, "sample": 96}  # starts in all

Parts = NDArray[np.float64]
About = Callable[[ThemeMarks, StartTopics], Parts]
Meant = Callable[[Parts], Parts]


@dataclass(frozen=True)
class Way:
    """`about` (K, T): how far topics are about themes; `meant`: how far seeds count, (N, T), by the
    parts of their topics about each theme; None counts them in full; `pool` is over starts.
    """

    about: About
    meant: Meant | None = None
    pool: Callable[[NDArray[np.float64]], Parts] = lambda parts: parts.mean(axis=0)


@dataclass(frozen=True, eq=False)
class Found:
    """Of the scored rows of a task and one start: topics (R, K) and the start."""

    topics: Parts
    start: StartTopics


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    with printed_into(parser.parse_args().write, "ways", is_markdown=True):
        for part in (_ways, _counts):
            for line in part():
                print(line, flush=True)
            print()


def _plain(marks: ThemeMarks, start: StartTopics) -> Parts:
    return about(start.topic_term, marks.balanced)


def _in_context(half: float) -> About:
    """Topics count for a theme as far as they speak of its context."""

    def found(marks: ThemeMarks, start: StartTopics) -> Parts:
        squares = (start.topic_term @ marks.context) ** 2
        left = squares / np.sqrt(squares**2 + half**4)
        return _plain(marks, start) * np.where([bool(t.context) for t in marks.themes], left, 1.0)

    return found


def _of_masses(change: Callable[[Parts], Parts], half: float = 0.02) -> About:
    """Another sum of the masses (K, V) of a theme's seeds in topics."""

    def found(marks: ThemeMarks, start: StartTopics) -> Parts:
        masses = [
            change(start.topic_term[:, of > 0] * of[of > 0]) for of in marks.balanced.T
        ]  # fmt: skip
        sums = np.stack(masses, axis=1)
        return sums / (sums.sum(axis=1, keepdims=True) + half)

    return found


def _beyond_prior(marks: ThemeMarks, start: StartTopics) -> Parts:
    """Without what each term has of a topic by its prior alone."""
    least = start.topic_term.min(axis=1, keepdims=True)
    return about(start.topic_term - least, marks.balanced)


def _half_of_others(own: Parts) -> Parts:
    return 0.5 * own + 0.5 * own.sum(axis=1, keepdims=True)


def _of_any(own: Parts) -> Parts:
    return np.repeat(own.sum(axis=1, keepdims=True), own.shape[1], axis=1)


def _several(mass: Parts) -> Parts:
    """Times n / (n + 1), n the number of seeds as spread evenly as these (inverse Simpson)."""
    total, squares = mass.sum(axis=1), (mass**2).sum(axis=1)
    n = total**2 / np.maximum(squares, 1e-30)
    return total * n / (n + 1)


WAYS = {
    "seeds in full (before)": Way(_plain),
    "seeds by topics of their theme": Way(_plain, lambda own: own),
    "seeds by topics of any theme": Way(_plain, _of_any),
    "of their theme, and half of others": Way(_plain, _half_of_others),
    "the same, topics in context, .003 **(in use)**": Way(_in_context(0.003), _half_of_others),
    "the same, .006": Way(_in_context(0.006), _half_of_others),
    "topics in context, .003, seeds in full": Way(_in_context(0.003)),
    "a seed at most .005 of a topic": Way(_of_masses(lambda m: (m * 0.005 / (m + 0.005)).sum(1))),
    "topics with several seeds for more": Way(_of_masses(_several)),
    "root of squares of seeds, half at .008": Way(
        _of_masses(lambda m: np.sqrt((m**2).sum(1)), 0.008)
    ),
    "seeds beyond the topics' prior": Way(_beyond_prior),
    "geometric mean over starts": Way(
        _plain, pool=lambda parts: np.exp(np.log(parts + 0.01).mean(axis=0)) - 0.01
    ),
    "median over starts": Way(_plain, pool=lambda parts: np.median(parts, axis=0)),
}


def _ways() -> Iterator[str]:
    keys = list(filter(is_here, BLOCKS))
    if len(keys) < 2:
        return
    yield (
        "Macro ROC AUC of each way less that of seeds in full, in ten-thousandths, by the curve "
        "drawn from the codes of the other corpora; mean over blocks of "
        f"{STARTS} starts ({', '.join(f'{key} {BLOCKS[key]}' for key in keys)}), in brackets the "
        "standard deviation. Last: mean over corpora, and the curve drawn from "
        f"{', '.join(DRAWN_FROM)}."
    )
    yield ""
    yield f"| way | {' | '.join(keys)} | mean | curve |"
    yield f"|---|{'---:|' * (len(keys) + 1)}---:|"
    before: dict[str, NDArray[np.float64]] = {}
    for name, way in WAYS.items():
        kinds = {key: [_kinds(key, way, block) for block in range(BLOCKS[key])] for key in keys}
        areas = {key: _areas(kinds, key) for key in keys}
        before = before or areas
        gains = {key: 1e4 * (areas[key] - before[key]) for key in keys}
        cells = [
            f"{areas[key].mean():.4f}" if areas is before else _shown(gains[key]) for key in keys
        ]
        mean = np.mean([areas[key].mean() for key in keys])
        last = (
            f"{mean:.4f}"
            if areas is before
            else f"{np.mean([g.mean() for g in gains.values()]):+.0f}"
        )
        seeds, topics = _drawn(kinds, [key for key in keys if key in DRAWN_FROM])
        yield f"| {name} | {' | '.join(cells)} | {last} | {seeds:.1f}, {topics:.1f} |"


def _shown(gains: NDArray[np.float64]) -> str:
    spread = f" ({gains.std(ddof=1):.0f})" if len(gains) > 1 else ""
    return f"{gains.mean():+.0f}{spread}"


def _areas(kinds: dict[str, list[list[Scores]]], key: str) -> NDArray[np.float64]:
    others = [k for k in kinds if k in DRAWN_FROM and k not in (key, LIKE.get(key))]
    weights = _drawn(kinds, others)
    on = task(key)
    return np.array([macro(on.codes, _of_units(on, _chances(of, weights))) for of in kinds[key]])


def _drawn(kinds: dict[str, list[list[Scores]]], keys: list[str]) -> NDArray[np.float64]:
    """Weights with the greatest likelihood of the codes of the first blocks of these corpora."""

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.0
        for key in keys:
            on = task(key)
            found = _of_units(on, _chances(kinds[key][0], np.abs(weights)))
            chances = np.clip(found, 1e-4, 1 - 1e-4)
            total -= np.where(on.codes == 1, np.log(chances), np.log(1 - chances)).mean()
        return total

    options = {"xatol": 1e-2, "fatol": 1e-5}
    return np.abs(minimize(loss, [8.0, 2.7], method="Nelder-Mead", options=options).x)


def _of_units(on: Task, scores: Scores) -> Scores:
    """`Task.of_units` of the scored rows; the greatest of a unit's rows at once."""
    rows = scored_rows(on)
    if on.is_text.any():
        return on.of_units(laid_out(scores, rows, len(on.unit_of)))
    order = np.argsort(on.unit_of[rows], kind="stable")
    units = on.unit_of[rows][order]
    firsts = np.flatnonzero(np.diff(units, prepend=-1))
    best = np.maximum.reduceat(scores[order], firsts, axis=0)
    return best[np.searchsorted(units[firsts], on.coded)]


def _chances(kinds: list[Scores], weights: NDArray[np.float64]) -> Scores:
    return USUAL_CURVE.probability(weights[0] * kinds[0] + weights[1] * kinds[1])


@cache
def _rows(key: str) -> tuple[topoi.DocTermMatrix, ThemeMarks, SeedTokens]:
    on = task(key)
    few, marks = only(on.matrix, scored_rows(on)), marks_of(pack(), on.matrix.vocabulary)
    return few, marks, SeedTokens(few.counts, marks.seeds)


@cache
def _start(key: str, number: int) -> Found:
    start = usual_start(task(key).matrix, number)
    return Found(row_topics(start, _rows(key)[0].counts, 1), start)


def _kinds(key: str, way: Way, block: int) -> list[Scores]:
    return _of_starts(key, way, range(block * STARTS, (block + 1) * STARTS))


def _of_starts(key: str, way: Way, numbers: range) -> list[Scores]:
    """Root of the rate and part in topics, (R, 3), both times what the context leaves."""
    few, marks, tokens = _rows(key)
    n_tokens = few.units["n_tokens"].to_numpy(dtype=np.float64)
    parts, contexts, own = [], [], np.zeros(tokens.weights.shape)
    for found in (_start(key, number) for number in numbers):
        of_topics = way.about(marks, found.start)
        parts.append(found.topics @ of_topics)
        contexts.append(context_parts(found.topics, found.start.topic_term, marks.context))
        if way.meant is not None:
            own += _own_parts(tokens, found, of_topics) / len(numbers)
    factor = context_factor(np.mean(contexts, axis=0), pack())
    if way.meant is None:
        rates = seed_rates(few.counts, n_tokens, marks.seeds)
    else:
        rates = rates_of(tokens.hits(way.meant(own)), n_tokens)
    return [factor * np.sqrt(rates), factor * way.pool(np.array(parts))]


def _own_parts(tokens: SeedTokens, found: Found, of_topics: Parts) -> Parts:
    """The part of each seed's topics in its row that is about each theme, (N, T)."""
    drawn = found.topics[tokens.rows] * found.start.topic_term.T[tokens.columns]
    return drawn @ of_topics / np.maximum(drawn.sum(axis=1, keepdims=True), 1e-300)


def _counts() -> Iterator[str]:
    keys = list(filter(is_here, OF_COUNTS))
    yield (
        "Macro ROC AUC by the number of starts, mean over blocks (standard deviation); half of the "
        "starts with few topics and half with many, as `fit_themes` takes them; the curve in use."
    )
    yield ""
    yield f"| corpus | {' | '.join(f'{n} starts' for n in COUNTS)} |"
    yield f"|---|{'---:|' * len(COUNTS)}"
    way = WAYS["the same, topics in context, .003 **(in use)**"]
    weights = np.array([USUAL_CURVE.seeds, USUAL_CURVE.topics])
    for key in keys:
        on, cells = task(key), []
        for n in COUNTS:
            firsts = range(0, OF_COUNTS[key] - n + 1, n)
            blocks = [_of_starts(key, way, range(first, first + n)) for first in firsts]
            areas = [macro(on.codes, _of_units(on, _chances(of, weights))) for of in blocks]
            cells.append(f"{np.mean(areas):.4f} ({np.std(areas, ddof=1):.4f})")
        yield f"| {key} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
