"""Where does a run keep its steps, and what does it find there of one that was stopped?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from topoi.config import RunConfig, is_path, places_of
from topoi.errors import InputError, listed
from topoi.io.apart import check_apart
from topoi.io.parts import json_bytes
from topoi.io.places import Places, split_glob
from topoi.io.step_folder import DamagedStepError, StepFolder
from topoi.io.steps import Say, Steps, code_facts
from topoi.io.urls import is_url
from topoi.manifest import input_hashes

__all__ = [
    "CACHE", "DRAWING", "IN_MEMORY", "RunSteps", "check_inputs", "inputs_of", "steps_of_run",
]  # fmt: skip

CACHE = ".topoi-cache"
"""The usual name of the folder of kept steps, beside that of the results."""

DRAWING = "figure "
"""How the names of the steps begin that draw a figure; they are not told one by one."""

Inputs = Mapping[str, Mapping[str, str]]


def inputs_of(config: RunConfig) -> dict[str, dict[str, str]]:
    """sha256 of the files of the source, and of background and codes where there are, by path."""
    found = {"inputs": input_hashes(places_of(config.source))}
    if config.background is not None:
        found["background"] = input_hashes(places_of(config.background))
    for name in ("codes", "codes_key"):
        path = getattr(config, name)
        if path is not None and Path(path).exists():  # who reads them says what is missing
            found[name] = input_hashes(path)
    return found


def check_inputs(config: RunConfig, inputs: Inputs) -> None:
    """Refuse to go on with files that are not those that `inputs_of` found at the beginning.

    Raises
    ------
    InputError
        Names up to five files that came, went or changed.
    """
    now = inputs_of(config)
    changed = [
        path
        for name in inputs
        for path in sorted({*inputs[name], *now.get(name, {})})
        if inputs[name].get(path) != now.get(name, {}).get(path)
    ]
    if changed:
        raise InputError(
            f"{len(changed)} files changed while they were read: {listed(changed)}. Nothing was "
            "written; run again when nobody writes to them."
        )


class RunSteps(Steps):
    """The steps of a run on certain files; how far it has come is noted for one that goes on.

    Parameters
    ----------
    folder : StepFolder, or None to keep nothing
    config : RunConfig, or None for a study in memory, whose files nobody watches
    inputs : `inputs_of` the run
    say : function that is told which steps are as kept
    """

    def __init__(
        self,
        folder: StepFolder | None,
        config: RunConfig | None = None,
        inputs: Inputs | None = None,
        *,
        say: Say = lambda _: None,
    ) -> None:
        super().__init__(folder, say=say, on_step=self._note)
        self._config = config
        self.inputs: Inputs = {} if inputs is None else inputs
        self._done: list[tuple[str, str]] = []

    def check_inputs(self) -> None:
        """Refuse files that are no longer those that the run began with.

        Raises
        ------
        InputError
            Names up to five files.
        """
        if self._config is not None:
            check_inputs(self._config, self.inputs)

    def files_at(self, place: str | tuple[str, ...], which: str) -> list[list[str | None]]:
        """All that reading finds at a place, file by file, which decides what is read.

        Parameters
        ----------
        place : as in the settings
        which : its name among the inputs
        """
        if self._folder is None:
            return []
        pattern = self._config.pattern if self._config is not None else "**/*"
        hashes = self.inputs[which]
        return [
            [file.name, file.source, file.where, file.refusal, file.detail, hashes.get(file.name)]
            for file in Places(places_of(place), pattern).files()
        ]

    def finish(self) -> None:
        """Note that the results are written."""
        self._attempt(lambda: self._write_record(is_finished=True))

    def _note(self, name: str, key: str) -> None:
        self._done.append((name, key))
        if not name.startswith(DRAWING):  # too many to write the record for each
            self._write_record(is_finished=False)

    def _write_record(self, *, is_finished: bool) -> None:
        assert self._folder is not None
        assert self._config is not None
        out = Path(self._config.out)
        record = {
            "out": str(out.resolve()),
            "facts": _facts(self._config, self.inputs),
            "steps": self._done,
            "is_finished": is_finished,
        }
        self._folder.write_record(out, record)


IN_MEMORY = RunSteps(None)
"""Of a study in memory nothing is kept, and its files are not watched."""


def steps_of_run(config: RunConfig, *, say: Say = lambda _: None, resume: bool = False) -> RunSteps:
    """The steps of a run, kept where its settings say.

    Parameters
    ----------
    config : RunConfig
    say : function, called with where steps are kept and which are as kept
    resume : whether there must be a run of these settings, files and versions to go on with

    Raises
    ------
    InputError
        If the folder of kept steps is none, lies in the source or the results or holds something
        else, or there is no run to go on with.
    """
    inputs = inputs_of(config)
    place = _place(config)
    if place is None:
        if resume:
            raise InputError("resume needs kept steps; leave out no_cache.")
        return RunSteps(None, config, inputs)
    _check_place(config, place)
    folder = StepFolder(place)
    folder.check()
    folder.sweep()
    if resume:
        say(_gone_on_with(folder, config, _facts(config, inputs)))
    say(f"finished steps are kept in {place}")
    return RunSteps(folder, config, inputs, say=say)


def _place(config: RunConfig) -> Path | None:
    if config.no_cache:
        return None
    return Path(config.out).parent / CACHE if config.cache is None else Path(config.cache)


def _check_place(config: RunConfig, place: Path) -> None:
    """Refuse a folder in, or around, what is read or written: one would take it for the other."""
    sources = (*places_of(config.source), *places_of(config.background))
    given = {f"the source ({each})": split_glob(each)[0] for each in sources if not is_url(each)}
    given[f"the results ({config.out})"] = Path(config.out)
    for name in ("codes", "codes_key"):
        given |= {f"{name} ({each})": Path(each) for each in places_of(getattr(config, name))}
    advice = "Name another folder with --cache, or keep nothing with --no-cache."
    for named, path in given.items():
        check_apart(path, place, named=named, written="the folder of kept steps", advice=advice)


def _facts(config: RunConfig, inputs: Inputs) -> dict[str, Any]:
    """What two runs have in common if one can go on with the other."""
    settings = {**config.shown(), "formats": list(config.formats)}
    has_pack = is_path(config.themes) and Path(config.themes).exists()
    files = {**inputs, "themes": input_hashes(config.themes) if has_pack else {}}
    facts = {"settings": settings, "inputs": files, "code": dict(code_facts())}
    found: dict[str, Any] = json.loads(json_bytes(facts))  # as it is read back
    return found


def _gone_on_with(folder: StepFolder, config: RunConfig, facts: Mapping[str, Any]) -> str:
    """What is there of the run that was stopped, in words."""
    record = folder.record(Path(config.out))
    if record is None:
        raise InputError(
            f"There is no run to {config.out} to go on with: none has finished a step that is kept "
            f"in {folder.folder}. Run without --resume."
        )
    differing = _differing(record["facts"], facts)
    if differing:
        raise InputError(
            f"The run to {config.out} cannot be gone on with: {differing}. Run without --resume to "
            "take what is there now; steps that are still the same are kept."
        )
    names = [name for name, key in record["steps"] if _is_there(folder, key)]
    told = [name for name in dict.fromkeys(names) if not name.startswith(DRAWING)]
    if record["is_finished"]:
        return f"the run to {config.out} had come to its end; {len(told)} steps of it are kept"
    return f"going on with the run to {config.out}; kept of it: {listed(told, most=20)}"


def _is_there(folder: StepFolder, key: str) -> bool:
    try:
        return folder.head(key) is not None
    except (DamagedStepError, OSError):
        return False


def _differing(then: Any, now: Mapping[str, Any]) -> str:
    """What is other now, in words; empty where all is the same."""
    was = then if isinstance(then, dict) else {}
    settings = _changes(was.get("settings"), now["settings"])
    if settings:
        told = [f"{name} was {a}, now {b}" for name, a, b in settings]
        return f"it had other settings ({listed(told)})"
    files = {name: _changes(was.get("inputs", {}).get(name), now["inputs"][name])
             for name in now["inputs"]}  # fmt: skip
    changed = [path for each in files.values() for path, _, _ in each]
    if changed:
        return f"{len(changed)} files are other ones now ({listed(changed)})"
    versions = _changes(was.get("code"), now["code"])
    if versions:
        return f"it was begun with other versions ({listed(name for name, _, _ in versions)})"
    return ""


def _changes(then: Any, now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    was = then if isinstance(then, dict) else {}
    names = sorted({*was, *now})
    return [(n, was.get(n), now.get(n)) for n in names if was.get(n) != now.get(n)]
