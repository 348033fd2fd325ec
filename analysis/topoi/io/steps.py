"""Which steps of a run were done before, and need not be done again?"""

from __future__ import annotations

import hashlib
import platform
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar, cast

from topoi.errors import InputError, TopoiWarning
from topoi.hashes import bytes_hash, file_hash
from topoi.io.exact_table import NotKeptError
from topoi.io.parts import json_bytes
from topoi.io.step_folder import DamagedStepError, StepFolder
from topoi.provenance import versions

__all__ = ["Form", "Say", "Step", "Steps", "code_facts"]

Value = TypeVar("Value")
Say = Callable[[str], None]

_SCHEMA = 1
# Packages beside those that a manifest names; some are not always there.
_OPTIONAL = (
    *("pypdf", "python-docx", "simplemma", "py3langid"),
    *("pillow", "fonttools", "threadpoolctl"),
)


class KeepingWarning(TopoiWarning):
    """About what is kept, not about the result: it is not told again."""


class Form(NamedTuple, Generic[Value]):
    """How the result of a step becomes the content of files, by their names, and comes back."""

    parts: Callable[[Value], dict[str, bytes]]
    value: Callable[[Mapping[str, bytes]], Value]


class Step(Generic[Value]):
    """The result of a step and the key that it is kept by.

    Parameters
    ----------
    key : sha256 of all that decides the result; empty where nothing is kept
    get : gives the result when it is first asked for
    """

    def __init__(self, key: str, get: Callable[[], Value]) -> None:
        self.key = key
        self._get: Callable[[], Value] | None = get
        self._value: Value | None = None

    @property
    def value(self) -> Value:
        """The result; one that is kept is read when it is first asked for."""
        if self._get is not None:
            # What it is made from is let go, so that memory does not hold both.
            self._value, self._get = self._get(), None
        return cast(Value, self._value)


class Steps:
    """The steps of one run: each is made, or taken from the folder where it is kept already.

    Parameters
    ----------
    folder : StepFolder, or None to keep nothing
    say : function that is told which steps are as kept
    on_step : function that is called with name and key of each step that is there
    """

    def __init__(
        self,
        folder: StepFolder | None,
        *,
        say: Say = lambda _: None,
        on_step: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._folder = folder
        self._say = say
        self._on_step = on_step
        self._is_writable = True
        self.keys: list[str] = []
        """Keys of the steps so far, in order."""

    def step(
        self,
        name: str,
        make: Callable[[], Value],
        *,
        form: Form[Value],
        settings: Mapping[str, Any],
        parents: Sequence[Step[Any] | str] = (),
        is_told: bool = True,
    ) -> Step[Value]:
        """The step with these settings on these parents.

        Parameters
        ----------
        name : what the user calls it
        make : gives the result, the same to the last bit for the same key
        form : how the result is kept
        settings : all that `make` depends on beside the results of the parents, as JSON values
        parents : steps whose results `make` uses, or their keys
        is_told : whether `say` is told when it is as kept
        """
        if self._folder is None:
            return _given("", make())
        key = _key(name, settings, parents)
        task = _Task(name, key, make, form, parents)
        if self._is_kept(self._folder, task):
            if is_told:
                self._say(f"{name}: as kept")
            step = Step(key, lambda: self._opened(task))
        else:
            step = _given(key, self._made(task))
        self.keys.append(key)
        self._attempt(lambda: self._on_step(name, key))
        return step

    def _is_kept(self, folder: StepFolder, task: _Task[Any]) -> bool:
        try:
            kept = folder.head(task.key)
        except (DamagedStepError, OSError) as error:
            self._set_aside(folder, task, error)
            return False
        if kept is None:
            return False
        folder.used(task.key)
        for message in kept.warnings:
            warnings.warn(message, TopoiWarning, stacklevel=4)
        return True

    def _opened(self, task: _Task[Value]) -> Value:
        """The result as it is kept, or else made again."""
        assert self._folder is not None
        try:
            parts = self._folder.read(task.key)
        except (DamagedStepError, OSError) as error:
            self._set_aside(self._folder, task, error)
            return self._made(task)
        try:
            return task.form.value(parts)
        except MemoryError:
            raise
        except Exception as error:  # whatever a reader says of content that it cannot read
            self._set_aside(self._folder, task, error)
            return self._made(task)

    def _set_aside(self, folder: StepFolder, task: _Task[Any], error: Exception) -> None:
        folder.set_aside(task.key)
        warnings.warn(
            f"What was kept of {task.name!r} in {folder.folder} cannot be used ({error}); it was "
            "put aside and is made again.",
            KeepingWarning,
            stacklevel=5,
        )

    def _made(self, task: _Task[Value]) -> Value:
        """The result of the work, which is kept, with what the user was told on the way."""
        for parent in task.parents:
            if isinstance(parent, Step):
                parent.value  # noqa: B018  # what is told on opening it is not of this step
        told: list[warnings.WarningMessage] = []
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", TopoiWarning)
                told = caught
                value = task.make()
        finally:
            for each in told:
                warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
        self._attempt(lambda: self._keep(task, value, told))
        return value

    def _keep(self, task: _Task[Value], value: Value, told: list[warnings.WarningMessage]) -> None:
        assert self._folder is not None
        of_result = [each for each in told if issubclass(each.category, TopoiWarning)]
        words = [str(e.message) for e in of_result if not issubclass(e.category, KeepingWarning)]
        try:
            parts = task.form.parts(value)
        except (NotKeptError, MemoryError) as error:
            self._say(f"{task.name}: not kept ({error or 'not enough memory'})")
            return
        self._folder.write(task.key, task.name, parts, words)

    def _attempt(self, write: Callable[[], None]) -> None:
        """Write to the folder as long as that is possible; a run does not end because it is not."""
        if not self._is_writable or self._folder is None:
            return
        try:
            write()
        except (OSError, InputError) as error:
            self._is_writable = False
            reason = error.strerror if isinstance(error, OSError) else error
            warnings.warn(
                f"Steps cannot be kept in {self._folder.folder} ({reason}). The run goes on; the "
                "next one makes again what is not kept. Free space or name another folder with "
                "--cache.",
                KeepingWarning,
                stacklevel=4,
            )


@dataclass(frozen=True)
class _Task(Generic[Value]):
    """A step that is to be there."""

    name: str
    key: str
    make: Callable[[], Value]
    form: Form[Value]
    parents: Sequence[Step[Any] | str]


def _given(key: str, value: Value) -> Step[Value]:
    step = Step(key, lambda: value)
    step.value  # noqa: B018  # so that it holds nothing else
    return step


def _key(name: str, settings: Mapping[str, Any], parents: Sequence[Step[Any] | str]) -> str:
    facts = {
        "schema": _SCHEMA,
        "step": name,
        "code": code_facts(),
        "settings": settings,
        "parents": [parent.key if isinstance(parent, Step) else parent for parent in parents],
    }
    return bytes_hash(json_bytes(facts))


@cache
def code_facts() -> Mapping[str, str]:
    """Versions of all that makes a step, the kind of machine, and sha256 of topoi's own files."""
    found = {**versions(), "machine": f"{platform.system()} {platform.machine()}"}
    for name in _OPTIONAL:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return {**found, "source": _source_hash(Path(str(files("topoi"))))}


def _source_hash(package: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        # The bundled texts are no code, and what is compiled is made from what is hashed.
        if path.is_file() and "__pycache__" not in inside.parts and inside.parts[0] != "sample":
            digest.update(f"{inside.as_posix()} {file_hash(path)}\n".encode())
    return digest.hexdigest()
