#!/bin/sh
# What: rss-parser 3.13.0 and @rowanmanning/feed-parser 2.1.5 (npm): times of Chinese feeds
# Guess: a zone that may be two is not read: CST is China's time and that of Chicago, and the feed says <language>zh-CN.
# Does: both take it for Chicago's. What was written in Beijing at 14:28 is said to be of 20:28 UTC, 14 hours late and
#   mostly on another day; in a chronology of a protest the answer stands before what it answers. Nothing tells that it
#   was a guess.
# Seen: 'Sun, 12 May 2024 14:28:00 CST' in a feed of zh-CN: 2024-05-12T20:28:00.000Z, from both; it was 06:28Z
# Source: RFC 822, 5.1 (CST is one of four American zones) against what servers set to Asia/Shanghai write (date +%Z: CST)
# Instead: keep the time as it is written, without a zone, unless the zone is a number.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
[ "$(TZ=Asia/Shanghai date +%Z)" = CST ] || { echo 'no zones on this computer'; exit 2; }
npm init -y > npm.log 2>&1 || exit 2
npm install --silent --ignore-scripts rss-parser@3.13.0 @rowanmanning/feed-parser@2.1.5 >> npm.log 2>&1 || exit 2
cat > run.mjs <<'END'
import Parser from "rss-parser";
import { parseFeed } from "@rowanmanning/feed-parser";
const feed = `<rss version="2.0"><channel><title>林</title><link>https://a.example/</link><description>d</description>
<language>zh-CN</language><item><guid>https://a.example/1</guid><title>一</title>
<pubDate>Sun, 12 May 2024 14:28:00 CST</pubDate></item></channel></rss>`;
console.log("rss-parser", (await new Parser().parseString(feed)).items[0].isoDate);
console.log("feed-parser", parseFeed(feed).items[0].published.toISOString());
END
node run.mjs > seen || exit 2
cat seen
grep -qx 'rss-parser 2024-05-12T20:28:00.000Z' seen || { echo 'changed: rss-parser reads another time'; exit 1; }
grep -qx 'feed-parser 2024-05-12T20:28:00.000Z' seen || { echo 'changed: feed-parser reads another time'; exit 1; }
