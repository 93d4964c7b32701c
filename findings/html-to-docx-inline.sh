#!/bin/sh
# What: html-to-docx 1.8.0 and its living fork @turbodocx/html-to-docx 1.23.1 (npm), a page made into a Word file
# Guess: an element that they have no form for (a reading over a character, a name set apart from the direction of its
#   line, a quotation, a date, the title of a work) is plain text: its words stay.
# Does: within a paragraph the words go with the element: ruby, bdi, bdo, q, abbr, time, cite, dfn, kbd and small
#   leave a gap. Nothing is raised or told. In what surrounds a paragraph (section, details, dl) words of unknown
#   elements are kept, as are those of b, i, del and a; so a test with ordinary prose shows nothing. Names are set in
#   bdi just where scripts mix, and rare names of people have ruby.
# Seen: '<ruby>漢<rt>hàn</rt></ruby> and <bdi>Ma</bdi> said <q>no</q> on <time>4 June</time>.' → ' and  said  on .'
# Source: HTML, 4.5 'Text-level semantics' (phrasing content; unknown elements show their text); README of both, which
#   name no list of elements.
# Instead: replace such elements by their text before converting (ruby by 'word (reading)', q by quotation marks), or
#   pandoc; and compare the letters of the page with those of word/document.xml.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund html-to-docx@1.8.0 @turbodocx/html-to-docx@1.23.1 jszip@3.10.1 \
  >/dev/null || exit 2

cat > run.cjs <<'EOF'
const JSZip = require("jszip");

const sentence = "<ruby>漢<rt>hàn</rt></ruby> and <bdi>Ma</bdi> said <q>no</q> on <time>4 June</time>.";
const plain = "<b>Han</b> and <i>Ma</i> said <u>no</u> on <a href='https://example.org/'>4 June</a>.";

async function words(convert, html) {
  const file = await JSZip.loadAsync(await convert(`<p>${html}</p>`));
  const xml = await file.file("word/document.xml").async("string");
  return [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)/g)].map((found) => found[1]).join("");
}

(async () => {
  for (const name of ["html-to-docx", "@turbodocx/html-to-docx"]) {
    const module = require(name);
    const convert = module.default || module;
    const [kept, lost] = [await words(convert, plain), await words(convert, sentence)];
    const [gone, left] = [[], []];
    for (const element of ["ruby", "bdi", "bdo", "q", "abbr", "time", "cite", "dfn", "kbd", "small", "b", "i", "del", "a"])
      ((await words(convert, `<${element}>word</${element}>.`)).includes("word") ? left : gone).push(element);
    console.log(name, JSON.stringify(kept), JSON.stringify(lost), "gone:", gone.join(" "), "left:", left.join(" "));
    if (gone.join() !== "ruby,bdi,bdo,q,abbr,time,cite,dfn,kbd,small") {
      console.log("changed:", name, gone.join());
      process.exitCode = 1;
    }
    if (kept !== "Han and Ma said no on 4 June." || /漢|hàn|Ma|no|June/.test(lost) || !/and +said +on/.test(lost)) {
      console.log("changed:", name, JSON.stringify(lost));
      process.exitCode = 1;
    }
  }
})();
EOF
node run.cjs || exit $?
