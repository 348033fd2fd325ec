"""How the themes of a folder of texts are measured without the rest of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from topoi.config import RunConfig
from topoi.counted_passages import count_passages
from topoi.io.parts import json_bytes
from topoi.io.steps import Say
from topoi.manifest import manifest
from topoi.measures.theme_audit import ThemeAudit, audit_themes
from topoi.outputs import as_written, theme_files
from topoi.pipeline import measured, settings_in_force
from topoi.plots.table_csv import table_csv
from topoi.result_folder import fill, result_folder
from topoi.run_steps import IN_MEMORY, RunSteps, steps_of_run
from topoi.study import Study

__all__ = ["UNUSED", "MeasuredThemes", "measure_themes", "write_themes"]

UNUSED = ("topics", "theme_topics", "residual", "refits", "models", "formats")
"""Settings of a run that are about topic models beside the themes."""


@dataclass(frozen=True, eq=False)
class MeasuredThemes:
    """What was measured, and what each seed found.

    Parameters
    ----------
    study : Study without topic models; its `shares` are those of `fit_themes`
    audit : ThemeAudit of the same passages
    """

    study: Study
    audit: ThemeAudit


def measure_themes(
    config: RunConfig, *, say: Say = lambda _: None, steps: RunSteps = IN_MEMORY
) -> MeasuredThemes:
    """Theme shares of texts that are read, cleaned, cut, counted and measured as in a run.

    Raises
    ------
    InputError
        If the input or a setting is not usable.
    """
    counted = count_passages(config, say=say, steps=steps)
    study = measured(config, counted, say=say, steps=steps)
    return MeasuredThemes(study, audit_themes(counted.matrix, counted.themes))


def write_themes(config: RunConfig, *, say: Say = lambda _: None) -> MeasuredThemes:
    """The same, and its tables with a manifest in `config.out`, all at once at the end.

    Raises
    ------
    InputError
        If the input or a setting is not usable, or the folder holds anything but an earlier result
        of this function. Nothing is written then.
    """
    with result_folder(config, has_models=False) as folder:
        steps = steps_of_run(config, say=say)
        found = measure_themes(config, say=say, steps=steps)
        files = as_written(dict(_files(found)), is_raw=config.raw_csv)
        in_force = settings_in_force(config, len(found.study.passages))
        settings: dict[str, Any] = {k: v for k, v in in_force.items() if k not in UNUSED}
        facts = manifest(found.study, settings, inputs=steps.inputs, outputs=files)
        fill(folder, {**files, "manifest.json": json_bytes(facts)})
    steps.finish()
    return found


def _files(found: MeasuredThemes) -> Iterator[tuple[str, bytes]]:
    yield from theme_files(found.study)
    yield "seeds.csv", table_csv(found.audit.seeds)
    yield "counters.csv", table_csv(found.audit.counters)
