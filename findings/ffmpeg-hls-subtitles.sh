#!/bin/sh
# What: ffmpeg 5.1.9 (Debian 12), a film with subtitles given out as a stream (HLS, MPEG-TS and WebVTT segments);
#   node-webvtt 1.9.4 (npm), which parts WebVTT for such a stream, to set beside it
# Guess: one command writes film and subtitles, so they keep to one clock; and subtitles that another program parts fit any
#   film that begins at zero.
# Does: ffmpeg's film begins at 1.4 s of its clock (and the two pictures that wait for their order), its subtitles at zero, and
#   the head that ties the two (X-TIMESTAMP-MAP) is not written. Where it is not, zero is zero by the standard: every line
#   stands 1.4 s early. node-webvtt writes the head, for a film that begins at 10 s, as Apple's program makes it (900000,
#   unless told otherwise): beside ffmpeg's film every line is 8.5 s late. Neither says a word, and both files are valid.
# Seen: first picture at 1.480 s; a line said a second later, due at 2.480: by ffmpeg's segment 1.080, by node-webvtt's 11.000
# Source: RFC 8216 (HLS), 3.5 ('the client MUST assume that the WebVTT cue time of 0 maps to an MPEG-2 timestamp of 0').
# Instead: the first time stamp of the film's first segment (ffprobe, start_pts) as the third argument of hlsSegment, as below;
#   and look at a line and the mouth that says it in a player before it goes out.
set -eu
for program in ffmpeg ffprobe node npm; do command -v $program > /dev/null || exit 2; done
ffmpeg -version | head -1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --silent --no-fund --no-audit node-webvtt@1.9.4 > /dev/null || exit 2

printf 'WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nOne\n\n00:00:11.000 --> 00:00:13.000\nTwo\n' > words.vtt
ffmpeg -loglevel error -f lavfi -i testsrc=s=64x48:r=25:d=20 -i words.vtt -map 0:v -map 1:s -c:v libx264 -g 50 -c:s webvtt \
  -f hls -hls_time 6 -hls_playlist_type vod -var_stream_map v:0,s:0,sgroup:subs film_%v.m3u8
cat film_00.vtt
first=$(ffprobe -v error -select_streams v:0 -show_entries stream=start_pts -of csv=p=0 film_00.ts | tr -d ', ' | head -1)

node - "$first" <<'END_OF_SCRIPT'
const fs = require("fs")
const webvtt = require("node-webvtt")
const first = Number(process.argv[2]) / 90000
const whole = fs.readFileSync("words.vtt", "utf8")

// where a player that keeps to the standard shows the first line, on the film's clock
function shown(segment) {
  const map = /^X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:00:00:00\.000$/m.exec(segment)
  const [, minutes, seconds] = /(\d\d):(\d\d\.\d{3}) -->/.exec(segment)
  return (map ? Number(map[1]) / 90000 : 0) + 60 * Number(minutes) + Number(seconds)
}

const due = first + 1
const ffmpeg = shown(fs.readFileSync("film_00.vtt", "utf8"))
const other = shown(webvtt.hls.hlsSegment(whole)[0].content)
const start = Number(process.argv[2])
const told = shown(webvtt.hls.hlsSegment(whole, 10, start)[0].content)
const at = { "first picture": first, due, ffmpeg, "node-webvtt": other, "told where the film begins": told }
console.log(at)
const fits = (found, wanted) => Math.abs(found - wanted) < 0.05
if (!fits(due - ffmpeg, 1.4)) throw console.log(`changed: ffmpeg's line is ${(due - ffmpeg).toFixed(3)} s early`), process.exit(1)
if (!fits(other - due, 8.52)) throw console.log(`changed: node-webvtt's is ${(other - due).toFixed(3)} s late`), process.exit(1)
if (!fits(told, due)) throw console.log(`changed: told where the film begins, it is at ${told.toFixed(3)}`), process.exit(1)
END_OF_SCRIPT
