"""Attacks on files, statements, proofs, the edition, the roster and the ledger; and files that should not be there."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from support.altering import NEW, PERSON, TAMPERINGS, A, B, C, Tampering, breaks, flip, listed_as, reproof, resign, swap
from support.site_maker import Desk, Key, edition_scripts, put, script
from tamizdat.encoding import Json, b64, canonical, sha256_hex
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.published_log import Log
from tamizdat.ledger.signing import sign_checkpoint, sign_statement
from tamizdat.ledger.statement import Envelope, Statement, Subject, keyid, pae, peek_envelope
from tamizdat.ledger.tree import Tree

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

UNREAD_0 = ("item 0", *listed_as("items/0/proof.js"))


@breaks("item 0")
def one_bit_of_a_statement(out: Path, desk: Desk) -> None:
    flip(out / "items/0/statement.json")


@breaks("item 0")
def a_statement_larger_than_any_signed_by_the_desk(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    said = json.loads(Envelope.parse(path.read_bytes()).payload)
    said["predicate"]["title"] = "x" * (4 << 20)
    payload = canonical(said)
    path.write_bytes(Envelope(payload, {desk.desk.sign(pae(payload)): keyid(desk.desk.public)}).encode())


@breaks("item 0")
def another_title_signed_by_a_stranger(out: Path, desk: Desk) -> None:
    resign(out / "items/0/statement.json", Key(), title="Harmonious square")


@breaks("item 0")
def another_title_signed_by_the_stolen_desk_key_but_not_in_the_ledger(out: Path, desk: Desk) -> None:
    resign(out / "items/0/statement.json", desk.desk, title="Harmonious square")


@breaks(*UNREAD_0)
def an_empty_statement(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.json", b"")


@breaks(*UNREAD_0)
def a_missing_statement(out: Path, desk: Desk) -> None:
    (out / "items/0/statement.json").unlink()


@breaks(*UNREAD_0)
def a_statement_of_five_megabytes(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.json", b"[" * (5 << 20))


@breaks(*UNREAD_0)
def json_nested_too_deep_to_read(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.json", b"[" * 200_000)


@breaks(*UNREAD_0)
def a_statement_with_a_space_in_its_json(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(json.dumps(json.loads(path.read_bytes())).encode())


@breaks(*UNREAD_0)
def a_statement_followed_by_a_newline(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(path.read_bytes() + b"\n")


@breaks(*UNREAD_0)
def a_statement_with_a_member_twice(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(b'{"payload":"",' + path.read_bytes()[1:])


@breaks("item 0")
def a_payload_with_a_member_twice_signed_by_the_desk(out: Path, desk: Desk) -> None:
    payload = json.loads((out / "items/0/statement.json").read_bytes())["payload"]
    twice = b'{"_type":"x",' + base64.b64decode(payload)[1:]
    message = b"DSSEv1 28 application/vnd.in-toto+json %d %b" % (len(twice), twice)
    signature: Json = {"keyid": keyid(desk.desk.public), "sig": b64(desk.desk.sign(message))}
    envelope: Json = {"payload": b64(twice), "payloadType": "application/vnd.in-toto+json", "signatures": [signature]}
    put(out, "items/0/statement.json", canonical(envelope))


@breaks(*UNREAD_0)
def base64_with_stray_bits(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    value = json.loads(path.read_bytes())
    signature = value["signatures"][0]["sig"]
    assert signature.endswith("==")
    value["signatures"][0]["sig"] = signature[:-3] + chr(ord(signature[-3]) + 1) + "=="
    path.write_bytes(canonical(value))


@breaks(*UNREAD_0)
def another_payload_type(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.json"
    path.write_bytes(canonical({**json.loads(path.read_bytes()), "payloadType": "text/plain"}))


@breaks(
    "item 0",
    "item 0 media",
    "item 2",
    "item 2 media",
)
def statements_of_two_items_swapped(out: Path, desk: Desk) -> None:
    swap(out / "items/0/statement.json", out / "items/2/statement.json")
    swap(out / "items/0/statement.tlog-proof", out / "items/2/statement.tlog-proof")


@breaks(
    "item 0",
    "item 2",
    *listed_as(*(f"items/{n}/{f}" for n in (0, 2) for f in ("picture.jpg", "small.jpg"))),
)
def two_whole_items_swapped(out: Path, desk: Desk) -> None:
    for name in ("statement.json", "statement.tlog-proof", "picture.jpg", "small.jpg"):
        swap(out / f"items/0/{name}", out / f"items/2/{name}")


# ---- proofs ------------------------------------------------------------------------------------------------------


@breaks("item 0")
def another_salt(out: Path, desk: Desk) -> None:
    reproof(out / "items/0/statement.tlog-proof", extra=os.urandom(32))


@breaks("item 0")
def a_salt_that_is_missing(out: Path, desk: Desk) -> None:
    reproof(out / "items/0/statement.tlog-proof", extra=None)


@breaks("item 0")
def a_salt_that_takes_a_byte_from_the_statement(out: Path, desk: Desk) -> None:
    salt = TlogProof.parse((out / "items/0/statement.tlog-proof").read_bytes()).extra or b""
    reproof(out / "items/0/statement.tlog-proof", extra=salt + b"{")


@breaks("item 0")
def a_proof_with_another_hash(out: Path, desk: Desk) -> None:
    hashes = TlogProof.parse((out / "items/0/statement.tlog-proof").read_bytes()).hashes
    reproof(out / "items/0/statement.tlog-proof", hashes=(bytes(32), *hashes[1:]))


@breaks("item 0")
def a_proof_with_one_hash_too_many(out: Path, desk: Desk) -> None:
    hashes = TlogProof.parse((out / "items/0/statement.tlog-proof").read_bytes()).hashes
    reproof(out / "items/0/statement.tlog-proof", hashes=(*hashes, bytes(32)))


@breaks("item 0")
def a_proof_for_another_place(out: Path, desk: Desk) -> None:
    reproof(out / "items/0/statement.tlog-proof", index=3)


def reproved(out: Path, number: int, entries: list[bytes], note: bytes) -> None:
    """Prove an item by another ledger."""
    path = out / f"items/{number}/statement.tlog-proof"
    index = TlogProof.parse(path.read_bytes()).index
    reproof(path, hashes=tuple(Tree(map(leaf_hash, entries)).inclusion_proof(index)), checkpoint=note)


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


@breaks("edition")
def an_edition_proved_by_an_earlier_checkpoint(out: Path, desk: Desk) -> None:
    index = TlogProof.parse((out / "edition/edition.tlog-proof").read_bytes()).index
    first = desk.entries[: index + 1]
    hashes = tuple(Tree(map(leaf_hash, first)).inclusion_proof(index))
    reproof(out / "edition/edition.tlog-proof", hashes=hashes, checkpoint=note_of(desk, first))
    edition_scripts(out)


@breaks(*UNREAD_0)
def an_empty_proof(out: Path, desk: Desk) -> None:
    put(out, "items/0/statement.tlog-proof", b"")


@breaks(*UNREAD_0)
def a_proof_with_windows_line_ends(out: Path, desk: Desk) -> None:
    path = out / "items/0/statement.tlog-proof"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@breaks("item 0", "item 0 media")
def a_page_script_with_the_facts_of_another_item(out: Path, desk: Desk) -> None:
    put(out, "items/0/proof.js", (out / "items/2/proof.js").read_bytes())


@breaks(*UNREAD_0)
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


def edition_anew(out: Path, desk: Desk, change: Callable[[Statement], Statement]) -> None:
    """Publish the next edition, and put a changed statement of it in its place, signed and in the ledger."""
    desk.publish(out)
    at = next(at for at, (_, envelope) in desk.disclosed.items() if envelope == desk.editions[-1])
    salt, envelope = desk.disclosed[at]
    changed = sign_statement(change(peek_envelope(envelope)), [desk.desk.signer])
    desk.disclosed[at], desk.entries[at] = (salt, changed), commitment(salt, changed)
    lines = (out / "edition/items.txt").read_text().splitlines()
    desk.prove(out, at, [lines[tile : tile + 256] for tile in range(0, len(lines), 256)])


@breaks("edition")
def an_edition_about_another_list_than_the_one_it_tells_of(out: Path, desk: Desk) -> None:
    def other(said: Statement) -> Statement:
        first, second = said.subjects
        return replace(said, subjects=(replace(first, sha256="0" * 64), second))

    edition_anew(out, desk, other)


@breaks("edition")
def an_edition_of_another_ledger_in_this_one(out: Path, desk: Desk) -> None:
    edition_anew(out, desk, lambda said: replace(said, predicate={**said.predicate, "origin": "elsewhere.example"}))


@breaks("items")
def an_edition_that_counts_more_items_than_it_lists(out: Path, desk: Desk) -> None:
    def more(said: Statement) -> Statement:
        items: Any = said.predicate["items"]
        return replace(said, predicate={**said.predicate, "items": {**items, "count": items["count"] + 1}})

    edition_anew(out, desk, more)


@breaks("edition")
def an_edition_of_a_later_format(out: Path, desk: Desk) -> None:
    edition_anew(out, desk, lambda said: replace(said, predicate={**said.predicate, "format": 3}))


@breaks("edition")
def an_edition_of_no_number(out: Path, desk: Desk) -> None:
    edition_anew(out, desk, lambda said: replace(said, predicate={**said.predicate, "edition": 0}))


@breaks("edition")
def an_edition_about_a_list_of_another_name(out: Path, desk: Desk) -> None:
    def other(said: Statement) -> Statement:
        first, second = said.subjects
        return replace(said, subjects=(first, replace(second, name="edition/others.txt")))

    edition_anew(out, desk, other)


@breaks("items")
def an_edition_about_another_list_of_items_of_the_same_root(out: Path, desk: Desk) -> None:
    def other(said: Statement) -> Statement:
        first, second = said.subjects
        return replace(said, subjects=(first, replace(second, sha256="0" * 64)))

    edition_anew(out, desk, other)


@breaks("files")
def an_edition_that_counts_more_files_than_it_lists(out: Path, desk: Desk) -> None:
    def more(said: Statement) -> Statement:
        files: Any = said.predicate["files"]
        return replace(said, predicate={**said.predicate, "files": {**files, "count": files["count"] + 1}})

    edition_anew(out, desk, more)


def footage_anew(out: Path, desk: Desk, number: int, **changes: Json) -> None:
    """Publish another statement about a picture, which the desk's key signed."""
    said = peek_envelope(desk.disclosed[desk.derived[number]][1])
    desk.derived[number] = desk.append(replace(said, predicate={**said.predicate, **changes}))
    desk.proofs.pop(number, None)
    desk.publish(out)


