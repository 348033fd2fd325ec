"""How files of any size become counts in partitions, step by step on disk."""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from topoi.checks import at_least
from topoi.cluster_tasks import client_of
from topoi.corpus.clean import clean
from topoi.corpus.copy_pairs import CopyRules
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import deduplicate
from topoi.corpus.frequent import FrequentLines
from topoi.corpus.ledger import Ledger
from topoi.corpus.segment import segment
from topoi.errors import InputError, did_you_mean, listed
from topoi.hashes import file_hash
from topoi.io.apart import check_sources_apart
from topoi.io.atomic import write_file
from topoi.io.frequent_lines import frequent_lines
from topoi.io.parts import parquet_bytes
from topoi.io.read import read_parts
from topoi.io.steps import Say
from topoi.io.urls import refuse_url
from topoi.provenance import plain_setting, versions
from topoi.scale.copies import write_without_copies
from topoi.scale.count_parts import count_parts
from topoi.scale.counts_folder import CountsFolder
from topoi.scale.dask_workers import DaskWorkers
from topoi.scale.marked_folder import mark_folder
from topoi.scale.part_documents import Workers
from topoi.scale.source_fingerprint import fingerprint
from topoi.scale.text_parts import (
    PartTask,
    TextParts,
    is_made,
    key_of,
    note_made,
    part_is_made,
    write_text_part,
)
from topoi.scale.threads import ThreadWorkers
from topoi.text.settings import Settings, repeatable
from topoi.text.vectorise import vectorise
from topoi.workers import worker_count

__all__ = ["BuiltCorpus", "build_corpus"]

Options = Mapping[str, Any]
_ROWS = 2_000


@dataclass(frozen=True)
class BuiltCorpus:
    """A corpus in partitions, and what it was made of.

    documents : TextParts, what is left of the documents
    passages : TextParts, their passages
    counts : CountsFolder, partition by partition the terms of the passages
    """

    documents: TextParts
    passages: TextParts
    counts: CountsFolder

    def ledger(self) -> Ledger:
        """What became of each document, in memory."""
        return self.passages.ledger()


def build_corpus(
    path: str | Path | Sequence[str | Path],
    work: str | Path,
    *,
    reading: Options | None = None,
    cleaning: Options | None = None,
    copies: Options | None = None,
    cutting: Options | None = None,
    counting: Options | None = None,
    rows: int = _ROWS,
    n_jobs: int | None = None,
    cluster: Any = None,
    say: Say = lambda _: None,
) -> BuiltCorpus:
    """Read, clean, deduplicate, segment and count files, with a few partitions in memory.

    The texts, ledger, counts and vocabulary are, to the bit, those of `read_corpus`, `clean`,
    `deduplicate`, `segment` and `vectorise` with the same settings.

    Parameters
    ----------
    path : as for `read_corpus`
    work : str or Path
        A folder for all steps, no URL, with room for about ten times the text; a new or empty one,
        or that of an earlier call, and neither in the source nor around it. What is there from a
        call with the same files and settings, and whole, is not made again. Files are compared by
        name and content; those of more than 16 MiB, by name, size and time.
    reading, cleaning, copies, cutting, counting : mapping, optional
        The settings of `read_corpus`, `clean`, `deduplicate`, `segment` and `vectorise`, without
        n_jobs, frequent and vocabulary. Of `deduplicate` near, contained and spun can be set;
        copies are dropped, and they are looked for among documents only.
    rows : int >= 1, documents of a partition at most
    n_jobs : int or None, processes that clean and threads that compare; the result is the same
    cluster : as for `fit_parts`; cleaning, hashing and cutting are shared out by partitions
    say : what to call with the name of each step when it begins

    Raises
    ------
    InputError
        As these functions do; also if a setting has no such name, ids occur twice, or the folder
        holds something else, lies in the source or around it, or cannot be written to.
    """
    at_least("rows", rows, 1, whole=True)
    counted_by = repeatable(counting or {})
    chosen = _Chosen(reading or {}, cleaning or {}, copies or {}, cutting or {}, counted_by)
    chosen.check()
    refuse_url(work, "work", "each step reads what the one before wrote.")
    folder = Path(work).absolute()
    check_sources_apart(
        [path] if isinstance(path, str | Path) else path,
        folder, written="work", advice="Name another folder for work.",
    )  # fmt: skip
    mark_folder(folder)
    with _workers(cluster, folder / "scratch") as workers:
        steps = _Steps(folder, chosen, workers, n_jobs, n_jobs if cluster is None else None)
        say("reading")
        read = _read(path, folder / "1-read", chosen.reading, int(rows))
        say("looking for lines of many documents")
        lines, lines_key = _lines(read, folder / "2-clean", chosen.cleaning, n_jobs=n_jobs)
        say("cleaning")
        cleaned = steps.cleaned(read, lines, lines_key)
        say("looking for copies")
        documents = steps.without_copies(cleaned)
        say("cutting into passages")
        passages = steps.cut(documents)
        say("counting")
        counts = steps.counted(passages)
    shutil.rmtree(folder / "scratch", ignore_errors=True)
    return BuiltCorpus(documents, passages, counts)


