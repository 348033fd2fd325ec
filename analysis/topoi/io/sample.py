"""Where the demonstration corpus is that comes with topoi, and how to load it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.io.read import read_corpus

__all__ = ["load_sample", "load_sample_codes", "sample_path", "sample_settings"]

_THEMES = ("root_causes", "border_security", "legal_pathways")


def load_sample() -> Corpus:
    """The raw documents of the demonstration corpus, as `read_corpus` gives them.

    Six kinds of source on migration policy in the Americas, 2021 to 2024, with the dirt of real
    files: to be cleaned and de-duplicated. The texts were written for topoi; they are no reporting.

    Returns
    -------
    Corpus
        `source` is the kind of source; the ledger tells of the empty and unsupported files.

    Raises
    ------
    InputError
        If the sample is not there, see `sample_path`.

    Examples
    --------
    >>> corpus = load_sample()
    >>> sorted(set(corpus.table["source"]))[:2]
    ['government_release', 'legislative_speech']
    """
    return read_corpus(sample_path() / "documents")


def load_sample_codes() -> pd.DataFrame:
    """Which themes each paragraph of the clean sample is about, by the codebook in its README.

    Returns
    -------
    DataFrame
        Columns doc_id (str), paragraph (int64, from 1), root_causes, border_security,
        legal_pathways (int64, 0 or 1), text (str, the clean paragraph); rows in the order of the
        documents and their paragraphs. Copies have no rows.

    Raises
    ------
    InputError
        If the sample is not there, see `sample_path`.
    """
    table = pd.read_csv(sample_path() / "codes.csv", keep_default_na=False, encoding="utf-8")
    kinds = {"doc_id": "str", "text": "str"} | dict.fromkeys(("paragraph", *_THEMES), "int64")
    return table.astype(kinds)


def sample_path() -> Path:
    """The folder with documents/, codes.csv and planted.csv.

    It is part of the installed package; in a checkout that was not installed it is data/sample.

    Raises
    ------
    InputError
        If neither is there.
    """
    package = Path(str(files("topoi.io"))).parent
    installed = package / "sample"
    for place in (installed, *(parent / "data" / "sample" for parent in package.parents)):
        if (place / "documents").is_dir():
            return place
    raise InputError(
        f"The demonstration corpus is not in {installed}, nor in data/sample of a checkout around "
        "it. Install topoi again, or read your own files with topoi.read_corpus."
    )


def sample_settings() -> dict[str, str]:
    """The settings of a run on the bundled corpus, compared by kind of source."""
    return {"source": str(sample_path() / "documents"), "by": "source"}
