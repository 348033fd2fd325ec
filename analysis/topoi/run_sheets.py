"""Which passages of a run do people code, and in which folders are their sheets?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from topoi.corpus.corpus import Corpus
from topoi.io.coding_files import write_sheets
from topoi.io.run_files import RunFiles, open_run
from topoi.measures.coding_sheet import coding_sheet
from topoi.themes.as_json import themes_from_json

__all__ = ["sheets_of_run"]


def sheets_of_run(
    run: str | Path,
    out: str | Path,
    *,
    n: int,
    coders: Sequence[str],
    top: float,
    part_from_top: float,
    separator: str = ",",
    random_state: int = 0,
) -> tuple[Path, Path]:
    """Write sheets for the coders of some passages of a run, and their key beside them.

    Parameters
    ----------
    run : folder or zip file of a run
    out : folder for the folders coding (for the coders) and keys/coding (not for them); both new
    n, top, part_from_top, random_state : as for `coding_sheet`, with the shares of the run
    coders, separator : as for `write_sheets`

    Returns
    -------
    Path, Path : of the sheets and of the key

    Raises
    ------
    InputError
        As `open_run`, `coding_sheet` and `write_sheets`.
    """
    files, _ = open_run(run)
    task = coding_sheet(
        _passages(files),
        themes_from_json(files.json("themes.json")),
        n,
        scores=files.parquet("themes.parquet"),
        top=top,
        part_from_top=part_from_top,
        random_state=random_state,
    )
    folder, key = Path(out) / "coding", Path(out) / "keys" / "coding"
    write_sheets(task, folder, key=key, coders=coders, separator=separator)
    return folder, key


def _passages(files: RunFiles) -> Corpus:
    table = files.parquet("corpus.parquet")
    rows = table.loc[table["level"] == "passage"].reset_index(drop=True)
    return Corpus(rows.drop(columns=["level", "n_tokens"]))
