"""How coders are told what each theme is: the codebook of a theme pack as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from topoi.themes.theme import Theme, Themes

__all__ = ["codebook"]

_HEAD = """\
# Codebook: {name}

Each row of your sheet is a passage. Read it, then write into the column of each theme **1** if the
passage argues, describes or proposes something of that theme, and **0** if it does not.

- A passage may be about several themes, or about none: then all are 0. Leave no cell empty.
- Judge what the passage says, not what you know of its author or of the rest of the document.
- Work alone; talk about the codebook with the others before or after, not about passages.
- Leave `item_id`, `coder` and `text` as they are. Sort whole rows, never one column.
- `note` is for you; it is not read.
- Save as CSV (UTF-8), under the same name.
"""


def codebook(themes: Themes) -> str:
    """What a coder must know: how the sheet is filled, then definition and bounds of each theme.

    The seeds are left out: coders are to judge by the definition, as the words are what is tested.
    """
    return "\n".join([_HEAD.format(name=themes.name), *(_of_theme(theme) for theme in themes)])


def _of_theme(theme: Theme) -> str:
    return "\n".join(_lines(theme))


def _lines(theme: Theme) -> Iterator[str]:
    yield f"## `{theme.name}`: {theme.label}\n"
    yield " ".join(theme.definition.split()) + "\n"
    for title, notes in (("Counts", theme.includes), ("Does not count", theme.excludes)):
        if notes:
            yield f"{title}:\n"
            yield from (f"- {' '.join(note.split())}" for note in notes)
            yield ""
