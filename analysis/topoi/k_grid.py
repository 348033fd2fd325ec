"""How many topics to take: a grid of fits over numbers of topics, splits and seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from topoi.checks import at_least
from topoi.cluster_tasks import made_by
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed
from topoi.io.cells import CellFolder
from topoi.measures.k_cells import Cell, KCells
from topoi.measures.k_search import KSearch, summed_up
from topoi.measures.new_documents import check_terms
from topoi.models.base import TopicModel
from topoi.models.blocks import one_thread
from topoi.models.lda import LDA
from topoi.text.matrix import DocTermMatrix
from topoi.text.sequences import TermSequences, term_sequences
from topoi.text.vectorise import vectorise
from topoi.workers import in_order, worker_count

__all__ = ["checked_ks", "search_k"]


def search_k(
    matrix: DocTermMatrix | Corpus,
    ks: Iterable[int],
    *,
    model: TopicModel | None = None,
    text: TermSequences | DocTermMatrix | None = None,
    splits: int = 5,
    seeds: int = 1,
    held_out: float = 0.2,
    n: int = 10,
    n_ranked: int = 20,
    workers: int | None = None,
    cluster: Any = None,
    resume: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    random_state: int = 0,
) -> KSearch:
    """Held-out score, coherence, exclusivity and stability by number of topics, with errors.

    Parameters
    ----------
    matrix : DocTermMatrix, or a Corpus, which `vectorise` counts as it does without settings and
        in whose windows of words coherence is counted
    ks : ints >= 2, numbers of topics
    model : estimator with `n_components` and `random_state`, optional; its other settings are
        used, None is `LDA()`
    text : what coherence is counted in, optional: `term_sequences` of a corpus (windows of 10
        words), or a matrix of the same terms (rows, pairs never seen together an NPMI of -1); None
        is what is given first; held-out rows are part of it, so it is the same for all fits
    splits : int >= 2, times that documents are parted at random into those learned from and those
        held out; passages follow their document
    seeds : int >= 1, fits of each split from different starts
    held_out : float in [0.05, 0.5], share of the documents held out
    n : int >= 2, top terms of a topic for coherence and exclusivity
    n_ranked : int >= 2, top terms for stability
    workers : int or None, fits at a time; None is 1, -1 one for each core; does not change a bit
    cluster : address, cluster or client of distributed, optional; its workers make the fits
        instead, of which a killed one costs those it was at; does not change a bit
    resume : folder, optional; each finished fit is kept there as a file, and one that is there
        already, of the same data, settings and versions, is not done again. Other numbers of
        topics, splits and seeds can be added later.
    progress : function, optional; called with how many fits are done, and of how many
    random_state : int >= 0

    Returns
    -------
    KSearch
        Its `table` has value, standard error and chance level by measure and k
        (`plots.draw_search_k`), `range` an answer, `advice` the answer in words.

    Raises
    ------
    InputError
        If a setting is out of range, there are more topics than rows to learn from, or a file in
        `resume` is damaged.

    Notes
    -----
    No measure knows what the topics are for. Held-out text tells how many topics can be told
    apart in it, which is often more than one wants to read; coherence and exclusivity are about
    single topics; unstable topics should not carry a finding. So the answer is a range: from the
    one-standard-error rule's answer by one of held-out score and coherence to that by the other.

    Where topics have terms of probability 0, as those of NMF, a hundredth of the frequencies of
    terms is mixed into them for the held-out score. So it compares numbers of topics of one
    model, not NMF with LDA.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The elements of statistical learning, section 7.10: the
    one-standard-error rule; Greene, O'Callaghan &
    Cunningham (2014), How many topics? Stability analysis for topic models, ECML.
    """
    numbers = checked_ks(ks)
    at_least("splits", splits, 2, whole=True)
    at_least("seeds", seeds, 1, whole=True)
    at_least("held_out", held_out, 0.05, most=0.5)
    at_least("n", n, 2, whole=True)
    at_least("n_ranked", n_ranked, 2, whole=True)
    at_least("random_state", random_state, 0, whole=True)
    if isinstance(matrix, Corpus):
        counted = vectorise(matrix)
        text = term_sequences(matrix, counted.vocabulary) if text is None else text
        matrix = counted
    template = LDA() if model is None else model
    _check_model(template)
    counted_in = matrix if text is None else text
    check_terms(matrix.vocabulary.terms, counted_in.vocabulary.terms)
    given = KCells(matrix, template, counted_in, held_out, n, n_ranked, random_state)
    for split in range(splits):
        given.check_split(split, max(numbers))  # before anything is fitted
    folder = None if resume is None else CellFolder(Path(resume), given.key)
    # Those that take longest first, so that no worker is left with them at the end.
    cells = [
        Cell(k, split, seed)
        for k in sorted(numbers, reverse=True)
        for split in range(splits)
        for seed in range(seeds)
    ]
    results: dict[Cell, dict[str, Any]] = {}
    with _results(given, folder, cells, worker_count(workers), cluster) as done:
        for cell, result in zip(cells, done, strict=True):
            results[cell] = result
            if progress is not None:
                progress(len(results), len(cells))
    settings = {
        "model": type(template).__name__, "splits": splits, "seeds": seeds, "held_out": held_out,
        "n": n, "n_ranked": n_ranked, "random_state": random_state, "key": given.key,
    }  # fmt: skip
    return summed_up(given, results, settings)


Result = dict[str, Any]


@contextmanager
def _results(
    given: KCells, folder: CellFolder | None, cells: list[Cell], n_threads: int, cluster: Any
) -> Iterator[Iterator[Result]]:
    """While it is open, the results of the cells in their order, by threads or by a cluster."""
    if cluster is not None:
        new = [cell for cell in cells if not _kept(folder, cell)]
        alone = partial(_measured_alone, given)
        with made_by(cluster, alone, new, label="search-k", name=_name) as measure:
            yield (_result(folder, cell, measure) for cell in cells)
        return
    # Here and not in each fit: what one thread sets would hold for the others.
    with one_thread():
        yield in_order(
            lambda cell: _result(folder, cell, given.measured), cells, n_threads=n_threads
        )


def _measured_alone(given: KCells, cell: Cell) -> Result:
    with one_thread():
        return given.measured(cell)


def _name(cell: Cell) -> str:
    return cell.name


def _result(folder: CellFolder | None, cell: Cell, measure: Callable[[Cell], Result]) -> Result:
    """The result of a cell, read where it is kept, else measured and kept."""
    kept = _kept(folder, cell)
    if kept is not None:
        return kept
    result = measure(cell)
    if folder is not None:
        folder.write(cell.name, result)
    return result


def _kept(folder: CellFolder | None, cell: Cell) -> Result | None:
    return None if folder is None else folder.read(cell.name)


def checked_ks(ks: Iterable[int]) -> list[int]:
    """The numbers of topics.

    Raises
    ------
    InputError
        If there is none, one is no int >= 2, or one is there twice.
    """
    numbers = list(ks)
    if not numbers:
        raise InputError("ks is empty; give numbers of topics to try, such as range(5, 55, 5).")
    for number in numbers:
        at_least("each of ks", number, 2, whole=True)
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise InputError(f"ks has {listed(twice)} more than once; give each number once.")
    return [int(number) for number in numbers]


def _check_model(model: TopicModel) -> None:
    lacking = {"n_components", "random_state"} - set(model.get_params())
    if lacking:
        raise InputError(
            f"{type(model).__name__} has no setting {listed(sorted(lacking))}, which the search "
            "sets. Use LDA, NMF or another model whose number of topics is n_components."
        )
