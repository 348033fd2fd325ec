"""What does a run have before it fits: texts read, cleaned, cut into passages, terms counted?"""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from topoi.config import LANGUAGES, RunConfig, named_places, places_of
from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate
from topoi.corpus.segment import segment
from topoi.defaults import Copies, copies_for, sizes_for
from topoi.errors import InputError, TopoiWarning
from topoi.io.coded_passages import read_coded_passages
from topoi.io.packs import load_themes, shipped_packs
from topoi.io.read import read_corpus
from topoi.io.step_forms import CORPORA, CORPUS, COUNTED_TEXTS, MATRIX
from topoi.io.steps import Say, Step
from topoi.measures.run_codes import codes_of_passages
from topoi.run_columns import check_clusters, check_column, covariates_of, kept_columns
from topoi.run_steps import IN_MEMORY, RunSteps
from topoi.text.matrix import DocTermMatrix
from topoi.text.selection import select
from topoi.text.vectorise import vectorise
from topoi.themes.as_json import themes_to_json
from topoi.themes.theme import Themes

__all__ = ["Counted", "count_background", "count_passages"]

_MANY_MERGED = 0.2  # share of the documents


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
    """The documents that are asked for, whole and in passages.

    Raises
    ------
    InputError
        If no document is asked for, or none has text.
    """
    chosen = _asked_for(documents, config.query)
    passages = segment(chosen, by=config.unit, language=language)
    if not len(passages):
        counts = chosen.ledger.counts()
        raise InputError(
            f"No text is left of {counts['read']} documents, of which {counts['dropped']} were "
            "dropped. `topoi explain` shows which rule of cleaning took what."
        )
    return chosen, passages


def count_background(
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
