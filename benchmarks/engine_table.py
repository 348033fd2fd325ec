"""What the measurements of the engine say beside those of its peers, as Markdown.

A figure is the median over seeds and repeats, with the least and the
greatest in brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import results
from engine import KEY
from peers import PEERS
from results import Record

TITLES = {
    "im": "UK newspaper articles on immigration, 2014",
    "sotu": "State of the Union, paragraphs",
    "news20": "20 Newsgroups",
    "wh": "White House briefing room, 2021–2025",
    "bbc": "BBC news (development)",
    "poliblog": "Political blogs, 2008 (development)",
    "ap": "Associated Press (development)",
    "federal": "Federal Register, 2025",
    "sample": "Bundled corpus",
}
Round = tuple[int, int]  # seed and repeat


@dataclass(frozen=True, eq=False)
class Comparison:
    """The measurements of one corpus and number of topics on one processor.

    By engine and then by round.
    """

    corpus: str
    k: int
    processor: str
    rounds: dict[str, dict[Round, Record]]

    @property
    def has_peers(self) -> bool:
        """Whether any package but topoi was measured."""
        return not set(self.rounds).isdisjoint(PEERS)


def lines(records: list[Record]) -> Iterator[str]:
    """What all tables come to, and one for each corpus, number of topics and processor.

    Measurements without peers are left out where another processor has some with peers.
    """
    found = comparisons(records)
    with_peers = {(one.corpus, one.k) for one in found if one.has_peers}
    found = [one for one in found if one.has_peers or (one.corpus, one.k) not in with_peers]
    yield from _summary_lines(found)
    yield from _short_lines([one for one in found if one.has_peers])
    for comparison in found:
        yield f"### {TITLES[comparison.corpus]}, {comparison.k} topics"
        yield ""
        yield f"On {comparison.processor}:"
        yield ""
        yield from _comparison_lines(comparison)
        yield ""
    yield _versions_line(records)


def comparisons(records: list[Record]) -> list[Comparison]:
    """The last measurement of each key, gathered by corpus, number of topics and processor.

    Seconds of one processor are never set beside those of another.
    """
    found: dict[tuple[str, int, str], Comparison] = {}
    for record in results.latest(records, KEY).values():
        place = (record["corpus"], record["k"], record["processor"])
        comparison = found.setdefault(place, Comparison(*place, {}))
        by_round = comparison.rounds.setdefault(record["engine"], {})
        by_round[record["seed"], record["repeat"]] = record
    return sorted(found.values(), key=_place)


def _place(comparison: Comparison) -> tuple[int, int, str]:
    return list(TITLES).index(comparison.corpus), comparison.k, comparison.processor


def seconds_to_reach(product: Record, is_reached: Callable[[Record], bool]) -> float | None:
    """Seconds of the product's first fit of the schedule, or of its own stop, that is so good."""
    for point in [*product["points"], product]:
        if is_reached(point):
            return float(point["seconds"])
    return None


def ratios(
    product: dict[Round, Record], peer: dict[Round, Record], criterion: str
) -> list[float | None]:
    """Peer's seconds over the product's to be as good, for each round both have; None: never."""
    found: list[float | None] = []
    for place, record in peer.items():
        if place in product and "failed" not in record and "failed" not in product[place]:
            reached = seconds_to_reach(product[place], _as_good_as(record, criterion))
            found.append(None if reached is None else record["seconds"] / reached)
    return found


def _as_good_as(peer: Record, criterion: str) -> Callable[[Record], bool]:
    def is_reached(point: Record) -> bool:
        predicts = point["perplexity"] <= peer["perplexity"]
        coheres = point["npmi"] >= peer["npmi"]
        return {"perplexity": predicts, "npmi": coheres, "both": predicts and coheres}[criterion]

    return is_reached


def _summary_lines(found: list[Comparison]) -> Iterator[str]:
    """How far topoi's own stop lies from the best peer for each corpus and K, by medians."""
    beside = [beside for beside in map(_beside_best, _on_any(found)) if beside is not None]
    if not beside:
        return
    perplexity, npmi = (sorted(values) for values in zip(*beside, strict=True))
    yield (
        f"At its own stop, beside the best peer for each of {len(beside)} pairs of corpus and "
        f"number of topics: perplexity {perplexity[0]:+.1%} to {perplexity[-1]:+.1%} (below zero "
        f"is better), NPMI {npmi[0]:+.3f} to {npmi[-1]:+.3f}, below the best in "
        f"{sum(value < 0 for value in npmi)} of them."
    )
    yield ""


def _short_lines(found: list[Comparison]) -> Iterator[str]:
    """How many times sooner each package's perplexity comes, for each corpus, K and processor."""
    packages = [engine for engine in PEERS if any(engine in one.rounds for one in found)]
    yield f"| times faster to the perplexity of | {' | '.join(packages)} |"
    yield "|---|" + "---:|" * len(packages)
    for one in found:
        product = one.rounds.get("topoi", {})
        cells = [
            _ratio(ratios(product, one.rounds.get(engine, {}), "perplexity")) for engine in packages
        ]
        yield f"| {TITLES[one.corpus]}, {one.k} topics, {one.processor} | {' | '.join(cells)} |"
    yield ""


