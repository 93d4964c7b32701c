"""A desk small enough to hold in one's hand: it makes published sites from the ledger's primitives alone.

It keeps all its keys, so a test can be its thief: sign with a key out of its range, fork the ledger, replace the
roster, and see what the reader is told. The layout is that of ``docs/spec/publication.md``.
"""

import html
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tamizdat.encoding import Json, b64, canonical, sha256_hex
from tamizdat.keys import PostQuantumKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.cosignature import Policy, PostQuantumWitness, Witness, cosigned
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.published_log import Log
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import sign_checkpoint, sign_roster, sign_statement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.ledger.tree import Tree
from tamizdat.publishing.site.renderer import environment
from tamizdat.publishing.site.script_words import script_words

STATIC = Path(__file__).resolve().parents[2] / "src/tamizdat/publishing/site/static"
ORIGIN = "tamizdat.example/ledger"
WORDS = """<div data-said="{says}"><span>{head}</span><blockquote><b>{tail}</b></blockquote></div>"""
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; img-src 'self';
 media-src 'self'; connect-src 'self'">
<script src="{base}static/words-{lang}.js" defer></script>
<script src="{base}static/verify.js" defer></script><script src="{base}static/page.js" defer></script></head>
<body {data} data-base="{base}" data-lang="{lang:.2}"><h1>{title}</h1>{body}</body></html>
"""
CHECK = """<input type="file" id="check-file" multiple><input type="file" id="check-folder" webkitdirectory multiple>
"""


@dataclass(frozen=True)
class Key:
    """An Ed25519 key that a test may sign anything with."""

    secret: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.secret.public_key().public_bytes_raw()

    @property
    def sign(self) -> Callable[[bytes], bytes]:
        return self.secret.sign

    @property
    def signer(self) -> tuple[bytes, Callable[[bytes], bytes]]:
        return self.public, self.secret.sign


@dataclass
class Desk:
    """Keys, the private ledger (salt and envelope, or None for padding), and the editions so far."""

    root: Key = field(default_factory=Key)
    log: Key = field(default_factory=Key)
    desk: Key = field(default_factory=Key)
    witness: Key | None = None
    watched: tuple[Witness, ...] = ()  # witnesses of the roster who sign beside the checkpoint, if they do
    quorum: int = 0  # of these
    second: PostQuantumKey | None = None  # the log's ML-DSA-44 key
    origin: str = ORIGIN
    desk_from: int = 0
    desk_until: int | None = None
    version: int = 1
    lang: str = "en"
    day: str = "2026-11-23"  # of its editions
    entries: list[bytes] = field(default_factory=list)
    disclosed: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)  # index → salt, envelope
    keep: bool = False  # proofs of an earlier edition, as a publisher does who writes few files anew
    items: dict[int, dict[str, bytes]] = field(default_factory=dict)  # number → media
    said: dict[int, dict[str, str]] = field(default_factory=dict)  # number of a post → what its page shows
    opened: dict[int, tuple[bytes | None, list[int]]] = field(default_factory=dict)  # its bytes, statements opened
    proofs: dict[int, bytes] = field(default_factory=dict)  # number → proof of an earlier edition
    derived: dict[int, int] = field(default_factory=dict)  # number → index of its derived statement
    editions: list[bytes] = field(default_factory=list)

    def copy(self) -> "Desk":
        """A desk that goes on from here by itself, with the same keys."""
        lists = ("entries", "disclosed", "items", "said", "opened", "proofs", "derived", "editions")
        return replace(self, **{name: getattr(self, name).copy() for name in lists})

    def roster(self) -> bytes:
        witnesses = (Witness(f"{self.origin}/witness", self.witness.public),) if self.witness else ()
        every = (*witnesses, *self.watched)
        second = PostQuantumWitness(self.origin, self.second.public) if self.second else None
        policy = Policy(Verifier(self.origin, self.log.public), every, len(witnesses) + self.quorum, second)
        keys = (RoleKey("desk", self.desk.public, self.desk_from, self.desk_until),)
        previous = None if self.version == 1 else bytes(32)
        roster = Roster(Root((self.root.public,)), policy, keys, self.version, previous)
        return sign_roster(roster, [self.root.signer])

    @property
    def fingerprint(self) -> bytes:
        return Root((self.root.public,)).fingerprint

    def append(self, statement: Statement, signers: Sequence[Key] = ()) -> int:
        envelope = sign_statement(statement, [key.signer for key in signers or [self.desk]])
        salt = os.urandom(32)
        self.disclosed[len(self.entries)] = salt, envelope
        self.entries.append(commitment(salt, envelope))
        return len(self.entries) - 1

    def take_in(self, media: dict[str, bytes], title: str = "Square") -> int:
        """Capture an original and derive *media* from it; returns the item's number."""
        original = Subject("original", sha256_hex(os.urandom(8)))
        number = self.append(Statement("captured", (original,), {"path": "DCIM/1.jpg"}))
        subjects = tuple(Subject(name, sha256_hex(data)) for name, data in media.items())
        self.items[number] = media
        self.derived[number] = self.append(Statement("derived", subjects, self.derived_predicate(number, title)))
        return number

    def derived_predicate(self, number: int, title: str = "Square") -> dict[str, Json]:
        published: list[Json] = [{"name": name, "size": len(data)} for name, data in self.items[number].items()]
        return {
            "item": number, "source": {"index": number, "commitment": self.entries[number].hex()}, "kind": "picture",
            "title": title, "caption": "", "alt": "", "language": "en", "how": "re-encoded", "published": published,
            "day": "2026-11-23",
        }  # fmt: skip

    def named(self, index: int) -> dict[str, Json]:
        return {"index": index, "commitment": self.entries[index].hex()}

    def post(
        self, text: str, translations: Mapping[str, str] | None = None, pictures: Mapping[str, bytes] | None = None,
        earlier: str | None = None, gone: bool = False, shown: bool = False, raw: bytes | None = None,
    ) -> int:  # fmt: skip
        """A post that was observed, translated, reviewed, approved and derived; returns its number. With *shown*, its
        bytes are: *raw*, or those of a tweet that quotes another."""
        post = f"https://x.com/i/status/{len(self.entries)}"
        element = {"tweet": {"full_text": escaped(text), "quoted_status": {"full_text": "five years later"}}}
        plain = raw is not None
        raw = raw if raw is not None else json.dumps(element, ensure_ascii=False).encode()
        number = self.observe(post, earlier, b"an older version") if earlier is not None else len(self.entries)
        source = self.observe(post, text, raw)
        media = dict(pictures or {})
        captured = [
            self.append(Statement("captured", (Subject("original", sha256_hex(name.encode())),), {})) for name in media
        ]
        pictured: list[Json] = [
            {"names": [name], "alt": "", "source": self.named(at)} for name, at in zip(media, captured, strict=True)
        ]
        left = self.append(Statement("gone", (Subject("post", sha256_hex(raw)),), {"post": post})) if gone else 0
        works: list[dict[str, Any]] = []
        opened = [source] if shown else []
        for language, target in (translations or {}).items():
            work = self.translate(post, source, text, language, target)
            works.append(work)
            opened += [each["index"] for each in (work["translated"], *work["reviewed"])]
        published: list[Json] = [{"name": name, "size": len(data)} for name, data in media.items()]
        told: list[Json] = (
            [{**self.named(number), "text": earlier, "as_of": "2026-11-22"}] if earlier is not None else []
        )
        fate: Json = None
        if gone:
            fate = {**self.named(left), "word": "http", "deleted": None, "stood": None, "as_of": "2026-11-24"}
        self.items[number], self.opened[number] = media, (raw if shown else None, opened)
        self.restate(
            number, item=number, kind="post", how="text as captured", source=self.named(source), post=post, url=post,
            voice={"id": "https://x.com/i/user/12", "handle": "lin", "name": "林"},
            published="2013-05-12T14:28:00+08:00", language="zh-Hans", summary="", text=text, reply_to=None,
            thread=number, tags=["schools"], earlier=told, gone=fate, translations=works, pictures=pictured,
            published_files=published, bytes=shown, day="2026-11-25",
            reading={"slice": 0, "member": "/tweet/full_text", "escaped": True} if shown and not plain else None,
        )  # fmt: skip
        return number

    def observe(self, post: str, text: str, raw: bytes) -> int:
        slices: list[Json] = [{"capture": 0, "commitment": "00" * 32, "offset": 27, "length": len(raw)}]
        said: dict[str, Json] = {
            "post": post, "from": slices, "text": sha256_hex(text.encode()), "published": None,
            "seen": "2026-11-23T12:00:00Z", "as_of": "2026-11-23T12:00:00Z",
        }  # fmt: skip
        return self.append(Statement("observed", (Subject("post", sha256_hex(raw)),), said))

    def translate(
        self, post: str, source: int, text: str, language: str, target: str, by: Sequence[str] = ("a", "b", "b"),
        verdicts: Sequence[str] = ("reviewed", "approved"), **changes: Json,
    ) -> dict[str, Any]:  # fmt: skip
        """A translation as a post names it: proposed by the first account of *by*, *verdicts* by the others."""
        tags = [each * 32 for each in by]
        subject = Subject("translation", sha256_hex(target.encode()))
        translated = self.append(Statement("translated", (subject,), {
            "post": post, "source": self.named(source), "text": sha256_hex(text.encode()), "language": language,
            "segments": [{"source": text, "target": target}], "target": target, "notes": ["A note."], "by": tags[0],
            "day": "2026-11-25", "after": None, **changes,
        }))  # fmt: skip
        reviewed = [
            self.append(Statement("reviewed", (subject,), {
                "post": post, "language": language, "translated": self.named(translated), "verdict": verdict, "by": tag,
                "day": "2026-11-25",
            }))
            for verdict, tag in zip(verdicts, tags[1:], strict=True)
        ]  # fmt: skip
        return {
            "language": language, "target": target, "notes": ["A note."], "credit": "", "reviewer": "Reader",
            "day": "2026-11-25", "translated": self.named(translated),
            "reviewed": [self.named(each) for each in reviewed],
        }  # fmt: skip

    def person(self, name: str = "王小明", sources: Sequence[int] = ()) -> int:
        """A person of the list; returns the number."""
        said: dict[str, Json] = {
            "name": name, "language": "zh-Hans", "names": {"en": "Wang Xiaoming"}, "age": "7", "place": "",
            "school": "", "state": "reported", "note": "", "sources": list(sources),
        }  # fmt: skip
        subject = Subject("person", sha256_hex(canonical({**said, "release": "public", "reason": ""})))
        number = self.append(Statement("catalogued", (subject,), {"person": None, "said": said}))
        self.items[number] = {}
        self.restate(number, item=number, kind="person", how="as listed", source=self.named(number), said=said,
                     day="2026-11-25")  # fmt: skip
        return number

    def predicate(self, number: int) -> dict[str, Any]:
        """What is said of an item in public now."""
        return peek_envelope(self.disclosed[self.derived[number]][1]).predicate

    def restate(self, number: int, **changes: Any) -> None:
        """Say something else of a post or person, signed and in the ledger, as a desk could whose key was stolen."""
        said = {**(self.predicate(number) if number in self.derived else {}), **changes}
        if said["kind"] == "person":
            words = {"record": canonical(said["said"])}
        else:
            words = {f"text.{each['language']}": each["target"].encode() for each in said["translations"]}
            words = {"text": said["text"].encode(), **words}
        subjects = tuple(Subject(name, sha256_hex(data)) for name, data in (words | self.items[number]).items())
        self.derived[number] = self.append(Statement("derived", subjects, said))
        self.proofs.pop(number, None)
        if said["kind"] == "post":
            self.said[number] = {"text": said["text"]}
            self.said[number] |= {f"translation {each['language']}": each["target"] for each in said["translations"]}

    def publish(self, out: Path, signers: Sequence[Key] = (), log: Key | None = None) -> Path:
        """Write the next edition into *out*, which is emptied first."""
        shutil.rmtree(out, ignore_errors=True)
        self._pages(out)
        lines = [f"{n} {sha256_hex(self.disclosed[at][1])}" for n, at in sorted(self.derived.items())]
        tiles = [lines[at : at + 256] for at in range(0, len(lines), 256)]
        files = files_lists(out)
        items = "".join(f"{line}\n" for line in lines).encode()
        put(out, "edition/items.txt", items)
        predicate: dict[str, Json] = {
            "edition": len(self.editions) + 1,
            "previous": sha256_hex(self.editions[-1]) if self.editions else None,
            "date": self.day, "origin": self.origin,
            "items": {"count": len(lines), "root": root(lines).hex()},
            "files": {"count": files.count(b"\n"), "sha256": sha256_hex(files)}, "format": 2,
        }  # fmt: skip
        lists = (Subject("edition/files.txt", sha256_hex(files)), Subject("edition/items.txt", sha256_hex(items)))
        at = self.append(Statement("published", lists, predicate), signers)
        self.editions.append(self.disclosed[at][1])
        self.pad()
        self.prove(out, at, tiles, log)
        return out

    def pad(self, multiple: int = 256) -> None:
        while len(self.entries) % multiple:
            self.entries.append(os.urandom(32))

    def checkpoint(self, log: Key | None = None) -> bytes:
        log = log or self.log
        head = Checkpoint(self.origin, len(self.entries), Tree(map(leaf_hash, self.entries)).root())
        note = sign_checkpoint(head, log.public, log.sign)
        if self.witness:
            key = Witness(f"{self.origin}/witness", self.witness.public)
            stamp = (1_790_000_000).to_bytes(8, "big")
            signature = self.witness.sign(cosigned(1_790_000_000, head.encode()))
            note += f"— {key.name} {b64(key.key_id + stamp + signature)}\n".encode()
        return note

    def prove(self, out: Path, at: int, items: Sequence[Sequence[str]], log: Key | None = None) -> None:
        """Everything that is made after the list of files: ledger, proofs, scripts."""
        note = self.checkpoint(log)
        tree = Tree(map(leaf_hash, self.entries))
        put(out, "ledger/checkpoint", note)
        for path, data in Log(self.entries).tiles():
            put(out, f"ledger/{path}", data)
        for number, index in sorted(self.derived.items()):
            salt, envelope = self.disclosed[index]
            proof = TlogProof(index, tuple(tree.inclusion_proof(index)), note, salt).encode()
            proof = self.proofs.setdefault(number, proof) if self.keep else proof
            raw, opened = self.opened.get(number, (None, []))
            parts = {"statement.json": envelope, "statement.tlog-proof": proof}
            parts["openings.json"] = openings(raw, [self.disclosed[each] for each in opened])
            put(out, f"items/{number}/proof.js", item_script(parts))
        salt, envelope = self.disclosed[at]
        proof = TlogProof(at, tuple(tree.inclusion_proof(at)), note, salt).encode()
        put(out, "edition/edition.json", envelope)
        put(out, "edition/edition.tlog-proof", proof)
        edition_scripts(out)

    def _pages(self, out: Path) -> None:
        report = environment(self.lang[:2]).get_template("check_report.html").render()  # the page's own sentences
        put(out, "index.html", PAGE.format(lang=self.lang, title="Front", base="", data="", body="").encode())
        check = PAGE.format(lang=self.lang, title="Check", base="../", data="", body=CHECK + report)
        check = check.replace("connect-src 'self'", "connect-src 'self'; worker-src blob:")
        put(out, "check/index.html", check.encode())
        for path in sorted(STATIC.glob("*.js")):
            put(out, f"static/{path.name}", path.read_bytes())
        put(out, "static/words/ar.js", b"// words that page.js loads when it needs them\n")
        put(
            out,
            f"static/words-{self.lang}.js",
            script_words(self.lang[:2]) if self.lang != "en" else b"// as it stands\n",
        )
        put(out, "roster.json", self.roster())
        for start, base in (("", "../../"), ("zh/", "../../../")):
            day = PAGE.format(lang=self.lang, title="12 May", base=base, data="", body="<p>Five years</p>")
            put(out, f"{start}days/2013-05-12/index.html", day.encode())
        put(out, "feed.xml", b"<feed><title>Five years</title></feed>")
        for number, media in self.items.items():
            body = '<div id="proof-report"></div>'
            body += "".join(words(says, text) for says, text in self.said.get(number, {}).items())
            if number in self.said:
                told = self.predicate(number)
                body += "".join(f"<p>reviewed by {each['reviewer']}</p>" for each in told["translations"])
                body += "<p>Deleted</p>" if told["gone"] else ""
            for start, base in (("", "../../"), ("zh/", "../../../")):
                page = PAGE.format(lang=self.lang, title="Item", base=base, data=f'data-item="{number}"', body=body)
                put(out, f"{start}items/{number}/index.html", page.encode())
            for name, data in media.items():
                put(out, f"items/{number}/{name}", data)


