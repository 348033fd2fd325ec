"""How a regular expression of a user's is run: in a process that is ended if it takes too long."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import weakref
from threading import Timer

from topoi.errors import InputError

__all__ = ["Expression", "checked_expression"]

_LONGEST = 10_000  # characters of an expression
_SECONDS = 10.0
_SECONDS_PER_CHARACTER = 5e-6  # a linear expression takes a hundredth

# A line of JSON for a line of JSON. Lone surrogates are not escaped: two escapes would become one
# character.
_CODE = """
import json, re, sys

def read(line):
    return json.loads(line.decode("utf-8", "surrogatepass"))

find = re.compile(read(sys.stdin.buffer.readline())).findall
for line in sys.stdin.buffer:
    found = [[token for token in find(text.lower()) if token] for text in read(line)]
    written = json.dumps(found, ensure_ascii=False) + "\\n"
    sys.stdout.buffer.write(written.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
"""


def checked_expression(pattern: str) -> str:
    """The expression, if it is one and has one group at most.

    Raises
    ------
    InputError
        If it is none, has more groups, or is longer than 10,000 characters.
    """
    if not isinstance(pattern, str):
        raise InputError(f"token_pattern must be a text or None; got {pattern!r}.")
    if len(pattern) > _LONGEST:
        raise InputError(f"token_pattern has {len(pattern)} characters; {_LONGEST} are allowed.")
    try:
        groups = re.compile(pattern).groups
    except (re.error, OverflowError, RecursionError) as error:
        raise InputError(
            f"token_pattern must be a regular expression; {pattern!r} is none: {error}."
        ) from None
    if groups > 1:
        raise InputError(
            f"token_pattern may have one group, the token; {pattern!r} has {groups}. Write "
            "(?:...) for the others."
        )
    return pattern


class Expression:
    """Finds the matches of an expression; one that goes back and forth too long is an error.

    Python's matcher may take time that doubles with each character and cannot be stopped within
    its process. So it works in another, which knows nothing but the expression and the texts and
    is ended with this object.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._process: subprocess.Popen[bytes] | None = None

    def tokens(self, texts: list[str]) -> list[list[str]]:
        """What the expression finds in each text in lower case, without empty matches.

        Raises
        ------
        InputError
            If it takes more than ten seconds and five for each million characters.
        """
        process = self._started()
        seconds = _SECONDS + _SECONDS_PER_CHARACTER * sum(map(len, texts))
        clock = Timer(seconds, process.kill)
        clock.daemon = True
        clock.start()
        try:
            answer = _asked(process, texts)
        finally:
            clock.cancel()
        if not answer.endswith(b"\n"):
            self._process = None
            raise InputError(
                f"token_pattern {self._pattern!r} found no end within {seconds:.0f} seconds on "
                f"{len(texts)} texts. Repetitions within repetitions, as in (a+)+, take time that "
                r"doubles with each character; write one without, such as [a-z]{3,} or \b\w+\b."
            )
        found: list[list[str]] = json.loads(answer.decode("utf-8", "surrogatepass"))
        return found

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _CODE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            weakref.finalize(self, _ended, self._process)
            _sent(self._process, self._pattern)
        return self._process


def _asked(process: subprocess.Popen[bytes], texts: list[str]) -> bytes:
    assert process.stdout is not None, "it was opened with a pipe"
    try:
        _sent(process, texts)
        return process.stdout.readline()
    except OSError:  # it was ended while it was written to
        return b""


def _sent(process: subprocess.Popen[bytes], value: object) -> None:
    assert process.stdin is not None, "it was opened with a pipe"
    written = json.dumps(value, ensure_ascii=False) + "\n"
    process.stdin.write(written.encode("utf-8", "surrogatepass"))
    process.stdin.flush()


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()
