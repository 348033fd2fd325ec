"""What the bytes of a figure are: a draw function and a table become SVG, PNG or PDF."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib import metadata
from io import BytesIO
from typing import Any, Literal

import pandas as pd
from matplotlib import ft2font
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from topoi.checks import one_of
from topoi.errors import InputError
from topoi.plots._style import house_style

__all__ = ["Draw", "Format", "drawing_versions", "picture", "render", "saved"]

Draw = Callable[[pd.DataFrame], Axes]
Format = Literal["svg", "png", "pdf"]

# what matplotlib writes into a file about the moment and itself, taken out
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}


def render(
    draw: Draw, table: pd.DataFrame, *, size: tuple[float, float] | None, format: Format
) -> bytes:
    """The figure that `draw` makes of `table`, as a file's bytes.

    Parameters
    ----------
    draw : function of a table that returns the axes it drew on
    table : DataFrame, as re-read from its CSV; it is not changed
    size : width and height, inches; None keeps what `draw` chose
    format : "svg", "png" (200 dots an inch, 256 colours) or "pdf"

    Raises
    ------
    InputError
        If the format is unknown, or whatever `draw` raises.

    Notes
    -----
    The same table gives the same bytes in any process, time zone and locale, as long as
    matplotlib is the same version.
    """
    return saved(picture(draw, table, size=size), format=format)


def picture(draw: Draw, table: pd.DataFrame, *, size: tuple[float, float] | None = None) -> Figure:
    """The matplotlib figure that `draw` makes of `table` in the house style; see `render`."""
    with house_style():
        figure = draw(table).get_figure(root=True)
        if figure is None:
            raise InputError("The draw function returned axes that belong to no figure.")
        if size is not None:
            figure.set_size_inches(*size)
    return figure


def saved(figure: Figure, *, format: Format) -> bytes:
    """A file's bytes of a figure, whichever other forms of it were saved before; see `render`."""
    one_of("format", format, _METADATA)
    buffer = BytesIO()
    with house_style():
        figure.savefig(buffer, format=format, metadata=_METADATA[format])
    return _packed(buffer) if format == "png" else buffer.getvalue()


def _packed(picture: BytesIO) -> bytes:
    """The same PNG in 256 colours, a third of the size.

    Colours of areas stay to the last bit, those between them are some 255ths off.
    """
    with Image.open(picture) as image:
        packed = image.convert("RGB").quantize(
            256, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
        )
        buffer = BytesIO()
        packed.save(buffer, "png", dpi=image.info["dpi"], optimize=True)
    return buffer.getvalue()


def drawing_versions() -> dict[str, str]:
    """What the bytes of a drawing depend on beside its table and topoi: packages and system.

    FreeType draws the letters of a PNG, fontTools cuts the fonts of a PDF, Pillow packs a PNG.
    """
    packages = {name: metadata.version(name) for name in ("matplotlib", "fonttools", "pillow")}
    system = f"{platform.system()} {platform.machine()}"
    return {**packages, "freetype": ft2font.__freetype_version__, "system": system}
