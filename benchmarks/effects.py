"""Do intervals of prevalence, contrasts and effects hold what they say? Simulated and real text.

Printed by `python benchmarks/effects.py`; `--part` selects, `--write docs/benchmarks-measures.md`
puts each part into that page. The simulations take some twenty minutes on one core.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from effects_real import gadarian, trends
from effects_simulation import (
    BASE,
    TIME,
    TREATMENT,
    World,
    matched,
    simulated,
)
from page import add_write, printed_into
from scipy.stats import t as student

import topoi

N_CORPORA, N_NULL = 210, 2000
N_WORLDS = 30
N_COMPOSED = 25  # as many draws as stm's estimateEffect takes
LEVEL = 0.95
FORMULA = "share ~ treatment + time"


def main() -> None:
    """Print the parts that are asked for."""
    parts = {
        "simulation": simulation, "overlap": overlap, "permutation": permutation,
        "gadarian": gadarian, "trends": trends,
    }  # fmt: skip
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    parser.add_argument("--part", choices=parts, nargs="*", default=list(parts))
    parser.add_argument("--corpora", type=int, default=N_CORPORA, help="of the simulation")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER",
        help="where each simulated corpus is kept, and taken from; several may then run at once",
    )  # fmt: skip
    parser.add_argument("--first", type=int, default=0, help="of the corpora, with --keep")
    parser.add_argument("--null", type=int, default=N_NULL, help="corpora without an effect")
    chosen = parser.parse_args()
    asked: dict[str, tuple[Any, ...]] = {
        "simulation": (range(chosen.first, chosen.corpora), chosen.keep),
        "overlap": (range(chosen.first, chosen.corpora), chosen.keep),
        "permutation": (chosen.null,),
    }
    for name in chosen.part:
        with printed_into(chosen.write, f"effects {name}", is_markdown=True):
            parts[name](*asked.get(name, ()))
        print()


# --- coverage -----------------------------------------------------------------------------------


def simulation(seeds: range, keep: Path | None) -> None:
    """Print how often intervals hold the known values."""
    warnings.simplefilter("ignore", topoi.TopoiWarning)
    print(
        "Simulated corpora: 80 speakers, half of them treated, with 4 speeches of 10 to some 60 "
        "words (22 on average) from 4 topics; known expected shares. How many of 100 intervals of "
        "95 % hold the known value, over the topics (± standard error over corpora); in brackets "
        "the slope of estimates on known values, where 1 is right and less is drawn towards 0."
    )
    print(f"\n{len(seeds)} corpora whose topics have no common words:\n")
    table = _table(seeds, 0.0, keep)
    _print_by(table, "method")
    ours = table.loc[table["method"] == next(iter(METHODS))]
    print("\nThe first line by topic, from the most to the least frequent:\n")
    _print_by(ours.assign(topic=ours["topic"] + 1), "topic")


def overlap(seeds: range, keep: Path | None) -> None:
    """Print the same where topics are hard to find."""
    warnings.simplefilter("ignore", topoi.TopoiWarning)
    some = [seed for seed in seeds if seed % 4 == 0]
    print(
        f"{len(some)} corpora as above, but each topic has a third of its words in common with the "
        "others, so that topics are found less well:\n"
    )
    table = _table(some, 0.33, keep)
    _print_by(table, "method")
    ours = table.loc[table["method"] == next(iter(METHODS))]
    print("\nThe first line by topic, from the most to the least frequent:\n")
    _print_by(ours.assign(topic=ours["topic"] + 1), "topic")


def _table(seeds: Sequence[int], overlap: float, keep: Path | None) -> pd.DataFrame:
    return pd.concat([_kept(seed, overlap, keep) for seed in seeds], ignore_index=True)


def _kept(seed: int, overlap: float, keep: Path | None) -> pd.DataFrame:
    """What was found in a corpus, from the folder if it is there."""
    if keep is None:
        return pd.DataFrame(_one_corpus(seed, overlap))
    file = keep / f"{overlap:g}-{seed}.parquet"
    if not file.exists():
        keep.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(_one_corpus(seed, overlap)).to_parquet(file)
    return pd.read_parquet(file)


def _print_by(table: pd.DataFrame, by: str) -> None:
    quantities = list(dict.fromkeys(table["quantity"]))
    print(f"| {by} | " + " | ".join(quantities) + " |")
    print("|---|" + "---:|" * len(quantities))
    for name, own in table.groupby(by, sort=False):
        cells = [_cell(own.loc[own["quantity"] == quantity]) for quantity in quantities]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _cell(own: pd.DataFrame) -> str:
    by_corpus = own.groupby("seed")["holds"].mean()
    error = by_corpus.std() / np.sqrt(len(by_corpus))
    told = f"{own['holds'].mean() * 100:.1f} ± {error * 100:.1f}"
    moving = own["known"] - own["known"].mean()
    if moving.abs().max() < 1e-9:
        return f"{told} ({(own['estimate'] - own['known']).mean() * 100:+.1f} points)"
    return f"{told} ({(moving * own['estimate']).sum() / (moving**2).sum():.2f})"


def _one_corpus(seed: int, overlap: float) -> Iterator[dict[str, Any]]:
    world = simulated(seed, overlap=overlap)
    fit = topoi.fit_topics(world.matrix, topoi.LDA(len(BASE), n_init=3, random_state=0))
    order = matched(fit, world)
    names = [fit.topic_names[k] for k in order]
    for method, measure in METHODS.items():
        for quantity, table in measure(fit, world, seed).items():
            found = table.set_index("name").loc[names]
            for topic, known in enumerate(KNOWN[quantity]):
                row = found.iloc[topic]
                yield {
                    "seed": seed, "method": method, "quantity": quantity, "topic": topic,
                    "known": known, "estimate": row["estimate"],
                    "holds": row["lower"] <= known <= row["upper"],
                }  # fmt: skip


KNOWN = {
    "prevalence, treated": BASE + 0.5 * TREATMENT,
    "prevalence, others": BASE - 0.5 * TREATMENT,
    "contrast of treatment": TREATMENT,
    "coefficient of time": TIME,
}


def _ours(fit: topoi.TopicFit, world: World, seed: int) -> dict[str, pd.DataFrame]:
    draws = topoi.share_draws(
        fit, world.matrix, given="treatment + time", clusters="speaker",
        n_worlds=N_WORLDS, random_state=seed,
    )  # fmt: skip
    shares = topoi.prevalence(draws, by="group", weigh="documents")
    return _four(
        shares.loc[shares["group"] == "b"],
        shares.loc[shares["group"] == "a"],
        topoi.contrasts(draws, FORMULA, of="treatment", family="logit"),
        topoi.effects(draws, FORMULA),
    )


def _plug_in(clusters: str | None) -> Callable[..., dict[str, pd.DataFrame]]:
    """Posterior means as if they were known shares."""

    def measure(fit: topoi.TopicFit, _: World, seed: int) -> dict[str, pd.DataFrame]:
        shares = topoi.prevalence(
            fit, by="group", weigh="documents", clusters=clusters, random_state=seed
        )
        return _four(
            shares.loc[shares["group"] == "b"],
            shares.loc[shares["group"] == "a"],
            topoi.contrasts(fit, FORMULA, of="treatment", family="logit", clusters=clusters),
            topoi.effects(fit, FORMULA, clusters=clusters),
        )

    return measure


def _composed(fit: topoi.TopicFit, world: World, seed: int) -> dict[str, pd.DataFrame]:
    """Least squares on draws with topics fixed and one prior, speeches as independent (HC1)."""
    draws = topoi.theta_draws(fit, world.matrix, n_draws=N_COMPOSED, random_state=seed)
    units = world.matrix.units
    treated = units["treatment"].to_numpy()
    ones = np.ones(len(units))
    groups = np.column_stack([1.0 - treated, treated])
    design = np.column_stack([ones, treated, units["time"].to_numpy()])
    others, of_treated = (_rubin(fit, groups, draws, place) for place in (0, 1))
    contrast, time = (_rubin(fit, design, draws, place) for place in (1, 2))
    return dict(zip(KNOWN, (of_treated, others, contrast, time), strict=True))


def _rubin(fit: topoi.TopicFit, x: np.ndarray, draws: np.ndarray, place: int) -> pd.DataFrame:
    """The coefficient of a column over the draws, pooled by Rubin's rules."""
    n, width = x.shape
    way = np.linalg.solve(x.T @ x, x.T)  # (P, n)
    estimates = np.einsum("pn,snk->spk", way, draws)
    rests = draws - np.einsum("np,spk->snk", x, estimates)
    within = n / (n - width) * np.einsum("n,snk->sk", way[place] ** 2, rests**2).mean(axis=0)
    own = estimates[:, place]
    error = np.sqrt(within + (1 + 1 / len(own)) * own.var(axis=0, ddof=1))
    reach, mean = student.ppf(0.5 + LEVEL / 2, n - width) * error, own.mean(axis=0)
    return pd.DataFrame(
        {"name": fit.topic_names, "estimate": mean, "lower": mean - reach, "upper": mean + reach}
    )


