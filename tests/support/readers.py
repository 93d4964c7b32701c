"""Readers of bytes from outside: of sealing, carrying, home, ledger and web archives, with inputs to change.

A :class:`Reader` makes one changed input from dice and reads it. It may raise the errors of
:mod:`tamizdat.errors` for bad input, and nothing else; what it lets through must be true (:attr:`Reader.read` asserts).
"""

import base64
import io
import json
import random
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from blake3 import blake3

from support.mutation import mutate_bytes, mutate_document, mutate_lines
from support.web_samples import URL, page, record, wacz
from tamizdat.captures.replay import replay
from tamizdat.captures.traces import search
from tamizdat.captures.warc import BadWebArchive
from tamizdat.captures.web_archive import WebArchive
from tamizdat.encoding import b64, safe_path, sha256
from tamizdat.errors import BadEncoding
from tamizdat.home.invitation import Invitation
from tamizdat.home.keyring import Keyring
from tamizdat.keys import SealingKey, SigningKey, decode_device, encode_device
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy, Witness
from tamizdat.ledger.note import Verifier, open_note
from tamizdat.ledger.proof import TlogProof, verify_inclusion
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import enclose, payload_of, sign_note, sign_roster, sign_statement
from tamizdat.ledger.statement import Statement, Subject, open_envelope, pae
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.sealing.age import seal, unseal
from tamizdat.sealing.age_armor import BEGIN, END, dearmor
from tamizdat.sealing.inventory import BEGINNING, Entry, Inventory, LeftOut, Manifest, certify, read_device
from tamizdat.sealing.parcel import HEADER, PAYLOAD, Header, open_parcel, recipients_digest
from tamizdat.sealing.pax import BLOCK, END_OF_ARCHIVE, member, members

TIME = "2011-04-03T02:11:09Z"
KEY, DEVICE, LOG, WATCH = (SigningKey.from_seed(bytes([seed]) * 32) for seed in range(4))
SEALING = SealingKey(bytes([9]) * 32)


@dataclass(frozen=True)
class Reader:
    """*make* gives a changed input, *read* reads it."""

    make: Callable[[random.Random], bytes]
    read: Callable[[bytes], object]
    module: str  #: the source whose lines it is to reach


# Tar ------------------------------------------------------------------------------------------------------------------

STREAM = (
    member("inventory.json", b"{}" * 300, TIME)
    + member("card/采访/འདི.txt", b"note", TIME)
    + member("card/" + "n" * 120 + "/a.bin", bytes(700), "1909-01-01T00:00:00Z")
    + member("previews/a.jpg", b"", TIME)
    + member("manifest.json", b"{}", TIME)
    + END_OF_ARCHIVE
)
FIELDS = [(0, 100), (100, 8), (124, 12), (136, 12), (148, 8), (156, 1), (157, 100), (257, 6), (263, 2), (345, 155)]
OCTALS = [
    b"00000000000\0",
    b"77777777777\0",
    b"-0000000001\0",
    b"\x80" + bytes(10) + b"\1",
    b"\xff" * 12,
    b" " * 12,
    b"",
]


def change_tar(dice: random.Random) -> bytes:
    """Change fields of headers, records and the order of blocks; checksums are mostly mended."""
    data = STREAM
    blocks = [bytearray(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK)]
    for _ in range(dice.choice((1, 1, 2, 4))):
        headers = [block for block in blocks if block[257:262] == b"ustar"] or blocks
        header, at = dice.choice(headers), dice.randrange(len(blocks))
        match dice.randrange(8):
            case 0 | 1:
                start, size = dice.choice(FIELDS)
                header[start : start + size] = dice.choice([dice.randbytes(size), *OCTALS])[:size].ljust(size, b"\0")
            case 2:
                header[156:157] = dice.choice([b"x", b"g", b"S", b"L", b"K", b"0", b"\0", b"1", b"2", b"5", b"7"])
            case 3:
                blocks[at] = bytearray(mutate_lines(bytes(blocks[at]).rstrip(b"\0"), dice)[:BLOCK].ljust(BLOCK, b"\0"))
            case 4:
                del blocks[at]
                blocks = blocks or [bytearray(BLOCK)]
            case 5:
                blocks[at : at + 1] = [bytearray(blocks[at]) for _ in range(dice.choice((2, 9)))]
            case 6:
                other = dice.randrange(len(blocks))
                blocks[at], blocks[other] = blocks[other], blocks[at]
            case _:
                info = tarfile.TarInfo("card/a")
                info.type = dice.choice([b"0", b"S", b"x", b"L", b"g", b"D", b"M", b"V"])
                info.size = dice.choice((0, 1, 511, 512, 513, 8 << 30))
                blocks[at:at] = [bytearray(info.tobuf(tarfile.GNU_FORMAT)[:BLOCK])]
    for block in blocks:
        if block[257:262] == b"ustar" and dice.random() < 0.9:
            block[148:156] = b" " * 8
            block[148:156] = f"{sum(block):06o}\0 ".encode()
    changed = b"".join(blocks)
    return changed[: dice.randrange(len(changed) + 1)] if dice.random() < 0.2 else changed


