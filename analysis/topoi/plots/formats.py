"""In which forms is a drawing had?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from topoi.plots.render import Format

__all__ = ["Drawn"]


class Drawn(ABC):
    """Something that is drawn once, when its first form is asked for; each form is kept."""

    @abstractmethod
    def _draw(self) -> Figure:
        """The drawing, made anew."""

    @cached_property
    def _picture(self) -> Figure:
        return self._draw()

    def _drawn(self, form: Format) -> bytes:
        from topoi.plots.render import saved

        return saved(self._picture, format=form)

    def drawn(self, form: str) -> bytes:
        """The drawing in one of the forms "svg", "pdf" and "png"."""
        forms = {"svg": lambda: self.svg, "pdf": lambda: self.pdf, "png": lambda: self.png}
        return forms[form]()

    @cached_property
    def svg(self) -> bytes:
        """The drawing in which a page or notebook shows the figure, text as outlines."""
        return self._drawn("svg")

    @cached_property
    def png(self) -> bytes:
        """The drawing in 200 dots an inch, for slides and text processors."""
        return self._drawn("png")

    @cached_property
    def pdf(self) -> bytes:
        """The drawing for a paper, with its fonts, text that can be searched."""
        return self._drawn("pdf")
