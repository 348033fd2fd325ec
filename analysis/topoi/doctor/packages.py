"""Are the packages there, and in versions that topoi was declared to work with?"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib import metadata

from topoi.doctor.check import Check

__all__ = ["package_checks", "within"]

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*\(?([^;)]*)\)?\s*(?:;\s*(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_BOUND = re.compile(r"(>=|<=|==|!=|<|>)\s*([0-9][0-9.]*)")


def package_checks() -> Iterator[Check]:
    """Python, each package that topoi needs, and those of its extras."""
    bounds = metadata.metadata("topoi")["Requires-Python"]
    yield _check("Python", platform.python_version(), bounds, "Install such a Python.")
    for text in metadata.requires("topoi") or ():
        match = _REQUIREMENT.match(text)
        if match is None:
            continue
        name, bounds, marker = match[1], match[2].strip(), match[3] or ""
        extra = _EXTRA.search(marker)
        yield _package(name, bounds, "" if extra is None else extra[1])


def within(version: str, bounds: str) -> bool:
    """Whether a version such as "2.1.0rc1" lies within bounds such as ">=2.1,<3"."""
    found = _numbers(version)
    return all(_holds(found, sign, _numbers(bound)) for sign, bound in _BOUND.findall(bounds))


def _package(name: str, bounds: str, extra: str) -> Check:
    command = f"pip install '{name}{bounds}'"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        told = f"not installed (extra {extra})" if extra else "not installed"
        return Check(name, "note" if extra else "fault", told, command)
    return _check(name, version, bounds, command)


def _check(name: str, version: str, bounds: str, advice: str) -> Check:
    told = f"{version} ({bounds})" if bounds else version
    if within(version, bounds):
        return Check(name, "ok", told)
    return Check(name, "fault", f"{version}, but {bounds} is needed", advice)


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers at the beginning; zeros at the end do not count."""
    found = []
    for step in version.split("."):
        digits = re.match(r"[0-9]+", step)
        if digits is None:
            break
        found.append(int(digits[0]))
        if digits[0] != step:
            break
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def _holds(found: tuple[int, ...], sign: str, bound: tuple[int, ...]) -> bool:
    return {
        ">=": found >= bound,
        "<=": found <= bound,
        ">": found > bound,
        "<": found < bound,
        "==": found == bound,
        "!=": found != bound,
    }[sign]
