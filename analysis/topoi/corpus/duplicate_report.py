"""Which copies a corpus has, how alike they are, and in which words they differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from topoi.checks import at_least
from topoi.corpus.copy_pairs import CopyRules
from topoi.corpus.corpus import Corpus
from topoi.corpus.deduplicate import pair_table
from topoi.corpus.found_copies import FoundCopies, find_copies
from topoi.corpus.word_difference import word_difference
from topoi.errors import InputError, listed
from topoi.html_table import html_table

__all__ = ["DuplicateReport", "duplicate_report"]

_SHOWN = 10
_SHOWN_WIDTH = 300  # characters of a difference in the terminal


@dataclass(frozen=True, eq=False)
class DuplicateReport:
    """The clusters of copies in a corpus; made by `duplicate_report`.

    clusters : DataFrame
        One row for each document (or passage) of a cluster, the one that stays first. Columns
        cluster (str, id of the one that stays), doc_id (str), kind (str, "stays", "exact copy",
        "near copy", "spun copy" or "contained copy"), similarity and contained (float64, to the
        one that stays). Clusters in the order of the corpus, the largest first.
    pairs : DataFrame, as `duplicate_pairs` gives it
    notes : tuple of str
        What was left apart or not compared, in sentences; empty if nothing was.
    """

    clusters: pd.DataFrame
    pairs: pd.DataFrame
    notes: tuple[str, ...]
    _texts: dict[str, str]

    def difference(self, doc_id: str) -> str:
        """The words in which a copy differs from the one that stays for it.

        `[-…-]` marks what only the one that stays has, `{+…+}` what only the copy has; bounded as
        `word_difference`.

        Raises
        ------
        InputError
            If no copy has this id.
        """
        rows = self.clusters.loc[self.clusters["doc_id"] == doc_id]
        if rows.empty:
            raise InputError(
                f"{doc_id!r} is in no cluster of copies. There are {len(self.clusters)} ids in "
                f"clusters: {listed(self.clusters['doc_id'])}."
            )
        return word_difference(self._texts[rows["cluster"].iloc[0]], self._texts[doc_id])

    def differences(self, *, most: int = 50) -> pd.DataFrame:
        """The first copies with the words in which they differ.

        Parameters
        ----------
        most : int >= 1, copies

        Returns
        -------
        DataFrame
            Columns doc_id, copy_of, kind (str), similarity, contained (float64), difference (str);
            rows as in `clusters`, without those that stay and without exact copies.
        """
        at_least("most", most, 1, whole=True)
        kinds = self.clusters["kind"]
        rows = self.clusters.loc[~kinds.isin(["stays", "exact copy"])].head(most)
        table = rows.rename(columns={"cluster": "copy_of"})
        table = table[["doc_id", "copy_of", "kind", "similarity", "contained"]]
        found = [self.difference(doc_id) for doc_id in table["doc_id"]]
        return table.assign(
            difference=pd.Series(found, index=table.index, dtype="str")
        ).reset_index(drop=True)

    def counts(self) -> dict[str, int]:
        """Clusters, and copies of each kind."""
        kinds = self.clusters["kind"].value_counts()
        names = ("exact copy", "near copy", "spun copy", "contained copy")
        return {"clusters": int(kinds.get("stays", 0))} | {
            name: int(kinds.get(name, 0)) for name in names
        }

    def __repr__(self) -> str:
        lines = [f"<DuplicateReport: {self._headline()}>", *self.notes]
        for row in self.differences(most=_SHOWN).itertuples():
            lines.append(f"{row.kind} {row.similarity:.2f}: {row.doc_id} of {row.copy_of}")
            lines.append(f"    {_cut(str(row.difference))}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        shown = self.differences(most=_SHOWN).round({"similarity": 2, "contained": 2})
        notes = "".join(f" {note}" for note in self.notes)
        return html_table(f"{self._headline()}.{notes} The first {len(shown)} that differ:", shown)

    def _headline(self) -> str:
        counts = self.counts()
        copies = ", ".join(f"{n} {name}" for name, n in counts.items() if name != "clusters")
        return f"{counts['clusters']} clusters; {copies}"


def duplicate_report(
    corpus: Corpus,
    *,
    near: float | None = 0.6,
    contained: float | None = 0.85,
    spun: bool = True,
    n_jobs: int | None = None,
) -> DuplicateReport:
    """The clusters that `deduplicate` makes with the same settings, to be looked at.

    Parameters
    ----------
    corpus, near, contained, spun, n_jobs : as for `deduplicate`

    Returns
    -------
    DuplicateReport
        With the tables `clusters` and `pairs`, `notes` on what was not compared, and
        `differences()`, the words in which copies differ; it shows itself in the terminal and in a
        notebook.

    Raises
    ------
    InputError
        If a setting is out of range.
    """
    found = find_copies(corpus, CopyRules(near, contained, spun), n_jobs=n_jobs)
    table = _clusters(corpus, found)
    text_of = dict(zip(corpus.ids, corpus.texts, strict=True))
    texts = {doc_id: text_of[doc_id] for doc_id in table["doc_id"]}
    return DuplicateReport(table, pair_table(corpus, found), tuple(_notes(found)), texts)


def _clusters(corpus: Corpus, found: FoundCopies) -> pd.DataFrame:
    sizes = np.bincount(found.stays, minlength=len(corpus))
    rows = np.flatnonzero(sizes[found.stays] > 1)
    stays = found.stays[rows]
    rows = rows[np.lexsort([rows, found.is_copy[rows], stays, -sizes[stays]])]
    ids = np.array(corpus.ids, dtype=object)
    kind = np.where(found.is_copy, found.kind, "stays")
    return pd.DataFrame(
        {
            "cluster": pd.Series(ids[found.stays[rows]], dtype="str"),
            "doc_id": pd.Series(ids[rows], dtype="str"),
            "kind": pd.Series(kind[rows], dtype="str"),
            "similarity": found.similarity[rows],
            "contained": found.contained[rows],
        }
    )


def _notes(found: FoundCopies) -> list[str]:
    notes = []
    if found.n_template:
        notes.append(
            f"{found.n_template} pairs are as alike as near copies, but only in what more than ten "
            "texts share, as notices on one template do: they count as different."
        )
    if found.n_capped:
        notes.append(
            f"{found.n_capped} texts are of large groups that are nearly identical and were "
            "compared with the first 64 of their group that differ: some copies may be missed."
        )
    return notes


def _cut(line: str) -> str:
    return line if len(line) <= _SHOWN_WIDTH else f"{line[: _SHOWN_WIDTH - 1]}…"
