"""What a figure is: a table, how it is drawn, and a caption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from topoi.html_parts import image
from topoi.plots.formats import Drawn
from topoi.plots.table_csv import read_table
from topoi.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

__all__ = ["Figure", "FigureSpec"]


@dataclass(frozen=True)
class FigureSpec:
    """How one figure is made of a study.

    Parameters
    ----------
    name : key in `CATALOGUE` and stem of the files
    table : function of a study that gives the figure's table
    drawn_by : name of the function of `topoi.plots` that draws that table
    caption : what is shown, with the marks of `caption_of` for the study's own words
    lacks : function of a study that says why it has no such figure; empty where it has one
    """

    name: str
    table: Callable[[Study], pd.DataFrame]
    drawn_by: str
    caption: str
    lacks: Callable[[Study], str]

    def draw(self, table: pd.DataFrame) -> Axes:
        """The axes that the table is drawn on; only now matplotlib is loaded."""
        from topoi import plots

        axes: Axes = getattr(plots, self.drawn_by)(table)
        return axes


@dataclass(frozen=True, eq=False)
class Figure(Drawn):
    """A figure as it goes into files: its table as CSV, and drawings of the CSV and nothing else.

    Parameters
    ----------
    spec : FigureSpec, how it is drawn
    caption : what is shown
    csv : the table, as `table_csv` writes it

    Notes
    -----
    A drawing is made when it is first asked for, and then kept. A notebook shows drawing and
    caption.
    """

    spec: FigureSpec
    caption: str
    csv: bytes

    @property
    def name(self) -> str:
        """Key in `CATALOGUE` and stem of the files."""
        return self.spec.name

    @property
    def table(self) -> pd.DataFrame:
        """What the CSV holds, read anew each time, so that no change of it reaches a drawing."""
        return read_table(self.csv)

    def _draw(self) -> Picture:
        from topoi.plots.render import picture

        return picture(self.spec.draw, self.table)

    def __repr__(self) -> str:
        return f"<Figure {self.name}: {len(self.table)} rows>"

    def _repr_html_(self) -> str:
        return image(self.svg, self.caption)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str | bytes]:
        """The forms in which a notebook can show the figure; it chooses."""
        del include, exclude  # hints, which a frontend applies itself
        return {"text/html": self._repr_html_(), "text/plain": f"{self!r}\n{self.caption}"}
