"""Which regular expressions the package has, how it uses each, and how their time grows.

As a program, for `make fuzz`: each on longer runs, and on runs of two characters.
"""

from __future__ import annotations

import ast
import itertools
import pkgutil
import re
import sys
import time
from functools import cache
from importlib import import_module
from pathlib import Path

import topoi

SCANS = {"search", "finditer", "findall", "sub", "subn", "split"}
RUNS = ("a", " ", "<", "&", "-", "\n", '"', "(", ".", "0")
_DEPTH = 4
_AT_ONCE = 0.005  # seconds: too little to be told apart from noise, and no harm
_GROWTH = 2.5  # for twice the length


@cache
def every_expression() -> dict[str, tuple[re.Pattern[str], str]]:
    """By module and name: the expression, and "search" where it goes through texts, or "match"."""
    found = {}
    sources = _sources()
    for home, source in sources.items():
        for name, value in vars(import_module(home)).items():
            if not re.search(rf"(?m)^{name}\b", source):  # taken from another module
                continue
            for number, pattern in enumerate(_held(value, _DEPTH)):
                key = f"{home}.{name}" + (f"[{number}]" if number else "")
                found[key] = (pattern, _use(name, home, sources))
        for line, pattern, use in _written(source):
            found[f"{home} line {line}"] = (pattern, use)
    return found


def _sources() -> dict[str, str]:
    """The text of each module by its name."""
    root = Path(topoi.__file__).parent
    return {
        module.name: (root.parent / module.name.replace(".", "/"))
        .with_suffix(".py")
        .read_text("utf-8")
        for module in pkgutil.walk_packages(topoi.__path__, "topoi.")
        if not module.ispkg and module.name != "topoi.__main__"
    }


def _held(value: object, depth: int) -> list[re.Pattern[str]]:
    """The expressions for texts in a value, and in what it holds."""
    if isinstance(value, re.Pattern):
        return [value] if isinstance(value.pattern, str) else []
    if depth == 0 or isinstance(value, (str, bytes, type(re))):
        return []
    if isinstance(value, dict):
        inside = list(itertools.chain.from_iterable(value.items()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        inside = list(value)
    elif type(value).__module__.startswith("topoi") and hasattr(value, "__dict__"):
        inside = list(vars(value).values())
    elif callable(value) and getattr(value, "__self__", None) is not None:
        inside = [value.__self__]  # a bound method, such as re.compile(...).sub
    else:
        return []
    return [pattern for each in inside for pattern in _held(each, depth - 1)]


def _use(name: str, home: str, sources: dict[str, str]) -> str:
    """Whether an expression is only ever matched at a place, wherever its name is known."""
    taken = re.compile(rf"from {re.escape(home)} import (?:\([^)]*|.*)\b{re.escape(name)}\b")
    near = {at: text for at, text in sources.items() if home in text and name in text}
    own = [sources[home], *(text for at, text in near.items() if at != home and taken.search(text))]
    used = {how for text in own for how in re.findall(rf"\b{re.escape(name)}\.(\w+)", text)}
    handed_on = any(re.search(rf"[(,\[]\s*{re.escape(name)}\s*[,)\]]", text) for text in own[:1])
    is_matched = used and not used & SCANS
    return "match" if is_matched and not (handed_on and f'"{name}"' not in own[0]) else "search"


def _written(source: str) -> list[tuple[int, re.Pattern[str], str]]:
    """Those written where they are used: re.sub(r"...", ...)."""
    found = []
    for node in ast.walk(ast.parse(source)):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if not is_call or not isinstance(node.func.value, ast.Name) or node.func.value.id != "re":
            continue
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and node.func.attr in {*SCANS, "match", "fullmatch"}:
            use = "search" if node.func.attr in SCANS else "match"
            found.append((node.lineno, re.compile(first.value), use))
    return found


def slow_ones(runs, *, length, among=None) -> list[str]:
    """Those whose time grows more than 2.5-fold where the text is twice as long."""
    slow = []
    for name, (pattern, use) in (among or every_expression()).items():
        for run in runs:
            whole = _seconds(pattern, use, _text(run, length))
            # Three times: another process may have disturbed one of them.
            if whole > _AT_ONCE and all(_grows(pattern, use, run, length) for _ in range(3)):
                slow.append(f"{name} on {run!r}: {pattern.pattern[:80]}")
    return slow


def _grows(pattern, use, run, length) -> bool:
    """Looked at on the half and the quarter, since what is slow may not end on the whole."""
    texts = [_text(run, length // part) for part in (4, 2)]
    least = [min(_seconds(pattern, use, text) for _ in range(3)) for text in texts]
    return least[1] > _GROWTH * max(least[0], _AT_ONCE / 16)


def _text(run: str, length: int) -> str:
    """A long run, and something else, so that what asks for an end looks for it in vain."""
    return run * (length // len(run)) + "~x"


def _seconds(pattern, use, text) -> float:
    begun = time.process_time()
    if use == "search":
        for _ in pattern.finditer(text):
            pass
    pattern.match(text)
    pattern.fullmatch(text)
    return time.process_time() - begun


def main() -> None:
    """Longer runs, and all pairs of characters; ends with 1 if one is slow."""
    pairs = ["".join(pair) for pair in itertools.product(RUNS, repeat=2)]
    begun = time.monotonic()
    slow = [*slow_ones(RUNS, length=2**18), *slow_ones(pairs, length=2**15)]
    print(f"{len(every_expression())} expressions on {len(RUNS) + len(pairs)} runs, "
          f"{time.monotonic() - begun:.0f} seconds: {len(slow)} slow")  # fmt: skip
    print("".join(f"  {line}\n" for line in slow), end="")
    sys.exit(bool(slow))


if __name__ == "__main__":
    main()
