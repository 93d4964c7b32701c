#!/bin/sh
# What: smpte-timecode 1.3.6 (npm), time codes of films at 23.976 frames a second, from and to the time of a clock
#   (Date)
# Guess: a clock's time made into a time code and back is the same to half a frame, as it is at 25 and 29.97; with the
#   rate as [24000, 1001], which its README calls a natural fraction, exactly so.
# Does: the way there counts with the rate rounded to two places, 23.98; the way back with the fraction. The time code
#   runs ahead of the picture: 14 frames (0.6 s) after an hour, growing all day. It does so with the fraction too. At
#   29.97 and 59.94 the rounding takes next to nothing (a tenth of a frame an hour), so a test with these, or with
#   minutes, shows nothing.
# Seen: one o'clock at [24000, 1001]: 86328 frames, 00:59:57:00, and back 01:00:00.597; 3600 s have 86313.7 frames
# Source: README of smpte-timecode ('the timecode a master clock would have with a given framerate'; 'the fractional
#   24000/1001 … rates will be assumed'); SMPTE ST 12-1 (frames of 24000/1001).
# Instead: count frames yourself, Math.round(seconds * 24000 / 1001), and give the number to Timecode.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund smpte-timecode@1.3.6 >/dev/null || exit 2

cat > run.cjs <<'EOF'
const Timecode = require("smpte-timecode");

const midnight = new Date(2026, 0, 15);
function there(seconds, rate) {
  const code = new Timecode(new Date(midnight.valueOf() + seconds * 1000), rate);
  const back = code.toDate();
  const clock = back.getHours() * 3600 + back.getMinutes() * 60 + back.getSeconds() + back.getMilliseconds() / 1000;
  return { code: String(code), frames: code.frameCount, ahead: clock - seconds };
}

for (const rate of [25, 29.97, 59.94]) {
  const found = there(3600, rate);
  console.log(rate, found);
  if (Math.abs(found.ahead) > 0.03) {
    console.log("changed:", rate, found);
    process.exit(1);
  }
}
for (const rate of [23.976, [24000, 1001]]) {
  const found = there(3600, rate);
  console.log(rate, found, "by the fraction:", (3600 * 24000) / 1001);
  if (found.frames !== 86328 || found.code !== "00:59:57:00" || Math.abs(found.ahead - 0.597) > 0.01) {
    console.log("changed:", rate, found);
    process.exit(1);
  }
}
EOF
node run.cjs || exit $?
