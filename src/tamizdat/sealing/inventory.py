"""The two documents that frame a consignment: the opening inventory and the closing manifest.

Both are canonical JSON and travel as the first and the last files of the stream. The inventory promises (names and
sizes; with ``--prove-first`` digests too); the manifest alone is authoritative: every file's SHA-256, and what
happened to it while it was read. A consignment without its manifest is *incomplete*, never valid.

``inventory.json``::

    {"format": "tamizdat inventory v1", "consignment": <hex>, "opened": <time>,
     "device": <hex, Ed25519>, "certificate": <base64, by which the device vouches for the consignment's key>,
     "files": [{"path", "size", "modified", "stage", "sha256"?}, …],      in the order of the stream
     "left_out": [{"path", "why"}, …],
     "supersedes"?: [<hex>, …]}     consignments of the same device that it closed before they were whole

``manifest.json`` (and ``manifest.signature`` beside it, 64 bytes by the device's key)::

    {"format": "tamizdat manifest v1", "consignment": <hex>, "receipt_key": <hex, 32 bytes>,
     "files": [{"path", "size", "modified", "stage", "sha256", "state"}, …],
     "left_out": [{"path", "why"}, …]}

*state* is ``whole``, ``changed while read`` or ``cut short``. In the stream a card's file lies under ``card/``, a
preview under ``previews/``; *path* is relative to those. ``SHA256SUMS`` beside the manifest says the same in the
form ``sha256sum -c`` reads.
"""

import base64
import re
from collections import Counter
from collections.abc import Sequence, Set
from typing import Any, Final

from tamizdat.dataclass import dataclass
from tamizdat.ed25519 import signature_holds
from tamizdat.encoding import (
    MAX_JSON,
    Json,
    b64,
    canonical,
    parse_b64,
    parse_canonical,
    parse_hex,
    parse_timestamp,
    safe_path,
    sha256,
)
from tamizdat.errors import BadConsignment, BadEncoding
from tamizdat.keys import SigningKey

INVENTORY: Final = "inventory.json"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.signature"
SUMS: Final = "SHA256SUMS"
MAX_DOCUMENT: Final = MAX_JSON  #: bytes of inventory or manifest
MAX_SUPERSEDED: Final = 64  #: consignments that one of the same card may close
STATES: Final = ("whole", "changed while read", "cut short")
FILE_STAGES: Final = ("texts", "previews", "originals")

BEGINNING: Final = 263  #: bytes of inventory.json that say whose it is
_BEGINNING: Final = re.compile(
    rb'\{"certificate":"(?P<certificate>[A-Za-z0-9+/]{86}==)","consignment":"(?P<consignment>[0-9a-f]{64})",'
    rb'"device":"(?P<device>[0-9a-f]{64})",'
)
_SUPERSEDES: Final = re.compile(rb'"supersedes":\[((?:"[0-9a-f]{64}",?)*)\]\}$')
_ID: Final = re.compile(rb"[0-9a-f]{64}")
_OPENED: Final = re.compile(rb'"opened":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')
_CERTIFICATE = b"tamizdat consignment certificate v1\0"
_SIGNATURE = b"tamizdat manifest signature v1\0"


@dataclass(frozen=True)
class Entry:
    """One file: *path* as the stream names it (without ``card/``), *size* in bytes, *modified* in UTC."""

    path: str
    size: int
    modified: str
    stage: str
    sha256: str | None = None
    state: str | None = None

    @property
    def member(self) -> str:
        """The file's name in the tar stream."""
        return f"previews/{self.path}" if self.stage == "previews" else f"card/{self.path}"

    def json(self) -> dict[str, Json]:
        """Return the entry as a member of ``files``."""
        fields: dict[str, Json] = {"path": self.path, "size": self.size, "modified": self.modified, "stage": self.stage}
        if self.sha256 is not None:
            fields["sha256"] = self.sha256
        if self.state is not None:
            fields["state"] = self.state
        return fields


@dataclass(frozen=True)
class LeftOut:
    """A file of the card that could not be taken along, and why, in words for a person."""

    path: str
    why: str


