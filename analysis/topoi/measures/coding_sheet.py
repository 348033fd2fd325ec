"""Which passages people are given to code by theme, and how likely each was to be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from topoi.checks import at_least, fraction
from topoi.corpus.corpus import Corpus
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.measures.codebook import codebook
from topoi.measures.coding_task import CodingTask, with_fingerprints
from topoi.measures.keyed_order import content_id, drawn, keyed_order
from topoi.themes.theme import Themes

__all__ = ["coding_sheet"]

_REST = "rest"
_FEWEST = 2  # of a stratum: one alone tells nothing of how they vary


def coding_sheet(
    passages: Corpus,
    themes: Themes,
    n: int,
    *,
    scores: pd.DataFrame | None = None,
    top: float = 0.1,
    part_from_top: float = 0.5,
    random_state: int = 0,
) -> CodingTask:
    """A random sample of passages for people to code by theme, 0 or 1 for each theme.

    Without scores every passage is equally likely. With them rare themes are met: a passage is in
    the stratum of the theme by which it ranks highest, if it is among the `top` of all passages
    there, else in "rest"; `part_from_top` of the sample is spread evenly over the themes' strata.
    The coders see neither stratum nor score, and the key keeps the probability of each passage,
    so that `coded_prevalence` speaks for all passages and not for the sample.

    Parameters
    ----------
    passages : Corpus, passages or documents; those without any letter or digit are not drawn
    themes : Themes, whose definitions become the coders' instructions
    n : int >= 1, passages to draw
    scores : DataFrame, optional
        From `theme_shares`: passage_id (or doc_id), theme, share, for every passage and theme.
    top : float in (0, 1), part of all passages that can be in a theme's stratum
    part_from_top : float in [0, 1], part of the sample that is drawn from the themes' strata
        Two or more come from each stratum all the same, else no estimate could speak for all.
    random_state : int >= 0; the sample depends on it and on the ids, not on the order of rows

    Returns
    -------
    CodingTask
        Items: item_id, text (str). Key: item_id, passage_id (or doc_id alone), doc_id, stratum
        (str), probability (float64), n_stratum (int64, passages in the stratum), shown.

    Raises
    ------
    InputError
        If a setting is out of range, fewer than n passages have words, or the scores lack a
        passage or theme.

    References
    ----------
    Stratified simple random sampling: Cochran (1977), Sampling techniques, chapter 5.

    Examples
    --------
    A team of three, from drawing to scoring; docs/validation.md tells it step by step.

    >>> import tempfile, topoi
    >>> from pathlib import Path
    >>> corpus = topoi.Corpus(pd.DataFrame({"doc_id": ["a", "b"], "text": ["A wall.", "A visa."]}))
    >>> task = topoi.coding_sheet(corpus, topoi.load_themes("migration"), 2)
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = topoi.write_sheets(task, folder / "out", key=folder / "key", coders=["anna", "ben"])
    >>> sorted(path.name for path in (folder / "out").iterdir())
    ['instructions.md', 'manifest.json', 'sheet_anna.csv', 'sheet_ben.csv']
    """
    at_least("random_state", random_state, 0, whole=True)
    _check(n, top, part_from_top)
    frame = _frame(passages)
    if len(frame) < n:
        raise InputError(f"There are {len(frame)} passages with words; {n} were asked for.")
    strata = _strata(frame, themes, scores, top)
    sizes = _sizes(strata, themes.names, n, part_from_top)
    ids = list(frame["_id"])
    chosen = drawn(ids, list(strata), sizes, random_state, "coding")
    settings = {"n": n, "by_scores": scores is not None, "top": top, "seed": random_state}
    return _task(
        frame.assign(stratum=strata, n_stratum=strata.map(strata.value_counts())),
        chosen,
        themes,
        {**settings, "part_from_top": part_from_top, "themes": themes.name},
    )


def _check(n: int, top: float, part_from_top: float) -> None:
    at_least("n", n, 1, whole=True)
    fraction("top", top)
    fraction("part_from_top", part_from_top, zero=True, one=True)


def _frame(passages: Corpus) -> pd.DataFrame:
    """The passages that can be coded, by id."""
    table = passages.table
    table["_id"] = passages.ids
    columns = [name for name in ("passage_id", "doc_id") if name in table.columns]
    has_words = [any(letter.isalnum() for letter in text) for text in table["text"]]
    frame = table.loc[has_words, ["_id", *columns, "text"]]
    return frame.sort_values("_id", ignore_index=True)


def _strata(
    frame: pd.DataFrame, themes: Themes, scores: pd.DataFrame | None, top: float
) -> pd.Series[str]:
    if scores is None:
        return pd.Series(_REST, index=frame.index, dtype="str")
    wide = _wide(frame, themes, scores)
    # Part of the passages with a greater score; a score of zero is never among the top.
    above = (wide.rank(method="min", ascending=False) - 1.0) / len(wide)
    above = above.where(wide > 0, 1.0)
    best = above.to_numpy().argmin(axis=1)
    is_top = above.to_numpy().min(axis=1) < top
    names = np.where(is_top, np.array(themes.names, dtype=object)[best], _REST)
    return pd.Series(names, index=frame.index, dtype="str")


def _wide(frame: pd.DataFrame, themes: Themes, scores: pd.DataFrame) -> pd.DataFrame:
    """The score of each passage of the frame on each theme, in their order."""
    key = id_column(frame)
    lacking = [name for name in (key, "theme", "share") if name not in scores.columns]
    if lacking:
        raise InputError(
            f"The scores have no column {listed(lacking)}; give the table of theme_shares for "
            "these passages."
        )
    twice = scores.loc[scores.duplicated([key, "theme"]), key]
    if len(twice):
        raise InputError(f"Passages have two scores on a theme: {listed(dict.fromkeys(twice))}.")
    wide = scores.pivot(index=key, columns="theme", values="share")
    wide = wide.reindex(index=list(frame["_id"]), columns=themes.names)
    missing = wide.index[wide.isna().any(axis=1)]
    if len(missing):
        raise InputError(
            f"{len(missing)} passages have no score on some theme: {listed(missing)}. Give the "
            "table of theme_shares for these passages and themes."
        )
    return wide


def _sizes(
    strata: pd.Series[str], names: list[str], n: int, part_from_top: float
) -> dict[str, int]:
    """Passages to draw of each stratum; those of themes in their order, then the rest."""
    counts = {name: int((strata == name).sum()) for name in (*names, _REST)}
    themed = [name for name in names if counts[name]]
    sizes = dict.fromkeys((*names, _REST), 0)
    wanted = round(n * part_from_top) if themed else 0
    if themed and counts[_REST]:
        # Every stratum has a chance, else no estimate could speak for all passages.
        wanted = min(max(wanted, _FEWEST * len(themed)), n - min(_FEWEST, counts[_REST]))
    _spread(sizes, counts, themed, wanted)
    _spread(sizes, counts, [_REST], n - sum(sizes.values()))
    _spread(sizes, counts, themed, n - sum(sizes.values()))
    empty = [name for name in (*themed, _REST) if counts[name] and not sizes[name]]
    if empty:
        raise InputError(
            f"A sample of {n} is too small to draw from each stratum; none would come from "
            f"{listed(empty)}. Draw {_FEWEST * (len(themed) + 1)} or more, or give no scores."
        )
    return {name: size for name, size in sizes.items() if counts[name]}


def _spread(sizes: dict[str, int], counts: dict[str, int], names: list[str], n: int) -> None:
    """Raise the sizes by n in all, one at a time where they are smallest.

    Updates: sizes.
    """
    for _ in range(n):
        free = [name for name in names if sizes[name] < counts[name]]
        if not free:
            return
        sizes[min(free, key=sizes.__getitem__)] += 1


def _task(
    frame: pd.DataFrame, chosen: dict[str, float], themes: Themes, settings: dict[str, Any]
) -> CodingTask:
    rows = frame.set_index("_id").loc[keyed_order(chosen, settings["seed"], "row")]
    ids = [content_id("p", unit, text) for unit, text in zip(rows.index, rows["text"], strict=True)]
    rows.insert(0, "item_id", pd.Series(ids, index=rows.index, dtype="str"))
    rows["probability"] = [chosen[str(unit)] for unit in rows.index]
    rows = rows.reset_index(drop=True).astype({"n_stratum": "int64"})
    items = rows[["item_id", "text"]]
    first = [name for name in ("item_id", "passage_id", "doc_id") if name in rows.columns]
    key = rows[[*first, "stratum", "probability", "n_stratum"]]
    return CodingTask(
        kind="coding",
        items=items,
        answers=tuple(themes.names),
        key=with_fingerprints(key, items),
        instructions=codebook(themes),
        settings=settings,
    )
