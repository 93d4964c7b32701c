"""Every way we know to alter a published site, and exactly which links must break when somebody does.

Each attack gets the folder of edition 2 of a small desk (items 0, 2, 4 and 256, posts A, B and C, a person) and the
desk itself, whose keys it may steal. What edition 1 had is proved by the checkpoint of edition 1. ``broken`` names the
links that a reader must be told are broken: no fewer, and no more, so that the report points at what was altered. The
command and the browser are held to the same table.
"""

import base64
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from site_maker import Desk, Key, edition_scripts, openings, proof_script, put, script
from tamizdat.encoding import Json, b64, canonical, sha256_hex
from tamizdat.ledger.checkpoint import Checkpoint, sign_checkpoint
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.statement import Statement, Subject, peek_envelope, sign_statement
from tamizdat.ledger.tiles import tiles
from tamizdat.ledger.tree import Tree

Attack = Callable[[Path, Desk], None]


@dataclass(frozen=True)
class Tampering:
    """One attack. The browser sees neither links nor devices in a folder, so some are for the command alone."""

    attack: Attack
    broken: frozenset[str]
    browser: bool = True


TAMPERINGS: dict[str, Tampering] = {}


def breaks(*links: str, browser: bool = True) -> Callable[[Attack], Attack]:
    """Enter an attack into the table, under its function's name."""

    def enter(attack: Attack) -> Attack:
        TAMPERINGS[attack.__name__] = Tampering(attack, frozenset(links), browser)
        return attack

    return enter


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
    """Edition 2 in *out*, and its desk."""
    desk, files = made()
    for path, data in files.items():
        put(out, path, data)
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
    path.write_bytes(TlogProof(**fields).encode())  # type: ignore[arg-type]


def resign(path: Path, key: Key, **changes: Json) -> bytes:
    """Replace a statement by one whose predicate differs, signed by *key*; returns the new envelope."""
    old = peek_envelope(path.read_bytes())
    envelope = sign_statement(Statement(old.act, old.subjects, {**old.predicate, **changes}), [key.signer])
    path.write_bytes(envelope)
    return envelope


def listed_as(*paths: str) -> tuple[str, ...]:
    """The links that break when these files differ from the list."""
    return ("files", *(f"file {path}" for path in paths))


# ---- the bytes people see ----------------------------------------------------------------------------------------


@breaks("item 0 media", *listed_as("items/0/picture.jpg"))
def one_bit_of_a_picture(out: Path, desk: Desk) -> None:
    flip(out / "items/0/picture.jpg", 3)


@breaks(f"item {NEW} media", *listed_as(f"items/{NEW}/clip.mp4"))
def a_clip_cut_short(out: Path, desk: Desk) -> None:
    put(out, f"items/{NEW}/clip.mp4", (out / f"items/{NEW}/clip.mp4").read_bytes()[:-1])


@breaks("item 0 media", *listed_as("items/0/picture.jpg"))
def an_empty_picture(out: Path, desk: Desk) -> None:
    put(out, "items/0/picture.jpg", b"")


@breaks("item 0 media", *listed_as("items/0/picture.jpg"))
def a_missing_picture(out: Path, desk: Desk) -> None:
    (out / "items/0/picture.jpg").unlink()


@breaks("item 0 media", "item 2 media", *listed_as("items/0/picture.jpg", "items/2/picture.jpg"))
def pictures_of_two_items_swapped(out: Path, desk: Desk) -> None:
    swap(out / "items/0/picture.jpg", out / "items/2/picture.jpg")


@breaks("item 0 media", *listed_as("items/0/picture.jpg", "items/0/small.jpg"))
def two_pictures_of_one_item_swapped(out: Path, desk: Desk) -> None:
    swap(out / "items/0/picture.jpg", out / "items/0/small.jpg")


@breaks(*listed_as("items/0/index.html"))
def another_caption_on_a_page(out: Path, desk: Desk) -> None:
    flip(out / "items/0/index.html")


@breaks(*listed_as("index.html"))
def a_front_page_that_is_missing(out: Path, desk: Desk) -> None:
    (out / "index.html").unlink()


@breaks(*listed_as("static/verify.js"))
def a_checking_script_that_always_agrees(out: Path, desk: Desk) -> None:
    put(out, "static/verify.js", b"const tamizdat = {};")


# ---- statements --------------------------------------------------------------------------------------------------

ITEM_0 = ("item 0", *listed_as("items/0/statement.json", "items/0/proof.js"))


@breaks(*ITEM_0)
def one_bit_of_a_statement(out: Path, desk: Desk) -> None:
    flip(out / "items/0/statement.json")


@breaks(*ITEM_0)
def another_title_signed_by_a_stranger(out: Path, desk: Desk) -> None:
    resign(out / "items/0/statement.json", Key(), title="Harmonious square")


@breaks(*ITEM_0)
def another_title_signed_by_the_stolen_desk_key_but_not_in_the_ledger(out: Path, desk: Desk) -> None:
    resign(out / "items/0/statement.json", desk.desk, title="Harmonious square")


