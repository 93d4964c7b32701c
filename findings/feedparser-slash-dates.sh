#!/bin/sh
# What: feedparser 6.0.14 (PyPI)
# Guess: a date that feedparser cannot read gives no published_parsed, and the text stays in published.
# Does: dates written as 2024/06/04, 2024.06.04 or 2024年6月4日, as feeds of small sites have them, are read as the first
#   day of whatever month it is now, in the right year.
# Seen: in November: (2024, 11, 1); in another month another answer. '4 juin 2024' gives None.
# Source: feedparser documentation, 'Date Parsing': dates in an unknown format are left unparsed; RSS asks for RFC
#   822.
# Instead: keep the text of the date, read it strictly yourself, call it unknown otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq feedparser==6.0.14 || exit 2

venv/bin/python - <<'END'
import sys, time
import feedparser

feed = (
    '<rss version="2.0"><channel><title>t</title><link>https://example.org/</link><description>d</description>'
    "<item><title>x</title><pubDate>{}</pubDate></item></channel></rss>"
)
month = time.gmtime().tm_mon
for date in ("2024/06/04", "2024.06.04", "2024年6月4日"):
    parsed = feedparser.parse(feed.format(date)).entries[0].published_parsed
    got = tuple(parsed)[:3] if parsed else None
    print(date, got)
    if got != (2024, month, 1):
        sys.exit(f"changed: {date} is read as {got}")
END
