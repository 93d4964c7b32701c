"""A workbench over the desk of a world: a field device, places, a second store and a backup stand around it."""

from datetime import UTC, datetime

from support.field_and_desk import World
from support.visitor import ROLES, Room
from tamizdat.keys import encode_device


class Delivered(Room):
    """A workbench over the desk of a world, to which a device has sent a card."""

    def __init__(self, world: World) -> None:
        self.world, self.folder, self.home = world, world.folder, world.desk
        self.now, self.accounts = datetime(2026, 11, 25, 9, 0, tzinfo=UTC), {}
        self.open()
        for role in ROLES:
            self.join(role, role)

    @property
    def key(self) -> str:
        """The text of the device's key."""
        return encode_device(self.world.device.public)