COVERED = "re-encoded; before that, regions covered: 1, stretches silenced: 0 (recipe cover/1, as stated in 9)"


@breaks("item 0 cover")
def a_cover_of_which_more_is_told_than_was_done(out: Path, desk: Desk) -> None:
    footage_anew(out, desk, 0, how=COVERED, covered={"regions": 2, "silent": 0, "silences": []})


@breaks("item 0 cover")
def a_cover_that_nothing_says_was_made(out: Path, desk: Desk) -> None:
    footage_anew(out, desk, 0, covered={"regions": 1, "silent": 0, "silences": []})


@breaks("item 0 cover")
def a_silence_that_ends_before_it_begins(out: Path, desk: Desk) -> None:
    how = COVERED.replace("silenced: 0", "silenced: 1")
    footage_anew(out, desk, 0, how=how, covered={"regions": 1, "silent": 1, "silences": [{"from": 9, "to": 9}]})


@breaks("item 0 tracks")
def subtitles_that_are_not_among_the_files(out: Path, desk: Desk) -> None:
    cue: Json = {"from": 0, "to": 900, "speaker": "", "text": "五年了"}
    who: dict[str, Json] = {"credit": "", "reviewer": "", "stated": desk.named(0), "reviewed": [desk.named(0)]}
    track: Json = {"language": "zh", "name": "track.zh.vtt", "cues": [cue], "day": "2026-11-23", **who}
    footage_anew(out, desk, 0, tracks=[track])


