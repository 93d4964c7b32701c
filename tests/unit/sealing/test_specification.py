"""The worked bytes and figures of docs/spec/sealing.md are what the code makes of them."""

import io
import re
import tarfile
from functools import cache
from pathlib import Path

import pytest
from blake3 import blake3

from support.field_and_desk import GroupList
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadConsignment, BadParcel, BadPath
from tamizdat.keys import SealingKey, SigningKey
from tamizdat.sealing.age import sealed_size
from tamizdat.sealing.consignment import Cutter, Group, closing_members, padme
from tamizdat.sealing.erasure import parity
from tamizdat.sealing.inventory import (
    BEGINNING,
    INVENTORY,
    MANIFEST,
    SIGNATURE,
    SUMS,
    Entry,
    Inventory,
    LeftOut,
    Manifest,
    certify,
    check_manifest_signature,
    sign_manifest,
)
from tamizdat.sealing.parcel import (
    HEADER,
    MAX_FIRST,
    MAX_SHARES,
    PAYLOAD,
    PLAINTEXT,
    SMALL_PAYLOAD,
    SMALL_PLAINTEXT,
    STAGES,
    Header,
    open_parcel,
    recipients_digest,
)
from tamizdat.sealing.pax import MAX_MEMBERS, MAX_RECORDS, member, members

TEXT = (Path(__file__).resolve().parents[3] / "docs/spec/sealing.md").read_text("utf-8")
PROSE = " ".join(TEXT.split())  # without line ends
DEVICE, CONSIGNMENT, K = SigningKey(bytes([5]) * 32), SigningKey(bytes([6]) * 32), bytes([7]) * 32
RECIPIENT = SealingKey(bytes(range(32))).recipient.to_text()
OPENED, NOTE_TIME, CLIP_TIME = "2026-11-23T09:30:00Z", "2026-11-20T06:00:00Z", "2026-11-20T05:10:30Z"
NOTE, PREVIEW, CLIP = "有人吗?\n".encode(), b"a small picture", (bytes(range(251)) * 35857)[:9_000_000]


def worked(name: str) -> str:
    found = re.findall(rf"^{name} {{2,}}(\S+)", TEXT, re.MULTILINE)
    assert len(found) == 1, name
    return str(found[0])


