"""How a run goes from a folder of texts to a folder of results."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.config import LANGUAGES, RunConfig, cluster_column, named_places, places_of
from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate
from topoi.corpus.segment import segment
from topoi.defaults import Copies, copies_for, sizes_for
from topoi.errors import InputError, TopoiWarning
from topoi.figures.figure import Figure
from topoi.io.coded_passages import read_coded_passages
from topoi.io.packs import load_themes, shipped_packs
from topoi.io.parts import json_bytes
from topoi.io.read import read_corpus
from topoi.io.step_forms import CORPORA, CORPUS, COUNTED_TEXTS, DRAWN, FILES, MATRIX, TABLES
from topoi.io.steps import Step
from topoi.measures.run_codes import codes_of_passages
from topoi.measures.sub_theme_shares import sub_theme_shares
from topoi.measures.term_tables import theme_terms
from topoi.measures.theme_fit import fit_themes
from topoi.outputs import as_written, manifest, result_files
from topoi.plots.table_csv import table_csv
from topoi.result_folder import fill, result_folder
from topoi.run_columns import (
    check_clusters,
    check_column,
    covariates_of,
    kept_columns,
    usual_group,
)
from topoi.run_models import first_seed, model_of, models_fitted, models_fitted_again
from topoi.run_steps import DRAWING, IN_MEMORY, RunSteps, inputs_of, steps_of_run
from topoi.study import Study
from topoi.text.matrix import DocTermMatrix
from topoi.text.selection import select
from topoi.text.vectorise import vectorise
from topoi.themes.as_json import themes_to_json
from topoi.themes.theme import Themes

__all__ = [
    "Counted",
    "RunResult",
    "build_study",
    "count_passages",
    "inputs_of",
    "measured",
    "run",
    "settings_in_force",
]

Say = Callable[[str], None]
_MANY_MERGED = 0.2  # share of the documents


@dataclass(frozen=True, eq=False)
class RunResult:
    """A study and the folder where its files are."""

    study: Study
    out: Path
    manifest: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Counted:
    """Themes, documents and passages that were kept, terms of the passages, and codes of some.

    `key` is that of the step that counted the terms.
    """

    themes: Themes
    documents: Corpus
    passages: Corpus
    matrix: DocTermMatrix
    codes: pd.DataFrame | None = None
    key: str = ""


def run(config: RunConfig, *, say: Say = lambda _: None, resume: bool = False) -> RunResult:
    """Read, clean, fit, measure, draw and write everything; all files appear at once at the end.

    Steps that an earlier run finished with the same texts, settings and versions are not done
    again, see `topoi.run_steps`; the files are the same to the last byte.

    Parameters
    ----------
    config : RunConfig
    say : function, called with each step
    resume : whether there must be a run to the same folder to go on with, of the same settings,
        files and versions

    Raises
    ------
    InputError
        If the input or a setting is not usable, the folder holds other files, or there is nothing
        to go on with. Nothing is written then, and an earlier result stays as it was.
    """
    with result_folder(config, has_models=True) as folder:
        steps = steps_of_run(config, say=say, resume=resume)
        study = build_study(config, say=say, steps=steps)
        settings = settings_in_force(config, len(study.passages))
        files = as_written(_files(config, study, settings, steps, say), is_raw=config.raw_csv)
        facts = manifest(study, settings, inputs=steps.inputs, outputs=files)
        fill(folder, {**files, "manifest.json": json_bytes(facts)})
    steps.finish()
    return RunResult(study, Path(config.out), facts)


def build_study(
    config: RunConfig, *, say: Say = lambda _: None, steps: RunSteps = IN_MEMORY
) -> Study:
    """Everything that a run finds, in memory.

    Raises
    ------
    InputError
        If the input or a setting is not usable.
    """
    counted = count_passages(config, say=say, steps=steps)
    sizes = sizes_for(config, len(counted.passages))
    models = {name: model_of(name, config, sizes, counted.themes) for name in config.models}
    fits = models_fitted(config, models, counted.matrix, counted.key, steps=steps, say=say)
    again = models_fitted_again(config, models, fits, counted.matrix, steps=steps, say=say)
    study = measured(config, counted, say=say, steps=steps)
    return replace(study, fits={name: fit.value for name, fit in fits.items()}, stability=again)


def measured(
    config: RunConfig, counted: Counted, *, say: Say = lambda _: None, steps: RunSteps = IN_MEMORY
) -> Study:
    """The study of what was counted, with theme shares and without topic models.

    Raises
    ------
    InputError
        If a theme has no seed among the terms, or the background is not usable.
    """
    background = _background(config, counted, steps, say)
    tables = steps.step(
        "measuring themes",
        lambda: _theme_tables(config, counted, background, say),
        form=TABLES,
        settings={"starts": config.starts, "first_seed": first_seed(config)},
        parents=(counted.key, *(() if background is None else (background,))),
    ).value
    shares = tables["shares"]
    assert shares is not None
    return Study(
        documents=counted.documents,
        passages=counted.passages,
        matrix=counted.matrix,
        themes=counted.themes,
        fits={},
        shares=shares,
        by=config.by if config.by else usual_group(counted.documents),
        freq=config.freq,
        seed=config.seed,
        background=None if background is None else background.value[0],
        sub_shares=tables["sub_shares"],
        codes=counted.codes,
        covariates=covariates_of(counted.documents, config),
        theme_terms=tables["theme_terms"],
        clusters=cluster_column(config.clusters),
    )


def _theme_tables(
    config: RunConfig,
    counted: Counted,
    background: Step[tuple[Corpus, DocTermMatrix]] | None,
    say: Say,
) -> dict[str, pd.DataFrame | None]:
    """The shares of themes and of their parts, and the terms that speak for each theme."""
    say(f"measuring themes, {config.starts} starts")
    fit = fit_themes(
        counted.matrix,
        counted.themes,
        background=None if background is None else background.value[1],
        n_starts=config.starts,
        n_jobs=config.workers,
        random_state=first_seed(config),
    )
    parts = sub_theme_shares(fit, counted.matrix, n_jobs=config.workers)
    return {"shares": fit.shares, "sub_shares": parts, "theme_terms": theme_terms(fit)}


def count_passages(
    config: RunConfig, *, say: Say = lambda _: None, steps: RunSteps = IN_MEMORY
) -> Counted:
    """What a run has before it fits: texts read, cleaned, de-duplicated, cut and counted.

    Raises
    ------
    InputError
        If the input or a setting is not usable.
    """
    themes = load_themes(_pack(config))
    given = None if config.codes is None else read_coded_passages(config.codes, config.codes_key)
    merged = _documents(config, steps, say)
    language = _cut_language(config, themes)
    cut = steps.step(
        "cutting",
        lambda: _cut(config, merged.value, language),
        form=CORPORA,
        settings={"query": config.query, "unit": config.unit, "language": language},
        parents=(merged,),
    )
    documents, passages = cut.value
    codes = None if given is None else codes_of_passages(given, passages, themes)
    words: dict[str, Any] = {
        "language": config.language,
        "phrases": config.phrases,
        "lemmas": config.lemmas,
        "min_docs": sizes_for(config, len(passages)).min_docs,
    }

    def counted() -> DocTermMatrix:
        say(f"counting terms in {len(passages)} passages")
        return vectorise(passages, themes=themes, **words)

    step = steps.step(
        "counting terms",
        counted,
        form=MATRIX,
        settings={**words, "themes": themes_to_json(themes)},
        parents=(cut,),
    )
    return Counted(themes, documents, passages, step.value, codes, step.key)


def _documents(config: RunConfig, steps: RunSteps, say: Say) -> Step[Corpus]:
    """The documents as they are read, cleaned, and without copies."""
    how: dict[str, Any] = {
        "text": config.text,
        "id": config.id,
        "date": config.date,
        "title": config.title,
        "source": config.source_column,
        "covariates": kept_columns(config),
        "pattern": config.pattern,
        "date_format": config.date_format,
        "on_duplicate_id": config.on_duplicate_id,
    }
    read = _read("inputs", config.source, how, steps, say)
    covariates_of(read.value, config)
    check_column(read.value, config.by)
    check_clusters(read.value, config.clusters)

    def cleaned() -> Corpus:
        say(f"cleaning {read.value.n_documents} documents")
        return clean(read.value)

    tidy = steps.step("cleaning", cleaned, form=CORPUS, settings={}, parents=(read,))
    copies = copies_for(config)
    return steps.step(
        "merging copies",
        lambda: _without_copies(tidy.value, copies),
        form=CORPUS,
        settings=asdict(copies),
        parents=(tidy,),
    )


def _read(
    which: str,
    place: str | tuple[str, ...],
    how: dict[str, Any],
    steps: RunSteps,
    say: Say,
) -> Step[Corpus]:
    """The texts at a place; `which` is its name among the inputs of the run."""
    background = which == "background"

    def read() -> Corpus:
        say(f"reading {named_places(place)}" + (", the background" if background else ""))
        corpus = read_corpus(places_of(place), **how)
        steps.check_inputs()
        return corpus

    return steps.step(
        "reading the background" if background else "reading",
        read,
        form=CORPUS,
        settings={**how, "files": steps.files_at(place, which)},
    )


def _cut(config: RunConfig, documents: Corpus, language: str) -> tuple[Corpus, Corpus]:
    """The documents that are asked for, whole and in passages."""
    chosen = _asked_for(documents, config.query)
    return chosen, segment(chosen, by=config.unit, language=language)


def settings_in_force(config: RunConfig, n_passages: int) -> dict[str, Any]:
    """The settings that decide a result, with what a run chose where they left it the choice."""
    sizes = asdict(sizes_for(config, n_passages))
    return {**config.shown(), **asdict(copies_for(config)), **sizes}


def _files(
    config: RunConfig, study: Study, settings: dict[str, Any], steps: RunSteps, say: Say
) -> dict[str, bytes]:
    """Every file of the results but the manifest; a drawing is kept by the table it is of."""

    def drawn(figure: Figure, form: str) -> bytes:
        return steps.step(
            f"{DRAWING}{figure.name}.{form}",
            lambda: figure.drawn(form),
            form=DRAWN,
            settings={"figure": figure.name, "table": _sha256(figure.csv), "form": form},
            is_told=False,
        ).value

    def made() -> dict[str, bytes]:
        say("drawing and writing")
        return dict(result_files(study, settings, formats=config.formats, draw=drawn))

    return steps.step(
        "drawing and writing",
        made,
        form=FILES,
        settings={
            "settings": settings,
            "formats": config.formats,
            "codes": None if study.codes is None else _sha256(table_csv(study.codes)),
        },
        parents=list(steps.keys),
    ).value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _background(
    config: RunConfig, counted: Counted, steps: RunSteps, say: Say
) -> Step[tuple[Corpus, DocTermMatrix]] | None:
    """The passages of the background, treated as the source's, and the counts of its terms."""
    if config.background is None:
        return None
    # Its tables need no ids of their own: nothing is said of its documents one by one.
    how: dict[str, Any] = {
        "text": config.text,
        "pattern": config.pattern,
        "on_duplicate_id": "suffix",
    }
    read = _read("background", config.background, how, steps, say)
    copies, language = copies_for(config), _cut_language(config, counted.themes)

    def counts() -> tuple[Corpus, DocTermMatrix]:
        documents = _without_copies(clean(read.value), copies)
        passages = segment(documents, by=config.unit, language=language)
        say(f"counting terms in {len(passages)} passages of the background")
        matrix = vectorise(
            passages,
            themes=counted.themes,
            language=config.language,
            lemmas=counted.matrix.folded if config.lemmas else None,
            vocabulary=counted.matrix.vocabulary,
        )
        return passages, matrix

    return steps.step(
        "counting the background",
        counts,
        form=COUNTED_TEXTS,
        settings={**asdict(copies), "unit": config.unit, "language": language},
        parents=(read, counted.key),
    )


