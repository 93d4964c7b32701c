#!/bin/sh
# What: @tryghost/html-to-mobiledoc 3.3.3 (npm), by which Ghost takes in HTML (?source=html) and others write files for it
# Guess: a numbered list keeps its numbers, and a list of names with their ages stays parted.
# Does: an inner list ends the outer one, and what follows begins at 1 again; 'start' is gone. Names and what is said of
#   them (dl) are one word. A sound vanishes without a word; of what is struck out <s> stays marked and <del> does not.
# Seen: '<ol><li>a<ul><li>in</li></ul></li><li>b</li></ol>' → ol a, ul in, ol b: b is number 1
#   '<ol start="4"><li>four</li></ol>' → ol four: number 1; '<dl><dt>林</dt><dd>七岁</dd></dl>' → 林七岁
# Source: HTML Standard, 4.4.5 (ol: start, ordinal value) and 4.4.9 (dl); Mobiledoc 0.3, 'List section' (tag and items only)
# Instead: give Ghost lists, tables and definitions as an HTML card (<!--kg-card-begin: html-->), which stays as it is, and
#   compare the words of what comes back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm init -y > npm.log 2>&1 && npm install --silent --ignore-scripts @tryghost/html-to-mobiledoc@3.3.3 >> npm.log 2>&1 || exit 2
cat > run.cjs <<'END'
const { htmlToMobiledoc } = require("@tryghost/html-to-mobiledoc");

const read = (html) => {
  const made = htmlToMobiledoc(html);
  return typeof made === "string" ? JSON.parse(made) : made;
};
const words = (markers) => markers.map((marker) => marker[3]).join("");
const lists = (html) => read(html).sections.map((each) => `${each[1]} ${each[2].map(words).join(",")}`).join("; ");
const text = (html) => read(html).sections.map((each) => words(each[2])).join("\n");
const seen = {
  inner: lists("<ol><li>a<ul><li>in</li></ul></li><li>b</li></ol>"),
  start: JSON.stringify(read('<ol start="4"><li>four</li></ol>')).includes("4") ? "kept" : "gone",
  names: text("<dl><dt>林</dt><dd>七岁</dd></dl>"),
  sound: JSON.stringify(read('<audio src="a.mp3"></audio>').sections),
  marked: JSON.stringify(read("<p>I did <s>not</s> sign</p>").markups),
  unmarked: JSON.stringify(read("<p>I did <del>not</del> sign</p>").markups),
};
const expected = { inner: "ol a; ul in; ol b", start: "gone", names: "林七岁", sound: "[]", marked: '[["s"]]', unmarked: "[]" };
for (const [name, value] of Object.entries(seen)) {
  console.log(name, value);
  if (value !== expected[name]) {
    console.log(`changed: expected ${expected[name]}`);
    process.exitCode = 1;
  }
}
END
node run.cjs
