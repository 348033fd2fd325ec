"""Which themes the topics of each model are about."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

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
    """
    themes = list(dict.fromkeys(shares["theme"]))
    by_row = shares["share"].to_numpy().reshape(-1, len(themes))
    frames = [_of_model(name, fit, themes, by_row) for name, fit in fits.items()]
    return pd.concat(frames, ignore_index=True)


def _of_model(model: str, fit: TopicFit, themes: list[str], by_row: np.ndarray) -> pd.DataFrame:
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
