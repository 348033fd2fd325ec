"""In which forms is a drawing had?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from topoi.plots.render import Format

__all__ = ["Drawn"]


class Drawn(ABC):
    """Something that is drawn: each form is made when it is first asked for, and then kept."""

    @abstractmethod
    def _drawn(self, form: Format) -> bytes:
        """The drawing in this form."""

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
