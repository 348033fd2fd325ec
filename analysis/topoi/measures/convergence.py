"""Had each model come to rest when its passes ended?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from topoi.checks import is_whole
from topoi.fit import TopicFit

__all__ = ["convergence"]

_MEASURES = ("objective", "log_likelihood")  # by which models tell of their passes
_COLUMNS = {
    "model": "str", "measure": "str", "pass": "int64", "objective": "float64",
    "distance": "float64", "stop": "str",
}  # fmt: skip


def convergence(fits: TopicFit | Mapping[str, TopicFit]) -> pd.DataFrame:
    """The objective of each model after each pass, and how far it was from its last value.

    Parameters
    ----------
    fits : mapping from model name to TopicFit, or one TopicFit

    Returns
    -------
    DataFrame
        model (str), measure (str: "log_likelihood", nats a token, which rises, or "objective",
        which falls), pass (int64, from 1), objective (float64), distance (float64 >= 0, of it
        from the last one, as a part of the last one's size), stop (str, the same in all rows of a
        model: "settled" where fewer passes were made than it may make, "limit" where all were,
        empty where the limit is not known, as of text that came in parts); in the order of models
        and passes. A model whose trace has neither measure (those of the adapters) has no row.
    """
    named = {_name(fits): fits} if isinstance(fits, TopicFit) else dict(fits)
    frames = [_of_fit(name, fit) for name, fit in named.items()]
    empty = pd.DataFrame(columns=list(_COLUMNS))
    return pd.concat([empty, *frames], ignore_index=True).astype(_COLUMNS)


def _name(fit: TopicFit) -> str:
    return str(fit.provenance.get("model", "topic model"))


def _of_fit(name: str, fit: TopicFit) -> pd.DataFrame:
    trace = fit.trace
    measure = next((measure for measure in _MEASURES if measure in trace.columns), None)
    if measure is None or not len(trace):
        return pd.DataFrame(columns=list(_COLUMNS))
    values = trace[measure].to_numpy(dtype=np.float64)
    size = abs(values[-1]) if values[-1] else 1.0
    table = pd.DataFrame({"pass": trace["pass"], "objective": values})
    return table.assign(
        model=name,
        measure=measure,
        distance=np.abs(values - values[-1]) / size,
        stop=_stop(fit),
    )[list(_COLUMNS)]


def _stop(fit: TopicFit) -> str:
    """Why the passes ended, as far as the settings tell."""
    most = fit.provenance.get("settings", {}).get("max_iter")
    if not is_whole(most) or "block" in fit.trace.columns:
        return ""
    return "settled" if len(fit.trace) < most else "limit"
