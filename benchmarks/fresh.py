"""How a measurement is made in a process of its own: clean memory, no trace of an earlier one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def ask(script: str, settings: dict[str, Any], *, limit: float = 3600) -> dict[str, Any]:
    """The record that a script here makes of its settings, or {"failed": why}.

    After `limit` seconds the process and all it has started are ended.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "record.json"
        command = [sys.executable, str(HERE / script), json.dumps(settings), str(target)]
        complaint = _run(command, limit)
        return {"failed": complaint} if complaint else json.loads(target.read_text("utf-8"))


def answer(measure: Callable[..., dict[str, Any]]) -> None:
    """What a script does that was asked: measure, and write the record where it was told."""
    settings, target = json.loads(sys.argv[1]), Path(sys.argv[2])
    target.write_text(json.dumps(measure(**settings)), encoding="utf-8")


def _run(command: list[str], limit: float) -> str | None:
    """What went wrong with a command; None if nothing did."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _, said = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"stopped after {limit:.0f} s"
    if process.returncode:
        last = (said.strip().splitlines() or [f"ended with {process.returncode}"])[-1]
        return re.sub(r"/\S+/", "", last).strip()  # no folders of this machine in the results
    return None
