"""What LDA gains by where it begins: perplexity, coherence, diversity and passes of each start.

    python benchmarks/starts.py [--corpus bbc ap poliblog] [--k 20 50] [--seeds 0 1 2]

Corpora, held-out halves and scores are those of `engine.py`; unasked, of the development corpora.
One row for each corpus, number of topics and start, means over seeds; below, how far each start
lies from the plain clusters with the same seed, with the standard error over all fits.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from statistics import fmean, stdev

from corpora import DEVELOPMENT, NAMES, Corpus, default_corpora, load_corpus
from scorer import score

import topoi

PLAIN = "clusters"
MEASURES = ("perplexity", "npmi", "diversity", "passes")
Fit = dict[str, float]


def main() -> None:
    """Print the table, and the changes that it comes to."""
    options = _options()
    starts = [PLAIN, *options.start]
    print(f"| corpus | topics | start | {' | '.join(MEASURES)} |")
    print("|---|---:|---|---:|---:|---:|---:|")
    found: dict[str, list[Fit]] = {start: [] for start in starts}
    for name in default_corpora(options.corpus):
        corpus = load_corpus(name)
        for k in options.k:
            for start in starts:
                fits = [_fit(corpus, k, start, seed) for seed in options.seeds]
                found[start] += fits
                print(f"| {name} | {k} | {start} | {_means(fits)} |", flush=True)
    print()
    for start in options.start:
        print("; ".join(_changes(start, found[start], found[PLAIN])))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", nargs="+", choices=NAMES, default=list(DEVELOPMENT))
    parser.add_argument("--k", nargs="+", type=int, default=[20, 50], help="numbers of topics")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--start", nargs="+", choices=("joined", "random"), default=["joined"])
    return parser.parse_args()


def _fit(corpus: Corpus, k: int, start: str, seed: int) -> Fit:
    model = topoi.LDA(k, init=start, random_state=seed).fit(corpus.train)
    scores = score(corpus, model.components_, model.alpha_)
    values = (scores.perplexity, scores.npmi, scores.diversity, float(model.n_iter_))
    return dict(zip(MEASURES, values, strict=True))


def _means(fits: list[Fit]) -> str:
    means = (fmean(fit[measure] for fit in fits) for measure in MEASURES)
    shown = ("{:.0f}", "{:.3f}", "{:.2f}", "{:.0f}")
    return " | ".join(form.format(mean) for form, mean in zip(shown, means, strict=True))


def _changes(start: str, fits: list[Fit], plain: list[Fit]) -> Iterator[str]:
    """The mean change of each measure: a share of perplexity and passes, else a difference."""
    yield f"{start}, {len(fits)} fits"
    pairs = list(zip(fits, plain, strict=True))
    for measure in MEASURES:
        if measure in ("perplexity", "passes"):
            values, form = [new[measure] / old[measure] - 1.0 for new, old in pairs], "+.2%"
        else:
            values, form = [new[measure] - old[measure] for new, old in pairs], "+.4f"
        error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
        yield f"{measure} {fmean(values):{form}} ± {error:{form[1:]}}"


if __name__ == "__main__":
    main()
