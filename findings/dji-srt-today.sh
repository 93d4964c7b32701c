#!/bin/sh
# What: dji_srt_parser 1.2.4 (npm), the captions with place and exposure that drones of DJI write beside a film
# Guess: where the captions have no date, as those of the Phantom 4 and the first Mavic, the parsed record has none.
# Does: it makes one: the day on which it is read, with the time that has run since the film began taken for a time of
#   day (UTC). It stands in the packets, in GeoJSON and in the table for spreadsheets as DATE or timestamp, beside true
#   ones of other drones, and is another one tomorrow. That the places are averages over their neighbours unless
#   setSmoothing(0) is called is written in its documentation; that a date may be made up is not.
# Seen: a film of any day: timestamp 00:00:00.000Z of today
# Source: its README, 'Date: timestamp in milliseconds'.
# Instead: take DATE from rawMetadata(), where it is only if the file has it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund dji_srt_parser@1.2.4 >/dev/null || exit 2

cat > run.cjs <<'END'
const read = require("dji_srt_parser");
const rest = "F/2.8, SS 206.14, ISO 150, EV 0, GPS (91.1300, 29.6500, 12), D 17.26m, H 2.60m, H.S 0.34m/s, V.S 0.10m/s";
const text = `1\n00:00:00,000 --> 00:00:01,000\n${rest}\n\n2\n00:00:01,000 --> 00:00:02,000\n${rest}\n\n`;
const before = new Date().toISOString().slice(0, 10);
const file = read(text, "film.SRT");
const after = new Date().toISOString().slice(0, 10);
const raw = file.rawMetadata()[0];
const made = new Date(file.metadata().packets[0].DATE).toISOString();
const listed = JSON.parse(file.toGeoJSON()).features.at(-1).properties.timestamp;
console.log("raw:", JSON.stringify(raw), "| date:", made, "| GeoJSON:", JSON.stringify(listed));
if ("DATE" in raw) { console.log("changed: the raw record has a date"); process.exit(1); }
if (made !== `${before}T00:00:00.000Z` && made !== `${after}T00:00:00.000Z`) { console.log("changed:", made); process.exit(1); }
if (new Date([listed].flat()[0]).toISOString() !== made) { console.log("changed: GeoJSON", listed); process.exit(1); }
END
node run.cjs
