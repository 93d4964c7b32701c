#!/bin/sh
# What: defuddle 0.19.4 (npm, 2026; what Obsidian's clipper takes out of a page as its article), with jsdom 26.1.0 (npm)
# Guess: a list within the article belongs to it, in English and in Chinese; what goes are menus, and lists of links.
# Does: a list of two to eight short lines within 500 characters of the beginning or the end is taken for the 'metadata' of
#   a blog and dropped, without a trace in the answer. It is spared behind a heading, and where the line before it ends in
#   a colon or a line of it in a full stop: in ASCII. So 'Taken on that day:' keeps its three names in the English article
#   and loses them in the Chinese one, whose colon is '：'. Chinese articles are short in characters, so nearly every place
#   in one is near an end. A list without such a line goes in both, as does a 'dl' of names and ages.
# Seen: English, with a colon: the names are there; Chinese, with its colon: gone; both without a colon: gone
# Source: defuddle's README: it removes 'clutter like comments, sidebars, headers, footers, and other non-essential
#   elements'; none of the options there names such lists (removeLowScoring: 'navigation, link lists, etc.').
# Instead: keep the page; count lists and their lines before and after, and tell of what went (option debug names it).
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit defuddle@0.19.4 jsdom@26.1.0 > /dev/null || exit 2

cat > read.mjs <<'END_OF_SCRIPT'
import { Defuddle } from "defuddle/node"
import { JSDOM } from "jsdom"

const words = {
  en: ["They came before it was light, and took three people, of whom nothing has been heard until today.",
    "Taken on that day:", ["Tenzin Dolma", "Pema Tashi", "Lhamo Kyi"]],
  zh: ["天还没有亮，他们就来了，带走了三个人，到今天没有任何消息，家里人到处打听，没有人肯说他们在哪里。",
    "当天被带走的人：", ["丹增卓玛", "白玛扎西", "拉姆吉"]],
}

async function kept(language, before, list) {
  const [sentence, , names] = words[language]
  const lines = names.map((name) => (list === "ul" ? `<li>${name}</li>` : `<dt>${name}</dt><dd>17</dd>`)).join("")
  const paragraphs = `<p>${sentence}</p>`.repeat(4)
  const html = `<!doctype html><html lang="${language}"><head><title>t</title></head><body><article><h1>t</h1>
    ${paragraphs}<p>${before}</p><${list}>${lines}</${list}></article></body></html>`
  const { content } = await Defuddle(new JSDOM(html, { url: "https://example.org/a" }).window.document, "https://example.org/a")
  return names.every((name) => content.includes(name))
}

const found = {}
for (const language of ["en", "zh"]) {
  const colon = words[language][1]
  found[language] = {
    colon: await kept(language, colon, "ul"),
    none: await kept(language, colon.slice(0, -1), "ul"),
    ages: await kept(language, colon.slice(0, -1), "dl"),
  }
}
console.log(found)
const expected = { en: { colon: true, none: false, ages: false }, zh: { colon: false, none: false, ages: false } }
if (JSON.stringify(found) !== JSON.stringify(expected)) {
  console.log("changed: the lists that are kept")
  process.exit(1)
}
END_OF_SCRIPT
node read.mjs
