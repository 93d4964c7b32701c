#!/bin/sh
# What: libipld 3.5.0 (PyPI), DAG-CBOR
# Guess: decoding and encoding again gives the same bytes, as DAG-CBOR has one form for everything.
# Does: a link is decoded to bytes, and bytes that look like one are encoded as a link: a 36-byte string changes its
#   kind, and the block its hash.
# Seen: 58 24 … (bytes) comes back as d8 2a 58 25 00 … (tag 42).
# Source: IPLD, DAG-CBOR specification, 'Links' and 'Strictness': bytes and links are two kinds; one encoding each.
# Instead: hash and keep the bytes of a block as they came; never encode it again to check it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq libipld==3.5.0 || exit 2

venv/bin/python - <<'END'
import hashlib, sys
import libipld

value = bytes.fromhex("01711220") + hashlib.sha256(b"x").digest()
block = b"\xa1\x61x\x58\x24" + value  # {"x": 36 bytes}
again = libipld.encode_dag_cbor(libipld.decode_dag_cbor(block))
print(block[:6].hex(), again[:6].hex())
if again == block or again[3:5] != b"\xd8\x2a":
    sys.exit(f"changed: encoded again it is {again.hex()}")
END
