"""Which samples of the documents shares are drawn in, and what random numbers belong to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.measures.row_weights import column_of

__all__ = ["Plan", "clusters_of", "members_of", "n_kept", "part_of", "refuse_size", "scale_of"]

_MOST_GIB = 4.0
_KEPT = 0.75
_OWN_DRAWS = 10  # times as many of the corpus itself


@dataclass(frozen=True)
class Plan:
    """Draws of the corpus itself, ten times n_draws, and n_draws of each of n_worlds samples."""

    n_draws: int
    n_worlds: int
    seed: int
    n_threads: int

    def of_world(self, world: int) -> NDArray[np.intp]:
        """The numbers of the draws of a world."""
        return np.flatnonzero(self.worlds == world)

    def rng(self, world: int) -> np.random.Generator:
        """What is random in a world, whatever the others are."""
        return np.random.default_rng([self.seed, world])

    @property
    def worlds(self) -> NDArray[np.int64]:
        """The world of each draw."""
        own = np.zeros(_OWN_DRAWS * self.n_draws, np.int64)
        return np.concatenate([own, np.repeat(np.arange(1, self.n_worlds + 1), self.n_draws)])

    @property
    def size(self) -> int:
        """How many draws there are, S."""
        return self.n_draws * (_OWN_DRAWS + self.n_worlds)


def clusters_of(table: pd.DataFrame, clusters: str | None) -> pd.Series:
    """Which rows are drawn together: by the column, or the passages of a document.

    Raises
    ------
    InputError
        If there is no such column.
    """
    if clusters is None:
        return table["doc_id"].astype("str")
    found = column_of(table, clusters, use="draw rows together by")
    named = found.astype("str").where(found.notna(), "")
    return named.where(named != "", "\x00" + table["doc_id"].astype("str"))


def members_of(table: pd.DataFrame, clusters: str | None) -> list[NDArray[np.int64]]:
    """The rows of each cluster, clusters and rows by their names: the order of rows has no say."""
    key = id_column(table)
    named = clusters_of(table, clusters)
    ordered = pd.DataFrame({"cluster": named, "id": table[key].astype("str")})
    ordered = ordered.sort_values(["cluster", "id"], kind="stable")
    groups = ordered.groupby("cluster", sort=True).indices
    places = ordered.index.to_numpy()
    found = [places[where] for where in groups.values()]
    if len(found) < 2:
        raise InputError(
            f"All rows are of one cluster ({listed(groups)}), so nothing shows how clusters "
            "differ. Give another column as clusters."
        )
    return found


def n_kept(number: int) -> int:
    """How many of so many clusters (or starts) are in a sample: three quarters, but not all."""
    return max(min(round(_KEPT * number), number - 1), 1)


def scale_of(n_clusters: int) -> float:
    """What the variance between samples of clusters must be multiplied by."""
    in_sample = n_kept(n_clusters)
    return in_sample / (n_clusters - in_sample)


def part_of(
    members: Sequence[NDArray[np.int64]], n_rows: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Which rows are in a sample of the clusters, drawn without putting back."""
    kept = np.zeros(n_rows, bool)
    for cluster in rng.permutation(len(members))[: n_kept(len(members))]:
        kept[members[cluster]] = True
    return kept


def refuse_size(n_draws: int, n_rows: int, n_names: int) -> None:
    """Raise InputError if so many draws would not fit into memory."""
    gib = n_draws * n_rows * n_names * 8.0 / 2**30
    if gib > _MOST_GIB:
        raise InputError(
            f"{n_draws} draws of {n_rows} rows and {n_names} shares take {gib:.3g} GiB; at most "
            f"{_MOST_GIB:g} are allowed. Ask for fewer draws, or draw documents, not passages."
        )