@dataclass(frozen=True)
class _Chosen:
    """The settings of all steps."""

    reading: Options
    cleaning: Options
    copies: Options
    cutting: Options
    counting: Options

    def check(self) -> None:
        """Refuse settings that a step does not have, and those of copies and counting that are
        out of range, before anything is read.
        """
        _check("reading", self.reading, read_parts, without=("path", "rows"))
        _check("cleaning", self.cleaning, clean, without=("corpus", "frequent", "n_jobs"))
        _check("copies", self.copies, deduplicate, without=("corpus", "copies", "n_jobs"))
        _check("cutting", self.cutting, segment, without=("corpus",))
        _check("counting", self.counting, vectorise, without=("passages", "vocabulary"))
        self.copy_rules().check()
        Settings(**self.counting)

    def copy_rules(self) -> CopyRules:
        """What counts as a copy, by default as in `deduplicate`."""
        defaults = {
            name: inspect.signature(deduplicate).parameters[name].default
            for name in ("near", "contained", "spun")
        }
        return CopyRules(**{**defaults, **self.copies})


@dataclass(frozen=True)
class _Steps:
    """What is done to partitions one by one, and to all together, in folders of `folder`.

    n_jobs : processes and threads of this process; own_jobs : processes of each partition's task
    """

    folder: Path
    chosen: _Chosen
    workers: Workers
    n_jobs: int | None
    own_jobs: int | None

    def cleaned(self, read: TextParts, lines: FrequentLines, key: str) -> TextParts:
        """The documents cleaned, without the lines that many have."""
        settings = {k: v for k, v in self.chosen.cleaning.items() if k != "min_repeats"}
        change = partial(clean, frequent=lines, n_jobs=self.own_jobs, **settings)
        return self._made(read, "2-clean", change, key)

    def without_copies(self, cleaned: TextParts) -> TextParts:
        """The documents that stay."""
        return write_without_copies(
            cleaned,
            self.folder / "3-copies",
            self.chosen.copy_rules(),
            self.workers,
            scratch=self.folder / "scratch" / "copies",
            key=_key("copies", self.chosen.copies),
            n_threads=worker_count(self.n_jobs),
        )

    def cut(self, documents: TextParts) -> TextParts:
        """Their passages."""
        change = partial(segment, **self.chosen.cutting)
        return self._made(documents, "4-passages", change, _key("cutting", self.chosen.cutting))

    def counted(self, passages: TextParts) -> CountsFolder:
        """The terms of these."""
        return count_parts(
            passages,
            self.folder / "counts",
            Settings(**self.chosen.counting),
            scratch=self.folder / "scratch",
            key=_key("counting", self.chosen.counting),
        )

    def _made(
        self, source: TextParts, name: str, change: Callable[[Corpus], Corpus], key: str
    ) -> TextParts:
        """The partitions changed one by one, those that are not there."""
        target = self.folder / name
        target.mkdir(parents=True, exist_ok=True)
        task = PartTask(source, target, change, key)
        for _ in self.workers.in_order(task, list(range(len(source))), name=name[2:]):
            pass
        return TextParts(target, len(source))


@contextmanager
def _workers(cluster: Any, scratch: Path) -> Iterator[Workers]:
    scratch.mkdir(parents=True, exist_ok=True)
    if cluster is None:
        yield ThreadWorkers(1)  # the steps have processes of their own
        return
    with client_of(cluster) as client:
        workers = DaskWorkers(client, scratch, label="corpus")
        sign = scratch / "sign"
        sign.touch()
        workers.check_sight(sign)
        yield workers


