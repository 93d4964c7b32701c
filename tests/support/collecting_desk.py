"""A desk that collects: an archive, a key, and exports made to be taken in."""

import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tamizdat.archive import Archive
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import Json, timestamp
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement, open_envelope
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ACCOUNT = {"accountId": "12", "username": "lin", "accountDisplayName": "林"}


@dataclass
class Desk:
    """An archive and the key that signs for it."""

    archive: Archive
    key: SigningKey

    @classmethod
    def make(cls, folder: Path) -> "Desk":
        return cls(Archive.create(folder, "example.org/ledger"), SigningKey.generate())

    def take(self, path: Path, now: datetime = NOW, letters: bool = False) -> IngestReport:
        """Takes in what is at *path*."""
        report = IngestReport()
        export = open_export(path, report)
        try:
            return ingest(self.archive, self.key, export, recognise(export), now, report, letters=letters)
        finally:
            export.close()

    def posts(self) -> dict[str, Version]:
        """The posts by the last part of their id."""
        return {each.post.rsplit("/", 1)[-1]: each for each in self.archive.index.posts.latest()}

    def said(self, act: str) -> list[Statement]:
        """The statements of one act, their signatures verified."""
        envelopes = [self.archive.disclosure(number).envelope for number in self.archive.index.by_act(act)]
        return [open_envelope(envelope, [self.key.public]).statement for envelope in envelopes]


def tweet(number: int | str, text: str, **more: Any) -> dict[str, Any]:
    """A tweet as archives hold it."""
    made = {"id_str": str(number), "created_at": "Sun May 12 06:28:00 +0000 2013", "full_text": text, "lang": "zh"}
    return {"tweet": {**made, **more}}


def assigned(name: str, value: Json | list[dict[str, Any]]) -> bytes:
    """A file of an archive of X."""
    return f"window.YTD.{name}.part0 = {json.dumps(value, ensure_ascii=False, indent=1)}".encode()


def x_files(tweets: list[dict[str, Any]], **files: bytes) -> dict[str, bytes]:
    """The files of a small archive of X; others by their name with ``_`` for ``-``."""
    held = {
        "data/account.js": assigned("account", [{"account": ACCOUNT}]),
        "data/tweets.js": assigned("tweets", tweets),
    }
    return held | {f"data/{name.replace('_', '-')}.js": data for name, data in files.items()}


def outbox(*items: dict[str, Any], **more: Any) -> bytes:
    """A Mastodon outbox of these activities."""
    head = {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection"}
    return json.dumps({**head, **more, "orderedItems": list(items)}, ensure_ascii=False, indent=1).encode()


def created(number: int, content: str, to: list[str], cc: list[str] | None = None) -> dict[str, Any]:
    """A Mastodon post, for those in *to* and *cc*."""
    note = {"id": f"https://a.example/{number}", "type": "Note", "content": content, "to": to, "cc": cc or []}
    return {"type": "Create", "object": {**note, "published": "2013-05-12T14:28:00+08:00"}}


def manifest(count: int, made: str = "2026-01-10T08:00:00.000Z", name: str = "data/tweets.js") -> bytes:
    """A manifest that says how many posts there are."""
    types = {"tweets": {"files": [{"fileName": name, "globalName": "YTD.tweets.part0", "count": str(count)}]}}
    said = {"archiveInfo": {"generationDate": made, "isPartialArchive": False}, "dataTypes": types}
    return f"window.__THAR_CONFIG = {json.dumps(said)}".encode()


def manifest_of(when: datetime, count: int) -> bytes:
    """The manifest of an export that was made a minute before it was taken in."""
    return manifest(count, timestamp(when - timedelta(minutes=1)))


def in_folder(folder: Path, files: dict[str, bytes]) -> Path:
    """The files, in a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def in_zip(path: Path, files: dict[str, bytes]) -> Path:
    """The files, in a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path
