#!/bin/sh
# What: exifr 7.1.3 and exif-reader 2.0.3 (npm), the time of a picture whose Exif has the zone as well (OffsetTimeOriginal, as
#   telephones write it); the picture is written by exiftool 12.57 (Debian 12)
# Guess: a library that gives a Date, which is an instant, takes the offset that stands beside the time, or else leaves the
#   time as text.
# Does: neither looks at the offset. exifr takes the time for that of the computer that reads: the same picture, taken at noon
#   in China, is of 04:00, 12:00 or 16:00 UTC, by where the desk sits; exif-reader says noon UTC everywhere. Both give the
#   offset as a field of its own, and a Date beside it that contradicts it. At a desk in the zone of the picture exifr is right,
#   so is every test made there.
# Seen: 12:00:00 +08:00: exifr 04:00Z in Shanghai, 12:00Z in UTC, 16:00Z in New York; exif-reader 12:00Z in all three
# Source: Exif 2.31, OffsetTimeOriginal (9011h); exifr's README, 'reviveValues'; exif-reader's README (dates as Date).
# Instead: take DateTimeOriginal and OffsetTimeOriginal as text (exifr: reviveValues: false; or exiftool) and put them together
#   yourself; without an offset keep the time without a zone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
command -v exiftool >/dev/null || { echo 'needs exiftool (Debian package libimage-exiftool-perl)'; exit 2; }
npm install --prefix . --silent --no-audit --no-fund exifr@7.1.3 exif-reader@2.0.3 >/dev/null || exit 2

ffmpeg -loglevel error -f lavfi -i color=size=16x16 -frames:v 1 a.jpg || exit 2
exiftool -q -overwrite_original -DateTimeOriginal='2024:06:04 12:00:00' -OffsetTimeOriginal='+08:00' a.jpg || exit 2
cat > run.mjs <<'END'
import fs from "fs";
import exifReader from "exif-reader";
import exifr from "exifr";

const bytes = fs.readFileSync("a.jpg");
const at = bytes.indexOf("Exif\0\0");
const block = bytes.subarray(at, at - 2 + bytes.readUInt16BE(at - 2));
const one = await exifr.parse(bytes);
const other = exifReader(block).Photo;
const both = [one, other];
console.log(both.map((found) => `${found.DateTimeOriginal.toISOString()} (${found.OffsetTimeOriginal})`).join(" "));
END
for zone in Asia/Shanghai UTC America/New_York; do
  echo "$zone $(TZ=$zone node run.mjs)" || exit 2
done > found.txt
cat > expected.txt <<'END'
Asia/Shanghai 2024-06-04T04:00:00.000Z (+08:00) 2024-06-04T12:00:00.000Z (+08:00)
UTC 2024-06-04T12:00:00.000Z (+08:00) 2024-06-04T12:00:00.000Z (+08:00)
America/New_York 2024-06-04T16:00:00.000Z (+08:00) 2024-06-04T12:00:00.000Z (+08:00)
END
cat found.txt
cmp -s expected.txt found.txt || { echo "changed: $(diff expected.txt found.txt | tr '\n' ' ')"; exit 1; }
