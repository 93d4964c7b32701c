#!/bin/sh
# What: media-captions 1.0.4 (npm, the captions of a player of films), SubStation Alpha (.ass)
# Guess: a reader of the format shows the lines that begin with Dialogue and leaves out those that begin with Comment:
#   they are notes, old versions and lines that were switched off.
# Does: a Comment is taken for one more line of the caption before it, with all its fields. Whoever watches reads what
#   translators wrote to each other. In front of all captions it is left out, so that a short test shows nothing.
# Seen: Dialogue 'Hello', then Comment 'is that her real name?': 'Hello' and below it 'Comment: 0,0:00:04.00,…,is that
#   her real name?'.
# Source: SubStation Alpha v4.00+ file format, [Events], 'Comment': the same fields as a Dialogue, but not shown.
# Instead: take the lines that begin with Comment out before parsing, and count captions and Dialogue lines.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund media-captions@1.0.4 >/dev/null || exit 2

cat > run.mjs <<'END'
import { parseText } from "media-captions";
const head = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`;
const line = (kind, second, text) => `${kind}: 0,0:00:0${second}.00,0:00:0${second + 1}.00,Default,,0,0,0,,${text}\n`;
const read = async (...lines) => (await parseText(head + lines.join(""), { type: "ass" })).cues.map((cue) => cue.text);

const hello = line("Dialogue", 2, "Hello");
const note = line("Comment", 4, "is that her real name?");
const first = await read(note, hello);
const second = await read(hello, note, line("Dialogue", 6, "World"));
console.log(first, second);
if (first.join("|") !== "Hello" || second.length !== 2 || second[1] !== "World") {
  console.log("changed: the captions themselves are read in another way");
  process.exit(1);
}
if (!second[0].includes("\nComment:") || !second[0].includes("real name")) {
  console.log(`changed: the caption is ${JSON.stringify(second[0])}`);
  process.exit(1);
}
END
node run.mjs
