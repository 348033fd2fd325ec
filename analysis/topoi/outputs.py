"""Which files a run writes, and what is in each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.catalogue import available, make_figure
from topoi.config import FORMATS
from topoi.figures.figure import Figure
from topoi.fit import TopicFit
from topoi.io.atomic import write_file
from topoi.io.matrix_store import matrix_zip
from topoi.io.parts import json_bytes, parquet_bytes
from topoi.io.run_files import RunFiles
from topoi.io.store import fit_zip
from topoi.measures.calibration import calibrate
from topoi.measures.coded_run import corrected_text_share, share_scores
from topoi.measures.coherence import npmi
from topoi.measures.shares import document_shares, topic_shares
from topoi.measures.term_tables import topic_terms
from topoi.measures.terms import top_terms
from topoi.measures.theme_audit import counter_words
from topoi.measures.topic_map import topic_map
from topoi.plots.table_csv import raw_csv, table_csv
from topoi.provenance import versions
from topoi.run_report.page import report_bytes
from topoi.study import Study
from topoi.themes.as_json import themes_to_json

__all__ = [
    "as_written",
    "figure_files",
    "figures_of",
    "result_files",
    "theme_files",
    "topic_label",
    "write_report",
]

_LEAST_OF_THEME = 0.01

Draw = Callable[[Figure, str], bytes]


def write_report(study: Study, path: str | Path) -> Path:
    """One offline page on a study: what was read, themes, figures, topics, typical passages.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    settings = {
        "by": study.by,
        "freq": study.freq,
        "covariates": study.covariates,
        "clusters": study.clusters,
    }
    files = dict(result_files(study, settings, formats=("svg",)))
    write_file(path, files["report.html"])
    return Path(path)


def figures_of(study: Study, names: Sequence[str] = ()) -> list[Figure]:
    """The figures of these names; without names all that the study can have, as catalogued.

    Raises
    ------
    InputError
        If there is no figure of a name, or the study has nothing to show in it.
    """
    return [make_figure(name, study) for name in names or available(study)]


