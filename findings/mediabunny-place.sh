#!/bin/sh
# What: mediabunny 1.61.0 (npm), films read, cut and put into another container in browsers and Node; clips made and looked
#   at with ffmpeg 5.1 (Debian 12)
# Guess: a clip that is only copied (Conversion without options) keeps what it says of place and time, or loses it all.
# Does: it depends on the box the place stands in. One of ffmpeg and of 3GPP telephones ('loci') is copied in a form that
#   gives 0° north, 0° east: the clip was taken in the Gulf of Guinea. That of Android ('©xyz') stays from MOV to MOV and
#   from MP4 to MP4, and is lost from MOV to MP4. Of a time with its zone the day alone is left, by UTC: 06:00 of the 4th
#   in Beijing is the 3rd. The time of making is now; nothing tells what was left out (discardedTracks is empty).
# Seen: location +29.6500+091.1300/ → +00.0000+000.0000/ta; from .mov: none; 2024-06-04T06:00:00+0800 → 2024-06-03
# Source: 3GPP TS 26.244, 8.10 (loci: version, language, name, role, longitude …); mediabunny's documentation, 'Metadata
#   tags' (Conversion copies them by default).
# Instead: tags: {} where the place must go, ffmpeg -c copy where it must stay; look with ffprobe or exiftool at what was
#   written.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
npm install --prefix . --silent --no-audit --no-fund mediabunny@1.61.0 >/dev/null || exit 2

ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v libx264 plain.mp4
ffmpeg -loglevel error -i plain.mp4 -c copy -metadata location=+29.6500+091.1300/ loci.mp4
ffmpeg -loglevel error -i plain.mp4 -c copy -metadata location=+29.6500+091.1300/ xyz.mov
ffmpeg -loglevel error -i plain.mp4 -c copy -movflags use_metadata_tags \
  -metadata com.apple.quicktime.creationdate=2024-06-04T06:00:00+0800 keys.mp4
cat > run.mjs <<'END'
import fs from "fs";
import { ALL_FORMATS, BufferSource, BufferTarget, Conversion, Input, MovOutputFormat, Mp4OutputFormat, Output } from "mediabunny";

async function copy(from, to, options = {}) {
  const input = new Input({ source: new BufferSource(fs.readFileSync(from)), formats: ALL_FORMATS });
  const format = to.endsWith(".mov") ? new MovOutputFormat() : new Mp4OutputFormat();
  const output = new Output({ format, target: new BufferTarget() });
  const conversion = await Conversion.init({ input, output, ...options });
  if (conversion.discardedTracks.length) throw new Error("changed: a track was discarded");
  await conversion.execute();
  fs.writeFileSync(to, Buffer.from(output.target.buffer));
}
await copy("loci.mp4", "loci-out.mp4");
await copy("loci.mp4", "bare.mp4", { tags: {} });
await copy("xyz.mov", "xyz-out.mp4");
await copy("xyz.mov", "xyz-out.mov");
await copy("keys.mp4", "keys-out.mp4");
END
node run.mjs

python3 - <<'END'
import json, subprocess, sys


def tags(name):
    said = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "json", name],
                          capture_output=True, text=True, check=True).stdout
    return json.loads(said)["format"].get("tags", {})


names = ("loci.mp4", "loci-out.mp4", "bare.mp4", "xyz.mov", "xyz-out.mp4", "xyz-out.mov")
found = {name: tags(name).get("location") for name in names}
day = tags("keys-out.mp4").get("date")
print(found, "date:", day)
before = "+29.6500+091.1300/"
if [found[name] for name in ("loci.mp4", "bare.mp4", "xyz.mov", "xyz-out.mov")] != [before, None, before, before]:
    sys.exit(f"changed: {found}")
if not (found["loci-out.mp4"] or "").startswith("+00.0000+000.0000") or found["xyz-out.mp4"] or day != "2024-06-03":
    sys.exit(f"changed: {found}, date {day}")
END
