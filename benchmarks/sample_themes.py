"""Which coded themes each passage of the clean sample has, to judge theme shares by."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed

__all__ = ["coded_passages"]

_THEMES = ("root_causes", "border_security", "legal_pathways")
# No paragraph has so many of its words in another by chance.
_WHOLLY = 0.9
_WORD = re.compile(r"[^\W_]+")


def coded_passages(
    passages: Corpus, codes: pd.DataFrame, *, least_overlap: float = 0.5
) -> pd.DataFrame:
    """The themes of the coded paragraph that each passage shares most words with.

    Parameters
    ----------
    passages : Corpus, the sample cleaned and cut into passages
    codes : DataFrame as `load_sample_codes` gives it
    least_overlap : float in (0, 1]
        A passage is matched where at least this share of its words stands in a paragraph of its
        document; else it is left out, as are documents without codes. A passage that holds whole
        further paragraphs has their themes too; a table may be several passages, each with the
        themes of the table.

    Returns
    -------
    DataFrame
        Columns passage_id (str), root_causes, border_security, legal_pathways (int64, 0 or 1), in
        the order of the passages.

    Raises
    ------
    InputError
        If `passages` is not segmented, or a column of `codes` is missing.
    """
    _check(passages, codes)
    bags: dict[str, list[Counter[str]]] = defaultdict(list)
    themes: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    flags = codes[list(_THEMES)].to_numpy(dtype="int64")
    for doc_id, text, row in zip(codes["doc_id"], codes["text"], flags, strict=True):
        bags[doc_id].append(_bag(text))
        themes[doc_id].append(tuple(row.tolist()))
    found = []
    table = passages.table
    for passage_id, doc_id, text in zip(
        table["passage_id"], table["doc_id"], table["text"], strict=True
    ):
        places = _matches(_bag(text), bags[doc_id], least_overlap)
        if places:
            columns = zip(*(themes[doc_id][place] for place in places), strict=True)
            found.append((passage_id, *map(max, columns)))
    kinds = {"passage_id": "str"} | dict.fromkeys(_THEMES, "int64")
    return pd.DataFrame(found, columns=["passage_id", *_THEMES]).astype(kinds)


def _check(passages: Corpus, codes: pd.DataFrame) -> None:
    if not passages.is_segmented:
        raise InputError("coded_passages needs passages; these are documents. Use topoi.segment.")
    missing = [name for name in ("doc_id", *_THEMES, "text") if name not in codes.columns]
    if missing:
        raise InputError(
            f"codes lacks the columns {listed(missing)}. Give the table of load_sample_codes."
        )


def _bag(text: str) -> Counter[str]:
    """How often each word stands in a text."""
    return Counter(_WORD.findall(text.lower()))


def _matches(passage: Counter[str], paragraphs: Sequence[Counter[str]], least: float) -> list[int]:
    """The paragraph with most of the passage, and any others that lie wholly within it."""
    shared = [(passage & paragraph).total() for paragraph in paragraphs]
    if not any(shared):
        return []
    matched = {
        place
        for place, paragraph in enumerate(paragraphs)
        if shared[place] >= _WHOLLY * max(paragraph.total(), 1)
    }
    matched.add(shared.index(max(shared)))
    explained = sum((paragraphs[place] for place in matched), Counter[str]())
    is_enough = (passage & explained).total() >= least * passage.total()
    return sorted(matched) if is_enough else []
