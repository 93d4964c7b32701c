#!/bin/sh
# What: cdxj-indexer 1.5.0 with surt 0.3.1 (PyPI)
# Guess: two addresses that differ only in the case of their path have two keys in a CDXJ index.
# Does: the key is folded to small letters, so two short links, two video or record numbers share one key, and a
#   look-up by key and time gives whichever is nearest.
# Seen: https://t.co/AbCdEf and https://t.co/abcdef: both 'co,t)/abcdef'.
# Source: RFC 3986, 6.2.2.1: scheme and host are case-insensitive, everything else is not.
# Instead: compare the 'url' field of each line too, never the key alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq cdxj-indexer==1.5.0 surt==0.3.1 || exit 2

venv/bin/python - <<'END'
import io, subprocess, sys
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

with open("a.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    for url in ("https://t.co/AbCdEf", "https://t.co/abcdef"):
        writer.write_record(writer.create_warc_record(
            url, "response", payload=io.BytesIO(url.encode()),
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/plain")], protocol="HTTP/1.1")))
lines = subprocess.run(["venv/bin/cdxj-indexer", "a.warc.gz"], capture_output=True, text=True).stdout.splitlines()
keys = [line.split()[0] for line in lines]
print(keys)
if keys != ["co,t)/abcdef", "co,t)/abcdef"]:
    sys.exit(f"changed: keys are {keys}")
END
