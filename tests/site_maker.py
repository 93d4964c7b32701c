"""A desk small enough to hold in one's hand: it makes published sites from the ledger's primitives alone.

It keeps all its keys, so a test can be its thief: sign with a key out of its range, fork the ledger, replace the
roster, and see what the reader is told. The layout is that of ``docs/spec/publication.md``.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tamizdat.encoding import Json, b64, canonical, sha256_hex
from tamizdat.ledger.checkpoint import Checkpoint, sign_checkpoint
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.cosignature import Policy, Witness, cosigned
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.statement import Statement, Subject, sign_statement
from tamizdat.ledger.tiles import tiles
from tamizdat.ledger.tree import Tree

STATIC = Path(__file__).resolve().parents[1] / "src/tamizdat/publishing/static"
ORIGIN = "tamizdat.example/ledger"
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; img-src 'self';
 media-src 'self'; connect-src 'self'">
<script src="{base}static/verify.js" defer></script><script src="{base}static/page.js" defer></script></head>
<body {data} data-base="{base}"><h1>{title}</h1>{body}</body></html>
"""
CHECK = """<input type="file" id="check-file"><input type="file" id="check-folder" webkitdirectory multiple>
<div id="check-report"></div>"""


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
    origin: str = ORIGIN
    desk_from: int = 0
    desk_until: int | None = None
    version: int = 1
    lang: str = "en"
    entries: list[bytes] = field(default_factory=list)
    disclosed: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)  # index → salt, envelope
    items: dict[int, dict[str, bytes]] = field(default_factory=dict)  # number → media
    derived: dict[int, int] = field(default_factory=dict)  # number → index of its derived statement
    editions: list[bytes] = field(default_factory=list)

    def roster(self) -> bytes:
        witnesses = (Witness(f"{self.origin}/witness", self.witness.public),) if self.witness else ()
        policy = Policy(Verifier(self.origin, self.log.public), witnesses, len(witnesses))
        keys = (RoleKey("desk", self.desk.public, self.desk_from, self.desk_until),)
        previous = None if self.version == 1 else bytes(32)
        return Roster(Root((self.root.public,)), policy, keys, self.version, previous).sign([self.root.signer])

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
            "title": title, "caption": "", "alt": "", "how": "re-encoded", "published": published, "day": "2026-11-23",
        }  # fmt: skip

    def publish(self, out: Path, signers: Sequence[Key] = (), log: Key | None = None) -> Path:
        """Write the next edition into *out*, which is emptied first."""
        shutil.rmtree(out, ignore_errors=True)
        self._pages(out)
        lines = [f"{n} {sha256_hex(self.disclosed[at][1])}" for n, at in sorted(self.derived.items())]
        items = Tree(leaf_hash(line.encode()) for line in lines)
        listed = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
        files = "".join(f"{sha256_hex((out / path).read_bytes())}  {path}\n" for path in listed).encode()
        put(out, "edition/files.txt", files)
        put(out, "edition/items.txt", "".join(f"{line}\n" for line in lines).encode())
        predicate: dict[str, Json] = {
            "edition": len(self.editions) + 1,
            "previous": sha256_hex(self.editions[-1]) if self.editions else None,
            "date": "2026-11-23", "origin": self.origin,
            "items": {"count": len(lines), "root": items.root().hex()},
            "files": {"count": len(listed), "sha256": sha256_hex(files)},
        }  # fmt: skip
        subject = Subject("edition/files.txt", sha256_hex(files))
        at = self.append(Statement("published", (subject,), predicate), signers)
        self.editions.append(self.disclosed[at][1])
        self.pad()
        self.prove(out, at, items, log)
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

    def prove(self, out: Path, at: int, items: Tree, log: Key | None = None) -> None:
        """Everything that is made after the list of files: ledger, proofs, scripts."""
        note = self.checkpoint(log)
        tree = Tree(map(leaf_hash, self.entries))
        put(out, "ledger/checkpoint", note)
        for path, data in tiles(self.entries):
            put(out, f"ledger/{path}", data)
        for place, (number, index) in enumerate(sorted(self.derived.items())):
            salt, envelope = self.disclosed[index]
            proof = TlogProof(index, tuple(tree.inclusion_proof(index)), note, salt).encode()
            put(out, f"items/{number}/statement.tlog-proof", proof)
            inclusion: list[Json] = [b64(each) for each in items.inclusion_proof(place)]
            where: Json = {"number": place, "inclusion": inclusion}
            script(
                out,
                f"items/{number}/proof.js",
                "Proof",
                {"envelope": b64(envelope), "proof": proof.decode(), "item": where},
            )
        salt, envelope = self.disclosed[at]
        proof = TlogProof(at, tuple(tree.inclusion_proof(at)), note, salt).encode()
        put(out, "edition/edition.json", envelope)
        put(out, "edition/edition.tlog-proof", proof)
        roster = (out / "roster.json").read_bytes()
        script(
            out,
            "edition/edition.js",
            "Edition",
            {"envelope": b64(envelope), "proof": proof.decode(), "roster": b64(roster)},
        )

    def _pages(self, out: Path) -> None:
        put(out, "index.html", PAGE.format(lang=self.lang, title="Front", base="", data="", body="").encode())
        put(
            out,
            "check/index.html",
            PAGE.format(lang=self.lang, title="Check", base="../", data="", body=CHECK).encode(),
        )
        for path in sorted(STATIC.glob("*.js")):
            put(out, f"static/{path.name}", path.read_bytes())
        put(out, "roster.json", self.roster())
        for number, media in self.items.items():
            body = '<div id="proof-report"></div>'
            page = PAGE.format(lang=self.lang, title="Item", base="../../", data=f'data-item="{number}"', body=body)
            put(out, f"items/{number}/index.html", page.encode())
            put(out, f"items/{number}/statement.json", self.disclosed[self.derived[number]][1])
            for name, data in media.items():
                put(out, f"items/{number}/{name}", data)


def put(out: Path, path: str, data: bytes) -> None:
    """Write a file below *out*."""
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    (out / path).write_bytes(data)


def script(out: Path, path: str, name: str, facts: dict[str, Json]) -> None:
    """Write ``proof.js`` or ``edition.js``."""
    put(out, path, b"tamizdat%b(%b);\n" % (name.encode(), canonical(facts)))


def small_site(out: Path, desk: Desk | None = None) -> Desk:
    """Edition 1 with three pictures, in *out*."""
    desk = desk or Desk()
    for name in ("square", "street", "river"):
        desk.take_in({"picture.jpg": b"\xff\xd8 not really a picture of a " + name.encode() * 9}, name)
    desk.publish(out)
    return desk
