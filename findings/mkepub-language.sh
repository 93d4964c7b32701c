#!/bin/sh
# What: mkepub 1.2.2 (PyPI), books (EPUB 3)
# Guess: a book for which a language is given is in that language: its readme names the language among what it supports.
# Does: the language stands in the package (dc:language), if it was given as 'lang'; given as 'language' it is passed over
#   without a word, as every unknown name is, and the book is English. In both cases every page, the contents and the package
#   itself say lang="en", which is what a reader goes by: Tibetan and Uyghur are spoken by an English voice, and Chinese
#   characters may be drawn in their Japanese forms. The book is valid, so epubcheck has nothing to say.
# Seen: lang='ug': <dc:language>ug, pages <html … xml:lang="en" lang="en">
# Source: mkepub's README: 'Support for most of the EPUB metadata, including language'; EPUB 3.3, dc:language (which does
#   not set the language of the documents in the book); HTML standard, 'The lang and xml:lang attributes'.
# Instead: put each page into a div with lang and dir; or write the few files of a book with a template of your own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq mkepub==1.2.2 || exit 2

venv/bin/python - <<'END'
import re, sys, zipfile
import mkepub

found = {}
for name in ("lang", "language"):
    book = mkepub.Book("ھېكايە", **{name: "ug"})
    book.add_page("بىر", "<p>ئۇ ئۆيدە يوق.</p>")
    book.save(f"{name}.epub")
    with zipfile.ZipFile(f"{name}.epub") as archive:
        texts = {each: archive.read(each).decode() for each in archive.namelist()}
    package = next(text for each, text in texts.items() if each.endswith(".opf"))
    pages = {each: set(re.findall(r'\blang="([^"]*)"', text)) for each, text in texts.items() if each.endswith((".xhtml", ".opf"))}
    found[name] = (re.findall("<dc:language>(.*?)</dc:language>", package), pages)
    print(name, found[name])
ok = found["lang"][0] == ["ug"] and found["language"][0] == ["en"]
if not ok or any(languages != {"en"} for _, pages in found.values() for languages in pages.values()):
    sys.exit(f"changed: {found}")
END
