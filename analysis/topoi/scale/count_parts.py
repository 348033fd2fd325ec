"""How the passages of a corpus in partitions are counted, with a chunk of them in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from topoi.scale.chunk_files import ChunkFiles
from topoi.scale.counts_folder import CountsFolder, open_counts
from topoi.scale.text_parts import TextParts, key_of
from topoi.scale.write_counts import CountsWriter
from topoi.text.numbered import NumberedTexts
from topoi.text.settings import Settings
from topoi.text.term_counts import count_chunks, row_sums, term_frequencies
from topoi.text.terms import join_phrases, phrase_table, read_texts
from topoi.text.vectorise import kept_terms

__all__ = ["count_parts"]


def count_parts(
    passages: TextParts, target: Path, settings: Settings, *, scratch: Path, key: str
) -> CountsFolder:
    """Counts of `vectorise` for the corpus in one piece, a partition for each of its own.

    Tokens wait in files, 4 bytes each, at most three times at once. Numbering words and learning
    phrases is one run over all text, which begins again if it was interrupted.

    Raises
    ------
    InputError
        As `vectorise`.
    """
    full_key = key_of(key, [passages.hash(number) for number in range(len(passages))])
    if (target / "counts.json").is_file():
        found = open_counts(target)
        if found.key == full_key:
            return found
    room = Path(mkdtemp(prefix="count-", dir=scratch))
    try:
        return _counted(passages, target, settings, room, full_key)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _counted(
    passages: TextParts, target: Path, settings: Settings, room: Path, key: str
) -> CountsFolder:
    read = read_texts(_texts(passages), settings, store=lambda chunks: ChunkFiles(room, chunks))
    texts, scores = join_phrases(read, settings)
    folded = read.folded
    del read  # its chunks can go
    counted = term_frequencies(texts)
    _, vocabulary = kept_terms(counted, settings)
    writer = CountsWriter(target, vocabulary, key=key)
    columns = np.array([vocabulary.index.get(name, -1) for name in texts.names])
    n_rows = [len(passages.table(number)) for number in range(len(passages))]
    for number, (counts, n_tokens) in enumerate(_by_part(texts, columns, len(vocabulary), n_rows)):
        units = passages.table(number).drop(columns="text")
        writer.add(number, counts, units.assign(n_tokens=n_tokens))
    phrases = phrase_table(counted, settings, scores)
    return writer.finish(len(passages), phrases=phrases, folded=folded)


def _texts(passages: TextParts) -> Iterator[str]:
    for number in range(len(passages)):
        yield from list(passages.table(number)["text"])


def _by_part(
    texts: NumberedTexts, columns: NDArray[np.int64], n_columns: int, n_rows: list[int]
) -> Iterator[tuple[csr_array, NDArray[np.int64]]]:
    """The counts and the numbers of tokens of the rows of each partition.

    n_rows : rows of each partition, in the order of the texts
    """
    is_token = np.where(np.arange(len(columns)) > 0, 0, -1)  # all but breaks
    counts = csr_array((0, n_columns), dtype=np.int32)
    n_tokens = np.empty(0, np.int64)
    chunks = iter(texts.chunks)
    for wanted in n_rows:
        parts, numbers, there = [counts], [n_tokens], counts.shape[0]
        while there < wanted:
            chunk = next(chunks)
            parts.append(count_chunks([chunk], columns, n_columns))
            numbers.append(row_sums(count_chunks([chunk], is_token, 1)))
            there += len(chunk.bounds) - 1
        held, n_tokens = csr_array(vstack(parts, format="csr")), np.concatenate(numbers)
        found = held[:wanted]
        found.sort_indices()
        yield found, n_tokens[:wanted]
        counts, n_tokens = held[wanted:], n_tokens[wanted:]
