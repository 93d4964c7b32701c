#!/bin/sh
# What: @mozilla/readability 0.6.0 (npm), isProbablyReaderable, with jsdom 26.1.0 (npm)
# Guess: the question whether a page is an article is answered alike for an article and for its translation; a long one
#   is readable in any language.
# Does: characters are counted, and a paragraph under 140 of them not at all. A Chinese paragraph says in 60 what an
#   English one says in 200, so a page of 3,000 Chinese characters in such paragraphs, if no article element stands
#   around it, is 'not readerable', and a collector or a reader's button that asks first passes it by. parse() reads it
#   whole. In an article element, more than 540 characters are enough.
# Seen: English true, Chinese false, with 50 paragraphs each; parse() gives all of both.
# Source: @mozilla/readability, README: isProbablyReaderable, options minContentLength (140) and minScore (20); its
#   issue 429, of Japanese pages (open since 2018).
# Instead: minContentLength: 40 and minScore: 8 for pages in Chinese, or no such question: parse, and look at the text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund @mozilla/readability@0.6.0 jsdom@26.1.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import { JSDOM } from "jsdom";
import { Readability, isProbablyReaderable } from "@mozilla/readability";

const paragraph = {
  zh: "昨天下午，警察在北京逮捕了三名工人，工作室被查封，电脑被带走，家属说他们没有收到任何通知，律师要求会见，也被拒绝了。",
  en:
    "Yesterday afternoon the police arrested three workers in Beijing; the office was sealed, the computers were taken " +
    "away, the families say that they have had no notice, and a lawyer who asked to see them was refused as well.",
};
const page = (language) => new JSDOM(`<div>${`<p>${paragraph[language]}</p>`.repeat(50)}</div>`).window.document;
const found = {};
for (const language of ["en", "zh"]) {
  const read = new Readability(page(language)).parse().textContent.length;
  found[language] = isProbablyReaderable(page(language));
  console.log(language, found[language], `${paragraph[language].length} a paragraph`, `${read} characters parsed`);
  if (read < 50 * paragraph[language].length) {
    console.log(`changed: parse() gives ${read} characters`);
    process.exit(1);
  }
}
if (!found.en || found.zh) {
  console.log(`changed: ${JSON.stringify(found)}`);
  process.exit(1);
}
const inArticle = (count) => isProbablyReaderable(new JSDOM(`<article>${"字".repeat(count)}</article>`).window.document);
if (inArticle(540) || !inArticle(541)) {
  console.log(`changed: in an article element, 540 characters: ${inArticle(540)}, 541: ${inArticle(541)}`);
  process.exit(1);
}
if (!isProbablyReaderable(page("zh"), { minContentLength: 40, minScore: 8 })) {
  console.log("changed: the options do not help any more");
  process.exit(1);
}
END
node run.mjs
