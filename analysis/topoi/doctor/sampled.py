"""What does a part of the texts say of how large all of them are?"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from time import perf_counter
from zipfile import BadZipFile, ZipFile

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.config import RunConfig, places_of
from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.corpus.segment import segment
from topoi.defaults import sizes_for
from topoi.errors import InputError, TopoiWarning
from topoi.io.kinds import ARCHIVES, TABLES, kind_by_name
from topoi.io.places import Places
from topoi.io.read import read_corpus, read_parts
from topoi.io.urls import refuse_url
from topoi.text.vectorise import vectorise

__all__ = ["Size", "sampled_size"]

_SAMPLE = 2_000_000  # bytes of files
_ROWS = 100  # of a large table at a time
_PACKED = 4  # how much larger a tar.gz is when unpacked
_LEAST_GROWTH, _MOST_GROWTH = 0.3, 1.0  # exponents by which terms grow with text (Heaps 1978)


@dataclass(frozen=True)
class Size:
    """How large all the texts of a source are, as a part of them lets expect.

    n_bytes : of the files
    share : part of these that was read, in (0, 1]
    n_documents, n_passages, n_characters : documents, passages, characters of their cleaned text
    n_terms : terms that are counted, V
    n_stored : counts above 0
    seconds : to read, clean, cut and count all of it, at the speed of the part
    """

    n_bytes: int
    share: float
    n_documents: int
    n_passages: int
    n_characters: int
    n_terms: int
    n_stored: int
    seconds: float


def sampled_size(config: RunConfig, *, sample: int = _SAMPLE) -> Size:
    """The size of what a run with these settings would count.

    Files are taken at even distances up to `sample` bytes; of a table or an archive that is larger
    by itself, its first rows. Passages and counts grow with the text, terms as they grow from half
    of the sample to all of it.

    Raises
    ------
    InputError
        If there is nothing to read, or a setting is not usable.
    """
    files = _files(config)
    n_bytes = sum(files.values())
    began = perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TopoiWarning)
        corpus, share = _read(config, files, sample)
        passages = segment(clean(corpus), by=config.unit)
    if not len(passages):
        raise InputError("The first texts of the source have no words; nothing can be estimated.")
    n_terms, n_stored = _counted(config, passages, share)
    seconds = perf_counter() - began
    return Size(
        n_bytes=n_bytes,
        share=share,
        n_documents=round(corpus.n_documents / share),
        n_passages=round(len(passages) / share),
        n_characters=round(sum(map(len, passages.texts)) / share),
        n_terms=n_terms,
        n_stored=round(n_stored / share),
        seconds=seconds / share,
    )


def _files(config: RunConfig) -> dict[Path, int]:
    """Bytes of each file that would be read, unpacked where that is known."""
    for place in places_of(config.source):
        refuse_url(place, "The source of an estimate", "it is made from a part that lies here.")
    found = {}
    for file in Places(places_of(config.source), config.pattern).files():
        path = Path(file.where)
        if not file.refusal and path.is_file() and kind_by_name(path.name):
            found[path] = _unpacked(path)
    if not found:
        raise InputError(f"There is nothing to read at {config.source}.")
    return found


def _unpacked(path: Path) -> int:
    kind, size = kind_by_name(path.name), path.stat().st_size
    if kind == "zip":
        try:
            with ZipFile(path) as file:
                return sum(member.file_size for member in file.infolist())
        except (BadZipFile, OSError, ValueError):
            return size
    return size * _PACKED if kind == "tar.gz" else size


def _read(config: RunConfig, files: dict[Path, int], sample: int) -> tuple[Corpus, float]:
    """Documents, and which share of all they are."""
    total = sum(files.values())
    chosen = _evenly(files, sample)
    largest = max(chosen, key=lambda path: files[path])
    if files[largest] <= sample:
        corpus = _corpus(config, chosen)
        return corpus, min(sum(files[path] for path in chosen) / total, 1.0)
    corpus, share = _beginning(config, largest, files[largest], sample)
    return corpus, min(share * files[largest] / total, 1.0)


def _evenly(files: dict[Path, int], sample: int) -> list[Path]:
    """Every n-th file, so that they have some `sample` bytes together."""
    step = max(round(sum(files.values()) / sample), 1)
    return list(files)[:: min(step, len(files))]


def _corpus(config: RunConfig, paths: Sequence[Path]) -> Corpus:
    return read_corpus([str(path) for path in paths], **_columns(config))  # type: ignore[arg-type]


def _columns(config: RunConfig) -> dict[str, object]:
    return {
        "text": config.text, "id": config.id, "date": config.date, "title": config.title,
        "source": config.source_column, "date_format": config.date_format,
        "on_duplicate_id": "suffix",
    }  # fmt: skip


def _beginning(config: RunConfig, path: Path, size: int, sample: int) -> tuple[Corpus, float]:
    """The first documents of a large file, and which share of it they are."""
    parts, n_bytes, n_rows = [], 0, 0
    columns = _columns(config)
    for part in read_parts(str(path), rows=_ROWS, **columns):  # type: ignore[arg-type]
        parts.append(part)
        n_rows += len(part)
        n_bytes += _bytes_of(part.table)
        if n_bytes >= sample:
            break
    table = pd.concat([part.table for part in parts], ignore_index=True)
    if kind_by_name(path.name) == "parquet":
        return Corpus(table), min(n_rows / max(pq.ParquetFile(path).metadata.num_rows, 1), 1.0)
    is_whole = n_bytes < sample
    known = kind_by_name(path.name) in (*TABLES, *ARCHIVES)
    return Corpus(table), 1.0 if is_whole or not known else min(n_bytes / size, 1.0)


def _bytes_of(table: pd.DataFrame) -> int:
    """About as many bytes as the rows take in a text file."""
    texts = table.select_dtypes(include=["str", "object"])
    return sum(int(texts[name].astype("str").str.len().sum()) + len(texts) for name in texts)


def _counted(config: RunConfig, passages: Corpus, share: float) -> tuple[int, int]:
    """Terms of all the text, and stored counts of the sample."""
    least = sizes_for(config, round(len(passages) / share)).min_docs
    matrix = vectorise(passages, min_docs=1, max_share=1.0, phrases=False)
    whole, half = (_kept(counts, least) for counts in (matrix.counts, matrix.counts[::2]))
    n_terms = max(int(whole.sum()), 1)
    if share >= 1.0:
        return n_terms, int(whole[matrix.counts.indices].sum())
    growth = log2(n_terms / max(int(half.sum()), 1))
    growth = min(max(growth, _LEAST_GROWTH), _MOST_GROWTH)
    # Most terms that are rare in the sample are kept in the whole.
    return round(n_terms * share**-growth), int(matrix.counts.nnz)


def _kept(counts: csr_array, least: int) -> NDArray[np.bool_]:
    """Whether a term is in at least so many rows, (V,)."""
    kept: NDArray[np.bool_] = np.bincount(counts.indices, minlength=counts.shape[1]) >= least
    return kept