def _read(
    path: str | Path | Sequence[str | Path], target: Path, reading: Options, rows: int
) -> TextParts:
    """The documents of the files, written part by part.

    Files are read again from their beginning where a partition is missing: those that are there
    are not written again.
    """
    target.mkdir(parents=True, exist_ok=True)
    key = key_of(_key("reading", reading), rows, fingerprint(path, reading))
    done = target / "all.json"
    if is_made(done, key):
        found = TextParts(target, int(json.loads(done.read_text(encoding="utf-8"))["n_parts"]))
        if all(part_is_made(target, number, key) for number in range(len(found))):
            return found
    n_parts, hashes = 0, []
    for part in read_parts(path, rows=rows, **reading):
        hashes.append(pd.util.hash_array(part.table["doc_id"].to_numpy(dtype=object)))
        if not part_is_made(target, n_parts, key):
            write_text_part(target, n_parts, part, key)
        n_parts += 1
        del part
    for stale in target.glob("rows-*.json"):
        if int(stale.stem[-5:]) >= n_parts:
            stale.unlink()
    found = TextParts(target, n_parts)
    _check_ids(found, np.concatenate([np.empty(0, np.uint64), *hashes]))
    _give_all_columns(found, key)
    note_made(done, key, {}, n_parts=n_parts)
    return found


def _give_all_columns(parts: TextParts, key: str) -> None:
    """Let partitions of unlike files have the columns and types of the corpus in one piece.

    Updates: the partitions.
    """
    firsts = [parts.table(number).head(1) for number in range(len(parts))]
    filled = [first for first in firsts if len(first)]
    if not filled:
        return
    whole = pd.concat(filled, ignore_index=True).dtypes
    for number, first in enumerate(firsts):
        if not first.dtypes.equals(whole):
            corpus = parts.corpus(number)
            table = corpus.table.reindex(columns=whole.index).astype(whole.to_dict())
            write_text_part(parts.path, number, Corpus(table, corpus.ledger), key)


def _check_ids(parts: TextParts, hashes: np.ndarray[Any, np.dtype[np.uint64]]) -> None:
    """Refuse ids that occur in two partitions."""
    values, n_times = np.unique(hashes, return_counts=True)
    if (n_times <= 1).all():
        return
    doubtful, seen, twice = set(values[n_times > 1].tolist()), set[str](), list[str]()
    for part in parts:
        ids = part.table["doc_id"].to_numpy(dtype=object)
        for doc_id, code in zip(ids, pd.util.hash_array(ids).tolist(), strict=True):
            if code in doubtful:
                if doc_id in seen:
                    twice.append(doc_id)
                seen.add(doc_id)
    if twice:
        found = f"{len(twice)} values of doc_id occur more than once: {listed(twice)}."
        raise InputError(f"{found} Ids must be unique.")


def _lines(
    read: TextParts, target: Path, cleaning: Options, *, n_jobs: int | None
) -> tuple[FrequentLines, str]:
    """The lines that many documents of the whole have, from the file where they are kept."""
    target.mkdir(parents=True, exist_ok=True)
    note, file = target / "lines.json", target / "lines.parquet"
    key = key_of(_key("cleaning", cleaning), [read.hash(number) for number in range(len(read))])
    if is_made(note, key):
        kept = json.loads(note.read_text(encoding="utf-8"))["lines"]
        table = pd.read_parquet(file)
        rules = tuple(kept["rules"])
        return FrequentLines.of_table(table, min_repeats=kept["min_repeats"], rules=rules), key
    lines = frequent_lines(read, n_jobs=n_jobs, folder=target, **cleaning)
    write_file(file, parquet_bytes(lines.table))
    note_made(
        note, key, {file.name: file_hash(file)},
        lines={"min_repeats": lines.min_repeats, "rules": list(lines.rules)},
    )  # fmt: skip
    return lines, key


def _key(step: str, options: Options) -> str:
    """What a step depends on beside its input."""
    return key_of(step, plain_setting(dict(options)), versions()["topoi"])


def _check(
    name: str, options: Options, step: Callable[..., Any], *, without: tuple[str, ...]
) -> None:
    """Refuse settings that a step does not have."""
    known = [key for key in inspect.signature(step).parameters if key not in without]
    for key in options:
        if key not in known:
            raise InputError(
                f"{name} has no setting {key!r} here; there are: {listed(known, most=20)}."
                + did_you_mean(str(key), known)
            )
