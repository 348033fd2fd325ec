"""How a report looks: the facts as one HTML page that needs no other file and no network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

from topoi.palette import base_name, display_name, hues
from topoi.printable import printable
from topoi.report.facts import ReportFacts

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["ReportFacts", "page_script", "report_page"]

_SCRIPT = (  # in this order
    *("elements", "run", "state", "search", "chosen", "shares", "labels"),
    *("topics", "map", "timeline", "periods", "passages", "ledger", "tables", "start"),
)

_MOST_EXAMPLES = 20
_LONGEST_EXCERPT = 700  # characters
_LONGEST_CELL = 300
_MOST_GROUPS = 30  # of a covariate
_SCORES = ("f1", "roc_auc", "brier", "kappa")
_TILES = ("read", "kept", "merged", "dropped", "changed")


def report_page(facts: ReportFacts) -> str:
    """The report as HTML text: the same facts give the same text.

    Everything that comes from documents is escaped and stripped of control characters and
    direction marks. The page's own script is the only one that its security policy lets run, and
    no request is let through. Drawings are images, which run nothing. Without the script, or on
    paper, the page still tells what was found.
    """
    css = _css(facts)
    script = page_script() if facts.explorer is not None else None
    page = _environment().get_template("page.html.j2")
    sections = _sections(facts) | {"explorer": _explorer(facts, script)}
    return str(page.render(css=css, policy=_policy(css, script), **sections)) + "\n"


def page_script() -> Markup:
    """The script of the page: files of its folder in one function, so that none sees another."""
    from markupsafe import Markup

    folder = files("topoi.report").joinpath("script")
    parts = [folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPT]
    return Markup('(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n")  # our own files


def _explorer(facts: ReportFacts, script: Markup | None) -> dict[str, Any] | None:
    """The data of the script as JSON in which nothing can end its element."""
    from jinja2.utils import htmlsafe_json_dumps

    values = facts.explorer
    if values is None:
        return None
    n = len(values["passages"]["id"])
    return {
        "json": htmlsafe_json_dumps(values, ensure_ascii=False, separators=(",", ":")),
        "script": script,
        "resampled": f"clusters by {values['clusters']}" if values["clusters"] else "documents",
        "is_sample": n < values["n_passages"],
        "n": f"{n:,}",
        "n_passages": f"{values['n_passages']:,}",
    }


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("topoi.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = printable
    return environment


def _css(facts: ReportFacts) -> Markup:
    """Style sheet, with a colour for each theme; it holds nothing of the corpus."""
    from markupsafe import Markup

    fixed = files("topoi.report").joinpath("page.css").read_text(encoding="utf-8")
    colours = hues(theme.name for theme in facts.themes).values()
    rules = "".join(
        f".hue-{n} {{ --hue: {hue.colour}; --strong-hue: {hue.colour}; }}\n"
        for n, hue in enumerate(colours)
    )
    return Markup(rules + fixed)  # our own file and colours of the palette


def _policy(css: str, script: str | None) -> str:
    policy = (
        f"default-src 'none'; style-src {_digest(css)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    if script is None:
        return policy
    # No text becomes markup in the script, and the browser is to hold it to that.
    scripted = "require-trusted-types-for 'script'; trusted-types 'none'"
    return f"{policy}; script-src {_digest(script)}; {scripted}"


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _sections(facts: ReportFacts) -> dict[str, Any]:
    """What the template is given: text and numbers as they are shown."""
    places = {theme.name: place for place, theme in enumerate(facts.themes)}
    return {
        "title": facts.title,
        "tiles": [(name, f"{facts.counts[name]:,}") for name in _TILES if name in facts.counts],
        "counts": facts.counts,
        "reasons": list(_rows(facts.reasons)),
        "examples": list(_examples(facts.examples)),
        "n_examples": len(facts.examples),
        "themes": [_theme(facts, place) for place in range(len(facts.themes))],
        "shares": list(_shares(facts.shares, places)),
        "share_note": _share_note(facts.shares),
        "parts": _parts(facts, places),
        "codes": _codes(facts),
        "covariates": [_groups(*named, facts) for named in facts.by_covariate.items()],
        "figures": [_figure(*figure) for figure in facts.figures],
        "models": list(_models(facts.terms, places)),
        "settings": [(name, _setting(value)) for name, value in facts.settings.items()],
        "seed": facts.seed,
        "versions": list(facts.versions.items()),
    }


def _rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in table.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def _examples(table: pd.DataFrame) -> Iterator[dict[str, str]]:
    for row in _rows(table.head(_MOST_EXAMPLES)):
        yield {name: _clipped(value, _LONGEST_CELL) for name, value in row.items()}


def _theme(facts: ReportFacts, place: int) -> dict[str, Any]:
    theme = facts.themes[place]
    own = facts.passages.loc[facts.passages["theme"].astype(str) == theme.name]
    return {
        "place": place,
        "label": display_name(theme.label),
        "definition": theme.definition,
        "includes": theme.includes,
        "excludes": theme.excludes,
        "seeds": [seed.pattern for seed in theme.seeds],
        "counters": _counters(facts, theme.name),
        "passages": [_passage(row) for row in _rows(own)],
    }


def _counters(facts: ReportFacts, theme: str) -> list[str]:
    """The counter-words of a theme that occur, with how often, the most frequent first."""
    if facts.counters is None:
        return []
    own = facts.counters.loc[facts.counters["theme"] == theme]
    fired = own.loc[own["occurrences"] > 0]
    ranked = fired.sort_values("occurrences", ascending=False, kind="stable")
    return [f"{row['counter']} ({row['occurrences']:,})" for row in _rows(ranked)]


def _parts(facts: ReportFacts, places: Mapping[str, int]) -> dict[str, Any] | None:
    """A row for each sub-theme as for a theme, in the colour of its theme; and those not found."""
    if facts.parts is None:
        return None
    named = {
        part.name: (theme.name, part.label)
        for theme in facts.themes
        if theme.sub_themes
        for part in theme.split()
    }
    rows = list(_shares(facts.parts, places))
    for row, name in zip(rows, facts.parts["name"], strict=True):
        theme, label = named[str(name)]
        row |= {"label": display_name(label), "place": places[theme]}
    found = set(facts.parts["name"])
    return {"rows": rows, "absent": [named[name][1] for name in named if name not in found]}


def _passage(row: Mapping[str, Any]) -> dict[str, str]:
    where = [_day(row["date"]), _clipped(row["source"], _LONGEST_CELL)]
    return {
        "title": _clipped(row["title"], _LONGEST_CELL) or "Untitled",
        "where": " · ".join(part for part in where if part),
        "text": _clipped(row["text"], _LONGEST_EXCERPT),
        "share": _percent(row["share"]),
    }


def _day(value: object) -> str:
    """A date as YYYY-MM-DD; nothing where it is unknown."""
    if isinstance(value, date):  # a pandas Timestamp is one too; NaT is not
        return "" if pd.isna(value) else value.isoformat()[:10]
    text = printable(value)
    return "" if value is None or text in ("nan", "NaT") else text[:10]


def _shares(table: pd.DataFrame, places: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    values = table[["estimate", "upper"]].to_numpy(dtype=float)
    highest = float(pd.DataFrame(values).max().max()) if len(table) else 0.0
    scale = 100 / highest if highest > 0 else 0.0
    for row in _rows(table):
        has_interval = bool(row["lower"] == row["lower"] and row["upper"] == row["upper"])
        yield {
            "label": display_name(str(row["name"])),
            "place": places.get(str(row["name"])),
            "share": _percent(row["estimate"]),
            "interval": f"{_percent(row['lower'])} to {_percent(row['upper'])}"
            if has_interval
            else "too few documents",
            "documents": f"{row['n_documents']:,}",
            "passages": f"{row['n_passages']:,}",
            "bar": f"{row['estimate'] * scale:.2f}",
            "limits": (f"{row['lower'] * scale:.2f}", f"{row['upper'] * scale:.2f}")
            if has_interval
            else None,
        }


def _share_note(table: pd.DataFrame) -> str:
    levels = sorted({float(level) for level in table["level"]})
    if not levels:
        return ""
    percent = " or ".join(f"{level * 100:.4g}%" for level in levels)
    drawn = table["uncertainty"].iloc[0] if "uncertainty" in table.columns else "documents"
    return f"Bars start at zero; the line is the {percent} interval over {printable(drawn)}."


def _codes(facts: ReportFacts) -> dict[str, Any] | None:
    """How many codes of which passages there are, and what they make of the shares."""
    codes, corrected, scores = facts.codes, facts.corrected, facts.scores
    if codes is None or corrected is None or scores is None:
        return None
    labels = {theme.name: theme.label for theme in facts.themes}
    weights = codes.groupby("theme")["weight"]
    ids = sorted(set(codes["passage_id"]))
    return {
        "n": f"{len(codes):,}",
        "n_passages": f"{len(ids):,}",
        "n_documents": f"{codes['doc_id'].nunique():,}",
        "most_coders": int(codes["n_coders"].max()),
        "is_weighted": bool((weights.max() > weights.min() * (1 + 1e-9)).any()),
        "rows": [_corrected(row) for row in _rows(corrected)],
        "level": f"{float(corrected['level'].iloc[0]) * 100:.4g}%",
        "scores": [_score_row(name, scores) for name in (*labels, "macro")],
        "passages": [
            (_clipped(name, _LONGEST_CELL), _given(codes, name, labels))
            for name in ids[:_MOST_EXAMPLES]
        ],
    }


def _corrected(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "label": display_name(row["name"]),
        "measured": _percent(row["share"]),
        "corrected": _percent(row["estimate"]),
        "interval": f"{_percent(row['lower'])} to {_percent(row['upper'])}",
        "coded": _percent(row["coded"]),
        "n_coded": f"{row['n_coded']:,}",
    }


def _score_row(name: str, scores: pd.DataFrame) -> dict[str, Any]:
    """The scores of the held-out probabilities of a theme, or the mean over themes."""
    own = scores.loc[(scores["judged"] == "probability") & (scores["theme"] == name)]
    found = {str(row["measure"]): row for row in _rows(own)}
    return {
        "label": "Mean over themes" if name == "macro" else display_name(name),
        "cells": [_score(found[measure]) for measure in _SCORES],
    }


def _score(row: Mapping[str, Any]) -> tuple[str, str]:
    if pd.isna(row["estimate"]):
        return "–", ""
    limits = f"{row['lower']:.2f} to {row['upper']:.2f}" if not pd.isna(row["lower"]) else ""
    return f"{row['estimate']:.2f}", limits


def _given(codes: pd.DataFrame, passage: str, labels: Mapping[str, str]) -> str:
    """The themes that a passage was coded with."""
    own = codes.loc[(codes["passage_id"] == passage) & (codes["code"] == 1), "theme"]
    return ", ".join(labels[name] for name in own) or "none"


def _groups(covariate: str, table: pd.DataFrame, facts: ReportFacts) -> dict[str, Any]:
    """A row for each group, those of most documents first, a column for each theme."""
    cells = {(row["name"], row["group"]): _cell(row) for row in _rows(table)}
    sizes = table.drop_duplicates("group").set_index("group")["n_documents"]
    groups = sizes.sort_values(ascending=False, kind="stable")
    return {
        "name": covariate.replace("_", " "),
        "n_groups": len(groups),
        "themes": [display_name(theme.label) for theme in facts.themes],
        "rows": [
            {
                "group": _clipped(group, _LONGEST_CELL),
                "documents": f"{size:,}",
                "cells": [cells[theme.name, group] for theme in facts.themes],
            }
            for group, size in groups.head(_MOST_GROUPS).items()
        ],
    }


def _cell(row: Mapping[str, Any]) -> tuple[str, str]:
    """A share and its interval; the second is empty where there is none."""
    if pd.isna(row["lower"]):
        return _percent(row["estimate"]), ""
    return _percent(row["estimate"]), f"{_percent(row['lower'])} to {_percent(row['upper'])}"


def _figure(name: str, caption: str, svg: bytes) -> dict[str, str]:
    return {"name": name, "caption": caption, "data": base64.b64encode(svg).decode("ascii")}


def _models(table: pd.DataFrame, places: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for model, of_model in table.groupby("model", sort=False):
        yield {
            "name": str(model),
            "topics": [
                {
                    "label": display_name(str(topic)),
                    "place": places.get(base_name(str(topic))),
                    "terms": [
                        (_clipped(row["term"], 60), f"{row['weight']:.2g}", bool(row["is_seed"]))
                        for row in _rows(of_topic.sort_values("rank", kind="stable"))
                    ],
                }
                for topic, of_topic in of_model.groupby("topic", sort=False)
            ],
        }


def _setting(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _percent(share: float) -> str:
    return "–" if pd.isna(share) else f"{share * 100:.1f}%"


def _clipped(value: object, most: int) -> str:
    """The text on one line, cut at a space near `most` characters, if need be."""
    text = printable(str(value)[: 4 * most])
    if len(text) <= most:
        return text
    head = text[:most]
    space = head.rfind(" ", most * 3 // 4)
    return (head[:space] if space > 0 else head).rstrip() + " …"
