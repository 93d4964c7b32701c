#!/bin/sh
# What: cbor-x 1.6.9 (npm), values as CBOR, for what is hashed or signed (COSE, C2PA, links by content); cbor2 6.3.0 (PyPI)
#   to compare
# Guess: encode() writes the one short form that all encoders write by default; the same bytes give the same CBOR wherever
#   they come from.
# Does: bytes in a Buffer are a plain byte string, the same bytes in a Uint8Array have tag 64 before them: what a program in
#   Node signs and the same program in a browser signs differ. An object has its number of members in two bytes more than
#   cbor2, Go and Rust write; whole numbers from 2^32 on are floating point; a Map has tag 259. Every decoder reads it all
#   and finds the same values, so a test of writing and reading shows nothing.
# Seen: {a: 1} is b90001616101 (a1616101); Uint8Array [1] is d8404101, Buffer [1] is 4101; 2^33 is fb4200000000000000
# Source: cbor-x's README: encode 'will generate standard CBOR without any extensions', 'will generally attempt to use
#   preferred serializations'; RFC 8949, 4.1 (preferred: the shortest argument) and 4.2.1; RFC 8746 (tag 64).
# Instead: an Encoder with useRecords, tagUint8Array and useTag259ForMaps false and variableMapSize true, and BigInt, as
#   below; or cborg or @ipld/dag-cbor for what is hashed; compare bytes with another library's, not values.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit cbor-x@1.6.9 > /dev/null || exit 2
python3 -m venv venv && venv/bin/pip install -qq cbor2==6.3.0 || exit 2

cat > write.mjs <<'END'
import { Encoder, encode } from "cbor-x"

const careful = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false, useTag259ForMaps: false })
const values = [{ a: 1 }, Buffer.from([1]), new Uint8Array([1]), 2 ** 33, 2n ** 33n, new Map([["a", 1]])]
for (const how of [encode, (value) => careful.encode(value)]) console.log(values.map((value) => how(value).toString("hex")).join(" "))
END
node write.mjs > written
venv/bin/python -c 'import cbor2; print(*(cbor2.dumps(each).hex() for each in ({"a": 1}, b"\x01", b"\x01", 2**33, 2**33, {"a": 1})))' >> written
cat written
cat > expected <<'END'
b90001616101 4101 d8404101 fb4200000000000000 1b0000000200000000 d90103a1616101
a1616101 4101 4101 fb4200000000000000 1b0000000200000000 a1616101
a1616101 4101 4101 1b0000000200000000 1b0000000200000000 a1616101
END
cmp -s written expected || { echo "changed: $(head -n 1 written)"; exit 1; }
