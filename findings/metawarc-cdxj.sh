#!/bin/sh
# What: metawarc 2.0.3 (PyPI), its catalogue of web archives given out as CDXJ for pywb; cdxj-indexer 1.5.0 with warcio
#   1.8.1 (PyPI) to compare
# Guess: the lines are those that pywb's own indexer writes of the same file, so pywb finds every capture by them.
# Does: only responses are in the catalogue: a page that was captured again unchanged (revisit) has no second line, so
#   nobody sees that it was still there that day. The keys are the addresses as they stand: www., the order of a query
#   and the case of %E7 are not made alike, by which pywb looks up; a port is left out, so that two servers share a key.
#   And the lines are not in order, though pywb searches them as a sorted file. A single page at a plain address, as in a
#   test, is found.
# Seen: 5 lines of 6; /B?b=2&a=1 for /b?a=1&b=2; org,example)/p for :8443; out of order
# Source: metawarc's README ('export CDXJ and point' pywb at it); CDXJ and SURT of pywb's documentation, 'Indexing'
#   (canonical, sorted); ISO 28500, 6.7 (revisit).
# Instead: cdxj-indexer --sort (or wb-manager index) on the WARC files; metawarc to list and count.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq metawarc==2.0.3 cdxj-indexer==1.5.0 warcio==1.8.1 || exit 2

cat > write.py <<'END'
import io
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
with open("a.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    for address in ("https://www.example.org/B?b=2&a=1", "https://example.org/z", "https://example.org/%E7%85%A7",
                    "https://example.org:8443/p", "https://example.org/a"):
        writer.write_record(writer.create_warc_record(address, "response", payload=io.BytesIO(b"<html>words</html>"),
                                                      http_headers=headers))
    writer.write_record(writer.create_revisit_record("https://example.org/z", "sha1:" + 32 * "A", "https://example.org/z",
                                                     "2024-06-04T00:00:00Z", http_headers=headers))
END
venv/bin/python write.py
venv/bin/metawarc index a.warc.gz > log 2>&1 && venv/bin/metawarc export-cdxj -o own.cdxj >> log 2>&1 || { cat log; exit 1; }
venv/bin/cdxj-indexer --sort a.warc.gz > pywb.cdxj

python3 - <<'END'
import sys

keys = {}
for name in ("own", "pywb"):
    with open(f"{name}.cdxj", encoding="utf-8") as file:
        keys[name] = [line.split()[0] for line in file if not line.startswith("!")]
    print(name, keys[name])
right = ["org,example)/%e7%85%a7", "org,example)/a", "org,example)/b?a=1&b=2", "org,example)/z", "org,example)/z",
         "org,example:8443)/p"]
if keys["pywb"] != right:
    sys.exit(f"changed: pywb's own indexer: {keys['pywb']}")
if sorted(keys["own"]) != ["org,example)/%E7%85%A7", "org,example)/B?b=2&a=1", "org,example)/a", "org,example)/p", "org,example)/z"]:
    sys.exit(f"changed: {keys['own']}")
if keys["own"] == sorted(keys["own"]):
    sys.exit("changed: the lines are sorted")
END
