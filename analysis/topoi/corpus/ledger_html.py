"""How documents that were read become those that are kept: a picture whose numbers add up."""

from __future__ import annotations

import pandas as pd

from topoi.html_parts import bar
from topoi.html_table import html_table, shortened

__all__ = ["ledger_html"]

_HUES = {"dropped": "#a3355e", "merged": "#b8860b"}
_SUCH_AS = 48  # characters


def ledger_html(headline: str, n_read: int, ends: pd.DataFrame) -> str:
    """A row for what was read, for each reason why documents went, and for what is kept.

    The bars go down like stairs: each begins where the one above it ends, and the last is as long
    as what is left.

    Parameters
    ----------
    n_read : int, documents
    ends : DataFrame, events that dropped or merged a document, in order: step, doc_id, action,
        reason, detail (str)
    """
    left = n_read
    rows = [("", "read", str(n_read), bar(n_read, most=n_read), "")]
    for key, own in ends.groupby(["step", "action", "reason"], sort=False):
        step, action, reason = map(str, key)
        before, left = left, left - len(own)
        drawn = bar(before, start=left, most=n_read, colour=_HUES[action])
        such_as = shortened(own["doc_id"].iloc[0], most=_SUCH_AS)
        rows.append((step, f"{action}: {reason}", f"−{len(own)}", drawn, such_as))
    rows.append(("", "kept", str(left), bar(left, most=n_read), ""))
    columns = ["step", "what became of them", "documents", "of those read", "such as"]
    table = pd.DataFrame(rows, columns=columns)
    return html_table(headline, table, markup=["of those read"], numbers=["documents"])