@breaks("item 0 reads", "reading")
def a_picture_that_is_said_to_read_a_name(out: Path, desk: Desk) -> None:
    footage_anew(out, desk, 0, reads={"person": PERSON, "stated": desk.named(0)})


@breaks("item 0 reads", "reading")
def a_recording_that_is_said_to_read_the_name_of_a_post(out: Path, desk: Desk) -> None:
    footage_anew(out, desk, 0, kind="sound", reads={"person": B, "stated": desk.named(0)})


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


@breaks(*listed_as("edition/files/items-0.txt"))
def a_list_of_items_files_that_allows_an_altered_page(out: Path, desk: Desk) -> None:
    before = sha256_hex((out / "items/0/index.html").read_bytes())
    flip(out / "items/0/index.html")
    after = sha256_hex((out / "items/0/index.html").read_bytes())
    path = out / "edition/files/items-0.txt"
    path.write_text(path.read_text().replace(before, after))


@breaks(*listed_as("edition/files/items-1.txt"))
def a_list_of_items_files_that_leads_out_of_the_folder(out: Path, desk: Desk) -> None:
    path = out / "edition/files/items-1.txt"
    path.write_text(path.read_text() + f"{sha256_hex(b'')}  ../../../../etc/passwd\n")


@breaks(*listed_as("edition/files/days.txt"))
def a_list_of_a_folder_s_files_that_is_missing(out: Path, desk: Desk) -> None:
    (out / "edition/files/days.txt").unlink()


