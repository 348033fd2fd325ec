"""How far do theme shares move when only the model's seed changes?

`fit_themes` with its usual settings, each time from other starts; the shares of the whole text and
of its sources.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray
from page import add_write, printed_into
from theme_starts import usual_shares
from theme_tasks import THEMES, Scores, Task, is_here, task

from topoi.measures.theme_fit import usual_starts

CORPORA = ("white_house", "sample")
SEEDS = 10
_FEWEST = 50  # passages of a source that is ranked


def main() -> None:
    """Print a table for the corpora that are here."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    page = parser.parse_args().write
    with printed_into(page, "stability", is_markdown=True):
        print(
            f"{SEEDS} model seeds. Share: of the text, mean over seeds, in per cent. Rankings: how "
            f"many orders of the sources with {_FEWEST} passages and more the seeds gave; widest "
            "swap: how far apart, in the mean over seeds, the two sources are that changed places "
            "and are farthest apart, in points."
        )
        print()
        print("| corpus | theme | share | sd, points | range, points | rankings | widest swap |")
        print("|---|---|---:|---:|---:|---:|---:|")
        for key in filter(is_here, CORPORA):
            _print_rows(task(key))


def _print_rows(on: Task) -> None:
    sources = _sources(on)
    of_text, of_sources = [], []
    for seed in range(SEEDS):
        shares = usual_shares(on.matrix, first=seed * usual_starts(len(on.matrix.units)))
        of_text.append(_share(on, shares, np.ones(len(shares), dtype=bool)))
        of_sources.append([_share(on, shares, rows) for rows in sources.values()])
    corpus, by_source = np.array(of_text), np.array(of_sources)
    for theme, name in enumerate(THEMES):
        values, sharing = 100 * corpus[:, theme], by_source[:, :, theme]
        print(
            f"| {on.key}, {len(sources)} sources | {name} | {values.mean():.1f} "
            f"| {values.std(ddof=1):.2f} | {np.ptp(values):.2f} "
            f"| {n_rankings(sharing)} | {_points(widest_swap(sharing))} |"
        )


def n_rankings(shares: Scores) -> int:
    """How many orders of the columns (sources) the rows (seeds) have."""
    return len({tuple(order) for order in np.argsort(-shares, axis=1, kind="stable")})


def widest_swap(shares: Scores) -> float | None:
    """The largest mean distance of two columns that are not in the same order in all rows."""
    gaps = shares[:, :, np.newaxis] - shares[:, np.newaxis, :]
    is_swapped = (gaps > 0).any(axis=0) & (gaps < 0).any(axis=0)
    return float(np.abs(gaps.mean(axis=0))[is_swapped].max()) if is_swapped.any() else None


def _points(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.2f}"


def _sources(on: Task) -> dict[str, NDArray[np.bool_]]:
    """Which rows each source has."""
    column = on.matrix.units["source"]
    sizes = column.value_counts()
    return {name: (column == name).to_numpy() for name in sorted(sizes.index[sizes >= _FEWEST])}


def _share(on: Task, shares: Scores, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean share of each theme, by tokens."""
    n_tokens = on.matrix.units["n_tokens"].to_numpy(dtype=np.float64)
    return np.average(shares[rows], axis=0, weights=n_tokens[rows])


if __name__ == "__main__":
    main()
