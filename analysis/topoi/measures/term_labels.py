"""What to call the terms of a formula where people read them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from topoi.measures.formulas import Design, names_in

__all__ = ["term_labels"]

_FIELD = re.compile(r"\[([^\]]*)\]")
_TIMES = " \N{MULTIPLICATION SIGN} "


def term_labels(design: Design) -> tuple[str, ...]:
    """A label for each term of a design, "source: x (against y)" for ``C(source)[T.x]``.

    Values of a category are told with the one that they are compared with, factors of an
    interaction are joined by ×, columns of a spline are numbered. What is none of these is called
    as formulaic does. The first is "intercept".
    """
    factors = {
        column: [str(factor) for factor in structure.term.factors]
        for structure in design.spec.structure
        for column in structure.columns
    }
    states = {str(factor): state for factor, (_, state) in design.spec.encoder_state.items()}
    rest = [_label(term, factors.get(term, []), states) for term in design.terms[1:]]
    return ("intercept", *rest)


def _label(term: str, factors: Sequence[str], states: Mapping[str, Any]) -> str:
    parts = list(_parts(term, factors, states))
    return _TIMES.join(parts) if parts and "" not in parts else term


def _parts(term: str, factors: Sequence[str], states: Mapping[str, Any]) -> Iterator[str]:
    """What the factors in a term are called, in their order; "" where one cannot be read."""
    rest = term
    for factor in factors:
        if not rest.startswith(factor):
            continue  # full rank: a factor may have no part in this column
        label, length = _read(factor, rest[len(factor) :], states.get(factor, {}))
        rest = rest[len(factor) + length :]
        if rest and not rest.startswith(":"):
            yield ""
            return
        yield label
        rest = rest[1:]
    if rest:
        yield ""


def _read(factor: str, tail: str, state: Mapping[str, Any]) -> tuple[str, int]:
    """The label of a factor, and how much of what follows it belongs to it."""
    names = sorted(names_in(factor))
    name = names[0].replace("_", " ") if len(names) == 1 else factor
    # The longest first: a value may be the beginning of another.
    for value in sorted(map(str, state.get("categories", ())), key=len, reverse=True):
        if tail.startswith(f"[T.{value}]"):
            return f"{name}: {value} (against {_base(state)})", len(value) + 4
        if tail.startswith(f"[{value}]"):
            return f"{name}: {value}", len(value) + 2
    field = _FIELD.match(tail)
    if field is None:
        return (name if factor in names else factor), 0
    if state.get("categories"):
        return f"{factor}{field[0]}", field.end()  # other contrasts than with one value
    return f"{name} ({factor.partition('(')[0]}, part {field[1]})", field.end()


def _base(state: Mapping[str, Any]) -> str:
    """The value that the others are compared with."""
    coding = state["contrasts"]
    coded = coding.contrasts.get_coding_column_names(coding.levels, reduced_rank=True)
    return str(next(level for level in coding.levels if level not in coded))
