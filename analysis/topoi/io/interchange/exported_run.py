"""What of a run, a kept fit or a kept matrix goes into a format of another program."""

from __future__ import annotations

from pathlib import Path

from topoi.errors import InputError
from topoi.fit import TopicFit
from topoi.io.interchange.formats import FORMATS, export
from topoi.io.interchange.trip import Exported
from topoi.io.kept_place import kept_place
from topoi.io.matrix_store import MATRIX, matrix_in, read_matrix
from topoi.io.run_files import RunFiles, open_run
from topoi.io.store import FIT, fit_in, read_fit

__all__ = ["export_kept"]


def export_kept(kept: Path, to: str, out: str | Path, *, model: str | None = None) -> Exported:
    """Export the counts or the topics of a run, a fit or a matrix, whatever the format has.

    Parameters
    ----------
    kept : folder or zip file of a run, of `write_fit` or of `write_matrix`
    to, out : as for `export`
    model : which of the models of a run; None for the first

    Raises
    ------
    InputError
        If there is none of these, the run has no such model, or as `export`.
    """
    names = kept_place(kept).names()
    if FIT.head in names:
        return export(read_fit(kept), to, out)
    if MATRIX.head in names:
        return export(read_matrix(kept), to, out)
    files, facts = open_run(kept)
    matrix = matrix_in(files.kept("matrix.zip"))
    if to in FORMATS and FORMATS[to].write_fit is None:
        return export(matrix, to, out)
    return export(_fit(files, list(facts.get("models", ())), model), to, out, matrix=matrix)


def _fit(files: RunFiles, models: list[str], model: str | None) -> TopicFit:
    if not models:
        raise InputError("The run has no topic models; a format of counts can be written.")
    chosen = models[0] if model is None else model
    if chosen not in models:
        raise InputError(f"The run has no model {chosen!r}; it has: {', '.join(models)}.")
    return fit_in(files.kept(f"fits/{chosen}.zip"))
