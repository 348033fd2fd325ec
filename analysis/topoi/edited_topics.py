"""What a fit is when people have named its topics or taken some for one?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from topoi.errors import InputError, listed

if TYPE_CHECKING:
    from topoi.fit import TopicFit

__all__ = ["merged", "renamed"]


def renamed(fit: TopicFit, names: Mapping[str, str]) -> TopicFit:
    """The fit with other names for some topics; see `TopicFit.rename`."""
    topics = {name: _topic(fit, name) for name in names}
    empty = [old for old, new in names.items() if not str(new).strip()]
    if empty:
        raise InputError(f"The new names of {listed(empty)} are empty; give each a name.")
    found = list(fit.topic_names)
    for name, topic in topics.items():
        found[topic] = str(names[name])
    return replace(fit, topic_names=tuple(found), provenance=_edited(fit, {"rename": dict(names)}))


def merged(
    fit: TopicFit, groups: Mapping[str, Sequence[str]] | Sequence[Sequence[str]]
) -> TopicFit:
    """The fit with each group of topics made one; see `TopicFit.merge`."""
    given = list(groups.values()) if isinstance(groups, Mapping) else list(groups)
    if not given or any(isinstance(group, str) or len(group) < 2 for group in given):
        raise InputError(
            f"Each group must be two names of topics or more; got {listed(map(repr, given))}."
        )
    named = groups if isinstance(groups, Mapping) else {group[0]: group for group in given}
    members = {name: [_topic(fit, topic) for topic in group] for name, group in named.items()}
    _check_groups(fit, given, members)
    into = _places(members, fit.n_topics)
    n_merged = int(into.max()) + 1
    added = np.zeros((fit.n_topics, n_merged))
    added[np.arange(fit.n_topics), into] = 1.0
    # A topic that no row has counts a little, so that topics of none can be merged.
    mass = np.maximum(fit.shares_of_text, 1e-12)
    topic_term = np.einsum("kj,k,kv->jv", added, mass, fit.topic_term)
    names = np.empty(n_merged, dtype=object)
    names[into] = fit.topic_names
    for name, topics in members.items():
        names[into[topics[0]]] = name
    prior = fit.document_prior
    return replace(
        fit,
        topic_term=topic_term / topic_term.sum(axis=1, keepdims=True),
        doc_topic=np.einsum("dk,kj->dj", fit.doc_topic, added),
        topic_names=tuple(names),
        themes={
            theme: tuple(dict.fromkeys(int(into[topic]) for topic in topics))
            for theme, topics in fit.themes.items()
        },
        document_prior=None if prior is None else np.einsum("k,kj->j", prior, added),
        provenance=_edited(fit, {"merge": {name: list(group) for name, group in named.items()}}),
    )


def _topic(fit: TopicFit, name: str) -> int:
    if name not in fit.topic_names:
        raise InputError(
            f"There is no topic {name!r}; there are: {listed(fit.topic_names, most=20)}."
        )
    return fit.topic_names.index(name)


def _edited(fit: TopicFit, edit: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance with one more edit."""
    return {**fit.provenance, "edits": [*fit.provenance.get("edits", ()), dict(edit)]}


def _check_groups(
    fit: TopicFit, given: Sequence[Sequence[str]], members: Mapping[str, list[int]]
) -> None:
    every = [topic for group in given for topic in group]
    twice = sorted({topic for topic in every if every.count(topic) > 1})
    if twice:
        raise InputError(f"Topics are in more than one group or twice in one: {listed(twice)}.")
    for name, topics in members.items():
        themes = {_theme_of(fit, topic) for topic in topics}
        if len(themes) > 1:
            told = listed(sorted(theme or "(no theme)" for theme in themes))
            raise InputError(
                f"The group {name!r} joins topics of {told}. Merge topics of one theme, or of none."
            )


def _theme_of(fit: TopicFit, topic: int) -> str | None:
    return next((theme for theme, topics in fit.themes.items() if topic in topics), None)


def _places(members: Mapping[str, list[int]], n_topics: int) -> NDArray[np.int64]:
    """Which topic each becomes part of, shape (K,), numbered in the order of the first of each."""
    first = np.arange(n_topics)
    for topics in members.values():
        first[topics] = topics[0]
    return np.unique(first, return_inverse=True)[1].astype(np.int64)
