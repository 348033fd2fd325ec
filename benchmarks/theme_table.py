"""What the kept results of theme measurement say, as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby

import numpy as np
import results
from numpy.typing import NDArray
from theme_methods import BASELINE, METHODS, OURS, own_source
from theme_scores import (
    DRAWS,
    Interval,
    areas,
    draws,
    interval,
    macro,
    macro_by_draw,
    precision,
    prevalence_errors,
)
from theme_tasks import Task, task

from topoi.provenance import counts_hash

_HEADER = (
    "| method | root | border | legal | macro AUC | lead over the seed rate | macro AP "
    "| share − coded share: root / border / legal | mean absolute error |"
)


def lines(records: list[results.Record], held_out: list[results.Record]) -> Iterator[str]:
    """A table for each task, then one for each batch held out that was scored."""
    yield (
        "ROC AUC and average precision (AP) of each method's scores against multi-label codes of "
        "root causes, border security and legal pathways. Labels are used for scoring only, but by "
        "the supervised reference. In brackets 95 % bootstrap percentiles over documents "
        f"({DRAWS} draws), for the lead of both methods on the same draws. The last two columns, "
        "for methods that claim shares: mean share of the coded passages less the share of them "
        "that is coded so, in points, and the mean of its absolute values; nothing was calibrated. "
        "Of bills a share is that of the best window; with bill text scores are sums of "
        "standardised ones and no shares. All methods have the passages, counts and seeds of the "
        "pack `migration`; *starts* in the settings are model seeds that are averaged."
    )
    for key, of_task in groupby(records, key=lambda record: record["task"]):
        yield from ["", f"### {task(key).title}", "", *_table(task(key), list(of_task))]
    for key, of_task in groupby(held_out, key=lambda record: record["task"]):
        title = f"### Held out: {task(key).title}"
        yield from ["", title, "", *_table(task(key), list(of_task))]
    yield from ["", "### Settings and versions", "", *_settings([*records, *held_out])]


def _table(on: Task, records: list[results.Record]) -> Iterator[str]:
    scores = {record["method"]: np.array(record["scores"]) for record in records}
    fresh = counts_hash(on.matrix)[:8]
    samples = draws(on.clusters)
    by_draw = {name: macro_by_draw(on.codes, found, samples) for name, found in scores.items()}
    yield _HEADER
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for record in records:
        name = record["method"]
        mark = "" if record["counts"] == fresh and not _is_old(record) else " †"
        lead = None
        if name != BASELINE and BASELINE in scores:
            gain = macro(on.codes, scores[name]) - macro(on.codes, scores[BASELINE])
            lead = interval(gain, by_draw[name] - by_draw[BASELINE])
        yield _row(
            METHODS[name].label + mark, on, name,
            scores=scores[name], by_draw=by_draw[name], lead=lead,
        )  # fmt: skip
        if mark:
            print(f"{on.key} {name} is of an earlier state; renew with --again", file=sys.stderr)
    yield from _rivals(on, scores, by_draw)


def _is_old(record: results.Record) -> bool:
    return "source" in record and record["source"] != own_source()


def _row(
    label: str,
    on: Task,
    name: str,
    *,
    scores: NDArray[np.float64],
    by_draw: NDArray[np.float64],
    lead: Interval | None,
) -> str:
    each = " | ".join(f"{area:.3f}" for area in areas(on.codes, scores))
    found = interval(macro(on.codes, scores), by_draw)
    shown_lead = "–" if lead is None else f"{lead.value:+.3f} [{lead.low:+.3f}, {lead.high:+.3f}]"
    return (
        f"| {label} | {each} | {found.value:.3f} [{found.low:.3f}, {found.high:.3f}] "
        f"| {shown_lead} | {precision(on.codes, scores):.3f} | {_prevalence(on, name, scores)} |"
    )


def _prevalence(on: Task, name: str, scores: NDArray[np.float64]) -> str:
    if not METHODS[name].is_share or on.is_text.any():
        return "– | –"
    errors = 100 * prevalence_errors(on.codes, scores)
    shown = " / ".join(f"{error:+.1f}" for error in errors)
    return f"{shown} | {np.abs(errors).mean():.1f}"


def _rivals(
    on: Task, scores: dict[str, NDArray[np.float64]], by_draw: dict[str, NDArray[np.float64]]
) -> Iterator[str]:
    """How far ours is before the best of the others that use no labels."""
    rivals = [name for name in scores if METHODS[name].is_rival]
    if OURS not in scores or not rivals:
        return
    best = max(rivals, key=lambda name: macro(on.codes, scores[name]))
    gain = macro(on.codes, scores[OURS]) - macro(on.codes, scores[best])
    found = interval(gain, by_draw[OURS] - by_draw[best])
    yield ""
    yield (
        f"`fit_themes` less the best of the others that use no labels ({METHODS[best].label}): "
        f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}] of macro AUC."
    )


def _settings(records: list[results.Record]) -> Iterator[str]:
    yield "| method | package | settings | seconds on each task |"
    yield "|---|---|---|---|"
    for name, method in METHODS.items():
        of_method = [record for record in records if record["method"] == name]
        if not of_method:
            continue
        versions = sorted({record["version"] for record in of_method if record["version"]})
        package = f"{method.package} {', '.join(versions)}".strip()
        seconds = ", ".join(f"{record['seconds']:.0f}" for record in of_method)
        yield f"| {method.label} | {package} | {_settings_shown(of_method)} | {seconds} |"
    yield ""
    yield (
        "–: no settings but those written in benchmarks/theme_counting.py, or the usual ones. "
        "Seconds are rough: one thread, and other work on the machine. † is of other counts, or of "
        "another state of topoi, than the rest."
    )
    yield ""
    yield results.machines(records)


def _settings_shown(records: list[results.Record]) -> str:
    """Each setting with its value, or with those of the tasks where they differ."""
    by_name = {name: [r["settings"][name] for r in records] for name in records[0]["settings"]}
    shown = [f"{name} {' or '.join(map(str, dict.fromkeys(v)))}" for name, v in by_name.items()]
    return ", ".join(shown) or "–"
