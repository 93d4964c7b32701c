"""docs/spec/carrying.md: its worked bytes, and a real sealing read by its rules and nothing else of ours."""

import hashlib
import hmac
import io
import json
import os
import re
import tarfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from blake3 import blake3
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from support.field_and_desk import GroupList
from tamizdat.carrying.groups import IN_FLIGHT
from tamizdat.carrying.open_state import OpenState
from tamizdat.carrying.outbox import Outbox, outboxes
from tamizdat.carrying.receipt import file_tag, leaf, receipt
from tamizdat.carrying.seal import default_survival, seal_card
from tamizdat.encoding import parse_canonical, spoken
from tamizdat.errors import StorageFull
from tamizdat.home.home import Home
from tamizdat.home.invitation import Invitation
from tamizdat.home.keyring import Keyring
from tamizdat.home.setup import create_desk, create_field, invite
from tamizdat.keys import SealingKey, SigningKey, encode_device
from tamizdat.places import set_up_place
from tamizdat.sealing import erasure
from tamizdat.sealing.age import unseal
from tamizdat.sealing.consignment import Cutter, closing_members
from tamizdat.sealing.parcel import MAX_FIRST, MAX_SHARES
from tamizdat.sealing.pax import member
from tamizdat.text.spoken import from_spoken

SPEC = Path(__file__).resolve().parents[3] / "docs/spec"
TEXT, SEALING = (SPEC / "carrying.md").read_text("utf-8"), (SPEC / "sealing.md").read_text("utf-8")
PROSE = " ".join(TEXT.split())  # without line ends
DEVICE, K, CHECK = SigningKey(bytes([5]) * 32), bytes([7]) * 32, bytes([8]) * 32
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PAYLOAD = 4_193_792


def worked(name: str, text: str = TEXT) -> str:
    found = re.findall(rf"^{name} {{2,}}(\S+)", text, re.MULTILINE)
    assert len(found) == 1, name
    return str(found[0])


def block(kind: str, text: str = TEXT) -> list[str]:
    return [str(found) for found in re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]


# --- Worked bytes ------------------------------------------------------------------------------------------------


def test_the_keyring_and_what_it_seals() -> None:
    ring = Keyring.parse(block("keyring")[0].encode("ascii"))
    assert ring.settings == bytes([9]) * 32
    assert ring.signing["device"].seed == DEVICE.seed
    assert ring.sealing["anna 2026-11-23T09:00:00Z"].seed == bytes(range(32))
    assert ring.encode().decode("ascii") == block("keyring")[0]
    assert ring.open(bytes.fromhex(worked("settings")), "settings") == b'{"places":[]}'
    assert worked("device text") == encode_device(DEVICE.public)


def example_payloads() -> list[bytes]:
    """The stream of sealing.md, section 7."""
    opened, note_time, clip_time = "2026-11-23T09:30:00Z", "2026-11-20T06:00:00Z", "2026-11-20T05:10:30Z"
    inventory, manifest = (text.rstrip("\n").encode() for text in block("json", SEALING))
    sums, signature = block("sums", SEALING)[0].encode(), bytes.fromhex(worked("signature", SEALING))
    groups = GroupList()
    cutter = Cutter(1, groups)
    cutter.write(member("inventory.json", inventory, opened))
    cutter.write(member("card/笔记/采访.txt", "有人吗?\n".encode(), note_time))
    cutter.write(member("previews/DCIM/clip.MOV.jpg", b"a small picture", clip_time))
    cutter.write(member("card/DCIM/clip.MOV", bytes(i % 251 for i in range(9_000_000)), clip_time))
    documents = [("SHA256SUMS", sums), ("manifest.signature", signature), ("manifest.json", manifest)]
    cutter.write(closing_members(documents, opened))
    cutter.close()
    return [bytes(buffer[512:]) for group in groups for buffer in group.buffers]


