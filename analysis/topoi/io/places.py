"""Which files lie at a path or URL: a file, a folder, a pattern, or several of these."""

from __future__ import annotations

import errno
import fnmatch
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from topoi.errors import InputError
from topoi.io.buckets import Bucket, StoredFile
from topoi.io.decode import without_surrogates
from topoi.io.kinds import SUPPORTED, TABLES, kind_by_name
from topoi.io.store_errors import GoneError
from topoi.io.urls import Url, is_url

__all__ = ["Found", "Matcher", "Places", "matcher", "split_glob", "written"]

Matcher = Callable[[str], bool]
Paths = str | Path | Sequence[str | Path]

_MAGIC = re.compile(r"[*?[]")
_LOST_SLASH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/[^/]")  # what Path makes of a URL


class Found(NamedTuple):
    """A file that was found, or something that is not read, with the reason.

    name : its path in ids, with "/" between the steps
    source : the first step of that path where it has more than one, else empty
    where : how messages name it
    open : gives its bytes, from the start and able to seek
    refusal, detail : why it is not read; empty where it is
    is_member : whether it lies in an archive
    stored : what a store says of it; None for what is no object of a store
    given : its path where the name is another one, since other documents would have it; else empty
    """

    name: str
    source: str
    where: str
    open: Callable[[], BinaryIO]
    refusal: str = ""
    detail: str = ""
    is_member: bool = False
    stored: StoredFile | None = None
    given: str = ""


class Places:
    """The files at the paths that a caller gave, found one after another.

    Parameters
    ----------
    path : str, Path or sequence of these
        Files, folders, or patterns such as "reports/*.txt"; texts with ``scheme://`` are URLs.
    pattern : str
        Which files of a folder.

    Raises
    ------
    InputError
        If a path does not exist, cannot be entered, or the pattern is none; if paths have no
        folder in common, as those of two kinds of store.
    """

    def __init__(self, path: Paths, pattern: str) -> None:
        paths = [path] if isinstance(path, str | os.PathLike) else list(path)
        if not paths:
            raise InputError("path is an empty list. Give at least one file or folder.")
        self.shown = str(paths[0]) if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
        self.matches = matcher(pattern)
        self._given = [_given(each, pattern) for each in paths]
        self._prefixes = _prefixes([root for root, _ in self._given])

    @property
    def is_single(self) -> bool:
        """Whether one file was given, and nothing else."""
        return len(self._given) == 1 and self._given[0][1] is None

    def files(self) -> Iterator[Found]:
        """Each file once, by the order of the paths, then by name; no two have one name."""
        names = _Names(are_several=len(self._given) > 1)
        seen: set[str] = set()
        for (root, chosen), prefix in zip(self._given, self._prefixes, strict=True):
            for file in _found(root, prefix, chosen):
                if len(self._given) > 1:  # they may overlap
                    place = file.stored.path if file.stored else _real(file.where)
                    if place in seen:
                        continue
                    seen.add(place)
                yield names.own(file)


class _Names:
    """Gives files names that are those of no earlier file, and of no row of an earlier table."""

    def __init__(self, *, are_several: bool) -> None:
        # Below one path no two files have one name; what is numbered here has a #.
        self._are_several = are_several
        self._used: set[str] = set()
        self._tables: set[str] = set()

    def own(self, file: Found) -> Found:
        name, number = file.name, 1
        while name in self._used or self._is_row(name):
            number += 1
            name = _numbered(file.name, number)
        if self._are_several or "#" in name:
            self._used.add(name)
        if kind_by_name(name) in TABLES:
            self._tables.add(name)
        return file if name == file.name else file._replace(name=name, given=file.name)

    def _is_row(self, name: str) -> bool:
        """Whether a row of an earlier table may be called so: a.csv#1.txt, beside a.csv."""
        heads = accumulate(name.split("#")[:-1], "{}#{}".format)
        return any(head in self._tables for head in heads)


def _numbered(name: str, number: int) -> str:
    """The name with a number before its first #, else before its ending, which stays."""
    folder, slash, last = name.rpartition("/")
    head, mark, tail = name.partition("#")
    if not mark:
        head, mark, tail = last.partition(".")
        head = f"{folder}{slash}{head}"
    return f"{head} ({number}){mark}{tail}"


def _real(path: str) -> str:
    """Where a file lies, whatever links lead to its folder; a link to a file is a file itself."""
    return str(Path(path).parent.resolve() / Path(path).name)


