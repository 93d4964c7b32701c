"""The worked bytes and figures of docs/spec/age.md are what the code makes of them."""

import re
from pathlib import Path

from tamizdat.encoding import sha256_hex
from tamizdat.keys import SealingKey
from tamizdat.sealing.age import MAX_RECIPIENTS, sealed_size, unseal, unwrap
from tamizdat.sealing.age_armor import dearmor
from tamizdat.sealing.age_header import MAX_HEADER, encode_header, parse_header
from tamizdat.sealing.age_identities import MAX_WORK, HybridIdentity
from tamizdat.sealing.age_stream import derive, payload_cipher

TEXT = (Path(__file__).resolve().parents[3] / "docs/spec/age.md").read_text("utf-8")
KEY = SealingKey(bytes(range(32)))
SEALED, WRAPPED = (
    block.encode("ascii") for block in re.findall(r"(-----BEGIN AGE.*?END AGE ENCRYPTED FILE-----)", TEXT, re.DOTALL)
)


def worked(name: str) -> str:
    found = re.findall(rf"^{name} +(\S+)", TEXT, re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def test_the_key_and_its_recipient() -> None:
    assert worked("identity") == KEY.to_text()
    begins, ends = worked("recipient").split("…")
    text = KEY.recipient.to_text()
    assert text.startswith(begins)
    assert text.endswith(ends)
    assert TEXT.count(f"{len(text)} letters") == 2
    assert worked("sha256") == sha256_hex(KEY.recipient.data)


def test_the_sealed_file_step_by_step() -> None:
    binary = dearmor(SEALED)
    header = parse_header(binary)
    file_key = HybridIdentity(KEY).unwrap(header.stanzas[0])
    assert file_key is not None
    nonce, chunk = binary[header.size : header.size + 16], binary[header.size + 16 :]
    assert worked("file key") == file_key.hex()
    assert worked("HMAC key") == derive(file_key, None, b"header").hex()
    assert worked("MAC") == header.mac.hex()
    assert worked("nonce") == nonce.hex()
    assert worked("payload key") == derive(file_key, nonce, b"payload").hex()
    assert worked("chunk 0") == chunk.hex()
    assert f"{header.size} − 45 bytes" in TEXT
    assert len(header.signed) == header.size - 45
    assert encode_header(header.stanzas, file_key) == binary[: header.size]
    assert payload_cipher(file_key, nonce).decrypt(bytes(11) + b"\1", chunk, None) == b"tamizdat\n"
    assert unseal(SEALED, [KEY]) == b"tamizdat\n"
    assert len(binary) == sealed_size(9, 1)
    assert f"{len(binary)} bytes, here in armour" in TEXT


def test_the_key_file() -> None:
    assert unwrap(WRAPPED, b"six random words, at the least") == KEY.to_text().encode() + b"\n"


def test_the_formula_for_sizes_and_the_limits() -> None:
    for size in (0, 1, 65536, 65537, 4 << 20):
        for recipients in (1, 3):
            chunks = max(1, -(-size // 65536))
            assert sealed_size(size, recipients) == 86 + 1557 * recipients + size + 16 * chunks
    assert f"{sealed_size(4 << 20, 1):,} bytes" in TEXT
    assert f"1 to {MAX_RECIPIENTS} recipients" in TEXT
    assert f"over {MAX_HEADER:,} bytes" in TEXT
    assert f"above {MAX_WORK} or" in TEXT
