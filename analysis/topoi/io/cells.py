"""Which cells of a grid were finished earlier: a file each, written whole or not at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topoi.errors import InputError
from topoi.io.atomic import write_file
from topoi.io.parts import json_bytes

__all__ = ["CellFolder"]


@dataclass(frozen=True)
class CellFolder:
    """A folder of finished cells; those of other settings, by another key, are left alone.

    folder : made when the first cell is written
    key : what a cell's result depends on beside its name, as a digest
    """

    folder: Path
    key: str

    def read(self, name: str) -> dict[str, Any] | None:
        """The result of a cell, or None where there is none of these settings.

        Raises
        ------
        InputError
            If the file is there and damaged.
        """
        path = self._path(name)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["key"] != self.key or content["cell"] != name:
                raise KeyError("key")
            return dict(content["result"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError(
                f"{path} is damaged or no cell of topoi: {error!r}. Delete it to do it again."
            ) from error

    def write(self, name: str, result: dict[str, Any]) -> None:
        """Keep the result of a cell.

        Raises
        ------
        InputError
            If the folder is not writable.
        """
        content = {"cell": name, "key": self.key, "result": result}
        write_file(self._path(name), json_bytes(content))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}-{self.key[:12]}.json"