def test_the_receipt_its_tags_and_the_journals_checks() -> None:
    leaves = [leaf(K, payload) for payload in example_payloads()]
    assert [item.hex() for item in leaves] == [worked(f"leaf {number}") for number in range(3)]
    assert worked("derived key") == blake3(K, derive_key_context="tamizdat receipt v1").hexdigest()
    proof = receipt(K, leaves)
    assert worked("R") == proof.hex()
    assert worked("spoken") == spoken(proof)
    assert from_spoken(worked("spoken").lower().replace("-", " ").replace("0", "o").replace("1", "l"), 16) == proof
    _, manifest = block("json", SEALING)
    files = {entry["path"]: entry for entry in json.loads(manifest)["files"]}
    for name, path in (("采访", "笔记/采访.txt"), ("clip", "DCIM/clip.MOV")):
        entry = files[path]
        assert worked(f"tag {name}") == file_tag(proof, path, entry["size"], bytes.fromhex(entry["sha256"])).hex()
    kept = parse_canonical(block("json")[0].rstrip("\n").encode(), "the receipt's other half")
    assert kept == {"check": worked("check"), "tags": sorted([worked("tag 采访"), worked("tag clip")])}
    assert worked("check") == hashlib.sha256(proof).hexdigest()
    checks = [blake3(item, key=CHECK).digest(length=4).hex() for item in leaves]
    assert [line.split(" ")[2:] for line in block("journal")[0].splitlines()] == [checks[:1], checks[1:], []]


def test_the_journal_of_the_page_is_one_that_the_outbox_reads(tmp_path: Path) -> None:
    outbox = Outbox.create(tmp_path / "consignments/0001", b"")
    (outbox.folder / "journal").write_text(block("journal")[0] + "3 cut off", "ascii")
    (outbox.folder / "making/00112233445566778899aabbccddeeff").mkdir()
    (outbox.folder / "making/77777777777777777777777777777777").mkdir()
    checks = outbox.recover()
    assert [[check.hex() for check in group] for group in checks] == [["433b6175"], ["842d5b7c", "e971aa78"], []]
    assert [path.name for path in (outbox.folder / "ready").iterdir()] == ["00000001"]
    assert list((outbox.folder / "making").iterdir()) == []


def test_an_invitation_as_the_page_writes_it() -> None:
    recipient = SealingKey(bytes(range(32))).recipient.to_text()
    text = f"tamizdat invitation v1\ndesk mydesk\nroot {'0a' * 32}\nrecipient {recipient}\n"
    assert Invitation.parse(text) == Invitation("mydesk", bytes([10]) * 32, (recipient,))
    assert Invitation.parse(text).encode() == text


def test_figures() -> None:
    from tamizdat.carrying.deliver import HANDS, PAUSES
    from tamizdat.carrying.fetch import BATCH, FETCHERS
    from tamizdat.carrying.fetched import Allowance
    from tamizdat.carrying.outbox import RESERVE
    from tamizdat.carrying.source import EACH

    assert f"at least {(IN_FLIGHT + RESERVE) >> 20} MiB of free space left ({IN_FLIGHT >> 20} for" in PROSE
    assert f"p is at most {MAX_SHARES}." in PROSE
    assert f"| {MAX_FIRST:,} and a group, 16 TiB" in PROSE
    assert f"{HANDS} to each place, of which the line's budget moves; {EACH} from each, {2 * FETCHERS} of" in PROSE
    assert f"every {BATCH} parcels" in PROSE
    most = Allowance.of_disk(Path("/"), 1 << 60)
    assert f"at most {most.size >> 30} GiB, and be {most.consignments} in number" in PROSE
    assert "{:g}, {:g}, {:g} and {:g} seconds".format(*PAUSES) in PROSE
    for places in range(1, 65):
        assert default_survival(places) == (0 if places == 1 else max(1, (places - 1) // 2))


# --- A real sealing, read as the page says ------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    place: int
    name: str
    fields: dict[str, str]
    payload: bytes

    @property
    def numbers(self) -> tuple[int, int, int]:
        k, n, index = (int(word) for word in self.fields["share"].split(" "))
        return k, n, index


@dataclass(frozen=True)
class Sealing:
    card: Path
    field: Home
    state: OpenState  # as it was before the consignment was closed
    journal: list[str]
    shares: list[Share]


def write_card(folder: Path) -> Path:
    """A text, an empty file and enough footage for full and short groups of three."""
    for name, size in {"notes.txt": 40, "b.MOV": PAYLOAD * 5 + 77, "a.MOV": 0, "DCIM/c.MOV": 1_000_000}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.urandom(size))
    return folder


@pytest.fixture(scope="module")
def sealing(tmp_path_factory: pytest.TempPathFactory) -> Sealing:
    top = tmp_path_factory.mktemp("sealing")
    desk = create_desk(top / "desk", "desk", b"")
    invitation = invite(desk, "anna", b"", NOW)
    field = create_field(top / "field", invitation, b"")
    for number in range(4):
        set_up_place(f"p{number}", str(top / f"place{number}"), {})
        field.add_place(f"p{number}", str(top / f"place{number}"), {})
    card = write_card(top / "card")
    state, journal = interrupted(field, card)
    seal_card(field, card, NOW)
    [outbox] = outboxes(field.folder)
    [identity] = desk.keyring.identities()
    shares = [read(parcel.place, parcel.name, parcel.file.read_bytes(), identity) for parcel in outbox.waiting()]
    return Sealing(card, field, state, journal, shares)


def interrupted(field: Home, card: Path) -> tuple[OpenState, list[str]]:
    """Seals until half of the card was read, then stops as a full disk would: what an open consignment holds."""

    def stop(count: int) -> None:
        done.append(count)
        if sum(done) > PAYLOAD * 4:
            raise StorageFull("enough")

    done: list[int] = []
    with pytest.raises(StorageFull):
        seal_card(field, card, NOW, progress=stop)
    [outbox] = outboxes(field.folder)
    sealed, key = outbox.state(), field.keyring.settings
    opened = ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], b"consignment 1")
    return OpenState(**json.loads(opened)), (outbox.folder / "journal").read_text("ascii").splitlines()


