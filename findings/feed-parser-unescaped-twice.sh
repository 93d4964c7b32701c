#!/bin/sh
# What: @rowanmanning/feed-parser 2.1.5 (npm), feeds made into one form; feedsmith 3.0.1 (npm) to compare
# Guess: content is the HTML or XHTML of the entry, as it stands in the feed once the XML is read.
# Does: what the XML had escaped is taken back, and what the HTML had escaped too. Words that an editor set in angle
#   brackets, <unclear>, and were shown as such, are elements afterwards: a browser shows nothing of them, and a
#   sanitizer takes them away. In Atom and RSS, in XHTML, HTML and CDATA. And the address of an entry is the first
#   alternate link, be it the translation's. Feeds without such characters come out well.
# Seen: <p>&lt;unclear&gt; he said</p> → <p><unclear> he said</p>
# Source: RFC 4287, 3.1.1.2 (HTML is escaped once) and 3.1.1.3 (XHTML is inline); RSS 2.0, 'description':
#   entity-encoded HTML.
# Instead: feedsmith, which hands out what stands there; put a word in angle brackets into the test of a feed.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit @rowanmanning/feed-parser@2.1.5 feedsmith@3.0.1 > /dev/null || exit 2

cat > read.mjs <<'END_OF_SCRIPT'
import { parseFeed as parse } from "@rowanmanning/feed-parser"
import { parseFeed as smith } from "feedsmith"

const page = "<p>&lt;unclear&gt; he said</p>"
const escaped = page.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
const atom = (type, content) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>tag:example.org,2026:f</id>
<updated>2026-06-04T00:00:00Z</updated><author><name>A</name></author>
<entry><title>x</title><id>tag:example.org,2026:1</id><updated>2026-06-04T00:00:00Z</updated>
<link rel="alternate" hreflang="en" href="https://example.org/en/1"/><link rel="alternate" href="https://example.org/zh/1"/>
<content type="${type}">${content}</content></entry></feed>`
const rss = `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title>
<link>https://example.org</link><description>d</description><item><title>x</title>
<content:encoded><![CDATA[${page}]]></content:encoded></item></channel></rss>`
const feeds = {
  html: atom("html", escaped),
  xhtml: atom("xhtml", `<div xmlns="http://www.w3.org/1999/xhtml">${page}</div>`),
  rss,
}
let changed = ""
for (const [kind, feed] of Object.entries(feeds)) {
  const [item] = parse(feed).items
  const { feed: other } = smith(feed)
  const compared = other.entries?.[0].content.value ?? other.items[0].content.encoded
  console.log(kind, item.content, item.url, "feedsmith:", compared)
  if (item.content !== "<p><unclear> he said</p>" || compared !== page) changed += ` ${kind}`
  if (kind !== "rss" && item.url !== "https://example.org/en/1") changed += ` ${kind} link`
}
if (changed) console.log(`changed:${changed}`)
process.exit(changed ? 1 : 0)
END_OF_SCRIPT
node read.mjs
