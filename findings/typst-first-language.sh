#!/bin/sh
# What: typst 0.15.2 (PyPI), which sets documents and writes them as PDF
# Guess: '#text(lang: "ug")[…]' names the language of these words, as the documentation says; the document's own is the one it
#   is mostly written in, or English, which is the default, and its direction that of its pages.
# Does: the first language that is named anywhere is the document's, if none is set at its beginning: one Uyghur word in
#   English pages makes the whole file Uyghur (/Lang ug), read aloud as such, and read from right to left (/Direction /R2L).
#   Chromium copies and finds the English words in reverse order then (see pdfium-reading-direction). Nothing is to be seen
#   on the pages. English that nobody names does not count, be it a thousand lines.
# Seen: 30 English sentences, one Uyghur word, 30 English sentences: ug, R2L; with '#set text(lang: "en")' before: en, L2R
# Source: Typst's documentation, text, parameter 'lang' (default "en"); PDF 32000-1, 14.9.2.1 (Lang of the catalogue).
# Instead: '#set text(lang: "en")' at the very beginning of every document, also where it is the default.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq typst==0.15.2 pypdf==7.1.0 || exit 2

cat > run.py <<'END'
import sys
import pypdf, typst

ENGLISH = "He said run, then fell. " * 30
UYGHUR = '#text(lang: "ug")[Urumchi]'
found = {}
for name, parts in {
    "none": [ENGLISH], "one": [ENGLISH, UYGHUR, ENGLISH], "set": ['#set text(lang: "en")', ENGLISH, UYGHUR, ENGLISH],
    "direction": [ENGLISH, "#text(dir: rtl)[Urumchi]", ENGLISH],
}.items():
    with open("a.typ", "w") as file:
        file.write("\n\n".join(parts))
    typst.compile("a.typ", output="a.pdf")
    root = pypdf.PdfReader("a.pdf").root_object
    found[name] = root.get("/Lang"), root.get("/ViewerPreferences", {}).get("/Direction")
    print(name, found[name])
if found["one"] != ("ug", "/R2L"):
    sys.exit(f"changed: one Uyghur word: {found['one']}")
for name in ("none", "set", "direction"):
    if found[name] != ("en", "/L2R"):
        sys.exit(f"changed: {name}: {found[name]}")
END
venv/bin/python run.py
