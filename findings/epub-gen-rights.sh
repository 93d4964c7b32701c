#!/bin/sh
# What: epub-gen-memory 1.1.2 (npm), books (EPUB 3) made of HTML
# Guess: what the book says of itself is what it was told; chapters are put in as they are, as far as EPUB allows.
# Does: every book says 'All rights reserved' and 'Copyright © (this year) by' its publisher, who is 'anonymous' if
#   none is named; no option says otherwise. A testimony or report under a free licence forbids its own copying. The
#   language of the package is English, whatever lang is. And within the chapters the attributes of lists go: value,
#   start and reversed, so that numbered statements are counted anew. dir, lang, ruby and bdi stay.
# Seen: lang 'ug': <dc:rights>Copyright &#x00A9; 2026 by anonymous</dc:rights>, xml:lang="en", '<ol><li>' for start 5,
#   value 7
# Source: its README, 'Options' (no rights among them); EPUB 3.3, 5.5.3 (dc:rights is optional); HTML, 4.4.5 (start,
#   reversed).
# Instead: take rights out of the package and put the licence in, after making, as a step of your own; write numbers
#   of statements as text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund epub-gen-memory@1.1.2 >/dev/null || exit 2

cat > run.cjs <<'END'
const fs = require("fs");
const make = require("epub-gen-memory").default;
const content =
  '<p dir="rtl" lang="ug">ئۇ <bdi>x</bdi> <ruby>王<rt>wáng</rt></ruby></p>' +
  '<ol start="5"><li>a</li><li value="7">b</li></ol><ol reversed><li>c</li></ol>';
make({ title: "كىتاب", author: "A", lang: "ug" }, [{ title: "1", content }]).then((book) => fs.writeFileSync("a.epub", book));
END
node run.cjs
python3 - <<'END'
import re, sys, zipfile

with zipfile.ZipFile("a.epub") as file:
    package = file.read("OEBPS/content.opf").decode()
    page = next(file.read(name).decode() for name in file.namelist() if re.search(r"/0_.*\.xhtml$", name))
rights = re.findall(r">([^<>]*(?:reserved|Copyright)[^<>]*)<", package)
head = re.search(r"<package.*?>", package, re.S)[0]
lists = re.findall(r"<(?:ol|li)\b[^>]*>", page)
print(rights, re.findall(r'xml:lang="\w+"', head), lists)
if len(rights) != 2 or rights[0] != "All rights reserved" or not rights[1].endswith("by anonymous"):
    sys.exit(f"changed: rights are {rights}")
if 'xml:lang="en"' not in head or "<dc:language>ug<" not in package:
    sys.exit("changed: the language of the package")
if lists != ["<ol>", "<li>", "<li>", "<ol>", "<li>"]:
    sys.exit(f"changed: lists are {lists}")
if not all(part in page for part in ('dir="rtl"', "<bdi>", "<ruby>", 'lang="ug"')):
    sys.exit("changed: direction or ruby is gone")
END
