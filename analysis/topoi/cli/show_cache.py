"""How the finished steps that runs have kept are shown."""

from __future__ import annotations

from collections import defaultdict

from topoi.io.step_folder import DamagedStepError, KeptStep, StepFolder
from topoi.printable import printable
from topoi.run_steps import DRAWING

__all__ = ["cache_text"]

_MEGABYTE = 1e6


def cache_text(kept: StepFolder) -> str:
    """A line for each kind of step, then the runs that used them, and what is damaged."""
    groups: dict[str, list[tuple[KeptStep, float]]] = defaultdict(list)
    n_damaged = 0
    for key in kept.all_keys():
        try:
            step = kept.head(key)
        except (DamagedStepError, OSError):
            n_damaged += 1
            continue
        if step is not None:
            name = "drawings" if step.name.startswith(DRAWING) else step.name
            groups[name].append((step, kept.age(key)))
    lines = [f"{'step':34} {'kept':>5} {'MB':>8}  days since last use"]
    for name, steps in sorted(groups.items()):
        lines.append(_line(name, steps))
    lines.append(_line("all", [step for steps in groups.values() for step in steps]))
    for record in kept.records():
        state = "" if record["is_finished"] else ", which did not come to its end"
        lines.append(f"last run to {printable(record['out'])}: {len(record['steps'])} steps{state}")
    n_aside = len(kept.damaged())
    if n_damaged or n_aside:
        lines.append(f"damaged: {n_damaged} steps; put aside earlier: {n_aside}")
    return "\n".join(lines)


def _line(name: str, steps: list[tuple[KeptStep, float]]) -> str:
    size = sum(step.size for step, _ in steps) / _MEGABYTE
    ages = [age for _, age in steps]
    span = f"{min(ages):.0f} to {max(ages):.0f}" if ages else "-"
    return f"{name:34} {len(steps):5} {size:8.1f}  {span}"
