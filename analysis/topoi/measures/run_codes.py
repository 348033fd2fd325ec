"""Are these codes of passages of this corpus, on its themes, and enough to calibrate by?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from topoi.corpus.corpus import Corpus
from topoi.errors import InputError, listed, nearest
from topoi.measures.codes import FEWEST_CODES, coded_shares
from topoi.measures.coding_task import fingerprint
from topoi.themes.theme import Themes

__all__ = ["codes_of_passages"]

_FEWEST_DOCUMENTS = 3
_LONG = ("theme", "code")
# What a table of codes may have beside them.
_BESIDE = (
    *("passage_id", "doc_id", "coder", "weight", "sampling_probability"),
    *("shown", "text", "note", *_LONG),
)


def codes_of_passages(given: pd.DataFrame, passages: Corpus, themes: Themes) -> pd.DataFrame:
    """The code that counts for each coded passage and theme, after a look at all of them.

    Parameters
    ----------
    given : DataFrame from `read_coded_passages`, or as `coded_shares` takes it with passage_id
        Its index says where a row stands. A column text, or shown with the `fingerprint` of it, is
        held against the passages where it is not blank. Several rows of a passage are several
        coders, whom a column coder must name.
    passages : Corpus of passages
    themes : Themes, each of which must have codes

    Returns
    -------
    DataFrame
        passage_id, doc_id, theme (str), code (int64, 0 or 1, of most coders), n_coders (int64),
        weight (float64, passages that the code stands for); in the order of themes and passage_id.

    Raises
    ------
    InputError
        If a passage or theme is unknown, a text is another, a code is neither 0, 1 nor empty, a
        coder, or one without a name, coded a passage twice for a theme, or a theme has fewer than
        20 codes or codes of fewer than 3 documents. Faults are told together, of each kind up to
        five.

    Warns
    -----
    TopoiWarning
        If coders are divided evenly over a passage, whose code is then left out.
    """
    faults = [
        *_unknown_passages(given, passages),
        *_unknown_themes(given, themes),
        *_other_texts(given, passages),
    ]
    if not faults:
        faults = [*_odd_codes(_long(given, themes)), *_coded_twice(_long(given, themes))]
    if faults:
        raise InputError("codes: " + " ".join(faults))
    found = _counted(given, passages, themes)
    few = list(_too_few(found, themes))
    if few:
        raise InputError("codes: " + " ".join(few))
    return found


def _unknown_passages(given: pd.DataFrame, passages: Corpus) -> Iterator[str]:
    known = set(passages.ids)
    odd = [name for name in dict.fromkeys(given["passage_id"]) if name not in known]
    if odd:
        documents = set(passages.table["doc_id"])
        of_document = next((name for name in odd if name in documents), None)
        hint = f" {of_document} is a document; its first passage is {of_document}#001."
        yield (
            f"{len(odd)} of {given['passage_id'].nunique()} coded passages are not among the "
            f"{len(known)} of this run: {listed(odd)}. Run with the settings by which the passages "
            f"to code were drawn, or take them out.{hint if of_document else ''}"
        )


def _unknown_themes(given: pd.DataFrame, themes: Themes) -> Iterator[str]:
    if set(_LONG) <= set(given.columns):
        named = [name for name in dict.fromkeys(given["theme"].dropna()) if name]
    else:
        named = [name for name in given.columns if _holds_codes(given, name, themes)]
    odd = [f"{name}{_meant(name, themes)}" for name in named if name not in themes.names]
    if odd:
        yield (
            f"The pack {themes.name} has no theme {listed(odd)}; its themes are "
            f"{', '.join(themes.names)}. Rename or take out what is no theme."
        )
    lacking = [name for name in themes.names if name not in named]
    if lacking and not odd:
        yield (
            f"There is no code for {listed(lacking)}. Code each passage for every theme of the "
            f"pack: {', '.join(themes.names)}. The table has the columns "
            f"{listed(given.columns, most=20)}."
        )


def _holds_codes(given: pd.DataFrame, name: str, themes: Themes) -> bool:
    """Whether something is written in a column that has the name of a theme, or only 0 and 1."""
    if name in _BESIDE:
        return False
    cells = _written(given[name])
    cells = cells.loc[cells != ""]
    return bool(len(cells)) and (name in themes.names or bool(_are_codes(cells).all()))


def _written(column: pd.Series) -> pd.Series:
    """The cells as they are written, without blanks around; "" of a missing one, 1 of True."""

    def text(cell: object) -> str:
        if pd.isna(cell):  # type: ignore[call-overload]
            return ""
        return str(int(cell)) if isinstance(cell, (bool, np.bool_)) else str(cell).strip()

    return column.astype(object).map(text).astype("str")


def _are_codes(cells: pd.Series) -> pd.Series[bool]:
    return pd.to_numeric(cells, errors="coerce").isin([0, 1])


def _meant(name: str, themes: Themes) -> str:
    near = nearest(name, themes.names)
    return f" (is it {near}?)" if near else ""


def _other_texts(given: pd.DataFrame, passages: Corpus) -> Iterator[str]:
    if "shown" in given.columns:
        sent = list(_written(given["shown"]))
    elif "text" in given.columns:
        texts = given["text"].where(given["text"].notna(), "")
        sent = [fingerprint([text]) if text.strip() else "" for text in texts]
    else:
        return
    known = dict(zip(passages.ids, passages.texts, strict=True))
    odd = [
        name
        for name, mark in dict.fromkeys(zip(given["passage_id"], sent, strict=True))
        if mark and name in known and fingerprint([known[name]]) != mark
    ]
    if odd:
        yield (
            f"{len(odd)} coded passages have another text in this run than was coded: "
            f"{listed(odd)}. Run with the settings by which they were drawn."
        )


def _long(given: pd.DataFrame, themes: Themes) -> pd.DataFrame:
    """passage_id, theme, code as it is written, and coder where there is one; no empty codes."""
    kept = ["passage_id", *(name for name in ("coder",) if name in given.columns)]
    if set(_LONG) <= set(given.columns):
        long = given[[*kept, *_LONG]]
    else:
        long = given.melt(
            kept, themes.names, var_name="theme", value_name="code", ignore_index=False
        )
    written = _written(long["code"])
    return long.assign(code=written).loc[written != ""]


def _odd_codes(long: pd.DataFrame) -> Iterator[str]:
    odd = long.loc[~_are_codes(long["code"])]
    if len(odd):
        rows = odd.to_dict("records")
        cases = [f"{row['code']!r} for {row['theme']} of {row['passage_id']}" for row in rows]
        yield f"Codes are 0 or 1, or empty; {len(odd)} are not: {listed(cases)}."


def _coded_twice(long: pd.DataFrame) -> Iterator[str]:
    if "coder" not in long.columns:
        yield from _pasted_twice(long)
        return
    twice = long.loc[long.duplicated(["passage_id", "coder", "theme"])].to_dict("records")
    if twice:
        cases = dict.fromkeys(f"{row['passage_id']} by {row['coder']}" for row in twice)
        yield f"{len(cases)} passages were coded twice by one coder: {listed(cases)}."


def _pasted_twice(long: pd.DataFrame) -> Iterator[str]:
    """Later rows of a passage and theme, which without names of coders need not be another's."""
    twice = long.loc[long.duplicated(["passage_id", "theme"]), "passage_id"]
    if len(twice):
        cases = dict.fromkeys(f"{name} ({where})" for where, name in twice.items())
        yield (
            f"{len(cases)} rows code a passage for a theme that an earlier row codes it for: "
            f"{listed(cases)}. Take them out, or say in a column coder who coded each row."
        )