def _four(
    treated: pd.DataFrame, others: pd.DataFrame, contrast: pd.DataFrame, effects: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    time = effects.loc[effects["term"] == "time"]
    return dict(zip(KNOWN, (treated, others, contrast, time), strict=True))


METHODS: dict[str, Callable[..., dict[str, pd.DataFrame]]] = {
    "`share_draws`, 30 worlds, clusters": _ours,
    "plug-in of posterior means": _plug_in(None),
    "plug-in, clusters": _plug_in("speaker"),
    "draws, topics fixed, no clusters (as stm)": _composed,
}


# --- permutation test ---------------------------------------------------------------------------


def permutation(n_corpora: int) -> None:
    """Print how often the test finds an effect where there is none."""
    found: dict[str, list[Any]] = {"speaker": [], "doc_id": []}
    for seed in range(n_corpora):
        world = simulated(10_000 + seed, has_effect=False)
        fit = topoi.fit_topics(world.matrix, topoi.LDA(len(BASE), random_state=0))
        for unit, tables in found.items():
            tables.append(
                topoi.permutation_test(
                    fit, "treatment", unit=unit, n_permutations=199, random_state=seed
                )
            )
    print(
        f"{n_corpora} simulated corpora without an effect of treatment, which was dealt to "
        "speakers: how many of 100 tests have p ≤ 0.05 (± standard error), of each topic, and of "
        "the smallest p of all topics adjusted by step-down max-T.\n"
    )
    print("| dealt to | p_value of a topic | smallest p_max |")
    print("|---|---:|---:|")
    for unit, tables in found.items():
        own = np.array([(table["p_value"] <= 0.05).mean() for table in tables])
        least = np.array([table["p_max"].min() <= 0.05 for table in tables])
        label = "speakers, as assigned" if unit == "speaker" else "speeches, a known mistake"
        cells = [
            f"{part.mean() * 100:.1f} ± {part.std() / np.sqrt(n_corpora) * 100:.1f}"
            for part in (own, least)
        ]
        print(f"| {label} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
