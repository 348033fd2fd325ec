"""Why one file is not read, in words for the ledger and in a message for the user."""

from __future__ import annotations

from topoi.errors import InputError

__all__ = ["RefusedError"]


class RefusedError(InputError):
    """A file is not read; `reason` is the same for all files that the same rule refuses."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
