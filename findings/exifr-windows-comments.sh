#!/bin/sh
# What: exifr 7.1.3 (npm), the fields of Windows (XPComment, XPTitle …), written by exiftool 12.57 (Debian 12)
# Guess: a comment typed into the properties of a picture in Windows is read as it was typed, in any script: the fields
#   are UTF-16, little-endian by definition, and 'hello' is read well.
# Does: the byte order is guessed from two zero bytes, the second, which only a Latin letter has, and the last: Chinese,
#   Tibetan and Uyghur come out with the two bytes of each letter exchanged, as Korean or Chinese letters or signs, and
#   nothing is raised. A Latin letter at the beginning mends the whole.
# Seen: 评论 → 쒋몋; ལྷ་ས → 挏뜏ଏ昏; 'hello' and 'hello 北京' as they were.
# Source: ExifTool FAQ 10: the XP tags are always stored as little-endian UCS-2, whatever the byte order of the file.
# Instead: translateValues and reviveValues off, and TextDecoder('utf-16le') for 40091 to 40095; or ask exiftool.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v exiftool >/dev/null || { echo 'needs exiftool (Debian package libimage-exiftool-perl)'; exit 2; }
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
exiftool -ver
npm install --prefix . --silent --no-audit --no-fund exifr@7.1.3 >/dev/null || exit 2

ffmpeg -loglevel error -f lavfi -i color=red:size=64x48 -frames:v 1 picture.jpg
exiftool -q -overwrite_original -XPComment='评论' -XPKeywords='ལྷ་ས' -XPTitle='hello' -XPSubject='hello 北京' -XPAuthor='ئۇيغۇر' picture.jpg
exiftool -s -XPComment -XPKeywords -XPTitle -XPSubject -XPAuthor picture.jpg

cat > run.mjs <<'END'
import exifr from "exifr";
const { XPComment, XPKeywords, XPTitle, XPSubject, XPAuthor } = await exifr.parse("picture.jpg");
const swapped = (text) => new TextDecoder("utf-16be").decode(Buffer.from(text, "utf16le"));
console.log(XPComment, XPKeywords, XPTitle, XPSubject, XPAuthor);
if (XPTitle !== "hello" || XPSubject !== "hello 北京") {
  console.log(`changed: Latin letters are read as ${XPTitle} and ${XPSubject}`);
  process.exit(1);
}
if (XPComment !== swapped("评论") || XPKeywords !== swapped("ལྷ་ས") || XPAuthor !== swapped("ئۇيغۇر")) {
  console.log(`changed: ${XPComment}, ${XPKeywords} and ${XPAuthor}`);
  process.exit(1);
}
const bytes = (await exifr.parse("picture.jpg", { translateValues: false, reviveValues: false })).XPComment;
if (new TextDecoder("utf-16le").decode(bytes) !== "评论\0") {
  console.log("changed: without translation the bytes are others");
  process.exit(1);
}
END
node run.mjs