@dataclass(frozen=True)
class Inventory:
    """What a consignment is going to hold."""

    consignment: bytes
    device: bytes
    certificate: bytes
    opened: str
    files: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()
    supersedes: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """Return the bytes of ``inventory.json``."""
        document: dict[str, Json] = {
            "format": "tamizdat inventory v1",
            "consignment": self.consignment.hex(),
            "device": self.device.hex(),
            "certificate": b64(self.certificate),
            "opened": self.opened,
            "files": [entry.json() for entry in self.files],
            "left_out": [{"path": item.path, "why": item.why} for item in self.left_out],
        }
        if self.supersedes:
            document["supersedes"] = [each.hex() for each in self.supersedes]
        return canonical(document)

    @classmethod
    def parse(cls, data: bytes) -> "Inventory":
        """Read ``inventory.json`` and check the device's certificate; raises BadConsignment, BadEncoding, BadPath."""
        document = _document(
            data,
            "the opening inventory",
            "tamizdat inventory v1",
            {"consignment", "device", "certificate", "opened", "files", "left_out"},
            {"supersedes"},
        )
        inventory = cls(
            consignment=parse_hex(document["consignment"], 32, "the consignment's id"),
            device=parse_hex(document["device"], 32, "the device's key"),
            certificate=parse_b64(document["certificate"], "the device's certificate", 64),
            opened=document["opened"],
            files=_entries(document["files"], closing=False),
            left_out=_left_out(document["left_out"]),
            supersedes=_ids(document.get("supersedes", [])),
        )
        parse_timestamp(inventory.opened, "the time of opening")
        _check_certificate(inventory.device, inventory.consignment, inventory.certificate)
        return inventory


def read_device(beginning: bytes, consignment: bytes) -> bytes:
    """Return the Ed25519 key (32 bytes) of the device that vouches for *consignment*.

    *beginning* is the first :data:`BEGINNING` bytes of ``inventory.json``: canonical JSON sorts its members, so that
    certificate, consignment and device stand first. Whose a consignment is can be asked before anything of an
    unknown size is parsed. Raises BadConsignment.
    """
    found = _BEGINNING.match(beginning)
    if not found:
        raise BadConsignment(
            f"Expected an inventory.json that begins with its certificate and device, found {beginning[:16]!a}."
        )
    device, certificate = bytes.fromhex(found["device"].decode()), base64.b64decode(found["certificate"])
    if bytes.fromhex(found["consignment"].decode()) != consignment:
        raise BadConsignment(
            f"Expected the inventory of the consignment {consignment.hex()}, which signed its parcels, "
            f"found that of {found['consignment'].decode()}."
        )
    _check_certificate(device, consignment, certificate)
    return device


def _check_certificate(device: bytes, consignment: bytes, certificate: bytes) -> None:
    if not signature_holds(device, _CERTIFICATE + consignment, certificate):
        raise BadConsignment("Expected a consignment vouched for by its device; the certificate does not hold.")


def opened_at(end: bytes) -> str:
    """Return when a consignment was opened, from the last bytes of its inventory; empty if they do not tell.

    For lists of many consignments, whose inventories have megabytes; what is checked is the whole document. Canonical
    JSON sorts its members, so that little stands behind it; inside a text a quotation mark has a backslash before it.
    """
    found = _OPENED.findall(end)
    return found[-1].decode() if found else ""


def moment(time: str) -> str:
    """Return ``2026-11-23T09:14:05Z`` as ``2026-11-23 09:14``."""
    return time[:16].replace("T", " ")


def moments(times: Sequence[str]) -> list[str]:
    """Return the :func:`moment` of each, with its seconds where several are of one minute."""
    minutes = Counter(map(moment, times))
    return [to_the_second(each) if minutes[moment(each)] > 1 else moment(each) for each in times]


def to_the_second(time: str) -> str:
    """Return ``2026-11-23T09:14:05Z`` as ``2026-11-23 09:14:05``."""
    return time[:19].replace("T", " ")


def superseded_by(end: bytes) -> tuple[str, ...]:
    """Return the ids of the consignments that will never be whole, from the last bytes of an inventory, as above."""
    found = _SUPERSEDES.search(end)
    return tuple(each.decode() for each in _ID.findall(found[1])) if found else ()


def certify(device: SigningKey, consignment: bytes) -> bytes:
    """Return the device's certificate (64 bytes) for a consignment's key; it stands once, in the sealed stream."""
    return device.sign(_CERTIFICATE + consignment)


