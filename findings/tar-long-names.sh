#!/bin/sh
# What: @remix-run/tar-parser 0.7.1 and @obsidize/tar-browserify 6.3.2 (npm), archives of GNU tar (1.34, Debian 12);
#   nanotar 0.3.0, tar-stream 3.2.2 (npm) to compare
# Guess: a name of more than 100 bytes is read as it was given, whichever of the two forms for it (GNU's and pax) a
#   reader knows.
# Does: both know GNU's form, in which the name stands in an entry of its own, ended by a zero, and take the zero into
#   the name: it looks right when it is printed and is equal to no other; Node refuses to make a file of it. A Chinese
#   name is long after 33 letters. Short names, and the same files in the other form (pax), are right, so a test shows
#   nothing.
# Seen: 'bbbbb.txt\u0000' (176 characters) by both, 175 by the other two; pax: 175 by all four
# Source: GNU tar's manual, 'GNU tar and long names' ("././@LongLink"); GNU tar is what writes .tar on most servers.
# Instead: tar-stream or nanotar; or cut a name at its first zero, and write archives for such readers with
#   --format=posix.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
tar --version | grep -q 'GNU tar' || { echo 'needs GNU tar'; exit 2; }
tar --version | head -n 1
npm install --prefix . --silent --no-audit --no-fund \
  @remix-run/tar-parser@0.7.1 @obsidize/tar-browserify@6.3.2 nanotar@0.3.0 tar-stream@3.2.2 >/dev/null || exit 2

inner=$(printf '%090d' 0 | tr 0 a)
name=$inner/$(printf '%080d' 0 | tr 0 b).txt
mkdir "$inner" && echo words > "$name"
tar --format=gnu -cf gnu.tar "$name"
tar --format=posix -cf pax.tar "$name"

cat > run.mjs <<'END'
import fs from "fs";
import { parseTar as remix } from "@remix-run/tar-parser";
import { Archive } from "@obsidize/tar-browserify";
import { parseTar as nano } from "nanotar";
import stream from "tar-stream";

const name = process.argv[2];
async function names(bytes) {
  const found = { nano: nano(bytes)[0].name, obsidize: (await Archive.extract(bytes)).entries[0].fileName };
  await remix(bytes, (entry) => void (found.remix = entry.name));
  const extract = stream.extract();
  extract.end(bytes);
  for await (const entry of extract) {
    found.stream = entry.header.name;
    entry.resume();
  }
  return found;
}
const [gnu, pax] = [await names(new Uint8Array(fs.readFileSync("gnu.tar"))), await names(new Uint8Array(fs.readFileSync("pax.tar")))];
for (const key of Object.keys(gnu)) console.log(key, JSON.stringify(gnu[key].slice(-10)), gnu[key].length, pax[key].length);
if (Object.values(pax).some((found) => found !== name) || gnu.nano !== name || gnu.stream !== name) {
  console.log("changed: a name is another in pax, or by the other two");
  process.exit(1);
}
if (gnu.remix !== name + "\0" || gnu.obsidize !== name + "\0") {
  console.log("changed: no zero at the end of the name");
  process.exit(1);
}
END
node run.mjs "$name"
