#!/bin/sh
# What: metawarc 2.0.3 (PyPI), the words of a web archive made searchable (index-content --text); the archive is written by
#   warcio 1.8.1 (PyPI)
# Guess: a page is read in the charset that the server named, which comes before all guessing.
# Does: the header is not looked at. A page in GB2312 that does not say so within itself, as many older Chinese pages, is
#   guessed: a short one becomes Korean, and no search finds its words. Nothing is reported, and the projection counts as
#   made. With a meta element in the page, and in UTF-8, all is found, so a test shows nothing.
# Seen: header gb2312: 윗힉; meta gb2312: 拉萨; search for 拉萨: one page of two
# Source: WHATWG HTML, 'Determining the character encoding' (the transport layer's charset before the prescan of meta).
# Instead: put the charset of each header into the page (a meta element) in a copy of the archive that is only for
#   searching, or read the pages with warcio; search for a word of each old page after indexing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq metawarc==2.0.3 warcio==1.8.1 || exit 2

cat > write.py <<'END'
import io
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PLACE = "\u62c9\u8428"
PAGES = {
    "header": ("text/html; charset=gb2312", f"<html><head><title>{PLACE}</title></head><body>words</body></html>", "gb2312"),
    "meta": ("text/html", f"<html><head><meta charset=gb2312><title>{PLACE}</title></head><body>words</body></html>", "gb2312"),
    "utf-8": ("text/html; charset=utf-8", f"<html><head><title>{PLACE}</title></head><body>words</body></html>", "utf-8"),
}
with open("a.warc.gz", "wb") as file:
    writer = WARCWriter(file, gzip=True)
    for name, (kind, page, charset) in PAGES.items():
        writer.write_record(writer.create_warc_record(
            f"https://example.org/{name}", "response", payload=io.BytesIO(page.encode(charset)),
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")))
END
venv/bin/python write.py
{ venv/bin/metawarc index a.warc.gz && venv/bin/metawarc index-content --text a.warc.gz; } > log 2>&1 || { cat log; exit 1; }
venv/bin/metawarc search words > all
venv/bin/metawarc search 拉萨 > found
cat all

python3 - <<'END'
import re, sys

seen = {}
for name in ("all", "found"):
    with open(name, encoding="utf-8") as file:
        seen[name] = set(re.findall("https://example.org/([a-z0-9-]+)", file.read()))
print(seen)
if seen["all"] != {"header", "meta", "utf-8"}:
    sys.exit(f"changed: the word 'words' is found in {seen['all']}")
if seen["found"] != {"meta", "utf-8"}:
    sys.exit(f"changed: the place is found in {seen['found']}")
END
