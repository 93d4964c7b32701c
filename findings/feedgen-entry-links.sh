#!/bin/sh
# What: feedgen 1.0.0 and 0.9.0 (PyPI), Atom
# Guess: a link of an entry is written with what it was given: rel, hreflang, type and length; a film or recording that
#   is added with enclosure() is an enclosure.
# Does: since 1.0.0 each link of an entry has its address and nothing else. So an enclosure, a link to the translation
#   or to a source is one more page of the entry (rel is 'alternate' where none stands): readers find no recording, and
#   some take the last link for the page. Links of the feed, and RSS, are written well.
# Seen: three links, rel alternate, related and enclosure → three links, rel of none; 0.9.0 writes all three.
# Source: RFC 4287, 4.2.7.2 (without rel, a link is to be read as 'alternate'); lkiesow/python-feedgen, issue 135.
# Instead: stay with 0.9.0 or write RSS, and read one entry back after writing (feedparser: entry.enclosures).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
cat > run.py <<'END'
import sys
from lxml import etree
from feedgen.feed import FeedGenerator

feed = FeedGenerator()
feed.id("https://example.org/")
feed.title("Letters")
feed.link(href="https://example.org/", rel="alternate")
entry = feed.add_entry()
entry.id("https://example.org/letter")
entry.title("A letter")
entry.link(href="https://example.org/letter", rel="alternate", hreflang="bo")
entry.link(href="https://example.org/answer", rel="related")
entry.enclosure("https://example.org/letter.mp3", "1000", "audio/mpeg")
links = etree.fromstring(feed.atom_str()).iterfind("{*}entry/{*}link")
print(*(dict(link.attrib) for link in links), sep="\n")
END
for version in 0.9.0 1.0.0; do
  python3 -m venv "venv-$version" && "venv-$version/bin/pip" install -qq feedgen==$version || exit 2
  "venv-$version/bin/python" -W ignore run.py > "$version" || exit 2
  echo "feedgen $version" && cat "$version"
done
test "$(grep -c '' 1.0.0)" = 3 || { echo 'changed: other links than the three'; exit 1; }
test "$(grep -c "'rel'" 0.9.0)" = 3 || { echo 'changed: 0.9.0 has not written them either'; exit 1; }
! grep -E -q "rel|type|hreflang|length" 1.0.0 || { echo 'changed: attributes are written'; exit 1; }