def read_tar(data: bytes) -> None:
    for each in members(io.BytesIO(data), len(data)):
        assert safe_path(each.name) == each.name
        assert BLOCK <= each.offset <= each.offset + each.size <= len(data)


# Parcels and age ------------------------------------------------------------------------------------------------------

PAYLOAD_BYTES = bytes(PAYLOAD)
PARCEL = Header(
    KEY.public, bytes(16), 0, 2, 4, 1, "originals", blake3(PAYLOAD_BYTES).digest(), recipients_digest(["age1pq"])
).signed(KEY)


def change_parcel(dice: random.Random) -> bytes:
    """Change the 512 bytes; half of them are signed again, as whoever made the consignment's key can."""
    data = dice.choice((mutate_lines, mutate_lines, mutate_bytes))(PARCEL.rstrip(b" \n") + b"\n", dice)
    lines = data.split(b"\n")
    if dice.random() < 0.5 and len(lines) > 8:
        unsigned = b"\n".join(lines[:8]) + b"\n"
        data = unsigned + f"signature {b64(KEY.sign(unsigned))}\n".encode()
    return data[: HEADER - 1].ljust(HEADER - 1, b" ") + b"\n"


def read_parcel(data: bytes) -> None:
    header, _ = open_parcel(data + PAYLOAD_BYTES)
    assert header.consignment == KEY.public
    assert 1 <= header.k <= header.n <= 64


AGE = seal(b"payload" * 20, [SEALING.recipient, SealingKey(bytes([8]) * 32).recipient])
ARMOR = BEGIN + b"\n" + b"\n".join(base64.b64encode(AGE)[at : at + 64] for at in range(0, len(AGE), 48)) + b"\n" + END


def change_age(dice: random.Random) -> bytes:
    end = AGE.index(b"--- ")
    if dice.random() < 0.2:
        return mutate_bytes(AGE, dice)
    return mutate_lines(AGE[: end + 47], dice) + AGE[end + 47 :]


def read_age(data: bytes) -> None:
    assert unseal(data, [SEALING]) == b"payload" * 20


# Documents of a consignment -------------------------------------------------------------------------------------------

ENTRIES = (
    Entry("采访.txt", 4, TIME, "texts", "00" * 32, "whole"),
    Entry("DCIM/100/C0001.MXF", 9 << 30, TIME, "originals", "11" * 32, "cut short"),
    Entry("DCIM/100/C0001.jpg", 900, TIME, "previews", "22" * 32, "whole"),
)
PROMISED = tuple(replace(entry, sha256=None, state=None) for entry in ENTRIES[:2])
INVENTORY = Inventory(
    KEY.public, DEVICE.public, certify(DEVICE, KEY.public), TIME, PROMISED, (LeftOut("a", "a link"),)
).encode()
MANIFEST = Manifest(KEY.public, bytes(32), ENTRIES, (LeftOut("a", "a link"),)).encode()


def read_inventory(data: bytes) -> None:
    try:
        assert read_device(data[:BEGINNING], KEY.public) == DEVICE.public
    finally:
        found = Inventory.parse(data)
        assert found.encode() == data
        assert found.device == DEVICE.public


def read_manifest(data: bytes) -> None:
    assert Manifest.parse(data).encode() == data


# The ledger -----------------------------------------------------------------------------------------------------------

ORIGIN = "tamizdat.example/ledger"
TREE = Tree(leaf_hash(bytes([number])) for number in range(5))
VERIFIER = Verifier(ORIGIN, LOG.public)
NOTE = sign_note(Checkpoint(ORIGIN, 5, TREE.root()).encode(), ORIGIN, LOG.public, LOG.sign)
PROOF = TlogProof(3, tuple(TREE.inclusion_proof(3)), NOTE, bytes(32)).encode()
STATEMENT = Statement(
    "derived", (Subject("a.jpg", "00" * 32), Subject("b", "11" * 32)), {"day": "2026-11-23", "n": [1]}
)
ENVELOPE = sign_statement(STATEMENT, [(KEY.public, KEY.sign), (DEVICE.public, DEVICE.sign)])
ROSTER = sign_roster(
    Roster(
        Root((KEY.public, DEVICE.public), 1),
        Policy(VERIFIER, (Witness("w.example", WATCH.public),), 1),
        (RoleKey("desk", DEVICE.public, 3, 9), RoleKey("desk", KEY.public)),
        successors=(bytes(32),),
    ),
    [(KEY.public, KEY.sign)],
)