@breaks(*listed_as("edition/files/static.txt"))
def a_list_of_files_of_five_megabytes_that_are_no_text(out: Path, desk: Desk) -> None:
    put(out, "edition/files/static.txt", b"\xff" * (5 << 20))


@breaks(*listed_as("edition/files/more.txt", "more/index.html"))
def a_list_of_files_that_no_list_names(out: Path, desk: Desk) -> None:
    put(out, "more/index.html", b"planted")
    put(out, "edition/files/more.txt", f"{sha256_hex(b'planted')}  more/index.html\n".encode())


@breaks(
    "items",
    "item 0",
    *listed_as("items/0/proof.js", "edition/edition.js", "edition/items/000.js"),
)
def a_list_of_items_without_one_of_them(out: Path, desk: Desk) -> None:
    path = out / "edition/items.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))


@breaks("items", "item 0", *listed_as("edition/edition.js", "edition/items/000.js"))
def a_list_of_items_with_another_digest(out: Path, desk: Desk) -> None:
    path = out / "edition/items.txt"
    path.write_text(re.sub("(?m)^0 .*$", f"0 {'0' * 64}", path.read_text()))


@breaks("files")
def a_list_of_files_whose_last_line_does_not_end(out: Path, desk: Desk) -> None:
    path = out / "edition/files.txt"
    path.write_bytes(path.read_bytes()[:-1])


@breaks("ledger")
def a_bundle_of_entries_with_a_byte_more(out: Path, desk: Desk) -> None:
    path = out / "ledger/tile/entries/000"
    path.write_bytes(path.read_bytes() + b"\0")


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


@breaks("root")
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
def a_roster_of_more_keys_than_anybody_has(out: Path, desk: Desk) -> None:
    keys: list[Json] = [{"from": 0, "key": os.urandom(32).hex(), "role": "desk", "until": None} for _ in range(1000)]
    resign(out / "roster.json", desk.root, keys=keys)


@breaks("roster", *listed_as("roster.json", "edition/edition.js"))
def a_roster_whose_signature_has_no_hint_at_its_key(out: Path, desk: Desk) -> None:
    path = out / "roster.json"
    value = json.loads(path.read_bytes())
    value["signatures"][0]["keyid"] = "x"
    path.write_bytes(canonical(value))


ORDER = 2**252 + 27742317777372353535851937790883648493  #: of the group of Ed25519 (RFC 8032, 5.1)


def signed_again(key: Key, message: bytes) -> bytes:
    """Another signature of the same key that holds just as well, with a nonce of one's own."""

    def scalar(key: Key) -> int:
        seed = hashlib.sha512(key.secret.private_bytes_raw()).digest()[:32]
        return int.from_bytes(seed, "little") % 2**254 & ~7 | 2**254

    nonce = Key()
    said = int.from_bytes(hashlib.sha512(nonce.public + key.public + message).digest(), "little")
    return nonce.public + ((scalar(nonce) + said * scalar(key)) % ORDER).to_bytes(32, "little")


def rooted(out: Path, desk: Desk, keys: list[Key], threshold: int, times: int) -> None:
    """The roster of another root, signed by one of its keys, or by that twice, each time otherwise."""
    root: dict[str, Json] = {"keys": [each.public.hex() for each in keys], "threshold": threshold}
    subject = Subject("root", sha256_hex(canonical(root)))
    said = {**peek_envelope(desk.roster()).predicate, "root": root}
    value = json.loads(sign_statement(Statement("roster", (subject,), said), [desk.root.signer]))
    again = b64(signed_again(desk.root, pae(base64.b64decode(value["payload"]))))
    more: list[Json] = [{**value["signatures"][0], "sig": again}]
    put(out, "roster.json", canonical({**value, "signatures": [*value["signatures"], *more[: times - 1]]}))


