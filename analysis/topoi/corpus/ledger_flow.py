"""How did the documents that were read become those that were kept?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from topoi.checks import at_least
from topoi.corpus.ledger import Ledger

__all__ = ["ledger_flow"]

_ENDS = ("dropped", "merged")
_SHOWN = (*_ENDS, "changed")
_COLUMNS = {
    "step": "str", "action": "str", "reason": "str",
    "n_reasons": "int64", "n_documents": "int64", "n_left": "int64",
}  # fmt: skip


def ledger_flow(ledger: Ledger, *, most_reasons: int = 6) -> pd.DataFrame:
    """What left the corpus and what was changed in it, step by step, and how much was left.

    Parameters
    ----------
    ledger : Ledger
    most_reasons : int >= 1
        Reasons that are told apart of a step and action: those of most documents, of equals in
        the order in which they came. The others are one row together.

    Returns
    -------
    DataFrame
        step (str, empty for "read" and "kept"), action (str: "read", "dropped", "merged", "changed"
        or "kept"), reason (str, empty for these two, and where several are together), n_reasons
        (int64, how many are), n_documents (int64, different ones), n_left (int64, of those read,
        after this row). First the row "read", then by step, in the order of their first events,
        what was dropped, merged and changed, by falling number; last the row "kept". Along the
        rows n_left falls by n_documents where documents were dropped or merged and nowhere else; a
        document may be changed for several reasons. Steps that only noted something have no row.

    Raises
    ------
    InputError
        If the ledger does not add up (see `Ledger.outcomes`), or most_reasons < 1.
    """
    at_least("most_reasons", most_reasons, 1, whole=True)
    counts, events = ledger.counts(), ledger.events
    left = counts["read"]
    rows: list[tuple[object, ...]] = [("", "read", "", 0, left, left)]
    for step, of_step in events.loc[events["action"].isin(_SHOWN)].groupby("step", sort=False):
        for action in _SHOWN:
            of_action = of_step.loc[of_step["action"] == action]
            for reason, n_reasons, n_documents in _reasons(of_action, most_reasons):
                left -= n_documents if action in _ENDS else 0
                rows.append((step, action, reason, n_reasons, n_documents, left))
    rows.append(("", "kept", "", 0, left, left))
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _reasons(events: pd.DataFrame, most: int) -> Iterator[tuple[str, int, int]]:
    """Reason, how many reasons it stands for, and different documents; the rest as one."""
    if not len(events):
        return
    numbers = events.groupby("reason", sort=False)["doc_id"].nunique()
    order = np.argsort(-numbers.to_numpy(), kind="stable")
    # A single one is not put together with nothing.
    n_shown = most if len(order) > most + 1 else len(order)
    for place in order[:n_shown]:
        yield str(numbers.index[place]), 1, int(numbers.iloc[place])
    rest = events["reason"].isin(numbers.index[order[n_shown:]])
    if rest.any():
        yield "", len(order) - n_shown, int(events.loc[rest, "doc_id"].nunique())
