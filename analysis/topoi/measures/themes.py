"""Which themes the topics of each model are about."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topoi.corpus.row_ids import id_column
from topoi.errors import InputError
from topoi.fit import TopicFit

__all__ = ["topic_themes"]


def topic_themes(fits: Mapping[str, TopicFit], shares: pd.DataFrame) -> pd.DataFrame:
    """The theme shares of the text that each topic covers.

    Parameters
    ----------
    fits : mapping from model name to its TopicFit; all fitted to the same rows
    shares : DataFrame from `theme_shares` for those rows

    Returns
    -------
    DataFrame
        model, topic, theme (str), affinity (float64 in [0, 1]): the mean share of the theme over
        the rows, weighted by the tokens that the topic has in each; in the order of models,
        topics and themes. A topic that no row uses has NaN.

    Raises
    ------
    InputError
        If there is no fit, or one has other rows than the shares.
    """
    if not fits:
        raise InputError("There is no fit whose topics could be compared; give at least one.")
    themes = list(dict.fromkeys(shares["theme"]))
    _check_rows(fits, shares, len(themes))
    by_row = shares["share"].to_numpy().reshape(-1, len(themes))
    frames = [_of_model(name, fit, themes, by_row) for name, fit in fits.items()]
    return pd.concat(frames, ignore_index=True)


def _check_rows(fits: Mapping[str, TopicFit], shares: pd.DataFrame, n_themes: int) -> None:
    for name, fit in fits.items():
        key = id_column(fit.units)
        rows = list(shares[key]) if key in shares.columns else []
        if rows != list(fit.units[key].repeat(n_themes)):
            raise InputError(
                f"The fit {name} has other rows than the shares; give the shares of the passages "
                "that it was fitted to."
            )


def _of_model(
    model: str, fit: TopicFit, themes: list[str], by_row: NDArray[np.float64]
) -> pd.DataFrame:
    tokens = fit.doc_topic * fit.units["n_tokens"].to_numpy(dtype=np.float64)[:, np.newaxis]
    mass = tokens.sum(axis=0)
    # einsum, not @: its sums have one order whatever BLAS is installed.
    covered = np.einsum("rk,rt->kt", tokens, by_row)
    affinity = covered / np.where(mass > 0, mass, np.nan)[:, np.newaxis]
    table = pd.DataFrame(
        {
            "model": model,
            "topic": np.repeat(np.array(fit.topic_names, dtype=object), len(themes)),
            "theme": np.tile(np.array(themes, dtype=object), fit.n_topics),
            "affinity": affinity.ravel(),
        }
    )
    return table.astype({"model": "str", "topic": "str", "theme": "str"})
