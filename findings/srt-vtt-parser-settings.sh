#!/bin/sh
# What: @plussub/srt-vtt-parser 2.0.5 (npm)
# Guess: a parser of WebVTT reads the end of a cue whether or not settings stand behind it.
# Does: with settings ('align:start') the end is NaN, without an error; a player then shows the caption for ever or
#   not at all.
# Seen: {from: 1000, to: NaN, text: 'one'}
# Source: W3C WebVTT, 4.1: a cue's timings may be followed by its settings on the same line.
# Instead: refuse a cue without both times, whoever read it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @plussub/srt-vtt-parser@2.0.5 >/dev/null || exit 2

cat > run.mjs <<'END'
import { parse } from "@plussub/srt-vtt-parser";
const { entries } = parse(
  "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\none\n\n00:03.000 --> 00:04.000\ntwo\n",
);
console.log(entries);
if (!Number.isNaN(entries[0].to) || entries[1].to !== 4000) {
  console.log(`changed: ends are ${entries.map((entry) => entry.to)}`);
  process.exit(1);
}
END
node run.mjs
