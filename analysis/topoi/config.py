"""What a run is asked to do: every setting, its default and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

from topoi.checks import one_of
from topoi.errors import InputError, listed
from topoi.io.dates import date_reader
from topoi.io.ids import DUPLICATES
from topoi.io.places import matcher
from topoi.io.urls import Url, is_url, refuse_url

__all__ = [
    "FORMATS",
    "LANGUAGES",
    "MODELS",
    "PATHS",
    "PLACES",
    "USUAL_CONTAINED",
    "USUAL_NEAR",
    "RunConfig",
    "cluster_column",
    "is_path",
    "named_places",
    "places_of",
]

MODELS = ("KeywordLDA", "LDA", "NMF", "SklearnLDA", "GensimLDA", "GensimNMF")
_LEAST = {
    "min_docs": 1,
    "topics": 1,
    "theme_topics": 1,
    "residual": 0,
    "starts": 1,
    "refits": 0,
    "seed": 0,
    "workers": 1,
}
PLACES = ("source", "background")  # settings that may name several places to read
PATHS = (*PLACES, "out", "cache", "themes", "codes", "codes_key")
_UNSAID = ("covariates", "clusters", "codes", "codes_key")
_NAMES = tuple[str, ...]
_MOST_SEED = 2**32 - 1  # numpy's RandomState takes no greater one
_LEAST_NEAR = 0.2  # below it documents on one subject count as copies, see `deduplicate`
USUAL_NEAR = 0.6
USUAL_CONTAINED = 0.85
LANGUAGES = ("en", "es")
UNITS = ("paragraph", "sentence", "window", "speaker")
FREQUENCIES = ("M", "Q", "Y")
FORMATS = ("svg", "pdf", "png")
LEMMAS = ("plurals", "simplemma")


def _setting(default: Any, text: str, example: Any = None) -> Any:
    return field(default=default, metadata={"text": text, "example": example})


@dataclass(frozen=True)
class RunConfig:
    """All settings of `topoi run`; a flag and a key of the file have the name of the field.

    Lists may be given as such, and source, out, background and themes as paths; a list of one
    source is that source.

    Raises
    ------
    InputError
        If a value has the wrong type or is out of range; names the key and what is allowed.
    """

    source: str | tuple[str, ...] = _setting(
        "", "folder, file, archive, pattern or URL of files to read, or a list of these", "articles"
    )
    out: str = _setting("runs/topoi", "folder for the results")
    cache: str | None = _setting(
        None, "folder where finished steps are kept; .topoi-cache beside out if left out", "kept"
    )
    no_cache: bool = _setting(False, "keep no finished steps and use none, whatever cache says")
    background: str | tuple[str, ...] | None = _setting(
        None,
        "more text of the same field: topics are learned of it, too, no shares are given for it",
        "other_articles",
    )
    text: str | None = _setting(None, "column of a table that holds the text", "text")
    id: str | None = _setting(None, "column that holds a unique id", "id")
    date: str | None = _setting(None, "column that holds the date", "date")
    title: str | None = _setting(None, "column that holds the title", "title")
    source_column: str | None = _setting(
        None, "column that holds the source; else the first folder on a file's path", "party"
    )
    covariates: tuple[str, ...] | None = _setting(
        None,
        "columns of tables to keep, each with a table of theme shares; if left out all are kept, "
        "without such tables",
        ("party", "speaker"),
    )
    pattern: str = _setting("**/*", "which files of a folder or archive to read")
    date_format: str | None = _setting(
        None,
        "order of dates in numbers: dmy, mdy, ymd, or epoch, or a pattern of strptime",
        "dmy",
    )
    on_duplicate_id: str = _setting(
        "error", "rows with the id of an earlier one: error, suffix (a number) or first (drop)"
    )
    by: str | None = _setting(
        None,
        "column whose groups are compared; if left out the source, where there are several",
        "source",
    )
    clusters: str | None = _setting(
        None,
        "column whose documents of one value count as one draw in intervals: the speaker, or in a "
        "table of paragraphs the text that they are of",
        "speaker",
    )
    freq: str = _setting("Q", "period of trends: M, Q or Y")
    formats: tuple[str, ...] = _setting(
        FORMATS,
        f"file formats of figures, of {', '.join(FORMATS)}; SVG always, since the report holds it",
    )
    raw_csv: bool = _setting(
        False,
        "leave texts in CSV files as they are, also those that a spreadsheet would run as formulas",
    )
    themes: str = _setting("migration", "theme pack that topoi ships, or path of a TOML file")
    codes: str | None = _setting(
        None,
        "coded passages to correct the shares by: a CSV with passage_id and 0 or 1 for each "
        "theme, or the folder of sheets that coders filled",
        "codes.csv",
    )
    codes_key: str | None = _setting(
        None, "folder of the key of these sheets; none for a CSV with ids of passages", "keys"
    )
    language: str | None = _setting(
        None, "language of the texts, en or es; the theme pack's if left out", "es"
    )
    unit: str = _setting("paragraph", "what a passage is: paragraph, sentence, window or speaker")
    query: str | None = _setting(
        None,
        "documents to keep: words, phrases in quotes, AND, OR, NOT, NEAR/5; all if left out",
        '(migra* OR asylum) AND NOT "bird migration"',
    )
    near: float = _setting(
        USUAL_NEAR,
        "near copies are merged from this similarity on; 1: exact ones only, 0: none at all",
    )
    contained: float | None = _setting(
        None,
        "documents of which so much stands in a longer one are merged into that, 0: none; "
        f"if left out {USUAL_CONTAINED}, or 0 where near is 0 or above {USUAL_NEAR}",
        USUAL_CONTAINED,
    )
    spun: bool | None = _setting(
        None,
        "merge documents that differ by words replaced all over, down to half of near; "
        f"if left out true, or false where near is 0 or above {USUAL_NEAR}",
        True,
    )
    phrases: bool = _setting(True, "learn frequent phrases besides the themes' own")
    lemmas: str | None = _setting(
        None, "count plurals, or all forms (simplemma), as one word; none if left out", "plurals"
    )
    min_docs: int | None = _setting(None, "passages that must hold a term; chosen if left out", 5)
    topics: int | None = _setting(None, "topics of LDA and NMF; chosen by size if left out", 12)
    theme_topics: int | None = _setting(
        None, "topics of KeywordLDA for each theme; chosen by size if left out", 4
    )
    residual: int | None = _setting(
        None, "topics of KeywordLDA beside the themes; chosen by size if left out", 12
    )
    starts: int | None = _setting(
        None,
        "models with other starts over which theme shares are averaged; chosen by size if left out",
        16,
    )
    refits: int = _setting(
        3, "fits of each model from other starts, in which its topics are looked for; 0 for none"
    )
    models: tuple[str, ...] = _setting(
        ("KeywordLDA", "LDA", "NMF"), f"models to fit, of {', '.join(MODELS)}"
    )
    seed: int = _setting(7, "seed of every random choice")
    workers: int = _setting(1, "threads; the result does not depend on it")
    scheduler: str | None = _setting(
        None,
        "address of a Dask scheduler whose workers fit LDA and KeywordLDA, or all of a search; "
        "they see the folder of out under its path, and the result does not depend on them",
        "tcp://host:8786",
    )
    quiet: bool = _setting(False, "print nothing but errors")
    json: bool = _setting(False, "print a machine-readable summary on standard output")

    def __post_init__(self) -> None:
        for name in ("models", "covariates", "formats"):
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in PATHS:
            object.__setattr__(self, name, _as_texts(getattr(self, name), name in PLACES))
        for each in fields(self):
            object.__setattr__(self, each.name, _as_python(getattr(self, each.name)))
        for name, hint in get_type_hints(type(self)).items():
            _check_type(name, getattr(self, name), hint)
        _check_range(self)

    def shown(self) -> dict[str, Any]:
        """The settings that decide the result, as JSON values; not where it goes or how fast.

        Codes, covariates and raw_csv that are not given are left out: nothing tells of them.
        """
        apart = ["out", "cache", "no_cache", "formats", "workers", "scheduler"]
        apart += ["quiet", "json"]
        if not self.raw_csv:
            apart.append("raw_csv")
        apart += [name for name in _UNSAID if getattr(self, name) is None]
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self) if f.name not in apart)
        shown = {name: list(v) if isinstance(v, tuple) else v for name, v in pairs}
        # Where a pack or codes lie does not matter; the manifest has what is in them.
        named = {
            name: Path(path).name
            for name, path in (("codes", self.codes), ("codes_key", self.codes_key))
            if path is not None
        }
        pack = Path(self.themes).name if is_path(self.themes) else self.themes
        return {**shown, **named, "themes": pack}


def cluster_column(clusters: str | None) -> str | None:
    """What the column is called in the corpus: a table's own doc_id is not the id that was read."""
    return "original_doc_id" if clusters == "doc_id" else clusters