def split_glob(path: str | Path) -> tuple[Path, str]:
    """The folder before the first step with a wildcard, and the pattern after it, or ""."""
    whole = Path(path)
    steps = whole.parts
    first = next((i for i, step in enumerate(steps) if _MAGIC.search(step)), None)
    # A file may well be called "report [1].txt".
    if first is None or whole.exists():
        return whole, ""
    return Path(*steps[:first]), "/".join(steps[first:])


def matcher(pattern: str) -> Matcher:
    """Whether a path with "/" between its steps fits a pattern; ** stands for any folders.

    Raises
    ------
    InputError
        If the pattern is empty, absolute, or has ** beside other characters of a step.
    """
    steps = PurePosixPath(pattern).parts
    wrong = [step for step in steps if step == ".." or ("**" in step and step != "**")]
    if not steps or steps[0] == "/" or wrong:
        raise InputError(
            f'pattern must be a relative file pattern such as "**/*.txt"; got {pattern!r}.'
        )
    # "a/**/**" is "a/**", and "**" alone means all that is below.
    rules = [None if step == "**" else re.compile(fnmatch.translate(step)) for step in steps]
    if rules[-1] is None:
        rules.append(re.compile(r"(?s:.*)\Z"))
    return lambda name: _fits(name.split("/"), rules)


def _fits(steps: list[str], rules: list[re.Pattern[str] | None]) -> bool:
    """Whether the steps fit the rules one by one, with None for any number of steps."""
    reached = {0}  # how many rules may be used up so far
    for step in steps:
        reached = {
            place + (rule is not None)
            for place in _past_folders(reached, rules)
            if place < len(rules) and ((rule := rules[place]) is None or rule.match(step))
        }
    return len(rules) in reached


def _past_folders(reached: set[int], rules: list[re.Pattern[str] | None]) -> set[int]:
    """These places, and those after a None, which may stand for no step at all."""
    result = set(reached)
    for place in range(len(rules)):
        if place in result and rules[place] is None:
            result.add(place + 1)
    return result


