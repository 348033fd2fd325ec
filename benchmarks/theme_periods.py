"""Does what was learned of 2021–22 hold for 2023–24?

White House text. Topics are fitted to the paragraphs of 2021–22 alone, and the coded passages of
2023–24 measured by them; beside it those of a fit to all years. Then the curve is drawn from the
codes of 2021–22.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from page import add_write, printed_into
from theme_counting import seed_rate
from theme_curve import Evidence, drawn_from, evidence, probabilities
from theme_own import wide
from theme_scores import areas, prevalence_errors
from theme_starts import usual_fit
from theme_tasks import Scores, corpus_of, count, is_here, pack, task, white_house_texts

import topoi
from topoi.measures.theme_curve import USUAL_CURVE

_NEW = 2023


def main() -> None:
    """Print the table of the later passages."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    page = parser.parse_args().write
    if not is_here("white_house"):
        print("the White House text is not on this machine")
        return
    with printed_into(page, "periods", is_markdown=True):
        _print_table()


def _print_table() -> None:
    on = task("white_house")
    table = white_house_texts()
    is_new = (table["date"].str[:4].astype(int) >= _NEW).to_numpy()[on.coded]
    of = evidence(on)
    old = Evidence(of.rates[~is_new], of.parts[~is_new], of.codes[~is_new])
    scores = {
        "seed words per word": seed_rate(on)[on.coded][is_new],
        "topics and words of all years": probabilities(USUAL_CURVE, of)[is_new],
        "topics and words of 2021–22": _by_old_topics(table)[on.coded][is_new],
        "topics of all years, curve of the codes of 2021–22": probabilities(drawn_from([old]), of)[
            is_new
        ],
    }
    codes = on.codes[is_new]
    print(f"{len(codes)} coded passages of 2023–24; prevalence is mean share less coded share.")
    print()
    print("| measured by | root | border | legal | macro AUC | prevalence, points |")
    print("|---|---:|---:|---:|---:|---:|")
    for label, found in scores.items():
        print(_row(label, codes, found))


def _by_old_topics(table: pd.DataFrame) -> Scores:
    """Shares of all rows by topics that were fitted to those of 2021–22, with their terms."""
    is_old = table["date"].str[:4].astype(int) < _NEW
    matrix = count(corpus_of(table["text"][is_old]))
    fit = usual_fit(matrix)
    rows = corpus_of(table["text"])
    counts = topoi.vectorise(rows, themes=pack(), vocabulary=matrix.vocabulary)
    return wide(topoi.share_themes(fit, counts, n_draws=0))


def _row(label: str, codes: NDArray[np.int64], found: Scores) -> str:
    each = areas(codes, found)
    shown = " | ".join(f"{area:.3f}" for area in each)
    errors = 100 * prevalence_errors(codes, found)
    points = "–" if label.startswith("seed") else " / ".join(f"{error:+.1f}" for error in errors)
    return f"| {label} | {shown} | {each.mean():.3f} | {points} |"


if __name__ == "__main__":
    main()
