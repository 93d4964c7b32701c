#!/bin/sh
# What: feedparser 6.0.14 (PyPI); xml.dom.minidom and pyexpat of Python 3.11 (expat 2.5)
# Guess: a name for a character that is declared nowhere (&mdash;) is an error, or is shown, or is resolved as HTML's.
# Does: where the document names a document type outside itself (RSS 0.91, Netscape's), the character vanishes, without
#   an error; feedparser calls the feed well formed, if its declaration names no encoding (with one, it takes its other
#   parser)
# Seen: bozo False, title 'gate  shut'; minidom: <rss>gate  shut</rss>.
# Source: XML 1.0, 4.1 and 5.1: a processor that does not read the external subset need not know whether the entity is
#   declared there; expat reports it as "skipped", to a handler that nobody sets.
# Instead: set SkippedEntityHandler, and resolve HTML's names before parsing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq feedparser==6.0.14 || exit 2

venv/bin/python - <<'END'
import sys
from xml.dom import minidom
from xml.parsers import expat

import feedparser

dtd = '"-//Netscape Communications//DTD RSS 0.91//EN" "http://dtd.example/rss-0.91.dtd"'
doctype = f'<?xml version="1.0"?><!DOCTYPE rss PUBLIC {dtd}>'
item = "<item><title>gate &mdash; shut</title><link>https://a.example/1</link></item>"
feed = feedparser.parse(f'{doctype}<rss version="0.91"><channel><title>t</title>{item}</channel></rss>'.encode())
tree = minidom.parseString(f"{doctype}<rss>gate &mdash; shut</rss>").documentElement.toxml()
print(f"bozo {feed.bozo}, title {feed.entries[0].title!r}; {expat.EXPAT_VERSION}: {tree}")
if feed.bozo or feed.entries[0].title != "gate  shut" or tree != "<rss>gate  shut</rss>":
    sys.exit(f"changed: bozo {feed.bozo}, title {feed.entries[0].title!r}, minidom {tree}")
END
