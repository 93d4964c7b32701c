#!/bin/sh
# What: fontmin 2.0.3 (npm), which makes a small font of the letters that a page needs; shaped by uharfbuzz 0.57.0
#   (PyPI); with the subsetter of fonttools 4.63.0 (PyPI) to compare
# Guess: a font made for a text sets that text as the whole font does; that is what it was made for.
# Does: the glyphs of the letters are kept, and the tables that say how they join (GSUB, GPOS, GDEF) are dropped, with
#   the joined glyphs. Chinese and Latin look right. Tibetan letters that stand one under the other are set beside or
#   upon each other. The file is a sound font, and a browser shows no other one instead, for every letter is there.
# Seen: བསྒྲུབས is 4 glyphs with the whole font and that of fonttools, 7 with fontmin's, which has no GSUB.
# Source: OpenType, 'Developing OpenType Fonts for Tibetan Script': stacks are made with ccmp, blws and abvs, that
#   is, GSUB; fontmin's README does not speak of such tables.
# Instead: pyftsubset (fonttools), which keeps what the letters can turn into; look at a word of each script.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
font=/usr/share/fonts/truetype/tibetan-machine/TibetanMachineUni.ttf
test -f "$font" || { echo "needs Debian's fonts-tibetan-machine"; exit 2; }
cp "$font" whole.ttf
python3 -m venv venv && venv/bin/pip install -qq uharfbuzz==0.57.0 fonttools==4.63.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund fontmin@2.0.3 >/dev/null || exit 2

cat > run.mjs <<'END'
import Fontmin from "fontmin";
new Fontmin().src("whole.ttf").use(Fontmin.glyph({ text: "བསྒྲུབས", hinting: false })).dest("small")
  .run((error) => { if (error) throw error; });
END
node run.mjs
venv/bin/pyftsubset whole.ttf --text=བསྒྲུབས --output-file=other.ttf

venv/bin/python - <<'END'
import sys
import uharfbuzz
from fontTools.ttLib import TTFont


def glyphs(path):
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)))
    text = uharfbuzz.Buffer()
    text.add_str("བསྒྲུབས")
    text.guess_segment_properties()
    uharfbuzz.shape(font, text)
    if any(part.codepoint == 0 for part in text.glyph_infos):
        sys.exit(f"changed: {path} lacks a letter")
    return len(text.glyph_infos)


found = {path: glyphs(path) for path in ("whole.ttf", "other.ttf", "small/whole.ttf")}
tables = "GSUB" in TTFont("small/whole.ttf")
print(found, "GSUB in fontmin's:", tables)
if found["whole.ttf"] != found["other.ttf"]:
    sys.exit(f"changed: fonttools too sets the word otherwise: {found}")
if tables or found["small/whole.ttf"] <= found["whole.ttf"]:
    sys.exit(f"changed: {found}, GSUB: {tables}")
END
