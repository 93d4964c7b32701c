"""Inventory and manifest: what they promise is read back; what does not hold, or is not canonical, is refused."""

from dataclasses import replace
from typing import Any

import pytest

from tamizdat.encoding import canonical, parse_canonical, sha256_hex
from tamizdat.errors import BadConsignment, BadEncoding, BadPath, DamagedInput
from tamizdat.keys import SigningKey
from tamizdat.sealing.inventory import (
    BEGINNING,
    MAX_SUPERSEDED,
    Entry,
    Inventory,
    LeftOut,
    Manifest,
    certify,
    check_manifest_signature,
    read_device,
    sign_manifest,
)

DEVICE, CONSIGNMENT = SigningKey.from_seed(bytes(32)), SigningKey.from_seed(bytes([1] * 32))
TIME = "2011-04-03T02:11:09Z"
PROMISED = (Entry("采访.txt", 12, TIME, "texts"), Entry("DCIM/a.MP4", 0, TIME, "originals", sha256_hex(b"")))
HELD = tuple(Entry(e.path, e.size, TIME, e.stage, sha256_hex(b""), "whole") for e in PROMISED)
LEFT = (LeftOut("link", "a symbolic link; links are not followed"),)


def inventory() -> Inventory:
    return Inventory(
        CONSIGNMENT.public, DEVICE.public, certify(DEVICE, CONSIGNMENT.public), "2026-11-23T09:00:00Z", PROMISED, LEFT
    )


def manifest() -> Manifest:
    return Manifest(CONSIGNMENT.public, bytes(32), HELD, LEFT)


def test_both_come_back_as_they_were() -> None:
    assert Inventory.parse(inventory().encode()) == inventory()
    assert Manifest.parse(manifest().encode()) == manifest()


def test_the_sums_are_what_sha256sum_reads() -> None:
    assert manifest().sums().decode() == f"{sha256_hex(b'')}  card/采访.txt\n{sha256_hex(b'')}  card/DCIM/a.MP4\n"


def test_a_preview_lies_beside_the_card_and_not_on_it() -> None:
    assert Entry("a.jpg", 1, TIME, "previews").member == "previews/a.jpg"
    assert Entry("a.jpg", 1, TIME, "originals").member == "card/a.jpg"


def test_a_certificate_is_good_for_one_device_and_one_consignment() -> None:
    other = SigningKey.generate()
    for device, certificate in (
        (other.public, certify(DEVICE, CONSIGNMENT.public)),
        (DEVICE.public, certify(DEVICE, other.public)),
        (DEVICE.public, DEVICE.sign(CONSIGNMENT.public)),
        (DEVICE.public, bytes(64)),
    ):
        with pytest.raises(BadConsignment, match="certificate"):
            Inventory.parse(Inventory(CONSIGNMENT.public, device, certificate, TIME, ()).encode())


def test_whose_a_consignment_is_cannot_be_said_without_the_devices_certificate() -> None:
    """By this, before anything is parsed, a device's limits are counted: nobody uses up another's."""
    other = SigningKey.generate()
    beginning = inventory().encode()[:BEGINNING]
    assert read_device(beginning, CONSIGNMENT.public) == DEVICE.public
    with pytest.raises(BadConsignment, match="found that of"):
        read_device(beginning, other.public)
    with pytest.raises(BadConsignment, match="begins with its certificate"):
        read_device(beginning[:-1], CONSIGNMENT.public)
    for device, certificate in ((other.public, certify(DEVICE, CONSIGNMENT.public)), (DEVICE.public, bytes(64))):
        forged = Inventory(CONSIGNMENT.public, device, certificate, TIME, ()).encode()[:BEGINNING]
        with pytest.raises(BadConsignment, match="certificate does not hold"):
            read_device(forged, CONSIGNMENT.public)


def test_one_consignment_closes_no_more_others_than_a_card_can_have() -> None:
    most = tuple(bytes([number]) * 32 for number in range(MAX_SUPERSEDED))
    assert Inventory.parse(replace(inventory(), supersedes=most).encode()).supersedes == most
    with pytest.raises(BadConsignment, match="at most 64"):
        Inventory.parse(replace(inventory(), supersedes=(*most, bytes([255]) * 32)).encode())


