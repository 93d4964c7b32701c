#!/bin/sh
# What: atoma 0.0.17 (PyPI)
# Guess: an Atom reader with types for text constructs gives the content of an entry, or says that it cannot.
# Does: content of type xhtml is None, as if the entry had none, and relative links stay relative although xml:base is
#   given; nothing is raised.
# Seen: type='xhtml' → content None; the same words with type='html' are there.
# Source: RFC 4287, 4.1.3.3 rule 3 (xhtml: the div's children), 2 (xml:base).
# Instead: count what came out empty; read Atom with lxml or feedparser.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq atoma==0.0.17 || exit 2

venv/bin/python - <<'END'
import sys
import atoma

feed = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/b/"><id>i</id><title>t</title>'
    "<updated>2024-06-04T00:00:00Z</updated><entry><id>e</id><title>x</title>"
    '<updated>2024-06-04T00:00:00Z</updated><link rel="alternate" href="p1"/>{}</entry></feed>'
)
xhtml = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>words</p></div></content>'
html = '<content type="html">&lt;p&gt;words&lt;/p&gt;</content>'
first = atoma.parse_atom_bytes(feed.format(xhtml).encode()).entries[0]
second = atoma.parse_atom_bytes(feed.format(html).encode()).entries[0]
print(first.content, second.content, first.links[0].href)
if first.content is not None or second.content is None:
    sys.exit(f"changed: xhtml gives {first.content}, html {second.content}")
if first.links[0].href != "p1":
    sys.exit(f"changed: the link is {first.links[0].href}")
END
