"""What a consignment that is not whole yet is going to be: from its first parcel on, for the people who wait for it.

The inventory promises; what is here of it is counted against it. Nothing of this is stated or kept: the manifest alone
vouches for files, and comes last. Only consignments of accepted devices are read.
"""

from tamizdat.carrying.reassembly import Incoming
from tamizdat.carrying.unpack import open_consignment
from tamizdat.dataclass import dataclass
from tamizdat.home.home import Home
from tamizdat.sealing.inventory import Entry


@dataclass(frozen=True)
class Coming:
    """What is promised and what of it is here. Sizes in bytes; *texts* are the notes that are here, in order.

    *short* is how many parcels at least have to come for what has begun to be whole, in how many *groups*.
    """

    device: str
    opened: str
    files: int
    size: int
    files_here: int
    size_here: int
    texts: tuple[Entry, ...]
    texts_promised: int
    previews_here: int
    groups: int
    short: int
    supersedes: tuple[bytes, ...] = ()


def coming_of(home: Home, incoming: Incoming) -> Coming | None:
    """Return what is coming, None before the inventory is here.

    Raises UnknownDevice, RevokedDevice, BadConsignment, BadEncoding, BadPath.
    """
    consignment = open_consignment(home, incoming)
    if consignment is None:
        return None
    promised = consignment.inventory.files
    here = [entry for entry in promised if entry.member in consignment.members]
    groups, short = incoming.gaps()
    return Coming(
        device=consignment.name,
        opened=consignment.inventory.opened,
        files=len(promised),
        size=sum(entry.size for entry in promised),
        files_here=len(here),
        size_here=sum(entry.size for entry in here),
        texts=tuple(entry for entry in here if entry.stage == "texts"),
        texts_promised=sum(entry.stage == "texts" for entry in promised),
        previews_here=sum(name.startswith("previews/") for name in consignment.members),
        groups=groups,
        short=short,
        supersedes=consignment.inventory.supersedes,
    )