@breaks(*ITEM_0)
def an_empty_statement(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.json", b"")


@breaks(*ITEM_0)
def a_missing_statement(out: Path, desk: Desk) -> None:
    (out / "items/0/statement.json").unlink()


@breaks(*ITEM_0)
def a_statement_of_five_megabytes(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.json", b"[" * (5 << 20))


@breaks(*ITEM_0)
def json_nested_too_deep_to_read(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.json", b"[" * 200_000)


@breaks(*ITEM_0)
def a_statement_with_a_space_in_its_json(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(json.dumps(json.loads(path.read_bytes())).encode())


@breaks(*ITEM_0)
def a_statement_followed_by_a_newline(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(path.read_bytes() + b"\n")


@breaks(*ITEM_0)
def a_statement_with_a_member_twice(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(b'{"payload":"",' + path.read_bytes()[1:])


@breaks(*ITEM_0)
def a_payload_with_a_member_twice_signed_by_the_desk(out: Path, desk: Desk) -> None:
    payload = json.loads((out / "items/0/statement.json").read_bytes())["payload"]
    twice = b'{"_type":"x",' + base64.b64decode(payload)[1:]
    message = b"DSSEv1 28 application/vnd.in-toto+json %d %b" % (len(twice), twice)
    signature: Json = {"keyid": "", "sig": b64(desk.desk.sign(message))}
    envelope: Json = {"payload": b64(twice), "payloadType": "application/vnd.in-toto+json", "signatures": [signature]}
    put(out, "items/0/statement.json", canonical(envelope))


@breaks(*ITEM_0)
def base64_with_stray_bits(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    value = json.loads(path.read_bytes())
    signature = value["signatures"][0]["sig"]
    assert signature.endswith("==")
    value["signatures"][0]["sig"] = signature[:-3] + chr(ord(signature[-3]) + 1) + "=="
    path.write_bytes(canonical(value))


@breaks(*ITEM_0)
def another_payload_type(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(canonical({**json.loads(path.read_bytes()), "payloadType": "text/plain"}))


@breaks(
    "item 0",
    "item 0 media",
    "item 2",
    "item 2 media",
    *listed_as(*(f"items/{n}/statement.json" for n in (0, 2))),
)
def statements_of_two_items_swapped(out: Path, desk: Desk) -> None:
    swap(out / "items/0/statement.json", out / "items/2/statement.json")
    swap(out / "items/0/statement.tlog-proof", out / "items/2/statement.tlog-proof")
    swap(out / "items/0/proof.js", out / "items/2/proof.js")


@breaks(
    "item 0",
    "item 2",
    *listed_as(*(f"items/{n}/{f}" for n in (0, 2) for f in ("statement.json", "picture.jpg", "small.jpg"))),
)
def two_whole_items_swapped(out: Path, desk: Desk) -> None:
    for name in ("statement.json", "statement.tlog-proof", "proof.js", "picture.jpg", "small.jpg"):
        swap(out / f"items/0/{name}", out / f"items/2/{name}")


# ---- proofs ------------------------------------------------------------------------------------------------------

PROOF_0 = ("item 0", *listed_as("items/0/proof.js"))


@breaks(*PROOF_0)
def another_salt(out: Path, desk: Desk) -> None:
    reproof(out / "items/0/statement.tlog-proof", extra=os.urandom(32))


@breaks(*PROOF_0)
def a_salt_that_is_missing(out: Path, desk: Desk) -> None:
    reproof(out / "items/0/statement.tlog-proof", extra=None)


@breaks(*PROOF_0)
def a_salt_that_takes_a_byte_from_the_statement(out: Path, desk: Desk) -> None:
    salt = TlogProof.parse((out / "items/0/statement.tlog-proof").read_bytes()).extra or b""
    reproof(out / "items/0/statement.tlog-proof", extra=salt + b"{")


@breaks(*PROOF_0)
def a_proof_with_another_hash(out: Path, desk: Desk) -> None:
    hashes = TlogProof.parse((out / "items/0/statement.tlog-proof").read_bytes()).hashes
    reproof(out / "items/0/statement.tlog-proof", hashes=(bytes(32), *hashes[1:]))


@breaks(*PROOF_0)
def a_proof_with_one_hash_too_many(out: Path, desk: Desk) -> None:
    hashes = TlogProof.parse((out / "items/0/statement.tlog-proof").read_bytes()).hashes
    reproof(out / "items/0/statement.tlog-proof", hashes=(*hashes, bytes(32)))


@breaks(*PROOF_0)
def a_proof_for_another_place(out: Path, desk: Desk) -> None:
    reproof(out / "items/0/statement.tlog-proof", index=3)


def reproved(out: Path, number: int, entries: list[bytes], note: bytes) -> None:
    """Prove an item by another ledger, in ``proof.js`` too."""
    path = out / f"items/{number}/statement.tlog-proof"
    index = TlogProof.parse(path.read_bytes()).index
    reproof(path, hashes=tuple(Tree(map(leaf_hash, entries)).inclusion_proof(index)), checkpoint=note)
    proof_script(out, number)


def note_of(desk: Desk, entries: list[bytes], key: Key | None = None, origin: str = "") -> bytes:
    """A checkpoint over *entries*."""
    head = Checkpoint(origin or desk.origin, len(entries), Tree(map(leaf_hash, entries)).root())
    key = key or desk.log
    return sign_checkpoint(head, key.public, key.sign)


@breaks("item 0")
def a_proof_by_an_earlier_checkpoint_that_was_forked(out: Path, desk: Desk) -> None:
    forked = [*desk.entries[:200], bytes(32), *desk.entries[201:256]]
    reproved(out, 0, forked, note_of(desk, forked))


@breaks("item 0")
def a_proof_by_another_checkpoint_of_the_same_size(out: Path, desk: Desk) -> None:
    forked = [*desk.entries[:-1], bytes(32)]
    reproved(out, 0, forked, note_of(desk, forked))


@breaks("item 0")
def a_proof_by_a_later_checkpoint(out: Path, desk: Desk) -> None:
    later = [*desk.entries, *(bytes([n]) * 32 for n in range(256))]
    reproved(out, 0, later, note_of(desk, later))


@breaks("item 0")
def a_proof_by_an_earlier_checkpoint_of_another_origin(out: Path, desk: Desk) -> None:
    reproved(out, 0, desk.entries[:256], note_of(desk, desk.entries[:256], origin="tamizdat.example/other"))


@breaks("item 0")
def a_proof_by_an_earlier_checkpoint_that_the_log_did_not_sign(out: Path, desk: Desk) -> None:
    reproved(out, 0, desk.entries[:256], note_of(desk, desk.entries[:256], Key()))


@breaks("item 0")
def a_proof_by_an_earlier_checkpoint_before_the_statement(out: Path, desk: Desk) -> None:
    reproof(out / "items/0/statement.tlog-proof", checkpoint=note_of(desk, desk.entries[:1]), hashes=())
    proof_script(out, 0)


@breaks("edition")
def an_edition_proved_by_an_earlier_checkpoint(out: Path, desk: Desk) -> None:
    index = TlogProof.parse((out / "edition/edition.tlog-proof").read_bytes()).index
    first = desk.entries[: index + 1]
    hashes = tuple(Tree(map(leaf_hash, first)).inclusion_proof(index))
    reproof(out / "edition/edition.tlog-proof", hashes=hashes, checkpoint=note_of(desk, first))
    edition_scripts(out)


@breaks(*PROOF_0)
def an_empty_proof(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.tlog-proof", b"")


@breaks(*PROOF_0)
def a_proof_with_windows_line_ends(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.tlog-proof"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@breaks("files", "file items/0/proof.js")
def a_page_script_with_the_facts_of_another_item(out: Path, desk: Desk) -> None:
    put(out, "items/0/proof.js", (out / "items/2/proof.js").read_bytes())


@breaks("files", "file items/0/proof.js")
def a_page_script_that_does_more_than_tell_facts(out: Path, desk: Desk) -> None:
    path = out / "items/0/proof.js"
    path.write_bytes(path.read_bytes() + b"document.title = 'x';\n")


@breaks("files", "file edition/edition.js")
def an_edition_script_with_another_roster(out: Path, desk: Desk) -> None:
    roster = (out / "roster.json").read_bytes()
    put(out, "roster.json", Desk().roster())
    edition_scripts(out)
    put(out, "roster.json", roster)


@breaks("files", "file edition/edition.js")
def a_missing_edition_script(out: Path, desk: Desk) -> None:
    (out / "edition/edition.js").unlink()


# ---- the edition -------------------------------------------------------------------------------------------------


@breaks("edition", "files", "file edition/edition.js")
def one_bit_of_the_edition(out: Path, desk: Desk) -> None:
    flip(out / "edition/edition.json")


@breaks("edition", "file edition/edition.js", "files")
def an_edition_of_another_number_signed_by_the_stolen_key_but_not_in_the_ledger(out: Path, desk: Desk) -> None:
    resign(out / "edition/edition.json", desk.desk, edition=7)


@breaks("edition", "file edition/edition.js", "files")
def another_salt_for_the_edition(out: Path, desk: Desk) -> None:
    reproof(out / "edition/edition.tlog-proof", extra=os.urandom(32))


@breaks("edition")
def an_edition_signed_with_a_stranger_s_key(out: Path, desk: Desk) -> None:
    desk.publish(out, signers=[Key()])


@breaks("edition")
def an_edition_signed_with_a_desk_key_after_its_range(out: Path, desk: Desk) -> None:
    desk.desk_until = len(desk.entries)
    desk.publish(out)


@breaks(
    "item 0", "item 2", "item 4", f"item {PERSON}",
    *(f"item {A}{link}" for link in ("", " source", " translation en", " review en", " translation fr", " review fr")),
    *(f"item {B}{link}" for link in ("", " translation en", " review en")),
)  # fmt: skip
def items_signed_with_a_desk_key_before_its_range(out: Path, desk: Desk) -> None:
    desk.desk_from = NEW
    desk.publish(out)


@breaks("edition")
def a_statement_of_another_act_in_place_of_the_edition(out: Path, desk: Desk) -> None:
    at = desk.derived[0]
    put(out, "edition/edition.json", desk.disclosed[at][1])
    put(out, "edition/edition.tlog-proof", (out / "items/0/statement.tlog-proof").read_bytes())
    edition_scripts(out)


@breaks("files")
def a_list_of_files_that_allows_an_altered_page(out: Path, desk: Desk) -> None:
    before = sha256_hex((out / "index.html").read_bytes())
    flip(out / "index.html")
    after = sha256_hex((out / "index.html").read_bytes())
    path = out / "edition/files.txt"
    path.write_text(path.read_text().replace(before, after))


@breaks("files")
def a_list_of_files_that_leads_out_of_the_folder(out: Path, desk: Desk) -> None:
    path = out / "edition/files.txt"
    path.write_text(path.read_text() + f"{sha256_hex(b'')}  ../../../../etc/passwd\n")


@breaks("files")
def a_list_of_files_with_one_file_twice(out: Path, desk: Desk) -> None:
    path = out / "edition/files.txt"
    path.write_text(path.read_text() + path.read_text().splitlines(keepends=True)[0])


@breaks("files")
def an_empty_list_of_files(out: Path, desk: Desk) -> None:
    put(out, "edition/files.txt", b"\xff")


@breaks("files")
def a_missing_list_of_files(out: Path, desk: Desk) -> None:
    (out / "edition/files.txt").unlink()


@breaks(
    "items",
    "item 0",
    *listed_as("items/0/proof.js", "items/0/statement.tlog-proof", "edition/edition.js", "edition/items/000.js"),
)
def a_list_of_items_without_one_of_them(out: Path, desk: Desk) -> None:
    path = out / "edition/items.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


@breaks("items")
def a_list_of_items_with_a_number_twice(out: Path, desk: Desk) -> None:
    path = out / "edition/items.txt"
    first, *others = path.read_text().splitlines(keepends=True)
    path.write_text("".join([first, first, *others]))


@breaks(*listed_as("edition/items/000.js"))
def a_tile_of_the_list_of_items_shuffled(out: Path, desk: Desk) -> None:
    lines = (out / "edition/items.txt").read_text().splitlines(keepends=True)
    script(out, "edition/items/000.js", "Items", {"lines": "".join(lines[::-1]), "tile": 0})


@breaks(*listed_as("edition/items/001.js"))
def a_tile_of_the_list_of_items_too_many(out: Path, desk: Desk) -> None:
    script(out, "edition/items/001.js", "Items", {"lines": f"400 {'0' * 64}\n", "tile": 1})


@breaks(*listed_as("edition/items/000.js"))
def a_missing_tile_of_the_list_of_items(out: Path, desk: Desk) -> None:
    (out / "edition/items/000.js").unlink()


@breaks("items")
def a_missing_list_of_items(out: Path, desk: Desk) -> None:
    (out / "edition/items.txt").unlink()


# ---- roster, checkpoint, ledger ----------------------------------------------------------------------------------


@breaks("root")
def a_whole_site_made_by_a_stranger(out: Path, desk: Desk) -> None:
    stranger = Desk(entries=desk.entries[:0])
    stranger.take_in({"picture.jpg": b"another square"})
    stranger.publish(out)


@breaks("root", "checkpoint", *listed_as("roster.json", "edition/edition.js"))
def a_roster_made_by_a_stranger(out: Path, desk: Desk) -> None:
    put(out, "roster.json", Desk().roster())


@breaks("root")
def a_roster_of_a_strangers_root_with_the_right_keys(out: Path, desk: Desk) -> None:
    desk.root = Key()
    desk.publish(out)


@breaks("roster", *listed_as("roster.json", "edition/edition.js"))
def a_roster_with_one_bit_changed(out: Path, desk: Desk) -> None:
    flip(out / "roster.json")


@breaks("roster", *listed_as("roster.json", "edition/edition.js"))
def a_missing_roster(out: Path, desk: Desk) -> None:
    (out / "roster.json").unlink()


@breaks("checkpoint")
def a_checkpoint_signed_by_another_key(out: Path, desk: Desk) -> None:
    desk.publish(out, log=Key())


PROOFS = tuple(f"item {number}" for number in (NEW, C))  #: those that no earlier checkpoint proves


@breaks("checkpoint")
def a_checkpoint_over_another_size(out: Path, desk: Desk) -> None:
    path = out / "ledger/checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n512\n", b"\n511\n"))


@breaks("edition", "ledger", *PROOFS)
def a_checkpoint_of_the_edition_before(out: Path, desk: Desk) -> None:
    desk.entries = desk.entries[:256]
    put(out, "ledger/checkpoint", desk.checkpoint())


@breaks("checkpoint")
def an_empty_checkpoint(out: Path, desk: Desk) -> None:
    put(out, "ledger/checkpoint", b"")


@breaks("checkpoint")
def a_missing_checkpoint(out: Path, desk: Desk) -> None:
    (out / "ledger/checkpoint").unlink()


@breaks("ledger", "edition")
def a_checkpoint_of_more_entries_than_memory_holds(out: Path, desk: Desk) -> None:
    put(
        out,
        "ledger/checkpoint",
        sign_checkpoint(Checkpoint(desk.origin, 10**15, bytes(32)), desk.log.public, desk.log.sign),
    )


@breaks("witnesses")
def a_witness_who_did_not_sign(out: Path, desk: Desk) -> None:
    desk.witness = Key()
    roster, desk.roster = desk.roster(), desk.roster  # type: ignore[method-assign]
    desk.witness = None
    desk.roster = lambda: roster  # type: ignore[method-assign]
    desk.publish(out)


@breaks("ledger")
def an_entry_of_the_ledger_replaced(out: Path, desk: Desk) -> None:
    flip(out / "ledger/tile/entries/000", 100)


@breaks("ledger")
def an_entry_of_the_ledger_replaced_and_its_tiles(out: Path, desk: Desk) -> None:
    desk.entries[300] = bytes(32)
    for path, data in tiles(desk.entries):
        put(out, f"ledger/{path}", data)


@breaks("ledger")
def a_tile_of_the_ledger_altered(out: Path, desk: Desk) -> None:
    flip(out / "ledger/tile/0/001")


@breaks("ledger")
def a_tile_of_the_ledger_missing(out: Path, desk: Desk) -> None:
    (out / "ledger/tile/0/001").unlink()


@breaks("item 0 source")
def a_desk_that_names_another_commitment_as_the_source(out: Path, desk: Desk) -> None:
    predicate = desk.derived_predicate(0)
    predicate["source"] = {"index": 0, "commitment": desk.entries[2].hex()}
    subjects = tuple(Subject(name, sha256_hex(data)) for name, data in desk.items[0].items())
    desk.derived[0] = desk.append(Statement("derived", subjects, predicate))
    desk.proofs.pop(0)
    desk.publish(out)


@breaks("item 0")
def a_desk_that_names_media_outside_the_item(out: Path, desk: Desk) -> None:
    subjects = (Subject("../2/picture.jpg", sha256_hex(desk.items[2]["picture.jpg"])),)
    desk.derived[0] = desk.append(Statement("derived", subjects, desk.derived_predicate(0)))
    desk.proofs.pop(0)
    desk.publish(out)


# ---- posts: what their pages show --------------------------------------------------------------------------------

PAGE_A = f"items/{A}/index.html"
SHOWN_A = (f"item {A} shown", *listed_as(PAGE_A))


def replaced(out: Path, path: str, old: str, new: str) -> None:
    """Write *new* for *old* in a page."""
    text = (out / path).read_bytes().decode()
    assert old in text
    put(out, path, text.replace(old, new).encode())


@breaks(*SHOWN_A)
def a_text_altered_on_its_page_only(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "五年了", "六年了")


@breaks(f"item {A} shown", *listed_as(f"zh/{PAGE_A}"))
def a_translation_altered_on_the_page_of_one_language_only(out: Path, desk: Desk) -> None:
    replaced(out, f"zh/{PAGE_A}", "who knows?", "who cares?")


@breaks(*SHOWN_A)
def a_translation_that_the_page_no_longer_shows(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, 'data-said="translation fr"', "")


@breaks(*SHOWN_A)
def a_translation_that_nobody_made_on_a_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "</body>", '<div data-said="translation de">Fort</div></body>')


@breaks(*SHOWN_A)
def a_text_shown_a_second_time_otherwise(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "</body>", '<div data-said="text">Nothing happened.</div></body>')


@breaks(*SHOWN_A)
def two_translations_exchanged_on_a_page(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "translation en", "translation xx")
    replaced(out, PAGE_A, "translation fr", "translation en")
    replaced(out, PAGE_A, "translation xx", "translation fr")


@breaks(*SHOWN_A)
def a_text_that_stands_where_no_browser_shows_it(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, '<div data-said="text">', '<noscript><div data-said="text">')


@breaks(*SHOWN_A)
def a_text_hidden_in_a_comment(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, '<div data-said="text">', '<!-- --!><div data-said="text">')


@breaks(*SHOWN_A)
def a_text_with_a_picture_in_it(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "<span>没有了", '<img src="more.jpg"><span>没有了')


@breaks(*listed_as(PAGE_A))
def a_credit_changed_on_a_page_only(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "reviewed by Reader", "reviewed by Another")


@breaks(*listed_as(PAGE_A))
def a_removal_that_a_page_no_longer_tells(out: Path, desk: Desk) -> None:
    replaced(out, PAGE_A, "<p>Deleted</p>", "")


@breaks(f"item {A} media", *listed_as(f"items/{A}/picture-1.jpg"))
def a_picture_of_a_post_swapped(out: Path, desk: Desk) -> None:
    put(out, f"items/{A}/picture-1.jpg", (out / "items/0/picture.jpg").read_bytes())


# ---- posts: what is opened beside them ---------------------------------------------------------------------------

OPENED_A = listed_as(f"items/{A}/openings.json")
OPENED = ("source", "translation en", "review en", "translation fr", "review fr")


def opened_otherwise(
    out: Path, desk: Desk, number: int, change: Callable[[list[tuple[bytes, bytes]]], None], **raw: bytes | None
) -> None:
    """Write other openings beside a post, and into its ``proof.js``."""
    shown, indexes = desk.opened[number]
    opened = [desk.disclosed[at] for at in indexes]
    change(opened)
    openings(out, number, raw.get("raw", shown), opened)
    proof_script(out, number)


@breaks(*OPENED_A, *(f"item {A} {link}" for link in OPENED))
def openings_that_are_missing(out: Path, desk: Desk) -> None:
    (out / f"items/{A}/openings.json").unlink()
    proof_script(out, A)


@breaks(*OPENED_A, f"file items/{A}/proof.js", *(f"item {A} {link}" for link in OPENED))
def openings_that_are_no_openings(out: Path, desk: Desk) -> None:
    put(out, f"items/{A}/openings.json", b"[]\n")


@breaks(*OPENED_A, f"item {A} translation fr")
def an_opening_of_a_translation_dropped(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__delitem__(4))


@breaks(*OPENED_A, f"item {A} review fr")
def an_opening_of_an_approval_dropped(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__delitem__(-1))


@breaks(*OPENED_A, f"item {A} source")
def the_opening_of_the_observation_dropped(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__delitem__(0))


@breaks(*OPENED_A)
def an_opening_that_nothing_names(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.append(desk.disclosed[B]))


@breaks(*OPENED_A)
def openings_in_another_order(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.reverse())


@breaks(*OPENED_A, f"item {A} translation en")
def an_opening_with_another_salt(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__setitem__(1, (bytes(32), opened[1][1])))


@breaks(*OPENED_A, *(f"item {A} {link}" for link in OPENED))
def an_opening_with_a_short_salt(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.__setitem__(1, (bytes(31), opened[1][1])))


@breaks(*OPENED_A, f"item {A} source")
def captured_bytes_with_one_changed(out: Path, desk: Desk) -> None:
    raw = desk.opened[A][0] or b""
    opened_otherwise(out, desk, A, lambda opened: None, raw=raw.replace("五".encode(), "六".encode()))


@breaks(*OPENED_A, f"item {A} source")
def captured_bytes_of_an_older_version(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: opened.append(desk.disclosed[A]), raw=b"an older version")


@breaks(*OPENED_A, f"item {A} source")
def captured_bytes_withdrawn_in_silence(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, A, lambda opened: None, raw=None)


@breaks(*listed_as(f"items/{B}/openings.json"), f"item {B} source")
def captured_bytes_that_the_statement_does_not_speak_of(out: Path, desk: Desk) -> None:
    opened_otherwise(out, desk, B, lambda opened: None, raw=b"{}")


# ---- posts: a desk that lies, or whose key was stolen -------------------------------------------------------------


def said_anew(out: Path, desk: Desk, number: int, opened: list[int] | None = None, **changes: Any) -> None:
    """Publish another statement about a post, with other *opened* ones."""
    desk.restate(number, **changes)
    if opened is not None:
        desk.opened[number] = desk.opened[number][0], opened
    desk.publish(out)


def entries_of(works: list[dict[str, Any]]) -> list[int]:
    """The entries that translations name, in order."""
    return [each["index"] for work in works for each in (work["translated"], *work["reviewed"])]


def translated_anew(out: Path, desk: Desk, **how: Any) -> None:
    """Publish post B with another translation."""
    said = desk.predicate(B)
    arguments = {
        "post": said["post"],
        "source": B,
        "text": said["text"],
        "language": "en",
        "target": "The second",
        **how,
    }
    works = [desk.translate(**arguments)]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {A} source", f"item {A} translation en", f"item {A} translation fr")
def a_text_altered_in_statement_and_page(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, text=TEXT.replace("五", "六"))


@breaks(f"item {B} translation en")
def a_text_whose_bytes_are_withheld_altered_in_statement_and_page(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, text="第三")


@breaks(f"item {B} translation en", f"item {B} review en")
def words_of_a_translation_altered_in_statement_and_page(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    said_anew(out, desk, B, translations=[{**work, "target": "The first"}])


@breaks(f"item {B} translation en")
def a_note_that_the_translator_did_not_write(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    said_anew(out, desk, B, translations=[{**work, "notes": ["He lies."]}])


@breaks(f"item {B} translation en", f"item {B} review en")
def a_translation_of_another_post(out: Path, desk: Desk) -> None:
    works = desk.predicate(A)["translations"][:1]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {A} translation de", f"item {A} review de")
def a_translation_under_another_language(out: Path, desk: Desk) -> None:
    english, french = desk.predicate(A)["translations"]
    said_anew(out, desk, A, translations=[english, {**french, "language": "de"}])


@breaks(f"item {B} translation en")
def a_translation_of_another_version_of_the_text(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, text="an older text")


@breaks(f"item {B} review en")
def a_translator_who_reviews_what_is_theirs(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="aab")


@breaks(f"item {B} review en")
def a_translator_who_approves_what_is_theirs(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="aba")


@breaks(f"item {B} review en")
def a_tag_written_in_capitals_to_look_like_another_s(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="aAb")


@breaks(f"item {B} review en")
def an_approval_without_a_review(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="ab", verdicts=["approved"])


@breaks(f"item {B} review en")
def a_review_without_an_approval(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="ab", verdicts=["reviewed"])


@breaks(f"item {B} review en")
def a_translation_that_was_returned(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, verdicts=["reviewed", "returned"])


@breaks(f"item {B} review en")
def a_translation_returned_and_approved_by_another(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="abcb", verdicts=["reviewed", "returned", "approved"])


@breaks(f"item {B} review en")
def a_review_made_after_the_approval(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, verdicts=["approved", "reviewed"])


@breaks(f"item {B}")
def a_translation_that_nobody_reviewed(out: Path, desk: Desk) -> None:
    translated_anew(out, desk, by="a", verdicts=[])


@breaks(f"item {B} review en")
def a_review_of_an_older_translation(out: Path, desk: Desk) -> None:
    said = desk.predicate(B)
    before = said["translations"][0]
    new = desk.translate(said["post"], B, said["text"], "en", "The second", by="a", verdicts=[])
    works = [{**new, "reviewed": before["reviewed"]}]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {B} translation en", f"item {B} review en")
def a_statement_of_another_act_opened_as_a_translation(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    works = [{**work, "translated": work["reviewed"][0], "reviewed": [work["translated"], *work["reviewed"][1:]]}]
    said_anew(out, desk, B, entries_of(works), translations=works)


@breaks(f"item {A} source")
def an_observation_of_another_post(out: Path, desk: Desk) -> None:
    source = desk.observe("https://x.com/i/status/57", TEXT, desk.opened[A][0] or b"")
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {A} source")
def an_observation_without_its_slices(out: Path, desk: Desk) -> None:
    said = peek_envelope(desk.disclosed[A + 1][1])
    source = desk.append(Statement("observed", said.subjects, {**said.predicate, "from": []}))
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {A} text")
def slices_whose_lengths_are_not_those_of_the_bytes(out: Path, desk: Desk) -> None:
    said = peek_envelope(desk.disclosed[A + 1][1])
    source = desk.append(
        Statement("observed", said.subjects, {**said.predicate, "from": [{"length": 7}, {"length": 7}]})
    )
    said_anew(out, desk, A, [source, *desk.opened[A][1][1:]], source=desk.named(source))


@breaks(f"item {C} text")
def a_text_that_is_a_quoted_post_s(out: Path, desk: Desk) -> None:
    raw = json.dumps({"tweet": {"full_text": "mine", "quoted_status": {"full_text": "theirs"}}}).encode()
    post = desk.predicate(C)["post"]
    source = desk.observe(post, "theirs", raw)
    desk.opened[C] = raw, [source]
    reading = {"slice": 0, "member": "/tweet/quoted_status/full_text", "escaped": False}
    said_anew(out, desk, C, text="theirs", source=desk.named(source), reading=reading)


@breaks(f"item {A} text")
def a_text_that_is_said_to_stand_unescaped(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, reading={"slice": 0, "member": "/tweet/full_text", "escaped": False})


@breaks(f"item {A} text")
def a_text_that_is_said_to_stand_in_another_member(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, reading={"slice": 0, "member": "/full_text", "escaped": True})


@breaks(f"item {A} text")
def a_text_that_is_said_to_stand_in_a_slice_that_is_not_there(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, reading={"slice": 1, "member": "/noteTweet/core/text", "escaped": True})


@breaks(f"item {C} text")
def a_text_that_is_said_to_stand_in_bytes_that_are_no_json(out: Path, desk: Desk) -> None:
    said_anew(out, desk, C, reading={"slice": 0, "member": "/text", "escaped": False})


def wrongly(named: Any, desk: Desk) -> dict[str, Any]:
    """The same place with the commitment of another."""
    return {**named, "commitment": desk.entries[0].hex()}


@breaks(f"item {A} gone")
def a_removal_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, gone=wrongly(desk.predicate(A)["gone"], desk))


@breaks(f"item {A} earlier")
def an_earlier_version_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, A, earlier=[wrongly(desk.predicate(A)["earlier"][0], desk)])


@breaks(f"item {A} media")
def a_picture_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    picture = desk.predicate(A)["pictures"][0]
    said_anew(out, desk, A, pictures=[{**picture, "source": wrongly(picture["source"], desk)}])


@breaks(f"item {B} source")
def a_post_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, source=wrongly(desk.predicate(B)["source"], desk))


@breaks(f"item {B} translation en", f"item {B} review en")
def a_translation_at_another_entry(out: Path, desk: Desk) -> None:
    work = desk.predicate(B)["translations"][0]
    said_anew(out, desk, B, translations=[{**work, "translated": {**work["translated"], "index": 0}}])


@breaks(f"item {B}", f"item {B} gone")
def a_post_that_names_what_came_later(out: Path, desk: Desk) -> None:
    said_anew(
        out,
        desk,
        B,
        gone={**desk.named(0), "index": 10**6, "word": "http", "deleted": None, "stood": None, "as_of": "2026-11-24"},
    )


@breaks(f"item {B}")
def a_post_whose_number_is_not_its_first_observation_s(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, source=desk.named(B - 1))


@breaks(f"item {B}")
def a_post_with_a_member_that_no_page_shows(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, more="words")


@breaks(f"item {B}")
def a_post_of_a_kind_that_is_not_known(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, kind="Post")


@breaks(f"item {C}")
def one_post_under_two_numbers(out: Path, desk: Desk) -> None:
    desk.opened[C] = None, []
    said_anew(out, desk, C, post=desk.predicate(B)["post"], bytes=False)


@breaks(f"item {NEW}")
def a_post_that_claims_the_source_of_a_clip(out: Path, desk: Desk) -> None:
    said_anew(out, desk, B, source=desk.named(NEW))


@breaks(f"item {NEW} source")
def a_post_in_the_place_of_a_clip(out: Path, desk: Desk) -> None:
    desk.items[NEW] = {}
    desk.opened[NEW] = b"a clip", [NEW]
    desk.derived.pop(NEW)
    here = desk.named(NEW)
    said_anew(
        out,
        desk,
        NEW,
        **{**desk.predicate(C), "item": NEW, "source": here, "thread": NEW, "post": "https://x.com/i/status/1"},
    )


@breaks(f"item {PERSON} record")
def a_person_whose_record_is_not_its_subject(out: Path, desk: Desk) -> None:
    said = desk.predicate(PERSON)
    subject = peek_envelope(desk.disclosed[desk.derived[PERSON]][1]).subjects
    desk.derived[PERSON] = desk.append(Statement("derived", subject, {**said, "said": {**said["said"], "age": "8"}}))
    desk.proofs.pop(PERSON)
    desk.publish(out)


@breaks(f"item {PERSON} source")
def a_person_with_the_commitment_of_another_entry(out: Path, desk: Desk) -> None:
    said_anew(out, desk, PERSON, source=wrongly(desk.predicate(PERSON)["source"], desk))


@breaks(f"item {PERSON}")
def a_person_with_a_secret_member(out: Path, desk: Desk) -> None:
    said = desk.predicate(PERSON)["said"]
    said_anew(out, desk, PERSON, said={**said, "address": "here"})


@breaks(f"item {PERSON}", f"item {PERSON} record", *listed_as(f"items/{PERSON}/statement.json"))
def a_record_of_a_person_altered(out: Path, desk: Desk) -> None:
    said: Any = desk.predicate(PERSON)["said"]
    resign(out / f"items/{PERSON}/statement.json", Key(), said={**said, "age": "8"})
    proof_script(out, PERSON)


# ---- files that should not be there ------------------------------------------------------------------------------


def added(path: str) -> None:
    def attack(out: Path, desk: Desk) -> None:
        put(out, path, b"<script>")

    name = "an_extra_file_" + path.replace("/", "_").replace(".", "_")
    TAMPERINGS[name] = Tampering(attack, frozenset(("files", f"file {path}")))


for each in (
    "planted.html", ".htaccess", "items/0/more.jpg", "edition/more.txt", "ledger/more", "ledger/tile/0/002",
    "ledger/tile/0/001.p/7", "ledger/tile/1/000.p/9", "ledger/tile/entries/x000/001",
):  # fmt: skip
    added(each)


@breaks("item 9", *listed_as("items/9/statement.json"))
def an_extra_item(out: Path, desk: Desk) -> None:
    put(out, "items/9/statement.json", b"{}")


@breaks(*listed_as("passwd"), browser=False)
def a_symbolic_link_to_a_file_outside(out: Path, desk: Desk) -> None:
    (out / "passwd").symlink_to("/etc/hostname")


@breaks("item 0 media", *listed_as("items/0/picture.jpg"), browser=False)
def a_symbolic_link_in_place_of_a_picture(out: Path, desk: Desk) -> None:
    (out / "items/0/picture.jpg").rename(out.parent / "picture.jpg")
    (out / "items/0/picture.jpg").symlink_to(out.parent / "picture.jpg")


@breaks(
    "item 0",
    *listed_as(
        "items/0", *(f"items/0/{n}" for n in ("index.html", "picture.jpg", "proof.js", "small.jpg", "statement.json"))
    ),
    browser=False,
)
def a_symbolic_link_in_place_of_a_folder(out: Path, desk: Desk) -> None:
    (out / "items/0").rename(out.parent / "elsewhere")
    (out / "items/0").symlink_to(out.parent / "elsewhere", target_is_directory=True)


@breaks(*listed_as("pipe"), browser=False)
def a_pipe_that_would_block_the_reader(out: Path, desk: Desk) -> None:
    os.mkfifo(out / "pipe")


@breaks(*listed_as(r"\x1b[2Jcleared.html", r"rev\u202egpj.exe"), browser=False)
def names_that_a_terminal_should_not_see(out: Path, desk: Desk) -> None:
    put(out, "\x1b[2Jcleared.html", b"")
    put(out, "rev\u202egpj.exe", b"")


def names(browser: bool = False) -> Iterable[str]:
    """The names of all attacks, or of those a browser can see."""
    return [name for name, each in TAMPERINGS.items() if each.browser or not browser]