def put(out: Path, path: str, data: bytes) -> None:
    """Write a file below *out*."""
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    (out / path).write_bytes(data)


def script(out: Path, path: str, name: str, facts: Json) -> None:
    """Write ``edition.js``, or a tile of the list of items."""
    put(out, path, b"tamizdat%b(%b);\n" % (name.encode(), canonical(facts)))


def item_script(parts: Mapping[str, bytes]) -> bytes:
    """An item's ``proof.js`` of its parts, byte for byte, whatever these are."""
    opened = parts.get("openings.json", openings(None, []))
    try:
        facts = json.loads(opened)
        raw, pairs = canonical(facts["bytes"]), canonical(facts["openings"])
    except (ValueError, KeyError, TypeError):
        raw, pairs = b"null", opened
    said = {
        b"bytes": raw,
        b"envelope": parts.get("statement.json"),
        b"openings": pairs,
        b"proof": canonical(parts["statement.tlog-proof"].decode()) if "statement.tlog-proof" in parts else None,
    }
    members = b",".join(b'"%b":%b' % (name, value) for name, value in said.items() if value is not None)
    return b"tamizdatItem({%b});\n" % members


def parts_of(script: bytes) -> dict[str, bytes]:
    """The parts of an item's ``proof.js``, as :func:`item_script` takes them."""
    facts = json.loads(script[len(b"tamizdatItem(") : -len(b");\n")])
    return {
        "statement.json": canonical(facts["envelope"]),
        "statement.tlog-proof": facts["proof"].encode(),
        "openings.json": canonical({"bytes": facts["bytes"], "openings": facts["openings"]}),
    }


