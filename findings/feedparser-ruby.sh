#!/bin/sh
# What: feedparser 6.0.14 (PyPI)
# Guess: sanitizing takes away what can do harm and leaves the text of a post readable.
# Does: ruby (readings over characters), bdi and summary go, their text stays in the line: 漢 with the reading かん
#   becomes 漢かん, the heading of a folded part runs into its text.
# Seen: <ruby>漢<rt>かん</rt></ruby>字 → 漢かん字; <details><summary>s</summary>t</details> → <details>st</details>.
# Source: HTML Standard, 4.5 (ruby, rt, bdi) and 4.11 (summary); the library's list of allowed elements is older.
# Instead: parse with sanitize_html=False, keep the bytes, and clean with your own list, which has ruby and bdi.
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
    '<entry><id>e</id><title>x</title><updated>2024-06-04T00:00:00Z</updated><content type="html">'
    "&lt;ruby&gt;漢&lt;rt&gt;かん&lt;/rt&gt;&lt;/ruby&gt;字 "
    "&lt;details&gt;&lt;summary&gt;s&lt;/summary&gt;t&lt;/details&gt;</content></entry></feed>"
)
got = feedparser.parse(feed).entries[0].content[0].value
kept = feedparser.parse(feed, sanitize_html=False).entries[0].content[0].value
print(got, kept)
if "漢かん字" not in got or "<details>st</details>" not in got:
    sys.exit(f"changed: {got}")
if "<rt>かん</rt>" not in kept:
    sys.exit(f"changed: unsanitized it is {kept}")
END
