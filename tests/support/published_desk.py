"""A desk with keys, an archive and a few captured files, for tests that publish. Everything in it is real."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from support.collecting_desk import in_folder, manifest_of, x_files
from support.media_samples import loaded_jpeg_bytes
from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.views.contexts import Contexts
from tamizdat.encoding import Json, sha256_hex
from tamizdat.keys import SigningKey
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import sign_roster, sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.publishing import PublishReport, publish
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost
from tamizdat.translation.proposals import propose, review, tag
from tamizdat.translation.segments import segments

ORIGIN = "desk.example/ledger"
DEVICE = bytes(range(32)).hex()
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def key(number: int) -> SigningKey:
    """The same key every time, another for each number."""
    return SigningKey.from_seed(bytes([number]) * 32)


def status(number: int) -> str:
    """The id of a tweet."""
    return f"https://x.com/i/status/{number}"


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
        return sign_roster(Roster(root=root, policy=policy, keys=keys), [(self.root.public, self.root.sign)])

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
            told = CataloguedItem(number, **{"release": "public", "covering": "nobody", **said})
            catalogue(self.archive, self.desk, told)
        return number

    def release_item(self, number: int) -> None:
        """Releases a file that came in."""
        catalogue(self.archive, self.desk, CataloguedItem(number, release="public"))

    def picture(self, path: str = "DCIM/100CANON/IMG_4711.JPG", **said: str) -> int:
        """A picture full of metadata, another one for each path."""
        return self.capture(path, loaded_jpeg_bytes() + path.encode(), **{"title": "The gate", **said})

    def take(
        self, *tweets: dict[str, Any], now: datetime = NOON, files: Mapping[str, bytes] = MappingProxyType({})
    ) -> None:
        """Takes in an archive of X of that hour with these tweets (and files of its ``data`` folder, by path)."""
        made = manifest_of(now, len(tweets))
        self.take_files(
            x_files(list(tweets), manifest=made) | {f"data/{name}": data for name, data in files.items()}, now
        )

    def take_files(self, files: dict[str, bytes], now: datetime = NOON) -> None:
        """Takes in an export of these files, whatever its format."""
        folder = self.folder / f"export-{self.archive.size}"
        report = IngestReport()
        export = open_export(in_folder(folder, files), report)
        ingest(self.archive, self.desk, export, recognise(export), now, report)
        export.close()

    def number(self, post: str) -> int:
        """The number of a post."""
        return min(each.number for each in self.archive.index.posts.versions(post))

    def release(self, *numbers: int, **said: Any) -> None:
        """Releases posts ``https://x.com/i/status/<number>``; *said* is what else is said of them."""
        for number in numbers:
            told = CataloguedPost(status(number), **{"release": "public", **said})
            state_release(self.archive, self.desk, told, ("coordinates", "place", "device"))

    def translate(
        self, number: int, target: str, language: str = "en", verdicts: tuple[str, ...] = ("reviewed", "approved"),
        notes: tuple[str, ...] = (), by: int = 1,
    ) -> int:  # fmt: skip
        """A translation of one segment by account *by*, reviewed by the next one; its index."""
        version = self.archive.index.posts.versions(status(number))[-1]
        found, _ = segments(Contexts(self.archive.index).whole(version), version.language)
        targets = [target, *["…"] * (len(found) - 1)]
        mine, other = (tag(bytes([each]) * 32, status(number), language) for each in (by, by + 1))
        index = propose(self.archive, self.desk, mine, version, language, targets, notes, "2026-11-23")
        for verdict in verdicts:
            review(self.archive, self.desk, other, index, verdict, "2026-11-23")
        return index

    def publish(self, today: date = TODAY, **more: Any) -> PublishReport:
        """An edition in ``site``."""
        return publish(self.archive, self.desk, self.log, self.roster, self.site, today, **more)

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


class Cut(Exception):
    """The process ends here."""


def cut_off(house: House, at: int | str, patch: pytest.MonkeyPatch) -> None:
    """Publishes, and ends before the renaming of file *at* into the site: the so many-th, or the one of this path."""
    real, done = Path.rename, 0

    def rename(self: Path, target: Path) -> Path:
        nonlocal done
        if Path(target).is_relative_to(house.site):
            done += 1
            if at in (done, Path(target).relative_to(house.site).as_posix()):
                raise Cut
        return real(self, target)

    with patch.context() as patched:
        patched.setattr(Path, "rename", rename)
        with pytest.raises(Cut):
            house.publish(TODAY + timedelta(days=1))
