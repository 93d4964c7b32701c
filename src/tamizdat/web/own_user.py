"""Whose connection it is: on a computer of several users, a page of ours is for the one who started it.

Linux tells the user of each end of a TCP connection in ``/proc/net/tcp``, a line each (proc(5))::

      sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid …
       3: 0100007F:D2F0 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000 …

A connection of somebody else is closed before a byte of it is read, so that nobody can fill the page's connections
either. On other systems nobody is told apart here; the page's code is what keeps them out there.
"""

import asyncio
import os
import socket
import struct
from pathlib import Path
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

TABLE: Final = Path("/proc/net/tcp")


class OwnUserOnly(H11Protocol):
    """HTTP over connections of the user who serves; all others are closed."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with a connection, if it is ours."""
        if is_of_another(transport.get_extra_info("peername"), transport.get_extra_info("sockname"), os.getuid()):
            transport.abort()
        else:
            super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End with a connection, if we began with it."""
        if self.transport is not None:
            super().connection_lost(exc)


def is_of_another(peer: tuple[str, int], own: tuple[str, int], user: int, table: Path = TABLE) -> bool:
    """Tell whether the kernel says that the other end of a connection belongs to another user than *user*.

    *peer* and *own* are IPv4 addresses with their ports. False where the kernel does not say.
    """
    wanted = [_written(peer), _written(own)]
    try:
        lines = table.read_text("ascii").splitlines()[1:]
    except OSError:
        return False
    rows = (line.split() for line in lines)
    return any(row[1:3] == wanted and row[7] != str(user) for row in rows)


def _written(address: tuple[str, int]) -> str:
    """Return an address as the kernel's table has it: the number in the order of this computer's bytes."""
    [number] = struct.unpack("=I", socket.inet_aton(address[0]))
    return f"{number:08X}:{address[1]:04X}"
