"""What an analyst should know of a seed or theme, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["DOMINATES", "FEWEST_DOCUMENTS", "is_ambiguous", "seed_remark", "theme_remark"]

DOMINATES = 0.4  # share of a theme's hits
FEWEST_DOCUMENTS = 5  # to judge a seed's company
_ENOUGH_PASSAGES = 20  # to say that no tie is seen
_OFTEN = 0.5  # of a seed's passages hold a counter-word


def seed_remark(row: Mapping[Any, Any], twins: Sequence[tuple[str, str]]) -> str:
    """What to look at in a row of `audit_themes`; empty where there is nothing.

    Parameters
    ----------
    row : the row, without its remark
    twins : theme and pattern of the other seeds that match the very same terms, all of them
    """
    if not row["occurrences"]:
        return "never occurs"
    return "; ".join([*_of_size(row), *_of_twins(row, twins), *_of_company(row)])


def is_ambiguous(row: Mapping[Any, Any]) -> bool:
    """Whether a seed goes with another theme rather than with its own, or at least as much."""
    is_judged = bool(row["documents"] >= FEWEST_DOCUMENTS)
    return is_judged and (_goes_rather(row) or _goes_as_much(row))


def theme_remark(row: Mapping[Any, Any]) -> str:
    """What to look at in a row of the summary by theme; empty where there is nothing."""
    if not row["hits"]:
        return "no seed occurs: the theme cannot be measured here"
    found = []
    if row["largest_share"] > DOMINATES:
        found.append(f"{row['largest_seed']} alone makes {row['largest_share']:.0%} of its hits")
    if row["seeds_found"] < row["seeds"] / 2:
        found.append(f"only {row['seeds_found']} of {row['seeds']} seeds occur")
    if row["passages_2"] < row["passages_1"] / 10:
        found.append("hardly any passage holds two of its seeds")
    return "; ".join(found)


def _of_size(row: Mapping[Any, Any]) -> Iterator[str]:
    if row["documents"] < FEWEST_DOCUMENTS:
        n = row["documents"]
        yield f"rare: {n} document{'s' * (n > 1)}, too few to judge its company"
    if row["share"] > DOMINATES:
        yield f"dominates: {row['share']:.0%} of the theme's hits"


def _of_twins(row: Mapping[Any, Any], twins: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Other seeds with the very same terms, which then count nothing more."""
    for theme, seed in twins:
        place = "" if theme == row["theme"] else f" of {_plain(theme)}"
        yield f"matches the same terms as {seed}{place}"


def _of_company(row: Mapping[Any, Any]) -> Iterator[str]:
    if row["documents"] < FEWEST_DOCUMENTS:
        return
    beside = f"{row['with_own']:.0%} of its passages hold another seed of its theme"
    chance = f"{row['chance_own']:.0%} by chance"
    if row["pull_upper"] < 0:
        yield f"pulls apart: {beside}, {chance}"
    elif row["pull_lower"] <= 0 and row["passages"] >= _ENOUGH_PASSAGES:
        yield f"no tie to its theme is seen: {beside}, {chance}"
    if _goes_rather(row):
        yield f"goes with {_plain(row['toward'])} rather than with its theme"
    elif _goes_as_much(row):
        yield f"goes with {_plain(row['toward'])} at least as much as with its theme"
    if row["counter"] > _OFTEN:
        yield f"{row['counter']:.0%} of its passages hold a counter-word"


def _goes_rather(row: Mapping[Any, Any]) -> bool:
    return bool(row["toward_lower"] > row["pull_upper"])


def _goes_as_much(row: Mapping[Any, Any]) -> bool:
    return bool(row["toward_lower"] > 0 and row["toward_pull"] > row["pull"])


def _plain(name: object) -> str:
    return str(name).replace("_", " ")
