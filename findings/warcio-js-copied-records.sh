#!/bin/sh
# What: warcio 2.4.11 (npm, warcio.js, the reader and writer of archives in browsers), WARC; looked at with warcio 1.8.1
#   (PyPI)
# Guess: a record that is read and written is the record; or, if it is written anew, its digests are computed for what is
#   written: 'WARC-Payload-Digest, WARC-Block-Digest and Content-Length headers are automatically computed to ensure
#   correct values, overriding those provided'.
# Does: the headers of the server are written in small letters and in the order of the alphabet, and what is no UTF-8 in
#   them, as a file's name that a server gave in GB18030, becomes U+FFFD. A digest that stands in the record is kept, and is
#   no longer true of it. With keepHeadersCase ordinary headers come through, and such a name does not. Only a record that
#   had no digests gets right ones: of what it is now, not of what the server sent.
# Seen: Server, Content-Type, Date → content-type, date, server, with the old digest: 'block digest failed'
# Source: warcio.js, README, 'Create' (the words above); WARC 1.1, WARC-Block-Digest: a digest of the full block.
# Instead: copy the bytes of a record from offset to offset; or take both digests out before it is written, and keep the
#   old archive as the evidence.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit warcio@2.4.11 > /dev/null || exit 2
python3 -m venv venv && venv/bin/pip install -qq warcio==1.8.1 || exit 2

cat > copy.mjs <<'END_OF_SCRIPT'
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { WARCParser, WARCSerializer } from "warcio"

const digest = (data) => "sha256:" + createHash("sha256").update(data).digest("hex")
const page = "<p>the list</p>"

function archive(headers, digests) {
  const block = Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n${page}`, "latin1")
  const head = ["WARC/1.1", "WARC-Type: response", "WARC-Record-ID: <urn:uuid:3d0f7c6e-5b0e-4a4e-9f5c-2f7c4a1d9b10>",
    "WARC-Target-URI: http://example.org/", "WARC-Date: 2026-06-04T00:00:00Z", "Content-Type: application/http; msgtype=response",
    ...(digests ? [`WARC-Block-Digest: ${digest(block)}`, `WARC-Payload-Digest: ${digest(page)}`] : []),
    `Content-Length: ${block.length}`, "", ""].join("\r\n")
  return Buffer.concat([Buffer.from(head), block, Buffer.from("\r\n\r\n")])
}

const plain = "Server: nginx\r\nContent-Type: text/html\r\nDate: Thu, 04 Jun 2026 00:00:00 GMT\r\n"
const name = Buffer.from([0xc3, 0xfb, 0xb5, 0xa5]).toString("latin1") // 名单 ('list of names') in GB18030
const cases = {
  plain: [plain, {}],
  "plain-bare": [plain, {}],
  "plain-case": [plain, { keepHeadersCase: true }],
  "name-case": [plain + `Content-Disposition: inline; filename="${name}.html"\r\n`, { keepHeadersCase: true }],
}
for (const [kind, [headers, options]] of Object.entries(cases)) {
  const bytes = archive(headers, kind !== "plain-bare")
  writeFileSync(`${kind}-before.warc`, bytes)
  for await (const record of new WARCParser([bytes], options)) {
    writeFileSync(`${kind}-after.warc`, await WARCSerializer.serialize(record, { gzip: false }))
  }
}
END_OF_SCRIPT
node copy.mjs

changed=""
for name in plain plain-bare plain-case name-case; do
  venv/bin/warcio check "$name-before.warc" || changed="$changed $name: not whole before"
  after=$(venv/bin/warcio check -v "$name-after.warc" | grep digest || true)
  echo "$name: $after"
  sed -n '/^HTTP/,$p' "$name-after.warc"
  case "$name: $after" in
    plain-bare:*'digest pass'* | plain-case:*'digest pass'* | plain:*'block digest failed'* | name-case:*'block digest failed'*) ;;
    *) changed="$changed $name" ;;
  esac
done
grep -q '^server: nginx' plain-after.warc && grep -q '^server: nginx' plain-bare-after.warc || changed="$changed small letters"
grep -q "$(printf '\357\277\275')" name-case-after.warc || changed="$changed a name in GB18030"
[ -z "$changed" ] || { echo "changed:$changed"; exit 1; }
