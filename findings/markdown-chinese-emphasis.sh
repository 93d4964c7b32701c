#!/bin/sh
# What: turndown 7.2.5, marked 18.2.1 (npm), CommonMark
# Guess: HTML turned into Markdown and back keeps its bold words.
# Does: next to Chinese letters a run of ** beside a quotation mark or full stop opens and closes nothing: the stars
#   are shown, and the emphasis is lost.
# Seen: 他说<b>“不走。”</b>然后 → 他说**“不走。”**然后 → the same, with stars.
# Source: CommonMark 0.31, 6.2 (flanking runs): words are taken to be set off by spaces or punctuation.
# Instead: keep the HTML; do not pass Chinese, Japanese or Tibetan posts through Markdown.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund turndown@7.2.5 marked@18.2.1 >/dev/null || exit 2

cat > run.mjs <<'END'
import Turndown from "turndown";
import { marked } from "marked";
const markdown = new Turndown().turndown("<p>他说<b>“不走。”</b>然后走了。</p>");
const html = marked.parse(markdown);
const latin = marked.parse(new Turndown().turndown("<p>She said <b>“I stay.”</b> and left.</p>"));
console.log(markdown, html);
if (html.includes("<strong>") || !latin.includes("<strong>")) {
  console.log(`changed: ${html}`);
  process.exit(1);
}
END
node run.mjs