def written(name: str) -> str:
    """A file name as text; bytes that are no UTF-8 are spelt out."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def _doubled(name: str) -> str:
    r"""The name with backslashes doubled, so that no other one is `written` like it.

    The octet FF in one name and the four characters \xff in another are told apart.
    """
    return name.replace("\\", "\\\\")


def _given(path: str | Path, pattern: str) -> tuple[Path | Bucket, Matcher | None]:
    """Where a path begins, and which files below it are meant; None for a file."""
    if isinstance(path, str) and is_url(path):
        bucket, own = _split_url(path)
        return bucket, matcher(own or pattern) if bucket.is_folder else None
    if "\x00" in str(path):
        raise InputError("The path holds the character NUL, which no path can.")
    root, own = split_glob(path)
    if not _is_there(root):
        hint = "A URL is given as text, not as Path. " if _LOST_SLASH.match(str(path)) else ""
        raise InputError(f"There is nothing at {root}. {hint}Give a file or a folder. {SUPPORTED}")
    if root.is_dir():
        _check_open(root)
        return root, matcher(own or pattern)
    if not root.is_file():
        raise InputError(f"{root} is neither a file nor a folder (a pipe or a device?).")
    return root, None


def _check_open(folder: Path) -> None:
    if not os.access(folder, os.R_OK | os.X_OK):
        raise InputError(
            f"The folder {folder} cannot be read: no permission. Let its owner give the right to "
            "list and to enter it."
        )


def _split_url(path: str) -> tuple[Bucket, str]:
    """As `split_glob` for a URL, where a question mark is no wildcard."""
    scheme, _, rest = path.partition("://")
    steps = rest.split("/")
    first = next((i for i, step in enumerate(steps) if i and _MAGIC.search(step)), None)
    if first is None:
        return Bucket(Url(path)), ""
    try:
        return Bucket(Url(path)), ""  # a file may well be called "report [1].txt"
    except GoneError:
        return Bucket(Url(f"{scheme}://{'/'.join(steps[:first])}")), "/".join(steps[first:])


def _prefixes(roots: list[Path | Bucket]) -> list[str]:
    """What goes before the names below each path: nothing for a single one.

    For several it is the path from the deepest folder that holds them all.
    """
    if len(roots) == 1:
        return [""]
    # Not `resolve`, which would call a file by what a link points to.
    whole = [
        PurePosixPath("/", *root.url.steps)
        if isinstance(root, Bucket)
        else Path(os.path.normpath(Path.cwd() / root))
        for root in roots
    ]
    if len({root.url.scheme if isinstance(root, Bucket) else "" for root in roots}) > 1:
        raise InputError(
            "Paths and URLs, or URLs of two kinds, lie in no folder together, from which their "
            "files could be named. Read each by itself."
        )
    base = os.path.commonpath([root.parent for root in whole])
    return [root.relative_to(base).as_posix() for root in whole]


def _found(root: Path | Bucket, prefix: str, chosen: Matcher | None) -> Iterator[Found]:
    if isinstance(root, Bucket):
        yield from _objects(root, prefix, chosen)
    elif chosen is None:
        yield _file(root, prefix)
    else:
        yield from _folder(root, prefix, chosen)


def _objects(bucket: Bucket, prefix: str, chosen: Matcher | None) -> Iterator[Found]:
    """The objects of a bucket, each fetched when it is opened, and kept until the next one."""
    for stored in [bucket.file()] if chosen is None else bucket.files():
        if chosen is not None and not stored.refusal and not chosen(stored.name):
            continue
        # A lone surrogate, which is in the path still, is spelt out in the name already.
        is_spelt = without_surrogates(stored.path)[1] > 0
        below = stored.name if is_spelt else _doubled(stored.name)
        name = "/".join(filter(None, (_doubled(prefix), below))) or _doubled(bucket.url.name)
        is_known = chosen is None or kind_by_name(name)
        refusal = stored.refusal or ("" if is_known else "unsupported file type")
        with stored.held() as opened:
            yield Found(name, _first_step(name), stored.where, opened, refusal, stored=stored)


def _file(path: Path, prefix: str) -> Found:
    name = written(_doubled(prefix or path.name))
    return Found(name, _first_step(name), str(path), partial(_opened, path))


def _folder(folder: Path, prefix: str, chosen: Matcher) -> Iterator[Found]:
    root = folder.resolve()
    for below in _names(folder):
        is_shut = below.endswith("/")
        if not is_shut and not chosen(below):
            continue
        path = folder / below
        name = written(_doubled("/".join(filter(None, (prefix, below.rstrip("/"))))))
        refusal, detail = ("unreadable", "") if is_shut else _refusal(path, root)
        yield Found(name, _first_step(name), str(path), partial(_opened, path), refusal, detail)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _first_step(name: str) -> str:
    first, slash, _ = name.partition("/")
    return first if slash else ""


def _names(folder: Path) -> Iterator[str]:
    """Paths below the folder of all that is no folder and not hidden, in order of the path.

    A folder that cannot be listed or entered is given itself, with a "/" at its end. Links to
    folders are not entered.
    """
    waiting = ["/"]
    while waiting:
        name = waiting.pop()
        if not name.endswith("/"):
            yield name.lstrip("/")
            continue
        try:
            inside = _inside(folder / name.lstrip("/"))
        except OSError:
            yield name.lstrip("/")
            continue
        waiting.extend(f"{name}{below}" for below in inside)


def _inside(place: Path) -> list[str]:
    """Names in a folder, last first; those of folders with a "/", which puts them in place."""
    if not os.access(place, os.R_OK | os.X_OK):
        raise PermissionError(str(place))
    with os.scandir(place) as entries:
        names = [
            f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name
            for entry in entries
            if not entry.name.startswith(".")
        ]
    return sorted(names, reverse=True)


def _refusal(path: Path, root: Path) -> tuple[str, str]:
    """Why a path in the folder `root` is not opened, and a detail; empty texts where it is."""
    if path.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            return "unreadable", _link_fault(error)
        if not target.is_relative_to(root):
            return "link out of the folder", ""
        if target.is_dir():
            return "link to a folder", ""
    if not os.path.lexists(path):
        return "unreadable", "It was listed, and has gone since."
    if not path.is_file() or not kind_by_name(path.name):
        return "unsupported file type", ""
    return "", ""


def _link_fault(error: OSError | RuntimeError) -> str:
    if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
        return "loop of links"
    return "link to nothing" if isinstance(error, FileNotFoundError) else str(error.strerror)


def _is_there(root: Path) -> bool:
    try:
        return root.exists()
    except OSError as error:
        raise InputError(
            f"{root} cannot be looked at: {error.strerror}. Check the path."
        ) from error
