"""How many topics a folder of texts bears: read and counted as in a run, searched, written."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.checks import one_of
from topoi.config import RunConfig, places_of
from topoi.counted_passages import Counted, count_passages
from topoi.errors import InputError
from topoi.hashes import bytes_hash
from topoi.io.apart import check_sources_apart
from topoi.io.atomic import changed_folder, resolved, sweep
from topoi.io.others import refuse_others
from topoi.io.parts import json_bytes
from topoi.io.steps import Say
from topoi.k_grid import checked_ks, search_k
from topoi.measures.k_search import KSearch
from topoi.models.base import TopicModel
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.outputs import as_written
from topoi.pipeline import settings_in_force
from topoi.plots.render import render
from topoi.plots.search_k import draw_search_k
from topoi.plots.table_csv import table_csv
from topoi.provenance import counts_hash, versions
from topoi.result_folder import fill
from topoi.run_steps import inputs_of
from topoi.text.sequences import term_sequences

__all__ = ["FILES", "Grid", "SearchedTopics", "search_topics", "write_search"]

FILES = (
    *("search_k.csv", "search_k.svg", "search_k.png"),
    *("fits.csv", "range.txt", "manifest.json"),
)
"""What a search leaves in its folder, beside the cells."""

# Settings of a run that are about what follows the counting of terms.
_UNUSED = (
    *("background", "by", "clusters", "covariates", "freq", "codes", "codes_key"),
    *("topics", "theme_topics", "residual", "starts", "refits", "models", "formats"),
)
_CELLS = "cells"
_MANIFEST = "manifest.json"
_SCHEMA = 1
_WIDTH = 96
_CELL = r"k\d+-split\d+-seed\d+-[0-9a-f]{12}\.json"
_FILE = "|".join(map(re.escape, FILES))
_OF_CELLS = re.compile(rf"{_CELLS}/{_CELL}")
# What a process that was killed left of one.
_LEFT = re.compile(rf"({_CELLS}/\.{_CELL}|\.({_FILE}))\.[0-9a-f]{{8}}\.\d+\.[0-9a-f]{{8}}")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Grid:
    """Which fits a search makes.

    ks : numbers of topics, ints >= 2, each once
    model : "LDA" or "NMF"
    splits, seeds : as for `search_k`
    """

    ks: tuple[int, ...]
    model: str = "LDA"
    splits: int = 5
    seeds: int = 1

    def __post_init__(self) -> None:
        checked_ks(self.ks)
        one_of("model", self.model, ("LDA", "NMF"))

    @property
    def n_fits(self) -> int:
        """How many fits that is."""
        return len(self.ks) * self.splits * self.seeds

    def estimator(self, seed: int) -> TopicModel:
        """The model, whose number of topics the search sets."""
        return LDA(random_state=seed) if self.model == "LDA" else NMF(random_state=seed)


@dataclass(frozen=True, eq=False)
class SearchedTopics:
    """What was counted, and what the search over numbers of topics found in it."""

    counted: Counted
    search: KSearch


def search_topics(
    config: RunConfig,
    grid: Grid,
    *,
    cells: Path | None = None,
    say: Say = lambda _: None,
    progress: Progress | None = None,
) -> SearchedTopics:
    """The answer of `search_k` on texts that are read, cleaned, cut and counted as in a run.

    Parameters
    ----------
    config : RunConfig, whose seed is that of the model and of the splits
    grid : Grid
    cells : folder of finished fits, optional; see `resume` of `search_k`
    say : function, called with each step
    progress : function, optional; called with how many fits are done, and of how many

    Raises
    ------
    InputError
        If the input or a setting is not usable.
    """
    counted = count_passages(config, say=say)
    matrix = counted.matrix
    words = term_sequences(
        counted.passages,
        matrix.vocabulary,
        themes=counted.themes,
        language=config.language,
        lemmas=matrix.folded if config.lemmas else None,
    )
    say(f"fitting {grid.model} {grid.n_fits} times")
    search = search_k(
        matrix,
        grid.ks,
        model=grid.estimator(config.seed),
        text=words,
        splits=grid.splits,
        seeds=grid.seeds,
        workers=config.workers,
        cluster=config.scheduler,
        resume=cells,
        progress=progress,
        random_state=config.seed,
    )
    return SearchedTopics(counted, search)


def write_search(
    config: RunConfig,
    grid: Grid,
    out: str | Path,
    *,
    say: Say = lambda _: None,
    progress: Progress | None = None,
) -> SearchedTopics:
    """The same, with table, figure, answer in words and manifest in a folder.

    Each fit is kept in `out`/cells as soon as it is done; the other files appear at once at the
    end. A search of the same texts and settings that was stopped goes on from there, and more
    numbers, splits or seeds can be added.

    Raises
    ------
    InputError
        If the input or a setting is not usable, or the folder holds anything but an earlier search.
        Nothing is written then.
    """
    folder = Path(out)
    check_sources_apart(places_of(config.source), folder)
    _check_place(folder)
    found = search_topics(config, grid, cells=folder / _CELLS, say=say, progress=progress)
    say("drawing and writing")
    files = as_written(dict(_files(found, grid)), is_raw=config.raw_csv)
    facts = _facts(config, grid, found, files)
    with changed_folder(folder, keeps=_is_kept) as fresh:
        _check_place(folder)  # once more: a search may take long
        fill(fresh, {**files, _MANIFEST: json_bytes(facts)})
    return found


def _check_place(out: Path) -> None:
    """Refuse a folder that holds anything but cells and what an earlier search wrote."""
    sweep(resolved(out))
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file, not a folder; name another folder.")
    known = _earlier_files(out)
    refuse_others(
        out,
        lambda name: name in known or bool(_OF_CELLS.fullmatch(name) or _LEFT.fullmatch(name)),
        of="earlier search",
    )


def _earlier_files(out: Path) -> set[str]:
    """The files of the search whose manifest is in the folder; none where there is none."""
    try:
        facts = json.loads((out / _MANIFEST).read_text(encoding="utf-8"))
        is_ours = facts["schema"] == _SCHEMA and "ks" in facts["search"]
        return {*facts["outputs"], _MANIFEST} & {*FILES} if is_ours else set()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def _is_kept(name: str) -> bool:
    """Whether a file stays when the results are written: a cell, and nothing half-written."""
    return name not in FILES and not _LEFT.fullmatch(name)


def _files(found: SearchedTopics, grid: Grid) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file but the manifest."""
    content = table_csv(found.search.table)
    yield "search_k.csv", content
    table = pd.read_csv(BytesIO(content))
    yield "search_k.svg", render(draw_search_k, table, size=None, format="svg")
    yield "search_k.png", render(draw_search_k, table, size=None, format="png")
    yield "fits.csv", table_csv(found.search.cells)
    yield "range.txt", _answer(found, grid).encode("utf-8")


