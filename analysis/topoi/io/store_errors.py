"""What does it mean that a store of fsspec answers wrong?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EBUSY

from topoi.errors import InputError

__all__ = ["STORE_SETTINGS", "GoneError", "UnreachableError", "asking", "changed_message"]

STORE_SETTINGS = (
    "Credentials and endpoint are settings of fsspec: see its environment variables and files in "
    "~/.config/fsspec."
)
# What a library's message may repeat of a request.
_SECRETS = re.compile(
    r"(?<=://)[^/\s@]*@|\?\S*|(?i:token|signature|sig|password|secret|key)\w*\s*[=:]\s*\S+"
)


class UnreachableError(InputError):
    """Reading has to end: a store does not answer, or there is no room to read what it gives.

    No file is dropped for that; others would be, too.
    """


class GoneError(InputError):
    """There is nothing at a URL."""


@contextmanager
def asking(where: str) -> Iterator[None]:
    """What a store answers wrong, as errors that name the place; no secret of it is repeated.

    Implementations of fsspec raise whatever their libraries do, so anything is caught. The errors
    have no cause: a traceback would show the library's own text.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise GoneError(
            f"There is nothing at {where}: no such bucket, folder or file. Check the URL."
        ) from None
    except PermissionError:
        raise InputError(
            f"{where} cannot be read or written: no permission. {STORE_SETTINGS}"
        ) from None
    except NotImplementedError:
        raise InputError(f"{where} lies in a store that cannot do this; copy the file.") from None
    except TimeoutError:
        raise UnreachableError(
            f"{where} did not answer in time. Try again, or raise the timeout of fsspec."
        ) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno == EBUSY:  # s3fs: another etag
            raise InputError(changed_message(where)) from None
        told = _SECRETS.sub("…", str(error))[:200]
        raise UnreachableError(
            f"{where} cannot be reached: {type(error).__name__}: {told}. Check the URL and the "
            f"network. {STORE_SETTINGS}"
        ) from None


def changed_message(where: str) -> str:
    """That an object is not the one that was listed."""
    return f"{where} changed while it was read. Read it again when nobody writes to it."
