#!/bin/sh
# What: subtitle-converter 3.0.12 (npm), SubStation Alpha (.ass) to SubRip and WebVTT
# Guess: the words are the last field of a line and have all that is left of it, commas included: the format puts them last
#   for that.
# Does: a comma with a space behind it is kept, any other ends the caption. '1,500' becomes '1', and of a Chinese sentence
#   typed with plain commas the first part is left. English prose comes through whole, so a test with it shows nothing. Of
#   three lines in a caption the second break stays as the letters \N. The answer says success, without a warning.
# Seen: 'More than 1,500 were taken' → 'More than 1'; '他说,他没有去' → '他说'; status.success true
# Source: SubStation Alpha's specification, [Events]: Text is always the last field, so that it may have commas.
# Instead: ass-compiler (npm) or ffmpeg; compare the length of the text before and after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund subtitle-converter@3.0.12 >/dev/null || exit 2

cat > a.ass <<'END'
[Script Info]
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,More than 1,500 were taken
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,他说,他没有去
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,No, he did not
Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,One\NTwo\NThree
END
cat > run.cjs <<'END'
const fs = require("fs");
const { convert } = require("subtitle-converter");

const { subtitle, status } = convert(fs.readFileSync("a.ass", "utf8"), ".srt", {});
console.log(subtitle, status);
const words = subtitle.replaceAll("\r", "").trim().split(/\n\n+/).map((caption) => caption.split("\n").slice(2).join("/"));
if (words.join("; ") !== "More than 1; 他说; No, he did not; One/Two\\NThree" || !status.success) {
  console.log("changed:", words, status.success);
  process.exit(1);
}
END
node run.cjs || exit $?
