"""What an application on a telephone wrote about a file of its own, beside it: ProofMode and Tella, read, not believed.

ProofMode signs what it films with an OpenPGP key that it made. HASH is the file's SHA-256, and since 2020 the name of
all that belongs to it; before, the file's own name stood there (``IMG_0001.jpg.proof.csv``)::

    HASH.proof.csv   HASH.proof.json        what it says: names, values; the same in both
    HASH.asc                                signature of the file itself
    HASH.proof.csv.asc   HASH.proof.json.asc    signatures of what it says
    pubkey.asc                              the key
    HASH.ots   HASH.gst                     a time stamp, Google's word on the telephone: carried, not read here

When somebody hands them on, all lie in one ZIP with the file. Tella writes ``NAME.csv`` beside ``NAME.jpg``, unsigned.
Both write CSV without quotes, commas of values given up, one line of names and one of values.

Where, when, with which telephone and in which networks a file was made stands in all of them. It is what readers must
not see, and :func:`read` is what notices it.
"""

import codecs
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO, Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.zip_reading import DAMAGE, PACKED
from tamizdat.text.rules import visible_text

PROOFMODE, TELLA = "ProofMode", "Tella"
LARGEST: Final = 1 << 20  #: bytes of a proof, signature or key; the application writes some two thousand
MOST_FACTS: Final = 80
MOST_TEXT: Final = 400  #: characters of one value
MOST_MEMBERS: Final = 20_000  #: of a ZIP
MOST_READ: Final = 64 << 20  #: bytes that are read of one ZIP
KEY: Final = "pubkey.asc"
SIGNATURE: Final = ".asc"
#: how each names the SHA-256 of the file, and its name there; what else must be among the names for it to be one
_FORMS: Final = (
    (PROOFMODE, "File Hash SHA256", "File Path", frozenset({"Location.Latitude", "DeviceID", "Proof Generated"})),
    (PROOFMODE, "SHA256", "File", frozenset({"Location.Latitude", "DeviceID", "CurrentDateTime0GMT"})),
    (TELLA, "File hash", "File name", frozenset({"File path"})),
)
_PROOF: Final = re.compile(r"(?P<of>.+)\.proof\.(?P<form>csv|json)", re.I | re.S)
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Said:
    """What was written: by which application, of bytes with which SHA-256 and name ("" if it tells none), and all."""

    kind: str
    sha256: str
    name: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Proof:
    """A proof and the names of its parts, "" for one that is not there. *of* is how they are all called."""

    said: Said
    of: str
    words: str
    signature: str = ""
    words_signature: str = ""
    key: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all that belongs to it."""
        return tuple(each for each in (self.words, self.words_signature, self.signature, self.key) if each)


def read(data: bytes) -> Said | None:
    """Return what such an application wrote; None if it is nothing of theirs."""
    if not 0 < len(data) <= LARGEST:
        return None
    text = data.decode("utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig", "replace")
    values = _of_json(text) if text.lstrip()[:1] == "{" else _of_csv(text)
    for kind, digest, name, others in _FORMS:
        if digest in values and others & values.keys():
            said = values[digest].strip().lower()
            facts = tuple((key, value) for key, value in values.items() if value)[:MOST_FACTS]
            last = re.split(r"[/\\]", values.get(name, ""))[-1]
            return Said(kind, said if _HASH.fullmatch(said) else "", last, facts)
    return None


def _of_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {_clean(key): _clean(str(value)) for key, value in found.items()} if isinstance(found, dict) else {}


def _of_csv(text: str) -> dict[str, str]:
    names, _, rest = text.partition("\n")
    values = rest.partition("\n")[0]
    found = dict(zip(map(_clean, names.split(",")), map(_clean, values.split(",")), strict=False))
    found.pop("", None)
    return found


def _clean(text: str) -> str:
    return " ".join(visible_text(text).split())[:MOST_TEXT]


def proofs(names: Iterable[str], open_part: Callable[[str], bytes]) -> list[Proof]:
    """Return the proofs among files of one folder, or of a ZIP, by their names in it; the JSON before the CSV."""
    known, found = set(names), dict[str, Proof]()
    for name in sorted(known, key=lambda each: (not each.lower().endswith(".json"), each)):
        named = _PROOF.fullmatch(name)
        of = named["of"] if named else name
        if of in found or not (named or name.lower().endswith(".csv")) or (said := read(open_part(name))) is None:
            continue
        if not named:
            found[of] = Proof(said, of, name)
            continue
        folder = name.rpartition("/")[0]
        parts = (f"{of}{SIGNATURE}", f"{name}{SIGNATURE}", f"{folder}/{KEY}" if folder else KEY)
        found[of] = Proof(said, of, name, *(each if each in known else "" for each in parts))
    return list(found.values())


def members(file: BinaryIO) -> Mapping[str, bytes]:
    """Return what in a ZIP may belong to proofs, by name; nothing of what is no ZIP or is too large."""
    found, left = dict[str, bytes](), MOST_READ
    try:
        with zipfile.ZipFile(file) as opened:
            for each in opened.infolist()[:MOST_MEMBERS]:
                wanted = each.filename.lower().endswith((".proof.json", ".proof.csv", SIGNATURE))
                if not wanted or each.file_size > min(LARGEST, left) or each.compress_type not in PACKED:
                    continue
                with opened.open(each) as member:
                    data = member.read(LARGEST + 1)
                left -= len(data)
                if len(data) <= LARGEST:
                    found[each.filename] = data
    except DAMAGE:
        return found  # encrypted, cut off, packed in a way that nobody packs in: what was read so far counts
    return found