def _answer(found: SearchedTopics, grid: Grid) -> str:
    """The range in plain words, and what it rests on."""
    counted, held_out = found.counted, found.search.settings["held_out"]
    parts = [
        found.search.advice,
        f"Measured with {grid.n_fits} fits of {grid.model}: {_times(len(grid.ks), 'number')} of "
        f"topics, {grid.splits} splits of the documents, {_times(grid.seeds, 'start')} each, on "
        f"{counted.documents.n_documents} documents in {len(counted.passages)} passages with "
        f"{len(counted.matrix.vocabulary)} terms. Each time {held_out:.0%} of the documents were "
        "held out.",
        "The range is what the text bears, not what a reader needs: look at the topics of both "
        "ends before you choose.",
    ]
    return "\n\n".join(textwrap.fill(part, _WIDTH) for part in parts) + "\n"


def _times(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _facts(
    config: RunConfig, grid: Grid, found: SearchedTopics, files: dict[str, bytes]
) -> dict[str, Any]:
    """What made the files: no times, numbers of workers or fits that were there already."""
    in_force = settings_in_force(config, len(found.counted.passages))
    return {
        "schema": _SCHEMA,
        "versions": versions(),
        "settings": {name: value for name, value in in_force.items() if name not in _UNUSED},
        "search": {**found.search.settings, "ks": sorted(grid.ks)},
        "counts_sha256": counts_hash(found.counted.matrix),
        "inputs": inputs_of(config)["inputs"],
        "outputs": {name: bytes_hash(content) for name, content in files.items()},
    }
