#!/bin/sh
# What: rss-parser 3.13.0 (npm)
# Guess: XHTML content of an Atom entry comes out as the same XHTML.
# Does: words change their places: marked words are put behind all the plain text of their paragraph.
# Seen: <p>one <b>two</b> three</p> → <p>one  three<b>two</b></p>.
# Source: RFC 4287, 4.1.3.3: the content is the markup as it stands (the parser builds it anew from an unordered
#   tree).
# Instead: never quote from it; read Atom with a parser that keeps mixed content in order.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund rss-parser@3.13.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import Parser from "rss-parser";
const feed = await new Parser().parseString(
  '<feed xmlns="http://www.w3.org/2005/Atom"><id>i</id><title>t</title><updated>2024-06-04T00:00:00Z</updated>' +
    "<entry><id>e</id><title>x</title><updated>2024-06-04T00:00:00Z</updated>" +
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>He did <b>not</b> sign.</p></div></content>' +
    "</entry></feed>",
);
const { content } = feed.items[0];
console.log(content);
if (!content.includes("<p>He did  sign.<b>not</b></p>")) {
  console.log(`changed: ${content}`);
  process.exit(1);
}
END
node run.mjs