def is_path(pack: str) -> bool:
    """Whether `themes` is the path of a file and not the name of a pack that topoi ships."""
    return pack.endswith(".toml") or "/" in pack or "\\" in pack


def _as_texts(value: Any, is_place: bool) -> Any:
    """Paths as texts; of places to read, which may be several, a list of one as that one."""
    if is_place and isinstance(value, list | tuple):
        texts = tuple(_as_texts(each, is_place=False) for each in value)
        return texts[0] if len(texts) == 1 else texts
    return str(value) if isinstance(value, Path) else value


def _as_python(value: Any) -> Any:
    """A number of numpy as one of Python, which JSON has."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _check_type(name: str, value: Any, hint: Any) -> None:
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if isinstance(value, tuple):
        fits = _NAMES in kinds and all(isinstance(item, str) for item in value)
    else:
        # bool is an int to Python, but `workers = true` is a mistake.
        fits = type(value) in kinds or (float in kinds and type(value) is int)
    words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    words[_NAMES] = "a list of texts" if name in PLACES else "a list of names"
    allowed = " or ".join(words[kind] for kind in kinds if kind in words)
    if not fits:
        raise InputError(f"{name} must be {allowed}; got {value!r}.")


def _check_range(config: RunConfig) -> None:
    _check_places(config)
    _check_choices(config)
    _check_list("models", config.models, MODELS)
    _check_list("formats", config.formats, FORMATS)
    _check_covariates(config.covariates)
    _check_numbers(config)


def _check_places(config: RunConfig) -> None:
    if not config.source:
        raise InputError("No source given: name a folder or file with --source or in the file.")
    for name in ("source", "out", "cache", "background", "codes", "codes_key"):
        if any("\x00" in place for place in places_of(getattr(config, name))):
            raise InputError(f"{name} holds the character NUL, which no path can.")
    if not config.out:
        raise InputError("out must name a folder; got an empty text.")
    if config.cache == "":
        raise InputError("cache must name a folder; leave it out for the usual one.")
    if config.background is not None and not config.background:
        raise InputError("background must name texts; leave it out where there are none.")
    if config.codes == "" or config.codes_key == "":
        raise InputError("codes and codes_key must name a file or folder; leave them out if not.")
    if config.codes_key is not None and config.codes is None:
        raise InputError("codes_key names the key of sheets; name the sheets with codes.")
    for name in PLACES:
        if "" in places_of(getattr(config, name)):
            raise InputError(f"{name} names an empty path among others; take it out.")
    _check_urls(config)


def _check_urls(config: RunConfig) -> None:
    for name in PLACES:
        for place in places_of(getattr(config, name)):
            if is_url(place):
                Url(place)  # refused if it holds a password
    for name in (name for name in PATHS if name not in PLACES):
        refuse_url(getattr(config, name), name, "only texts are read from a store.")


def places_of(setting: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The paths that `source` or `background` names: none, one or several."""
    if setting is None:
        return ()
    return (setting,) if isinstance(setting, str) else setting


