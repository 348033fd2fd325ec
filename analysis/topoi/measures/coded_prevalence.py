"""How many of all passages are about each theme, by the codes of a sample of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.checks import fraction
from topoi.corpus.row_ids import id_column
from topoi.errors import InputError, listed
from topoi.measures.clustered_means import Estimate, wilson

__all__ = ["coded_prevalence"]


def coded_prevalence(
    majority: pd.DataFrame, key: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    """The part of all passages that people give each theme, each code weighted by its stratum.

    Parameters
    ----------
    majority : DataFrame from `majority_codes`; ties are left out
    key : DataFrame, the key of the `coding_sheet` task, see `read_key`
    level : float in (0, 1), coverage of the intervals

    Returns
    -------
    DataFrame
        theme (str), estimate, lower, upper, level (float64), n_passages, n_positive, n_ties
        (int64; coded, coded 1, and left out, in the sample); in the order of themes. Wilson's
        interval at the effective number of passages; it carries the sampling of passages, not the
        disagreement of coders, and takes passages for independent of one another.

    Raises
    ------
    InputError
        If a passage is not in the key, or a stratum has no code on a theme, as nothing can then be
        said of all passages.

    References
    ----------
    Cochran (1977), Sampling techniques, chapter 5 (stratified mean and its variance, with the
    finite population correction). The variance within a stratum is at least that of one more code
    of each kind, (k + 1) (n - k + 1) / (n + 2)^2: a stratum in which all codes agree is not known
    for sure.
    """
    fraction("level", level)
    unit = id_column(key)
    known = key.set_index(unit)
    unknown = sorted(set(majority["passage_id"]) - set(known.index))
    if unknown:
        raise InputError(f"{len(unknown)} passages are not in the key: {listed(unknown)}.")
    table = majority.join(known[["stratum", "n_stratum"]], on="passage_id")
    sizes = known.groupby("stratum", sort=False)["n_stratum"].first()
    rows = [
        _of_theme(str(theme), table.loc[table["theme"] == theme], sizes, level)
        for theme in dict.fromkeys(majority["theme"])
    ]
    return pd.DataFrame(rows).astype({"theme": "str"})


def _of_theme(
    theme: str, table: pd.DataFrame, sizes: pd.Series[Any], level: float
) -> dict[str, Any]:
    coded = table.loc[table["code"].notna()]
    groups = coded.groupby("stratum")["code"].agg(["size", "sum"]).reindex(sizes.index)
    lacking = list(groups.index[groups["size"].isna()])
    if lacking:
        raise InputError(f"No passage of the strata {listed(lacking)} has a code on {theme}.")
    n = groups["size"].to_numpy(dtype=np.float64)
    k = groups["sum"].to_numpy(dtype=np.float64)
    found = _stratified(n, k, sizes.to_numpy(dtype=np.float64), level)
    counts = {"n_passages": len(coded), "n_positive": int(k.sum())}
    return {"theme": theme, **found._asdict(), "level": level, **counts} | {
        "n_ties": len(table) - len(coded)
    }


def _stratified(n: NDArray[Any], k: NDArray[Any], sizes: NDArray[Any], level: float) -> Estimate:
    """The weighted mean of k of n in strata of these sizes."""
    weights = sizes / sizes.sum()
    estimate = float((weights * k / n).sum())
    smooth = (k + 1.0) / (n + 2.0)
    within = np.maximum(smooth * (1.0 - smooth), k / n * (1.0 - k / n))
    variance = float((weights**2 * (1.0 - n / sizes) * within / n).sum())
    if variance <= 0:  # every passage is coded
        return Estimate(estimate, estimate, estimate)
    middle = float((weights * smooth).sum())
    effective = middle * (1.0 - middle) / variance
    return wilson(estimate * effective, effective, level)
