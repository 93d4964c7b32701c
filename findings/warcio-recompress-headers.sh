#!/bin/sh
# What: warcio 1.8.1 (PyPI), its command 'recompress', by which an archive is packed record by record (WARC)
# Guess: only the packing changes. What is in a record is the same to the byte, so that the digest of the record, which
#   is kept, still holds; where it could not be, the command says so.
# Does: the headers of the server are read and written anew. A file's name in Chinese that stands there as the server
#   sent it, in bytes beyond ASCII, is written in another way; a missing space behind a colon is put in; a folded line, as
#   older servers send, becomes one. The digest of the record stands as it was and is wrong from then on. The command says
#   'No Errors Found!' and ends with 0; what it read could be verified, what it wrote cannot. The page itself, and its own
#   digest (WARC-Payload-Digest), stay. Records whose headers are as Python would write them come through whole, so a test
#   with a plain page shows nothing.
# Seen: filename="名单.html" → filename*=UTF-8''%E5%90%8D%E5%8D%95.html; 'block digest failed' afterwards
# Source: warcio's README, 'Recompress': 're-compressing or normalizing', which speaks of records and gzip, not of what is
#   in a record; WARC 1.1, WARC-Block-Digest: a digest of the full block; RFC 9110, 5.5 (bytes beyond ASCII: obs-text).
# Instead: 'warcio check' before and after, and keep the older one if they differ; or pack the bytes of each record
#   as they stand, one gzip member for each.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq warcio==1.8.1 || exit 2

cat > make.py <<'END'
import hashlib
import sys

headers = {
    "plain": b"Content-Type: text/html\r\nServer: nginx\r\n",
    "name": 'Content-Type: text/html\r\nContent-Disposition: inline; filename="名单.html"\r\n'.encode(),
    "space": b"Content-Type:text/html\r\n",
    "folded": b"Content-Type: text/html\r\nX-Note: one\r\n  two\r\n",
}
page = b"<p>the list</p>"


def digest(data):
    return b"sha256:" + hashlib.sha256(data).hexdigest().encode()


for kind, lines in headers.items():
    block = b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n" + page
    head = b"\r\n".join([
        b"WARC/1.1", b"WARC-Type: response", b"WARC-Record-ID: <urn:uuid:3d0f7c6e-5b0e-4a4e-9f5c-2f7c4a1d9b10>",
        b"WARC-Target-URI: http://example.org/", b"WARC-Date: 2026-06-04T00:00:00Z",
        b"WARC-Block-Digest: " + digest(block), b"WARC-Payload-Digest: " + digest(page),
        b"Content-Type: application/http; msgtype=response", b"Content-Length: %d" % len(block), b"", b""])
    with open(f"{kind}.warc", "wb") as file:
        file.write(head + block + b"\r\n\r\n")
END
venv/bin/python make.py

changed=""
for kind in plain name space folded; do
  venv/bin/warcio check "$kind.warc" || changed="$changed $kind: not whole before"
  said=$(venv/bin/warcio recompress "$kind.warc" "$kind.warc.gz") || changed="$changed $kind: recompress failed"
  after=$(venv/bin/warcio check -v "$kind.warc.gz" | grep digest || true)
  echo "$kind: $(echo "$said" | tail -n 1) $after"
  gzip -dc "$kind.warc.gz" | grep -a -E '^(Content-Disposition|X-Note):' || true
  case "$kind: $said $after" in
    plain:*'No Errors Found!'*'digest pass'*) ;;
    plain:*) changed="$changed $kind" ;;
    *'No Errors Found!'*'block digest failed'*) ;;
    *) changed="$changed $kind" ;;
  esac
done
[ -z "$changed" ] || { echo "changed:$changed"; exit 1; }
