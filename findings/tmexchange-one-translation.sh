#!/bin/sh
# What: tmexchange 2.0.6 (npm), translation memories (TMX 1.4) read and written
# Guess: a unit without an identifier (tuid, which is optional) is its own; where one sentence was translated twice, both are
#   read, or the later one by its date.
# Does: a unit without tuid is kept under its source, so of two units for one sentence the last in the file stays, be it the
#   older, a draft, or by anybody; of two translations in one unit likewise. Who changed it and when (changeid, changedate), and
#   the notes, are not read at all. And written again the order is another: units whose identifier is a number stand first.
# Seen: 'He has passed away.' (editor, November) and behind it 'He walked off.' (draft, March): only the draft is left
# Source: TMX 1.4b, tu: tuid is optional and 'not defined by the standard'; changedate and changeid of tuv.
# Instead: read TMX with a parser of XML and keep every unit; choose by date and by person, and show both where they differ.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --silent --no-fund --no-audit tmexchange@2.0.6 > /dev/null || exit 2

cat > read.js <<'END_OF_SCRIPT'
const { tmx2js, js2tmx } = require("tmexchange")

const side = (language, words, about = "") => `<tuv xml:lang="${language}"${about}><seg>${words}</seg></tuv>`
const by = (who, day) => ` changeid="${who}" changedate="${day}T100000Z"`
const text = `<?xml version="1.0" encoding="UTF-8"?><tmx version="1.4"><header creationtool="x" creationtoolversion="1"
segtype="sentence" o-tmf="x" adminlang="en" srclang="zh" datatype="plaintext"/><body>
<tu>${side("zh", "他走了")}${side("en", "He has passed away.", by("editor", "20261124"))}</tu>
<tu><note>not sure</note>${side("zh", "他走了")}${side("en", "He walked off.", by("draft", "20260301"))}</tu>
<tu tuid="b">${side("zh", "校舍塌了")}${side("en", "The school fell.")}${side("en", "The school came down.")}</tu>
<tu tuid="1">${side("zh", "三月十四日")}${side("en", "14 March")}</tu></body></tmx>`

async function main() {
  const read = await tmx2js(text)
  const units = Object.values(read.resources).map((each) => each.en)
  const written = await js2tmx(read)
  console.log(units, "\n" + written)
  if (JSON.stringify([...units].sort()) !== JSON.stringify(["14 March", "He walked off.", "The school came down."])) {
    return "the units that are left"
  }
  if (/passed away|The school fell|editor|20261124|not sure/.test(written)) return "what is written again"
  if (written.indexOf("14 March") > written.indexOf("He walked off.")) return "the order"
  return ""
}

main().then((changed) => {
  if (changed) console.log(`changed: ${changed}`)
  process.exit(changed ? 1 : 0)
})
END_OF_SCRIPT
node read.js
