#!/bin/sh
# What: @harvard-lil/js-wacz 0.1.6 (npm), looked at with wacz 0.6.0 (PyPI)
# Guess: the hashes that stand in a new WACZ are those of the files in it; a validator of the same format takes it.
# Does: the hash of every WARC (and of whatever is added by its path) is another: each piece of 64 KiB goes through
#   SHA-256 twice. The WARC in it is whole, and 'wacz validate' says that its data may be corrupted. The hashes of index
#   and pages are right.
# Seen: datapackage.json has the SHA-256 of the WARC with every piece of 65,536 bytes doubled; 'Hash Count Error'.
# Source: WACZ 1.1.1, 'datapackage.json' (the hash of each resource); harvard-lil/js-wacz, issue 127.
# Instead: hash the stored files yourself before a WACZ is called damaged, and before one of yours is handed on.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq wacz==0.6.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund @harvard-lil/js-wacz@0.1.6 >/dev/null || exit 2

venv/bin/python - <<'END'
import io, random
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

page = b"<html><title>A letter</title>" + random.Random(1).randbytes(100_000).hex().encode() + b"</html>"  # two pieces, packed
with open("a.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    writer.write_record(writer.create_warc_record(
        "https://example.org/letter", "response", payload=io.BytesIO(page),
        http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")))
END
node_modules/.bin/js-wacz create -f a.warc.gz -o a.wacz > log 2>&1 || { cat log; exit 2; }

venv/bin/python - <<'END'
import hashlib, json, subprocess, sys, zipfile

PIECE = 65536
archive = zipfile.ZipFile("a.wacz")
wrong = {}
for resource in json.loads(archive.read("datapackage.json"))["resources"]:
    stored = archive.read(resource["path"])
    said = resource["hash"].removeprefix("sha256:")
    print(resource["path"], said == hashlib.sha256(stored).hexdigest())
    if said != hashlib.sha256(stored).hexdigest():
        doubled = b"".join(2 * stored[start : start + PIECE] for start in range(0, len(stored), PIECE))
        wrong[resource["path"]] = len(stored) > PIECE and said == hashlib.sha256(doubled).hexdigest()
with open("a.warc.gz", "rb") as file:
    if file.read() != archive.read("archive/a.warc.gz"):
        sys.exit("changed: the WARC is not stored as it was given")
if wrong != {"archive/a.warc.gz": True}:
    sys.exit(f"changed: wrong hashes (of the doubled pieces): {wrong}")
validated = subprocess.run(["venv/bin/wacz", "validate", "-f", "a.wacz"], capture_output=True, text=True)
print(validated.stdout.strip().splitlines()[-1])
if "Hash Count Error" not in validated.stdout:
    sys.exit("changed: wacz validate no longer tells of the hash")
END