def _on_any(found: list[Comparison]) -> list[Comparison]:
    """The comparisons of each corpus and number of topics as one: quality hangs on no processor."""
    joined: dict[tuple[str, int], Comparison] = {}
    for one in found:
        place = (one.corpus, one.k)
        together = joined.setdefault(place, Comparison(*place, "any", {}))
        for engine, rounds in one.rounds.items():
            together.rounds[engine] = together.rounds.get(engine, {}) | rounds
    return list(joined.values())


def _beside_best(comparison: Comparison) -> tuple[float, float] | None:
    """Perplexity over the least of the peers, less 1, and NPMI less the greatest of theirs."""
    medians = {
        engine: [median(record[name] for record in good) for name in ("perplexity", "npmi")]
        for engine, rounds in comparison.rounds.items()
        if (good := [record for record in rounds.values() if "failed" not in record])
    }
    own, peers = medians.pop("topoi", None), list(medians.values())
    if own is None or not peers:
        return None
    return own[0] / min(p for p, _ in peers) - 1, own[1] - max(n for _, n in peers)


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    yield (
        "| package | seconds | peak MiB | perplexity | NPMI | diversity | times faster to its "
        "perplexity | to its NPMI | to both |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    product = comparison.rounds.get("topoi", {})
    for engine in ("topoi", *PEERS):
        if engine in comparison.rounds:
            yield _engine_row(engine, comparison.rounds[engine], product)
    if any("failed" not in record for record in product.values()):
        yield ""
        yield from _schedule_lines(list(product.values()))


def _engine_row(engine: str, rounds: dict[Round, Record], product: dict[Round, Record]) -> str:
    fits = [record for record in rounds.values() if "failed" not in record]
    if not fits:
        return f"| {engine} | {next(iter(rounds.values()))['failed']} |" + " – |" * 7
    memory = [fit["peak_mib"] + fit["children_mib"] for fit in fits]
    cells = [
        f"**{engine}**" if engine == "topoi" else engine,
        _spread([fit["seconds"] for fit in fits], _seconds),
        f"{median(memory):.0f}",
        _spread([fit["perplexity"] for fit in fits], "{:.0f}".format),
        _spread([fit["npmi"] for fit in fits], "{:.3f}".format),
        f"{median(fit['diversity'] for fit in fits):.2f}",
    ]
    for criterion in ("perplexity", "npmi", "both"):
        is_product = engine == "topoi"
        cells.append("" if is_product else _ratio(ratios(product, rounds, criterion)))
    return f"| {' | '.join(cells)} |"


def _schedule_lines(product: list[Record]) -> Iterator[str]:
    """The product after a growing number of passes and draws, medians."""
    fits = [record for record in product if "failed" not in record]
    by_place: dict[tuple[int, int], list[Record]] = {}
    for fit in fits:
        for point in fit["points"]:
            by_place.setdefault((point.get("draws", 0), point["passes"]), []).append(point)
    yield "| topoi after passes | draws | seconds | perplexity | NPMI | diversity |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for (draws, passes), points in sorted(by_place.items()):
        yield f"| {passes} | {draws} | {_medians(points)} |"
    passes = median(fit["n_iter"] for fit in fits)
    yield f"| {passes:.0f}, its own stop | as set | {_medians(fits)} |"


def _medians(points: list[Record]) -> str:
    middle = {
        name: median(point[name] for point in points)
        for name in ("seconds", "perplexity", "npmi", "diversity")
    }
    return (
        f"{_seconds(middle['seconds'])} | {middle['perplexity']:.0f} | {middle['npmi']:.3f} | "
        f"{middle['diversity']:.2f}"
    )


def _spread(values: list[float], shown: Callable[[float], str]) -> str:
    if len(values) == 1:
        return shown(values[0])
    return f"{shown(median(values))} [{shown(min(values))}, {shown(max(values))}]"


def _ratio(found: list[float | None]) -> str:
    """Median ratio, a round that never got there counted as 0, and how many got there."""
    if not found:
        return "–"
    reached = [ratio for ratio in found if ratio is not None]
    middle = median([ratio or 0.0 for ratio in found])
    shown = f"{middle:.3g} ×" if middle else "not reached"
    return shown if len(reached) == len(found) else f"{shown} ({len(reached)} of {len(found)})"


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _versions_line(records: list[Record]) -> str:
    """Packages measured, with version, and for topoi the sources it was."""
    fits = [record for record in results.latest(records, KEY).values() if "failed" not in record]
    if not fits:
        return "All of them failed."
    packages = {
        f"{fit['package']} {fit['version'] or ''}".strip()
        + (f" (sources {fit['source']})" if "source" in fit else "")
        for fit in fits
    }
    return f"{results.machines(fits)} Packages: {', '.join(sorted(packages))}."
