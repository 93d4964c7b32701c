#!/bin/sh
# What: @alexalves87/opentimestamps 1.0.5 (npm, TypeScript); opentimestamps 0.4.5 (PyPI, what the command ots uses);
#   OpenTimestamps proofs (.ots)
# Guess: a library whose README says that it has the whole protocol reads the proofs that ots writes, and ots reads its
#   own.
# Does: neither. Head and digest are alike; behind them an attestation is one byte and an address to the one, and a
#   zero, a tag of eight bytes, a length and the address or block to the other. A proof of any kind is refused by the
#   other side as damaged. It reads its own proofs well, and so does a test of writing and reading.
# Seen: proofs of a calendar, of a block and of both: 'Parse error at offset 66: Buffer overflow …', 'Unknown operation
#   tag: 0x19', 'Parse error …'; its own proof of a calendar in Python: TruncationError.
# Source: opentimestamps/python-opentimestamps, opentimestamps/core/notary.py (TimeAttestation: TAG_SIZE is 8) and
#   core/timestamp.py; the README of the package ('Robust and Reliable').
# Instead: stamp and verify with ots or the Python library, and read each proof once with it before the file that it is
#   for is given away.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @alexalves87/opentimestamps@1.0.5 >/dev/null || exit 2
python3 -m venv venv && venv/bin/pip install -qq opentimestamps==0.4.5 || exit 2

cat > write.py <<'END'
import hashlib
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

calendar, block = PendingAttestation("https://calendar.example.org"), BitcoinBlockHeaderAttestation(500000)
for name, attestations in (("calendar", [calendar]), ("block", [block]), ("both", [calendar, block])):
    stamp = Timestamp(hashlib.sha256(b"words\n").digest())
    stamp.attestations.update(attestations)
    context = BytesSerializationContext()
    DetachedTimestampFile(OpSHA256(), stamp).serialize(context)
    with open(f"{name}.ots", "wb") as file:
        file.write(context.getbytes())
END
venv/bin/python write.py
cat > run.mjs <<'END'
import fs from "fs";
import { createPendingAttestation, deserializeOTS, serializeOTS, sha256 } from "@alexalves87/opentimestamps";

const address = "https://calendar.example.org";
const fileHash = sha256(new TextEncoder().encode("words\n"));
const own = serializeOTS({ version: 1, fileHash, operations: [], attestations: [createPendingAttestation(address)] });
fs.writeFileSync("own.ots", own);
if (deserializeOTS(own).attestations[0].uri !== address) {
  console.log("changed: it does not read its own proof");
  process.exit(1);
}
for (const name of ["calendar", "block", "both"]) {
  try {
    deserializeOTS(new Uint8Array(fs.readFileSync(`${name}.ots`)));
  } catch (error) {
    console.log(`${name}: ${error.message}`);
    continue;
  }
  console.log(`changed: the proof of ${name} is read`);
  process.exit(1);
}
END
node run.mjs
venv/bin/python - <<'END'
import sys
from opentimestamps.core.serialize import BytesDeserializationContext, DeserializationError
from opentimestamps.core.timestamp import DetachedTimestampFile


def read(name):
    with open(f"{name}.ots", "rb") as file:
        return DetachedTimestampFile.deserialize(BytesDeserializationContext(file.read()))


if len(read("both").timestamp.attestations) != 2:
    sys.exit("changed: Python does not read its own proof")
try:
    read("own")
except DeserializationError as error:
    print(type(error).__name__, error)
else:
    sys.exit("changed: Python reads the proof of the other library")
END