@dataclass(frozen=True)
class Manifest:
    """What a consignment did hold. *receipt_key* is K of :mod:`tamizdat.carrying.receipt`."""

    consignment: bytes
    receipt_key: bytes
    files: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()

    def encode(self) -> bytes:
        """Return the bytes of ``manifest.json``."""
        return canonical(
            {
                "format": "tamizdat manifest v1",
                "consignment": self.consignment.hex(),
                "receipt_key": self.receipt_key.hex(),
                "files": [entry.json() for entry in self.files],
                "left_out": [{"path": item.path, "why": item.why} for item in self.left_out],
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> "Manifest":
        """Read ``manifest.json``; raises BadConsignment, BadEncoding, BadPath."""
        document = _document(
            data, "the closing manifest", "tamizdat manifest v1", {"consignment", "receipt_key", "files", "left_out"}
        )
        return cls(
            consignment=parse_hex(document["consignment"], 32, "the consignment's id"),
            receipt_key=parse_hex(document["receipt_key"], 32, "the receipt key"),
            files=_entries(document["files"], closing=True),
            left_out=_left_out(document["left_out"]),
        )

    def sums(self) -> bytes:
        """Return ``SHA256SUMS`` for ``sha256sum -c``, run where the stream was unpacked."""
        return "".join(f"{entry.sha256}  {entry.member}\n" for entry in self.files).encode("utf-8")


def sign_manifest(device: SigningKey, manifest: bytes) -> bytes:
    """Return the device's signature (64 bytes) on the closing manifest: who captured, for the archive to keep."""
    return device.sign(_SIGNATURE + sha256(manifest))


def check_manifest_signature(device: bytes, manifest: bytes, signature: bytes) -> None:
    """Raise BadConsignment unless *device* signed *manifest*."""
    if not signature_holds(device, _SIGNATURE + sha256(manifest), signature):
        raise BadConsignment("Expected a closing manifest signed by the device; its signature does not hold.")


def _document(data: bytes, what: str, form: str, members: set[str], more: Set[str] = frozenset()) -> dict[str, Any]:
    document = parse_canonical(data, what)
    if not isinstance(document, dict) or document.get("format") != form:
        found = document.get("format") if isinstance(document, dict) else type(document).__name__
        raise BadConsignment(f"Expected {what} in the format '{form}', found {str(found)[:40]!r}.")
    if document.keys() - more != members | {"format"}:
        raise BadConsignment(
            f"Expected {what} with the members {', '.join(sorted(members))}, found "
            f"{', '.join(sorted(name[:20] for name in document.keys() - {'format'}))[:200]}."
        )
    return document


def _entries(value: object, closing: bool) -> tuple[Entry, ...]:
    if not isinstance(value, list):
        raise BadConsignment("Expected a list of files.")
    entries = tuple(_entry(item, closing) for item in value)
    if len({entry.member for entry in entries}) != len(entries):
        raise BadConsignment("Expected each file once, found one path twice.")
    return entries


def _entry(item: object, closing: bool) -> Entry:
    required = {"path", "size", "modified", "stage"} | ({"sha256", "state"} if closing else set())
    if not isinstance(item, dict) or not required <= item.keys() <= required | {"sha256"}:
        raise BadConsignment("Expected a file's path, size, time and stage (in a manifest its SHA-256 and state too).")
    size = item["size"]
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 53:
        raise BadConsignment("Expected a file's size as a whole number of bytes.")
    if item["stage"] not in FILE_STAGES or item.get("state", "whole") not in STATES:
        raise BadConsignment(
            f"Expected a stage of {', '.join(FILE_STAGES)} and a state of {', '.join(STATES)}, found "
            f"{str(item['stage'])[:20]!r} and {str(item.get('state', 'whole'))[:20]!r}."
        )
    if "sha256" in item:
        parse_hex(item["sha256"], 32, "a file's SHA-256")
    parse_timestamp(item["modified"], "a file's time")
    return Entry(safe_path(item["path"]), size, item["modified"], item["stage"], item.get("sha256"), item.get("state"))


def _ids(value: Any) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_SUPERSEDED:
        raise BadConsignment(f"Expected a list of at most {MAX_SUPERSEDED} consignments that are superseded.")
    return tuple(parse_hex(item, 32, "the id of a consignment that is superseded") for item in value)


def _left_out(value: object) -> tuple[LeftOut, ...]:
    if not isinstance(value, list):
        raise BadConsignment("Expected a list of what was left out.")
    for item in value:
        if not isinstance(item, dict) or item.keys() != {"path", "why"}:
            raise BadConsignment("Expected path and reason of each file that was left out.")
        if not isinstance(item["path"], str) or not isinstance(item["why"], str):
            raise BadEncoding("Expected text for the path and the reason of what was left out.")
    return tuple(LeftOut(item["path"], item["why"]) for item in value)
