"""The notebook on the White House, its cells run one after the other."""

import contextlib
import io
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
BOOK = FOLDER / "06_white_house.ipynb"
CELLS = json.loads(BOOK.read_text(encoding="utf-8"))["cells"]
PROSE = "\n".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")


def run_in(folder, home):
    """The names that the cells leave and what each printed, run by IPython in a folder."""
    shells = pytest.importorskip("IPython.core.interactiveshell", reason="needs topoi[notebook]")
    from traitlets.config import Config

    printed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(home))
        patch.chdir(folder)
        shell = shells.InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
        for cell in CELLS:
            if cell["cell_type"] == "code":
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    shell.run_cell("".join(cell["source"])).raise_error()
                printed.append(out.getvalue())
    return shell.user_ns, printed
