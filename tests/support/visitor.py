"""A desk with three accounts and a few posts, and visitors who ask its workbench as a browser would, in memory."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from support.collecting_desk import NOW, in_folder, manifest_of, tweet, x_files
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.demo.sample_feed import picture
from tamizdat.home import objects
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.workbench.app import application
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.auth.passphrases import Passphrases
from tamizdat.workbench.workbench import Workbench

WORDS = "correct horse battery staple"
HOST = "127.0.0.1:8737"
PICTURE = picture("desk")  #: with the place where it was taken, and by whom
TEXTS = {
    1: "校舍塌了。名单现在有 512 人。",
    2: "没有回音。RT @chen: 信退回了 //@li:请公布名单",
    3: "今天去了三户人家，警察在楼下等我们。",
}
ROLES = ("translator", "reviewer", "editor")


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def to(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("location", "")

    @property
    def token(self) -> str:
        """The form token of the page."""
        found = re.search(r'name="form-token" value="([^"]+)"', self.text)
        return found[1] if found else ""


@dataclass
class Room:
    """A workbench; *now* is its clock."""

    folder: Path
    now: datetime = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    accounts: dict[str, Account] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home: Home = create_desk(self.folder / "desk", "desk", b"", 8)
        self.open()
        self.take(TEXTS)
        for role in ROLES:
            self.join(role, role)

    def open(self) -> "Room":
        """As after a restart."""
        self.archive = objects.open_archive(self.home)
        self.bench = Workbench.open(
            self.home, self.archive, clock=lambda: self.now, passphrases=Passphrases(memory=8, rounds=1, lanes=1)
        )
        self.app = application(self.bench)
        return self

    def close(self) -> None:
        self.bench.close()
        self.archive.close()

    def join(self, name: str, *roles: str, languages: Sequence[str] = ("en",)) -> Account:
        """An account of this name."""
        code = self.bench.accounts.invite(roles, languages, self.now.date())
        self.accounts[name] = self.bench.accounts.join(code, name, WORDS, self.now.date())
        return self.accounts[name]

    def take(self, texts: dict[int, str], folder: str = "x", when: datetime = NOW, **files: bytes) -> None:
        """Takes in an export with these posts; the first has a picture."""
        media = {"media": [{"media_url_https": "https://pbs.twimg.com/media/a.jpg", "type": "photo"}]}
        posts = [
            tweet(number, text, **({"extended_entities": media, "entities": media} if number == 1 else {}))
            for number, text in texts.items()
        ]
        held = x_files(posts, manifest=manifest_of(when, len(posts))) | {"data/tweets_media/1-a.jpg": PICTURE} | files
        self.take_files(held, folder, when)

    def take_files(self, files: dict[str, bytes], folder: str, when: datetime) -> None:
        """Takes in an export of these files."""
        report = IngestReport()
        export = open_export(in_folder(self.folder / folder, files), report)
        ingest(self.archive, self.bench.key, export, recognise(export), when, report)
        export.close()

    def take_private(self, text: str) -> int:
        """A post written for followers only, answering nothing; returns its number."""
        note = {"id": "https://a.example/1", "type": "Note", "content": f"<p>{text}</p>", "contentMap": {"zh": ""}}
        note |= {"attributedTo": "https://a.example/users/lin", "to": ["https://a.example/users/lin/followers"]}
        create = {"id": "https://a.example/1/activity", "type": "Create", "object": note}
        box = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "outbox.json",
            "type": "OrderedCollection",
            "orderedItems": [create],
        }
        self.take_files({"outbox.json": json.dumps(box).encode()}, "followers", NOW)
        return min(each.number for each in self.archive.index.posts.versions("https://a.example/1"))

    def edit(self, number: int, text: str) -> None:
        """A day later, the post says something else."""
        self.take({number: text}, f"later-{number}-{len(text)}", NOW + timedelta(days=1))

    def number(self, post: int) -> int:
        """The number of a post's page."""
        return min(each.number for each in self.archive.index.posts.versions(self.post(post)))

    def post(self, number: int) -> str:
        return f"https://x.com/i/status/{number}"

    def visitor(self, name: str = "") -> "Visitor":
        """Somebody, signed in if there is a name."""
        visitor = Visitor(self)
        return visitor.sign_in(name) if name else visitor


class Visitor:
    """A browser: it keeps its cookie and the form token of the last page."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.cookie = ""
        self.token = ""

    def sign_in(self, name: str, passphrase: str = WORDS) -> "Visitor":
        self.get("/sign-in")
        assert self.post("/sign-in", name=name, passphrase=passphrase).status == 303
        self.get("/account")
        return self

    def get(self, path: str, **headers: str) -> Answer:
        answer = self.ask("GET", path, headers=headers)
        self.token = answer.token or self.token
        return answer

    def post(self, path: str, **form: Any) -> Answer:
        return self.ask("POST", path, {"form-token": self.token, **form})

    def send(self, path: str, file: str, data: bytes, **fields: str) -> Answer:
        """A form with a file in it."""
        boundary, parts = "----aBoundary", []
        for each, value in {"form-token": self.token, **fields}.items():
            parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{each}"\r\n\r\n{value}\r\n'.encode())
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file}"\r\n\r\n'
        body = b"".join([*parts, head.encode(), data, f"\r\n--{boundary}--\r\n".encode()])
        return self.ask("POST", path, headers={"content-type": f"multipart/form-data; boundary={boundary}"}, body=body)

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Any request."""
        sent = {"host": HOST, **({"cookie": self.cookie} if self.cookie else {})}
        if form is not None:
            body = urlencode(form, doseq=True, errors="surrogatepass").encode()
            sent["content-type"] = "application/x-www-form-urlencoded"
        answer = asyncio.run(ask(self.room.app, method, path, sent | (headers or {}), body or b""))
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer


async def ask(app: Any, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    """What an ASGI application answers to one request."""
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8737),
    }
    sent = False
    got: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.sleep(3600)
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        got.append(message)

    await app(scope, receive, send)
    start = next(each for each in got if each["type"] == "http.response.start")
    answered = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], answered, b"".join(each.get("body", b"") for each in got))
