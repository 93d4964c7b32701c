#!/bin/sh
# What: edl_composer 1.0.3 (npm), a cutting list (EDL) made of stretches of a transcript, as programs that cut by words
#   do (autoEdit)
# Guess: with the camera's time code ('offset', which its README says is optional and 00:00:00:00 by default) each
#   stretch is looked for at that time code plus its seconds; with an offset of nothing, as without one.
# Does: with any offset, 00:00:00:00 too, both source times of every event are 00:00:00:00; the times on the time line
#   go on as they should. The list imports, has all names and the right length, and every clip is one of no length at
#   the head of its file. Without an offset, or with 'NA', the times are right. The list that its README prints as a
#   result has the zeros.
# Seen: 10 to 20 s at 25 with offset 01:00:00:00: 00:00:00:00 00:00:00:00 00:00:00:00 00:00:10:00; without: 00:00:10:00
#   00:00:20:00 00:00:00:00 00:00:10:00
# Source: README of edl_composer, 'Usage'; its index.js hands the rate to node-timecodes' toSeconds within an object,
#   which takes a bare number there and counts NaN; CMX 3600, four times an event: source in and out, record in and out.
# Instead: add the seconds of the time code to startTime and endTime yourself, and leave offset out; look whether source
#   and record last equally long in each event.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund edl_composer@1.0.3 >/dev/null || exit 2

cat > run.cjs <<'EOF'
const Edl = require("edl_composer");

function times(more) {
  const event = { id: 1, startTime: 10, endTime: 20, reelName: "Card1", clipName: "a.mov", fps: 25, ...more };
  const list = new Edl({ title: "Film", events: [event] }).compose();
  return list.match(/AA\/V\s+C\s+(.*)/)[1].trim();
}

const right = "00:00:10:00 00:00:20:00 00:00:00:00 00:00:10:00";
const zeros = "00:00:00:00 00:00:00:00 00:00:00:00 00:00:10:00";
const cases = [[{}, right], [{ offset: "NA" }, right], [{ offset: "00:00:00:00" }, zeros], [{ offset: "01:00:00:00" }, zeros]];
for (const [more, expected] of cases) {
  const found = times(more);
  console.log(JSON.stringify(more), found);
  if (found !== expected) {
    console.log("changed:", JSON.stringify(more), found);
    process.exit(1);
  }
}
EOF
node run.cjs || exit $?
