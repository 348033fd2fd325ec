"""How much of a cell of the text belongs to each topic or theme, over draws of the shares."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from topoi.measures.row_weights import row_weights
from topoi.measures.share_draws import ShareDraws
from topoi.measures.share_regression import pool_worlds

__all__ = ["drawn_cell", "drawn_weights"]

_FEWEST_CLUSTERS = 3


def drawn_weights(draws: ShareDraws, weigh: str, weights: str | None) -> NDArray[np.float64]:
    """How much each row counts, (D,): by its tokens, or those as a part of its document's.

    Parameters
    ----------
    draws : ShareDraws
    weigh : "tokens" or "documents"
    weights : str or None, column with a further weight; rows of weight 0 take no part
    """
    own = row_weights(draws.units, weights)
    tokens = np.maximum(draws.units["n_tokens"].to_numpy(dtype=np.float64), 1e-9)
    if weigh == "documents":
        used = pd.Series(np.where(own > 0, tokens, 0.0))
        total = used.groupby(draws.units["doc_id"].to_numpy()).transform("sum")
        tokens = tokens / np.maximum(total.to_numpy(dtype=np.float64), 1e-9)
    return np.asarray(own * tokens)


def drawn_cell(draws: ShareDraws, cell: pd.DataFrame, level: float) -> Iterator[dict[str, object]]:
    """What `prevalence` tells of a cell, a row for each name.

    Parameters
    ----------
    draws : ShareDraws
    cell : DataFrame, those rows of the draws' units that are in the cell, by their index, with
        _weight (float64, > 0), _cluster, _group, _period (str)
    level : float in (0, 1)
    """
    rows = cell.index.to_numpy()
    n_clusters = int(cell["_cluster"].nunique())
    mass = draws.kept[:, rows] * cell["_weight"].to_numpy(dtype=np.float64)
    total = mass.sum(axis=1)
    part = mass / np.where(total > 0, total, np.nan)[:, np.newaxis]
    values = np.stack(
        [np.einsum("d,dk->k", part[world], draws.values[draw, rows])
         for draw, world in enumerate(draws.worlds)]
    )  # fmt: skip
    estimate = values[draws.worlds == 0].mean(axis=0)
    lower = upper = np.full(len(estimate), np.nan)
    if n_clusters >= _FEWEST_CLUSTERS and draws.carries:
        lower, upper = _limits(draws, values, n_clusters, level)
    for place, name in enumerate(draws.names):
        yield {
            "name": name,
            "period": cell["_period"].iloc[0],
            "group": cell["_group"].iloc[0],
            "estimate": estimate[place],
            "lower": lower[place],
            "upper": upper[place],
            "level": level,
            "n_documents": int(cell["doc_id"].nunique()),
            "n_passages": len(cell),
            "n_clusters": n_clusters,
        }


def _limits(
    draws: ShareDraws, values: NDArray[np.float64], n_clusters: int, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Student's interval on the scale of log odds, so that it stays within 0 and 1."""
    found = pool_worlds(values, draws.worlds, scale=draws.scale, n_clusters=n_clusters)
    if found is None:
        missing = np.full(values.shape[1], np.nan)
        return missing, missing
    share = np.clip(found.estimate, 1e-12, 1.0 - 1e-12)
    reach = stdtrit(found.freedom, 0.5 + level / 2.0) * found.std_error / (share * (1.0 - share))
    return np.asarray(expit(logit(share) - reach)), np.asarray(expit(logit(share) + reach))
