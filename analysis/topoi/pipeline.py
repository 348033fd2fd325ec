"""How a run goes from a folder of texts to a folder of results."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from topoi.config import RunConfig, cluster_column
from topoi.corpus.corpus import Corpus
from topoi.counted_passages import Counted, count_background, count_passages
from topoi.defaults import Sizes, copies_for, sizes_for
from topoi.figures.figure import Figure
from topoi.hashes import bytes_hash
from topoi.io.parts import json_bytes
from topoi.io.step_forms import DRAWN, FILES, TABLES
from topoi.io.steps import Say, Step
from topoi.manifest import manifest
from topoi.measures.sub_theme_shares import sub_theme_shares
from topoi.measures.term_tables import theme_terms
from topoi.measures.theme_fit import fit_themes
from topoi.measures.theme_topics import theme_topics
from topoi.outputs import as_written, result_files
from topoi.plots.table_csv import table_csv
from topoi.result_folder import fill, result_folder
from topoi.run_columns import covariates_of, usual_group
from topoi.run_models import first_seed, model_of, models_fitted, models_fitted_again
from topoi.run_steps import DRAWING, IN_MEMORY, RunSteps, steps_of_run
from topoi.study import Study
from topoi.text.matrix import DocTermMatrix

__all__ = [
    "RunResult",
    "build_study",
    "measured",
    "run",
    "settings_in_force",
]


@dataclass(frozen=True, eq=False)
class RunResult:
    """A study and the folder where its files are."""

    study: Study
    out: Path
    manifest: dict[str, Any]


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
    background = count_background(config, counted, steps, say)
    sizes = sizes_for(config, len(counted.passages))
    tables = steps.step(
        "measuring themes",
        lambda: _theme_tables(config, sizes, counted, background, say),
        form=TABLES,
        settings={"starts": sizes.starts, "first_seed": first_seed(config, sizes)},
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
        theme_topics=tables["theme_topics"],
        clusters=cluster_column(config.clusters),
    )


def _theme_tables(
    config: RunConfig,
    sizes: Sizes,
    counted: Counted,
    background: Step[tuple[Corpus, DocTermMatrix]] | None,
    say: Say,
) -> dict[str, pd.DataFrame | None]:
    """The shares of themes and of their parts, and the terms and topics behind each theme."""
    say(f"measuring themes, {sizes.starts} starts")
    fit = fit_themes(
        counted.matrix,
        counted.themes,
        background=None if background is None else background.value[1],
        n_starts=sizes.starts,
        n_jobs=config.workers,
        random_state=first_seed(config, sizes),
    )
    parts = sub_theme_shares(fit, counted.matrix, n_jobs=config.workers)
    topics = theme_topics(fit, counted.matrix, n_jobs=config.workers)
    return {
        "shares": fit.shares,
        "sub_shares": parts,
        "theme_terms": theme_terms(fit),
        "theme_topics": topics,
    }


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
            settings={"figure": figure.name, "table": bytes_hash(figure.csv), "form": form},
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
            "codes": None if study.codes is None else bytes_hash(table_csv(study.codes)),
        },
        parents=list(steps.keys),
    ).value
