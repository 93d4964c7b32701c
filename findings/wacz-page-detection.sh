#!/bin/sh
# What: wacz 0.6.0 (PyPI)
# Guess: --detect-pages makes a page of every HTML response in a WARC.
# Does: a page counts only if another record's request names it as referrer: a text-only page, or a WARC without
#   requests, gives no page and no pages.jsonl, and 'wacz validate' calls the file valid.
# Seen: 'Num Pages Detected: 0' for an HTML page of status 200 without subresources.
# Source: WACZ 1.1.1, 'pages' (pages.jsonl lists where a reader starts); 'wacz create --help' on --detect-pages.
# Instead: write the list of pages yourself and pass it with --pages; look into the file before it goes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq wacz==0.6.0 || exit 2

venv/bin/python - <<'END'
import io, subprocess, sys, zipfile
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

with open("a.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    writer.write_record(writer.create_warc_record(
        "https://example.org/letter", "response", payload=io.BytesIO(b"<html><title>A letter</title>words</html>"),
        http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")))
made = subprocess.run(["venv/bin/wacz", "create", "--detect-pages", "-f", "a.warc.gz", "-o", "a.wacz"],
                      capture_output=True, text=True)
names = zipfile.ZipFile("a.wacz").namelist()
valid = subprocess.run(["venv/bin/wacz", "validate", "-f", "a.wacz"], capture_output=True, text=True)
print(made.stdout.splitlines()[1], names, valid.stdout.split("\n")[-2])
if any(name.startswith("pages/") for name in names):
    sys.exit(f"changed: the file now has {names}")
if valid.returncode != 0:
    sys.exit("changed: validate refuses a file without pages now")
END
