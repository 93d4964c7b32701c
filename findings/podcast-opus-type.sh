#!/bin/sh
# What: podcast 2.0.1 (npm), feeds of recordings (RSS 2.0 with iTunes tags)
# Guess: an enclosure has the type that belongs to its file, or none, or an error is raised; RSS demands one.
# Does: what it does not know gets the word 'false' as its type: Opus, the commonest form of voice messages (Signal, WhatsApp
#   and Telegram send nothing else), and every address without an ending, as most places to keep files have them. Where
#   both a query and an ending stand, the query decides. MP3 and MP4 are right, so that a test with them shows nothing.
# Seen: a.opus type="false", /file/123 type="false", a.mp3?id=1.2 type="false"; a.mp3 type="audio/mpeg"
# Source: RSS 2.0, 'enclosure': its type is a standard MIME type, and required; podcast's types, ItemEnclosure (type is optional
#   and guessed from the address).
# Instead: give 'type' with each enclosure; refuse a feed in which one is not 'audio/…' or 'video/…'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund podcast@2.0.1 >/dev/null || exit 2

cat > run.mjs <<'END'
import { Podcast } from "podcast";

const feed = new Podcast({ title: "Voices", feedUrl: "https://example.org/feed", siteUrl: "https://example.org" });
for (const name of ["a.opus", "file/123", "a.mp3?id=1.2", "a.mp3", "a.mp4"]) {
  const url = `https://example.org/${name}`;
  feed.addItem({ title: name, guid: name, date: "2024-06-04T10:00:00Z", enclosure: { url, size: 10 } });
}
const types = [...feed.buildXml().matchAll(/<enclosure [^>]*type="([^"]*)"/g)].map((match) => match[1]);
console.log(types);
if (types.join() !== "false,false,false,audio/mpeg,video/mp4") {
  console.log("changed:", types);
  process.exit(1);
}
END
node run.mjs || exit $?
