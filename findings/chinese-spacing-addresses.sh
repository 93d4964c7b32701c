#!/bin/sh
# What: pangu 7.2.1 and autocorrect-node 2.14.0 (npm), which set spaces and punctuation of Chinese text right, as editors
#   and translators run over a text before it is published
# Guess: they touch what stands between words: a space beside Latin letters, full-width marks in Chinese. An address, a
#   place-holder and the dot in a person's name are no such thing and stay.
# Does: the query of an address that stands in Chinese words is taken apart by pangu with spaces; autocorrect spares it as
#   long as the path is ASCII, and with Chinese in it makes a full-width mark of its '?': the page is not found. pangu also
#   cuts the place-holder '%s', so that the program's message breaks, and puts the dot of Japanese (U+30FB) for that in
#   Uyghur and Tibetan names (U+00B7), which no search for the name finds any more.
# Seen: https://example.org/名单?a=1 → https://example.org/名单? a = 1, https://example.org/名单？a=1; 李·阿卜杜拉 → 李・阿卜杜拉
# Source: pangu's help: 'to automatically insert whitespace between CJK and half-width characters', and its README: for
#   'plain texts without any markup language'; RFC 3986, 3.4, and RFC 3987 (Chinese in a path); GB/T 15834-2011, 4.14:
#   the dot (间隔号) between the parts of a name from abroad or of a minority; Unicode: U+30FB is 'KATAKANA MIDDLE DOT'.
# Instead: run it over prose alone, cut at addresses, place-holders and names; look at each difference by eye.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-fund --no-audit pangu@7.2.1 autocorrect-node@2.14.0 > /dev/null || exit 2

cat > space.mjs <<'END_OF_SCRIPT'
import * as module from "pangu"
import autocorrect from "autocorrect-node"

const pangu = module.pangu ?? module.default
const texts = {
  "见https://example.org/list?a=1": ["见 https://example.org/list?a = 1", "见 https://example.org/list?a=1"],
  "见https://example.org/名单?a=1": ["见 https://example.org/名单? a = 1", "见 https://example.org/名单？a=1"],
  "他说%s没有走": ["他说 % s 没有走", "他说%s没有走"],
  "李·阿卜杜拉": ["李・阿卜杜拉", "李·阿卜杜拉"],
}
let changed = ""
for (const [text, expected] of Object.entries(texts)) {
  const found = [pangu.spacingText(text), autocorrect.format(text)]
  console.log(JSON.stringify([text, ...found]))
  if (JSON.stringify(found) !== JSON.stringify(expected)) changed += ` ${text}: ${found}`
}
if (changed) console.log(`changed:${changed}`)
process.exit(changed ? 1 : 0)
END_OF_SCRIPT
node space.mjs
