"""What few codes are worth: curves from share to probability, and prevalence with intervals.

Three parts: `curves` (real codes), `simulated` and `real` (prevalence); all, or the one named.
The bundled corpus is always there; the other two only where the folder ../shared/data is.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from curves import CURVES
from label_draws import POPULATIONS, coded, corrections
from numpy.typing import NDArray
from page import write_part
from theme_starts import usual_shares
from theme_tasks import THEMES, is_here, task

Floats = NDArray[np.float64]

CODES = (20, 50, 100)
CORPORA = ("sample", "white_house", "bills")
FEWEST_LEFT = 50  # coded rows that a draw must leave: to judge a curve by, and to correct for


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=list(PARTS), help="one part alone")
    parser.add_argument("--draws", type=int, help="draws of the passages to code")
    parser.add_argument("--write", type=Path, help="the page to write the tables into")
    given = parser.parse_args()
    for name in [given.part] if given.part else list(PARTS):
        part, draws = PARTS[name]
        lines = list(part(given.draws or draws))
        print("\n".join(lines), flush=True)
        if given.write:
            write_part(given.write, name, lines)


@cache
def _coded_rows() -> tuple[tuple[str, str, Floats, Floats, Floats, NDArray[np.int64]], ...]:
    """Corpus, theme, shares of all rows, and share, code and document of each coded row."""
    found = []
    for key in filter(is_here, CORPORA):
        on = task(key)
        shares = usual_shares(on.matrix)
        of_units = on.of_units(shares)
        for number, theme in enumerate(THEMES):
            codes = on.codes[:, number].astype(np.float64)
            corpus = on.title.split(":")[0]
            found.append(
                (corpus, theme, shares[:, number], of_units[:, number], codes, on.clusters)
            )
    return tuple(found)


def _curves(draws: int) -> Iterator[str]:
    yield (
        f"Mean log loss (nats) of probabilities for the coded passages that were left, {draws} "
        f"draws of the passages to code; mean over themes and corpora, in brackets over each "
        "corpus. A corpus takes part where 50 coded passages are left."
    )
    yield ""
    yield "| curve | 20 codes | 50 codes | 100 codes |"
    yield "|---|---:|---:|---:|"
    for name, (change, learn) in CURVES.items():
        cells = []
        for n in CODES:
            losses = defaultdict(list)
            for corpus, _, every, shares, codes, _ in _coded_rows():
                if len(codes) < n + FEWEST_LEFT:
                    continue
                both = change(np.concatenate([shares, every]))[: len(shares)]
                for draw in range(draws):
                    order = np.random.default_rng([draw, n]).permutation(len(codes))
                    seen, left = order[:n], order[n:]
                    chances = np.clip(learn(both[seen], codes[seen])(both[left]), 1e-6, 1 - 1e-6)
                    chosen = np.where(codes[left] > 0, chances, 1.0 - chances)
                    losses[corpus].append(-np.log(chosen).mean())
            means = [float(np.mean(values)) for values in losses.values()]
            each = " ".join(f"{mean:.3f}" for mean in means)
            cells.append(f"{np.mean(means):.3f} ({each})")
        yield f"| {name} | {' | '.join(cells)} |"


def _simulated(draws: int) -> Iterator[str]:
    yield (
        f"Coverage of 95 % intervals for the share of 1,500 passages, in per cent ({draws} draws: "
        f"standard error {100 * np.sqrt(0.95 * 0.05 / draws):.1f}), then mean absolute error and "
        "mean width in points (hundredths)."
    )
    yield ""
    yield "| passages | way | 20 codes | 50 codes | 100 codes |"
    yield "|---|---|---:|---:|---:|"
    for name, (make, draw_codes) in POPULATIONS.items():
        cells = defaultdict(list)
        for n in CODES:
            found = defaultdict(list)
            for draw in range(draws):
                rng = np.random.default_rng([draw, n, 2])
                population = make(rng)
                for way, interval in corrections(draw_codes(rng, population, n), rng).items():
                    found[way].append(_judged(interval, float(population[1].mean())))
            for way, judged in found.items():
                cells[way].append(_cell(judged))
        for way, shown in cells.items():
            yield f"| {name} | {way} | {' | '.join(shown)} |"


def _real(draws: int) -> Iterator[str]:
    yield (
        f"The coded passages are the whole corpus, so the truth is known; {draws} draws of those "
        "whose codes are shown, evenly. Mean over the three themes of coverage in per cent, mean "
        "absolute error, draws with an error of at most 5 points in per cent, and mean width in "
        "points. *Mean share* is what `prevalence` would give "
        "for passages of one length."
    )
    yield ""
    yield "| corpus | way | 20 codes | 50 codes | 100 codes |"
    yield "|---|---|---:|---:|---:|"
    for corpus in dict.fromkeys(row[0] for row in _coded_rows()):
        cells = defaultdict(list)
        for n in CODES:
            found = defaultdict(list)
            for name, _, _, shares, codes, documents in _coded_rows():
                if name != corpus or len(codes) < n + FEWEST_LEFT:
                    continue
                population = (shares, codes, documents)
                mean = float(shares.mean())
                found["mean share"].append(_judged((mean, np.nan, np.nan), float(codes.mean())))
                for draw in range(draws):
                    rng = np.random.default_rng([draw, n, 3])
                    rows = np.sort(rng.permutation(len(codes))[:n])
                    ways = corrections(coded(population, rows, np.ones(n)), rng)
                    for way, interval in ways.items():
                        found[way].append(_judged(interval, float(codes.mean())))
            for way in found or cells:
                cells[way].append(_cell(found[way], with_close=True) if found else "–")
        for way, shown in cells.items():
            yield f"| {corpus} | {way} | {' | '.join(shown)} |"


def _judged(interval: tuple[float, float, float], truth: float) -> tuple[bool, float, bool, float]:
    estimate, lower, upper = interval
    inside = lower - 1e-12 <= truth <= upper + 1e-12
    error = abs(estimate - truth)
    return inside, error, error <= 0.05, min(upper, 1.0) - max(lower, 0.0)


def _cell(judged: list[tuple[bool, float, bool, float]], *, with_close: bool = False) -> str:
    covered, error, close, width = np.array(judged, dtype=np.float64).mean(axis=0)
    if np.isnan(width):
        return f"– · {100 * error:.1f} · – · –"
    within = f" · {100 * close:.0f}" if with_close else ""
    return f"{100 * covered:.0f} · {100 * error:.1f}{within} · {100 * width:.0f}"


PARTS = {"curves": (_curves, 25), "simulated": (_simulated, 200), "real": (_real, 100)}


if __name__ == "__main__":
    main()
