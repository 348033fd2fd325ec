"""How a folder of figures is written, and whether it is still what the data give."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from topoi.errors import InputError, listed
from topoi.figure_set import FigureSet, is_of_run, manifest_in
from topoi.hashes import bytes_hash, file_hash
from topoi.io.atomic import changed_folder, resolved, sweep
from topoi.io.parts import json_bytes
from topoi.outputs import figure_files
from topoi.plots.render import drawing_versions
from topoi.result_folder import fill

__all__ = ["differing_figures", "other_facts", "write_figures"]

_CAPTIONS = "captions.json"
_MANIFEST = "manifest.json"
# facts whose values are told; of files it is enough to name them
_TOLD = {"settings": "settings", "versions": "versions", "drawn_with": "versions for drawing"}


def write_figures(made: FigureSet, folder: Path) -> list[str]:
    """Write figures with their tables, captions and a manifest; gives the names of the files.

    They appear all at once. Figures that the manifest in the folder names, that are as it says and
    that are no longer made are taken away, unless the set is a part, which leaves the others as
    they are. Files that it does not name are left alone.

    Raises
    ------
    InputError
        If the folder is not writable, holds the results of a run or is in them, holds a file of
        the same name as one of these that its manifest does not name, or the set is a part and
        the others there were made of other data, with other settings or versions.
    """
    place = resolved(folder)
    sweep(place)
    for each in (place, *place.parents):
        _refuse_run(manifest_in(each), folder)
    earlier = _earlier(folder)
    others = _others(made, earlier, folder)
    files = _files(made, folder)
    outputs = {**others, **{name: bytes_hash(content) for name, content in files.items()}}
    facts = json_bytes({**_facts(made), "outputs": outputs})
    written = {**files, _MANIFEST: facts}
    stale = [n for n in _stale(folder, earlier, outputs) if _is_as_named(folder / n, earlier)]
    gone = {*written, *stale}
    with changed_folder(folder, keeps=lambda name: name not in gone) as fresh:
        _check_known(folder, written, earlier)
        fill(fresh, written)
    return list(written)


def differing_figures(made: FigureSet, folder: Path) -> list[str]:
    """Names of files that are missing, no longer made, or not what is made now and was then.

    Tables come first. A drawing whose table differs is not named: the table is the cause.

    Raises
    ------
    InputError
        If the folder holds the results of a run.
    """
    earlier = manifest_in(folder)
    _refuse_run(earlier, folder)
    files = _files(made, folder)
    wrong = {name for name, now in files.items() if not _is_same(folder / name, now, earlier)}
    tables = {Path(name).stem for name in wrong if name.endswith(".csv")}
    causes = [n for n in files if n in wrong and (n.endswith(".csv") or Path(n).stem not in tables)]
    if not made.is_part:
        causes += _stale(folder, earlier, files)
    return sorted(causes, key=lambda name: (not name.endswith(".csv"), name))


def other_facts(made: FigureSet, folder: Path) -> list[str]:
    """What the manifest in the folder says otherwise than holds now, of all that decides bytes.

    Such as "versions: numpy 2.4.5, now 2.4.6" or "inputs: a.txt, b.txt"; none without a manifest.
    """
    earlier = manifest_in(folder)
    now = json.loads(json_bytes(_facts(made)))
    lines = []
    for key in now if earlier else ():
        changed = _changes(earlier.get(key), now[key], is_told=key in _TOLD)
        if changed:
            lines.append(f"{_TOLD.get(key, key)}: {listed(changed, most=20)}")
    return lines


def _changes(then: object, now: Mapping[str, Any], *, is_told: bool) -> list[str]:
    """Names under which there was something else, with both values where these are told."""
    was = then if isinstance(then, dict) else {}
    names = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    if not is_told:
        return names
    return [f"{n} {was.get(n, 'unknown')}, now {now.get(n, 'unknown')}" for n in names]


def _facts(made: FigureSet) -> dict[str, Any]:
    return {**made.facts, "drawn_with": drawing_versions()}


def _files(made: FigureSet, folder: Path) -> dict[str, bytes]:
    """Name and content of every file but the manifest; a part keeps the captions of the others."""
    files = dict(figure_files(made.figures))
    if made.is_part:
        captions = {figure.name: figure.caption for figure in made.figures}
        files[_CAPTIONS] = json_bytes({**_captions(folder), **captions})
    return files


def _captions(folder: Path) -> dict[str, str]:
    try:
        captions = json.loads((folder / _CAPTIONS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return captions if isinstance(captions, dict) else {}


def _others(made: FigureSet, earlier: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Hashes of the files of figures that stand beside those of a part, if they belong together."""
    if not made.is_part:
        return {}
    own = {figure.name for figure in made.figures}
    outputs = earlier.get("outputs", {})
    others = {n: sha for n, sha in outputs.items() if n != _CAPTIONS and Path(n).stem not in own}
    changed = other_facts(made, folder)
    if others and changed:
        raise InputError(
            f"{folder} holds other figures, which were made otherwise ({changed[0]}). Make all of "
            "them anew, or name another folder with --out."
        )
    return others


def _is_same(path: Path, content: bytes, manifest: Mapping[str, Any]) -> bool:
    """Whether a file is there with this content, and the manifest, where there is one, agrees."""
    digest = bytes_hash(content)
    promised = manifest.get("outputs", {}).get(path.name, digest)
    return bool(promised == digest) and path.is_file() and path.read_bytes() == content


def _earlier(folder: Path) -> dict[str, Any]:
    """The manifest of figures in the folder; empty where there is none of ours."""
    facts = manifest_in(folder)
    return facts if "drawn_with" in facts else {}


def _check_known(folder: Path, names: Collection[str], earlier: Mapping[str, Any]) -> None:
    """Refuse to write over a file that an earlier set of figures has not left."""
    known = {*earlier["outputs"], _MANIFEST} if earlier else set()
    foreign = [n for n in names if n not in known and os.path.lexists(folder / n)]
    if foreign:
        raise InputError(
            f"{folder} holds files that no earlier figures account for: {listed(foreign)}. Nothing "
            "was changed; name another folder with --out, or move them."
        )


def _is_as_named(path: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a file is the one that the manifest names."""
    return bool(file_hash(path) == manifest["outputs"][path.name])


def _stale(folder: Path, earlier: Mapping[str, Any], files: Mapping[str, object]) -> list[str]:
    """Files of the folder that its manifest names and that are not among these."""
    named = (name for name in earlier.get("outputs", ()) if Path(name).name == name)
    return sorted(name for name in {*named} - set(files) if (folder / name).is_file())


def _refuse_run(facts: Mapping[str, Any], folder: Path) -> None:
    if is_of_run(facts):
        raise InputError(f"{folder} holds the results of a run; name another folder for figures.")
