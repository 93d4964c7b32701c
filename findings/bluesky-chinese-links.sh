#!/bin/sh
# What: @atproto/api 0.21.0 (npm, Bluesky's own), RichText.detectFacets: links and hashtags of a post
# Guess: as in Twitter's library, an address ends where a Chinese comma or full stop follows, and begins behind a
#   Chinese letter: Chinese has no spaces.
# Does: only spaces part words. An address right behind a letter is no link at all; one in front of a comma takes in
#   the comma and the rest of the sentence, and leads nowhere; a hashtag takes in everything up to the next space and
#   is a tag of its own, which no one looks for.
# Seen: '见https://example.org/a。他们走了': nothing; '见 https://example.org/a，他们走了': the link ends with 走了; '#六四，纪念': the
#   tag is 六四，纪念. twitter-text 3.1.0: https://example.org/a both times.
# Source: Bluesky documentation, 'Links, mentions, and rich text' (detectFacets does it for you); RFC 3986 (none of
#   these letters stands in an address).
# Instead: make the facets yourself: end an address before the first character that is not ASCII, a tag before the
#   first punctuation mark.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @atproto/api@0.21.0 twitter-text@3.1.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import { RichText } from "@atproto/api";
import twitter from "twitter-text";

function found(text) {
  const post = new RichText({ text });
  post.detectFacetsWithoutResolution();
  return (post.facets || []).map(({ features: [feature] }) => feature.uri || feature.tag);
}

const glued = "见https://example.org/a。他们走了";
const spaced = "见 https://example.org/a，他们走了";
const seen = {
  latin: found("see https://example.org/a, they left #June4, remember"),
  glued: found(glued),
  spaced: found(spaced),
  tag: found("#六四，纪念"),
};
const others = [glued, spaced].map((text) => twitter.extractUrls(text).join());
console.log(seen, others);
const address = "https://example.org/a";
if (seen.latin.join(" ") !== `${address} June4` || others.join(" ") !== `${address} ${address}`) {
  console.log("changed: an English post, or the other library, is read in another way");
  process.exit(1);
}
if (seen.glued.length !== 0 || seen.spaced.join() !== `${address}，他们走了` || seen.tag.join() !== "六四，纪念") {
  console.log("changed: a Chinese post is read in another way");
  process.exit(1);
}
END
node run.mjs
