"""What a check of the installation found: what was looked at, whether it is well, what to do."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Check", "State"]

State = Literal["ok", "note", "differs", "fault"]


class Check(NamedTuple):
    """One thing that was looked at.

    name : what was looked at
    state : "ok"; "note", where something is not there that is not needed; "differs", where this
        machine computes other bits; "fault", where topoi will not work
    found : what is there
    advice : what to do; empty where nothing is to be done
    """

    name: str
    state: State
    found: str
    advice: str = ""
