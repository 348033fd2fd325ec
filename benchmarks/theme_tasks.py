"""Which texts theme shares are judged on: the passages that are fitted and the codes they have.

Labels are used for scoring alone. The bundled corpus is always there; the others only where the
folder ../shared/data is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from coded_passages import CODES, cut_passages
from corpora import SHARED
from numpy.typing import NDArray
from sample_themes import coded_passages
from unlabelled import coded_corpora

import topoi
from topoi.defaults import sizes_for
from topoi.io.sample import sample_settings

THEMES = ("root_causes", "border_security", "legal_pathways")
WINDOW, SHORTEST = 120, 30  # words
BILL_TEXT = 20_000  # characters
BEST = 3  # windows of a bill's text
OF_SAME_CORPORA = ("development", "report")  # batches
CORPORA_SHOWN = {
    OF_SAME_CORPORA: "UK newspapers 2014, UN General Debate 2017, Federal Register 2025",
    ("held_out_2",): (
        "State of the Union 1790–2024, press briefings 2021–25, survey answers on immigration"
    ),
}

Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """Passages to fit, R rows, of U units (bills, or the passages themselves), C of them coded.

    `unit_of` (R,) names the unit of each row; `is_text` (R,) marks the windows of bill text;
    `coded` (C,) the units with `codes` (C, 3); `clusters` (C,) is what is drawn together.
    """

    key: str
    title: str
    passages: topoi.Corpus
    matrix: topoi.DocTermMatrix
    unit_of: NDArray[np.int64]
    is_text: NDArray[np.bool_]
    coded: NDArray[np.int64]
    codes: NDArray[np.int64]
    clusters: NDArray[np.int64]

    def of_units(self, scores: Scores) -> Scores:
        """Scores (R, T) of rows as scores (C, T) of the coded units.

        A unit has that of its best row. With bill text, that of the best row of title and summary
        and the mean of the three best windows of the text are standardised over all units and
        added; a bill without text has its best row in both.
        """
        best = _highest(scores, self.unit_of, ~self.is_text, 1)
        if not self.is_text.any():
            return best[self.coded]
        text = _highest(scores, self.unit_of, self.is_text, BEST)
        text = np.where(np.isnan(text), best, text)
        return (standardised(best) + standardised(text))[self.coded]

    def texts(self) -> list[str]:
        """The text of each coded unit."""
        rows = pd.Series(self.passages.table["text"].to_numpy()).groupby(self.unit_of)
        return rows.agg(" ".join).loc[self.coded].tolist()


def standardised(scores: Scores) -> Scores:
    """Each column less its mean, over its standard deviation."""
    return (scores - scores.mean(axis=0)) / np.maximum(scores.std(axis=0), 1e-12)


def _highest(
    scores: Scores, unit_of: NDArray[np.int64], among: NDArray[np.bool_], n_best: int
) -> Scores:
    """Mean of the highest rows of each unit, (U, T); nan where it has none."""
    found = np.full((unit_of.max() + 1, scores.shape[1]), np.nan)
    for unit, rows in pd.Series(np.flatnonzero(among)).groupby(unit_of[among]):
        found[unit] = np.sort(scores[rows], axis=0)[-n_best:].mean(axis=0)
    return found


@cache
def pack() -> topoi.Themes:
    """The themes that are measured."""
    return topoi.load_themes("migration")


def count(passages: topoi.Corpus) -> topoi.DocTermMatrix:
    """Counts as `topoi run` takes them."""
    sizes = sizes_for(topoi.RunConfig(source="-"), len(passages))
    return topoi.vectorise(passages, themes=pack(), min_docs=sizes.min_docs)


def is_here(key: str) -> bool:
    """Whether the texts of a task are on this machine."""
    return key == "sample" or SHARED.is_dir()


@cache
def task(key: str) -> Task:
    """The task of that key of TASKS or HELD_OUT."""
    return {**TASKS, **HELD_OUT}[key]()


def _bills() -> Task:
    return _of_bills("bills", with_text=False)


def _bills_with_text() -> Task:
    return _of_bills("bills_text", with_text=True)


def _of_bills(key: str, *, with_text: bool) -> Task:
    bills = pd.read_parquet(SHARED / "us_bills_119_house_migration.parquet")
    rows = [(n, False, piece) for n, text in enumerate(bills["text"]) for piece in windows(text)]
    if with_text:
        texts = bills["bill_text"].fillna("").str[:BILL_TEXT]
        rows += [(n, True, piece) for n, text in enumerate(texts) for piece in windows(text)]
    unit_of, is_text, pieces = zip(*rows, strict=True)
    has_subjects = [subjects is not None and len(subjects) > 0 for subjects in bills["subjects"]]
    coded = np.flatnonzero(has_subjects)
    codes = bills[["crs_root", "crs_border", "crs_legal"]].to_numpy(dtype=np.int64)[coded]
    what = "titles, summaries and text" if with_text else "titles and summaries"
    title = f"House bills 2025–26, {what}: {len(coded)} with subject terms of {len(bills)}"
    passages = corpus_of(pieces)
    return Task(
        key, title, passages, count(passages),
        np.array(unit_of), np.array(is_text), coded, codes, coded,
    )  # fmt: skip


def windows(text: str) -> list[str]:
    """Stretches of 120 words; a tail under 30 words is dropped where it is not all there is."""
    words = text.split()
    pieces = [words[start : start + WINDOW] for start in range(0, len(words), WINDOW)]
    if len(pieces) > 1 and len(pieces[-1]) < SHORTEST:
        pieces.pop()
    return [" ".join(piece) for piece in pieces]


def white_house_texts() -> pd.DataFrame:
    """The coded passages, then the other paragraphs: text, date, category, doc_id; codes or nan."""
    background = pd.read_parquet(SHARED / "wh_migration_paragraphs_2021_2025.parquet")
    coded = pd.read_parquet(SHARED / "wh_passages_coded.parquet")
    both = pd.concat([coded, background]).drop_duplicates("text").reset_index(drop=True)
    categories = background.drop_duplicates("doc_id").set_index("doc_id")["category"]
    both["category"] = both["doc_id"].map(categories)
    return both[["text", "date", "category", "doc_id", *CODES]]


def _paragraphs() -> Task:
    table = white_house_texts()
    coded = np.flatnonzero(table["root"].notna())
    title = f"White House 2021–25: {len(coded)} coded passages, fitted on {len(table)}"
    passages = corpus_of(table["text"], source=table["category"], date=table["date"])
    return _of_passages(
        "white_house", title, passages, coded=coded, table=table, documents=table["doc_id"]
    )


def _sample() -> Task:
    passages = topoi.segment(
        topoi.deduplicate(topoi.clean(topoi.read_corpus(sample_settings()["source"])))
    )
    codes = coded_passages(passages, topoi.load_sample_codes()).set_index("passage_id")
    table = codes.reindex(passages.ids)[list(THEMES)].set_axis(CODES, axis=1)
    table = table.reset_index(drop=True)
    coded = np.flatnonzero(table["root"].notna())
    documents = passages.table["doc_id"]
    n_documents = documents.iloc[coded].nunique()
    title = f"Bundled corpus: {len(coded)} coded passages of {n_documents} documents"
    return _of_passages("sample", title, passages, coded=coded, table=table, documents=documents)


def _mixed() -> Task:
    return _of_batch("mixed", "development", OF_SAME_CORPORA)


def _held_out() -> Task:
    return _of_batch("held_out", "report", OF_SAME_CORPORA)


def _held_out_2() -> Task:
    return _of_batch("held_out_2", "held_out_2", ("held_out_2",))


def _of_batch(key: str, batch: str, together: tuple[str, ...]) -> Task:
    """All passages of the batch's corpora are fitted, those of batches `together` among them."""
    table = coded_corpora(SHARED, together)
    wanted = cut_passages(batch, SHARED).set_index("passage_id")
    table = table.join(wanted[list(CODES)], on="coded_id")
    coded = np.flatnonzero(table["root"].notna())
    title = f"{CORPORA_SHOWN[together]}: {len(coded)} coded passages, fitted on {len(table)}"
    passages = corpus_of(table["text"], source=table["corpus"])
    return _of_passages(key, title, passages, coded=coded, table=table, documents=table["doc_id"])


def _of_passages(
    key: str,
    title: str,
    passages: topoi.Corpus,
    *,
    coded: NDArray[np.int64],
    table: pd.DataFrame,
    documents: pd.Series,
) -> Task:
    rows = np.arange(len(table))
    codes = table[list(CODES)].iloc[coded].to_numpy(dtype=np.int64)
    clusters = pd.factorize(documents)[0][coded]
    none = np.zeros(len(rows), dtype=bool)
    return Task(key, title, passages, count(passages), rows, none, coded, codes, clusters)


def corpus_of(texts: object, **columns: pd.Series) -> topoi.Corpus:
    """One document for each text."""
    found = pd.DataFrame({"text": list(texts), **columns})
    found.insert(0, "doc_id", [f"row {number}" for number in range(len(found))])
    return topoi.Corpus(found)


TASKS: dict[str, Callable[[], Task]] = {
    "bills": _bills,
    "bills_text": _bills_with_text,
    "white_house": _paragraphs,
    "mixed": _mixed,
    "sample": _sample,
}
HELD_OUT: dict[str, Callable[[], Task]] = {"held_out": _held_out, "held_out_2": _held_out_2}
