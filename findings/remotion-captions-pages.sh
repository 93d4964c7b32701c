#!/bin/sh
# What: @remotion/captions 4.0.529 (npm), words with times (as speech recognition gives them) put together to what stands on
#   the screen at once (createTikTokStyleCaptions)
# Guess: words further apart than combineTokensWithinMilliseconds stand on different pages, and where
#   breakOnSilenceAfterMilliseconds is given, a silence ends one: both are about time, so the script does not matter.
# Does: a page ends only before a word that begins with a space. Chinese, Japanese and Tibetan have none: the whole recording
#   is one page, from the first word to the last, through every silence; the text lies on the picture for half an hour. No
#   message; the same call with English words makes a page of every few.
# Seen: ten words, three seconds apart, a pause after each of two: English 10 pages; Chinese 1 page of 27900 ms
# Source: Remotion's documentation, createTikTokStyleCaptions, combineTokensWithinMilliseconds and
#   breakOnSilenceAfterMilliseconds; Caption, text ('whitespace sensitive'), which is said of joining, not of pages.
# Instead: put a space before the word that is to begin a page, from the times, and trim it when it is drawn; or
#   pageBreakAfter on the word before.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @remotion/captions@4.0.529 >/dev/null || exit 2

cat > run.mjs <<'END'
import { createTikTokStyleCaptions } from "@remotion/captions";

const words = { zh: "天 安 门 广 场 上 有 人 开 枪", en: "On the square there they were shooting at us all" };
const spaces = { zh: "", en: " " };
const pages = {};
for (const language of ["zh", "en"]) {
  const captions = words[language].split(" ").map((word, index) => ({
    text: spaces[language] + word, startMs: index * 3000, endMs: index * 3000 + 900, timestampMs: null, confidence: null }));
  const options = { captions, combineTokensWithinMilliseconds: 800, breakOnSilenceAfterMilliseconds: 1000 };
  pages[language] = createTikTokStyleCaptions(options).pages.map((page) => [page.text, page.startMs, page.durationMs]);
  console.log(language, JSON.stringify(pages[language]));
}
if (pages.en.length !== 10) {
  console.log(`changed: English has ${pages.en.length} pages`);
  process.exit(1);
}
if (pages.zh.length !== 1 || pages.zh[0][2] !== 27900) {
  console.log(`changed: Chinese has ${pages.zh.length} pages`);
  process.exit(1);
}
END
node run.mjs
