"""Put the notebooks into the form in which they are kept: no results, ids that depend on the text.

Run it before a commit: python notebooks/tidy.py. Without it two people who change nothing would
still write different files.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

__all__ = ["tidied"]

# The same for all: no version of Python, no name that somebody gave their kernel.
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def tidied(content: str) -> str:
    """The notebook (JSON) without outputs, counts and settings of the editor, with fixed ids."""
    cells: list[dict[str, Any]] = []
    for cell in json.loads(content)["cells"]:
        source = "".join(cell["source"]).strip()
        if not source:
            continue
        ids = {other["id"] for other in cells}
        kept = {"cell_type": cell["cell_type"], "id": _cell_id(cell["cell_type"], source, ids)}
        results = {"execution_count": None, "outputs": []} if kept["cell_type"] == "code" else {}
        lines = source.splitlines(keepends=True)
        cells.append({**kept, **results, "metadata": {}, "source": lines})
    book = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _cell_id(kind: str, source: str, taken: set[str]) -> str:
    """Twelve digits of a hash; a cell that stands there twice gets another one."""
    number = 0
    while True:
        digest = hashlib.sha256(f"{kind}\n{number}\n{source}".encode()).hexdigest()[:12]
        if digest not in taken:
            return digest
        number += 1


def main() -> None:
    """Rewrite the notebooks of this folder that are not tidy, and name them."""
    for path in sorted(Path(__file__).parent.glob("*.ipynb")):
        before = path.read_text(encoding="utf-8")
        after = tidied(before)
        if after != before:
            path.write_text(after, encoding="utf-8", newline="\n")
            print(f"tidied {path.name}")


if __name__ == "__main__":
    main()
