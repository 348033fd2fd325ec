"""Which code most coders gave each passage, and where they are divided."""

from __future__ import annotations

import pandas as pd

from topoi.errors import InputError, listed

__all__ = ["majority_codes"]

_COLUMNS = ("passage_id", "coder", "theme", "code")


def majority_codes(codes: pd.DataFrame) -> pd.DataFrame:
    """The code that more than half of a passage's coders gave it, for each theme.

    Parameters
    ----------
    codes : DataFrame from `read_codes`

    Returns
    -------
    DataFrame
        passage_id, theme (str), n_coders, n_positive (int64), code (Int64; missing where as many
        said 0 as 1), is_tie (bool); in the order of first appearance. Ties are for the coders to
        settle by talking; to leave them out, drop the missing codes and say how many they were.

    Raises
    ------
    InputError
        If columns are missing, a code is neither 0 nor 1, or a coder coded a passage twice.
    """
    lacking = [name for name in _COLUMNS if name not in codes.columns]
    if lacking:
        raise InputError(f"The codes have no column {listed(lacking)}; see read_codes.")
    wrong = codes.loc[~codes["code"].isin([0, 1]), "passage_id"]
    if len(wrong):
        raise InputError(f"Codes must be 0 or 1; others are at {listed(dict.fromkeys(wrong))}.")
    twice = codes.loc[codes.duplicated(["passage_id", "coder", "theme"]), "passage_id"]
    if len(twice):
        raise InputError(f"Coders coded passages twice: {listed(dict.fromkeys(twice))}.")
    groups = codes.groupby(["passage_id", "theme"], sort=False)["code"]
    table = groups.agg(n_coders="size", n_positive="sum").reset_index()
    is_tie = 2 * table["n_positive"] == table["n_coders"]
    is_most = (2 * table["n_positive"] > table["n_coders"]).astype("Int64")
    table["code"] = is_most.mask(is_tie)
    table["is_tie"] = is_tie
    return table.astype({"n_coders": "int64", "n_positive": "int64"})
