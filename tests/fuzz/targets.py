"""What is given arbitrary bytes, and what must then hold: an InputError, or nothing lost.

A target takes bytes and returns; whatever else it raises is a fault. It writes nothing but the
files of its own folder, and those by itself.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from fuzz.seeds import seeds_of
from topoi.config import RunConfig
from topoi.corpus.clean import clean
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.hashes import file_hash
from topoi.io.coding_files import read_manifest
from topoi.io.dates import date_reader
from topoi.io.kinds import ARCHIVES, DOCUMENTS, TABLES
from topoi.io.packs import load_themes
from topoi.io.read import read_corpus, read_parts
from topoi.io.run_files import open_run
from topoi.io.store import read_fit, write_fit
from topoi.measures.calibration import Calibration
from topoi.plots.table_csv import guarded_csv, raw_csv, read_table, table_csv
from topoi.run_report.page import read_labels
from topoi.settings_file import read_config
from topoi.text.find import ScannedTexts
from topoi.text.query import matching, parse_query
from topoi.text.scan import scanner
from topoi.text.tokenise import token_stream

KINDS = (*DOCUMENTS, *TABLES, *ARCHIVES)
SOUND = "The council asked for more visas, and the ferries carried workers to the port.\n"
Target = Callable[[bytes], None]


class LossError(AssertionError):
    """Something was lost, written or run."""


# --- nothing is written or run --------------------------------------------------------------------

_RUNS = (
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "subprocess.Popen"),
    *("socket.connect", "socket.getaddrinfo", "socket.bind", "pickle.find_class"),
    *("webbrowser.open", "shutil.unpack_archive", "os.symlink", "os.link", "os.chmod"),
)
_watched: list[str] = []
_is_watching = False


def _watch(event: str, given: tuple[object, ...]) -> None:
    if not _is_watching:
        return
    if event == "pickle.find_class" and str(given[0]).startswith("numba."):
        return  # a kernel that numba has kept
    if event in _RUNS:
        _watched.append(f"{event} {given!r:.200}")
    elif event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR):
        is_kernel = "__pycache__" in str(given[0])  # one that is compiled now
        if not is_kernel:
            _watched.append(f"open for writing {given!r:.200}")


@contextmanager
def nothing_done():
    """Within the block no file is written, nothing run and nobody asked, or it is a LossError."""
    global _is_watching  # noqa: PLW0603
    _watched.clear()
    _is_watching = True
    try:
        yield
    finally:
        _is_watching = False
    if _watched:
        raise LossError(f"it did {_watched[0]}")


def watch() -> None:
    """Begin to listen for what `nothing_done` forbids; once in a process."""
    sys.addaudithook(_watch)


@contextmanager
def refused_or_sound():
    """The block may raise InputError and warn, and nothing else."""
    with warnings.catch_warnings(), nothing_done():
        warnings.simplefilter("ignore")
        try:
            yield
        except InputError as error:
            if not str(error).strip():
                raise LossError("an error without a word") from error


# --- targets --------------------------------------------------------------------------------------


@cache
def _folder() -> Path:
    memory = Path("/dev/shm")
    place = tempfile.mkdtemp(prefix="topoi-fuzz-", dir=memory if memory.is_dir() else None)
    import atexit

    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place)


def _put(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    return path


def _check_ledger(corpus: Corpus) -> None:
    counts = corpus.ledger.counts()
    if counts["read"] != counts["kept"] + counts["dropped"] + counts["merged"]:
        raise LossError(f"the ledger does not add up: {counts}")
    if counts["kept"] != corpus.n_documents:
        raise LossError(
            f"{corpus.n_documents} documents, of which the ledger kept {counts['kept']}"
        )
    for text in corpus.texts:
        text.encode("utf-8")


def reader(kind: str) -> Target:
    """Read a file of the kind beside a sound one, alone, or in parts, by its length."""

    def target(data: bytes) -> None:
        path = _put(f"read-{kind}/in/b.{kind}", data)
        _put(f"read-{kind}/in/a.txt", SOUND.encode())
        with refused_or_sound():
            (_beside, _alone, _in_parts)[len(data) % 3](path)

    return target


def _beside(path: Path) -> None:
    corpus = read_corpus(path.parent)
    _check_ledger(corpus)
    ids = corpus.ledger.events["doc_id"]
    if "a.txt" not in corpus.ids or not ids.str.startswith(path.name).any():
        raise LossError("a file is not accounted for")


def _alone(path: Path) -> None:
    _check_ledger(read_corpus(path))


def _in_parts(path: Path) -> None:
    for part in read_parts(path, rows=100):
        _check_ledger(part)


def settings(data: bytes) -> None:
    """Read a settings file, and take what is in it."""
    path = _put("settings.toml", data)
    with refused_or_sound():
        values = read_config(path)
        RunConfig(**values)


def pack(data: bytes) -> None:
    """Load a theme pack, and look for its seeds."""
    path = _put("pack.toml", data)
    with refused_or_sound():
        themes = load_themes(path)
        repr(themes)
        themes.match(["visa", "border wall", "asylum"])


@cache
def _texts() -> ScannedTexts:
    return ScannedTexts([SOUND, "a wall at the border", "", "root causes; a safe third country"])


def query(data: bytes) -> None:
    """Parse a query, and ask it."""
    text = data.decode("utf-8", "surrogateescape")
    with refused_or_sound():
        found = matching(parse_query(text), _texts())
        if found.shape != (len(_texts()),):
            raise LossError("a text has no answer")


@cache
def _fit() -> dict[str, bytes]:
    from topoi.fit import fit_topics
    from topoi.models.keyword_lda import KeywordLDA
    from topoi.text.matrix import DocTermMatrix
    from topoi.text.vocabulary import Vocabulary

    counts = np.array([[2, 1, 0], [0, 3, 1], [1, 0, 2]], dtype=np.int32)
    units = pd.DataFrame({"passage_id": list("abc"), "doc_id": list("abc")})
    units["n_tokens"] = counts.sum(axis=1).astype(np.int64)
    words = Vocabulary(["law", "port", "visa"], (counts > 0).sum(0), counts.sum(0))
    from scipy.sparse import csr_array

    model = KeywordLDA([[0]], topics_per_set=1, n_residual=1, max_iter=2)
    fit = fit_topics(DocTermMatrix(csr_array(counts), words, units), model)
    folder = write_fit(fit, _folder() / "a fit")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def fit(data: bytes) -> None:
    """Read a fit of which one part is other bytes, with the hash that would prove them right."""
    files = dict(_fit())
    name = sorted(files)[data[0] % len(files)] if data else "fit.json"
    files[name] = data[1:]
    folder = _folder() / "fit"
    for each, content in files.items():
        _put(f"fit/{each}", content)
    if name != "fit.json":
        head = json.loads(files["fit.json"])
        head["sha256"][name] = file_hash(folder / name)
        _put("fit/fit.json", json.dumps(head).encode())
    with refused_or_sound():
        read_fit(folder).doc_topic  # noqa: B018 - it is read when it is asked for


def table(data: bytes) -> None:
    """Read the table of a figure; written and read again it is the same, guarded and raw."""
    with refused_or_sound():
        found = read_table(data)
        if not len(found.columns):
            return
        content = table_csv(found)
        again = read_table(content)
        pd.testing.assert_frame_equal(again, read_table(table_csv(again)))
        pd.testing.assert_frame_equal(again, read_table(guarded_csv(raw_csv(content))))


def cleaning(data: bytes) -> None:
    """Clean two documents; each is kept or dropped with its reason."""
    text = data.decode("utf-8", "replace").replace("\r", "\n")
    frame = pd.DataFrame({"doc_id": ["a", "b"], "text": [text, SOUND], "source": "s"})
    with refused_or_sound():
        _check_ledger(clean(Corpus(frame)))


def tokens(data: bytes) -> None:
    """The tokens of a text, found in both ways; each has a name and a text."""
    text = data.decode("utf-8", "surrogateescape")
    with refused_or_sound():
        token_stream(text)
        read = scanner(None)
        chunk = read.scan([text, SOUND])
        if chunk.tokens.size and chunk.tokens.max() >= len(read.names):
            raise LossError("a token has no name")
        if int(chunk.bounds[-1]) != len(chunk.tokens):
            raise LossError("a token belongs to no text")


def dates(data: bytes) -> None:
    """A format of dates, then a date of it: a day, or not understood."""
    form, _, text = data.decode("utf-8", "surrogateescape").partition("\n")
    with refused_or_sound():
        date_reader(form or None)(text)


def json_files(data: bytes) -> None:
    """Files that topoi wrote as JSON: labels, the manifests of sheets and runs, a calibration."""
    path = _put("run/manifest.json", data)
    for read in (read_labels, read_manifest):
        with refused_or_sound():
            read(path)
    with refused_or_sound():
        open_run(path.parent)
    with refused_or_sound():
        Calibration.from_json(data.decode("utf-8", "replace"))


TARGETS: dict[str, Target] = {
    **{f"read {kind}": reader(kind) for kind in KINDS},
    "settings": settings,
    "pack": pack,
    "query": query,
    "fit": fit,
    "table": table,
    "cleaning": cleaning,
    "tokens": tokens,
    "dates": dates,
    "json files": json_files,
}


# --- seeds ----------------------------------------------------------------------------------------


def seeds(name: str) -> list[bytes]:
    """Inputs to begin from: sound ones, hostile ones, and those that were faults once."""
    return [*seeds_of(name), *found(name)]


def found(name: str) -> list[bytes]:
    """Inputs that were faults once."""
    places = sorted((Path(__file__).parent / "found" / name).glob("*"))
    return [path.read_bytes() for path in places]


def mutated(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """The bytes with a few changes: bits, pieces cut, doubled, moved, taken from others."""
    result = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(len(result) + 1)
        size = chance.choice((1, 1, 2, 4, 16, 100, 1000))
        match chance.randrange(7):
            case 0 if result:
                result[place % len(result)] ^= 1 << chance.randrange(8)
            case 1:
                del result[place : place + size]
            case 2:
                result[place:place] = result[place : place + size] * chance.choice((1, 2, 50))
            case 3:
                result[place:place] = chance.choice(_ODD)
            case 4:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                result[place : place + size] = other[start : start + size]
            case 5:
                result[place : place + size] = chance.randbytes(min(size, 16))
            case _:
                del result[place:]
    return bytes(result[:100_000])


_ODD = tuple(
    text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    for text in (
        *("\x00", "\ufeff", "\ud800", "\u202e", "\u0301" * 20, "\U0010ffff", "e\u0301", "ẞİſ"),
        *("=", "'", '"', '"""', "<", "</", "<!--", "&#x0;", "&#99999999999;", "{" * 50, "[" * 200),
        *("\r", "\r\n", "\x0b\x0c\x1c\x85", "\n" * 50, " " * 50, "-" * 50, "NEAR/0", "NOT " * 9),
        *("-1", "1e999", "9" * 50, "NaN", "1900-01-01", "0001-01-01", "9999-12-31", "%Y%Y", "%"),
        *(b"\xff\xfe", b"\xfe\xff", b"\x80\x81", b"PK\x03\x04", b"PAR1", b"%PDF-", b"\x1f\x8b"),
        *(b"\x00" * 8, b"\xff" * 8, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80" * 4),
    )
)