def named_places(source: str | tuple[str, ...]) -> str:
    """The first place by its name, and how many more there are."""
    first, *others = places_of(source)
    return first + (f" and {len(others)} more" if others else "")


def _check_choices(config: RunConfig) -> None:
    if config.language is not None:
        one_of("language", config.language, LANGUAGES)
    if config.lemmas is not None:
        one_of("lemmas", config.lemmas, LEMMAS)
    matcher(config.pattern)
    one_of("unit", config.unit, UNITS)
    one_of("on_duplicate_id", config.on_duplicate_id, DUPLICATES)
    one_of("freq", config.freq, FREQUENCIES)
    date_reader(config.date_format)
    if config.query is not None:
        from topoi.text.query import parse_query

        parse_query(config.query)


def _check_list(name: str, chosen: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    if not chosen:
        raise InputError(f"{name} is empty; name at least one of {', '.join(allowed)}.")
    for value in chosen:
        one_of(name, value, allowed)
    twice = sorted({value for value in chosen if chosen.count(value) > 1})
    if twice:
        raise InputError(f"{name} names {listed(twice)} twice.")


def _check_covariates(covariates: tuple[str, ...] | None) -> None:
    if covariates is None:
        return
    twice = sorted({name for name in covariates if covariates.count(name) > 1})
    if twice:
        raise InputError(f"covariates names {listed(twice)} twice.")
    if "" in covariates:
        raise InputError("covariates names a column without a name; take it out.")


def _check_numbers(config: RunConfig) -> None:
    for name, bound in _LEAST.items():
        value = getattr(config, name)
        if value is not None and value < bound:
            raise InputError(f"{name} must be a whole number >= {bound}; got {value}.")
    if config.seed > _MOST_SEED:
        raise InputError(f"seed must be a whole number <= {_MOST_SEED}; got {config.seed}.")
    for name in ("near", "contained"):
        value = getattr(config, name)
        if value is not None and value != 0 and not _LEAST_NEAR <= value <= 1:
            raise InputError(f"{name} must be 0 or lie in [{_LEAST_NEAR}, 1]; got {value}.")
    if config.near in (0, 1) and (config.contained or config.spun):
        name, value = ("contained", config.contained) if config.contained else ("spun", "true")
        merged = "none" if config.near == 0 else "exact copies only"
        raise InputError(
            f"near = {config.near:g} merges {merged}, and {name} = {value} asks for more. Leave "
            f"{name} out, or set near between {_LEAST_NEAR} and 1, for instance 0.99."
        )