def files_lists(out: Path) -> bytes:
    """Write the lists of all files that are there so far; returns the one that names the others."""
    listed: dict[str, list[str]] = {"edition/files.txt": []}
    for path in sorted(each.relative_to(out).as_posix() for each in out.rglob("*") if each.is_file()):
        listed.setdefault(list_of(path), []).append(path)
    top = listed.pop("edition/files.txt")
    for name, paths in listed.items():
        put(out, name, list_file(out, paths))
    put(out, "edition/files.txt", list_file(out, sorted([*top, *listed])))
    return (out / "edition/files.txt").read_bytes()


def list_file(out: Path, paths: Sequence[str]) -> bytes:
    """A list of files, as ``sha256sum`` writes it."""
    return "".join(f"{sha256_hex((out / path).read_bytes())}  {path}\n" for path in paths).encode()


def list_of(path: str) -> str:
    """The list that names a file: of 256 items, of a folder, or of what lies in none."""
    *folders, _ = path.split("/")
    if not folders:
        return "edition/files.txt"
    item = re.match(r"(?:[^/]+/)?items/(\d+)/", path)
    return f"edition/files/items-{int(item[1]) // 256}.txt" if item else f"edition/files/{folders[0]}.txt"


def edition_scripts(out: Path) -> None:
    """``edition.js`` and the tiles of the list of items, from the files beside them."""
    lines = (out / "edition/items.txt").read_text().splitlines()
    parts = [lines[at : at + 256] for at in range(0, len(lines), 256)]
    for tile, part in enumerate(parts):
        script(
            out, f"edition/items/{tile:03}.js", "Items", {"lines": "".join(f"{line}\n" for line in part), "tile": tile}
        )
    facts: dict[str, Json] = {
        "envelope": b64((out / "edition/edition.json").read_bytes()),
        "proof": (out / "edition/edition.tlog-proof").read_bytes().decode(),
        "roster": b64((out / "roster.json").read_bytes()),
        "tiles": [[int(part[0].split()[0]), root(part).hex()] for part in parts],
    }
    script(out, "edition/edition.js", "Edition", facts)


def openings(raw: bytes | None, opened: Sequence[tuple[bytes, bytes]]) -> bytes:
    """What is opened with an item, as one of its parts: *opened* are salts and envelopes."""
    pairs: list[Json] = [{"envelope": json.loads(envelope), "salt": b64(salt)} for salt, envelope in opened]
    return canonical({"bytes": None if raw is None else b64(raw), "openings": pairs})


def root(lines: Sequence[str]) -> bytes:
    """The RFC 6962 root over lines without their newlines."""
    return Tree(leaf_hash(line.encode()) for line in lines).root()


def words(says: str, text: str) -> str:
    """An element that shows a text, with some of it in a quotation."""
    head, marker, tail = (html.escape(each, quote=False).replace("\r", "&#13;") for each in text.partition(" RT "))
    return WORDS.format(says=says, head=head, tail=marker + tail)


def escaped(text: str) -> str:
    """As X writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def small_site(out: Path, desk: Desk | None = None) -> Desk:
    """Edition 1 with three pictures, in *out*."""
    desk = desk or Desk()
    for name in ("square", "street", "river"):
        desk.take_in({"picture.jpg": b"\xff\xd8 not really a picture of a " + name.encode() * 9}, name)
    desk.publish(out)
    return desk
