#!/bin/sh
# What: @lingo-reader/epub-parser 0.4.6 (npm, the parser of a reader), EPUB 3; EbookLib 0.20 (PyPI) to compare
# Guess: a chapter is read whatever its file is called: the list of files has addresses, in which a space is %20 and a
#   Chinese letter three times % and two digits.
# Does: the address is taken for the name in the container as it stands. Such a chapter is not found and comes out
#   empty, with a line in the log and no error: the book has blank pages. The table of contents of EPUB 3 (nav) is not
#   read either; a book without the older one (NCX) has none.
# Seen: chapter.xhtml: its words; 'chapter 1.xhtml', listed as chapter%201.xhtml: ''. Contents: [] both times.
#   EbookLib reads both chapters.
# Source: EPUB 3.3, 5.6.2 (item: href is an address), 'URLs in the OCF abstract container' and 7 (the navigation
#   document; the NCX is of EPUB 2).
# Instead: name files in a book with letters, digits and dashes, and write an NCX beside the nav for such readers.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @lingo-reader/epub-parser@0.4.6 >/dev/null || exit 2
python3 -m venv venv && venv/bin/pip install -qq EbookLib==0.20 || exit 2

cat > run.py <<'END'
import zipfile

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title></head><body>{}</body></html>'
)
BOOK = (
    '<?xml version="1.0" encoding="UTF-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
    'unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:example:1'
    "</dc:identifier><dc:title>t</dc:title><dc:language>zh</dc:language>"
    '<meta property="dcterms:modified">2024-06-04T00:00:00Z</meta></metadata><manifest>'
    '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="one" href="{}" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="one"/></spine></package>'
)
for book, name, address in (
    ("plain.epub", "chapter.xhtml", "chapter.xhtml"),
    ("space.epub", "chapter 1.xhtml", "chapter%201.xhtml"),
):
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("book.opf", BOOK.format(address))
        nav = f'<nav epub:type="toc"><ol><li><a href="{address}">One</a></li></ol></nav>'
        archive.writestr("nav.xhtml", PAGE.format(nav))
        archive.writestr(name, PAGE.format("<p>words</p>"))

from ebooklib import epub

for book in ("plain.epub", "space.epub"):
    assert b"words" in epub.read_epub(book).get_item_with_id("one").get_content()
END
venv/bin/python -W ignore run.py || { echo 'changed: EbookLib does not read one of them'; exit 1; }
cat > run.mjs <<'END'
import { initEpubFile } from "@lingo-reader/epub-parser";
const seen = [];
for (const name of ["plain.epub", "space.epub"]) {
  const book = await initEpubFile(name);
  seen.push([(await book.loadChapter(book.getSpine()[0].id)).html, book.getToc().length]);
}
console.log(JSON.stringify(seen));
if (!seen[0][0].includes("words")) {
  console.log("changed: the plain chapter is not read");
  process.exit(1);
}
if (seen[1][0] !== "" || seen[0][1] !== 0) {
  console.log(`changed: ${JSON.stringify(seen)}`);
  process.exit(1);
}
END
node run.mjs
