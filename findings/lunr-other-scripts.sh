#!/bin/sh
# What: lunr 2.3.9 (npm)
# Guess: words that stand between spaces (Uyghur, Russian) are found in any script; only Chinese and Tibetan need
#   help.
# Does: a word without a Latin letter is trimmed to nothing when the index is made: no error, no result.
# Seen: hello → found; ئۇيغۇر, Россия → [].
# Source: lunr guides, 'Language support': other languages are said to need a stemmer, not to be dropped.
# Instead: leave the trimmer out (builder.pipeline.remove), and search for a word of each script after building.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund lunr@2.3.9 >/dev/null || exit 2

cat > run.mjs <<'END'
import lunr from "lunr";
const pages = ["hello world", "ئۇيغۇر تىلى", "Россия сегодня"];
const build = (trim) =>
  lunr(function () {
    this.ref("id");
    this.field("text");
    if (!trim) this.pipeline.remove(lunr.trimmer);
    pages.forEach((text, id) => this.add({ id, text }));
  });
const found = (index) => ["hello", "ئۇيغۇر", "Россия"].map((word) => index.search(word).length).join();
console.log(found(build(true)), found(build(false)));
if (found(build(true)) !== "1,0,0" || found(build(false)) !== "1,1,1") {
  console.log(`changed: found ${found(build(true))}, without the trimmer ${found(build(false))}`);
  process.exit(1);
}
END
node run.mjs
