#!/bin/sh
# What: fpdf2 2.8.9 (PyPI), with text shaping by uharfbuzz 0.57.0
# Guess: a library that shapes Tibetan breaks its lines behind a dot, or at least never inside a syllable.
# Does: lines are broken at spaces only, which Tibetan has at the end of a clause; else after any character that fits:
#   a line ends with the letter and the next begins with its vowel sign, drawn on a dotted circle.
# Seen: 'ད' ends a line, 'ེ་རིང' begins the next.
# Source: UAX 14: U+0F0B is of class BA, a break may follow it; combining marks are of class CM, none may precede
#   them.
# Instead: put U+200B (zero width space) behind every dot before the text is set (and none where it is copied out), or
#   use WeasyPrint.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
test -f /usr/share/fonts/truetype/tibetan-machine/TibetanMachineUni.ttf || { echo "needs Debian's fonts-tibetan-machine"; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq fpdf2==2.8.9 uharfbuzz==0.57.0 || exit 2

venv/bin/python - <<'END'
import sys, unicodedata
from fpdf import FPDF

text = "བོད་ལྗོངས་ཀྱི་གནས་ཚུལ་ནི་དེ་རིང་གསར་དུ་བྱུང་བའི་གནས་ཚུལ་ཞིག་ཡིན་པས་མི་མང་པོས་ཤེས་འདོད་བྱེད་ཀྱི་ཡོད།"
page = FPDF(format=(60, 120))
page.add_page()
page.add_font("tibetan", fname=sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/tibetan-machine/TibetanMachineUni.ttf")
page.set_font("tibetan", size=14)
page.set_text_shaping(True)
lines = page.multi_cell(0, 8, text, dry_run=True, output="LINES")
print(lines)
inside = [line for line in lines[1:] if unicodedata.category(line[0]) == "Mn"]
if "".join(lines) != text:
    sys.exit("changed: the lines are not the text")
if not inside:
    sys.exit("changed: no line begins with a vowel sign")
END
