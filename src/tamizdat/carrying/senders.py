"""Who vouches for what arrives, and how much room there is for what nobody vouches for who is accepted.

A consignment's first payload shows its device. Until it is here, and where the device is not an accepted one, what may
lie here is limited by the :class:`~tamizdat.carrying.fetched.Allowance`, over all such consignments together.
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from tamizdat.carrying.fetched import Allowance
from tamizdat.carrying.reassembly import Incoming
from tamizdat.encoding import sha256
from tamizdat.home.home import Home
from tamizdat.sealing.parcel import PAYLOAD


class Senders:
    """The devices behind what is in *incoming*, consignment by consignment, which others add to."""

    def __init__(
        self, home: Home, folder: Path, incoming: Mapping[bytes, Incoming], allowance: Allowance | None
    ) -> None:
        self._incoming = incoming
        self.accepted = {bytes.fromhex(key) for key in home.settings["devices"].values()}
        refused = sorted(bytes.fromhex(text) for text in home.settings.get("refused", []))
        #: a digest over the devices that are accepted and the consignments that are refused
        self.standing = sha256(b"".join([*sorted(self.accepted), b"/", *refused])).hex()
        self._of: dict[bytes, bytes | None] = {}  # None: its first payload shows none
        for each in incoming.values():
            self.look(each)
        self.allowance = allowance or Allowance.of_disk(folder, self._held())

    def __contains__(self, consignment: object) -> bool:
        return consignment in self._of

    def of(self, consignment: bytes) -> bytes | None:
        """Return the Ed25519 key (32 bytes) of the device that vouches for it, None if that does not show yet."""
        return self._of.get(consignment)

    def show(self, consignment: bytes, device: bytes) -> None:
        """Note the device that the first payload of a consignment shows."""
        self._of[consignment] = device

    def look(self, incoming: Incoming) -> None:
        """Look whose a consignment is, once its first payload is here."""
        if incoming.consignment not in self._of and incoming.has_beginning:
            self._of[incoming.consignment] = None
            # unpacking says what is wrong with it; here it only stays within the allowance
            with contextlib.suppress(Exception):
                self._of[incoming.consignment] = incoming.sender()

    def are_accepted(self, consignment: bytes) -> bool:
        """Whether an accepted device is known to vouch for it."""
        return self._of.get(consignment) in self.accepted

    def have_room(self, consignment: bytes) -> bool:
        """Whether one more parcel of *consignment* is within the allowance."""
        if self.are_accepted(consignment):
            return True
        others = [each for each in self._incoming if not self.are_accepted(each) and each != consignment]
        return len(others) < self.allowance.consignments and self._held() + PAYLOAD <= self.allowance.size

    def _held(self) -> int:
        """Return how many bytes lie here of consignments that no accepted device is known to vouch for."""
        return sum(each.stored for each in self._incoming.values() if not self.are_accepted(each.consignment))
