"""How a run goes from a folder of texts to a folder of results."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.config import LANGUAGES, RunConfig, cluster_column, places_of
from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate
from topoi.corpus.segment import segment
from topoi.defaults import Copies, Sizes, copies_for, sizes_for
from topoi.errors import InputError, TopoiWarning, listed, nearest
from topoi.fit import TopicFit, fit_topics
from topoi.io.coded_passages import read_coded_passages
from topoi.io.packs import load_themes, shipped_packs
from topoi.io.parts import json_bytes
from topoi.io.read import read_corpus
from topoi.io.roles import NO_COVARIATE, OWN_COLUMNS
from topoi.measures.run_codes import codes_of_passages
from topoi.measures.stability import stability
from topoi.measures.sub_theme_shares import sub_theme_shares
from topoi.measures.term_tables import theme_terms
from topoi.measures.theme_fit import fit_themes
from topoi.models.adapters import GensimLDA, GensimNMF, SklearnLDA
from topoi.models.base import TopicModel
from topoi.models.keyword_lda import KeywordLDA
from topoi.models.lda import LDA
from topoi.models.nmf import NMF
from topoi.outputs import input_hashes, manifest, result_files
from topoi.result_folder import fill, result_folder
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
_OWN = ("doc_id", "text", "date")  # columns by which nothing is grouped
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
    models = {name: _model(name, config, sizes, counted.themes) for name in config.models}
    fits = _fits(models, counted.matrix, say)
    again = _fits_again(config, models, fits, counted.matrix, say)
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
        random_state=_first_seed(config),
    )
    return Study(
        documents=counted.documents,
        passages=counted.passages,
        matrix=counted.matrix,
        themes=counted.themes,
        fits={},
        shares=fit.shares,
        by=config.by if config.by else _usual_group(counted.documents),
        freq=config.freq,
        seed=config.seed,
        background=None if background is None else background[0],
        sub_shares=sub_theme_shares(fit, counted.matrix, n_jobs=config.workers),
        codes=counted.codes,
        covariates=_covariates(counted.documents, config),
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
    say(f"reading {_named(config.source)}")
    corpus = read_corpus(
        places_of(config.source),
        text=config.text,
        id=config.id,
        date=config.date,
        title=config.title,
        source=config.source_column,
        covariates=_kept_columns(config),
        pattern=config.pattern,
        date_format=config.date_format,
        on_duplicate_id=config.on_duplicate_id,
    )
    _covariates(corpus, config)
    _check_column(corpus, config.by)
    _check_clusters(corpus, config.clusters)
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
    say(f"reading {_named(config.background)}, the background")
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


def _named(source: str | tuple[str, ...]) -> str:
    first, *others = places_of(source)
    return first + (f" and {len(others)} more" if others else "")


def _kept_columns(config: RunConfig) -> tuple[str, ...] | None:
    """The columns of tables that settings name; None, which is all, without any covariates."""
    if config.covariates is None:
        return None
    asked = (config.by, cluster_column(config.clusters))
    named = [name for name in asked if name and name not in OWN_COLUMNS]
    # A column that bears a name of ours has another one in the corpus.
    plain = [name.removeprefix("original_") for name in named]
    columns = [own if own in OWN_COLUMNS else name for own, name in zip(plain, named, strict=True)]
    return tuple(dict.fromkeys((*config.covariates, *columns)))


def _covariates(corpus: Corpus, config: RunConfig) -> tuple[str, ...]:
    """What the columns that `covariates` names are called in the corpus.

    Raises
    ------
    InputError
        If a table has no such column, or there is no table.
    """
    events = corpus.ledger.events
    lacking = events.loc[events["reason"] == NO_COVARIATE, "detail"]
    if len(lacking):
        tables = "1 table lacks" if len(lacking) == 1 else f"{len(lacking)} tables lack"
        raise InputError(f"{tables} a column that covariates or by names. {lacking.iloc[0]}")
    columns = set(corpus.table.columns).difference(_OWN, ("source", "title"))
    # A column that bears a name of ours has another one in the corpus.
    named = {
        name: next((n for n in (name, f"original_{name}") if n in columns), None)
        for name in config.covariates or ()
    }
    absent = [name for name, column in named.items() if column is None]
    if absent:
        raise InputError(
            f"covariates names {listed(absent)}, but no table was read from "
            f"{_named(config.source)}, and other files have no columns. Leave covariates out."
        )
    return tuple(column for column in named.values() if column)


def _check_column(corpus: Corpus, by: str | None) -> None:
    if by in _OWN:
        raise InputError(f"The column {by!r} cannot be grouped by: topoi uses that name itself.")
    columns = [name for name in corpus.table.columns if name not in _OWN]
    if by is not None and by not in columns:
        near = nearest(by, columns)
        hint = f" Did you mean {near!r}?" if near else ""
        raise InputError(
            f"There is no column {by!r} to group by; "
            f"the corpus has: {listed(columns, most=20)}.{hint}"
        )


def _check_clusters(corpus: Corpus, clusters: str | None) -> None:
    columns = [name for name in corpus.table.columns if name not in ("doc_id", "text")]
    if clusters is not None and cluster_column(clusters) not in columns:
        near = nearest(clusters, columns)
        hint = f" Did you mean {near!r}?" if near else ""
        raise InputError(
            f"There is no column {clusters!r} for clusters; "
            f"the corpus has: {listed(columns, most=20)}.{hint}"
        )


def _usual_group(corpus: Corpus) -> str | None:
    return "source" if corpus.table["source"].nunique() > 1 else None


def _fits(models: dict[str, TopicModel], matrix: DocTermMatrix, say: Say) -> dict[str, TopicFit]:
    """A fit of each model, in their order."""
    found = {}
    for name, model in models.items():
        say(f"fitting {name}")
        found[name] = fit_topics(matrix, model)
    return found


def _fits_again(
    config: RunConfig,
    models: dict[str, TopicModel],
    fits: dict[str, TopicFit],
    matrix: DocTermMatrix,
    say: Say,
) -> pd.DataFrame | None:
    """`stability` of the topics of each model in fits from other starts; None without such fits."""
    if config.refits == 0:
        return None
    tables = []
    for name, model in models.items():
        say(f"fitting {name} from other starts, {config.refits} of them")
        found = stability(
            matrix, model, n_seeds=config.refits, n_subsamples=0, n_orders=0, other_ks=(),
            n_jobs=config.workers, random_state=config.seed, fit=fits[name],
        )  # fmt: skip
        found.insert(0, "model", name)
        tables.append(found)
    return pd.concat(tables, ignore_index=True)


def _first_seed(config: RunConfig) -> int:
    """The seed of the first start: no two seeds share a start, so that another is really other."""
    return (config.seed * config.starts) % (2**32 - config.starts)


def _model(name: str, config: RunConfig, sizes: Sizes, themes: Themes) -> TopicModel:
    seed = _first_seed(config)
    if name == "KeywordLDA":
        return KeywordLDA(
            themes,
            topics_per_set=sizes.theme_topics,
            n_residual=sizes.residual,
            n_jobs=config.workers,
            random_state=seed,
        )
    if name == "LDA":
        return LDA(sizes.topics, n_jobs=config.workers, random_state=seed)
    if name == "NMF":
        return NMF(sizes.topics, n_jobs=config.workers, random_state=seed)
    kinds: dict[str, Callable[..., TopicModel]] = {
        "SklearnLDA": SklearnLDA,
        "GensimLDA": GensimLDA,
        "GensimNMF": GensimNMF,
    }
    return kinds[name](sizes.topics, random_state=seed)
