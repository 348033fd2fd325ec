"""What a check of a theme pack says on the screen and in files."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from topoi.cli.show import read_line
from topoi.counted_passages import Counted
from topoi.measures.seed_remarks import DOMINATES, FEWEST_DOCUMENTS
from topoi.measures.theme_audit import ThemeAudit
from topoi.plots.table_csv import table_csv
from topoi.printable import printable
from topoi.themes.theme import Themes

__all__ = ["FILES", "check_files", "check_text", "counter_cell", "packs_text"]

FILES = ("seeds.csv", "themes.csv", "overlap.csv", "counters.csv", "suggestions.csv", "ledger.csv")
_WIDTH = 110
_ALWAYS = 12  # seeds of a theme shown with their numbers, the most frequent
_SEED, _TERM, _MATCHES, _BEFORE = 26, 24, 40, 33  # characters
_READING = (
    "How to read it. own theme: of the passages with this seed, those that hold another seed of "
    "its theme; in brackets, what passages of their lengths hold by chance. other themes: the same "
    "for seeds of the other themes. A seed that goes with its theme is well above chance on the "
    "left. Lines with ! say what to look at; each is about one seed by itself, so of a hundred "
    "good seeds a few are named by accident. Nothing was changed: copy terms you accept into the "
    "pack, and look at contexts with topoi.kwic first."
)


def packs_text(packs: Mapping[str, Themes]) -> str:
    """A line for each pack: name, language, seeds and themes."""
    width = max(map(len, packs))
    return "\n".join(
        f"{name:{width}}  {themes.language}  {sum(len(theme.seeds) for theme in themes)} seeds  "
        f"{', '.join(themes.labels.values())}"
        for name, themes in packs.items()
    )


def check_files(counted: Counted, audit: ThemeAudit, found: pd.DataFrame) -> dict[str, bytes]:
    """Name and content of each file of a check."""
    own = (audit.seeds, audit.themes, audit.overlap, audit.counters)
    tables = (*own, found, counted.passages.ledger.events)
    return {name: table_csv(table) for name, table in zip(FILES, tables, strict=True)}


def check_text(counted: Counted, audit: ThemeAudit, found: pd.DataFrame) -> str:
    """What was read, then by theme: how much of it there is, its seeds, and terms to consider."""
    labels = {name: printable(label) for name, label in counted.themes.labels.items()}
    parts = [_read(counted)]
    for row in audit.themes.to_dict("records"):
        name = row["theme"]
        seeds = audit.seeds.loc[audit.seeds["theme"] == name]
        overlap = audit.overlap.loc[audit.overlap["theme"] == name]
        parts.append([*_headline(row, labels, len(counted.passages)), *_overlap(overlap, labels)])
        counters = audit.counters.loc[audit.counters["theme"] == name]
        parts.append([*_seeds(seeds), *_counters(counters)])
        parts.append(list(_suggestions(found.loc[found["theme"] == name])))
    parts.append(textwrap.wrap(_READING, _WIDTH))
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _read(counted: Counted) -> list[str]:
    themes = counted.themes
    return [
        read_line(counted.documents),
        f"Pack {printable(themes.name)} ({printable(themes.language)}) on "
        f"{len(counted.passages)} passages, {len(counted.matrix.vocabulary)} terms.",
    ]


def _headline(row: Mapping[Any, Any], labels: Mapping[str, str], n: int) -> Iterator[str]:
    yield (
        f"== {labels[row['theme']].upper()}: {row['seeds_found']} of {row['seeds']} seeds occur, "
        f"{row['hits']} times, {row['per_1000']:.1f} in 1,000 words"
    )
    yield (
        f"   {row['passages_1']} of {n} passages ({row['share_1']:.0%}) hold a seed, "
        f"{row['passages_2']} two different ones, {row['passages_3']} three; "
        f"{row['documents']} documents"
    )
    if row["remark"]:
        yield f"   ! {printable(row['remark'])}"


def _overlap(overlap: pd.DataFrame, labels: Mapping[str, str]) -> Iterator[str]:
    shares = [
        f"{labels[row['other']]} {_beside(row['share'], row['chance'])}"
        for row in overlap.to_dict("records")
        if not math.isnan(row["share"])
    ]
    if shares:
        yield f"   its passages also hold seeds of: {', '.join(shares)}"


def _seeds(seeds: pd.DataFrame) -> Iterator[str]:
    """The seeds by falling frequency: those to look at, then the others by name."""
    found = seeds.loc[seeds["occurrences"] > 0]
    found = found.sort_values(["occurrences", "seed"], ascending=[False, True], kind="stable")
    is_rare = (found["documents"] < FEWEST_DOCUMENTS) & (found["share"] <= DOMINATES)
    common = found.loc[~is_rare]
    is_shown = (common["remark"] != "") | (pd.RangeIndex(len(common)) < _ALWAYS)
    if len(common):
        yield (
            f"   {'seed':{_SEED}} {'hits':>6} {'passages':>8} {'docs':>6} "
            f"{'own theme':>12} {'other themes':>13}  matches"
        )
    for row in common.loc[is_shown].to_dict("records"):
        yield _seed(row)
        if row["remark"]:
            yield from _wrapped(f"! {printable(row['remark'])}", "     ")
    yield from _named("nothing to remark: ", common.loc[~is_shown])
    yield from _named(f"in fewer than {FEWEST_DOCUMENTS} documents: ", found.loc[is_rare])
    absent = seeds.loc[seeds["occurrences"] == 0, "seed"]
    if len(absent):
        yield from _wrapped(f"never occur ({len(absent)}): {', '.join(absent)}", "   ")


def _counters(counters: pd.DataFrame) -> Iterator[str]:
    """The counter-words that fired by falling frequency, then the others."""
    ranked = counters.sort_values("occurrences", ascending=False, kind="stable")
    fired = ranked.loc[ranked["occurrences"] > 0]
    if len(fired):
        shown = ", ".join(map(counter_cell, fired.to_dict("records")))
        yield from _wrapped(f"counter-words found, not counted as seeds: {shown}", "   ")
    absent = ranked.loc[ranked["occurrences"] == 0, "counter"]
    if len(absent):
        yield from _wrapped(
            f"counter-words that never occur ({len(absent)}): {', '.join(absent)}", "   "
        )


def counter_cell(row: Mapping[Any, Any]) -> str:
    """A counter-word with how often it occurs, and in how many passages."""
    return f"{row['counter']} ({row['occurrences']} in {row['passages']} passages)"


def _seed(row: Mapping[Any, Any]) -> str:
    own = _beside(row["with_own"], row["chance_own"])
    other = _beside(row["ambiguity"], row["chance_ambiguity"])
    return (
        f"   {_cut(row['seed'], _SEED):{_SEED}} {row['occurrences']:6} {row['passages']:8} "
        f"{row['documents']:6} {own:>12} {other:>13}  {_cut(row['terms'], _MATCHES)}"
    )


def _named(what: str, seeds: pd.DataFrame) -> Iterator[str]:
    if len(seeds):
        pairs = zip(seeds["seed"], seeds["occurrences"], strict=True)
        yield from _wrapped(what + ", ".join(f"{seed} ({count})" for seed, count in pairs), "   ")


def _suggestions(found: pd.DataFrame) -> Iterator[str]:
    if not len(found):
        yield "   No further term goes with this theme and no other."
        return
    least = found["min_hits"].iloc[0]
    beside = "a seed" if least == 1 else f"{least} seeds or more"
    yield f"   Terms to consider, typical of passages with {beside} of this theme:"
    yield f"   {'term':{_TERM}} {'passages':>8} {'of theme':>8} {'z none':>6} {'z other':>7}"
    for row in found.to_dict("records"):
        z_others = "" if math.isnan(row["z_others"]) else f"{row['z_others']:.1f}"
        inside = f" (holds {row['left_out']})" if row["left_out"] else ""
        before, mark, after = row["context"].partition("[")
        yield (
            f"   {_cut(row['term'], _TERM):{_TERM}} {row['passages']:8} {row['share']:8.0%} "
            f"{row['z']:6.1f} {z_others:>7} {before:>{_BEFORE}}{mark}{after}{printable(inside)}"
        ).rstrip()


def _beside(share: float, chance: float) -> str:
    return "" if math.isnan(share) else f"{share:.0%} ({chance:.0%})"


def _cut(text: str, most: int) -> str:
    shown = printable(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )
