#!/bin/sh
# What: hocr-tools-lib 1.3.0 (PyPI), hocr-pdf: scanned pages and their OCR (hOCR, as of Tesseract) made into a PDF that can be
#   searched; read with pypdfium2 5.15.2 (PyPI, PDFium, as in Chromium) and, to compare, pdfminer.six 20260107 (PyPI)
# Guess: the invisible words lie behind the picture, and any program finds them: the font has a glyph for everything, and the
#   table of what each means is there.
# Does: PDFium leaves out every word of a single character; the others it has. OCR of Chinese and Japanese often gives each
#   character as a word of its own, and of such a page nothing is found or copied in Chromium, and in English 'I' and 'a' are missing.
#   pdfminer has all of them, so does whoever tests with it, and two characters in one word are found everywhere.
# Seen: 天 安 门 as three words, 工作室 as one, 'I saw a man': PDFium: '工作室', 'saw man'; pdfminer: all
# Source: hOCR 1.2, ocrx_word (what a word is, is left to the engine); hocr-tools-lib's README, 'hocr-pdf' (a searchable PDF).
# Instead: join the characters of a line into one word of the whole line's box before the PDF is made (for Chinese, Japanese,
#   Tibetan); look for a word of each script in a browser.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq hocr-tools-lib==1.3.0 pypdfium2==5.15.2 pdfminer.six==20260107 pillow==13.0.0 \
  || exit 2

mkdir pages
venv/bin/python - <<'END'
from PIL import Image

Image.new("RGB", (600, 160), "white").save("pages/1.jpg", dpi=(72, 72))
lines = []
for number, words in enumerate((["天", "安", "门"], ["工作室"], ["I", "saw", "a", "man"])):
    top = 10 + 50 * number
    boxes = [f"bbox {10 + 100 * index} {top} {90 + 100 * index} {top + 30}" for index in range(len(words))]
    inner = " ".join(f"<span class='ocrx_word' title='{box}'>{word}</span>" for box, word in zip(boxes, words))
    lines.append(f"<span class='ocr_line' title='bbox 10 {top} 590 {top + 30}; baseline 0 0'>{inner}</span>")
page = f"<div class='ocr_page' title='image \"1.jpg\"; bbox 0 0 600 160'>{''.join(lines)}</div>"
with open("pages/1.hocr", "w") as file:
    file.write('<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
               f"<head><title>1</title></head><body>{page}</body></html>")
END
venv/bin/hocr-pdf --savefile a.pdf pages || exit 2
venv/bin/python - <<'END'
import sys
import pypdfium2
from pdfminer.high_level import extract_text

chromium = pypdfium2.PdfDocument("a.pdf")[0].get_textpage().get_text_range().split()
other = extract_text("a.pdf").split()
print("PDFium:", chromium)
print("pdfminer:", other)
if other != ["天", "安", "门", "工作室", "I", "saw", "a", "man"]:
    sys.exit(f"changed: pdfminer has {other}")
if chromium != ["工作室", "saw", "man"]:
    sys.exit(f"changed: PDFium has {chromium}")
END
