"""Which files a run writes, and what is in each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.catalogue import Figure, available, make_figure
from topoi.fit import TopicFit, counts_hash, versions
from topoi.io.atomic import write_file
from topoi.io.parts import file_hash, json_bytes, parquet_bytes
from topoi.io.places import Found, Places
from topoi.measures.coherence import npmi
from topoi.measures.prevalence import prevalence
from topoi.measures.shares import document_shares, topic_shares
from topoi.measures.terms import top_terms
from topoi.plots.table_csv import table_csv
from topoi.report.page import report_page
from topoi.report.study_facts import study_facts
from topoi.study import Study

__all__ = ["figure_files", "figures_of", "manifest", "result_files", "theme_files", "write_report"]

_SCHEMA = 1


def write_report(study: Study, path: str | Path) -> Path:
    """One offline page on a study: what was read, themes, figures, topics, typical passages.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    page = _page(study, figures_of(study), {"by": study.by, "freq": study.freq})
    write_file(path, page)
    return Path(path)


def figures_of(study: Study) -> list[Figure]:
    """Every figure that the study can have, in the order of the catalogue."""
    return [make_figure(name, study) for name in available(study)]


def figure_files(figures: list[Figure]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each figure's drawing and table, and of the list of captions."""
    for figure in figures:
        yield f"{figure.name}.svg", figure.svg
        yield f"{figure.name}.png", figure.png
        yield f"{figure.name}.csv", figure.csv
    yield "captions.json", json_bytes({figure.name: figure.caption for figure in figures})


def result_files(study: Study, settings: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of a run but its manifest."""
    figures = figures_of(study)
    yield from theme_files(study)
    yield "corpus.parquet", parquet_bytes(_corpus(study))
    yield "vocabulary.csv", table_csv(study.matrix.vocabulary.to_frame())
    yield "topics.csv", table_csv(_topics(study))
    yield "coherence.csv", table_csv(_coherence(study))
    yield "doc_topics.parquet", parquet_bytes(_doc_topics(study))
    for name, content in figure_files(figures):
        yield f"figures/{name}", content
    yield "report.html", _page(study, figures, settings)


def theme_files(study: Study) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files on themes and documents; without fits nothing is of topics."""
    yield "ledger.parquet", parquet_bytes(study.passages.ledger.events)
    if study.background is not None:
        yield "background_ledger.parquet", parquet_bytes(study.background.ledger.events)
    columns = ["doc_id", "passage_id", "theme", "share", "lower", "upper"]
    yield "themes.parquet", parquet_bytes(study.shares[columns])
    yield "documents.csv", table_csv(_documents(study))
    yield "prevalence.csv", table_csv(_prevalence(study))


def manifest(
    study: Study,
    settings: Mapping[str, Any],
    *,
    inputs: Mapping[str, Mapping[str, str]],
    outputs: Mapping[str, bytes],
) -> dict[str, Any]:
    """What made the files: versions, settings, seeds of the themes, sha256 of files in and out.

    It holds no times, paths of the machine or numbers of workers, so that equal results have
    equal manifests.
    """
    return {
        "schema": _SCHEMA,
        "versions": versions(),
        "settings": dict(settings),
        "seed": study.seed,
        "themes": study.themes.weights,
        "models": {name: _model_settings(fit) for name, fit in study.fits.items()},
        "counts_sha256": counts_hash(study.matrix),
        **{name: dict(hashes) for name, hashes in inputs.items()},
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in outputs.items()},
    }


def input_hashes(source: str | Path) -> dict[str, str]:
    """sha256 of the source file, or of each file that a folder or pattern holds, by path.

    Hidden files and links out of the folder, which are not read, are left out, and so is what is
    no file.
    """
    files = Places(source, "**/*").files()
    paths = ((file.name, Path(file.where)) for file in files if _is_inside(file))
    return {name: _hash_or_reason(path) for name, path in paths}


def _is_inside(file: Found) -> bool:
    """Whether it is a file of the source: what a link points to may lie elsewhere."""
    return not file.refusal.startswith("link") and Path(file.where).is_file()


def _hash_or_reason(path: Path) -> str:
    try:
        return file_hash(path)
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _model_settings(fit: TopicFit) -> dict[str, Any]:
    """The settings of the estimator; keywords are the themes, which stand apart."""
    apart = ("keywords", "n_jobs")
    settings: Mapping[str, Any] = fit.provenance.get("settings", {})
    return {name: value for name, value in settings.items() if name not in apart}


def topic_label(fit_themes: Mapping[str, tuple[int, ...]], topic: str, terms: list[str]) -> str:
    """What to call a topic: the name of its theme, else its first three terms."""
    named = any(topic == name or topic.rpartition(" ")[0] == name for name in fit_themes)
    return topic.replace("_", " ") if named else ", ".join(terms[:3])


def _page(study: Study, figures: list[Figure], settings: Mapping[str, Any]) -> bytes:
    drawn = [(figure.name, figure.caption, figure.svg) for figure in figures]
    return report_page(study_facts(study, drawn, settings)).encode("utf-8")


def _corpus(study: Study) -> pd.DataFrame:
    """Documents, then passages; a covariate called level gives way as in `read_corpus`."""
    documents = study.documents.table.rename(columns={"level": "original_level"})
    passages = study.passages.table.rename(columns={"level": "original_level"})
    first = ["level", "doc_id", "passage_id"]
    both = pd.concat(
        [documents.assign(level="document", passage_id=""), passages.assign(level="passage")],
        ignore_index=True,
    )
    return both[first + [name for name in both.columns if name not in first]]


def _topics(study: Study) -> pd.DataFrame:
    frames = []
    for model, fit in study.fits.items():
        table = top_terms(fit, n=20, themes=study.themes)
        labels = {
            topic: topic_label(fit.themes, str(topic), list(rows["term"]))
            for topic, rows in table.groupby("topic", sort=False)
        }
        frames.append(table.assign(model=model, label=table["topic"].map(labels)))
    columns = ["model", "topic", "rank", "term", "weight", "label", "is_seed"]
    return pd.concat(frames, ignore_index=True)[columns]


def _coherence(study: Study) -> pd.DataFrame:
    frames = [npmi(fit, study.matrix).assign(model=model) for model, fit in study.fits.items()]
    columns = ["model", "topic", "npmi", "n_terms", "window"]
    return pd.concat(frames, ignore_index=True)[columns]


def _doc_topics(study: Study) -> pd.DataFrame:
    columns = ["model", "doc_id", "passage_id", "topic", "share"]
    frames = [topic_shares(fit).assign(model=model)[columns] for model, fit in study.fits.items()]
    return pd.concat(frames, ignore_index=True)


def _documents(study: Study) -> pd.DataFrame:
    columns = ["doc_id", "title", "source", "date", "n_tokens", "theme"]
    columns += ["share", "lower", "upper"]
    table = document_shares(study.shares)[columns]
    return table.assign(date=table["date"].dt.strftime("%Y-%m-%d").fillna(""))


def _prevalence(study: Study) -> pd.DataFrame:
    """Prevalence of themes, then of each model's topics: over all, by period, by group, by both."""
    tables = [("theme", "", study.shares)]
    tables += [("topic", name, topic_shares(fit)) for name, fit in study.fits.items()]
    frames = []
    for kind, model, shares in tables:
        for by, freq in _cuts(study):
            found = prevalence(shares, by=by, freq=freq, seed=study.seed)
            frames.append(found.assign(kind=kind, model=model))
    table = pd.concat(frames, ignore_index=True)
    columns = ["kind", "model", "name", "period", "group", "estimate", "lower", "upper", "level"]
    for name in ("period", "group"):
        given = table[name] if name in table.columns else pd.Series("", index=table.index)
        table[name] = given.fillna("").astype("str")
    told = ["n_documents", "n_passages", "weighting", "uncertainty", "is_small"]
    return table[[*columns, *told]]


def _cuts(study: Study) -> list[tuple[str | None, str | None]]:
    freq = study.freq if study.shares["date"].notna().any() else None
    cuts: list[tuple[str | None, str | None]] = [(None, None), (None, freq), (study.by, None)]
    if study.by and freq:
        cuts.append((study.by, freq))
    return list(dict.fromkeys(cuts))
