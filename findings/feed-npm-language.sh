#!/bin/sh
# What: feed 6.0.0 (npm, jpmonette/feed)
# Guess: a feed for which a language is set tells it in each of the three forms that the library writes.
# Does: only RSS does. Atom has no xml:lang, JSON no language, so that a reader guesses: a Tibetan or Uyghur feed is
#   hyphenated, read aloud and set as something else. In RSS of an item with a picture and a recording, the recording is
#   left out; in Atom both are there.
# Seen: rss <language>bo</language>, atom 0, json 0; enclosures: rss 1 (the picture), atom 2
# Source: RFC 4287, 2 (xml:lang); JSON Feed 1.1 (language); RSS 2.0 (language); the library's README, options.language
# Instead: put xml:lang into the Atom text and language into the JSON yourself, and read back how many enclosures there are.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm init -y > npm.log 2>&1 && npm install --silent --ignore-scripts feed@6.0.0 >> npm.log 2>&1 || exit 2
cat > run.cjs <<'END'
const { Feed } = require("feed");
const feed = new Feed({ title: "གླེང་བ", id: "https://a.example/", link: "https://a.example/", language: "bo",
                        updated: new Date("2024-05-12T06:28:00Z"), copyright: "" });
feed.addItem({ title: "གཅིག", id: "https://a.example/1", link: "https://a.example/1", content: "<p>གཅིག</p>",
               date: new Date("2024-05-12T06:28:00Z"), image: "https://a.example/1.jpg",
               enclosure: { url: "https://a.example/1.mp3", type: "audio/mpeg", length: 1 } });
const count = (text, what) => text.split(what).length - 1;
console.log("language: rss", count(feed.rss2(), "<language>bo<"), "atom", count(feed.atom1(), "xml:lang"),
            "json", count(feed.json1(), '"language"'));
console.log("enclosures: rss", count(feed.rss2(), "<enclosure"), "atom", count(feed.atom1(), 'rel="enclosure"'));
END
node run.cjs > seen || exit 2
cat seen
grep -qx 'language: rss 1 atom 0 json 0' seen || { echo 'changed: the language is told otherwise'; exit 1; }
grep -qx 'enclosures: rss 1 atom 2' seen || { echo 'changed: other enclosures'; exit 1; }
