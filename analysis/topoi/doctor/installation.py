"""Can this installation do what topoi needs?"""

from __future__ import annotations

import warnings

import pandas as pd

from topoi.doctor.check import Check
from topoi.doctor.machine import machine_checks
from topoi.doctor.packages import package_checks
from topoi.doctor.working import working_checks

__all__ = ["check_installation"]


def check_installation() -> pd.DataFrame:
    """What was looked at, and whether it is well.

    Returns
    -------
    DataFrame
        name, state ("ok", "note", "differs" or "fault"), found, advice (str; empty where nothing
        is to be done), in the order: Python and packages, machine, what must run.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [*package_checks(), *machine_checks(), *working_checks()]
    return pd.DataFrame(found, columns=list(Check._fields)).astype("str")
