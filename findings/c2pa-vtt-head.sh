#!/bin/sh
# What: c2pa-vtt 0.2.0 (PyPI), signed statements of origin (C2PA) in WebVTT; node-webvtt 1.9.4 (npm) reads the head
# Guess: a manifest goes into a NOTE of its own behind the head of the file; captions, their times and the head stay as
#   they are, and taking it out gives the file back.
# Does: it goes right behind the first line. Whatever the head says on its next lines (Kind, Language, and for captions of
#   a live stream the map of their times, X-TIMESTAMP-MAP) now stands in a block of its own behind the NOTE, where
#   nothing reads it: the captions of a stream are shown at the wrong time, by the offset in that line. Taken out again,
#   an empty line is left there, so the map is lost for good. Files without such lines come through.
# Seen: head before: Kind, Language, X-TIMESTAMP-MAP; of the signed file and of the cleaned one: nothing
# Source: RFC 8216 (HLS), 3.5: X-TIMESTAMP-MAP stands in the header, that is before the first empty line.
# Instead: sign files without head lines, or put the NOTE behind the first empty line yourself; compare the head of what
#   comes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq c2pa-vtt==0.2.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund node-webvtt@1.9.4 >/dev/null || exit 2

venv/bin/python - <<'END'
import sys
import c2pa_vtt

CUE = "\n00:01.000 --> 00:02.000\nhello\n"
HEAD = "WEBVTT\nKind: captions\nLanguage: bo\nX-TIMESTAMP-MAP: LOCAL=00:00:00.000,MPEGTS=900000\n"
store = b"manifest"
plain = c2pa_vtt.embed_manifest("WEBVTT\n" + CUE, store)
signed = c2pa_vtt.embed_manifest(HEAD + CUE, store)
cleaned = c2pa_vtt.remove_manifest(signed)
print(repr(plain), repr(signed), repr(cleaned), sep="\n")
for name, made in (("before", HEAD + CUE), ("plain", plain), ("signed", signed), ("cleaned", cleaned)):
    with open(f"{name}.vtt", "w") as file:
        file.write(made)
if c2pa_vtt.extract_manifest(signed)["reference"] != c2pa_vtt.extract_manifest(plain)["reference"]:
    sys.exit("changed: the manifest is not found again")
if cleaned == HEAD + CUE:
    sys.exit("changed: taken out, the file is what it was")
END
cat > run.mjs <<'END'
import fs from "fs";
import webvtt from "node-webvtt";
const found = {};
for (const name of ["before", "plain", "signed", "cleaned"]) {
  const { cues, meta } = webvtt.parse(fs.readFileSync(`${name}.vtt`, "utf8"), { meta: true, strict: false });
  found[name] = [cues.length, Object.keys(meta ?? {}).length];
}
console.log(JSON.stringify(found));
if (found.before[1] !== 3 || found.before[0] !== 1 || found.plain[0] !== 1) {
  console.log("changed: a file without head lines, or the reader");
  process.exit(1);
}
if (found.signed[1] !== 0 || found.cleaned[1] !== 0) {
  console.log("changed: the head is there after signing");
  process.exit(1);
}
END
node run.mjs