def read(place: int, name: str, data: bytes, identity: SealingKey) -> Share:
    plaintext = unseal(data, [identity])
    assert len(data) == 4_196_971
    assert blake3(data).hexdigest() == name
    lines = plaintext[:512].decode("ascii").split("\n")
    assert lines[0] == "tamizdat parcel v1"
    fields = dict(line.split(" ", 1) for line in lines[1:9])
    assert blake3(plaintext[512:]).hexdigest() == fields["payload"]
    return Share(place, name, fields, plaintext[512:])


def groups_of(sealing: Sealing) -> dict[int, list[Share]]:
    """The groups by the number of their first payload, without fillers."""
    groups: dict[int, list[Share]] = defaultdict(list)
    for share in sealing.shares:
        if share.fields["stage"] != "filler":
            groups[int(share.fields["first"])].append(share)
    return dict(sorted(groups.items()))


def stream_of(sealing: Sealing) -> list[bytes]:
    payloads = {}
    for first, shares in groups_of(sealing).items():
        for share in shares:
            k, _, index = share.numbers
            if index < k:
                payloads[first + index] = share.payload
    assert sorted(payloads) == list(range(len(payloads)))
    return [payloads[number] for number in range(len(payloads))]


def test_every_group_has_t_parity_shares_and_no_place_has_two_of_it(sealing: Sealing) -> None:
    following = 0
    for first, shares in groups_of(sealing).items():
        k, n, _ = shares[0].numbers
        assert first == following
        assert k <= 4 - 1
        assert n == k + 1 == len(shares)
        assert sorted(share.numbers[2] for share in shares) == list(range(n))
        assert len({share.place for share in shares}) == n
        assert len({share.fields["group"] for share in shares}) == 1
        by_index = {share.numbers[2]: share.payload for share in shares}
        assert erasure.parity([by_index[index] for index in range(k)], 1) == [by_index[k]]
        following += k
    assert any(shares[0].numbers[0] == 3 for shares in groups_of(sealing).values())


