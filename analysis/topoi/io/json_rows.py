"""Which rows a json or jsonl file holds: one for each object."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from topoi.errors import InputError
from topoi.io.decode import without_surrogates
from topoi.io.delimited import LONGEST_ROW
from topoi.io.records import MOST_COLUMNS, Record

__all__ = ["is_json_lines", "json_line_records", "json_list", "json_list_records", "json_names"]

Parsed = tuple[int, dict[str, object] | None, int, str]  # line, object, characters, why none

_DEEPEST = 200
_TOO_DEEP = "JSON nested too deeply"
_SPACE = " \t\r\n"  # what JSON allows between values


def json_lines(lines: Iterable[str]) -> Iterator[Parsed]:
    """The object of each line that is not empty, or why it is none."""
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_ROW:
            yield number, None, 0, f"more than {LONGEST_ROW} characters in one row"
        elif line.strip():
            yield (number, *_line_object(line))


def json_names(lines: Iterable[str], where: str) -> list[str]:
    """All keys of the objects, in order of first appearance.

    Raises
    ------
    InputError
        If there are more than a table can have.
    """
    names: dict[str, None] = {}
    for _, item, _, _ in json_lines(lines):
        names.update(dict.fromkeys(item or ()))
        if len(names) > MOST_COLUMNS:
            raise _too_many_names(where)
    return list(names)


def json_line_records(lines: Iterable[str], names: list[str]) -> Iterator[Record]:
    """The values of these keys for each line."""
    for number, item, size, why in json_lines(lines):
        yield _record(item, names, number, size, why)


def is_json_lines(text: str) -> bool:
    """Whether a text is no JSON, but its lines are: the first is an object, and others follow."""
    first, _, rest = text.lstrip(_SPACE).partition("\n")
    if not first.startswith("{") or not rest.strip(_SPACE):
        return False
    return _line_object(first)[0] is not None


def json_list(text: str, where: str) -> list[object]:
    """The items of a list of objects, or of the one list in an object.

    Raises
    ------
    InputError
        If the text is no JSON or holds no such list; names the line.
    """
    found = _parsed(text, where)
    if isinstance(found, dict):
        repeated = _repeated(found, with_inner=False)
        if repeated:
            raise InputError(f"{where}: {repeated}")
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else found
    if not isinstance(found, list) or not any(isinstance(item, dict) for item in found or [{}]):
        raise InputError(
            f"{where} must hold a list of objects, or one object with one such list. "
            "For one object a line use the ending .jsonl."
        )
    return found


def json_list_records(items: list[object], where: str) -> tuple[list[str], Iterator[Record]]:
    """All keys of the objects, and each object's values, or why an item is no row.

    Raises
    ------
    InputError
        If there are more keys than a table can have.
    """
    names: dict[str, None] = {}
    for item in items:
        names.update(dict.fromkeys(item if isinstance(item, dict) else ()))
        if len(names) > MOST_COLUMNS:
            raise _too_many_names(where)
    return list(names), _list_records(items, list(names))


def _list_records(items: list[object], names: list[str]) -> Iterator[Record]:
    for number, item in enumerate(items, start=1):
        why = _no_object(item)
        cells = item if isinstance(item, dict) and not why else None
        yield _record(cells, names, number, 0, why)


def _record(
    item: dict[str, object] | None, names: list[str], number: int, size: int, why: str
) -> Record:
    if item is None:
        return Record(None, number, 0, why)
    cells = [_written(item.get(name)) for name in names]
    return Record(cells, number, size or sum(map(len, cells)))


def _too_many_names(where: str) -> InputError:
    return InputError(
        f"{where}: its objects have more than {MOST_COLUMNS} different keys. Put what differs "
        "from object to object into one inner object."
    )


def _line_object(line: str) -> tuple[dict[str, object] | None, int, str]:
    try:
        item = _loads(line)
    except json.JSONDecodeError as error:
        return None, 0, f"not valid JSON ({error.msg})"
    except RecursionError:
        return None, 0, _TOO_DEEP
    why = _no_object(item)
    return (item, len(line), "") if isinstance(item, dict) and not why else (None, 0, why)


def _no_object(item: object) -> str:
    if _is_deep(item):
        return _TOO_DEEP
    if not isinstance(item, dict):
        return f"not an object ({{...}}), but {_json(item)[:40]}"
    return _repeated(item)


def _is_deep(item: object) -> bool:
    """Whether values lie deeper in one another than can safely be written again."""
    level = [item]
    for _ in range(_DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


class _Number(str):
    """A number as it is written: 1.10 is not 1.1 where it is a code."""

    __slots__ = ()


def _loads(text: str) -> object:
    return json.loads(
        text,
        parse_int=_Number,
        parse_float=_Number,
        parse_constant=_Number,
        object_pairs_hook=_object,
    )


def _parsed(text: str, where: str) -> object:
    try:
        return _loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}, line {error.lineno}: not valid JSON ({error.msg}).") from error
    except RecursionError as error:
        raise InputError(f"{where}, line 1: JSON nested too deeply. Give plain objects.") from error


class _Repeating(dict[str, object]):
    """An object that has a key more than once; of its values the last one stays."""

    repeated: str = ""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    item = {without_surrogates(name)[0]: value for name, value in pairs}
    if len(item) == len(pairs):
        return item
    counts = Counter(without_surrogates(name)[0] for name, _ in pairs)
    result = _Repeating(item)
    result.repeated = next(name for name, count in counts.items() if count > 1)
    return result


def _repeated(item: object, *, with_inner: bool = True) -> str:
    """Which key an object repeats, at any depth: one of its values would win unseen."""
    waiting = [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, _Repeating):
            return (
                f"the key {value.repeated!r} occurs more than once in one object. "
                "Give each value a key of its own."
            )
        if with_inner and isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return ""


def _written(value: object) -> str:
    """A JSON value as text: null is empty, true and lists as JSON writes them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return without_surrogates(value)[0]
    return without_surrogates(_json(value))[0]


def _json(value: object) -> str:
    """A value as JSON writes it, numbers as they were written; none lies deep in another."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{_json(name)}: {_json(inner)}" for name, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    return json.dumps(value, ensure_ascii=False)
