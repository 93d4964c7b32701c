#!/bin/sh
# What: fastfeedparser 0.6.5 (PyPI, 2026), a fast reader of feeds 'similar to feedparser'; feedparser 6.0.14 (PyPI) to compare
# Guess: what feedparser reads of an Atom entry it reads too, or leaves out; None where the feed says nothing.
# Does: a title or summary in XHTML is empty, though the same title in HTML is there. The content of such an entry has the
#   element of the feed around it (<content xmlns=…>), which no page knows. Of several authors there is one, though the
#   field is called authors. A relative link stays relative although xml:base is given, and of several the first is the
#   entry's, be it the translation's.
# Seen: title '' ('He was not taken'), authors [A] (A, B), link ../en/1.html
# Source: RFC 4287, 3.1.1.3 (XHTML), 4.2.1 (several authors), 4.2.7.2; its README: 'complete parsing capabilities', 'API
#   similar to feedparser'.
# Instead: feedparser (its links by rel and hreflang); or count what came out empty, and keep the bytes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq fastfeedparser==0.6.5 feedparser==6.0.14 || exit 2

venv/bin/python - <<'END'
import sys
import fastfeedparser, feedparser

xhtml = '<div xmlns="http://www.w3.org/1999/xhtml">He was <em>not</em> taken</div>'
feed = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/zh/"><title>t</title><id>tag:example.org,2026:f</id>
<updated>2026-06-05T00:00:00Z</updated><entry><title type="xhtml">{xhtml}</title><id>tag:example.org,2026:1</id>
<updated>2026-06-05T00:00:00Z</updated><author><name>A</name></author><author><name>B</name></author>
<link rel="alternate" hreflang="en" href="../en/1.html"/><link rel="alternate" href="1.html"/>
<summary type="xhtml">{xhtml}</summary><content type="xhtml">{xhtml}</content></entry></feed>"""
marked = feed.replace(f'<title type="xhtml">{xhtml}<', '<title type="html">He was &lt;em&gt;not&lt;/em&gt; taken<')
one = fastfeedparser.parse(feed).entries[0]
other = feedparser.parse(feed).entries[0]
for name in ("title", "link", "authors", "content"):
    print(name, one.get(name), "\n   feedparser:", other.get(name))
found = {
    "title": one["title"] == "" and "not" in other["title"],
    "html": fastfeedparser.parse(marked).entries[0]["title"] == "He was <em>not</em> taken",
    "summary": not one.get("summary") and "He was <em>not</em>" in other["summary"],
    "content": one["content"][0]["value"].startswith("<content xmlns="),
    "authors": [each["name"] for each in one["authors"]] == ["A"] and len(other["authors"]) == 2,
    "link": one["link"] == "../en/1.html",
}
if not all(found.values()):
    sys.exit(f"changed: {found}")
END
