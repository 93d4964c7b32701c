#!/bin/sh
# What: ilib-xliff 1.4.1 (npm), translations in XLIFF 1.2 read and written again, as translators' programs hand them on
# Guess: what stands between the words (g for a marked part, x for a picture or a place-holder) comes back as it came; or
#   the program says that it does not know it.
# Does: the elements go, in source and target, and the text closes over the gap: the mark on a word, the link, the number
#   that was to be put in ('<x id="INTERPOLATION"/> people'). Nothing is raised, the state stays 'final', and the file is
#   well formed. A unit of bare words is kept whole.
# Seen: '<g id="1">没有</g>' → '没有'; '<x id="2"/> 人' → ' 人': the number is gone; state="final" is kept
# Source: XLIFF 1.2, 2.4 'Inline elements': tools are to keep codes they do not handle; ilib-xliff's README ('parse and
#   generate XLIFF files').
# Instead: translate-toolkit or okapi; count inline elements before and after, unit by unit.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund ilib-xliff@1.4.1 >/dev/null || exit 2

cat > a.xlf <<'END'
<?xml version="1.0" encoding="utf-8"?>
<xliff version="1.2"><file original="a" source-language="en" target-language="zh" product-name="p"><body>
<trans-unit id="1" resname="k" restype="string" datatype="plaintext">
<source>He was <g id="1">not</g> taken: <x id="2"/> people</source>
<target state="final">他<g id="1">没有</g>被带走：<x id="2"/> 人</target></trans-unit>
</body></file></xliff>
END
cat > run.cjs <<'END'
const fs = require("fs");
const { Xliff } = require("ilib-xliff");

const xliff = new Xliff();
xliff.deserialize(fs.readFileSync("a.xlf", "utf8"));
const written = xliff.serialize();
console.log(written);
const target = written.match(/<target[^]*<\/target>/)[0];
if (/<(g|x)\b/.test(written) || !target.includes("他没有被带走： 人") || !target.includes('state="final"')) {
  console.log("changed:", target);
  process.exit(1);
}
END
node run.cjs || exit $?
