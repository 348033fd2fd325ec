"""How a factorisation steps downhill: extrapolated passes that never raise the objective."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from topoi.models.factors import Factors

__all__ = ["Trace", "clock", "descend"]

# Momentum as in Ang & Gillis (2019), section 3.2: it grows slowly, and after a pass that would
# raise the objective it falls and may not soon grow beyond where it was.
_BETA = 0.5
_GROWTH = 1.05
_CEILING_GROWTH = 1.01
_DECAY = 1.5
_WINDOW = 5

clock = time.perf_counter

Step = Callable[[Factors], tuple[Factors, float]]
Ahead = Callable[[Factors, Factors, np.float32], Factors]


@dataclass
class Trace:
    """Objective and time of each pass."""

    objectives: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, objective: float, began: float) -> None:
        """Note a pass that began at this reading of `clock`."""
        self.objectives.append(objective)
        self.seconds.append(clock() - began)

    def has_settled(self, tol: float) -> bool:
        """Whether the last five passes lowered the objective by less than tol of itself."""
        last = self.objectives
        return len(last) > _WINDOW and last[-1 - _WINDOW] - last[-1] <= tol * last[-1]

    def to_frame(self) -> pd.DataFrame:
        """One row a pass: pass (int64), objective, seconds (float64)."""
        return pd.DataFrame(
            {
                "pass": np.arange(1, len(self.objectives) + 1, dtype=np.int64),
                "objective": np.array(self.objectives, dtype=np.float64),
                "seconds": np.array(self.seconds, dtype=np.float64),
            }
        )


def descend(
    step: Step, start: Factors, ahead: Ahead, *, max_iter: int, tol: float
) -> tuple[Factors, Trace]:
    """The best factors found, and the objective after each pass, which never rises.

    A pass begins ahead of the present factors, extrapolated from the last two. If it raises the
    objective it is thrown away (its row repeats the last objective) and the next pass begins at the
    present factors, from where a pass cannot raise it but for rounding; if it does nevertheless,
    nothing is left to gain and the descent ends.

    Parameters
    ----------
    step : one pass from given factors, and an objective that no plain pass raises
    start : where to begin
    ahead : extrapolated factors, given the present ones, those before them, and the momentum
    max_iter : passes, >= 1
    tol : stop once five passes together lowered the objective by no more than this share of it
    """
    trace = Trace()
    before = present = start
    beta, ceiling, is_plain = _BETA, 1.0, True
    while len(trace.objectives) < max_iter and not trace.has_settled(tol):
        began = clock()
        origin = present if is_plain else ahead(present, before, np.float32(beta))
        found, objective = step(origin)
        if not trace.objectives or objective <= trace.objectives[-1]:
            before, present = present, found
            beta, ceiling = min(ceiling, _GROWTH * beta), min(1.0, _CEILING_GROWTH * ceiling)
            is_plain = len(trace.objectives) == 0
            trace.add(objective, began)
            continue
        trace.add(trace.objectives[-1], began)
        if is_plain:
            break
        ceiling, beta, is_plain = beta, beta / _DECAY, True
    return present, trace
