"""Signatures that came with a file, judged in the box by others' programs: OpenPGP by gpgv, C2PA by c2pa-python.

``gpgv`` is GnuPG's program for just that: keys in, signature in, yes or no; no trust, no network, nothing kept. It
takes keys as packets only, so their armour is taken off here. It is believed only if it says in so many words whose
signature is valid, and of nothing that it is not.

``c2pa`` (an extra: it brings some 50 MB) reads the manifest and hashes the file. It may fetch nothing. No list of
trusted makers is given to it, so of a certificate's chain nothing is judged.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadMedia, ToolMissing
from tamizdat.text.rules import visible_text

LARGEST: Final = 1 << 20  #: bytes of a key or signature
MOST_MANIFEST: Final = 64 << 20  #: bytes of a manifest beside a file
MOST_FACTS: Final = 80
MOST_TEXT: Final = 400  #: characters of one
GOOD, BAD, NO_KEY, UNREADABLE = "good", "bad", "no key", "unreadable"
#: these bytes were signed, by a key that is none any more
EXPIRED, REVOKED = "expired", "revoked"
#: gpgv's word (GnuPG's doc/DETAILS): what it comes to, the worst first
_WORDS: Final = {
    "BADSIG": BAD, "NO_PUBKEY": NO_KEY, "REVKEYSIG": REVOKED, "EXPKEYSIG": EXPIRED,
}  # fmt: skip
_ARMOUR: Final = re.compile(rb"-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(.*?)-----END PGP PUBLIC KEY BLOCK-----", re.S)
_VALID: Final = re.compile(r"VALIDSIG ([0-9A-F]{40,64}) \S+ (\d+)(?: \S+)* ([0-9A-F]{40,64})")
_FINGERPRINT: Final = re.compile(r"[0-9A-F]{40,64}")
_FITS: Final = re.compile(r"assertion\.(dataHash|bmffHash|boxesHash|collectionHash)\.match")
_ALTERED: Final = re.compile(r"assertion\.(dataHash|bmffHash|boxesHash|collectionHash)\.\w+")
#: of what was signed, something is another or is missing
_REWRITTEN: Final = re.compile(r"claimSignature\..*|assertion\.(hashedURI\.mismatch|missing)|claim\..*")
_LEFT_OUT: Final = ".additionalExclusionsPresent"
_NO_MANIFEST: Final = "ManifestNotFound"


@dataclass(frozen=True)
class Signature:
    """What gpgv said: :data:`GOOD` with the *key* (its fingerprint) and when it says it signed (seconds), or not."""

    verdict: str
    key: str = ""
    at: int = 0

    @classmethod
    def parse(cls, answer: bytes) -> "Signature":
        """Read an answer of the box; raise :class:`BadMedia` for what is none."""
        try:
            said = json.loads(answer)
            verdict, key, at = said["verdict"], said["key"], said["at"]
        except (ValueError, KeyError, TypeError, RecursionError):
            verdict = key = at = None
        if verdict not in (GOOD, UNREADABLE, *_WORDS.values()) or not isinstance(at, int) or not 0 <= at < 1 << 32:
            raise BadMedia("Expected whether a signature holds, found no such answer.")
        if not isinstance(key, str) or bool(_FINGERPRINT.fullmatch(key)) != (verdict == GOOD):
            raise BadMedia("Expected the fingerprint of a key, found no such answer.")
        return cls(verdict, key, at)


@dataclass(frozen=True)
class Credentials:
    """What a reader of manifests found: whether the hash fits and the signature holds, whose, what it says."""

    fits: bool | None  #: None if nothing in it is bound to the bytes
    partly: bool  #: more bytes than its own are left out of the hash
    signed: bool
    signer: str
    when: str  #: "" if it tells none
    facts: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, answer: bytes) -> "Credentials":
        """Read an answer of the box; raise :class:`BadMedia` for what is none."""
        try:
            said = json.loads(answer)
            fits, signed, partly = said["fits"], said["signed"], said["partly"]
            facts = tuple((_clean(name), _clean(value)) for name, value in said["facts"][:MOST_FACTS])
            signer, when = _clean(said["signer"]), _clean(said["when"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadMedia("Expected what a file's content credentials say, found no such answer.") from None
        if fits not in (True, False, None) or not isinstance(signed, bool) or not isinstance(partly, bool):
            raise BadMedia("Expected whether content credentials hold, found no such answer.")
        return cls(fits, partly, signed, signer, when, facts)


def _clean(text: Any) -> str:
    return " ".join(visible_text(str(text)).split())[:MOST_TEXT]


def openpgp(file: int, key: int, signature: int, seconds: float) -> bytes:
    """Return, as JSON, whether one of these keys signed *file*: verdict, fingerprint of the primary key, when.

    Raises :class:`ToolMissing` without gpgv, :class:`BadMedia` if it does not end in time.
    """
    program = shutil.which("gpgv")
    if program is None:
        raise ToolMissing("Expected the program gpgv, which checks OpenPGP signatures, found none; install gpgv.")
    keys, signed = _bytes(key, LARGEST), _bytes(signature, LARGEST)
    with tempfile.TemporaryDirectory() as folder:
        ring, given = Path(folder) / "keys", Path(folder) / "signature"
        ring.write_bytes(_packets(keys))
        given.write_bytes(signed)
        os.lseek(file, 0, os.SEEK_SET)
        command = [program, "--homedir", folder, "--keyring", str(ring), "--status-fd", "1", str(given), "-"]
        try:
            done = subprocess.run(
                command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, check=False,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise BadMedia(f"Expected a signature that is checked within {seconds:.0f} seconds; it was not.") from None
    return json.dumps(_judged(done.returncode, done.stdout[:LARGEST].decode("utf-8", "replace"))).encode()


def _judged(code: int, told: str) -> dict[str, str | int]:
    """Return a verdict by gpgv's status lines (GnuPG's doc/DETAILS): all signatures are valid, or none counts."""
    lines = [line.removeprefix("[GNUPG:] ") for line in told.splitlines() if line.startswith("[GNUPG:] ")]
    words = {line.partition(" ")[0] for line in lines}
    valid = [found for line in lines if (found := _VALID.fullmatch(line))]
    if code == 0 and valid and not words & {"BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "PLAINTEXT"}:
        return {"verdict": GOOD, "key": valid[0][3], "at": int(valid[0][2])}
    verdict = next((verdict for word, verdict in _WORDS.items() if word in words), UNREADABLE)
    return {"verdict": verdict, "key": "", "at": 0}


def _packets(keys: bytes) -> bytes:
    """Return keys without their armour (RFC 9580, 6); what has none stays as it is, what is damaged gives none."""
    found = b""
    for block in _ARMOUR.findall(keys):
        body = block.replace(b"\r", b"").partition(b"\n\n")[2] if b"\n\n" in block.replace(b"\r", b"") else block
        lines = [line for line in body.split(b"\n") if line and not line.startswith(b"=")]
        try:
            found += base64.b64decode(b"".join(lines), validate=True)
        except ValueError:
            return b""
    return found if found or b"-----BEGIN" in keys else keys


def credentials(file: int, kind: str, beside: int | None) -> bytes:
    """Return, as JSON, what the content credentials of *file* say (:class:`Credentials`), or of the manifest *beside*.

    Raises :class:`ToolMissing` without c2pa-python, :class:`BadMedia` if there is no manifest that can be read.
    """
    try:
        import c2pa
    except ImportError:
        raise ToolMissing(
            "Expected the package c2pa-python, which reads content credentials, found none; install it (the extra "
            "'credentials')."
        ) from None
    manifest = None if beside is None else _bytes(beside, MOST_MANIFEST)
    settings = c2pa.Settings.from_dict({"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}})
    os.lseek(file, 0, os.SEEK_SET)
    with os.fdopen(os.dup(file), "rb") as opened:
        try:
            with c2pa.Context(settings) as context:
                reader = c2pa.Reader(kind, opened, manifest, context=context)
                report = json.loads(reader.json())
        except c2pa.C2paError as error:
            none = _NO_MANIFEST in type(error).__name__ or _NO_MANIFEST in str(error)
            what = "none" if none else "credentials that are damaged, or of a form that is not known"
            raise BadMedia(f"Expected content credentials that can be read, found {what}.") from None
    return json.dumps(_told(report)).encode()


def _told(report: Mapping[str, Any]) -> dict[str, object]:
    active = report["manifests"][report["active_manifest"]]
    found = report.get("validation_results", {}).get("activeManifest", {})
    good, bad = ({each["code"] for each in found.get(kind, ())} for kind in ("success", "failure"))
    told = {each["code"] for each in found.get("informational", ())} | good | bad
    altered = any(map(_ALTERED.fullmatch, bad))
    info = active.get("signature_info", {})
    signer = ", ".join(str(info[name]) for name in ("common_name", "issuer") if info.get(name))
    facts = [("Title", active.get("title")), ("Claim generator", active.get("claim_generator"))]
    for each in active.get("claim_generator_info", ()):
        facts += [(f"Claim generator: {name}", value) for name, value in each.items()]
    for each in active.get("assertions", ()):
        if not str(each.get("label")).startswith("c2pa.hash"):  # which bytes are hashed: nobody's word
            facts += _flat(str(each.get("label")), each.get("data"))
    facts += [("Made from", each.get("title") or each.get("label")) for each in active.get("ingredients", ())]
    facts += [("Certificate number", info.get("cert_serial_number"))]
    return {
        "fits": False if altered else True if any(map(_FITS.fullmatch, good)) else None,
        "partly": any(code.endswith(_LEFT_OUT) for code in told),
        "signed": "claimSignature.validated" in good and not any(map(_REWRITTEN.fullmatch, bad)),
        "signer": signer,
        "when": str(info.get("time", "")),
        "facts": [
            (name, str(value)[:MOST_TEXT]) for name, value in facts[:MOST_FACTS] if value not in (None, "", [], {})
        ],
    }


def _flat(name: str, value: object, depth: int = 0) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and depth < 6:
        for key, each in value.items():
            if not key.startswith("@"):
                yield from _flat(f"{name} {key}", each, depth + 1)
    elif isinstance(value, list) and depth < 6:
        for each in value[:20]:
            yield from _flat(name, each, depth + 1)
    else:
        yield name, value


def _bytes(file: int, most: int) -> bytes:
    size = os.fstat(file).st_size
    if not 0 < size <= most:
        raise BadMedia(f"Expected a key, signature or manifest of 1 to {most:,} bytes, found {size:,}.")
    return os.pread(file, size, 0)
