#!/bin/sh
# What: feed 6.0.0 (npm), Atom and RSS 2.0
# Guess: the type that is given with an enclosure is the type in the feed; RSS and Atom of one list of items say the
#   same.
# Does: in Atom the type given is not used. It is made of a word and the ending of the address: 'image/' for an
#   enclosure. A film is 'image/mp4', a PDF 'image/pdf', and an address without an ending has its path in it; RSS has
#   the types that were given. Whoever goes by the type takes a film for a picture.
# Seen: video/mp4 → Atom type="image/mp4", RSS type="video/mp4"; application/pdf → image/pdf; audio/mpeg of
#   https://example.org/recording → image//recording.
# Source: RFC 4287, 4.2.7.3 (type: a media type, a hint about what the address gives); the library's README
#   (Enclosure, type: 'MIME type'); jpmonette/feed, issues 224 and 239 (open).
# Instead: write the links of Atom yourself, or offer RSS for films and recordings; read one entry back after writing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund feed@6.0.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import { Feed } from "feed";
const types = { "clip.mp4": "video/mp4", "statement.pdf": "application/pdf", recording: "audio/mpeg" };
const feed = new Feed({ title: "t", id: "https://example.org/", link: "https://example.org/", updated: new Date(0) });
for (const [name, type] of Object.entries(types)) {
  const url = `https://example.org/${name}`;
  feed.addItem({ title: name, id: url, link: url, date: new Date(0), enclosure: { url, type, length: 12 } });
}
const enclosures = /<(?:link rel="enclosure"|enclosure)[^>]*type="([^"]*)"/g;
const read = (text) => [...text.matchAll(enclosures)].map((found) => found[1]);
const atom = read(feed.atom1());
const rss = read(feed.rss2());
console.log({ atom, rss });
if (rss.join() !== Object.values(types).join()) {
  console.log(`changed: RSS has ${rss}`);
  process.exit(1);
}
if (atom.join() !== "image/mp4,image/pdf,image//recording") {
  console.log(`changed: Atom has ${atom}`);
  process.exit(1);
}
END
node run.mjs
