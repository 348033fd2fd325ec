"""gensim's text files: corpus.mm (Matrix Market) and dictionary.txt (id, term, documents)."""

from __future__ import annotations

from pathlib import Path

from topoi.errors import InputError
from topoi.io.interchange.counted import matrix_of
from topoi.io.interchange.given_files import beside, fault, lines, main_file, whole
from topoi.io.interchange.listed_units import DOCS, listed_units
from topoi.io.interchange.matrix_market import market_bytes, read_market
from topoi.io.interchange.trip import (
    ImportedCounts,
    Written,
    as_rows,
    lost_columns,
    one_line_each,
    text_bytes,
)
from topoi.text.matrix import DocTermMatrix

__all__ = ["read_counts", "write_counts"]

_MAIN, _TERMS = "corpus.mm", "dictionary.txt"
_MOST_TERMS = 2**31 - 1


def write_counts(matrix: DocTermMatrix) -> Written:
    """What `MmCorpus` and `Dictionary.load_from_text` read, and docs.txt (an id a line)."""
    terms = one_line_each(matrix.vocabulary.terms, "terms", other="\t")
    doc_freq = matrix.vocabulary.doc_freq.tolist()
    rows = (f"{v}\t{term}\t{n}\n" for v, (term, n) in enumerate(zip(terms, doc_freq, strict=True)))
    files = {
        _MAIN: market_bytes(matrix),
        _TERMS: text_bytes([f"{matrix.shape[0]}\n", *rows]),
        DOCS: as_rows(one_line_each(matrix.ids, "ids")),
    }
    return Written(files, lost_columns(matrix))


def read_counts(path: str | Path) -> ImportedCounts:
    """The counts of `MmCorpus.serialize` with the file of `Dictionary.save_as_text` beside it."""
    file = main_file(path, _MAIN, "*.mm", "*.mtx")
    named = beside(file, _TERMS, f"{file.stem}.dict.txt", f"{file.stem}_wordids.txt")
    if named is None:
        raise InputError(f"{file} needs {_TERMS} beside it, as Dictionary.save_as_text writes it.")
    terms = _terms(named)
    triples, n_rows = read_market(file, len(terms), named=str(named))
    units, notes = listed_units(file, n_rows)
    return ImportedCounts(matrix_of(triples, terms, units, where=str(file)), tuple(notes))


def _terms(path: Path) -> list[str]:
    """The terms by id; gaps between ids, which would be columns without a name, are refused."""
    found: dict[int, str] = {}
    for row, text in lines(path):
        cells = text.split("\t")
        if row == 1 and len(cells) == 1 and text.strip().isdigit():
            continue
        if len(cells) != 3:
            raise fault(path, row, f"a row is id, term and documents; got {len(cells)} cells")
        column = whole(cells[0], path, row, "the id", most=_MOST_TERMS)
        if column in found:
            raise fault(path, row, f"the id {column} occurs a second time")
        found[column] = cells[1]
    if sorted(found) != list(range(len(found))):
        raise InputError(
            f"{path}: ids must be 0 to {len(found) - 1} without gaps. Call compactify() of the "
            "dictionary, and make the corpus again."
        )
    return [found[column] for column in range(len(found))]
