#!/bin/sh
# What: @remotion/media-parser 4.0.529 (npm), what a clip says of itself, read in browsers and Node; clips made by ffmpeg 5.1
#   (Debian 12)
# Guess: the field 'location' is the place that stands in a clip, and null where there is none: so it can be asked before a
#   clip is handed on.
# Does: it knows the form of iPhones. Of the place that Android telephones write ('©xyz'), and of that of 3GPP ('loci'),
#   which ffmpeg writes too, it says null, and neither is among 'metadata'. The clip is called clean and shows the house.
# Seen: iPhone's form: 29.65, 91.13; '©xyz' in .mov and .mp4, 'loci' in .mp4: null; ffprobe tells the place of all
# Source: Remotion's documentation, parseMedia, 'location'; QuickTime File Format, user data: ©xyz; 3GPP TS 26.244, 8.10.
# Instead: exiftool -ee -a -G1, or ffprobe -show_entries format_tags; say 'unknown', not 'none', for what one reader does
#   not find.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
command -v exiftool >/dev/null || { echo 'needs exiftool (Debian package libimage-exiftool-perl)'; exit 2; }
ffmpeg -version | head -n 1
npm install --prefix . --silent --no-audit --no-fund @remotion/media-parser@4.0.529 >/dev/null || exit 2

ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v libx264 none.mp4
ffmpeg -loglevel error -i none.mp4 -c copy -metadata location=+29.6500+091.1300/ loci.mp4
ffmpeg -loglevel error -i none.mp4 -c copy -metadata location=+29.6500+091.1300/ xyz.mov
cp none.mp4 xyz.mp4 && exiftool -q -overwrite_original -UserData:GPSCoordinates='29.65, 91.13' xyz.mp4
cp none.mp4 keys.mp4 && exiftool -q -overwrite_original -Keys:GPSCoordinates='29.65, 91.13' keys.mp4
cat > run.mjs <<'END'
import { execFileSync } from "child_process";
import { parseMedia } from "@remotion/media-parser";
import { nodeReader } from "@remotion/media-parser/node";

for (const name of ["none.mp4", "keys.mp4", "loci.mp4", "xyz.mov", "xyz.mp4"]) {
  const { location, metadata } = await parseMedia({
    src: name, reader: nodeReader, acknowledgeRemotionLicense: true, logLevel: "error", fields: { location: true, metadata: true } });
  const tags = execFileSync("ffprobe", ["-v", "error", "-show_entries", "format_tags", "-of", "json", name]).toString();
  const told = JSON.stringify(metadata).includes("29.65");
  console.log(name, "location:", JSON.stringify(location), "in metadata:", told, "ffprobe:", tags.includes("29.65"));
  if (tags.includes("29.65") !== (name !== "none.mp4") || (name === "keys.mp4") !== (location?.latitude === 29.65)) {
    console.log("changed: the clip without a place, or the form of iPhones");
    process.exit(1);
  }
  if (name !== "keys.mp4" && (location !== null || told)) {
    console.log(`changed: ${name} has a place: ${JSON.stringify([location, metadata])}`);
    process.exit(1);
  }
}
END
node run.mjs
