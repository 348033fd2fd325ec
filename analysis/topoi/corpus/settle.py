"""What rules make of single texts, in one process or several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from topoi.corpus.boilerplate import line_codes
from topoi.corpus.processes import in_processes
from topoi.corpus.rules import Outcome, Rule

__all__ = ["MOST_ROUNDS", "Work", "settled"]

# One rule may bring out work for another (an escaped tag). Each round shortens or settles the
# text; the bound only guards against a rule of the caller's own that never settles.
MOST_ROUNDS = 20
_CHUNK = 1_000_000  # characters that go to a process at once


class Work:
    """A text on its way, and what each rule did to it: count and first example, in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done: dict[str, tuple[int, str]] = {}
        self._codes: bytes | None = None

    @property
    def line_codes(self) -> bytes:
        """See `topoi.corpus.boilerplate.line_codes`."""
        if self._codes is None:
            self._codes = line_codes(self.text)
        return self._codes

    def settle(self, rules: Sequence[Rule]) -> None:
        """Apply the rules in turn until each has left the text as it is."""
        for _ in self.steps(rules):
            pass

    def steps(self, rules: Sequence[Rule]) -> Iterator[tuple[str, Outcome, str]]:
        """As `settle`, telling of each change: the rule's name, its outcome, the text before."""
        idle: set[int] = set()
        for turn in range(MOST_ROUNDS * len(rules)):
            number = turn % len(rules)
            if len(idle) == len(rules):
                break
            if number in idle:
                continue
            rule, before = rules[number], self.text
            outcome = rule.apply(before)
            if self.take(rule.name, outcome):
                idle = _still_idle(rules, number, idle)
                yield rule.name, outcome, before
            else:
                idle.add(number)

    def take(self, name: str, outcome: Outcome) -> bool:
        """Go on with the text of an outcome, remembering what was done; whether it changed."""
        if outcome.text == self.text:
            return False
        count, example = self.done.get(name, (0, outcome.example))
        self.done[name] = (count + max(1, outcome.times), example)
        self.text, self._codes = outcome.text, None
        return True


def _still_idle(rules: Sequence[Rule], number: int, idle: set[int]) -> set[int]:
    """Which rules need not be asked again after this one has changed the text."""
    if not rules[number].drops_lines:
        return set()
    return {each for each in idle | {number} if rules[each].by_line}


def settled(texts: Sequence[str], rules: Sequence[Rule], *, n_jobs: int | None) -> list[Work]:
    """Each text as the rules leave it; the same for any number of processes."""
    tasks = [(texts[a:b], tuple(rules)) for a, b in _chunks(texts)]
    works: list[Work] = []
    for (given, _), found in zip(tasks, in_processes(_settle, tasks, n_jobs=n_jobs), strict=True):
        works += [_arrived(text, *what) for text, what in zip(given, found, strict=True)]
    return works


_Found = tuple[str | None, dict[str, tuple[int, str]], bytes]


def _settle(task: tuple[Sequence[str], tuple[Rule, ...]]) -> list[_Found]:
    """For each text what it became, None where it stayed, what was done, and its line codes."""
    texts, rules = task
    found: list[_Found] = []
    for text in texts:
        work = Work(text)
        work.settle(rules)
        found.append((None if work.text == text else work.text, work.done, work.line_codes))
    return found


def _arrived(text: str, new: str | None, done: dict[str, tuple[int, str]], codes: bytes) -> Work:
    work = Work(text if new is None else new)
    work.done, work._codes = done, codes
    return work


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where portions of about a million characters begin and end."""
    start, size = 0, 0
    for place, text in enumerate(texts):
        size += len(text)
        if size >= _CHUNK:
            yield start, place + 1
            start, size = place + 1, 0
    if start < len(texts):
        yield start, len(texts)
