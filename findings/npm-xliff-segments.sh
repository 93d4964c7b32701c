#!/bin/sh
# What: xliff 6.4.0 (npm), XLIFF 2.0
# Guess: reading a unit of several segments gives all of its text, and writing it back gives the same file.
# Does: only the last segment of a unit is kept, in both languages; ids, states and categories of notes go too.
# Seen: 'One. ' and 'Two.' → 'Two.'.
# Source: OASIS XLIFF 2.0, 4.2.2.5 and 4.2.2.6: a unit has one or more segments.
# Instead: write one segment a unit for such tools, and count segments in what comes back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund xliff@6.4.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import xliff from "xliff";
const read = await xliff.xliff2js(
  '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="zh"><file id="f">' +
    '<unit id="u">' +
    '<segment id="s1" state="final"><source>One. </source><target>一。</target></segment>' +
    '<segment id="s2"><source>Two.</source><target>二。</target></segment></unit></file></xliff>',
);
const unit = read.resources.f.u;
console.log(JSON.stringify(unit));
if (unit.source !== "Two." || unit.target !== "二。") {
  console.log(`changed: ${JSON.stringify(unit)}`);
  process.exit(1);
}
END
node run.mjs
