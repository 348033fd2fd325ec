"""The network is shut while tests run: what asks for anything beyond this machine is an error."""

from __future__ import annotations

import sys
from ipaddress import ip_address

__all__ = ["asked", "shut_network"]

asked: list[str] = []
"""What was asked of the network, each refused; a test that leaves something here fails."""

_ASKS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class NetworkError(RuntimeError):
    """No OSError, which the code under test might take for a file that cannot be read."""


def shut_network() -> None:
    """From now on and to the end of the process, nothing but loopback and local sockets."""
    sys.addaudithook(_refuse)


def _refuse(event: str, given: tuple[object, ...]) -> None:
    if event in _ASKS:
        address = given[1]
        host = address[0] if isinstance(address, tuple) and address else None
    elif event in _LOOKS_UP:
        host = given[0]
    else:
        return
    if host is not None and not _is_here(host):
        asked.append(f"{event} {given[1:]!r}" if event in _ASKS else f"{event} {host!r}")
        raise NetworkError(f"tests do not ask the network, but: {asked[-1]}")


def _is_here(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name in ("", "localhost"):
        return True
    try:
        return ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
