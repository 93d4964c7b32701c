#!/bin/sh
# What: EbookLib 0.20 (PyPI)
# Guess: a chapter given as XHTML stands in the EPUB as it was given.
# Does: the body is made anew without its attributes: dir='rtl' of an Uyghur chapter is gone, and so are class and id,
#   that links and styles point to.
# Seen: <body dir="rtl" id="top"> → <body>.
# Source: EPUB 3.3, 6.1: content documents are XHTML, attributes of body included.
# Instead: put everything into a div with dir, class and id inside the body, or write the EPUB yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq EbookLib==0.20 || exit 2

venv/bin/python - <<'END'
import sys, warnings, zipfile
from ebooklib import epub

warnings.simplefilter("ignore")
book = epub.EpubBook()
book.set_title("t")
book.set_language("ug")
chapter = epub.EpubHtml(title="x", file_name="x.xhtml", lang="ug")
chapter.content = '<html><body dir="rtl" id="top"><p>ئۇيغۇر</p><div dir="rtl">x</div></body></html>'
book.add_item(chapter)
book.add_item(epub.EpubNav())
book.spine = [chapter]
epub.write_epub("a.epub", book)
text = zipfile.ZipFile("a.epub").read("EPUB/x.xhtml").decode()
body = text[text.index("<body"):].split(">")[0] + ">"
print(body)
if body != "<body>" or '<div dir="rtl">' not in text:
    sys.exit(f"changed: {body}")
END
