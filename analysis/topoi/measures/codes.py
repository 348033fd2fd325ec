"""What did coders say of which rows of a table of shares?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, TopoiWarning, listed

__all__ = ["FEWEST_CODES", "CodedShares", "CodedTheme", "coded_shares", "warn_of_few"]

FEWEST_CODES = 20  # codes of a theme; with fewer its curve is mostly what was held likely before

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CodedTheme:
    """Scores of all rows for one theme and the codes of some, n of them.

    name : str
    scores : float64, shape (R,), in [0, 1]; NaN where a row has none, which no coded row has
    rows : int64, shape (n,), positions of the coded rows, rising
    codes : float64, shape (n,), 0 or 1
    weights : float64, shape (n,), > 0, rows of the table that each coded row stands for; sums to R
    documents : int64, shape (n,), number of the document of each coded row
    """

    name: str
    scores: Floats
    rows: Positions
    codes: Floats
    weights: Floats
    documents: Positions


@dataclass(frozen=True, eq=False)
class CodedShares:
    """Themes with their codes, and the facts of the rows, by id.

    unit : "passage_id" or "doc_id", what a row is
    facts : DataFrame, R rows, the columns of the table of shares but theme and the score
    """

    unit: str
    facts: pd.DataFrame
    themes: tuple[CodedTheme, ...]


def coded_shares(shares: pd.DataFrame, codes: pd.DataFrame, *, score: str = "share") -> CodedShares:
    """A table of shares brought together with a table of codes.

    Parameters
    ----------
    shares : DataFrame as `theme_shares` gives it, one row for each row of text and theme
    codes : DataFrame
        With passage_id where `shares` has it, else doc_id; and either a column for each theme or
        the columns theme and code. Codes are 0 or 1 (or False, True); what is missing or empty
        was not coded. Several rows of one passage are several coders: the majority counts. A
        column weight says how many passages the coded one stands for, or sampling_probability
        with what chance it was drawn for coding; without either all count alike. Rows without a
        code need neither.
    score : str, the column of `shares` with the scores
        A score other than "share" may be given for part of the themes of a row.

    Raises
    ------
    InputError
        If columns are missing, a score or code is out of range, a row of `shares` is repeated or
        lacks a theme, a theme has no code, the weight of a code is missing or not positive, or no
        coded row is among the shares.

    Warns
    -----
    TopoiWarning
        Codes of rows that are not among the shares, and ties between coders, are left out.
    """
    unit = _unit(shares, codes, score)
    wide = _wide(shares, unit, score)
    long = _long(codes, list(wide.columns), unit)
    long = _known(long, wide.index, unit)
    long = _majority(long, unit)
    facts = shares.drop_duplicates(unit).drop(columns=["theme", score])
    facts = facts.set_index(unit, drop=False).loc[wide.index].reset_index(drop=True)
    documents = pd.factorize(facts["doc_id"])[0].astype(np.int64)
    themes = tuple(_of_theme(name, wide, long, documents, unit) for name in wide.columns)
    return CodedShares(unit, facts, themes)


def _unit(shares: pd.DataFrame, codes: pd.DataFrame, score: str) -> str:
    missing = [name for name in ("doc_id", "theme", score) if name not in shares.columns]
    if missing:
        raise InputError(
            f"The table of shares lacks the columns {listed(missing)}; give that of theme_shares."
        )
    unit = id_column(shares)
    if unit not in codes.columns:
        raise InputError(
            f"The shares are of {'passages' if unit == 'passage_id' else 'documents'}, and the "
            f"codes have no column {unit}; they have: {listed(codes.columns, most=20)}."
        )
    if unit == "doc_id" and "passage_id" in codes.columns:
        raise InputError(
            "The codes are of passages and the shares of documents; give the shares of passages."
        )
    return unit


def _wide(shares: pd.DataFrame, unit: str, score: str) -> pd.DataFrame:
    """Scores, a row for each row of text, by id, and a column for each theme, in their order."""
    if not len(shares):
        raise InputError("The table of shares has no row.")
    repeated = shares.loc[shares.duplicated([unit, "theme"]), unit]
    if len(repeated):
        raise InputError(
            f"{len(repeated)} rows of the shares repeat a {unit} and theme: {listed(repeated)}."
        )
    names = list(dict.fromkeys(shares["theme"]))
    rows = sorted(dict.fromkeys(shares[unit]), key=str)  # so that their order has no say
    wide = shares.pivot(index=unit, columns="theme", values=score).loc[rows, names]
    values = wide.to_numpy(dtype=np.float64)
    is_sound = (values >= 0.0) & (values <= 1.0)
    if score != "share":  # held-out probabilities are of the coded rows of each theme alone
        there = shares.assign(_=True).pivot(index=unit, columns="theme", values="_")
        is_sound |= there.loc[rows, names].isna().to_numpy()
    faulty = wide.index[np.flatnonzero(~is_sound.all(axis=1))]
    if len(faulty):
        raise InputError(
            f"Each {unit} needs a {score} in [0, 1] for each theme; {len(faulty)} have not: "
            f"{listed(faulty)}."
        )
    return wide.astype(np.float64)


def _long(codes: pd.DataFrame, names: list[str], unit: str) -> pd.DataFrame:
    """Columns unit, theme, code (0.0 or 1.0), weight; a row for each code that was given."""
    table = codes.reset_index(drop=True)
    if {"theme", "code"} <= set(codes.columns):
        long = table.loc[table["theme"].isin(names), [unit, "theme", "code"]]
    else:
        there = [name for name in names if name in codes.columns]
        long = table.melt(unit, there, var_name="theme", value_name="code", ignore_index=False)
    long = long.assign(code=_as_codes(long["code"]))
    long = long.loc[long["code"].notna()]
    uncoded = [name for name in names if name not in set(long["theme"])]
    if uncoded:
        raise InputError(
            f"There is no code for the themes {listed(uncoded)}; code some passages for them or "
            "leave them out of the shares."
        )
    return long.assign(weight=_weights(table.loc[np.unique(long.index)], unit)[long.index])


def _as_codes(column: pd.Series) -> pd.Series:
    texts = column.map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
    given = texts.replace("", None)
    numbers = pd.to_numeric(given.astype(object), errors="coerce").astype(np.float64)
    faulty = given.loc[given.notna() & ~numbers.isin([0.0, 1.0])]
    if len(faulty):
        raise InputError(
            f"Codes are 0 or 1, or missing; {len(faulty)} are not: "
            f"{listed(repr(code) for code in faulty)}."
        )
    return numbers


def _weights(codes: pd.DataFrame, unit: str) -> pd.Series[float]:
    """Rows of the population that each row stands for, > 0, with the index of the codes."""
    if {"weight", "sampling_probability"} <= set(codes.columns):
        raise InputError("The codes have weight and sampling_probability; keep one of them.")
    name = "weight" if "weight" in codes.columns else "sampling_probability"
    if name not in codes.columns:
        return pd.Series(1.0, index=codes.index)
    given = pd.to_numeric(codes[name], errors="coerce").astype(np.float64)
    most = np.inf if name == "weight" else 1.0
    is_faulty = ~((given > 0.0) & (given <= most) & np.isfinite(given))
    if is_faulty.any():
        odd = codes.loc[is_faulty]
        cases = [f"{cell} of {row}" for cell, row in zip(odd[name], odd[unit], strict=True)]
        raise InputError(
            f"{name} must be a number > 0{'' if name == 'weight' else ' and <= 1'}; "
            f"{len(odd)} are not: {listed(cases)}."
        )
    return given if name == "weight" else 1.0 / given


def _known(long: pd.DataFrame, rows: pd.Index, unit: str) -> pd.DataFrame:
    is_known = long[unit].isin(rows)
    unknown = list(dict.fromkeys(long.loc[~is_known, unit]))
    if not is_known.any():
        raise InputError(
            f"None of the coded {unit} is among the shares, for example {listed(unknown)}."
        )
    if unknown:
        _warn(f"{len(unknown)} coded {unit} are not among the shares: {listed(unknown)}.")
    return long.loc[is_known]


def _majority(long: pd.DataFrame, unit: str) -> pd.DataFrame:
    """One code for each row and theme: that of more than half of the coders."""
    groups = long.groupby([unit, "theme"], sort=False)
    spread = groups["weight"].agg(["min", "max"])
    torn = spread.index[~np.isclose(spread["min"], spread["max"])]
    if len(torn):
        raise InputError(f"{len(torn)} coded rows have different weights: {listed(torn)}.")
    found = groups.agg(code=("code", "mean"), weight=("weight", "first")).reset_index()
    tied = found.loc[found["code"] == 0.5, unit]
    if len(tied):
        _warn(f"{len(tied)} codes are ties between coders and left out: {listed(tied)}.")
    found = found.loc[found["code"] != 0.5]
    return found.assign(code=(found["code"] > 0.5).astype(np.float64))


def _of_theme(
    name: str, wide: pd.DataFrame, long: pd.DataFrame, documents: Positions, unit: str
) -> CodedTheme:
    scored = wide.index[wide[name].notna()]
    of_theme = long.loc[(long["theme"] == name) & long[unit].isin(scored)]
    if not len(of_theme):
        raise InputError(f"No row among the shares has a code for {name} that is not a tie.")
    rows = wide.index.get_indexer(pd.Index(of_theme[unit])).astype(np.int64)
    order = np.argsort(rows)
    weights = of_theme["weight"].to_numpy(dtype=np.float64)[order]
    return CodedTheme(
        name=str(name),
        scores=np.ascontiguousarray(wide[name].to_numpy(dtype=np.float64)),
        rows=rows[order],
        codes=of_theme["code"].to_numpy(dtype=np.float64)[order],
        weights=weights / weights.sum() * len(scored),
        documents=documents[rows[order]],
    )


def warn_of_few(themes: tuple[CodedTheme, ...]) -> None:
    """Say which themes have too few codes, or codes of one value alone, to tell much by."""
    few = [
        f"{theme.name} ({len(theme.codes)})" for theme in themes if len(theme.codes) < FEWEST_CODES
    ]
    if few:
        _warn(
            f"Fewer than {FEWEST_CODES} codes of {listed(few)}: what follows says little, as its "
            "intervals show. Code 50."
        )
    alike = [theme.name for theme in themes if theme.codes.min() == theme.codes.max()]
    if alike:
        _warn(
            f"All codes of {listed(alike)} are alike, so nothing shows where coders draw the line; "
            "code passages with high and with low shares."
        )


def _warn(message: str) -> None:
    warnings.warn(message, TopoiWarning, stacklevel=5)
