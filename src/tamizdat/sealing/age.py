"""Sealing and opening whole age files (c2sp.org/age), in exactly our profile of it.

What we write, for a payload of *s* bytes and *r* recipients, is always the same size: 22 bytes of version line,
1,557 for each hybrid recipient, 48 of MAC line, 16 of nonce, and the chunks. No grease stanza, no padding.

>>> from tamizdat.keys import SealingKey
>>> key = SealingKey.generate()
>>> parcel = seal(b"payload", [key.recipient])
>>> len(parcel) == sealed_size(7, 1) == 22 + 1557 + 48 + 16 + 7 + 16
True
>>> unseal(parcel, [key])
b'payload'

What we read is all that age's own test vectors ask for: hybrid, X25519 and passphrase files, in armour or not.
Errors say where it broke: :class:`BadAgeHeader`, :class:`BadAgeMac`, :class:`BadAgePayload`; a sound file that is not
for us is :class:`NotForUs`. :func:`wrap` and :func:`unwrap` are for our own keys at rest: stock ``age -d`` opens them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tamizdat.errors import BadAgeHeader, NotForUs, UsageError, WrongPassphrase
from tamizdat.keys import Recipient, SealingKey
from tamizdat.sealing.age_armor import dearmor, is_armored
from tamizdat.sealing.age_header import MAC_LINE, MAX_HEADER, VERSION, Header, encode_header, parse_header
from tamizdat.sealing.age_identities import FILE_KEY, HybridIdentity, Passphrase, X25519Identity, wrap_hybrid
from tamizdat.sealing.age_stream import (
    CHUNK,
    NONCE,
    open_chunks,
    opened_payload_size,
    payload_cipher,
    seal_chunks,
    sealed_payload_size,
    stream_chunks,
)

__all__ = [
    "CHUNK", "MAX_RECIPIENTS", "HybridIdentity", "Identity", "Passphrase", "X25519Identity",
    "seal", "seal_into", "sealed_size", "unseal", "unseal_into", "unseal_stream", "unwrap", "wrap",
]  # fmt: skip

Buffer = bytes | bytearray | memoryview
Identity = SealingKey | HybridIdentity | X25519Identity | Passphrase

HYBRID_STANZA: Final = 1557  #: bytes: "-> mlkem768x25519 ", 1,494 letters for 1,120 bytes, LF, 43 letters, LF
MAX_RECIPIENTS: Final = (MAX_HEADER - len(VERSION) - MAC_LINE) // HYBRID_STANZA  #: 42
DEFAULT_WORK: Final = 18  #: age's own: 256 MiB of memory and about a second for each guess


def sealed_size(payload_size: int, recipients: int) -> int:
    """Return the size of every file :func:`seal` makes of so many bytes for so many recipients."""
    return len(VERSION) + HYBRID_STANZA * recipients + MAC_LINE + NONCE + sealed_payload_size(payload_size)


def seal(payload: Buffer, recipients: Sequence[Recipient]) -> bytes:
    """Seal *payload* as an age file that each of *recipients* can open. See :func:`seal_into` for many large ones."""
    out = bytearray(sealed_size(len(payload), len(recipients)))
    seal_into(out, payload, recipients)
    return bytes(out)


def seal_into(out: bytearray | memoryview, payload: Buffer, recipients: Sequence[Recipient]) -> int:
    """Seal into the start of *out* and return the :func:`sealed_size`; *out* may be larger, and is best reused.

    Raises UsageError.
    """
    if not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise UsageError(f"Expected 1 to {MAX_RECIPIENTS} recipients to seal to, found {len(recipients)}.")
    file_key = os.urandom(FILE_KEY)  # random for every file: a file sealed again is sealed under another key
    header = encode_header([wrap_hybrid(file_key, recipient) for recipient in recipients], file_key)
    return _write(memoryview(out), header, file_key, memoryview(payload))


def unseal(data: Buffer, identities: Sequence[Identity]) -> bytes:
    """Return the whole payload of an age file, binary or armoured; raises BadAge, NotForUs."""
    whole = memoryview(dearmor(bytes(data))) if is_armored(bytes(data[:1024])) else memoryview(data)
    out = bytearray(max(0, len(whole)))
    return bytes(memoryview(out)[: unseal_into(out, whole, identities)])


def unseal_into(out: bytearray | memoryview, data: Buffer, identities: Sequence[Identity]) -> int:
    """Open a binary age file into the start of *out* (as large as *data* is always enough); the payload's size.

    All or nothing: after an error *out* holds nothing that may be used.
    """
    view = memoryview(data)
    header = parse_header(bytes(view[:MAX_HEADER]))
    file_key = _file_key(header, identities)
    nonce, sealed = _nonce(view[header.size : header.size + NONCE]), view[header.size + NONCE :]
    size = opened_payload_size(len(sealed))
    open_chunks(payload_cipher(file_key, nonce), sealed, memoryview(out)[:size])
    return size


def unseal_stream(read: Callable[[int], bytes], identities: Sequence[Identity]) -> Iterator[bytes]:
    """Yield the payload of a binary age file of any size, in chunks as they hold. ``read`` is that of a buffered file.

    What came out before an error is true, but not all: keep it under a temporary name until the iterator ends.
    """
    start = b""
    while len(start) < MAX_HEADER + NONCE and (more := read(MAX_HEADER + NONCE - len(start))):
        start += more
    header = parse_header(start)
    cipher = payload_cipher(_file_key(header, identities), _nonce(memoryview(start)[header.size :][:NONCE]))
    return stream_chunks(cipher, _after(start[header.size + NONCE :], read))


def wrap(plaintext: bytes, passphrase: bytes, work_factor: int = DEFAULT_WORK) -> bytes:
    """Make a key file: an age file under a passphrase, which any age implementation opens (see ADR 0002).

    Raises UsageError.
    """
    if not passphrase:
        raise UsageError("Expected a passphrase, found an empty one. Choose one and run the command again.")
    file_key = os.urandom(FILE_KEY)
    header = encode_header([Passphrase(passphrase).wrap(file_key, work_factor)], file_key)
    out = bytearray(len(header) + NONCE + sealed_payload_size(len(plaintext)))
    _write(memoryview(out), header, file_key, memoryview(plaintext))
    return bytes(out)


def unwrap(data: bytes, passphrase: bytes) -> bytes:
    """Return the content of a key file; raises WrongPassphrase, BadAgeHeader and the rest of BadAge."""
    plain = dearmor(data) if is_armored(data[:1024]) else data
    if [stanza.kind for stanza in parse_header(plain).stanzas] != ["scrypt"]:
        raise BadAgeHeader("Expected a key file under a passphrase, found an age file of another kind.")
    try:
        return unseal(plain, [Passphrase(passphrase)])
    except NotForUs as error:
        raise WrongPassphrase("This passphrase does not open the key. Check capitals and spaces; try again.") from error


def _write(out: memoryview, header: bytes, file_key: bytes, payload: memoryview) -> int:
    nonce = os.urandom(NONCE)
    start = len(header) + NONCE
    size = start + sealed_payload_size(len(payload))
    out[:start] = header + nonce
    seal_chunks(payload_cipher(file_key, nonce), payload, out[start:size])
    return size


def _file_key(header: Header, identities: Sequence[Identity]) -> bytes:
    kinds = [stanza.kind for stanza in header.stanzas]
    if "scrypt" in kinds and len(kinds) > 1:
        raise BadAgeHeader(f"Expected a passphrase stanza alone in its header, found {len(kinds)} stanzas.")
    for identity in identities:
        unwrapping = HybridIdentity(identity) if isinstance(identity, SealingKey) else identity
        for stanza in header.stanzas:
            file_key = unwrapping.unwrap(stanza)
            if file_key is not None:
                header.check(file_key)
                return file_key
    raise NotForUs("This age file is sound as far as one can see, but none of our keys opens it.")


def _nonce(view: memoryview) -> bytes:
    if len(view) != NONCE:
        raise BadAgeHeader(f"Expected {NONCE} bytes of nonce after an age header, found {len(view)}: it was cut short.")
    return bytes(view)


def _after(start: bytes, read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return a ``read`` that gives *start* first, and fewer bytes than asked for only at the end."""
    left = bytearray(start)

    def read_on(size: int) -> bytes:
        while len(left) < size and (more := read(size - len(left))):
            left.extend(more)
        piece = bytes(left[:size])
        del left[:size]
        return piece

    return read_on
