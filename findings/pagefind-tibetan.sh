#!/bin/sh
# What: pagefind 1.6.0 (npm, extended), search in a static site of several languages
# Guess: a search that takes each language by itself, without any setting, and finds a Chinese word in the middle of a
#   sentence, finds a Tibetan syllable or word between its dots.
# Does: Tibetan is cut at spaces, which it has at the end of a clause. A clause is one word of the index, found by its
#   beginning only: of all that stands behind its first syllables nothing is found, nor is the clause marked where the
#   reader looks. Uyghur and Chinese are found. The log says only that a language 'bo' was indexed.
# Seen: ཉེན་རྟོག་པ, at the beginning: the page; གྲོང་གསེབ (village) and འབྱོར (came), behind it: nothing; 村里 in the
#   Chinese page: the page.
# Source: Pagefind documentation, 'Multilingual search' (out of the box, with zero configuration); Unicode: the dot
#   (U+0F0B) stands between syllables.
# Instead: give it a copy with a plain space behind every dot (custom records of the Node API; a space of no width is
#   not seen as one, and then nothing is found), or make the index of Tibetan pages yourself; search for a word from
#   the middle of a page after building.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund pagefind@1.6.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import fs from "fs";
import * as pagefind from "pagefind";

const texts = {
  bo: "ཉེན་རྟོག་པ་གྲོང་གསེབ་ཏུ་འབྱོར། ཁོ་ཚོས་ཁོང་ཁྲིད་སོང༌།",
  ug: "ساقچىلار كېچىدە يېزىغا كەلدى.",
  "zh-hans": "警察在清晨来到村里，敲开了每一家的门。",
};
const { index } = await pagefind.createIndex();
for (const [language, text] of Object.entries(texts)) {
  await index.addCustomRecord({ url: `/${language}.html`, content: text, language });
}
await index.writeFiles({ outputPath: "site" });
await pagefind.close();

// What the search program asks of a browser: a page with a language, and files by their address.
globalThis.window = globalThis;
globalThis.location = { href: "http://localhost/" };
globalThis.fetch = async (address) => {
  const bytes = fs.readFileSync("site/" + String(address).replace(/\?.*/, "").split("/site/")[1]);
  return { ok: true, arrayBuffer: async () => new Uint8Array(bytes).buffer, json: async () => JSON.parse(bytes) };
};
const search = await import(process.cwd() + "/site/pagefind.js");
async function count(language, ...words) {
  globalThis.document = { querySelector: () => ({ getAttribute: () => language }) };
  await search.destroy();
  await search.options({ basePath: "http://localhost/site/" });
  const found = [];
  for (const word of words) found.push((await search.search(word)).results.length);
  console.log(language, words.join(" "), found.join(" "));
  return found.join("");
}
const chinese = await count("zh-hans", "警察", "村里");
const uyghur = await count("ug", "كېچىدە");
const tibetan = await count("bo", "ཉེན་རྟོག་པ", "གྲོང་གསེབ", "འབྱོར", "ཁོང་ཁྲིད");
if (chinese !== "11" || uyghur !== "1") {
  console.log(`changed: Chinese ${chinese}, Uyghur ${uyghur}`);
  process.exit(1);
}
if (tibetan !== "1000") {
  console.log(`changed: Tibetan ${tibetan}`);
  process.exit(1);
}
END
node run.mjs
