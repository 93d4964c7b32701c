"""Where the workbench of a desk is served just now: an invitation's link leads there, whatever port was free.

The address lies sealed beside drafts and notes (:mod:`tamizdat.workbench.sealed_store`). It counts while the process
that wrote it holds its lock, so what a killed one left is believed by nobody.
"""

from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import InUse
from tamizdat.home.home import Home
from tamizdat.ledger.shapes import members_of, record, text
from tamizdat.workbench.sealed_store import Name, Sealed

SERVING: Final = "serving the workbench"  #: the lock that a served workbench holds
_PLACE: Final[tuple[Name, Name]] = (("serving",), ("serving", "address"))


@dataclass(frozen=True)
class _Address:
    address: str


_ADDRESS: Final = record(_Address, address=text)


def note_address(sealed: Sealed, address: str) -> None:
    """Note where the workbench is reached; whoever calls this holds the lock."""
    sealed.put(*_PLACE, members_of(_Address(address)))


def address_of_running(home: Home) -> str | None:
    """Return where the workbench of this desk is reached; None if none is served."""
    try:
        with home.alone(SERVING):
            return None
    except InUse:
        sealed = Sealed(home)
        try:
            found = sealed.get(*_PLACE, _ADDRESS)
        finally:
            sealed.close()
        return found.address if found else None
