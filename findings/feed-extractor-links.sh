#!/bin/sh
# What: @extractus/feed-extractor 8.0.3 (npm), RSS and Atom made into one form (title, link, description …)
# Guess: link is the page of the entry; title and id are the text that stands there.
# Does: of an Atom entry's links the first is taken, whatever it is: where the recording comes first, the entry leads
#   to the recording, not to its page. A title marked up as XHTML is empty. And text that looks like a number is made
#   one: the zeros in front of '0604' are gone, '1989.10' is 1989.1, '1e5' is 100000, in titles, descriptions and
#   identifiers, so an entry is new, or another one, to whoever compares ids with those of another reader. With the
#   page first, and words in it, all is well.
# Seen: link https://example.org/v.mp4; titles '', '604', '1989.1', '100000'; id 00123 → 123
# Source: RFC 4287, 4.1.2 and 4.2.7.2 (the page has rel 'alternate', in any order), 4.2.6.1 (ids are compared
#   character by character), 3.1.1.3 (xhtml); its README lists link and title without more.
# Instead: feedsmith 3.0.1 (keeps links with rel, and text as text); or getExtraEntryFields, to take them from the raw
#   entry yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @extractus/feed-extractor@8.0.3 feedsmith@3.0.1 >/dev/null || exit 2

cat > run.mjs <<'END'
import { extractFromXml } from "@extractus/feed-extractor";
import { parseAtomFeed, parseRssFeed } from "feedsmith";
const page = '<link rel="alternate" href="https://example.org/p"/>';
const film = '<link rel="enclosure" type="video/mp4" href="https://example.org/v.mp4"/>';
const entry = (id, title, links) => `<entry><id>${id}</id>${title}<updated>2024-06-05T00:00:00Z</updated>${links}</entry>`;
const marked = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">What <em>we</em> saw</div></title>';
const atom =
  '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>t</title><updated>2024-06-05T00:00:00Z</updated>' +
  entry("urn:1", "<title>words</title>", page + film) + entry("urn:2", "<title>words</title>", film + page) +
  entry("urn:3", marked, page) + "</feed>";
const item = (title, id) => `<item><title>${title}</title><guid isPermaLink="false">${id}</guid><link>https://example.org/${id}</link></item>`;
const rss =
  '<rss version="2.0"><channel><title>t</title><link>https://example.org/</link><description>d</description>' +
  [["words", "a1"], ["0604", "00123"], ["1989.10", "a2"], ["1e5", "a3"]].map((one) => item(...one)).join("") + "</channel></rss>";
const got = [
  ...extractFromXml(atom).entries.map((one) => [one.link, one.title]),
  ...extractFromXml(rss).entries.map((one) => [one.id, one.title]),
];
const other = [
  parseAtomFeed(atom).entries[1].links.find((one) => one.rel === "alternate").href,
  ...parseRssFeed(rss).items.map((one) => `${one.guid.value} ${one.title}`),
];
console.log(JSON.stringify(got), "feedsmith:", JSON.stringify(other));
const expected = [
  ["https://example.org/p", "words"], ["https://example.org/v.mp4", "words"], ["https://example.org/p", ""],
  ["a1", "words"], ["123", "604"], ["a2", "1989.1"], ["a3", "100000"],
];
if (JSON.stringify(got) !== JSON.stringify(expected)) {
  console.log(`changed: ${JSON.stringify(got)}`);
  process.exit(1);
}
if (other.join() !== "https://example.org/p,a1 words,00123 0604,a2 1989.10,a3 1e5") {
  console.log(`changed: feedsmith has ${JSON.stringify(other)}`);
  process.exit(1);
}
END
node run.mjs
