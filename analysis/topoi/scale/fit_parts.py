"""How a model is fitted to counts in partitions on disk, by threads or by a cluster."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from topoi.cluster_tasks import client_of
from topoi.errors import InputError
from topoi.fit import check_enough, resolved, topic_names
from topoi.hashes import add_whole_numbers, file_hash, json_hash
from topoi.io.atomic import new_folder
from topoi.io.steps import code_facts
from topoi.io.urls import refuse_url
from topoi.models.base import TopicModel
from topoi.models.fold_in import share_topics
from topoi.models.streaming import StreamingModel
from topoi.provenance import model_settings, versions
from topoi.scale.counts_folder import CountsFolder, open_counts
from topoi.scale.dask_workers import DaskWorkers
from topoi.scale.part_copies import on_disk
from topoi.scale.part_documents import PartDocuments, PieceFile, Workers
from topoi.scale.part_fit import PartFit, files_of, read_part_fit, shares_name, write_part_fit
from topoi.scale.row_files import save_whole
from topoi.scale.threads import ThreadWorkers
from topoi.scale.unfinished import unfinished_fit
from topoi.workers import worker_count

__all__ = ["fit_parts"]

_COPIES = "counts"  # of a bucket, until the fit is made


def fit_parts(
    counts: str | Path | CountsFolder,
    model: TopicModel,
    out: str | Path,
    *,
    cluster: Any = None,
) -> PartFit:
    """Topics of counts in partitions, to the bit those of `fit_topics` for the same counts.

    Parameters
    ----------
    counts : folder that `write_counts` has made, or its URL
        What lies at a URL is fetched once, by the workers, into the folder for the result.
    model : LDA, KeywordLDA or SeededLDA
        Without `cluster` its `n_jobs` threads work. Keywords may be `Themes`.
    out : str or Path
        The folder for the result. Beside it is a hidden one while the fit goes on, for what is
        known of the documents between passes: two to five times 4 K bytes a row, and for LDA with
        `draw_passes` 2 to 6 bytes a token more (2 or 3 with up to 128 topics). No URL, since all
        that is written and read in every pass.
    cluster : str, cluster or client of distributed, optional
        The address of a scheduler, as "tcp://host:8786", whose workers see both folders under the
        same paths. They read partitions from there; nothing but term tables goes over the network.

    Returns
    -------
    PartFit
        The shares of the rows are in a file for each partition. A fit that was stopped, however
        that was, goes on from its last pass or from a few before it when it is called again with
        the same counts, settings and versions, to the same bits.

    Raises
    ------
    InputError
        If the counts are not complete or damaged, the model cannot be fitted in this way, a
        setting is out of range, there are more topics than rows with terms, the folder holds other
        things, or workers do not see it. Nothing is written then. Also if another process begins
        to fit to the same folder, which then goes on from where this one was.

    Notes
    -----
    Memory of this process: about six tables of V x K x 4 bytes, some 40 bytes a row while the
    start is sought, and without a cluster a table and a partition for each thread. A worker needs
    two tables and a partition for each of its threads.
    """
    refuse_url(out, "out", "rows of documents are written and read there in every pass.")
    folder = counts if isinstance(counts, CountsFolder) else open_counts(counts)
    fitted, themes = resolved(model, folder.vocabulary)
    if not isinstance(fitted, StreamingModel):
        raise InputError(
            f"{type(model).__name__} cannot be fitted over partitions; LDA, KeywordLDA and "
            "SeededLDA can. Use fit_topics(counts.to_matrix(), model) where memory allows."
        )
    fitted.check_settings()
    with (
        new_folder(out, files=files_of(Path(out))) as fresh,
        unfinished_fit(Path(out).resolve(), _key(folder, model)) as unfinished,
        _workers(cluster, fitted, folder, unfinished.path) as workers,
    ):
        folder = on_disk(folder, fresh / _COPIES, workers)
        has_passages = "passage_id" in folder.units(0).columns if len(folder) else False
        check_enough(fitted, _n_filled(folder), has_passages=has_passages)
        fitted.fit_documents(
            PartDocuments(folder, workers, unfinished.path, stages=unfinished.stage)
        )
        shares = _written_shares(folder, fitted, workers, fresh)
        counts_sha256 = _counts_hash(folder)
        shutil.rmtree(fresh / _COPIES, ignore_errors=True)
        write_part_fit(
            PartFit(
                path=fresh,
                topic_term=fitted.components_,
                document_prior=fitted.alpha_,
                topic_names=topic_names(len(fitted.components_), themes),
                themes=themes,
                trace=fitted.trace_.drop(columns="seconds"),
                provenance={
                    "model": type(model).__name__,
                    "settings": model_settings(model),
                    "counts_sha256": counts_sha256,
                    "versions": versions(),
                },
                shares=tuple(shares),
            )
        )
    unfinished.remove()
    return read_part_fit(out)


def _key(counts: CountsFolder, model: TopicModel) -> str:
    """Digest of all that decides a fit, and into which pieces the documents are cut."""
    values = {
        "model": [type(model).__name__, model_settings(model)],
        "counts": [[entry.rows, entry.sha256] for entry in counts.entries],
        "terms": counts.tables["vocabulary"],
        "code": dict(code_facts()),
    }
    return json_hash(values)


@contextmanager
def _workers(
    cluster: Any, model: StreamingModel, counts: CountsFolder, scratch: Path
) -> Iterator[Workers]:
    if cluster is None:
        yield ThreadWorkers(worker_count(model.n_jobs))
        return
    with client_of(cluster) as client:
        workers = DaskWorkers(client, scratch, label=type(model).__name__.lower())
        if isinstance(counts.path, Path):
            workers.check_sight((counts.path / "counts.json").resolve())
        sign = scratch / "sign"
        sign.touch()
        workers.check_sight(sign)
        yield workers


@dataclass(frozen=True)
class _ShareTask:
    """Writes the shares of the rows of a partition, as `share_topics` finds them."""

    topic_term: NDArray[np.float64]
    alpha: NDArray[np.float64]
    most_sweeps: int
    folder: Path

    def __call__(self, part: tuple[int, PieceFile]) -> str:
        number, file = part
        piece = file.read()
        shape = (len(piece), self.topic_term.shape[1])
        shares = share_topics(
            csr_array((piece.values, piece.indices, piece.indptr), shape=shape),
            self.topic_term,
            self.alpha,
            most_sweeps=self.most_sweeps,
            n_threads=1,
        )
        place = self.folder / shares_name(number)
        save_whole(place, shares)
        return file_hash(place)


def _written_shares(
    counts: CountsFolder, model: StreamingModel, workers: Workers, folder: Path
) -> list[str]:
    """sha256 of the file of each partition's shares, which are written."""
    task = _ShareTask(model.components_, model.alpha_, model.fold_in_sweeps, folder)
    parts = [
        (number, PieceFile(str(counts.part_path(number)), entry.sha256, 0, entry.rows, 0))
        for number, entry in enumerate(counts.entries)
    ]
    return list(workers.in_order(task, parts, name="shares"))


def _n_filled(counts: CountsFolder) -> int:
    """Rows with terms."""
    numbers = range(len(counts))
    return sum(int(np.count_nonzero(np.diff(counts.counts(n).indptr))) for n in numbers)


def _counts_hash(counts: CountsFolder) -> str:
    """That of `fit.counts_hash` for the counts in one piece."""
    digest, before = hashlib.sha256(), 0
    digest.update(np.zeros(1, "<i8").tobytes())
    for number in range(len(counts)):
        ends = counts.counts(number).indptr[1:] + before
        add_whole_numbers(digest, ends)
        before += counts.entries[number].stored
    for name in ("indices", "data"):
        for number in range(len(counts)):
            add_whole_numbers(digest, getattr(counts.counts(number), name))
    digest.update(json.dumps(list(counts.vocabulary.terms)).encode())
    for number, name in enumerate(counts.ids()):
        digest.update((", " if number else "[").encode() + json.dumps(name).encode())
    digest.update(b"]" if sum(counts.shape[:1]) else b"[]")
    return digest.hexdigest()
