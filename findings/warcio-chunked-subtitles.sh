#!/bin/sh
# What: warcio 1.8.1 (PyPI); warcio 2.4.11 (npm) reads it well
# Guess: a stored body whose first line happens to look like a chunk size is returned as it was stored: the chunks do
#   not parse to the end.
# Does: with 'Transfer-Encoding: chunked' kept from a crawl that stored the body de-chunked, the Python reader takes
#   '1' of a SubRip file for a chunk size and drops bytes, while its digest check says passed.
# Seen: '1\r\n00:00:01,000 …' comes out as '1\r\n000:01,000 …'; digest passed.
# Source: RFC 9112, 7.1: a chunk's data is followed by CR LF; WARC 1.1, 6.3.2: the payload is the entity body.
# Instead: take the stored bytes and de-chunk strictly yourself, only if every chunk parses to the end.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq warcio==1.8.1 || exit 2

venv/bin/python - <<'END'
import io, sys
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

body = b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n\r\n"
file = io.BytesIO()
writer = WARCWriter(file, gzip=True)
headers = [("Content-Type", "application/x-subrip"), ("Transfer-Encoding", "chunked")]
writer.write_record(writer.create_warc_record(
    "https://example.org/a.srt", "response", payload=io.BytesIO(body),
    http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")))
file.seek(0)
with open("a.warc.gz", "wb") as copy:
    copy.write(file.getvalue())
for record in ArchiveIterator(file, check_digests=True):
    got = record.content_stream().read()
    print(got[:12], record.digest_checker.passed)
    if got == body or not record.digest_checker.passed:
        sys.exit(f"changed: body {got!r}, digest passed: {record.digest_checker.passed}")
END

npm install --prefix . --silent --no-audit --no-fund warcio@2.4.11 >/dev/null || exit 2

cat > run.mjs <<'END'
import fs from "node:fs";
import { WARCParser } from "warcio";
for await (const record of new WARCParser([fs.readFileSync("a.warc.gz")])) {
  const text = await record.contentText();
  if (!text.startsWith("1\r\n00:00:01,000")) {
    console.log(`changed: warcio of npm gives ${JSON.stringify(text)}`);
    process.exit(1);
  }
}
END
node run.mjs
