"""How a run goes from a folder of texts to a folder of results."""

from __future__ import annotations

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
from topoi.io.coded_passages import read_coded_passages
from topoi.io.packs import load_themes, shipped_packs
from topoi.io.parts import json_bytes
from topoi.io.read import read_corpus
from topoi.measures.run_codes import codes_of_passages
from topoi.measures.sub_theme_shares import sub_theme_shares
from topoi.measures.term_tables import theme_terms
from topoi.measures.theme_fit import fit_themes
from topoi.outputs import input_hashes, manifest, result_files
from topoi.result_folder import fill, result_folder
from topoi.run_columns import (
    check_clusters,
    check_column,
    covariates_of,
    kept_columns,
    usual_group,
)
from topoi.run_models import first_seed, model_of, models_fitted, models_fitted_again
from topoi.study import Study
from topoi.text.matrix import DocTermMatrix
from topoi.text.selection import select
from topoi.text.vectorise import vectorise
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
    """Themes, documents and passages that were kept, terms of the passages, and codes of some."""

    themes: Themes
    documents: Corpus
    passages: Corpus
    matrix: DocTermMatrix
    codes: pd.DataFrame | None = None


def run(config: RunConfig, *, say: Say = lambda _: None) -> RunResult:
    """Read, clean, fit, measure, draw and write everything; all files appear at once at the end.

    Raises
    ------
    InputError
        If the input or a setting is not usable, or the folder holds other files. Nothing is
        written then, and an earlier result stays as it was.
    """
    with result_folder(config, has_models=True) as folder:
        study = build_study(config, say=say)
        say("drawing and writing")
        settings = settings_in_force(config, len(study.passages))
        files = dict(result_files(study, settings, formats=config.formats))
        facts = manifest(study, settings, inputs=inputs_of(config), outputs=files)
        fill(folder, {**files, "manifest.json": json_bytes(facts)})
    return RunResult(study, Path(config.out), facts)


def build_study(config: RunConfig, *, say: Say = lambda _: None) -> Study:
    """Everything that a run finds, in memory.

    Raises
    ------
    InputError
        If the input or a setting is not usable.
    """
    counted = count_passages(config, say=say)
    sizes = sizes_for(config, len(counted.passages))
    models = {name: model_of(name, config, sizes, counted.themes) for name in config.models}
    fits = models_fitted(models, counted.matrix, say)
    again = models_fitted_again(config, models, fits, counted.matrix, say)
    return replace(measured(config, counted, say=say), fits=fits, stability=again)


def measured(config: RunConfig, counted: Counted, *, say: Say = lambda _: None) -> Study:
    """The study of what was counted, with theme shares and without topic models.

    Raises
    ------
    InputError
        If a theme has no seed among the terms, or the background is not usable.
    """
    background = _background(config, counted, say)
    say(f"measuring themes, {config.starts} starts")
    fit = fit_themes(
        counted.matrix,
        counted.themes,
        background=None if background is None else background[1],
        n_starts=config.starts,
        n_jobs=config.workers,
        random_state=first_seed(config),
    )
    return Study(
        documents=counted.documents,
        passages=counted.passages,
        matrix=counted.matrix,
        themes=counted.themes,
        fits={},
        shares=fit.shares,
        by=config.by if config.by else usual_group(counted.documents),
        freq=config.freq,
        seed=config.seed,
        background=None if background is None else background[0],
        sub_shares=sub_theme_shares(fit, counted.matrix, n_jobs=config.workers),
        codes=counted.codes,
        covariates=covariates_of(counted.documents, config),
        theme_terms=theme_terms(fit),
        clusters=cluster_column(config.clusters),
    )


def count_passages(config: RunConfig, *, say: Say = lambda _: None) -> Counted:
    """What a run has before it fits: texts read, cleaned, de-duplicated, cut and counted.

    Raises
    ------
    InputError
        If the input or a setting is not usable.
    """
    themes = load_themes(_pack(config))
    given = None if config.codes is None else read_coded_passages(config.codes, config.codes_key)
    say(f"reading {named_places(config.source)}")
    corpus = read_corpus(
        places_of(config.source),
        text=config.text,
        id=config.id,
        date=config.date,
        title=config.title,
        source=config.source_column,
        covariates=kept_columns(config),
        pattern=config.pattern,
        date_format=config.date_format,
        on_duplicate_id=config.on_duplicate_id,
    )
    covariates_of(corpus, config)
    check_column(corpus, config.by)
    check_clusters(corpus, config.clusters)
    say(f"cleaning {corpus.n_documents} documents")
    documents = _asked_for(_without_copies(clean(corpus), copies_for(config)), config.query)
    passages = segment(documents, by=config.unit, language=_cut_language(config, themes))
    codes = None if given is None else codes_of_passages(given, passages, themes)
    sizes = sizes_for(config, len(passages))
    say(f"counting terms in {len(passages)} passages")
    matrix = vectorise(
        passages,
        themes=themes,
        language=config.language,
        phrases=config.phrases,
        lemmas=config.lemmas,
        min_docs=sizes.min_docs,
    )
    return Counted(themes, documents, passages, matrix, codes)


def settings_in_force(config: RunConfig, n_passages: int) -> dict[str, Any]:
    """The settings that decide a result, with what a run chose where they left it the choice."""
    sizes = asdict(sizes_for(config, n_passages))
    return {**config.shown(), **asdict(copies_for(config)), **sizes}


def inputs_of(config: RunConfig) -> dict[str, dict[str, str]]:
    """sha256 of the files of the source, and of background and codes where there are, by path."""
    found = {"inputs": input_hashes(places_of(config.source))}
    if config.background is not None:
        found["background"] = input_hashes(places_of(config.background))
    for name in ("codes", "codes_key"):
        path = getattr(config, name)
        if path is not None:
            found[name] = input_hashes(path)
    return found


def _background(
    config: RunConfig, counted: Counted, say: Say
) -> tuple[Corpus, DocTermMatrix] | None:
    """The passages of the background, treated as the source's, and the counts of its terms."""
    if config.background is None:
        return None
    say(f"reading {named_places(config.background)}, the background")
    # Its tables need no ids of their own: nothing is said of its documents one by one.
    corpus = read_corpus(
        places_of(config.background),
        text=config.text,
        pattern=config.pattern,
        on_duplicate_id="suffix",
    )
    documents = _without_copies(clean(corpus), copies_for(config))
    passages = segment(documents, by=config.unit, language=_cut_language(config, counted.themes))
    say(f"counting terms in {len(passages)} passages of the background")
    matrix = vectorise(
        passages,
        themes=counted.themes,
        language=config.language,
        lemmas=counted.matrix.folded if config.lemmas else None,
        vocabulary=counted.matrix.vocabulary,
    )
    return passages, matrix


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
