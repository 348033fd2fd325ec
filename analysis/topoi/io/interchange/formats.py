"""Which formats there are, and how counts and fits go to them and come from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from topoi.errors import InputError, nearest
from topoi.fit import TopicFit
from topoi.hashes import bytes_hash
from topoi.io.atomic import new_folder
from topoi.io.interchange import gensim_files, lda_c, mallet, matrix_market, pyldavis, uci
from topoi.io.interchange.tables import Tables
from topoi.io.interchange.trip import Exported, ImportedCounts, ImportedFit, Written
from topoi.io.parts import json_bytes
from topoi.provenance import versions
from topoi.text.matrix import DocTermMatrix

__all__ = ["FORMATS", "Format", "export", "import_counts", "import_fit"]

_LABEL = "export.json"


class Format(NamedTuple):
    """What a format has: files, and what is written and read; None where it has no place."""

    text: str
    files: tuple[str, ...]
    write_counts: Callable[[DocTermMatrix], Written] | None = None
    read_counts: Callable[[str | Path], ImportedCounts] | None = None
    write_fit: Callable[[TopicFit, DocTermMatrix | None], Written] | None = None
    read_fit: Callable[[str | Path], ImportedFit] | None = None


def _tables(kind: str, text: str) -> Format:
    tables = Tables(kind)
    names = ("counts", "terms", "units", "topics", "topic_terms", "doc_topics")
    return Format(
        text,
        tuple(f"{name}.{kind}" for name in names),
        tables.write_counts,
        tables.read_counts,
        tables.write_fit,
        tables.read_fit,
    )


FORMATS = {
    "arrow": _tables("arrow", "tidy tables as Arrow files (Feather)"),
    "gensim": Format(
        "corpus.mm and dictionary.txt",
        ("corpus.mm", "dictionary.txt", "docs.txt"),
        gensim_files.write_counts,
        gensim_files.read_counts,
    ),
    "lda-c": Format(
        "docs.ldac and vocab.txt",
        ("docs.ldac", "vocab.txt", "docs.txt"),
        lda_c.write_counts,
        lda_c.read_counts,
    ),
    "mallet": Format(
        "doc-topics, topic-keys, word-weights and state",
        ("doc-topics.txt", "topic-keys.txt", "word-weights.txt", "state.mallet.gz"),
        read_counts=mallet.read_counts,
        write_fit=mallet.write_fit,
        read_fit=mallet.read_fit,
    ),
    "matrix-market": Format(
        "counts.mtx, terms.txt and units.csv, for quanteda, stm and scipy",
        ("counts.mtx", "terms.txt", "units.csv"),
        matrix_market.write_counts,
        matrix_market.read_counts,
    ),
    "parquet": _tables("parquet", "tidy tables as Parquet files"),
    "pyldavis": Format(
        "what pyLDAvis.prepare takes",
        ("pyldavis.json", "docs.txt"),
        write_fit=pyldavis.write_fit,
        read_fit=pyldavis.read_fit,
    ),
    "uci": Format(
        "docword.txt and vocab.txt",
        ("docword.txt", "vocab.txt", "docs.txt"),
        uci.write_counts,
        uci.read_counts,
    ),
}
"""Formats by name."""

Direction = TypeVar("Direction")


def export(
    thing: DocTermMatrix | TopicFit,
    to: str,
    path: str | Path,
    *,
    matrix: DocTermMatrix | None = None,
) -> Exported:
    """Write counts or a fit in a format of other programs, into a folder of its own.

    Numbers are written so that reading gives the same floats. The file export.json says what the
    format leaves out or changes, with the sha256 of each file.

    Parameters
    ----------
    thing : DocTermMatrix or TopicFit
    to : "arrow", "gensim", "lda-c", "mallet", "matrix-market", "parquet", "pyldavis" or "uci"
        gensim, lda-c, matrix-market and uci have counts only, mallet and pyldavis fits only.
    path : folder; an earlier export to the same format there is replaced
    matrix : DocTermMatrix of the fit, optional
        For mallet (the state), pyldavis (lengths of documents), parquet and arrow (the counts).

    Returns
    -------
    Exported
        files (paths) and notes: what the format has no place for, or changes.

    Raises
    ------
    InputError
        If there is no such format, it has no place for the thing, a name cannot be written in it,
        the matrix is not that of the fit, or the folder holds anything else.
    """
    format_ = _format(to)
    if isinstance(thing, TopicFit):
        write = _can(format_.write_fit, to, "fits", "write_fit")
        _check_belongs(thing, matrix)
        written = write(thing, matrix)
    elif isinstance(thing, DocTermMatrix):
        written = _can(format_.write_counts, to, "counts", "write_counts")(thing)
    else:
        raise InputError(f"A DocTermMatrix or a TopicFit is exported; got {type(thing).__name__}.")
    with new_folder(path, files=_earlier(Path(path), to)) as folder:
        for name, content in {**written.files, _LABEL: _label(to, written)}.items():
            (folder / name).write_bytes(content)
    return Exported(tuple(Path(path) / name for name in written.files), written.notes)


def import_counts(source: str, path: str | Path) -> ImportedCounts:
    """The counts in files of another program.

    Parameters
    ----------
    source : a format that has counts, see `export`; of mallet the state is read
    path : the folder, or the main file with the others beside it; text files may be .gz

    Returns
    -------
    ImportedCounts
        matrix and notes: what was not there, or changed. Terms are sorted.

    Raises
    ------
    InputError
        If there is no such format, or a file is not as the format has it; names file and row, and
        says what is allowed.
    """
    return _can(_format(source).read_counts, source, "counts", "read_counts")(path)


def import_fit(source: str, path: str | Path) -> ImportedFit:
    """The topics and shares in files of another program, as a fit.

    Parameters
    ----------
    source : a format that has fits, see `export`
    path : the folder, or the main file with the others beside it; text files may be .gz

    Returns
    -------
    ImportedFit
        fit and notes: what was not there, smoothed or divided. Terms are sorted.

    Raises
    ------
    InputError
        As `import_counts`.

    See Also
    --------
    from_sklearn, from_gensim : the same for models in memory.
    """
    return _can(_format(source).read_fit, source, "fits", "read_fit")(path)


def _format(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    meant = nearest(str(name), FORMATS)
    hint = f" Did you mean {meant}?" if meant else ""
    raise InputError(f"There is no format {name!r}; there are: {', '.join(FORMATS)}.{hint}")


def _can(found: Direction | None, name: str, what: str, direction: str) -> Direction:
    if found is None:
        able = [each for each, format_ in FORMATS.items() if getattr(format_, direction)]
        raise InputError(f"{name} has no place for {what}; these have: {', '.join(able)}.")
    return found


def _check_belongs(fit: TopicFit, matrix: DocTermMatrix | None) -> None:
    if matrix is None:
        return
    same_terms = matrix.vocabulary.terms == fit.vocabulary.terms
    if not same_terms or matrix.ids != fit.ids:
        raise InputError(
            f"The matrix ({matrix.shape[0]} rows, {matrix.shape[1]} terms) is not that of the fit "
            f"({len(fit.units)} rows, {len(fit.vocabulary)} terms): terms or ids differ."
        )


def _earlier(place: Path, name: str) -> set[str]:
    """The files of an earlier export to the format in a folder; none unless topoi wrote them."""
    try:
        label = json.loads((place / _LABEL).read_text(encoding="utf-8"))
        is_ours = label["format"] == name
    except (OSError, ValueError, TypeError, KeyError):
        return set()
    return {_LABEL, *FORMATS[name].files} if is_ours else set()


def _label(name: str, written: Written) -> bytes:
    """What a folder of an export says of itself."""
    return json_bytes(
        {
            "format": name,
            "notes": list(written.notes),
            "sha256": {each: bytes_hash(content) for each, content in written.files.items()},
            "topoi": versions()["topoi"],
        }
    )