def test_groups_end_where_a_stage_ends_and_are_named_by_their_first_byte(sealing: Sealing) -> None:
    stream = b"".join(stream_of(sealing))
    ends: dict[str, int] = {}  # stage → the byte after its last one
    with tarfile.open(fileobj=io.BytesIO(stream)) as archive:
        for info in archive:
            name = info.name
            stage = "texts" if name.endswith(".txt") else "originals" if name.startswith("card/") else "manifest"
            stage = "inventory" if name == "inventory.json" else stage
            ends[stage] = info.offset_data + -(-info.size // 512) * 512
    lasts = {(end - 1) // PAYLOAD for end in ends.values()}
    order = sorted(ends, key=lambda stage: ends[stage])
    for first, shares in groups_of(sealing).items():
        k = shares[0].numbers[0]
        inside = range(first, first + k)
        assert all(last not in inside[:-1] for last in lasts), "a group goes on behind the end of a stage"
        assert shares[0].fields["stage"] == next(stage for stage in order if first * PAYLOAD < ends[stage])
        assert k == 3 or inside[-1] in lasts, "a group is short without a reason"


def test_fillers_bring_the_number_of_parcels_to_a_padme_number(sealing: Sealing) -> None:
    fillers = [share for share in sealing.shares if share.fields["stage"] == "filler"]
    real = len(sealing.shares) - len(fillers)
    exponent = real.bit_length() - 1
    unit = 2 ** max(0, exponent - exponent.bit_length())
    assert len(sealing.shares) == -(-real // unit) * unit
    for share in fillers:
        assert share.fields["first"] == "0"
        assert share.numbers == (1, 1, 0)
        assert share.payload == bytes(PAYLOAD)
    assert len({share.fields["group"] for share in fillers}) == len(fillers)


def test_the_receipts_other_half_is_what_the_desk_can_compute(sealing: Sealing) -> None:
    stream = stream_of(sealing)
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
        document = archive.extractfile("manifest.json")
        assert document is not None
        manifest = json.load(document)
    key = bytes.fromhex(manifest["receipt_key"])
    leaves = b"".join(blake3(payload, key=key).digest() for payload in stream)
    derived = blake3(key, derive_key_context="tamizdat receipt v1").digest()
    proof = blake3(leaves, key=derived).digest(length=16)
    tags = []
    for path in sealing.card.rglob("*"):
        if path.is_file():
            name, data = str(path.relative_to(sealing.card)), path.read_bytes()
            message = f"{name}\0{len(data)}\0".encode() + hashlib.sha256(data).digest()
            tags.append(hmac.digest(proof, message, "sha256")[:16].hex())
    kept = json.loads((sealing.field.folder / "receipts/0001").read_bytes())
    opened = "2026-11-23T09:30:00Z"
    assert kept == {"check": hashlib.sha256(proof).hexdigest(), "opened": opened, "tags": sorted(tags)}


def test_an_open_consignments_state_and_journal(sealing: Sealing) -> None:
    state, check_key = sealing.state, bytes.fromhex(sealing.state.check_key)
    consignment = SigningKey.from_seed(bytes.fromhex(state.seed)).public.hex()
    assert {share.fields["consignment"] for share in sealing.shares} == {consignment}
    root = os.fsencode(sealing.card.resolve())
    assert state.root == blake3(root, key=check_key).hexdigest()
    notes = sealing.card / "notes.txt"
    rest = [sealing.card / name for name in ("b.MOV", "a.MOV", "DCIM/c.MOV")]
    rest.sort(key=lambda path: (-path.stat().st_mtime_ns, str(path.relative_to(sealing.card))))
    listing = ""
    for path, stage in [(notes, "texts"), *((path, "originals") for path in rest)]:
        info = path.stat()
        listing += f"{path.relative_to(sealing.card)}\0{info.st_size}\0{info.st_mtime_ns}\0{stage}\n"
    assert state.listing == blake3(listing.encode(), key=check_key).hexdigest()
    assert (state.survives, state.places) == (1, [1, 2, 3, 4])
    assert sealing.journal
    stream, groups = stream_of(sealing), groups_of(sealing)
    for line, (first, shares) in zip(sealing.journal, groups.items(), strict=False):
        _, group, *checks = line.split(" ")
        assert group == shares[0].fields["group"], "a committed group is not made again"
        leaves = [
            blake3(stream[first + index], key=bytes.fromhex(state.receipt_key)).digest() for index in range(len(checks))
        ]
        assert checks == [blake3(item, key=check_key).digest(length=4).hex() for item in leaves]


def test_a_closed_consignment_keeps_no_state_and_no_journal(sealing: Sealing) -> None:
    [outbox] = outboxes(sealing.field.folder)
    assert sorted(path.name for path in outbox.folder.iterdir()) == ["closed", "ready"]
