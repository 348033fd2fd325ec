"""What the explorer is given of each topic: size, place on the map, quality and terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from topoi.errors import InputError, did_you_mean, listed
from topoi.io.run_files import RunFiles
from topoi.palette import base_name, display_name
from topoi.printable import printable

__all__ = ["topics_of"]

_SCORES = ("probability", "posterior", "lift", "frex")


def topics_of(
    files: RunFiles, labels: Mapping[str, Mapping[str, str]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The models with their topics, and the terms that the numbers in them point to.

    Each term of a topic is [term, probability, posterior, lift, FREX]; see `topic_terms`.

    Raises
    ------
    InputError
        If labels name a model or a topic that the run does not have.
    """
    table = files.csv("topic_terms.csv")
    places = {term: place for place, term in enumerate(sorted(set(table["term"])))}
    named = files.csv("topics.csv").drop_duplicates(["model", "topic"])
    _check_labels(labels, named)
    models = []
    for model, own in named.groupby("model", sort=False):
        given = labels.get(str(model), {})
        facts = _facts(files, str(model))
        terms = dict(_rows(table, str(model), places))
        models.append(
            {
                "name": str(model),
                "topics": [
                    {
                        "name": str(topic),
                        "label": printable(given.get(str(topic)) or _label(str(topic), label)),
                        "theme": base_name(str(topic)),
                        **facts[str(topic)],
                        "terms": terms.get(str(topic), []),
                    }
                    for topic, label in zip(own["topic"], own["label"], strict=True)
                ],
            }
        )
    return models, list(places)


def _label(topic: str, label: str) -> str:
    """Topics of a theme keep their number; others are known by their first terms."""
    return display_name(topic) if label == topic.replace("_", " ") else label


def _rows(
    table: pd.DataFrame, model: str, places: Mapping[str, int]
) -> Iterator[tuple[str, list[list[Any]]]]:
    """Each topic of the model with its terms."""
    own = table.loc[table["model"] == model]
    for topic, rows in own.groupby("topic", sort=False):
        numbers = rows[list(_SCORES)].astype("float64").to_numpy()
        yield (
            str(topic),
            [
                [places[str(term)], *map(_short, values)]
                for term, values in zip(rows["term"], numbers, strict=True)
            ],
        )


def _facts(files: RunFiles, model: str) -> dict[str, dict[str, Any]]:
    """Share with its interval, coherence, and place on the map, of each topic of the model."""
    prevalence = files.csv("prevalence.csv")
    whole = (prevalence["period"] == "") & (prevalence["group"] == "")
    own = prevalence.loc[whole & (prevalence["kind"] == "topic") & (prevalence["model"] == model)]
    found: dict[str, dict[str, Any]] = {
        str(row["name"]): {
            name: _short(row[key])
            for name, key in (("share", "estimate"), ("lower", "lower"), ("upper", "upper"))
        }
        for row in own.to_dict("records")
    }
    coherence = files.csv("coherence.csv", npmi="float64")
    for row in coherence.loc[coherence["model"] == model].to_dict("records"):
        found[str(row["topic"])]["npmi"] = _short(row["npmi"])
    found_again = _found_again(files, model)
    for topic in found:
        found[topic] |= found_again.get(topic, {})
    maps = files.csv("topic_map.csv")
    for row in maps.loc[maps["model"] == model].to_dict("records"):
        found[str(row["topic"])] |= {"x": _short(row["x"]), "y": _short(row["y"])}
    return found


def _found_again(files: RunFiles, model: str) -> dict[str, dict[str, Any]]:
    """In how many fits from other starts each topic was found, and how alike it was there."""
    table = files.csv_or_none("stability.csv")
    if table is None:
        return {}
    own = table.loc[table["model"] == model]
    return {
        str(topic): {
            "found": int(rows["is_found"].sum()),
            "refits": len(rows),
            "similarity": _short(rows["similarity"].mean()),
        }
        for topic, rows in own.groupby("topic", sort=False)
    }


def _short(value: float) -> float | None:
    """The number with four digits, as a page needs no more."""
    return None if pd.isna(value) else float(f"{value:.4g}")


def _check_labels(labels: Mapping[str, Mapping[str, str]], named: pd.DataFrame) -> None:
    models = list(dict.fromkeys(named["model"]))
    for model, given in labels.items():
        if model not in models:
            raise InputError(f"The labels name the model {model!r}; the run has {listed(models)}.")
        topics = list(named.loc[named["model"] == model, "topic"])
        unknown = sorted(set(given) - set(topics))
        if unknown:
            hint = did_you_mean(unknown[0], topics)
            raise InputError(
                f"The labels name {len(unknown)} topics that {model} does not have: "
                f"{listed(unknown)}.{hint}"
            )
