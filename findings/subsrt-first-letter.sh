#!/bin/sh
# What: subsrt-ts 2.1.2 (npm), SubStation Alpha (.ass, .ssa) to SubRip, WebVTT and plain captions
# Guess: the text of a caption is what stands behind the last comma of its line's format, to the letter; or a library
#   that writes the format reads at least its own files.
# Does: the first character of every caption is dropped, whatever it is: a letter, a syllable's first of Tibetan, or the
#   brace that opens a command, which then is shown. Nothing is raised. Only a space before the text saves it. The
#   library's own writer puts none there, so each way there and back takes another letter.
# Seen: 'one, two' → 'ne, two'; '{\i1}slanted{\i0}' → '\i1}slanted'; written and read twice: 'letters' → 'tters'.
# Source: SubStation Alpha 4.00+ script format, [Events]: Text is the last field, all behind the comma before it;
#   mkdir700/EchoPlayer, pull request 229, which met it with a quotation mark.
# Instead: take the text of an .ass line behind its ninth comma yourself, or read it with pysubs2.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund subsrt-ts@2.1.2 >/dev/null || exit 2

cat > run.cjs <<'END'
const subsrt = require("subsrt-ts");
const head = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`;
const texts = (captions) => captions.filter((each) => each.type === "caption").map((each) => each.text.trim());
const read = (text) => texts(subsrt.parse(`${head}Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,${text}\n`, { format: "ass" }))[0];
const given = ["one, two", "{\\i1}slanted{\\i0}", "ལྷ་ས", " a space before"];
const found = given.map(read);

let captions = subsrt.parse("1\n00:00:01,000 --> 00:00:02,000\nletters\n", { format: "srt" });
for (const format of ["ass", "ssa"]) captions = subsrt.parse(subsrt.build(captions, { format }), { format });
const own = texts(captions)[0];
console.log(JSON.stringify(found), own);
if (JSON.stringify(found) !== JSON.stringify(["ne, two", "\\i1}slanted", "ྷ་ས", "a space before"])) {
  console.log(`changed: ${JSON.stringify(found)}`);
  process.exit(1);
}
if (!own.startsWith("tters")) {
  console.log(`changed: its own files give ${own}`);
  process.exit(1);
}
END
node run.cjs
