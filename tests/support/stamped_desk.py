"""A published desk that asks two authorities and a calendar on loopback for its stamps."""

import copy
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.published_desk import House
from support.stamping import Calendar, StampServers
from tamizdat.archive import Archive
from tamizdat.home.home import Home
from tamizdat.home.keyring import Keyring
from tamizdat.publishing.daily_stamps import StampReport, agree, name_others, stamp_due
from tamizdat.verifying import Report, verify
from tamizdat.verifying.trust import Trust


@dataclass
class StampedDesk:
    """A published desk that agreed to ask two authorities and a calendar."""

    house: House
    home: Home
    servers: StampServers

    def __post_init__(self) -> None:
        self.one, self.two = self.servers.authorities["one"], self.servers.authorities["two"]
        for each in (self.one, self.two):
            each.manner, each.crl = "sound", each.local.revoked()
            each.asked.clear()
        self.calendar: Calendar = self.servers.calendar()
        name_others(self.home, [self.one.url, self.two.url, f"ots:{self.calendar.url}"])
        agree(self.home, datetime.now(UTC).date())

    def stamp(self, now: timedelta = timedelta()) -> StampReport:
        """A run of the day."""
        return stamp_due(self.home, self.house.archive.folder, self.house.site, lambda: datetime.now(UTC) + now)

    def verify(self, *headers: bytes, path: str = "", roots: int = 2) -> Report:
        """What a reader finds who trusts as many of the two roots."""
        trusted = (self.one.local.root, self.two.local.root)[:roots]
        return verify(self.house.site / path, None, None, Trust(trusted, headers))

    @classmethod
    def copy_of(cls, published: House, folder: Path, servers: StampServers) -> "StampedDesk":
        """A copy in *folder* of a closed house that published, with servers that have the authorities One and Two."""
        shutil.copytree(published.folder, folder, dirs_exist_ok=True)
        house = copy.copy(published)
        house.folder, house.site = folder, folder / "site"
        house.archive = Archive.open(folder / "archive")
        home = Home.create(folder / "home", Keyring.new(("desk", "log")), "desk", {}, b"")
        return cls(house, home, servers)
