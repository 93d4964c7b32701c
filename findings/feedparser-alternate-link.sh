#!/bin/sh
# What: feedparser 6.0.14 (PyPI)
# Guess: entry.link of an Atom entry with translations is its own page: the first alternate link, without hreflang.
# Does: entry.link is the last alternate link of the entry, here the translation.
# Seen: alternate p1, then alternate hreflang=zh p2: entry.link is …/p2.
# Source: RFC 4287, 4.1.2 and 4.2.7: several alternate links are told apart by type and hreflang; none is 'the last'.
# Instead: choose among entry.links by rel, hreflang and type.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq feedparser==6.0.14 || exit 2

venv/bin/python - <<'END'
import sys
import feedparser

feed = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><id>i</id><title>t</title><updated>2024-06-04T00:00:00Z</updated>'
    '<entry><id>e</id><title>x</title><updated>2024-06-04T00:00:00Z</updated>'
    '<link rel="alternate" href="https://example.org/p1"/>'
    '<link rel="alternate" hreflang="zh" href="https://example.org/p2"/></entry></feed>'
)
link = feedparser.parse(feed).entries[0].link
print(link)
if link != "https://example.org/p2":
    sys.exit(f"changed: link is {link}")
END
