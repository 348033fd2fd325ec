"""Do the parts that only show when they run work: compiling, drawing, the bits of a fit?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from topoi.doctor.check import Check, State
from topoi.hashes import bytes_hash

__all__ = ["EXPECTED_BITS", "tiny_fit_bits", "working_checks"]

EXPECTED_BITS = "5ef35c5c42a94e3d5912478c57064da46fa1ed3a36adfe5089e568f28444fb9d"
"""sha256 of topics and shares of a tiny fit, on every machine."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def working_checks() -> Iterator[Check]:
    """Compiled kernels and where they are kept, bits, figures, a browser."""
    yield _tried("numba", _compiled)
    yield _tried("kernels kept", _kept)
    yield _tried("same bits", _bits)
    yield _tried("figures", _drawn)
    yield _browser()


def tiny_fit_bits() -> str:
    """sha256 of topics and shares of LDA with 3 topics on 40 documents that are written here."""
    from topoi.models.lda import LDA

    rows, columns = np.indices((40, 30))
    counts = (rows * 7 + columns * 11 + rows * columns) % 13 // 5 + 2 * (rows % 3 == columns % 3)
    model = LDA(3, random_state=7, max_iter=25, draw_passes=3).fit(csr_array(counts))
    bits = model.components_.astype("<f8").tobytes() + model.doc_topic_.astype("<f8").tobytes()
    return bytes_hash(bits)


def _tried(name: str, look: Callable[[], Check]) -> Check:
    """What was found; whatever goes wrong is the finding."""
    try:
        return look()
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        return Check(name, "fault", told, "Install topoi anew, in an environment of its own.")


def _compiled() -> Check:
    import numba

    @numba.njit
    def twice(number: Any) -> Any:
        return 2.0 * number

    state: State = "ok" if twice(21.0) == 42.0 else "fault"
    return Check("numba", state, f"compiles ({numba.__version__})")


def _kept() -> Check:
    from topoi.kernels.cvb0 import cvb0_pass

    # numba says nowhere else where it keeps what it compiled.
    place = Path(cvb0_pass._cache.cache_path)  # type: ignore[attr-defined]
    place.mkdir(parents=True, exist_ok=True)
    if os.access(place, os.W_OK):
        return Check("kernels kept", "ok", f"in {place}")
    advice = "Set NUMBA_CACHE_DIR to a folder that can; else each start compiles for a minute."
    return Check("kernels kept", "note", f"{place} cannot be written to", advice)


def _bits() -> Check:
    found = tiny_fit_bits()
    if found == EXPECTED_BITS:
        return Check("same bits", "ok", f"a tiny fit gives {found[:12]}, as everywhere")
    told = f"a tiny fit gives {found[:12]}, not {EXPECTED_BITS[:12]}"
    advice = "Results here will differ from those of others in their last digits. Please report it."
    return Check("same bits", "differs", told, advice)


def _drawn() -> Check:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import findfont

    font = findfont("DejaVu Sans", fallback_to_default=False)
    figure = Figure(figsize=(1, 1))
    figure.add_subplot().set_title("topoi")
    figure.canvas.draw()
    return Check("figures", "ok", f"matplotlib draws, with {Path(font).name}")


def _browser() -> Check:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        told = "no Chromium on the path; only tests of pages use one"
        return Check("browser", "note", told)
    return Check("browser", "ok", f"{found}, for tests of pages")