def test_a_manifests_signature_is_for_these_bytes_by_this_device() -> None:
    data = manifest().encode()
    signature = sign_manifest(DEVICE, data)
    check_manifest_signature(DEVICE.public, data, signature)
    for device, bytes_, sign in (
        (SigningKey.generate().public, data, signature),
        (DEVICE.public, data + b" ", signature),
        (DEVICE.public, data, signature[:-1]),
        (DEVICE.public, data, DEVICE.sign(data)),
        (DEVICE.public, data, b""),
    ):
        with pytest.raises(BadConsignment):
            check_manifest_signature(device, bytes_, sign)


def change(document: dict[str, Any], path: str, value: Any) -> bytes:
    """*document* with one member, or one member of its first file, changed; None takes it away."""
    target = document["files"][0] if path.startswith("files.") else document
    name = path.removeprefix("files.")
    if value is None:
        target.pop(name)
    else:
        target[name] = value
    return canonical(document)


BAD_FILES = [
    ("files.path", "../up"),
    ("files.path", "/etc/passwd"),
    ("files.path", "a\\b"),
    ("files.path", "a//b"),
    ("files.path", ""),
    ("files.path", "x" * 256),
    ("files.path", "line\nbreak"),
    ("files.path", 7),
    ("files.path", None),
    ("files.path", "DCIM/a.MP4"),  # twice
    ("files.size", -1),
    ("files.size", True),
    ("files.size", "12"),
    ("files.size", [12]),
    ("files.size", None),
    ("files.modified", "2011-04-03 02:11:09"),
    ("files.modified", "2011-02-30T02:11:09Z"),
    ("files.modified", 0),
    ("files.stage", "manifest"),
    ("files.stage", ["texts"]),
    ("files.stage", "previews/../texts"),
    ("files.sha256", "00"),
    ("files.sha256", "A" * 64),
    ("files.sha256", 0),
    ("files.more", "member"),
    ("files", {}),
    ("files", [1]),
    ("files", None),
    ("left_out", "all"),
    ("left_out", [{"path": "a"}]),
    ("left_out", [{"path": 1, "why": "x"}]),
    ("left_out", None),
    ("consignment", "00"),
    ("consignment", None),
    ("format", "tamizdat inventory v2"),
    ("format", None),
    ("extra", "member"),
]


@pytest.mark.parametrize(("path", "value"), BAD_FILES)
@pytest.mark.parametrize("kind", [Inventory, Manifest])
def test_a_document_that_breaks_its_format_is_refused(kind: Any, path: str, value: Any) -> None:
    true = inventory().encode() if kind is Inventory else manifest().encode()
    document = parse_canonical(true, "a document")
    if path == "files.path" and value == "DCIM/a.MP4":
        document["files"][0]["stage"] = "originals"
    with pytest.raises((BadConsignment, BadEncoding, BadPath)):
        kind.parse(change(document, path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("files.state", "probably whole"),
        ("files.state", None),
        ("files.sha256", None),
        ("receipt_key", "00" * 31),
        ("receipt_key", None),
        ("device", "00" * 32),
    ],
)
def test_a_manifest_must_say_what_became_of_each_file(path: str, value: Any) -> None:
    with pytest.raises((BadConsignment, BadEncoding)):
        Manifest.parse(change(parse_canonical(manifest().encode(), "a document"), path, value))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: b" " + data,
        lambda data: data.replace(b'":', b'": ', 1),
        lambda data: data.replace(b"a.MP4", b"a\\u002eMP4"),
        lambda data: data.replace(b'"size":12', b'"size":12.0'),
        lambda data: data.replace(b'"size":12', b'"size":1.2e1'),
        lambda data: data.replace(b'{"', b'{"consignment":"","', 1),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.decode().encode("utf-16"),
        lambda data: b"[]",
        lambda data: b"null",
        lambda data: b"",
    ],
)
def test_bytes_that_are_not_their_own_canonical_form_are_refused(spoil: Any) -> None:
    for document, kind in ((inventory().encode(), Inventory), (manifest().encode(), Manifest)):
        with pytest.raises(DamagedInput):
            kind.parse(spoil(document))
