#!/bin/sh
# What: fastfeedparser 0.6.5 (PyPI) and @rowanmanning/feed-parser 2.1.5 (npm): when a post was written, and changed
# Guess: a time that a feed does not tell is missing: 'published' of an Atom entry that has only 'updated', 'updated' of
#   an RSS item, which has no such thing.
# Does: fastfeedparser says that the entry was published when it was updated: the day of an edit becomes the day of the
#   post. The other says that every item of RSS was updated when it was published: all posts look edited.
# Seen: Atom, updated 2024-05-13 alone: published '2024-05-13T06:28:00+00:00'; RSS, pubDate alone: updated
#   2024-05-12T06:28:00.000Z. feedparser 6.0.14 has neither.
# Source: RFC 4287, 4.2.9 (published: an instant early in the life cycle) and 4.2.15 (updated: the most recent change);
#   RSS 2.0 (pubDate: when the item was published)
# Instead: take a time only from the element that tells it (feedsmith 3 gives each under its own name), else say that it
#   is not known.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq fastfeedparser==0.6.5 feedparser==6.0.14 || exit 2
npm init -y > npm.log 2>&1 && npm install --silent --ignore-scripts @rowanmanning/feed-parser@2.1.5 >> npm.log 2>&1 || exit 2
cat > atom.xml <<'END'
<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:x:f</id><updated>2024-05-13T06:28:00Z</updated>
<entry><id>urn:x:1</id><title>一</title><updated>2024-05-13T06:28:00Z</updated></entry></feed>
END
cat > rss.xml <<'END'
<rss version="2.0"><channel><title>T</title><link>https://a.example/</link><description>d</description>
<item><guid>https://a.example/1</guid><title>一</title><pubDate>Sun, 12 May 2024 06:28:00 GMT</pubDate></item></channel></rss>
END
cat > run.py <<'END'
import fastfeedparser
import feedparser

atom = open("atom.xml").read()
print("fastfeedparser published", fastfeedparser.parse(atom).entries[0].get("published"))
print("feedparser published", feedparser.parse(atom).entries[0].get("published_parsed", None) and "told",
      "updated" in feedparser.parse(open("rss.xml").read()).entries[0].keys())
END
cat > run.mjs <<'END'
import { readFileSync } from "node:fs";
import { parseFeed } from "@rowanmanning/feed-parser";
const [item] = parseFeed(readFileSync("rss.xml", "utf8")).items;
console.log("feed-parser updated", item.updated && item.updated.toISOString());
END
venv/bin/python -W ignore run.py > seen && node run.mjs >> seen || exit 2
cat seen
grep -qx 'fastfeedparser published 2024-05-13T06:28:00+00:00' seen || { echo 'changed: published is not made up'; exit 1; }
grep -qx 'feed-parser updated 2024-05-12T06:28:00.000Z' seen || { echo 'changed: updated is not made up'; exit 1; }