def block(kind: str) -> list[str]:
    return [str(text) for text in re.findall(rf"^```{kind}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)]


def documents() -> tuple[bytes, bytes]:
    inventory, manifest = block("json")
    return inventory.rstrip("\n").encode(), manifest.rstrip("\n").encode()


@cache
def groups() -> list[Group]:
    """The example's stream as section 2 orders it, cut as section 3 says."""
    inventory, manifest = documents()
    made = GroupList()
    cutter = Cutter(2, made)
    cutter.write(member(INVENTORY, inventory, OPENED))
    cutter.end_stage("texts")
    cutter.write(member("card/笔记/采访.txt", NOTE, NOTE_TIME))
    cutter.end_stage("previews")
    cutter.write(member("previews/DCIM/clip.MOV.jpg", PREVIEW, CLIP_TIME))
    cutter.end_stage("originals")
    cutter.write(member("card/DCIM/clip.MOV", CLIP, CLIP_TIME))
    cutter.end_stage("manifest")
    closing = [(SUMS, block("sums")[0].encode()), (SIGNATURE, bytes.fromhex(worked("signature"))), (MANIFEST, manifest)]
    cutter.write(closing_members(closing, OPENED))
    cutter.close()
    return made


def payloads(group: Group) -> list[bytes]:
    return [bytes(buffer[HEADER:]) for buffer in group.buffers]


def test_the_sizes_of_a_parcel() -> None:
    assert f"| {HEADER} | {HEADER} | header |" in PROSE
    assert f"| {PAYLOAD:,} | {SMALL_PAYLOAD:,} | payload" in PROSE
    assert f"| {PLAINTEXT:,} | {SMALL_PLAINTEXT:,} | together" in PROSE
    sizes = sealed_size(PLAINTEXT, 1), sealed_size(SMALL_PLAINTEXT, 1)
    assert "it has {:,} bytes, or {:,}.".format(*sizes) in PROSE
    assert f"k ≤ n ≤ {MAX_SHARES}," in PROSE
    assert f"first above {MAX_FIRST:,};" in PROSE
    assert f"stage <word> {', '.join(STAGES[:-1])} or {STAGES[-1]}" in PROSE


def test_keys_certificate_and_recipients() -> None:
    assert worked("device") == DEVICE.public.hex()
    assert worked("consignment") == CONSIGNMENT.public.hex()
    assert worked("certificate") == certify(DEVICE, CONSIGNMENT.public).hex()
    assert worked("recipients") == recipients_digest([RECIPIENT]).hex()
    message = b"tamizdat consignment certificate v1\0" + CONSIGNMENT.public
    assert DEVICE.sign(message).hex() == worked("certificate")


def test_the_inventory() -> None:
    data, _ = documents()
    left_out = (LeftOut("DCIM/latest", "a symbolic link; links are not followed"),)
    files = (
        Entry("笔记/采访.txt", len(NOTE), NOTE_TIME, "texts"),
        Entry("DCIM/clip.MOV", len(CLIP), CLIP_TIME, "originals"),
    )
    certificate = certify(DEVICE, CONSIGNMENT.public)
    inventory = Inventory(CONSIGNMENT.public, DEVICE.public, certificate, OPENED, files, left_out)
    assert inventory.encode() == data
    assert Inventory.parse(data) == inventory
    assert f"`inventory.json` ({len(data)} bytes" in PROSE


def test_the_manifest_its_sums_and_its_signature() -> None:
    _, data = documents()
    manifest = Manifest.parse(data)
    assert manifest.receipt_key == K
    carried = {"笔记/采访.txt": NOTE, "DCIM/clip.MOV.jpg": PREVIEW, "DCIM/clip.MOV": CLIP}
    assert [(entry.path, entry.sha256) for entry in manifest.files] == [
        (path, sha256_hex(content)) for path, content in carried.items()
    ]
    assert manifest.encode() == data
    assert f"`manifest.json` ({len(data)} bytes" in PROSE
    assert block("sums")[0].encode() == manifest.sums()
    assert sign_manifest(DEVICE, data).hex() == worked("signature")
    digest = bytes.fromhex(sha256_hex(data))
    assert DEVICE.sign(b"tamizdat manifest signature v1\0" + digest).hex() == worked("signature")
    check_manifest_signature(DEVICE.public, data, bytes.fromhex(worked("signature")))


def test_the_stream_and_its_groups() -> None:
    stream = b"".join(payload for group in groups() for payload in payloads(group))
    assert f"{len(stream)} bytes, SHA-256 {sha256_hex(stream)}" in PROSE
    for number, payload in enumerate(payload for group in groups() for payload in payloads(group)):
        assert worked(f"payload {number}") == blake3(payload).hexdigest()
    for group in groups():
        [share] = parity(payloads(group), 1)
        assert worked(f"parity {group.number}") == blake3(share).hexdigest()
        k = len(group.buffers)
        for index in range(k):
            said = f"group {group.number}: first {group.first}, share {k} {k + 1} {index}, {group.stage}"
            assert f"{blake3(payloads(group)[index]).hexdigest()}   {said}\n" in TEXT
    parcels = sum(len(group.buffers) + 1 for group in groups())
    assert worked("fillers") == str(padme(parcels) - parcels)


def test_any_tar_reads_the_stream() -> None:
    stream = b"".join(payload for group in groups() for payload in payloads(group))
    with tarfile.open(fileobj=io.BytesIO(stream)) as archive:
        for info in archive:
            assert (info.isfile(), info.uid, info.gid, info.uname, info.gname, info.mode) == (True, 0, 0, "", "", 0o644)
        names = archive.getnames()
    assert names == [found.name for found in members(io.BytesIO(stream), len(stream))]
    assert names[0] == "inventory.json"
    assert names[-3:] == ["SHA256SUMS", "manifest.signature", "manifest.json"]


def test_the_header() -> None:
    share = parity(payloads(groups()[1]), 1)[0]
    header = Header(
        CONSIGNMENT.public,
        bytes.fromhex("00112233445566778899aabbccddeeff"),
        groups()[1].first,
        2,
        3,
        2,
        groups()[1].stage,
        blake3(share).digest(),
        recipients_digest([RECIPIENT]),
    )
    raw = header.signed(CONSIGNMENT)
    [lines] = block("header")
    spaces = HEADER - 1 - len(lines.encode("ascii"))
    assert raw == lines.encode("ascii") + b" " * spaces + b"\n"
    assert f"{spaces} spaces and LF follow" in PROSE
    assert sha256_hex(raw) in TEXT
    assert open_parcel(raw + share)[0] == header


def test_padme() -> None:
    [examples] = re.findall(r"\(1 and 0 stay\.\) (.*?)\. A filler", PROSE)
    pairs = re.findall(r"(\d+) → (\d+)", examples)
    assert len(pairs) == 6
    for count, rounded in [*pairs, ("0", "0"), ("1", "1")]:
        assert padme(int(count)) == int(rounded)
    for count in range(2, 5000):
        e = count.bit_length() - 1
        unit = 2 ** max(0, e - len(f"{e:b}"))
        assert padme(count) == -(-count // unit) * unit


@pytest.mark.parametrize(
    "change",
    [
        (b"share 2 3 2", b"share 2 3 3"),
        (b"share 2 3 2", b"share 0 3 2"),
        (b"share 2 3 2", b"share 4 3 2"),
        (b"share 2 3 2", b"share 2 65 2"),
        (b"share 2 3 2", b"share 02 3 2"),
        (b"first 1\n", b"first 01\n"),
        (b"first 1\n", b"first +1\n"),
        (b"first 1\n", b"first 4194305\n"),
        (b"first 1\n", b"first 2\n"),
        (b"stage originals", b"stage other"),
        (b"stage originals", b"stage texts"),
        (b"parcel v1", b"parcel v2"),
        (b"group 00", b"group 0A"),
        (b"  \n", b"\t \n"),
    ],
    ids=lambda change: change[1].decode("ascii").strip(),
)
def test_a_header_of_another_form_or_out_of_bounds_is_refused(change: tuple[bytes, bytes]) -> None:
    share = parity(payloads(groups()[1]), 1)[0]
    [lines] = block("header")
    raw = lines.encode("ascii").ljust(HEADER - 1) + b"\n"
    assert raw.count(change[0]) == 1
    # signed anew, so that it is the form and not the signature that is refused, but where the lines are sound
    unsigned = raw.replace(*change).partition(b"signature ")[0]
    signed = Header._filled(unsigned, CONSIGNMENT.sign(unsigned))[:HEADER]
    if change[0] == b"  \n":
        signed = raw.replace(*change)
    if change[1] in (b"first 2\n", b"stage texts"):  # sound lines, which this signature does not cover
        signed = raw.replace(*change)
    with pytest.raises(BadParcel):
        open_parcel(signed.ljust(HEADER) + share)


@pytest.mark.parametrize("name", ["", "/a", "a\\b", "C:a", "a/../b", "./a", "a//b", "a.", "a ", "a\u202eb", "a\nb"])
def test_the_paths_that_section_5_refuses(name: str) -> None:
    _, manifest = documents()
    data = manifest.decode().replace("DCIM/clip.MOV.jpg", name.replace("\\", "\\\\").replace("\n", "\\n")).encode()
    with pytest.raises((BadPath, BadConsignment)):
        Manifest.parse(data)


def test_the_bounds_of_the_stream_are_those_of_the_reader() -> None:
    assert f"at most {MAX_RECORDS >> 10} KiB of records for a file, at most {MAX_MEMBERS:,} files" in PROSE
    assert f"the first {BEGINNING} bytes of `inventory.json`" in PROSE