@breaks("roster", *listed_as("roster.json", "edition/edition.js"))
def a_roster_signed_by_one_root_key_for_two(out: Path, desk: Desk) -> None:
    rooted(out, desk, [desk.root, Key()], 2, times=2)


@breaks("roster", *listed_as("roster.json", "edition/edition.js"))
def a_roster_whose_root_lists_one_key_for_two(out: Path, desk: Desk) -> None:
    rooted(out, desk, [desk.root, desk.root], 2, times=2)


@breaks("roster", *listed_as("roster.json", "edition/edition.js"))
def a_roster_that_no_root_key_has_to_sign(out: Path, desk: Desk) -> None:
    rooted(out, desk, [desk.root], 0, times=1)


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
    for path, data in Log(desk.entries).tiles():
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


# ---- files that should not be there ------------------------------------------------------------------------------


def added(path: str) -> None:
    def attack(out: Path, desk: Desk) -> None:
        put(out, path, b"<script>")

    name = "an_extra_file_" + path.replace("/", "_").replace(".", "_")
    TAMPERINGS[name] = Tampering(attack, frozenset(("files", f"file {path}")))


for each in (
    "planted.html", ".htaccess", "items/0/more.jpg", "edition/more.txt", "ledger/more", "ledger/tile/0/002",
    "ledger/tile/0/001.p/7", "ledger/tile/1/000.p/9", "ledger/tile/entries/x000/001",
    "ledger/checkpoints/256/other", "ledger/checkpoints/0256/checkpoint", "ledger/certificates/of-the-desk.der",
):  # fmt: skip
    added(each)


@breaks("checkpoints")
def a_kept_checkpoint_of_another_ledger(out: Path, desk: Desk) -> None:
    forked = Checkpoint(desk.origin, 256, bytes(32))
    put(out, "ledger/checkpoints/256/checkpoint", sign_checkpoint(forked, *desk.log.signer))


@breaks("checkpoints")
def a_kept_checkpoint_in_the_place_of_an_earlier_one(out: Path, desk: Desk) -> None:
    put(out, "ledger/checkpoints/255/checkpoint", note_of(desk, desk.entries[:256]))


@breaks("checkpoints")
def a_kept_checkpoint_of_another_origin(out: Path, desk: Desk) -> None:
    put(out, "ledger/checkpoints/256/checkpoint", note_of(desk, desk.entries[:256], origin="tamizdat.example/other"))


@breaks("witnesses")
def a_kept_checkpoint_that_is_not_the_ledgers_own_with_more_below_it(out: Path, desk: Desk) -> None:
    text, blank, lines = (out / "ledger/checkpoint").read_bytes().partition(b"\n\n")
    put(
        out,
        f"ledger/checkpoints/{len(desk.entries)}/checkpoint",
        text + blank + "— a.stranger AAAAAAAA\n".encode() + lines,
    )


@breaks("item 512")
def a_medium_whose_name_leads_into_another_folder(out: Path, desk: Desk) -> None:
    number = desk.take_in({"more/picture.jpg": b"a picture", "small.jpg": b"it, small"})
    desk.publish(out)
    assert number == 512, "the next, at the end of what was there"


@breaks("item 9", *listed_as("items/9/proof.js"))
def an_extra_item(out: Path, desk: Desk) -> None:
    put(out, "items/9/proof.js", b"{}")


@breaks("item 9", "item 9 media", *listed_as("items/9/proof.js"))
def an_extra_item_that_is_another_s(out: Path, desk: Desk) -> None:
    put(out, "items/9/proof.js", (out / "items/0/proof.js").read_bytes())


@breaks(*listed_as("passwd"), browser=False)
def a_symbolic_link_to_a_file_outside(out: Path, desk: Desk) -> None:
    (out / "passwd").symlink_to("/etc/hostname")


@breaks("item 0 media", *listed_as("items/0/picture.jpg"), browser=False)
def a_symbolic_link_in_place_of_a_picture(out: Path, desk: Desk) -> None:
    (out / "items/0/picture.jpg").rename(out.parent / "picture.jpg")
    (out / "items/0/picture.jpg").symlink_to(out.parent / "picture.jpg")


@breaks(
    "item 0",
    *listed_as("items/0", *(f"items/0/{n}" for n in ("index.html", "picture.jpg", "proof.js", "small.jpg"))),
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
