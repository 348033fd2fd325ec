"""Which lines many documents of a corpus have that does not fit in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from topoi.corpus.clean import LEAST_REPEATS, RULES, check_documents
from topoi.corpus.corpus import Corpus
from topoi.corpus.frequent import FrequentLines, LineCounts, check_repeats, find_frequent
from topoi.corpus.rules import Rule
from topoi.corpus.settle import settled
from topoi.errors import InputError
from topoi.io.spool import Spool, spool_in

__all__ = ["frequent_lines"]


def frequent_lines(
    parts: Iterable[Corpus],
    *,
    rules: Sequence[Rule] | None = None,
    min_repeats: int = LEAST_REPEATS,
    n_jobs: int | None = None,
    folder: str | Path | None = None,
) -> FrequentLines:
    """The lines that `clean` takes out of the whole, so that it can do so part by part.

    Cleaned with them, the parts are the cleaned whole: the same texts and the same ledger rows,
    wherever one part ends and the next begins. Later documents of the same sources can be cleaned
    with them, too.

    Parameters
    ----------
    parts : iterable of Corpus
        Documents in the order of the corpus; each part is looked at once and given up.
    rules, min_repeats, n_jobs : as for `clean`
    folder : str or Path, optional
        A folder on a disk with room for the texts, which wait in files of a new folder there and
        are removed at the end; default: where the system keeps temporary files.

    Returns
    -------
    FrequentLines
        For `clean(part, frequent=...)`. Its `table` shows each line, its source and how many
        documents have it.

    Raises
    ------
    InputError
        As `clean` does; also if a part is no corpus or the folder cannot be written to.

    Notes
    -----
    Takes the time of `clean`. Memory holds one part, about 16 octets for each different line of a
    source, and the words of those lines that several documents share.

    Examples
    --------
    >>> from topoi.io.read import read_parts
    >>> from topoi.corpus.clean import clean
    >>> from topoi.io.sample import sample_path
    >>> path = sample_path() / "documents"
    >>> lines = frequent_lines(read_parts(path, rows=50))
    >>> sum(len(clean(part, frequent=lines)) for part in read_parts(path, rows=50))
    162
    """
    chosen = RULES if rules is None else tuple(rules)
    check_repeats(min_repeats)
    with spool_in(folder) as spool:
        counts = _spooled(parts, spool, chosen, n_jobs=n_jobs)
        return find_frequent(lambda: spool, counts, rules=chosen, min_repeats=min_repeats)


def _spooled(
    parts: Iterable[Corpus], spool: Spool, rules: Sequence[Rule], *, n_jobs: int | None
) -> LineCounts:
    """The line counts of the texts, settled, which are in the spool then."""
    counts = LineCounts()
    for part in parts:
        _take_in(part, counts, spool, rules, n_jobs=n_jobs)
        del part  # before the next is read, or memory would hold two
    return counts


def _take_in(
    part: Corpus, counts: LineCounts, spool: Spool, rules: Sequence[Rule], *, n_jobs: int | None
) -> None:
    """Updates: counts, spool."""
    if not isinstance(part, Corpus):
        raise InputError(
            f"frequent_lines needs the parts of a corpus, as from read_parts; got {part!r}."
        )
    check_documents(part)
    works, sources = settled(part.texts, rules, n_jobs=n_jobs), list(part.table["source"])
    for source, work in zip(sources, works, strict=True):
        counts.add(source, work.line_codes)
    spool.add(works, sources)
