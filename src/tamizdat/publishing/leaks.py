"""Nothing that must stay private stands in any built file: looked for, byte by byte, before anything is replaced.

Looked for are, of *everything* in the archive: digests of originals and manifests, paths and names of files on cards,
ids of consignments and keys of field devices; and the words of items that are not released. Each in the forms in
which a page could hold it: as it is, composed and decomposed (NFC, NFD), escaped for JSON; pages are read with their
HTML entities resolved, envelopes with their payload decoded.

Left out is what is no secret: texts of fewer than five bytes (``a.c``) and short hexadecimal ones, what the house
itself writes into every site (a card may hold a file named ``style.css``), and, for *words* only, what an editor
released in another item. A file name that an editor wrote into a caption is a leak.

Published media were made from pixels. They are searched for what belongs to their own source. Tiles of the ledger
hold commitments and nothing else, and are not searched.
"""

import html
import json
import mmap
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.encoding import Json, parse_b64, parse_hex
from tamizdat.errors import BadEncoding, Leak
from tamizdat.keys import encode_device

SHORTEST: Final = 5  #: bytes of a text that is looked for
_DIGITS: Final = re.compile(rb"[0-9a-f]{0,10}")  #: would be met by chance in some digest

Secret = tuple[str, str]  #: what it is (for the message), and the text


class Secrets:
    """Texts that must not occur, found by their first five bytes."""

    def __init__(self, secrets: Iterable[Secret], harmless: bytes = b"") -> None:
        self._forms: dict[bytes, dict[bytes, str]] = {}
        for what, text in secrets:
            for form in _forms(text):
                if len(form) >= SHORTEST and not _DIGITS.fullmatch(form) and form not in harmless:
                    self._forms.setdefault(form[:SHORTEST], {})[form] = what

    def found_in(self, data: bytes) -> str | None:
        """What kind of secret *data* holds, or None."""
        pieces = {data[at : at + SHORTEST] for at in range(len(data) - SHORTEST + 1)}
        for piece in pieces & self._forms.keys():
            for form, what in self._forms[piece].items():
                if form in data:
                    return what
        return None

    def found_in_file(self, path: Path) -> str | None:
        """The same for few secrets and a large file, which is not read into memory."""
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for forms in self._forms.values():
                for form, what in forms.items():
                    if data.find(form) >= 0:
                        return what
        return None


def secrets_of_source(item: Item, devices: dict[str, str]) -> list[Secret]:
    """What must never be told of where an item came from, released or not."""
    found = [
        ("the digest of an original", item.original),
        ("the id of a consignment", item.consignment),
        ("the path of a file on a card", item.path),
        ("the name of a file on a card", item.path.rpartition("/")[2]),
    ]
    device = devices.get(item.consignment)
    return [*found, *_names_of_device(device)] if device else found


def all_secrets(archive: Archive, shown: Iterable[int], harmless: bytes, released: bytes) -> Secrets:
    """Everything in the archive that must not be published when the items *shown* are.

    *harmless* is what the house itself writes; *released* what editors released in this edition.
    """
    devices = devices_of(archive)
    open_items = frozenset(shown)
    secrets: list[Secret] = [("the digest of a manifest", each.manifest) for each in archive.index.consignments()]
    for device in set(devices.values()):
        secrets += _names_of_device(device)
    for item in archive.index.items():
        secrets += secrets_of_source(item, devices)
        if item.number not in open_items:
            texts = (item.title, item.caption, item.alt)
            secrets += [
                ("words of an item that is not released", text) for text in texts if text.encode() not in released
            ]
    return Secrets(secrets, harmless)


def devices_of(archive: Archive) -> dict[str, str]:
    """Consignment → hexadecimal key of the field device that it came from, where known."""
    return {each.consignment: each.device for each in archive.index.consignments() if each.device}


def check_page(secrets: Secrets, path: str, data: bytes) -> None:
    """Raises :class:`Leak` if a built file holds a secret."""
    for reading in _readings(path, data):
        _refuse(path, secrets.found_in(reading))


def check_medium(secrets: list[Secret], name: str, path: Path) -> None:
    """The same for a published picture or clip and the secrets of its own source."""
    _refuse(name, Secrets(secrets).found_in_file(path))


def _refuse(path: str, found: str | None) -> None:
    if found:
        raise Leak(
            f"Expected nothing private in the site, found {found} in {path}. Nothing was published or replaced. "
            "Change what the desk says of that item, then publish again."
        )


def _readings(path: str, data: bytes) -> Iterator[bytes]:
    yield data
    if path.endswith(".html"):
        yield html.unescape(data.decode("utf-8", "replace")).encode()
    elif path.endswith((".json", ".js")):
        yield from _payloads(data)


def _payloads(data: bytes) -> Iterator[bytes]:
    """What lies in base64 inside the JSON of an envelope, or of a script that calls a function with JSON."""
    start, end = data.find(b"{"), data.rfind(b"}")
    try:
        waiting: list[Json] = [json.loads(data[start : end + 1])]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and len(value) > 2 * SHORTEST:
            try:
                inner = parse_b64(value, "base64")
            except BadEncoding:
                continue
            yield inner
            yield from _payloads(inner)


def _forms(text: str) -> set[bytes]:
    plain = {text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))}
    return {form.encode() for form in plain | {json.dumps(each, ensure_ascii=False)[1:-1] for each in plain}}


def _names_of_device(device: str) -> list[Secret]:
    what = "the key of a field device"
    try:
        return [(what, device), (what, encode_device(parse_hex(device, 32, "a device's key")))]
    except BadEncoding:
        return [(what, device)]