def _pack(config: RunConfig) -> str:
    """The pack that was named, in the language of the texts if it is shipped in that."""
    translated = f"{config.themes}_{config.language}"
    return translated if translated in shipped_packs() else config.themes


def _cut_language(config: RunConfig, themes: Themes) -> str:
    """The language whose abbreviations end no sentence; English for those without a list."""
    language = config.language or themes.language
    return language if language in LANGUAGES else "en"


def _asked_for(corpus: Corpus, query: str | None) -> Corpus:
    if query is None:
        return corpus
    kept = select(corpus, query=query)
    if not len(kept):
        raise InputError(f"None of the {len(corpus)} documents is one that query asks for: {query}")
    return kept


def _without_copies(corpus: Corpus, copies: Copies) -> Corpus:
    if copies.near == 0:
        return corpus
    kept = deduplicate(
        corpus,
        near=None if copies.near == 1 else copies.near,
        contained=copies.contained or None,
        spun=copies.spun,
    )
    n_merged = len(corpus) - len(kept)
    if n_merged > _MANY_MERGED * len(corpus):
        warnings.warn(
            f"{n_merged} of {len(corpus)} documents were merged as copies of others. If they are "
            "different texts on one template, raise near (which leaves contained and "
            "spun copies in, too), or set it to 0 to merge none.",
            TopoiWarning,
            stacklevel=3,
        )
    return kept
