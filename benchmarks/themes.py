"""How well theme shares agree with codes, beside counting seed words, on one to three corpora.

`make bench` prints the table; `make docs` writes it between the markers in
docs/benchmarks.md. The bundled corpus is
always there; the other two only where the folder ../shared/data is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from levels import level_lines
from numpy.typing import NDArray
from page import write_part
from sample_themes import coded_passages
from sklearn.metrics import average_precision_score, roc_auc_score

import topoi
from topoi.defaults import sizes_for
from topoi.fit import versions
from topoi.io.sample import sample_settings

THEMES = ("root_causes", "border_security", "legal_pathways")
STARTS = 5
DRAWS = 1000
SEED = 35  # as `topoi run --seed 7` with five starts
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True, eq=False)
class Task:
    """Counts of all rows, and those with codes: `rows` (R,), `codes` (R, 3), `clusters` (R,)."""

    name: str
    matrix: topoi.DocTermMatrix
    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    clusters: NDArray[np.int64]


Scores = NDArray[np.float64]


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page to write the tables into")
    target = parser.parse_args().write
    lines = list(_part())
    print("\n".join(lines))
    if target:
        write_part(target, "themes", lines)


def _part() -> Iterator[str]:
    yield "## Theme shares against codes"
    yield ""
    yield (
        "ROC AUC (and average precision, AP) of each score against multi-label codes of root "
        "causes, border security and legal pathways. Intervals are 95 % bootstrap percentiles over "
        f"documents ({DRAWS} draws); *lead* is the difference of the macro AUC to the seed rate on "
        "the same draws. Labels are used for scoring only; the settings are the defaults of "
        "`topoi run`, chosen among some fifteen on these same corpora, none held out, so the leads "
        "are optimistic. The bundled corpus was written for this project and is no evidence "
        "about real text."
    )
    for task in _tasks():
        yield ""
        yield f"### {task.name}"
        yield ""
        yield "| score | root | border | legal | macro AUC | lead | macro AP |"
        yield "|---|---:|---:|---:|---:|---:|---:|"
        draws = _draws(task)
        baseline = None
        for method, score in METHODS.items():
            values = score(task)[task.rows]
            by_draw = np.array([_macro(task.codes[d], values[d]) for d in draws])
            baseline = by_draw if baseline is None else baseline
            yield _row(method, task, values, by_draw, by_draw - baseline)
            print(f"{task.name}: {method} done", file=sys.stderr)
    yield ""
    yield from level_lines(_level_corpora(), _pack())
    yield ""
    found = versions()
    yield f"Versions: {', '.join(f'{name} {number}' for name, number in found.items())}."


def _row(method: str, task: Task, values: Scores, by_draw: Scores, lead: Scores) -> str:
    each = [roc_auc_score(task.codes[:, k], values[:, k]) for k in range(3)]
    precision = np.mean([average_precision_score(task.codes[:, k], values[:, k]) for k in range(3)])
    low, high = np.nanquantile(by_draw, [0.025, 0.975])
    least, most = np.nanquantile(lead, [0.025, 0.975])
    shown = " | ".join(f"{auc:.3f}" for auc in each)
    difference = "–" if not lead.any() else f"{np.nanmean(lead):+.3f} [{least:+.3f}, {most:+.3f}]"
    macro = f"{np.mean(each):.3f} [{low:.3f}, {high:.3f}]"
    return f"| {method} | {shown} | {macro} | {difference} | {precision:.3f} |"


def _macro(codes: NDArray[np.int64], values: Scores) -> float:
    if not all(0 < column.sum() < len(column) for column in codes.T):
        return float("nan")
    return float(np.mean([roc_auc_score(codes[:, k], values[:, k]) for k in range(3)]))


def _draws(task: Task) -> list[NDArray[np.int64]]:
    """Positions of the coded rows in each bootstrap sample of their documents."""
    rng = np.random.default_rng(0)
    names = np.unique(task.clusters)
    members = {name: np.flatnonzero(task.clusters == name) for name in names}
    samples = rng.choice(names, size=(DRAWS, len(names)))
    return [np.concatenate([members[name] for name in sample]) for sample in samples]


def _tasks() -> Iterator[Task]:
    yield _sample()
    if not SHARED.is_dir():
        print("the two corpora with labels of others are not here; left out", file=sys.stderr)
        return
    yield _paragraphs()
    yield _bills()


def _sample() -> Task:
    corpus = topoi.deduplicate(topoi.clean(topoi.read_corpus(sample_settings()["source"])))
    passages = topoi.segment(corpus)
    codes = coded_passages(passages, topoi.load_sample_codes())
    place = {name: row for row, name in enumerate(passages.ids)}
    rows = np.array([place[name] for name in codes["passage_id"]])
    documents = pd.factorize(passages.table["doc_id"])[0][rows]
    name = f"Bundled corpus: {len(rows)} coded passages of {len(set(documents))} documents"
    return Task(name, _counts(passages), rows, codes[list(THEMES)].to_numpy(), documents)


def _paragraphs() -> Task:
    background = pd.read_parquet(SHARED / "wh_migration_paragraphs_2021_2025.parquet")
    coded = pd.read_parquet(SHARED / "wh_passages_coded.parquet")
    texts = pd.concat([coded["text"], background["text"]]).drop_duplicates().reset_index(drop=True)
    rows = np.arange(len(coded))
    codes = coded[["root", "border", "legal"]].to_numpy(dtype=np.int64)
    name = f"White House 2021–2025: {len(rows)} coded passages, fitted on {len(texts)}"
    return Task(name, _counts(_corpus(texts)), rows, codes, rows)


def _bills() -> Task:
    bills = pd.read_parquet(SHARED / "us_bills_119_house_migration.parquet")
    has_subjects = [subjects is not None and len(subjects) > 0 for subjects in bills["subjects"]]
    rows = np.flatnonzero(has_subjects)
    columns = ["crs_root", "crs_border", "crs_legal"]
    codes = bills[columns].iloc[rows].to_numpy(dtype=np.int64)
    name = (
        f"House bills 2025–26: {len(rows)} with subject terms, titles and summaries of {len(bills)}"
    )
    return Task(name, _counts(_corpus(bills["text"])), rows, codes, rows)


def _level_corpora() -> dict[str, topoi.DocTermMatrix]:
    """The bundled corpus and, where it is there, general news, which has none of the themes."""
    found = {"bundled": _sample().matrix}
    if SHARED.is_dir():
        news = pd.read_parquet(SHARED / "octis_bbc_news.parquet")["text"]
        found["general news"] = _counts(_corpus(news))
    return found


def _corpus(texts: pd.Series) -> topoi.Corpus:
    ids = [f"row {number}" for number in range(len(texts))]
    return topoi.Corpus(pd.DataFrame({"doc_id": ids, "text": list(texts)}))


def _counts(passages: topoi.Corpus) -> topoi.DocTermMatrix:
    sizes = sizes_for(topoi.RunConfig(source="-"), len(passages))
    return topoi.vectorise(passages, themes=_pack(), min_docs=sizes.min_docs)


def _pack() -> topoi.Themes:
    return topoi.load_themes("migration")


def _seed_hits(task: Task) -> Scores:
    columns = _pack().seed_columns(task.matrix.vocabulary.terms)
    weights = np.zeros((task.matrix.shape[1], len(THEMES)))
    for theme, found in enumerate(columns.values()):
        weights[list(found), theme] = list(found.values())
    return np.asarray(task.matrix.counts @ weights)


def _seed_rate(task: Task) -> Scores:
    tokens = np.maximum(task.matrix.units["n_tokens"].to_numpy(dtype=np.float64), 1.0)
    return _seed_hits(task) / tokens[:, np.newaxis]


def _shares(task: Task, *, keyword_starts: int, lda_starts: int) -> Scores:
    """Theme shares averaged over so many starts of each model, as `topoi run` takes them."""
    sizes = sizes_for(topoi.RunConfig(source="-"), task.matrix.shape[0])
    models: list[topoi.KeywordLDA | topoi.LDA] = []
    for start in range(keyword_starts):
        models.append(
            topoi.KeywordLDA(
                _pack(),
                topics_per_set=sizes.theme_topics,
                n_residual=sizes.residual,
                n_jobs=2,
                random_state=SEED + start,
            )
        )
    for start in range(lda_starts):
        models.append(topoi.LDA(sizes.topics, n_jobs=2, random_state=SEED + start))
    fits = [topoi.fit_topics(task.matrix, model) for model in models]
    return _wide(topoi.theme_shares(fits, _pack())["share"])


def _published(task: Task) -> Scores:
    """Shares of one topic a theme with keywords open to all, as keyATM's base model has them."""
    columns = list(_pack().seed_columns(task.matrix.vocabulary.terms).values())
    total = np.zeros((task.matrix.shape[0], len(THEMES)))
    for start in range(STARTS):
        model = topoi.KeywordLDA(
            columns, topics_per_set=1, exclusive=False, n_jobs=2, random_state=SEED + start
        )
        total += model.fit_transform(task.matrix.counts)[:, : len(THEMES)]
    return total / STARTS


def _wide(shares: pd.Series) -> Scores:
    return shares.to_numpy().reshape(-1, len(THEMES))


METHODS: dict[str, Callable[[Task], Scores]] = {
    "seed words per word": _seed_rate,
    "seed words, count": _seed_hits,
    f"keyATM base (one topic a theme, open), {STARTS} starts": _published,
    "KeywordLDA, one start": lambda task: _shares(task, keyword_starts=1, lda_starts=0),
    f"KeywordLDA, {STARTS} starts": lambda task: _shares(task, keyword_starts=STARTS, lda_starts=0),
    f"LDA, {STARTS} starts": lambda task: _shares(task, keyword_starts=0, lda_starts=STARTS),
    f"**KeywordLDA and LDA, {STARTS} starts each (`topoi run`)**": lambda task: _shares(
        task, keyword_starts=STARTS, lda_starts=STARTS
    ),
}


if __name__ == "__main__":
    main()
