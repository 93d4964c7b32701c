#!/bin/sh
# What: subtitles-parser-vtt 0.1.0 and subsrt 1.1.1 (npm) read WebVTT that ffmpeg 5.1 (Debian 12) wrote
# Guess: a reader of WebVTT reads what the commonest writer makes, or says that it cannot.
# Does: ffmpeg writes hours only where there are some, as the format allows, and ends lines with one character. The
#   first reader finds a time only with hours: all captions of the first hour are missing, and a film longer than that
#   begins with its second. The other takes two captions apart only where lines end as on Windows, and the whole file
#   becomes one entry of metadata. Neither raises anything; with hours, and with such ends, both read all.
# Seen: a caption at one second and one after an hour: the first reader gives the second alone, the other none
# Source: WebVTT, 4.1, timestamp: hours are optional if they are zero; 4.1: a line ends with CR LF, LF or CR.
# Instead: a reader that is tested against the format (webvtt-parser, webvtt-py), and a count of '-->' beside it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
npm install --prefix . --silent --no-audit --no-fund subtitles-parser-vtt@0.1.0 subsrt@1.1.1 >/dev/null || exit 2
printf '1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n01:00:03,000 --> 01:00:04,000\nTwo\n' > a.srt
ffmpeg -loglevel error -i a.srt a.vtt

cat > run.cjs <<'END'
const text = require("fs").readFileSync("a.vtt", "utf8");
const first = (words) => require("subtitles-parser-vtt").fromVtt(words).map((part) => part.text);
const second = (words) => require("subsrt").parse(words).filter((part) => part.type === "caption").map((part) => part.text);
const hours = text.replaceAll(/^00:0(\d)/gm, "00:00:0$1").replace("--> 00:02", "--> 00:00:02");
const found = [first(text), second(text), first(hours), second(text.replaceAll("\n", "\r\n"))]
  .map((part) => part.join(" ").trim());
console.log(JSON.stringify(found));
if (found[2] !== "One Two" || found[3] !== "One Two") { console.log("changed: with hours or other ends of lines", found); process.exit(1); }
if (found[0] !== "Two" || found[1] !== "") { console.log("changed:", found); process.exit(1); }
END
node run.cjs
