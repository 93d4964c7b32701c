#!/bin/sh
# What: PDFium (pypdfium2 5.15.2, PyPI; the reader of Chromium), a PDF that says it is read from right to left
#   (ViewerPreferences, Direction R2L), as Typst writes of Arabic and Uyghur; pdfminer.six 20260107 to compare
# Guess: Direction is about which page stands left and which right; the standard says that it has no effect on what is on
#   them. English or Chinese in such a document is copied and found as it stands.
# Does: the words of every line from left to right come out in reverse: 'He said run, then fell.' is copied as '.fell then ,run
#   said He', and a search for two words in a row finds nothing. Of Tibetan, which has no spaces, the syllables and letters
#   are reversed. Uyghur and Arabic are right, and on the screen all is. pdfminer gives the text as it is.
# Seen: the same file without the entry: 'He said run, then fell.', found; with it: '.fell then ,run said He', not found
# Source: PDF 32000-1, table 150 (ViewerPreferences), Direction: it has no direct effect on the document's contents or page
#   numbering.
# Instead: leave Direction out of documents of several languages; look for two English words in a row in Chromium.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pypdfium2==5.15.2 pypdf==7.1.0 pdfminer.six==20260107 reportlab==5.1.0 || exit 2

venv/bin/python - <<'END'
import sys
import pypdf, pypdfium2
from pdfminer.high_level import extract_text
from pypdf.generic import DictionaryObject, NameObject
from reportlab.pdfgen.canvas import Canvas

SAID = "He said run, then fell."
page = Canvas("plain.pdf", pagesize=(200, 100))
page.drawString(10, 50, SAID)
page.save()
writer = pypdf.PdfWriter(clone_from="plain.pdf")
writer.root_object[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/Direction"): NameObject("/R2L")})
writer.write("turned.pdf")
found = {}
for name in ("plain.pdf", "turned.pdf"):
    text = pypdfium2.PdfDocument(name)[0].get_textpage()
    words = text.get_text_range().strip(), text.search("run, then").get_next() is not None
    other = extract_text(name).strip()
    print(name, words, "pdfminer:", other)
    found[name] = words
    if other != SAID:
        sys.exit(f"changed: pdfminer has {other!r}")
if found["plain.pdf"] != (SAID, True):
    sys.exit(f"changed: without the entry: {found['plain.pdf']}")
if found["turned.pdf"] != (".fell then ,run said He", False):
    sys.exit(f"changed: with the entry: {found['turned.pdf']}")
END