def _counted(given: pd.DataFrame, passages: Corpus, themes: Themes) -> pd.DataFrame:
    documents = dict(zip(passages.ids, passages.table["doc_id"], strict=True))
    try:
        coded = coded_shares(
            _no_shares(passages, themes), given.drop(columns=["doc_id"], errors="ignore")
        )
    except InputError as error:
        raise InputError(f"codes: {error}") from error
    coders = _long(given, themes).groupby(["theme", "passage_id"]).size()
    frames = []
    for theme in coded.themes:
        ids = coded.facts["passage_id"].to_numpy()[theme.rows]
        frames.append(
            pd.DataFrame(
                {
                    "passage_id": ids,
                    "doc_id": [documents[name] for name in ids],
                    "theme": theme.name,
                    "code": theme.codes.astype(np.int64),
                    "n_coders": [int(coders[theme.name, name]) for name in ids],
                    "weight": theme.weights,
                }
            )
        )
    kinds = dict.fromkeys(("passage_id", "doc_id", "theme"), "str")
    return pd.concat(frames, ignore_index=True).astype(kinds)


def _no_shares(passages: Corpus, themes: Themes) -> pd.DataFrame:
    """A table of shares before anything is fitted, so that codes are counted as they will be."""
    rows = passages.table[["passage_id", "doc_id"]]
    return pd.concat(
        [rows.assign(theme=name, share=0.5) for name in themes.names], ignore_index=True
    )


def _too_few(found: pd.DataFrame, themes: Themes) -> Iterator[str]:
    sizes = found.groupby("theme")["doc_id"].agg(["size", "nunique"]).reindex(themes.names)
    few = sizes.loc[sizes["size"] < FEWEST_CODES, "size"]
    if len(few):
        cases = [f"{name}: {number}" for name, number in few.items()]
        yield (
            f"{FEWEST_CODES} coded passages of each theme are the least; there are fewer: "
            f"{listed(cases)}. Code more, or leave codes out."
        )
    narrow = sizes.loc[sizes["nunique"] < _FEWEST_DOCUMENTS, "nunique"]
    if len(narrow):
        cases = [f"{name}: {number}" for name, number in narrow.items()]
        yield (
            f"The codes must be of passages of {_FEWEST_DOCUMENTS} documents or more: "
            f"{listed(cases)}."
        )
