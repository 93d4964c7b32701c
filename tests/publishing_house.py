"""A desk with keys, an archive and a few captured files, for tests that publish. Everything in it is real."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from material import loaded_jpeg_bytes
from tamizdat.archive import Archive
from tamizdat.encoding import Json, sha256_hex
from tamizdat.keys import SigningKey
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.statement import Statement, Subject, sign_statement
from tamizdat.publishing import Edition, catalogue, publish

ORIGIN = "desk.example/ledger"
DEVICE = bytes(range(32)).hex()
TODAY = date(2026, 11, 23)


def key(number: int) -> SigningKey:
    """The same key every time, another for each number."""
    return SigningKey.from_seed(bytes([number]) * 32)


@dataclass
class House:
    """A desk in one folder; its site is ``site``."""

    folder: Path
    desk: SigningKey = field(default_factory=lambda: key(1))
    log: SigningKey = field(default_factory=lambda: key(2))
    root: SigningKey = field(default_factory=lambda: key(3))
    consignment: str = "c0" * 32

    def __post_init__(self) -> None:
        self.archive = Archive.create(self.folder / "archive", ORIGIN)
        self.site = self.folder / "site"
        self.roster = self.sign_roster(RoleKey("desk", self.desk.public))
        self.receive()

    def sign_roster(self, *keys: RoleKey, log: SigningKey | None = None) -> bytes:
        """A roster with these role keys."""
        root = Root((self.root.public,), 1)
        policy = Policy(Verifier(ORIGIN, (log or self.log).public))
        return Roster(root=root, policy=policy, keys=keys).sign([(self.root.public, self.root.sign)])

    def say(self, act: str, subject: Subject, predicate: dict[str, Json]) -> int:
        """One signed statement in the archive."""
        envelope = sign_statement(Statement(act, (subject,), predicate), [(self.desk.public, self.desk.sign)])
        return self.archive.append([envelope])[0]

    def receive(self) -> None:
        """The consignment that all files come in."""
        manifest = self.archive.objects.add([b"the closing manifest of " + self.consignment.encode()])
        self.say(
            "received",
            Subject("manifest", manifest),
            {"consignment": self.consignment, "device": DEVICE, "state": "complete", "files": 1, "bytes": 1},
        )

    def capture(self, path: str, data: bytes, **said: str) -> int:
        """A file that came in; with *said*, catalogued too. Returns its number."""
        digest = self.archive.objects.add([data])
        number = self.say(
            "captured",
            Subject("original", digest),
            {
                "consignment": self.consignment,
                "path": path,
                "size": len(data),
                "modified": "2011-04-03T02:11:09Z",
                "state": "whole",
                "kind": "original",
            },
        )
        if said:
            catalogue(self.archive, self.desk, number, {"release": "public", **said})
        return number

    def picture(self, path: str = "DCIM/100CANON/IMG_4711.JPG", **said: str) -> int:
        """A picture full of metadata, another one for each path."""
        return self.capture(path, loaded_jpeg_bytes() + path.encode(), **{"title": "The gate", **said})

    def publish(self, today: date = TODAY, *, dry_run: bool = False) -> Edition:
        """An edition in ``site``."""
        return publish(self.archive, self.desk, self.log, self.roster, self.site, today, dry_run=dry_run)

    def files(self) -> dict[str, bytes]:
        """Every file of the site."""
        found = (path for path in self.site.rglob("*") if path.is_file())
        return {path.relative_to(self.site).as_posix(): path.read_bytes() for path in found}

    def original(self, number: int) -> bytes:
        """The bytes that came in."""
        item = self.archive.index.item(number)
        assert item is not None
        data = self.archive.objects.path(item.original).read_bytes()
        assert sha256_hex(data) == item.original
        return data
