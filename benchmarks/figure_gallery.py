"""What does each figure of the catalogue show, and how is it made?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from page import add_write, write_part

from topoi.catalogue import CATALOGUE
from topoi.figures.figure import FigureSpec

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "figures"
SETS = ("sample", "white_house")  # the first that has a figure shows it


def main() -> None:
    """Print a section for each figure, and write them into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_write(parser)
    arguments = parser.parse_args()
    lines = [line for spec in CATALOGUE.values() for line in section(spec)]
    print("\n".join(lines))
    if arguments.write:
        write_part(arguments.write, "gallery", lines[:-1])


def section(spec: FigureSpec) -> Iterator[str]:
    """Name, drawing, caption, files and calls of a figure."""
    folder = next((name for name in SETS if (FIGURES / name / f"{spec.name}.png").is_file()), None)
    yield f"### {spec.name}"
    yield ""
    if folder:
        captions = json.loads((FIGURES / folder / "captions.json").read_text(encoding="utf-8"))
        place = f"../figures/{folder}/{spec.name}"
        yield f"![{spec.name}]({place}.png)"
        yield ""
        kinds = " · ".join(f"[{kind.upper()}]({place}.{kind})" for kind in ("csv", "svg", "pdf"))
        yield f"{captions[spec.name]} (figures/{folder}: {kinds})"
    else:
        marks = spec.caption.replace("{", "*").replace("}", "*")
        yield f"{marks} (in neither set: it needs what their settings do not name)"
    yield ""
    yield (
        f'`topoi figures {spec.name}` · `topoi.make_figure("{spec.name}", study)` · '
        f"`topoi.plots.{spec.drawn_by}(table)`"
    )
    yield ""


if __name__ == "__main__":
    main()