def read_note(data: bytes) -> None:
    note = open_note(data, [VERIFIER])
    assert Checkpoint.parse(note.text).encode() == note.text


def change_envelope(envelope: bytes, dice: random.Random) -> bytes:
    """Change the envelope, or the statement in it, which is mostly signed again."""
    outer = json.loads(envelope)
    if dice.random() < 0.3:
        return mutate_document(outer, dice)
    payload = mutate_document(json.loads(base64.b64decode(outer["payload"])), dice)
    if dice.random() < 0.8:
        return enclose(payload, [(KEY.public, KEY.sign(pae(payload)))])
    outer["payload"] = b64(payload)
    return mutate_document(outer, dice)


def read_envelope(data: bytes) -> None:
    opened = open_envelope(data, [KEY.public, DEVICE.public])
    assert opened.signed_by <= {KEY.public, DEVICE.public}
    assert payload_of(opened.statement)


def read_roster(data: bytes) -> None:
    roster = Roster.open(data)
    assert roster.root.threshold <= len(roster.root.keys)


def read_proof(data: bytes) -> None:
    proof = TlogProof.parse(data)
    assert proof.encode() == data
    verify_inclusion(proof.index, 5, leaf_hash(bytes([3])), proof.hashes, TREE.root())
    assert proof.index == 3


# Keys and invitations -------------------------------------------------------------------------------------------------

KEYRING = Keyring(bytes(32), {"desk": KEY, "log": LOG}, {"anna 2026-11-23": SEALING}).encode()
INVITATION = Invitation("desk", sha256(b"root"), (SEALING.recipient.to_text(),)).encode().encode()


def read_invitation(data: bytes) -> None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadEncoding("as the command line says it") from error
    assert Invitation.parse(text).recipients


def read_device_text(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert encode_device(decode_device(text)) == text.lower()


def over(sample: bytes) -> Callable[[random.Random], bytes]:
    """Bytes and lines of *sample*, changed."""
    return lambda dice: dice.choice((mutate_lines, mutate_bytes))(sample, dice)


def document(sample: bytes) -> Callable[[random.Random], bytes]:
    """The JSON document *sample*, changed."""
    value = json.loads(sample)
    return lambda dice: mutate_document(value, dice)


# Web archives ---------------------------------------------------------------------------------------------------------

PLAIN_WARC = (
    page() + record("resource", f"urn:fullPage:{URL}", b"\x89PNG") + page(f"{URL}/2", "<p title='a&b'>二<img src=x>")
)
WHOLE_WACZ = wacz([page()])


def read_web_archive(data: bytes) -> object:
    """Read all of it, and make of each page a document; what could be read only in part is refused."""
    with WebArchive(io.BytesIO(data), check=True) as web:
        contents = web.contents()
        for each in web.pages(contents):
            if each.entry is not None:
                assert "<script" not in replay(web, contents, each.entry)
        search(web, {"a name of the desk": "a name"})
        if contents.damage or contents.broken:
            raise BadWebArchive(contents.damage or contents.broken[0])
        return contents


READERS = {
    "WARC": Reader(over(PLAIN_WARC), read_web_archive, "captures/warc.py"),
    "WACZ": Reader(over(WHOLE_WACZ), read_web_archive, "captures/wacz.py"),
    "tar": Reader(change_tar, read_tar, "sealing/pax.py"),
    "parcel header": Reader(change_parcel, read_parcel, "sealing/parcel.py"),
    "age file": Reader(change_age, read_age, "sealing/age_header.py"),
    "age armour": Reader(over(ARMOR), dearmor, "sealing/age_armor.py"),
    "inventory": Reader(document(INVENTORY), read_inventory, "sealing/inventory.py"),
    "manifest": Reader(document(MANIFEST), read_manifest, "sealing/inventory.py"),
    "note": Reader(over(NOTE), read_note, "ledger/note.py"),
    "statement": Reader(lambda dice: change_envelope(ENVELOPE, dice), read_envelope, "ledger/statement.py"),
    "roster": Reader(lambda dice: change_envelope(ROSTER, dice), read_roster, "ledger/roster.py"),
    "proof": Reader(over(PROOF), read_proof, "ledger/proof.py"),
    "keyring": Reader(over(KEYRING), Keyring.parse, "home/keyring.py"),
    "invitation": Reader(over(INVITATION), read_invitation, "home/home.py"),
    "device's key": Reader(over(encode_device(KEY.public).encode()), read_device_text, "keys.py"),
}