def figure_files(
    figures: Sequence[Figure], formats: Sequence[str] = FORMATS, *, draw: Draw = Figure.drawn
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each figure's table and drawings, and of the list of captions.

    The SVG is there whether or not `formats` names it. `draw` gives a figure in a format.
    """
    for figure in figures:
        yield f"{figure.name}.csv", figure.csv
        for form in FORMATS:
            if form == "svg" or form in formats:
                yield f"{figure.name}.{form}", draw(figure, form)
    yield "captions.json", json_bytes({figure.name: figure.caption for figure in figures})


def result_files(
    study: Study,
    settings: Mapping[str, Any],
    *,
    formats: Sequence[str] = FORMATS,
    draw: Draw = Figure.drawn,
) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of a run but its manifest; `draw` as for `figure_files`."""
    files = {**dict(theme_files(study)), **dict(_topic_files(study))}
    drawn = figure_files(figures_of(study), formats, draw=draw)
    files |= {f"figures/{name}": content for name, content in drawn}
    yield from files.items()
    # As they are read back from the manifest, so that a report made again is the same.
    facts = json.loads(
        json_bytes({"settings": dict(settings), "seed": study.seed, "versions": versions()})
    )
    yield "report.html", report_bytes(RunFiles(files), facts)


def _topic_files(study: Study) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files on terms, topics and the texts."""
    yield "corpus.parquet", parquet_bytes(_corpus(study))
    yield "themes.json", json_bytes(themes_to_json(study.themes))
    yield "theme_terms.csv", table_csv(_theme_terms(study))
    yield "counter_words.csv", table_csv(counter_words(study.matrix, study.themes))
    yield "vocabulary.csv", table_csv(study.matrix.vocabulary.to_frame())
    yield "folded.csv", table_csv(study.matrix.folded)
    yield "topics.csv", table_csv(_topics(study))
    yield "topic_terms.csv", table_csv(_of_models(study, topic_terms))
    yield "topic_map.csv", table_csv(_of_models(study, topic_map))
    yield "coherence.csv", table_csv(_coherence(study))
    if study.stability is not None:
        yield "stability.csv", table_csv(study.stability)
    yield "doc_topics.parquet", parquet_bytes(_doc_topics(study))
    yield "matrix.zip", matrix_zip(study.matrix)
    for model, fit in study.fits.items():
        yield f"fits/{model}.zip", fit_zip(fit)


def as_written(files: Mapping[str, bytes], *, is_raw: bool) -> dict[str, bytes]:
    """The files as they go into a folder: texts in CSV guarded, or raw where that was asked for."""
    return {
        name: raw_csv(content) if is_raw and name.endswith(".csv") else content
        for name, content in files.items()
    }


def theme_files(study: Study) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files on themes and documents; without fits nothing is of topics."""
    yield "ledger.parquet", parquet_bytes(study.passages.ledger.events)
    if study.background is not None:
        yield "background_ledger.parquet", parquet_bytes(study.background.ledger.events)
    columns = ["doc_id", "passage_id", "theme", "share", "lower", "upper"]
    if study.codes is None:
        yield "themes.parquet", parquet_bytes(study.shares[columns])
    else:
        yield from _calibrated_files(study, study.codes, columns)
    if study.sub_shares is not None:
        parts = study.sub_shares.rename(columns={"theme": "sub_theme"})
        shown = ["sub_theme" if name == "theme" else name for name in columns]
        yield "sub_themes.parquet", parquet_bytes(parts[shown])
    if study.theme_topics is not None:
        yield "theme_topics.csv", table_csv(_theme_topics(study.theme_topics))
    yield "documents.csv", table_csv(_documents(study))
    yield "prevalence.csv", table_csv(_prevalence(study))
    if study.covariates:
        yield "prevalence_by_covariate.csv", table_csv(_by_covariate(study))


def _calibrated_files(
    study: Study, codes: pd.DataFrame, columns: list[str]
) -> Iterator[tuple[str, bytes]]:
    """The shares with probabilities by the codes, and what the codes say of the shares."""
    calibration = calibrate(study.shares, codes)
    found = calibration.apply(study.shares)[
        [*columns, "probability", "probability_lower", "probability_upper"]
    ]
    yield "themes.parquet", parquet_bytes(found)
    yield "codes_used.csv", table_csv(codes)
    yield "calibration.json", (calibration.to_json() + "\n").encode("utf-8")
    yield "corrected_prevalence.csv", table_csv(_corrected(study, codes))
    yield "score_report.csv", table_csv(share_scores(study.shares, codes, random_state=study.seed))


def _corrected(study: Study, codes: pd.DataFrame) -> pd.DataFrame:
    """Corrected prevalence of themes for the cuts and in the columns of the raw one, and more."""
    frames = [
        corrected_text_share(study.shares, codes, by=by, freq=freq, random_state=study.seed)
        for by, freq in _cuts(study)
    ]
    return _cut_table(frames, ["name"], ["n_coded", "coded", "share", "method"])


def topic_label(fit_themes: Mapping[str, tuple[int, ...]], topic: str, terms: list[str]) -> str:
    """What to call a topic: the name of its theme, else its first three terms."""
    named = any(topic == name or topic.rpartition(" ")[0] == name for name in fit_themes)
    return topic.replace("_", " ") if named else ", ".join(terms[:3])


def _corpus(study: Study) -> pd.DataFrame:
    """Documents, then passages; no covariate is called level or n_tokens, see `Corpus`."""
    n_tokens = study.matrix.units["n_tokens"].to_numpy()
    passages = study.passages.table.assign(n_tokens=n_tokens)
    documents = study.documents.table
    sums = passages.groupby("doc_id")["n_tokens"].sum()
    documents["n_tokens"] = documents["doc_id"].map(sums).fillna(0).astype("int64")
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


def _theme_topics(table: pd.DataFrame) -> pd.DataFrame:
    """The topics from which a theme has a hundredth or more of what it has of a start."""
    return table.loc[table["of_theme"] >= _LEAST_OF_THEME]


def _theme_terms(study: Study) -> pd.DataFrame:
    """The terms that speak for each theme; without a table of them no row."""
    if study.theme_terms is not None:
        return study.theme_terms
    return pd.DataFrame(columns=["theme", "term", "is_seed", "alone", "n_tokens"])


def _of_models(study: Study, table: Callable[[TopicFit], pd.DataFrame]) -> pd.DataFrame:
    """A table of each model's fit, one below the other, after a column model."""
    frames = []
    for model, fit in study.fits.items():
        found = table(fit)
        found.insert(0, "model", model)
        frames.append(found)
    return pd.concat(frames, ignore_index=True)


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
    """Prevalence of themes, their parts, each model's topics: over all, by period, group, both."""
    tables = [("theme", "", study.shares)]
    if study.sub_shares is not None:
        tables.append(("sub_theme", "", study.sub_shares))
    tables += [("topic", name, topic_shares(fit)) for name, fit in study.fits.items()]
    frames = []
    for kind, model, shares in tables:
        for by, freq in _cuts(study):
            found = study.prevalence(shares, by=by, freq=freq)
            frames.append(found.assign(kind=kind, model=model))
    return _cut_table(frames, ["kind", "model", "name"])


def _by_covariate(study: Study) -> pd.DataFrame:
    """Prevalence of themes by each covariate that was asked for: over all, then by period."""
    frames = [
        study.prevalence(by=by, freq=freq).assign(covariate=by)
        for by in study.covariates
        for freq in dict.fromkeys((None, _freq(study)))
    ]
    return _cut_table(frames, ["covariate", "name"])


def _cut_table(
    frames: list[pd.DataFrame], first: list[str], last: list[str] | None = None
) -> pd.DataFrame:
    """Tables of prevalence as one, with period and group empty where there is none."""
    table = pd.concat(frames, ignore_index=True)
    columns = [*first, "period", "group", "estimate", "lower", "upper", "level"]
    for name in ("period", "group"):
        given = table[name] if name in table.columns else pd.Series("", index=table.index)
        table[name] = given.fillna("").astype("str")
    told = ("n_documents", "n_passages", "weighting", "uncertainty", "is_small")
    return table[[*columns, *(name for name in told if name in table), *(last or ())]]


def _freq(study: Study) -> str | None:
    return study.freq if study.shares["date"].notna().any() else None


def _cuts(study: Study) -> list[tuple[str | None, str | None]]:
    freq = _freq(study)
    cuts: list[tuple[str | None, str | None]] = [(None, None), (None, freq), (study.by, None)]
    if study.by and freq:
        cuts.append((study.by, freq))
    return list(dict.fromkeys(cuts))
