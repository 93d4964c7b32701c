"""A sound site to alter, the table that attacks are entered in, and ways to alter files and statements.

While an attack is at work, the parts of each item's ``proof.js`` lie beside it as files: ``statement.json``,
``statement.tlog-proof`` and ``openings.json``. What it did to them, whatever that is, ``proof.js`` has afterwards.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from support.site_maker import Desk, Key, item_script, parts_of, put
from tamizdat.encoding import Json
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, peek_envelope

Attack = Callable[[Path, Desk], None]
PARTS = ("statement.json", "statement.tlog-proof", "openings.json")


@dataclass(frozen=True)
class Tampering:
    """One attack. The browser sees neither links nor devices in a folder, so some are for the command alone."""

    attack: Attack
    broken: frozenset[str]
    browser: bool = True


TAMPERINGS: dict[str, Tampering] = {}


@dataclass(frozen=True)
class OneItem:
    """One attack on what somebody sees who checks one item by itself: which, and the links of it that must break."""

    attack: Attack
    number: int
    broken: frozenset[str]
    browser: bool = True


ONE_ITEM: dict[str, OneItem] = {}


def breaks_one(number: int, *links: str, browser: bool = True) -> Callable[[Attack], Attack]:
    """Enter an attack on one item into its table; *links* are those after ``item N``, or "" for that one itself."""

    def enter(attack: Attack) -> Attack:
        names = frozenset(f"item {number} {link}".strip() for link in links)
        ONE_ITEM[attack.__name__] = OneItem(on_parts(attack), number, names, browser)
        return attack

    return enter


def breaks(*links: str, browser: bool = True) -> Callable[[Attack], Attack]:
    """Enter an attack into the table, under its function's name."""

    def enter(attack: Attack) -> Attack:
        TAMPERINGS[attack.__name__] = Tampering(on_parts(attack), frozenset(links), browser)
        return attack

    return enter


def on_parts(attack: Attack) -> Attack:
    """An attack that finds the parts of each item's file as files, and leaves none."""

    def run(out: Path, desk: Desk) -> None:
        before = {path.parent: parts_of(path.read_bytes()) for path in out.glob("items/*/proof.js")}
        for folder, parts in before.items():
            for name, data in parts.items():
                put(folder, name, data)
        attack(out, desk)
        for folder in (path for path in out.glob("items/*") if path.is_dir() and not path.is_symlink()):
            found = {name: (folder / name).read_bytes() for name in PARTS if (folder / name).is_file()}
            if found and found != before.get(folder):
                put(folder, "proof.js", item_script(found))
            for name in found:
                (folder / name).unlink()

    return run


TEXT = "没有了 RT @wang: 谁 <知道>？ & &amp;\r\n五年了\n"


@cache
def made() -> tuple[Desk, dict[str, bytes]]:
    """Edition 2 and its desk, made once: three pictures, two posts and a person of edition 1, and a clip and a post."""
    desk = Desk(keep=True)
    for name in ("square", "street", "river"):
        desk.take_in({"picture.jpg": f"a picture of the {name}".encode(), "small.jpg": f"the {name}".encode()}, name)
    picture = {"picture-1.jpg": b"a picture of a school"}
    translations = {"en": "Gone RT @wang: who knows?", "fr": "Parti"}
    first = desk.post(TEXT, translations, picture, earlier="没有", gone=True, shown=True)
    assert (first, desk.post("第二", {"en": "The second"}), desk.person(sources=[A])) == (A, B, PERSON)
    with TemporaryDirectory() as folder:
        desk.publish(Path(folder, "site"))
        assert desk.take_in({"clip.mp4": b"a clip" * 1000, "poster.jpg": b"its poster"}, "bridge") == NEW
        assert desk.post("第三", shown=True, raw=b"<p>markup</p>") == C
        site = desk.publish(Path(folder, "site"))
        paths = [path for path in sorted(site.rglob("*")) if path.is_file()]
        return desk, {path.relative_to(site).as_posix(): path.read_bytes() for path in paths}


def two_editions(out: Path) -> Desk:
    """Edition 2 in *out*, and its desk. Whatever an attack left there is undone: that costs less than a new folder."""
    desk, files = made()
    stands = set()
    for top, folders, names in os.walk(out):
        for path in [Path(top, name) for name in (*names, *folders)]:
            inside = path.relative_to(out).as_posix()
            if path.is_dir() and not path.is_symlink():
                continue
            if path.is_file() and not path.is_symlink() and files.get(inside) == path.read_bytes():
                stands.add(inside)
            else:
                path.unlink()
    for missing in files.keys() - stands:
        put(out, missing, files[missing])
    return desk.copy()


NEW = 256  #: the number of the item that edition 2 brought
A, B, C, PERSON = 6, 17, 258, 22  #: with bytes, pictures, two translations; translated; with bytes that are markup


def flip(path: Path, at: int = 40) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def swap(one: Path, other: Path) -> None:
    """Exchange two files."""
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def reproof(path: Path, **changes: object) -> None:
    """Write a tlog-proof anew with some of its fields replaced."""
    old = TlogProof.parse(path.read_bytes())
    fields = {"index": old.index, "hashes": old.hashes, "checkpoint": old.checkpoint, "extra": old.extra, **changes}
    path.write_bytes(TlogProof(**fields).encode())  # type: ignore[arg-type]  # a hostile value is what some tests want


def resign(path: Path, key: Key, **changes: Json) -> bytes:
    """Replace a statement by one whose predicate differs, signed by *key*; returns the new envelope."""
    old = peek_envelope(path.read_bytes())
    envelope = sign_statement(Statement(old.act, old.subjects, {**old.predicate, **changes}), [key.signer])
    path.write_bytes(envelope)
    return envelope


def listed_as(*paths: str) -> tuple[str, ...]:
    """The links that break when these files differ from the list."""
    return ("files", *(f"file {path}" for path in paths))
